from __future__ import annotations

from pathlib import Path

from qedeck.evidence.obligations import obligations
from qedeck.formula.tree import Implies, Subdifferential, walk

from .written import claim


def test_an_equivalence_about_subgradients_is_two_plain_implications(tmp_path: Path) -> None:
    given = r"Let $x, s \in \mathbb{R}^n$ and $f(x) := \|x\|_1$"
    bound = claim(tmp_path, given, r"s \in \partial f(0) \iff \|s\|_\infty \le 1")
    back, forth = obligations(bound)
    assert isinstance(back.statement, Implies)
    assert isinstance(forth.statement, Implies)
    assert set(back.scope.declared) - set(bound.scope.declared) == {"v"}
    for found in (back, forth):
        assert not any(isinstance(part, Subdifferential) for part in walk(found.statement))


def test_a_written_gradient_of_a_declared_function_is_its_derivative(tmp_path: Path) -> None:
    given = r"Let $J : \mathbb{R}^n \to \mathbb{R}$ differentiable and $w \in \mathbb{R}^n$"
    (found,) = obligations(claim(tmp_path, given, r"\nabla J(w) = 0"))
    assert any(getattr(part, "order", 0) == 1 for part in walk(found.statement))
