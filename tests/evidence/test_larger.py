"""Sizes and whole numbers at which a statement says that it turns are tried, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.falsify import falsify
from qedeck.evidence.obligations import obligations
from tests.evidence import written

from .test_verdicts import claim, verdict

X = r"Let $x \in \mathbb{R}^n$. Then"
K = r"Let $k \in \mathbb{N}$. Then"

FALSE = {
    "from a length on": (X, r"(1 + [n > 100]) \|x\|_1 = \sum_{i=1}^{n} |x_i|"),
    "at one length": (X, r"[n \ne 150] \|x\|_1 = \sum_{i=1}^{n} |x_i|"),
    "from the root of a number on": (X, r"(1 + [n^2 > 10^4]) \|x\|_1 = \sum_{i=1}^{n} |x_i|"),
    "from the power of a number on": (K, r"k + [2^k > 10^{40}] = k"),
    "behind an entry": (X, r"\sum_{i=1}^{n} (1 + [i > 200]) x_i = \sum_{i=1}^{n} x_i"),
    "at a free entry": (
        r"Let $x \in \mathbb{R}^n$ and $i \in [n]$. Then", r"(1 + [i > 100]) x_i = x_i",
    ),
    "from a size of a matrix on": (
        r"Let $A \in \mathbb{R}^{m \times n}$. Then",
        r"(1 + [m > 99]) \|A\|_F^2 = \sum_{i=1}^{m} \sum_{j=1}^{n} A_{ij}^2",
    ),
    "by a largest length": (X, r"\frac{\max(n, 100)}{100} \|x\|_2 = \|x\|_2"),
    "by an abbreviation": (
        r"Let $x \in \mathbb{R}^n$ and $s := n - 100$. Then", r"(1 + [s > 0]) \|x\|_1 = \|x\|_1",
    ),
    "within an abbreviation": (
        r"Let $x \in \mathbb{R}^n$ and $s := 1 + [n > 100]$. Then", r"s \|x\|_1 = \|x\|_1",
    ),
    "far from all sizes that were tried": (K, r"\sum_{j=1}^k \frac{1}{j} < 9"),
    "far from all sizes, beside entries that do not matter": (X, r"\log n < 7"),
    "far from all sizes, beside entries of one sign": (
        r"Let $x \in \mathbb{R}_{\ge 0}^n$. Then", r"(1 + \frac{1}{n})^n < \frac{2718}{1000}",
    ),
    "by a condition in front": (X, r"n > 300 \implies \|x\|_2 = 0"),
    "by a condition under a sum": (
        X, r"\sum_{i=1}^{n} [i \ne 123] x_i = \sum_{i=1}^{n} x_i",
    ),
}  # fmt: skip

TOO_LARGE = {
    "a vector of very many entries": (X, r"(1 + [n > 10^6]) \|x\|_1 = \sum_{i=1}^{n} |x_i|"),
    "very many terms": (K, r"(1 + [k > 10^8]) \sum_{i=1}^{k} i = \frac{k (k + 1)}{2}"),
    "very many random numbers": (
        r"Let $X_1, \dots, X_n \overset{\text{iid}}{\sim} (\mu, \sigma^2)$. Then",
        r"\mathbb{E}\left[ \sum_{i=1}^{n} X_i \right] = (n + [n > 50]) \mu",
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_size_at_which_a_statement_turns_is_tried(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*FALSE[name]))
    assert found.verdict == "fails"
    assert " is false" in found.message


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_turns_where_nothing_can_be_tried_is_refused(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*TOO_LARGE[name]))
    assert found.verdict == "unknown"
    assert "it turns at" in found.message


def test_a_comparison_beyond_what_the_hypotheses_allow_needs_no_trial(tmp_path: Path) -> None:
    body = claim(r"Let $x \in \mathbb{R}^n$ and $n \le 3$. Then", r"[n < 10^6] \|x\|_2 = \|x\|_2")
    assert "it turns at" not in verdict(tmp_path, body).message


SPREAD = r"Let $x \in \mathbb{R}^n$ with $\|x\|_1 > 3 \|x\|_2$"
WIDE = r"Let $x \in \mathbb{R}^n$ with $\|x\|_1 > 4 \|x\|_2$"


@pytest.mark.parametrize(
    ("hypotheses", "formula"),
    [
        (SPREAD, "n > 9"),
        (WIDE, "n > 16"),
        (r"Let $x \in \mathbb{R}^n$ with $\sum_{i=1}^n x_i > 3 \|x\|_2$", "n \\ne 9"),
        (r"Let $n \in \mathbb{N}$ and $x \in \mathbb{R}^n$ with $2^n > 512$", "n > 9"),
    ],
)
def test_hypotheses_that_only_large_sizes_meet_are_not_called_vacuous(
    tmp_path: Path, hypotheses: str, formula: str
) -> None:
    trial = falsify(obligations(written.claim(tmp_path, hypotheses, formula)), 1)
    assert trial.counter is None
    assert not trial.vacuous
    assert trial.effective
    said = verdict(tmp_path / "b", claim(hypotheses + ".", formula))
    assert (said.verdict, "vacuous" in said.message) == ("holds", False), said.message


@pytest.mark.parametrize(
    ("hypotheses", "formula"),
    [(SPREAD, "n > 10"), (WIDE, "n > 17"), (SPREAD, r"\|x\|_\infty > 1")],
)
def test_what_only_large_sizes_refute_is_refuted(
    tmp_path: Path, hypotheses: str, formula: str
) -> None:
    assert falsify(obligations(written.claim(tmp_path, hypotheses, formula)), 1).counter


def test_what_no_size_meets_is_vacuous(tmp_path: Path) -> None:
    hypotheses = r"Let $x \in \mathbb{R}^n$ with $\|x\|_1 < \|x\|_2$"
    assert falsify(obligations(written.claim(tmp_path, hypotheses, "n > 9")), 1).vacuous
