"""Assumptions at every index of a range, written out at given sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from qedeck.formula.evaluate import Environment, evaluate
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.scope import Assumed, Scope
from qedeck.formula.substitution import substituted
from qedeck.formula.tree import (
    Every,
    Expr,
    Item,
    Negative,
    Node,
    Number,
    Statement,
    Sum,
    transformed,
)


def written_out(scope: Scope, sizes: Mapping[str, int]) -> Scope:
    """The scope with one assumption for each index, where one holds for a range of them.

    The two say the same at these sizes: a range is finite, and its ends are sizes.
    """
    if not any(isinstance(one.statement, Every) for one in scope.assumed):
        return scope
    found: list[Assumed] = []
    for one in scope.assumed:
        if isinstance(one.statement, Every):
            found.extend(replace(one, statement=s) for s in instances(one.statement, sizes))
        else:
            found.append(one)
    return replace(scope, assumed=tuple(found))


def instances(every: Every, sizes: Mapping[str, int]) -> list[Statement]:
    """What a statement says at each index of its range."""
    low, high = whole(every.over.low, sizes), whole(every.over.high, sizes)
    found = []
    for place in range(low, high + 1):
        at: Node = substituted(every.statement, {every.over.index: Number(Fraction(place))})
        at = transformed(at, _counted)
        assert isinstance(at, Statement)
        found.append(at)
    return found


def whole(expr: Expr, sizes: Mapping[str, int]) -> int:
    """The whole number that a bound is at these sizes."""
    value = evaluate(expr, Environment(sizes=dict(sizes)), ExactRing())
    if not isinstance(value, Fraction) or value.denominator != 1:
        raise ValueError(f"{value} is no bound of a range")
    return value.numerator


def _counted(node: Node) -> Node:
    """An entry whose shifted index is a number."""
    if not isinstance(node, Item):
        return node
    return replace(node, indices=tuple(map(_number, node.indices)))


def _number(index: Expr) -> Expr:
    if not isinstance(index, Sum):
        return index
    parts = [term.of if isinstance(term, Negative) else term for term in index.terms]
    if not all(isinstance(part, Number) for part in parts):
        return index
    signs = [-1 if isinstance(term, Negative) else 1 for term in index.terms]
    values = [s * p.value for s, p in zip(signs, parts, strict=True) if isinstance(p, Number)]
    return Number(sum(values, Fraction(0)))
