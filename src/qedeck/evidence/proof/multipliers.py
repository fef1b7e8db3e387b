"""Identities modulo equations: the difference as a combination of them, by linear algebra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol

from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate

COLUMNS = 900
EXACT_COLUMNS = 400
DENSE_ENTRIES = 4_000_000
PRIME = 2**61 - 1


def combination(
    polynomial: Expr,
    equations: list[Expr],
    relations: list[tuple[Symbol, int, Expr]],
    budget: Budget,
) -> Certificate | None:
    """A certificate that a polynomial vanishes where the equations and relations hold."""
    equations = [*equations, *[r**m - s for r, m, s in relations]]
    if not equations:
        return None
    symbols = sorted(
        {s for e in [polynomial, *equations] for s in e.free_symbols}, key=lambda s: s.sort_key()
    )
    target = sp.Poly(polynomial, *symbols)
    bases = [sp.Poly(e, *symbols) for e in equations]
    wanted = set(target.monoms())
    for _ in range(3):
        budget.spend(len(wanted) * sum(len(base.monoms()) for base in bases) / 10)
        columns = _columns(wanted, bases, symbols)
        if len(columns) > COLUMNS:
            return None
        budget.spend(10 * len(columns) + solving(len(wanted), len(columns)))
        weights = solve([c.as_dict() for _, c in columns], target.as_dict())
        if weights is not None:
            return _verified(target, columns, weights, len(equations))
        grown = wanted.union(*[c.monoms() for _, c in columns])
        if grown == wanted:
            return None
        wanted = grown
    return None


def _columns(
    wanted: set[tuple[int, ...]], bases: list[sp.Poly], symbols: list[Symbol]
) -> list[tuple[int, sp.Poly]]:
    """Equations times the monomials that make one of their terms a wanted one."""
    found: dict[tuple[int, tuple[int, ...]], sp.Poly] = {}
    for k, base in enumerate(bases):
        for mine in base.monoms():
            for monomial in wanted:
                shift = tuple(a - b for a, b in zip(monomial, mine, strict=True))
                if min(shift) < 0 or (k, shift) in found:
                    continue
                found[k, shift] = base * sp.Poly({shift: 1}, *symbols)
                if len(found) > COLUMNS:
                    return [(0, base)] * (COLUMNS + 1)
    return [(k, column) for (k, _), column in found.items()]


def _verified(
    target: sp.Poly, columns: list[tuple[int, sp.Poly]], weights: dict[int, Expr], count: int
) -> Certificate | None:
    rest = target
    for index, weight in weights.items():
        rest = rest - weight * columns[index][1]
    if not rest.is_zero:
        return None
    used = len({columns[index][0] for index in weights})
    detail = f"the difference is a combination of {used} of {count} equations that hold"
    return Certificate(("modulo",), detail)


def solving(rows: int, columns: int) -> float:
    """The steps that it takes to solve so many equations for so many weights."""
    return 10 + rows * columns / 30


def programming(columns: int, entries: int) -> float:
    """The steps that a linear programme of that size takes."""
    return 200 + columns + 2 * entries


def solve(
    columns: Sequence[Mapping[Any, Any]], target: Mapping[Any, Any]
) -> dict[int, Rational] | None:
    """Rational weights with Σ weight · column = target, exactly; None where there are none."""
    system = _System(columns, target)
    found = system.modular()
    if found is not None:
        return found or None
    return system.exact() if len(columns) <= EXACT_COLUMNS else None


class _System:
    """Linear equations, one for each monomial."""

    def __init__(self, columns: Sequence[Mapping[Any, Any]], target: Mapping[Any, Any]) -> None:
        places = {m: k for k, m in enumerate({m for c in [*columns, target] for m in c})}
        self.height, self.width = len(places), len(columns)
        self.entries = [
            (places[m], j, int(c.numerator), int(c.denominator))
            for j, column in enumerate([*columns, target])
            for m, c in column.items()
        ]

    def modular(self) -> dict[int, Rational] | None:
        """By arithmetic modulo a prime and a guess of the fractions, which is verified.

        Empty where there is no solution modulo the prime, None where the guess failed or the
        library for it is not there.
        """
        try:
            from flint import nmod_mat
        except ImportError:
            return None
        if self.height * (self.width + 1) > DENSE_ENTRIES:
            return {}
        dense = [0] * (self.height * (self.width + 1))
        for row, j, top, bottom in self.entries:
            dense[row * (self.width + 1) + j] = top * pow(bottom, -1, PRIME) % PRIME
        reduced, rank = nmod_mat(self.height, self.width + 1, dense, PRIME).rref()
        weights: dict[int, Fraction] = {}
        for row in range(rank):
            pivot = next(j for j in range(self.width + 1) if int(reduced[row, j]))
            if pivot == self.width:
                return {}
            value = _fraction(int(reduced[row, self.width]))
            if value:
                weights[pivot] = value
        if not self._solved_by(weights):
            return None
        return {j: Rational(w.numerator, w.denominator) for j, w in weights.items()}

    def _solved_by(self, weights: dict[int, Fraction]) -> bool:
        rest = [Fraction(0)] * self.height
        for row, j, top, bottom in self.entries:
            if j == self.width:
                rest[row] -= Fraction(top, bottom)
            elif j in weights:
                rest[row] += weights[j] * Fraction(top, bottom)
        return not any(rest)

    def exact(self) -> dict[int, Rational] | None:
        """By elimination over the rationals."""
        from sympy import QQ
        from sympy.polys.matrices import DomainMatrix

        rows: dict[int, dict[int, Any]] = {}
        for row, j, top, bottom in self.entries:
            rows.setdefault(row, {})[j] = QQ(top, bottom)
        shape = (self.height, self.width + 1)
        reduced, pivots = DomainMatrix(rows, shape, QQ).rref()
        if self.width in pivots:
            return None
        entries = reduced.to_sparse().rep
        weights = {}
        for row, pivot in enumerate(pivots):
            value = entries.getitem(row, self.width)
            if value:
                weights[pivot] = Rational(int(value.numerator), int(value.denominator))
        return weights


def _fraction(residue: int) -> Fraction:
    """The fraction with small numerator and denominator that has a residue modulo the prime."""
    a, b, s, t = PRIME, residue, 0, 1
    while b * b * 2 > PRIME:
        quotient = a // b
        a, b = b, a - quotient * b
        s, t = t, s - quotient * t
    return Fraction(b, t) if t else Fraction(0)
