"""The natural domain of a statement: where all of its parts have a value."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from qedeck.evidence.obligations import Obligation
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Assumed
from qedeck.formula.tree import (
    Big,
    Call,
    Expr,
    Integral,
    Limit,
    Node,
    Number,
    Optimum,
    Quotient,
    Relation,
    RelationSign,
    Statement,
    Symbol,
    children,
    walk,
)  # fmt: skip

ZERO = Number(Fraction(0))


def naturally(obligation: Obligation) -> Obligation:
    """The obligation asked only where its parts are defined: orders of norms are positive,
    arguments of logarithms too, radicands are not negative, denominators not zero.
    """
    scope = obligation.scope
    set_here = {name for name, _ in obligation.fixed}
    known = {n for n, d in scope.declared.items() if d.kind != "index"} | scope.defined.keys()
    new = [
        Assumed(Relation((expr, ZERO), (sign,)))
        for expr, sign in _requirements(obligation.statement)
        if _names(expr) and _names(expr) <= known - set_here
    ]
    fresh = tuple(one for one in dict.fromkeys(new) if one not in scope.assumed)
    return replace(obligation, scope=replace(scope, assumed=(*scope.assumed, *fresh)))


def _names(expr: Expr) -> set[str]:
    return {part.name for part in walk(expr) if isinstance(part, Symbol)}


def _requirements(node: Node) -> list[tuple[Expr, RelationSign]]:
    """What the parts of a node need; nothing below operators that bind."""
    found: list[tuple[Expr, RelationSign]] = []
    match node:
        case Call("norm", (_, order)):
            found.append((order, ">"))
        case Call("log", (argument,)):
            found.append((argument, ">"))
        case Call("sqrt", (argument,)):
            found.append((argument, ">="))
        case Quotient(_, below) if not shape_of(below):
            found.append((below, "!="))
    if isinstance(node, Big | Limit | Optimum | Integral):
        return found
    for child in children(node):
        if isinstance(child, Expr | Statement):
            found.extend(_requirements(child))
    return found
