"""Linked statements as facts: nothing false comes of a true one."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import sympy

from qedeck.evidence import lemmas
from qedeck.evidence.exact import settings
from qedeck.evidence.lemmas import usable
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.certificate import Fact

from .written import claim

ABOVE = r"\sum_{i=1}^n |t| = n |t|"

FALSE = {
    "a sum": (
        (r"Let $x \in \mathbb{R}^n$ and $t \in \mathbb{R}$", ABOVE),
        (r"Let $x, y \in \mathbb{R}^n$ and $i \in [n]$", r"\|y\|_1 \le n |y_i|"),
    ),
    "a maximum": (
        (r"Let $x \in \mathbb{R}^n$ and $t \in \mathbb{R}$", r"\max_{i \in [n]} |t| = |t|"),
        (r"Let $x, y \in \mathbb{R}^n$ and $i \in [n]$", r"\max_{i \in [n]} |y_i| \le |y_i|"),
    ),
    "a product over what lies in the value": (
        (r"Let $x \in \mathbb{R}^n$ and $t \in \mathbb{R}$", r"\prod_{i=1}^n |t| = |t|^n"),
        (r"Let $x, y \in \mathbb{R}^n$ and $i \in [n]$", r"\prod_{j=1}^n |y_j| \le |y_i|^n"),
    ),
    "an integral": (
        (r"Let $t \in \mathbb{R}$", r"\int_0^1 |t| \, ds = |t|"),
        (r"Let $s \in \mathbb{R}$", r"\int_0^1 |s| \, ds \le |s|"),
    ),
    "an average": (
        (
            r"Let $t \in \mathbb{R}$ and $X \sim (0, 1)$",
            r"\mathbb{E}[|t X|] = |t| \mathbb{E}[|X|]",
        ),
        (r"Let $t \in \mathbb{R}$ and $X \sim (0, 1)$", r"\mathbb{E}[|X X|] \le 1"),
    ),
    "an abbreviation of the old value": (
        (
            r"Let $x \in \mathbb{R}^n$ and $\mu := \frac{1}{n} \sum_{i=1}^n x_i$",
            r"\|x - \mu \mathbf{1}\|_2 \le \|x\|_2",
        ),
        (
            r"Let $x, y \in \mathbb{R}^n$ and $\mu := \frac{1}{n} \sum_{i=1}^n x_i$",
            r"\|y - \mu \mathbf{1}\|_2 \le \|y\|_2",
        ),
    ),
    "what is said of the old value": (
        (
            r"Let $A \in \mathbb{R}^{n \times n}$ be symmetric and $x \in \mathbb{R}^n$",
            r"A^\top x = A x",
        ),
        (
            r"Let $A, B \in \mathbb{R}^{n \times n}$, $A$ be symmetric and $x \in \mathbb{R}^n$",
            r"B^\top x = B x",
        ),
    ),
}


@pytest.mark.parametrize("case", FALSE)
def test_a_true_statement_is_no_false_fact(
    tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Substitution alone keeps it true, without the points at which facts are tried."""
    monkeypatch.setattr(lemmas, "_fails", lambda *_: False)
    (given, said), (here, wanted) = FALSE[case]
    lemma, goal = claim(tmp_path / "lemma", given, said), claim(tmp_path / "goal", here, wanted)
    obligation = obligations(goal)[0]
    for where in settings(obligation, (2,)):
        for fact in usable(lemma, goal.scope, where, obligation.statement):
            assert holds_everywhere(fact, where.facts), f"{fact.left} {fact.sign} {fact.right}"


def holds_everywhere(fact: Fact, given: tuple[Fact, ...]) -> bool:
    """Whether a fact holds at some whole numbers that meet what is given."""
    random = Random(0)
    names = sorted(set().union(*(symbols(f) for f in (fact, *given))), key=str)
    equal = {f.left: f.right for f in given if f.sign == "="}
    for _ in range(20):
        at = {name: sympy.Integer(random.randint(-3, 3)) for name in names}
        called = {str(name): name for name in names}
        if "A_2,1" in called:  # the matrix A is symmetric
            at[called["A_2,1"]] = at[called["A_1,2"]]
        gap = (fact.left - fact.right).subs(equal).subs(at).doit()
        if not {"=": gap == 0, "<=": gap <= 0, ">=": gap >= 0}[fact.sign]:
            return False
    return True


def symbols(fact: Fact) -> set[sympy.Symbol]:
    return set(fact.left.free_symbols | fact.right.free_symbols)


@pytest.mark.parametrize("case", ["a sum", "a product over what lies in the value", "an integral"])
def test_a_statement_is_used_where_its_bound_name_is_free(tmp_path: Path, case: str) -> None:
    (given, said), (here, wanted) = FALSE[case]
    lemma, goal = claim(tmp_path / "lemma", given, said), claim(tmp_path / "goal", here, wanted)
    obligation = obligations(goal)[0]
    assert all(
        usable(lemma, goal.scope, where, obligation.statement) for where in settings(obligation)
    )


def test_a_statement_that_fails_at_a_point_is_no_fact(tmp_path: Path) -> None:
    hypotheses = r"Let $x, y \in \mathbb{R}$"
    true = claim(tmp_path / "true", hypotheses, r"2 x y \le x^2 + y^2")
    wrong = claim(tmp_path / "wrong", hypotheses, r"3 x y \le x^2 + y^2")
    goal = claim(tmp_path / "goal", hypotheses, r"4 x y \le 2 x^2 + 2 y^2")
    (obligation,) = obligations(goal)
    (where,) = settings(obligation)
    assert usable(true, goal.scope, where, goal.statement)
    assert not usable(wrong, goal.scope, where, goal.statement)


def test_a_statement_without_a_value_at_the_points_is_used_no_less(tmp_path: Path) -> None:
    hypotheses = r"Let $x \in \mathbb{R}$ with $x > 0$"
    lemma = claim(tmp_path / "lemma", hypotheses, r"\log x \le x - 1")
    goal = claim(tmp_path / "goal", hypotheses, r"\log x < x")
    (obligation,) = obligations(goal)
    (where,) = settings(obligation)
    assert usable(lemma, goal.scope, where, goal.statement)
