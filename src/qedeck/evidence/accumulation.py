"""Limits at points that the domain of their body does not come near: they have no value.

`\\frac{x n}{x (n + 1)}` has none for any n where x is 0, so no limit of it has one there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from qedeck.evidence.approach import absent
from qedeck.evidence.confirmation import UNABLE, Point, points
from qedeck.evidence.instances import Batch, Truths
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.values import precise
from qedeck.formula.evaluate import Undefined, evaluate
from qedeck.formula.rings.algebraic import Algebraic
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.tree import Constant, Limit
from qedeck.formula.values import scalar

BITS = 160
FEW = 4
"""Instances of one batch at which it is asked in exact numbers."""
STEPS = (5, 9, 14, 20)
OFF = (Fraction(1009, 701), Fraction(1283, 997), Fraction(1511, 1321), Fraction(1789, 1327))
"""Parts by which points of the way lie off the powers of two, where nothing written vanishes."""


def unreached(limit: Limit, obligation: Obligation, batch: Batch) -> Truths:
    """Instances at which the body of a limit has no value near its target, on no side.

    Floats propose: what overflows on the way has a value. Exact numbers and balls decide.
    """
    found = np.zeros(batch.count, dtype=bool)
    lost = batch.meets & absent(limit, batch.environment, FloatRing(), batch.count)
    with precise(BITS), np.errstate(all="ignore"):
        for k in map(int, np.flatnonzero(lost)[:FEW]):
            found[k] = _confirmed(limit, obligation, batch, k)
    return found


def _confirmed(limit: Limit, obligation: Obligation, batch: Batch, k: int) -> bool:
    point = next(iter(points(obligation, batch, k)), None)
    if point is None or point.moved:
        return False
    try:
        return all(_undefined(limit, point, at) for at in _way(limit, point))
    except UNABLE:
        return False


def _way(limit: Limit, point: Point) -> Iterator[Algebraic]:
    """Points ever nearer to the target; to infinity whole ones too, as sequences have no others."""
    ring = point.ring
    if isinstance(limit.target, Constant):
        for step, off in zip(STEPS, OFF, strict=True):
            yield from (ring.number(off * 2**step), ring.whole(int(off * 2**step)))
        return
    target = scalar(evaluate(limit.target, point.environment, ring))
    for side in (limit.side,) if limit.side else (1, -1):
        for step, off in zip(STEPS, OFF, strict=True):
            yield ring.add(target, ring.number(side * off / 2**step))


def _undefined(limit: Limit, point: Point, at: Algebraic) -> bool:
    values = {**point.environment.values, limit.variable: at}
    try:
        evaluate(limit.body, replace(point.environment, values=values), point.ring)
    except Undefined:
        return True
    return False
