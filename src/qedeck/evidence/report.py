"""What a user reads when a statement is not verified: place, failing side, values."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation, parts
from qedeck.formula.printer import latex

if TYPE_CHECKING:
    from qedeck.evidence.falsify import Counter
    from qedeck.evidence.verify import Subject

SIGNS = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", ">>": r"\succ", ">>=": r"\succeq"}


def number(value: float) -> str:
    """A number as a reader writes it: a whole number, a short fraction, or digits."""
    if not math.isfinite(value):
        return {float("inf"): r"\infty", float("-inf"): r"-\infty"}.get(value, r"\text{undefined}")
    short = Fraction(value).limit_denominator(12)
    if abs(float(short) - value) < 1e-12 * max(1.0, abs(value)):
        if short.denominator == 1:
            return str(short.numerator)
        sign = "-" if short < 0 else ""
        return f"{sign}\\frac{{{abs(short.numerator)}}}{{{short.denominator}}}"
    return f"{value:.6g}"


def shown(value: Any) -> str:
    """A number, vector or matrix in LaTeX."""
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            rows = r" \\ ".join(" & ".join(shown(part) for part in row) for row in value)
            return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
        return f"({', '.join(shown(part) for part in value)})"
    return str(value) if isinstance(value, int) else number(float(value))


def assignments(counter: Counter) -> str:
    """`n = 2, x = (1, 0)`."""
    return ", ".join(f"{name} = {shown(value)}" for name, value in counter.values.items())


def values(counter: Counter) -> str:
    """`left = 4, right = 2`: the two sides, and the relation that fails between them."""
    if counter.left is None:
        return ""
    sign = SIGNS.get(counter.sign, counter.sign)
    return f"{shown(counter.left)} {sign} {shown(counter.right)} \\text{{ fails}}"


def witness(counter: Counter) -> str:
    """A counterexample in one line of LaTeX."""
    sides = values(counter)
    return f"{assignments(counter)}: {sides}" if sides else assignments(counter)


def refutation(subject: Subject, counter: Counter, todo: tuple[Obligation, ...]) -> str:
    """The report on a claim that fails at a counterexample."""
    lines = [f"{subject.place}: {subject.kind} {subject.id} is false", f"    {subject.latex}"]
    failing = next((o for o in todo if o.role == counter.role), None)
    if failing is not None:
        links = [link for part in parts(failing.statement) for link in single_links(part)]
        if counter.link < len(links):
            words = {
                "equality": "the equality case does not attain",
                "attained": "the point named does not attain it:",
            }.get(counter.role, "fails in")
            lines.append(f"  {words} {latex(links[counter.link])}")
    lines.append(f"  counterexample: {assignments(counter)}")
    if counter.left is not None:
        left, right = shown(counter.left), shown(counter.right)
        if left == right:  # to six digits
            left, right = str(counter.left), str(counter.right)
        lines += [f"  left side:  {left}", f"  right side: {right}"]
    assumed = [latex(a.statement) for a in subject.bound.scope.assumed if a.statement is not None]
    if assumed:
        lines.append(f"  hypotheses that hold there: {'; '.join(assumed)}")
    return "\n".join(lines)


def doubt(subject: Subject, counter: Counter) -> str:
    """The report on a claim that floats refute at an instance that nothing confirms."""
    if counter.left is None:
        why = (
            "  its sides agree there to all digits that were computed, and it says that they differ"
        )
    else:
        why = (
            f"  floats refute it there, where {values(counter)}; no exact computation confirms or "
            "denies that"
        )
    lines = [
        f"{subject.place}: {subject.kind} {subject.id} is doubtful at {assignments(counter)}",
        f"    {subject.latex}",
        why,
        "  write a hypothesis that keeps away from there, or link the claims that it follows from",
    ]
    return "\n".join(lines)


def without_value(error: Exception) -> str:
    """What a reader is told of a formula that could not be evaluated."""
    said = str(error).strip() or type(error).__name__
    return f"it cannot be evaluated: {said}"
