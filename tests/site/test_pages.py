from __future__ import annotations

import pytest

from qedeck.errors import SourceError
from qedeck.site.accounting import account
from qedeck.site.pages import Numbers, count, numbers


def test_numbers_count_what_stands_and_what_does_not(shown):
    assert count(shown) == Numbers(
        proved=1, shapes=1, tested=1, refuted=1, pinned=1, open=3, killed=10, mutants=10
    )


def test_numbers_are_shown_in_words(shown):
    html = numbers(shown)
    assert "<strong>1</strong> <span>proved at shapes</span>" in html
    assert "10 of 10 deliberately corrupted formulas were rejected" in html
    assert "3 statements are not verified in this build" in html


def test_numbers_without_evidence_only_say_that():
    assert numbers({"norms/a": (None, False)}) == (
        "<p>1 statement is not verified in this build.</p>"
    )


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
    ],
)
def test_no_other_spelling_gets_past_the_accounting(render, text):
    with pytest.raises(SourceError):
        account(render(text), "note.md", text)


def test_the_formulas_of_a_good_note_are_all_accounted_for(render):
    account(render(), "norms.md", "")
