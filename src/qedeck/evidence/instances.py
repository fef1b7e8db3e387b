"""Random instances that meet a statement's hypotheses, many at once.

Values are drawn from a mixture that reaches the places where claims break: zeros, equal
entries, sparse vectors, signs, ends of ranges, parallel vectors, tiny and huge scales.
Assumptions of a known form are met by construction; the others filter, and are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.evidence.drawing import Drawing
from qedeck.evidence.every import written_out
from qedeck.evidence.shapes import FAILURES, dimensions_of, integers_of, shapes_of
from qedeck.formula.evaluate import Environment
from qedeck.formula.rings.floats import Approx
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Expr
from qedeck.formula.values import mapped

Truths = NDArray[np.bool_]

MOST_KEPT = 200
"""Batches kept for other mutants."""

__all__ = [
    "FAILURES",
    "Batch",
    "Drawn",
    "Truths",
    "dimensions_of",
    "draw",
    "integers_of",
    "shapes_of",
]


@dataclass(frozen=True, eq=False)
class Batch:
    """Instances of one shape."""

    environment: Environment[Approx]
    meets: Truths
    """Which instances meet all assumptions."""
    shape: Mapping[str, int]
    """Dimensions, and values of whole numbers."""
    count: int
    sizes: Mapping[str, int] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)
    """Instances of declared functions, by name."""


class Drawn:
    """Batches that the mutants of a statement share: those with the same hypotheses."""

    def __init__(self) -> None:
        self._scopes: list[Scope] = []
        self._batches: dict[Any, Batch] = {}

    def draw(
        self,
        scope: Scope,
        sizes: Mapping[str, int],
        count: int,
        seed: int,
        *,
        indices: Mapping[str, int],
        fixed: tuple[tuple[str, Expr], ...],
        near: tuple[tuple[str, Expr], ...] = (),
    ) -> Batch:
        """See the function of the same name."""
        chosen = tuple(sorted(sizes.items())), tuple(sorted(indices.items()))
        key = (self._number(scope), chosen, count, seed, fixed, near)
        if key not in self._batches:
            if len(self._batches) >= MOST_KEPT:
                self._batches.clear()
            made = draw(scope, sizes, count, seed, indices=indices, fixed=fixed, near=near)
            self._batches[key] = made
        return self._batches[key]

    def _number(self, scope: Scope) -> int:
        for k, known in enumerate(self._scopes):
            if known is scope or known == scope:
                return k
        self._scopes.append(scope)
        return len(self._scopes) - 1


def draw(
    scope: Scope,
    sizes: Mapping[str, int],
    count: int,
    seed: int,
    *,
    indices: Mapping[str, int] | None = None,
    fixed: tuple[tuple[str, Expr], ...] = (),
    near: tuple[tuple[str, Expr], ...] = (),
    scale: int = 0,
) -> Batch:
    """Draw instances of one shape.

    Args:
        scope: What is declared and assumed.
        sizes: Dimensions.
        count: Instances to draw; fewer may meet the assumptions.
        seed: Of the random generator.
        indices: Values of free indices and integer symbols.
        fixed: Symbols that are set to expressions rather than drawn.
        near: Symbols of which some values are drawn close to those of expressions.
        scale: Some numbers are multiplied by 10 to this power, or to its negative.
    """
    scope = written_out(scope, sizes)
    drawing = Drawing(scope, sizes, count, seed, indices or {}, fixed, scale)
    drawing.fill()
    for name, point in near:
        drawing.approach(name, point)
    meets = drawing.filtered()
    names = {d.name for d in scope.declared.values() if d.kind in ("dimension", "integer")}
    whole = {**drawing.sizes, **drawing.indices}
    shape = {name: size for name, size in whole.items() if name in names}
    environment = _meeting(drawing.environment(), meets)
    return Batch(environment, meets, shape, count, drawing.sizes, drawing.members)


def _meeting(environment: Environment[Approx], meets: Truths) -> Environment[Approx]:
    """The environment with values that meet the assumptions in the place of those that do not.

    Nobody asks what holds there, but it costs: hypotheses exclude where a function bends or has
    no value, and all of a batch takes the long way if one of its instances does.
    """
    if meets.all() or not meets.any():
        return environment
    chosen = np.where(meets, np.arange(len(meets)), np.flatnonzero(meets)[0])

    def taken(numbers: Any) -> Any:
        return numbers[chosen] if np.shape(numbers) == meets.shape else numbers

    values = {
        name: mapped(lambda one: Approx(taken(one.value), taken(one.error)), value)
        for name, value in environment.values.items()
    }
    return replace(environment, values=values)
