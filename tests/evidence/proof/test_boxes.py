"""Inequalities with exponentials, logarithms and the like, by ball arithmetic over boxes."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Expr, Integer, Rational, cos, erf, exp, gamma, log, pi, sin, sqrt, tanh

from qedeck.evidence.proof.boxes import boxed
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.enclosures import Enclosure
from qedeck.evidence.proof.intervals import Interval, arb
from qedeck.evidence.proof.prove import prove
from qedeck.evidence.proof.values import precise

x, y, t = sp.symbols("x y t", real=True)
z = sp.symbols("z_1:5", real=True)
w = sp.symbols("w_1:5", real=True)
q = sp.symbols("q_1:5", positive=True)
a, b, p, r = sp.symbols("a b p r", positive=True)
ZERO, ONE, TWO = Integer(0), Integer(1), Integer(2)
HALF = Rational(1, 2)


def goal(left: object, sign: str, right: object, *facts: tuple[object, str, object]) -> Goal:
    given_ = tuple(Fact(sp.sympify(u), s, sp.sympify(v)) for u, s, v in facts)
    return Goal(sp.sympify(left), sign, sp.sympify(right), given_)


def lse(values: tuple[Expr, ...]) -> Expr:
    return log(sp.Add(*[exp(v) for v in values]))


def collected(n: int) -> Expr:
    return sp.Add(*[s * v - s * log(s) for s, v in zip(q[:n], z[:n], strict=True)])


def tangent(n: int) -> Expr:
    total = sp.Add(*[exp(v) for v in z[:n]])
    return lse(z[:n]) + sp.Add(
        *[exp(v) / total * (u - v) for u, v in zip(w[:n], z[:n], strict=True)]
    )


UNIT = ((x, ">=", 0), (x, "<=", 1))
SHARE = ((p, "<", 1),)

TRUE = {
    "a gap on a compact box": goal(sp.Abs(sin(x) - x), "<=", Rational(1, 6), *UNIT),
    "two symbols": goal(sin(x) * cos(y), "<=", x + 1, *UNIT, (y, ">=", 0), (y, "<=", 1)),
    "the exponential's tangent": goal(exp(t), ">=", 1 + t),
    "the logarithm's tangent": goal(log(x), "<=", x - 1, (x, ">", 0)),
    "touching at 1": goal(exp(x), ">=", sp.E * x),
    "touching at log 2": goal(exp(t), ">=", 2 + 2 * (t - log(2))),
    "touching at 1/e": goal(x * log(x), ">=", -1 / sp.E, (x, ">", 0)),
    "touching flatly": goal(cos(x), ">=", 1 - x**2 / 2),
    "touching at an edge": goal(sin(x), ">=", x - x**3 / 6, (x, ">=", 0)),
    "both edges, one irrational": goal(sin(x), ">=", 0, (x, ">=", 0), (x, "<=", pi)),
    "a chord": goal(sin(x), ">=", 2 * x / pi, (x, ">=", 0), (x, "<=", pi / 2)),
    "strict but for one point": goal(exp(x), ">", 1 + x, (x, "!=", 0)),
    "different": goal(exp(x), "!=", x),
    "a half line": goal(log(1 + x), ">=", 2 * x / (2 + x), (x, ">=", 0)),
    "fading at infinity": goal(log(1 + 1 / x), ">", 1 / (x + 1), (x, ">", 0)),
    "growth beyond growth": goal((exp(x) + exp(-x)) / 2, "<=", exp(x**2 / 2)),
    "saturation": goal(sp.Abs(tanh(x)), "<", 1),
    "a logistic slope": goal(exp(-x) / (1 + exp(-x)) ** 2, "<=", Rational(1, 4)),
    "a kink": goal(sp.Abs(sin(x)), "<=", sp.Abs(x)),
    "a maximum": goal(log(1 + exp(x)), "<=", sp.Max(0, x) + log(2)),
    "a sigmoid unit": goal(x / (1 + exp(-x)), ">=", Rational(-279, 1000)),
    "the error function": goal(erf(x), "<=", 2 * x / sqrt(pi), (x, ">=", 0)),
    "the gamma function": goal(gamma(x), ">=", Rational(88, 100), (x, ">", 0)),
    "a power of itself": goal(x**x, ">=", Rational(69, 100), (x, ">", 0)),
    "Bernoulli": goal((1 + x) ** a, ">=", 1 + a * x, (x, ">=", -1), (a, ">=", 1)),
    "larger powers": goal(x**p, "<=", x**r, (x, ">=", 1), (r, ">=", p)),
    "touching along a line": goal(exp(x + y), ">=", 1 + x + y),
    "touching along a curve": goal(x * y, "<=", exp(x) + y * log(y) - y, (y, ">", 0)),
    "touching in the plane": goal(exp(-(x**2) - y**2), "<=", 1 / (1 + x**2 + y**2)),
    "divergence of coins": goal(
        a * log(a / p) + b * log(b / (1 - p)), ">=", 0, (a + b, "=", 1), *SHARE
    ),
    "Pinsker for a coin": goal(
        p * log(2 * p) + (1 - p) * log(2 - 2 * p), ">=", 2 * (p - HALF) ** 2, *SHARE
    ),
    "Hoeffding for a coin": goal(log(1 - p + p * exp(x)) - p * x, "<=", x**2 / 8, *SHARE),
    "entropy of a coin": goal(-p * log(p) - (1 - p) * log(1 - p), "<=", log(2), *SHARE),
    "a largest of four": goal(lse(z), "<=", sp.Max(*z) + log(4)),
    "Gibbs at 2": goal(collected(2), "<=", lse(z[:2]), (sp.Add(*q[:2]), "=", 1)),
    "Gibbs at 4": goal(collected(4), "<=", lse(z), (sp.Add(*q), "=", 1)),
    "convex at 2": goal(lse(w[:2]), ">=", tangent(2)),
}  # fmt: skip

FALSE = {
    "too steep": goal(exp(t), ">=", 1 + Rational(10001, 10000) * t),
    "too high by a billionth": goal(exp(t), ">=", 1 + t + Rational(1, 10**9)),
    "strict where it touches": goal(exp(t), ">", 1 + t),
    "strict where it touches at 1": goal(exp(x), ">", sp.E * x),
    "undefined below 0": goal(log(x), "<=", x - 1, (x, ">=", -1)),
    "undefined at 0": goal(log(x), "<=", x - 1, (x, ">=", 0)),
    "a pole inside": goal(1 / x + exp(x), ">", 0, (x, ">", -1)),
    "a root of negative numbers": goal(sqrt(x) * exp(x), ">=", 0),
    "negative on a width of a millionth": goal(
        exp(x) * ((x - Rational(1, 3)) ** 2 - Rational(1, 4 * 10**12)), ">=", 0
    ),
    "too high by a trillionth": goal((x - 1) ** 2 * exp(x), ">=", Rational(1, 10**12)),
    "an edge beyond the root": goal(sin(x), ">=", 0, (x, ">=", 0), (x, "<=", Rational(315, 100))),
    "a jump at an edge": goal(
        exp(x) - 6 * sp.sign(x) + Rational(49, 10), ">=", 0, (x, ">=", 0)
    ),
    "a jump at an edge left out": goal(x - 5 * sp.sign(x) + exp(x) - 1, ">=", 0, (x, ">", 0)),
    "0 to the 0": goal(x**y, "<=", HALF, *UNIT, (y, ">=", 0), (y, "<=", 1)),
    "a largest of two": goal(lse(z[:2]), "<=", sp.Max(*z[:2]) + log(2) - Rational(1, 10**8)),
    "Gibbs less a little": goal(
        collected(2), "<=", lse(z[:2]) - Rational(1, 10**7), (sp.Add(*q[:2]), "=", 1)
    ),
    "Hoeffding too sharp": goal(
        log(1 - p + p * exp(x)) - p * x, "<=", 100 * x**2 / 801, *SHARE
    ),
    "false at the edge that a fact leaves": goal(
        exp(x + y), ">=", 3, *UNIT, (y, ">=", 0), (x + y, ">=", 1)
    ),
    "a fact that is no range": goal(exp(x), "<=", 2, (x**2, ">=", 2), (x, ">", 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_is_proved(name: str) -> None:
    found = boxed(TRUE[name], Budget.of(5 * SECOND))
    assert found is not None
    assert found.detail.startswith("ball arithmetic over ")


@pytest.mark.parametrize("name", FALSE)
def test_what_fails_somewhere_is_not_proved(name: str) -> None:
    assert boxed(FALSE[name], Budget.of(2 * SECOND)) is None


@pytest.mark.parametrize(
    "facts", [((x, ">", 1), (x, "<", 0)), ((x**2, "<", -1),)], ids=["ranges", "a square"]
)
def test_nothing_is_proved_of_no_values(facts: tuple[tuple[object, str, object], ...]) -> None:
    assert boxed(goal(exp(x), "<", 0, *facts), Budget.of(2 * SECOND)) is None


@pytest.mark.parametrize(
    "polynomial", [goal(x**2, ">=", 2 * x - 1), goal(sqrt(a * b), "<=", (a + b) / 2)]
)
def test_what_is_algebraic_is_left_to_others(polynomial: Goal) -> None:
    assert boxed(polynomial, Budget.of(2 * SECOND)) is None


def test_the_prover_uses_boxes() -> None:
    found = prove(TRUE["the exponential's tangent"], Budget.of(5 * SECOND))
    assert isinstance(found, Certificate)
    assert found.ways == ("boxes",)
    assert not found.conditions


# -- enclosures ----------------------------------------------------------------------------

EDGES = st.fractions(min_value=-4, max_value=4, max_denominator=16)
LEAVES = st.sampled_from([x, y]) | st.fractions(
    min_value=-3, max_value=3, max_denominator=4
).map(lambda f: Rational(f.numerator, f.denominator))  # fmt: skip
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        inner.map(exp),
        inner.map(sin),
        inner.map(cos),
        inner.map(tanh),
        inner.map(sp.Abs),
        inner.map(lambda e: sp.Max(e, ONE)),
        inner.map(lambda e: log(1 + e**2)),
        inner.map(lambda e: sqrt(1 + sp.Abs(e))),
        inner.map(lambda e: (TWO + sin(e)) ** (1 + sp.Abs(e))),
        inner.map(lambda e: gamma(1 + sp.Abs(e))),
        inner.map(erf),
        inner.map(lambda e: 1 / (1 + e**2)),
    ),
    max_leaves=4,
).filter(lambda e: e.has(x) and sp.count_ops(e) < 15 and not e.has(sp.re, sp.im))


def value(e: Expr, at: dict[Expr, Expr]) -> mpmath.mpf | None:
    """A value with 40 digits; None where it is enormous."""
    found = e.xreplace(at).evalf(40)
    return found if found.is_Float or found.is_Rational else None


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, EDGES, EDGES, EDGES, st.integers(0, 8))
def test_an_enclosure_holds_every_value(
    e: Expr, low: object, high: object, c: object, k: int
) -> None:
    low, high = sorted((Rational(low), Rational(high)))
    inside = low + (high - low) * Rational(k, 8)
    with precise(64):
        bounds = [Enclosure(v).over({}) for v in (low, high, Rational(c))]
        box = {x: Interval(bounds[0].low, bounds[1].high), y: bounds[2]}
        found = Enclosure(e).over(box)
        exact = value(e, {x: inside, y: Rational(c)})
        assume(exact is not None and abs(exact) < 10**30)
        ball = arb(str(exact), abs(float(exact)) * 1e-25 + 1e-25)
        assert found.low <= ball.upper()
        assert found.high >= ball.lower()


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS, st.sampled_from(["<=", "<"]), EDGES, EDGES, st.booleans())
def test_what_is_proved_holds_at_many_places(
    left: Expr, right: Expr, sign: str, low: object, high: object, whole: bool
) -> None:
    low, high = sorted((Rational(low), Rational(high)))
    facts = [(y, ">=", 0), (y, "<=", 1)]
    facts += [] if whole else [(x, ">=", low), (x, "<=", high)]
    trial = goal(left, sign, right, *facts)
    if boxed(trial, Budget.of(4 * SECOND)) is None:
        return
    ends = (Rational(-9), Rational(9)) if whole else (low, high)
    for k in range(21):
        for other in (ZERO, ONE):
            place = {x: ends[0] + (ends[1] - ends[0]) * Rational(k, 20), y: other}
            gap = value(trial.right - trial.left, place)
            if gap is not None and abs(gap) < 10**30:
                assert gap >= -sp.Float("1e-25")


@settings(max_examples=40, deadline=None)
@given(EXPRESSIONS, EDGES, EDGES, st.integers(0, 8))
def test_nothing_is_proved_that_a_value_refutes(e: Expr, low: object, high: object, k: int) -> None:
    low, high = sorted((Rational(low), Rational(high)))
    place = {x: low + (high - low) * Rational(k, 8), y: HALF}
    least = value(e, place)
    assume(least is not None and abs(least) < 10**6)
    above = Rational(str(least)) + Rational(1, 10**9)
    facts = ((x, ">=", low), (x, "<=", high), (y, ">=", 0), (y, "<=", 1))
    assert boxed(goal(e, ">=", above, *facts), Budget.of(4 * SECOND)) is None
