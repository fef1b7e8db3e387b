"""What it says of a function to be convex, at the points where a formula takes its values."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from qedeck.evidence.proof.algebra import cancelled
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal, Unsupported
from qedeck.evidence.proof.prove import prove
from qedeck.evidence.settings import Setting
from qedeck.formula.evaluate import Array
from qedeck.formula.scope import Scope

MOST_POINTS = 8
STEPS = SECOND


def chords(where: Setting, scope: Scope) -> list[Fact]:
    """That a convex function lies below its chords, for points on a line with two others."""
    convex = {
        name for assumed in scope.assumed if assumed.property == "convex"
        for name in assumed.symbols
    }  # fmt: skip
    arrays = [v for v in where.environment.values.values() if isinstance(v, Array)]
    coordinates = {s for array in arrays for e in array.entries for s in e.free_symbols}
    found: list[Fact] = []
    for name in sorted(convex):
        values = {at: v for v, (function, at) in where.applied.items() if function == name}
        points = list(values)[:MOST_POINTS]
        for middle in points:
            for one, other in combinations([p for p in points if p != middle], 2):
                share = share_of(middle, one, other, coordinates)
                if share is not None and _part(share, where):
                    chord = share * values[one] + (1 - share) * values[other]
                    found.append(Fact(values[middle], "<=", chord))
    return found


def tangents(where: Setting, scope: Scope) -> list[Fact]:
    """That a function that is convex and differentiable lies above its tangents.

    For such a function the slope of the chord from w to w + t (v - w) does not increase as t falls
    to 0, and tends to the gradient's product with v - w: f(v) - f(w), its value at t = 1, is no
    less. The hypotheses grant both properties; points are those that the formula names.
    """
    said = [
        {name for one in scope.assumed if one.property == kind for name in one.symbols}
        for kind in ("convex", "differentiable")
    ]
    found: list[Fact] = []
    for name in sorted(said[0] & said[1]):
        values = {at: v for v, (function, at) in where.applied.items() if function == name}
        slopes: dict[tuple[Any, ...], list[Any]] = {}
        for slope, (function, at) in where.applied.items():
            if function == f"{name}'":
                slopes.setdefault(at, []).append(slope)
        for at in [one for one in slopes if one in values][:MOST_POINTS]:
            for point in [one for one in values if one != at][:MOST_POINTS]:
                steps = [
                    slope * (new - old)
                    for slope, new, old in zip(slopes[at], point, at, strict=True)
                ]
                found.append(Fact(values[point], ">=", sum(steps, values[at])))
    return found


def share_of(
    middle: tuple[Any, ...], one: tuple[Any, ...], other: tuple[Any, ...], coordinates: set[Any]
) -> Any:
    """The s with middle = s one + (1 - s) other, free of coordinates; None where there is none."""
    import sympy

    rises = [sympy.expand(a - b) for a, b in zip(one, other, strict=True)]
    gaps = [a - b for a, b in zip(middle, other, strict=True)]
    first = next((k for k, rise in enumerate(rises) if rise != 0), None)
    if first is None:
        return None
    try:
        share = cancelled(gaps[first] / rises[first])
        if share.free_symbols & coordinates:
            return None
        pairs = zip(gaps, rises, strict=True)
        same = all(cancelled(gap - share * rise) == 0 for gap, rise in pairs)
    except Unsupported:
        return None
    return share if same else None


def _part(share: Any, where: Setting) -> bool:
    """Whether a share is from 0 to 1, by the facts."""
    zero, one = share * 0, share * 0 + 1
    goals = [Goal(zero, "<=", share, where.facts), Goal(share, "<=", one, where.facts)]
    return all(isinstance(prove(goal, Budget.of(STEPS)), Certificate) for goal in goals)
