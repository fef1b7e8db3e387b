"""Statements built from relations: conjunctions, implications, equivalences."""

from __future__ import annotations

from dataclasses import replace

from qedeck.evidence.proof.budget import Budget, OutOfSteps
from qedeck.evidence.proof.certificate import (
    NEGATION,
    And,
    Certificate,
    Counterexample,
    Fact,
    Formula,
    Goal,
    Implies,
    Or,
    Rel,
    Unsupported,
)
from qedeck.evidence.proof.prove import Verdict, contradictory, prove
from qedeck.evidence.ways import together


def prove_statement(formula: Formula, facts: tuple[Fact, ...], budget: Budget) -> Verdict:
    """A certificate, an exact counterexample, or None where the steps led to neither.

    An implication whose antecedent contradicts the facts is not proved: it says nothing.
    """
    try:
        return _prove(formula, facts, budget)
    except (Unsupported, OutOfSteps):
        return None


def _prove(formula: Formula, facts: tuple[Fact, ...], budget: Budget) -> Verdict:
    if isinstance(formula, Rel):
        goal = Goal(formula.left, formula.sign, formula.right, facts)
        return prove(goal, budget)
    if isinstance(formula, And):
        return _all([(part, facts) for part in formula.parts], budget, "all parts hold")
    if isinstance(formula, Or):
        return _one_of(formula, facts, budget)
    if isinstance(formula, Implies):
        return _implied(formula, facts, budget)
    forth, back = Implies(formula.left, formula.right), Implies(formula.right, formula.left)
    return _all([(forth, facts), (back, facts)], budget, "both directions hold")


def _all(parts: list[tuple[Formula, tuple[Fact, ...]]], budget: Budget, words: str) -> Verdict:
    """The verdict on several statements together; a counterexample to one is one to all."""
    found = []
    for k, (part, facts) in enumerate(parts):
        share = budget.within(budget.left / (len(parts) - k))
        found.append(_prove(part, facts, share))
        if isinstance(found[-1], Counterexample):
            return found[-1]
    solid = [f for f in found if isinstance(f, Certificate)]
    if len(solid) < len(found) or not solid:
        return None
    if len(solid) == 1:
        return solid[0]
    ways = together(c.ways for c in solid)
    details = "; ".join(dict.fromkeys(c.detail for c in solid))
    conditions = tuple(dict.fromkeys(f for c in solid for f in c.conditions))
    return Certificate(ways, f"{words}: {details}", conditions)


def _one_of(formula: Or, facts: tuple[Fact, ...], budget: Budget) -> Verdict:
    """One part, where all the others fail."""
    for k, part in enumerate(formula.parts):
        others = [p for j, p in enumerate(formula.parts) if j != k]
        denials = [_denied(p) for p in others]
        share = budget.within(budget.left / (len(formula.parts) - k))
        found = _prove(part, (*facts, *denials), share)
        if found is not None:
            return found
    return None


def _denied(formula: Formula) -> Fact:
    if not isinstance(formula, Rel):
        raise Unsupported(formula)
    return Fact(formula.left, NEGATION[formula.sign], formula.right)


def _implied(formula: Implies, facts: tuple[Fact, ...], budget: Budget) -> Verdict:
    cases: list[tuple[Formula, tuple[Fact, ...]]] = []
    for choice in _choices(formula.antecedent):
        premises = (*facts, *choice)
        if not contradictory(premises, budget.within(budget.left / 4)):
            cases.append((formula.consequent, premises))
    if not cases:
        return None
    found = _all(cases, budget, "in every case of the antecedent")
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
