from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from markdown import Markdown
from markdown.serializers import to_html_string

from qedeck.evidence.mutants import Mutant, MutantId, Operator, Outcome
from qedeck.evidence.reasons import Counter, Nowhere, Plain, Reason, Rejected, Told
from qedeck.site.catalogue import Catalogue
from qedeck.site.corrupted import fold
from qedeck.site.extension import QedeckExtension
from qedeck.site.status import status

CHIP = re.compile(r'<span class="qd-chip qd-(\w+)">(.*?)</span>', re.DOTALL)


def box(html: str, slug: str) -> str:
    """The HTML of one box, up to where the next one begins."""
    start = html.index(f'id="{slug}"')
    end = re.compile(r'<(?:div|details) class="qd-(?:box|card)').search(html, start)
    return html[start : end.start() if end else len(html)]


@pytest.mark.parametrize(
    ("slug", "label", "key"),
    [
        ("p-norm", "Pinned", "pinned"),
        ("sandwich", "Proved at shapes", "shapes"),
        ("wide", "Proved", "proved"),
        ("by-hand", "Tested", "tested"),
        ("every-p", "Refuted", "refuted"),
        ("changed", "Stale", "stale"),
        ("broken", "Fails", "fails"),
        ("bare", "Not verified in this build", "none"),
        ("radon", "Cited, not verified", "cited"),
    ],
)
def test_status_is_told_by_word_and_icon(render, slug, label, key):
    chip = CHIP.search(box(render(), slug))
    assert chip[1] == key
    assert chip[2].startswith("<svg")
    assert chip[2].endswith(label)


@pytest.mark.parametrize(("kind", "word"), [("theorem", "Theorem"), ("lemma", "Lemma")])
def test_a_theorem_or_lemma_is_told_by_word_and_icon(render, kind, word):
    text = "> [!claim|wide] Wide\n>\n> $$x = x$$\n".replace("claim", kind)
    html = render(text)
    assert f'class="qd-box qd-{kind} qd-is-proved"' in html
    assert re.search(rf'<span class="qd-kind"><svg.*?</svg>{word}</span>', html, re.DOTALL)


def test_a_claim_that_could_be_corrupted_is_not_called_false(render, listed, record):
    passed = Mutant(MutantId("statement", "term-dropped"), "x = 1", "undecided", Plain("unnoticed"))
    evidence = record("wide", verdict="fails", level=None, mutants=(passed,))
    entry = replace(
        listed.entries["norms/wide"], evidence=evidence, status=status("claim", evidence)
    )
    loose = replace(listed, entries={**listed.entries, entry.id: entry})
    part = flat(box(render(catalogue=loose), "wide"))
    assert CHIP.search(part)[2].endswith("Not pinned down")
    assert "<summary>Not rejected: 1</summary>" in part
    assert status("claim", replace(evidence, counterexample=(("x", "1"),))).label == "Fails"


def test_every_statement_has_a_permalink_and_its_formulas(render):
    part = box(render(), "sandwich")
    assert '<a class="headerlink" href="#sandwich"' in part
    assert r"\[\|x\|_\infty \le \|x\|_p \le n^{1/p} \|x\|_\infty\]" in part
    assert r"\(1 \le p &lt; \infty\)" in part


def test_how_a_claim_is_known_is_told_in_full(render):
    part = box(render(), "by-hand")
    for told in (
        "can fail: 2 of 2",
        "A check written by hand",
        "no counterexample in 2,400 random instances",
        "rational normal form (the difference is 0)",
        r"2,400 random instances met the hypotheses, over 2 shapes: <span class='arithmatex'>",
        r"largest error <span class='arithmatex'>\(3.1 \cdot 10^{-16}\)</span>",
        r"\[\left(\|x\|_p\right) \le 1\]",
        "0.25 s with sympy 1.14.0",
        "<summary>Rejected: 2</summary>",
        "<summary>True as well, and proved so: 1</summary>",
    ):
        assert told.replace("'", '"') in part, told


def folded(part: str) -> list[list[list[Any]]]:
    """The data of the folded lists of a box."""
    found = re.findall(r'<script type="application/json">(.*?)</script>', part, re.DOTALL)
    return [json.loads(data) for data in found]


def test_what_became_of_corrupted_formulas_is_data_that_nothing_in_a_formula_can_end(render):
    killed, true_too = folded(box(render(), "by-hand"))
    said = [["x = (1, 0)"], ": ", [r"1 \ge 2"], " fails"]
    assert killed[0] == ["sign of a term", r"\|x\|_p \ge 1", said]
    assert true_too == [["norm order made 2", r"\|x\|_2 \le 1", ["the gap is a square"]]]
    hostile = Mutant(
        MutantId("statement", "sign-of-term"),
        "a </script> b",
        "killed",
        Rejected("c::t", "</script><b> x < 1"),
    )
    html = to_html_string(fold("Rejected: 1", "", [hostile], "norms", Catalogue()))
    assert re.findall(r"</?(\w+)", html) == [
        "details", "summary", "summary", "script", "script", "details",
    ]  # fmt: skip


def test_each_hypothesis_says_what_it_is_needed_for(listed, render):
    def tried(
        operator: Operator, latex: str, outcome: Outcome, reason: Reason, widens: str = ""
    ) -> Mutant:
        name = MutantId("hypothesis", operator, (), widens or latex)
        return Mutant(name, latex, outcome, reason, widens or latex)

    length = Told("reviewed", "n is a length")
    mutants = (
        tried("hypothesis-widened", r"p \ge 0", "killed", Counter({"p": 0, "x": [1, 1]}), "p > 0"),
        tried("hypothesis-widened-by-one", r"n \ge 0", "reviewed", length, r"n \ge 1"),
        tried("hypothesis-dropped", r"n \ge 1", "killed", Nowhere({"n": 0})),
        tried("hypothesis-dropped", r"x \ne 0", "still true", Plain("a domain")),
        tried("hypothesis-dropped", r"y \ge 0", "reviewed", Told("reviewed", "y is a length")),
        tried("hypothesis-dropped", r"z \ge 0", "undecided", Plain("not needed")),
    )
    entry = listed.entries["norms/wide"]
    entry = replace(entry, evidence=replace(entry.evidence, mutants=mutants))
    told = replace(listed, entries={**listed.entries, entry.id: entry})
    part = flat(box(render(catalogue=told), "wide"))
    rows = re.findall(r"<li[^>]*>(.*?)</li>", re.search(r"qd-hypotheses.*?</ul>", part)[0])
    shown = [unescape(re.sub(r"<[^>]+>|\\[()]", "", row)) for row in rows]
    assert [row.replace("  ", " ") for row in shown] == [
        r"p > 0 is needed. With p \ge 0 in its place, the claim fails at p = 0, x = (1, 1).",
        (
            r"n \ge 1 is needed. It is kept although n \ge 0 would do: n is a length. "
            "Without it, it has no value at n = 0."
        ),
        r"x \ne 0. It only says where the formula has a value.",
        r"y \ge 0. It is kept although it is not needed: y is a length.",
        r"z \ge 0. It is not needed, as far as the search can tell.",
    ]


def test_many_shapes_are_gathered_by_dimension(listed, render):
    entry = listed.entries["norms/by-hand"]
    shapes = tuple({"m": m, "n": n} for m in (2, 1) for n in (10, 9, 1, 2))
    entry = replace(entry, evidence=replace(entry.evidence, shapes=shapes))
    told = replace(listed, entries={**listed.entries, entry.id: entry})
    text = re.sub(r"<[^>]+>", "", box(render(catalogue=told), "by-hand"))
    assert r"over 8 shapes: \(m = 1, 2\); \(n = 1, 2, 9, 10\); largest error" in text


def test_source_of_a_check_is_shown(render):
    text = re.sub(r"<[^>]+>", "", box(render(), "by-hand"))
    assert "Source of checks/test_norms.py::test_by_hand[case]" in text
    assert '@pytest.mark.claim("norms/by-hand")\ndef test_by_hand(claim):' in text


def test_a_failed_claim_shows_its_report(render):
    assert "fails at x = (2)\n  left: 2" in box(render(), "broken")


def test_a_misconception_shows_its_counterexample(render):
    assert r"<dt>Counterexample</dt>" in box(render(), "every-p")


def test_without_any_evidence_every_box_says_so(render):
    html = render(catalogue=None)
    assert html.count("Not verified in this build</span>") == 8
    assert "can fail" not in html


def test_cards_fold_and_name_facts(render):
    html = render()
    assert re.search(r'<details class="qd-card" id="why-diamond">\s*<summary>', html)
    assert "<small>fact</small>" in box(html, "who")


def test_clozes_mark_their_deletions(render):
    part = box(render(), "two-ends")
    assert "<mark>smallest</mark>" in part
    assert "<mark>max norm</mark>" in part


def test_figures_are_drawn_in_place_with_their_words(render):
    html = render()
    drawing = re.search(r"<div[^>]*qd-drawing[^>]*>", html)[0]
    assert 'role="img"' in drawing
    assert 'aria-label="Two lines that cross"' in drawing
    assert "<figcaption>Lines</figcaption>" in html
    assert "figure:norms.lines" not in html


def test_a_figure_that_a_page_shows_twice_is_drawn_once(render):
    html = render("![Here](figure:norms.lines)\n\n![There](figure:norms.lines)")
    assert [html.count(f'aria-label="{said}"') for said in ("Here", "There")] == [1, 1]
    assert len(re.findall("<svg ", html)) == 2
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    (reference,) = re.findall(r'<svg [^>]*><use href="#([^"]+)"/></svg>', html)
    assert reference in ids


def test_a_figure_without_its_package_leaves_its_words(render):
    html = render("![A cone](figure:norms.needs)")
    assert "A cone (not drawn in this build: a_package_that_is_missing is not installed)" in html


def test_a_deck_that_is_missing_is_not_linked(render):
    text = "Take [the deck](deck.apkg)."
    assert 'href="deck.apkg"' in render(text)
    assert (
        render(text, page="index", has_deck=False)
        == "<p>Take <span>the deck (not in this build)</span>.</p>"
    )


def test_snippets_are_highlighted(render):
    assert re.search(r'<div class="language-python highlight">.*p_norm', render(), re.DOTALL)


def test_other_callouts_are_left_alone(render):
    assert '<div class="admonition note">' in render("> [!note] Look\n>\n> here")


def test_a_statement_is_a_heading_that_links_to_itself_once(render):
    html = render()
    assert re.search(r'<h4 class="qd-title" id="sandwich">Every p-norm lies between', html)
    with_toc = Markdown(
        extensions=[QedeckExtension(page="norms"), "toc"],
        extension_configs={"toc": {"permalink": True}},
    )
    assert with_toc.convert("> [!claim|c] C\n>\n> $$a = b$$").count('href="#c"') == 1


def test_a_box_links_what_it_rests_on_and_what_rests_on_it(render):
    part = box(render(), "sandwich")
    assert '<dt>Rests on</dt><dd><ul class="qd-links"><li><a href="#p-norm">The p-norm</a>' in flat(
        part
    )
    used = re.search(r"<dt>Used by</dt><dd>(.*?)</dd>", flat(part))[1]
    assert '<a href="clipping.md#leaning">What leans on the other note (Clipping)</a>' in used


def test_many_links_are_folded(render, listed):
    entry = replace(listed.entries["norms/sandwich"], used_by=tuple(listed.entries))
    many = replace(listed, entries={**listed.entries, entry.id: entry})
    part = flat(box(render(catalogue=many), "sandwich"))
    assert f'<details class="qd-many"><summary>{len(listed.entries)} statements</summary>' in part


def test_texts_of_the_engine_link_the_statements_they_name(render):
    part = flat(box(render(page="clipping"), "leaning"))
    link = '<a href="norms.md#sandwich">Every p-norm lies between (Norms)</a>'
    assert f'<p class="qd-linked" hidden="">{link}</p>' in part
    assert folded(part)[0] == [
        ["factor dropped", "x = 1", ["breaks ", 0, ": ", ["p = 1"], ": ", ["2 = 1"], " fails"]]
    ]
    assert "<summary>Not formulas at all: 1</summary>" in part


def test_a_note_ends_with_the_notes_before_and_after_it(render):
    assert re.search(
        r'qd-around.*<strong>Used by</strong>: <a href="clipping.md">Clipping</a>', flat(render())
    )
    later = flat(render(page="clipping"))
    assert '<strong>Prerequisites</strong>: <a href="norms.md">Norms</a>' in later
    assert "qd-around" not in render("Words.", page="index")


def flat(html: str) -> str:
    """HTML without the line ends between elements."""
    return re.sub(r">\n+\s*<", "><", html)
