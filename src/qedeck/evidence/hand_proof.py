"""Proofs that hand-written checks hand back, verified against the formula on the page."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Literal

from qedeck.evidence.differs import Differs
from qedeck.evidence.reasons import Step
from qedeck.formula.statements import Link
from qedeck.formula.values import entries

Kind = Literal["zero", "sum of squares"]
Squares = tuple[tuple[Any, Any], ...]
"""Weights and roots."""
PROOF_SIZES = (1, 2, 3, 4)
"""Dimensions at which a proof must hold to prove a statement at shapes."""


def verify_zero(links: tuple[Link[Any], ...]) -> None:
    """See that both sides of every link have the same rational normal form."""
    for link in links:
        _see(link.sign == "=", f"the formula has {link.sign}, which no normal form proves")
        for left, right in _pairs(link):
            _see(_vanishes(left - right), f"{left} and {right} differ")


def verify_squares(links: tuple[Link[Any], ...], squares: Squares) -> None:
    """See that the larger side of one link less the smaller is a sum of squares."""
    import sympy

    _see(len(links) == 1, "a sum of squares proves a single inequality")
    (link,) = links
    _see(link.sign in ("<=", ">="), f"a sum of squares does not prove {link.sign}")
    ((left, right),) = _pairs(link)
    larger, smaller = (right, left) if link.sign == "<=" else (left, right)
    total = sympy.Integer(0)
    for weight, root in squares:
        exact = Fraction(weight)
        if exact < 0:
            raise ValueError(f"the weight {weight} is below 0")
        if not root.is_real:
            raise ValueError(f"{root} is not known to be real")
        total += sympy.Rational(exact.numerator, exact.denominator) * root**2
    _see(_vanishes(larger - smaller - total), "the squares do not add up to the difference")


def _see(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Differs(otherwise)


def step(kind: Kind, squares: Squares) -> Step:
    """What was verified."""
    if kind == "zero":
        return Step(("normal form",), "the difference of the sides is 0")
    return Step(("squares",), f"{len(squares)} squares with rational weights")


def _pairs(link: Link[Any]) -> Iterator[tuple[Any, Any]]:
    yield from zip(entries(link.left), entries(link.right), strict=True)


def _vanishes(expression: Any) -> bool:
    import sympy

    return bool(sympy.expand(sympy.numer(sympy.together(expression))) == 0)
