"""Derivatives where pieces meet only at the point at hand, or only for some of the parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from tests.evidence import written

A = r"Let $x \in \mathbb{R}$, $a \ge 0$"
B = r"Let $x \in \mathbb{R}$, $b > 0$"
X = r"Let $x \in \mathbb{R}$"
V = r"Let $w \in \mathbb{R}^2$, $a \ge 0$"
CLAMPED = r"f'(x) = \min(a, \max(-a, x))"

MEET = {
    "a robust loss": (
        A, r"[|t| \le a] \frac{t^2}{2} + [|t| > a] \left( a |t| - \frac{a^2}{2} \right)", CLAMPED,
    ),
    "where the argument is taken for the seam": (
        A, r"[|t| \le a] \frac{t^2}{2} + [|t| > a] \left( a |t| - \frac{x^2}{2} \right)", CLAMPED,
    ),
    "a dead zone": (
        A, r"\frac{1}{2} ((|t| - a)_+)^2", r"f'(x) = \operatorname{sgn}(x) (|x| - a)_+",
    ),
    "two seams that may be one": (
        A, r"[t < 0] t^2 + [0 \le t] [t \le a] t^3 + [t > a] (3 a^2 t - 2 a^3)",
        r"f'(x) = 2 [x < 0] x + 3 [0 \le x] (\min(x, a))^2",
    ),
    "a hinge with a round corner": (
        B, r"[0 < t] [t < b] \frac{t^2}{2 b} + [t \ge b] \left( t - \frac{b}{2} \right)",
        r"f'(x) = \max(0, \min(1, \frac{x}{b}))",
    ),
    "a tangent goes on": (X, r"[t \le x] t^2 + [t > x] (2 x t - x^2)", r"f'(x) = 2 x"),
}  # fmt: skip
PART = {
    "a corner where two seams are one": (
        A, r"[t > 0] [t > a] t", r"f'(x) = [x > 0] [x > a]",
    ),
    "corners that are apart": (
        A, r"|t| + |t - a|", r"f'(x) = \operatorname{sgn}(x) + \operatorname{sgn}(x - a)",
    ),
    "a corner for one parameter": (
        A, r"[|t| \le a] \frac{t^2}{2} + [|t| > a] \left( (a + [a = 0]) |t| - \frac{a^2}{2} \right)",
        CLAMPED + r" + [a = 0] \operatorname{sgn}(x)",
    ),
    "a step of one parameter": (
        A, r"[|t| \le a] \frac{t^2}{2} + [|t| > a] \left( a |t| - \frac{a^2}{2} + [a = 1] \right)",
        CLAMPED,
    ),
    "a value of its own": (A, r"[t < a] t^2 + [t > a] t^2", r"f'(x) = 2 x"),
    "a slope of its own": (
        A, r"[t \le a] t^2 + [t > a] (2 a t - a^2)", r"f'(x) = 2 [x \ne a] \min(x, a)",
    ),
    "another function goes on": (X, r"[t \le x] t^2 + [t > x] t", r"f'(x) = 2 x"),
    "a chord goes on": (X, r"[t \le x] t^2 + [t > x] (3 x t - 2 x^2)", r"f'(x) = 2 x"),
    "a quadrant": (
        V, r"\max(0, w_1) \, [w_2 > 0] + a w_1", r"\nabla f(w) = ([w_1 > 0] [w_2 > 0] + a, 0)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MEET)
def test_pieces_that_meet_where_they_must_have_a_derivative(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, *MEET[name])


@pytest.mark.parametrize("name", PART)
def test_pieces_that_part_for_one_parameter_have_none(tmp_path: Path, name: str) -> None:
    assert not found(tmp_path, *PART[name])


def found(root: Path, hypotheses: str, body: str, formula: str) -> bool:
    """Whether the derivative is proved, whatever random numbers say of it."""
    of = "w" if "w" in hypotheses else "t"
    bound = written.claim(root, f"{hypotheses} and $f({of}) := {body}$", formula)
    return proved(obligations(bound), Budget.of(15 * SECOND)).holds
