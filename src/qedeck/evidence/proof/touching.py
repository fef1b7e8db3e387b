"""Exact places where an expression is 0, found in floats and recognised."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.certificate import Goal, Outside, Unsupported
from qedeck.evidence.proof.enclosures import Enclosure
from qedeck.evidence.proof.estimates import estimate
from qedeck.evidence.proof.ranges import Range
from qedeck.evidence.proof.relaxation import identical

ZERO = Integer(0)
LARGEST_DENOMINATOR = 64
NEAR = 1e-5
"""How near a number that floats found must be to one that is recognised."""
SMALL = 1e-6
WRONG = 1e-9
POINTS = 48
FAR = 40.0
GOLDEN = (math.sqrt(5) - 1) / 2
ROUNDS = 60


def vanishes(e: Expr) -> bool:
    """Whether a number, or an expression whatever its symbols are, is 0."""
    if e == 0:
        return True
    try:
        if not e.free_symbols:
            value = Enclosure(e).over({})
            if value.positive or value.negative:
                return False
        elif _differs(e):
            return False
        return identical(Goal(e, "=", ZERO)) is not None
    except (Outside, Unsupported):
        return False


def _differs(e: Expr) -> bool:
    """Whether floats find a value that is not 0, beyond doubt."""
    for start in (0.3, 0.7):
        values = {s: start / (k + 1) for k, s in enumerate(sorted(e.free_symbols, key=str))}
        found = value_at(e, values)
        if found is not None and abs(found) > SMALL * _size(e, values):
            return True
    return False


def value_at(e: Expr, values: Mapping[Symbol, float]) -> float | None:
    """A value in floats; None where there is none."""
    try:
        found = estimate(e, values)
    except (ValueError, TypeError, ArithmeticError, Unsupported):
        return None
    return found if math.isfinite(found) else None


def spread(limits: Range, count: int) -> list[float]:
    """Numbers all over a range, denser near its ends and near 0."""
    ends = limits.interval
    low = float(ends.low) if ends.low.is_finite() else -math.inf
    high = float(ends.high) if ends.high.is_finite() else math.inf
    if math.isfinite(low) and math.isfinite(high):
        return [low + (high - low) * (k + 0.5) / count for k in range(count)]
    steps = [FAR ** (2 * (k + 0.5) / count - 1) for k in range(count)]
    if math.isfinite(low):
        return [low + step for step in steps]
    if math.isfinite(high):
        return [high - step for step in reversed(steps)]
    half = steps[::2]
    return [-step for step in reversed(half)] + half


def falls_below(e: Expr, ranges: Mapping[Symbol, Range], count: int) -> bool:
    """Whether floats find an expression negative somewhere, beyond doubt."""
    rng = random.Random(0)  # noqa: S311
    pools = {s: spread(r, POINTS) for s, r in ranges.items()}
    for _ in range(count):
        values = {s: rng.choice(pool) for s, pool in pools.items()}
        if (found := value_at(e, values)) is not None and found < -SMALL * _size(e, values):
            return True
    return False


def _size(e: Expr, values: Mapping[Symbol, float]) -> float:
    """The size of the terms of a sum."""
    terms = [value_at(a, values) for a in sp.Add.make_args(e)]
    return 1 + sum(abs(t) for t in terms if t is not None)


def lowest(e: Expr, symbol: Symbol, limits: Range) -> Iterator[tuple[float, float]]:
    """Local minima in floats: places and values."""
    places = spread(limits, POINTS)
    found = [value_at(e, {symbol: x}) for x in places]
    for k in range(1, len(places) - 1):
        left, mine, right = found[k - 1], found[k], found[k + 1]
        if left is None or mine is None or right is None or mine > min(left, right):
            continue
        yield _narrowed(lambda x: value_at(e, {symbol: x}), places[k - 1], places[k + 1])


def _narrowed(
    value: Callable[[float], float | None], low: float, high: float
) -> tuple[float, float]:
    for _ in range(ROUNDS):
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        left, right = value(a), value(b)
        if left is None or right is None:
            break
        if left <= right:
            high = b
        else:
            low = a
    middle = (low + high) / 2
    return middle, value(middle) or 0.0


def recognised(x: float) -> Iterator[Expr]:
    """Exact numbers near a float: fractions, and logarithms, roots, multiples of π and e."""
    for size in (2, 8):
        yield Rational(*Fraction(x).limit_denominator(size).as_integer_ratio())
    for number, exact in _readings(x):
        q = Fraction(number).limit_denominator(LARGEST_DENOMINATOR)
        place = exact(Rational(q.numerator, q.denominator))
        if place is not None and place.is_finite and abs(float(place) - x) < NEAR * (1 + abs(x)):
            yield place


def _readings(x: float) -> Iterable[tuple[float, Callable[[Rational], Expr | None]]]:
    yield x, lambda q: q
    if abs(x) < 50:
        yield math.exp(x), lambda q: sp.log(q) if q > 0 else None
    yield x * x, lambda q: sp.sqrt(q) if x > 0 else -sp.sqrt(q)
    if x > 0:
        yield math.log(x), sp.exp
    yield x / math.pi, lambda q: q * sp.pi
    yield x / math.e, lambda q: q * sp.E


def zeros(e: Expr, symbol: Symbol, limits: Range) -> list[Expr] | None:
    """Exact places in a range where an expression is 0 and not negative beside it, in order.

    None where it is negative somewhere.
    """
    places: dict[Expr, None] = {}
    for end in (limits.low, limits.high, ZERO, Integer(1), Integer(-1)):
        if end is not None:
            places[end] = None
    for x, value in lowest(e, symbol, limits):
        size = _size(e, {symbol: x})
        if value < -WRONG * size:
            return None
        if value < SMALL * size:
            places.update(dict.fromkeys(recognised(x)))
    inside = [c for c in places if _within(c, limits)]
    found = [c for c in inside if vanishes(e.xreplace({symbol: c}))]
    return sorted(found, key=float)


def _within(place: Expr, limits: Range) -> bool:
    if place in (limits.low, limits.high):
        return True
    value, mine = Enclosure(place).over({}), limits.interval
    return bool(value.low > mine.low and value.high < mine.high)
