"""Quick floating-point values: they choose what is worth deciding exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import sympy as sp
from sympy import Expr, Symbol

from qedeck.evidence.proof.certificate import Fact, Unsupported

MARGIN = 1e-7
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


def estimate(e: Expr, values: Mapping[Symbol, float]) -> float:
    """The value of a tree in floats."""
    if isinstance(e, Symbol):
        return values[e]
    if e.is_number and not e.args:
        return float(e)
    if e.is_Add:
        return math.fsum(estimate(a, values) for a in e.args)
    if e.is_Mul:
        return math.prod(estimate(a, values) for a in e.args)
    if e.is_Pow:
        result = estimate(e.base, values) ** estimate(e.exp, values)
        if isinstance(result, complex):
            raise ValueError
        return float(result)
    if isinstance(e, sp.Max | sp.Min):
        items = [estimate(a, values) for a in e.args]
        return max(items) if isinstance(e, sp.Max) else min(items)
    if isinstance(e, sp.sign):
        x = estimate(e.args[0], values)
        return float((x > 0) - (x < 0))
    if e.func in FUNCTIONS and len(e.args) == 1:
        return FUNCTIONS[e.func](estimate(e.args[0], values))
    raise Unsupported(e)
