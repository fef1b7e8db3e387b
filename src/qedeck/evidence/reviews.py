"""Mutants that an author lets stand, with a reason on the page."""

from __future__ import annotations

from collections.abc import Sequence

from qedeck.evidence.likeness import likeness
from qedeck.evidence.mutants import Mutant, Outcome
from qedeck.evidence.mutation import Corruption
from qedeck.evidence.reasons import Reason, Told
from qedeck.formula.scope import Bound, Review
from qedeck.formula.tree import Relation, Statement


def reviewed(
    bound: Bound, corruption: Corruption, outcome: Outcome, reason: Reason
) -> tuple[Outcome, Reason]:
    """The outcome of a mutant once what its author says of it is heard."""
    if outcome == "undecided":
        for review in noted(bound, corruption):
            return "reviewed", Told("reviewed", review.reason)
    return outcome, reason


def noted(bound: Bound, corruption: Corruption) -> list[Review]:
    """What an author says of a mutant."""
    return [review for review in bound.reviews if _means(review, corruption)]


def idle(bound: Bound, mutants: Sequence[Mutant]) -> list[Review]:
    """Reviews of what needs none."""
    heard = {one.reason for one in mutants if isinstance(one.reason, Told)}
    return [r for r in bound.reviews if Told("reviewed", r.reason) not in heard]


def _means(review: Review, corruption: Corruption) -> bool:
    if review.kind == "keeps":
        told = corruption.assumed.statement if corruption.assumed is not None else None
        return told is not None and likeness(told) in map(likeness, _links(review.formula))
    shown = corruption.shown
    here = corruption.part != "hypothesis" and shown is not None
    return here and shown is not None and likeness(shown) == likeness(review.formula)


def _links(statement: Statement) -> list[Statement]:
    """A hypothesis, or the links of one that is a chain."""
    if isinstance(statement, Relation):
        pairs = enumerate(statement.signs)
        return [Relation(statement.terms[k : k + 2], (sign,)) for k, sign in pairs]
    return [statement]
