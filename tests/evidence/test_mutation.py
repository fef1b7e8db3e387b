"""Mutants: one deliberate error each, on the typed tree."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.evidence.mutation import corrupted
from qedeck.formula.printer import latex
from qedeck.formula.tree import Call, Constant, Node, Number, Power, Product, Relation, Sum, Symbol

X, Y = Symbol("x", ("n",)), Symbol("y", ("n",))
A, B = Symbol("a"), Symbol("b")
ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def made(node: Node) -> set[tuple[str, str]]:
    return {(words, latex(one)) for words, one in corrupted(node)}


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (Sum((A, B)), {("sign of a term", "a - b"), ("term dropped", "a"), ("term dropped", "b")}),
        (Product((A, B)), {("factor dropped", "a"), ("factor dropped", "b")}),
        (Power(A, TWO), {("exponent dropped", "a"), ("exponent raised by one", "a^3")}),
        (Call("sqrt", (A,)), {("root dropped", "a")}),
        (Call("abs", (A,)), {("absolute value dropped", "a")}),
        (Call("norm", (X, TWO)), {("norm order made 1", r"\|x\|_1")}),
        (Call("norm", (X, Constant("infinity"))), {("norm order made 1", r"\|x\|_1")}),
        (Call("max", (A, B)), {("max made min", r"\min(a, b)")}),
        (
            Relation((A, B), ("<=",)),
            {("relation turned round", r"a \ge b"), ("relation made strict", "a < b")},
        ),
        (Relation((A, B), ("=",)), {("relation turned round", r"a \ne b")}),
    ],
)
def test_each_error_is_made(node: Node, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= made(node)


def test_errors_are_made_below_too_and_one_at_a_time() -> None:
    found = made(Relation((Sum((A, B)), Call("sqrt", (A,))), ("<=",)))
    assert ("sign of a term", r"a - b \le \sqrt{a}") in found
    assert ("root dropped", r"a + b \le a") in found
    assert not any(text == r"a - b \le a" for _, text in found)
