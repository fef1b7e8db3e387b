"""Files of proofs: what is damaged is named, and nothing in them is believed."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qedeck.evidence.mutation import corruptions
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Counter
from qedeck.evidence.settings import cases
from qedeck.evidence.trial import Judge
from qedeck.formula.scope import Bound
from qedeck.kernel.certificate import Linear, Oracle, Proof, Term
from qedeck.proof.claims import Entry, certified
from qedeck.proof.lock import found_about, search
from qedeck.proof.mutants import Known
from qedeck.proof.oracles import Oracles, question
from qedeck.proof.stored import Block, read_stored, write_stored, written
from qedeck.proof.verdict import checked
from qedeck.proof.witness import Instance, doubtful
from tests.evidence.written import claim

GIVEN, STATEMENT = r"Let $x, y \in \mathbb{R}^n$", r"\langle x, y \rangle \le \|x\|_\infty \|y\|_1"


@pytest.fixture
def bound(tmp_path: Path) -> Bound:
    return claim(
        tmp_path, GIVEN, STATEMENT, after="Equality at $x = \\mathbf{1}$, $y = \\mathbf{1}$."
    )


@pytest.fixture
def block(bound: Bound) -> Block:
    return found_about(bound, {}, Block(), search)


def proved(bound: Bound, block: Block) -> bool:
    """Whether the stored proofs alone prove a claim."""
    return not certified(obligations(bound), {}, stored=block.proofs, find=None, ask=None).missing


def test_what_was_found_is_checked_and_not_searched(bound: Bound, block: Block) -> None:
    assert block.proofs
    assert proved(bound, block)
    assert not proved(bound, Block())


def test_a_file_is_read_as_it_was_written_and_written_as_it_was_read(
    tmp_path: Path, block: Block
) -> None:
    path = tmp_path / "proofs" / "en" / "trial.json"
    assert write_stored(path, {"trial/it": block})
    assert not write_stored(path, {"trial/it": block})
    found = read_stored(path)
    assert found is not None
    assert not found.complaints
    assert found.blocks == {"trial/it": block}
    assert written(found.blocks) == path.read_text(encoding="utf-8")


def broken(entry: Entry) -> list[Entry]:
    """The entry with one error."""
    goal = entry.proof.goal
    found = [
        replace(entry, proof=Proof(Linear(), entry.proof.values)),
        replace(entry, proof=Proof(Oracle("z3"), entry.proof.values)),
        replace(entry, proof=Proof(Linear((Term(1, (0,)),)))),
        replace(entry, linked=("0123456789ab",)),
    ]
    return [one for one in found if one.proof.goal != goal or one.linked]


def test_a_damaged_proof_proves_nothing(bound: Bound, block: Block) -> None:
    for name, entry in block.proofs.items():
        for wrong in broken(entry):
            assert not proved(bound, replace(block, proofs={**block.proofs, name: wrong}))


def test_a_proof_of_one_sequent_is_none_of_another(bound: Bound, block: Block) -> None:
    names = list(block.proofs)
    turned = dict(zip(names, reversed([block.proofs[name] for name in names]), strict=True))
    moved = {name for name in names if turned[name] != block.proofs[name]}
    assert not moved or not proved(bound, replace(block, proofs=turned))


def test_an_oracle_is_asked_anew(bound: Bound) -> None:
    todo = obligations(bound)
    asked: list[Any] = []

    def ask(*what: Any) -> str:
        asked.append(what)
        return "z3"

    found = certified(todo, {}, stored={}, find=None, ask=ask)
    again = certified(todo, {}, stored={}, find=None, ask=ask)
    assert found.share == again.share == "oracle"
    assert found.oracles == ("z3",)
    assert len(asked) == 2 * sum(one.share == "oracle" for one in found.shown)
    assert certified(todo, {}, stored={}, find=None, ask=lambda *_: "").missing


def asked(bound: Bound, courses: dict[str, str], *, follow: bool) -> tuple[list[str], Oracles]:
    """What oracles say of a claim in each of its cases."""
    oracles = Oracles(Budget.of(4 * SECOND), {}, courses)
    ask = oracles.follow if follow else oracles.ask
    todo = [(one, case) for one in obligations(bound) for case in cases(one, (1, 2))]
    return [ask(one, case) for one, case in todo], oracles


def test_an_oracle_follows_the_course_that_it_told(bound: Bound) -> None:
    said, first = asked(bound, {}, follow=False)
    assert all(said)
    again, second = asked(bound, first.told, follow=True)
    assert again == said
    assert second.told == first.told
    assert second.budget.meter.spent <= first.budget.meter.spent


def test_what_was_asked_in_vain_is_not_asked_again(tmp_path: Path) -> None:
    bound = claim(tmp_path, GIVEN, r"\langle x, y \rangle < \|x\|_\infty \|y\|_1")
    todo = [(one, case) for one in obligations(bound) for case in cases(one, (1, 2))]
    first = Oracles(Budget.of(4 * SECOND), {})
    assert not any(first.ask(*one) for one in todo)
    assert set(first.unanswered) == {question(*one) for one in todo}
    assert first.budget.meter.spent > 0
    second = Oracles(Budget.of(4 * SECOND), {}, None, first.unanswered)
    assert not any(second.ask(*one) for one in todo)
    assert second.budget.meter.spent == 0


def test_what_was_not_asked_for_want_of_steps_is_asked_later(bound: Bound) -> None:
    one = obligations(bound)[0]
    case = next(iter(cases(one, (2,))))
    poor = Oracles(Budget.of(0), {})
    assert not poor.ask(one, case)
    assert not poor.unanswered


def test_what_the_kernel_proves_needs_no_answer_of_oracles(bound: Bound, block: Block) -> None:
    everything = [(one, case) for one in obligations(bound) for case in cases(one, (1, 2, 3, 4))]
    mute = replace(block, unanswered=tuple(question(*one) for one in everything))
    todo = obligations(bound)
    with_it = checked(todo, {}, mute, Budget.of(4 * SECOND), same=True)
    without = checked(todo, {}, block, Budget.of(4 * SECOND))
    assert with_it.share == without.share
    assert not with_it.missing


def test_without_a_course_nothing_is_followed(bound: Bound) -> None:
    said, _ = asked(bound, {}, follow=True)
    assert not any(said)


@pytest.mark.parametrize("told", ["", "0.60", "1.1.1.1.1.1", "5.3.4.1", "no course"])
def test_no_course_makes_an_oracle_affirm_what_is_false(tmp_path: Path, told: str) -> None:
    bound = claim(tmp_path, GIVEN, r"\langle x, y \rangle < \|x\|_\infty \|y\|_1")
    names = {question(one, case) for one in obligations(bound) for case in cases(one, (1, 2))}
    said, _ = asked(bound, dict.fromkeys(names, told), follow=False)
    assert not any(said)


def test_what_floats_alone_refute_is_evaluated_again(tmp_path: Path) -> None:
    bound = claim(tmp_path, "Let $x > 0$", r"\lim_{p \to \infty} x^{1/p} = 1")
    (one,) = obligations(bound)
    (other,) = obligations(claim(tmp_path, "Let $x > 0$", r"\lim_{p \to \infty} x^{1/p} = 2"))
    here = Instance({}, {}, (), {}, {"x": Fraction(3)})
    assert doubtful(here, one) is None
    found = doubtful(here, other)
    assert found is not None
    assert found.by == "floats"


def test_mutants_are_refuted_at_exact_instances(bound: Bound, block: Block) -> None:
    known = Known(block, bound, {})
    outcomes = [known.outcome(one) for one in corruptions(bound)]
    killed = [one for one in outcomes if one is not None and one[0] == "killed"]
    assert len(killed) > 10
    assert all(isinstance(reason, Counter) and reason.by != "floats" for _, reason in killed)


def test_no_instance_refutes_what_is_true(bound: Bound, block: Block) -> None:
    true = [one for one in corruptions(bound) if block.mutants.get(one.id.key) == ("true",)]
    for one in true:
        for k in range(len(block.instances)):
            said = {one.id.key: ("false", k, 0)}
            assert Known(replace(block, mutants=said), bound, {}).outcome(one) is None


@pytest.mark.parametrize(
    "said", [("false", 99, 0), ("false", 0, 99), ("false", -1, 0), ("killed",), ("true", 1), ()]
)
def test_what_is_said_of_a_mutant_and_does_not_hold_up_says_nothing(
    bound: Bound, block: Block, said: tuple[Any, ...]
) -> None:
    first = corruptions(bound)[0]
    known = Known(replace(block, mutants={first.id.key: said}), bound, {})
    assert known.outcome(first) is None


def about(inside: str) -> str:
    """A file with such a block."""
    return f'{{"format": 1, "statements": {{"trial/it": {inside}}}}}'


HOSTILE = {
    "nothing": "",
    "cut off": '{"format": 1, "statements": {"trial/it": {"proofs": {',
    "no object": "[1, 2]",
    "another format": '{"format": 2, "statements": {}}',
    "a key twice": '{"format": 1, "format": 1, "statements": {}}',
    "deep": "[" * 100_000,
    "a deep proof": about(f'{{"proofs": {{"a": {"[" * 500}{"]" * 500}}}}}'),
    "an enormous number": f'{{"format": {"9" * 100_000}, "statements": {{}}}}',
    "not a number": about('{"searched": NaN}'),
    "statements in a list": '{"format": 1, "statements": []}',
    "a block that is none": about("3"),
    "a proof that is none": about('{"proofs": {"a": 7}}'),
    "no such certificate": about('{"proofs": {"a": [[["Trust"]]]}}'),
    "a fraction over 0": about('{"instances": [[{"x_1": "1/0"}]]}'),
    "a size beyond reason": about('{"instances": [[{}, {"n": 1000000}]]}'),
    "a course that is none": about('{"courses": {"a": 7}}'),
    "a mutant that is none": about('{"mutants": {"a": {}}}'),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_named_and_proves_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trial.json"
    path.write_text(text, encoding="utf-8")
    found = read_stored(path)
    assert found is not None
    assert found.complaints
    assert all(str(path) in str(one) for one in found.complaints)
    block = found.blocks.get("trial/it", Block())
    assert not block.proofs
    assert not block.mutants


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "trial.json"
    path.write_bytes(b"\xff\xfe\x00")
    found = read_stored(path)
    assert found is not None
    assert found.complaints


def test_a_damaged_entry_leaves_the_others(tmp_path: Path, block: Block) -> None:
    path = tmp_path / "trial.json"
    write_stored(path, {"trial/it": block})
    told = json.loads(path.read_text(encoding="utf-8"))
    first = next(iter(told["statements"]["trial/it"]["proofs"]))
    told["statements"]["trial/it"]["proofs"][first] = "nonsense"
    path.write_text(json.dumps(told), encoding="utf-8")
    found = read_stored(path)
    assert found is not None
    (complaint,) = found.complaints
    assert first in complaint.place
    assert found.blocks["trial/it"].proofs.keys() == block.proofs.keys() - {first}


def test_the_files_of_the_repository_are_sound() -> None:
    folder = Path(__file__).parents[2] / "proofs"
    for path in folder.rglob("*.json"):
        found = read_stored(path)
        assert found is not None
        assert not found.complaints
        assert written(found.blocks) == path.read_text(encoding="utf-8")


POWERS = {
    "a product of powers": (
        r"Let $x \in \mathbb{R}^n$, $p > 0$ and $q > p$",
        r"\sum_{i=1}^n |x_i|^{q-p} |x_i|^p = \sum_{i=1}^n |x_i|^q",
    ),
    "a power of a power": (r"Let $a \in \mathbb{R}$ and $q > 0$", r"(|a|^q)^2 = |a|^{2 q}"),
    "a logarithm of a square": (r"Let $a \ne 0$", r"\log(a^2) = 2 \log(|a|)"),
    "a root of a square": (r"Let $a \in \mathbb{R}$", r"\sqrt{a^2} = |a|"),
}


@pytest.mark.parametrize(("given", "formula"), POWERS.values(), ids=POWERS)
def test_what_a_file_says_of_mutants_is_what_a_run_without_it_finds(
    tmp_path: Path, given: str, formula: str
) -> None:
    bound = claim(tmp_path, given, formula)
    block = found_about(bound, {}, Block(), search)
    plain = Judge(1, None, {}, bound, tuple(obligations(bound)))
    with_it = replace(plain, known=Known(block, bound, {}))
    found = {one.id.key: one.outcome for one in plain.all()}
    assert {one.id.key: one.outcome for one in with_it.all()} == found
    assert "killed" in found.values()
