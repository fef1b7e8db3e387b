"""Whether a goal holds for all values of its symbols: dispatch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sympy import Abs, Max, Min, latex, sign

from qedeck.evidence.proof.abstraction import abstracted
from qedeck.evidence.proof.alarm import GRACE, Interrupted, alarm
from qedeck.evidence.proof.atoms import by_atoms
from qedeck.evidence.proof.branch import Branch, refined
from qedeck.evidence.proof.cases import by_cases
from qedeck.evidence.proof.certificate import (
    NEGATION,
    Certificate,
    Counterexample,
    Deadline,
    Fact,
    Goal,
    OutOfTime,
    Unsupported,
)
from qedeck.evidence.proof.domain import conditions
from qedeck.evidence.proof.modulo import modulo
from qedeck.evidence.proof.piecewise import by_conditions, has_conditions
from qedeck.evidence.proof.points import breaks, counterexample, met, symbols_of
from qedeck.evidence.proof.relaxation import identical, relaxed
from qedeck.evidence.proof.routes import directly, minkowski, parts, squared, turns
from qedeck.evidence.proof.solver import refuted
from qedeck.evidence.proof.values import holds

FEW = 40
"""Points at which a claim is tried before anything else."""
BOXES_SECONDS = 1.2
"""At most, for a division into boxes."""
Verdict = Certificate | Counterexample | None


def prove(goal: Goal, *, seconds: float) -> Verdict:
    """A certificate, an exact counterexample, or None where neither was found in time."""
    try:
        with alarm(GRACE * seconds):
            return _prove(goal, seconds)
    except Interrupted:
        return None


def prove_by_atoms(goal: Goal, *, seconds: float) -> Certificate | None:
    """A certificate that the goal follows from its facts whatever its roots and functions are."""
    try:
        with alarm(GRACE * seconds):
            deadline = Deadline.after(seconds)
            found = by_atoms(goal, deadline)
            return found and checked(goal, found, deadline)
    except Interrupted:
        return None


def _prove(goal: Goal, seconds: float) -> Verdict:
    deadline = Deadline.after(seconds)
    if not all(symbol.is_real for symbol in symbols_of(goal)):
        return None
    found = counterexample(goal, deadline.within(seconds / 4), FEW)
    if found is not None:
        return found
    certificate = valued(goal) or opaquely(goal, deadline.within(deadline.left / 6))
    certificate = certificate or _within(identically, goal, deadline)
    if certificate is None:
        found = counterexample(goal, deadline.within(seconds / 4))
        if found is not None:
            return found
        certificate = divided(goal, deadline.within(min(BOXES_SECONDS, deadline.left / 2)))
        if certificate is not None:
            return certificate
        certificate = _within(certify, goal, deadline)
    if certificate is not None:
        return checked(goal, certificate, deadline)
    return modelled(goal, deadline)


def valued(goal: Goal) -> Certificate | None:
    """A certificate for a relation between numbers, by their values."""
    if symbols_of(goal) or holds(Fact(goal.left, goal.sign, goal.right), {}) is not True:
        return None
    return Certificate("values", "both sides are numbers, compared exactly or in balls")


def divided(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate by ball arithmetic over boxes, both sides being defined in all of them."""
    try:
        from qedeck.evidence.proof.boxes import boxed
    except ImportError:
        return None
    return boxed(goal, deadline)


def opaquely(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate that takes exponentials for any positive numbers."""
    easier = abstracted(goal)
    if easier is None:
        return None
    if goal.sign == "=":
        return identical(easier)
    separate = parts(easier) or [easier]
    return _together([_relaxed(part, deadline) for part in separate])


def _within(
    prover: Callable[[Goal, Deadline], Certificate | None], goal: Goal, deadline: Deadline
) -> Certificate | None:
    try:
        return prover(goal, deadline)
    except OutOfTime:
        return None


def identically(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate that an equation is an identity, perhaps modulo equations among the facts."""
    if goal.sign != "=":
        return None
    found = identical(goal) or modulo(goal, deadline.within(deadline.left / 4))
    easier = squared(goal) if found is None and goal.facts else None
    if easier is None:
        return found
    found = identical(easier) or modulo(easier, deadline.within(deadline.left / 4))
    return found and replace(found, detail=f"after squaring: {found.detail}")


def checked(goal: Goal, certificate: Certificate, deadline: Deadline) -> Certificate | None:
    """The certificate with the conditions under which both sides are defined."""
    missing = conditions(goal, _provable, deadline)
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


def _provable(goal: Goal, deadline: Deadline) -> bool:
    try:
        return certify(goal, deadline.within(1.5)) is not None
    except OutOfTime:
        return False


def contradictory(facts: tuple[Fact, ...], deadline: Deadline) -> bool:
    """Whether no values meet all the facts; False where that is not known."""
    if any(e.left == e.right and e.sign in ("!=", "<", ">") for e in facts):
        return True
    if met(facts):
        return False
    for k, fact in enumerate(facts):
        denial = Goal(fact.left, NEGATION[fact.sign], fact.right, facts[:k] + facts[k + 1 :])
        try:
            if certify(denial, deadline.within(deadline.left / 2)) is not None:
                return True
        except OutOfTime:
            return False
    return False


def latex_of(sign: str) -> str:
    """A relation in LaTeX."""
    return {"!=": "\\ne", "<=": "\\le", ">=": "\\ge"}.get(sign, sign)


def certify(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate, or None."""
    if has_conditions(goal):
        return by_conditions(goal, deadline, certify, contradictory)
    if goal.sign in ("<", "<=", ">", ">="):
        found = _inequality(goal, deadline)
        if found is not None:
            return found
    else:
        found = _equation(goal, deadline)
        if found is not None:
            return found
    return cased(goal, deadline)


def _inequality(goal: Goal, deadline: Deadline) -> Certificate | None:
    separate = parts(goal)
    if separate is not None:
        return _all(separate, deadline)
    turned = turns(goal)
    if turned is not None:
        found_turned = _together([_relaxed(part, deadline, 0) for part in turned])
        if found_turned is not None:
            return found_turned
    found_easily = _relaxed(goal, deadline) or minkowski(goal, deadline, certify)
    if found_easily is not None:
        return found_easily
    if turned is not None:
        return _all(turned, deadline)
    easier = squared(goal)
    if easier is not None:
        found_relaxed = _relaxed(easier, deadline)
        if found_relaxed is not None:
            return replace(found_relaxed, detail=f"after squaring: {found_relaxed.detail}")
        found_square = cased(easier, deadline.within(deadline.left / 3))
        if found_square is not None:
            return replace(found_square, detail=f"after squaring: {found_square.detail}")
    return directly(goal, deadline.within(min(3, deadline.left / 4)))


def _relaxed(goal: Goal, deadline: Deadline, deep: int = 2) -> Certificate | None:
    try:
        return relaxed(goal, deadline.within(min(3, deadline.left / 2)), deep)
    except OutOfTime:
        return None


def _all(goals: list[Goal], deadline: Deadline) -> Certificate | None:
    found: list[Certificate | None] = []
    for goal in goals:
        found.append(certify(goal, deadline))
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
    methods = ", ".join(dict.fromkeys(c.method for c in solid))
    longest = max((c.detail for c in solid), key=len)
    partial = any(c.partial for c in solid)
    return Certificate(methods, f"{len(solid)} parts; e.g. {longest}", partial=partial)


def _equation(goal: Goal, deadline: Deadline) -> Certificate | None:
    found_at_once = identically(goal, deadline)
    if found_at_once is not None:
        return found_at_once
    easier = squared(goal) if goal.facts else None
    if easier is not None:
        found = cased(easier, deadline.within(deadline.left / 3))
        if found is not None:
            return replace(found, detail=f"after squaring: {found.detail}")
    both_ways = _both_ways(goal, deadline)
    if both_ways is not None:
        return both_ways
    sides = [goal.left, goal.right, *[s for f in goal.facts for s in (f.left, f.right)]]
    if any(side.atoms(Abs, Max, Min, sign) for side in sides):
        return directly(goal, deadline.within(min(1, deadline.left / 4)))
    return None


def _both_ways(goal: Goal, deadline: Deadline) -> Certificate | None:
    """An equation as two inequalities."""
    if goal.sign != "=":
        return None
    found = []
    for order in ("<=", ">="):
        half = Goal(goal.left, order, goal.right, goal.facts)
        for part in parts(half) or [half]:
            found.append(_relaxed(part, deadline))
            if found[-1] is None:
                return None
    return _together(found)


def cased(goal: Goal, deadline: Deadline) -> Certificate | None:
    """A certificate by exhaustive cases, or None."""
    try:
        return _cased(goal, deadline)
    except (OutOfTime, Unsupported):
        return None


def _cased(goal: Goal, deadline: Deadline) -> Certificate | None:
    branch = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts))
    return by_cases(branch, deadline)


def modelled(goal: Goal, deadline: Deadline) -> Counterexample | None:
    """A counterexample that the decision procedure proposes and exact values confirm."""
    model = refuted([*goal.facts, goal.denial], deadline.within(3))
    if isinstance(model, dict) and breaks(goal.denial, goal.facts, model):
        return Counterexample(model)
    return None
