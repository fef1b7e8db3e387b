"""Real polynomial arithmetic decided by z3: unsatisfiable, a model, or unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol

from qedeck.evidence.proof.budget import Budget, Meter
from qedeck.evidence.proof.certificate import Fact, Unsupported

RATE = 20
"""Steps of z3 that are one of ours."""
QUERY = 300
"""Our steps for a query, whatever z3 takes for it."""
FEWEST = 500
"""With fewer steps nothing is asked."""


def refuted(facts: Iterable[Fact], budget: Budget) -> bool | dict[Symbol, Rational] | None:
    """True where no real values meet all the facts; values where z3 found rational ones.

    Values are for the caller to verify. None is unknown, also where z3 is not installed.
    """
    try:
        import z3
    except ImportError:
        return None
    if budget.left < FEWEST:
        return None
    context = budget.meter.shared.get("z3")
    if context is None:
        # The queries of one goal share it: to make one takes longer than most queries.
        context = budget.meter.shared["z3"] = z3.Context()
    return _asked(z3, context, facts, budget)


def _asked(
    z3: Any, context: Any, facts: Iterable[Fact], budget: Budget
) -> bool | dict[Symbol, Rational] | None:
    """One query; all that it makes in the context ends with it, before the context does."""
    solver = z3.SolverFor("QF_NRA", ctx=context)
    solver.set("rlimit", budget.left * RATE)
    try:
        asked = list(facts)
        reals = _Reals(z3, context, _odd(asked))
        for fact in asked:
            reals.assume(fact)
        solver.add(*reals.constraints)
        answer = solver.check()
        if answer == z3.unsat:
            return True
        if answer == z3.sat:
            return reals.model(solver.model())
    except (Unsupported, z3.Z3Exception):
        return None
    finally:
        budget.took(QUERY + _steps(solver, budget.meter) / RATE)
    return None


def _odd(facts: Iterable[Fact]) -> set[Symbol]:
    """Symbols that do not occur in even powers alone."""
    found: set[Symbol] = set()
    left = [side for fact in facts for side in (fact.left, fact.right)]
    while left:
        e = left.pop()
        if isinstance(e, Symbol):
            found.add(e)
        elif not (e.is_Pow and isinstance(e.base, Symbol) and e.exp.is_even):
            left.extend(e.args)
    return found


def _steps(solver: Any, meter: Meter) -> int:
    """The steps that z3 took since it was asked before; it counts for the whole context."""
    before = int(meter.shared.get("z3 steps", 0))
    counted = [int(value) for name, value in solver.statistics() if name == "rlimit count"]
    after = max([before, *counted])
    meter.shared["z3 steps"] = after
    return after - before


class _Reals:
    """Expressions as z3 terms over the reals; |a|, max, min, sgn by `If`, radicals by name.

    Constraints on names only narrow to where an expression is defined. Of a symbol whose sign no
    term sees, it is not told: one more polynomial may cost z3 forty times the steps.
    """

    def __init__(self, z3: Any, context: Any, odd: set[Symbol]) -> None:
        self.z3 = z3
        self.context = context
        self.odd = odd
        self.constraints: list[Any] = []
        self.symbols: dict[Symbol, Any] = {}
        self._terms: dict[Expr, Any] = {}
        self._fresh = 0

    def assume(self, fact: Fact) -> None:
        left, right = self.term(fact.left), self.term(fact.right)
        self.constraints.append(
            {
                "=": left == right,
                "!=": left != right,
                "<": left < right,
                "<=": left <= right,
                ">": left > right,
                ">=": left >= right,
            }[fact.sign]
        )

    def term(self, e: Expr) -> Any:
        if e not in self._terms:
            self._terms[e] = self._term(e)
        return self._terms[e]

    def number(self, q: Expr) -> Any:
        return self.z3.RealVal(f"{q.p}/{q.q}", ctx=self.context)

    def fresh(self) -> Any:
        self._fresh += 1
        return self.z3.Real(f"_{self._fresh}", ctx=self.context)

    def _term(self, e: Expr) -> Any:
        if e.is_Rational:
            return self.number(e)
        if isinstance(e, Symbol):
            return self._symbol(e)
        if e.is_Add:
            return self.z3.Sum([self.term(a) for a in e.args])
        if e.is_Mul:
            return self.z3.Product([self.term(a) for a in e.args])
        if e.is_Pow and e.exp.is_Rational:
            return self._power(e)
        if isinstance(e, sp.Abs):
            x = self.term(e.args[0])
            return self.z3.If(x >= 0, x, -x)
        if isinstance(e, sp.sign):
            x = self.term(e.args[0])
            one, zero = self.number(sp.Integer(1)), self.number(sp.Integer(0))
            return self.z3.If(x > 0, one, self.z3.If(x < 0, -one, zero))
        if isinstance(e, sp.Max | sp.Min):
            return self._extreme(e)
        raise Unsupported(e)

    def _symbol(self, s: Symbol) -> Any:
        x = self.z3.Real(f"{s.name}#{len(self.symbols)}", ctx=self.context)
        self.symbols[s] = x
        if s not in self.odd:
            # Some x has this square, with and without its sign.
            if s.is_nonzero:
                self.constraints.append(x != 0)
            return x
        for known, constraint in (
            (s.is_positive, x > 0),
            (s.is_negative, x < 0),
            (s.is_nonnegative, x >= 0),
            (s.is_nonpositive, x <= 0),
            (s.is_nonzero, x != 0),
        ):
            if known is True:
                self.constraints.append(constraint)
        return x

    def _power(self, e: Expr) -> Any:
        base, n, m = self.term(e.base), int(e.exp.p), int(e.exp.q)
        if abs(n) > 12 or m > 12:
            raise Unsupported(e)
        if m > 1:
            root = self.fresh()
            self.constraints += [root >= 0, self.z3.Product([root] * m) == base]
            base = root
        result = self.z3.Product([base] * abs(n)) if abs(n) > 1 else base
        if n > 0:
            return result
        inverse = self.fresh()
        self.constraints.append(inverse * result == 1)
        return inverse

    def _extreme(self, e: Expr) -> Any:
        best = self.term(e.args[0])
        for arg in e.args[1:]:
            x = self.term(arg)
            larger = x >= best if isinstance(e, sp.Max) else x <= best
            best = self.z3.If(larger, x, best)
        return best

    def model(self, model: Any) -> dict[Symbol, Rational]:
        values: dict[Symbol, Rational] = {}
        for symbol, x in self.symbols.items():
            value = model.eval(x, model_completion=True)
            if self.z3.is_algebraic_value(value):
                value = value.approx(12)
            if not self.z3.is_rational_value(value):
                return {}
            found = Rational(value.numerator_as_long(), value.denominator_as_long())
            turned = (found.is_negative and symbol.is_nonnegative) or (
                found.is_positive and symbol.is_nonpositive
            )
            values[symbol] = -found if turned else found
        return values
