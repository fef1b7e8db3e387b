"""Formulas are evaluated as they are read, in every ring."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from qedeck.formula.evaluate import (
    Array,
    Environment,
    FiniteLaw,
    Inexact,
    Ring,
    TooLarge,
    Undefined,
    Unsupported,
    evaluate,
    function_of,
    holds,
    sides,
)
from qedeck.formula.rings.balls import BallRing
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.rings.floats import FloatRing, exactly
from qedeck.formula.rings.modular import ModularRing
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.rings.tensors import TensorRing
from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.tree import (
    Apply,
    Basis,
    Big,
    Both,
    Call,
    Constant,
    Derivation,
    Derivative,
    Expr,
    Gradient,
    Identity,
    Iff,
    Implies,
    Integers,
    Integral,
    Interval,
    Item,
    Limit,
    Listing,
    Matrix,
    Member,
    Moment,
    Negative,
    Optimum,
    Pattern,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    Restricted,
    Space,
    Sum,
    Symbol,
    Truth,
    Vector,
)

from .trees import array_in, at, batch, environment, mat, minus, norm, num, relation, total, vec

EXACT, FLOATS, SYMBOLIC = ExactRing(), FloatRing(), SymbolicRing()
RINGS: list[Ring[Any]] = [EXACT, FLOATS, SYMBOLIC, ModularRing(), BallRing(), TensorRing()]
x, y, p = vec("x"), vec("y"), Symbol("p")
A, B = mat("A"), mat("B")


def T(of: Expr) -> Call:  # noqa: N802
    return Call("transpose", (of,))


def pairs(condition: Relation | None, body: Expr) -> Big:
    full = tuple(Range(k, num(1), Symbol("n"), written=False) for k in "ij")
    return Big("sum", full, body, condition)


LAGRANGE = relation(
    minus(
        Product((Power(norm(x, 2), num(2)), Power(norm(y, 2), num(2)))),
        Power(Call("inner", (x, y)), num(2)),
    ),
    "=",
    pairs(
        relation(Symbol("i"), "<", Symbol("j")),
        Power(minus(Product((at(x, "i"), at(y, "j"))), Product((at(x, "j"), at(y, "i")))), num(2)),
    ),
)
TRIANGLE = relation(norm(Sum((x, y)), p), "<=", Sum((norm(x, p), norm(y, p))))


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: ring.name)
def test_lagrange_identity_holds_in_every_ring(ring: Ring[Any]) -> None:
    here = environment(ring, {"n": 3}, x=[1, -2, "1/2"], y=[3, 0, -1])
    verdict = holds(LAGRANGE, here, ring)
    certain = not verdict.no if ring.name == "balls" else verdict.decided
    assert certain is True


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: ring.name)
def test_a_wrong_identity_fails_in_every_ring(ring: Ring[Any]) -> None:
    wrong = relation(LAGRANGE.terms[0], "=", Negative(LAGRANGE.terms[1]))
    here = environment(ring, {"n": 2}, x=[1, -2], y=[3, 1])
    assert holds(wrong, here, ring).decided is False


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: ring.name)
def test_matrix_identities_hold_in_every_ring(ring: Ring[Any]) -> None:
    here = environment(ring, {"n": 2}, A=[[2, 1], [0, "1/2"]], B=[[1, -1], [3, 2]], x=[1, 4])
    true = [
        relation(T(Product((A, B))), "=", Product((T(B), T(A)))),
        relation(Product((A, Call("inverse", (A,)))), "=", Identity("n")),
        relation(
            Call("det", (Product((A, B)),)),
            "=",
            Product((Call("det", (A,)), Call("det", (B,)))),
        ),
        relation(Call("trace", (Product((A, B)),)), "=", Call("trace", (Product((B, A)),))),
        relation(Product((T(x), A, x)), "=", Call("inner", (x, Product((A, x))))),
        relation(Product((x, T(x), x)), "=", Product((Power(norm(x, 2), num(2)), x))),
        relation(Power(A, num(-2)), "=", Call("inverse", (Product((A, A)),))),
        relation(Product((Call("diag", (x,)), x)), "=", Call("hadamard", (x, x))),
        relation(Product((T(Basis(num(2), "n")), x)), "=", at(x, 2)),
    ]
    for statement in true:
        verdict = holds(statement, here, ring)
        assert verdict.decided is not False and (ring.name == "balls" or verdict.decided)
    commutes = relation(Product((A, B)), "=", Product((B, A)))
    assert holds(commutes, here, ring).decided is False


def test_vectors_are_columns() -> None:
    here = environment(EXACT, {"n": 1}, x=[2], y=[3], A=[[5]])
    assert evaluate(Product((T(x), y)), here, EXACT) == 6
    outer = evaluate(Product((x, T(y))), here, EXACT)
    assert isinstance(outer, Array) and outer.shape == (1, 1)
    column = evaluate(Product((A, x)), here, EXACT)
    assert isinstance(column, Array) and column.shape == (1,)
    with pytest.raises(ValueError, match="column"):
        evaluate(Product((x, y)), here, EXACT)


def test_arrays_of_three_axes_multiply_batch_by_batch() -> None:
    queries, keys = Symbol("Q", ("B", "L", "d")), Symbol("K", ("B", "S", "d"))
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 2, 4, 5))
    here = Environment({"Q": batch(q), "K": batch(k)}, {"B": 2, "L": 3, "S": 2, "d": 4})
    scores = evaluate(Product((queries, T(keys))), here, FLOATS)
    assert isinstance(scores, Array) and scores.shape == (2, 3, 2)
    expected = np.einsum("bldn,bsdn->blsn", q, k).reshape(12, 5)
    assert np.allclose([entry.value for entry in scores.entries], expected)
    shape = Member(Product((queries, T(keys))), Space(("B", "L", "S")))
    assert holds(shape, here, FLOATS).decided is True


def test_many_instances_with_mixed_orders_obey_the_triangle_inequality() -> None:
    rng = np.random.default_rng(1)
    orders = np.where(np.arange(256) % 3, 1 + rng.random(256) * 4, np.inf)
    made = {"x": batch(rng.normal(size=(4, 256))), "y": batch(rng.normal(size=(4, 256)))}
    here = Environment({**made, "p": exactly(orders)}, {"n": 4})
    verdict = holds(TRIANGLE, here, FLOATS)
    assert verdict.yes.sum() > 200 and not verdict.no.any()
    below = Environment({**made, "p": exactly(np.full(256, 0.25))}, {"n": 4})
    assert holds(TRIANGLE, below, FLOATS).no.any()


def test_the_triangle_inequality_is_refuted_exactly_below_one() -> None:
    here = environment(EXACT, {"n": 2}, x=[1, 0], y=[0, 1], p="1/2")
    (link,) = sides(TRIANGLE, here, EXACT)
    assert (link.left, link.sign, link.right) == (4, "<=", 2)
    assert holds(TRIANGLE, here, EXACT).decided is False


def test_symbolic_norms_keep_their_order() -> None:
    sympy = SYMBOLIC.sympy
    a, b = sympy.symbols("a b", real=True)
    order = sympy.Symbol("p", positive=True)
    here = Environment({"x": Array((2,), (a, b)), "p": order}, {"n": 2})
    general = (abs(a) ** order + abs(b) ** order) ** (1 / order)
    assert evaluate(norm(x, p), here, SYMBOLIC) == general
    assert evaluate(norm(x, 2), here, SYMBOLIC) == sympy.sqrt(a**2 + b**2)
    infinite = evaluate(norm(x, Constant("infinity")), here, SYMBOLIC)
    assert infinite == sympy.Max(abs(a), abs(b))


def test_empty_sums_and_products() -> None:
    none = (Range("k", num(2), num(1)),)
    values = [evaluate(Big(op, none, Symbol("k")), Environment(), EXACT) for op in ("sum", "prod")]
    assert values == [0, 1]
    with pytest.raises(Undefined):
        evaluate(Big("max", none, Symbol("k")), Environment(), EXACT)


def test_loops_that_are_too_long_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qedeck.formula.interpreter.MOST_STEPS", 1000)
    endless = total("i", total("j", Product((Symbol("i"), Symbol("j"))), num(50)), num(50))
    with pytest.raises(TooLarge):
        evaluate(endless, Environment(), ModularRing())


def test_extrema_and_their_places() -> None:
    full = (Range("i", num(1), Symbol("n"), written=False),)
    here = environment(EXACT, {"n": 3}, x=[1, -5, 5])
    size = Call("abs", (at(x, "i"),))
    found = [
        evaluate(Big(op, full, size), here, EXACT) for op in ("max", "min", "argmax", "argmin")
    ]
    assert found == [5, 1, 2, 1]


def test_an_index_may_differ_between_instances() -> None:
    full = (Range("i", num(1), Symbol("n"), written=False),)
    place = Big("argmax", full, Call("abs", (at(x, "i"),)))
    here = Environment({"x": batch([[1.0, -7.0], [3.0, 2.0]])}, {"n": 2})
    chosen = evaluate(Item(x, (place,)), here, FLOATS)
    assert not isinstance(chosen, Array) and chosen.value.tolist() == [3.0, -7.0]


def test_items_count_from_one_and_partial_indices_are_rows() -> None:
    here = environment(EXACT, {"n": 2}, A=[[1, 2], [3, 4]])
    assert evaluate(at(A, 2, 1), here, EXACT) == 3
    row = evaluate(at(A, 1), here, EXACT)
    assert isinstance(row, Array) and row.entries == (1, 2)
    with pytest.raises(ValueError, match="outside"):
        evaluate(at(A, 0), here, EXACT)


def test_patterns_and_truths() -> None:
    spike = Pattern((num(1),), num(0), num(0), (), "n")
    squares = Pattern((), Power(at(x, 1), num(2)), Power(at(x, "n"), num(2)), (), "n")
    for size in (1, 2, 4):
        here = environment(EXACT, {"n": size}, x=[k + 1 for k in range(size)])
        unit = evaluate(spike, here, EXACT)
        assert isinstance(unit, Array) and unit.entries == (1,) + (0,) * (size - 1)
        found = evaluate(squares, here, EXACT)
        assert isinstance(found, Array)
        assert found.entries == tuple((k + 1) ** 2 for k in range(size))
    diagonal = pairs(None, Truth(relation(Symbol("i"), "=", Symbol("j"))))
    assert evaluate(diagonal, Environment(sizes={"n": 3}), EXACT) == 3


def test_derivatives_agree_with_autograd_and_sympy() -> None:
    import torch

    torch.set_num_threads(1)
    tensors = TensorRing()
    scores = [Fraction(1, 2), Fraction(-1), Fraction(2)]
    total_exp = total("k", Call("exp", (at(x, "k"),)))
    softmax = Quotient(Call("exp", (at(x, "i"),)), total_exp)
    bodies: list[tuple[Expr, dict[str, int]]] = [
        (Derivative(softmax, at(x, 2)), {"i": 1}),
        (Derivative(softmax, at(x, 1), order=2), {"i": 1}),
        (Derivative(norm(x, 3), at(x, 2)), {}),
        (Derivative(Call("tanh", (Product((at(x, 1), at(x, 2))),)), at(x, 1)), {}),
    ]
    for body, indices in bodies:
        found = []
        for ring in (FLOATS, tensors, SYMBOLIC):
            values = {"x": array_in(ring, scores)}
            value: Any = evaluate(body, Environment(values, {"n": 3}, indices), ring)
            number = value.value if ring is FLOATS else value
            found.append(float(number.detach() if ring is tensors else number))
        assert found == pytest.approx([found[0]] * 3, rel=1e-9)


def test_gradients_of_a_batch_are_each_instances_own() -> None:
    tensors = TensorRing()
    import torch

    points = np.random.default_rng(2).normal(size=(3, 5))
    body = Gradient(norm(x, 2), x)
    rough = evaluate(body, Environment({"x": batch(points)}, {"n": 3}), FLOATS)
    made = Array((3,), tuple(torch.tensor(row) for row in points))
    auto = evaluate(body, Environment({"x": made}, {"n": 3}), tensors)
    assert isinstance(rough, Array) and isinstance(auto, Array)
    expected = points / np.linalg.norm(points, axis=0)
    assert np.allclose([entry.value for entry in rough.entries], expected)
    assert np.allclose([entry.detach().numpy() for entry in auto.entries], expected)


def test_gradients_at_a_kink_are_undefined() -> None:
    here = Environment({"x": batch([[0.0, 1.0], [2.0, 2.0]])}, {"n": 2})
    one = evaluate(Gradient(norm(x, 1), x), here, FLOATS)
    three = evaluate(Gradient(norm(x, 3), x), here, FLOATS)
    assert isinstance(one, Array) and isinstance(three, Array)
    assert np.isnan(one.entries[0].value[0]) and one.entries[0].value[1] == 1
    assert three.entries[0].value[0] == 0


def test_the_derivative_leaves_other_symbols_alone() -> None:
    a = SYMBOLIC.symbol("a")
    here = Environment({"a": a, "b": a**2})
    body = Derivative(Product((Symbol("a"), Symbol("b"))), Symbol("a"))
    assert evaluate(body, here, SYMBOLIC) == a**2


def batch_norm() -> dict[str, Defined]:
    table, axes = Symbol("x", ("n", "C")), ("n", "C")
    mean = Quotient(total("i", at(table, "i", "c")), Symbol("n"))
    spread = Quotient(
        total("i", Power(minus(at(table, "i", "c"), at(Symbol(r"\mu", ("C",)), "c")), num(2))),
        Symbol("n"),
    )
    body = Quotient(
        minus(at(table, "i", "c"), at(Symbol(r"\mu", ("C",)), "c")),
        Call("sqrt", (Sum((at(Symbol(r"\sigma^2", ("C",)), "c"), Symbol(r"\epsilon"))),)),
    )
    declared = {"x": Declared("x", "real", axes), r"\epsilon": Declared(r"\epsilon", "real")}
    means = {r"\mu": Defined(r"\mu", (), (), ("c",), mean, ("C",), scope=Scope(declared))}
    both = {
        **means,
        r"\sigma^2": Defined(
            r"\sigma^2", (), (), ("c",), spread, ("C",), scope=Scope(declared, defined=means)
        ),
    }
    norm_scope = Scope(declared, defined=both)
    return {"N": Defined("N", ("x",), (), ("i", "c"), body, axes, scope=norm_scope)}


def test_definitions_take_their_sizes_from_arguments() -> None:
    rng = np.random.default_rng(3)
    table = rng.normal(size=(3, 2, 4))
    other = Symbol("z", ("m", "K"))
    here = Environment(
        {"z": batch(table), r"\epsilon": exactly(0.5)},
        {"m": 3, "K": 2, "n": 99},
        definitions=batch_norm(),
    )
    found = evaluate(Apply("N", (other,), (), ("m", "K")), here, FLOATS)
    expected = (table - table.mean(0)) / np.sqrt(table.var(0) + 0.5)
    assert isinstance(found, Array) and found.shape == (3, 2)
    assert np.allclose([entry.value for entry in found.entries], expected.reshape(6, 4))


def test_a_function_of_rows_acts_on_each_row() -> None:
    share = Defined(
        "s", ("x",), (), ("i",), Quotient(at(x, "i"), total("j", at(x, "j"))), ("n",),
        scope=Scope({"x": Declared("x", "real", ("n",))}),
    )  # fmt: skip
    here = environment(EXACT, {"m": 2, "k": 2}, A=[[1, 3], [2, 2]])
    here = Environment(here.values, here.sizes, definitions={"s": share})
    found = evaluate(Apply("s", (Symbol("A", ("m", "k")),), (), ("m", "k")), here, EXACT)
    assert isinstance(found, Array)
    assert found.entries == (Fraction(1, 4), Fraction(3, 4), Fraction(1, 2), Fraction(1, 2))


def test_definitions_as_functions_on_tensors_keep_the_graph() -> None:
    import torch

    torch.set_num_threads(1)
    function = function_of(batch_norm()["N"])
    table = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    found = function(table, given={r"\epsilon": 1e-5})
    expected = torch.nn.functional.batch_norm(table, None, None, training=True, eps=1e-5)
    assert torch.allclose(found, expected)
    gradient = torch.autograd.grad((found**3).sum(), table)[0]
    assert torch.allclose(gradient, torch.autograd.grad((expected**3).sum(), table)[0])
    with pytest.raises(TypeError, match="takes x"):
        function()


def test_recursions_are_filled_from_their_start() -> None:
    m, v = Symbol("m"), Symbol("v", ("K",))
    running = Symbol("r", ("K",))
    step = Sum(
        (
            Product((minus(num(1), m), Item(running, (minus(Symbol("t"), num(1)),)))),
            Product((m, at(v, "t"))),
        )
    )
    defined = Defined("r", (), (), ("t",), step, ("K",), recursive=True, scope=Scope())
    values = environment(EXACT, {"K": 400}, m="1/2", v=[1] * 400, r_0=0).values
    here = Environment(values, {"K": 400}, definitions={"r": defined})
    assert evaluate(Item(running, (num(3),)), here, EXACT) == Fraction(7, 8)
    assert evaluate(Item(running, (Symbol("K"),)), here, EXACT) == 1 - Fraction(1, 2) ** 400


def test_functions_take_values_and_primes_differentiate_definitions() -> None:
    w = Symbol("w")
    cube = Defined("J", ("w",), (), (), Power(w, num(3)), scope=Scope({"w": Declared("w", "real")}))
    here = environment(EXACT, w=2)
    here = Environment(here.values, functions={"f": lambda a: a + 1}, definitions={"J": cube})
    assert evaluate(Apply("f", (w,)), here, EXACT) == 3
    assert evaluate(Apply("J", (w,), order=1), here, EXACT) == 12
    assert evaluate(Apply("J", (w,), order=2), here, EXACT) == 12


def coin(name: str, *rows: tuple[str, str]) -> FiniteLaw[Any]:
    return FiniteLaw(tuple((Fraction(w), {name: Fraction(v)}) for w, v in rows))


def test_moments_of_finite_laws() -> None:
    X, Y = Symbol("X"), Symbol("Y")
    laws = (coin("X", ("1/3", "0"), ("2/3", "3")), coin("Y", ("1/2", "-1"), ("1/2", "1")))
    here: Environment[Any] = Environment(laws=laws)

    def mean(of: Any, *over: str) -> Moment:
        return Moment("E", (of,), over)

    square = Power(X, num(2))
    variance = relation(Moment("Var", (X,)), "=", minus(mean(square), Power(mean(X), num(2))))
    assert holds(variance, here, EXACT).decided is True
    assert evaluate(mean(X), here, EXACT) == 2
    assert evaluate(mean(Product((X, Y))), here, EXACT) == 0
    assert evaluate(Moment("Cov", (X, Sum((X, Y)))), here, EXACT) == 2
    above = Moment("P", (relation(Sum((X, Y)), ">", num(0)),))
    assert evaluate(above, here, EXACT) == Fraction(1, 6) + Fraction(2, 3)
    centred = mean(Power(minus(X, mean(X)), num(2)))
    assert evaluate(centred, here, EXACT) == 2
    nested = mean(Power(mean(Sum((X, Y)), "Y"), num(2)), "X")
    assert evaluate(nested, here, EXACT) == 6
    with pytest.raises(Unsupported, match="Moment"):
        evaluate(mean(X), Environment({"X": Fraction(1)}), EXACT)


def test_moments_see_random_symbols_through_definitions() -> None:
    bar = Defined(r"\bar{x}", (), (), (), Quotient(total("i", at(x, "i")), num(2)), scope=Scope())
    half = Fraction(1, 4)
    outcomes = [(half, {"x": Array((2,), (a, b))}) for a in (0, 1) for b in (0, 1)]
    law: FiniteLaw[Any] = FiniteLaw(tuple(outcomes))
    here = Environment({}, {"n": 2}, definitions={r"\bar{x}": bar}, laws=(law,))
    assert evaluate(Moment("Var", (Symbol(r"\bar{x}"),)), here, EXACT) == Fraction(1, 8)
    spread = evaluate(Moment("Cov", (x, x)), here, EXACT)
    assert isinstance(spread, Array) and spread.entries == (half, 0, 0, half)


def test_moments_of_a_batch_of_laws() -> None:
    weights = np.array([[0.25, 0.5], [0.75, 0.5]])
    law = FiniteLaw(tuple((exactly(w), {"X": exactly(v)}) for w, v in zip(weights, (0.0, 4.0))))  # noqa: B905
    found = evaluate(Moment("E", (Symbol("X"),)), Environment(laws=(law,)), FLOATS)
    assert not isinstance(found, Array) and found.value.tolist() == [3.0, 2.0]


def test_statements_join_their_parts() -> None:
    yes, no = relation(num(1), "<", num(2)), relation(num(2), "=", num(1))
    here: Environment[Any] = Environment()
    bottom = relation(Quotient(num(1), num(0)), "=", num(1))
    cases = [
        (Implies(no, bottom), True),
        (Implies(yes, no), False),
        (Iff(no, no), True),
        (Iff(yes, no), False),
        (Both((yes, no)), False),
        (Restricted(no, no), True),
        (Derivation((yes, Relation((num(1), num(2), num(2)), ("<", "=")))), True),
        (Relation((num(1), num(3), num(2)), ("<", "<")), False),
    ]
    for statement, expected in cases:
        assert holds(statement, here, EXACT).decided is expected


def test_memberships() -> None:
    here = environment(EXACT, {"n": 2}, a="1/2", x=[1, 0], A=[[0, 1], [1, 0]], B=[[1, 1], [0, 0]])
    a = Symbol("a")
    cases = [
        (Member(a, Interval(num(0), num("1/2"), True, True)), True),
        (Member(a, Interval(num(0), num("1/2"), True, False)), False),
        (Member(a, Interval(num(0), Constant("infinity"), True, False)), True),
        (Member(num(3), Listing((num(2), num(3)))), True),
        (Member(num(3), Integers("upto", Symbol("n"))), False),
        (Member(num(0), Integers("Z")), True),
        (Member(x, Space(("n",), "nonnegative")), True),
        (Member(x, Space(("n",), "positive")), False),
        (Member(A, Permutations("n")), True),
        (Member(B, Permutations("n")), False),
    ]
    for statement, expected in cases:
        assert holds(statement, here, EXACT).decided is expected


def test_definite_matrices() -> None:
    zero = relation(A, ">>", Product((num(0), A)))
    semi = relation(A, ">>=", Product((num(0), A)))
    tables: list[tuple[Any, bool, bool | None]] = [
        ([[2, 1], [1, 2]], True, True),
        ([[1, 1], [1, 1]], False, True),
        ([[0, 0], [0, -1]], False, False),
        ([[1, 2], [0, 1]], False, False),
    ]
    for table, strict, weak in tables:
        here = environment(EXACT, {"n": 2}, A=table)
        assert holds(zero, here, EXACT).decided is strict
        assert holds(semi, here, EXACT).decided is weak
    rough = environment(FLOATS, {"n": 2}, A=[[2, 1], [1, 2]])
    assert holds(zero, rough, FLOATS).decided is True


def test_arrays_are_equal_entry_by_entry() -> None:
    here = environment(EXACT, {"n": 2}, x=[1, 0], y=[1, 2])
    assert holds(relation(x, "=", y), here, EXACT).decided is False
    assert holds(relation(x, "!=", y), here, EXACT).decided is True
    assert holds(relation(x, "!=", x), here, EXACT).decided is False


def test_integrals_by_quadrature_and_by_name() -> None:
    body = Integral("t", num(0), Symbol("a"), Call("exp", (Symbol("t"),)))
    found = evaluate(body, Environment({"a": exactly([1.0, 2.0])}), FLOATS)
    assert not isinstance(found, Array)
    assert (np.abs(found.value - np.expm1([1.0, 2.0])) <= found.error + 1e-15).all()
    a = SYMBOLIC.symbol("a")
    assert evaluate(body, Environment({"a": a}), SYMBOLIC).doit() == SYMBOLIC.exp(a) - 1


def test_what_needs_an_argument_is_not_evaluated() -> None:
    limit = Limit("p", Constant("infinity"), norm(x, p))
    optimum = Optimum("min", Symbol("w"), Power(Symbol("w"), num(2)))
    for node in (limit, optimum, Moment("E", (Symbol("X"),))):
        with pytest.raises(Unsupported, match=type(node).__name__):
            evaluate(node, Environment(), FLOATS)


def test_even_powers_of_norms_stay_rational() -> None:
    here = environment(EXACT, {"n": 2}, x=[1, 1])
    assert evaluate(Power(norm(x, 2), num(4)), here, EXACT) == 4
    with pytest.raises(Inexact):
        evaluate(norm(x, 2), here, EXACT)


def test_names_without_a_value_are_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is known of q"):
        evaluate(Symbol("q"), Environment(), EXACT)


def test_written_matrices_and_vectors() -> None:
    rotation = Matrix(((num(0), Negative(num(1))), (num(1), num(0))))
    found = evaluate(Product((rotation, Vector((num(1), num(2))))), Environment(), EXACT)
    assert isinstance(found, Array) and found.entries == (-2, 1)
