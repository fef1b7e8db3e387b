"""Shapes of expressions: inferred upward, and filled in where a size is left to the context."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    At,
    Basis,
    Big,
    Call,
    Constants,
    Derivative,
    Dimension,
    Expr,
    Gradient,
    Identity,
    Item,
    Limit,
    Matrix,
    Moment,
    Negative,
    Node,
    Number,
    Optimum,
    Pattern,
    Power,
    Product,
    Quotient,
    Shape,
    Statement,
    Sum,
    Symbol,
    Vector,
    walk,
)  # fmt: skip

OPEN = "?"
"""A dimension that the context will give."""

_SCALAR_CALLS = {
    "norm", "frobenius", "inner", "trace", "det", "rank", "sqrt", "abs", "exp", "log", "sin", "cos",
    "tan", "tanh", "sgn", "max", "min", "positive", "factorial", "binomial", "gamma",
}  # fmt: skip


class ShapeError(Exception):
    """Shapes that do not fit: `problem` and what to write `instead`."""

    def __init__(self, problem: str, instead: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.instead = instead


def spoken(shape: Shape) -> str:
    """A shape in words: `a scalar`, `a vector of n`, `a matrix of m by n`."""
    sizes = " by ".join(str(axis) for axis in shape)
    if not shape:
        return "a scalar"
    return f"a {['vector', 'matrix'][len(shape) - 1] if len(shape) < 3 else 'array'} of {sizes}"


def shape_of(expr: Expr) -> Shape:
    """The shape of an expression; open dimensions are `?`."""
    match expr:
        case Symbol() | Constants() | Apply():
            return expr.shape
        case Identity():
            return (expr.size, expr.size)
        case Basis() | Pattern():
            return (expr.size,)
        case Vector():
            return (len(expr.entries),)
        case Matrix():
            return (len(expr.rows), len(expr.rows[0]))
        case Sum():
            shapes = [shape_of(term) for term in expr.terms]
            return next(filter(known, shapes), shapes[0])
        case Negative():
            return shape_of(expr.of)
        case Quotient():
            return shape_of(expr.above)
        case Power():
            return shape_of(expr.base)
        case Product():
            shape: Shape = ()
            for factor in expr.factors:
                shape = multiplied(shape, shape_of(factor))
            return shape
        case Call():
            return _call_shape(expr)
        case Item():
            return shape_of(expr.of)[len(expr.indices) :]
        case Big():
            return () if expr.operator.startswith("arg") else shape_of(expr.body)
        case Optimum():
            return expr.variable.shape if expr.operator.startswith("arg") else ()
        case Gradient():
            return expr.variable.shape
        case Derivative() | Limit() | At():
            return shape_of(expr.body)
        case Moment() if expr.operator == "E" and isinstance(expr.arguments[0], Expr):
            return shape_of(expr.arguments[0])
        case Moment("Var" | "Cov", (Expr() as first, *_)) if shape_of(first):
            return shape_of(first) + shape_of(expr.arguments[-1])  # type: ignore[arg-type]
        case _:
            return ()


def known(shape: Shape) -> bool:
    """Whether every dimension is given."""
    return OPEN not in shape


def _call_shape(expr: Call) -> Shape:
    if expr.function in _SCALAR_CALLS:
        return ()
    shape = shape_of(expr.arguments[0])
    if expr.function in ("transpose", "pseudoinverse"):
        return transposed(shape)
    if expr.function == "diag":
        return (*shape, *shape) if len(shape) == 1 else shape[:1]
    return shape


def transposed(shape: Shape) -> Shape:
    """The shape of a transpose: a vector becomes a row; of an array the last two axes swap."""
    if len(shape) == 1:
        return (1, shape[0])
    return (*shape[:-2], shape[-1], shape[-2])


def multiplied(left: Shape, right: Shape) -> Shape:
    """The shape of a product.

    Raises:
        ShapeError: if the inner dimensions differ.
    """
    if not left or not right:
        return left or right
    if len(left) == 1 and len(right) == 1:
        raise ShapeError(
            "a product of two vectors has several readings",
            r"write x^\top y, \langle x, y \rangle, x y^\top or x \odot y",
        )
    if len(left) == 1:
        if right[0] != 1:
            raise ShapeError(
                f"{spoken(left)} times {spoken(right)} does not fit", r"transpose one of them"
            )
        return (left[0], right[1])
    inner = right[0] if len(right) == 1 else right[-2]
    if not same(left[-1], inner):
        raise ShapeError(
            f"{spoken(left)} times {spoken(right)} does not fit",
            f"the inner dimensions {left[-1]} and {inner} must agree",
        )
    if len(right) == 1:
        return left[:-1] if left[0] != 1 or len(left) != 2 else ()
    batch = left[:-2] or right[:-2]
    if len(left) > 2 and len(right) > 2 and left[:-2] != right[:-2]:
        raise ShapeError(
            f"{spoken(left)} times {spoken(right)} does not fit", "the leading axes must agree"
        )
    if not batch and left[-2] == 1 and right[-1] == 1:
        return ()
    return (*batch, left[-2], right[-1])


def same(left: Dimension, right: Dimension) -> bool:
    """Whether two dimensions agree, or one of them is open."""
    return left == right or OPEN in (left, right)


def agree(left: Shape, right: Shape) -> bool:
    """Whether two shapes agree up to open dimensions."""
    return len(left) == len(right) and all(map(same, left, right))


def is_zero(expr: Expr) -> bool:
    """Whether this is a written 0."""
    return isinstance(expr, Number) and expr.value == 0


def fit(expr: Expr, shape: Shape) -> Expr:
    """The expression with open dimensions filled in so that it has a shape; 0 becomes an array.

    Raises:
        ShapeError: if it cannot have that shape.
    """
    if shape and is_zero(expr):
        return Constants(expr.value, shape)  # type: ignore[attr-defined]
    own = shape_of(expr)
    if own == shape:
        return expr
    if not agree(own, shape):
        raise ShapeError(
            f"{spoken(own)} stands beside {spoken(shape)}", "both sides must have one shape"
        )
    return _fill(expr, shape)


def _fill(expr: Expr, shape: Shape) -> Expr:
    match expr:
        case Constants():
            return replace(expr, shape=shape)
        case Identity() | Basis() | Pattern():
            return replace(expr, size=shape[0])
        case Negative():
            return Negative(fit(expr.of, shape))
        case Sum():
            return Sum(tuple(fit(term, shape) for term in expr.terms))
        case Quotient():
            return replace(expr, above=fit(expr.above, shape))
        case Call("transpose", (inner,)):
            inside = shape[1:] if len(shape_of(inner)) == 1 else transposed(shape)
            return Call("transpose", (fit(inner, inside),))
        case Product():
            return _fill_product(expr, shape)
        case Big():
            return replace(expr, body=fit(expr.body, shape))
        case Call("hadamard", (left, right)):
            return Call("hadamard", (fit(left, shape), fit(right, shape)))
        case _:
            return expr


def _fill_product(expr: Product, shape: Shape) -> Expr:
    factors = list(expr.factors)
    arrays = [k for k, factor in enumerate(factors) if shape_of(factor)]
    if len(arrays) == 1:
        factors[arrays[0]] = fit(factors[arrays[0]], shape)
    elif arrays:
        first, last = arrays[0], arrays[-1]
        left, right = shape_of(factors[first]), shape_of(factors[last])
        inside = () if len(left) == 1 else left[-1:]
        factors[first] = _fill(factors[first], (*shape[: len(left) - len(inside)], *inside))
        if len(right) > 1:
            factors[last] = _fill(factors[last], (*right[:-1], shape[-1]))
    return Product(tuple(factors))


def fit_inner(factors: list[Expr]) -> list[Expr]:
    """Factors of a product with open inner dimensions taken from their neighbours."""
    done = list(factors)
    arrays = [k for k, factor in enumerate(done) if shape_of(factor)]
    for a, b in pairwise(arrays):
        left, right = shape_of(done[a]), shape_of(done[b])
        if len(left) == 1 and len(right) > 1:
            continue  # a column times a row: nothing is summed over
        inner = right[0] if len(right) == 1 else right[-2]
        if left[-1] == OPEN != inner:
            square = isinstance(done[a], Identity) or len(left) == 1
            done[a] = _fill(done[a], (inner,) * len(left) if square else (*left[:-1], inner))
        elif inner == OPEN != left[-1]:
            square = isinstance(done[b], Identity) or len(right) == 1
            done[b] = _fill(done[b], (left[-1],) * len(right) if square else (left[-1], right[-1]))
    return done


def common(left: Expr, right: Expr) -> tuple[Expr, Expr]:
    """Two expressions brought to one shape.

    Raises:
        ShapeError: if their shapes differ.
    """
    a, b = shape_of(left), shape_of(right)
    if is_zero(left) or (not known(a) and known(b)):
        return fit(left, b), right
    return left, fit(right, a)


_OPEN_SIZED = re.compile(r"\\mathbf\{[1e]\}|\\[lc]?dots|(?<![A-Za-z\\])[Ie](?![A-Za-z])|0")


def is_open(part: Node) -> bool:
    """Whether a part says nothing of a size of its own, and nothing else said it."""
    return OPEN in (*getattr(part, "shape", ()), getattr(part, "size", ""))


def closed(span: Span, statement: Statement) -> None:
    """Refuse a tree in which a size was left open.

    Raises:
        SourceError: at the first symbol that takes the size that fits.
    """
    for part in walk(statement):
        if is_open(part):
            place = _OPEN_SIZED.search(span.text)
            span.refuse(
                place.start() if place else 0,
                "the size of this is not clear",
                "write it beside something that has a size",
            )
