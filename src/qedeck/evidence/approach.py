"""Limits in floats: the body is followed towards the limit point, and the rest estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from qedeck.formula.evaluate import Array, Environment, Value, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.tree import Constant, Limit, Node, Statement, Symbol, transformed, walk

STEPS = 24
"""Doublings towards infinity, halvings towards a point."""


def with_limits(
    statement: Statement, environment: Environment[Approx], ring: FloatRing
) -> tuple[Statement, Environment[Approx]]:
    """The statement with each limit replaced by a symbol, and that symbol's value.

    The value is the body far along the way; its error is at least eight times the last step, so
    that only differences which the approach cannot explain count.
    """
    limits = [part for part in walk(statement) if isinstance(part, Limit)]
    if not limits:
        return statement, environment
    values: dict[str, Value[Approx]] = dict(environment.values)
    names: dict[Limit, str] = {}
    for k, limit in enumerate(dict.fromkeys(limits)):
        names[limit] = f"\\lim_{k}"
        values[names[limit]] = approached(limit, environment, ring)

    def change(node: Node) -> Node:
        return Symbol(names[node]) if isinstance(node, Limit) and node in names else node

    result = transformed(statement, change)
    assert isinstance(result, Statement)
    return result, replace(environment, values=values)


def approached(limit: Limit, environment: Environment[Approx], ring: FloatRing) -> Value[Approx]:
    """The value far along the way, with an error that covers the steps that are left."""
    seen = [_at(limit, step, environment, ring) for step in range(4, STEPS, 2)]
    usable = [value for value in seen if value is not None]
    if len(usable) < 3:
        return exactly(np.nan)
    return _settled(usable)


def _settled(seen: list[Value[Approx]]) -> Value[Approx]:
    if isinstance(seen[-1], Array):
        columns = zip(*(value.entries for value in seen if isinstance(value, Array)), strict=True)
        return Array(seen[-1].shape, tuple(_last(column) for column in columns))
    return _last([value for value in seen if isinstance(value, Approx)])


def _last(column: Any) -> Approx:
    """The last finite value of a sequence, its error covering what the last steps leave open."""
    values = np.array(np.broadcast_arrays(*[part.value for part in column]), dtype=float)
    errors = np.array(np.broadcast_arrays(*[part.error for part in column]), dtype=float)
    errors = np.broadcast_to(errors, values.shape) if errors.size else np.zeros_like(values)
    best, error = values[0].copy(), np.full_like(values[0], np.inf)
    with np.errstate(all="ignore"):
        for k in range(1, len(values)):
            step = np.abs(values[k] - values[k - 1])
            bound = 2.0 * step + errors[k]
            better = np.isfinite(values[k]) & np.isfinite(bound) & (bound < error)
            best, error = np.where(better, values[k], best), np.where(better, bound, error)
        # Ever larger steps beyond all bounds are a divergence, not an approach.
        steps = np.diff(values, axis=0)
        away = np.all(np.abs(steps[1:]) >= np.abs(steps[:-1]), axis=0) | ~np.isfinite(values[-1])
        gone = away & ((np.abs(values[-1]) > 1e6) | np.isinf(values[-1]))
    best = np.where(gone, np.sign(values[-1]) * np.inf, np.where(np.isfinite(error), best, np.nan))
    return Approx(best, np.where(gone | ~np.isfinite(error), 0.0, error))


def _at(
    limit: Limit, step: int, environment: Environment[Approx], ring: FloatRing
) -> Value[Approx] | None:
    target = limit.target
    if isinstance(target, Constant) and target.name == "infinity":
        point: Any = exactly(2.0**step)
    else:
        near = evaluate(target, environment, ring)
        assert isinstance(near, Approx)
        side = limit.side or 1
        point = Approx(near.value + side * 2.0**-step, near.error)
    values: Mapping[str, Value[Approx]] = {**environment.values, limit.variable: point}
    try:
        return evaluate(limit.body, replace(environment, values=values), ring)
    except ArithmeticError:
        return None
