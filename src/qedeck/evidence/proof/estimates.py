"""Quick values in floats at many points at once: they choose what is worth deciding exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import sympy as sp
from sympy import Expr, Symbol

from qedeck.evidence.proof.certificate import Fact, Unsupported

MARGIN = 1e-7
TIE = 1e-12
Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Columns = Mapping[Symbol, Floats]
"""The value of each symbol at every point."""


def surely_fails(facts: Iterable[Fact], columns: Columns, count: int) -> Truths:
    """At which points some relation is false by a wide margin, or has no value.

    Args:
        facts: Relations; one beyond floats fails nowhere.
        columns: Values of their symbols, of shape (count,).
        count: Points.
    """
    estimates = Estimates(columns, count)
    failed = np.zeros(count, bool)
    for fact in facts:
        sides = estimates.sides(fact)
        if sides is None or fact.sign == "!=":
            continue
        with np.errstate(all="ignore"):
            gap = sides[0] - sides[1]
            room = MARGIN * (1 + abs(sides[0]) + abs(sides[1]))
            broken = {
                "=": abs(gap) > room,
                "<": gap > room,
                "<=": gap > room,
                ">": gap < -room,
                ">=": gap < -room,
            }[fact.sign]
        failed |= broken & np.isfinite(gap)
    return failed | estimates.undefined


def nearly_equal(fact: Fact, columns: Columns, count: int) -> Truths:
    """At which points both sides are numbers that floats hardly tell apart."""
    estimates = Estimates(columns, count)
    sides = estimates.sides(fact)
    if sides is None:
        return np.zeros(count, bool)
    with np.errstate(all="ignore"):
        near = abs(sides[0] - sides[1]) <= TIE * (1 + abs(sides[0]) + abs(sides[1]))
    return np.asarray(near & ~estimates.undefined, bool)


class Estimates:
    """Values of trees at the same points; equal parts are worked out once."""

    def __init__(self, columns: Columns, count: int) -> None:
        self.undefined: Truths = np.zeros(count, bool)
        """Where some part has no value."""
        self._known: dict[Expr, Floats] = {
            symbol: np.asarray(column, float) for symbol, column in columns.items()
        }

    def sides(self, fact: Fact) -> tuple[Floats, Floats] | None:
        """Both sides of a relation; None where floats cannot tell."""
        with np.errstate(all="ignore"):
            try:
                return self.of(fact.left), self.of(fact.right)
            except (Unsupported, OverflowError):
                return None

    def of(self, e: Expr) -> Floats:
        """The values of a tree.

        Raises:
            Unsupported: for a function without a rule.
            OverflowError: for a number that is no float.
        """
        found = self._known.get(e)
        if found is None:
            found = self._known[e] = self._of(e)
        return found

    def _of(self, e: Expr) -> Floats:
        if isinstance(e, Symbol):
            raise Unsupported(e)
        if e.is_number and not e.args:
            return np.float64(float(e))  # type: ignore[return-value]
        parts = [self.of(part) for part in e.args]
        if e.is_Add:
            return reduce(np.add, parts)
        if e.is_Mul:
            return reduce(np.multiply, parts)
        if e.is_Pow:
            return self._power(*parts)
        if isinstance(e, sp.Max | sp.Min):
            return reduce(np.maximum if isinstance(e, sp.Max) else np.minimum, parts)
        rule = _functions().get(e.func)
        if rule is None or len(parts) != 1:
            raise Unsupported(e)
        function, defined = rule
        if defined is not None:
            self.undefined |= ~defined(parts[0])
        return np.asarray(function(parts[0]), float)

    def _power(self, base: Floats, exponent: Floats) -> Floats:
        zero = (base == 0) & (exponent < 0)
        self.undefined |= zero | ((base < 0) & (exponent != np.floor(exponent)))
        return np.asarray(np.power(base, exponent), float)


Rule = tuple[Callable[[Any], Any], Callable[[Any], Any] | None]


@cache
def _functions() -> dict[type[Expr], Rule]:
    """How functions are worked out, and where they are defined."""

    def each(function: Callable[[float], float]) -> Callable[[Any], Any]:
        def value(x: float) -> float:
            try:
                return function(x)
            except (ValueError, OverflowError):
                return math.nan

        return np.vectorize(value, otypes=[float])

    return {
        sp.Abs: (np.abs, None),
        sp.sign: (np.sign, None),
        sp.exp: (np.exp, None),
        sp.log: (np.log, lambda x: ~(x <= 0)),
        sp.sin: (np.sin, None),
        sp.cos: (np.cos, None),
        sp.tanh: (np.tanh, None),
        sp.atan: (np.arctan, None),
        sp.erf: (each(math.erf), None),
        sp.gamma: (each(math.gamma), lambda x: (x > 0) | (x != np.floor(x))),
    }
