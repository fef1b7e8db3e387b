from __future__ import annotations

from pathlib import Path

import numpy as np

from qedeck.evidence.instances import draw
from qedeck.evidence.mixture import data_of
from qedeck.evidence.shapes import integers_of, shapes_of, some_integers

from .written import claim


def test_constructed_assumptions_are_met_by_all_instances(tmp_path: Path) -> None:
    given = (
        r"Let $s \in \mathbb{R}^n$ with $s \odot s = \mathbf{1}$, $P \in S_n$, "
        r"$Q \in \mathbb{R}^{n \times n}$ with $Q^\top Q = I$ and $A \in \mathbb{R}^{n \times n}$ "
        r"with $A \succ 0$"
    )
    scope = claim(tmp_path, given, r"\|P s\|_1 = n").scope
    batch = draw(scope, {"n": 3}, 100, 1)
    assert batch.meets.all()
    assert set(np.unique(data_of(batch.environment.values["s"], 100))) == {-1.0, 1.0}


def test_whole_numbers_stay_within_what_bounds_them(tmp_path: Path) -> None:
    given = r"Let $n \ge 2$ and $k \in \mathbb{N}$ with $k \ge 3$"
    scope = claim(tmp_path, given + r" and $x \in \mathbb{R}^n$", r"\|x\|_2 \ge 0").scope
    assert all(shape["n"] >= 2 for shape in shapes_of(scope))
    assert [found["k"] for found in integers_of(scope, {"n": 2})] == [3, 4, 5, 6, 7]


def test_many_combinations_are_sampled_over_all_ranges(tmp_path: Path) -> None:
    given = r"Let $x \in \mathbb{R}^n$ and $i, j, k \in [n]$"
    scope = claim(tmp_path, given, r"x_i + x_j + x_k \le 3 \|x\|_\infty").scope
    chosen = some_integers(scope, {"n": 5}, set(), 12)
    assert len(chosen) == 12
    for name in ("i", "j", "k"):
        assert len({found[name] for found in chosen}) >= 4
    fixed = some_integers(scope, {"n": 5}, {"i", "j"}, 12)
    assert [found["k"] for found in fixed] == [1, 2, 3, 4, 5]
