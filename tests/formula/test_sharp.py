"""Floats whose error is 0 where nothing was rounded."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qedeck.formula.rings.floats import exactly
from qedeck.formula.rings.sharp import SharpRing

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**30), 2**30).map(lambda k: k / 2**12),
)
OPERATIONS = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}


@pytest.mark.parametrize("name", OPERATIONS)
@given(a=NUMBERS, b=NUMBERS)
@example(a=1.0, b=2.0**-60)
@example(a=2.0**-600, b=2.0**-600)
@example(a=5e-324, b=0.5)
@example(a=1e308, b=1e308)
@example(a=0.1, b=0.1)
def test_no_error_means_that_the_value_is_exact(name: str, a: float, b: float) -> None:
    with np.errstate(all="ignore"):
        found = getattr(SharpRing(), name)(exactly([a]), exactly([b]))
    if found.error[0] == 0:
        assert np.isfinite(found.value[0])
        assert Fraction(float(found.value[0])) == OPERATIONS[name](Fraction(a), Fraction(b))


@given(st.integers(-(2**10), 2**10), st.integers(1, 4))
def test_powers_of_short_numbers_are_exact(k: int, order: int) -> None:
    found = SharpRing().power(exactly([k / 16]), exactly(order))
    assert not found.error
    assert Fraction(found.value.item()) == Fraction(k, 16) ** order


@given(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20))
def test_sums_and_products_of_short_numbers_have_no_error(a: int, b: int) -> None:
    ring, one, two = SharpRing(), exactly([a / 16]), exactly([b / 64])
    assert not ring.add(one, two).error
    assert not ring.sub(one, two).error
    assert not ring.mul(one, two).error
