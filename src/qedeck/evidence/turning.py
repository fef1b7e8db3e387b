"""What a statement turns on: numbers that decide, at the zeros of which it bends, jumps or ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

from qedeck.evidence.bodies import bodies
from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.formula.scope import Scope, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, substituted
from qedeck.formula.tree import (
    At,
    Big,
    Call,
    Expr,
    Iff,
    Implies,
    Negative,
    Node,
    Relation,
    Restricted,
    Sum,
    Symbol,
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
    for node in bodies(obligation.statement, obligation.scope, primed=True):
        yield from _turning(node, obligation.scope)


def _turning(node: Node, scope: Scope) -> Iterator[Expr]:
    """The same of one tree; what stands at a point, at that point."""
    for part in walk(node):
        match part:
            case At(body, Symbol(name), point):
                for inner in _turning(body, scope):
                    with suppress(Unsubstitutable):
                        yield substituted(
                            inner, {name: point}, definitions=in_force(scope),
                            random=random_names(scope),
                        )  # fmt: skip
            case Relation(_, signs) if "!=" in signs:
                yield from _compared(part)
            case Iff(left, right):
                yield from (*_compared(left), *_compared(right))
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
