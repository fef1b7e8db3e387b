"""Identities modulo equations: the difference as a combination of them, by linear algebra."""

from __future__ import annotations

import sympy as sp
from sympy import Expr, Integer, Symbol

from qedeck.evidence.proof.certificate import Certificate, Deadline

COLUMNS = 900


def combination(
    polynomial: Expr,
    equations: list[Expr],
    relations: list[tuple[Symbol, int, Expr]],
    deadline: Deadline,
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
        deadline.check()
        columns = _columns(wanted, bases, symbols)
        if len(columns) > COLUMNS:
            return None
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
    return Certificate("identity modulo the hypotheses", detail)


def solve(
    columns: list[dict[tuple[int, ...], Expr]], target: dict[tuple[int, ...], Expr]
) -> dict[int, Expr] | None:
    """Rational weights with Σ weight · column = target, exactly; None where there are none."""
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    keys = {m: k for k, m in enumerate({m for c in [*columns, target] for m in c})}
    width = len(columns)
    rows: dict[int, dict[int, Expr]] = {}
    for j, column in enumerate(columns):
        for m, c in column.items():
            rows.setdefault(keys[m], {})[j] = QQ(int(c.p), int(c.q))
    for m, c in target.items():
        rows.setdefault(keys[m], {})[width] = QQ(int(c.p), int(c.q))
    reduced, pivots = DomainMatrix(rows, (len(keys), width + 1), QQ).rref()
    if width in pivots:
        return None
    entries = reduced.to_sparse().rep
    weights = {}
    for row, pivot in enumerate(pivots):
        value = entries.getitem(row, width)
        if value:
            weights[pivot] = Integer(0) + sp.Rational(int(value.numerator), int(value.denominator))
    return weights
