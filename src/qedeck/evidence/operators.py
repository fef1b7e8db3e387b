"""Errors that are made at one node of a formula, whatever stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from qedeck.evidence.mutants import Operator
from qedeck.formula.reading.shapes import ShapeError, shape_of
from qedeck.formula.tree import (  # fmt: skip
    Apply,
    Big,
    Call,
    Constant,
    Derivative,
    Expr,
    Implies,
    Item,
    Moment,
    Negative,
    Node,
    Number,
    Optimum,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    RelationSign,
    Shape,
    Space,
    Sum,
    Symbol,
)

Error = tuple[Operator, tuple[int, ...], Node]
"""What was done, to which of several parts of the node, and what results."""

ONE = Number(Fraction(1))
TWO = Number(Fraction(2))


def _sum(node: Sum) -> Iterator[Error]:
    for k, term in enumerate(node.terms):
        flipped = term.of if isinstance(term, Negative) else Negative(term)
        if k:
            yield "sign-of-term", (k,), Sum((*node.terms[:k], flipped, *node.terms[k + 1 :]))
        rest = (*node.terms[:k], *node.terms[k + 1 :])
        yield "term-dropped", (k,), Sum(rest) if len(rest) > 1 else rest[0]
    for k, (first, second) in enumerate(pairwise(node.terms)):
        if isinstance(second, Negative) and not isinstance(first, Negative):
            swapped = (second.of, Negative(first))
            terms = (*node.terms[:k], *swapped, *node.terms[k + 2 :])
            yield "subtrahends-swapped", (k,), Sum(terms)


def _negative(node: Negative) -> Iterator[Error]:
    yield "sign-dropped", (), node.of


_INVERTED = (Symbol, Item, Number, Power, Sum, Call, Apply, Constant)


def _product(node: Product) -> Iterator[Error]:
    for k in range(len(node.factors)):
        rest = (*node.factors[:k], *node.factors[k + 1 :])
        yield "factor-dropped", (k,), Product(rest) if len(rest) > 1 else rest[0]
    for k, factor in enumerate(node.factors):
        if isinstance(factor, _INVERTED) and factor != ONE and axes(factor) == ():
            yield "factor-inverted", (k,), _with(node, k, Quotient(ONE, factor))
    for k, (left, right) in enumerate(pairwise(node.factors)):
        if len(axes(left) or ()) > 1 and len(axes(right) or ()) > 1:
            swapped = Product((*node.factors[:k], right, left, *node.factors[k + 2 :]))
            if axes(swapped) == axes(node):
                yield "matrices-swapped", (k,), swapped


def _with(node: Product, k: int, factor: Expr) -> Product:
    return Product((*node.factors[:k], factor, *node.factors[k + 1 :]))


def axes(expr: Expr) -> Shape | None:
    """The shape of an expression; None where its parts do not fit together."""
    try:
        return shape_of(expr)
    except ShapeError:
        return None


def _quotient(node: Quotient) -> Iterator[Error]:
    yield "denominator-dropped", (), node.above
    if node.above != ONE:
        yield "numerator-dropped", (), replace(node, above=ONE)
    yield "quotient-inverted", (), replace(node, above=node.below, below=node.above)


def _power(node: Power) -> Iterator[Error]:
    yield "exponent-dropped", (), node.base
    if not isinstance(node.exponent, Number):
        yield "exponent-raised", (), replace(node, exponent=Sum((node.exponent, ONE)))
    if isinstance(node.exponent, Number) and node.exponent.value == 2:
        yield "exponent-raised", (), replace(node, exponent=Number(Fraction(3)))


_DROPPED: dict[str, Operator] = {
    "sqrt": "sqrt-dropped", "abs": "abs-dropped", "exp": "exp-dropped", "log": "log-dropped",
    "sgn": "sgn-dropped", "positive": "positive-dropped", "transpose": "transpose-dropped",
    "inverse": "inverse-dropped", "tanh": "tanh-dropped", "diag": "diag-dropped",
    "trace": "trace-dropped",
}  # fmt: skip
_TURNED: dict[str, tuple[Operator, Any]] = {
    "sum": ("sum-made-prod", "prod"), "prod": ("prod-made-sum", "sum"),
    "max": ("max-made-min", "min"), "min": ("min-made-max", "max"),
    "argmax": ("argmax-made-argmin", "argmin"), "argmin": ("argmin-made-argmax", "argmax"),
}  # fmt: skip
"""What an operator is mistaken for."""


def _call(node: Call) -> Iterator[Error]:
    if node.function in _DROPPED:
        yield _DROPPED[node.function], (), node.arguments[0]
    if node.function in ("max", "min"):
        operator, other = _TURNED[node.function]
        yield operator, (), replace(node, function=other)
        for k in range(len(node.arguments)):
            yield "argument-dropped", (k,), _fewer(node, k)
    if node.function == "norm":
        yield from _norm(node)


def _fewer(node: Call, k: int) -> Expr:
    rest = (*node.arguments[:k], *node.arguments[k + 1 :])
    return replace(node, arguments=rest) if len(rest) > 1 else rest[0]


def _norm(node: Call) -> Iterator[Error]:
    vector, order = node.arguments
    if order == Constant("infinity"):
        yield "norm-order-one", (), Call("norm", (vector, ONE))
    elif isinstance(order, Number):
        if order == ONE:
            yield "norm-order-two", (), Call("norm", (vector, TWO))
        else:
            yield "norm-order-one", (), Call("norm", (vector, ONE))
    else:
        yield "norm-order-raised", (), Call("norm", (vector, Sum((order, ONE))))


def _number(node: Number) -> Iterator[Error]:
    yield "number-raised", (), Number(node.value + 1)


def _big(node: Big) -> Iterator[Error]:
    if node.operator in _TURNED:
        operator, other = _TURNED[node.operator]
        yield operator, (), replace(node, operator=other)
    for k, run in enumerate(node.ranges):
        if run.written:
            later = replace(run, low=Sum((run.low, ONE)))
            earlier = replace(run, high=Sum((run.high, Negative(ONE))))
            yield "lower-bound-inward", (k,), _run(node, k, later)
            yield "upper-bound-inward", (k,), _run(node, k, earlier)
    if isinstance(node.condition, Relation):
        for k, sign in enumerate(node.condition.signs):
            changed_sign: RelationSign | None = {"<": "<=", "!=": "="}.get(sign)  # type: ignore[assignment]
            if changed_sign:
                signs = (*node.condition.signs[:k], changed_sign, *node.condition.signs[k + 1 :])
                condition = replace(node.condition, signs=signs)
                yield "range-condition-widened", (k,), replace(node, condition=condition)


def _run(node: Big, k: int, run: Range) -> Big:
    return replace(node, ranges=(*node.ranges[:k], run, *node.ranges[k + 1 :]))


def _relation(node: Relation) -> Iterator[Error]:
    flips: dict[str, RelationSign] = {
        "<=": ">=", ">=": "<=", "<": ">", ">": "<", ">>=": ">>", "=": "!=", "!=": "=",
    }  # fmt: skip
    sharper: dict[str, RelationSign] = {"<=": "<", ">=": ">"}
    for k, sign in enumerate(node.signs):
        if sign in flips:
            yield "relation-turned", (k,), _signed(node, k, flips[sign])
        if sign in sharper:
            yield "relation-strict", (k,), _signed(node, k, sharper[sign])


def _signed(node: Relation, k: int, sign: RelationSign) -> Relation:
    return replace(node, signs=(*node.signs[:k], sign, *node.signs[k + 1 :]))


def _implies(node: Implies) -> Iterator[Error]:
    yield "condition-dropped", (), node.then


def _moment(node: Moment) -> Iterator[Error]:
    if node.operator == "E" and isinstance(node.arguments[0], Expr):
        yield "expectation-dropped", (), node.arguments[0]


def _optimum(node: Optimum) -> Iterator[Error]:
    operator, other = _TURNED[node.operator]
    yield operator, (), replace(node, operator=other)
    if node.constraint is not None:
        yield "constraint-dropped", (), replace(node, constraint=None)


def _space(node: Space) -> Iterator[Error]:
    for k, (first, second) in enumerate(pairwise(node.shape)):
        if first != second:
            shape = (*node.shape[:k], second, first, *node.shape[k + 2 :])
            yield "axes-exchanged", (k,), replace(node, shape=shape)
    if len(node.shape) > 1:
        yield "axis-dropped", (), replace(node, shape=node.shape[1:])


def _item(node: Item) -> Iterator[Error]:
    if len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        yield "indices-exchanged", (), replace(node, indices=node.indices[::-1])


def _derivative(node: Derivative) -> Iterator[Error]:
    yield "derivative-dropped", (), node.body


_OPERATORS: dict[type[Node], Callable[[Any], Iterator[Error]]] = {
    Sum: _sum, Negative: _negative, Product: _product, Quotient: _quotient, Power: _power,
    Call: _call, Number: _number, Big: _big, Relation: _relation, Implies: _implies,
    Moment: _moment, Item: _item, Derivative: _derivative, Optimum: _optimum, Space: _space,
}  # fmt: skip


def errors(node: Node) -> Iterator[Error]:
    """Errors at the node itself."""
    operator = _OPERATORS.get(type(node))
    if operator is not None:
        yield from operator(node)
