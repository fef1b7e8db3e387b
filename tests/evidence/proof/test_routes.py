"""A way to a proof that is too long for a goal leaves the others open."""

from __future__ import annotations

import pytest
import sympy as sp

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.prove import certify
from qedeck.evidence.proof.routes import squared

ZERO, ONE, HALF = sp.Integer(0), sp.Integer(1), sp.Rational(1, 2)
PRICE = sp.Symbol("l", real=True)


def gain(n: int, weight: sp.Expr = HALF, moved: sp.Expr = ONE) -> Goal:
    """What a step along x gains, of squares less a size: an equation of many terms."""
    x, y = sp.symbols(f"x1:{n + 1}", real=True), sp.symbols(f"y1:{n + 1}", real=True)
    b = sum(a * c for a, c in zip(x, y, strict=True))
    length = sum(a**2 for a in x)
    step = moved * (sp.Abs(b) - PRICE) * sp.sign(b) / length
    left = weight * (
        sum(c**2 for c in y) - sum((step * a - c) ** 2 for a, c in zip(x, y, strict=True))
    ) - PRICE * sp.Abs(step)
    facts = (Fact(PRICE, ">=", ZERO), Fact(sp.Abs(b), ">=", PRICE), Fact(length, ">", ZERO))
    return Goal(left, "=", (sp.Abs(b) - PRICE) ** 2 / (2 * length), facts)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_an_equation_of_many_terms_is_proved_by_the_way_that_is_left(n: int) -> None:
    assert isinstance(certify(gain(n), Budget.of(8 * SECOND)), Certificate)


@pytest.mark.parametrize(
    "wrong", [gain(4, weight=ONE), gain(4, moved=sp.Integer(2)), gain(4, moved=-HALF)],
    ids=["weight", "step", "direction"],
)  # fmt: skip
def test_no_way_leads_to_an_equation_that_is_wrong(wrong: Goal) -> None:
    assert certify(wrong, Budget.of(8 * SECOND)) is None


def test_squares_of_too_many_terms_are_no_easier_goal() -> None:
    assert squared(gain(4)) is None
