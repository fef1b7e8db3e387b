"""The searches for a counterexample where random instances of small shapes hardly lead."""

from __future__ import annotations

from collections.abc import Sequence

from qedeck.evidence.boundary import on_boundary
from qedeck.evidence.critical import critical
from qedeck.evidence.far import far_out
from qedeck.evidence.larger import larger
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter, Nowhere


def counterexample(todo: Sequence[Obligation], seed: int) -> tuple[Counter | None, Nowhere | None]:
    """A counterexample at large sizes, at ties, far out or at a zero; or an instance without value.

    Raises:
        TooLarge: where a statement says that it turns at a number that cannot be tried.
    """
    doubtful = larger(todo, seed)
    if doubtful is not None and doubtful.certain:
        return doubtful, None
    found = on_boundary(todo, seed) or far_out(todo, seed)
    if found is not None:
        return found, None
    found, nowhere = critical(todo, seed)
    return found or doubtful, nowhere
