"""Strict relations at instances that floats cannot tell apart from equality, decided exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qedeck.evidence.confirmation import confirmed, symbolically
from qedeck.evidence.falsify import batches, described
from qedeck.evidence.instances import FAILURES, Batch
from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter
from qedeck.formula.evaluate import TooLarge, Value, holds
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.values import entries

COUNT = 160
TRIES = 6
"""Instances of one obligation that are decided exactly."""
GRAIN = 16
"""Numbers are taken that are whole multiples of one part in this."""


def on_boundary(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """An exact counterexample among instances where a strict relation is nearly an equation."""
    for obligation in todo:
        if not strict(obligation):
            continue
        # Moments are exact at laws whose weights and atoms are: at fair coins.
        fails = _at_law if obligation.scope.laws else symbolically
        try:
            for batch, k in _close(obligation, seed):
                if fails(obligation, batch, k):
                    return replace(described(obligation, batch, k, "exact"), **_tight(obligation))
        except (*FAILURES, TooLarge, ZeroDivisionError):
            continue
    return None


def _at_law(obligation: Obligation, batch: Batch, k: int) -> bool:
    return confirmed(obligation, batch, k) == "false"


def strict(obligation: Obligation) -> bool:
    """Whether a relation of the statement excludes equality."""
    links = single_links(obligation.statement)
    return any(link.signs[0] in ("<", ">", "!=") for link in links)


def _tight(obligation: Obligation) -> dict[str, Any]:
    """Which relation is reported: the first strict one, whose sides are equal."""
    links = single_links(obligation.statement)
    place = next(k for k, link in enumerate(links) if link.signs[0] in ("<", ">", "!="))
    return {"link": place, "left": None, "right": None}


def _close(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, int]]:
    """Instances with short numbers at which floats decide nothing."""
    ring, tried = FloatRing(), 0
    for batch in batches(obligation, seed, count=COUNT):
        random = {name for law in batch.environment.laws for name in law.symbols}
        verdict = holds(obligation.statement, batch.environment, ring)
        open_ = batch.meets & ~np.asarray(verdict.yes, bool) & ~np.asarray(verdict.no, bool)
        for k in np.flatnonzero(np.broadcast_to(open_, (batch.count,))):
            if tried >= TRIES:
                return
            values = batch.environment.values.items()
            # What is random is one outcome of a law, which is exact or not as a whole.
            if all(n in random or _short(value, int(k), batch) for n, value in values):
                tried += 1
                yield batch, int(k)


def _numbers(value: Value[Approx], k: int, batch: Batch) -> list[float]:
    return [float(np.broadcast_to(e.value, (batch.count,))[k]) for e in entries(value)]


def _short(value: Value[Approx], k: int, batch: Batch) -> bool:
    return all(
        abs(number) <= 100 and (number * GRAIN).is_integer() for number in _numbers(value, k, batch)
    )
