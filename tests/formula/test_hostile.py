"""Whatever is written, the reader says what is wrong, and soon."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qedeck.errors import SourceError
from qedeck.formula.printer import explicit, latex
from qedeck.formula.reading.lexer import MAX_LENGTH

from .reading import SYMBOLS, callout
from .typed import HYPOTHESES, statements

COMMANDS = r"""
\alpha \beta \sigma \mu \pi \Gamma \frac \tfrac \binom \sqrt \sum \prod \max \min \lim \int \exp
\log \sin \det \left \right \bigl \lvert \rvert \lVert \| \langle \rangle \{ \} \le \ge \ne \not
\succeq \in \to \implies \iff \cdot \times \odot \infty \top \partial \nabla \arg \argmin \mathbb
\mathbb{R} \mathbb{E} \mathbb{P} \mathbf{1} \mathrm{d} \operatorname{tr} \operatorname{Var}
\operatorname
\begin{aligned} \end{aligned} \begin{pmatrix} \end{pmatrix} \text \text{and} \quad \, \dots \overset
\sim \hat \hat{x} \mathcal \displaystyle \unknown x_i A_{ij} \sigma^2 \sum_{i=1}^n \frac{d}{da} J(x)
f'(x) ^* ^{(t)} _{\text{all}} \int_0^1 ,dt $ 中 \\ :=
"""
MARKS = "abcdxyznkpABEMRST0123456789+-/=<>,!^_{}()[]|&:;'.*~ \n\t\0\U0001f600"
WORDS = [*COMMANDS.split(), *MARKS]
SOUP = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
TIGHT = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)
SECONDS = 4.0


def slowness() -> float:
    """How much slower the same loop is here and now than on an idle machine."""
    begin = time.process_time()
    for _ in range(2_000_000):
        pass
    return (time.process_time() - begin) / 0.05


def survives(display: str, hypotheses: str = SYMBOLS, kind: str = "claim") -> None:
    """It is read, and then printed and read again as the same; or refused in good time."""
    start = time.process_time()
    found: SourceError | None = None
    try:
        tree = callout(display, hypotheses, kind=kind).statement
    except SourceError as error:
        found = error
    if found is not None:
        lines = (display + hypotheses).count("\n") + 1
        assert all(1 <= mistake.line <= lines for mistake in found.mistakes)
        assert all(mistake.column >= 1 and str(mistake) for mistake in found.mistakes)
    else:
        assert explicit(tree)
        text = latex(tree)
        if kind == "claim" and len(text) <= MAX_LENGTH:
            assert callout(text, hypotheses).statement == tree
    took = time.process_time() - start
    assert took < SECONDS or took < SECONDS * slowness()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
@example("\\")
@example("^")
@example("_{")
def test_arbitrary_text(text: str) -> None:
    survives(text)
    survives("a = " + text, kind="definition")


@settings(max_examples=400, deadline=None)
@given(st.one_of(SOUP, TIGHT))
def test_soup_of_latex(text: str) -> None:
    survives(text)


@settings(max_examples=150, deadline=None)
@given(st.one_of(SOUP, TIGHT), st.one_of(SOUP, TIGHT))
def test_soup_around_a_relation(left: str, right: str) -> None:
    survives(f"{left} = {right}")
    survives(f"q := {left} {right}", kind="definition")


@settings(max_examples=150, deadline=None)
@given(st.one_of(SOUP, TIGHT).filter(lambda text: "$" not in text))
def test_soup_in_hypotheses(text: str) -> None:
    survives("1 = 1", f"Let $x \\in \\mathbb{{R}}^n$ and ${text}$ be convex. Then")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60).filter(lambda text: "$" not in text))
def test_arbitrary_words(text: str) -> None:
    survives("1 = 1", f"Let {text} $a > 0$. Then")


PIECES = re.compile(r"\\\\(?:[A-Za-z]+|.)|.", re.DOTALL)


@st.composite
def slips(draw: Any) -> str:
    """A good formula with a token left out, doubled, swapped or put in."""
    tokens = PIECES.findall(latex(draw(statements(depth=2))))
    at = draw(st.integers(0, len(tokens) - 1))
    slip = draw(st.sampled_from(["out", "twice", "swapped", "other", "more"]))
    put = draw(st.sampled_from(WORDS))
    kept = {
        "out": [],
        "twice": [tokens[at], tokens[at]],
        "swapped": [*tokens[at + 1 : at + 2], tokens[at]],
        "other": [put],
        "more": [put, tokens[at]],
    }[slip]
    return "".join([*tokens[:at], *kept, *tokens[at + (2 if slip == "swapped" else 1) :]])


@settings(max_examples=300, deadline=None)
@given(slips())
def test_one_slip_in_a_good_formula(text: str) -> None:
    survives(text, HYPOTHESES)


LONG = {
    "parentheses": "(" * 3000 + "a" + ")" * 3000,
    "brackets": "[" * 3000 + "a" + "]" * 3000,
    "braces": "{" * 3000,
    "fractions": r"\frac{1}{" * 900 + "a" + "}" * 900,
    "exponents": "a" + "^{a" * 2000 + "}" * 2000,
    "tower": "9^{9^{9^{9^{9^{9^{9}}}}}}",
    "power tower": "10^{10^{100}}",
    "factorials": "9" + "!" * 500,
    "subscripts": "x" + "_{x" * 2000 + "}" * 2000,
    "roots": r"\sqrt[" * 1500 + "3" + "]{a}" * 1500,
    "norms": r"\lVert " * 1000 + "x" + r" \rVert" * 1000,
    "bars": "|" * 9000,
    "bars and letters": "|a" * 3000,
    "sums": r"\sum_i " * 1000 + "x_i",
    "minima": r"\min_w " * 1000 + "w",
    "minima in parentheses": r"\min_w (w + " * 40 + "a" + ")" * 40,
    "integrals": r"\int_0^1 " * 900 + "t" + r" \, dt" * 300,
    "terms": "+".join(["a"] * 2000),
    "nested sums": "(" * 55 + "a" + " + b)" * 55,
    "factors": " ".join(["a"] * 3000),
    "vectors": " + ".join(["x"] * 100),
    "chain": "=".join(["a"] * 2500),
    "list": ",".join(["a"] * 3000),
    "rows": r"\begin{aligned} " + r"a &= b \\ " * 1000 + r"a &= b \end{aligned}",
    "ampersands": r"\begin{aligned} a " + "&= a " * 1500 + r"\end{aligned}",
    "matrix": r"\begin{pmatrix} " + "a & " * 2000 + r"a \end{pmatrix}",
    "pattern": "(" + r"x_1 + " * 60 + r"x_1, \dots, " + r"x_n + " * 60 + "x_n)",
    "digits": "9" * 5000,
    "decimals": "0." + "0" * 5000 + "1",
    "primes": "J" + "'" * 9000 + "(x)",
    "stars": "x" + "^*" * 3000,
    "accents": r"\hat{" * 1500 + "x" + "}" * 1500,
    "backslashes": "\\" * 9999,
    "derivatives": r"\frac{d}{da} " * 700 + "a",
    "truth": "[a = " * 1000 + "a" + "]" * 1000,
    "expectations": r"\mathbb{E}[" * 800 + "a" + "]" * 800,
    "words": r"\text{" * 1500,
    "environments": r"\begin{aligned}" * 600,
    "sizes": r"\left" * 1900,
    "applications": "J(" * 1500 + "x" + ")" * 1500,
    "too long": "a" * 20_000,
    "spaces": " " * 9_990 + "a",
    "tildes": "~" * 9_990,
    "commas in a label": r"\mu_{" + "a," * 4900 + "}",
    "squares": r"\sigma^2_i " * 900,
}


@pytest.mark.parametrize("name", LONG)
def test_long_and_deep_formulas(name: str) -> None:
    survives(LONG[name])
    survives(LONG[name] + " = 1")
    survives("q := " + LONG[name], kind="definition")


def test_many_definitions_in_one_display() -> None:
    rows = r" \\ ".join(rf"y_{{\text{{{k}}}}} &:= a" for k in range(300))
    survives(rf"\begin{{aligned}} {rows} \end{{aligned}}", kind="definition")


def test_many_symbols_and_hypotheses() -> None:
    names = ", ".join(rf"$v_{{{k}}} \in \mathbb{{R}}^{{n_{{{k}}}}}$" for k in range(300))
    survives(r"\min_w \max_u (w + u) = 1", f"Let {names}. Then")
