"""Budgets count steps: what a search finds does not depend on the machine."""

import signal

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol

from qedeck.evidence.proof.algebra import expanded, factor_list, factored, terms
from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal, Unsupported
from qedeck.evidence.proof.prove import prove

X, Y, Z = (Symbol(name, real=True) for name in "xyz")
P = Symbol("p", positive=True)
HARD = Goal(X**4 * Y**2 + X**2 * Y**4 + Z**6, ">=", 3 * X**2 * Y**2 * Z**2)
"""Motzkin's form: no sum of squares."""


def test_a_budget_is_spent_by_its_shares() -> None:
    budget = Budget.of(100)
    share = budget.within(30)
    share.spend(20)
    assert (share.left, budget.left) == (9, 79)


def test_what_costs_more_than_is_left_is_refused_before_it_begins() -> None:
    budget = Budget.of(10)
    with pytest.raises(OutOfSteps):
        budget.spend(11)
    assert budget.left == 10


def test_what_was_done_is_taken_even_where_it_was_too_much() -> None:
    budget = Budget.of(10)
    budget.took(50)
    assert budget.left == 0
    assert budget.within(5).left == 0


def test_a_share_is_no_larger_than_what_is_left() -> None:
    assert Budget.of(10).within(50).left == 10


def expression(choices: list[int]) -> sp.Expr:
    e: sp.Expr = X
    for choice in choices:
        e = [e + Y, e * (Z + 1), e**2, e - Rational(1, 2), e * Y + Z][choice]
    return e


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=5))
def test_no_expression_has_more_terms_than_was_estimated(choices: list[int]) -> None:
    e = expression(choices)
    assert len(sp.Add.make_args(sp.expand(e))) <= terms(e)


@pytest.mark.parametrize(
    "huge", [(X + Y + Z + 1) ** 400, (X + Y) ** 200 * (Y + Z) ** 200, X * (1 + (X + Y + Z) ** 300)]
)
def test_what_would_have_too_many_terms_is_not_multiplied_out(huge: sp.Expr) -> None:
    with pytest.raises(Unsupported):
        expanded(huge)
    found = prove(Goal(huge, "<=", huge + Rational(1, 3) * X), Budget.of(SECOND))
    assert not isinstance(found, Certificate)


GOALS = {
    "found at once": Goal((X + Y) ** 2, "=", X**2 + 2 * X * Y + Y**2),
    "with z3": Goal(X**2 + Y**2, ">=", X * Y * Rational(3, 2), (Fact(X, ">", sp.Integer(1)),)),
    "over boxes": Goal(sp.exp(X), ">=", 1 + X),
    "in vain": HARD,
    "for every power": Goal(P**X * P**Y, "=", P ** (X + Y)),
}


@pytest.mark.parametrize("name", GOALS)
def test_a_search_takes_the_same_steps_again(name: str) -> None:
    spent = []
    for _ in range(3):
        budget = Budget.of(SECOND)
        spent.append((type(prove(GOALS[name], budget)), budget.meter.spent))
        sp.core.cache.clear_cache()
    assert len(set(spent)) == 1


@pytest.mark.parametrize("name", GOALS)
def test_no_signal_handler_is_installed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a prover asks for a signal")

    for one in ("signal", "setitimer", "alarm"):
        monkeypatch.setattr(signal, one, refused, raising=False)
    prove(GOALS[name], Budget.of(SECOND))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=5), st.integers(1, 9))
def test_factors_are_those_of_sympy(choices: list[int], scale: int) -> None:
    e = sp.expand(-expression(choices) / scale)
    constant, parts = sp.factor_list(e)
    found = factor_list(e)
    assert (found[0], set(found[1])) == (constant, {(f, int(k)) for f, k in parts})


def test_what_takes_sympy_long_is_factored() -> None:
    parts = [(X + 2 * Y + Z + 1) ** 8, (X - Y * Z + 3) ** 5, (X * Y - Z) ** 4]
    _, found = factor_list(sp.expand(sp.Mul(*parts)))
    assert sp.Mul(*[f**k for f, k in found]) == sp.Mul(*parts)


@pytest.mark.parametrize("e", [sp.sqrt(2) * X + 1, sp.Integer(6), X, sp.exp(X) ** 2 - 1, sp.pi * X])
def test_a_product_of_factors_is_the_expression(e: sp.Expr) -> None:
    assert sp.simplify(factored(e) - e) == 0
