"""Inequalities between transcendental expressions, by ball arithmetic over boxes that are divided.

A box is done where an enclosure of the difference has no wrong sign, where slopes take it to one
of its faces, or where it touches 0 at an exact place and is convex around.
"""

from __future__ import annotations

import sympy as sp

from qedeck.evidence.proof.budget import Budget, OutOfSteps
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal, Outside, Unsupported
from qedeck.evidence.proof.division import Filter, defined
from qedeck.evidence.proof.minima import shown
from qedeck.evidence.proof.ranges import regions
from qedeck.evidence.proof.tally import Tally
from qedeck.evidence.proof.values import precise

BITS = 64
MOST_SYMBOLS = 8
MOST_OPERATIONS = 250
FUNCTIONS = (sp.exp, sp.log, sp.sin, sp.cos, sp.tan, sp.tanh, sp.erf, sp.atan, sp.gamma)


def transcendental(goal: Goal) -> bool:
    """Whether a side has a function that is not algebraic, or a power with a symbol above."""
    return any(
        side.has(*FUNCTIONS, sp.factorial)
        or any(not power.exp.is_Rational for power in side.atoms(sp.Pow))
        for side in (goal.left, goal.right)
    )


def boxed(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that an inequality holds in every box of a division of all values."""
    if goal.sign == "=" or not transcendental(goal):
        return None
    if len(goal.left.free_symbols | goal.right.free_symbols) > MOST_SYMBOLS:
        return None
    if sp.count_ops(goal.left) + sp.count_ops(goal.right) > MOST_OPERATIONS:
        return None
    for sign in ("<", ">") if goal.sign == "!=" else (goal.sign,):
        tally = Tally(budget)
        try:
            with precise(BITS):
                if _shown(Fact(goal.left, sign, goal.right), goal.facts, tally):
                    return Certificate(("boxes",), tally.words)
        except (Unsupported, Outside, OutOfSteps, OverflowError):
            continue
    return None


def _shown(relation: Fact, facts: tuple[Fact, ...], tally: Tally) -> bool:
    found = False
    for region in regions(relation, facts):
        if not shown(region, tally) or not defined(region, tally):
            return False
        found = found or not Filter(region.facts).excludes(region.box)
    return found
