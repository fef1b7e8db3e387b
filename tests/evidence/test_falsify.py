from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.falsify import falsify
from qedeck.evidence.far import far_out
from qedeck.evidence.larger import larger
from qedeck.evidence.obligations import obligations

from .written import claim

TWO_VECTORS = r"Let $x, s \in \mathbb{R}^n$ and $f(x) := \|x\|_1$"


def counter(root: Path, hypotheses: str, statement: str) -> object:
    return falsify(obligations(claim(root, hypotheses, statement)), 1).counter


@pytest.mark.parametrize(
    ("hypotheses", "statement", "holds"),
    [
        (TWO_VECTORS, r"s \in \partial f(0) \iff \|s\|_\infty \le 1", True),
        (TWO_VECTORS, r"s \in \partial f(0) \iff \|s\|_\infty \le 2", False),
        (TWO_VECTORS, r"\|s\|_2 \le 1 \iff s \in \partial f(0)", False),
        (
            r"Let $x, s \in \mathbb{R}$ and $f(x) := |x|$",
            r"s \in \partial f(0) \iff |s| \le 1",
            True,
        ),
        (
            (r"Let $J : \mathbb{R}^n \to \mathbb{R}$ convex and $x, y \in "
            r"\mathbb{R}^n$"),
            (r"J(\frac{1}{2} x + \frac{1}{2} y) \le \frac{1}{2} J(x) + "
            r"\frac{1}{2} J(y)"),
            True,
        ),
        (
            r"Let $J : \mathbb{R}^n \to \mathbb{R}$ and $x, y \in \mathbb{R}^n$",
            (r"J(\frac{1}{2} x + \frac{1}{2} y) \le \frac{1}{2} J(x) + "
            r"\frac{1}{2} J(y)"),
            False,
        ),
        (
            (r"Let $J : \mathbb{R}^n \to \mathbb{R}$ convex, differentiable and "
            r"$x, y \in \mathbb{R}^n$"),
            r"J(y) \ge J(x) + \langle \nabla J(x), y - x \rangle",
            True,
        ),
        (
            (r"Let $J : \mathbb{R}^n \to \mathbb{R}$ differentiable and $x, y "
            r"\in \mathbb{R}^n$"),
            r"J(y) \ge J(x) + \langle \nabla J(x), y - x \rangle",
            False,
        ),
        (
            r"Let $d \in \mathbb{R}$ with $d \ne 0$",
            (r"\lim_{\epsilon \to 0^+} \frac{d}{\sqrt{d^2 + \epsilon}} = "
            r"\operatorname{sgn}(d)"),
            True,
        ),
        (
            (r"Let $x, s \in \mathbb{R}^n$ with $s \odot s = \mathbf{1}$ and $P "
            r"\in S_n$"),
            r"\|s \odot (P x)\|_2 = \|x\|_2",
            True,
        ),
    ],
)  # fmt: skip
def test_true_statements_stand_and_false_ones_fall(
    tmp_path: Path, hypotheses: str, statement: str, holds: bool
) -> None:
    trial = falsify(obligations(claim(tmp_path, hypotheses, statement)), 1)
    assert trial.failure == ""
    assert (trial.counter is None) == holds
    if holds:
        assert trial.vacuous == ()
        assert trial.effective >= 1000


def test_equations_between_numbers_are_met_by_moving_them(tmp_path: Path) -> None:
    given = (
        r"Let $x \in \mathbb{R}^n$, $w \in \mathbb{R}_{>0}^n$, $\sum_{i=1}^{n} w_i = 1$, "
        r"$\sum_{i=1}^{n} w_i x_i = 0$ and $\sum_{i=1}^{n} w_i x_i^3 = 0$"
    )
    assert counter(tmp_path, given, r"\sum_{i=1}^{n} w_i x_i^5 = 0") is not None
    assert counter(tmp_path, given, r"\sum_{i=1}^{n} w_i x_i^2 \ge 0") is None


def test_an_equation_over_an_index_sets_all_entries(tmp_path: Path) -> None:
    before = (
        "> [!definition|scaled] Scaled\n>\n> Let $x, g \\in \\mathbb{R}^n$.\n>\n"
        "> $$y_i := g_i x_i$$\n"
    )
    given = r"With [scaled](#scaled), let $g_i = x_i^2$"
    bound = claim(tmp_path, given, r"\sum_{j=1}^n y_j = \sum_{j=1}^n x_j^3", before=before)
    trial = falsify(obligations(bound), 1)
    assert trial.counter is None
    assert trial.effective >= 1000


def test_statements_that_few_instances_meet_get_more_instances(tmp_path: Path) -> None:
    given = r"Let $x, y \in \mathbb{R}$ with $x < y$ and $y < 2 x$"
    trial = falsify(obligations(claim(tmp_path, given, r"x > 0")), 1)
    assert trial.counter is None
    assert trial.effective > 3 * 256


def test_the_search_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}^n$ with $\|x\|_1 \ge 1$"
    todo = obligations(claim(tmp_path, given, r"\|x\|_1 \le 2"))
    assert falsify(todo, 5) == falsify(todo, 5)
    assert falsify(todo, 5).effective != falsify(todo, 6).effective


@pytest.mark.parametrize(
    "formula",
    [
        r"\lim_{x \to 0} \operatorname{sgn}(x) = 1",
        r"\lim_{p \to \infty} \sin(\pi p) = 0",
        r"\lim_{x \to 0^+} \sin\left(\frac{\pi}{x}\right) = 0",
    ],
)
def test_what_has_no_limit_is_no_evidence(tmp_path: Path, formula: str) -> None:
    trial = falsify(obligations(claim(tmp_path, r"Let $a \in \mathbb{R}$", formula)), 1, count=48)
    assert [one.role for one in trial.vacuous] == ["statement"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\lim_{x \to 0} \frac{\sin(a x)}{x} = a",
        r"\lim_{x \to 1} \frac{x^2 - 1}{x - 1} = 2",
        r"\lim_{x \to 0} |x| = 0",
    ],
)
def test_limits_are_followed_from_both_sides(tmp_path: Path, formula: str) -> None:
    trial = falsify(obligations(claim(tmp_path, r"Let $a \in \mathbb{R}$", formula)), 1, count=48)
    assert trial.effective == 48
    wrong = formula.replace("= ", "= 1 + ")
    found = falsify(obligations(claim(tmp_path / "b", r"Let $a \in \mathbb{R}$", wrong)), 1)
    assert found.against is not None


def test_instances_that_break_a_formula_are_effective(tmp_path: Path) -> None:
    bound = claim(tmp_path, r"Let $a \in \mathbb{R}$", r"a = a + 1")
    assert falsify(obligations(bound), 1, count=48).effective > 0


def test_sizes_about_the_numbers_of_a_formula_are_tried(tmp_path: Path) -> None:
    bound = claim(
        tmp_path, r"Let $x \in \mathbb{R}^n$", r"\sum_{i=1}^{n} x_i [n < 30] = \sum_{i=1}^{n} x_i"
    )
    found = larger(obligations(bound), 1)
    assert found is not None
    assert found.values["n"] >= 30


@pytest.mark.parametrize(
    "formula",
    [
        "k < 100",
        r"k < 10^{40}",
        r"k^2 < 10^{15}",
        "1.0001^k < 2",
        r"k^2 + k + 41 \ne 1681",
        r"\frac{1}{k} > \frac{1}{10^9}",
    ],
)
def test_whole_numbers_far_out_and_about_those_of_a_formula_are_tried(
    tmp_path: Path, formula: str
) -> None:
    assert larger(obligations(claim(tmp_path, r"Let $k \in \mathbb{N}$", formula)), 1) is not None


@pytest.mark.parametrize(
    "formula",
    [
        "2^{-k} > 0",
        r"(1 + \frac{1}{k})^k < 3",
        r"\frac{2^{k + 1}}{2^k} = 2",
        r"(\sqrt{k + 1} - \sqrt{k}) (\sqrt{k + 1} + \sqrt{k}) = 1",
        r"\sum_{j=1}^{k} j = \frac{k (k + 1)}{2}",
    ],
)
def test_rounding_far_out_is_no_counterexample(tmp_path: Path, formula: str) -> None:
    assert larger(obligations(claim(tmp_path, r"Let $k \in \mathbb{N}$", formula)), 1) is None


@pytest.mark.parametrize("factor", ["10", "20"])
def test_dimensions_are_tried_at_which_a_length_outgrows_its_factor(
    tmp_path: Path, factor: str
) -> None:
    bound = claim(tmp_path, r"Let $x \in \mathbb{R}^n$", rf"\|x\|_1 \le {factor} \|x\|_2")
    assert larger(obligations(bound), 1) is not None


@pytest.mark.parametrize(
    ("hypotheses", "formula"),
    [
        (r"Let $x > 0$", r"\log(x) < 30"),
        (r"Let $x > 0$", r"\log(x) > -30"),
        (r"Let $x \in \mathbb{R}$", r"[x < 10^9] = 1"),
        (r"Let $x, y \in \mathbb{R}$", r"x y < 10^{12} + e^x"),
    ],
)
def test_numbers_far_out_are_tried(tmp_path: Path, hypotheses: str, formula: str) -> None:
    assert far_out(obligations(claim(tmp_path, hypotheses, formula)), 1) is not None


@pytest.mark.parametrize(
    ("hypotheses", "formula"),
    [
        (r"Let $x \in \mathbb{R}^n$", r"\|x\|_2 = 0 \implies x = 0"),
        (r"Let $x, y \in \mathbb{R}$", r"(x + y) - x = y"),
        (r"Let $x > 0$ and $\epsilon > 0$", r"\frac{x}{\sqrt{x^2 + \epsilon}} < 1"),
        (r"Let $A \in \mathbb{R}^{n \times n}$ with $\det(A) \ne 0$", "A^{-1} A = I"),
    ],
)
def test_what_floats_lose_far_out_is_no_counterexample(
    tmp_path: Path, hypotheses: str, formula: str
) -> None:
    assert far_out(obligations(claim(tmp_path, hypotheses, formula)), 1) is None
