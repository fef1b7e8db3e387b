"""Of what a link brings in, a callout keeps what it speaks of, and all that is assumed of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.verify import subjects
from qedeck.formula.printer import latex
from qedeck.formula.scope import Bound
from qedeck.notes.library import read_library

PAGE = r"""---
kind: page
title: T
---

> [!definition|d] Several symbols
>
> Let $x \in \mathbb{R}^n$, $a > 0$, $b \in \mathbb{R}$ with $a < b$, $k \in \mathbb{R}$
> with $k > 2$ and $X \sim (\mu, \sigma^2)$.
>
> $$s := a \sum_{i=1}^{n} x_i$$

> [!definition|f] A function
>
> Let $t > 0$.
>
> $$f(t) := \log t$$

> [!claim|c] It
>
> With [several symbols](#d) and the [function](#f)HYPOTHESES. Then
>
> $$DISPLAY$$
>
> AFTER
"""


@pytest.fixture
def bound(tmp_path: Path):
    """What is left of a claim that links both definitions."""

    def read(display: str, hypotheses: str = "", after: str = "") -> Bound:
        (tmp_path / "notes/en").mkdir(parents=True, exist_ok=True)
        text = PAGE.replace("HYPOTHESES", hypotheses).replace("DISPLAY", display)
        text = text.replace("AFTER", after).rstrip("\n> ") + "\n"
        (tmp_path / "notes/en/t.md").write_text(text, "utf-8")
        return subjects(read_library(tmp_path))["t/c"].bound

    return read


def said(bound: Bound) -> set[str]:
    return {latex(one.statement) for one in bound.scope.assumed if one.statement is not None}


def test_what_the_formula_does_not_reach_is_left_out(bound):
    left = bound("k > 1")
    assert left.scope.declared.keys() == {"k"}
    assert said(left) == {"k > 2"}
    assert left.scope.laws == ()


def test_what_is_assumed_of_a_kept_symbol_keeps_the_others_in_it(bound):
    left = bound("b > 0")
    assert left.scope.declared.keys() == {"a", "b"}
    assert said(left) == {"a > 0", "a < b"}


def test_a_defined_symbol_keeps_what_its_definition_speaks_of(bound):
    left = bound("s = s")
    assert {"x", "n", "a", "b"} <= left.scope.declared.keys()
    assert "k" not in left.scope.declared


def test_a_law_is_kept_with_its_symbol_and_parameters(bound):
    left = bound(r"\mathbb{E}[X] = \mu")
    assert {"X", r"\mu", r"\sigma"} <= left.scope.declared.keys()
    assert len(left.scope.laws) == 1
    assert "k > 2" not in said(left)


def test_a_function_asks_nothing_of_what_has_the_name_of_its_argument(bound):
    left = bound("f(k) < k", r", let $r \in \mathbb{R}$")
    assert "t" not in left.scope.declared
    assert "t > 0" not in said(left)
    assert "r" in left.scope.declared
    assert "k > 2" in said(left)


def test_hypotheses_of_the_callout_reach_what_they_speak_of(bound):
    left = bound("1 = 1", ", let $k < 5$")
    assert said(left) == {"k > 2", "k < 5"}


def test_equality_cases_lose_what_the_claim_loses(bound):
    left = bound(r"k \le |k|", after="Equality at $k = 3$.")
    assert [case.scope.declared.keys() for case in left.equality] == [{"k"}]
