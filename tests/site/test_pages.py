from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qedeck.errors import SourceError
from qedeck.evidence.mutants import Mutant, MutantId
from qedeck.evidence.reasons import Told
from qedeck.site.accounting import account
from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.listing import claims_page
from qedeck.site.numbers import Numbers, count


def text(html: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_numbers_count_what_stands_and_what_does_not(listed):
    assert count(listed) == Numbers(
        proved=2, shapes=1, tested=1, refuted=1, pinned=1, cited=1, open=4,
        engine=5, hand=1, instances=2400, killed=13, still_true=6, invalid=1,
        seconds=1.75,
    )  # fmt: skip


def test_numbers_are_shown_in_words_and_lead_to_the_list(render):
    html = render("<!-- qedeck:numbers -->", page="index")
    assert '<li class="qd-shapes"><a href="claims.md#level=shapes"' in html
    assert "1 proved at shapes" in text(html)
    assert "13 of 13 deliberately corrupted formulas were rejected" in html
    assert "4 statements are not verified in this build" in html


def test_what_is_let_stand_is_counted_with_its_share_of_the_claims(listed, render):
    assert "None of them is let stand on an author's word" in render("<!-- qedeck:numbers -->")
    entry = listed.entries["norms/wide"]
    let = (
        Mutant(
            MutantId("statement", "number-raised"),
            "2 a",
            "reviewed",
            Told("reviewed", "less"),
        ),
        Mutant(
            MutantId("hypothesis", "hypothesis-dropped"),
            "a > 0",
            "reviewed",
            Told("reviewed", "a is a length"),
        ),
    )
    entry = replace(entry, evidence=replace(entry.evidence, mutants=let))
    told = replace(listed, entries={**listed.entries, entry.id: entry})
    said = text(render("<!-- qedeck:numbers -->", catalogue=told))
    assert "11 of 13 deliberately corrupted formulas were rejected" in said
    assert "1 corrupted formula stands unrejected for a reason that the note gives" in said
    assert "1 hypothesis is not needed and kept" in said
    assert "That is one for 2 claims, where there may be no more than one for fifty." in said


def test_numbers_without_evidence_only_say_that(render):
    bare = Catalogue({"norms/a": Entry("norms/a", "claim", "A")})
    assert render("<!-- qedeck:numbers -->", catalogue=bare) == (
        "<p>1 statement is not verified in this build.</p>"
    )


def test_the_last_run_is_told_in_figures(render):
    said = text(render("<!-- qedeck:run -->"))
    assert "decided 5 statements from the page alone, and checks written by hand decided 1" in said
    assert "20 corrupted versions were made: 13 were rejected, 6 are true as well" in said
    assert "The libraries were sympy 1.14.0, z3-solver 5.4.1." in said
    assert "Of 4 claims that stand, 75% are proved: 2 in every dimension, 1 at" in said
    assert "Norms 1 1 1 1 1 1 3 12 of 12 2" in said
    assert "Nothing has been verified" in render("<!-- qedeck:run -->", catalogue=None)


def test_measurements_are_shown_where_there_are_any(render, project):
    assert (
        render("<!-- qedeck:measurements -->", page="trust")
        == "<p>Nothing was measured for this build.</p>"
    )
    results = project / "benchmarks" / "results.md"
    results.parent.mkdir()
    results.write_text(
        "# Measurements\n\n| What | Measured | Aim |\n|---|---|---|\n"
        "| `pytest checks`, cold | 3 < 4 s | under 90 s: met |\n| Mutants | 7 |  |\n\n"
        "Measured by `run.py`.\n",
        encoding="utf-8",
    )
    html = render("<!-- qedeck:measurements -->", page="trust").replace("\n", "")
    assert '<th scope="row"><code>pytest checks</code>, cold</th><td>3 &lt; 4 s</td>' in html
    assert '<th scope="row">Mutants</th><td>7</td><td></td>' in html
    assert html.endswith("<p>Measured by <code>run.py</code>.</p>")


def test_what_is_not_verified_is_named(render):
    html = render("<!-- qedeck:unverified -->", page="trust")
    assert "5 statements are not verified" in html
    found = re.findall(r'<a href="(\S+)">', html)
    assert [link.split("#")[1] for link in found] == [
        "changed",
        "broken",
        "bare",
        "radon",
        "titled",
    ]
    bare = Catalogue()
    said = text(render("<!-- qedeck:unverified -->", catalogue=bare))
    assert "Every statement of every note is verified" in said


def test_levels_are_explained_by_the_words_of_the_boxes(render):
    said = text(render("<!-- qedeck:levels -->"))
    for word in ("Proved It holds", "Tested It has no proof here", "Pinned Every corrupted"):
        assert word in said


def test_every_statement_is_listed_with_what_is_known_of_it(listed, render):
    markdown = claims_page(listed).split("---\n", 2)[2]
    html = render(markdown, page="claims")
    rows = re.findall(r'<li class="qd-row"([^>]*)>(.*?)</li>', html, re.DOTALL)
    assert len(rows) == len(listed.entries)
    told, row = next(row for row in rows if "Only a check can tell" in row[1])
    assert told == ' data-kind="claim" data-level="tested" data-method="hand" data-note="norms"'
    assert 'href="norms.md#by-hand"' in row
    assert "Tested Only a check can tell Claim · written check · can fail: 2 of 2" in text(row)


def test_filters_offer_what_there_is_and_are_hidden_without_scripts(render):
    html = render("<!-- qedeck:filters -->", page="claims")
    assert re.search(r'<form[^>]* hidden=""', html)
    assert '<option id="level=fails" value="fails">Fails (1)</option>' in html
    assert '<option id="note=clipping" value="clipping">Clipping (2)</option>' in html
    assert 'value="source"' not in html


def test_notes_stand_in_reading_order(listed):
    assert listed.pages == ("index", "norms", "clipping", "trust")
    assert listed.notes["clipping"].prerequisites == ("norms",)
    assert listed.notes["norms"].used_by == ("clipping",)


def test_an_unknown_comment_is_left_alone(render):
    assert render("<!-- qedeck:nothing -->", page="index") == "<!-- qedeck:nothing -->"


def test_a_display_formula_outside_every_box_is_refused_at_its_place(render):
    text = "Words.\n\n$$a = b$$\n\n> [!claim|c] C\n>\n> $$b = c$$\n"
    with pytest.raises(SourceError) as raised:
        account(render(text), "note.md", text)
    assert str(raised.value).startswith("note.md:3:3: a display formula stands outside")
    assert "b = c" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        r"\[ a = b \]",
        "\\begin{align}\na = b\n\\end{align}",
        r'<div class="arithmatex">\[a = b\]</div>',
        "> quoted\n>\n> $$a = b$$",
        "> [!note] Look\n>\n> $$a = b$$",
        '<div class="arithmatex">a = b</div>',
        '<div class="arithmatex"><!-- -->\\[a = b\\]</div>',
        '<p class="arithmatex"><b>\\[a</b> = b\\]</p>',
        '<math display="block"><mi>a</mi></math>',
        '<span class="katex-display">a = b</span>',
        '<div class="qd-box"><details class="qd-known"><math><mi>a</mi></math></details></div>',
    ],
)
def test_no_other_spelling_gets_past_the_accounting(render, text):
    with pytest.raises(SourceError):
        account(render(text), "note.md", text)


def test_the_formulas_of_a_good_note_are_all_accounted_for(render, listed):
    assert account(render(), "norms.md", "", listed.displays["norms"]) == ()


@pytest.mark.parametrize(
    "change",
    [
        (r"\|x\|_p \le n^{1/p}", r"\|x\|_p \ge n^{1/p}"),
        (r"\[\|x\|_\infty", r"\[|x|_\infty"),
        ('<div class="qd-body">', r'<div class="qd-body"><div class="arithmatex">\[a = b\]</div>'),
    ],
)
def test_a_page_that_shows_another_formula_than_was_read_is_refused(render, listed, change):
    html = render()
    assert change[0] in html
    with pytest.raises(SourceError, match="the page shows another formula than was read here"):
        account(html.replace(*change), "norms.md", "", listed.displays["norms"])


@pytest.mark.parametrize(
    "change",
    [
        (r"\(1 \le p &lt; \infty\)", r"\(0 < p < \infty\)"),
        (r"<p>Let <span", r"<p>Let not <span"),
        (r"Equality on the left at", "Equality on the right at"),
        ('<div class="qd-body">', '<div class="qd-body"><p>For positive x.</p>'),
    ],
)
def test_a_page_that_shows_other_hypotheses_than_were_read_is_refused(render, listed, change):
    html = render()
    assert change[0] in html
    displays, bodies = listed.displays["norms"], listed.bodies["norms"]
    assert account(html, "norms.md", "", displays, bodies) == ()
    with pytest.raises(SourceError, match="the page shows other words or hypotheses"):
        account(html.replace(*change), "norms.md", "", displays, bodies)


def test_a_statement_that_the_page_leaves_out_is_told(render, listed):
    displays, bodies = listed.displays["norms"], listed.bodies["norms"]
    with pytest.raises(SourceError, match="the page does not show this statement"):
        account(render(), "norms.md", "", displays, {**bodies, "gone": "x"})


def test_only_boxes_have_parts_that_the_evidence_fills():
    html = '<p class="arithmatex qd-known">1 = 2</p>'
    with pytest.raises(SourceError, match="a display formula stands outside every claim"):
        account(html, "norms.md", "", {}, {})


def test_a_box_that_nothing_has_read_is_told(render, listed):
    text = "> [!claim|new] New\n>\n> $$0 = 0$$\n"
    assert account(render(text), "norms.md", text, listed.displays["norms"]) == ("new",)


def test_the_notes_are_listed_in_reading_order_with_what_is_open(render):
    html = render("<!-- qedeck:notes -->", page="index")
    assert re.findall(r'<a href="(\S+)">', html) == ["norms.md", "clipping.md"]
    said = text(html)
    assert "Norms How do we measure the size of a vector? 9 statements, 3 not verified" in said
