"""Assignments of indices that differ by an order of the entries are one case."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.obligations import Obligation, obligations
from qedeck.evidence.relabelling import alike, representatives, some_patterns
from qedeck.evidence.settings import settings
from qedeck.evidence.shapes import integers_of
from tests.evidence.written import claim

LET = r"Let $z \in \mathbb{R}^n$ and $A \in \mathbb{R}^{n \times n}$"


def obligation(root: Path, formula: str) -> Obligation:
    return obligations(claim(root, LET, formula))[0]


@pytest.mark.parametrize(
    "formula",
    [
        r"z_i z_j = z_j z_i",
        r"A_{ij} + \sum_{k=1}^{n} A_{ik} A_{kj} = \sum_{k=1}^{n} A_{ik} A_{kj} + A_{ij}",
        r"z_i z_j [i = j] = z_j z_i [i = j]",
        r"z_i + z_j = z_j + z_i \quad (i \ne j)",
    ],
)
def test_what_only_picks_entries_treats_them_alike(tmp_path: Path, formula: str) -> None:
    assert alike(obligation(tmp_path, formula))


@pytest.mark.parametrize(
    "formula",
    [
        r"z_i z_1 = z_1 z_i",
        r"z_i + i = i + z_i",
        r"z_i \sum_{k=1}^{i} z_k = z_i \sum_{k=1}^{i} z_k",
        r"z_i + z_j = z_j + z_i \quad (i < j)",
        r"z_i + \sum_{1 \le k < l \le n} z_k z_l = \sum_{1 \le k < l \le n} z_k z_l + z_i",
    ],
)
def test_what_counts_or_orders_indices_does_not(tmp_path: Path, formula: str) -> None:
    assert not alike(obligation(tmp_path, formula))


def test_indices_of_one_length_are_equal_or_different(tmp_path: Path) -> None:
    scope = obligation(tmp_path, r"z_i z_j = z_j z_i").scope
    sizes = {"n": 4}
    found = representatives(scope, sizes, list(integers_of(scope, sizes)))
    assert found == [{"i": 1, "j": 1}, {"i": 1, "j": 2}]
    assert some_patterns(scope, sizes, set(), 12) == found


def test_there_is_one_assignment_where_there_is_one_entry(tmp_path: Path) -> None:
    scope = obligation(tmp_path, r"z_i z_j = z_j z_i").scope
    assert some_patterns(scope, {"n": 1}, set(), 12) == [{"i": 1, "j": 1}]


def test_of_many_patterns_the_extremes_are_kept(tmp_path: Path) -> None:
    formula = r"A_{ij} A_{kl} A_{pq} = A_{kl} A_{ij} A_{pq}"
    scope = obligation(tmp_path, formula).scope
    found = some_patterns(scope, {"n": 4}, set(), 5)
    assert len(found) == 5
    assert found[0] == dict.fromkeys("ijklpq", 1)
    assert len(set(found[-1].values())) == 4


def test_permutations_and_signs_are_taken_up_to_an_order(tmp_path: Path) -> None:
    given = r"Let $x, s \in \mathbb{R}^n$ with $s \odot s = \mathbf{1}$ and $P \in S_n$"
    (alike,) = obligations(claim(tmp_path / "a", given, r"\|s \odot (P x)\|_2 = \|x\|_2"))
    (apart,) = obligations(claim(tmp_path / "b", given, r"(s \odot (P x))_1 = (P x)_1"))
    # For two entries: the identity or the exchange, with no, one or two signs turned.
    counts = [len(list(settings(alike, (n,)))) for n in (1, 2, 3, 4)]
    assert counts == [2, 6, 14, 34]
    assert len(list(settings(apart, (3,)))) == 6 * 8
