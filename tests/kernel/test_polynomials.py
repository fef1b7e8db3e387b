"""Exact arithmetic agrees with FLINT and with evaluation."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.kernel.polynomials import Polynomial, TooLarge

NUMBERS = st.fractions(max_denominator=12).filter(lambda c: abs(c) < 10**9)
MONOMIALS = st.dictionaries(st.integers(0, 4), st.integers(1, 3), max_size=3).map(
    lambda exponents: tuple(sorted(exponents.items()))
)
POLYNOMIALS = st.dictionaries(MONOMIALS, NUMBERS, max_size=6).map(Polynomial.of)
POINTS = st.lists(st.fractions(max_denominator=5), min_size=5, max_size=5)


def at(poly, point):
    total = Fraction(0)
    for monomial, number in poly:
        part = Fraction(number)
        for k, e in monomial:
            part *= point[k] ** e
        total += part
    return total


@settings(deadline=None)
@given(POLYNOMIALS, POLYNOMIALS)
def test_products_are_those_of_flint(a, b):
    flint = pytest.importorskip("flint")
    ring = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(5)], "lex")

    def read(poly):
        rows = {tuple(dict(m).get(k, 0) for k in range(5)): c for m, c in poly}
        return ring.from_dict({m: flint.fmpq(c.numerator, c.denominator) for m, c in rows.items()})

    assert read(a) * read(b) == read(a * b)


@settings(deadline=None)
@given(POLYNOMIALS, POLYNOMIALS, POINTS)
def test_operations_are_those_of_numbers(a, b, point):
    x, y = at(a, point), at(b, point)
    assert at(a + b, point) == x + y
    assert at(a - b, point) == x - y
    assert at(a * b, point) == x * y
    assert at(-a, point) == -x
    assert at(a**2, point) == x * x


@settings(deadline=None)
@given(POLYNOMIALS)
def test_equal_polynomials_are_equal_data(a):
    assert a - a == Polynomial()
    assert hash((a + 1) - 1) == hash(a)
    assert Polynomial(a.terms) == a


@settings(deadline=None)
@given(POLYNOMIALS, st.integers(0, 4))
def test_coefficients_of_an_atom_make_the_polynomial(a, k):
    atom = Polynomial.atom(k)
    assert sum((c * atom**e for e, c in a.by(k).items()), Polynomial()) == a


@pytest.mark.parametrize(
    "terms",
    [
        (((), 0),),
        (((), 1), ((), 2)),
        ((((1, 1), (0, 1)), 1),),
        ((((0, 0),), 1),),
        ((((0, -1),), 1),),
        ((((-1, 1),), 1),),
        (((), 0.5),),
        (((), True),),
        ((((0, 1),), 1), ((), 1)),
    ],
)
def test_what_is_no_polynomial(terms):
    with pytest.raises(ValueError, match=r"."):
        Polynomial(terms)


def test_what_grows_too_large():
    many = Polynomial.of({((k, 1),): 1 for k in range(3000)})
    with pytest.raises(TooLarge):
        many * many
    with pytest.raises(TooLarge):
        Polynomial.atom(0) ** 100_000
