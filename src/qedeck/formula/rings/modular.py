"""Integers modulo a prime, for testing rational identities in many variables."""

from __future__ import annotations

from fractions import Fraction

from qedeck.formula.rings.exact import echelon, gauss_inverse
from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    Grid,
    Inexact,
    Ring,
    Sign,
    Undecided,
    Undefined,
    Verdict,
)

PRIME = 2**61 - 1
SMALL = 2**20
"""Residues this close to 0 stand for the integers that they are."""


class ModularRing(Ring[int]):
    """Residues: sums, products, quotients and whole powers, and equality."""

    name = "residues modulo 2^61 - 1"

    def number(self, value: Fraction) -> int:
        return self.div(value.numerator % PRIME, value.denominator % PRIME)

    def add(self, a: int, b: int) -> int:
        return (a + b) % PRIME

    def neg(self, a: int) -> int:
        return -a % PRIME

    def mul(self, a: int, b: int) -> int:
        return a * b % PRIME

    def div(self, a: int, b: int) -> int:
        if b == 1:
            return a
        if b == 0:
            raise Undefined("division by zero")
        return a * pow(b, -1, PRIME) % PRIME

    def power(self, a: int, b: int) -> int:
        exponent = self.integer(b)
        if exponent is None:
            raise Inexact("a power that is not whole has no residue")
        if a == 0 and exponent < 0:
            raise Undefined("division by zero")
        return pow(a, exponent, PRIME)

    def root(self, a: int, order: int) -> int:
        if order == 1 or a in (0, 1):
            return a
        raise Inexact("roots have no residue")

    def absolute(self, a: int) -> int:
        raise self._lacking("abs", a)

    def absolute_power(self, a: int, b: int) -> int:
        exponent = self.integer(b)
        if exponent is None or exponent % 2:
            raise Inexact("absolute values have no residue")
        return self.power(a, b)

    def exp(self, a: int) -> int:
        return 1 if a == 0 else super().exp(a)

    def compare(self, a: int, sign: Sign, b: int) -> Verdict:
        if sign not in ("=", "!="):
            raise Inexact("residues have no order")
        return TRUE if (a == b) == (sign == "=") else FALSE

    def select(self, truth: Verdict, a: int, b: int) -> int:
        if truth.decided is None:
            raise Undecided("a case distinction is undecided")
        return a if truth.decided else b

    def integer(self, a: int) -> int | None:
        if a < SMALL:
            return a
        return a - PRIME if a > PRIME - SMALL else None

    def inverse(self, rows: Grid[int]) -> Grid[int]:
        return gauss_inverse(self, rows)

    def rank(self, rows: Grid[int]) -> int:
        return len(echelon(self, rows)[1])
