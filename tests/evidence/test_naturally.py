"""The natural domain of a formula: no smaller than where it has a value."""

from __future__ import annotations

from pathlib import Path

from qedeck.evidence.naturally import naturally
from qedeck.evidence.obligations import obligations
from qedeck.formula.printer import latex

from .written import claim

CENTRAL = r"""> [!definition|central] Central moments
>
> Let $k \in \mathbb{N}$ and $\mathbb{E}[|X|^k] < \infty$.
>
> $$\mu_k(X) := \mathbb{E}[(X - \mathbb{E}[X])^k]$$
"""


def domain(root: Path, hypotheses: str, statement: str, before: str = "") -> list[str]:
    (one,) = obligations(claim(root, hypotheses, statement, before=before))
    said = naturally(one).scope.assumed[len(one.scope.assumed) :]
    return [latex(assumed.statement) for assumed in said if assumed.statement is not None]


def test_radicands_and_denominators_bound_it(tmp_path: Path) -> None:
    found = domain(tmp_path, r"Let $a, b \in \mathbb{R}$", r"\sqrt{a} + \frac{1}{b} = 1")
    assert found == [r"a \ge 0", r"b \ne 0"]


def test_a_symbol_with_the_name_of_a_function_is_no_use_of_it(tmp_path: Path) -> None:
    given = r"Let $Y \sim (\mu, 1)$"
    assert domain(tmp_path, given, r"\mathbb{E}[Y - \mu] = 0", CENTRAL) == []


def test_whole_powers_have_values_everywhere(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}^n$ and $a, b \in \mathbb{R}$"
    assert domain(tmp_path, given, r"a^n = \sum_{i=1}^{n} x_i") == []
    assert domain(tmp_path, given, r"a^b = \sum_{i=1}^{n} x_i") == [r"a \ge 0"]
