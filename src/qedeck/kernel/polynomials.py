"""Polynomials with rational coefficients over numbered atoms: exact, frozen, hashable.

Whoever has a `Polynomial` has a proper one: the constructor refuses everything else, and sums and
products of proper ones are proper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Any, TypeAlias

Number: TypeAlias = int | Fraction
Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""Atoms by index in order, each with an exponent of at least 1."""
MOST_TERMS = 50_000
MOST_EXPONENT = 1_000
MOST_WORK = 4_000_000


class TooLarge(Exception):
    """A polynomial grows beyond what is computed with."""


@dataclass(frozen=True, slots=True)
class Polynomial:
    """A sum of terms: monomials in order, each with a coefficient other than 0."""

    terms: tuple[tuple[Monomial, Number], ...] = ()

    def __post_init__(self) -> None:
        monomials = [m for m, _ in self.terms]
        rising: list[list[Any]] = [monomials, *([k for k, _ in m] for m in monomials)]
        exponents = all(type(k) is type(e) is int and k >= 0 < e for m in monomials for k, e in m)
        numbers = all(type(c) in (int, Fraction) and c for _, c in self.terms)
        if not (exponents and numbers and all(a < b for row in rising for a, b in pairwise(row))):
            raise ValueError(self.terms)

    @classmethod
    def of(cls, terms: Mapping[Monomial, Number]) -> Polynomial:
        """The polynomial with these coefficients; those that are 0 are left out."""
        return cls(_made(terms).terms)

    @classmethod
    def constant(cls, number: Number) -> Polynomial:
        """A number as a polynomial."""
        return cls.of({(): number})

    @classmethod
    def atom(cls, index: int) -> Polynomial:
        """The atom with an index as a polynomial."""
        return cls.of({((index, 1),): 1})

    def __add__(self, other: Polynomial | Number) -> Polynomial:
        result = dict(self.terms)
        for monomial, number in _read(other).terms:
            result[monomial] = result.get(monomial, 0) + number
        return _made(result)

    def __sub__(self, other: Polynomial | Number) -> Polynomial:
        return self + -other

    def __rsub__(self, other: Number) -> Polynomial:
        return -self + other

    def __neg__(self) -> Polynomial:
        return _made({m: -c for m, c in self.terms})

    def __mul__(self, other: Polynomial | Number) -> Polynomial:
        factor = _read(other)
        if len(self) * len(factor) > MOST_WORK:
            raise TooLarge(len(self) * len(factor))
        result: dict[Monomial, Number] = {}
        for m, c in self.terms:
            for n, d in factor.terms:
                joined = _joined(m, n)
                result[joined] = result.get(joined, 0) + c * d
        return _made(result)

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        if not 0 <= exponent <= MOST_EXPONENT:
            raise TooLarge(exponent)
        return prod([self] * exponent, start=ONE)

    def __iter__(self) -> Iterator[tuple[Monomial, Number]]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def value(self) -> Number | None:
        """The number that a constant polynomial is, else None."""
        return None if self.atoms else sum(c for _, c in self.terms)

    @property
    def atoms(self) -> frozenset[int]:
        """The indices of all atoms in it."""
        return frozenset(k for monomial, _ in self.terms for k, _ in monomial)

    def by(self, index: int) -> dict[int, Polynomial]:
        """The coefficients of the powers of an atom."""
        parts: dict[int, dict[Monomial, Number]] = {}
        for monomial, number in self.terms:
            exponent = dict(monomial).get(index, 0)
            rest = tuple(f for f in monomial if f[0] != index) if exponent else monomial
            parts.setdefault(exponent, {})[rest] = number
        return {e: _made(part) for e, part in parts.items()}


def _made(terms: Mapping[Monomial, Number]) -> Polynomial:
    """The polynomial of monomials that are known to be proper ones."""
    kept = [(m, c.numerator if c.denominator == 1 else c) for m, c in terms.items() if c]
    if len(kept) > MOST_TERMS:
        raise TooLarge(len(kept))
    made = object.__new__(Polynomial)
    object.__setattr__(made, "terms", tuple(sorted(kept)))
    return made


def _joined(m: Monomial, n: Monomial) -> Monomial:
    exponents = dict(m)
    for k, e in n:
        exponents[k] = exponents.get(k, 0) + e
    return tuple(sorted(exponents.items()))


def _read(value: Polynomial | Number) -> Polynomial:
    return value if isinstance(value, Polynomial) else Polynomial.constant(value)


ONE = Polynomial.constant(1)
