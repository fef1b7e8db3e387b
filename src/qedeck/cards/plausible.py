"""Errors that somebody could make, and which of them first: by the two formulas alone.

Nothing here depends on what a machine refuted: what learners have must not.
"""

from __future__ import annotations

from typing import Any

from qedeck.cards.difference import differs
from qedeck.cards.places import at, on_first_side
from qedeck.evidence.mutants import Mutant, Operator
from qedeck.formula.tree import (
    Constants,
    Node,
    Number,
    Power,
    Relation,
    Statement,
    Symbol,
    walk,
)

FIRST: tuple[Operator, ...] = (
    "exponent-dropped", "sqrt-dropped", "transpose-dropped", "inverse-dropped",
    "matrices-swapped", "norm-order-one", "norm-order-two", "factor-dropped",
    "denominator-dropped", "abs-dropped", "indices-exchanged", "subtrahends-swapped",
    "sign-of-term", "relation-turned", "quotient-inverted", "index-exchanged",
    "expectation-inside",
)  # fmt: skip
"""Errors that people make, those first that are seen last."""
NEVER: tuple[Operator, ...] = (
    "relation-strict", "argument-dropped", "whole-number-lowered", "condition-dropped",
    "derivative-dropped", "axis-dropped", "range-condition-widened",
)  # fmt: skip
"""Errors that nobody makes, or that nobody can see."""


def plausible(mutant: Mutant, right: Statement, wrong: Statement) -> bool:
    """Whether somebody could make an error.

    An error that is made goes unnoticed: each side still speaks of all that it spoke of, no zero
    has become a number, no sum stands under a line, and no chain turns round.
    """
    if mutant.part != "statement" or mutant.operator in NEVER:
        return False
    before, after = _sides(right), _sides(wrong)
    if len(before) != len(after):
        return False
    if any(not left.names <= there.names for left, there in zip(before, after, strict=True)):
        return False
    if _unequal(wrong) > _unequal(right):
        return False
    if any(_broken(chain) for chain in walk(wrong) if isinstance(chain, Relation)):
        return False
    path = differs(right, wrong)
    if "constraint" in path or "condition" in path[1:]:
        return False
    here = at(right, path)
    if isinstance(here, Number | Constants) and here.value == 0:
        return False
    return mutant.operator != "factor-inverted" or isinstance(here, Symbol | Power)


def rank(mutant: Mutant, right: Statement, wrong: Statement) -> tuple[Any, ...]:
    """Less for an error that is made more often, in what a formula says rather than in what it
    speaks of.
    """
    order = FIRST.index(mutant.operator) if mutant.operator in FIRST else len(FIRST)
    return order == len(FIRST), on_first_side(right, differs(right, wrong)), order, mutant.id.key


def _sides(statement: Statement) -> list[Node]:
    """What stands between the signs."""
    chains = [part for part in walk(statement) if isinstance(part, Relation)]
    found: list[Node] = [term for chain in chains for term in chain.terms]
    return found or [statement]


def _unequal(statement: Statement) -> int:
    """How often it says that two things are not equal: nobody writes that by mistake."""
    chains = [part for part in walk(statement) if isinstance(part, Relation)]
    return sum(chain.signs.count("!=") for chain in chains)


def _broken(chain: Relation) -> bool:
    """Whether a chain says that something is less than itself, or points both ways."""
    ways = {sign[0] for sign in chain.signs if sign[0] in "<>"}
    return len(ways) > 1 or len(set(chain.terms)) < len(chain.terms)
