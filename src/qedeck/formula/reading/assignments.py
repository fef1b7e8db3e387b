"""Symbols set to values, and the numeric relation that they refute."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from lark import Token

from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.parser import Syntax, parse, trees
from qedeck.formula.reading.shapes import ShapeError, fit, shape_of, spoken
from qedeck.formula.reading.statements import expression_list
from qedeck.formula.scope import Defined, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    Expr,
    Number,
    Relation,
    RelationSign,
    Statement,
    Symbol,
    Vector,
)

_DENIED: dict[str, RelationSign] = {
    "!=": "=", "=": "!=", "not =": "=", "not !=": "!=", "not <": "<", "not <=": "<=",
    "not >": ">", "not >=": ">=",
}  # fmt: skip


def assignment(span: Span, scope: Scope) -> tuple[str, Expr]:
    """Read `x = (1, 0)`: a symbol and its value.

    Raises:
        SourceError: where it is not one, or the value has another shape.
    """
    reader = Reader(span, scope)
    body = trees(parse(span, names_of(scope), "hypothesis"))[0]
    signs = [str(c) for c in body.children if isinstance(c, Token)]
    sides = [side for part in trees(body) for side in expression_list(part)]
    if body.data != "chain" or signs != ["="] or len(sides) != 2:
        reader.refuse(body, "this sets no symbol", "write $x = (1, 0)$")
    left = reader.expr(sides[0])
    if not isinstance(left, Symbol):
        reader.refuse(sides[0], "only a symbol can be set", "write $x = (1, 0)$")
    right = _value(reader, sides[1], left)
    if len(shape_of(right)) != len(left.shape):
        problem = f"{spoken(shape_of(right))} for {left.name}, which is {spoken(left.shape)}"
        reader.refuse(sides[1], problem, "give a value of its shape")
    declared = scope.declared.get(left.name)
    counted = declared is not None and declared.kind == "dimension"
    if counted and isinstance(right, Number) and (right.value < 1 or right.value % 1):
        reader.refuse(sides[1], f"{left.name} is a dimension", "give a whole number from 1 on")
    return left.name, right


def function_set(span: Span, scope: Scope) -> Defined | None:
    """Read `f(v) = \\langle c, v \\rangle` for a declared function: its value at a declared symbol.

    None where the left side is no application of one.

    Raises:
        SourceError: where its argument is not a single declared symbol, or the value no scalar.
    """
    reader = Reader(span, scope)
    body = trees(parse(span, names_of(scope), "hypothesis"))[0]
    signs = [str(c) for c in body.children if isinstance(c, Token)]
    sides = [side for part in trees(body) for side in expression_list(part)]
    if body.data != "chain" or signs != ["="] or len(sides) != 2:
        return None
    head = reader.expr(sides[0])
    if not isinstance(head, Apply) or head.function not in scope.declared:
        return None
    (argument,) = head.arguments if len(head.arguments) == 1 else (None,)
    if not isinstance(argument, Symbol) or head.parameters:
        reader.refuse(sides[0], "a function set at what is no symbol", "write $f(v) = 0$")
    value = reader.expr(sides[1])
    if shape_of(value) != head.shape:
        reader.refuse(sides[1], f"{spoken(shape_of(value))} for {head.function}", "give a number")
    return Defined(head.function, (argument.name,), (), (), value, head.shape, head)


def _value(reader: Reader, syntax: Syntax, left: Symbol) -> Expr:
    """The right side; `(1)` is a vector of one entry where a vector is due."""
    if syntax.data == "paren" and len(left.shape) == 1:
        items = reader.list_of(syntax)
        if len(items) == 1 and not shape_of(reader.expr(items[0])):
            return Vector((reader.expr(items[0]),))
    right = reader.expr(syntax)
    with suppress(ShapeError):  # a written vector sets the dimension instead
        right = fit(right, left.shape)
    return right


def denied(span: Span) -> Statement:
    """Read `4 \\not\\le 2`: the numeric relation that does not hold, without its negation.

    Raises:
        SourceError: where it is not one relation between numbers, negated.
    """
    reader = Reader(span, Scope())
    reader.allow_negation = True
    tree = parse(span, names_of(Scope()), "hypothesis")
    relation = reader.statement(trees(tree)[0])
    if not isinstance(relation, Relation) or len(relation.signs) != 1:
        span.refuse(0, "not one relation", r"write $4 \not\le 2$")
    sign = _DENIED.get(relation.signs[0])
    if sign is None:
        span.refuse(0, "this relation is not negated", r"write \not\le, \not<, or \ne")
    return replace(relation, signs=(sign,))
