"""The searches for a counterexample where random instances of small shapes hardly lead."""

from __future__ import annotations

from collections.abc import Sequence

from qedeck.evidence.boundary import on_boundary
from qedeck.evidence.critical import critical
from qedeck.evidence.degenerate import degenerate
from qedeck.evidence.far import far_out
from qedeck.evidence.larger import larger
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter, Nowhere
from qedeck.evidence.sequences import along


def counterexample(todo: Sequence[Obligation], seed: int) -> tuple[Counter | None, Nowhere | None]:
    """A counterexample where random ones of small shapes hardly are, or an instance without value.

    That is at large sizes and whole numbers, at ties, far out and at zeros.

    Raises:
        TooLarge: where a statement says that it turns at a number that cannot be tried.
    """
    doubtful = None
    for search in (larger, along, degenerate):
        found = search(todo, seed)
        if found is not None and found.certain:
            return found, None
        doubtful = doubtful or found
    found = on_boundary(todo, seed) or far_out(todo, seed)
    if found is not None:
        return found, None
    found, nowhere = critical(todo, seed)
    return found or doubtful, nowhere
