"""Exponents such as 1/p, p − 1 and p/q, written over a basis that is independent over ℚ."""

from __future__ import annotations

from math import lcm

import sympy as sp
from sympy import Expr, Integer, Rational

from qedeck.evidence.proof.algebra import cancelled, expanded


class Exponents:
    """A growing basis of exponents; the first element is 1."""

    def __init__(self) -> None:
        self.basis: list[Expr] = [Integer(1)]
        self.scales: list[int] = [1]
        """Each element divided by its scale is the exponent of an atom."""

    def split(self, exponent: Expr) -> tuple[Rational, list[tuple[Expr, int]]]:
        """An exponent as a rational number plus whole multiples of basis exponents.

        Raises:
            Refined: where a scale had to grow.
        """
        coefficients = self.coordinates(exponent)
        if coefficients is None:
            self.basis.append(exponent)
            self.scales.append(1)
            return Rational(0), [(exponent, 1)]
        parts = []
        for k, c in enumerate(coefficients):
            if k == 0 or c == 0:
                continue
            scaled = c * self.scales[k]
            if not scaled.is_Integer:
                from qedeck.evidence.proof.normal import Refined

                self.scales[k] = lcm(self.scales[k], int(c.q))
                raise Refined
            parts.append((self.basis[k] / self.scales[k], int(scaled)))
        return coefficients[0], parts

    def coordinates(self, exponent: Expr) -> list[Rational] | None:
        """The rational coordinates of an exponent, or None where it is independent."""
        if exponent.is_Rational:
            return [exponent] + [Rational(0)] * (len(self.basis) - 1)
        vectors = _numerators([*self.basis, exponent])
        keys = sorted({m for v in vectors for m in v})
        matrix = sp.Matrix([[v.get(m, Integer(0)) for v in vectors[:-1]] for m in keys])
        target = sp.Matrix([vectors[-1].get(m, Integer(0)) for m in keys])
        unknowns = sp.symbols(f"c:{len(self.basis)}")
        solution = sp.linsolve((matrix, target), *unknowns)
        if not solution:
            return None
        # the basis is independent, so the solution is unique
        return [Rational(c) for c in next(iter(solution))]


def _numerators(items: list[Expr]) -> list[dict[tuple[int, ...], Expr]]:
    """The coefficients of the numerators over a common denominator."""
    pairs = [sp.fraction(cancelled(e)) for e in items]
    common: Expr = Integer(1)
    for _, bottom in pairs:
        common = sp.lcm(common, bottom)
    symbols = sorted({s for e in items for s in e.free_symbols}, key=lambda s: s.sort_key())
    found = []
    for top, bottom in pairs:
        poly = sp.Poly(expanded(top * cancelled(common / bottom)), *symbols, domain="QQ")
        found.append({m: sp.Rational(c) for m, c in poly.as_dict().items()})
    return found
