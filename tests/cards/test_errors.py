"""Errors to find: which of them somebody could make, and where the answer marks them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from qedeck.cards.difference import marked
from qedeck.cards.plausible import plausible, rank
from qedeck.cards.points import fails, points
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.reasons import Near, Plain
from qedeck.formula.printer import latex
from qedeck.notes.binding import bind
from qedeck.notes.library import read_library

FORMULAS = {
    "sandwich": (
        r"$x \in \mathbb{R}^n$ and $p > 0$",
        r"\|x\|_\infty \le \|x\|_p \le n^{1/p} \|x\|_\infty",
    ),
    "law": (
        r"$x, y \in \mathbb{R}^n$",
        r"\|x + y\|_2^2 + \|x - y\|_2^2 = 2 \|x\|_2^2 + 2 \|y\|_2^2",
    ),
    "direction": (r"$x \in \mathbb{R}^n$ with $x \ne 0$", r"\nabla_x \|x\|_2 = \frac{x}{\|x\|_2}"),
    "tangent": (r"$t > 0$", r"\log(t) \le t - 1"),
    "product": (r"$c, x \in \mathbb{R}^n$", r"\langle c, x \rangle \le \|c\|_\infty \|x\|_1"),
    "step": (
        r"$w, g \in \mathbb{R}^n$ and $\eta, \lambda \in \mathbb{R}$",
        r"w - \eta (g + \lambda w) = (1 - \eta \lambda) w - \eta g",
    ),
    "matrices": (
        r"$A, B \in \mathbb{R}^{n \times n}$",
        r"(A B)^\top = B^\top A^\top",
    ),
    "chain": (
        r"$a, b \in \mathbb{R}$",
        r"\begin{aligned} 2 a b &= a^2 + b^2 - (a - b)^2 \\ &\le a^2 + b^2 \end{aligned}",
    ),
    "lengths": (r"$x \in \mathbb{R}^n$", r"\sqrt{\sum_{i=1}^n x_i^2} \le \sum_{i=1}^n |x_i|"),
}


@pytest.fixture(scope="module")
def bounds(tmp_path_factory):
    """The formulas as trees."""
    root = tmp_path_factory.mktemp("errors")
    boxes = [
        f"> [!claim|{slug}] A title\n>\n> Let {given}. Then\n>\n> $${formula}$$"
        for slug, (given, formula) in FORMULAS.items()
    ]
    (root / "notes/en").mkdir(parents=True)
    text = "---\ntitle: Errors\nkind: page\n---\n\n" + "\n\n".join(boxes) + "\n"
    (root / "notes/en/errors.md").write_text(text, encoding="utf-8")
    library = read_library(root)
    library.check()
    found = bind(library, "en")
    assert not found.mistakes
    return {slug: found.bound[f"errors/{slug}"] for slug in FORMULAS}


def errors(bound):
    """Each error with its formula."""
    for one in corruptions(bound):
        if one.part == "statement" and not one.fault:
            told = latex(one.bound.statement)
            mutant = Mutant(one.id, told, "killed", Plain("unnoticed"))
            yield mutant, one.bound.statement


def unboxed(text: str) -> str:
    """Without boxes, and without the braces and spaces that they bring."""
    text = re.sub(r"\\mathrel\{\\boxed\{([^{}]*)\}\}", r"\1", text)
    before, box, after = text.partition(r"\boxed{")
    depth, k = 1, 0
    while box and depth:
        depth += {"{": 1, "}": -1}.get(after[k], 0)
        k += 1
    return re.sub(r"[{}\s]", "", before + after[: k - 1] + after[k:] if box else text)


@pytest.mark.parametrize("slug", FORMULAS)
def test_what_is_marked_is_a_part_of_the_right_formula(bounds, slug):
    right = bounds[slug].statement
    shown = [(m, s, marked(right, s)) for m, s in errors(bounds[slug]) if plausible(m, right, s)]
    assert shown
    for mutant, _, text in shown:
        assert text is not None, mutant.id.key
        assert text.count(r"\boxed") == 1
        assert unboxed(text) == re.sub(r"[{}\s]", "", latex(right)), mutant.id.key


def first(bounds, slug):
    """The error that is asked for where all of them are refuted, with its answer."""
    right = bounds[slug].statement
    able = [(rank(m, right, s), m.latex, s) for m, s in errors(bounds[slug])
            if plausible(m, right, s)]  # fmt: skip
    _, wrong, statement = min(able)
    return wrong, marked(right, statement)


@pytest.mark.parametrize(
    ("slug", "wrong", "answer"),
    [
        ("direction", r"\nabla_x \|x\|_2 = \frac{x}{\|x\|_1}",
         r"\nabla_x \|x\|_2 = \frac{x}{\|x\|_{\boxed{2}}}"),
        ("tangent", r"\log(t) \le 1 - t", r"\log(t) \le \boxed{t - 1}"),
        ("step", r"w - \eta (g + \lambda w) = (1 - \lambda) w - \eta g",
         r"w - \eta (g + \lambda w) = (1 - \boxed{\eta} \lambda) w - \eta g"),
        ("matrices", r"(A B)^\top = B A^\top", r"(A B)^\top = \boxed{B^\top} A^\top"),
    ],
)  # fmt: skip
def test_the_error_that_is_made_most_is_asked_for(bounds, slug, wrong, answer):
    assert first(bounds, slug) == (wrong, answer)


@pytest.mark.parametrize(
    ("slug", "silly"),
    [
        ("tangent", r"\log(t) \le -1"),
        ("product", r"\langle x, x \rangle \le \|c\|_\infty \|x\|_1"),
        ("sandwich", r"\|x\|_\infty \le \|x\|_p \le \|x\|_\infty"),
        ("sandwich", r"\|x\|_\infty \ge \|x\|_p \le n^{1 / p} \|x\|_\infty"),
        ("matrices", r"(A B)^\top \ne B^\top A^\top"),
    ],
)
def test_an_error_that_everybody_sees_is_not_asked_for(bounds, slug, silly):
    right = bounds[slug].statement
    found = {m.latex: plausible(m, right, s) for m, s in errors(bounds[slug])}
    assert found[silly] is False


def test_numbers_that_refute_are_fractions_or_digits(bounds):
    right = bounds["tangent"]
    wrong = next(one.bound for one in corruptions(right) if one.shown is not None
                 and latex(one.shown) == r"\log(t) \le 1 - t")  # fmt: skip
    found = [fails(wrong.statement, small) for small in points(wrong, "seed", 40)]
    counters = [counter for counter in found if counter is not None]
    assert counters
    for counter in counters:
        assert isinstance(counter.left, Fraction | Near)
