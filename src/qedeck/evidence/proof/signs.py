"""Signs of rational functions, from the signs of their atoms and from known relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sympy as sp
from sympy import Expr, Symbol

from qedeck.evidence.proof.algebra import ALGEBRA, cancelled, expanded, factor_list, together
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.nodes import size

Sign = str
"""`+`, `0+` (at least 0), `0`, `0-`, `-`."""

TURNED = {"+": "-", "-": "+", "0+": "0-", "0-": "0+", "0": "0"}


def product(a: Sign | None, b: Sign | None) -> Sign | None:
    """The sign of a product."""
    if a == "0" or b == "0":
        return "0"
    if a is None or b is None:
        return None
    negative = ("-" in a) != ("-" in b)
    weak = "0" in a or "0" in b
    return ("0" if weak else "") + ("-" if negative else "+")


def total(a: Sign | None, b: Sign | None) -> Sign | None:
    """The sign of a sum."""
    if a is None or b is None:
        return None
    if a == "0":
        return b
    if b == "0":
        return a
    if a[-1] != b[-1]:
        return None
    return a[-1] if "0" not in a or "0" not in b else a


def power(a: Sign | None, n: int) -> Sign | None:
    """The sign of an integer power."""
    if n % 2 == 0:
        if a is None:
            return "0+"
        return "0" if a == "0" else ("0+" if "0" in a else "+")
    return a


def of_symbol(symbol: Expr) -> Sign | None:
    """The sign that the assumptions of a symbol grant."""
    if symbol.is_positive is True:
        return "+"
    if symbol.is_negative is True:
        return "-"
    if symbol.is_nonnegative is True:
        return "0+"
    if symbol.is_nonpositive is True:
        return "0-"
    return None


class Signs:
    """What is known about atoms and polynomials in them.

    `oracle` is asked last: a decision procedure, or nothing.
    """

    def __init__(
        self, oracle: Callable[[Expr], Sign | None] | None = None, budget: Budget | None = None
    ) -> None:
        self.budget = budget
        self.atoms: dict[Symbol, Sign] = {}
        self.known: list[tuple[Expr, str]] = []
        self.oracle = oracle
        self._seen: dict[Expr, Sign | None] = {}

    def learn(self, polynomial: Expr, sign: str) -> None:
        """Record that a polynomial is `=`, `!=`, `>` or `>=` 0."""
        self.known.append((expanded(polynomial), sign))
        self._seen.clear()

    def name(self, atom: Symbol, sign: Sign | None) -> None:
        """Record the sign of a new atom."""
        if sign is not None:
            self.atoms[atom] = sign

    def of(self, e: Expr) -> Sign | None:
        """The sign of a rational function of atoms, where its denominator is not zero."""
        if e not in self._seen:
            self._seen[e] = self._of(e)
        return self._seen[e]

    def _differs(self, f: Expr) -> bool:
        if f.is_Symbol and f.is_nonzero is True:
            return True
        for g, sign in self.known:
            if sign in ("!=", ">"):
                ratio = cancelled(f / g)
                if ratio.is_Rational and ratio != 0:
                    return True
        return False

    def _of(self, e: Expr) -> Sign | None:
        if self.budget is not None:
            self.budget.spend(ALGEBRA * size(e))
        top, bottom = sp.fraction(together(e))
        sign: Sign | None = "+"
        parts = [(f, k) for f, k in factors(top)] + [(f, k) for f, k in factors(bottom)]
        for f, k in parts:
            sign = product(sign, power(self.of_factor(f), k))
        if sign in ("+", "-", "0") or len(parts) < 2 or not self.known:
            return sign
        # a fact may be about the product
        return product(self._of_known(expanded(top)), self._of_product(bottom)) or sign

    def _of_product(self, e: Expr) -> Sign | None:
        sign: Sign | None = "+"
        for f, k in factors(e):
            sign = product(sign, power(self.of_factor(f), k))
        return sign

    def of_factor(self, f: Expr) -> Sign | None:
        """The sign of one irreducible polynomial."""
        if f.is_Rational:
            return "+" if f > 0 else "-" if f < 0 else "0"
        if f.is_Symbol:
            sign = self.atoms.get(f) or of_symbol(f)
            if sign in ("+", "-", "0"):
                return sign
        else:
            sign = None
        f = expanded(f)
        mine = self.of_terms(f)
        if mine in ("+", "-", "0"):
            return mine
        learnt = self._of_known(f)
        if learnt in ("+", "-", "0"):
            return learnt
        weak = sign or mine or learnt
        if weak is not None and self._differs(f):
            return weak[-1]
        if self.oracle is not None:
            return self.oracle(f) or weak
        return weak

    def of_terms(self, f: Expr) -> Sign | None:
        """The sign of a polynomial all of whose terms have one sign."""
        sign: Sign | None = "0"
        for term in sp.Add.make_args(f):
            sign = total(sign, self.of_monomial(term))
            if sign is None:
                return None
        return sign

    def of_monomial(self, term: Expr) -> Sign | None:
        """The sign of a product of powers of atoms."""
        sign: Sign | None = "+"
        for factor in sp.Mul.make_args(term):
            base, exponent = factor.as_base_exp()
            if factor.is_Rational:
                mine: Sign | None = "+" if factor > 0 else "-" if factor < 0 else "0"
            elif base.is_Symbol and exponent.is_Integer:
                mine = power(self.atoms.get(base) or of_symbol(base), int(exponent))
            else:
                return None
            sign = product(sign, mine)
        return sign

    def _of_known(self, f: Expr) -> Sign | None:
        """The sign of f as a multiple of a known polynomial plus terms of the same sign."""
        mine = f.as_coefficients_dict()
        weak: Sign | None = None
        for g, sign in self.known:
            if sign == "!=":
                continue
            theirs = g.as_coefficients_dict()
            for ratio in {mine[m] / c for m, c in theirs.items() if m in mine}:
                if not ratio.is_Rational:
                    continue
                base: Sign = {">": "+", ">=": "0+", "=": "0"}[sign]
                if ratio < 0:
                    base = TURNED[base]
                found = total(base, self.of_terms(expanded(f - ratio * g)))
                if found in ("+", "-", "0"):
                    return found
                weak = weak or found
        return weak


def factors(e: Expr) -> Iterable[tuple[Expr, int]]:
    """Irreducible factors of a polynomial over the rationals, with the constant first."""
    if e.is_Rational:
        return [(e, 1)]
    if e.is_Symbol:
        return [(e, 1)]
    constant, found = factor_list(e)
    return found if constant == 1 else [(constant, 1), *found]


def primes(q: Expr) -> list[tuple[Expr, int]]:
    """The prime powers of a rational number, with −1 for its sign."""
    found: list[tuple[Expr, int]] = [(sp.Integer(-1), 1)] if q < 0 else []
    for p, n in sp.factorint(abs(int(q.p))).items():
        if p != 1:
            found.append((sp.Integer(p), int(n)))
    for p, n in sp.factorint(int(q.q)).items():
        if p != 1:
            found.append((sp.Integer(p), -int(n)))
    return found
