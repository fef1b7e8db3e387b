"""Limits by continuity, by degrees of rational functions, and by the growth of exponentials."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp
from sympy import Expr, Integer, Symbol

from qedeck.evidence.proof.algebra import cancelled
from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal, Unsupported
from qedeck.evidence.proof.growth import dominated, largest_first
from qedeck.evidence.proof.nodes import size
from qedeck.evidence.proof.prove import certify

STEPS = 5 * SECOND
INFINITE = (sp.oo, -sp.oo)


def limit_is(
    expr: Expr,
    symbol: Symbol,
    target: Expr,
    value: Expr,
    facts: tuple[Fact, ...] = (),
    budget: Budget | None = None,
) -> Certificate | None:
    """A certificate that `expr` tends to `value` as `symbol` tends to `target`.

    The target is a number, ∞ or −∞; the approach is from where the facts on the symbol allow,
    from the right at 0 for a positive symbol. None is unknown, also where the limit differs.
    """
    budget = budget or Budget.of(STEPS)
    found = by_rules(expr, symbol, target, facts, budget)
    if found is None:
        return _by_largest(expr, symbol, target, value, facts, budget)
    if found in INFINITE or value in INFINITE:
        same = Certificate(("limit",), "both are infinite") if found == value else None
    else:
        others = tuple(f for f in facts if symbol not in f.left.free_symbols | f.right.free_symbols)
        try:
            same = certify(Goal(found, "=", value, others), budget)
        except OutOfSteps:
            same = None
    if same is None or same.partial:
        return None
    words = f"by continuity and degrees the limit is {sp.latex(found)}"
    return replace(same, ways=("limit",), detail=words)


def by_rules(
    expr: Expr, symbol: Symbol, target: Expr, facts: tuple[Fact, ...], budget: Budget
) -> Expr | None:
    """The limit by the rules; sums of exponentials are written by their dominating terms."""
    limits = _Limits(symbol, target, facts, budget)
    try:
        if target == sp.oo and expr.has(sp.exp):
            expr = dominated(expr, symbol, limits.positive)
        return limits.of(expr)
    except (Unsupported, OutOfSteps):
        return None


def _by_largest(
    expr: Expr,
    symbol: Symbol,
    target: Expr,
    value: Expr,
    facts: tuple[Fact, ...],
    budget: Budget,
) -> Certificate | None:
    """A certificate for each way in which symbols under a maximum in the value are largest."""
    cases = list(largest_first(value))
    found = None
    for k, case in enumerate(cases):
        found = limit_is(
            expr.xreplace(case), symbol, target, value.xreplace(case),
            tuple(fact.replaced(case) for fact in facts),
            budget.within(budget.left / (len(cases) - k) * 2),
        )  # fmt: skip
        if found is None:
            return None
    words = f"by dominating exponentials, {len(cases)} cases of which are largest"
    return found and replace(found, detail=words)


class _Limits:
    """Limits of trees; raises where a rule does not apply."""

    def __init__(
        self, symbol: Symbol, target: Expr, facts: tuple[Fact, ...], budget: Budget
    ) -> None:
        self.symbol = symbol
        self.target = target
        self.budget = budget
        self.facts = tuple(
            f for f in facts if symbol not in f.left.free_symbols | f.right.free_symbols
        )

    def of(self, e: Expr) -> Expr:
        self.budget.spend(size(e))
        if e in INFINITE or e in (sp.nan, sp.zoo):
            raise Unsupported(e)
        if self.symbol not in e.free_symbols:
            return e
        if e == self.symbol:
            return self.target
        if e.is_rational_function(self.symbol):
            return self.rational(e)
        if e.is_Add:
            return self.sum([self.of(a) for a in e.args])
        if e.is_Mul:
            return self.product([self.of(a) for a in e.args])
        if e.is_Pow:
            if e.exp.is_Integer:
                return self.whole_power(self.of(e.base), e.exp)
            exponent = self.of(e.exp)
            if exponent == sp.oo and self.fades(e.base):
                return Integer(0)
            return self.power(self.of(e.base), exponent)
        if isinstance(e, sp.exp):
            return self.power(sp.E, self.of(e.args[0]))
        if len(e.args) == 1 and isinstance(e, sp.Function):
            return self.function(e, self.of(e.args[0]))
        if isinstance(e, sp.Max | sp.Min):
            items = [self.of(a) for a in e.args]
            if not any(i in INFINITE for i in items):
                return e.func(*items)
        raise Unsupported(e)

    def rational(self, e: Expr) -> Expr:
        """By degrees, with leading coefficients that are known not to vanish."""
        top, bottom = (sp.Poly(part, self.symbol) for part in sp.fraction(cancelled(e)))
        if self.target not in INFINITE:
            value = bottom.eval(self.target)
            if not self.holds(value, "!="):
                raise Unsupported(e)
            return top.eval(self.target) / value
        if not self.holds(bottom.LC(), "!="):
            raise Unsupported(e)
        gap = top.degree() - bottom.degree()
        if top.is_zero or gap < 0:
            return Integer(0)
        ratio = top.LC() / bottom.LC()
        if gap == 0:
            return ratio
        sign = self.sign(ratio)
        return (sp.oo if sign > 0 else -sp.oo) * (1 if self.target == sp.oo else (-1) ** gap)

    def sum(self, items: list[Expr]) -> Expr:
        infinite = {i for i in items if i in INFINITE}
        if len(infinite) > 1:
            raise Unsupported(items)
        return infinite.pop() if infinite else sp.Add(*items)

    def product(self, items: list[Expr]) -> Expr:
        if not any(i in INFINITE for i in items):
            return sp.Mul(*items)
        sign = 1
        for item in items:
            sign *= (1 if item == sp.oo else -1) if item in INFINITE else self.sign(item)
        return sp.oo if sign > 0 else -sp.oo

    def whole_power(self, base: Expr, n: Expr) -> Expr:
        """A limit to a whole power that does not vary."""
        if base in INFINITE:
            return self.product([base] * int(n)) if n > 0 else Integer(0)
        if n > 0 or self.holds(base, "!="):
            return base**n
        raise Unsupported(base)

    def fades(self, base: Expr) -> bool:
        """Whether a base that does not vary is from 0 to less than 1."""
        if self.symbol in base.free_symbols:
            return False
        return self.holds(base, ">=") and self.holds(base - 1, "<")

    def power(self, base: Expr, exponent: Expr) -> Expr:
        if base in INFINITE or exponent in INFINITE:
            return self.infinite_power(base, exponent)
        if self.holds(base, ">"):
            return base**exponent
        if exponent.is_Rational and exponent > 0 and self.holds(base, ">="):
            return base**exponent
        raise Unsupported(base)

    def infinite_power(self, base: Expr, exponent: Expr) -> Expr:
        if base == sp.oo and exponent not in INFINITE:
            return sp.oo if self.sign(exponent) > 0 else Integer(0)
        if base not in INFINITE and exponent in INFINITE and self.holds(base, ">"):
            above = self.sign(base - 1)
            return sp.oo if (above > 0) == (exponent == sp.oo) else Integer(0)
        raise Unsupported(base)

    def function(self, e: Expr, x: Expr) -> Expr:
        if x in INFINITE:
            if isinstance(e, sp.Abs) or (isinstance(e, sp.log) and x == sp.oo):
                return sp.oo
            if isinstance(e, sp.tanh | sp.erf):
                return Integer(1 if x == sp.oo else -1)
            raise Unsupported(e)
        if isinstance(e, sp.log | sp.gamma):
            if not self.holds(x, ">"):
                raise Unsupported(e)
            return e.func(x)
        if isinstance(e, sp.Abs | sp.sin | sp.cos | sp.tanh | sp.erf | sp.atan):
            return e.func(x)
        raise Unsupported(e)

    def holds(self, e: Expr, sign: str) -> bool:
        known = {"!=": e.is_nonzero, ">": e.is_positive, "<": e.is_negative, ">=": e.is_nonnegative}
        if known[sign] is not None:
            return bool(known[sign])
        if e.is_Symbol and not any(
            e in f.left.free_symbols | f.right.free_symbols for f in self.facts
        ):
            return False
        return certify(Goal(e, sign, Integer(0), self.facts), self.budget) is not None

    def positive(self, e: Expr) -> bool:
        """Whether a number is known to be positive."""
        return self.holds(e, ">")

    def sign(self, e: Expr) -> int:
        """The sign of a number that is known not to be zero."""
        if self.holds(e, ">"):
            return 1
        if self.holds(e, "<"):
            return -1
        raise Unsupported(e)
