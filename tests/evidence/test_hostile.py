"""Formulas that ask for too much are decided or refused, with their place, in bounded time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from qedeck.errors import SourceError

from .test_verdicts import claim, verdict

R = r"Let $x \in \mathbb{R}$."
K = r"Let $k \in \mathbb{N}$."
SECONDS = 15.0
NAMES = "xabcdefghklmpqrstuvwyz"
CHAIN = ", ".join(f"${b} := {a}^2 + {a}$" for a, b in pairwise(NAMES))

HOSTILE = {
    "a tower of numbers": (R, r"9^{9^{9^{9}}} > x"),
    "a tower of symbols": (R, r"x^{x^{x^{x}}} > 0"),
    "an enormous integer": (R, "x < " + "9" * 4000),
    "an enormous exponent": (R, r"x^{" + "9" * 60 + r"} > 0"),
    "an enormous power": (R, r"2^{1000000000} > x"),
    "a sum to a billion": (R, r"\sum_{i=1}^{1000000000} i x > 0"),
    "sums in sums": (R, r"\sum_{i=1}^{300} \sum_{j=1}^{300} i j x = 2038522500 x"),
    "sums in sums that depend on them": (
        R,
        r"\sum_{i=1}^{900} \sum_{j=1}^{i} \sum_{k=1}^{j} i j k x = 0",
    ),
    "a chain of abbreviations": (f"Let $x \\in \\mathbb{{R}}$, {CHAIN}.", "z - z = 0"),
    "a product to a billion": (R, r"\prod_{i=1}^{1000000000} i > x"),
    "a factorial of a billion": (K, r"k! < 1000000000!"),
    "factorials of factorials": (K, r"((9!)!)! > k"),
    "a binomial of a billion": (K, r"\binom{1000000000}{500000000} > k"),
    "a bound that towers": (r"Let $x \in \mathbb{R}^n$.", r"\sum_{i=1}^{n^{n^{n^n}}} 1 > 0"),
    "an integer from a billion on": (r"Let $k \in \mathbb{N}$ and $k \ge 1000000000$.", "k < 0"),
    "an integer to a billion": (r"Let $k \in [1000000000]$.", "k < 1000000000"),
    "a power of a matrix": (r"Let $A \in \mathbb{R}^{n \times n}$.", r"\det(A^{1000000}) = 1"),
    "a high moment": (r"Let $\mathbb{E}[X^{1000000}] < \infty$.", r"\mathbb{E}[X^{1000000}] > 0"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_asks_for_too_much_ends_soon_and_does_not_hold(
    tmp_path: Path, name: str, effort: Callable[[], float]
) -> None:
    hypotheses, formula = HOSTILE[name]
    try:
        found = verdict(tmp_path, claim(hypotheses, formula))
        said = found.message
        assert found.verdict != "holds"
    except SourceError as error:
        said = str(error)
    assert "notes/en/t.md:" in said
    assert effort() < SECONDS
