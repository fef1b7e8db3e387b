"""What a user reads when a statement is not verified: place, failing side, values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation, parts
from qedeck.evidence.reasons import Counter
from qedeck.evidence.words import assignments, compared, shown
from qedeck.formula.printer import latex
from qedeck.formula.tree import Optimum, Relation

if TYPE_CHECKING:
    from qedeck.evidence.verify import Subject


def refutation(subject: Subject, counter: Counter, todo: tuple[Obligation, ...]) -> str:
    """The report on a claim that fails at a counterexample."""
    lines = [f"{subject.place}: {subject.kind} {subject.id} is false", f"    {subject.latex}"]
    failing = next((o for o in todo if o.role == counter.role), None)
    if failing is not None:
        links = [link for part in parts(failing.statement) for link in single_links(part)]
        if counter.link < len(links):
            words = {
                "equality": "the equality case does not attain",
                "attained": "it is not attained at the point named:",
                "feasible": "it is not attained at the point named, which is not feasible:",
            }.get(counter.role, "fails in")
            if counter.role == "statement" and _of_a_point(subject):
                words = "the arg has no such value, as another point does as well or better:"
            lines.append(f"  {words} {latex(links[counter.link])}")
    if counter.values:
        lines.append(f"  counterexample: {assignments(counter.values)}")
    if counter.by == "sign change":
        lines.append(
            "  exactly there, by the intermediate value theorem: a continuous difference changes "
            "its sign"
        )
    elif counter.left is not None:
        left, right = shown(counter.left), shown(counter.right)
        if left == right:  # to six digits
            left, right = str(counter.left), str(counter.right)
        lines += [f"  left side:  {left}", f"  right side: {right}"]
    assumed = [latex(a.statement) for a in subject.bound.scope.assumed if a.statement is not None]
    if assumed:
        lines.append(f"  hypotheses that hold there: {'; '.join(assumed)}")
    return "\n".join(lines)


def _of_a_point(subject: Subject) -> bool:
    """Whether the claim is about where an optimum is attained, and not under a condition."""
    match subject.bound.statement:
        case Relation((left, right), ("=",)):
            optima = (one for one in (left, right) if isinstance(one, Optimum))
            return any(one.operator.startswith("arg") and one.constraint is None for one in optima)
        case _:
            return False


def doubt(subject: Subject, counter: Counter) -> str:
    """The report on a claim that floats refute at an instance that nothing confirms."""
    if counter.left is None:
        why = (
            "  its sides agree there to all digits that were computed, and it says that they differ"
        )
    else:
        why = (
            f"  floats refute it there, where {compared(counter)}; no exact computation confirms "
            "or denies that"
        )
    at = assignments(counter.values)
    lines = [
        f"{subject.place}: {subject.kind} {subject.id} is doubtful at {at}",
        f"    {subject.latex}",
        why,
        "  write a hypothesis that keeps away from there, or link the claims that it follows from",
    ]
    return "\n".join(lines)


def without_value(error: Exception) -> str:
    """What a reader is told of a formula that could not be evaluated."""
    said = str(error).strip() or type(error).__name__
    return f"it cannot be evaluated: {said}"
