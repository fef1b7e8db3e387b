"""Equations among drawn numbers, met by moving the numbers onto them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.forms import Equation
from qedeck.evidence.mixture import Floats, array_of, data_of
from qedeck.evidence.shapes import FAILURES
from qedeck.formula.evaluate import Value, sides
from qedeck.formula.rings.floats import Approx, exactly
from qedeck.formula.tree import Relation, Statement
from qedeck.formula.values import entries, like, shape

if TYPE_CHECKING:
    from qedeck.evidence.drawing import Drawing

STEPS = 12
SMALL = 1e-12
ENOUGH = 0.9
"""As soon as so many instances are on the equations, no further step is made."""
MOST_NUMBERS = 24


def project(drawing: Drawing, free: set[str], equations: Mapping[str, Equation]) -> None:
    """Move numbers onto the equations that few instances meet.

    Gauss-Newton steps of least length, with slopes by differences. Instances that do not get
    there are left to the filter.
    """
    open_ = [s for s in forms.assumed(drawing.scope) if _to_meet(s, drawing, equations)]
    constructed = {
        name
        for s in forms.assumed(drawing.scope)
        for name in (forms.orthonormal(s), forms.signs(s), forms.permuting(s))
    }
    names = sorted(
        {n for s in open_ for n in forms.reached(s, drawing.scope)}
        & (free - constructed - set(equations))
    )
    start = [data_of(drawing.values[name], drawing.count) for name in names]
    if not open_ or not names or sum(part.shape[1] for part in start) > MOST_NUMBERS:
        return
    gap = residual(drawing, open_, names, start)
    if gap is None or (_worst(gap) <= SMALL).mean() > 0.8:
        return
    moved, gap = descended(drawing, open_, names, start, gap)
    good = _worst(gap) <= 1e-9
    for name, old, new in zip(names, start, moved, strict=True):
        value = drawing.values[name]
        data = np.where(good[:, None], new, old)
        error = np.where(good, 8 * _worst(gap) + 1e-13, 0.0)[:, None] * (1 + np.abs(data))
        drawing.values[name] = array_of(shape(value), data, error)


def _to_meet(statement: Statement, drawing: Drawing, equations: Mapping[str, Equation]) -> bool:
    """Whether a statement is an equation among numbers that nothing constructs."""
    match statement:
        case Relation(_, signs) if "=" in signs:
            pass
        case _:
            return False
    if forms.orthonormal(statement) or forms.signs(statement):
        return False
    random = {d.name for d in drawing.scope.declared.values() if d.kind == "random"}
    names = forms.reached(statement, drawing.scope)
    return not names & (random | set(equations)) and not (
        names <= drawing.sizes.keys() | drawing.indices.keys()
    )


def residual(
    drawing: Drawing, statements: Sequence[Statement], names: Sequence[str], data: list[Floats]
) -> Floats | None:
    """Differences of the sides of all equations, for each instance.

    Args:
        drawing: What is drawn.
        statements: Equations, perhaps in chains.
        names: The numbers that move.
        data: Their entries along the last axis, instances along the last but one.

    Returns:
        The differences along the last axis; None where a side has no value.
    """
    values: dict[str, Value[Approx]] = dict(drawing.values)
    for name, part in zip(names, data, strict=True):
        moved = [exactly(part[..., k]) for k in range(part.shape[-1])]
        values[name] = like(values[name], moved)
    environment = replace(drawing.environment(), values=values)
    found = []
    try:
        for statement in statements:
            for link in sides(statement, environment, drawing.ring):
                if link.sign == "=":
                    pairs = zip(entries(link.left), entries(link.right), strict=True)
                    with np.errstate(all="ignore"):
                        found += [
                            np.broadcast_to(a.value - b.value, data[0].shape[:-1]) for a, b in pairs
                        ]
    except FAILURES:
        return None
    return np.stack(found, axis=-1)


def descended(
    drawing: Drawing,
    statements: Sequence[Statement],
    names: Sequence[str],
    start: list[Floats],
    gap: Floats,
) -> tuple[list[Floats], Floats]:
    """The numbers after the steps, and what is left of the equations."""
    cuts = np.cumsum([part.shape[1] for part in start])[:-1]
    kept = [forms.entry_sign(name, drawing.scope) != "any" for name in names]
    positive = np.concatenate(
        [np.full(part.shape[1], sign) for part, sign in zip(start, kept, strict=True)]
    )
    point = np.concatenate(start, axis=1)
    for _ in range(STEPS):
        slopes = _slopes(drawing, statements, names, point, cuts, gap)
        if slopes is None:
            break
        with np.errstate(all="ignore"):
            step = np.einsum("cij,cj->ci", np.linalg.pinv(slopes), gap)
        trial = point - step
        # A positive number goes at most halfway to zero.
        trial = np.where(positive & (trial <= 0), point / 2, trial)
        left = residual(drawing, statements, names, np.split(trial, cuts, axis=1))
        if left is None:
            break
        point, gap = trial, left
        if (_worst(gap) <= SMALL).mean() > ENOUGH:
            break
    return np.split(point, cuts, axis=1), gap


def _slopes(
    drawing: Drawing,
    statements: Sequence[Statement],
    names: Sequence[str],
    point: Floats,
    cuts: Floats,
    gap: Floats,
) -> Floats | None:
    """Derivatives of the differences, by one evaluation: along a first axis one number moves."""
    steps = 1e-7 * (1 + np.abs(point))
    moved = point + np.eye(point.shape[1])[:, None, :] * steps
    other = residual(drawing, statements, names, np.split(moved, cuts, axis=-1))
    if other is None:
        return None
    with np.errstate(all="ignore"):
        slopes = ((other - gap) / steps.T[:, :, None]).transpose(1, 2, 0)
    return np.where(np.isfinite(slopes), slopes, 0.0)


def _worst(gap: Floats) -> Floats:
    """The largest difference of each instance; infinite where one is not a number."""
    return np.asarray(np.where(np.isfinite(gap), np.abs(gap), np.inf).max(axis=1))
