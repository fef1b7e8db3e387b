"""Misconceptions: the counterexample is confirmed with the numbers on the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qedeck.evidence.record import Evidence
from qedeck.evidence.verdicts import blank
from qedeck.evidence.verify import subjects, verify
from qedeck.notes.library import read_library

TEXT = r"""---
kind: page
title: T
---

> [!claim|l] True
>
> Let $x \in \mathbb{R}^n$. Then
>
> $$\|x\|_2 \le \|x\|_1$$
>
> Equality at $x = (1, 0, \dots, 0)$.

> [!misconception|c] False
>
> HYPOTHESES Then
>
> $$FORMULA$$
>
> Fails at FAILURE. True for [this](#l).
"""
X = r"Let $x \in \mathbb{R}^n$."
NORMS = r"\|x\|_1 \le \|x\|_2"


def verdict(tmp_path: Path, hypotheses: str, formula: str, failure: str) -> Evidence:
    (tmp_path / "notes/en").mkdir(parents=True)
    (tmp_path / "snippets").mkdir()
    text = TEXT.replace("HYPOTHESES", hypotheses).replace("FORMULA", formula)
    (tmp_path / "notes/en/t.md").write_text(text.replace("FAILURE", failure), "utf-8")
    library = read_library(tmp_path)
    library.check()
    return verify(subjects(library)["t/c"], seed=1, hand=None, dependencies={})


def test_a_counterexample_with_the_right_numbers_refutes(tmp_path: Path) -> None:
    found = verdict(tmp_path, X, NORMS, r"$x = (3, 4)$: $7 \not\le 5$")
    assert (found.verdict, found.level) == ("holds", "refuted")
    assert found.counterexample == (("x", "(3, 4)"),)
    assert {m.outcome for m in found.mutants} == {"killed"}


WRONG = {
    "a side is another number": (X, NORMS, r"$x = (3, 4)$: $7 \not\le 6$", "no relation"),
    "another relation": (X, NORMS, r"$x = (3, 4)$: $7 \ne 5$", "no relation"),
    "the formula holds": (
        X, r"\|x\|_2 \le \|x\|_1", r"$x = (3, 4)$: $5 \not\le 7$", "holds there",
    ),
    "another link of a chain": (
        X, r"0 \le \|x\|_1 \le \|x\|_2", r"$x = (3, 4)$: $0 \not\le 7$", "holds there",
    ),
    "a hypothesis is not met": (
        r"Let $x \in \mathbb{R}^n$ and $\|x\|_1 = 1$.", NORMS, r"$x = (3, 4)$: $7 \not\le 5$",
        "does not meet",
    ),
    "a dimension that is excluded": (
        r"Let $x \in \mathbb{R}^n$ and $n \ge 3$.", NORMS, r"$x = (3, 4)$: $7 \not\le 5$",
        "does not meet",
    ),
    "two sizes for one dimension": (
        r"Let $x, y \in \mathbb{R}^n$.", r"\|x\|_1 \le \|x\|_2 + \|y\|_1",
        r"$x = (3, 4)$, $y = (0, 0, 0)$: $7 \not\le 5$", "n is 2 and 3",
    ),
    "a whole number that is none": (
        r"Let $n \in \mathbb{N}$.", r"n \ge 2", r"$n = \frac{3}{2}$: $1 \not\ge 2$",
        "not a whole number",
    ),
    "a whole number below 1": (
        r"Let $n \in \mathbb{N}$.", r"n \ge 2", r"$n = -3$: $-3 \not\ge 2$", "from 1",
    ),
    "a whole number beyond its set": (
        "Let $k \\in [4]$.", r"k \le 3", r"$k = 7$: $7 \not\le 3$", "does not meet",
    ),
    "an index beyond its axis": (
        X, r"x_i \ge 0", r"$x = (1, -2)$, $i = 5$: $-2 \not\ge 0$", "outside an axis",
    ),
    "a variance below zero": (
        r"Let $s \in \mathbb{R}$ and $Y \sim (0, s)$.", r"\operatorname{Var}(Y) = 1",
        r"$s = -2$: $-2 \ne 1$", "variance -2",
    ),
    "a moment that is not given": (
        r"Let $m \in \mathbb{R}$, $Y \sim (m, 1)$ and $\mathbb{E}[Y^4] < \infty$.",
        r"\mathbb{E}[Y^4] = 3", r"$m = 0$: $1 \ne 3$", "no relation has the sides printed",
    ),
    "a symbol is not set": (X, r"x_i = \|x\|_1", r"$x = (3, 4)$: $3 \ne 7$", "what i is"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_counterexample_that_is_wrong_fails(tmp_path: Path, name: str) -> None:
    hypotheses, formula, failure, said = WRONG[name]
    found = verdict(tmp_path, hypotheses, formula, failure)
    assert found.verdict == "fails"
    assert found.message.startswith("notes/en/t.md:14:3: misconception t/c: ")
    assert said in found.message


def test_of_random_symbols_the_printed_moments_are_enough(tmp_path: Path) -> None:
    given = r"Let $m \in \mathbb{R}$, $s > 0$ and $Y \sim (m, s)$."
    right = verdict(tmp_path, given, r"\mathbb{E}[Y^2] = s", r"$m = 3$, $s = 2$: $11 \ne 2$")
    assert (right.verdict, right.level) == ("holds", "refuted")


def test_a_family_that_is_averaged_over_needs_no_index(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}^n$ and $i \in [n]$."
    right = verdict(tmp_path, given, r"\sum_{i=1}^{n} x_i = n", r"$x = (3, 4)$: $7 \ne 2$")
    assert (right.verdict, right.level) == ("holds", "refuted")


def test_a_definition_is_not_what_is_true_instead(tmp_path: Path) -> None:
    (tmp_path / "notes/en").mkdir(parents=True)
    definition = "> [!definition|d] D\n>\n> Let $x > 0$.\n>\n> $$f(x) := x^2$$\n"
    text = TEXT.replace("HYPOTHESES", X).replace("FORMULA", NORMS).replace("(#l)", "(#d)")
    text = text.replace("FAILURE", r"$x = (3, 4)$: $7 \not\le 5$") + f"\n{definition}"
    (tmp_path / "notes/en/t.md").write_text(text, "utf-8")
    found = subjects(read_library(tmp_path))
    pinned = replace(blank(found["t/d"], "holds"), method="engine")
    said = verify(found["t/c"], seed=1, hand=None, dependencies={"t/d": pinned})
    assert said.verdict == "unknown"
    assert "is a definition" in said.message
