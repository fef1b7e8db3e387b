"""Polynomials with rational coefficients over numbered atoms: exact, frozen, hashable.

A product of many terms is left to FLINT where that is installed; a test holds both equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

Number: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""Atoms by index in order, each with an exponent of at least 1."""
EXACT = (int, Fraction)
MOST_TERMS = 50_000
MOST_EXPONENT = 1_000
MOST_WORK = 4_000_000
FLINT_FROM = 4_000


class TooLarge(Exception):
    """A polynomial grows beyond what is computed with."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of terms: monomials in order, each with a coefficient other than 0."""

    terms: tuple[tuple[Monomial, Number], ...] = ()

    def __post_init__(self) -> None:
        monomials = [m for m, _ in self.terms]
        indices = [[k for k, _ in m] for m in monomials]
        rising = all(a < b for a, b in pairwise(monomials))
        rising = rising and all(a < b for row in indices for a, b in pairwise(row))
        exponents = all(type(k) is type(e) is int and k >= 0 < e for m in monomials for k, e in m)
        if not (rising and exponents and all(type(c) in EXACT and c for _, c in self.terms)):
            raise ValueError(self.terms)

    @classmethod
    def of(cls, terms: Mapping[Monomial, Number]) -> Polynomial:
        """The polynomial with these coefficients; those that are 0 are left out."""
        made = object.__new__(cls)
        kept = [(m, _plain(c)) for m, c in terms.items() if c]
        if len(kept) > MOST_TERMS:
            raise TooLarge(len(kept))
        object.__setattr__(made, "terms", tuple(sorted(kept)))
        return made

    @classmethod
    def constant(cls, number: Number) -> Polynomial:
        """A number as a polynomial."""
        return cls.of({(): number})

    @classmethod
    def atom(cls, index: int) -> Polynomial:
        """The atom with an index as a polynomial."""
        return cls.of({((index, 1),): 1})

    def __add__(self, other: Polynomial | Number) -> Polynomial:
        return _sum(self, _read(other), 1)

    __radd__ = __add__

    def __sub__(self, other: Polynomial | Number) -> Polynomial:
        return _sum(self, _read(other), -1)

    def __rsub__(self, other: Number) -> Polynomial:
        return _sum(_read(other), self, -1)

    def __neg__(self) -> Polynomial:
        return self * -1

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        return product(self, _read(other))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        if exponent < 0:
            raise ValueError(exponent)
        if exponent > MOST_EXPONENT:
            raise TooLarge(exponent)
        result = Polynomial.constant(1)
        for _ in range(exponent):
            result *= self
        return result

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Monomial, Number]]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def value(self) -> Number | None:
        """The number that a constant polynomial is, else None."""
        if not self.terms:
            return 0
        ((monomial, number), *rest) = self.terms
        return number if not monomial and not rest else None

    @property
    def atoms(self) -> frozenset[int]:
        """The indices of all atoms in it."""
        return frozenset(k for monomial, _ in self.terms for k, _ in monomial)

    def by(self, index: int) -> dict[int, Polynomial]:
        """The coefficients of the powers of an atom."""
        parts: dict[int, dict[Monomial, Number]] = {}
        for monomial, number in self.terms:
            exponent = next((e for k, e in monomial if k == index), 0)
            rest = tuple(f for f in monomial if f[0] != index) if exponent else monomial
            parts.setdefault(exponent, {})[rest] = number
        return {e: Polynomial.of(part) for e, part in parts.items()}

    def renamed(self, places: Mapping[int, int]) -> Polynomial:
        """With atoms at other indices; the map is one to one."""
        return Polynomial.of(
            {tuple(sorted((places[k], e) for k, e in m)): number for m, number in self.terms}
        )


def _sum(a: Polynomial, b: Polynomial, scale: int) -> Polynomial:
    result = dict(a.terms)
    for monomial, number in b.terms:
        result[monomial] = result.get(monomial, 0) + scale * number
    return Polynomial.of(result)


def product(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product, by whichever arithmetic is at hand and faster."""
    work = len(a) * len(b)
    if work > MOST_WORK:
        raise TooLarge(work)
    found = product_by_flint(a, b) if work >= FLINT_FROM else None
    return product_in_python(a, b) if found is None else found


def multiplied(first: Polynomial, *factors: Polynomial) -> Polynomial:
    """The product of several."""
    for factor in factors:
        first = product(first, factor)
    return first


def product_in_python(a: Polynomial, b: Polynomial) -> Polynomial:
    """The product, term by term."""
    result: dict[Monomial, Number] = {}
    for m, c in a.terms:
        for n, d in b.terms:
            joined = _joined(m, n)
            result[joined] = result.get(joined, 0) + c * d
    return Polynomial.of(result)


def product_by_flint(a: Polynomial, b: Polynomial) -> Polynomial | None:
    """The product by FLINT's polynomials over the rationals; None where it is not installed."""
    try:
        import flint
    except ImportError:
        return None
    order = sorted(a.atoms | b.atoms)
    ring = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in order], "lex")

    def read(poly: Polynomial) -> Any:
        rows = ((dict(m), flint.fmpq(c.numerator, c.denominator)) for m, c in poly)
        return ring.from_dict({tuple(m.get(k, 0) for k in order): c for m, c in rows})

    made: dict[Monomial, Number] = {}
    for exponents, c in (read(a) * read(b)).to_dict().items():
        monomial = tuple((k, int(e)) for k, e in zip(order, exponents, strict=True) if e)
        made[monomial] = Fraction(int(c.p), int(c.q))
    return Polynomial.of(made)


def _joined(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    exponents = dict(m)
    for k, e in n:
        exponents[k] = exponents.get(k, 0) + e
    return tuple(sorted(exponents.items()))


def _plain(number: Number) -> Number:
    return number.numerator if number.denominator == 1 else number


def _read(value: Polynomial | Number) -> Polynomial:
    return value if isinstance(value, Polynomial) else Polynomial.constant(value)
