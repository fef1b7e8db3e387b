"""What random numbers hardly meet: zeros of denominators, and places where a formula turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_verdicts import claim, verdict

X = r"Let $x \in \mathbb{R}$. Then"

NO_VALUE = {
    "a factor that cancels": (X, r"\frac{x^2 - 49}{x - 7} = x + 7"),
    "a zero between whole numbers": (X, r"\frac{2 x - 7}{2 x - 7} = 1"),
    "a quadratic": (X, r"\frac{x (x - 7) (x - 11)}{(x - 7) (x - 11)} = x"),
    "a zero that depends on another number": (
        r"Let $x, y \in \mathbb{R}$ with $y > 0$. Then",
        r"\frac{2 x - 7 y}{2 x - 7 y} = 1",
    ),
    "an irrational zero": (X, r"\frac{x^2 - 2}{x^2 - 2} = 1"),
    "an irrational zero that is touched": (X, r"\frac{(x^2 - 2)^2}{(x^2 - 2)^2} = 1"),
    "the root of a cubic": (X, r"\frac{x^3 - x - 1}{x^3 - x - 1} = 1"),
    "a zero of no polynomial": (X, r"\frac{e^x - 2}{e^x - 2} = 1"),
    "a zero of no polynomial that is touched": (X, r"\frac{(e^x - 2)^2}{(e^x - 2)^2} = 1"),
    "a zero within a range": (
        r"Let $1 < x < 2$. Then",
        r"\frac{x^5 - x - 5}{x^5 - x - 5} = 1",
    ),
    "a zero in a denominator below": (
        X + "",
        r"\frac{1}{1 + \frac{x^2 - 2}{x^2 + 1}} = \frac{x^2 + 1}{2 x^2 - 1}",
    ),
    "a zero of a length": (
        r"Let $x \in \mathbb{R}^n$. Then",
        r"\frac{\|x\|_2^2 - 2}{\|x\|_2^2 - 2} = 1",
    ),
    "a point of the plane": (
        r"Let $x, y \in \mathbb{R}$ and $s := (x - \frac{1}{3})^2 + (y - \frac{2}{7})^2$. Then",
        r"\frac{s}{s} = 1",
    ),
    "a zero of an abbreviation": (
        r"Let $x \in \mathbb{R}$ and $s := x^2 - 2$. Then",
        r"\frac{s}{s} = 1",
    ),
    "a zero of what another number is set to": (
        r"Let $x, y \in \mathbb{R}$ with $y = x^2 - 2$. Then",
        r"\frac{y - 1}{y - 1} = 1",
    ),
    "a logarithm of a square": (X, r"\log((x - 7)^2) = \log((7 - x)^2)"),
    "a mean that may be a number": (
        r"Let $X \sim (\mu, \sigma^2)$. Then",
        r"\operatorname{Var}\left( \frac{X}{\mu - 7} \right) = \frac{\sigma^2}{(\mu - 7)^2}",
    ),
    "a deviation that may be zero": (
        r"Let $X \sim (\mu, \sigma^2)$. Then",
        r"\operatorname{Var}\left( \frac{X}{\sigma} \right) = 1",
    ),
    "a variance that may be zero": (
        r"Let $Z \sim (0, 1)$, $\sigma \ge 0$ and $X := \sigma Z$. Then",
        r"\frac{X}{\sqrt{\operatorname{Var}(X)}} = Z",
    ),
}

FALSE = {
    "false at one number": (X, r"[x \ne 7.25] x = x"),
    "false between two numbers": (X, r"(1 + [x > 3.1] [x < 3.11]) x = x"),
    "false beside a number": (X, r"[x \ge 7.25] = [x > 7.25] [x \ne 7.2505]"),
    "a corner far out": (X, r"\max(x, 123456789) = 123456789"),
    "false at a number in an abbreviation": (
        r"Let $x \in \mathbb{R}$ and $s := [x \ne 7.25]$. Then",
        r"s x = x",
    ),
    "false at an irrational number": (X, r"[x^2 \ne 2] x = x"),
    "false beyond an irrational number": (X, r"[x^2 > 1234567] x = [x^2 \ge 1234568] x"),
    "a sign": (X, r"(\operatorname{sgn}(x - \tfrac{17}{7}))^2 = 1"),
}

TRUE = {
    "a denominator that is not zero": (r"Let $x \ne 7$. Then", r"\frac{x^2 - 49}{x - 7} = x + 7"),
    "a zero outside the range": (r"Let $x > 7$. Then", r"\frac{x^2 - 49}{x - 7} = x + 7"),
    "an irrational zero that is left out": (
        r"Let $x \in \mathbb{R}$ with $x^2 \ne 2$. Then",
        r"\frac{x^2 - 2}{x^2 - 2} = 1",
    ),
    "an irrational zero outside the range": (
        r"Let $x \in \mathbb{R}$ with $x^2 > 2$. Then",
        r"\frac{x^2 - 2}{x^2 - 2} = 1",
    ),
    "a zero of no polynomial that is left out": (
        r"Let $x \in \mathbb{R}$ with $e^x \ne 2$. Then",
        r"\frac{e^x - 2}{e^x - 2} = 1",
    ),
    "a corner at an irrational number": (X, r"\max(x^2 - 2, 0) = [x^2 > 2] (x^2 - 2)"),
    "a power 0 of zero": (
        r"Let $m \in \mathbb{R}$ and $n \in \mathbb{N}$. Then",
        r"\sum_{j=1}^{n} (1 - m)^{n - j} m = 1 - (1 - m)^n",
    ),
    "sides of a number": (X, r"[x \ge 7.25] + [x < 7.25] = 1"),
    "a variance above zero": (
        r"Let $X \sim (\mu, \sigma^2)$ with $\sigma > 0$. Then",
        r"\operatorname{Var}\left( \frac{X}{\sigma} \right) = 1",
    ),
}


@pytest.mark.parametrize("name", NO_VALUE)
def test_a_denominator_that_may_be_zero_is_found(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*NO_VALUE[name]))
    assert found.verdict == "fails"
    assert "has no value at" in found.message


@pytest.mark.parametrize("name", FALSE)
def test_a_formula_is_tried_where_it_turns(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*FALSE[name]))
    assert found.verdict == "fails"
    assert " is false" in found.message


@pytest.mark.parametrize("name", TRUE)
def test_what_holds_there_still_holds(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*TRUE[name]))
    assert found.verdict == "holds", found.message
