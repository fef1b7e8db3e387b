"""Substitution: a tree at values is worth what the tree is where its names have these values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qedeck.formula import interpreter
from qedeck.formula.evaluate import Environment, FiniteLaw, evaluate
from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.substitution import (
    Unsubstitutable,
    expanded,
    free_names,
    given_to,
    mentioned,
    renamed,
    substituted,
)
from qedeck.formula.tree import (
    Apply,
    At,
    Big,
    Call,
    Constants,
    Derivative,
    Every,
    Expr,
    Gradient,
    Integral,
    Item,
    Limit,
    Moment,
    Negative,
    Node,
    Optimum,
    Power,
    Product,
    Range,
    Relation,
    Sum,
    Symbol,
    transformed,
    walk,
)
from qedeck.formula.values import array, entries, like

from .trees import array_in, at, minus, num, relation, total, vec

EXACT = ExactRing()
X, Y, Z = Symbol("x"), Symbol("y"), Symbol("z")
RANDOM = frozenset({"X"})
R = Symbol("X")

# What is defined: an abbreviation, a function, a family. All speak of x and y.

T = Symbol("t")
DEFINITIONS: Mapping[str, Defined] = {
    "g": Defined("g", (), (), (), Sum((Product((X, Y)), at(vec("v"), 1)))),
    "f": Defined(
        "f", ("t",), (), (), Sum((Product((T, X)), total("i", Product((T, at(vec("v"), "i"))))))
    ),
    "u": Defined("u", (), (), ("k",), Product((at(vec("v"), "k"), X)), ("n",)),
}

# Trees


NAMES = ("x", "y", "i", "j", "z")
INDICES = st.sampled_from([num(1), num(2), Symbol("i"), Symbol("j")])
VECTORS = st.sampled_from([vec("v"), vec("w"), Constants(Fraction(1), ("n",))])
LEAVES = st.one_of(
    st.sampled_from([num(-1), num(2), X, Y, Z, R, Symbol("i"), Symbol("j"), Symbol("g")]),
    st.builds(lambda of, index: Item(of, (index,)), st.sampled_from([vec("v"), vec("w"), vec("u")]),
              INDICES),
)  # fmt: skip
BOUND = st.sampled_from(NAMES)


def _deeper(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    below = pairs.map(lambda two: relation(two[0], "<", two[1]))
    ranges = BOUND.map(lambda name: Range(name, num(1), Symbol("n")))
    points = st.one_of(
        BOUND.map(Symbol),
        st.builds(lambda of, index: Item(vec(of), (index,)), st.sampled_from("vw"), INDICES),
    )
    return st.one_of(
        pairs.map(Sum),
        pairs.map(Product),
        inner.map(Negative),
        inner.map(lambda one: Apply("f", (one,))),
        st.builds(
            Big, st.sampled_from(["sum", "prod"]), st.tuples(ranges), inner, st.none() | below
        ),
        st.builds(Big, st.just("max"), st.tuples(ranges, ranges), inner),
        st.builds(lambda n, b, c: Optimum("min", Symbol(n), b, c), BOUND, inner, st.none() | below),
        st.builds(lambda b: Optimum("max", vec("v"), b), inner),
        st.builds(Integral, BOUND, inner, inner, inner),
        st.builds(Limit, BOUND, inner, inner),
        st.builds(Derivative, inner, points),
        st.builds(lambda b, n: Call("inner", (Gradient(b, vec(n)), vec("w"))), inner,
                  st.sampled_from("vw")),
        st.builds(lambda b, over: Moment("E", (b,), over), inner, st.sampled_from([(), ("X",)])),
        st.builds(lambda b, n, p: At(b, Symbol(n), p), inner, BOUND, inner),
    )  # fmt: skip


TREES = st.recursive(LEAVES, _deeper, max_leaves=7)
PUT = st.fixed_dictionaries(
    {},
    optional={
        "x": TREES,
        "y": st.one_of(st.sampled_from([X, Z, R, Symbol("i"), at(vec("v"), "i")]), TREES),
        "v": st.builds(lambda a, b: Sum((Product((a, b)), vec("w"))), LEAVES, VECTORS),
        "i": st.sampled_from([num(1), num(2), Symbol("j")]),
        "n": st.sampled_from([Symbol("m"), num(2)]),
    },
)
HERE = Environment[Any](
    values={
        "x": Fraction(2), "y": Fraction(-3), "z": Fraction(5), "X": Fraction(7),
        "v": array_in(EXACT, [2, 3]), "w": array_in(EXACT, [-1, 4]),
    },
    sizes={"n": 2, "m": 2},
    indices={"i": 1, "j": 2},
    definitions=DEFINITIONS,
    laws=(FiniteLaw(((Fraction(1, 3), {"X": Fraction(1)}), (Fraction(2, 3), {"X": Fraction(4)}))),),
)  # fmt: skip

# What binds, made to mean something that has a value for every body: sums over a few points.


def _sampled(
    run: Evaluation[Any], body: Node, frame: Frame[Any], name: str, points: list[Any]
) -> Any:
    found = [run.value(body, frame.assign({name: point})) for point in points]
    return sum((3**k * one for k, one in enumerate(found)), Fraction(0))


def _scalars(like_: Any) -> list[Any]:
    return [Fraction(1), Fraction(2)] if not like_ else [array_in(EXACT, [1, 2])]


def _optimum(run: Evaluation[Any], node: Optimum, frame: Frame[Any]) -> Any:
    points = _scalars(node.variable.shape)
    if node.constraint is None:
        return _sampled(run, node.body, frame, node.variable.name, points)
    inside = Call("max", (node.body, Sum(node.constraint.terms)))  # type: ignore[attr-defined]
    return _sampled(run, inside, frame, node.variable.name, points)


def _integral(run: Evaluation[Any], node: Integral, frame: Frame[Any]) -> Any:
    ends = run.value(node.low, frame) - 2 * run.value(node.high, frame)
    return ends + _sampled(run, node.body, frame, node.variable, _scalars(()))


def _limit(run: Evaluation[Any], node: Limit, frame: Frame[Any]) -> Any:
    return run.value(node.target, frame) + _sampled(
        run, node.body, frame, node.variable, _scalars(())
    )


def _along(run: Evaluation[Any], body: Node, symbol: Symbol, k: int, frame: Frame[Any]) -> Any:
    """The step of the body along an entry: a derivative that asks for nothing."""
    here = run.value(symbol, frame)
    moved = [entry + (place == k) for place, entry in enumerate(entries(here))]
    points = [here, like(here, moved)]
    values = [run.value(body, frame.assign({symbol.name: point})) for point in points]
    return values[1] - values[0]


def _derivative(run: Evaluation[Any], node: Derivative, frame: Frame[Any]) -> Any:
    if isinstance(node.variable, Symbol):
        return _along(run, node.body, node.variable, 0, frame)
    assert isinstance(node.variable, Item)
    assert isinstance(node.variable.of, Symbol)
    place = run.whole(node.variable.indices[0], frame) - 1
    return _along(run, node.body, node.variable.of, place, frame)


def _gradient(run: Evaluation[Any], node: Gradient, frame: Frame[Any]) -> Any:
    at_ = array(run.value(node.variable, frame))
    return like(at_, [_along(run, node.body, node.variable, k, frame) for k in range(2)])


@contextmanager
def meaning() -> Iterator[None]:
    toys: dict[Any, Callable[..., Any]] = {
        Optimum: _optimum, Integral: _integral, Limit: _limit, Derivative: _derivative,
        Gradient: _gradient,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for kind, toy in toys.items():
            patch.setitem(interpreter.EVALUATORS, kind, toy)
        yield


def worth(node: Expr, here: Environment[Any] = HERE) -> Any:
    try:
        value = evaluate(node, here, EXACT)
    except (ArithmeticError, ValueError, TypeError) as error:
        return type(error).__name__
    return (getattr(value, "shape", ()), entries(value))


def moved(values: Mapping[str, Expr]) -> Environment[Any]:
    """The environment in which names have these values."""
    found = {name: evaluate(value, HERE, EXACT) for name, value in values.items()}
    indices = {**HERE.indices, **{n: int(v) for n, v in found.items() if n in HERE.indices}}
    sizes = {**HERE.sizes, **{n: int(v) for n, v in found.items() if n in HERE.sizes}}
    rest = {n: v for n, v in found.items() if n not in indices and n not in sizes}
    return replace(HERE, values={**HERE.values, **rest}, indices=indices, sizes=sizes)


def put(node: Any, values: Mapping[str, Expr]) -> Any:
    return substituted(node, values, definitions=DEFINITIONS, random=RANDOM)


@settings(max_examples=600, deadline=None)
@given(TREES, PUT)
def test_a_tree_at_values_is_worth_what_it_is_where_names_have_them(
    tree: Expr, values: dict[str, Expr]
) -> None:
    with meaning():
        try:
            there, result = moved(values), put(tree, values)
        except (Unsubstitutable, ArithmeticError, ValueError):
            assume(False)
        expected = worth(tree, there)
        assume(not isinstance(expected, str))
        assert worth(result) == expected
        assert shape_of(result) == shape_of(tree)


def _other_names(node: Node) -> Node:
    """The operator with its bound names written as others."""
    match node:
        case Big(operator, ranges, body, condition) if len(ranges) == 1:
            (run,) = ranges
            names = {run.index: "p"}
            condition = None if condition is None else renamed(condition, names)
            return Big(operator, (replace(run, index="p"),), renamed(body, names), condition)
        case Optimum(operator, variable, body, condition):
            names = {variable.name: "q"}
            condition = None if condition is None else renamed(condition, names)
            return Optimum(operator, Symbol("q", variable.shape), renamed(body, names), condition)
        case Integral(variable, low, high, body):
            return Integral("r", low, high, renamed(body, {variable: "r"}))
        case Limit(variable, target, body, side):
            return Limit("s", target, renamed(body, {variable: "s"}), side)
        case _:
            return node


@settings(max_examples=200, deadline=None)
@given(TREES, PUT)
def test_what_bound_names_are_called_makes_no_difference(
    tree: Expr, values: dict[str, Expr]
) -> None:
    assume(not tree.names & DEFINITIONS.keys())
    other = transformed(tree, _other_names)
    assert free_names(other) == free_names(tree)
    with meaning():
        try:
            first, second = put(tree, values), put(other, values)
        except Unsubstitutable:
            assume(False)
        assert worth(first) == worth(second)


@settings(max_examples=200, deadline=None)
@given(TREES, PUT)
def test_a_tree_without_the_names_stays_the_same_tree(tree: Expr, values: dict[str, Expr]) -> None:
    inside = {*mentioned(tree)}.union(*(mentioned(d.body) for d in DEFINITIONS.values()))
    left = {name: value for name, value in values.items() if name not in inside}
    assert put(tree, left) is tree
    closed = {name: num(2) for name in values if name in ("x", "y")}
    try:
        once = put(tree, closed)
        assert put(once, closed) == once
    except Unsubstitutable:
        assume(False)
    assert substituted(tree, {}) is tree


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_definitions_stand_for_is_worth_what_they_are(tree: Expr) -> None:
    with meaning():
        expected = worth(tree)
        assume(not isinstance(expected, str))
        written = expanded(tree, DEFINITIONS, ["f", "g"], random=RANDOM)
        assert not written.names & {"f", "g"}
        assert worth(written) == expected


# Cases


def test_a_bound_index_does_not_catch_a_free_one() -> None:
    lemma = relation(total("i", Call("abs", (T,))), "=", Product((Symbol("n"), Call("abs", (T,)))))
    found = substituted(lemma, {"t": at(vec("y"), "i")})
    left, right = found.terms
    assert isinstance(left, Big)
    assert left.ranges[0].index not in ("i", "t")
    assert left.body == Call("abs", (at(vec("y"), "i"),))
    assert right == Product((Symbol("n"), left.body))


@pytest.mark.parametrize(
    ("tree", "value"),
    [
        (Big("max", (Range("i", num(1), num(3)),), Product((T, Symbol("i")))), Symbol("i")),
        (Optimum("min", X, Product((T, X)), relation(X, ">", T)), X),
        (Integral("x", num(0), T, Product((T, X))), X),
        (Limit("x", T, Product((T, X))), X),
        (At(Product((T, X)), X, T), X),
        (Derivative(Product((T, X)), X), X),
        (Gradient(Product((T, Call("norm", (vec("x"), num(2))))), vec("x")), at(vec("x"), 1)),
        (Moment("E", (Product((T, R)),)), R),
        (Moment("E", (Product((T, R)),), ("X",)), Power(R, num(2))),
    ],
)
def test_no_operator_catches_what_is_put_in(tree: Expr, value: Expr) -> None:
    found = substituted(tree, {"t": value}, random=RANDOM)
    assert free_names(value) <= free_names(found)
    bound = {part.variable.name for part in walk(found) if isinstance(part, At | Optimum)}
    bound |= {part.variable for part in walk(found) if isinstance(part, Integral | Limit)}
    bound |= {r.index for part in walk(found) if isinstance(part, Big) for r in part.ranges}
    assert any("#" in name for name in bound)
    assert found == substituted(tree, {"t": value}, random=RANDOM)


def test_a_derivative_at_a_number_is_a_value_of_the_derivative() -> None:
    slope = Derivative(Power(X, num(2)), X, partial=False)
    found = substituted(slope, {"x": num(3)})
    assert isinstance(found, At)
    assert found.point == num(3)
    assert evaluate(found, Environment[Any](), EXACT) == 6
    assert substituted(slope, {"x": Y}) == Derivative(Power(Y, num(2)), Y, partial=False)


def test_a_derivative_at_a_name_that_is_a_constant_in_it_is_not_along_that_name() -> None:
    slope = Derivative(Product((X, Y)), X)
    found = substituted(slope, {"x": Y})
    here = Environment[Any](values={"y": Fraction(3)})
    assert evaluate(found, here, EXACT) == 3
    swapped = substituted(slope, {"x": Y, "y": X})
    both = Environment[Any](values={"x": Fraction(5), "y": Fraction(3)})
    assert evaluate(swapped, both, EXACT) == 5


def test_a_gradient_at_an_expression_is_taken_at_it() -> None:
    gradient = Gradient(Call("inner", (vec("x"), vec("x"))), vec("x"))
    found = substituted(gradient, {"x": Sum((vec("v"), vec("w")))})
    here = Environment[Any](
        values={"v": array_in(EXACT, [1, 2]), "w": array_in(EXACT, [3, 0])}, sizes={"n": 2}
    )
    assert entries(evaluate(found, here, EXACT)) == (8, 4)


def test_an_average_that_may_be_of_the_value_keeps_it_outside() -> None:
    tree = Moment("E", (Product((T, R)),))
    known = substituted(tree, {"t": Y}, random=RANDOM)
    assert known == Moment("E", (Product((Y, R)),))
    assert isinstance(substituted(tree, {"t": Y}), At)
    assert substituted(tree, {"t": num(2)}) == Moment("E", (Product((num(2), R)),))


def test_a_random_symbol_is_averaged_by_the_law_of_what_it_becomes() -> None:
    other = Sum((Product((num(2), Symbol("Y"))), X))
    tree = Moment("Var", (R,), ("X",))
    found = substituted(tree, {"X": other}, random={"X", "Y"})
    assert found == Moment("Var", (other,), ("Y",))


def test_axes_follow_what_they_are_called_and_take_no_expression() -> None:
    tree = Call("inner", (vec("x"), Constants(Fraction(1), ("n",))))
    assert substituted(tree, {"n": Symbol("m")}) == Call(
        "inner", (Symbol("x", ("m",)), Constants(Fraction(1), ("m",)))
    )
    assert shape_of(substituted(vec("x"), {"n": num(3)})) == (3,)
    with pytest.raises(Unsubstitutable, match="an axis of n"):
        substituted(tree, {"n": Sum((Symbol("n"), num(1)))})


def test_an_application_gives_lengths_to_axes() -> None:
    scope = Scope({"a": Declared("a", "real", ("n",))})
    mean = Defined("mean", ("a",), (), (), total("i", at(vec("a"), "i")), scope=scope)
    tree = Apply("mean", (Symbol("w", ("k",)),))
    assert given_to(mean, tree) == {"a": Symbol("w", ("k",)), "n": Symbol("k")}
    found = expanded(tree, {"mean": mean}, ["mean"])
    assert found == Big(
        "sum", (Range("i", num(1), Symbol("k")),), Item(Symbol("w", ("k",)), (Symbol("i"),))
    )
    with pytest.raises(Unsubstitutable, match="each row"):
        expanded(Apply("mean", (Symbol("A", ("k", "n")),)), {"mean": mean}, ["mean"])


def test_a_recursion_is_not_written_out_at_other_values() -> None:
    step = Sum((Item(Symbol("z", ("t",)), (minus(Symbol("t"), num(1)),)), X))
    z = Defined("z", (), (), ("t",), step, recursive=True)
    tree = Item(Symbol("z", ("t",)), (num(2),))
    with pytest.raises(Unsubstitutable, match="defined by itself"):
        substituted(tree, {"x": Y}, definitions={"z": z})
    assert substituted(tree, {"y": X}, definitions={"z": z}) is tree


def test_an_index_of_a_use_is_not_seen_from_a_definition() -> None:
    scaled = Defined("s", ("t",), (), (), Product((T, X)))
    tree = Big("sum", (Range("x", num(1), num(2)),), Apply("s", (Symbol("x"),)))
    here = Environment[Any](values={"x": Fraction(10)}, definitions={"s": scaled})
    assert evaluate(tree, here, EXACT) == 30
    assert evaluate(expanded(tree, {"s": scaled}, ["s"]), here, EXACT) == 30
    moved_ = substituted(tree, {"x": num(10)}, definitions={"s": scaled})
    assert evaluate(moved_, Environment[Any](), EXACT) == 30


def test_a_statement_at_every_index_binds_it() -> None:
    over = Range("i", num(1), Symbol("n"))
    tree = Every(over, relation(at(vec("v"), "i"), "<=", T))
    found = substituted(tree, {"t": at(vec("w"), "i"), "n": num(2)})
    assert isinstance(found, Every)
    assert found.over == Range("i#1", num(1), num(2))
    assert free_names(found) == {"v", "w", "i"}


def test_relations_and_conditions_are_statements_still() -> None:
    tree = Relation((X, total("i", at(vec("v"), "i"))), ("<=",))
    found = substituted(tree, {"x": Symbol("i")})
    assert isinstance(found, Relation)
    assert found.terms[0] == Symbol("i")
