"""What was proved of one channel is remembered for another, and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sympy as sp

from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate, Counterexample, Fact, Formula, Rel
from qedeck.evidence.renaming import Memory, Verdict

X1, X2, Y1, Y2 = sp.symbols("x_1 x_2 y_1 y_2", real=True)
POSITIVE = sp.Symbol("x_1", positive=True)
ZERO = sp.Integer(0)


class Prover:
    """Gives the answers it was told to, and counts how often it is asked."""

    def __init__(self, *answers: Verdict) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[Fact, ...]] = []

    def __call__(self, facts: tuple[Fact, ...], budget: Budget) -> Verdict:
        assert budget.left > 0
        self.asked.append(facts)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def proof(conditions: Sequence[Fact] = ()) -> Certificate:
    return Certificate(("normal form",), "both sides agree", conditions=tuple(conditions))


def product(x: sp.Expr, y: sp.Expr) -> Formula:
    return Rel(x * (x + 2 * y), "=", x**2 + 2 * x * y)


def test_a_case_that_differs_in_names_alone_is_decided_once() -> None:
    memory, prover = Memory(), Prover(proof())
    first = memory.verdict(product(X1, Y1), (Fact(X1, ">", ZERO),), Budget.of(1000), prover)
    second = memory.verdict(product(X2, Y2), (Fact(X2, ">", ZERO),), Budget.of(1000), prover)
    assert first == second == proof()
    assert len(prover.asked) == 1


@pytest.mark.parametrize(
    ("formula", "facts"),
    [
        (product(X2, Y2), (Fact(Y2, ">", ZERO),)),
        (product(X2, Y2), (Fact(X2, ">=", ZERO),)),
        (product(X2, X2), (Fact(X2, ">", ZERO),)),
        (Rel(X2 * (X2 + 2 * Y2), "<=", X2**2 + 2 * X2 * Y2), (Fact(X2, ">", ZERO),)),
        (product(POSITIVE, Y2), (Fact(POSITIVE, ">", ZERO),)),
    ],
    ids=["another fact", "a weaker fact", "one symbol for two", "another sign", "what is assumed"],
)
def test_any_other_difference_is_another_case(formula: Formula, facts: tuple[Fact, ...]) -> None:
    memory, prover = Memory(), Prover(proof())
    memory.verdict(product(X1, Y1), (Fact(X1, ">", ZERO),), Budget.of(1000), prover)
    memory.verdict(formula, facts, Budget.of(1000), prover)
    assert len(prover.asked) == 2


def test_facts_about_other_symbols_are_left_out_first() -> None:
    memory, prover = Memory(), Prover(proof())
    own, other = Fact(X1, ">", ZERO), Fact(X2, ">", ZERO)
    memory.verdict(product(X1, Y1), (own, other), Budget.of(1000), prover)
    assert prover.asked == [(own,)]


def test_what_needs_all_facts_is_decided_with_all_of_them() -> None:
    memory, prover = Memory(), Prover(None, proof(), proof())
    own, other = Fact(X1, ">", ZERO), Fact(X2, ">", X1)
    for _ in range(2):
        assert memory.verdict(product(X1, Y1), (own, other), Budget.of(1000), prover) == proof()
    assert prover.asked == [(own,), (own, other), (own, other)]


@pytest.mark.parametrize(
    "verdict", [None, Counterexample({X1: sp.Integer(1)}), proof([Fact(X1, "!=", ZERO)])]
)
def test_only_proofs_without_conditions_are_remembered(verdict: Verdict) -> None:
    memory, prover = Memory(), Prover(verdict)
    for x, y in ((X1, Y1), (X2, Y2)):
        assert memory.verdict(product(x, y), (), Budget.of(1000), prover) is verdict
    assert len(prover.asked) == 2
