"""Claims about declared functions: convex, differentiable, or any at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_verdicts import claim, verdict

CONVEX = (
    r"Let $f : \mathbb{R}^n \to \mathbb{R}$ convex, $u, v \in \mathbb{R}^n$ and $0 \le t \le 1$."
)
CHORD = r"f((1 - t) u + t v) \le (1 - t) f(u) + t f(v)"
ADDED = (
    r"Let $f : \mathbb{R}^n \to \mathbb{R}$ convex, $u, v, w \in \mathbb{R}^n$, "
    r"$\theta \in [0, 1]$ and $F(w) := f(w) + \|w\|_2^2$."
)
GAP = r"F(\theta u + (1 - \theta) v) \le \theta F(u) + (1 - \theta) F(v)"


@pytest.mark.parametrize(
    ("hypotheses", "formula", "after"),
    [
        (CONVEX, r"f(u) \ge 0", r"Equality at $v = u$."),
        (CONVEX, r"f(u) \ge f(0)", r"Equality at $u = 0$."),
        (CONVEX, r"f(t u) \le t f(u)", r"Equality at $t = 1$."),
        (CONVEX, CHORD.replace(r"\le", "<"), ""),
        (CONVEX, CHORD, r"Equality at $f(u) = -\|u\|_2^2$."),
        (CONVEX, CHORD, r"Equality at $f(u) = \|u\|_2^2$."),
        (CONVEX.replace(" convex", ""), CHORD, r"Equality at $v = u$."),
        (ADDED, GAP, r"Equality at $f(u) = -\|u\|_2^2$."),
        (
            r"Let $f : \mathbb{R}^n \to \mathbb{R}$ and $w \in \mathbb{R}^n$.",
            r"0 \in \partial f(w) \iff w \in \arg\max_{v \in \mathbb{R}^n} f(v)",
            "",
        ),
    ],
)
def test_a_false_claim_about_functions_does_not_hold(
    tmp_path: Path, hypotheses: str, formula: str, after: str
) -> None:
    assert verdict(tmp_path, claim(hypotheses, formula, after)).verdict != "holds"


@pytest.mark.parametrize(
    ("hypotheses", "formula", "after"),
    [
        (CONVEX, CHORD, r"Equality at $t = 1$."),
        (
            ADDED,
            GAP + r" - \theta (1 - \theta) \|u - v\|_2^2",
            r"Equality at $f(w) = 0$.",
        ),
        (
            r"Let $f : \mathbb{R}^n \to \mathbb{R}$ and $w \in \mathbb{R}^n$.",
            r"0 \in \partial f(w) \iff w \in \arg\min_{v \in \mathbb{R}^n} f(v)",
            "",
        ),
    ],
)
def test_a_true_claim_about_functions_holds(
    tmp_path: Path, hypotheses: str, formula: str, after: str
) -> None:
    found = verdict(tmp_path, claim(hypotheses, formula, after))
    assert found.verdict == "holds", found.message


def test_strict_relations_are_refuted_where_floats_see_no_difference(tmp_path: Path) -> None:
    given = r"Let $u, v \in \mathbb{R}^n$ with $u \ne v$ and $0 < t < 1$."
    formula = r"\|t u + (1 - t) v\|_2 < t \|u\|_2 + (1 - t) \|v\|_2"
    found = verdict(tmp_path, claim(given, formula))
    assert found.verdict == "fails"
    assert "is false" in found.message


def test_a_case_of_equality_needs_a_relation_that_allows_it(tmp_path: Path) -> None:
    from qedeck.errors import SourceError

    given = r"Let $u \in \mathbb{R}$."
    with pytest.raises(SourceError, match="no relation here can be an equation"):
        verdict(tmp_path, claim(given, r"u^2 + 1 > 0", r"Equality at $u = 0$."))
