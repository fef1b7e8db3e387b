"""Statements built from relations: conjunctions, implications, equivalences."""

from __future__ import annotations

from dataclasses import replace

from qedeck.evidence.proof.certificate import (
    NEGATION,
    And,
    Certificate,
    Counterexample,
    Deadline,
    Fact,
    Formula,
    Goal,
    Implies,
    Or,
    Rel,
    Unsupported,
)
from qedeck.evidence.proof.prove import Verdict, contradictory, prove


def prove_statement(formula: Formula, facts: tuple[Fact, ...], *, seconds: float) -> Verdict:
    """A certificate, an exact counterexample, or None where neither was found in time.

    An implication whose antecedent contradicts the facts is not proved: it says nothing.
    """
    try:
        return _prove(formula, facts, Deadline.after(seconds))
    except Unsupported:
        return None


def _prove(formula: Formula, facts: tuple[Fact, ...], deadline: Deadline) -> Verdict:
    if isinstance(formula, Rel):
        goal = Goal(formula.left, formula.sign, formula.right, facts)
        return prove(goal, seconds=deadline.left)
    if isinstance(formula, And):
        return _all([(part, facts) for part in formula.parts], deadline, "all parts hold")
    if isinstance(formula, Or):
        return _one_of(formula, facts, deadline)
    if isinstance(formula, Implies):
        return _implied(formula, facts, deadline)
    forth, back = Implies(formula.left, formula.right), Implies(formula.right, formula.left)
    return _all([(forth, facts), (back, facts)], deadline, "both directions hold")


def _all(parts: list[tuple[Formula, tuple[Fact, ...]]], deadline: Deadline, words: str) -> Verdict:
    """The verdict on several statements together; a counterexample to one is one to all."""
    found = []
    for k, (part, facts) in enumerate(parts):
        share = deadline.within(deadline.left / (len(parts) - k))
        found.append(_prove(part, facts, share))
        if isinstance(found[-1], Counterexample):
            return found[-1]
    solid = [f for f in found if isinstance(f, Certificate)]
    if len(solid) < len(found) or not solid:
        return None
    if len(solid) == 1:
        return solid[0]
    methods = " and ".join(dict.fromkeys(c.method for c in solid))
    details = "; ".join(dict.fromkeys(c.detail for c in solid))
    conditions = tuple(dict.fromkeys(f for c in solid for f in c.conditions))
    return Certificate(methods, f"{words}: {details}", conditions)


def _one_of(formula: Or, facts: tuple[Fact, ...], deadline: Deadline) -> Verdict:
    """One part, where all the others fail."""
    for k, part in enumerate(formula.parts):
        others = [p for j, p in enumerate(formula.parts) if j != k]
        denials = [_denied(p) for p in others]
        share = deadline.within(deadline.left / (len(formula.parts) - k))
        found = _prove(part, (*facts, *denials), share)
        if found is not None:
            return found
    return None


def _denied(formula: Formula) -> Fact:
    if not isinstance(formula, Rel):
        raise Unsupported(formula)
    return Fact(formula.left, NEGATION[formula.sign], formula.right)


def _implied(formula: Implies, facts: tuple[Fact, ...], deadline: Deadline) -> Verdict:
    cases: list[tuple[Formula, tuple[Fact, ...]]] = []
    for choice in _choices(formula.antecedent):
        premises = (*facts, *choice)
        if not contradictory(premises, deadline.within(deadline.left / 4)):
            cases.append((formula.consequent, premises))
    if not cases:
        return None
    found = _all(cases, deadline, "in every case of the antecedent")
    if isinstance(found, Certificate) and len(cases) > 1:
        return replace(found, detail=f"{len(cases)} alternatives; {found.detail}")
    return found


def _choices(formula: Formula) -> list[tuple[Fact, ...]]:
    """The disjunctive normal form of an antecedent."""
    if isinstance(formula, Rel):
        return [(Fact(formula.left, formula.sign, formula.right),)]
    if isinstance(formula, Or):
        return [choice for part in formula.parts for choice in _choices(part)]
    if isinstance(formula, And):
        found: list[tuple[Fact, ...]] = [()]
        for part in formula.parts:
            found = [(*a, *b) for a in found for b in _choices(part)]
        return found
    raise Unsupported(formula)
