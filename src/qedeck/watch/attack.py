"""The first word on a claim: a counterexample, or none among so many instances."""

from __future__ import annotations

from dataclasses import dataclass

from qedeck.evidence.verify import Subject
from qedeck.formula.tree import Call, Define


@dataclass(frozen=True)
class Attack:
    """What the quick search found."""

    message: str = ""
    """The report on a claim that is false; empty where no counterexample was found."""
    instances: int = 0
    """Instances that met the hypotheses; none where the engine evaluates nothing."""


def attackable(subject: Subject) -> bool:
    """Whether there is anything to search: other definitions are pinned by what uses them."""
    statement = subject.bound.statement
    if subject.kind == "definition":
        return isinstance(statement, Define) and isinstance(statement.head, Call)
    return subject.kind == "claim"


def attacked(subject: Subject, seed: int) -> Attack:
    """Search where counterexamples are found soon, at the instances that the evidence is of."""
    from qedeck.evidence.boundary import on_boundary
    from qedeck.evidence.falsify import falsify
    from qedeck.evidence.far import far_out
    from qedeck.evidence.obligations import NotUnfolded, obligations
    from qedeck.evidence.report import refutation

    try:
        todo = obligations(subject.bound)
    except NotUnfolded:
        return Attack()
    trial = falsify(todo, seed, first_only=True)
    if trial.failure:
        return Attack()
    counter = trial.counter or on_boundary(todo, seed) or far_out(todo, seed)
    message = "" if counter is None else refutation(subject, counter, todo)
    return Attack(message, trial.effective)
