"""Rings agree with each other, and say what they do not know."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings

from qedeck.formula.evaluate import (
    Inexact,
    Ring,
    Undecided,
    Undefined,
    Unsupported,
    evaluate,
)
from qedeck.formula.rings.balls import BallRing
from qedeck.formula.rings.dual import Dual, DualRing
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.rings.modular import PRIME, ModularRing
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.rings.tensors import TensorRing
from qedeck.formula.tree import Expr

from .trees import RATIONAL_TREES, SMALL, environment

EXACT, FLOATS, MODULAR = ExactRing(), FloatRing(), ModularRing()
SYMBOLIC, BALLS = SymbolicRing(), BallRing()


def value_in(ring: Ring[Any], tree: Expr, a: Fraction, b: Fraction, c: Fraction) -> Any:
    return evaluate(tree, environment(ring, a=a, b=b, c=c), ring)


@settings(max_examples=150, deadline=None)
@given(RATIONAL_TREES, SMALL, SMALL, SMALL)
def test_rings_agree_on_rational_trees(tree: Expr, a: Fraction, b: Fraction, c: Fraction) -> None:
    try:
        exact = value_in(EXACT, tree, a, b, c)
    except (Undefined, Inexact):
        assume(False)
    assert value_in(SYMBOLIC, tree, a, b, c) == SYMBOLIC.number(exact)
    assert value_in(MODULAR, tree, a, b, c) == MODULAR.number(exact)
    assert not BALLS.compare(value_in(BALLS, tree, a, b, c), "=", BALLS.number(exact)).no
    approximate = value_in(FLOATS, tree, a, b, c)
    assert abs(Fraction(float(approximate.value)) - exact) <= Fraction(float(approximate.error))


@settings(max_examples=60, deadline=None)
@given(RATIONAL_TREES, SMALL, SMALL, SMALL)
def test_slopes_agree_with_sympy(tree: Expr, a: Fraction, b: Fraction, c: Fraction) -> None:
    symbol = SYMBOLIC.symbol("a")
    values = {"a": symbol, "b": SYMBOLIC.number(b), "c": SYMBOLIC.number(c)}
    from qedeck.formula.evaluate import Environment

    ring: DualRing[Any] = DualRing(EXACT)
    moved = {"a": Dual(a, {0: Fraction(1)}), "b": Dual(b), "c": Dual(c)}
    try:
        slope = evaluate(tree, Environment(moved), ring)
        expression = evaluate(tree, Environment(values), SYMBOLIC)
    except (Undefined, Inexact):
        assume(False)
    expected = SYMBOLIC.sympy.diff(expression, symbol).subs(symbol, SYMBOLIC.number(a))
    assume(expected.is_finite)
    assert SYMBOLIC.number(slope.slopes.get(0, Fraction(0))) == expected


@pytest.mark.parametrize("ring", [EXACT, MODULAR])
def test_what_is_not_rational_is_inexact(ring: Ring[Any]) -> None:
    for operation in (lambda: ring.sqrt(ring.whole(2)), lambda: ring.exp(ring.whole(1))):
        with pytest.raises(Inexact):
            operation()


def test_exact_roots_and_powers() -> None:
    assert EXACT.sqrt(Fraction(9, 4)) == Fraction(3, 2)
    assert EXACT.root(Fraction(-27), 3) == -3
    assert EXACT.power(Fraction(4, 9), Fraction(-3, 2)) == Fraction(27, 8)
    assert EXACT.power(Fraction(0), Fraction(0)) == 1
    with pytest.raises(Undefined):
        EXACT.power(Fraction(-1), Fraction(1, 2))
    with pytest.raises(Undefined):
        EXACT.power(Fraction(0), Fraction(-1))
    with pytest.raises(Inexact):
        EXACT.power(Fraction(3), Fraction(10**9))


def test_residues_have_no_order_and_no_roots() -> None:
    assert MODULAR.mul(MODULAR.number(Fraction(1, 3)), 3) == 1
    assert MODULAR.power(2, MODULAR.whole(-1)) == (PRIME + 1) // 2
    with pytest.raises(Inexact):
        MODULAR.compare(1, "<", 2)
    with pytest.raises(Inexact):
        MODULAR.absolute(3)


def test_float_errors_cover_cancellation() -> None:
    big, small = exactly([1e16, 3.0]), exactly([1.0, 0.1])
    difference = FLOATS.sub(FLOATS.add(big, small), big)
    assert (np.abs(difference.value - small.value) <= difference.error).all()
    assert FLOATS.compare(difference, "=", small).yes[1]
    assert not FLOATS.compare(difference, "=", exactly(0.5)).no[0]


def test_floats_decide_three_ways() -> None:
    third = FLOATS.div(exactly([1.0, 1.0]), exactly([3.0, 3.0]))
    other = FLOATS.sub(exactly(1.0), FLOATS.add(third, third))
    order = FLOATS.compare(third, "<=", other)
    assert not order.yes.any() and not order.no.any()
    assert FLOATS.compare(third, "=", other).yes.all()
    assert FLOATS.compare(third, "<", exactly(1.0)).yes.all()
    assert FLOATS.compare(exactly([1.0]), "<=", exactly([1.0])).yes.all()
    assert FLOATS.compare(exactly([1.0]), "<", exactly([1.0])).no.all()


def test_floats_without_a_value_are_neither_true_nor_false() -> None:
    bad = [
        FLOATS.log(exactly([-1.0])),
        FLOATS.sqrt(exactly([-1.0])),
        FLOATS.div(exactly([1.0]), exactly([0.0])),
        FLOATS.power(exactly([-1.0]), exactly([0.5])),
        FLOATS.exp(exactly([1e4])),
    ]
    for value in bad:
        for sign in ("=", "!=", "<=", ">="):
            verdict = FLOATS.compare(value, sign, exactly([0.0]))
            assert not verdict.yes.any() and not verdict.no.any()


def test_underflow_is_not_mistaken_for_zero() -> None:
    tiny = exactly([1e-200])
    squares = FLOATS.squares((tiny, tiny, tiny))
    assert not FLOATS.compare(FLOATS.sqrt(squares), "=", exactly([3**0.5 * 1e-200])).no.any()


def test_norms_of_mixed_order() -> None:
    x = (exactly([3.0, 3.0, 3.0]), exactly([-4.0, -4.0, -4.0]))
    found = FLOATS.norm(x, exactly([2.0, np.inf, 1.0]))
    assert np.allclose(found.value, [5, 4, 7])


def test_norms_agree_over_rings() -> None:
    import torch

    torch.set_num_threads(1)
    tensors = TensorRing()
    for order in (Fraction(1), Fraction(2), Fraction(3), None):
        found = []
        for ring in (FLOATS, BALLS, SYMBOLIC, tensors):
            p: Any = ring.constant("infinity") if order is None else ring.number(order)
            entries = tuple(ring.number(Fraction(e)) for e in (3, -4, 0))
            norm = ring.norm(entries, p)
            found.append(float(norm.value if isinstance(norm, Approx) else norm))
        assert found == pytest.approx([found[0]] * len(found))
    assert EXACT.norm((Fraction(3), Fraction(-4)), EXACT.constant("infinity")) == 4


def test_balls_decide_only_what_is_certain() -> None:
    root = BALLS.sqrt(BALLS.whole(2))
    square = BALLS.mul(root, root)
    assert BALLS.compare(square, "=", BALLS.whole(2)).decided is None
    assert BALLS.compare(root, "<", BALLS.number(Fraction(3, 2))).decided is True
    with pytest.raises(Undecided):
        BALLS.select(BALLS.compare(square, "=", BALLS.whole(2)), root, root)


def test_the_imaginary_unit_is_symbolic() -> None:
    assert SYMBOLIC.mul(SYMBOLIC.constant("i"), SYMBOLIC.constant("i")) == -1
    for ring in (FLOATS, BALLS):
        with pytest.raises(Unsupported):
            ring.constant("i")


def test_symbolic_choices_become_pieces() -> None:
    x = SYMBOLIC.symbol("x")
    zero, one = SYMBOLIC.whole(0), SYMBOLIC.whole(1)
    step = SYMBOLIC.select(SYMBOLIC.compare(x, ">", zero), one, zero)
    assert step.subs(x, 3) == 1 and step.subs(x, -3) == 0
    assert SYMBOLIC.compare(x + 1 - 1, "=", x).decided is True


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_matrix_routines_agree(size: int) -> None:
    rng = np.random.default_rng(size)
    table = rng.integers(-3, 4, (size, size)) + 4 * np.eye(size, dtype=int)
    exact = tuple(tuple(Fraction(int(e)) for e in row) for row in table)
    rough = tuple(tuple(exactly([float(e)]) for e in row) for row in table)
    pairs = [(FLOATS.det(rough), EXACT.det(exact))]
    inverse, expected = FLOATS.inverse(rough), EXACT.inverse(exact)
    pairs += [(inverse[i][j], expected[i][j]) for i in range(size) for j in range(size)]
    for approximate, number in pairs:
        gap = abs(Fraction(float(approximate.value.flat[0])) - Fraction(number))
        assert gap <= Fraction(float(approximate.error.flat[0]))
    residues = tuple(tuple(int(e) % PRIME for e in row) for row in table)
    assert MODULAR.det(residues) == MODULAR.number(Fraction(EXACT.det(exact)))
    cofactors: Any = super(ExactRing, EXACT).inverse(exact)
    assert cofactors == expected


def test_singular_matrices_have_no_inverse() -> None:
    rows = ((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4)))
    with pytest.raises(Undefined):
        EXACT.inverse(rows)
    assert EXACT.rank(rows) == 1
    rough = tuple(tuple(exactly([float(e), float(i == j)]) for j, e in enumerate(row))
                  for i, row in enumerate(rows))  # fmt: skip
    inverse = FLOATS.inverse(rough)
    assert np.isnan(inverse[0][0].value[0]) and inverse[0][0].value[1] == 1
    assert FLOATS.rank(rough).value.tolist() == [1.0, 2.0]


def test_what_turns_is_told_of() -> None:
    ring: DualRing[Any] = DualRing(EXACT)
    zero = Dual(Fraction(0), {0: Fraction(1)})
    assert ring.absolute_power(zero, ring.number(Fraction(3))).slopes[0] == 0
    assert ring.turning.decided is False
    ring.absolute(zero)
    assert ring.turning.decided
    for turn in (lambda r, x: r.absolute(x), lambda r, x: r.maximum(x, r.number(Fraction(0)))):
        rough: DualRing[Approx] = DualRing(FLOATS)
        x = Dual(exactly([-2.0, 0.0]), {0: exactly(1.0)})
        assert turn(rough, x).value.value.tolist() in ([2, 0], [0, 0])
        assert rough.turning.yes.tolist() == [False, True]


def test_what_underflowed_stays_doubtful_in_products_and_quotients() -> None:
    gone = FLOATS.exp(exactly([-2000.0]))
    share = FLOATS.div(gone, FLOATS.exp(exactly([600.0])))
    for value in (gone, share, FLOATS.mul(share, share)):
        assert not FLOATS.compare(value, ">", exactly([0.0])).no.any()
    assert FLOATS.compare(FLOATS.mul(exactly([0.0]), gone), "=", exactly([0.0])).yes.all()
