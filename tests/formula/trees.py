"""Trees, environments and laws for the tests of rings and printer."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from qedeck.formula.evaluate import Array, Environment, Ring
from qedeck.formula.rings.floats import exactly
from qedeck.formula.tree import (
    Big,
    Call,
    Expr,
    Item,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    Sum,
    Symbol,
)


def num(value: int | str | Fraction) -> Number:
    return Number(Fraction(value))


def vec(name: str) -> Symbol:
    return Symbol(name, ("n",))


def mat(name: str) -> Symbol:
    return Symbol(name, ("n", "n"))


def at(of: Expr, *indices: str | int) -> Item:
    made = [Symbol(k) if isinstance(k, str) else num(k) for k in indices]
    return Item(of, tuple(made))


def norm(of: Expr, order: Expr | int) -> Call:
    return Call("norm", (of, num(order) if isinstance(order, int) else order))


def total(index: str, body: Expr, high: Expr | None = None) -> Big:
    return Big("sum", (Range(index, num(1), high or Symbol("n")),), body)


def minus(left: Expr, right: Expr) -> Sum:
    return Sum((left, Negative(right)))


def relation(left: Expr, sign: Any, right: Expr) -> Relation:
    return Relation((left, right), (sign,))


def array_in(ring: Ring[Any], rows: Any) -> Array[Any]:
    """A vector or matrix of rational numbers in a ring."""
    table = np.array([[Fraction(e) for e in row] if isinstance(row, list) else Fraction(row)
                      for row in rows], dtype=object)  # fmt: skip
    return Array(table.shape, tuple(ring.number(Fraction(e)) for e in table.reshape(-1)))


def batch(values: Any) -> Array[Any]:
    """An array whose last axis are instances, in the float ring."""
    made = np.asarray(values, dtype=float)
    flat = made.reshape(-1, made.shape[-1])
    return Array(made.shape[:-1], tuple(exactly(row) for row in flat))


def environment(ring: Ring[Any], sizes: dict[str, int] | None = None, **values: Any) -> Any:
    made = {
        name: array_in(ring, value) if isinstance(value, list) else ring.number(Fraction(value))
        for name, value in values.items()
    }
    return Environment(made, sizes or {})


SMALL = st.fractions(min_value=-3, max_value=3, max_denominator=4)
LEAVES = st.one_of(SMALL.map(Number), st.sampled_from([Symbol("a"), Symbol("b"), Symbol("c")]))


def _extended(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(Sum),
        inner.map(Negative),
        pairs.map(Product),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.integers(-2, 3).map(num)),
    )


RATIONAL_TREES = st.recursive(LEAVES, _extended, max_leaves=8)
"""Scalar trees over a, b and c whose value is rational."""
