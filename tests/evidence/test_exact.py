from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved, settings
from qedeck.evidence.lemmas import usable
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.settings import infinities

from .written import claim


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (
            (r"Let $x, s \in \mathbb{R}^n$ with $s \odot s = \mathbf{1}$, $P \in "
            r"S_n$ and $0 < p \le \infty$"),
            r"\|s \odot (P x)\|_p = \|x\|_p",
        ),
        (r"Let $x, s \in \mathbb{R}$ and $f(x) := |x|$", r"s \in \partial f(0) \iff |s| \le 1"),
        (r"Let $a \in \mathbb{R}$", r"\int_0^1 \sqrt{1 - t^2} \, dt + a = \frac{\pi}{4} + a"),
        (
            (r"Let $J, \Omega : \mathbb{R}^n \to \mathbb{R}$, $v, w \in "
            r"\mathbb{R}^n$ and $\lambda \ge 0$ with $J(w) + \lambda \Omega(w) "
            r"\le J(v) + \lambda \Omega(v)$ and $\Omega(v) \le \Omega(w)$"),
            r"J(w) \le J(v)",
        ),
    ],
)  # fmt: skip
def test_proved(tmp_path: Path, hypotheses: str, statement: str) -> None:
    proof = proved(obligations(claim(tmp_path, hypotheses, statement)), Budget.of(30 * SECOND))
    assert proof.holds, proof.missing


def test_values_of_functions_are_no_counterexample(tmp_path: Path) -> None:
    given = r"Let $J : \mathbb{R} \to \mathbb{R}$ convex and $0 < s \le t$"
    statement = r"J(s) \le J(t) + J(-t) + J(t^2)"
    proof = proved(obligations(claim(tmp_path, given, statement)), Budget.of(5 * SECOND))
    assert not proof.holds
    assert proof.refuted is None


@pytest.mark.parametrize(("word", "known"), [("convex", True), ("differentiable", False)])
def test_slopes_of_chords_increase(tmp_path: Path, word: str, known: bool) -> None:
    given = rf"Let $J : \mathbb{{R}} \to \mathbb{{R}}$ {word} and $0 < s \le t$"
    statement = r"\frac{J(s) - J(0)}{s} \le \frac{J(t) - J(0)}{t}"
    proof = proved(obligations(claim(tmp_path, given, statement)), Budget.of(5 * SECOND))
    assert proof.holds is known
    assert proof.refuted is None


@pytest.mark.parametrize(("word", "known"), [("convex", True), ("differentiable", False)])
def test_a_convex_function_lies_below_its_chords(tmp_path: Path, word: str, known: bool) -> None:
    given = rf"Let $J : \mathbb{{R}} \to \mathbb{{R}}$ {word} and $x \in \mathbb{{R}}$"
    statement = r"J(0) \le \frac{1}{2} J(x) + \frac{1}{2} J(-x)"
    proof = proved(obligations(claim(tmp_path, given, statement)), Budget.of(5 * SECOND))
    assert proof.holds is known
    assert proof.refuted is None


@pytest.mark.parametrize("share", [r"2", r"-\frac{1}{3}", r"t"])
def test_beyond_its_ends_a_chord_says_nothing(tmp_path: Path, share: str) -> None:
    given = r"Let $J : \mathbb{R} \to \mathbb{R}$ convex, $x, y \in \mathbb{R}$ and $t \ge 0$"
    statement = rf"J({share} x + (1 - {share}) y) \le {share} J(x) + (1 - {share}) J(y)"
    statement = statement.replace("1 - -", "1 + ")
    proof = proved(obligations(claim(tmp_path, given, statement)), Budget.of(5 * SECOND))
    assert not proof.holds


def test_a_linked_claim_is_used_at_expressions_that_meet_its_hypotheses(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}$"
    lemma = claim(tmp_path / "lemma", given + " with $x > 0$", r"\log(x) \le x - 1")
    for point, known in ((r"\exp(x)", True), ("1 + x^2", True), ("x", False), ("x - 1", False)):
        asked = claim(tmp_path / point[-2:], given, rf"\log({point}) \le {point} - 1")
        (obligation,) = obligations(asked)
        (where,) = settings(obligation)
        assert bool(usable(lemma, asked.scope, where, asked.statement)) is known


def test_a_derivative_of_an_unknown_function_is_not_zero(tmp_path: Path) -> None:
    given = r"Let $J : \mathbb{R}^n \to \mathbb{R}$ differentiable and $w \in \mathbb{R}^n$"
    proof = proved(
        obligations(claim(tmp_path, given, r"\nabla_w (J(w) + J(2 w)) = 0")), Budget.of(5 * SECOND)
    )
    assert not proof.holds


def test_a_sum_of_random_entries_is_proved_at_shapes(tmp_path: Path) -> None:
    given = (
        r"Let $X_1, \dots, X_n \overset{\text{iid}}{\sim} (\mu, \sigma^2)$ and "
        r"$S := \sum_{i=1}^n X_i$"
    )
    proof = proved(
        obligations(claim(tmp_path, given, r"\mathbb{E}[S] = n \mu")), Budget.of(10 * SECOND)
    )
    assert proof.holds
    (part,) = proof.parts
    assert part.level == "proved at shapes"
    assert part.shapes == ({"n": 1}, {"n": 2}, {"n": 3}, {"n": 4})


def test_orders_may_be_infinite_together(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}^n$ and $1 \le p \le q \le \infty$"
    bound = claim(tmp_path, given, r"\|x\|_q \le \|x\|_p")
    assert frozenset({"p", "q"}) in infinities(bound.scope)


def test_coefficients_beyond_floats_are_no_crash(tmp_path: Path) -> None:
    bound = claim(tmp_path, r"Let $x \in \mathbb{R}$", r"e^x < 10^{1000}")
    assert not proved(obligations(bound), Budget.of(2 * SECOND)).holds
