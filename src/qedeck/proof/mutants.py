"""Mutants whose outcome was found before: checked at exact instances and by the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from qedeck.evidence.links import single_links
from qedeck.evidence.mutants import Mutant, Outcome
from qedeck.evidence.mutation import Corruption
from qedeck.evidence.naturally import naturally
from qedeck.evidence.obligations import NotUnfolded, Obligation, obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Confirmation, Counter, Derived, Near, Reason, Told
from qedeck.formula.evaluate import evaluate, holds
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.scope import Bound
from qedeck.formula.values import Array, Value
from qedeck.proof.bridge import BITS, precision
from qedeck.proof.claims import Ask, Certified, Entry, Find, certified
from qedeck.proof.oracles import Oracles
from qedeck.proof.stored import Block
from qedeck.proof.verdict import steps_of
from qedeck.proof.witness import FAILURES, Instance, Pool, _place, doubtful, refutes

STEPS = 8 * SECOND
"""For the oracles that are asked about one mutant."""
LENGTHS = (1, 2, 3)
"""Of axes at which a mutant is proved."""
FALSE, EQUALITY, DOUBTFUL, TRUE, INVALID, OPEN = (
    "false", "equality", "doubtful", "true", "invalid", "open"
)  # fmt: skip
"""Of a mutant: an exact instance breaks its formula, or one of its equality cases; floats break it
at one; it is proved; it is not in the language; nothing was found."""
Said = tuple[Any, ...]


@dataclass(frozen=True)
class Known:
    """What a block says of the mutants of a statement."""

    block: Block
    bound: Bound
    lemmas: Mapping[str, Bound]

    def outcome(self, corruption: Corruption) -> tuple[Outcome, Reason] | None:
        """The outcome and its witness, once checked; None where nothing stored holds up."""
        match self.block.mutants.get(corruption.id.key):
            case ("false" | "equality", int(k), int(j)):
                return self._refuted(corruption, k, j)
            case ("doubtful", int(k), int(j)):
                return self._doubted(corruption, k, j)
            case ("true",):
                oracles = Oracles(Budget.of(STEPS), self.lemmas, self.block.courses)
                proof = proved(
                    corruption, self.bound, self.lemmas, self.block.proofs, None, oracles.follow
                )
                return ("still true", Derived(steps_of(proof))) if proof is not None else None
            case ("invalid",):
                reason = corruption.fault
                return ("invalid", Told("not read", reason)) if reason else None
        return None

    def _refuted(self, corruption: Corruption, k: int, j: int) -> tuple[Outcome, Reason] | None:
        found = self._at(corruption, k, j)
        if found is None or not refutes(*found):
            return None
        return "killed", counter(*found)

    def _doubted(self, corruption: Corruption, k: int, j: int) -> tuple[Outcome, Reason] | None:
        found = self._at(corruption, k, j)
        reason = doubtful(*found) if found is not None else None
        return ("killed", reason) if reason is not None else None

    def _at(self, corruption: Corruption, k: int, j: int) -> tuple[Instance, Obligation] | None:
        """An instance and what it is to break, where both are there."""
        try:
            todo = obligations(corruption.bound)
        except NotUnfolded:
            return None
        if not (0 <= k < len(self.block.instances) and 0 <= j < len(todo)):
            return None
        return self.block.instances[k], todo[j]


def proved(
    corruption: Corruption, bound: Bound, lemmas: Mapping[str, Bound],
    stored: Mapping[str, Entry], find: Find | None, ask: Ask | None = None,
) -> Certified | None:  # fmt: skip
    """A proof of a mutant wherever it has a value; None where there is none."""
    known = dict(lemmas)
    if corruption.part == "statement":
        known["the formula on the page"] = bound
    try:
        todo = [naturally(obligation) for obligation in obligations(corruption.bound)]
    except NotUnfolded:
        return None
    found = certified(todo, known, stored=stored, find=find, ask=ask, lengths=LENGTHS)
    return None if found.missing or not todo else found


def counter(instance: Instance, obligation: Obligation) -> Counter:
    """An instance at which an obligation fails, as a reader sees it."""
    ring = AlgebraicRing(None)
    values: dict[str, Any] = {**instance.sizes, **instance.indices}
    values.update(dict.fromkeys(instance.infinite, float("inf")))
    left: Any = None
    right: Any = None
    sign, link = "", 0
    with precision(BITS):
        here = _place(obligation, instance, ring)
        names = [n for n, d in obligation.scope.declared.items() if d.kind == "real"]
        values.update({n: _plain(here.values[n]) for n in names if n in here.values})
        for k, one in enumerate(single_links(obligation.statement)):
            try:
                if holds(one, here, ring).decided is False:
                    left, right = (_plain(evaluate(term, here, ring)) for term in one.terms)
                    sign, link = one.signs[0], k
                    break
            except FAILURES:
                continue
    exact = not any(isinstance(side, Near) for side in (left, right))
    by: Confirmation = "exact" if exact else "balls"
    return Counter(values, left, sign, right, link, obligation.role, by)


def _plain(value: Value[Algebraic]) -> Any:
    if not isinstance(value, Array):
        if value.exact is None or value.exact.degree() > 0:
            return Near(f"{float(value.ball.mid()):.6g}")
        return Fraction(int(value.exact[0].p), int(value.exact[0].q))
    if len(value.shape) == 1:
        return [_plain(entry) for entry in value.entries]
    return [_plain(value.at(k)) for k in range(1, value.shape[0] + 1)]


@dataclass
class Searched:
    """What is found about the mutants of a statement, to be stored."""

    bound: Bound
    lemmas: Mapping[str, Bound]
    find: Find
    before: Block
    again: bool = False
    """Whether what was sought in vain is sought again."""
    known: Mapping[str, Mutant] = field(default_factory=dict)
    """What a run found out about the mutants, by id."""
    pool: Pool = field(default_factory=Pool)
    proofs: dict[str, Entry] = field(default_factory=dict)
    mutants: dict[str, Said] = field(default_factory=dict)
    courses: dict[str, str] = field(default_factory=dict)

    def take(self, corruption: Corruption) -> None:
        """Find out about one mutant."""
        found = self._said(corruption)
        if found is not None:
            self.mutants[corruption.id.key] = found

    def _said(self, corruption: Corruption) -> Said | None:
        if corruption.fault:
            return (INVALID,)
        try:
            todo = obligations(corruption.bound)
        except NotUnfolded:
            return None
        reason = self.known[name].reason if (name := corruption.id.key) in self.known else None
        counter = reason if isinstance(reason, Counter) and reason.certain else None
        found = self.pool.refuting(todo, counter)
        if found is not None:
            k, j = found
            return (FALSE if todo[j].role == "statement" else EQUALITY, k, j)
        stored = {**self.before.proofs, **self.proofs}
        known = self.before.mutants.get(corruption.id.key) == (OPEN,) and not self.again
        seek = None if known else self.find
        proof = proved(corruption, self.bound, self.lemmas, stored, seek)
        if proof is None and isinstance(reason, Derived):
            oracles = Oracles(Budget.of(STEPS), self.lemmas, self.before.courses)
            proof = proved(corruption, self.bound, self.lemmas, stored, None, oracles.ask)
            self.courses.update(oracles.told if proof is not None else {})
        if proof is None:
            seen = self.pool.doubting(todo, reason) if isinstance(reason, Counter) else None
            return (OPEN,) if seen is None else (DOUBTFUL, *seen)
        self.proofs.update(proof.entries)
        return (TRUE,)
