"""Hypotheses declare symbols, assume relations and know laws."""

from __future__ import annotations

import pytest

from qedeck.formula.printer import latex
from qedeck.formula.scope import Declared, Law

from .reading import assumed, callout, mistakes, refused


def declared(hypotheses: str) -> dict[str, tuple[str, tuple[object, ...]]]:
    """Kind and shape of what is declared."""
    scope = callout("1 = 1", hypotheses).scope
    return {name: (d.kind, d.shape) for name, d in scope.declared.items()}


DECLARED = [
    (r"x, y \in \mathbb{R}^n", {"n": ("dimension", ()), "x": ("real", ("n",)),
                                "y": ("real", ("n",))}),
    (r"X \in \mathbb{R}^{B \times L \times 3}",
     {"B": ("dimension", ()), "L": ("dimension", ()), "X": ("real", ("B", "L", 3))}),
    (r"a \in \mathbb{R}", {"a": ("real", ())}),
    (r"\lambda_1, \lambda_2 \ge 0", {r"\lambda_1": ("real", ()), r"\lambda_2": ("real", ())}),
    (r"0 < m < 1", {"m": ("real", ())}),
    (r"p \in [1, \infty]", {"p": ("real", ())}),
    (r"k \in \mathbb{N}", {"k": ("integer", ())}),
    (r"k \in [4]", {"k": ("integer", ())}),
    (r"k \in \{2, 3\}", {"k": ("integer", ())}),
    (r"P \in S_n", {"n": ("dimension", ()), "P": ("permutation", ("n", "n"))}),
    (r"s \in \mathbb{R}_{>0}^r", {"r": ("dimension", ()), "s": ("real", ("r",))}),
    (r"W_Q \in \mathbb{R}^{d \times d_k}",
     {"d": ("dimension", ()), "d_k": ("dimension", ()), "W_Q": ("real", ("d", "d_k"))}),
    (r"J : \mathbb{R}^n \to \mathbb{R}^m",
     {"n": ("dimension", ()), "m": ("dimension", ()), "J": ("function", ("m",))}),
    (r"X \sim (\mu, \sigma^2)", {"X": ("random", ()), r"\mu": ("real", ()),
                                 r"\sigma": ("real", ())}),
    (r"x_1, \dots, x_n \overset{\text{iid}}{\sim} (0, 1)",
     {"n": ("dimension", ()), "x": ("random", ("n",))}),
    (r"\mathbb{E}[|X|^3] < \infty", {"X": ("random", ())}),
    (r"\mu_{\text{all}} \in \mathbb{R}", {r"\mu_{\text{all}}": ("real", ())}),
    (r"x^* \in \mathbb{R}", {"x^*": ("real", ())}),
    (r"e, I \in \mathbb{R}", {"e": ("real", ()), "I": ("real", ())}),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "symbols"), DECLARED, ids=[d[0] for d in DECLARED])
def test_what_is_declared(formula: str, symbols: dict[str, tuple[str, tuple[object, ...]]]) -> None:
    assert declared(f"Let ${formula}$. Then") == symbols


ASSUMED = [
    (r"$1 \le p < \infty$", [r"1 \le p < \infty"]),
    (r"$a, b \ge 0$", [r"a \ge 0", r"b \ge 0"]),
    (r"$x \in \mathbb{R}^n$ with $x \ne 0$", [r"x \ne 0"]),
    (r"$\theta \in [0, 1]$", [r"\theta \in [0, 1]"]),
    (r"$s \in \mathbb{R}_{>0}^r$", [r"s \in \mathbb{R}_{>0}^r"]),
    (r"$Q \in \mathbb{R}^{n \times n}$, $Q^\top Q = I$", [r"Q^\top Q = I"]),
    (r"$A \in \mathbb{R}^{n \times n}$ and $A \succ 0$", [r"A \succ 0"]),
    (r"$w \in \mathbb{R}^n$, $\sum_i w_i = 1$", [r"\sum_{i} w_i = 1"]),
    (r"$x \in \mathbb{R}^n$ and $n \ge 2$", [r"n \ge 2"]),
    (r"$X \sim (\mu, \sigma^2)$", [r"\sigma \ge 0"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "relations"), ASSUMED, ids=[a[0] for a in ASSUMED])
def test_what_is_assumed(text: str, relations: list[str]) -> None:
    assert assumed(f"Let {text}. Then") == relations


def test_laws_say_what_is_known_of_random_variables() -> None:
    text = (
        r"Let $q, k \in \mathbb{R}^d$, $q_i, k_j \overset{\text{iid}}{\sim} (0, 1)$ "
        r"and $\mathbb{E}[|X|^4] < \infty$. Then"
    )
    entries, moments = callout("1 = 1", text).scope.laws
    assert (entries.symbols, entries.iid, entries.order) == (("q", "k"), True, 2)
    assert entries.mean is not None and latex(entries.mean) == "0"
    assert moments == Law(("X",), order=4)


def test_property_words_are_said_of_the_names_before_them() -> None:
    text = (
        r"Let $J, \Omega : \mathbb{R}^n \to \mathbb{R}$ be convex and differentiable, "
        r"$X, Y \sim (0, 1)$ with $X$ and $Y$ independent and $X, Y$ uncorrelated. Then"
    )
    said = [(a.property, a.symbols) for a in callout("1 = 1", text).scope.assumed if a.property]
    assert said == [
        ("convex", ("J", r"\Omega")),
        ("differentiable", ("J", r"\Omega")),
        ("independent", ("X", "Y")),
        ("uncorrelated", ("X", "Y")),
    ]


def test_functions_know_domain_and_value() -> None:
    scope = callout("1 = 1", r"Let $f : \mathbb{R}^n \to \mathbb{R}^{2 \times n}$. Then").scope
    assert scope.declared["f"] == Declared("f", "function", (2, "n"), ("n",))


REFUSED = [
    (r"$x \in \mathbb{R}^n$ and $x \in \mathbb{R}^m$", "this was declared with another shape"),
    (r"$x, x \in \mathbb{R}$", "x is declared twice"),
    (r"$f : \mathbb{R} \to \mathbb{R}$ and $f \in \mathbb{R}$",
     "f is declared already, as a function"),
    (r"$a \in \mathbb{R}$ and $a : \mathbb{R} \to \mathbb{R}$",
     "a is declared already, as a scalar"),
    (r"$x \in \mathbb{R}^n$ and $y \in \mathbb{R}^x$", "x is an array"),
    (r"$\sigma \in \mathbb{R}$ and $\sigma^2 := 4$",
     r"\sigma^2 and its square are both names"),
    (r"$a \in \mathbb{R}$ and $a := 1$", "a is declared already"),
    (r"$a := 1$ and $a := 2$", "a is defined already here"),
    (r"$1 + 1$", "a formula that assumes nothing"),
    (r"$p \to \infty$", "a limit in a hypothesis"),
    (r"$x_1, \dots, y_n \overset{\text{iid}}{\sim} (0, 1)$", "dots that join nothing"),
    (r"$x \in \mathbb{R}^n$, $x \sim (0, 1)$", "x is an array"),
    (r"$x_i \overset{\text{iid}}{\sim} (0, 1)$", "x_i is one variable"),
    (r"$f : [0, 1] \to \mathbb{R}$", "a function between other sets"),
    (r"$x \in \mathbb{R}^{n m}$", r"axes that are not joined by \times"),
    (r"$lambda > 0$", "l is not declared"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), REFUSED, ids=[r[0] for r in REFUSED])
def test_hypotheses_that_say_nothing_or_two_things(text: str, problem: str) -> None:
    assert refused("1 = 1", f"Let {text}. Then").problem == problem


def test_the_same_declaration_again_is_the_same_symbol() -> None:
    text = r"Let $x \in \mathbb{R}^n$, $y \in \mathbb{R}^n$ and $x \in \mathbb{R}^n$. Then"
    assert declared(text)["x"] == ("real", ("n",))


def test_what_follows_from_a_broken_hypothesis_is_not_reported() -> None:
    text = r"Let $J \colon \mathbb{R}^{n \to \mathbb{R}$ be convex and $J(x) \ge 0$. Then"
    assert [m.problem for m in mistakes("1 = 1", text)] == ["{ is not closed"]
