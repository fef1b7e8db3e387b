"""Float64 numbers, many instances at once, each with a bound on its rounding error."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.formula.rings.quadrature import halved
from qedeck.formula.rings.ring import Grid, Ring, Sign, TooLarge, Unsupported, Verdict

Floats = NDArray[np.floating[Any]]

EPS = 2.0**-52
SLACK = 8.0
"""Relations are undecided within this many error bounds."""
WORTHLESS = 1e-3
"""An equality is undecided where the error is larger than this part of the size."""

TINY = 1e-290
"""Products below this may have lost digits to underflow; their error is at least FLOOR."""
FLOOR = 1e-300

MOST_NUMBERS = 20_000_000
"""An average over more outcomes and instances is refused."""

quiet = np.errstate(all="ignore")


@dataclass(frozen=True, eq=False)
class Approx:
    """Values and bounds on their absolute errors, one for each instance; NaN is undefined."""

    value: Floats
    error: Floats


_ZERO = np.zeros(())


def exactly(values: Any) -> Approx:
    """Instances given as float64 numbers, free of error."""
    return Approx(np.asarray(values, dtype=np.float64), _ZERO)


@lru_cache(maxsize=1000)
def _rounded(value: Fraction) -> Approx:
    """The nearest number, and how far it may be."""
    result = np.float64(value)
    exact = Fraction(float(result)) == value
    return Approx(np.asarray(result), _ZERO if exact else np.asarray(EPS * abs(result)))


class FloatRing(Ring[Approx]):
    """Running error analysis, to first order, over arrays of instances."""

    name = "floats"
    shares = True

    def number(self, value: Fraction) -> Approx:
        return _rounded(value)

    def constant(self, name: str) -> Approx:
        if name == "infinity":
            return Approx(np.asarray(np.inf), _ZERO)
        if name == "i":
            raise Unsupported("the imaginary unit in floats")
        value = {"pi": math.pi, "e": math.e}[name]
        return Approx(np.asarray(value), np.asarray(EPS * value))

    def unknown(self) -> Approx:
        return Approx(np.zeros(()), np.asarray(np.inf))

    def missing(self, a: Approx) -> Verdict:
        gone = np.isnan(a.value)
        return Verdict(gone, ~gone)

    @quiet
    def add(self, a: Approx, b: Approx) -> Approx:
        value = a.value + b.value
        return Approx(value, a.error + b.error + EPS * np.abs(value))

    def neg(self, a: Approx) -> Approx:
        return Approx(-a.value, a.error)

    @quiet
    def sub(self, a: Approx, b: Approx) -> Approx:
        value = a.value - b.value
        return Approx(value, a.error + b.error + EPS * np.abs(value))

    @quiet
    def mul(self, a: Approx, b: Approx) -> Approx:
        value = a.value * b.value
        size = np.abs(value)
        error = EPS * size
        if a.error is not _ZERO:
            error = error + a.error * (np.abs(b.value) + b.error)
        if b.error is not _ZERO:
            error = error + np.abs(a.value) * b.error
        return Approx(value, _floored(size, error, a, b))

    @quiet
    def div(self, a: Approx, b: Approx) -> Approx:
        value = np.where(b.value == 0, np.nan, a.value / b.value)
        room, size = np.abs(b.value) - b.error, np.abs(value)
        error = np.where(room > 0, (a.error + size * b.error) / room, np.inf)
        return Approx(value, _floored(size, error + EPS * size, a))

    @quiet
    def power(self, a: Approx, b: Approx) -> Approx:
        value = np.power(a.value, b.value)
        value = np.where((a.value == 0) & (b.value < 0), np.nan, value)
        sized = np.abs(value)
        error = 4 * EPS * sized
        if a.error is not _ZERO:
            size = np.abs(a.value)
            low = np.power(np.maximum(size - a.error, 0), b.value)
            high = np.power(size + a.error, b.value)
            spread = np.maximum(np.abs(high - sized), np.abs(low - sized))
            across = (a.error > size) & (a.error > 0)
            error = error + np.where(across, spread + sized, spread)
        if b.error is not _ZERO:
            slope = np.abs(np.log(np.abs(a.value))) * b.error
            error = error + np.where(a.value == 0, 0.0, sized * np.expm1(slope))
        return Approx(value, _floored(sized, error, a))

    @quiet
    def root(self, a: Approx, order: int) -> Approx:
        if order % 2:
            sign = np.sign(a.value)
            size = self.power(Approx(np.abs(a.value), a.error), self.number(Fraction(1, order)))
            return Approx(sign * size.value, size.error)
        if order > 2:
            return self.power(a, self.number(Fraction(1, order)))
        # A negative number within its error of zero may stand for zero.
        value = np.sqrt(np.where((a.value < 0) & (a.value >= -a.error), 0.0, a.value))
        error = EPS * value
        if a.error is not _ZERO:
            inside = a.value - a.error
            near = np.sqrt(np.abs(a.value) + a.error)
            far = a.error / (value + np.sqrt(np.maximum(inside, 0)))
            error = error + np.where(inside > 0, far, near)
        return Approx(value, error)

    @quiet
    def exp(self, a: Approx) -> Approx:
        value = np.exp(a.value)
        error = value * (np.expm1(a.error) + 2 * EPS)
        return Approx(value, _floored(value, error))  # never negative

    @quiet
    def log(self, a: Approx) -> Approx:
        value = np.where(a.value > 0, np.log(a.value), np.nan)
        room = a.value - a.error
        error = np.where(room > 0, a.error / room, np.inf)
        return Approx(value, error + 2 * EPS * np.abs(value))

    @quiet
    def sin(self, a: Approx) -> Approx:
        return Approx(np.sin(a.value), a.error + 2 * EPS)

    @quiet
    def cos(self, a: Approx) -> Approx:
        return Approx(np.cos(a.value), a.error + 2 * EPS)

    @quiet
    def tanh(self, a: Approx) -> Approx:
        value = np.tanh(a.value)
        return Approx(value, a.error + 2 * EPS * np.abs(value))

    @quiet
    def sgn(self, a: Approx) -> Approx:
        doubtful = (np.abs(a.value) <= SLACK * a.error) & (a.error > 0)
        return Approx(np.sign(a.value), np.where(doubtful, 2.0, 0.0))

    def absolute(self, a: Approx) -> Approx:
        return Approx(np.abs(a.value), a.error)

    @quiet
    def maximum(self, a: Approx, b: Approx) -> Approx:
        return Approx(np.maximum(a.value, b.value), np.maximum(a.error, b.error))

    @quiet
    def minimum(self, a: Approx, b: Approx) -> Approx:
        return Approx(np.minimum(a.value, b.value), np.maximum(a.error, b.error))

    @quiet
    def gamma(self, a: Approx) -> Approx:
        value = _gamma(a.value)
        step = np.maximum(a.error, EPS * np.abs(a.value))
        error = np.abs(_gamma(a.value + step) - value) + np.abs(_gamma(a.value - step) - value)
        return Approx(value, error + 8 * EPS * np.abs(value))

    @quiet
    def compare(self, a: Approx, sign: Sign, b: Approx) -> Verdict:
        """Equality holds within the error; an order is undecided within it."""
        if sign in (">", ">="):
            return self.compare(b, "<" if sign == ">" else "<=", a)
        known = ~(np.isnan(a.value) | np.isnan(b.value))
        gap = np.where(a.value == b.value, 0.0, b.value - a.value)
        slack = np.asarray(SLACK * (a.error + b.error) if a is not b else 0.0 * a.error)
        if sign in ("=", "!="):
            size = np.maximum(1.0, np.maximum(np.abs(a.value), np.abs(b.value)))
            equal = known & (np.abs(gap) <= slack) & (slack <= np.minimum(WORTHLESS * size, 1e300))
            apart = known & (np.abs(gap) > slack)
            return Verdict(equal, apart) if sign == "=" else Verdict(apart, equal)
        exact = slack == 0
        if sign == "<":
            return Verdict(known & (gap > slack), known & ((gap < -slack) | (exact & (gap <= 0))))
        return Verdict(known & ((gap > slack) | (exact & (gap >= 0))), known & (gap < -slack))

    def select(self, truth: Verdict, a: Approx, b: Approx) -> Approx:
        if truth.decided is not None:
            return a if truth.decided else b
        value = np.where(truth.yes, a.value, np.where(truth.no, b.value, np.nan))
        return Approx(value, np.where(truth.yes, a.error, b.error))

    def integer(self, a: Approx) -> int | None:
        first = float(a.value.flat[0]) if a.value.size else math.nan
        if not first.is_integer() or np.any(a.error != 0) or np.any(a.value != first):
            return None
        return int(first)

    @quiet
    def is_whole(self, a: Approx) -> Verdict:
        """Certainly where the number is exact; within the error of a whole number it is open."""
        nearest = np.round(a.value)
        away = np.abs(a.value - nearest)
        slack = np.asarray(SLACK * a.error)
        return Verdict((away == 0) & (slack == 0), np.isfinite(a.value) & (away > slack))

    def spread(self, outcomes: Sequence[Approx], after: int) -> Approx:
        values, errors = _stack(outcomes)
        shape = (len(outcomes), *[1] * after, *(values.shape[1:] or (1,)))
        if all(one.error is _ZERO for one in outcomes):
            return Approx(values.reshape(shape), _ZERO)
        return Approx(values.reshape(shape), np.broadcast_to(errors, values.shape).reshape(shape))

    @quiet
    def gathered(self, a: Approx, axes: int) -> Approx:
        if a.value.size > MOST_NUMBERS:
            raise TooLarge(f"more than {MOST_NUMBERS} numbers in an average")
        over = tuple(range(axes))
        errors = np.broadcast_to(a.error, a.value.shape).sum(axis=over)
        terms = math.prod(a.value.shape[:axes])
        growth = max(terms - 1, 0) * (EPS / 2) * np.abs(a.value).sum(axis=over)
        return Approx(a.value.sum(axis=over), errors + growth)

    @quiet
    def total(self, terms: Sequence[Approx]) -> Approx:
        if len(terms) < 4:
            return super().total(terms)
        values, errors = _stack(terms)
        value = values.sum(axis=0)
        # Sums in any order err by less than (n - 1) eps times the sum of sizes.
        growth = (len(terms) - 1) * (EPS / 2) * np.abs(values).sum(axis=0)
        return Approx(value, errors.sum(axis=0) + growth)

    @quiet
    def dot(self, left: Sequence[Approx], right: Sequence[Approx]) -> Approx:
        if len(left) < 3:
            return super().dot(left, right)
        both, errors_of_both = _stack([*left, *right])
        a, b = both[: len(left)], both[len(left) :]
        ea, eb = errors_of_both[: len(left)], errors_of_both[len(left) :]
        sizes = np.abs(a * b)
        errors = ea * (np.abs(b) + eb) + np.abs(a) * eb + (len(left) * EPS / 2) * sizes
        return Approx(
            (a * b).sum(axis=0), _floored(sizes, errors, Approx(a, ea), Approx(b, eb)).sum(axis=0)
        )

    @quiet
    def norm(self, entries: Sequence[Approx], order: Approx) -> Approx:
        infinite = np.isinf(order.value)
        if infinite.all() or not infinite.any():
            return super().norm(entries, order)
        largest = super().norm(entries, self.constant("infinity"))
        finite = Approx(np.where(infinite, 1.0, order.value), order.error)
        other = super().norm(entries, finite)
        return Approx(
            np.where(infinite, largest.value, other.value),
            np.where(infinite, largest.error, other.error),
        )

    # Matrices: instances last in scalars, first in numpy's stacked routines

    @quiet
    def matmul(self, left: Grid[Approx], right: Grid[Approx]) -> Grid[Approx]:
        if len(left) * len(left[0]) * len(right[0]) <= 4:
            return super().matmul(left, right)
        a, ea = _matrix(left)
        b, eb = _matrix(right)
        value = a @ b
        growth = (len(right) * EPS / 2) * (np.abs(a) @ np.abs(b))
        if np.min(np.where(value == 0, 1.0, np.abs(value))) < TINY:
            growth = growth + FLOOR
        return _grid(value, ea @ (np.abs(b) + eb) + np.abs(a) @ eb + growth)

    @quiet
    def det(self, rows: Grid[Approx]) -> Approx:
        if len(rows) <= 4:
            return super().det(rows)
        a, ea = _matrix(rows)
        value = np.linalg.det(a)
        inverse = np.abs(_inverse(a))
        relative = (inverse.swapaxes(-1, -2) * (ea + len(rows) * EPS * np.abs(a))).sum((-1, -2))
        return Approx(value, np.abs(value) * relative + EPS * np.abs(value))

    @quiet
    def inverse(self, rows: Grid[Approx]) -> Grid[Approx]:
        a, ea = _matrix(rows)
        value = _inverse(a)
        size = np.abs(value)
        # Elimination mixes the entries of a column, also into those that are zero.
        growth = 4 * len(rows) * EPS * np.abs(a).max(-2, keepdims=True)
        return _grid(value, size @ (ea + growth) @ size + EPS * size)

    @quiet
    def pseudoinverse(self, rows: Grid[Approx]) -> Grid[Approx]:
        a, ea = _matrix(rows)
        value = np.linalg.pinv(a)
        size = np.abs(value)
        # The rounding of singular vectors mixes all entries.
        spread = np.sqrt((ea**2).sum((-1, -2), keepdims=True))
        growth = 16 * max(a.shape[-2:]) * EPS * np.sqrt((a**2).sum((-1, -2), keepdims=True))
        largest = (size**2).sum((-1, -2), keepdims=True)
        return _grid(value, 2 * largest * (spread + growth) + EPS * size)

    @quiet
    def rank(self, rows: Grid[Approx]) -> Approx:
        a, ea = _matrix(rows)
        spread = np.sqrt((ea**2).sum((-1, -2)))[..., None]
        values = np.linalg.svd(a, compute_uv=False)
        doubt = spread + max(a.shape[-2:]) * EPS * values[..., :1]
        return exactly((values > SLACK * doubt).sum(-1).astype(np.float64))

    @quiet
    def definite(self, rows: Grid[Approx], strict: bool) -> Verdict:
        a, ea = _matrix(rows)
        lowest = np.linalg.eigvalsh(a)[..., 0]
        spread = np.sqrt((ea**2).sum((-1, -2)))
        error = spread + len(rows) * EPS * np.sqrt((a**2).sum((-1, -2)))
        return self.compare(Approx(lowest, error), ">" if strict else ">=", exactly(0.0))

    @quiet
    def integral(
        self, low: Approx, high: Approx, body: Callable[[Approx], Approx], *, smooth: bool = True
    ) -> Approx:
        """Double exponential quadrature; the change between levels joins the error.

        Ends where the body is steep or infinite are approached, not met. Where the last two levels
        differ by much, and for what is not smooth, the interval is halved where it is worst.
        """
        if not (np.isfinite(low.value).all() and np.isfinite(high.value).all()):
            raise Unsupported("an integral to infinity in floats")
        if not smooth:
            return self._halved(low, high, body)
        half = self.mul(self.sub(high, low), exactly(0.5))
        coarse, middle, fine = (self._quadrature(low, high, half, body, k) for k in (3, 4, 5))
        last, before = np.abs(fine.value - middle.value), np.abs(middle.value - coarse.value)
        settled = last <= 1e-6 * np.maximum(1e-3, np.abs(fine.value))
        error = fine.error + 2 * last + 1e-3 * before
        if np.all(settled):
            return Approx(fine.value, error)
        other = self._halved(low, high, body)
        return Approx(
            np.where(settled, fine.value, other.value), np.where(settled, error, other.error)
        )

    def _halved(self, low: Approx, high: Approx, body: Callable[[Approx], Approx]) -> Approx:
        def at(point: Floats) -> tuple[Floats, Floats]:
            found = body(exactly(point))
            return found.value, found.error

        value, error = halved(at, low.value, high.value)
        sizes = [np.abs(at(end.value)[0]) for end in (low, high)]
        return Approx(value, error + low.error * sizes[0] + high.error * sizes[1])

    def _quadrature(
        self,
        low: Approx,
        high: Approx,
        half: Approx,
        body: Callable[[Approx], Approx],
        level: int,
    ) -> Approx:
        """The sum over nodes at distance `1 / 2 ** level` on the way to both ends."""
        step = 2.0**-level
        terms = []
        for k in range(int(-4 / step), int(4 / step) + 1):
            bend = math.pi / 2 * math.sinh(k * step)
            # The distance to the nearer end, relative to half the length, without cancellation.
            near = 2 / (1 + math.exp(2 * abs(bend)))
            weight = step * math.pi / 2 * math.cosh(k * step) / math.cosh(bend) ** 2
            if near == 0 or weight < 1e-40:
                continue
            away = self.mul(half, exactly(near))
            point = self.sub(high, away) if k > 0 else self.add(low, away)
            inside = (point.value != low.value) & (point.value != high.value)
            value = body(point)
            # What is so near an end that it cannot be told from it weighs nothing.
            terms.append(
                self.mul(
                    exactly(weight),
                    Approx(np.where(inside, value.value, 0.0), np.where(inside, value.error, 0.0)),
                )
            )
        return self.mul(half, self.total(terms))


def _floored(size: Floats, error: Floats, *factors: Approx) -> Floats:
    """The error, with room for what underflow took from a value of factors that may not be 0.

    Args:
        size: Absolute values.
        error: Bounds on their errors.
        factors: Where one of them is 0, so is the value.
    """
    small = size < TINY
    if not small.any():
        return error
    for factor in factors:
        small = small & ((factor.value != 0) | (factor.error > 0))
    return error + np.where(small, FLOOR, 0.0)


_gamma_one = np.frompyfunc(
    lambda x: math.nan if x <= 0 and x == int(x) else math.gamma(x) if x < 171 else math.inf, 1, 1
)


def _gamma(values: Floats) -> Floats:
    safe = np.where(np.isfinite(values), values, 1.0)
    return np.where(np.isfinite(values), np.asarray(_gamma_one(safe), dtype=np.float64), np.nan)


def _stack(entries: Sequence[Approx]) -> tuple[Floats, Floats]:
    """Values and errors with the entries along a first axis."""
    values = np.stack(np.broadcast_arrays(*(entry.value for entry in entries)))
    errors = np.stack(np.broadcast_arrays(*(entry.error for entry in entries)))
    if errors.ndim < values.ndim:
        errors = errors.reshape(errors.shape + (1,) * (values.ndim - errors.ndim))
    return values, errors


def _matrix(rows: Grid[Approx]) -> tuple[Floats, Floats]:
    """Values and errors with the matrix along the last two axes."""
    entries = [entry for row in rows for entry in row]
    parts = [entry.value for entry in entries] + [entry.error for entry in entries]
    table = np.stack(np.broadcast_arrays(*parts), axis=-1)
    count, shape = len(entries), (len(rows), len(rows[0]))
    values, errors = table[..., :count], table[..., count:]
    return values.reshape(values.shape[:-1] + shape), errors.reshape(errors.shape[:-1] + shape)


def _grid(values: Floats, errors: Floats) -> Grid[Approx]:
    return tuple(
        tuple(Approx(values[..., i, j], errors[..., i, j]) for j in range(values.shape[-1]))
        for i in range(values.shape[-2])
    )


def _inverse(a: Floats) -> Floats:
    """Stacked inverses; NaN where a matrix is singular."""
    usable = np.isfinite(a).all((-1, -2)) & (np.linalg.det(a) != 0)
    unit = np.eye(a.shape[-1])
    value = np.linalg.inv(np.where(usable[..., None, None], a, unit))
    return np.where(usable[..., None, None], value, np.nan)
