"""Identities, inequalities and limits beyond norms; what is undefined; random identities."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational

from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import (
    Certificate,
    Counterexample,
    Fact,
    Goal,
    Implies,
    Or,
    Rel,
)
from qedeck.evidence.proof.limits import limit_is
from qedeck.evidence.proof.prove import certify, prove
from qedeck.evidence.proof.statement import prove_statement
from qedeck.evidence.proof.values import holds

x, y, z, t = sp.symbols("x y z t", real=True)
a, b, c = sp.symbols("a b c", positive=True)
p, n = sp.symbols("p n", positive=True)
lam = sp.Symbol("lambda", nonnegative=True)
ZERO, ONE = Integer(0), Integer(1)

SOFTMAX = [sp.exp(v) / (sp.exp(x) + sp.exp(y) + sp.exp(z)) for v in (x, y, z)]
SOFT = sp.sign(x) * sp.Max(sp.Abs(x) - lam, ZERO)
CLAMP = x - sp.Max(-lam, sp.Min(x, lam))
SUM_ONE = (Fact(a + b, "=", ONE),)

TRUE = {
    "softmax-diagonal": Goal(sp.diff(SOFTMAX[0], x), "=", SOFTMAX[0] * (1 - SOFTMAX[0])),
    "softmax-off-diagonal": Goal(sp.diff(SOFTMAX[0], y), "=", -SOFTMAX[0] * SOFTMAX[1]),
    "softmax-shift": Goal(SOFTMAX[0].xreplace({x: x + t, y: y + t, z: z + t}), "=", SOFTMAX[0]),
    "logsumexp": Goal(sp.diff(sp.log(sp.exp(x) + sp.exp(y) + sp.exp(z)), x), "=", SOFTMAX[0]),
    "soft-threshold": Goal(SOFT, "=", CLAMP),
    "variance": Goal(
        ((x - (x + y) / 2) ** 2 + (y - (x + y) / 2) ** 2) / 2,
        "=",
        (x**2 + y**2) / 2 - ((x + y) / 2) ** 2,
    ),
    "batch-norm": Goal((x / sp.sqrt(x**2 + a)) ** 2, "=", x**2 / (x**2 + a)),
    "radicals": Goal(sp.sqrt(a) * sp.sqrt(b), "=", sp.sqrt(a * b)),
    "root-of-square": Goal(sp.sqrt(x**2 * y**2), "=", sp.Abs(x * y)),
    "log-product": Goal(sp.log(a * b**2 / c), "=", sp.log(a) + 2 * sp.log(b) - sp.log(c)),
    "power-tower": Goal((a ** (1 / p)) ** (p * 2), "=", a**2),
    "numbers": Goal(Integer(8) ** (1 / p), "=", (Integer(2) ** (1 / p)) ** 3),
    "arithmetic-geometric": Goal(sp.sqrt(a * b), "<=", (a + b) / 2),
    "log-tangent": Goal(sp.log(a), "<=", a - 1),
    "gibbs": Goal(
        a * sp.log(a / c) + b * sp.log(b / (1 - c)), ">=", ZERO, (*SUM_ONE, Fact(c, "<", ONE))
    ),
    "max-average": Goal(sp.Max(x, y), ">=", (x + y) / 2),
    "reverse-triangle": Goal(sp.Abs(sp.Abs(x) - sp.Abs(y)), "<=", sp.Abs(x - y)),
    "sum-one": Goal(a**2 + 2 * a * b + b**2, "=", ONE, SUM_ONE),
    "product-fact": Goal(sp.Abs(x * y), "=", x * y, (Fact(x * y, ">", ZERO),)),
}

FALSE = {
    "softmax-sign": Goal(sp.diff(SOFTMAX[0], y), "=", SOFTMAX[0] * SOFTMAX[1]),
    "softmax-square": Goal(sp.diff(SOFTMAX[0], x), "=", SOFTMAX[0] * (1 - SOFTMAX[1])),
    "softmax-partial-shift": Goal(SOFTMAX[0].xreplace({x: x + t, y: y + t}), "=", SOFTMAX[0]),
    "hard-threshold": Goal(sp.sign(x) * sp.Max(sp.Abs(x), lam), "=", CLAMP),
    "soft-threshold-half": Goal(SOFT.xreplace({lam: lam / 2}), "=", CLAMP),
    "variance-bessel": Goal(
        (x - (x + y) / 2) ** 2 + (y - (x + y) / 2) ** 2,
        "=",
        (x**2 + y**2) / 2 - ((x + y) / 2) ** 2,
    ),
    "batch-norm-no-epsilon": Goal((x / sp.sqrt(x**2 + a)) ** 2, "=", ONE),
    "root-of-square-no-bars": Goal(sp.sqrt(x**2 * y**2), "=", x * y),
    "log-of-sum": Goal(sp.log(a + b), "=", sp.log(a) + sp.log(b)),
    "power-of-sum": Goal((a + b) ** p, "=", a**p + b**p),
    "power-of-sum-upper": Goal((a + b) ** p, "<=", a**p + b**p),
    "arithmetic-geometric-strict": Goal(sp.sqrt(a * b), "<", (a + b) / 2),
    "arithmetic-geometric-flipped": Goal(sp.sqrt(a * b), ">=", (a + b) / 2),
    "log-tangent-strict": Goal(sp.log(a), "<", a - 1),
    "gibbs-unnormalised": Goal(a * sp.log(a / c) + b * sp.log(b / c), ">=", ZERO),
    "max-sum": Goal(sp.Max(x, y), ">=", x + y),
    "sign-square": Goal(sp.sign(x) ** 2, "=", ONE),
    "zero-is-positive": Goal(sp.Abs(x), ">", ZERO),
    "monotone-power": Goal(a**p, "<=", b**p),
    "exponent-order": Goal(a**p, "<=", a ** (p + 1)),
    "one-of-two": Goal(x, "=", ONE, (Fact(x**2, "=", ONE),)),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_goal_is_certified(name: str) -> None:
    assert isinstance(prove(TRUE[name], Budget.of(30 * SECOND)), Certificate)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_goal_is_refuted_exactly(name: str) -> None:
    goal = FALSE[name]
    found = prove(goal, Budget.of(10 * SECOND))
    assert isinstance(found, Counterexample)
    assert holds(goal.denial, found.values) is True
    assert all(holds(fact, found.values) is True for fact in goal.facts)


@pytest.mark.parametrize("name", FALSE)
def test_a_false_goal_is_never_certified(name: str) -> None:
    try:
        found = certify(FALSE[name], Budget.of(3 * SECOND))
    except OutOfSteps:
        found = None
    assert found is None


# -- where a side is undefined -------------------------------------------------------------


def test_a_denominator_that_may_vanish_is_a_condition() -> None:
    found = prove(Goal((x**2 - y**2) / (x - y), "=", x + y), Budget.of(10 * SECOND))
    assert isinstance(found, Certificate)
    assert [(f.left, f.sign) for f in found.conditions] == [(x - y, "!=")]
    assert r"\ne 0" in found.detail


def test_a_denominator_that_the_facts_keep_from_zero_is_no_condition() -> None:
    goal = Goal((x**2 - y**2) / (x - y), "=", x + y, (Fact(x, "!=", y),))
    found = prove(goal, Budget.of(10 * SECOND))
    assert isinstance(found, Certificate)
    assert not found.conditions


def test_a_power_that_is_undefined_at_zero_is_a_condition() -> None:
    found = prove(
        Goal(sp.Abs(x) ** (p - 1) * sp.Abs(x), "=", sp.Abs(x) ** p), Budget.of(10 * SECOND)
    )
    assert not isinstance(found, Counterexample)


def test_a_negative_base_is_not_taken_for_undefined() -> None:
    k = sp.Symbol("k", integer=True)
    assert not isinstance(
        prove(Goal(Integer(-1) ** k, "=", ONE), Budget.of(5 * SECOND)), Certificate
    )
    assert not isinstance(prove(Goal(x**p, ">=", ZERO), Budget.of(5 * SECOND)), Certificate)


def test_nothing_is_proved_under_contradictory_hypotheses() -> None:
    facts = (Fact(x, ">", ONE), Fact(x, "<", ZERO))
    assert prove(Goal(y, "=", z, facts), Budget.of(5 * SECOND)) is None
    assert prove(Goal(y**2, "<=", z, facts), Budget.of(5 * SECOND)) is None


def test_a_symbol_that_need_not_be_real_is_refused() -> None:
    w = sp.Symbol("w")
    assert prove(Goal(w, "=", w), Budget.of(5 * SECOND)) is None


# -- statements ----------------------------------------------------------------------------


def test_an_alternative_is_proved_from_the_failure_of_the_others() -> None:
    either = Or((Rel(x, "<=", ZERO), Rel(x, ">", ZERO)))
    assert isinstance(prove_statement(either, (), Budget.of(5 * SECOND)), Certificate)
    gap = Or((Rel(x, "<", ZERO), Rel(x, ">", ZERO)))
    assert isinstance(prove_statement(gap, (), Budget.of(5 * SECOND)), Counterexample)


def test_an_alternative_among_hypotheses_is_divided() -> None:
    outside = Or((Rel(x, "<", -ONE), Rel(x, ">", ONE)))
    assert isinstance(
        prove_statement(Implies(outside, Rel(x**2, ">", ONE)), (), Budget.of(5 * SECOND)),
        Certificate,
    )
    assert isinstance(
        prove_statement(Implies(outside, Rel(x**3, ">", ONE)), (), Budget.of(5 * SECOND)),
        Counterexample,
    )


# -- limits --------------------------------------------------------------------------------

AREA = 4 * sp.gamma(1 + 1 / p) ** 2 / sp.gamma(1 + 2 / p)


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (n ** (1 / p), ONE),
        (AREA, Integer(4)),
        ((2 * p**2 + 1) / (p**2 + n), Integer(2)),
        (sp.exp(-p) * n, ZERO),
        (n ** (1 / p) * sp.Max(sp.Abs(x), sp.Abs(y)), sp.Max(sp.Abs(x), sp.Abs(y))),
        (p**2 / (p + 1), sp.oo),
        ((n / (1 + n)) ** (2 * p), ZERO),
        ((x**2 / (1 + x**2)) ** p, ZERO),
    ],
)
def test_a_limit_at_infinity_is_certified(expr: Expr, value: Expr) -> None:
    assert isinstance(limit_is(expr, p, sp.oo, value), Certificate)


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (n ** (1 / p), n),
        (AREA, sp.pi),
        (AREA, Integer(2)),
        ((2 * p**2 + 1) / (p**2 + n), ONE),
        ((1 + 1 / p) ** p, ONE),
        (sp.exp(-p) ** (1 / p), ONE),
        ((1 / p) ** (1 / p), ZERO),
        (p - p**2 / (p + 1), ZERO),
        (sp.exp(p) * sp.exp(-2 * p) * sp.exp(p), ZERO),
        ((x**2 / (2 + x**2) - 1) ** p, ZERO),
        ((p / (p + 1)) ** p, ZERO),
    ],
)
def test_a_wrong_limit_is_not_certified(expr: Expr, value: Expr) -> None:
    assert limit_is(expr, p, sp.oo, value) is None


# -- random identities ---------------------------------------------------------------------

LEAVES = st.sampled_from([x, y, z, a, b, ONE, Integer(2), Rational(-1, 2)])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda u, v: u + v, inner, inner),
        st.builds(lambda u, v: u * v, inner, inner),
        st.builds(lambda u: u**2, inner),
        st.builds(lambda u: u / (a + 1), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(TREES, TREES, TREES)
def test_distribution_holds_and_its_perturbation_does_not(u: Expr, v: Expr, w: Expr) -> None:
    left, right = (u + v) * w, sp.expand(u * w) + v * w
    assert isinstance(prove(Goal(left, "=", right), Budget.of(10 * SECOND)), Certificate)
    assert certify(Goal(left, "=", right + Rational(1, 7)), Budget.of(5 * SECOND)) is None
    assert isinstance(prove(Goal(left, "=", right + a), Budget.of(10 * SECOND)), Counterexample)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(TREES, TREES)
def test_a_square_is_not_negative_but_may_vanish(u: Expr, v: Expr) -> None:
    square = sp.expand((u - v) ** 2)
    assert not isinstance(prove(Goal(square, ">=", ZERO), Budget.of(4 * SECOND)), Counterexample)
    assert certify(Goal(square, "<", ZERO), Budget.of(2 * SECOND)) is None


def test_identities_need_no_compiled_package() -> None:
    program = """
        import sys
        for name in ("z3", "scipy", "flint"):
            sys.modules[name] = None
        import sympy as sp
        from qedeck.evidence.proof.certificate import Certificate, Counterexample, Fact, Goal
        from qedeck.evidence.proof.prove import prove
        from qedeck.evidence.proof.budget import SECOND, Budget
        x, y = sp.symbols("x y", real=True)
        r = sp.sqrt(x**2 + y**2)
        facts = (Fact(x**2 + y**2, "!=", sp.Integer(0)),)
        right = Goal(sp.diff(r, x), "=", x / r, facts)
        assert isinstance(prove(right, Budget.of(10 * SECOND)), Certificate)
        wrong = Goal(sp.diff(r, x), "=", -x / r, facts)
        assert isinstance(prove(wrong, Budget.of(10 * SECOND)), Counterexample)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


LARGEST = sp.Max(x, y)
EXPONENTIALS = {
    "share-of-the-largest": (
        sp.exp(t * x) / (sp.exp(t * x) + sp.exp(t * y)),
        sp.Piecewise((1, sp.Eq(x, LARGEST)), (0, True))
        / (1 + sp.Piecewise((1, sp.Eq(x, y)), (0, True))),
    ),
    "soft-maximum": (sp.log(sp.exp(t * x) + sp.exp(t * y)) / t, LARGEST),
    "logistic-slope": (sp.exp(t) * sp.exp(t) / (sp.exp(t) + 1) ** 2, ONE),
    "root": (sp.sqrt(sp.exp(2 * t) + 1) / sp.exp(t), ONE),
}


@pytest.mark.parametrize("name", EXPONENTIALS)
def test_sums_of_exponentials_grow_like_their_largest(name: str) -> None:
    body, value = EXPONENTIALS[name]
    assert limit_is(body, t, sp.oo, value) is not None
    assert limit_is(body, t, sp.oo, value + 1) is None
    assert limit_is(body, t, sp.oo, x) is None


def test_the_one_that_is_largest_does_not_share() -> None:
    share = sp.exp(t * x) / (sp.exp(t * x) + sp.exp(t * y))
    always = sp.Piecewise((1, sp.Eq(x, LARGEST)), (0, True))
    assert limit_is(share, t, sp.oo, always) is None


def test_numbers_are_compared_by_their_values() -> None:
    left, right = sp.log(2) + sp.log(3) / 2, 2 * sp.log(2)
    assert isinstance(prove(Goal(left, "<", right), Budget.of(SECOND)), Certificate)
    assert isinstance(prove(Goal(left, "!=", right), Budget.of(SECOND)), Certificate)
    assert isinstance(prove(Goal(left, ">=", right), Budget.of(SECOND)), Counterexample)


def test_whole_periods_are_taken_away() -> None:
    shifted = sp.sin(2 * sp.pi * (x - 3))
    assert isinstance(
        prove(Goal(sp.sin(2 * sp.pi * x), "=", shifted), Budget.of(5 * SECOND)), Certificate
    )
    half = sp.sin(2 * sp.pi * (x - Rational(1, 2)))
    assert not isinstance(
        prove(Goal(sp.sin(2 * sp.pi * x), "=", half), Budget.of(5 * SECOND)), Certificate
    )


def test_exponentials_may_stand_for_any_positive_numbers() -> None:
    first, second = sp.exp(sp.sqrt(2) * (x * y + z * t) / 2), sp.exp(sp.sqrt(2) * (x * z - y) / 2)
    total = first + second
    shares = first / total + second / total
    assert isinstance(prove(Goal(shares, "=", ONE), Budget.of(SECOND)), Certificate)
    mean = (first * a + second * b) / total
    assert isinstance(prove(Goal(mean, "<=", sp.Max(a, b)), Budget.of(2 * SECOND)), Certificate)
    assert isinstance(prove(Goal(mean, "<=", sp.Min(a, b)), Budget.of(2 * SECOND)), Counterexample)


def test_a_sum_in_a_denominator_is_cleared_without_being_written_out() -> None:
    symbols = sp.symbols("u_1:9", positive=True)
    total = sum(symbols)
    shares = sum(one / total for one in symbols)
    assert isinstance(prove(Goal(shares, "=", ONE), Budget.of(SECOND / 10)), Certificate)
