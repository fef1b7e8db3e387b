"""Limits in floats: the body is followed towards the limit point, and the rest estimated."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.formula.evaluate import Array, Environment, Value, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.tree import Constant, Limit, Node, Number, Statement, Symbol, transformed, walk
from qedeck.formula.values import entries

STEPS = 24
"""Doublings towards infinity, halvings towards a point."""
GOLDEN = 0.6180339887498949
"""Points lie off the powers of two by parts of this, lest something periodic stand still."""
BLURRED = 1e-2
"""An error of this part of a value leaves its size unknown."""


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
    """The value far along the way, with an error that covers the steps that are left.

    A limit without a side is followed from both; where they differ, there is none: NaN. What has
    not settled is not known, which is an unbounded error.
    """
    if isinstance(limit.target, Constant) or limit.side:
        return _from(limit, limit.side or 1, environment, ring)
    above, below = (_from(limit, side, environment, ring) for side in (1, -1))
    if isinstance(above, Array) and isinstance(below, Array):
        pairs = zip(above.entries, below.entries, strict=True)
        return Array(above.shape, tuple(_agreed(a, b) for a, b in pairs))
    if isinstance(above, Approx) and isinstance(below, Approx):
        return _agreed(above, below)
    return ring.unknown()


def absent(
    limit: Limit, environment: Environment[Approx], ring: FloatRing, count: int
) -> NDArray[np.bool_]:
    """Instances, of so many, at which the body is no number anywhere on the way."""
    gone = np.ones(count, dtype=bool)
    sides = (limit.side or 1,) if isinstance(limit.target, Constant) or limit.side else (1, -1)
    for side in sides:
        for step in range(4, STEPS, 2):
            value = _at(limit, step, side, environment, ring)
            for part in entries(value) if value is not None else ():
                gone &= np.broadcast_to(np.isnan(part.value), (count,))
            if not gone.any():
                return gone
    return gone


def _agreed(above: Approx, below: Approx) -> Approx:
    """What two sides come to; no number where they differ."""
    with np.errstate(all="ignore"):
        error = np.maximum(above.error, below.error)
        close = np.abs(above.value - below.value) <= above.error + below.error
        same = close | (np.isinf(above.value) & (above.value == below.value))
    return Approx(np.where(same, above.value, np.nan), error)


def _from(
    limit: Limit, side: int, environment: Environment[Approx], ring: FloatRing
) -> Value[Approx]:
    near_zero = isinstance(limit.target, Number) and limit.target.value == 0
    # Numbers near zero are as fine as they are small.
    steps = [*range(4, STEPS, 2), *(range(STEPS, 64, 4) if near_zero else ())]
    seen = [_at(limit, step, side, environment, ring) for step in steps]
    usable = [value for value in seen if value is not None]
    if len(usable) < 3:
        return ring.unknown()
    return _settled(usable)


def _settled(seen: list[Value[Approx]]) -> Value[Approx]:
    if isinstance(seen[-1], Array):
        columns = zip(*(value.entries for value in seen if isinstance(value, Array)), strict=True)
        return Array(seen[-1].shape, tuple(_last(column) for column in columns))
    return _last([value for value in seen if isinstance(value, Approx)])


def _last(column: Any) -> Approx:
    """The settled value of a sequence, its error covering what the last steps leave open.

    A value counts as settled where steps shrink and all later values stay near it: sequences
    that have not begun to move, and numbers beyond all bounds on the way, deceive otherwise.
    """
    joint = np.broadcast_arrays(*[p.value for p in column], *[p.error for p in column])
    values, errors = np.array(joint[: len(column)], float), np.array(joint[len(column) :], float)
    best, error = np.full_like(values[0], np.nan), np.full_like(values[0], np.inf)
    with np.errstate(all="ignore"):
        steps = np.abs(np.diff(values, axis=0))
        for k in range(2, len(values)):
            bound = 2.0 * steps[k - 1] + errors[k]
            shrinks = (steps[k - 1] <= 0.9 * steps[k - 2]) | (steps[k - 1] <= 4 * errors[k])
            later = np.abs(values[k:] - values[k]) <= bound + 2 * errors[k:]
            stays = np.all(later | ~np.isfinite(values[k:]), axis=0)
            better = np.isfinite(values[k]) & (bound < error) & shrinks & stays
            best, error = np.where(better, values[k], best), np.where(better, bound, error)
        # Where rounding has eaten the digits, values say nothing of where they go.
        far = diverged(np.where(errors <= BLURRED * np.abs(values), values, np.nan))
        blurred = error > BLURRED * np.maximum(np.abs(best), 1.0)
        settled = np.isfinite(error)
        gone = (~settled | blurred) & np.isfinite(far)
        best = np.where(gone, np.where(far > 0, np.inf, -np.inf), best)
        swings = (~settled | blurred) & ~gone & _swinging(values, errors)
    best = np.where(swings, np.nan, np.where(settled | gone, best, 0.0))
    return Approx(best, np.where(gone | swings, 0.0, error))


def _swinging(values: Any, errors: Any) -> Any:
    """Where sequences go up and down in their second half as far as in their first.

    What converges, however slowly, moves less there: the way is doubled from point to point.
    """
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no number in a half
        sharp = np.where(errors <= BLURRED * np.maximum(np.abs(values), 1.0), values, np.nan)
        count = np.isfinite(sharp).sum(axis=0)
        half = np.cumsum(np.isfinite(sharp), axis=0) * 2 > count
        early, late = np.where(half, np.nan, sharp), np.where(half, sharp, np.nan)
        first = np.nanmax(early, axis=0) - np.nanmin(early, axis=0)
        second = np.nanmax(late, axis=0) - np.nanmin(late, axis=0)
        steps = np.sign(np.diff(late, axis=0))
        turns = (steps[1:] * steps[:-1] < 0).sum(axis=0)
        tall = second > BLURRED * np.maximum(np.nanmax(np.abs(late), axis=0), 1.0)
    return (count >= 8) & (turns >= 2) & (second >= first / 2) & tall


def diverged(values: Any) -> Any:
    """The last finite value of sequences that grow beyond all bounds; else NaN."""
    last = np.full_like(values[0], np.nan)
    before, grown = last, np.zeros_like(values[0])
    for row in values:
        finite = np.isfinite(row)
        step = np.abs(row - last)
        more = np.isinf(row) | (finite & (np.isnan(before) | (step >= before)))
        grown = np.where(np.isnan(row), grown, np.where(more, grown + 1, 0))
        before = np.where(finite & np.isfinite(step), step, before)
        last = np.where(finite, row, last)
    return np.where((np.abs(last) > 1e6) & (grown >= 4), last, np.nan)


def _at(
    limit: Limit, step: int, side: int, environment: Environment[Approx], ring: FloatRing
) -> Value[Approx] | None:
    """The body at one point of the way.

    Where it has no value off the whole numbers, the way to infinity leads over them.
    """
    target = limit.target
    off = 1.0 + 0.5 * (step * GOLDEN % 1.0)
    if isinstance(target, Constant) and target.name == "infinity":
        point: Any = exactly(off * 2.0**step)
        whole = exactly(np.floor(off * 2.0**step))
    else:
        near = evaluate(target, environment, ring)
        assert isinstance(near, Approx)
        point = Approx(near.value + side * off * 2.0**-step, near.error)
        whole = None

    def body(at: Any) -> Value[Approx] | None:
        values: Mapping[str, Value[Approx]] = {**environment.values, limit.variable: at}
        try:
            return evaluate(limit.body, replace(environment, values=values), ring)
        except ArithmeticError:
            return None

    value = body(point)
    if whole is None or (value is not None and not _missing(value)):
        return value
    return _filled(value, body(whole))


def _missing(value: Value[Approx]) -> bool:
    return any(bool(np.isnan(part.value).any()) for part in entries(value))


def _filled(value: Value[Approx] | None, other: Value[Approx] | None) -> Value[Approx] | None:
    """A value with another in its place where it is no number."""
    if value is None or other is None:
        return value if other is None else other

    def joined(a: Approx, b: Approx) -> Approx:
        gone = np.isnan(a.value)
        return Approx(np.where(gone, b.value, a.value), np.where(gone, b.error, a.error))

    if isinstance(value, Array) and isinstance(other, Array):
        pairs = zip(value.entries, other.entries, strict=True)
        return Array(value.shape, tuple(joined(a, b) for a, b in pairs))
    if isinstance(value, Approx) and isinstance(other, Approx):
        return joined(value, other)
    return value
