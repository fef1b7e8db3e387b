"""What z3 is told, and what it makes of it."""

from __future__ import annotations

import pytest
import sympy as sp

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Counterexample, Fact, Goal
from qedeck.evidence.proof.prove import modelled
from qedeck.evidence.proof.solver import refuted

ZERO, HALF = sp.Integer(0), sp.Rational(1, 2)
w = sp.Symbol("w", real=True)
a, h, up = sp.symbols("a h up", nonnegative=True)
down = sp.Symbol("down", nonpositive=True)
b = sp.Symbol("b", real=True)
LEFT = a * sp.Max(0, 1 - b / a)
"""What soft thresholding leaves of a length."""

WORSE = {
    "off the line": (up, Fact(up, "!=", ZERO)),
    "off the line, downwards": (down, Fact(down, "!=", ZERO)),
    "along it": (up, Fact(w, "!=", LEFT)),
    "along it, downwards": (down, Fact(w, "!=", LEFT)),
    "before it": (up, Fact(w, "<", LEFT)),
}


@pytest.mark.parametrize("name", WORSE)
def test_a_sign_that_no_term_sees_costs_nothing(name: str) -> None:
    off, apart = WORSE[name]
    there = HALF * (off**2 + (w - a) ** 2) + b * sp.sqrt(w**2 + off**2)
    here = HALF * (LEFT - a) ** 2 + b * LEFT
    budget = Budget.of(20_000)
    assert refuted([Fact(a**2, ">", ZERO), apart, Fact(there, "<=", here)], budget) is True


def test_a_positive_number_has_no_square_that_is_zero() -> None:
    positive, negative = sp.Symbol("p", positive=True), sp.Symbol("n", negative=True)
    assert refuted([Fact(positive**2, "=", ZERO)], Budget.of(SECOND)) is True
    assert refuted([Fact(negative**4, "<=", ZERO)], Budget.of(SECOND)) is True
    assert isinstance(refuted([Fact(up**2, "=", ZERO)], Budget.of(SECOND)), dict)


@pytest.mark.parametrize(("symbol", "value"), [(up, 3), (down, -3)], ids=str)
def test_a_value_that_is_found_has_the_sign_of_its_symbol(symbol: sp.Symbol, value: int) -> None:
    assert refuted([Fact(symbol**2, "=", sp.Integer(9))], Budget.of(SECOND)) == {symbol: value}


def test_a_sign_that_a_term_sees_is_told() -> None:
    assert refuted([Fact(up**2 + up, "<", ZERO)], Budget.of(SECOND)) is True
    assert refuted([Fact(down**3, ">", ZERO)], Budget.of(SECOND)) is True
    assert isinstance(refuted([Fact(w**2 + w, "<", ZERO)], Budget.of(SECOND)), dict)


def test_what_the_last_question_refutes_is_proved() -> None:
    higher = Goal(w**4 - w, ">=", -HALF)
    assert isinstance(modelled(higher, Budget.of(SECOND)), Certificate)
    touched = Goal(w**4 - w, ">=", -sp.Rational(1, 4))
    assert isinstance(modelled(touched, Budget.of(SECOND)), Counterexample)
    void = Goal(w, ">", ZERO, (Fact(w, "<", b), Fact(b, "<", w)))
    assert modelled(void, Budget.of(SECOND)) is None
