"""Numbers whose exponential is a fraction, exactly: with them softmax comes to small numbers."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.ring import Sign, Verdict

MOST_POWER = 6


@dataclass(frozen=True)
class Log:
    """The logarithm of a positive fraction that is not 1."""

    of: Fraction


@dataclass(frozen=True, eq=False)
class Logarithm(Algebraic):
    """An enclosed number of which the exponential is known."""

    of: Fraction


class LogarithmRing(AlgebraicRing):
    """Fractions, logarithms of fractions, and balls.

    Sound: exp(log a) = a, log a + log b = log(a b), and logarithms are as their numbers are.
    """

    def logarithm(self, of: Fraction) -> Algebraic:
        """The logarithm of a positive fraction."""
        if of == 1:
            return self.whole(0)
        ball = super().log(self.number(of)).ball
        return Logarithm(None, ball, of)

    def _of(self, a: Algebraic) -> Fraction | None:
        """The exponential of a number, where it is a fraction for sure."""
        if isinstance(a, Logarithm):
            return a.of
        return Fraction(1) if self._fraction(a) == 0 else None

    def add(self, a: Algebraic, b: Algebraic) -> Algebraic:
        """The sum; of two logarithms the logarithm of the product."""
        first, second = self._of(a), self._of(b)
        if first is None or second is None:
            return super().add(a, b)
        return self.logarithm(first * second)

    def neg(self, a: Algebraic) -> Algebraic:
        """The negative."""
        return self.logarithm(1 / a.of) if isinstance(a, Logarithm) else super().neg(a)

    def mul(self, a: Algebraic, b: Algebraic) -> Algebraic:
        """The product; of a logarithm and a whole number the logarithm of a power."""
        for one, other in ((a, b), (b, a)):
            times = self.integer(other)
            if isinstance(one, Logarithm) and times is not None and abs(times) <= MOST_POWER:
                return self.logarithm(one.of**times)
        return super().mul(a, b)

    def exp(self, a: Algebraic) -> Algebraic:
        """The exponential."""
        return self.number(a.of) if isinstance(a, Logarithm) else super().exp(a)

    def log(self, a: Algebraic) -> Algebraic:
        """The logarithm."""
        value = self._fraction(a)
        return self.logarithm(value) if value is not None and value > 0 else super().log(a)

    def compare(self, a: Algebraic, sign: Sign, b: Algebraic) -> Verdict:
        """Whether a relation holds; between logarithms as between their numbers."""
        first, second = self._of(a), self._of(b)
        if first is None or second is None:
            return super().compare(a, sign, b)
        return super().compare(self.number(first), sign, self.number(second))
