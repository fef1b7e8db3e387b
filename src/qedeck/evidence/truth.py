"""The truth of formulas over exact numbers, by proof."""

from __future__ import annotations

from typing import Any

import sympy
from sympy import oo

from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import (
    NEGATION,
    And,
    Certificate,
    Formula,
    Goal,
    Iff,
    Implies,
    Or,
    Rel,
)
from qedeck.evidence.proof.prove import prove
from qedeck.formula.values import Array


def related(left: Any, sign: str, right: Any) -> Formula:
    """A relation between scalars, or between arrays entry by entry."""
    if not isinstance(left, Array) or not isinstance(right, Array):
        return Rel(left, sign, right)
    entries = tuple(Rel(a, sign, b) for a, b in zip(left.entries, right.entries, strict=True))
    return Or(entries) if sign == "!=" else And(entries)


def equal(left: Any, right: Any) -> bool:
    """Whether two exact numbers or arrays are equal, by proof."""
    if isinstance(left, Array) or isinstance(right, Array):
        return (
            isinstance(left, Array)
            and isinstance(right, Array)
            and left.shape == right.shape
            and all(equal(a, b) for a, b in zip(left.entries, right.entries, strict=True))
        )
    return isinstance(prove(Goal(left, "=", right), Budget.of(3 * SECOND)), Certificate)


def true(formula: Formula) -> bool:
    """Whether a formula over numbers is true."""
    return truth(formula) is True


def truth(formula: Formula) -> bool | None:
    """The truth of a formula over numbers; None where it is not decided."""
    match formula:
        case Rel(left, sign, right) if left.has(oo, -oo) or right.has(oo, -oo):
            return _infinite(left, sign, right)
        case Rel(left, sign, right):
            if isinstance(prove(Goal(left, sign, right), Budget.of(3 * SECOND)), Certificate):
                return True
            denied = prove(Goal(left, NEGATION[sign], right), Budget.of(3 * SECOND))
            return False if isinstance(denied, Certificate) else None
        case And(several):
            found = [truth(part) for part in several]
            return False if False in found else (None if None in found else True)
        case Or(several):
            found = [truth(part) for part in several]
            return True if True in found else (None if None in found else False)
        case Implies(given, then):
            return _implied(given, then)
        case Iff(left, right):
            a, b = truth(left), truth(right)
            return None if a is None or b is None else a == b
    return None


def _infinite(left: Any, sign: str, right: Any) -> bool | None:
    """A relation with infinity on a side."""
    relations: dict[str, Any] = {
        "=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge,
    }  # fmt: skip
    found = relations[sign](left, right)
    return bool(found) if found in (sympy.true, sympy.false) else None


def _implied(given: Formula, then: Formula) -> bool | None:
    a, b = truth(given), truth(then)
    if a is False or b is True:
        return True
    return False if a is True and b is False else None
