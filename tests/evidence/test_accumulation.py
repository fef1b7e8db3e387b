"""A limit needs points near its target at which its body has a value; hypotheses grant them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.critical import critical
from qedeck.evidence.obligations import obligations
from qedeck.evidence.reasons import Nowhere
from qedeck.evidence.undefined import undefined
from tests.evidence import written

from .test_verdicts import claim, verdict

X = r"Let $x \in \mathbb{R}$"
C = r"Let $c > 0$"
RATIO = r"\lim_{n \to \infty} \frac{x n}{x (n + 1)} = 1"

NOWHERE = {
    "a factor in vain": (X, RATIO, r"x \ne 0"),
    "a difference in vain": (
        r"Let $a, b \in \mathbb{R}$",
        r"\lim_{n \to \infty} \frac{(a - b) (n + 2)}{(a - b) n} = 1",
        r"a \ne b",
    ),
    "towards a point": (
        r"Let $a \in \mathbb{R}$", r"\lim_{t \to 0} \frac{a \sin(t)}{a t} = 1", r"a \ne 0",
    ),
    "a square in vain": (X, r"\lim_{t \to 2} \frac{x^2 t}{x^2} = 2", r"x^2 \ne 0"),
    "a logarithm": (r"Let $x \ge 0$", r"\lim_{n \to \infty} \frac{\log(x n)}{\log(n)} = 1",
        r"x \ne 0"),
    "a factor spread over a sum": (X, r"\lim_{n \to \infty} \frac{x n}{x n + x} = 1", ""),
    "a root": (X, r"\lim_{n \to \infty} \frac{\sqrt{x^3 n}}{n} = 0", ""),
}  # fmt: skip
SOMEWHERE = {
    "it is asked for": (X + r" with $x \ne 0$", RATIO),
    "an overflow": (C, r"\lim_{n \to \infty} \frac{e^{1000 c n}}{1 + e^{1000 c n}} = 1"),
    "whole numbers alone": (C, r"\lim_{n \to \infty} \frac{(-c)^n}{n^n} = 0"),
    "one side alone": (C, r"\lim_{t \to 0^+} \sqrt{c t} = 0"),
    "a factor above": (X, r"\lim_{n \to \infty} \frac{x n}{n + 1} = x"),
    "a term": (X, r"\lim_{n \to \infty} \frac{n}{x + n} = 1"),
    "far away": (X, r"\lim_{n \to \infty} \log(1 + \frac{x}{n}) = 0"),
}  # fmt: skip


def nowhere(root: Path, hypotheses: str, formula: str) -> Nowhere | None:
    """An instance at which a formula has no value."""
    todo = obligations(written.claim(root, hypotheses, formula))
    return undefined(todo, 1) or critical(todo, 1)[1]


@pytest.mark.parametrize("name", NOWHERE)
def test_a_limit_of_what_has_no_value_on_the_way_has_none(tmp_path: Path, name: str) -> None:
    hypotheses, formula, excluded = NOWHERE[name]
    found = nowhere(tmp_path, hypotheses, formula)
    assert found is not None
    assert found.excluded == excluded


@pytest.mark.parametrize("name", SOMEWHERE)
def test_a_limit_of_what_has_values_on_the_way_may_have_one(tmp_path: Path, name: str) -> None:
    assert nowhere(tmp_path, *SOMEWHERE[name]) is None


def test_a_hypothesis_without_which_a_limit_has_no_value_is_needed(tmp_path: Path) -> None:
    with_it = verdict(tmp_path / "with", claim(f"{X} and $x \\ne 0$.", RATIO))
    assert (with_it.verdict, with_it.level) == ("holds", "proved"), with_it.message
    without = verdict(tmp_path / "without", claim(f"{X}.", RATIO))
    assert r"has no value at x = 0" in without.message
    assert r"needs: x \ne 0" in without.message


def test_a_hypothesis_without_which_a_limit_has_its_value_is_not_needed(tmp_path: Path) -> None:
    formula = r"\lim_{n \to \infty} \frac{x^2 n}{n + 1} = x^2"
    found = verdict(tmp_path, claim(f"{X} and $x \\ne 0$.", formula))
    assert "not needed" in found.message
