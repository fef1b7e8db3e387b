"""Exact places where an expression is 0, found in floats and recognised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

import numpy as np
import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.certificate import Goal, Outside, Unsupported
from qedeck.evidence.proof.enclosures import Enclosure
from qedeck.evidence.proof.estimates import Columns, Estimates, Floats
from qedeck.evidence.proof.ranges import Range, replaced
from qedeck.evidence.proof.relaxation import identical

ZERO = Integer(0)
LARGEST_DENOMINATOR = 64
NEAR = 1e-5
"""How near a number that floats found must be to one that is recognised."""
SMALL = 1e-6
WRONG = 1e-9
POINTS = 48
FAR = 40.0
FINE = 33
ROUNDS = 8


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


def vanishes_at(e: Expr, place: Mapping[Symbol, Expr]) -> bool:
    """Whether an expression is 0 at a place; False where it has no value there."""
    try:
        return vanishes(replaced(e, place))
    except Unsupported:
        return False


def _differs(e: Expr) -> bool:
    """Whether floats find a value that is not 0, beyond doubt."""
    symbols = sorted(e.free_symbols, key=str)
    columns = {s: np.array([0.3, 0.7]) / (k + 1) for k, s in enumerate(symbols)}
    found, sizes = measured(e, columns, 2)
    return bool((abs(found) > SMALL * sizes).any())


def measured(e: Expr, columns: Columns, count: int) -> tuple[Floats, Floats]:
    """Values at many points, NaN where there is none, and the sizes of the terms that they sum."""
    estimates = Estimates(columns, count)
    with np.errstate(all="ignore"):
        try:
            terms = [np.broadcast_to(estimates.of(a), count) for a in sp.Add.make_args(e)]
        except (Unsupported, TypeError, OverflowError):
            return np.full(count, math.nan), np.ones(count)
        total = np.where(estimates.undefined, math.nan, np.sum(terms, axis=0))
        return np.where(np.isfinite(total), total, math.nan), 1 + np.sum(np.abs(terms), axis=0)


def spread(limits: Range, count: int) -> Floats:
    """Numbers all over a range, denser near its ends and near 0."""
    ends = limits.interval
    steps = FAR ** np.linspace(-1, 1, count)
    if ends.bounded:
        return float(ends.low) + float(ends.high - ends.low) * (np.arange(count) + 0.5) / count
    if ends.low.is_finite():
        return float(ends.low) + steps
    if ends.high.is_finite():
        return float(ends.high) - steps[::-1]
    half = steps[::2]
    return np.concatenate([-half[::-1], half])


def falls_below(e: Expr, ranges: Mapping[Symbol, Range], count: int) -> bool:
    """Whether floats find an expression negative somewhere, beyond doubt."""
    chosen = np.random.default_rng(0)
    columns = {s: chosen.choice(spread(ranges[s], POINTS), count) for s in sorted(ranges, key=str)}
    found, sizes = measured(e, columns, count)
    return bool((found < -SMALL * sizes).any())


def lowest(e: Expr, symbol: Symbol, limits: Range) -> Iterator[tuple[float, float, float]]:
    """Local minima in floats: places, values, and sizes of what is summed there."""
    places = spread(limits, POINTS)
    found, _ = measured(e, {symbol: places}, POINTS)
    for k in range(1, POINTS - 1):
        if found[k] <= min(found[k - 1], found[k + 1]):
            yield _narrowed(e, symbol, places[k - 1], places[k + 1])


def _narrowed(e: Expr, symbol: Symbol, low: float, high: float) -> tuple[float, float, float]:
    for _ in range(ROUNDS):
        places = np.linspace(low, high, FINE)
        found, sizes = measured(e, {symbol: places}, FINE)
        if np.isnan(found).all():
            break
        k = int(np.nanargmin(found))
        low, high = places[max(k - 1, 0)], places[min(k + 1, FINE - 1)]
    return float(places[k]), float(found[k]), float(sizes[k])


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
    for x, value, size in lowest(e, symbol, limits):
        if value < -WRONG * size:
            return None
        if value < SMALL * size:
            places.update(dict.fromkeys(recognised(x)))
    inside = [c for c in places if _within(c, limits)]
    found = [c for c in inside if vanishes_at(e, {symbol: c})]
    return sorted(found, key=float)


def _within(place: Expr, limits: Range) -> bool:
    if place in (limits.low, limits.high):
        return True
    value, mine = Enclosure(place).over({}), limits.interval
    return bool(value.low > mine.low and value.high < mine.high)
