"""Where an expression is zero in one number, the others being given.

Of polynomials all real zeros, exactly; of other expressions those at which the sign changes,
each between two numbers that balls tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.instances import FAILURES
from qedeck.evidence.mixture import Floats
from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.congruent import CongruentRing
from qedeck.formula.rings.exact import Exact, ExactRing
from qedeck.formula.rings.floats import FloatRing, exactly
from qedeck.formula.rings.ring import Ring
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Call, Expr, Negative, Number, Power, Product, Quotient, Sum
from qedeck.formula.values import Array, T, array, mapped, scalar

UNABLE = (*FAILURES, ZeroDivisionError)
MOST_DEGREE = 8
FEW = 4
"""Points at which an expression is evaluated before it counts as of degree two at most."""
MOST_CHANGES = 6
HALVINGS = 8
PARTS = 33
SHORT = 4096
"""Zeros of smaller denominators than this are tried as fractions."""


@dataclass(frozen=True, eq=False)
class Zero:
    """A number at which an expression is zero: a fraction, or the root of a polynomial, or near."""

    near: float
    ball: Any = None
    """An enclosure; None for a fraction."""
    minimal: Any = None
    """The irreducible polynomial that it is a root of; None where none is known."""
    fraction: Fraction | None = None
    expr: Expr | None = None
    """What is zero there, as a change of its sign shows; None where the number itself tells."""

    def ring(self) -> AlgebraicRing:
        """The ring in which it is a number."""
        import flint

        if self.fraction is None:
            if self.minimal is None:
                return CongruentRing(self.ball)
            return AlgebraicRing(self.ball, self.minimal)
        value = flint.fmpq(self.fraction.numerator, self.fraction.denominator)
        return AlgebraicRing(flint.arb(value), flint.fmpq_poly([-value, 1]))

    def __str__(self) -> str:
        return f"{self.near:.10f}".rstrip("0") + ("" if self.fraction is not None else "\\ldots")


@dataclass(frozen=True, eq=False)
class Line:
    """An instance in fractions of which one number is left open."""

    exact: Environment[Exact]
    scope: Scope
    name: str
    place: int | None = None
    """Which entry of an array; None for a scalar."""

    @cached_property
    def following(self) -> Mapping[str, Expr]:
        """What equations set by the number that is left open, in an order that they allow."""
        found: dict[str, Expr] = {}
        open_ = {n: e.value for n, e in forms.equations(self.scope).items() if not e.index}
        names = {self.name}
        while more := [n for n, e in open_.items() if forms.reached(e, self.scope) & names]:
            names.update(more)
            found.update((name, open_.pop(name)) for name in more)
        return found

    def at(self, value: T, ring: Ring[T]) -> Environment[T]:
        """The instance in a ring with the number set; what equations set follows it."""
        outer = self.exact
        values: dict[str, Any] = dict(outer.values)
        if not isinstance(ring, ExactRing):
            number: Any = ring.number
            values = {n: mapped(number, v) for n, v in outer.values.items()}
        if self.place is None:
            values[self.name] = value
        else:
            whole = array(values[self.name])
            entries = (*whole.entries[: self.place], value, *whole.entries[self.place + 1 :])
            values[self.name] = Array(whole.shape, entries, whole.row)
        made: Environment[T] = Environment(
            values, outer.sizes, outer.indices, {}, outer.definitions
        )
        for name, expr in self.following.items():
            made = replace(made, values={**made.values, name: evaluate(expr, made, ring)})
        return made

    def algebraically(self, zero: Zero) -> tuple[Environment[Algebraic], AlgebraicRing]:
        """The instance at a zero, as exactly as it is known."""
        ring = zero.ring()
        environment = self.at(ring.generator, ring)
        if not isinstance(ring, CongruentRing) or zero.expr is None:
            return environment, ring
        # A zero lies within the ball, and there both sides are one number.
        match zero.expr:
            case Sum((left, Negative(right))):
                ends = [scalar(evaluate(one, environment, ring)) for one in (left, right)]
            case whole:
                ends = [scalar(evaluate(whole, environment, ring)), ring.whole(0)]
        ring.identify(*ends)
        return self.at(ring.generator, ring), ring


def zeros(expr: Expr, line: Line) -> Iterator[Zero]:
    """The zeros of an expression along a line."""
    for part in _factors(expr):
        found = _values(part, line, FEW)
        if found is not None and _degree(found) > 2:
            found = _values(part, line, MOST_DEGREE + 2)
        if found is None:
            yield from _between(part, line)
        elif _degree(found) <= len(found) - 2:
            yield from _roots(found)
        else:
            yield from _between(part, line)


def bottom(
    expr: Expr, names: Sequence[str], exact: Environment[Exact], scope: Scope
) -> Line | None:
    """The line through the place at which a sum of squares of several numbers is least.

    One number after the other is set to where the expression is least in it.
    """
    line = None
    for name in names:
        line = Line(exact, scope, name)
        values = _values(expr, line, FEW)
        if values is None or _degree(values) != 2:
            return None
        _, first, second, *_ = _differences(values)
        least = Fraction(1, 2) - len(values) // 2 - first / second
        exact = replace(exact, values={**exact.values, name: least})
    return line and replace(line, exact=exact)


def _factors(expr: Expr) -> Iterator[Expr]:
    """What is zero where an expression is, by its form."""
    match expr:
        case Product(factors):
            for factor in factors:
                yield from _factors(factor)
        case Power(base, Number(value)) if value > 0:
            yield from _factors(base)
        case Quotient(above, _):
            yield from _factors(above)
        case Call("abs" | "sqrt", (inner,)):
            yield from _factors(inner)
        case _ if expr.names:
            yield expr


def _values(expr: Expr, line: Line, count: int) -> list[Fraction] | None:
    """The values at so many whole numbers about 0; None where fractions do not tell."""
    found = []
    for k in range(count):
        at = Fraction(k - count // 2)  # on both sides of a corner at 0
        try:
            value = evaluate(expr, line.at(at, ExactRing()), ExactRing())
        except UNABLE:
            return None
        if not isinstance(value, Fraction):
            return None
        found.append(value)
    return found


def _differences(values: list[Fraction]) -> list[Fraction]:
    found, row = [], values
    while row:
        found.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    return found


def _degree(values: list[Fraction]) -> int:
    """The degree of the polynomial with these values."""
    found = _differences(values)
    return max((k for k, one in enumerate(found) if one), default=0)


def _roots(values: list[Fraction]) -> Iterator[Zero]:
    """The real roots of the polynomial with these values at whole numbers about 0."""
    import flint

    poly, step, first = flint.fmpq_poly([]), flint.fmpq_poly([1]), -(len(values) // 2)
    for k, one in enumerate(_differences(values)):
        poly += step * flint.fmpq(one.numerator, one.denominator)
        step *= flint.fmpq_poly([flint.fmpq(-k - first, k + 1), flint.fmpq(1, k + 1)])
    if poly.degree() < 1:
        return
    for factor, _ in poly.numer().factor()[1]:
        if factor.degree() == 1:
            root = Fraction(-int(factor[0]), int(factor[1]))
            yield Zero(float(root), fraction=root)
            continue
        minimal = flint.fmpq_poly(factor.coeffs())
        complex_roots: Any = factor.complex_roots()
        for number, _ in complex_roots:
            if number.imag.is_zero():
                yield Zero(float(number.real), number.real, minimal / minimal[minimal.degree()])


@lru_cache(maxsize=1)
def _grid() -> Floats:
    near = np.linspace(-12, 12, 97) + 0.0123
    far = np.geomspace(12.5, 1e6, 25)
    return np.sort(np.concatenate([-far, near, far]))


def _between(expr: Expr, line: Line) -> Iterator[Zero]:
    """Zeros where a continuous expression changes its sign, confirmed in balls."""
    try:
        points = _grid()
        signs = _signs(expr, line, points)
        places = np.flatnonzero(signs[:-1] * signs[1:] < 0)[:MOST_CHANGES]
        for k in places:
            low, high = _narrowed(expr, line, float(points[k]), float(points[k + 1]))
            middle = (low + high) / 2
            short = Fraction(middle).limit_denominator(SHORT)
            if abs(float(short) - middle) <= 1e-9 * max(1.0, abs(middle)):
                yield Zero(float(short), fraction=short)
            ball = _confirmed(expr, line, low, high)
            if ball is not None:
                yield Zero(middle, ball, expr=expr)
    except UNABLE:
        return


def _signs(expr: Expr, line: Line, points: Floats) -> Floats:
    """1 and -1 where floats are sure of the sign, else 0."""
    ring = FloatRing()
    value = scalar(evaluate(expr, line.at(exactly(points), ring), ring))
    sure = np.isfinite(value.value) & (np.abs(value.value) > 4 * value.error)
    signs = np.where(sure, np.sign(value.value), 0.0)
    return np.broadcast_to(signs, points.shape)


def _narrowed(expr: Expr, line: Line, low: float, high: float) -> tuple[float, float]:
    for _ in range(HALVINGS):
        points = np.linspace(low, high, PARTS)
        signs = _signs(expr, line, points)
        at = np.flatnonzero(signs[:-1] * signs[1:] < 0)
        if not len(at):
            break
        low, high = float(points[at[0]]), float(points[at[0] + 1])
    return low, high


def _confirmed(expr: Expr, line: Line, low: float, high: float) -> Any:
    """A ball that contains a zero: opposite signs at its ends, finite throughout; else None.

    Sound by the intermediate value theorem: in this ring a choice that is not the same all over the
    ball raises, so that what is finite there is made of continuous functions.
    """
    import flint

    ends = [flint.arb(low), flint.arb(high)]
    whole = ends[0].union(ends[1])
    found = []
    for ball in (*ends, whole):
        ring = AlgebraicRing(ball)
        found.append(scalar(evaluate(expr, line.at(ring.generator, ring), ring)).ball)
    left, right, over = found
    apart = (left < 0 and right > 0) or (left > 0 and right < 0)
    return whole if apart and over.is_finite() else None
