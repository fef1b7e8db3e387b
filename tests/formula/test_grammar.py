"""One reading or none: the grammar, and what it refuses."""

from __future__ import annotations

import pytest

from qedeck.formula.reading.parser import grammar

from .reading import mistakes, read, refused


def test_the_grammar_is_free_of_conflicts() -> None:
    assert grammar().options.strict
    assert {"display", "hypothesis"} == set(grammar().options.start)


INVERSE_ENTRY = (
    r"write (A^{-1})_{i, j} for an entry of the power, "
    r"\frac{1}{A_{ij}} for the power of an entry"
)
REFUSED = [
    (r"\exp(a)^2 = b", 1, r"write (\exp(x))^2 or \exp(x^2)"),
    (r"\det(A)^2 = b", 1, r"write (\det(x))^2 or \det(x^2)"),
    (r"\log a b = c", 8, r"write \log(x) y or \log(x y)"),
    (r"\log x_i b = c", 10, r"write \log(x) y or \log(x y)"),
    (r"\log a^2 = c", 7, r"write (\log(x))^2 or \log(x^2)"),
    (r"\sin^2 a = b", 1, r"write (\sin(x))^2 or \sin(x^2)"),
    ("a / b c = 1", 7, r"write \frac{a}{b} c or \frac{a}{b c}"),
    ("a b / c = 1", 5, r"write \frac{a}{b} c or \frac{a}{b c}"),
    (r"\frac{1}{2} a / b = 1", 15, r"write \frac{a}{b} c or \frac{a}{b c}"),
    (r"a / b \cdot c = 1", 7, r"write \frac{a}{b} c or \frac{a}{b c}"),
    ("a / b / c = 1", 7, r"write \frac{a}{b} c or \frac{a}{b c}"),
    (r"\sum_i x_i + y_i = 1", 16,
     r"write \sum_i (a_i + b_i), or use another index than i"),
    (r"\sum_{i=1}^n x_i + i = 1", 20,
     r"write \sum_i (a_i + b_i), or use another index than i"),
    (r"\max_i x_i + y_i = 1", 16, r"write \sum_i (a_i + b_i), or use another index than i"),
    (r"\arg\min_w w^2 + a = 1", 1, r"write (\arg\min f) + g or \arg\min (f + g)"),
    (r"\lim_{p \to \infty} p + a = 1", 1, r"write (\lim f) + g or \lim (f + g)"),
    (r"1 = a \lim_{p \to \infty} p + a", 7, r"write (\lim f) + g or \lim (f + g)"),
    (r"2^{n}_i = 1", 2, "write x_i^2 for a power of an entry, (x^2)_i for an entry of a power"),
    (r"|a||b| = 1", 4, r"write |x| \, |y|, or \lvert x \rvert \lvert y \rvert"),
    (r"|a + |b| + c| = 1", 6, r"write \lvert ... \rvert"),
    (r"\|a x + \|y\| x\| = 1", 9, r"write \lVert ... \rVert"),
    (r"|x| = a", 1, r"write |x_i| for an entry, \|x\|_2 for the length"),
    (r"|A| = a", 1, r"write \det(A) for the determinant, \|A\|_F for the norm"),
    ("x^T y = a", 2, r"write ^\top"),
    ("E[a] = 1", 1, r"write \mathbb{E}[...]"),
    ("Var(a) = 1", 1, r"write \operatorname{Var}"),
    (r"a + \cdots + b = 1", 5, r"write (1, 0, \dots, 0), or a sum with bounds"),
    ("x y = a", 1, r"write x^\top y, \langle x, y \rangle, x y^\top or x \odot y"),
    (r"A x \odot y = z", 5, r"write (A x) \odot y or A (x \odot y)"),
    (r"A_{12} = a", 4, "write x_{1, 2}"),
    (r"\max_i x_i a = 1", 8, r"write \max_i (x_i a) or (\max_i x_i) a"),
    (r"\min_{i} x_i a b = 1", 10, r"write \min_{i} (x_i a b) or (\min_{i} x_i) a b"),
    (r"\prod_{i=1}^{n} x_i \cdot a = 1", 17,
     r"write \prod_{i=1}^{n} (x_i a) or (\prod_{i=1}^{n} x_i) a"),
    (r"\prod_{i=1}^n 2 a = 1", 15, r"write \prod_{i=1}^n (2 a) or (\prod_{i=1}^n 2) a"),
    (r"\max_i x_i \sum_j y_j = 1", 8,
     r"write \max_i (x_i \sum_{j} y_j) or (\max_i x_i) \sum_{j} y_j"),
    (r"\min_{w \in \mathbb{R}} w^2 a = 1", 25,
     r"write \min_{w \in \mathbb{R}} (w^2 a) or (\min_{w \in \mathbb{R}} w^2) a"),
    (r"b = \arg\max_i x_i a", 16, r"write \arg\max_i (x_i a) or (\arg\max_i x_i) a"),
    ("A^{-1}_{ij} = a", 3, INVERSE_ENTRY),
    ("A_{ij}^{-1} = a", 8, INVERSE_ENTRY),
    ("A^2_{ij} = a", 3,
     r"write (A^{2})_{i, j} for an entry of the power, (A_{ij})^{2} for the power of an entry"),
    (r"\mathbb{E}(a + b)^2 = c", 1, r"write \mathbb{E}[X]^2 or \mathbb{E}[X^2]"),
    (r"\mathbb{E}(a + b)(a - b) = c", 18, r"write \mathbb{E}[X] Y or \mathbb{E}[X Y]"),
    (r"a(b) = c", 2, r"write a \cdot b for the product, or define a(...)"),
    (r"\operatorname{tr} A a = 1", 21,
     r"write \operatorname{tr}(x) y or \operatorname{tr}(x y)"),
    ("a^2^3 = 1", 4, "write (a^b)^c or a^{b c}"),
    (r"a \cdot -b = 1", 9, "put the term in parentheses: (-x)"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "column", "instead"), REFUSED, ids=[r[0] for r in REFUSED])
def test_two_readings_are_refused_with_both_ways_to_write(
    display: str, column: int, instead: str
) -> None:
    found = refused(display)
    assert (found.column, found.instead) == (column, instead)


SAID_OTHERWISE = [
    (r"(\exp(a))^2 = \exp(a^2)", r"(\exp(a))^2 = \exp(a^2)"),
    (r"\log(a) b = \log(a b)", r"\log(a) \cdot b = \log(a \cdot b)"),
    (r"b \log a + c = 1", r"(b \cdot \log(a)) + c = 1"),
    (r"\frac{a}{b} c = \frac{a}{b c}", r"\frac{a}{b} \cdot c = \frac{a}{b \cdot c}"),
    ("a / b + c = 1", "(a / b) + c = 1"),
    ("x_i^2 = a", "x_i^2 = a"),
    (r"\sum_i x_i y_i = 1", r"\sum_{i=1}^n (x_i \cdot y_i) = 1"),
    (r"\sum_i (x_i + y_i) = 1", r"\sum_{i=1}^n (x_i + y_i) = 1"),
    (r"\sum_i x_i + a = 1", r"(\sum_{i=1}^n (x_i)) + a = 1"),
    (r"\sum_i x_i + \sum_i y_i = 1", r"(\sum_{i=1}^n (x_i)) + (\sum_{i=1}^n (y_i)) = 1"),
    (r"\max_i (x_i a) = 1", r"\max_{i=1}^n (x_i \cdot a) = 1"),
    (r"\max_i a x_i = 1", r"\max_{i=1}^n (a \cdot x_i) = 1"),
    (r"\prod_{i=1}^n x_i y_i = 1", r"\prod_{i=1}^n (x_i \cdot y_i) = 1"),
    (r"\sum_i x_i a = 1", r"\sum_{i=1}^n (x_i \cdot a) = 1"),
    (r"\lim_{p \to \infty} p a = 1", r"\lim_{p \to \infty} (p \cdot a) = 1"),
    (r"(A_{ij})^2 = A_{ij}^2", r"A_{i, j}^2 = A_{i, j}^2"),
    (r"(A^{-1})_{ij} = a", r"(A^{-1})_{i, j} = a"),
    (r"a (b + c) = a (-b)", r"a \cdot (b + c) = a \cdot (-b)"),
    (r"\int_0^1 p\;dp = a", r"\int_0^1 (p) \, dp = a"),
    (r"(\lim_{p \to \infty} p) + a = 1", r"(\lim_{p \to \infty} (p)) + a = 1"),
    (r"a + \lim_{p \to \infty} p = 1", r"a + (\lim_{p \to \infty} (p)) = 1"),
    (r"\lvert a + \lvert b \rvert \rvert = 1", r"\lvert a + \lvert b \rvert \rvert = 1"),
    (r"J(x)^2 = a", "J(x)^2 = a"),
    (r"-a b^2 = c", r"-(a \cdot b^2) = c"),
    (r"(A^\top)_{ij} = a", r"(A^\top)_{i, j} = a"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "reading"), SAID_OTHERWISE, ids=[r[0] for r in SAID_OTHERWISE])
def test_what_is_unambiguous_reads(display: str, reading: str) -> None:
    assert read(display) == reading


BROKEN = [
    ("", 1, "the formula is empty"),
    ("a + b", 1, "no relation is stated"),
    ("a =", 4, "the relation has no right side"),
    ("(a + b = c", 1, "( is not closed"),
    ("a + b) = c", 6, ") closes nothing"),
    (r"\langle x, y = c", 1, r"\langle is not closed"),
    (r"\sum x_i = a", 6, "an operator without an index"),
    (r"\mathbb{E} a = b", 12, "an expectation without brackets"),
    (r"\int a = b", 6, "an integral without bounds"),
    (r"A^\top_{ij} = a", 7, "a subscript here has no base"),
    ("a [b] = c", 5, "[ ] without a statement inside"),
    (r"a = b \\ b = c", 7, "a new row outside aligned"),
    ("a &= b", 3, "& outside aligned"),
    (r"a = b \quad i \ne 1", 13, "a side condition must stand in parentheses"),
    (r"a = b \implies b = c \implies c = a", 22, r"a second \implies"),
    (r"a \in b", 7, "a set is due here"),
    ("a := b", 3, ":= in a claim"),
    (r"a \not\le b", 3, "a negated relation"),
    (r"\begin{aligned} a &= b", 1, r"\begin{aligned} is not closed"),
    (r"\begin{aligned} a b \end{aligned}", 17, "no relation is stated"),
    ("a, b = c", 4, "a list beside a relation"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "column", "problem"), BROKEN, ids=[r[0] for r in BROKEN])
def test_what_does_not_fit_is_named_at_its_place(display: str, column: int, problem: str) -> None:
    found = refused(display)
    assert (found.column, found.problem) == (column, problem)


def test_places_in_displays_of_several_lines() -> None:
    display = "\\begin{aligned}\n  a &= b \\\\\n    &\\le |x| \\\\\n    &= c\n\\end{aligned}"
    found = refused(display)
    assert (found.line, found.column, found.source) == (3, 10, r"    &\le |x| \\")
    wrong = "\\begin{aligned}\na &= b \\\\\n  &\\le q +\n  c\n\\end{aligned}"
    found = refused(wrong)
    assert (found.line, found.column) == (3, 8)
    shapes = "\\begin{aligned}\na &= b \\\\\n  &= c + x\n\\end{aligned}"
    found = refused(shapes)
    assert (found.line, found.column) == (3, 6)


def test_several_hypotheses_are_all_reported() -> None:
    hypotheses = r"Let $x^T > 0$, $a \in \mathbb{R}$, $a <= 1$ and $b \approx 2$ be foul. Then"
    found = mistakes("a = b", hypotheses)
    assert len(found) == 4
    assert any("'foul'" in one.problem for one in found)
