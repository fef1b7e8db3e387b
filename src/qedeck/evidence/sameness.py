"""Mutants that say the same as the formula: where they have a value, or by one changed side."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction

from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Bound, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, substituted
from qedeck.formula.tree import (  # fmt: skip
    Big,
    Call,
    Constant,
    Derivation,
    Expr,
    Integral,
    Item,
    Limit,
    Member,
    Node,
    Number,
    Optimum,
    Relation,
    Space,
    Statement,
    Sum,
    Symbol,
    children,
    transformed,
    walk,
)


def same_where_defined(original: Bound, mutated: Bound, asked: tuple[Obligation, ...]) -> bool:
    """Whether the two differ only in absolute values of what must not be negative anyway."""
    known: set[Expr] = set()
    arrays: set[str] = set()
    for obligation in asked:
        for assumed in requirements(obligation):
            match assumed.statement:
                case Member(Symbol(name), Space()):
                    arrays.add(name)
                case Relation((expr, Number(zero)), (">" | ">=",)) if zero == 0:
                    known.add(expr)
    if not known and not arrays:
        return False

    def bare(node: Node) -> Node:
        match node:
            case Call("abs", (inner,)) if inner in known:
                return inner
            case Call("abs", (Item(Symbol(name)) as inner,)) if name in arrays:
                return inner
            case _:
                return node

    return transformed(original.statement, bare) == transformed(mutated.statement, bare)


def same_limit(original: Bound, mutated: Bound) -> bool:
    """Whether only a step to the next value changed in a limit at infinity, which it cannot see."""
    scope = original.scope
    if scope.defined != mutated.scope.defined:
        return False
    limits = [part for part in walk(original.statement) if isinstance(part, Limit)]
    random = random_names(scope)

    def back(node: Node) -> Node:
        if isinstance(node, Limit) and node.target == Constant("infinity"):
            step = {node.variable: Sum((Symbol(node.variable), Number(Fraction(1))))}
            for limit in limits:
                try:
                    moved = substituted(
                        limit.body, step, definitions=in_force(scope), random=random
                    )
                except Unsubstitutable:
                    continue
                if node.body == moved:
                    return limit
        return node

    return bool(limits) and transformed(mutated.statement, back) == original.statement


def changed_parts(original: Statement, mutated: Statement) -> list[Relation]:
    """Equations any of which makes the two say the same: of the smallest part that changed, of
    the side it stands in.
    """
    pairs = _aligned(original, mutated)
    different = [(a, b) for a, b in pairs or () if a != b]
    if len(different) != 1:
        return []
    side = different[0]
    part = _smallest(*side)
    found = [Relation(part, ("=",))] if part is not None and part != side else []
    return [*found, Relation(side, ("=",))]


def _smallest(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """The smallest scalars in one place that differ, outside operators that bind."""
    if shape_of(left) or shape_of(right):
        return None
    if type(left) is type(right) and not isinstance(left, Big | Limit | Optimum | Integral):
        ours, theirs = children(left), children(right)
        different = [(a, b) for a, b in zip(ours, theirs, strict=False) if a != b]
        alike = len(ours) == len(theirs) and len(different) == 1
        rebuilt = alike and _put(left, *different[0]) == right
        if rebuilt and all(isinstance(one, Expr) for one in different[0]):
            a, b = different[0]
            assert isinstance(a, Expr)
            assert isinstance(b, Expr)
            return _smallest(a, b) or (left, right)
    return left, right


def _put(node: Expr, old: Node, new: Node) -> Node:
    """The node with one child replaced where it stands alone."""
    if children(node).count(old) != 1:
        return node
    values = {}
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if isinstance(value, tuple):
            value = tuple(new if part == old else part for part in value)
        elif value == old:
            value = new
        values[field.name] = value
    return type(node)(**values)


def _aligned(original: Statement, mutated: Statement) -> list[tuple[Expr, Expr]] | None:
    match original, mutated:
        case Relation(ours, signs), Relation(theirs, others) if signs == others:
            return list(zip(ours, theirs, strict=True))
        case Derivation(ours), Derivation(theirs) if len(ours) == len(theirs):
            found = [_aligned(a, b) for a, b in zip(ours, theirs, strict=True)]
            return None if None in found else [pair for part in found for pair in part or ()]
        case _:
            return None
