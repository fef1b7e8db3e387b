"""What a reader sees and what is read are the same: no name looks like a term, or like nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.errors import SourceError
from qedeck.evidence.verify import subjects
from qedeck.formula.tree import Relation
from qedeck.notes.library import read_library

from .reading import callout, printed, refused

X = r"Let $x \in \mathbb{R}$. Then"

DISGUISED = {
    "a power in a name": r"\operatorname{x^2}",
    "a gap in a name": r"\operatorname{c lip}",
    "a comment in a name": r"\operatorname{x% y}",
    "a letter of another script in a name": "\\operatorname{\u0445}",
    "a sign in a name": r"\operatorname{-}",
    "nothing in a name": r"\operatorname{}",
    "a sum under a bar": r"\bar{x + y}",
    "a product under a hat": r"\hat{x y}",
    "nothing under a hat": r"\hat{}",
    "a phantom in bold": r"\mathbf{\phantom{y}}",
    "a macro of its own in bold": r"\mathbf{\let\le\ge}",
    "a wide accent, which looks like a narrow one": r"\widehat{x}",
    "a line, which looks like a bar": r"\overline{x}",
    "an empty label": r"y_{\text{}}",
    "a label of spaces": r"y_{\text{~}}",
    "a label with a command": r"y_{\text{\tiny a}}",
    "an empty step": "y^{()}",
    "a step that is a gap": r"y^{(\,)}",
    "bold Greek, which is set as if it were not bold": r"\mathbf{\mu}",
    "sans-serif Greek": r"\mathsf{\mu}",
    "upright Greek": r"\operatorname{\mu}",
    "a small letter in a font of capitals": r"\mathcal{a}",
    "two bold letters, which look like a product": r"\mathbf{ab}",
}


@pytest.mark.parametrize("name", DISGUISED.values(), ids=DISGUISED)
def test_a_symbol_looks_like_a_name(name: str) -> None:
    with pytest.raises(SourceError):
        callout(f"{name} = 2", rf"Let $x, y \in \mathbb{{R}}$ and ${name} := 2$. Then")


@pytest.mark.parametrize(
    "name",
    [
        r"\operatorname{LN}", r"\hat{x}", r"\hat x", r"\bar{\hat{x}}", r"\hat{\mathbf{x}}",
        r"\tilde{\mu}", r"\mathbf{w}", r"\mathcal{L}", r"\boldsymbol{\theta}", "y^{(t)}",
        "y^{(k+1)}", "y^*", r"y_{\text{run}}", r"y_{\text{at rest}}", r"\mu_{\text{2nd}}",
    ],
)  # fmt: skip
def test_names_remain_names(name: str) -> None:
    callout(f"{name} = 2", f"Let ${name} := 2$. Then")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (r"\hat{\mathbf{x}}", r"\hat{\mathbf x}"),
        (r"\bar{\hat{x}}", r"\bar {\hat x}"),
        (r"\operatorname{LN}", r"\mathrm{LN}"),
        ("y_{a,b}", "y_{a, b}"),
        (r"y_{\text{run}}", r"y_{\text { run }}"),
    ],
)
def test_what_looks_the_same_is_one_name(one: str, other: str) -> None:
    statement = callout(f"{one} = {other}", f"Let ${one} := 2$. Then").statement
    assert isinstance(statement, Relation)
    assert statement.terms[0] == statement.terms[1]


def test_an_upright_constant_is_none_where_the_letter_is_declared() -> None:
    callout(r"\operatorname{e}^x = \exp(x)", X)
    refused(r"\mathrm{e} = 2", "Let $e := 2$. Then")


@pytest.mark.parametrize("index", ["1 2", "{1 \\, 2}", "{i 1 2}"])
def test_numbers_side_by_side_are_not_multiplied(index: str) -> None:
    refused(f"x_{{{index}}} = 1", r"Let $x \in \mathbb{R}^n$ and $i \in [n]$. Then")


@pytest.mark.parametrize(
    ("hypotheses", "problem"),
    [
        (r"Let $x_1 := 3$ and $x \in \mathbb{R}^n$. Then", "x is declared already"),
        (
            r"Let $x_{12} > 0$ and $x \in \mathbb{R}^{n \times n}$. Then",
            "the index 12 has two readings",
        ),
        (
            r"Let $z \in \mathbb{R}^n$, $i \in [n]$, $x_1 := 3$ and $x_i := z_i$. Then",
            "x_1 is one symbol here, and x has entries",
        ),
    ],
)
def test_a_symbol_looks_like_no_entry_of_another(hypotheses: str, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        callout("1 = 1", hypotheses)


@pytest.mark.parametrize(
    ("hypotheses", "problem"),
    [
        (r"Let $x \in \mathbb{R}$ and nonzero $y \in \mathbb{R}$", "stands before"),
        (r"Let $x \in \mathbb{R}$ and $y \in \mathbb{R}$ be nonzero", "said of x too"),
        (r"Let $f : \mathbb{R} \to \mathbb{R}$, $g : \mathbb{R} \to \mathbb{R}$ convex", "f too"),
        (r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$ be independent", "cannot be independent"),
        (r"Let $x \in \mathbb{R}$ be convex", "cannot be convex"),
        (r"Let $x \in \mathbb{R}$, $y > 0$ at $x$", "of which nothing is said"),
        (r"Let $x \in \mathbb{R}$ with $x$ and $x > 0$", "of which nothing is said"),
        (r"Let $x \in \mathbb{R}$ with $x$ and $y := 2$", "of which nothing is said"),
        (r"Let $x \in \mathbb{R}$ with mean $x$", "means nothing"),
    ],
)
def test_what_a_word_is_said_of_is_plain(hypotheses: str, problem: str) -> None:
    with pytest.raises(SourceError, match=problem):
        callout("1 = 1", f"{hypotheses}. Then")


def test_a_word_is_said_of_all_names_joined_to_it() -> None:
    said = callout(
        "1 = 1",
        r"Let $X \sim (0, 1)$, $Y \sim (0, 1)$ with $X$ and $Y$ independent, "
        r"$\lambda > 0$, $f : \mathbb{R} \to \mathbb{R}$ convex and differentiable. Then",
    ).scope.assumed
    assert [(a.property, a.symbols) for a in said if a.property] == [
        ("independent", ("X", "Y")), ("convex", ("f",)), ("differentiable", ("f",)),
    ]  # fmt: skip


@pytest.mark.parametrize("after", ["Equality at $x = 0$ nonzero.", "Equality at $y = x$ with $x$."])
def test_no_word_after_the_formula_is_decoration(after: str) -> None:
    with pytest.raises(SourceError, match=r"nothing reads 'nonzero'|nothing is said"):
        callout(r"x \le |x|", r"Let $x, y \in \mathbb{R}$. Then", after)


def test_negative_space_hides_nothing() -> None:
    callout(r"x \! = x", X)
    refused(r"x = \!\!\!\!\! x", X)
    refused(r"x = \! \, \! x", X)


@pytest.mark.parametrize("number", [r"2 \frac{1}{2}", r"2\tfrac12", r"2 \frac 1 2"])
def test_a_number_before_a_fraction_is_no_product(number: str) -> None:
    refused(f"x = {number}", X)


def test_a_number_before_a_fraction_is_printed_as_it_may_be_written() -> None:
    written = r"x = 2 \cdot \frac{1}{2} \cdot 5"
    assert printed(written, X) == written


def test_a_thousand_has_no_comma() -> None:
    refused("x = 1", r"Let $x \in \{1,000\}$. Then")


@pytest.mark.parametrize(
    ("hypotheses", "display"),
    [
        (r"Let $x_i \in \mathbb{R}$ and $n \in \mathbb{N}$. Then", r"\sum_{i=1}^{n} x_i = n x_i"),
        (r"Let $x_i := 3$ and $y \in \mathbb{R}^n$. Then", "x_i + y_i = y_i + 3"),
        (r"Let $i \in [4]$ and $x_i > 0$. Then", r"x_i \ge 0"),
        (r"Let $x_{ij} > 0$ and $y \in \mathbb{R}^n$. Then", r"\sum_{j=1}^n x_{ij} y_j = 0"),
        (r"Let $x_\alpha > 0$. Then", r"\sum_{\alpha=1}^2 x_\alpha = 2 x_\alpha"),
    ],
)
def test_a_label_is_no_index(hypotheses: str, display: str) -> None:
    refused(display, hypotheses)


@pytest.mark.parametrize("word", ["positive", "whole"])
def test_words_that_a_reader_takes_for_an_assumption_are_none_of_the_language(word: str) -> None:
    with pytest.raises(SourceError):
        callout("x = x", rf"Let $x \in \mathbb{{R}}$ be {word}. Then")


BOXES = r"""---
kind: page
title: T
---

> [!definition|three] Three times
>
> Let $x \in \mathbb{R}$.
>
> $$s := 3 x$$

> [!definition|four] Four times
>
> Let $x \in \mathbb{R}$.
>
> $$s := 4 x$$

> [!definition|f] A function
>
> Let $x \in \mathbb{R}$.
>
> $$f(x) := 3 x$$

> [!claim|c] It
>
> HYPOTHESES. Then
>
> $$DISPLAY$$
"""


@pytest.mark.parametrize(
    ("hypotheses", "display"),
    [
        (r"Let $x \in \mathbb{R}$ and $s := 2$ with [three](#three)", "s = 3 x"),
        (r"Let $s > 0$ with [three](#three)", "s > 0"),
        (r"Let $t \in \mathbb{R}$ and $f(t) := 5 t$ with [f](#f)", "f(t) = 3 t"),
        ("With [three](#three) and [four](#four)", "s = 4 x"),
    ],
)
def test_a_link_gives_no_name_another_meaning(
    tmp_path: Path, hypotheses: str, display: str
) -> None:
    (tmp_path / "notes/en").mkdir(parents=True)
    text = BOXES.replace("HYPOTHESES", hypotheses).replace("DISPLAY", display)
    (tmp_path / "notes/en/t.md").write_text(text, "utf-8")
    with pytest.raises(SourceError, match=r"another meaning|two linked definitions"):
        subjects(read_library(tmp_path))
