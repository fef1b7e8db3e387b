"""Polynomials and numbers taken apart: common factors, square roots, primes."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt
from typing import Any

from qedeck.formula.rings.ring import (
    Inexact,
)
from qedeck.kernel.polynomials import Monomial, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.proof.terms.conditions import (
    ALLOWED,
    Infinity,
    Term,
)

MOST_FACTOR = 1000
"""The largest prime that is looked for in a number."""
MOST_ROOT = 12
"""Terms of a square root of a polynomial."""
ZERO = Polynomial()


def finite(a: Term) -> Polynomial:
    """The polynomial that a term is."""
    if isinstance(a, Infinity):
        raise Inexact("infinity is no number")
    return a


def lone(poly: Polynomial) -> int | None:
    """The atom that a polynomial is."""
    if len(poly.terms) == 1:
        monomial, number = poly.terms[0]
        if number == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


def evident(relation: Relation) -> bool:
    """Whether a relation of a number holds."""
    value = relation.poly.value
    assert value is not None
    return ((value > 0) - (value < 0)) in ALLOWED[relation.sign]


def added(a: int, b: int) -> tuple[int, ...]:
    """The signs of a sum of two numbers with these signs."""
    if not a or not b or a == b:
        return (a or b,)
    return (-1, 0, 1)


def upright(poly: Polynomial) -> tuple[Polynomial, bool]:
    """A polynomial or its opposite up to a positive number, whichever begins with 1."""
    if not poly:
        return poly, False
    first = poly.terms[-1][1]
    return poly * Polynomial.constant(1 / Fraction(first)), first < 0


def parted(poly: Polynomial) -> tuple[Fraction, Monomial, Polynomial]:
    """A number, a monomial and a primitive polynomial of which a polynomial is the product."""
    if not poly:
        return Fraction(1), (), poly
    shared: dict[int, int] | None = None
    above, below = 0, 1
    for monomial, number in poly.terms:
        exponents = dict(monomial)
        if shared is None:
            shared = exponents
        else:
            shared = {k: min(e, exponents[k]) for k, e in shared.items() if k in exponents}
        fraction = Fraction(number)
        above = gcd(above, fraction.numerator)
        below = below * fraction.denominator // gcd(below, fraction.denominator)
    assert shared is not None
    number = Fraction(above, below)
    if poly.terms[-1][1] < 0:
        number = -number
    rest = Polynomial.of(
        {
            tuple((k, e - shared.get(k, 0)) for k, e in m if e > shared.get(k, 0)): Fraction(c)
            / number
            for m, c in poly.terms
        }
    )
    return number, tuple(sorted(shared.items())), rest


def square_root(poly: Polynomial) -> Polynomial | None:
    """The polynomial of which one is the square; None for others."""
    order = sorted(poly.atoms)

    def lead(one: Polynomial) -> tuple[Monomial, Any]:
        def key(term: tuple[Monomial, Any]) -> tuple[int, ...]:
            exponents = dict(term[0])
            return tuple(exponents.get(k, 0) for k in order)

        return max(one.terms, key=key)

    if len(poly.terms) == 2:
        return None
    monomial, number = lead(poly)
    root = root_of_fraction(Fraction(number), 2)
    if root is None or any(e % 2 for _, e in monomial):
        return None
    first = found = Polynomial.of({tuple((k, e // 2) for k, e in monomial): root})
    for _ in range(MOST_ROOT):
        left = poly - found * found
        if not left:
            return found
        term = _divided(lead(left), first.terms[0])
        if term is None:
            return None
        found = found + term * Polynomial.constant(Fraction(1, 2))
    return None


def _divided(a: tuple[Monomial, Any], b: tuple[Monomial, Any]) -> Polynomial | None:
    exponents = dict(a[0])
    for k, e in b[0]:
        exponents[k] = exponents.get(k, 0) - e
        if exponents[k] < 0:
            return None
    monomial = tuple(sorted((k, e) for k, e in exponents.items() if e))
    return Polynomial.of({monomial: Fraction(a[1]) / Fraction(b[1])})


def root_of_fraction(value: Fraction, order: int) -> Fraction | None:
    """The root of a fraction, where it is one."""
    from qedeck.formula.rings.exact import whole_root

    sign = 1
    if value < 0:
        if order % 2 == 0:
            return None
        value, sign = -value, -1
    above, below = whole_root(value.numerator, order), whole_root(value.denominator, order)
    return None if above is None or below is None else Fraction(sign * above, below)


def square_part(value: Fraction) -> tuple[Fraction, Polynomial]:
    """Numbers a and b with value = a² b, and b whole without square factors that are small."""
    whole = value.numerator * value.denominator
    outer, inner = 1, 1
    for prime, times in factorised(whole):
        outer *= prime ** (times // 2)
        inner *= prime if times % 2 else 1
    return Fraction(outer, value.denominator), Polynomial.constant(inner)


def factorised(value: int) -> list[tuple[int, int]]:
    """Prime factors; what is left beyond the small primes is one of them."""
    found = []
    prime = 2
    while prime <= MOST_FACTOR and prime * prime <= value:
        times = 0
        while value % prime == 0:
            value //= prime
            times += 1
        if times:
            found.append((prime, times))
        prime += 1
    if value > 1:
        root = isqrt(value)
        found.append((root, 2) if root * root == value else (value, 1))
    return found
