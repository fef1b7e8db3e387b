"""Hypotheses that hold at every index of a range: instances meet them, and proofs use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_verdicts import verdict

Z = r"Let $z \in \mathbb{R}^T$, $a \in \mathbb{R}$ and "
ROWS = r"Let $z \in \mathbb{R}^{T \times n}$, $A \in \mathbb{R}^{n \times n}$ and "
BACK = r"$z_{t - 1} = a z_t$ for $2 \le t \le T$"
ON = r"$z_{t + 1} = a z_t$ for $t \in [T - 1]$"

TRUE = {
    "forwards": (Z + ON, r"z_T = a^{T - 1} z_1"),
    "backwards": (Z + BACK, r"z_1 = a^{T - 1} z_T"),
    "rows": (ROWS + r"$z_{t + 1} = A z_t$ for $1 \le t < T$", r"z_T = A^{T - 1} z_1"),
    "one index": (
        r"Let $z \in \mathbb{R}^T$, $a \in \mathbb{R}$, $t \in [T - 1]$ and $z_{t + 1} = a z_t$",
        r"z_{t + 1}^2 = a^2 z_t^2",
    ),
}  # fmt: skip
FALSE = {
    "one step too many": (Z + ON, r"z_T = a^T z_1"),
    "one index is not all": (
        r"Let $z \in \mathbb{R}^T$, $a \in \mathbb{R}$, $t \in [T - 1]$ and $z_{t + 1} = a z_t$",
        r"z_T = a^{T - 1} z_1",
    ),
    "the wrong way round": (Z + BACK, r"z_T = a^{T - 1} z_1"),
    "a product that does not commute": (
        ROWS + r"$B \in \mathbb{R}^{n \times n}$, $z_{t + 1} = A B z_t$ for $t \in [T - 1]$",
        r"z_T = B^{T - 1} A^{T - 1} z_1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_follows_from_a_recursion_is_proved(tmp_path: Path, name: str) -> None:
    hypotheses, formula = TRUE[name]
    found = verdict(tmp_path, f"{hypotheses}. Then\n\n$${formula}$$")
    assert (found.verdict, found.level) == ("holds", "proved at shapes")


@pytest.mark.parametrize("name", FALSE)
def test_what_does_not_follow_is_false_somewhere(tmp_path: Path, name: str) -> None:
    hypotheses, formula = FALSE[name]
    found = verdict(tmp_path, f"{hypotheses}. Then\n\n$${formula}$$")
    assert "is false" in found.message
