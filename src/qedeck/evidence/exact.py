"""Exact verdicts: obligations at given dimensions, over SymPy symbols, handed to the prover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from qedeck.evidence.chords import chords, tangents
from qedeck.evidence.expectation import Ungranted
from qedeck.evidence.floor import enough, open_sizes
from qedeck.evidence.formulas import UNABLE, Unprovable, facts_of, formula_of, stated
from qedeck.evidence.inverses import OpaqueInverses, invertible
from qedeck.evidence.lemmas import around, usable
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import (
    And,
    Certificate,
    Counterexample,
    Fact,
    Formula,
    Goal,
    Implies,
    Or,
    Rel,
)
from qedeck.evidence.proof.nodes import nodes
from qedeck.evidence.proof.prove import contradictory, prove, prove_by_atoms
from qedeck.evidence.proof.statement import prove_statement
from qedeck.evidence.reasons import Counter, Step, Values
from qedeck.evidence.record import Established, Shape
from qedeck.evidence.renaming import Memory
from qedeck.evidence.report import without_value
from qedeck.evidence.residues import identical
from qedeck.evidence.settings import (
    PROVED_SIZES,
    Setting,
    absurd,
    cases,
    setting,
    settings,
    symbols,
)
from qedeck.evidence.squeeze import limit
from qedeck.evidence.ways import Way
from qedeck.evidence.whole import at_reals
from qedeck.formula import tree
from qedeck.formula.printer import latex
from qedeck.formula.rings.kinks import coincide
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound
from qedeck.formula.tree import Limit, Number, Symbol, walk
from qedeck.formula.values import Misshapen

__all__ = [
    "UNABLE",
    "Proof",
    "Setting",
    "Unprovable",
    "decide",
    "facts_of",
    "formula_of",
    "proved",
    "settings",
    "symbols",
]


NOTHING: Mapping[str, Bound] = MappingProxyType({})
GOAL_STEPS = 10 * SECOND
"""For one relation at one shape; more where smaller shapes were proved and took long."""
PATIENCE = 3.0
"""As many times what the longest proof so far took."""
QUICK = 0.5 * SECOND
"""Steps for a proof without linked claims, before one with them is tried."""


@dataclass(frozen=True)
class Proof:
    """A proof of obligations, or how far it came."""

    parts: tuple[Established, ...] = ()
    """What was proved of each obligation, in their order."""
    holds: bool = False
    """Whether all of them are proved, at enough shapes."""
    missing: str = ""
    """What is not proved, in words."""
    misshapen: bool = False
    """Whether at some size there is no such entry, or no such shape."""
    refuted: Counter | None = None
    """An exact counterexample."""
    ungranted: str = ""
    """A moment that is used and that the hypotheses do not grant: the statement does not hold."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """How it was proved, each way once."""
        return tuple(dict.fromkeys(step for part in self.parts for step in part.steps))


def proved(
    todo: Sequence[Obligation],
    budget: Budget,
    *,
    lemmas: Mapping[str, Bound] = NOTHING,
    lengths: Sequence[int] = PROVED_SIZES,
    goal_steps: float = GOAL_STEPS,
    whole: bool = False,
) -> Proof:
    """Try to prove all obligations at all shapes within a budget.

    Args:
        todo: What must hold.
        budget: For everything together.
        lemmas: Linked statements that hold, by full id; used where their hypotheses are met here.
        lengths: Of axes.
        goal_steps: For one relation at one shape.
        whole: Whether a few values of whole numbers do: of a mutant that was tried at thousands.
    """
    tally = _Tally(budget, lengths, goal_steps, whole)
    parts: list[Established] = []
    missing = ""
    try:
        for obligation in todo:
            try:
                parts.append(tally.best(obligation, lemmas))
            except _Partly as error:
                # What comes after it may still be refuted.
                parts.append(error.part)
                missing = missing or str(error)
    except Ungranted as error:
        return Proof(_whole(parts, todo), missing=str(error), ungranted=str(error))
    except UNABLE as error:
        misshapen = isinstance(error, Misshapen)
        return Proof(_whole(parts, todo), missing=without_value(error), misshapen=misshapen)
    except Unprovable as error:
        return Proof(_whole(parts, todo), missing=missing or str(error))
    except _Refuted as error:
        return Proof(_whole(parts, todo), missing="refuted", refuted=error.counter)
    return Proof(tuple(parts), holds=not missing, missing=missing)


def _whole(parts: Sequence[Established], todo: Sequence[Obligation]) -> tuple[Established, ...]:
    """What was proved, then what was not."""
    left = todo[len(parts) :]
    return (*parts, *(Established(one.role, latex(one.statement), "tested") for one in left))


class _Refuted(Exception):
    """An exact counterexample."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.counter = counter


class _Partly(Exception):
    """Proved at some shapes, and those are too few."""

    def __init__(self, part: Established, missing: str) -> None:
        super().__init__(missing)
        self.part = part


@dataclass
class _Tally:
    """What the proofs of several obligations share."""

    budget: Budget
    lengths: Sequence[int]
    goal_steps: float
    whole: bool = False
    memory: Memory = field(default_factory=Memory)
    linked: Memory = field(default_factory=lambda: Memory(narrow=False))
    """What was proved with linked claims, of which the other symbols may be, too."""
    longest: int = 0
    """Steps of the longest proof so far."""

    def best(self, obligation: Obligation, lemmas: Mapping[str, Bound]) -> Established:
        """Prove one obligation: for all reals in the place of whole numbers, where that is so."""
        more = at_reals(obligation)
        if more is not None:
            with suppress(Unprovable, _Refuted, _Partly, *UNABLE):
                return self.take(more, lemmas)
        return self.take(obligation, lemmas)

    def take(self, obligation: Obligation, lemmas: Mapping[str, Bound]) -> Established:
        """Prove one obligation in all its settings."""
        names = open_sizes(obligation)
        shapes: list[Shape] = []
        found: list[tuple[Setting, Certificate]] = []
        void: list[Shape] = []
        for case in cases(obligation, self.lengths):
            shape = {name: case.fixed[name] for name in names if name in case.fixed}
            where = setting(obligation, case)
            if where is None or excluded(obligation, where):
                # Nothing meets the hypotheses there: it holds, and is not worth telling.
                void.append(shape)
                continue
            found.append((where, self.certificate(obligation, where, lemmas)))
            if shape not in shapes:
                shapes.append(shape)
        if not found:
            raise Unprovable("no case is small enough")
        conditions = [_words(fact) for _, certificate in found for fact in certificate.conditions]
        if conditions:
            raise Unprovable(f"only where {', '.join(dict.fromkeys(conditions))}")
        general = not names or all(where.spanned for where, _ in found)
        met = general or enough(obligation, [*shapes, *void], self.lengths, whole=self.whole)
        part = Established(
            obligation.role,
            latex(obligation.statement),
            "proved" if general else "proved at shapes" if met else "tested",
            _steps(found),
            () if general else tuple(shapes),
            tuple(dict.fromkeys(name for _, certificate in found for name in certificate.lemmas)),
        )
        if not met:
            raise _Partly(part, "proved at too few shapes")
        return part

    def certificate(
        self, obligation: Obligation, setting: Setting, lemmas: Mapping[str, Bound]
    ) -> Certificate:
        """The certificate of an obligation in one setting."""
        where = ", ".join(f"{name} = {value}" for name, value in setting.shape.items())
        before = self.budget.left
        if not before:
            raise Unprovable(f"out of steps at {where or 'the first case'}")
        share = self.budget.within(max(self.goal_steps, PATIENCE * self.longest))
        verdict = decide(obligation, setting, share, lemmas, self.memory, self.linked)
        self.longest = max(self.longest, before - self.budget.left)
        if isinstance(verdict, Counterexample):
            exact = {str(name): Fraction(int(v.p), int(v.q)) for name, v in verdict.values.items()}
            values: Values = {**setting.shape, **exact}
            raise _Refuted(Counter(values, role=obligation.role, by="exact"))
        if verdict is None:
            raise Unprovable(f"undecided at {where or 'symbols'}")
        return verdict


def _words(fact: Fact) -> str:
    return f"{fact.left} {fact.sign} {fact.right}"


def _steps(found: Sequence[tuple[Setting, Certificate]]) -> tuple[Step, ...]:
    """How an obligation was proved: each method once, with the detail of its first use."""
    steps: dict[tuple[tuple[Way, ...], int], Step] = {}
    for where, certificate in found:
        step = Step(certificate.ways, certificate.detail, where.spanned)
        steps.setdefault((step.ways, step.spanned), step)
    return tuple(steps.values())


def excluded(obligation: Obligation, where: Setting) -> bool:
    """Whether a side condition is false here for all values: `i \\ne j` at 1, 1."""
    match obligation.statement:
        case tree.Implies(tree.Relation((left, right)) as given, _):
            if not (isinstance(left, Symbol) and isinstance(right, Symbol | Number)):
                return False
            try:
                said = formula_of(given, where.environment, SymbolicRing())
            except (Unprovable, *UNABLE):
                return False
            return isinstance(said, Rel) and absurd(Fact(said.left, said.sign, said.right))
        case _:
            return False


def decide(
    obligation: Obligation,
    where: Setting,
    budget: Budget,
    lemmas: Mapping[str, Bound] = NOTHING,
    memory: Memory | None = None,
    linked: Memory | None = None,
) -> Certificate | Counterexample | None:
    """The prover's verdict on an obligation in one setting.

    Without lemmas first, unless they were needed before: then they are needed again.
    """
    memory, linked = memory or Memory(), linked or Memory(narrow=False)
    statement = obligation.statement
    ring = where.ring
    if isinstance(ring, OpaqueInverses):
        certificate = identical(obligation, where)
        if certificate is not None:
            return certificate
    if any(isinstance(part, Limit) for part in walk(statement)):
        return limit(obligation, where, ring, lemmas)
    formula, needed = stated(statement, where.environment, ring)
    if isinstance(ring, OpaqueInverses):
        if not invertible(statement, obligation.scope, where.environment, where.facts):
            return None
        where = replace(where, facts=(*where.facts, *ring.facts()))
    if where.applied:
        convex = (*chords(where, obligation.scope), *tangents(where, obligation.scope))
        where = replace(where, facts=(*where.facts, *convex))
    if not all(_met(one, where.facts, budget.within(QUICK)) for one in needed):
        return None  # a derivative may not exist
    if not lemmas:
        return _granted(formula, where, budget, memory)
    verdict = None if linked.needed else _granted(formula, where, budget.within(QUICK), memory)
    if verdict is not None:
        return verdict
    more: list[Fact] = []
    near: list[Fact] = []
    used: list[str] = []
    for name, lemma in lemmas.items():
        said = list(usable(lemma, obligation.scope, where, statement))
        beside = list(around(lemma, obligation.scope, where, statement))
        more, near = [*more, *said], [*near, *beside]
        used += [name] if said or beside else []
    found: Certificate | Counterexample | None = None
    if more or near:
        found = _by_atoms(formula, (*where.facts, *dict.fromkeys((*more, *near))), budget)
    if found is None and not more:
        return _granted(formula, where, budget, memory)
    found = found or _decided(formula, (*where.facts, *more), budget, linked)
    if not isinstance(found, Certificate):
        return None
    linked.needed = True
    return replace(found, lemmas=tuple(used))


def _met(needed: Formula, facts: tuple[Fact, ...], budget: Budget) -> bool:
    """Whether what a derivative needs holds; also where nothing meets what it is asked under."""
    if isinstance(_decided(needed, facts, budget, Memory()), Certificate):
        return True
    match needed:
        case Implies(And(parts), _) if all(isinstance(part, Rel) for part in parts):
            given = tuple(Fact(p.left, p.sign, p.right) for p in parts if isinstance(p, Rel))
            return contradictory((*facts, *given), budget)
        case _:
            return False


def _by_atoms(formula: Formula, facts: tuple[Fact, ...], budget: Budget) -> Certificate | None:
    """A certificate that relations follow from linked claims with their parts as they stand."""
    parts = formula.parts if isinstance(formula, And) else (formula,)
    found = None
    for part in parts:
        if not isinstance(part, Rel):
            return None
        goal = Goal(part.left, part.sign, part.right, facts)
        found = prove_by_atoms(goal, budget.within(QUICK))
        if found is None:
            return None
    return found


def _granted(
    formula: Formula, where: Setting, budget: Budget, memory: Memory
) -> Certificate | Counterexample | None:
    """The verdict without linked claims."""
    verdict = _decided(formula, where.facts, budget, memory)
    if isinstance(verdict, Counterexample) and where.abstract:
        # Moments and values of functions are not free to be any numbers.
        return None
    if isinstance(verdict, Certificate) and where.environment.expectation is not None:
        return replace(verdict, ways=(*verdict.ways, "expectation"))
    return verdict


def _decided(
    formula: Formula, facts: tuple[Fact, ...], budget: Budget, memory: Memory
) -> Certificate | Counterexample | None:
    if isinstance(formula, Rel):
        if formula.sign in ("=", "<=", ">=") and _same(formula.left, formula.right):
            return Certificate(("normal form",), "both sides are the same expression")
        if formula.sign in ("=", "<=", ">=") and coincide(formula.left - formula.right):
            return Certificate(("cases",), "the sides are the same beside all seams and on them")
        left, sign, right = formula.left, formula.sign, formula.right
        return memory.verdict(
            formula, facts, budget,
            lambda known, share: prove(Goal(left, sign, right, known), share),
        )  # fmt: skip
    if isinstance(formula, And) and all(isinstance(part, Rel) for part in formula.parts):
        found = None
        for part in formula.parts:
            # One that fails ends the search: each may take all that is left.
            verdict = _decided(part, facts, budget, memory)
            if not isinstance(verdict, Certificate):
                return verdict
            found = found or verdict
        return found or Certificate(("nothing",), "")
    if isinstance(formula, Implies) and isinstance(formula.antecedent, Rel | And):
        given = (
            formula.antecedent.parts
            if isinstance(formula.antecedent, And)
            else (formula.antecedent,)
        )
        if all(isinstance(part, Rel) for part in given):
            new = tuple(Fact(p.left, p.sign, p.right) for p in given if isinstance(p, Rel))
            return _decided(formula.consequent, (*facts, *new), budget, memory)
    if isinstance(formula, Implies) and isinstance(formula.antecedent, Or):
        apart = _apart(formula.antecedent)
        if apart is not None:
            share = budget.within(budget.left / 3)
            whole = _decided(formula.consequent, (*facts, apart), share, memory)
            if isinstance(whole, Certificate):
                return whole
        cases = [Implies(part, formula.consequent) for part in formula.antecedent.parts]
        return (
            _decided(And(tuple(cases)), facts, budget, memory)
            if len(cases) == 1
            else _cases(cases, facts, budget, memory)
        )
    return memory.verdict(
        formula, facts, budget,
        lambda known, share: prove_statement(formula, known, share),
    )  # fmt: skip


def _apart(formula: Or) -> Fact | None:
    """That two arrays differ, as a positive squared distance."""
    gaps = [p.left - p.right for p in formula.parts if isinstance(p, Rel) and p.sign == "!="]
    if len(gaps) < len(formula.parts):
        return None
    return Fact(sum(gap**2 for gap in gaps), ">", SymbolicRing().whole(0))


def _same(left: Any, right: Any) -> bool:
    """Whether two expressions are one, and that is defined wherever its symbols are."""
    import sympy

    return left == right and not any(
        isinstance(part, sympy.log)
        or (part.is_Pow and not part.exp.is_nonnegative and not part.base.is_nonzero)
        for part in nodes(left)
    )


def _cases(
    cases: list[Implies], facts: tuple[Fact, ...], budget: Budget, memory: Memory
) -> Certificate | Counterexample | None:
    found = None
    share = budget.left / len(cases)
    for case in cases:
        verdict = _decided(case, facts, budget.within(share), memory)
        if not isinstance(verdict, Certificate):
            return verdict
        found = verdict
    return found
