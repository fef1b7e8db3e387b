"""Fair coins in exact numbers: laws of a mean and a variance that have the least higher moments.

A strict bound on moments that holds for all other laws fails at them, by less than floats see.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import isclose

import numpy as np

from qedeck.evidence.laws import variables
from qedeck.formula.evaluate import Environment, FiniteLaw, evaluate
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.floats import Approx
from qedeck.formula.scope import Scope
from qedeck.formula.values import Array

NEAR = 1e-9


def with_coins(
    environment: Environment[Algebraic],
    drawn: tuple[FiniteLaw[Approx], ...],
    k: int,
    scope: Scope,
    ring: AlgebraicRing,
) -> tuple[Environment[Algebraic], AlgebraicRing]:
    """An instance whose laws that were drawn as fair coins are that exactly, and its ring.

    Sound: the mean and the root of the variance are computed in the ring from what the hypotheses
    say, so that the law has this mean and this variance, whatever was drawn.

    Args:
        environment: The instance, in exact numbers and balls.
        drawn: Its laws in floats, in the same order.
        k: Which instance of the batch.
        scope: Of the statement.
        ring: Of the instance: balls, or a field that a root was added to. One root is added.
    """
    laws: list[FiniteLaw[Algebraic]] = []
    for law, plain in zip(environment.laws, drawn, strict=True):
        found = (
            _exact(next(iter(law.symbols)), environment, scope, ring) if _coin(plain, k) else None
        )
        coin, ring = found or (law, ring)
        laws.append(coin)
    return replace(environment, laws=tuple(laws)), ring


def _coin(law: FiniteLaw[Approx], k: int) -> bool:
    """Whether a law of one number has two outcomes of one weight."""
    if len(law.symbols) != 1:
        return False
    (name,) = law.symbols
    weights: dict[float, float] = {}
    for weight, values in law.outcomes:
        value = values[name]
        if isinstance(value, Array):
            return False
        at, mass = _at(value, k), _at(weight, k)
        same = next((one for one in weights if isclose(one, at, rel_tol=NEAR)), at)
        weights[same] = weights.get(same, 0.0) + mass
    return len(weights) == 2 and all(isclose(w, 0.5, rel_tol=NEAR) for w in weights.values())


def _at(value: Approx, k: int) -> float:
    return float(value.value) if value.value.ndim == 0 else float(np.asarray(value.value)[k])


def _exact(
    name: str, environment: Environment[Algebraic], scope: Scope, ring: AlgebraicRing
) -> tuple[FiniteLaw[Algebraic], AlgebraicRing] | None:
    variable = variables(scope)[name]
    if variable.mean is None or variable.variance is None:
        return None
    mean = evaluate(variable.mean, environment, ring)
    variance = evaluate(variable.variance, environment, ring)
    if isinstance(mean, Array) or isinstance(variance, Array):
        return None
    spread, ring = _root(variance, ring)
    half = ring.number(Fraction(1, 2))
    sides = (ring.sub(mean, spread), ring.add(mean, spread))
    return FiniteLaw(tuple((half, {name: side}) for side in sides)), ring


def _root(square: Algebraic, ring: AlgebraicRing) -> tuple[Algebraic, AlgebraicRing]:
    """The root of a number, exactly where it is that of a fraction; then the ring that holds it.

    Fractions are the same in every field over them, so that numbers of before need no change.
    """
    import flint

    root = ring.sqrt(square)
    if root.exact is not None or square.exact is None or square.exact.degree() > 0:
        return root, ring
    minimal = flint.fmpq_poly([-square.exact[0], 0, 1])
    if ring.minimal is None:
        ring = AlgebraicRing(root.ball, minimal)
    return (ring.generator if ring.minimal == minimal else root), ring
