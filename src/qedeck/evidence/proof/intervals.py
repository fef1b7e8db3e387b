"""Intervals between rigorous ends, also infinite and open ones, and the functions of the language.

The ends are exact numbers of python-flint, rounded outwards: an interval encloses every value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

import flint

from qedeck.evidence.proof.certificate import Outside, Unsupported

Ball = Any
"""A `flint.arb`."""
arb = flint.arb
ZERO, ONE = arb(0), arb(1)
UP, DOWN = arb.pos_inf(), arb.neg_inf()
LOWEST_GAMMA = (arb("1.461632144"), arb("1.461632145"), arb("0.88560319"))
"""Around the place of the least value of Γ on the positive numbers, and below that value."""
MOST_POWER = 4096


class Interval(NamedTuple):
    """All numbers between two ends; an open end is not among them."""

    low: Ball
    high: Ball
    low_open: bool = False
    high_open: bool = False

    @property
    def positive(self) -> bool:
        """Whether every number is greater than 0."""
        return bool(self.low > 0) or (self.low_open and self.low.is_zero())

    @property
    def negative(self) -> bool:
        """Whether every number is less than 0."""
        return bool(self.high < 0) or (self.high_open and self.high.is_zero())

    @property
    def nonnegative(self) -> bool:
        """Whether every number is at least 0."""
        return bool(self.low >= 0)

    @property
    def nonpositive(self) -> bool:
        """Whether every number is at most 0."""
        return bool(self.high <= 0)

    @property
    def bounded(self) -> bool:
        """Whether both ends are finite."""
        return bool(self.low.is_finite() and self.high.is_finite())

    @property
    def closed(self) -> Interval:
        """With its finite ends."""
        return Interval(
            self.low,
            self.high,
            self.low_open and not self.low.is_finite(),
            self.high_open and not self.high.is_finite(),
        )

    @property
    def middle(self) -> Ball:
        """A number inside, exactly representable; far out where the interval is unbounded."""
        if self.bounded:
            return ((self.low + self.high) / 2).mid()
        if self.low.is_finite():
            return (2 * self.low + 1 if self.low >= 0 else ZERO).mid()
        if self.high.is_finite():
            return (2 * self.high - 1 if self.high <= 0 else ZERO).mid()
        return ZERO

    def halves(self, at: Ball) -> tuple[Interval, Interval]:
        """The parts on both sides of a number inside, which is in both."""
        left = Interval(self.low, at, self.low_open, False)
        return left, Interval(at, self.high, False, self.high_open)


REALS = Interval(DOWN, UP, True, True)
NOTHING = Interval(ZERO, ZERO)
UNIT = Interval(ONE, ONE)
AROUND = Interval(-ONE, ONE)


def below(a: Ball) -> Ball:
    """An exact number that is not above a ball."""
    if a.is_finite():
        return a.lower()
    return a if a.is_exact() and not a.is_nan() else DOWN


def above(a: Ball) -> Ball:
    """An exact number that is not below a ball."""
    if a.is_finite():
        return a.upper()
    return a if a.is_exact() and not a.is_nan() else UP


def enclosing(a: Ball) -> Interval:
    """The interval of a ball."""
    return Interval(below(a), above(a))


def number(q: Fraction) -> Interval:
    """The interval around a fraction."""
    return enclosing(arb(flint.fmpq(q.numerator, q.denominator)))


def hull(a: Interval, b: Interval) -> Interval:
    """The least interval around two."""
    low, low_open = _least((a.low, a.low_open), (b.low, b.low_open))
    high, high_open = _most((a.high, a.high_open), (b.high, b.high_open))
    return Interval(low, high, low_open, high_open)


def common(a: Interval, b: Interval) -> Interval:
    """The numbers in both; what is in the first where none is."""
    low, low_open = _most((a.low, not a.low_open), (b.low, not b.low_open))
    high, high_open = _least((a.high, not a.high_open), (b.high, not b.high_open))
    return Interval(low, high, not low_open, not high_open) if low <= high else a


End = tuple[Ball, bool]


def _least(*ends: End) -> End:
    best, open_ = ends[0]
    for end, is_open in ends[1:]:
        if end < best:
            best, open_ = end, is_open
        elif end == best:
            open_ = open_ and is_open
    return best, open_


def _most(*ends: End) -> End:
    best, open_ = ends[0]
    for end, is_open in ends[1:]:
        if end > best:
            best, open_ = end, is_open
        elif end == best:
            open_ = open_ and is_open
    return best, open_


# -- arithmetic ----------------------------------------------------------------------------


def plus(a: Interval, b: Interval) -> Interval:
    """Sums."""
    return Interval(
        below(a.low + b.low),
        above(a.high + b.high),
        a.low_open or b.low_open,
        a.high_open or b.high_open,
    )


def minus(a: Interval) -> Interval:
    """Negatives."""
    return Interval(-a.high, -a.low, a.high_open, a.low_open)


def times(a: Interval, b: Interval) -> Interval:
    """Products."""
    ends = [
        _end_product(p, q)
        for p in ((a.low, a.low_open), (a.high, a.high_open))
        for q in ((b.low, b.low_open), (b.high, b.high_open))
    ]
    low, low_open = _least(*[(below(e), is_open) for e, is_open in ends])
    high, high_open = _most(*[(above(e), is_open) for e, is_open in ends])
    return Interval(low, high, low_open, high_open)


def _end_product(p: End, q: End) -> End:
    """A product of ends, and whether it is not reached."""
    if p[0].is_zero() or q[0].is_zero():
        reached = (p[0].is_zero() and not p[1]) or (q[0].is_zero() and not q[1])
        return ZERO, not reached
    return p[0] * q[0], p[1] or q[1]


def inverse(a: Interval) -> Interval:
    """Reciprocals; raises `Outside` where 0 may be among the numbers."""
    if a.positive:
        low = ZERO if a.high == UP else below(1 / a.high)
        high = UP if a.low.is_zero() else above(1 / a.low)
        return Interval(low, high, a.high_open, a.low_open)
    if a.negative:
        return minus(inverse(minus(a)))
    raise Outside("a denominator")


def power(a: Interval, n: int) -> Interval:
    """Whole powers."""
    if abs(n) > MOST_POWER:
        raise Unsupported(n)
    if n < 0:
        return inverse(power(a, -n))
    if n == 0:
        return UNIT
    if n % 2 == 0:
        a = absolute(a)
    low = a.low if not a.low.is_finite() else below(a.low**n)
    high = a.high if not a.high.is_finite() else above(a.high**n)
    return Interval(low, high, a.low_open, a.high_open)


def root_power(a: Interval, exponent: Fraction) -> Interval:
    """Powers with a broken exponent, of numbers that are at least 0."""
    if exponent < 0:
        return inverse(root_power(a, -exponent))
    if not a.nonnegative:
        raise Outside("a root")

    def value(x: Ball) -> Ball:
        if x.is_zero() or not x.is_finite():
            return x
        if max(exponent.denominator, exponent.numerator) > MOST_POWER:
            return (x.log() * flint.fmpq(exponent.numerator, exponent.denominator)).exp()
        return x.root(exponent.denominator) ** exponent.numerator

    low = max(below(value(a.low)), ZERO)
    return Interval(low, above(value(a.high)), a.low_open, a.high_open)


def general_power(a: Interval, b: Interval) -> Interval:
    """A^b for a ≥ 0, with 0^0 = 1 as in every ring that evaluates."""
    if a.positive:
        return exp(times(b, log(a)))
    if not a.nonnegative or not b.nonnegative:
        raise Outside("a power")
    zero = NOTHING if b.positive else Interval(ZERO, ONE)
    if a.high.is_zero():
        return zero
    return hull(zero, exp(times(b, log(a._replace(low_open=True)))))


# -- functions -----------------------------------------------------------------------------


def absolute(a: Interval) -> Interval:
    """Sizes."""
    if a.nonnegative:
        return a
    if a.nonpositive:
        return minus(a)
    high, high_open = _most((-a.low, a.low_open), (a.high, a.high_open))
    return Interval(ZERO, high, False, high_open)


def sign(a: Interval) -> Interval:
    """Signs."""
    if a.positive:
        return UNIT
    if a.negative:
        return minus(UNIT)
    low = ZERO if a.nonnegative else -ONE
    return Interval(low, ZERO if a.nonpositive else ONE)


def step(a: Interval) -> Interval:
    """0 below 0, 1 above, anything between at 0: the slope of a maximum."""
    if a.positive:
        return UNIT
    return NOTHING if a.negative else Interval(ZERO, ONE)


def larger(a: Interval, b: Interval) -> Interval:
    """Maxima."""
    low, low_open = (a.low, a.low_open) if a.low > b.low else (b.low, b.low_open)
    if a.low == b.low:
        low_open = a.low_open or b.low_open
    high, high_open = _most((a.high, a.high_open), (b.high, b.high_open))
    return Interval(low, high, low_open, high_open)


def smaller(a: Interval, b: Interval) -> Interval:
    """Minima."""
    return minus(larger(minus(a), minus(b)))


def rising(
    a: Interval, value: Callable[[Ball], Ball], least: Ball = DOWN, most: Ball = UP
) -> Interval:
    """Values of an increasing function with two limits that it does not reach."""
    low = max(below(value(a.low)), least) if a.low.is_finite() else least
    high = min(above(value(a.high)), most) if a.high.is_finite() else most
    return Interval(low, high, a.low_open or low == least, a.high_open or high == most)


def exp(a: Interval) -> Interval:
    """Exponentials."""
    return rising(a, lambda x: x.exp(), ZERO)


def log(a: Interval) -> Interval:
    """Logarithms; raises `Outside` unless all numbers are positive."""
    if not a.positive:
        raise Outside("a logarithm")
    return rising(a, lambda x: DOWN if x.is_zero() else x.log())


def tanh(a: Interval) -> Interval:
    """Hyperbolic tangents."""
    return rising(a, lambda x: x.tanh(), -ONE, ONE)


def erf(a: Interval) -> Interval:
    """Error functions."""
    return rising(a, lambda x: x.erf(), -ONE, ONE)


def atan(a: Interval) -> Interval:
    """Arc tangents."""
    quarter = above(arb.pi() / 2)
    return rising(a, lambda x: x.atan(), -quarter, quarter)


def cos(a: Interval) -> Interval:
    """Cosines."""
    return _wave(a, lambda x: x.cos(), ZERO)


def sin(a: Interval) -> Interval:
    """Sines."""
    return _wave(a, lambda x: x.sin(), arb.pi() / 2)


def _wave(a: Interval, value: Callable[[Ball], Ball], crest: Ball) -> Interval:
    """Values of a wave with crests at `crest` + 2πk and troughs halfway."""
    if not a.bounded or abs(a.low) > 1e9 or abs(a.high) > 1e9:
        return AROUND
    first = math.ceil(float(below((a.low - crest) / arb.pi())) - 1e-6)
    last = math.floor(float(above((a.high - crest) / arb.pi())) + 1e-6)
    if last > first:
        return AROUND
    ends = hull(enclosing(value(a.low)), enclosing(value(a.high)))
    if last == first:
        ends = hull(ends, UNIT if first % 2 == 0 else minus(UNIT))
    return Interval(max(ends.low, -ONE), min(ends.high, ONE))


def tan(a: Interval) -> Interval:
    """Tangents, between two poles."""
    across = cos(a)
    if not (across.positive or across.negative):
        raise Outside("a tangent")
    return Interval(below(a.low.tan()), above(a.high.tan()), a.low_open, a.high_open)


def gamma(a: Interval) -> Interval:
    """The gamma function of positive numbers."""
    if not a.positive:
        raise Unsupported("the gamma function of numbers that may be negative")
    left = UP if a.low.is_zero() else a.low.gamma()
    right = UP if a.high == UP else a.high.gamma()
    start, end, least = LOWEST_GAMMA
    if a.high <= start:
        return Interval(below(right), above(left), a.high_open, a.low_open)
    if a.low >= end:
        return Interval(below(left), above(right), a.low_open, a.high_open)
    return Interval(least, max(above(left), above(right)))


def polygamma(order: int, a: Interval) -> Interval:
    """Derivatives of log Γ at positive numbers."""
    if not a.positive:
        raise Unsupported("a derivative of the gamma function")
    if order == 0:
        return rising(a, lambda x: DOWN if x.is_zero() else x.digamma())
    scale = arb(math.factorial(order))
    high = UP if a.low.is_zero() else above(scale * arb(order + 1).zeta(a.low))
    low = ZERO if a.high == UP else max(below(scale * arb(order + 1).zeta(a.high)), ZERO)
    found = Interval(low, high, a.high_open, a.low_open)
    return found if order % 2 else minus(found)
