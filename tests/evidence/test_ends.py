"""A derivative needs room about its point; an optimum needs a point at which it is attained."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.domains import outside_domains
from qedeck.evidence.obligations import obligations
from tests.evidence import written

from .test_verdicts import claim, verdict

SQUARE = "t^2"
HALF, BELOW = r"Let $t \ge 0$.", r"Let $t \in \mathbb{R}$ with $t \le 1$."
UNIT, APART = r"Let $t \in [0, 1]$.", r"Let $t \in \mathbb{R}$ with $t \ne 0$."
ENDS = {
    "a number": (HALF, SQUARE, r"Let $x \in \mathbb{R}$", "f'(0) = 0", "0 > 0"),
    "a symbol": (HALF, SQUARE, r"Let $x \ge 0$", "f'(x) = 2 x", "x > 0"),
    "written out": (HALF, SQUARE, r"Let $x \ge 0$", r"\frac{d}{dx} f(x) = 2 x", "x > 0"),
    "from below": (BELOW, SQUARE, r"Let $x \le 1$", "f'(x) = 2 x", "x < 1"),
    "of an interval": (UNIT, SQUARE, r"Let $x \in [0, 1]$", "f'(x) = 2 x", r"x \in (0, 1)"),
    "of what is put in": (
        HALF, SQUARE, r"Let $x \in \mathbb{R}$ with $x \ge 3$",
        r"\frac{d}{dx} f(x - 3) = 2 (x - 3)", "x - 3 > 0",
    ),
    "a second derivative": (HALF, SQUARE, r"Let $x \ge 0$", "f''(x) = 2", "x > 0"),
}  # fmt: skip
ROOM = {
    "inside": (HALF, SQUARE, r"Let $x > 0$", "f'(x) = 2 x"),
    "very near": (HALF, SQUARE, r"Let $x > 10^{-9}$", "f'(x) = 2 x"),
    "touched from inside": (
        HALF, SQUARE, r"Let $x \in \mathbb{R}$", r"\frac{d}{dx} f(x^2) = 4 x^3",
    ),
    "another variable": (
        HALF, SQUARE, r"Let $x \ge 0$ and $a \in \mathbb{R}$", r"\frac{d}{da} (a f(x)) = x^2",
    ),
    "an open set": (
        APART, r"\frac{1}{t}", r"Let $x \in \mathbb{R}$ with $x \ne 0$", r"f'(x) = -\frac{1}{x^2}",
    ),
    "under a bracket": (
        HALF, SQUARE, r"Let $x \in \mathbb{R}$", r"[x > 0] f'(x) = 2 \max(x, 0)",
    ),
}  # fmt: skip


def reach(tmp_path: Path, given: str, body: str, hypotheses: str, formula: str):
    before = f"> [!definition|f] F\n>\n> {given}\n>\n> $$f(t) := {body}$$\n"
    return outside_domains(
        obligations(written.claim(tmp_path, hypotheses, formula, before=before)), 1
    )


@pytest.mark.parametrize("name", ENDS)
def test_there_is_no_derivative_at_the_end_of_a_domain(tmp_path: Path, name: str) -> None:
    *given, needed = ENDS[name]
    found = reach(tmp_path, *given)
    assert found is not None
    assert found.needed == needed


@pytest.mark.parametrize("name", ROOM)
def test_a_derivative_inside_a_domain_is_within_reach(tmp_path: Path, name: str) -> None:
    assert reach(tmp_path, *ROOM[name]) is None


def test_a_gradient_has_no_room_at_an_edge(tmp_path: Path) -> None:
    before = (
        "> [!definition|f] F\n>\n> Let $w \\in \\mathbb{R}_{\\ge 0}^n$.\n>\n"
        "> $$f(w) := \\|w\\|_2^2$$\n"
    )
    for space, free in ((r"\mathbb{R}_{\ge 0}^n", False), (r"\mathbb{R}_{> 0}^n", True)):
        bound = written.claim(
            tmp_path / str(free), f"Let $w \\in {space}$", r"\nabla f(w) = 2 w", before=before
        )
        assert (outside_domains(obligations(bound), 1) is None) is free


OPTIMA = {
    "an infimum": ("", r"\min_w e^w = 0", "w = -1000", "not attained at the point named"),
    "a supremum": ("", r"\max_w \tanh w = 1", "w = 40", "not attained at the point named"),
    "an infimum with a factor": (
        "Let $a > 0$.", r"\min_w a e^{-w^2} = 0", "w = 40", "not attained at the point named",
    ),
    "an open set": (
        "Let $a > 0$.", r"\max_{w : |w| < 1} a w = a", "w = 1", r"is not feasible: |1| < 1",
    ),
    "nothing feasible": (
        "Let $a > 0$.", r"\max_{w : w^2 < 0} a w = 0", "w = 0", r"is not feasible: 0^2 < 0",
    ),
    "two points": ("", r"\arg\min_w (w^2 - 1)^2 = 1", "", "another point does as well or better"),
    "no point": ("", r"\arg\min_w e^w = 0", "", "another point does as well or better"),
    "no point, upwards": (
        "Let $a > 0$.", r"\arg\max_w a w = 3", "", "another point does as well or better",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIMA)
def test_what_is_no_optimum_is_told_why(tmp_path: Path, name: str) -> None:
    hypotheses, formula, point, words = OPTIMA[name]
    after = f"Attained at ${point}$." if point else ""
    found = verdict(tmp_path, claim(hypotheses, formula, after))
    assert found.verdict == "fails"
    assert words in found.message
    assert "all values" not in found.message


def test_an_event_of_no_probability_is_no_condition(tmp_path: Path) -> None:
    formula = r"\frac{\mathbb{P}(X > t)}{\mathbb{P}(X > t)} = 1"
    for given, holds in (
        (r"$t > 0$", False),
        (r"$t \in \mathbb{R}$ with $\mathbb{P}(X > t) > 0$", True),
    ):
        said = claim(rf"Let $X \sim (\mu, \sigma^2)$ and {given}.", formula)
        found = verdict(tmp_path / str(holds), said)
        assert (found.verdict == "holds") is holds
        assert holds or "has no value at" in found.message
