"""Inverse matrices in proofs, and identities tested modulo a prime."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget

from .written import claim

RIDGE = (
    r"Let $X \in \mathbb{R}^{m \times n}$, $y \in \mathbb{R}^m$, $\lambda > 0$ and "
    r"$v := (X^\top X + \lambda I)^{-1} X^\top y$"
)
SQUARE = r"Let $A, B \in \mathbb{R}^{n \times n}$"


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (RIDGE, r"X^\top (y - X v) = \lambda v"),
        (
            SQUARE + r", $\det(A) \ne 0$, $\det(B) > 0$ and $\det(A B) \ne 0$",
            "(A B)^{-1} = B^{-1} A^{-1}",
        ),
        (
            r"Let $U \in \mathbb{R}^{m \times n}$ with $U^\top U = I$ and $\lambda > 0$",
            r"U (U^\top U + \lambda I)^{-1} U^\top = \frac{1}{1 + \lambda} U U^\top",
        ),
    ],
)
def test_rational_identities_with_inverses_are_proved_at_all_shapes(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    found = proved(obligations(claim(tmp_path, hypotheses, statement)), Budget.of(20 * SECOND))
    assert "residues" in {way for s in found.steps for way in s.ways}, found.missing


@pytest.mark.parametrize(
    ("hypotheses", "statement"),
    [
        (RIDGE, r"X^\top (y - X v) = 2 \lambda v"),
        (SQUARE + r", $\det(A) \ne 0$ and $\det(B) > 0$", "A^{-1} B^{-1} = B^{-1} A^{-1}"),
        (r"Let $U \in \mathbb{R}^{m \times n}$ with $U^\top U = I$", r"U (U^\top U)^{-1} = 2 U"),
    ],
)
def test_a_wrong_identity_has_no_certificate(
    tmp_path: Path, hypotheses: str, statement: str
) -> None:
    assert not proved(
        obligations(claim(tmp_path, hypotheses, statement)), Budget.of(20 * SECOND)
    ).holds


def test_without_what_makes_a_matrix_invertible_nothing_is_proved(tmp_path: Path) -> None:
    weak = RIDGE.replace(r"\lambda > 0", r"\lambda \in \mathbb{R}")
    found = proved(
        obligations(claim(tmp_path, weak, r"X^\top (y - X v) = \lambda v")), Budget.of(20 * SECOND)
    )
    assert not found.holds


def test_an_identity_of_one_component_of_the_orthogonal_matrices_is_none(tmp_path: Path) -> None:
    turns = r"Let $Q \in \mathbb{R}^{2 \times 2}$ with $Q^\top Q = I$"
    found = proved(
        obligations(claim(tmp_path, turns, r"(\det(Q) Q)^{-1} = Q^\top")), Budget.of(20 * SECOND)
    )
    assert not found.holds
