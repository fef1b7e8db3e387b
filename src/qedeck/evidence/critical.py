"""Instances at the zeros of what a statement divides by, takes logarithms of or decides by.

Random numbers hardly ever meet them: `x = 7` for `\\frac{x^2 - 49}{x - 7}` or `[x \\ne 7]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.confirmation import confirmed
from qedeck.evidence.effort import effort
from qedeck.evidence.falsify import batches, by_length, described, simplest
from qedeck.evidence.instances import Batch
from qedeck.evidence.judging import judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.values import precise
from qedeck.evidence.reasons import Counter, Near, Nowhere, Values
from qedeck.evidence.turning import needed_of, turning_points
from qedeck.evidence.undefined import asked_for, moderate, named
from qedeck.evidence.zeros import UNABLE, Line, Zero, bottom, zeros
from qedeck.formula.evaluate import Environment, Undefined, Value, holds
from qedeck.formula.rings.exact import Exact, ExactRing
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.scope import Scope, in_force, random_names
from qedeck.formula.substitution import free_names, substituted
from qedeck.formula.tree import (
    Call,
    Expr,
    Implies,
    Moment,
    Number,
    Relation,
    Restricted,
    Statement,
    Symbol,
    walk,
)
from qedeck.formula.values import entries, mapped

COUNT = 24
FEW = 2
"""Instances of the other symbols at each shape and values of its indices, of which so many."""
STEPS = 0.3 * SECOND
"""CPU time for one obligation."""
BESIDE = Fraction(1, 1024)
BITS = 128


@dataclass(frozen=True, eq=False)
class Point:
    """An instance with one number at a zero, between two of them or beside one."""

    line: Line
    zero: Zero

    def says(self, statement: Statement) -> bool | None:
        """Whether a statement holds here; None where that is not known."""
        if self.zero.fraction is not None:
            try:
                there = self.line.at(self.zero.fraction, ExactRing())
                return holds(statement, there, ExactRing()).decided
            except UNABLE:
                pass
        try:
            environment, ring = self.line.algebraically(self.zero)
            return holds(statement, environment, ring).decided
        except UNABLE:
            return None

    def lacks(self, needed: Relation, statement: Statement) -> bool:
        """Whether what a part of a statement needs does not hold here."""
        if self.says(needed) is not False:
            return False
        # Of powers more is asked than they need: 0 to the 0 is 1.
        return needed.signs == ("!=",) or needed.terms[0] in _arguments(statement) or (
            self.undefined(statement)
        )  # fmt: skip

    def undefined(self, statement: Statement) -> bool:
        """Whether evaluation meets a part without a value: of what is asked for, in exact numbers.

        Each conjunct and side is asked for; a conclusion only where what is given holds.
        """
        match statement:
            case Implies(given, then) | Restricted(then, given):
                if self.says(given) is not True:
                    return self.undefined(given)
                return self.undefined(then)
        try:
            environment, ring = self.line.algebraically(self.zero)
            holds(statement, environment, ring)
        except Undefined:
            return True
        except UNABLE:
            pass
        return False

    def batch(self, batch: Batch) -> Batch:
        """The instance in floats, as a batch of one."""
        exact = self.line.at(self.zero.fraction or Fraction(self.zero.near), ExactRing())
        return _single(batch, exact, self.line.name if self.zero.fraction is None else "")

    def named(self, obligation: Obligation, batch: Batch) -> Nowhere:
        """The values, and a hypothesis that excludes them."""
        single = self.batch(batch)
        excluded = asked_for(obligation, single, np.ones(1, dtype=bool))
        found = named(single, 0)
        return replace(found, values=self._precisely(found.values), excluded=excluded)

    def counter(self, obligation: Obligation, single: Batch) -> Counter:
        """The counterexample, and whether its number is known by a change of sign."""
        found = described(obligation, single, 0, "balls")
        if self.zero.expr is None:
            return found
        return replace(found, values=self._precisely(found.values), by="sign change")

    def _precisely(self, values: Values) -> Values:
        """Values, the number itself with more digits where it is no fraction."""
        if self.zero.fraction is not None or self.line.place is not None:
            return values
        digits = Near(f"{self.zero.near:.10f}".rstrip("0"))
        others = {n: v for n, v in values.items() if n != self.line.name}
        return {self.line.name: digits, **others}


def unguarded(todo: Sequence[Obligation], seed: int) -> Nowhere | None:
    """An instance of random symbols at which a denominator is zero."""
    for obligation in todo:
        if not any(isinstance(part, Moment) for part in walk(obligation.statement)):
            continue
        for needed in needed_of(obligation, ("!=",)):
            with suppress(*UNABLE):
                for batch in batches(obligation, seed, count=4 * COUNT):
                    _, no = judged(needed, batch.environment, FloatRing())
                    bad = batch.meets & moderate(batch) & np.broadcast_to(no, (batch.count,))
                    if bad.any():
                        return named(batch, simplest(batch, bad))
    return None


def critical(todo: Sequence[Obligation], seed: int) -> tuple[Counter | None, Nowhere | None]:
    """A counterexample at a zero or beside it, or an instance at which there is no value."""
    with precise(BITS), np.errstate(all="ignore"):
        for obligation in todo:
            if obligation.role == "statement":
                found = _critical(obligation, seed)
                if any(found):
                    return found
    return None, None


def _critical(obligation: Obligation, seed: int) -> tuple[Counter | None, Nowhere | None]:
    needed = needed_of(obligation, ("!=", ">", ">="))
    budget = Budget.of(STEPS)
    for batch, point in _points(obligation, seed):
        if any(point.lacks(one, obligation.statement) for one in needed):
            return None, point.named(obligation, batch)
        if not obligation.scope.laws:
            single = point.batch(batch)
            here = point.says(obligation.statement)
            if here is False:
                return point.counter(obligation, single), None
            if here is None and point.undefined(obligation.statement):
                return None, point.named(obligation, batch)
            if _fails(obligation.statement, single) and confirmed(obligation, single, 0) == "false":
                return described(obligation, single, 0, "balls"), None
        budget.took(effort(obligation.statement, batch.environment))
        if not budget.left:
            break
    return None, None


def _arguments(statement: Statement) -> set[Expr]:
    """What logarithms and square roots are taken of, as it is written."""
    found = set()
    for part in walk(statement):
        match part:
            case Call("log" | "sqrt", (inner,)):
                found.add(inner)
    return found


def _fails(statement: Statement, batch: Batch) -> bool:
    try:
        _, no = judged(statement, batch.environment, FloatRing())
    except UNABLE:
        return False
    return bool(np.all(no))


def _points(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, Point]]:
    """Single instances that meet the hypotheses, at the zeros in one number and about them."""
    scope = obligation.scope
    random = {name for name, one in scope.declared.items() if one.kind == "random"}
    conditions = [one for one in forms.assumed(scope) if not forms.reached(one, scope) & random]
    turning = {
        expr: _reached(expr, scope)
        for expr in dict.fromkeys(_closed(one, scope) for one in turning_points(obligation))
        if not (isinstance(expr, Symbol) and expr.name in scope.declared)
    }
    turning = {expr: names for expr, names in turning.items() if not names & random}
    kept = {name for name, _ in obligation.fixed} | forms.equations(scope).keys()
    free = [n for n, d in scope.declared.items() if d.kind == "real" and n not in kept]
    asked = {one.terms[0] for one in needed_of(obligation, ("!=", ">", ">="))}
    used = {n: [one for one, names in turning.items() if n in names] for n in free}
    if not any(used.values()):
        return
    for batch, k in _few(obligation, seed):
        exact = _exactly(batch, k)
        for name, exprs in used.items():
            line = Line(exact, scope, name, 0 if scope.declared[name].shape else None)
            for zero in _about(exprs, line):
                point = Point(line, zero)
                if all(point.says(one) for one in conditions):
                    yield batch, point
        for expr in (expr for expr in turning if expr in asked):
            scalars = [n for n in free if n in turning[expr] and not scope.declared[n].shape]
            lowest = _lowest(expr, scalars, exact, scope)
            if lowest is not None and all(lowest.says(one) for one in conditions):
                yield batch, lowest


def _lowest(
    expr: Expr, names: Sequence[str], exact: Environment[Exact], scope: Scope
) -> Point | None:
    """Where a sum of squares of several numbers is least, and zero if it ever is."""
    line = bottom(expr, names, exact, scope) if len(names) > 1 else None
    least = line.exact.values[line.name] if line is not None else None
    if line is None or not isinstance(least, Fraction):
        return None
    return Point(line, Zero(float(least), fraction=least))


def _reached(expr: Expr, scope: Scope) -> set[str]:
    """Names that an expression depends on, also through equations."""
    set_ = forms.equations(scope)
    found: set[str] = set()
    left = [expr]
    while left:
        new = forms.reached(left.pop(), scope) - found
        found |= new
        left.extend(set_[name].value for name in new & set_.keys())
    return found


def _closed(expr: Expr, scope: Scope) -> Expr:
    """An expression with 1 for the indices of loops that it stands in."""
    loose = free_names(expr) - scope.declared.keys() - scope.defined.keys()
    return substituted(
        expr, dict.fromkeys(loose, Number(Fraction(1))), definitions=in_force(scope),
        random=random_names(scope),
    ) if loose else expr  # fmt: skip


def _about(exprs: Sequence[Expr], line: Line) -> Iterator[Zero]:
    """The zeros, the middle between two of them, and what lies just beside them."""
    found = [zero for expr in exprs for zero in zeros(expr, line)]
    yield from found
    if line.place is not None:
        return
    places = sorted({zero.fraction or Fraction(zero.near) for zero in found})
    beside = [place + step for place in places for step in (-BESIDE, BESIDE)]
    for place in (*((one + other) / 2 for one, other in pairwise(places)), *beside):
        yield Zero(float(place), fraction=place)


def _few(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, int]]:
    """A few instances of each shape, of moderate numbers; none where functions are declared."""
    for batch in batches(obligation, seed, count=COUNT, most=FEW):
        if batch.members:
            return
        fine = batch.meets & moderate(batch)
        for value in batch.environment.values.values():
            for entry in entries(value):
                fine = fine & np.isfinite(entry.value)
        # One of short numbers, at which functions have values that are fractions.
        good = [*by_length(batch, fine)[:1], *map(int, np.flatnonzero(fine)[:FEW])]
        yield from ((batch, k) for k in list(dict.fromkeys(good))[:FEW])


def _exactly(batch: Batch, k: int) -> Environment[Exact]:
    """One instance of a batch in fractions."""
    plain = batch.environment

    def exact(entry: Approx) -> Exact:
        return Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k]))

    values = {name: mapped(exact, value) for name, value in plain.values.items()}
    return Environment(values, plain.sizes, plain.indices, {}, plain.definitions)


def _single(batch: Batch, exact: Environment[Exact], near: str = "") -> Batch:
    """One instance as a batch; the symbol that is only near it with an error."""
    ring = FloatRing()

    def rounded(entry: Any) -> Approx:
        number = ring.number(Fraction(entry))
        return Approx(np.reshape(number.value, 1), np.reshape(number.error, 1))

    values: dict[str, Value[Approx]] = {
        name: mapped(rounded, value) for name, value in exact.values.items()
    }
    if near:
        values[near] = mapped(_blurred, values[near])
    plain = batch.environment
    environment = Environment[Approx](values, plain.sizes, plain.indices, {}, plain.definitions)
    return replace(batch, environment=environment, meets=np.ones(1, dtype=bool), count=1)


def _blurred(entry: Approx) -> Approx:
    return Approx(entry.value, entry.error + 1e-9 * np.maximum(np.abs(entry.value), 1.0))
