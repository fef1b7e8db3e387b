"""What expressions need in order to be defined over the reals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Fact, Goal
from qedeck.evidence.proof.nodes import nodes
from qedeck.evidence.proof.routes import nonnegative

ZERO = Integer(0)
FEW = 6
"""Strict facts of which sums are formed."""


def conditions(goal: Goal, provable: Callable[[Goal, Budget], bool], budget: Budget) -> list[Fact]:
    """The requirements of both sides that could not be derived from the facts."""
    missing: list[Fact] = []
    met: set[Fact] = set()

    def met_by_facts(fact: Fact) -> bool:
        if fact in met or (fact.sign != ">" and Fact(fact.left, ">", ZERO) in met):
            return True
        if _evident(fact, goal.facts) or provable(
            Goal(fact.left, fact.sign, fact.right, goal.facts), budget
        ):
            met.add(fact)
            return True
        return False

    for side in (goal.left, goal.right):
        for e in nodes(side):
            for choices in _requirements(e):
                if not any(all(met_by_facts(f) for f in choice) for choice in choices):
                    missing += [f for f in choices[0] if f not in missing and f not in met]
    return missing


def _requirements(e: Expr) -> Iterator[list[list[Fact]]]:
    """Alternatives, each a list of relations that together make a node defined."""
    if e.is_Pow and not e.base.is_Rational and e.base is not sp.E:
        base, exponent = e.base, e.exp
        if exponent.is_Integer:
            if exponent < 0:
                yield [[Fact(base, "!=", ZERO)]]
        elif exponent.is_Rational:
            yield [[Fact(base, ">=" if exponent > 0 else ">", ZERO)]]
        else:
            # 0^0 = 1, as in every ring that evaluates
            weak = [Fact(base, ">=", ZERO), Fact(exponent, ">=", ZERO)]
            yield [weak, [Fact(base, ">", ZERO)]]
    elif e.is_Pow and e.base.is_Rational and e.base <= 0 and not e.exp.is_Integer:
        yield [[Fact(e.base, ">=", ZERO), Fact(e.exp, ">=", ZERO)]]
    elif isinstance(e, sp.log | sp.gamma):
        yield [[Fact(e.args[0], ">", ZERO)]]
    elif e in (sp.zoo, sp.nan, sp.oo, -sp.oo):
        yield [[Fact(ZERO, "!=", ZERO)]]


def _evident(fact: Fact, facts: tuple[Fact, ...]) -> bool:
    """Whether a requirement shows in the shape of its left side."""
    if fact.left.is_positive:
        return True
    if fact.sign == ">=":
        return nonnegative(fact.left, facts)
    if fact.left.is_Rational:
        return bool(fact.left != 0 if fact.sign == "!=" else fact.left > 0)
    number, rest = fact.left.as_coeff_Add()
    if number.is_positive and nonnegative(rest, facts):
        return True
    if fact.sign == "!=" and _apart(fact.left, facts):
        return True
    if fact.sign == "!=":
        return fact.left.is_Symbol and fact.left.is_nonzero is True
    return fact.left.is_Symbol and fact.left.is_positive is True


def _apart(left: Expr, facts: tuple[Fact, ...]) -> bool:
    """Whether an expression is, up to its sign, the gap of a strict fact or the sum of two."""
    gaps = [
        expanded(f.left - f.right if f.sign == ">" else f.right - f.left)
        for f in facts
        if f.sign in ("<", ">")
    ]
    gaps += [a + b for a, b in combinations(gaps[:FEW], 2)]
    wanted = expanded(left)
    return any(wanted in (gap, -gap) for gap in gaps)
