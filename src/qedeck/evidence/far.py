"""The search at extreme scales, where a bound that grows or falls slowly is passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from qedeck.evidence.confirmation import symbolically
from qedeck.evidence.falsify import described, shapes_for, simplest
from qedeck.evidence.instances import FAILURES, Batch, Truths, draw
from qedeck.evidence.judging import judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter
from qedeck.evidence.shapes import some_integers
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.values import entries

SCALES = (10, 40, 150, 300)
"""Powers of ten by which numbers grow or shrink."""
COUNT = 24
TRIES = 2
"""Instances of one obligation that are decided exactly."""


def far_out(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample among instances that are huge or tiny; None where none is found."""
    with np.errstate(all="ignore"):
        return next(_counters(todo, seed), None)


def _counters(todo: Sequence[Obligation], seed: int) -> Iterator[Counter]:
    for obligation in todo:
        tried = 0
        for batch in far_batches(obligation, seed):
            try:
                _, no = judged(obligation.statement, batch.environment, FloatRing())
                broken = _drawn(batch) & np.broadcast_to(np.asarray(no, bool), (batch.count,))
                if broken.any() and tried < TRIES:
                    tried += 1
                    k = simplest(batch, broken)
                    # Exact numbers confirm what floats say, which they lose sight of far out.
                    if symbolically(obligation, batch, k):
                        yield described(obligation, batch, k, "exact")
            except (*FAILURES, ZeroDivisionError):
                continue


def _drawn(batch: Batch) -> Truths:
    """Instances that meet the hypotheses, of numbers that floats can hold."""
    found = batch.meets
    for value in batch.environment.values.values():
        for entry in entries(value):
            found = found & np.isfinite(entry.value)
    return found


def far_batches(obligation: Obligation, seed: int) -> Iterator[Batch]:
    """Instances at the smallest shapes; of random variables the atoms stay as they are."""
    scope = obligation.scope
    if not any(d.kind == "real" for d in scope.declared.values()):
        return
    fixed = {name for name, _ in obligation.fixed}
    for shape in shapes_for(obligation, (2,))[:1] or [{}]:
        for indices in some_integers(scope, shape, fixed, 2):
            for k, scale in enumerate(SCALES):
                try:
                    yield draw(
                        scope, shape, COUNT, seed + k, indices=indices, fixed=obligation.fixed,
                        scale=scale,
                    )  # fmt: skip
                except (*FAILURES, ZeroDivisionError):
                    continue
