"""Statements about lengths and inner products are proved for every dimension; no others are."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.spans import span

from .written import claim

XY = r"Let $x, y \in \mathbb{R}^n$"
XYZ = r"Let $x, y, z \in \mathbb{R}^n$"
F = r"Let $f : \mathbb{R}^n \to \mathbb{R}$ convex, $x, y \in \mathbb{R}^n$ and $\theta \in [0, 1]$"
CHORD = r"f(\theta x + (1 - \theta) y) \le \theta f(x) + (1 - \theta) f(y)"


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (XY, r"\|x + y\|_2^2 + \|x - y\|_2^2 = 2 \|x\|_2^2 + 2 \|y\|_2^2"),
        (XY, r"|\langle x, y \rangle| \le \|x\|_2 \, \|y\|_2"),
        (XY + r" with $\langle x, y \rangle = 0$", r"\|x + y\|_2^2 = \|x\|_2^2 + \|y\|_2^2"),
        (XY + r" and $z := x - y$", r"\|z\|_2 \le \|x\|_2 + \|y\|_2"),
        (F, CHORD),
    ],
)
def test_what_is_said_by_lengths_and_angles_is_proved_in_general(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    proof = proved(obligations(claim(tmp_path, hypotheses, statement)), Budget.of(10 * SECOND))
    assert proof.holds, proof.missing
    assert {part.level for part in proof.parts} == {"proved"}
    assert {step.spanned for step in proof.steps} == {2}


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (XY, r"\|x + y\|_1 \le \|x\|_1 + \|y\|_1"),
        (XY, r"\langle x, y \rangle = \sum_{i=1}^{n} x_i y_i"),
        (XY, r"\|x\|_2^2 \le n \|x\|_2^2"),
        (XY + r" with $n \ge 2$", r"\|x + y\|_2 \le \|x\|_2 + \|y\|_2"),
        (XY + r" and $A \in \mathbb{R}^{n \times n}$", r"\langle A x, y \rangle = x^\top A^\top y"),
        (F.replace("convex", "convex, differentiable"), r"\|\nabla f(x)\|_2 \ge 0"),
        (F, r"\theta f(x) \le \theta f(x) + \|x\|_1"),
    ],
)  # fmt: skip
def test_what_speaks_of_more_is_not_moved_into_the_span(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    bound = claim(tmp_path, hypotheses, statement)
    assert all(span(one) is None for one in obligations(bound))


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        # True where there are fewer dimensions than vectors.
        (XY, r"|\langle x, y \rangle| = \|x\|_2 \, \|y\|_2"),
        (
            XYZ + r" with $\langle x, y \rangle = 0$, $\langle y, z \rangle = 0$",
            r"\langle x, z \rangle \, \|y\|_2 = \|x\|_2 \, \|z\|_2 \, \|y\|_2",
        ),
        (F.replace(" convex", ""), CHORD),
    ],
)
def test_what_is_false_in_a_larger_space_is_not_proved(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    proof = proved(obligations(claim(tmp_path, hypotheses, statement)), Budget.of(5 * SECOND))
    assert not proof.holds
