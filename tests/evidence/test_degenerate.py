"""Limits of powers are tried where a base is 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.degenerate import degenerate
from qedeck.evidence.obligations import obligations
from tests.evidence import written

X = r"Let $x \in [0, 1]$"

FALSE = {
    "a bump": (X, r"\lim_{n \to \infty} \left(\frac{3 \sqrt{3}}{2} x (1 - x^2)\right)^n = 0"),
    "a parabola": (X, r"\lim_{n \to \infty} (4 x (1 - x))^n = 0"),
    "the end of an interval": (X, r"\lim_{n \to \infty} x^n = 0"),
    "beside another term": (
        X + r" and $a > 0$", r"\lim_{n \to \infty} a (3 x - 9 x^2 + \frac{3}{4})^n = 0",
    ),
}  # fmt: skip
TRUE = {
    "a base below one": (X, r"\lim_{n \to \infty} (3 x (1 - x))^n = 0"),
    "one is excluded": (
        r"Let $x \in [0, 1]$ and $x \ne \frac{1}{2}$", r"\lim_{n \to \infty} (4 x (1 - x))^n = 0",
    ),
    "the value at one is right": (X, r"\lim_{n \to \infty} (1 - x + x)^n = 1"),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_limit_is_false_where_a_base_is_one(tmp_path: Path, name: str) -> None:
    found = degenerate(obligations(written.claim(tmp_path, *FALSE[name])), 1)
    assert found is not None
    assert found.certain


@pytest.mark.parametrize("name", TRUE)
def test_nothing_is_found_elsewhere(tmp_path: Path, name: str) -> None:
    assert degenerate(obligations(written.claim(tmp_path, *TRUE[name])), 1) is None
