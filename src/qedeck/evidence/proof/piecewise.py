"""Goals with conditions inside: a case for each way the conditions can turn out."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from sympy import Expr
from sympy.core.relational import Relational

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.ways import together

MOST_LEAVES = 200
SIGNS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Prover = Callable[[Goal, Budget], Certificate | None]
Refuter = Callable[[tuple[Fact, ...], Budget], bool]


def has_conditions(goal: Goal) -> bool:
    """Whether a value depends on conditions."""
    return any(side.has(sp.Piecewise) for side in _sides(goal))


def by_conditions(
    goal: Goal, budget: Budget, prover: Prover, contradictory: Refuter
) -> Certificate | None:
    """A certificate that covers every way the conditions can turn out."""
    leaves = _leaves(goal)
    if leaves is None:
        return None
    found: list[Certificate] = []
    for k, leaf in enumerate(leaves):
        share = budget.within(budget.left / (len(leaves) - k) * 2)
        certificate = prover(leaf, share)
        if certificate is not None:
            found.append(certificate)
        elif not contradictory(leaf.facts, share.within(SECOND)):
            return None
    if not found:
        return None
    ways = together(c.ways for c in found)
    longest = max((c.detail for c in found), key=len)
    partial = any(c.partial for c in found)
    return Certificate(ways, f"{len(leaves)} conditions; e.g. {longest}", partial=partial)


def _leaves(goal: Goal) -> list[Goal] | None:
    open_goals, found = [goal], []
    while open_goals:
        current = open_goals.pop()
        condition = _condition(current)
        if condition is None:
            if has_conditions(current):
                return None
            found.append(current)
        else:
            open_goals += [_assuming(current, c) for c in (condition, condition.negated)]
        if len(found) + len(open_goals) > MOST_LEAVES:
            return None
    return found


def _sides(goal: Goal) -> list[Expr]:
    return [goal.left, goal.right, *[s for f in goal.facts for s in (f.left, f.right)]]


def _condition(goal: Goal) -> Relational | None:
    """A relation in a condition that rests on no condition itself."""
    for side in _sides(goal):
        for piece in sorted(side.atoms(sp.Piecewise), key=sp.count_ops):
            for _, condition in piece.args:
                for relation in sorted(condition.atoms(Relational), key=str):
                    if not relation.has(sp.Piecewise) and relation.rel_op in SIGNS:
                        return relation
    return None


def _assuming(goal: Goal, relation: Relational) -> Goal:
    truth: dict[Expr, Expr] = {}
    for same, value in ((relation, sp.true), (relation.negated, sp.false)):
        truth |= {same: value, same.reversed: value}
    facts = tuple(f.replaced(truth) for f in goal.facts)
    new = Fact(relation.lhs, SIGNS[relation.rel_op], relation.rhs)
    return Goal(goal.left.xreplace(truth), goal.sign, goal.right.xreplace(truth), (*facts, new))
