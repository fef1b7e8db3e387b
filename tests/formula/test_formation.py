"""What is well formed: trees typed by themselves agree with what is printed and read back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings

from qedeck.errors import SourceError
from qedeck.evidence.mutation import Corruption, corruptions
from qedeck.formula.formation import fault, well_formed
from qedeck.formula.printer import latex
from qedeck.formula.reading.definitions import read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.parser import parse, trees
from qedeck.formula.reading.shapes import ShapeError
from qedeck.formula.scope import Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    Big,
    Call,
    Define,
    Defines,
    Derivative,
    Expr,
    Gradient,
    Integers,
    Interval,
    Item,
    Listing,
    Matrix,
    Member,
    Moment,
    Negative,
    Number,
    Optimum,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    Space,
    Statement,
    Sum,
    Symbol,
    Truth,
    Vector,
)
from qedeck.notes.binding import bind
from qedeck.notes.library import read_library

from .reading import callout
from .typed import HYPOTHESES, statements

ROOT = Path(__file__).parents[2]
STATEMENTS, MUTANTS = 60, 8
"""How many are drawn, and how many of each."""

SPELLING = (
    "a number before a fraction has two readings",
    "an argument on the left of := must be declared",
    "the size of this is not clear",
    "is bound by an operator that ended before",
    "bounds in another order",
)
"""Why a text does not read that is well formed as a tree: a tree says which index an operator
binds, what the arguments of a function are and how many members a recursion has; a text from which
a part was taken does not."""


def read_back(shown: Statement, scope: Scope) -> str:
    """Why the text of a formula does not read; empty where it does."""
    span = Span.of(latex(shown))
    try:
        if isinstance(shown, Define | Defines):
            parts = shown.parts if isinstance(shown, Defines) else (shown,)
            heads = [part.head.of if isinstance(part.head, Item) else part.head for part in parts]
            new = {head.name for head in heads if isinstance(head, Symbol)}
            inner = [scope.defined[name].scope for name in new & scope.defined.keys()]
            local = {name for one in inner if one is not None for name in one.declared}
            declared = {
                name: one for name, one in scope.declared.items()
                if one.kind != "index" or name in local
            }  # fmt: skip
            outer = {name: one for name, one in scope.defined.items() if name not in new}
            read_definitions(span, replace(scope, declared=declared, defined=outer), "display")
        else:
            Reader(span, scope).statement(trees(parse(span, names_of(scope), "display"))[0])
    except SourceError as error:
        return error.mistakes[0].problem
    except ShapeError as error:
        return error.problem
    return ""


@pytest.fixture(scope="module")
def drawn() -> list[Corruption]:
    """Mutants of statements of all notes."""
    bound = bind(read_library(ROOT)).bound
    random = Random(11)
    found = []
    for name in random.sample(sorted(bound), STATEMENTS):
        made = [one for one in corruptions(bound[name]) if one.part != "hypothesis"]
        found += random.sample(made, min(MUTANTS, len(made)))
    return found


def test_mutants_of_all_notes_are_formulas_where_their_text_reads(drawn: list[Corruption]) -> None:
    refused = 0
    for one in drawn:
        assert isinstance(one.shown, Statement)
        said = read_back(one.shown, one.bound.scope)
        refused += bool(one.fault)
        if one.fault or not said.endswith(SPELLING):
            assert bool(one.fault) == bool(said), (latex(one.shown), one.fault, said)
    assert len(drawn) > 300
    assert refused > 10


SCOPE = callout("1 = 1", HYPOTHESES).scope


@settings(max_examples=100, deadline=None)
@given(statements())
def test_what_is_typed_is_well_formed(tree: Statement) -> None:
    assert fault(tree, SCOPE) == ""


BOUND = callout(
    "a = a",
    r"Let $x, y \in \mathbb{R}^n$, $z \in \mathbb{R}^m$, $M \in \mathbb{R}^{m \times n}$, "
    r"$A \in \mathbb{R}^{n \times n}$, $a, b \in \mathbb{R}$, $u \in \mathbb{R}^3$, "
    r"$J : \mathbb{R}^n \to \mathbb{R}$, $k \in [n]$ and $c := a^2$. Then",
)
ONE, TWO, ZERO = (Number(Fraction(k)) for k in (1, 2, 0))
X, Y, Z, U = Symbol("x", ("n",)), Symbol("y", ("n",)), Symbol("z", ("m",)), Symbol("u", (3,))
M, A = Symbol("M", ("m", "n")), Symbol("A", ("n", "n"))
a, b, c, i, j, k, m, n = map(Symbol, "abcijkmn")


def entry(of: Expr, *indices: Expr) -> Item:
    return Item(of, indices)


def total(body: Expr, *, written: bool = True, high: Expr = n) -> Big:
    return Big("sum", (Range("i", ONE, high, written),), body)


def says(left: Expr, right: Expr = ZERO) -> Relation:
    return Relation((left, right), ("=",))


WRONG: dict[str, Statement] = {
    "a vector and a scalar added": says(Sum((X, a))),
    "vectors of two lengths added": says(Sum((X, Z))),
    "vectors of two lengths equated": says(X, Z),
    "two vectors multiplied": says(Product((X, Y))),
    "inner dimensions that differ": says(Product((M, Z))),
    "a quotient by a vector": says(Quotient(a, X)),
    "a power of a vector": says(Power(X, TWO)),
    "an exponent that is a vector": says(Power(a, X)),
    "the inverse of a matrix that is not square": says(Call("inverse", (M,))),
    "the logarithm of a vector": says(Call("log", (X,))),
    "the length of a scalar": says(Call("norm", (a, TWO))),
    "the length of a matrix": says(Call("norm", (M, TWO))),
    "an inner product of matrices": says(Call("inner", (A, A))),
    "an inner product of two lengths": says(Call("inner", (X, Z))),
    "the trace of a matrix that is not square": says(Call("trace", (M,))),
    "the transpose of a scalar": says(Call("transpose", (a,))),
    "a maximum of one thing": says(Call("max", (a,))),
    "a maximum of vectors": says(Call("max", (X, Y))),
    "an order between vectors": Relation((X, Y), ("<=",)),
    "a matrix order between vectors": Relation((X, Y), (">>=",)),
    "an entry of a scalar": says(entry(a, k)),
    "two indices on a vector": says(entry(X, k, ONE)),
    "an index that is a vector": says(entry(X, Y)),
    "an index outside its axis": says(entry(U, Number(Fraction(4)))),
    "an index before its axis": says(entry(U, ZERO)),
    "an index over two axes": says(total(Product((entry(X, i), entry(Z, i))))),
    "a free index over two axes": says(entry(X, j), entry(Z, j)),
    "a free index that leaves its axis": says(entry(X, Sum((j, ONE)))),
    "an index outside its operator": says(Sum((total(entry(X, i)), entry(Y, i)))),
    "an operator without a range": says(total(a, written=False)),
    "an index bound twice": says(
        Big("sum", (Range("i", ONE, n, False), Range("i", ONE, n, False)), entry(A, i, i))
    ),
    "a bound that is a vector": says(total(entry(X, i), high=X)),
    "a maximum over vectors": says(Big("max", (Range("i", ONE, n),), X)),
    "a name that stands for nothing": says(Symbol("q")),
    "a function without its argument": says(Symbol("J")),
    "a symbol applied": says(Apply("a", (X,))),
    "a function at a vector of another length": says(Apply("J", (Z,))),
    "a function at two arguments": says(Apply("J", (X, Y))),
    "a derivative by a whole number": says(Derivative(Product((a, k)), k)),
    "a derivative by a size": says(Derivative(Product((a, n)), n)),
    "a derivative by a vector": says(Derivative(Apply("J", (X,)), X)),
    "a derivative by a number": says(Derivative(a, ONE)),
    "a partial derivative of what moves twice": says(Derivative(Sum((a, c)), a)),
    "a gradient of a vector": says(Gradient(X, X), X),
    "a gradient by a scalar": says(Gradient(Product((a, a)), a)),
    "a covariance of one thing": says(Moment("Cov", (a,))),
    "an average over nothing": says(Moment("E", (a,), ("q",))),
    "an ill-typed condition": says(Truth(Relation((X, Y), ("<",)))),
    "an optimum of a vector": says(Optimum("min", Symbol("w", ("n",)), Symbol("w", ("n",)))),
    "an optimum over no space": says(Optimum("min", Symbol("w", ("q",)), a)),
    "a member of no space": Member(X, Space(("q",))),
    "a permutation of no size": Member(X, Permutations("q")),
    "a range up to a vector": Member(a, Integers("upto", X)),
    "an interval that ends in a vector": Member(a, Interval(ZERO, X, True, True)),
    "a vector of vectors": says(Vector((X, a)), U),
    "rows of two lengths": says(Matrix(((a, b), (a,))), A),
    "a definition by what is not declared": Define(Symbol("h"), Symbol("q")),
    "a definition with an index of its own": Define(Symbol("h"), entry(X, j)),
    "a definition whose size is open": Define(
        Symbol("h"), Call("transpose", (Call("diag", (ONE,)),))
    ),
}
UNSPELLED: dict[str, Statement] = {
    "a probability of a number": says(Moment("P", (a,))),
    "an expectation of an event": says(Moment("E", (says(a, b),))),
}
"""What has no text at all."""
RIGHT: dict[str, Statement] = {
    "a zero beside a vector": says(Sum((X, Negative(Y)))),
    "a matrix times a vector": says(Product((M, X)), Z),
    "an entry": says(entry(U, Number(Fraction(3)))),
    "a free index": says(entry(X, j), entry(Y, j)),
    "a declared index that is shifted": says(entry(X, Sum((k, ONE)))),
    "an index of one operator and of the next": says(
        Sum((total(entry(X, i)), total(entry(Z, i), high=m)))
    ),
    "an operator over its axis": says(total(entry(X, i), written=False)),
    "one operator twice": says(Big("sum", (Range("i", ONE, n), Range("i", ONE, n)), entry(X, i))),
    "one index hidden by another": says(total(total(entry(X, i)))),
    "a function": says(Apply("J", (Y,)), Apply("J", (X,))),
    "a derivative by an entry": says(Derivative(Apply("J", (X,)), entry(X, k))),
    "a whole derivative": says(Derivative(Sum((a, c)), a, partial=False)),
    "a gradient": says(Gradient(Apply("J", (X,)), X), Y),
    "a definition": Define(Symbol("h"), Product((a, b))),
    "a family": Define(entry(Symbol("h", ("n",)), j), Product((TWO, entry(X, j)))),
    "a list": Member(a, Listing((ONE, TWO))),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_says_nothing_is_not_well_formed(what: str) -> None:
    assert not well_formed(WRONG[what], BOUND.scope)
    assert read_back(WRONG[what], BOUND.scope)


@pytest.mark.parametrize("what", UNSPELLED)
def test_what_has_no_text_is_not_well_formed(what: str) -> None:
    assert not well_formed(UNSPELLED[what], BOUND.scope)


@pytest.mark.parametrize("what", RIGHT)
def test_what_says_something_is_well_formed(what: str) -> None:
    assert fault(RIGHT[what], BOUND.scope) == ""
    assert read_back(RIGHT[what], BOUND.scope) == ""
