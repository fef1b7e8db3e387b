"""Limits of powers, at the points where a base is 1: there alone `b^n` does not go to zero.

Random numbers do not meet `1 / \\sqrt{3}`, where `\\frac{3 \\sqrt{3}}{2} x (1 - x^2)` is largest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.confirmation import UNABLE, symbolically
from qedeck.evidence.falsify import batches, described
from qedeck.evidence.instances import Batch
from qedeck.evidence.mixture import Floats
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter
from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.tree import Expr, Limit, Node, Number, Power, Statement, transformed, walk
from qedeck.formula.values import mapped, scalar

POINTS = 4001
WIDEST = 8.0
"""A base is followed between this number and its negative."""
CLOSE = 1e-5
"""A largest value that is as near to 1 may be 1."""
FEW = 3
MOST = 12
"""Points at which one base is compared with 1."""


def at_one(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample at which the base of a power within a limit is 1; else None."""
    with np.errstate(all="ignore"):
        for obligation in todo:
            for base in _bases(obligation):
                found = next(_counters(obligation, base, seed), None)
                if found is not None:
                    return found
    return None


def _bases(obligation: Obligation) -> list[Expr]:
    """Bases that stay while their exponents move."""
    found = [
        power.base
        for limit in walk(obligation.statement) if isinstance(limit, Limit)
        for power in walk(limit.body) if isinstance(power, Power)
        if limit.variable in power.exponent.names and limit.variable not in power.base.names
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _counters(obligation: Obligation, base: Expr, seed: int) -> Iterator[Counter]:
    scope = obligation.scope
    kept = {name for name, _ in obligation.fixed} | forms.equations(scope).keys()
    free = [
        name for name, one in scope.declared.items()
        if one.kind == "real" and not one.shape and name in base.names - kept
    ]  # fmt: skip
    if scope.laws or not free:
        return
    easier = _with_one(obligation, base)
    if easier is None:
        return
    try:
        batch = next(batches(obligation, seed, count=24, most=1))
        for k in map(int, np.flatnonzero(batch.meets)[:FEW]):
            for name in free:
                for point in islice(_points(base, name, batch, k), MOST):
                    if _is_one(base, name, point, batch, k) and symbolically(
                        easier, batch, k, {name: point}
                    ):
                        yield _described(obligation, batch, k, name, point)
    except (*UNABLE, StopIteration):
        return


def _with_one(obligation: Obligation, base: Expr) -> Obligation | None:
    """What the obligation says where the base is 1; None where a limit is left."""

    def change(node: Node) -> Node:
        match node:
            case Power(other) if other == base:
                return Number(Fraction(1))
            case Limit(variable, _, body) if variable not in body.names:
                return body
        return node

    statement = transformed(obligation.statement, change)
    if not isinstance(statement, Statement) or any(isinstance(p, Limit) for p in walk(statement)):
        return None
    return replace(obligation, statement=statement)


def _points(base: Expr, name: str, batch: Batch, k: int) -> Iterator[Any]:
    """Short expressions near to which the size of a base is 1, or largest and nearly 1."""
    place = np.linspace(-WIDEST, WIDEST, POINTS)
    gap = _gap(base, name, batch, k, place)
    inner = (gap[1:-1] >= gap[:-2]) & (gap[1:-1] >= gap[2:]) & (np.abs(gap[1:-1]) < 1e-2)
    crossed = np.flatnonzero(gap[:-1] * gap[1:] <= 0)
    for at in (*(np.flatnonzero(inner) + 1), *crossed):
        low, high = float(place[max(at - 1, 0)]), float(place[min(at + 1, POINTS - 1)])
        for _ in range(5):
            near = np.linspace(low, high, 101)
            there = _gap(base, name, batch, k, near)
            best = int(np.nanargmin(np.abs(there)))
            low, high = float(near[max(best - 1, 0)]), float(near[min(best + 1, 100)])
        if abs(there[best]) < CLOSE:
            yield from _short(float(near[best]))


def _short(number: float) -> Iterator[Any]:
    """Fractions and roots of them near a number; what rests on them is proved."""
    import sympy

    for power in (1, 2, 3):
        short = Fraction(abs(number) ** power).limit_denominator(60)
        if abs(float(short) - abs(number) ** power) < 1e-4:
            root = sympy.Rational(short.numerator, short.denominator) ** sympy.Rational(1, power)
            yield root if number >= 0 else -root


def _gap(base: Expr, name: str, batch: Batch, k: int, place: Floats) -> Floats:
    """By how much the size of a base is larger than 1 along one symbol."""
    plain = batch.environment

    def alone(entry: Approx) -> Approx:
        return Approx(*(np.broadcast_to(x, (batch.count,))[k] for x in (entry.value, entry.error)))

    values = {n: mapped(alone, value) for n, value in plain.values.items()}
    environment = replace(plain, values={**values, name: exactly(place)})
    found = scalar(evaluate(base, environment, FloatRing()))
    return np.asarray(np.abs(np.broadcast_to(found.value, place.shape)) - 1)


def _is_one(base: Expr, name: str, point: Any, batch: Batch, k: int) -> bool:
    """Whether a base is 1 at a point, by algebra."""
    import sympy

    ring, plain = SymbolicRing(), batch.environment

    def exact(entry: Approx) -> Any:
        return ring.number(Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k])))

    values = {n: mapped(exact, value) for n, value in plain.values.items()}
    environment = Environment[Any](
        {**values, name: point}, plain.sizes, plain.indices, {}, plain.definitions
    )
    return bool(sympy.simplify(scalar(evaluate(base, environment, ring)) - 1) == 0)


def _described(obligation: Obligation, batch: Batch, k: int, name: str, point: Any) -> Counter:
    """The counterexample; its number in digits, as its form may be long."""
    found = described(obligation, batch, k, "exact")
    return replace(
        found, values={**found.values, name: float(point)}, left=None, right=None, link=0
    )
