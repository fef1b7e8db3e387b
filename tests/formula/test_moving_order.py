from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.formula.evaluate import Array, Environment, evaluate
from qedeck.formula.rings.balls import BallRing
from qedeck.formula.tree import Relation
from tests.evidence.written import claim


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_norm_moves_with_its_order_through_1_and_2(tmp_path: Path, order: int) -> None:
    bound = claim(tmp_path, r"Let $x \in \mathbb{R}^n$ and $p > 0$", r"\frac{d}{dp} (\|x\|_p) = 0")
    assert isinstance(bound.statement, Relation)
    ring = BallRing()
    x = Array((2,), (ring.whole(1), ring.whole(1)))
    here = Environment({"x": x, "p": ring.whole(order)}, {"n": 2})
    slope = evaluate(bound.statement.terms[0], here, ring)
    # 2^(1/p), whose derivative is -log(2) 2^(1/p) / p^2.
    two, p = ring.whole(2), ring.whole(order)
    expected = -(two.log() * two ** (1 / p) / p**2)
    assert slope.overlaps(expected)
