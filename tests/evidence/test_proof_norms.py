"""Goals of the note on norms at fixed dimensions, each with near misses that must not be proved."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import (
    And,
    Certificate,
    Counterexample,
    Fact,
    Goal,
    Iff,
    Implies,
    Rel,
)
from qedeck.evidence.proof.prove import certify, prove
from qedeck.evidence.proof.statement import prove_statement
from qedeck.evidence.proof.values import holds

X = sp.symbols("x1:6", real=True)
Y = sp.symbols("y1:6", real=True)
ALPHA, THETA, R = sp.symbols("alpha theta r", real=True)
P, Q = sp.symbols("p q", positive=True)
ZERO, ONE, TWO = Integer(0), Integer(1), Integer(2)
AT_LEAST_ONE = (Fact(R, ">=", ONE),)
UNIT = (Fact(THETA, ">=", ZERO), Fact(THETA, "<=", ONE))
ORDERED = (Fact(P, "<=", Q),)

Vector = tuple[Expr, ...] | list[Expr]


def norm(x: Vector, p: Expr) -> Expr:
    return sp.Add(*[sp.Abs(v) ** p for v in x]) ** (1 / p)


def norm2(x: Vector) -> Expr:
    return sp.sqrt(sp.Add(*[v**2 for v in x]))


def norm1(x: Vector) -> Expr:
    return sp.Add(*[sp.Abs(v) for v in x])


def largest(x: Vector) -> Expr:
    return sp.Max(*[sp.Abs(v) for v in x])


def dot(x: Vector, y: Vector) -> Expr:
    return sp.Add(*[a * b for a, b in zip(x, y, strict=True)])


def plus(x: Vector, y: Vector) -> list[Expr]:
    return [a + b for a, b in zip(x, y, strict=True)]


def nonzero(x: Vector) -> Fact:
    return Fact(sp.Add(*[v**2 for v in x]), "!=", ZERO)


def lagrange(n: int) -> Expr:
    x, y = X[:n], Y[:n]
    return sp.Add(*[(x[i] * y[j] - x[j] * y[i]) ** 2 for i in range(n) for j in range(i + 1, n)])


def gap(n: int) -> Expr:
    x, y = X[:n], Y[:n]
    return norm2(x) ** 2 * norm2(y) ** 2 - dot(x, y) ** 2


def weights(x: Vector) -> list[Expr]:
    total = sp.Add(*[sp.Abs(v) ** P for v in x])
    return [sp.Abs(v) ** P / total for v in x]


def entropy(w: Vector) -> Expr:
    return sp.Add(*[v * sp.log(1 / v) for v in w])


def slope(x: Vector) -> Expr:
    """d/dp log ‖x‖_p."""
    return sp.diff(sp.log(sp.Add(*[sp.Abs(v) ** P for v in x])) / P, P)


def gradient(x: Vector, order: Expr) -> Expr:
    """∂‖x‖_r/∂x₁ with the derivative of |t|^r written out."""
    total = sp.Add(*[sp.Abs(v) ** order for v in x])
    inner = order * sp.sign(x[0]) * sp.Abs(x[0]) ** (order - 1)
    return total ** (1 / order - 1) / order * inner


def parallelogram(n: int, factor: int) -> Goal:
    x, y = X[:n], Y[:n]
    minus = [a - b for a, b in zip(x, y, strict=True)]
    left = norm2(plus(x, y)) ** 2 + norm2(minus) ** 2
    return Goal(left, "=", factor * norm2(x) ** 2 + factor * norm2(y) ** 2)


def orthogonal(n: int) -> tuple[list[Expr], tuple[Fact, ...]]:
    """Q x, and QᵀQ = I."""
    entries = [[Symbol(f"q{i}{j}", real=True) for j in range(n)] for i in range(n)]
    facts = tuple(
        Fact(sp.Add(*[row[i] * row[j] for row in entries]), "=", Integer(i == j))
        for i in range(n)
        for j in range(n)
    )
    return [dot(row, X[:n]) for row in entries], facts


def true_goals() -> dict[str, Goal]:
    goals: dict[str, Goal] = {}
    for n in (1, 2, 3):
        x, y = X[:n], Y[:n]
        some = (nonzero(x),)
        each = tuple(Fact(v, "!=", ZERO) for v in x)
        root = sp.sqrt(Integer(n))
        turned, unitary = orthogonal(n)
        mixed = [THETA * a + (1 - THETA) * b for a, b in zip(x, y, strict=True)]
        between = THETA * norm(x, R) + (1 - THETA) * norm(y, R)
        w = weights(x)
        goals |= {
            f"lagrange-{n}": Goal(gap(n), "=", lagrange(n)),
            f"gradient-{n}": Goal(sp.diff(norm2(x), x[0]), "=", x[0] / norm2(x), some),
            f"homogeneity-{n}": Goal(
                norm([ALPHA * v for v in x], P), "=", sp.Abs(ALPHA) * norm(x, P)
            ),
            f"homogeneity-max-{n}": Goal(
                largest([ALPHA * v for v in x]), "=", sp.Abs(ALPHA) * largest(x)
            ),
            f"gradient-p-{n}": Goal(
                gradient(x, R),
                "=",
                sp.sign(x[0]) * (sp.Abs(x[0]) / norm(x, R)) ** (R - 1),
                (*some, Fact(R, ">", ONE)),
            ),
            f"entropy-{n}": Goal(slope(x), "=", -entropy(w) / P**2, each),
            f"entropy-sign-{n}": Goal(entropy(w), ">=", ZERO, each),
            f"parallelogram-{n}": parallelogram(n, 2),
            f"isometry-{n}": Goal(norm2(turned), "=", norm2(x), unitary),
            f"cauchy-schwarz-{n}": Goal(sp.Abs(dot(x, y)), "<=", norm2(x) * norm2(y)),
            f"l1-l2-{n}": Goal(norm1(x), "<=", root * norm2(x)),
            f"l2-l1-{n}": Goal(norm2(x), "<=", norm1(x)),
            f"holder-{n}": Goal(dot(x, y), "<=", largest(x) * norm1(y)),
            f"triangle-1-{n}": Goal(norm1(plus(x, y)), "<=", norm1(x) + norm1(y)),
            f"triangle-2-{n}": Goal(norm2(plus(x, y)), "<=", norm2(x) + norm2(y)),
            f"triangle-max-{n}": Goal(largest(plus(x, y)), "<=", largest(x) + largest(y)),
            f"triangle-p-{n}": Goal(
                norm(plus(x, y), R), "<=", norm(x, R) + norm(y, R), AT_LEAST_ONE
            ),
            f"convex-{n}": Goal(norm(mixed, R), "<=", between, (*UNIT, *AT_LEAST_ONE)),
            f"sandwich-left-{n}": Goal(largest(x), "<=", norm(x, P)),
            f"sandwich-right-{n}": Goal(norm(x, P), "<=", n ** (1 / P) * largest(x)),
            f"monotone-{n}": Goal(norm(x, Q), "<=", norm(x, P), ORDERED),
            f"power-mean-{n}": Goal(norm(x, P), "<=", n ** (1 / P - 1 / Q) * norm(x, Q), ORDERED),
        }
    a, b = X[:2]
    jensen = THETA * a**2 + (1 - THETA) * b**2 - (THETA * a + (1 - THETA) * b) ** 2
    goals |= {
        "cauchy-schwarz-4": Goal(sp.Abs(dot(X[:4], Y[:4])), "<=", norm2(X[:4]) * norm2(Y[:4])),
        "lagrange-5": Goal(gap(5), "=", lagrange(5)),
        "jensen-identity": Goal(jensen, "=", THETA * (1 - THETA) * (a - b) ** 2),
        "jensen": Goal(jensen, ">=", ZERO, UNIT),
        "witness": Goal(TWO ** (1 / P), ">", TWO, (Fact(P, "<", ONE),)),
        "area-1": Goal(4 * sp.gamma(TWO) ** 2 / sp.gamma(Integer(3)), "=", TWO),
        "area-2": Goal(4 * sp.gamma(Rational(3, 2)) ** 2 / sp.gamma(TWO), "=", sp.pi),
    }
    return goals


def false_goals() -> dict[str, Goal]:
    goals: dict[str, Goal] = {}
    for n in (2, 3):
        x, y = X[:n], Y[:n]
        some = (nonzero(x),)
        each = tuple(Fact(v, "!=", ZERO) for v in x)
        fewer = Integer(n - 1)
        turned, unitary = orthogonal(n)
        w = weights(x)
        minus = [a - b for a, b in zip(x, y, strict=True)]
        goals |= {
            f"lagrange-doubled-{n}": Goal(gap(n), "=", 2 * lagrange(n)),
            f"lagrange-sign-{n}": Goal(gap(n), "=", -lagrange(n)),
            f"gradient-no-norm-{n}": Goal(sp.diff(norm2(x), x[0]), "=", x[0], some),
            f"gradient-sign-{n}": Goal(sp.diff(norm2(x), x[0]), "=", -x[0] / norm2(x), some),
            f"homogeneity-no-bars-{n}": Goal(
                norm([ALPHA * v for v in x], P), "=", ALPHA * norm(x, P)
            ),
            f"homogeneity-power-{n}": Goal(
                norm([ALPHA * v for v in x], P), "=", sp.Abs(ALPHA) ** P * norm(x, P)
            ),
            f"gradient-p-exponent-{n}": Goal(
                gradient(x, R),
                "=",
                sp.sign(x[0]) * (sp.Abs(x[0]) / norm(x, R)) ** R,
                (*some, Fact(R, ">", ONE)),
            ),
            f"gradient-p-no-sign-{n}": Goal(
                gradient(x, R),
                "=",
                (sp.Abs(x[0]) / norm(x, R)) ** (R - 1),
                (*some, Fact(R, ">", ONE)),
            ),
            f"entropy-power-{n}": Goal(slope(x), "=", -entropy(w) / P, each),
            f"entropy-flipped-{n}": Goal(slope(x), "=", entropy(w) / P**2, each),
            f"entropy-negative-{n}": Goal(entropy(w), "<=", ZERO, each),
            f"parallelogram-one-{n}": parallelogram(n, 1),
            f"isometry-doubled-{n}": Goal(norm2(turned), "=", 2 * norm2(x), unitary),
            f"cauchy-schwarz-strict-{n}": Goal(sp.Abs(dot(x, y)), "<", norm2(x) * norm2(y)),
            f"cauchy-schwarz-half-{n}": Goal(sp.Abs(dot(x, y)), "<=", norm2(x) * norm2(y) / 2),
            f"cauchy-schwarz-one-{n}": Goal(sp.Abs(dot(x, y)), "<=", norm2(x)),
            f"l1-l2-fewer-{n}": Goal(norm1(x), "<=", sp.sqrt(fewer) * norm2(x)),
            f"l1-l2-flipped-{n}": Goal(norm1(x), ">=", sp.sqrt(fewer + 1) * norm2(x)),
            f"l2-l1-strict-{n}": Goal(norm2(x), "<", norm1(x)),
            f"holder-max-{n}": Goal(dot(x, y), "<=", largest(x) * largest(y)),
            f"triangle-minus-{n}": Goal(norm2(plus(x, y)), "<=", norm2(x) - norm2(y)),
            f"triangle-difference-{n}": Goal(norm2(plus(x, y)), "<=", norm2(minus)),
            f"triangle-any-p-{n}": Goal(norm(plus(x, y), P), "<=", norm(x, P) + norm(y, P)),
            f"triangle-strict-{n}": Goal(
                norm(plus(x, y), R), "<", norm(x, R) + norm(y, R), AT_LEAST_ONE
            ),
            f"sandwich-left-strict-{n}": Goal(largest(x), "<", norm(x, P)),
            f"sandwich-right-fewer-{n}": Goal(norm(x, P), "<=", fewer ** (1 / P) * largest(x)),
            f"sandwich-flipped-{n}": Goal(norm(x, P), "<=", largest(x)),
            f"monotone-flipped-{n}": Goal(norm(x, P), "<=", norm(x, Q), ORDERED),
            f"power-mean-flipped-{n}": Goal(
                norm(x, P), "<=", n ** (1 / Q - 1 / P) * norm(x, Q), ORDERED
            ),
            f"power-mean-unordered-{n}": Goal(norm(x, P), "<=", n ** (1 / P - 1 / Q) * norm(x, Q)),
        }
    a, b = X[:2]
    jensen = THETA * a**2 + (1 - THETA) * b**2 - (THETA * a + (1 - THETA) * b) ** 2
    return goals | {
        "jensen-half-bounded": Goal(jensen, ">=", ZERO, UNIT[:1]),
        "jensen-strict": Goal(jensen, ">", ZERO, UNIT),
        "witness-at-one": Goal(TWO ** (1 / P), ">", TWO, (Fact(P, "<=", ONE),)),
        "witness-to-two": Goal(TWO ** (1 / P), ">", TWO, (Fact(P, "<", TWO),)),
        "area-pi": Goal(4 * sp.gamma(Rational(3, 2)) ** 2 / sp.gamma(TWO), "=", 2 * sp.pi),
    }


TRUE, FALSE = true_goals(), false_goals()


@pytest.mark.parametrize("name", TRUE)
def test_a_true_goal_is_certified_without_conditions(name: str) -> None:
    found = prove(TRUE[name], Budget.of(30 * SECOND))
    assert isinstance(found, Certificate)
    assert found.ways
    assert found.detail
    assert not found.conditions


@pytest.mark.parametrize("name", FALSE)
def test_a_false_goal_is_refuted_by_values_that_break_it(name: str) -> None:
    goal = FALSE[name]
    found = prove(goal, Budget.of(10 * SECOND))
    assert isinstance(found, Counterexample)
    assert all(holds(fact, found.values) is True for fact in goal.facts)
    assert holds(goal.denial, found.values) is True


@pytest.mark.parametrize("name", FALSE)
def test_a_false_goal_is_not_certified_even_without_looking_for_counterexamples(name: str) -> None:
    try:
        found = certify(FALSE[name], Budget.of(3 * SECOND))
    except OutOfSteps:
        found = None
    assert found is None


ORDERS = {"p": lambda x: norm(x, P), "2": norm2, "1": norm1, "max": largest}


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("order", ORDERS)
def test_only_zero_has_length_zero(order: str, n: int) -> None:
    zero = And(tuple(Rel(v, "=", ZERO) for v in X[:n]))
    statement = Iff(Rel(ORDERS[order](X[:n]), "=", ZERO), zero)
    assert isinstance(prove_statement(statement, (), Budget.of(30 * SECOND)), Certificate)


def test_a_sum_may_vanish_away_from_zero() -> None:
    zero = And(tuple(Rel(v, "=", ZERO) for v in X[:2]))
    found = prove_statement(Iff(Rel(X[0] + X[1], "=", ZERO), zero), (), Budget.of(10 * SECOND))
    assert isinstance(found, Counterexample)


def test_one_coordinate_does_not_decide_the_norm() -> None:
    statement = Iff(Rel(norm(X[:2], P), "=", ZERO), Rel(X[0], "=", ZERO))
    assert isinstance(prove_statement(statement, (), Budget.of(10 * SECOND)), Counterexample)


def test_the_parallelogram_law_singles_out_two() -> None:
    law = Rel(2 * TWO ** (2 / P), "=", Integer(4))
    assert isinstance(
        prove_statement(Iff(law, Rel(P, "=", TWO)), (), Budget.of(10 * SECOND)), Certificate
    )
    assert isinstance(
        prove_statement(Iff(law, Rel(P, "=", ONE)), (), Budget.of(10 * SECOND)), Counterexample
    )


def test_an_implication_from_a_contradiction_is_not_proved() -> None:
    statement = Implies(Rel(X[0] ** 2, "<", ZERO), Rel(X[1], "=", ZERO))
    assert prove_statement(statement, (), Budget.of(5 * SECOND)) is None
