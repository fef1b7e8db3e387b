"""Quick floating-point values: they choose what is worth deciding exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter

import sympy as sp
from sympy import Expr, Symbol

from qedeck.evidence.proof.certificate import Fact, Unsupported

MARGIN = 1e-7
TIE = 1e-12
FUNCTIONS: dict[type[Expr], Callable[[float], float]] = {
    sp.Abs: abs,
    sp.exp: math.exp,
    sp.log: math.log,
    sp.gamma: math.gamma,
    sp.sin: math.sin,
    sp.cos: math.cos,
    sp.tanh: math.tanh,
    sp.erf: math.erf,
    sp.atan: math.atan,
}


def surely_fails(fact: Fact, values: Mapping[Symbol, float]) -> bool:
    """Whether a relation is false by a wide margin, or undefined, as far as floats can tell."""
    try:
        left, right = estimate(fact.left, values), estimate(fact.right, values)
    except (ValueError, ZeroDivisionError):
        return True
    except (OverflowError, Unsupported):
        return False
    gap, room = left - right, MARGIN * (1 + abs(left) + abs(right))
    if not math.isfinite(gap):
        return False
    return {
        "=": abs(gap) > room,
        "!=": False,
        "<": gap > room,
        "<=": gap > room,
        ">": gap < -room,
        ">=": gap < -room,
    }[fact.sign]


def nearly_equal(fact: Fact, values: Mapping[Symbol, float]) -> bool:
    """Whether both sides are numbers that floats hardly tell apart."""
    try:
        left, right = estimate(fact.left, values), estimate(fact.right, values)
    except (ValueError, ArithmeticError, Unsupported):
        return False
    return abs(left - right) <= TIE * (1 + abs(left) + abs(right))


def estimate(e: Expr, values: Mapping[Symbol, float]) -> float:
    """The value of a tree in floats."""
    return _compiled(e)(values)


Float = Callable[[Mapping[Symbol, float]], float]


@lru_cache(maxsize=4096)
def _compiled(e: Expr) -> Float:
    """A tree as nested functions: shared parts are made once."""
    if isinstance(e, Symbol):
        return itemgetter(e)
    if e.is_number and not e.args:
        constant = float(e)
        return lambda values: constant
    parts = tuple(_compiled(a) for a in e.args)
    if e.is_Add:
        return lambda values: math.fsum(part(values) for part in parts)
    if e.is_Mul:
        return lambda values: math.prod(part(values) for part in parts)
    if e.is_Pow:
        return _power(*parts)
    if isinstance(e, sp.Max):
        return lambda values: max(part(values) for part in parts)
    if isinstance(e, sp.Min):
        return lambda values: min(part(values) for part in parts)
    if isinstance(e, sp.sign):
        return lambda values: float(math.copysign(1, x)) if (x := parts[0](values)) else 0.0
    if e.func in FUNCTIONS and len(parts) == 1:
        function = FUNCTIONS[e.func]
        return lambda values: function(parts[0](values))
    raise Unsupported(e)


def _power(base: Float, exponent: Float) -> Float:
    def value(values: Mapping[Symbol, float]) -> float:
        result = base(values) ** exponent(values)
        if isinstance(result, complex):
            raise ValueError
        return float(result)

    return value
