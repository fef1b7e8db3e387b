"""Limits where a part that stays takes the one value that changes where the rest goes.

`b^n` goes elsewhere where b is 1, `1 / (1 + c n)` where c is 0. Random numbers do not meet such
points: `1 / \\sqrt{3}`, where `\\frac{3 \\sqrt{3}}{2} x (1 - x^2)` is 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from qedeck.formula.tree import (
    Expr,
    Limit,
    Node,
    Number,
    Power,
    Product,
    Statement,
    transformed,
    walk,
)
from qedeck.formula.values import mapped, scalar

POINTS = 4001
WIDEST = 8.0
"""A part is followed between this number and its negative."""
CLOSE = 1e-5
"""A part that comes as near to its value may take it."""
FAR = 1000
"""Where a limit at infinity is looked at, and one over it how near another is."""
FEW = 3
MOST = 12
"""Points at which one part is compared with its value."""


@dataclass(frozen=True)
class _Part:
    """What stays while the variable of a limit moves, and the value at which the rest turns."""

    expr: Expr
    value: int
    """1 for the base of a power that moves, 0 for the factor of what moves."""


def degenerate(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample at which a part of a limit takes such a value; else None."""
    with np.errstate(all="ignore"):
        for obligation in todo:
            for part in _parts(obligation):
                found = next(_counters(obligation, part, seed), None)
                if found is not None:
                    return found
    return None


def _parts(obligation: Obligation) -> list[_Part]:
    """Bases that stay while their exponents move, and factors that stay beside others that move."""
    found = [
        part
        for limit in walk(obligation.statement) if isinstance(limit, Limit)
        for node in walk(limit.body)
        for part in _staying(node, limit.variable)
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _staying(node: Node, variable: str) -> Iterator[_Part]:
    match node:
        case Power(base, exponent) if variable in exponent.names and variable not in base.names:
            yield _Part(base, 1)
        case Product(factors) if any(variable in one.names for one in factors):
            yield from (_Part(one, 0) for one in factors if variable not in one.names)


def _counters(obligation: Obligation, part: _Part, seed: int) -> Iterator[Counter]:
    scope = obligation.scope
    kept = {name for name, _ in obligation.fixed} | forms.equations(scope).keys()
    free = [
        name for name, one in scope.declared.items()
        if one.kind == "real" and not one.shape and name in part.expr.names - kept
    ]  # fmt: skip
    if scope.laws or not free:
        return
    easier = _with(obligation, part)
    if easier is None:
        return
    try:
        batch = next(batches(obligation, seed, count=24, most=1))
        for k in map(int, np.flatnonzero(batch.meets)[:FEW]):
            for name in free:
                for point in islice(_points(part, name, batch, k), MOST):
                    if _takes(part, obligation, name, point, batch, k) and symbolically(
                        easier, batch, k, {name: point}
                    ):
                        yield _described(obligation, batch, k, name, point)
    except (*UNABLE, StopIteration):
        return


def _with(obligation: Obligation, part: _Part) -> Obligation | None:
    """What the obligation says where a part takes its value; None where a limit is left.

    Sound: 1 to any power is 1 and 0 times a number is 0, and `_takes` asks that all are numbers.
    """

    def change(node: Node) -> Node:
        match node:
            case Power(other) if part.value == 1 and other == part.expr:
                return Number(Fraction(1))
            case Product(factors) if part.value == 0 and part.expr in factors:
                return Number(Fraction(0))
            case Limit(variable, _, body) if variable not in body.names:
                return body
        return node

    statement = transformed(obligation.statement, change)
    if not isinstance(statement, Statement) or any(isinstance(p, Limit) for p in walk(statement)):
        return None
    return replace(obligation, statement=statement)


def _points(part: _Part, name: str, batch: Batch, k: int) -> Iterator[Any]:
    """Short expressions near to which a part takes its value, or turns next to it."""
    place = np.linspace(-WIDEST, WIDEST, POINTS)
    gap = _gap(part, name, batch, k, place)
    inner = (gap[1:-1] >= gap[:-2]) & (gap[1:-1] >= gap[2:]) & (np.abs(gap[1:-1]) < 1e-2)
    crossed = np.flatnonzero(gap[:-1] * gap[1:] <= 0)
    for at in (*(np.flatnonzero(inner) + 1), *crossed):
        low, high = float(place[max(at - 1, 0)]), float(place[min(at + 1, POINTS - 1)])
        for _ in range(5):
            near = np.linspace(low, high, 101)
            there = _gap(part, name, batch, k, near)
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


def _gap(part: _Part, name: str, batch: Batch, k: int, place: Floats) -> Floats:
    """By how much the size of a part is larger than its value along one symbol."""
    plain = batch.environment

    def alone(entry: Approx) -> Approx:
        return Approx(*(np.broadcast_to(x, (batch.count,))[k] for x in (entry.value, entry.error)))

    values = {n: mapped(alone, value) for n, value in plain.values.items()}
    environment = replace(plain, values={**values, name: exactly(place)})
    found = scalar(evaluate(part.expr, environment, FloatRing()))
    size = np.abs(np.broadcast_to(found.value, place.shape))
    # A size turns at 0 from above: there its negative is largest.
    return np.asarray(size - 1 if part.value else -size)


def _takes(
    part: _Part, obligation: Obligation, name: str, point: Any, batch: Batch, k: int
) -> bool:
    """Whether a part takes its value at a point, by algebra, and the limits are of numbers there.

    Without that `x \\frac{n}{x (n + 1)}` would be 0 at x = 0, where it has no value.
    """
    import sympy

    ring, plain = SymbolicRing(), batch.environment

    def exact(entry: Approx) -> Any:
        return ring.number(Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k])))

    def at(expr: Expr, **more: Any) -> Any:
        values = {n: mapped(exact, value) for n, value in plain.values.items()}
        environment = Environment[Any](
            {**values, name: point, **more}, plain.sizes, plain.indices, {}, plain.definitions
        )
        return scalar(evaluate(expr, environment, ring))

    try:
        if sympy.simplify(at(part.expr) - part.value) != 0:
            return False
        for limit in walk(obligation.statement):
            if isinstance(limit, Limit):
                target = at(limit.target)
                near = (
                    sympy.sign(target) * FAR
                    if target.is_infinite
                    else target + sympy.Rational(1, FAR)
                )
                if not at(limit.body, **{limit.variable: near}).is_finite:
                    return False
    except UNABLE:
        return False
    return True


def _described(obligation: Obligation, batch: Batch, k: int, name: str, point: Any) -> Counter:
    """The counterexample; its number in digits, as its form may be long."""
    found = described(obligation, batch, k, "exact")
    return replace(
        found, values={**found.values, name: float(point)}, left=None, right=None, link=0
    )
