"""Statements about lengths and inner products: proved in the span of their vectors, for every n.

k vectors of any length span a space of at most k dimensions. What is said of them through lengths,
inner products and functions of unknown form is the same there, in coordinates in which the j-th
vector has j entries at most, its last one not negative. So k dimensions prove it for all.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction

from qedeck.evidence import forms
from qedeck.evidence.obligations import Obligation
from qedeck.formula.reading.shapes import ShapeError, shape_of
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Apply,
    Both,
    Call,
    Constant,
    Constants,
    Expr,
    Iff,
    Implies,
    Interval,
    Member,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Restricted,
    Space,
    Sum,
    Symbol,
    children,
)

TWO = Number(Fraction(2))
MOST_VECTORS = 4
PLAIN = (
    Implies, Both, Iff, Restricted, Interval, Sum, Negative, Number, Constant,
)  # fmt: skip
SCALAR_CALLS = frozenset({"abs", "sqrt", "exp", "log", "sgn", "positive", "max", "min", "tanh"})


@dataclass(frozen=True)
class Span:
    """The vectors of a statement, in the order of their coordinates, and their dimension."""

    dimension: str
    vectors: tuple[str, ...]


def span(obligation: Obligation) -> Span | None:
    """The vectors by whose lengths and inner products all is said; None where more is said."""
    scope = obligation.scope
    if scope.laws or not _functions_alone(scope):
        return None
    trees: list[Node] = [obligation.statement, *forms.assumed(scope)]
    trees += [value for _, value in obligation.fixed]
    names = set().union(*(forms.reached(tree, scope) for tree in trees))
    known = {name for name, d in scope.declared.items() if d.kind == "real"} | scope.defined.keys()
    if not all(_metric(tree, scope, known) for tree in trees):
        return None
    for defined in (scope.defined[name] for name in names & scope.defined.keys()):
        inside = known | {*defined.arguments, *defined.parameters}
        if defined.indices or not _metric(defined.body, scope, inside):
            return None
    used = [declared for name, declared in scope.declared.items() if name in names]
    if any(d.kind != "real" and (d.kind != "function" or d.shape) for d in used):
        return None
    shapes = {d.shape for d in used} | {d.domain or () for d in used}
    (dimension,) = next(iter(shapes - {()})) if len(shapes - {()}) == 1 else ("",)
    given = set(forms.equations(scope)) | {name for name, _ in obligation.fixed}
    vectors = tuple(d.name for d in used if d.kind == "real" and d.shape and d.name not in given)
    if not isinstance(dimension, str) or not dimension or not 0 < len(vectors) <= MOST_VECTORS:
        return None
    return Span(dimension, vectors)


def _functions_alone(scope: Scope) -> bool:
    """Whether all that is said in words is of declared functions of one vector."""
    functions = {d.name for d in scope.declared.values() if d.kind == "function" and not d.shape}
    functions |= scope.defined.keys()
    return all(
        assumed.property is None
        or (assumed.property in ("convex", "differentiable") and {*assumed.symbols} <= functions)
        for assumed in scope.assumed
    )


def _metric(node: Node, scope: Scope, known: AbstractSet[str]) -> bool:
    """Whether a tree has the same value when all vectors are moved by one isometry."""
    try:
        return _here(node, scope, known) and all(
            _metric(child, scope, known)
            for child in children(node)
            if not isinstance(node, Space | Constants)
        )
    except (ShapeError, ValueError):
        return False


def _here(node: Node, scope: Scope, known: AbstractSet[str]) -> bool:
    match node:
        case Symbol(name):
            return name in known
        case Constants(value, shape):
            return value == 0 or not shape
        case Space(shape, sign):
            return sign == "any" or not shape
        case Relation(terms, signs):
            return _scalars(terms) or all(sign in ("=", "!=") for sign in signs)
        case Member(element, region):
            return isinstance(region, Interval | Space) or not shape_of(element)
        case Product(factors):
            return sum(bool(shape_of(factor)) for factor in factors) <= 1
        case Quotient(_, below):
            return not shape_of(below)
        case Power():
            return _scalars((node.base, node.exponent))
        case Call("norm", (_, order)):
            return order == TWO
        case Call("inner"):
            return True
        case Call(function, arguments):
            return function in SCALAR_CALLS and _scalars(arguments)
        case Apply():
            # The gradient of a function need not lie in the span.
            return not node.order or (node.function in scope.defined and _scalars(node.arguments))
        case _:
            return isinstance(node, PLAIN)


def _scalars(parts: tuple[Expr, ...]) -> bool:
    return not any(shape_of(part) for part in parts)
