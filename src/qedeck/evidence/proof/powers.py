"""What follows from a relation between two products of powers: its logarithm and its powers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import cancelled
from qedeck.evidence.proof.certificate import MIRROR, Fact, Outside, Unsupported
from qedeck.evidence.proof.normal import Normal, Split
from qedeck.evidence.proof.signs import Signs

ZERO = Integer(0)


def consequences(facts: Iterable[Fact], normal: Normal, signs: Signs) -> Iterator[tuple[Fact, str]]:
    """Relations between atoms that follow from relations between positive products of powers."""
    for fact in list(facts):
        try:
            gaps = _gaps(fact, normal)
            if not gaps:
                continue
            yield _logarithm(gaps, fact.sign, normal), "logarithms of both sides"
            for base, exponent in gaps.items():
                if not exponent.is_Integer:
                    raised = _raised(base, gaps, fact.sign, normal, signs)
                    if raised is not None:
                        yield raised, "powers of both sides"
        except (Split, Outside, Unsupported):
            continue


def _gaps(fact: Fact, normal: Normal) -> dict[Expr, Expr] | None:
    """Exponents of left/right by base; None unless some exponent is symbolic."""
    if fact.left == 0 or fact.right == 0:
        return None
    left, right = normal.exponents_of(fact.left), normal.exponents_of(fact.right)
    if left is None or right is None:
        return None
    gaps = dict(left)
    for base, exponent in right.items():
        gaps[base] = cancelled(gaps.get(base, ZERO) - exponent)
    gaps = {b: e for b, e in gaps.items() if e != 0}
    return gaps if any(not e.is_Rational for e in gaps.values()) else None


def _logarithm(gaps: dict[Expr, Expr], sign: str, normal: Normal) -> Fact:
    return Fact(sp.Add(*[e * normal.log_of(b) for b, e in gaps.items()]), sign, ZERO)


def _raised(
    base: Expr, gaps: dict[Expr, Expr], sign: str, normal: Normal, signs: Signs
) -> Fact | None:
    """The relation raised to the power that leaves the base bare."""
    exponent = gaps[base]
    way = signs.of(exponent)
    if way not in ("+", "-"):
        return None
    others = [
        normal.power_of(other, cancelled(-e / exponent))
        for other, e in gaps.items()
        if other != base
    ]
    return Fact(base, sign if way == "+" else MIRROR[sign], sp.Mul(*others))
