"""Hypotheses over the range of an index: recursions, and what they may reach."""

from __future__ import annotations

import pytest

from qedeck.formula.printer import latex
from qedeck.formula.tree import Every

from .reading import callout, refused

SAID = r"Let $z \in \mathbb{R}^T$, $a \in \mathbb{R}$ and "


def ranges(hypotheses):
    scope = callout("z_T = z_T", hypotheses).scope
    return [latex(a.statement) for a in scope.assumed if isinstance(a.statement, Every)]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (r"$z_{t + 1} = a z_t$ for $t \in [T - 1]$",
         r"z_{t + 1} = a z_t \quad (1 \le t \le T - 1)"),
        (r"$z_{t + 1} = a z_t$ for $1 \le t < T$",
         r"z_{t + 1} = a z_t \quad (1 \le t \le T - 1)"),
        (r"$z_{t - 1} = a z_t$ for each $2 \le t \le T$",
         r"z_{t - 1} = a z_t \quad (2 \le t \le T)"),
        (r"$z_t \ge 0$ for $t \in [T]$", r"z_t \ge 0 \quad (1 \le t \le T)"),
    ],
)  # fmt: skip
def test_what_holds_for_a_range_holds_at_every_index(said: str, read: str) -> None:
    hypotheses = f"{SAID}{said}. Then"
    assert ranges(hypotheses) == [read]
    assert "t" not in callout("z_T = z_T", hypotheses).scope.declared


def test_an_index_that_is_declared_before_is_one_index() -> None:
    for said in (
        r"$t \in [T - 1]$ and $z_{t + 1} = a z_t$",
        r"$z_{t + 1} = a z_t$, $t \in [T - 1]$",
    ):
        hypotheses = f"{SAID}{said}. Then"
        assert ranges(hypotheses) == []
        assert callout("z_{t + 1} = a z_t", hypotheses).scope.declared["t"].kind == "integer"


@pytest.mark.parametrize(
    ("said", "problem", "instead"),
    [
        (r"$z_{t + 1} = a z_t$ for $t \in [T]$",
         "z_{t + 1} is outside its axis at t = T", r"write $t \in [T - 1]$"),
        (r"$z_{t + 2} = a z_t$ for $1 \le t < T$",
         "z_{t + 2} is outside its axis at t = T - 1", r"write $t \in [T - 2]$"),
        (r"$z_{t - 1} = a z_t$ for $t \in [T]$",
         "z_{t - 1} is outside its axis at t = 1", r"write $2 \le t \le T$"),
        (r"$t \in [T]$ and $z_{t + 1} = a z_t$",
         "z_{t + 1} is outside its axis at t = T", r"write $t \in [T - 1]$"),
    ],
)  # fmt: skip
def test_an_index_that_leaves_its_axis_is_told_its_range(
    said: str, problem: str, instead: str
) -> None:
    found = refused("z_T = z_T", f"{SAID}{said}. Then")
    assert (found.problem, found.instead) == (problem, instead)
