"""Relations decided on opaque polynomials: identities at once, inequalities by combination."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property, partial

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import cancelled
from qedeck.evidence.proof.branch import Branch, refined
from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import MIRROR, Certificate, Fact, Goal, Outside, Unsupported
from qedeck.evidence.proof.cone import Column, Cone, negated
from qedeck.evidence.proof.course import attempt
from qedeck.evidence.proof.estimates import Columns, surely_fails
from qedeck.evidence.proof.opaque import (
    Exponent,
    Opaque,
    Poly,
    added,
    exponent_of,
    expression,
    key,
    one,
    plus,
)
from qedeck.evidence.proof.points import sample
from qedeck.evidence.proof.schemas import instances


@attempt
def identical(goal: Goal, budget: Budget | None = None) -> Certificate | None:
    """A certificate that both sides are one polynomial in opaque parts."""
    reader = Opaque(budget=budget)
    goal_ = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts)).goal
    try:
        gap = plus(reader.of(goal_.left), reader.of(goal_.right), -1)
        if cleared(reader, gap):
            return None
    except (Unsupported, Outside):
        return None
    return Certificate(("normal form",), "both sides have the same normal form")


@attempt
def relaxed(goal: Goal, budget: Budget, deep: int = 2) -> Certificate | None:
    """A certificate that an inequality is a non-negative combination of known ones."""
    if goal.sign not in ("<", "<=", ">", ">="):
        return None
    branch = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts))
    for sums in dict.fromkeys(((), squared_sums(branch) if deep else ())):
        found = _combined(branch, budget, sums, deep if not sums else 1)
        if found is not None:
            return found
    return None


@attempt
def _combined(
    branch: Branch, budget: Budget, sums: tuple[Expr, ...], deep: int
) -> Certificate | None:
    try:
        return _Relaxation(branch, budget, sums).decide(deep)
    except (Unsupported, Outside):
        return None


def squared_sums(branch: Branch) -> tuple[Expr, ...]:
    """Sums of products under even powers: worth a name of their own where equations hold."""
    if not any(fact.sign == "=" for fact in branch.facts):
        return ()
    found: dict[Expr, None] = {}
    for fact in (branch.goal, *branch.facts):
        for side in (fact.left, fact.right):
            for e in sp.preorder_traversal(side):
                if e.is_Pow and e.base.is_Add and e.exp.is_Integer and e.exp % 2 == 0:
                    found[e.base] = None
    return tuple(sorted(found, key=lambda e: (sp.count_ops(e), str(e))))[:12]


class _Relaxation:
    """One inequality and what is known."""

    def __init__(self, branch: Branch, budget: Budget, sums: tuple[Expr, ...]) -> None:
        self.branch = branch
        self.sums = sums
        self.goal = Goal(branch.goal.left, branch.goal.sign, branch.goal.right, branch.facts)
        self.reader = Opaque(self._granted, budget)
        self.cone = Cone(self.reader, budget)
        self.polys: list[Poly] = []
        self._known: dict[object, bool] = {}

    def _granted(self, poly: Poly) -> bool:
        """Whether a polynomial is at least 0 by its shape or as a simple combination."""
        if self.reader.nonnegative(poly):
            return True
        mark = key(poly)
        if mark not in self._known:
            self._known[mark] = self._plausible(poly) and self._follows(poly)
        return self._known[mark]

    def _follows(self, poly: Poly) -> bool:
        within = self.reader.symbols(poly)
        bounds = [b for b in self.cone.bounds if self.reader.symbols(b.poly) <= within]
        cone = Cone(self.reader, self.cone.budget, bounds)
        return cone.shows(poly, deep=1) is not None

    def _plausible(self, poly: Poly) -> bool:
        """Whether a polynomial is nowhere negative among some points that meet the facts."""
        claim = Fact(self.reader.meaning(poly), ">=", Integer(0))
        columns, count = self._sample
        return not surely_fails([claim], columns, count).any()

    @cached_property
    def _sample(self) -> tuple[Columns, int]:
        return sample(self.goal, 60, 24)

    def decide(self, deep: int) -> Certificate | None:
        for e in self.sums:
            value = self.reader.of(e)
            name = self.reader.single(self.reader.name(e))
            self.cone.add(plus(value, name, -1), equation=True)
        self.reader.forget()
        for fact in sorted(self.branch.facts, key=_difficulty):
            self._learn(fact)
        known = len(self.cone.bounds) - len(self.sums)
        target = self._target()
        if not target and self.branch.goal.sign in ("<=", ">="):
            return Certificate(("normal form",), "both sides have the same normal form")
        sign = self.branch.goal.sign
        shown = self.reader.positive if sign in ("<", ">") else self.reader.nonnegative
        if shown(target):
            return Certificate(("signs",), "every term of the difference has one sign")
        self.polys.append(target)
        for poly, word in instances(self.reader, self.polys, self._granted):
            self.cone.add(poly, word)
        strict = self.branch.goal.sign in ("<", ">")
        found = self._shown(target, deep, strict)
        if found is None or (known > 1 and not self._sample[1] and self._contradictory()):
            return None
        return _certificate(found)

    def _shown(self, target: Poly, deep: int, strict: bool) -> list[Column] | None:
        course = self.cone.budget.meter.course
        for level in range(deep + 1):
            shows = partial(self.cone.shows, target, deep=level, strict=strict, least=level)
            found: list[Column] | None = course.made(shows)
            if found is not None:
                return found
        return None

    def _contradictory(self) -> bool:
        """Whether the hypotheses show that −1 is at least 0."""
        facts = Cone(self.reader, self.cone.budget.within(0.5 * SECOND), self.cone.bounds)
        try:
            return facts.shows(negated(one()), deep=1) is not None
        except OutOfSteps:
            return False

    # -- reading ---------------------------------------------------------------------------

    def _learn(self, fact: Fact) -> None:
        try:
            low, high = self._sides(fact)
        except (Unsupported, Outside):
            return
        gap = plus(high, low, -1)
        equation = fact.sign == "="
        if fact.sign == "!=":
            return
        self.polys.append(gap)
        self.cone.add(gap, equation=equation, strict=fact.sign in ("<", ">"))
        raised = self._raised(low, high)
        if raised is not None:
            self.polys.append(raised)
            self.cone.add(raised, equation=equation)
        for poly in (gap, raised or {}):
            self._vanish(negated(poly))
            if equation:
                self._vanish(poly)

    def _vanish(self, poly: Poly) -> None:
        """Take note that each term is 0, where all are at least 0 and their sum is at most 0."""
        if not self.reader.nonnegative(poly):
            return
        for m in poly:
            factors = [(n, e) for n, e in m if self.reader.bases[n].sign != "+"]
            if len(factors) == 1:
                self._zero(factors[0][0])

    def _zero(self, n: int) -> None:
        base = self.reader.bases[n]
        self.cone.add(self.reader.single(n), equation=True)
        if base.kind in ("abs", "sum"):
            self.cone.add(base.inside[0], equation=True)
        if base.kind == "sum":
            self._vanish(base.inside[0])
        if base.kind == "max":
            self._vanish(_total(base.inside))

    def _sides(self, relation: Fact) -> tuple[Poly, Poly]:
        left, right = self.reader.of(relation.left), self.reader.of(relation.right)
        if MIRROR[relation.sign] in ("<", "<="):
            return right, left
        return left, right

    def _raised(self, low: Poly, high: Poly) -> Poly | None:
        """high^e − low^e with the exponent e > 0 that makes powers of sums bare."""
        for e in [*_exponents(self.reader, low), *_exponents(self.reader, high)]:
            if not all(map(self.reader.nonnegative, (low, high))) or max(len(low), len(high)) > 1:
                return None
            if isinstance(e, Expr) and not self._positive(e):
                continue
            inverse = cancelled(1 / expression(e))
            power = exponent_of(inverse)
            ends = [self.reader.power(p, power) if p else p for p in (high, low)]
            return plus(ends[0], ends[1], -1)
        return None

    def _positive(self, e: Expr) -> bool:
        return e.is_positive is True

    def _target(self) -> Poly:
        low, high = self._sides(self.branch.goal)
        raised = self._raised(low, high)
        gap = plus(high, low, -1) if raised is None else raised
        return cleared(self.reader, gap)


def _total(polys: Iterable[Poly]) -> Poly:
    result: Poly = {}
    for poly in polys:
        result = plus(result, poly)
    return result


def _exponents(reader: Opaque, poly: Poly) -> list[Exponent]:
    return [
        e for m in poly for n, e in m if reader.bases[n].kind == "sum" and not isinstance(e, int)
    ]


def cleared(reader: Opaque, gap: Poly) -> Poly:
    """The polynomial times positive powers of sums, so that no sum is left in a denominator."""
    for _ in range(8):
        place = _denominator(reader, gap)
        if place is None:
            return gap
        gap = _multiplied(reader, gap, *place)
    return gap


def _multiplied(reader: Opaque, gap: Poly, n: int, e: Exponent) -> Poly:
    """The polynomial times a power of a base, term by term: what cancels is not written out."""
    result: Poly = {}
    for m, c in gap.items():
        exponents = dict(m)
        exponents[n] = added(exponents.get(n, 0), e)
        result = plus(result, reader.monomial(exponents.items()), c)
    return result


def _denominator(reader: Opaque, gap: Poly) -> tuple[int, Exponent] | None:
    """A base and the exponent that clears it, without turning a sign."""
    lowest: dict[int, Fraction | int] = {}
    for m in gap:
        for n, e in m:
            if reader.bases[n].kind == "sum" and not isinstance(e, Expr) and e < 0:
                lowest[n] = min(lowest.get(n, 0), e)
    for n, low in lowest.items():
        if isinstance(low, int) and not reader.bases[n].sign:
            return n, -low + low % 2
        return n, -low
    return None


def _difficulty(fact: Fact) -> int:
    return len(fact.left.atoms(sp.Function)) + len(fact.right.atoms(sp.Function))


def _certificate(columns: list[Column]) -> Certificate:
    words = list(dict.fromkeys(w for c in columns for w in c.words))
    detail = f"{len(columns)} terms"
    if words:
        detail += ", with " + ", ".join(words)
    return Certificate(("combination",), detail)
