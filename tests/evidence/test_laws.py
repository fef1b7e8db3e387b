from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qedeck.evidence.boundary import on_boundary
from qedeck.evidence.exact import proved
from qedeck.evidence.falsify import Trial, falsify
from qedeck.evidence.laws import standardised
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.formula.evaluate import Environment, FiniteLaw, TooLarge, evaluate
from qedeck.formula.rings.floats import FloatRing, exactly
from qedeck.formula.tree import Moment, Product, Symbol

from .written import claim

IID = r"Let $X_1, \dots, X_n \overset{\text{iid}}{\sim} (\mu, \sigma^2)$"


def searched(root: Path, hypotheses: str, statement: str) -> Trial:
    return falsify(obligations(claim(root, hypotheses, statement)), 1)


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (
            r"Let $\mathbb{E}[X^2] < \infty$",
            r"\operatorname{Var}(X) = \mathbb{E}[X^2] - \mathbb{E}[X]^2",
        ),
        (IID, r"\operatorname{Var}\left(\sum_{i=1}^n X_i\right) = n \sigma^2"),
        (IID, r"\mathbb{E}[X_1^2] = \mu^2 + \sigma^2"),
        (
            r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$ with $X$ and $Y$ uncorrelated",
            r"\operatorname{Var}(X + Y) = 2",
        ),
        (
            r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$ with $X$ and $Y$ independent",
            r"\operatorname{Var}(X Y) = 1",
        ),
        (
            r"Let $q, k \in \mathbb{R}^d$ and $q_i, k_j \overset{\text{iid}}{\sim} (0, 1)$",
            r"\operatorname{Var}(q^\top k) = d",
        ),
    ],
)  # fmt: skip
def test_true_moments_are_not_refuted_and_proved_for_every_law(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    bound = claim(tmp_path, hypotheses, statement)
    trial = falsify(obligations(bound), 1)
    assert trial.counter is None
    assert trial.failure == ""
    assert trial.effective >= 1000
    proof = proved(obligations(bound), Budget.of(20 * SECOND))
    assert all("expectation" in step.ways for step in proof.steps)


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (IID, r"\operatorname{Var}\left(\sum_{i=1}^n X_i\right) = n^2 \sigma^2"),
        (
            r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$",
            r"\operatorname{Var}(X + Y) = 2",
        ),
        (
            r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$ with $X$ and $Y$ uncorrelated",
            r"\operatorname{Var}(X Y) = 1",
        ),
        (r"Let $X \sim (0, 1)$", r"\mathbb{E}[X^4] = 3"),
        (r"Let $X \sim (0, 1)$", r"\mathbb{P}(|X| \le 1) \ge \frac{1}{2}"),
        (r"Let $X \sim (0, 1)$", r"X^2 = 1"),
    ],
)  # fmt: skip
def test_false_moments_are_refuted(tmp_path: Path, hypotheses: str, statement: str) -> None:
    assert searched(tmp_path, hypotheses, statement).counter is not None


def test_chebyshev_holds_of_finite_laws(tmp_path: Path) -> None:
    trial = searched(tmp_path, r"Let $X \sim (0, 1)$", r"\mathbb{P}(|X| \ge 2) \le \frac{1}{4}")
    assert trial.counter is None
    assert trial.effective >= 1000


def test_a_moment_that_is_not_granted_is_named(tmp_path: Path) -> None:
    statement = (
        r"\mathbb{E}\left[\left(\sum_{i=1}^n (X_i - \mu)\right)^3\right] = n "
        r"\mathbb{E}[(X_1 - \mu)^3]"
    )
    proof = proved(obligations(claim(tmp_path, IID, statement)), Budget.of(20 * SECOND))
    assert not proof.holds
    assert "moment 3 of X_1" in proof.ungranted
    granted = IID + r" and $\mathbb{E}[|X_1|^3] < \infty$"
    assert proved(obligations(claim(tmp_path, granted, statement)), Budget.of(20 * SECOND)).holds


def test_a_function_of_a_random_variable_sees_its_law(tmp_path: Path) -> None:
    before = (
        "> [!definition|central] Central\n>\n> Let $k \\in \\mathbb{N}$ and "
        "$\\mathbb{E}[|X|^k] < \\infty$.\n>\n"
        "> $$\\mu_k(X) := \\mathbb{E}[(X - \\mathbb{E}[X])^k]$$\n"
    )
    given = (
        r"With the [central](#central), let $\mathbb{E}[X^4] < \infty$, $a, b \in \mathbb{R}$ "
        r"and $k \in \{2, 3, 4\}$"
    )
    true = claim(tmp_path, given, r"\mu_k(a X + b) = a^k \mu_k(X)", before=before)
    assert falsify(obligations(true), 1).counter is None
    assert proved(obligations(true), Budget.of(20 * SECOND)).holds
    false = claim(tmp_path, given, r"\mu_k(a X + b) = a^k \mu_k(X) + b", before=before)
    assert falsify(obligations(false), 1).counter is not None


def test_standard_columns_have_the_moments_they_are_given() -> None:
    random = np.random.default_rng(3)
    weights = random.dirichlet(np.ones(5), size=200)
    data = random.integers(-1, 2, size=(200, 5, 2)).astype(float)
    found = standardised(weights, data, random, [(0, 1)])
    mean = np.einsum("ck,cki->ci", weights, found)
    second = np.einsum("ck,cki,ckj->cij", weights, found, found)
    assert np.abs(mean).max() < 1e-12
    assert np.abs(second - np.eye(2)).max() < 1e-12


def test_an_expectation_over_too_many_joint_outcomes_is_left_out_not_waited_for() -> None:
    law = FiniteLaw(tuple((exactly(1 / 200), {"X": exactly(float(k))}) for k in range(200)))
    other = FiniteLaw(tuple((exactly(1 / 200), {"Y": exactly(float(k))}) for k in range(200)))
    both = Moment("E", (Product((Symbol("X"), Symbol("Y"))),))
    with pytest.raises(TooLarge, match="joint outcomes"):
        evaluate(both, Environment(laws=(law, other)), FloatRing())
    alone = evaluate(Moment("E", (Symbol("X"),)), Environment(laws=(law, other)), FloatRing())
    assert abs(alone.value.item() - 99.5) < 1e-9


COIN = r"Let $X \sim (0, 4)$ and $\mathbb{E}[|X|^6] < \infty$"


@pytest.mark.parametrize(
    "statement",
    [
        r"\mathbb{E}[X^4] > 16", r"\mathbb{E}[|X|^3] > 8", r"\mathbb{E}[X^6] > 64",
        r"\mathbb{E}[X^4] \ne 16", r"\mathbb{E}[|X|] < 2",
    ],
)  # fmt: skip
def test_bounds_that_a_fair_coin_touches_are_not_strict(tmp_path: Path, statement: str) -> None:
    todo = obligations(claim(tmp_path, COIN, statement))
    found = on_boundary(todo, 1) or falsify(todo, 1).counter
    assert found is not None
    assert found.certain


@pytest.mark.parametrize(
    "statement", [r"\mathbb{E}[X^4] > 15", r"\mathbb{E}[X^4] \ge 16", r"\mathbb{E}[|X|] < 3"]
)
def test_bounds_that_no_coin_touches_are_not_refuted(tmp_path: Path, statement: str) -> None:
    after = r"Equality at $X = 2$." if "ge" in statement else ""
    todo = obligations(claim(tmp_path, COIN, statement, after=after))[:1]
    assert on_boundary(todo, 1) is None
    assert falsify(todo, 1).counter is None


SPREADS = {
    "no square": (r"$X \sim (0, 2)$", r"\mathbb{E}[X^4] > 4"),
    "no square about its mean": (
        r"$m \in \mathbb{R}$ and $X \sim (m, 3)$", r"\mathbb{E}[(X - m)^4] > 9",
    ),
    "a sum of squares": (
        r"$s \in \mathbb{R}$ and $X \sim (0, s^2 + 2)$", r"\mathbb{E}[X^4] \ne (s^2 + 2)^2",
    ),
    "a square": (r"$s \in \mathbb{R}$ and $X \sim (0, s^2)$", r"\mathbb{E}[X^4] > s^4"),
    "a part of a square": (
        r"$s \in \mathbb{R}$ and $X \sim (0, s^2 / 4)$", r"16 \mathbb{E}[X^4] > s^4",
    ),
    "about its mean": (
        r"$m, s \in \mathbb{R}$ and $X \sim (m, s^2)$", r"\mathbb{E}[(X - m)^4] > s^4",
    ),
    "a product": (
        r"$a, b \in \mathbb{R}$ and $X \sim (0, a^2 b^2)$", r"\mathbb{E}[X^4] \ne a^4 b^4",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "statement"), SPREADS.values(), ids=SPREADS)
def test_coins_of_any_spread_touch(tmp_path: Path, given: str, statement: str) -> None:
    finite = r"Let " + given + r" with $\mathbb{E}[X^4] < \infty$"
    todo = obligations(claim(tmp_path, finite, statement))
    found = on_boundary(todo, 1) or falsify(todo, 1).counter
    assert found is not None
    assert found.certain


@pytest.mark.parametrize(("given", "statement"), SPREADS.values(), ids=SPREADS)
def test_at_least_is_not_refuted_at_coins(tmp_path: Path, given: str, statement: str) -> None:
    weak = statement.replace(" > ", r" \ge ").replace(r" \ne ", r" \ge ")
    finite = r"Let " + given + r" with $\mathbb{E}[X^4] < \infty$"
    todo = obligations(claim(tmp_path, finite, weak))
    assert on_boundary(todo, 1) is None
    assert falsify(todo, 1).counter is None
