"""Exponentials as positive numbers of which nothing else is known: what holds then holds always."""

from __future__ import annotations

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.certificate import Fact, Goal


def abstracted(goal: Goal) -> Goal | None:
    """The goal with a symbol for each exponential; None where none has a compound argument."""
    found: set[Expr] = set()
    for side in (goal.left, goal.right):
        found |= side.atoms(sp.exp)
    if all(one.args[0].is_Symbol for one in found):
        return None
    names: dict[Expr, Expr] = {}
    for one in sorted(found, key=sp.default_sort_key):
        if one in names:
            continue
        positive = sp.Dummy(f"u_{len(names) + 1}", positive=True)
        names[one] = positive
        names[sp.exp(-one.args[0])] = Integer(1) / positive
    sides = Fact(goal.left, goal.sign, goal.right).replaced(names)
    if sides.left.has(sp.exp) or sides.right.has(sp.exp):
        return None
    facts = tuple(fact.replaced(names) for fact in goal.facts)
    return Goal(sides.left, goal.sign, sides.right, facts)
