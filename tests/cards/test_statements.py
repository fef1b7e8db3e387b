"""Cards of statements: what they are made from, and what learners keep."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from qedeck.cards.lock import read_lock
from qedeck.cards.review import review_deck
from qedeck.evidence.mutants import Mutant, MutantId
from qedeck.evidence.reasons import Counter, Near, Plain, Rejected
from qedeck.formula.span import Span
from qedeck.notes.library import read_library
from qedeck.notes.model import Heading, Note

NOTE = r"""---
title: Norms
kind: page
---

## Two norms

> [!theorem|sandwich] The 1-norm lies above the 2-norm
>
> Let $x \in \mathbb{R}^n$ and $a \ge 0$. Then
>
> $$a \|x\|_2^2 \le a \|x\|_1^2$$

> [!definition|double] Twice
>
> Let $t \in \mathbb{R}$.
>
> $$d(t) := 2 t + 1$$

> [!misconception|equal] The two norms are equal
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 = \|x\|_1$$
>
> Fails at $x = (3, 4)$: $5 \ne 7$. True for [at most](#sandwich).

> [!claim|plain] A plain claim
>
> Let $t \in \mathbb{R}$. Then
>
> $$t^2 \ge 0$$

> [!claim|linking] A claim about the double
>
> With [twice](#double), let $t \in \mathbb{R}$. Then
>
> $$d(t) - 1 = 2 t$$
>
> Cards: state, truth

> [!lemma|step] A step
>
> Let $t \in \mathbb{R}$. Then
>
> $$t^2 + 1 > 0$$
"""


def mutant(latex, operator, path, reason, part="statement", of="", outcome="killed"):
    return Mutant(MutantId(part, operator, path, of), latex, outcome, reason)


def exact(values, left, sign, right, by="exact"):
    return Counter(values, left, sign, right, by=by)


TURNED = mutant(
    r"a \|x\|_2^2 \ge a \|x\|_1^2", "relation-turned", (0,),
    exact({"a": Fraction(1), "n": 2, "x": [Fraction(3), Fraction(4)]}, Fraction(25), ">=",
          Fraction(49)),
)  # fmt: skip
DROPPED = mutant(
    r"a \|x\|_2^2 \le a \|x\|_1", "exponent-dropped", ("terms", 1, "factors", 1),
    exact({"a": Fraction(3), "n": 2, "x": [Fraction(3), Fraction(4)]}, Fraction(75), "<=",
          Fraction(21)),
)  # fmt: skip
NEGATIVE = mutant(
    r"a \in \mathbb{R}", "hypothesis-dropped", (0, 0),
    exact({"a": Fraction(-1), "n": 2, "x": [Fraction(1), Fraction(2)]}, Near("-5.0001"), "<=",
          Fraction(-9), by="balls"),
    part="hypothesis", of=r"a \ge 0",
)  # fmt: skip


@pytest.fixture
def base(project):
    """The note as read, with evidence for all that it says."""
    folder = project.root / "notes" / "en"
    folder.mkdir(parents=True)
    (folder / "norms.md").write_text(NOTE, "utf-8")
    read(project)
    evidence = project.evidence
    evidence["norms/sandwich"] = replace(
        evidence["norms/sandwich"], mutants=(TURNED, DROPPED, NEGATIVE)
    )
    evidence["norms/double"] = replace(
        evidence["norms/double"], kind="definition", level=None,
        mutants=(
            mutant("d(t) := 3 t + 1", "number-raised", ("body", "terms", 0, "factors", 0),
                   Rejected("check")),
            mutant("d(t) := 1", "term-dropped", ("body", 0), Plain("unnoticed"),
                   outcome="undecided"),
        ),
    )  # fmt: skip
    evidence["norms/equal"] = replace(evidence["norms/equal"], level="refuted")
    return project


def read(project):
    from qedeck.notes.binding import bind

    library = read_library(project.root)
    library.check()
    (note,) = library.notes
    project.notes = library.notes
    project.cards = list(note.cards)
    project.statements = {s.id: s for s in note.statements}
    project.bound = bind(library, "en").bound
    for name in project.statements:
        if name not in project.evidence:
            project.judge(name, "holds")


def deck(project):
    return review_deck(project.sources, read_lock(project.root))


def cards(project):
    return {card.id.removeprefix("en/norms/"): card for card in deck(project).cards}


def test_each_kind_of_statement_gives_its_kinds_of_cards(base):
    assert list(cards(base)) == [
        "sandwich/state", "sandwich/complete", "sandwich/error", "sandwich/truth",
        "sandwich/hypothesis", "double/state", "double/complete", "double/compute", "equal/truth",
        "plain/state", "linking/state", "linking/truth",
    ]  # fmt: skip
    assert {card.group for card in deck(base).cards if "sandwich" in card.id} == {
        "en/norms/sandwich"
    }
    first = cards(base)["sandwich/state"]
    assert (first.section, first.place) == ("two-norms", "norms/#sandwich")
    assert first.rests == ("norms/sandwich",)
    assert "✓ Verified by machine" in first.foot


@pytest.mark.parametrize(
    ("line", "kinds"),
    [("none", []), ("error", ["error"]), ("state, truth", ["state", "truth"])],
)
def test_a_line_in_the_box_decides_otherwise(base, line, kinds):
    path = base.root / "notes/en/norms.md"
    formula = r"> $$a \|x\|_2^2 \le a \|x\|_1^2$$"
    path.write_text(NOTE.replace(formula, f"{formula}\n>\n> Cards: {line}"), "utf-8")
    before = base.bound["norms/sandwich"]
    read(base)
    assert base.bound["norms/sandwich"] == before
    found = [name for name in cards(base) if name.startswith("sandwich/")]
    assert [name.removeprefix("sandwich/") for name in found] == kinds


def test_a_kind_of_card_that_there_is_not_is_a_mistake(base):
    from qedeck.errors import SourceError

    path = base.root / "notes/en/norms.md"
    path.write_text(NOTE.replace("> $$t^2 \\ge 0$$", "> $$t^2 \\ge 0$$\n>\n> Cards: quiz"), "utf-8")
    with pytest.raises(SourceError, match="`quiz` is no kind of card; write `Cards: none`"):
        read(base)


def test_the_error_is_one_that_exact_numbers_refute_and_its_place_is_marked(base):
    card = cards(base)["sandwich/error"]
    assert r"\[a \|x\|_2^2 \le a \|x\|_1\]" in card.front
    assert r"\[a \|x\|_2^2 \le a \|x\|_1^{\boxed{2}}\]" in card.back
    assert r"\(n = 2, x = (1, 5), a = 1\), where \(26 \le 6\) is false" in card.back


@pytest.mark.parametrize(
    "change",
    [
        {"by": "floats"},
        {"role": "equality"},
        {"left": 15.2},
        {"values": {"a": 0.1}},
        {"left": None},
    ],
)
def test_what_was_not_refuted_exactly_is_no_error_to_find(base, change):
    doubtful = tuple(replace(m, reason=replace(m.reason, **change)) for m in (TURNED, DROPPED))
    evidence = base.evidence["norms/sandwich"]
    base.evidence["norms/sandwich"] = replace(evidence, mutants=doubtful)
    base.bound = {name: b for name, b in base.bound.items() if name != "norms/sandwich"}
    assert "sandwich/error" not in cards(base)


def test_a_place_is_left_open_only_where_every_error_was_refuted(base):
    card = cards(base)["double/complete"]
    assert r"d(t) := \boxed{\;?\;} + 1" in card.front
    assert r"d(t) := \boxed{2 t} + 1" in card.back
    evidence = base.evidence["norms/sandwich"]
    true = mutant(r"a \|x\|_2^2 \le a \|x\|_1^2", "symbol-exchanged", ("terms", 1, "factors", 0),
                  Plain("a consequence"), outcome="still true")  # fmt: skip
    base.evidence["norms/sandwich"] = replace(evidence, mutants=(TURNED, true))
    assert "sandwich/complete" not in cards(base)


def test_a_misconception_asks_whether_it_is_true_and_answers_with_its_numbers(base):
    card = cards(base)["equal/truth"]
    assert r"\[\|x\|_2 = \|x\|_1\]" in card.front
    assert "<strong>False.</strong>" in card.back
    assert r"Fails at \(x = (3, 4)\): \(5 \ne 7\)." in card.back
    assert "<strong>True.</strong>" in cards(base)["sandwich/truth"].back


def test_a_hypothesis_is_asked_for_with_the_place_where_the_formula_fails(base):
    card = cards(base)["sandwich/hypothesis"]
    assert r"Why must \(a \ge 0\) be assumed?" in card.front
    assert r"\(a = -1, n = 2, x = (1, 2)\), where \(-5.0001\ldots \le -9\) is false" in card.back


def test_a_statement_is_one_note_whose_cards_are_siblings(base):
    base.bring_in()
    note = base.note("norms/sandwich")
    assert [card.ord for card in note.cards()] == [0, 1, 2, 3, 4]
    assert [card.ord for card in base.note("norms/equal").cards()] == [3]
    assert [card.ord for card in base.note("norms/plain").cards()] == [0]
    assert not base.col.find_notes('Id:"norms/step"')
    assert base.col.get_empty_cards().notes == []
    conf = base.col.decks.config_dict_for_deck_id(note.cards()[0].did)
    conf["new"]["bury"] = True
    base.col.decks.update_config(conf)
    base.col.decks.set_current(base.col.decks.id("qedeck::en::01 norms"))
    seen = []
    while (card := base.col.sched.getCard()) is not None and len(seen) < 20:
        seen.append(card.nid)
        base.col.sched.answerCard(card, 4)
    assert len(seen) == len(set(seen)) == 5
    question, answer = base.shown("norms/sandwich", 2)
    assert "There is one error in this formula." in question
    assert "Verified by machine" in answer


def test_a_theorem_proved_again_with_other_numbers_updates_nothing(base):
    base.bring_in()
    base.learn("norms/sandwich", 30, ordinal=2)
    other = replace(DROPPED, reason=exact({"a": Fraction(9)}, Fraction(45), "<=", Fraction(7)))
    more = mutant(
        "a", "sign-dropped", (9,), exact({"a": Fraction(0)}, Fraction(1), "=", Fraction(0))
    )
    evidence = base.evidence["norms/sandwich"]
    base.evidence["norms/sandwich"] = replace(evidence, mutants=(more, other, TURNED, NEGATIVE))
    assert not base.lock()
    base.export()
    assert len(base.import_deck().updated) == 0
    assert base.interval("norms/sandwich", 2) == 30


def undecided(mutant):
    return replace(mutant, outcome="undecided", reason=Plain("unnoticed"))


def test_a_machine_that_refutes_less_exports_the_cards_that_learners_have(base):
    base.lock()
    shown = cards(base)
    evidence = base.evidence["norms/sandwich"]
    assert len(evidence.mutants) == 3
    less = tuple(map(undecided, evidence.mutants))
    base.evidence["norms/sandwich"] = replace(evidence, mutants=less)
    base.export()
    assert not base.lock()
    assert cards(base) == shown


def test_a_machine_that_refutes_more_exports_no_card_that_the_lock_lacks(base):
    evidence = base.evidence["norms/sandwich"]
    less = tuple(map(undecided, evidence.mutants))
    base.evidence["norms/sandwich"] = replace(evidence, mutants=less)
    base.lock()
    assert {"sandwich/error", "sandwich/hypothesis"}.isdisjoint(cards(base))
    base.evidence["norms/sandwich"] = evidence
    base.export()
    assert {"sandwich/error", "sandwich/hypothesis"}.isdisjoint(cards(base))
    assert base.lock().changed == ("en/norms/sandwich",)
    assert {"sandwich/error", "sandwich/hypothesis"} <= cards(base).keys()


def test_a_proof_that_goes_another_way_changes_no_card(base):
    base.lock()
    evidence = base.evidence["norms/sandwich"]
    base.evidence["norms/sandwich"] = replace(evidence, uses=("norms/plain",))
    base.export()
    assert not base.lock()


@pytest.mark.parametrize("outcome", ["still true", "reviewed"])
def test_an_error_that_turns_out_to_be_none_gives_way_to_another(base, outcome):
    base.lock()
    assert r"\|x\|_2^2 \le a \|x\|_1\]" in cards(base)["sandwich/error"].front
    evidence = base.evidence["norms/sandwich"]
    true = replace(DROPPED, outcome=outcome, reason=Plain("unnoticed"))
    base.evidence["norms/sandwich"] = replace(evidence, mutants=(TURNED, true, NEGATIVE))
    assert base.lock().changed == ("en/norms/sandwich",)
    assert r"a \|x\|_2^2 \ge a \|x\|_1^2" in cards(base)["sandwich/error"].front


def test_an_error_that_is_tried_no_longer_gives_way_to_another(base):
    base.bring_in()
    base.learn("norms/sandwich", 30, ordinal=2)
    evidence = base.evidence["norms/sandwich"]
    base.evidence["norms/sandwich"] = replace(evidence, mutants=(TURNED, NEGATIVE))
    assert base.lock().changed == ("en/norms/sandwich",)
    base.export()
    assert len(base.import_deck().updated) == 1
    assert r"a \|x\|_2^2 \ge a \|x\|_1^2" in base.shown("norms/sandwich", 2)[0]
    assert base.interval("norms/sandwich", 2) == 30


def test_a_kind_of_card_that_is_gone_keeps_its_text_and_says_so(base):
    base.bring_in()
    evidence = base.evidence["norms/sandwich"]
    base.evidence["norms/sandwich"] = replace(evidence, mutants=(TURNED, DROPPED))
    base.bring_in()
    question, answer = base.shown("norms/sandwich", 4)
    assert r"Why must \(a \ge 0\) be assumed?" in question
    assert "Retired: this card was taken out of the notes." in answer
    assert "sandwich/hypothesis" not in cards(base)
    base.evidence["norms/sandwich"] = evidence
    base.bring_in()
    assert "Retired" not in base.shown("norms/sandwich", 4)[1]


def test_a_statement_that_fails_takes_its_cards_back(base):
    base.bring_in()
    base.learn("norms/plain", 12)
    base.judge("norms/plain", "fails")
    assert base.lock().withdrawn == ("en/norms/plain",)
    base.export()
    base.import_deck()
    assert "Withdrawn: what this card rests on fails" in base.shown("norms/plain")[1]
    base.judge("norms/plain", "holds")
    assert base.lock().restored == ("en/norms/plain",)
    base.export()
    base.import_deck()
    assert "Withdrawn" not in base.shown("norms/plain")[1]
    assert base.interval("norms/plain") == 12


def test_evidence_that_is_missing_changes_nothing_that_learners_have(base):
    base.bring_in()
    evidence, base.evidence = base.evidence, {}
    assert not base.lock()
    base.evidence = evidence
    assert not base.lock()


def test_a_theorem_that_becomes_a_lemma_is_retired_and_can_come_back(base):
    base.bring_in()
    path = base.root / "notes/en/norms.md"
    path.write_text(NOTE.replace("[!theorem|", "[!lemma|"), "utf-8")
    read(base)
    assert base.lock().retired == ("en/norms/sandwich",)
    base.export()
    base.import_deck()
    assert "Retired" in base.shown("norms/sandwich")[1]
    path.write_text(NOTE, "utf-8")
    read(base)
    assert base.lock().restored == ("en/norms/sandwich",)


def test_a_note_that_is_renamed_keeps_progress_and_names_its_deck(base):
    base.bring_in()
    base.learn("norms/sandwich", 41, ordinal=3)
    (base.root / "notes/en/norms.md").rename(base.root / "notes/en/lengths.md")
    base.evidence = {name.replace("norms/", "lengths/"): e for name, e in base.evidence.items()}
    read(base)
    changes = base.lock()
    assert changes.moved == ("en/norms/double", "en/norms/plain", "en/norms/sandwich")
    assert changes.changed == ("en/norms/equal", "en/norms/linking")  # they link the note
    report = base.export()
    assert "  qedeck::en::01 norms → qedeck::en::01 lengths" in report.notices
    log = base.import_deck()
    assert len(log.new) == 0
    assert base.interval("norms/sandwich", 3) == 41
    assert base.note("norms/sandwich").tags == ["qedeck::lengths"]
    assert not base.lock()
    assert "en/norms/sandwich/truth" in {card.id for card in deck(base).cards}


def test_a_new_statement_does_not_take_the_place_of_one_that_moved(base):
    base.lock()
    lengths = NOTE.replace("title: Norms", "title: Lengths")
    (base.root / "notes/en/norms.md").rename(base.root / "notes/en/lengths.md")
    read(base)
    base.evidence = {}
    read(base)
    base.lock()
    name = "norms/plain"
    statement = replace(base.statements["lengths/plain"], id=name)
    base.statements = {**base.statements, name: statement}
    base.judge(name, "holds")
    base.judge("lengths/plain", "holds")
    assert lengths
    base.lock()
    entries = read_lock(base.root).entries
    assert entries["en/norms/plain"].statement == "lengths/plain"
    assert entries["en/norms/plain~"].statement == "norms/plain"


def test_a_card_of_a_statement_says_its_section_in_front(project):
    note = Note(
        "norms", "en", "notes/en/norms.md", "note", "Norms & lengths", "", (),
        headings=(Heading(1, 2, "mechanism", "Mechanism"), Heading(2, 3, "balls", "Unit *balls*")),
    )  # fmt: skip
    project.notes = (note,)
    project.bring_in()
    assert '<p class="context">Norms &amp; lengths · Unit balls</p>' in project.shown("flat")[0]
    assert Span


@pytest.mark.parametrize("kind", ["state", "truth"])
def test_what_a_linked_definition_says_stands_on_the_front(base, kind):
    card = cards(base)[f"linking/{kind}"]
    told = r'<p class="from">Twice: Let \(t \in \mathbb{R}\). \(d(t) := 2 t + 1\).</p>'
    assert told in card.front
    assert told not in card.back
    assert 'class="from"' not in cards(base)["plain/state"].front


def test_an_answer_that_stands_elsewhere_in_the_formula_is_not_asked_for(base):
    from qedeck.cards.holes import best

    statement = base.bound["norms/sandwich"].statement
    found = best(statement, base.evidence["norms/sandwich"])
    assert found is not None
    assert found.front == r"a \|x\|_2^2 \le a \boxed{\;?\;}"
    assert best(statement, base.evidence["norms/sandwich"], "terms.1.factors.0") == found
