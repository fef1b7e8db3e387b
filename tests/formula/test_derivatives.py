"""Derivatives are decided on the function, in every ring: a number, or no value at the point."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest

from qedeck.formula.evaluate import Array, Environment, Undecided, Undefined, evaluate
from qedeck.formula.rings.algebraic import AlgebraicRing
from qedeck.formula.rings.balls import BallRing
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.rings.floats import FloatRing, exactly
from qedeck.formula.rings.tensors import TensorRing
from qedeck.formula.tree import Expr, Relation

from .reading import callout

NONE = math.nan

ON_A_LINE: dict[str, tuple[str, dict[int, float]]] = {
    "a jump": (r"[x > 0]", {-1: 0, 0: NONE, 1: 0}),
    "a jump to its value": (r"[x \ge 0]", {-1: 0, 0: NONE, 1: 0}),
    "a single point": (r"[x = 0]", {-1: 0, 0: NONE, 1: 0}),
    "all but a single point": (r"[x \ne 0] x + [x = 0] x^2", {0: 1, 1: 1, 2: 1}),
    "a bend": (r"[x > 0] x", {-1: 0, 0: NONE, 1: 1}),
    "a positive part": (r"(x)_+", {-1: 0, 0: NONE, 1: 1}),
    "a larger one": (r"\max(0, 1 - x)", {0: -1, 1: NONE, 2: 0}),
    "a smaller one": (r"\min(x, x^2)", {-1: 1, 0: NONE, 1: NONE, 2: 1}),
    "a largest one of three": (r"\max(x, -x, x^2)", {0: NONE, 2: 4, -2: -4}),
    "a sign": (r"\operatorname{sgn}(x)", {-1: 0, 0: NONE, 1: 0}),
    "a size": (r"|x|", {-1: -1, 0: NONE, 1: 1}),
    "a sized number": (r"x |x|", {-2: 4, 0: 0, 1: 2}),
    "a squared positive part": (r"(\max(0, x))^2", {-1: 0, 0: 0, 2: 4}),
    "sizes that cancel": (r"|x| - |x|", {-1: 0, 0: 0, 1: 0}),
    "sizes that cancel, written otherwise": (r"|x| - |-x|", {-1: 0, 0: 0, 1: 0}),
    "both parts": (r"\max(0, x) + \min(0, x)", {-1: 1, 0: 1, 1: 1}),
    "pieces that meet": (r"[x > 0] x + [x \le 0] (e^x - 1)", {0: 1, 1: 1}),
    "pieces with a corner": (r"[x > 0] x + 2 [x \le 0] (e^x - 1)", {0: NONE, 1: 1}),
    "pieces that meet at one": (
        r"\frac{1}{2} x^2 [|x| \le 1] + (|x| - \frac{1}{2}) [|x| > 1]",
        {-2: -1, -1: -1, 0: 0, 1: 1, 2: 1},
    ),
    "pieces that do not": (
        r"\frac{1}{2} x^2 [|x| \le 2] + (|x| - \frac{1}{2}) [|x| > 2]",
        {-2: NONE, 1: 1, 2: NONE, 3: 1},
    ),
    "the end of a root": (r"\sqrt{x}", {0: NONE, 1: 0.5, 4: 0.25}),
    "the end of a smooth root": (r"x \sqrt{x}", {0: NONE, 1: 1.5}),
    "a root of a square": (r"\sqrt{x^2}", {-1: -1, 0: NONE, 1: 1}),
    "a root of a fourth power": (r"\sqrt{x^4}", {-1: -2, 0: 0, 1: 2}),
    "a vertical tangent": (r"\sqrt{|x|}", {0: NONE, 1: 0.5}),
    "a size cubed": (r"|x|^3", {-1: -3, 0: 0, 2: 12}),
    "a cusp's power": (r"(\sqrt{|x|})^4", {-1: -2, 0: 0, 2: 4}),
    "a bracket of a cube": (r"[x^3 > 0] x^2", {-1: 0, 0: 0, 1: 2}),
}


def derivative(formula: str, by: str = r"\frac{d}{dx}") -> Expr:
    hypotheses = r"Let $x, y \in \mathbb{R}$ and $w, v \in \mathbb{R}^2$. Then"
    statement = callout(f"{by} ({formula}) = 0", hypotheses).statement
    assert isinstance(statement, Relation)
    return statement.terms[0]


def same(found: float, expected: float) -> bool:
    return math.isnan(found) if math.isnan(expected) else found == pytest.approx(expected)


@pytest.mark.parametrize("name", ON_A_LINE)
def test_a_slope_in_floats_is_the_function_s_at_every_instance(name: str) -> None:
    formula, expected = ON_A_LINE[name]
    node, points = derivative(formula), [float(x) for x in expected]
    found: Any = evaluate(node, Environment({"x": exactly(points)}), FloatRing())
    values = np.broadcast_to(found.value, len(points))
    assert all(same(a, b) for a, b in zip(values, expected.values(), strict=True)), values
    assert np.all(np.broadcast_to(found.error, len(points))[~np.isnan(values)] < 1e-9)


@pytest.mark.parametrize("name", ON_A_LINE)
def test_a_slope_is_the_same_one_exactly_or_there_is_none(name: str) -> None:
    formula, expected = ON_A_LINE[name]
    node = derivative(formula)
    field = AlgebraicRing(flint.arb(0))
    for ring, number in ((ExactRing(), float), (field, lambda a: float(a.ball))):
        for x, slope in expected.items():
            environment: Any = Environment({"x": ring.number(Fraction(x))})
            try:
                found = number(evaluate(node, environment, ring))
            except Undefined:
                found = NONE
            except ArithmeticError:
                continue  # e^x is no fraction: not known, and no number
            assert same(found, slope), (ring.name, x)


@pytest.mark.parametrize("name", ON_A_LINE)
def test_a_slope_of_tensors_is_none_of_the_sides_where_they_differ(name: str) -> None:
    import torch

    formula, expected = ON_A_LINE[name]
    points = torch.tensor([float(x) for x in expected], dtype=torch.float64)
    found: Any = evaluate(derivative(formula), Environment({"x": points}), TensorRing())
    values = torch.broadcast_to(found, points.shape).tolist()
    assert all(same(a, b) for a, b in zip(values, expected.values(), strict=True)), values


@pytest.mark.parametrize("name", ON_A_LINE)
def test_a_slope_in_a_ball_about_a_turn_is_not_known(name: str) -> None:
    formula, expected = ON_A_LINE[name]
    ring, node = BallRing(), derivative(formula)
    for x, slope in expected.items():
        ball = flint.arb(x, 0.001)
        try:
            found = evaluate(node, Environment({"x": ball}), ring)
        except (Undecided, Undefined):
            continue
        assert found.contains(slope) if not math.isnan(slope) else not found.is_finite()


SECOND = {
    "a sized number": (r"x |x|", {-1: -2, 0: NONE, 1: 2}),
    "a cube": (r"x^3", {0: 0, 1: 6}),
    "a size cubed": (r"|x|^3", {-1: 6, 0: 0, 1: 6}),
    "a positive part cubed": (r"(\max(0, x))^3", {-1: 0, 0: 0, 1: 6}),
    "a positive part squared": (r"(\max(0, x))^2", {-1: 0, 0: NONE, 1: 2}),
}


@pytest.mark.parametrize("name", SECOND)
def test_a_second_derivative_is_one_of_the_first(name: str) -> None:
    formula, expected = SECOND[name]
    node = derivative(rf"\frac{{d}}{{dx}} ({formula})")
    points = [float(x) for x in expected]
    found: Any = evaluate(node, Environment({"x": exactly(points)}), FloatRing())
    values = np.broadcast_to(found.value, len(points))
    assert all(same(a, b) for a, b in zip(values, expected.values(), strict=True)), values
    for x, slope in expected.items():
        try:
            exact: Any = evaluate(node, Environment({"x": Fraction(x)}), ExactRing())
        except Undefined:
            exact = NONE
        assert same(float(exact), slope), x


GRADIENTS: dict[str, tuple[str, tuple[float, float] | None]] = {
    "slopes along the axes alone": (r"\sqrt{|w_1 w_2|}", None),
    "slopes along all lines, which do not add up": (
        r"\frac{w_1^3}{[\|w\|_2 = 0] + w_1^2 + w_2^2}",
        None,
    ),
    "a norm": (r"\|w\|_2", None),
    "a squared norm": (r"\|w\|_2^2", (0, 0)),
    "a sum of sizes": (r"\|w\|_1", None),
    "sized numbers": (r"w_1 |w_1| + w_2 |w_2|", (0, 0)),
    "sizes that cancel": (r"|w_1 - w_2| - |w_2 - w_1| + w_1", (1, 0)),
    "a product with a size": (r"|w_1| w_2", (0, 0)),
    "a positive part squared": (r"(\max(0, w_1 + w_2))^2 + w_2", (0, 1)),
    "a positive part": (r"\max(0, w_1 + w_2)", None),
    "pieces": (r"[w_1 > 0] w_1^2 + [w_1 \le 0] w_2", None),
    "pieces that meet": (r"[w_1 > 0] w_1^2 + w_2", (0, 1)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_a_gradient_is_more_than_slopes_along_lines(name: str) -> None:
    formula, expected = GRADIENTS[name]
    node = derivative(formula, r"\nabla_w")
    zero: Any = Array((2,), (exactly([0.0, 0.0]), exactly([0.0, 0.0])))
    found: Any = evaluate(node, Environment({"w": zero}), FloatRing())
    for entry, slope in zip(found.entries, expected or (NONE, NONE), strict=True):
        assert same(float(np.broadcast_to(entry.value, 2)[0]), slope)
        assert np.all(np.isnan(entry.value) | (entry.error < 1e-9))
    exact: Any = Array((2,), (Fraction(0), Fraction(0)))
    if expected is None:
        with pytest.raises(Undefined):
            evaluate(node, Environment({"w": exact}), ExactRing())
    else:
        slopes: Any = evaluate(node, Environment({"w": exact}), ExactRing())
        assert slopes.entries == expected


def test_what_lines_do_not_show_is_not_known() -> None:
    # Zero on every line through the origin but along a parabola.
    node = derivative(r"[w_2 > 0] [w_2 < w_1^2] w_1", r"\nabla_w")
    zero: Any = Array((2,), (exactly([0.0]), exactly([0.0])))
    found: Any = evaluate(node, Environment({"w": zero}), FloatRing())
    assert not np.any(found.entries[0].error < 1e-3)
    exact: Any = Array((2,), (Fraction(0), Fraction(0)))
    with pytest.raises(Undecided):
        evaluate(node, Environment({"w": exact}), ExactRing())


def test_a_partial_derivative_looks_along_its_line_alone() -> None:
    statement = callout(
        r"\frac{\partial (\sqrt{|w_1 w_2|})}{\partial w_1} = 0", r"Let $w \in \mathbb{R}^2$. Then"
    ).statement
    assert isinstance(statement, Relation)
    node = statement.terms[0]
    for w, slope in (((0, 0), 0.0), ((0, 1), NONE), ((1, 1), 0.5), ((1, 0), 0.0)):
        point: Any = Array((2,), tuple(exactly([float(x)]) for x in w))
        found: Any = evaluate(node, Environment({"w": point}), FloatRing())
        assert same(float(np.ravel(found.value)[0]), slope), w
