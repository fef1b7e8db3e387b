"""Whole numbers at which a statement says that it turns: 100 in `[n > 100]`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from qedeck.evidence import forms
from qedeck.evidence.bodies import bodies
from qedeck.evidence.instances import FAILURES
from qedeck.evidence.obligations import Obligation
from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.rings.exact import Exact, ExactRing
from qedeck.formula.scope import Scope
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

OTHERS = 2
"""What the other whole numbers of a comparison are set to."""
FURTHEST = 10**12


def thresholds(obligation: Obligation) -> tuple[int, ...]:
    """Numbers k such that a comparison of whole numbers comes out differently at k and k + 1."""
    scope = obligation.scope
    declared = scope.declared
    whole = {n for n, d in declared.items() if d.kind in ("dimension", "index", "integer")}
    found: dict[int, None] = {}
    compared = [
        one for node in bodies(obligation.statement, scope) for one in _compared(node, frozenset())
    ]
    for expr, bound in compared:
        names = forms.reached(expr, scope) - (scope.defined.keys() - bound)
        names -= {name for one in scope.defined.values() for name in one.arguments} - whole - bound
        if names and names <= whole | bound:
            for name in sorted(names):
                found.update(dict.fromkeys(_turns(expr, name, names, scope)))
    return tuple(sorted(found))


def _compared(node: Node, bound: frozenset[str]) -> Iterator[tuple[Expr, frozenset[str]]]:
    """The differences of what is compared, and the indices that are bound in the statement."""
    parts = list(walk(node))
    bound |= {r.index for part in parts if isinstance(part, Big) for r in part.ranges}
    for part in parts:
        match part:
            case Truth(inner) | Implies(inner, _) | Restricted(_, inner):
                relations = [one for one in walk(inner) if isinstance(one, Relation)]
            case Big(condition=Relation() as inner):
                relations = [inner]
            case Call("max" | "min", (left, right)):
                yield Sum((left, Negative(right))), bound
                continue
            case _:
                continue
        for relation in relations:
            for left, right in pairwise(relation.terms):
                yield Sum((left, Negative(right))), bound


def _turns(expr: Expr, name: str, names: set[str], scope: Scope) -> Iterator[int]:
    others = dict.fromkeys(names, OTHERS)

    def sign(at: int) -> int:
        environment = Environment[Exact](indices={**others, name: at}, definitions=scope.defined)
        value = evaluate(expr, environment, ExactRing())
        return (value > 0) - (value < 0)  # type: ignore[operator]

    try:
        points = _points()
        signs = [sign(one) for one in points]
        for (low, here), (high, there) in pairwise(zip(points, signs, strict=True)):
            if here != there:
                yield from _narrowed(sign, low, high)
    except (*FAILURES, ZeroDivisionError, TypeError):
        return


def _points() -> list[int]:
    """Every number to 40, then with growing steps."""
    found = list(range(1, 41))
    while found[-1] < FURTHEST:
        found.append(found[-1] * 6 // 5)
    return found


def _narrowed(sign: object, low: int, high: int) -> Iterator[int]:
    assert callable(sign)
    first = sign(low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if sign(middle) == first else (low, middle)
    yield low
    if sign(high) == 0:
        # An equation holds at this number and not at the next.
        yield high
