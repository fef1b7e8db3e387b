"""Whether a goal holds for all values of its symbols: dispatch."""

from __future__ import annotations

from qedeck.evidence.proof.branch import Branch, refined
from qedeck.evidence.proof.cases import by_cases
from qedeck.evidence.proof.certificate import (
    And,
    Certificate,
    Counterexample,
    Deadline,
    Fact,
    Formula,
    Goal,
    Iff,
    Implies,
    Or,
    OutOfTime,
    Rel,
)
from qedeck.evidence.proof.points import counterexample
from qedeck.evidence.proof.solver import refuted
from qedeck.evidence.proof.points import breaks

Verdict = Certificate | Counterexample | None


def prove(goal: Goal, *, seconds: float) -> Verdict:
    """A certificate, an exact counterexample, or None where neither was found in time."""
    deadline = Deadline.after(seconds)
    found = counterexample(goal, deadline.within(seconds / 4))
    if found is not None:
        return found
    try:
        certificate = certify(goal, deadline)
    except OutOfTime:
        certificate = None
    if certificate is not None:
        return certificate
    return modelled(goal, deadline)


def certify(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate, or None."""
    branch = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts))
    return by_cases(branch, deadline)


def modelled(goal: Goal, deadline: Deadline) -> Counterexample | None:
    """A counterexample that the decision procedure proposes and exact values confirm."""
    model = refuted([*goal.facts, goal.denial], deadline.within(3))
    if isinstance(model, dict) and breaks(goal.denial, goal.facts, model):
        return Counterexample(model)
    return None
