"""LaTeX is cut into tokens by the names in force."""

from __future__ import annotations

import pytest

from qedeck.errors import Mistake
from qedeck.formula.reading.lexer import tokenize
from qedeck.formula.reading.tokens import Names
from qedeck.formula.span import Span

from .reading import printed, read, refused

KNOWN = Names(
    frozenset({"x", "n", "d_k", r"\sigma^2", r"\mu_B", r"\mu"}),
    frozenset({"f", "S"}),
    frozenset({"n", "d_k"}),
)


def kinds(text: str, names: Names = KNOWN) -> str:
    """Kinds of the tokens; names with their text."""
    found = tokenize(Span.of(text), names)
    return " ".join(t.value if t.type in {"NAME", "APPLIED"} else t.type for t in found)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("x_i", "x SUB OPEN i CLOSE"),
        ("d_k", "d_k"),
        ("d_{k}", "d_k"),
        (r"\mu_{B, i}", r"\mu_B SUB OPEN i CLOSE"),
        (r"\mu_{B,i}", r"\mu_B SUB OPEN i CLOSE"),
        (r"\mu_{\text{all}}", r"\mu_{\text{all}}"),
        (r"\sigma^2_{\text{all}}", r"\sigma_{\text{all}} SUP OPEN NUMBER CLOSE"),
        (r"\sigma^2", r"\sigma^2"),
        (r"\sigma^2_c", r"\sigma^2 SUB OPEN c CLOSE"),
        (r"\sigma_c^2", r"\sigma^2 SUB OPEN c CLOSE"),
        (r"\sigma^{2}", r"\sigma^2"),
        ("x^2_i", "x SUB OPEN i CLOSE SUP OPEN NUMBER CLOSE"),
        ("x^*", "x^*"),
        ("w^{(t)}", "w^{(t)}"),
        (r"\hat{x}_i", r"\hat{x} SUB OPEN i CLOSE"),
        ("f(x)", "f LPAR x RPAR"),
        (r"f'\left(x\right)", "f' LPAR x RPAR"),
        (r"S_\lambda(x)", r"S PARAMETERS OPEN \lambda CLOSE LPAR x RPAR"),
        ("ab", "a b"),
        (r"\sum_i^n 2 x", "BIG SUB OPEN i CLOSE SUP OPEN n CLOSE NUMBER x"),
        (r"\frac12", "FRAC OPEN NUMBER CLOSE OPEN NUMBER CLOSE"),
        (r"x^\top", "x TRANSPOSE"),
        ("(x)_+", "LPAR x RPAR POSPART"),
        (r"\mathbf{1}", "ONES"),
        (r"\frac{d}{dp}", "DDX OPEN PARTIAL p CLOSE"),
    ],
)  # fmt: skip
def test_subscripts_index_or_belong_to_the_name(text: str, tokens: str) -> None:
    assert kinds(text) == tokens


def test_a_new_name_of_a_hypothesis_takes_its_subscript() -> None:
    declaring = Names(KNOWN.known, KNOWN.functions, KNOWN.scalars, declaring=True)
    assert kinds(r"\lambda_1, W_Q, x_i", declaring) == (
        r"\lambda_1 COMMA W_Q COMMA x SUB OPEN i CLOSE"
    )


@pytest.mark.parametrize(
    "text",
    [
        r"|a| + |b|", r"|a| \, |b|", r"\lvert a \rvert + \lvert b \rvert",
        r"\left| a \right| + \bigl| b \bigr|", r"\vert a \vert + |b|",
    ],
)  # fmt: skip
def test_bars_in_every_spelling(text: str) -> None:
    again = r"|a| \cdot |b|" if "+" not in text else "|a| + |b|"
    assert read(f"{text} = 1") == f"{again} = 1"


@pytest.mark.parametrize(
    "text",
    [
        r"\|x\|", r"\left\| x \right\|", r"\lVert x \rVert_2", r"\Vert x \Vert", r"\bigl\|x\bigr\|",
        r"\|x\|_{2}",
    ],
)  # fmt: skip
def test_norms_in_every_spelling(text: str) -> None:
    assert read(f"{text} = 1") == r"\|x\|_2 = 1"


def test_plain_bars_inside_sized_ones() -> None:
    text = r"\left| \sum_{i=1}^n |x_i| - a \right| = 1"
    assert read(text) == r"\lvert (\sum_{i=1}^n (\lvert x_i \rvert)) - a \rvert = 1"
    assert read(r"\|x\|^2_p = a") == read(r"\|x\|_p^2 = a")


def test_both_spellings_of_a_square_are_one_symbol() -> None:
    assert printed(r"\sigma^2 = a^2") == r"\sigma^2 = a^2"
    assert printed(r"\sigma = |a|") == r"\sqrt{\sigma^2} = |a|"


@pytest.mark.parametrize(
    ("display", "column", "problem", "instead"),
    [
        ("a = #", 5, "the character '#' is not in the language", "write LaTeX"),
        ("a <= b", 3, "<= is not in the language", r"write \le"),
        ("a * b = c", 3, "* is not in the language", r"write \cdot, or nothing"),
        ("a = b，", 6, "， is not in the language", "write an ASCII comma"),
        ("a = b.", 6, ". is not in the language",
         r"leave it out, or write digits before and after it"),
        ("a = {b}", 5, "{ is not in the language", r"write ( ... ) or \{ ... \}"),
        (r"\frac{a}b} = c", 10, "} is not in the language", "write one { for each }"),
        (r"a = \frac{1}{2", 13, "{ is not closed", "write } where it ends"),
        (r"a = x_{i", 7, "{ is not closed", "write } where it ends"),
        ("a = |b", 5, "a bar is not closed", r"write \lvert ... \rvert"),
        (r"a = \|x", 5, "a bar is not closed", r"write \lVert ... \rVert"),
        ("||x|| = a", 1, "|| is not in the language", r"write \|x\| for a norm"),
        (r"a = \left. b \right)", 10, "an invisible delimiter", "write both delimiters"),
        (r"a = \left b", 11, "a size without a delimiter", r"write \left( ... \right)"),
        ("2 a 3 = b", 5, "a number after a factor", r"put it first, or write \cdot before it"),
        ("a = " + "9" * 5000, 5, "a number with too many digits",
         "write it as a power: 10^{100}"),
        ("x^T y = a", 2, "^T is not a transpose here", r"write ^\top"),
        ("max(a, b) = c", 1, "max in italics is a product of letters", r"write \max"),
        ("Var(a) = c", 1, "Var in italics is a product of letters",
         r"write \operatorname{Var}"),
        ("E[a] = c", 1, "E is a letter here", r"write \mathbb{E}[...]"),
        (r"a = \foo", 5, r"\foo is not in the language",
         "write it with the commands of the formula language"),
        (r"a \approx b", 3, r"\approx is not in the language",
         "state the error as an inequality"),
        (r"\begin{cases} a \end{cases} = b", 1, "the environment cases is not in the language",
         "write aligned or pmatrix"),
        (r"a = b \end{aligned}", 7, "this ends no aligned", r"write \begin{aligned} before it"),
        (r"\sum_{i=1} = a'", 14, "a is not a function here",
         r"declare $a : \mathbb{R} \to \mathbb{R}$, or write a^\top for a transpose"),
    ],
)  # fmt: skip
def test_what_begins_no_token(display: str, column: int, problem: str, instead: str) -> None:
    found = refused(display)
    assert (found.line, found.column, found.problem, found.instead) == (
        1, column, problem, instead,
    )  # fmt: skip


def test_d_that_is_declared_does_not_differentiate() -> None:
    hypotheses = r"Let $x \in \mathbb{R}^d$ and $a \in \mathbb{R}$. Then"
    assert refused(r"\frac{d}{da} (a d) = d", hypotheses).column == 1
    upright = r"\frac{\mathrm{d}}{\mathrm{d}a} (a d) = d"
    assert read(upright, hypotheses) == r"\frac{\mathrm{d}}{\mathrm{d}a} (a \cdot d) = d"
    assert read("d^{1/a} = 1", hypotheses) == "d^{1 / a} = 1"


def test_the_caret_stands_below_the_place() -> None:
    def caret(source: str, column: int) -> str:
        return str(Mistake("n.md", 1, column, "p", "i", source)).splitlines()[2]

    assert caret("a = b", 5) == "    " + "    ^"
    assert caret("\ta\tb", 4) == "    " + "\t \t^"
    assert caret("设 $x$", 4) == "    " + "    ^"
    assert caret("ab", 9) == "    " + " " * 8 + "^"
