"""Rigorous real balls of python-flint, which is imported when the ring is made."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.exact import RELATIONS
from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    UNDECIDED,
    Ring,
    Sign,
    Undecided,
    Unsupported,
    Verdict,
)

Ball = Any
"""A `flint.arb`: a midpoint and a radius."""


class BallRing(Ring[Ball]):
    """Enclosures: what is decided is certain, the rest is undecided.

    The precision is flint's own, `flint.ctx.prec`.
    """

    name = "balls"

    def __init__(self) -> None:
        import flint

        self.arb = flint.arb
        self.fmpq = flint.fmpq
        self.fmpz = flint.fmpz

    def number(self, value: Fraction) -> Ball:
        return self.arb(self.fmpq(value.numerator, value.denominator))

    def constant(self, name: str) -> Ball:
        if name == "i":
            raise Unsupported("the imaginary unit in real balls")
        made = {"pi": self.arb.pi, "e": self.arb.const_e, "infinity": self.arb.pos_inf}
        return made[name]()

    def add(self, a: Ball, b: Ball) -> Ball:
        return a + b

    def neg(self, a: Ball) -> Ball:
        return -a

    def mul(self, a: Ball, b: Ball) -> Ball:
        return a * b

    def div(self, a: Ball, b: Ball) -> Ball:
        return self.arb.nan() if b.is_zero() else a / b

    def power(self, a: Ball, b: Ball) -> Ball:
        exponent = self.integer(b)
        if exponent is not None:
            if exponent < 0 and a.is_zero():
                return self.arb.nan()
            return self._whole_power(a, exponent)
        if a.is_zero() and b > 0:
            return a
        if a >= 0 and b == self.arb(0.5):
            return a.sqrt()
        if a.contains(0) and a >= 0 and b > 0:
            # Increasing, but flint goes through the logarithm: enclose by the upper end.
            return self.arb(0).union(a.upper() ** b)
        return a**b

    def _whole_power(self, a: Ball, exponent: int) -> Ball:
        """A power; flint goes through the logarithm and knows nothing of balls that hold 0."""
        whole = self.fmpz(exponent)
        if exponent <= 0 or a.is_exact() or not a.contains(0):
            return a**whole
        if exponent % 2:  # increasing
            return (a.lower() ** whole).union(a.upper() ** whole)
        return self.arb(0).union(a.abs_upper() ** whole)

    def root(self, a: Ball, order: int) -> Ball:
        if order % 2 == 0:
            return a.sqrt() if order == 2 else a.root(order)
        if a < 0:
            return -((-a).root(order))
        if a.is_zero() or a > 0:
            return a.root(order)
        bound = a.abs_upper().root(order)
        return bound.union(-bound)

    def exp(self, a: Ball) -> Ball:
        return a.exp()

    def log(self, a: Ball) -> Ball:
        return a.log()

    def sin(self, a: Ball) -> Ball:
        return a.sin()

    def cos(self, a: Ball) -> Ball:
        return a.cos()

    def tan(self, a: Ball) -> Ball:
        return a.tan()

    def tanh(self, a: Ball) -> Ball:
        return a.tanh()

    def sgn(self, a: Ball) -> Ball:
        return a.sgn()

    def absolute(self, a: Ball) -> Ball:
        return abs(a)

    def absolute_power(self, a: Ball, b: Ball) -> Ball:
        exponent = self.integer(b)
        if exponent is not None and exponent % 2 == 0:
            return self.power(a, b)
        return self.power(abs(a), b)

    def maximum(self, a: Ball, b: Ball) -> Ball:
        return a.max(b)

    def minimum(self, a: Ball, b: Ball) -> Ball:
        return a.min(b)

    def gamma(self, a: Ball) -> Ball:
        return a.gamma()

    def squares(self, entries: Sequence[Ball]) -> Ball:
        return self.total([self._whole_power(entry, 2) for entry in entries])

    def compare(self, a: Ball, sign: Sign, b: Ball) -> Verdict:
        if sign == "=":
            return Verdict(bool(a == b), bool(a != b))
        if sign == "!=":
            return Verdict(bool(a != b), bool(a == b))
        opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[sign]
        return Verdict(bool(RELATIONS[sign](a, b)), bool(RELATIONS[opposite](a, b)))

    def select(self, truth: Verdict, a: Ball, b: Ball) -> Ball:
        if truth.decided is None:
            raise Undecided("a case distinction is undecided in balls")
        return a if truth.decided else b

    def integer(self, a: Ball) -> int | None:
        return int(a.unique_fmpz()) if a.is_exact() and a.is_integer() else None

    def is_whole(self, a: Ball) -> Verdict:
        if self.integer(a) is not None:
            return TRUE
        return UNDECIDED if not a.is_finite() or a.contains_integer() else FALSE
