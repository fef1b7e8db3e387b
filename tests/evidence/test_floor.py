"""What is proved at shapes is proved at four sizes of each dimension at which it says something."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import proved
from qedeck.evidence.floor import enough, shapes_to_prove
from qedeck.evidence.obligations import Obligation, obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from tests.evidence import written

FOUR = (1, 2, 3, 4)
X = r"Let $x \in \mathbb{R}^n$"
SQUARES = r"\sum_{k=1}^{n} x_k^2 \ge x_i^2 + x_j^2"

SIZES = {
    "nothing is void": (X, r"\sum_{k=1}^{n} x_k^2 x_k = \sum_{k=1}^{n} x_k^3", [1, 2, 3, 4]),
    "two indices that differ": (X + r", $i, j \in [n]$ and $i \ne j$", SQUARES, [2, 3, 4, 5]),
    "an index below another": (X + r", $i, j \in [n]$ and $i < j$", SQUARES, [2, 3, 4, 5]),
    "an index that has no value": (
        X + r", $t \in [n - 1]$", r"(x_{t+1} - x_t)^2 = x_{t+1}^2 - 2 x_t x_{t+1} + x_t^2",
        [2, 3, 4, 5],
    ),
    "a sum that excludes the only number": (
        X + r" with $\sum_{k=1}^{n} x_k = 0$ and $x_1 > 0$",
        r"\sum_{k=1}^{n} x_k^3 = x_1 \sum_{k=1}^{n} x_k + \sum_{k=1}^{n} x_k^3", [2, 3, 4, 5],
    ),
    "a number that exceeds a sum of squares": (
        X + r" with $\sum_{k=1}^{n} x_k^2 = n - 1$ and $x_1 > 0$",
        r"\sum_{k=1}^{n} (x_k + 1)^2 = 2 n - 1 + 2 \sum_{k=1}^{n} x_k", [2, 3, 4, 5],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SIZES)
def test_sizes_at_which_nothing_is_said_do_not_count(tmp_path: Path, name: str) -> None:
    hypotheses, formula, sizes = SIZES[name]
    found = proved([statement(tmp_path, hypotheses, formula)], Budget.of(15 * SECOND))
    assert found.holds, found.missing
    assert sorted({shape["n"] for shape in found.parts[0].shapes}) == sizes


def test_a_void_size_is_not_one_of_the_four(tmp_path: Path) -> None:
    asked = statement(tmp_path, X + r", $i, j \in [n]$ and $i \ne j$", SQUARES)
    assert 1 not in {shape["n"] for shape in shapes_to_prove(asked, FOUR)}
    assert not enough(asked, [{"n": n} for n in FOUR], FOUR)
    assert enough(asked, [{"n": n} for n in (2, 3, 4, 5)], FOUR)
    assert not enough(asked, [{"n": n} for n in (2, 3, 4, 5)], FOUR, void=[{"n": 2}])
    assert enough(asked, [{"n": n} for n in (3, 4, 5, 6)], FOUR, void=[{"n": 2}])


def statement(root: Path, hypotheses: str, formula: str) -> Obligation:
    """What a claim says, without its equality cases."""
    after = r"Equality at $x = 0$." if r"\ge" in formula else ""
    return obligations(written.claim(root, hypotheses, formula, after=after))[0]
