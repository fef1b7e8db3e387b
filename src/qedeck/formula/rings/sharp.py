"""Float64 numbers whose error is 0 wherever no sum or product was rounded.

Error-free transformations: T. J. Dekker, A floating-point technique for extending the available
precision, Numer. Math. 18 (1971), for products; D. E. Knuth, TAOCP 2, 4.2.2, for sums.
"""

from __future__ import annotations

import numpy as np

from qedeck.formula.rings.floats import Approx, FloatRing, Floats, quiet

HALF = 2.0**27 + 1.0
"""Splits 53 bits into two numbers of 26."""
LARGE, SMALL = 2.0**400, 2.0**-400
"""Between them nothing over- or underflows on the way."""
MOST_ORDER = 16
"""Higher powers are rounded."""


class SharpRing(FloatRing):
    """As floats, but sums, products and whole powers that floats hold exactly have no error.

    Sound: the error is set to 0 only where both operands have none and the rounding error, which
    is itself a float and is computed without error within `SMALL` and `LARGE`, is 0.
    """

    @quiet
    def add(self, a: Approx, b: Approx) -> Approx:
        """The sum."""
        found = super().add(a, b)
        part = found.value - a.value
        lost = (a.value - (found.value - part)) + (b.value - part)
        return _sharpened(found, lost, a, b)

    @quiet
    def sub(self, a: Approx, b: Approx) -> Approx:
        """The difference."""
        return self.add(a, self.neg(b))

    @quiet
    def mul(self, a: Approx, b: Approx) -> Approx:
        """The product."""
        found = super().mul(a, b)
        (high, low), (top, rest) = _split(a.value), _split(b.value)
        lost = ((high * top - found.value) + high * rest + low * top) + low * rest
        return _sharpened(found, lost, a, b)

    @quiet
    def power(self, a: Approx, b: Approx) -> Approx:
        """The power; by products where the exponent is one small whole number for all."""
        order = self.integer(b)
        if order is None or not 0 < order <= MOST_ORDER:
            return super().power(a, b)
        found = a
        for _ in range(order - 1):
            found = self.mul(found, a)
        return found


def _split(value: Floats) -> tuple[Floats, Floats]:
    """Two numbers of half the digits that add up to one."""
    high = HALF * value - (HALF * value - value)
    return high, value - high


def _sharpened(found: Approx, lost: Floats, a: Approx, b: Approx) -> Approx:
    """Without error where nothing was lost."""
    exact = (lost == 0) & (a.error == 0) & (b.error == 0)
    for one in (a, b, found):
        size = np.abs(one.value)
        exact = exact & ((size == 0) | ((size < LARGE) & (size > SMALL)))
    return Approx(found.value, np.where(exact, 0.0, found.error))
