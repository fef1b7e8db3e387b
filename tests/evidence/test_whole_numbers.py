"""Whole numbers of any value: no few of them prove anything, and thousands are tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.sequences import along
from qedeck.evidence.whole import at_reals
from tests.evidence import written

N = r"Let $n \in \mathbb{N}$"
MN = r"Let $m, n \in \mathbb{N}$"

FALSE = {
    "a sum that grows slowly": (N, r"\sum_{k=1}^{n} \frac{1}{k} < 10", {"n": 12367}),
    "a product that grows slowly": (
        N, r"\prod_{k=2}^{n} \left(1 + \frac{1}{k \sqrt{k}}\right) < \frac{64}{15}", None,
    ),
    "a sine that comes near to zero": (N, r"|\sin(n)| > \frac{1}{2 n \sqrt{n}}", {"n": 355}),
    "a square that follows another": (MN, r"m^2 \ne 13 n^2 + 1", {"m": 649, "n": 180}),
    "beside a real number": (
        N + r" and $x \in [1, 2]$", r"x n^3 \le 700 x n^2 + 1", None,
    ),
    "by an abbreviation": (N + r" and $s := n^2 + n + 41$", r"s \ne 1763", {"n": 41}),
    "of both signs": (r"Let $n \in \mathbb{Z}$", r"n^3 > -10^6 n", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_counterexample_far_on_is_found(tmp_path: Path, name: str) -> None:
    hypotheses, formula, expected = FALSE[name]
    found = along(obligations(written.claim(tmp_path, hypotheses, formula)), 1)
    assert found is not None
    assert found.certain
    if expected is not None:
        assert expected.items() <= found.values.items()


def test_what_is_too_long_to_be_added_up_exactly_is_doubtful(tmp_path: Path) -> None:
    todo = obligations(written.claim(tmp_path, N, r"\sum_{k=1}^{n} \frac{1}{k} < 13"))
    found = along(todo, 1)
    assert found is not None
    assert not found.certain
    assert found.values["n"] == 248397


TRUE = (r"\sum_{k=1}^{n} \frac{1}{k^2} < 2", r"n! \le n^n", r"\frac{1}{n!} > \frac{1}{(n + 1)!}")


@pytest.mark.parametrize("formula", TRUE)
def test_nothing_is_found_against_what_holds(tmp_path: Path, formula: str) -> None:
    assert along(obligations(written.claim(tmp_path, N, formula)), 1) is None


@pytest.mark.parametrize(
    ("hypotheses", "formula", "level"),
    [
        (MN, r"m^2 \ne 61 n^2 + 1", "tested"),
        (N, r"\sum_{k=1}^{n} (2 k - 1) = n^2", "tested"),
        (N, r"(-1)^{2 n} = 1", "tested"),
        (N + r", $k \in [3]$ and $x \in \mathbb{R}$", r"(k x + n)^2 \ge 0", "proved"),
        (N, r"(n + 1)^2 = n^2 + 2 n + 1", "proved"),
        (r"Let $h, d \in \mathbb{N}$ and $m := h d$", r"h^2 d^2 = m^2", "proved"),
        (N + r" and $x \in \mathbb{R}^d$", r"\|n x\|_1 = n \|x\|_1", "proved at shapes"),
        (r"Let $x \in \mathbb{R}^n$", r"\sum_{i=1}^{n} (x_i + n) = n^2 + \sum_{i=1}^{n} x_i",
         "proved at shapes"),
    ],
)  # fmt: skip
def test_a_few_whole_numbers_prove_nothing(
    tmp_path: Path, hypotheses: str, formula: str, level: str
) -> None:
    todo = obligations(written.claim(tmp_path, hypotheses, formula))
    found = proved(todo, Budget.of(10 * SECOND))
    assert [part.level for part in found.parts] == [level]
    assert found.holds == (level != "tested")


def test_a_proof_for_reals_is_not_sought_where_powers_would_mean_something_else(
    tmp_path: Path,
) -> None:
    for hypotheses, formula in (
        (N + r" and $x \in \mathbb{R}$", r"x^n \ge 0"),
        (N, r"n! \ge n"),
        (N + r" and $x \in \mathbb{R}$", r"\sum_{k=1}^{n} x = n x"),
    ):
        (one,) = obligations(written.claim(tmp_path, hypotheses, formula))
        assert at_reals(one) is None
    (one,) = obligations(written.claim(tmp_path, N + " and $x > 0$", r"x^n > 0"))
    assert at_reals(one) is not None
