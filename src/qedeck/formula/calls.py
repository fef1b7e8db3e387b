"""The built-in functions of the language, over any ring."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from qedeck.formula.arrays import from_rows, transposed
from qedeck.formula.rings.ring import Ring
from qedeck.formula.values import Array, Misshapen, T, Value, array, entries, mapped, scalar, shape


def call(ring: Ring[T], function: str, arguments: tuple[Value[T], ...]) -> Value[T]:
    """The value of a built-in function."""
    if function in ELEMENTWISE:
        operation = getattr(ring, ELEMENTWISE[function])
        (only,) = arguments
        return mapped(operation, only)
    if function in PAIRWISE:
        operation = getattr(ring, PAIRWISE[function])
        result: T = reduce(operation, [scalar(argument) for argument in arguments])
        return result
    return FUNCTIONS[function](ring, *arguments)


def _sqrt(ring: Ring[Any], radicand: Value[Any], order: Value[Any] = None) -> Value[Any]:
    if order is None:
        return ring.sqrt(scalar(radicand))
    whole = ring.integer(scalar(order))
    if whole is None or whole < 1:
        return ring.power(scalar(radicand), ring.div(ring.whole(1), scalar(order)))
    return ring.root(scalar(radicand), whole)


def _positive(ring: Ring[Any], value: Value[Any]) -> Value[Any]:
    return mapped(lambda entry: ring.maximum(entry, ring.whole(0)), value)


def _norm(ring: Ring[Any], value: Value[Any], order: Value[Any] = None) -> Value[Any]:
    order = ring.whole(2) if order is None else scalar(order)
    if len(shape(value)) != 1:
        raise Misshapen(f"a vector norm of shape {shape(value)}")
    return ring.norm(entries(value), order)


def _frobenius(ring: Ring[Any], value: Value[Any]) -> Value[Any]:
    return ring.sqrt(ring.squares(entries(value)))


def _inner(ring: Ring[Any], left: Value[Any], right: Value[Any]) -> Value[Any]:
    if shape(left) != shape(right):
        raise Misshapen(f"an inner product of shapes {shape(left)} and {shape(right)}")
    return ring.dot(entries(left), entries(right))


def _hadamard(ring: Ring[Any], *factors: Value[Any]) -> Value[Any]:
    first = array(factors[0])
    if any(shape(factor) != first.shape for factor in factors):
        raise Misshapen(f"an entrywise product of shapes {[shape(f) for f in factors]}")
    columns = zip(*(entries(factor) for factor in factors), strict=True)
    return Array(first.shape, tuple(ring.product(column) for column in columns), first.row)


def _inverse(ring: Ring[Any], value: Value[Any]) -> Value[Any]:
    return from_rows(ring.inverse(_square(value)))


def _trace(ring: Ring[Any], value: Value[Any]) -> Value[Any]:
    return ring.total([row[k] for k, row in enumerate(_square(value))])


def _diag(ring: Ring[Any], value: Value[Any]) -> Value[Any]:
    """The diagonal matrix of a vector, or the diagonal of a matrix."""
    made = array(value)
    if len(made.shape) == 2:
        return Array((len(made.rows()),), tuple(row[k] for k, row in enumerate(_square(made))))
    size, zero = len(made.entries), ring.whole(0)
    flat = [made.entries[i] if i == j else zero for i in range(size) for j in range(size)]
    return Array((size, size), tuple(flat))


def _square(value: Value[Any]) -> tuple[tuple[Any, ...], ...]:
    rows = array(value).rows()
    if len(rows) != len(rows[0]):
        raise Misshapen(f"shape {shape(value)} is not square")
    return rows


ELEMENTWISE = {
    "abs": "absolute",
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "tanh": "tanh",
    "sgn": "sgn",
    "factorial": "factorial",
    "gamma": "gamma",
}
PAIRWISE = {"max": "maximum", "min": "minimum", "binomial": "binomial"}
FUNCTIONS: dict[str, Callable[..., Value[Any]]] = {
    "sqrt": _sqrt,
    "positive": _positive,
    "norm": _norm,
    "frobenius": _frobenius,
    "inner": _inner,
    "hadamard": _hadamard,
    "transpose": lambda ring, value: transposed(array(value)) if shape(value) else value,
    "inverse": _inverse,
    "pseudoinverse": lambda ring, value: from_rows(ring.pseudoinverse(array(value).rows())),
    "trace": _trace,
    "det": lambda ring, value: ring.det(_square(value)),
    "diag": _diag,
    "rank": lambda ring, value: ring.rank(array(value).rows()),
}
