"""Whether a goal holds for all values of its symbols: dispatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sympy import Abs, Max, Min, latex, sign

from qedeck.evidence.proof.abstraction import abstracted
from qedeck.evidence.proof.atoms import by_atoms
from qedeck.evidence.proof.branch import Branch, refined
from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.cases import by_cases
from qedeck.evidence.proof.certificate import (
    NEGATION,
    Certificate,
    Counterexample,
    Fact,
    Goal,
    Unsupported,
)
from qedeck.evidence.proof.course import attempt
from qedeck.evidence.proof.domain import conditions
from qedeck.evidence.proof.modulo import modulo
from qedeck.evidence.proof.piecewise import by_conditions, has_conditions
from qedeck.evidence.proof.points import breaks, counterexample, met, symbols_of
from qedeck.evidence.proof.relaxation import identical, relaxed
from qedeck.evidence.proof.routes import certified, directly, minkowski, parts, squared, turns
from qedeck.evidence.proof.solver import refuted
from qedeck.evidence.proof.values import holds
from qedeck.evidence.ways import together

FEW = 40
"""Points at which a claim is tried before anything else."""
BOXES_STEPS = 1.2 * SECOND
"""At most, for a division into boxes."""
RELAXED_STEPS = 3 * SECOND
DIRECT_STEPS = 3 * SECOND
CONDITION_STEPS = 1.5 * SECOND
MODEL_STEPS = 3 * SECOND
Verdict = Certificate | Counterexample | None


def prove(goal: Goal, budget: Budget) -> Verdict:
    """A certificate, an exact counterexample, or None where the steps led to neither."""
    try:
        return _prove(goal, budget)
    except (OutOfSteps, Unsupported):
        return None


@attempt
def prove_by_atoms(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that the goal follows from its facts whatever its roots and functions are."""
    try:
        found = by_atoms(goal, budget)
        return found and checked(goal, found, budget)
    except (OutOfSteps, Unsupported):
        return None


def _prove(goal: Goal, budget: Budget) -> Verdict:
    if not all(symbol.is_real for symbol in symbols_of(goal)):
        return None
    quarter = budget.left / 4
    found = counterexample(goal, budget.within(quarter), FEW)
    if found is not None:
        return found
    certificate = valued(goal) or _within(opaquely, goal, budget.within(budget.left / 6))
    certificate = certificate or _within(identically, goal, budget)
    if certificate is None:
        found = _searched(goal, budget.within(quarter))
        if found is not None:
            return found
        certificate = divided(goal, budget.within(min(BOXES_STEPS, budget.left / 2)))
        if certificate is not None:
            return certificate
        certificate = _within(certify, goal, budget)
    if certificate is not None:
        return checked(goal, certificate, budget)
    solved = modelled(goal, budget)
    return checked(goal, solved, budget) if isinstance(solved, Certificate) else solved


@attempt
def _searched(goal: Goal, budget: Budget) -> Counterexample | None:
    return counterexample(goal, budget)


def valued(goal: Goal) -> Certificate | None:
    """A certificate for a relation between numbers, by their values."""
    if symbols_of(goal) or holds(Fact(goal.left, goal.sign, goal.right), {}) is not True:
        return None
    return Certificate(("values",), "both sides are numbers, compared exactly or in balls")


@attempt
def divided(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate by ball arithmetic over boxes, both sides being defined in all of them."""
    try:
        from qedeck.evidence.proof.boxes import boxed
    except ImportError:
        return None
    return boxed(goal, budget)


@attempt
def opaquely(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that takes exponentials for any positive numbers."""
    easier = abstracted(goal)
    if easier is None:
        return None
    if goal.sign == "=":
        return identical(easier, budget)
    separate = parts(easier) or [easier]
    return _together([_relaxed(part, budget) for part in separate])


def _within(
    prover: Callable[[Goal, Budget], Certificate | None], goal: Goal, budget: Budget
) -> Certificate | None:
    """What one way leads to; where it is no way for this goal, others may be."""
    try:
        return prover(goal, budget)
    except (OutOfSteps, Unsupported):
        return None


@attempt
def identically(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that an equation is an identity, perhaps modulo equations among the facts."""
    if goal.sign != "=":
        return None
    found = identical(goal, budget) or modulo(goal, budget.within(budget.left / 4))
    easier = squared(goal) if found is None and goal.facts else None
    if easier is None:
        return found
    found = identical(easier, budget) or modulo(easier, budget.within(budget.left / 4))
    return found and replace(found, detail=f"after squaring: {found.detail}")


def checked(goal: Goal, certificate: Certificate, budget: Budget) -> Certificate | None:
    """The certificate with the conditions under which both sides are defined."""
    missing = conditions(goal, _provable, budget)
    if certificate.partial and not missing:
        return None
    if not missing:
        return certificate
    shown = ", ".join(f"{latex(f.left)} {latex_of(f.sign)} {latex(f.right)}" for f in missing)
    return replace(
        certificate,
        conditions=tuple(missing),
        detail=f"{certificate.detail}; where {shown}",
    )


def _provable(goal: Goal, budget: Budget) -> bool:
    try:
        return certify(goal, budget.within(CONDITION_STEPS)) is not None
    except (OutOfSteps, Unsupported):
        return False


def contradictory(facts: tuple[Fact, ...], budget: Budget) -> bool:
    """Whether no values meet all the facts; False where that is not known."""
    if any(e.left == e.right and e.sign in ("!=", "<", ">") for e in facts):
        return True
    if met(facts):
        return False
    for k, fact in enumerate(facts):
        denial = Goal(fact.left, NEGATION[fact.sign], fact.right, facts[:k] + facts[k + 1 :])
        try:
            if certify(denial, budget.within(budget.left / 2)) is not None:
                return True
        except (OutOfSteps, Unsupported):
            return False
    return False


def latex_of(sign: str) -> str:
    """A relation in LaTeX."""
    return {"!=": "\\ne", "<=": "\\le", ">=": "\\ge"}.get(sign, sign)


def certify(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate, or None."""
    if has_conditions(goal):
        return by_conditions(goal, budget, certify, contradictory)
    if goal.sign in ("<", "<=", ">", ">="):
        found = _inequality(goal, budget)
        if found is not None:
            return found
    else:
        found = _equation(goal, budget)
        if found is not None:
            return found
    return cased(goal, budget)


def _inequality(goal: Goal, budget: Budget) -> Certificate | None:
    separate = parts(goal)
    if separate is not None:
        return _all(separate, budget)
    turned = turns(goal)
    if turned is not None:
        found_turned = _together([_relaxed(part, budget, 0) for part in turned])
        if found_turned is not None:
            return found_turned
    found_easily = _relaxed(goal, budget) or _within(
        partial(minkowski, prover=certify), goal, budget
    )
    if found_easily is not None:
        return found_easily
    if turned is not None:
        return _all(turned, budget)
    easier = squared(goal)
    if easier is not None:
        found_relaxed = _relaxed(easier, budget)
        if found_relaxed is not None:
            return replace(found_relaxed, detail=f"after squaring: {found_relaxed.detail}")
        found_square = cased(easier, budget.within(budget.left / 3))
        if found_square is not None:
            return replace(found_square, detail=f"after squaring: {found_square.detail}")
    return directly(goal, budget.within(min(DIRECT_STEPS, budget.left / 4)))


def _relaxed(goal: Goal, budget: Budget, deep: int = 2) -> Certificate | None:
    try:
        return relaxed(goal, budget.within(min(RELAXED_STEPS, budget.left / 2)), deep)
    except (OutOfSteps, Unsupported):
        return None


def _all(goals: list[Goal], budget: Budget) -> Certificate | None:
    found: list[Certificate | None] = []
    for goal in goals:
        found.append(certify(goal, budget))
        if found[-1] is None:
            return None
    return _together(found)


def _together(found: list[Certificate | None]) -> Certificate | None:
    """One certificate for several parts; None where one is missing."""
    solid = [c for c in found if c is not None]
    if len(solid) < len(found) or not solid:
        return None
    if len(solid) == 1:
        return solid[0]
    ways = together(c.ways for c in solid)
    longest = max((c.detail for c in solid), key=len)
    partial = any(c.partial for c in solid)
    return Certificate(ways, f"{len(solid)} parts; e.g. {longest}", partial=partial)


def _equation(goal: Goal, budget: Budget) -> Certificate | None:
    found_at_once = _within(identically, goal, budget)
    if found_at_once is not None:
        return found_at_once
    easier = squared(goal) if goal.facts else None
    if easier is not None:
        found = cased(easier, budget.within(budget.left / 3))
        if found is not None:
            return replace(found, detail=f"after squaring: {found.detail}")
    both_ways = _both_ways(goal, budget)
    if both_ways is not None:
        return both_ways
    sides = [goal.left, goal.right, *[s for f in goal.facts for s in (f.left, f.right)]]
    if any(side.atoms(Abs, Max, Min, sign) for side in sides):
        return directly(goal, budget.within(min(DIRECT_STEPS / 3, budget.left / 4)))
    return None


def _both_ways(goal: Goal, budget: Budget) -> Certificate | None:
    """An equation as two inequalities."""
    if goal.sign != "=":
        return None
    found = []
    for order in ("<=", ">="):
        half = Goal(goal.left, order, goal.right, goal.facts)
        for part in parts(half) or [half]:
            found.append(_relaxed(part, budget))
            if found[-1] is None:
                return None
    return _together(found)


def cased(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate by exhaustive cases, or None."""
    try:
        return _cased(goal, budget)
    except (OutOfSteps, Unsupported):
        return None


def _cased(goal: Goal, budget: Budget) -> Certificate | None:
    branch = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts))
    return by_cases(branch, budget)


@attempt
def modelled(goal: Goal, budget: Budget) -> Verdict:
    """What the decision procedure finds with more steps than `directly` has.

    A counterexample that it proposes and exact values confirm, or that there is none.
    """
    model = refuted([*goal.facts, goal.denial], budget.within(MODEL_STEPS))
    if isinstance(model, dict):
        return Counterexample(model) if breaks(goal.denial, goal.facts, model) else None
    # No values meet the facts and break the goal, as in `directly`; some must meet the facts.
    return certified(goal, budget) if model is True else None
