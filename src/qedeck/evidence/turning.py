"""What a statement turns on: numbers that decide, at the zeros of which it bends, jumps or ends."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from qedeck.evidence.bodies import bodies
from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.formula.tree import (
    Big,
    Call,
    Expr,
    Implies,
    Negative,
    Node,
    Relation,
    Restricted,
    Sum,
    Truth,
    walk,
)


def needed_of(obligation: Obligation, signs: tuple[str, ...]) -> list[Relation]:
    """What parts of a statement need in order to have a value, with one of some signs."""
    found = [one.statement for one in requirements(obligation, at_indices=True)]
    return [one for one in found if isinstance(one, Relation) and one.signs[0] in signs]


def turning_points(obligation: Obligation) -> Iterator[Expr]:
    """What a statement divides by, takes logarithms of or decides by: numbers that may be zero."""
    for needed in needed_of(obligation, ("!=", ">", ">=")):
        yield needed.terms[0]
    written = bodies(obligation.statement, obligation.scope)
    for part in (part for node in written for part in walk(node)):
        match part:
            case Call("max" | "min", (left, right)):
                yield Sum((left, Negative(right)))
            case Call("positive" | "abs" | "sgn", (inner,)):
                yield inner
            case Truth(inner) | Implies(inner, _) | Restricted(_, inner):
                yield from _compared(inner)
            case Big(condition=Relation() as inner):
                yield from _compared(inner)


def _compared(node: Node) -> Iterator[Expr]:
    """The differences of numbers that are compared."""
    for part in walk(node):
        if isinstance(part, Relation):
            for left, right in pairwise(part.terms):
                yield Sum((left, Negative(right)))
