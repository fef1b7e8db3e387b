"""Mutants: one deliberate error each, on the typed tree."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from qedeck.evidence.likeness import likeness
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import corrupted, corruptions
from qedeck.evidence.obligations import obligations
from qedeck.evidence.reasons import Nowhere, Plain
from qedeck.evidence.trial import Judge
from qedeck.evidence.words import OPERATORS
from qedeck.formula.printer import latex
from qedeck.formula.tree import Call, Constant, Node, Number, Power, Product, Relation, Sum, Symbol

from .written import claim

X, Y = Symbol("x", ("n",)), Symbol("y", ("n",))
A, B = Symbol("a"), Symbol("b")
ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def made(node: Node) -> set[tuple[str, str]]:
    return {(OPERATORS[done], latex(one)) for done, _, one in corrupted(node)}


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (Sum((A, B)), {("sign of a term", "a - b"), ("term dropped", "a"), ("term dropped", "b")}),
        (Product((A, B)), {("factor dropped", "a"), ("factor dropped", "b")}),
        (Power(A, TWO), {("exponent dropped", "a"), ("exponent raised by one", "a^3")}),
        (Call("sqrt", (A,)), {("root dropped", "a")}),
        (Call("abs", (A,)), {("absolute value dropped", "a")}),
        (Call("norm", (X, TWO)), {("norm order made 1", r"\|x\|_1")}),
        (Call("norm", (X, Constant("infinity"))), {("norm order made 1", r"\|x\|_1")}),
        (Call("max", (A, B)), {("maximum made a minimum", r"\min(a, b)")}),
        (
            Relation((A, B), ("<=",)),
            {("relation turned round", r"a \ge b"), ("relation made strict", "a < b")},
        ),
        (Relation((A, B), ("=",)), {("relation turned round", r"a \ne b")}),
    ],
)
def test_each_error_is_made(node: Node, wanted: set[tuple[str, str]]) -> None:
    assert wanted <= made(node)


def test_errors_are_made_below_too_and_one_at_a_time() -> None:
    found = made(Relation((Sum((A, B)), Call("sqrt", (A,))), ("<=",)))
    assert ("sign of a term", r"a - b \le \sqrt{a}") in found
    assert ("root dropped", r"a + b \le a") in found
    assert not any(text == r"a - b \le a" for _, text in found)


WRITTEN = {
    "an expectation moved inside": (
        r"Let $X \sim (\mu, \sigma^2)$",
        r"\mathbb{E}[X^2] = \mu^2 + \sigma^2",
        ("expectation moved inside", r"\mathbb{E}[X]^2 = \mu^2 + \sigma^2"),
    ),
    "factors of a product of matrices": (
        r"Let $A, B \in \mathbb{R}^{n \times n}$",
        r"(A B)^\top = B^\top A^\top",
        ("matrices of a product swapped", r"(B A)^\top = B^\top A^\top"),
    ),
    "one symbol for another": (
        r"Let $\gamma, \beta, x \in \mathbb{R}^n$",
        r"\frac{1}{n} \sum_{i=1}^{n} \gamma_i x_i = \frac{1}{n} \langle \gamma, x \rangle",
        (
            "a symbol taken for another",
            r"\frac{1}{n} \sum_{i=1}^n x_i x_i = \frac{1}{n} \langle \gamma, x \rangle",
        ),
    ),
    "one that the formula lacks": (
        r"Let $\gamma, \beta \in \mathbb{R}$",
        r"2 \beta = \beta + \beta",
        ("a symbol taken for another", r"2 \gamma = \beta + \beta"),
    ),
    "one index for another": (
        r"Let $p \in \mathbb{R}^n$ and $i, j \in [n]$",
        r"p_i [i = j] = p_j [i = j]",
        ("an index taken for another", r"p_i [j = j] = p_j [i = j]"),
    ),
    "n for n - 1": (
        r"Let $x \in \mathbb{R}^n$",
        r"\frac{n}{n} \|x\|_1 = \|x\|_1",
        ("whole number lowered by one", r"\frac{n - 1}{n} \|x\|_1 = \|x\|_1"),
    ),
    "subtrahends": (
        r"Let $a, b \in \mathbb{R}$",
        r"a - b = -(b - a)",
        ("subtrahends swapped", "b - a = -(b - a)"),
    ),
    "a factor": (
        r"Let $a, b \in \mathbb{R}$",
        "a b = b a",
        ("factor inverted", r"\frac{1}{a} b = b a"),
    ),
    "a root in a denominator": (
        r"Let $a \in \mathbb{R}$ and $d \in \mathbb{N}$",
        r"\frac{a}{\sqrt{d}} = \frac{a \sqrt{d}}{d}",
        ("root dropped", r"\frac{a}{d} = \frac{a \sqrt{d}}{d}"),
    ),
    "the axis of a shape": (
        r"Let $Q \in \mathbb{R}^{m \times d}$ and $K \in \mathbb{R}^{n \times d}$",
        r"Q K^\top \in \mathbb{R}^{m \times n}",
        ("axes exchanged", r"Q K^\top \in \mathbb{R}^{n \times m}"),
    ),
    "an abbreviation": (
        r"Let $x \in \mathbb{R}^n$ and $m := \frac{1}{n} \sum_{i=1}^{n} x_i$",
        r"n m = \sum_{i=1}^{n} x_i",
        ("whole number lowered by one", r"m := \frac{1}{n - 1} \sum_{i=1}^n x_i"),
    ),
    "the end of a range": (
        r"Let $x > 0$",
        r"x > 0",
        ("hypothesis widened", r"x \ge 0"),
    ),
    "a range by one": (
        r"Let $p \ge 1$",
        r"p \ge 1",
        ("hypothesis widened by one", r"p \ge 0"),
    ),
    "an interval": (
        r"Let $t \in [0, 1]$",
        r"t \le 1",
        ("hypothesis widened", r"t \in [0, 2]"),
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_error_is_made_in(tmp_path: Path, name: str) -> None:
    hypotheses, statement, wanted = WRITTEN[name]
    bound = claim(tmp_path, hypotheses, statement)
    found = [c for c in corruptions(bound) if c.shown is not None]
    assert wanted in {(OPERATORS[c.id.operator], latex(c.shown)) for c in found}


ALIKE = {
    "a sum's order": (r"a + b = c", r"b + a = c"),
    "a product's order": (r"a b = c", r"b a = c"),
    "the sides": (r"a b = c", r"c = a b"),
    "the direction": (r"a \le b", r"b \ge a"),
    "the sign of a square": (r"(a - b)^2 = c", r"(b - a)^2 = c"),
    "the sign of a distance": (r"|a - b| = c", r"|b - a| = c"),
    "two signs": (r"(a - b)(b - c) = 0", r"(b - a)(c - b) = 0"),
    "a factor's place": (r"\frac{a}{2} b = c", r"\frac{a b}{2} = c"),
    "an index": (r"\sum_{i=1}^{3} i = c", r"\sum_{j=1}^{3} j = c"),
}


@pytest.mark.parametrize("name", ALIKE)
def test_formulas_are_alike_but_for(tmp_path: Path, name: str) -> None:
    one, other = (
        claim(tmp_path / str(k), r"Let $a, b, c \in \mathbb{R}$", text).statement
        for k, text in enumerate(ALIKE[name])
    )
    assert likeness(one) == likeness(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a - b = c", "b - a = c"), ("a^3 = c", "(-a)^3 = c"), (r"a < b", r"b < a")],
)
def test_formulas_that_say_different_things_are_not_alike(
    tmp_path: Path, one: str, other: str
) -> None:
    first, second = (
        claim(tmp_path / str(k), r"Let $a, b, c \in \mathbb{R}$", text).statement
        for k, text in enumerate((one, other))
    )
    assert likeness(first) != likeness(second)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (r"\|A (x - y)\|_2 = 1", r"\|A (y - x)\|_2 = 1", True),
        (r"A (x - y) = 0", r"A (y - x) = 0", False),
        (r"A (x - y) = -x", r"-A (y - x) = -x", True),
    ],
)
def test_a_sign_moves_through_a_matrix(tmp_path: Path, one: str, other: str, alike: bool) -> None:
    given = r"Let $A \in \mathbb{R}^{n \times n}$ and $x, y \in \mathbb{R}^n$"
    first, second = (
        claim(tmp_path / str(k), given, text).statement for k, text in enumerate((one, other))
    )
    assert (likeness(first) == likeness(second)) is alike


def judged(root: Path, hypotheses: str, statement: str) -> tuple[Mutant, ...]:
    bound = claim(root, hypotheses, statement)
    return Judge(1, None, {}, bound, obligations(bound)).all()


def test_a_hypothesis_that_only_guards_a_division_is_needed(tmp_path: Path) -> None:
    hypotheses = r"Let $a \in \mathbb{R}$, $b \ge 0$, $\epsilon > 0$ and $s := b + \epsilon$"
    mutants = judged(
        tmp_path, hypotheses, r"\frac{a}{s} [a > 0] + \frac{a}{s} [a \le 0] = \frac{a}{s}"
    )
    told = {m.latex: m for m in mutants if m.part == "hypothesis"}
    assert told[r"\epsilon \ge 0"].outcome == "killed"
    assert isinstance(told[r"\epsilon \ge 0"].reason, Nowhere)


def test_a_hypothesis_that_is_not_needed_is_reported(tmp_path: Path) -> None:
    mutants = judged(
        tmp_path, r"Let $a \in \mathbb{R}$ and $b > 0$", r"(a + b)^2 = a^2 + 2 a b + b^2"
    )
    told = [m for m in mutants if m.part == "hypothesis"]
    assert {m.outcome for m in told} == {"undecided"}
    assert told[0].reason == Plain("not needed")


def test_a_hypothesis_that_could_be_wider_is_reported(tmp_path: Path) -> None:
    mutants = judged(tmp_path, "Let $a > 0$", r"|a| = a")
    told = {m.latex: m.outcome for m in mutants if m.part == "hypothesis"}
    assert told == {r"a \ge 0": "undecided", "a > 0": "killed"}


def test_an_abbreviation_is_fixed_by_the_claim(tmp_path: Path) -> None:
    hypotheses = r"Let $x \in \mathbb{R}^n$ and $m := \frac{1}{n} \sum_{i=1}^{n} x_i$"
    mutants = judged(
        tmp_path, hypotheses, r"\sum_{i=1}^{n} (x_i - m)^2 = \sum_{i=1}^{n} x_i^2 - n m^2"
    )
    told = [m for m in mutants if m.part == "abbreviation"]
    assert len(told) > 5
    assert {m.outcome for m in told} == {"killed"}


def test_a_sign_that_squares_hide_is_explained(tmp_path: Path) -> None:
    hypotheses = r"Let $a, b, c \in \mathbb{R}$ and $d := a - b$"
    mutants = judged(tmp_path, hypotheses, r"d^2 + c = a^2 - 2 a b + b^2 + c")
    (swapped,) = [m for m in mutants if m.operator == "subtrahends-swapped" and "d :=" in m.latex]
    assert swapped.outcome == "still true"


def test_an_orthogonal_matrix_may_be_turned_either_way(tmp_path: Path) -> None:
    hypotheses = r"Let $Q \in \mathbb{R}^{n \times n}$ with $Q^\top Q = I$ and $x \in \mathbb{R}^n$"
    mutants = judged(tmp_path, hypotheses, r"x^\top Q^\top Q x = \|x\|_2^2")
    (swapped,) = [m for m in mutants if m.operator == "matrices-swapped"]
    assert swapped.outcome == "still true"
