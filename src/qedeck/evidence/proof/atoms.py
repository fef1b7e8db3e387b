"""Goals that follow from their facts whatever their roots, powers and functions are."""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp
from sympy import Expr

from qedeck.evidence.proof.algebra import cancelled, expanded
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.routes import nonnegative
from qedeck.evidence.proof.solver import refuted

STEPS = 0.3 * SECOND
PLAIN = (sp.Add, sp.Mul, sp.Abs, sp.Rational, sp.Symbol)
EXTREMES = (sp.Max, sp.Min)


Kinds = tuple[type[Expr], ...]


def by_atoms(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that takes roots, open powers and functions for numbers of their signs."""
    goal = _joined(goal)
    for one in (goal, *_raised(goal)):
        for plain in (PLAIN, (*PLAIN, *EXTREMES)):
            found = _with_parts(one, plain, budget)
            if found is not None:
                return found
    return None


def _raised(goal: Goal) -> Iterator[Goal]:
    """The goal with both sides raised to the power that makes one of them bare."""
    if goal.sign == "!=" or not all(nonnegative(s, goal.facts) for s in (goal.left, goal.right)):
        return
    for side in (goal.left, goal.right):
        if side.is_Pow and not side.exp.is_Integer and positive(side.exp, goal.facts):
            left, right = (_power(s, 1 / side.exp, goal.facts) for s in (goal.left, goal.right))
            yield Goal(left, goal.sign, right, goal.facts)


def positive(e: Expr, facts: tuple[Fact, ...]) -> bool:
    """Whether an expression is above 0 by its shape and one of the facts."""
    if e.is_positive is not None:
        return bool(e.is_positive)
    if e.is_Mul:
        return all(positive(a, facts) for a in e.args)
    if e.is_Pow and e.exp.is_Rational:
        return positive(e.base, facts)
    gaps = [
        fact.left - fact.right if fact.sign in (">", ">=") else fact.right - fact.left
        for fact in facts
        if fact.sign not in ("=", "!=")
    ]
    return any(expanded(e - gap).is_positive is True for gap in gaps)


def _joined(goal: Goal) -> Goal:
    """The goal and its facts with powers of powers as powers, where bases are not negative."""
    facts = goal.facts

    def joined(e: Expr) -> Expr:
        if not e.args or not e.has(sp.Pow):
            return e
        parts = [joined(a) for a in e.args]
        if e.is_Pow:
            return _power(parts[0], parts[1], facts)
        return e.func(*parts)

    plain = tuple(Fact(joined(f.left), f.sign, joined(f.right)) for f in facts)
    return Goal(joined(goal.left), goal.sign, joined(goal.right), plain)


def _power(base: Expr, exponent: Expr, facts: tuple[Fact, ...]) -> Expr:
    if (
        base.is_Pow
        and nonnegative(base.base, facts)
        and positive(base.exp, facts)
        and positive(exponent, facts)
    ):
        return base.base ** cancelled(base.exp * exponent)
    return base**exponent


def _with_parts(goal: Goal, plain: Kinds, budget: Budget) -> Certificate | None:
    names: dict[Expr, Expr] = {}
    denial = _named(goal.denial, names, plain)
    facts = [_named(fact, names, plain) for fact in goal.facts]
    if not names:
        return None
    near = _about(denial, facts)
    within = budget.within(STEPS)
    if refuted([denial, *near], within) is not True or refuted(near, within) is True:
        return None
    return Certificate(("z3",), f"the denial is unsatisfiable, with {len(names)} atoms")


def _named(fact: Fact, names: dict[Expr, Expr], plain: Kinds) -> Fact:
    return Fact(_put(fact.left, names, plain), fact.sign, _put(fact.right, names, plain))


def _put(e: Expr, names: dict[Expr, Expr], plain: Kinds) -> Expr:
    """The expression with a symbol for each part that is of no plain kind."""
    if e.is_Pow and e.exp.is_Integer and abs(e.exp) <= 4:
        return _put(e.base, names, plain) ** e.exp
    if isinstance(e, plain):
        return e if not e.args else e.func(*(_put(a, names, plain) for a in e.args))
    if e not in names:
        signs = {"positive": e.is_positive, "nonnegative": e.is_nonnegative}
        known = {sign: True for sign, is_so in signs.items() if is_so}
        names[e] = sp.Dummy(f"a_{len(names) + 1}", real=True, **known)
    return names[e]


def _about(denial: Fact, facts: list[Fact]) -> list[Fact]:
    """The facts that bear on the denial, through each other."""
    wanted = denial.left.free_symbols | denial.right.free_symbols
    left = list(facts)
    chosen: list[Fact] = []
    while True:
        near = [f for f in left if (f.left.free_symbols | f.right.free_symbols) & wanted]
        if not near:
            return chosen
        chosen += near
        left = [f for f in left if f not in near]
        wanted = wanted.union(*(f.left.free_symbols | f.right.free_symbols for f in near))
