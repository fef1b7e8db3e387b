"""Quick values at many points choose what is decided exactly; they never decide themselves."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Fact, Goal
from qedeck.evidence.proof.estimates import Estimates, nearly_equal, surely_fails
from qedeck.evidence.proof.nodes import nodes
from qedeck.evidence.proof.points import counterexample, met, points, sample
from qedeck.evidence.proof.values import exact, holds

X, Y = sp.symbols("x y", real=True)
NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=6)
SIGNS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])


def trees():
    """Expressions in two symbols, undefined at some places."""
    leaves = st.one_of(st.sampled_from([X, Y]), NUMBERS.map(lambda q: sp.Rational(str(q))))

    def larger(inner):
        pairs = st.tuples(inner, inner)
        return st.one_of(
            pairs.map(lambda p: p[0] + p[1]),
            pairs.map(lambda p: p[0] * p[1]),
            pairs.map(lambda p: sp.Max(*p)),
            inner.map(sp.Abs),
            inner.map(lambda e: sp.Pow(e, 2)),
            inner.filter(lambda e: e != 0).map(lambda e: sp.Pow(e, -1)),
            inner.filter(lambda e: not e.is_negative).map(sp.sqrt),
            inner.filter(lambda e: not e.is_nonpositive).map(sp.log),
            inner.filter(lambda e: not e.has(sp.exp)).map(sp.exp),
        )

    found = st.recursive(leaves, larger, max_leaves=6)
    return found.filter(lambda e: e.is_real is not False and not e.has(sp.zoo, sp.nan, sp.oo, sp.I))


@given(trees(), SIGNS, trees(), NUMBERS, NUMBERS)
@settings(deadline=None, max_examples=300)
def test_what_surely_fails_does_not_hold(left, sign, right, x, y):
    fact = Fact(left, sign, right)
    columns = {X: np.array([float(x)]), Y: np.array([float(y)])}
    if surely_fails([fact], columns, 1)[0]:
        values = {X: sp.Rational(str(x)), Y: sp.Rational(str(y))}
        assert holds(fact, values) is not True


@given(trees(), NUMBERS, NUMBERS)
@settings(deadline=None, max_examples=200)
def test_estimates_are_near_exact_values(e, x, y):
    value = exact(e, {X: sp.Rational(str(x)), Y: sp.Rational(str(y))})
    estimates = Estimates({X: np.array([float(x)]), Y: np.array([float(y)])}, 1)
    sides = estimates.sides(Fact(e, "=", sp.Integer(0)))
    if value is not None and sides is not None:
        assert np.broadcast_to(sides[0], (1,))[0] == pytest.approx(float(value), rel=1e-6, abs=1e-6)


def test_a_point_without_a_value_surely_fails():
    facts = [Fact(1 / X, "=", 1 / X), Fact(sp.log(X), "<", sp.Integer(5))]
    columns = {X: np.array([0.0, -1.0, 1.0])}
    assert surely_fails(facts, columns, 3).tolist() == [True, True, False]


def test_a_function_without_a_rule_fails_nowhere():
    fact = Fact(sp.Function("f")(X), "<", sp.Integer(0))
    assert not surely_fails([fact], {X: np.array([1.0])}, 1).any()
    assert not nearly_equal(fact, {X: np.array([1.0])}, 1).any()


def test_points_meet_bounds_and_equations():
    facts = (Fact(Y, ">=", sp.Integer(2)), Fact(X + Y, "=", sp.Integer(1)))
    columns, count = sample(Goal(X, "<", sp.Integer(0), facts), 60, 24)
    assert count == 24
    assert (columns[Y] >= 2).all()
    assert np.allclose(columns[X] + columns[Y], 1)


def test_a_goal_without_symbols_has_one_point():
    assert points(Goal(sp.Integer(1), "<", sp.Integer(2)), 40).count == 1
    found = counterexample(Goal(sp.Integer(2), "<", sp.Integer(1)), Budget.of(5 * SECOND))
    assert found is not None
    assert found.values == {}


def test_a_counterexample_meets_the_facts_exactly():
    facts = (Fact(X**2 + Y, "=", sp.Integer(0)), Fact(X, ">", sp.Integer(0)))
    found = counterexample(Goal(Y, ">=", sp.Integer(-1), facts), Budget.of(5 * SECOND))
    assert found is not None
    assert found.values[Y] == -(found.values[X] ** 2)
    assert found.values[Y] < -1


def test_contradictory_facts_are_met_nowhere():
    assert met((Fact(X, ">", sp.Integer(0)),))
    assert not met((Fact(X, ">", sp.Integer(0)), Fact(X**3, "<", sp.Integer(0))))


def test_shared_parts_are_walked_once():
    e = X
    for _ in range(60):
        e = sp.Mul(e, e, evaluate=False)
    assert len(list(nodes(e))) == 61
