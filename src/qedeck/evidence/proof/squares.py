"""Non-negativity by sums of squares, found by linear programming and verified by expansion."""

from __future__ import annotations

from itertools import combinations

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate, Fact
from qedeck.evidence.proof.multipliers import programming, solve
from qedeck.evidence.proof.signs import Signs

Column = tuple[Expr, tuple[Expr, ...], Expr]
"""Multiplier, its factors (facts), and the expanded polynomial."""


def squares(
    polynomial: Expr,
    strict: bool,
    facts: list[Fact],
    signs: Signs,
    budget: Budget,
) -> Certificate | None:
    """A certificate that a polynomial is at least 0; strict ones are left to others."""
    if strict:
        return None
    polynomial = expanded(polynomial)
    symbols = sorted(polynomial.free_symbols, key=lambda s: s.sort_key())
    if not symbols or len(symbols) > 16:
        return None
    constraints = _constraints(facts, signs, set(symbols))
    target = sp.Poly(polynomial, *symbols)
    columns = _columns(target, constraints, budget)
    if not columns or len(columns) > 4000:
        return None
    rows = [sp.Poly(c[2], *symbols).as_dict() for c in columns]
    budget.spend(programming(len(rows), sum(map(len, rows))))
    support = _support(rows, target.as_dict())
    if support is None:
        return None
    weights = solve([rows[k] for k in support], target.as_dict())
    if weights is None or any(w < 0 for w in weights.values()):
        return None
    terms = [w * columns[support[k]][0] for k, w in weights.items()]
    if expanded(polynomial - sp.Add(*terms)) != 0:
        return None
    shown = " + ".join(sp.latex(t) for t in terms[:12]) + (" + \\dots" if len(terms) > 12 else "")
    return Certificate(("squares",), shown)


def _constraints(facts: list[Fact], signs: Signs, symbols: set[Expr]) -> list[Expr]:
    """Polynomials in the symbols that are known to be at least 0."""
    found = [f.left for f in facts if f.sign in (">", ">=") and f.left.free_symbols <= symbols]
    for s in symbols:
        sign = signs.of(s)
        if sign in ("+", "0+"):
            found.append(s)
        elif sign in ("-", "0-"):
            found.append(-s)
    return list(dict.fromkeys(found))


def _columns(target: sp.Poly, constraints: list[Expr], budget: Budget) -> list[Column]:
    """Products of at most two constraints times squares of monomials or of binomials."""
    degree = target.total_degree()
    monomials = _monomials(target)
    multipliers: list[tuple[Expr, tuple[Expr, ...]]] = [(Integer(1), ())]
    multipliers += [(g, (g,)) for g in constraints]
    if len(constraints) <= 14:
        multipliers += [(g * h, (g, h)) for g, h in combinations(constraints, 2)]
    gens = target.gens
    found: list[Column] = []
    for multiplier, parts in multipliers:
        room = degree - int(sp.Poly(multiplier, *gens).total_degree())
        usable = [m for m in monomials if 2 * sp.Poly(m, *gens).total_degree() <= room]
        budget.spend(30 * len(usable) * (len(usable) + 1))
        shapes = [m**2 for m in usable]
        for a, b in combinations(usable, 2):
            shapes += [(a - b) ** 2, (a + b) ** 2]
        found += [(multiplier * s, parts, expanded(multiplier * s)) for s in shapes]
        if len(found) > 4000:
            break
    return found


def _monomials(target: sp.Poly) -> list[Expr]:
    """Monomials within half the degrees of the target."""
    gens = target.gens
    highest = [max((m[k] for m in target.monoms()), default=0) for k in range(len(gens))]
    degree = target.total_degree() // 2
    found: list[tuple[int, ...]] = [()]
    for top in highest:
        found = [(*m, k) for m in found for k in range((top + 1) // 2 + 1) if sum(m) + k <= degree]
        if len(found) > 400:
            return [Integer(1)]
    return [sp.Mul(*[g**k for g, k in zip(gens, m, strict=True)]) for m in found][:60]


def _support(
    rows: list[dict[tuple[int, ...], Expr]], target: dict[tuple[int, ...], Expr]
) -> list[int] | None:
    """Columns of a basic solution of the linear programme; None where there is none."""
    try:
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import lil_matrix
    except ImportError:
        return None
    keys = {m: k for k, m in enumerate({m for c in [*rows, target] for m in c})}
    matrix = lil_matrix((len(keys), len(rows)))
    for j, row in enumerate(rows):
        for m, c in row.items():
            matrix[keys[m], j] = float(c)
    right = np.zeros(len(keys))
    for m, c in target.items():
        right[keys[m]] = float(c)
    answer = linprog(
        np.ones(len(rows)), A_eq=matrix.tocsr(), b_eq=right, bounds=(0, None), method="highs-ds"
    )
    if answer.status != 0:
        return None
    return [j for j, x in enumerate(answer.x) if x > 1e-9]
