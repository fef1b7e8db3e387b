"""The order in which hypotheses stand says nothing."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest

from qedeck.errors import SourceError
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Statement

from .reading import callout

CLAIMS = {
    "a_1 = a_1": [r"$m \in \mathbb{N}$", r"$a \in \mathbb{R}^m$", r"$m \ge 2$"],
    "a_m = a_m ": [r"$m \ge 2$", r"$a \in \mathbb{R}^m$"],
    "k = k": [r"$k > 0$", r"$k \in \mathbb{N}$"],
    "x_i = x_i": [r"$x \in \mathbb{R}^n$", r"$i \in [n]$", r"$x_i \ge 0$", r"$n \ge 2$"],
    "s = t^2": [r"$s := t^2$", r"$t > 0$"],
    "L = 2 t^2": [r"$L := 2 s$", r"$s := t^2$", r"$t \in \mathbb{R}$", r"$s > 0$"],
    r"\|A x\|_2 = a": [
        r"$A \in \mathbb{R}^{m \times n}$ is orthogonal", r"$x \in \mathbb{R}^n$", r"$a > 0$",
        r"$\|x\|_2 = a$",
    ],
    "f(x) = y": [
        r"$f : \mathbb{R}^n \to \mathbb{R}$ convex", r"$y := f(x)$", r"$x \in \mathbb{R}^n$",
        r"$f(x) \ge 0$",
    ],
    r"\mathbb{E}[X] = \mu": [r"$X \sim (\mu, \sigma^2)$", r"$\mu > 1$", r"$\sigma > 0$"],
    "d_i = x_i": [
        r"$d_i := x_i - \bar{x}$", r"$x \in \mathbb{R}^n$", r"$\bar{x} := \sum_{i=1}^{n} x_i$",
        r"$n \ge 3$",
    ],
    "i \\ne j": [r"$i, j \in [n]$", r"$i \ne j$", r"$x \in \mathbb{R}^n$", r"$n = 3$"],
    r"W_Q x = y": [
        r"$W_Q x = y$", r"$W_Q \in \mathbb{R}^{m \times n}$", r"$x \in \mathbb{R}^n$",
        r"$y \in \mathbb{R}^m$",
    ],
    r"Q^\top Q = P": [
        r"$P \in S_n$", r"$Q^\top Q = P$", r"$Q \in \mathbb{R}^{n \times n}$", r"$n \ge 2$",
    ],
}  # fmt: skip


def said(scope: Scope, statement: Statement) -> tuple[object, ...]:
    """All that a callout says, whatever the order."""
    return (
        scope.declared, Counter(scope.assumed), Counter(scope.laws),
        {name: (d.head, d.body, d.shape) for name, d in scope.defined.items()}, statement,
    )  # fmt: skip


@pytest.mark.parametrize("display", CLAIMS)
def test_hypotheses_say_the_same_in_every_order(display: str) -> None:
    heard = []
    for order in permutations(CLAIMS[display]):
        bound = callout(display, f"Let {', '.join(order)}. Then")
        heard.append(said(bound.scope, bound.statement))
    assert all(one == heard[0] for one in heard)


def test_paragraphs_may_stand_in_every_order() -> None:
    one = callout("a_1 = a_1", r"Let $m \in \mathbb{N}$ and $a \in \mathbb{R}^m$. Then")
    assert one.scope.declared["m"].kind == "dimension"


@pytest.mark.parametrize(
    ("hypotheses", "problem"),
    [
        (r"Let $x \in \mathbb{R}^n$ and $x \in \mathbb{R}$. Then", "another shape"),
        (r"Let $s := t$ and $t := s$. Then", "t is not declared"),
        (r"Let $y > z$ and $s := u + 1$. Then", "u is not declared"),
        (r"Let $s := t^2$, $t > 0$ and $s \in \mathbb{R}$. Then", "already"),
        (r"Let $s \in \mathbb{R}$, $s := t^2$ and $t > 0$. Then", "s is declared already"),
    ],
)
def test_what_no_order_makes_right_is_refused(hypotheses: str, problem: str) -> None:
    with pytest.raises(SourceError) as caught:
        callout("1 = 1", hypotheses)
    assert any(problem in mistake.problem for mistake in caught.value.mistakes)
