"""Reviewing in a terminal."""

from __future__ import annotations

import io
import re
from functools import partial
from pathlib import PurePosixPath

import pytest
from rich.console import Console

from qedeck.memory.editor import Place, command, edit, editor
from qedeck.memory.event import Event
from qedeck.memory.history import History, Journal, read_history
from qedeck.memory.learner import Learner
from qedeck.memory.parameters import Parameters
from qedeck.memory.replay import live
from qedeck.memory.terminal import Session, span
from qedeck.memory.text import formula, text_of

NOON = 1_780_000_000_000


class Review:
    """A session whose keys and clock a test gives."""

    def __init__(self, folder, cards, keys, **more):
        self.at = more.pop("at", NOON)
        self.out = io.StringIO()
        pressed = iter(keys)
        history = read_history(folder) if folder.exists() else History()
        self.session = Session(
            Learner(folder, history, Parameters()), cards, Journal(folder, "laptop"),
            Console(file=self.out, width=80), lambda: next(pressed, ""), clock=self.clock, **more,
        )  # fmt: skip

    def clock(self):
        self.at += 1000
        return self.at

    def run(self):
        self.session.run()
        return self.out.getvalue()


def answers(folder):
    counted = live(read_history(folder).events.values())
    return [(event.kind, event.card, event.grade) for event in counted]


def test_answers_are_kept_one_after_the_other(tmp_path, cards):
    said = Review(tmp_path, cards, " 3 1 2").run()
    assert answers(tmp_path) == [
        ("review", "en/ball", 3), ("review", "en/dual/c1", 1), ("review", "en/length", 2),
    ]  # fmt: skip
    assert "What is ball?" in said
    assert "It is ball." in said
    assert "1 again 1 min   2 hard 5.5 min   3 good 10 min   4 easy 8 d" in said
    assert "0 due · 5 new" in said
    assert "3 answers, kept in" in said


def test_a_grade_counts_only_after_the_answer_was_seen(tmp_path, cards):
    Review(tmp_path, cards, "3421 4").run()
    assert answers(tmp_path) == [("review", "en/ball", 4)]


def test_any_number_of_answers_is_undone(tmp_path, cards):
    said = Review(tmp_path, cards, " 3 1uuu 4q").run()
    assert answers(tmp_path) == [("review", "en/ball", 4)]
    assert said.count("Taken back: ") == 2
    assert "Nothing of this session is left to undo." in said
    assert len(read_history(tmp_path).events) == 5


def test_cards_are_suspended_and_buried(tmp_path, cards):
    Review(tmp_path, cards, "sb?q").run()
    assert answers(tmp_path) == [("suspend", "en/ball", None), ("bury", "en/dual/c1", None)]
    again = Review(tmp_path, cards, "").session
    # A sibling of what was buried is as new as it was.
    assert again.queue().new == ("en/dual/c2", "en/length", "en/mean", "en/shift")


def test_a_limit_a_note_and_new_cards(tmp_path, cards):
    Review(tmp_path, cards, " 4" * 9, limit=2).run()
    assert len(answers(tmp_path)) == 2
    said = Review(tmp_path, cards, " 4" * 9, note="batch-norm", at=NOON + 60_000).run()
    assert [card for _, card, _ in answers(tmp_path)][2:] == ["en/mean", "en/shift"]
    assert "Nothing more is due." in said
    said = Review(tmp_path, cards, " 4", new=4, at=NOON + 90_000).run()
    assert said.splitlines()[1] == "Nothing more is due."


def test_what_is_nearly_due_comes_when_nothing_else_is_left(tmp_path, cards):
    Review(tmp_path, cards[:1], " 3 3").run()
    assert [grade for *_, grade in answers(tmp_path)] == [3, 3]


def test_a_torn_line_is_told_and_taken_away(tmp_path, cards):
    (tmp_path / "laptop.jsonl").write_text('{"v":1,"id"')
    said = Review(tmp_path, cards, " 4").run()
    assert "the last line is torn" in said.replace("\n", " ")
    assert answers(tmp_path) == [("review", "en/ball", 4)]


def test_an_answer_that_cannot_be_written_is_not_counted(tmp_path, cards, monkeypatch):
    review = Review(tmp_path, cards, " 4 4")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(review.session.journal, "append", full)
    with pytest.raises(OSError, match="No space"):
        review.run()
    assert review.session.done == []


def test_instances_with_other_numbers_take_turns(tmp_path, cards):
    from dataclasses import replace

    variants = (("What is 1 + 1?", "2"), ("What is 2 + 2?", "4"))
    cards = [replace(cards[0], variants=variants)]
    said = Review(tmp_path, cards, " 3 3").run()
    assert said.index("1 + 1") < said.index("2 + 2")


def test_one_after_the_other_is_as_replaying_all(tmp_path, cards):
    review = Review(tmp_path, cards, " 3 1 2 4u 1" + " 3" * 9)
    review.run()
    from qedeck.memory.replay import replay

    assert vars(review.session.memory) == vars(
        replay(review.session.events.values(), review.session.model)
    )


def test_waits_are_said_in_one_unit():
    minute, day = 60_000, 86_400_000
    waits = [minute, 330_000, 5 * 60 * minute, day, 45 * day, 100 * day, 800 * day]
    assert list(map(span, waits)) == ["1 min", "5.5 min", "5 h", "1 d", "45 d", "3.3 mo", "2.2 y"]


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\|x\|_p := \left( \sum_{i=1}^{n} |x_i|^p \right)^{1/p}", "‖x‖ₚ := ( ∑ᵢ₌₁ⁿ |xᵢ|ᵖ)^(1/p)"),
        (r"\frac{q^\top k}{\sqrt{d_k}}", "qᵀk/√dₖ"),
        (r"\frac{a+b}{2}c", "(a+b)/2 c"),
        (r"\tfrac12 x", "1/2 x"),
        (r"\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
         "softmax(z)ᵢ = (e^zᵢ)/(∑ⱼ e^zⱼ)"),
        (r"x \in \mathbb{R}^n, p &lt; \infty", "x ∈ ℝⁿ, p < ∞"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "(1 2; 3 4)"),
        (r"\begin{aligned} a &= b \\ &\le c \end{aligned}", "a = b\n≤ c"),
        (r"q_i \overset{\text{iid}}{\sim} (0, 1)", "qᵢ ∼iid (0, 1)"),
        (r"\left. f' \right|_{x=0}", "f' |ₓ₌₀"),
        (r"x = \boxed{\phantom{y^2}}", "x = […]"),
        (r"\sqrt[3]{x+1} A^{-1}", "∛(x+1) A⁻¹"),
        (r"\unheard{x}^2", r"\unheard{x}^2"),
        (r"\frac{1}{", r"\frac{1}{"),
    ],
)  # fmt: skip
def test_formulas_are_shown_in_unicode_or_as_they_were_written(latex, shown):
    assert formula(latex) == shown


def test_every_formula_of_the_notes_can_be_shown():
    from pathlib import Path

    found = set()
    for path in (Path(__file__).parents[2] / "notes" / "en").glob("*.md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
        found |= set(re.findall(r"(?<![\\$])\$([^$\n]+)\$", text.replace("\n> ", "\n")))
    assert len(found) > 500
    shown = {latex: formula(latex) for latex in found}
    assert [latex for latex, text in shown.items() if "\\" in text] == []
    assert all(text for text in shown.values())


def test_a_side_becomes_lines():
    side = (
        "If <code>a &lt; b</code>, \\(x &lt; 1\\).<p>One <em>two</em></p>"
        "<ul><li>a</li><li>b</li></ul>"
        '<img src="x.svg" alt="Balls"> <span class="qd-hidden">[…]</span><script>no()</script>'
    )
    assert text_of(side) == "If a < b, x < 1.\nOne two\n· a\n· b\n[picture: Balls] […]"


def test_marks_of_the_console_in_a_card_are_only_text(tmp_path, cards):
    from dataclasses import replace

    said = Review(tmp_path, [replace(cards[0], front="[red]x[/red] [0, 1]")], "").run()
    assert "[red]x[/red] [0, 1]" in said


def test_events_of_a_session_have_growing_ids(tmp_path, cards):
    review = Review(tmp_path, cards, " 3 1uu")
    review.session.clock = lambda: NOON
    review.run()
    written = (tmp_path / "laptop.jsonl").read_text().splitlines()
    events = list(read_history(tmp_path).events.values())
    assert len(written) == 4
    assert [e.id for e in events] == sorted(e.id for e in events)
    assert all(isinstance(event, Event) for event in events)


def test_e_says_where_the_card_stands_and_opens_it_there(tmp_path, cards):
    opened = []
    place = Place("notes/en/norms.md", 12)
    more = {"places": {"en/ball": place}, "edit": lambda where: opened.append(where) or ""}
    said = Review(tmp_path, cards, "e e3q", **more).run()
    assert said.count("notes/en/norms.md:12") == 2
    assert opened == [place, place]
    assert answers(tmp_path) == [("review", "en/ball", 3)]


def test_an_editor_that_cannot_be_started_is_named(tmp_path, cards, monkeypatch):
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    place = Place("notes/en/norms.md", 12)
    said = Review(
        tmp_path, cards, "eq", places={"en/ball": place}, edit=partial(edit, tmp_path)
    ).run()
    assert "notes/en/norms.md:12" in said
    assert "no-such-editor --wait cannot be started" in said


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("vim", ["vim", "+12", "/p/notes/a b.md"]),
        ("/usr/bin/nano -l", ["/usr/bin/nano", "-l", "+12", "/p/notes/a b.md"]),
        ("emacsclient -t", ["emacsclient", "-t", "+12", "/p/notes/a b.md"]),
        ("code --wait", ["code", "--wait", "--goto", "/p/notes/a b.md:12"]),
        ("hx", ["hx", "/p/notes/a b.md:12"]),
    ],
)
def test_editors_are_told_the_line(chosen, words):
    assert command(chosen, PurePosixPath("/p"), Place("notes/a b.md", 12)) == words


def test_the_editor_is_the_learners_own():
    assert editor({"EDITOR": "nano", "VISUAL": "vim"}) == "vim"
    assert editor({"EDITOR": "nano", "VISUAL": " "}) == "nano"
    assert editor({}) == ""
