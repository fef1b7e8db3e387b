"""Limits are tried where a base is 1, or a factor of what moves is 0."""

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
    "a coefficient": (
        r"Let $x \in \mathbb{R}$", r"\lim_{n \to \infty} \frac{1}{1 + (x - \frac{1}{7})^2 n} = 0",
    ),
    "an exponent": (r"Let $x > 0$", r"\lim_{n \to \infty} e^{-(x^2 - 2)^2 n} = 0"),
    "a distance": (r"Let $x \in \mathbb{R}$", r"\lim_{t \to \infty} \frac{1}{1 + |3 x + 2| t} = 0"),
}  # fmt: skip
TRUE = {
    "no value where the factor is zero": (
        r"Let $x \in \mathbb{R}$", r"\lim_{n \to \infty} x \cdot \frac{n}{x (n + 1)} = 1",
    ),
    "no value where the root is zero": (
        r"Let $x \ge 0$", r"\lim_{n \to \infty} \sqrt{x} \cdot \frac{n}{\sqrt{x} (n + 1)} = 1",
    ),
    "a coefficient that is not zero": (
        r"Let $x > 0$", r"\lim_{n \to \infty} \frac{1}{1 + x n} = 0",
    ),
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
