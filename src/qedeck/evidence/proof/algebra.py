"""Polynomial algebra that is refused before it starts where it would take too long."""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import Any

import sympy as sp
from sympy import Expr
from sympy.polys.polyerrors import BasePolynomialError

from qedeck.evidence.proof.certificate import Unsupported

ALGEBRA = 3
"""Steps for each part of an expression that is brought over one denominator or factored."""
MOST_TERMS = 10_000
"""Of a polynomial that is multiplied out, or factored by FLINT."""
MOST_DEGREE = 2_000
"""Of what becomes a polynomial of SymPy."""
MOST_TERMS_OF_SYMPY = 400
"""Of a polynomial that is factored or cancelled by SymPy."""


@lru_cache(maxsize=1 << 16)
def terms(e: Expr) -> int:
    """At most so many terms an expression has once it is multiplied out."""
    if e.is_Add:
        return sum(map(terms, e.args))
    if e.is_Mul:
        found = 1
        for part in e.args:
            found *= terms(part)
        return found
    if e.is_Pow and e.exp.is_Rational:
        inner, n = terms(e.base), int(abs(e.exp)) or 1
        if inner == 1:
            return 1
        return comb(n + inner - 1, n) if min(n, inner) < 64 else 1 << 64
    return max([1, *map(terms, e.args)])


@lru_cache(maxsize=1 << 16)
def degree(e: Expr) -> int:
    """At most such a degree a polynomial has in its generators: SymPy keeps a place for each."""
    if e.is_Add:
        return max(map(degree, e.args))
    if e.is_Mul:
        return sum(map(degree, e.args))
    if e.is_Pow and e.exp.is_Rational:
        return abs(int(e.exp.p)) * max(degree(e.base), 1)
    if isinstance(e, sp.exp):
        share = e.exp.as_coeff_Mul()[0]
        return abs(int(share.p)) if share.is_Rational else 1
    return 0 if e.is_number else 1


def expanded(e: Expr) -> Expr:
    """The expression multiplied out.

    Raises:
        Unsupported: where it has too many terms then.
    """
    if terms(e) > MOST_TERMS:
        raise Unsupported("too many terms")
    return sp.expand(e)


def together(e: Expr) -> Expr:
    """The expression over one denominator.

    Raises:
        Unsupported: where it has too many terms then.
    """
    if terms(e) > MOST_TERMS:
        raise Unsupported("too many terms")
    return sp.together(e)


def cancelled(e: Expr) -> Expr:
    """The quotient of two polynomials without common factors.

    Raises:
        Unsupported: where they have too many terms.
    """
    if terms(e) > MOST_TERMS_OF_SYMPY or degree(e) > MOST_DEGREE:
        raise Unsupported("too many terms")
    return sp.cancel(e)


def factored(e: Expr) -> Expr:
    """The expression as a product over one denominator.

    Raises:
        Unsupported: where it has too many terms once it is multiplied out.
    """
    top, bottom = (_product(part) for part in sp.fraction(together(e)))
    return top / bottom


def _product(e: Expr) -> Expr:
    constant, parts = factor_list(e)
    return sp.Mul(constant, *[f**k for f, k in parts])


def factor_list(e: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """A rational constant and the irreducible factors of a polynomial.

    Its functions, roots and irrational numbers are taken for symbols.

    Raises:
        Unsupported: where it has too many terms.
    """
    if terms(e) > MOST_TERMS or degree(e) > MOST_DEGREE:
        raise Unsupported("too many terms")
    try:
        written = sp.Poly(e, domain="QQ")
    except BasePolynomialError:
        return sp.Integer(1), [(e, 1)]
    constant, parts = _irreducible(written)
    parts = sorted(parts, key=lambda part: _rank(*part))
    return constant, [(f.as_expr(), k) for f, k in parts]


def _rank(f: sp.Poly, k: int) -> tuple[int, int, list[Any]]:
    """Factors of low degrees first."""
    rows = f.rep.to_list()
    return len(rows), k, rows


def _irreducible(written: sp.Poly) -> tuple[Expr, list[tuple[sp.Poly, int]]]:
    """By FLINT, which takes milliseconds where SymPy takes minutes."""
    try:
        import flint
    except ImportError:
        if len(written.terms()) > MOST_TERMS_OF_SYMPY:
            raise Unsupported("too many terms") from None
        constant, found = written.factor_list()
        return constant, [(f, int(k)) for f, k in found]
    names = [f"x{k}" for k in range(len(written.gens))]
    ring = flint.fmpq_mpoly_ctx.get(names, "lex")
    coefficients = {m: flint.fmpq(int(c.p), int(c.q)) for m, c in written.terms()}
    constant, found = ring.from_dict(coefficients).factor()
    return sp.Rational(int(constant.p), int(constant.q)), [
        (_read(f.to_dict(), written.gens), int(k)) for f, k in found
    ]


def _read(coefficients: dict[tuple[int, ...], Any], gens: tuple[Expr, ...]) -> sp.Poly:
    exact = {tuple(map(int, m)): sp.Rational(int(c.p), int(c.q)) for m, c in coefficients.items()}
    return sp.Poly.from_dict(exact, *gens)
