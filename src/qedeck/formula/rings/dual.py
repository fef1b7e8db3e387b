"""Forward-mode derivatives over any ring: numbers with a slope in each of several directions.

They are right where nothing turns: where no bracket, extremum, absolute value or root of something
that moves stands at the place where it jumps or bends. Where something does is kept in `turning`,
and the slopes there mean nothing until germs have been asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Generic

from qedeck.formula.rings.ring import (
    FALSE,
    Ring,
    Sign,
    T,
    Undefined,
    Verdict,
    certain,
)


@dataclass(frozen=True, eq=False)
class Dual(Generic[T]):
    """A value and its slopes by direction; a direction left out has slope 0."""

    value: T
    slopes: Mapping[int, T] = field(default_factory=dict)


class DualRing(Ring[Dual[T]]):
    """Values of a ring with their derivatives."""

    def __init__(self, base: Ring[T]) -> None:
        self.base = base
        self.name = f"{base.name} with slopes"
        self.turning = FALSE
        """Where something jumps or bends, or might."""

    def _turns(self, where: Verdict) -> None:
        """Note where something may jump or bend: everywhere but where that is known not to be."""
        self.turning = self.turning | ~certain(where.no)

    def _safe(self, a: T) -> tuple[Verdict, T]:
        """Where a number that moves is 0, and the number with 1 in its place."""
        at_zero = self.base.compare(a, "=", self.base.whole(0))
        self._turns(at_zero)
        if at_zero.decided is not None:
            return at_zero, self.base.whole(1) if at_zero.decided else a
        return at_zero, self.base.select(~certain(at_zero.no), self.base.whole(1), a)

    def number(self, value: Fraction) -> Dual[T]:
        return Dual(self.base.number(value))

    def constant(self, name: str) -> Dual[T]:
        return Dual(self.base.constant(name))

    def _chain(self, value: T, *parts: tuple[Callable[[], T], Dual[T]]) -> Dual[T]:
        """The value with the sum of rates times slopes; rates are computed if needed."""
        slopes: dict[int, T] = {}
        for rate, inner in parts:
            if not inner.slopes:
                continue
            factor = rate()
            for direction, slope in inner.slopes.items():
                term = self.base.mul(factor, slope)
                if direction in slopes:
                    term = self.base.add(slopes[direction], term)
                slopes[direction] = term
        return Dual(value, slopes)

    def add(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        slopes = dict(a.slopes)
        for direction, slope in b.slopes.items():
            known = direction in slopes
            slopes[direction] = self.base.add(slopes[direction], slope) if known else slope
        return Dual(self.base.add(a.value, b.value), slopes)

    def neg(self, a: Dual[T]) -> Dual[T]:
        slopes = {direction: self.base.neg(slope) for direction, slope in a.slopes.items()}
        return Dual(self.base.neg(a.value), slopes)

    def mul(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        value = self.base.mul(a.value, b.value)
        return self._chain(value, (lambda: b.value, a), (lambda: a.value, b))

    def div(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        base = self.base
        value = base.div(a.value, b.value)
        return self._chain(
            value,
            (lambda: base.div(base.whole(1), b.value), a),
            (lambda: base.neg(base.div(value, b.value)), b),
        )

    def power(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        base = self.base
        value = base.power(a.value, b.value)

        def by_base() -> T:
            whole = base.integer(b.value)
            if whole is not None:
                return base.mul(b.value, base.power(a.value, base.whole(whole - 1)))
            _, safe = self._safe(a.value)
            return base.mul(b.value, base.power(safe, base.sub(b.value, base.whole(1))))

        return self._chain(value, (by_base, a), (lambda: base.mul(value, base.log(a.value)), b))

    def absolute_power(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        base = self.base
        value = base.absolute_power(a.value, b.value)

        def by_base() -> T:
            zero, one = base.whole(0), base.whole(1)
            smooth = base.compare(b.value, ">", one)
            at_zero = base.compare(a.value, "=", zero)
            flat = certain((smooth & at_zero).yes)
            if flat.decided:
                return zero
            zeros = certain(at_zero.yes)
            safe = base.select(zeros, one, a.value)
            self._turns(at_zero & ~smooth)
            lower = base.absolute_power(safe, base.sub(b.value, one))
            slope = base.mul(base.mul(b.value, base.sgn(safe)), lower)
            return base.select(flat, zero, slope)

        def by_exponent() -> T:
            return base.mul(value, base.log(base.absolute(a.value)))

        return self._chain(value, (by_base, a), (by_exponent, b))

    def root(self, a: Dual[T], order: int) -> Dual[T]:
        base = self.base
        value = base.root(a.value, order)

        def rate() -> T:
            _, safe = self._safe(a.value)
            below = base.power(base.root(safe, order), base.whole(order - 1))
            return base.div(base.whole(1), base.mul(base.whole(order), below))

        return self._chain(value, (rate, a))

    def exp(self, a: Dual[T]) -> Dual[T]:
        value = self.base.exp(a.value)
        return self._chain(value, (lambda: value, a))

    def log(self, a: Dual[T]) -> Dual[T]:
        base = self.base
        return self._chain(base.log(a.value), (lambda: base.div(base.whole(1), a.value), a))

    def sin(self, a: Dual[T]) -> Dual[T]:
        return self._chain(self.base.sin(a.value), (lambda: self.base.cos(a.value), a))

    def cos(self, a: Dual[T]) -> Dual[T]:
        base = self.base
        return self._chain(base.cos(a.value), (lambda: base.neg(base.sin(a.value)), a))

    def tanh(self, a: Dual[T]) -> Dual[T]:
        base = self.base
        value = base.tanh(a.value)
        return self._chain(value, (lambda: base.sub(base.whole(1), base.mul(value, value)), a))

    def sgn(self, a: Dual[T]) -> Dual[T]:
        if a.slopes:
            self._safe(a.value)
        return Dual(self.base.sgn(a.value))

    def absolute(self, a: Dual[T]) -> Dual[T]:
        base = self.base

        def rate() -> T:
            self._safe(a.value)
            return base.sgn(a.value)

        return self._chain(base.absolute(a.value), (rate, a))

    def maximum(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._extreme(self.base.maximum(a.value, b.value), ">=", a, b)

    def minimum(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._extreme(self.base.minimum(a.value, b.value), "<=", a, b)

    def _extreme(self, value: T, sign: Sign, a: Dual[T], b: Dual[T]) -> Dual[T]:
        left = certain(self.compare(a, sign, b).yes)
        return Dual(value, self.select(left, a, b).slopes)

    def gamma(self, a: Dual[T]) -> Dual[T]:
        if a.slopes:
            raise Undefined("the derivative of gamma is not in the language")
        return Dual(self.base.gamma(a.value))

    def compare(self, a: Dual[T], sign: Sign, b: Dual[T]) -> Verdict:
        if a is not b and (a.slopes or b.slopes):
            self._turns(self.base.compare(a.value, "=", b.value))
        return self.base.compare(a.value, sign, b.value)

    def select(self, truth: Verdict, a: Dual[T], b: Dual[T]) -> Dual[T]:
        zero, chosen = self.base.whole(0), self.base.chosen
        slopes = {
            direction: chosen(truth, a.slopes.get(direction, zero), b.slopes.get(direction, zero))
            for direction in {*a.slopes, *b.slopes}
        }
        return Dual(chosen(truth, a.value, b.value), slopes)

    def unknown(self) -> Dual[T]:
        return Dual(self.base.unknown())

    def missing(self, a: Dual[T]) -> Verdict:
        return self.base.missing(a.value)

    def _is(self, a: Dual[T], value: int) -> bool:
        # The norm of an order that moves through 2 is not the 2-norm there.
        return not a.slopes and super()._is(a, value)

    def integer(self, a: Dual[T]) -> int | None:
        return None if a.slopes else self.base.integer(a.value)

    def is_whole(self, a: Dual[T]) -> Verdict:
        return self.base.is_whole(a.value)
