"""Hypotheses that say the same have one spelling, and others do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.canonical import canonical
from qedeck.formula.scope import Assumed

from .written import claim

LET = r"Let $x, y \in \mathbb{R}$, $v \in \mathbb{R}^n$ and $"


def spelled(root: Path, relation: str) -> Assumed:
    """The canonical spelling of a hypothesis."""
    bound = claim(root, f"{LET}{relation}$", "x + y = y + x + 0 v_1")
    return canonical(bound.scope.assumed[-1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x < y", "y > x"),
        (r"x \le y", r"y - x \ge 0"),
        ("2 x > 4", "x > 2"),
        ("x = y", "-3 y = -3 x"),
        (r"x \ne 2", r"2 \ne x"),
        (r"x^2 \ne 0", r"x \ne 0"),
        (r"|x| \ne 0", r"x \ne 0"),
        (r"\|v\|_2 \ne 0", r"v \ne 0"),
        (r"\|v\|_1 \ne 0", r"\|v\|_2 \ne 0"),
        (r"\min_i v_i > 0", r"v \in \mathbb{R}_{>0}^n"),
    ],
)
def test_the_same_is_spelled_the_same(tmp_path: Path, one: str, other: str) -> None:
    assert spelled(tmp_path, one) == spelled(tmp_path, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x < y", "x > y"),
        ("x < y", r"x \le y"),
        ("x > 2", "x > 4"),
        ("-x > 2", "x > 2"),
        ("-x > 2", "x > -2"),
        ("x = 2", r"x \ne 2"),
        (r"\min_i v_i > 0", r"\min_i v_i \ge 0"),
        (r"x y \ne 0", r"x \ne 0"),
        (r"(x - 1)^2 \ne 0", r"x \ne 0"),
    ],
)
def test_what_differs_is_spelled_differently(tmp_path: Path, one: str, other: str) -> None:
    assert spelled(tmp_path, one) != spelled(tmp_path, other)
