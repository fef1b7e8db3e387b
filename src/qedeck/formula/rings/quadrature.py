"""Integrals of functions that bend, jump or have poles: intervals are halved where it is worst."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Body = Callable[[Floats], tuple[Floats, Floats]]
"""Values at one point for each instance, and bounds on their errors."""

STEPS = 56
FIRST = 0.4365
"""Where the whole is parted first: off the middle, lest the sides of a pole cancel."""
SETTLED = 1e-9
USABLE = 1e-5
"""A larger error, relative to the value, leaves it unknown."""
FINE, COARSE = 10, 6
NEAR, FAR = 8, 22
"""Powers of a half at which parts about a pole lie."""
LASTING = 0.995
EDGE = 0.5
"""How much of the gap between a value at an end and what the nodes foretell may be error."""


def halved(body: Body, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The integrals with bounds on their errors.

    NaN: there is none, as parts towards one point do not get smaller. An infinite error: unknown.
    """
    shape = np.broadcast_shapes(np.shape(low), np.shape(high))
    while True:
        try:
            return _halved(
                _shaped(body, shape), *(np.broadcast_to(one, shape) for one in (low, high))
            )
        except _Wider as wider:
            shape = wider.shape


class _Wider(Exception):
    """A value for more instances than were known of: a body may be the same for all at first."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.shape = shape


def _shaped(body: Body, shape: tuple[int, ...]) -> Body:
    def shaped(point: Floats) -> tuple[Floats, Floats]:
        values, errors = body(point)
        wider = np.broadcast_shapes(np.shape(values), np.shape(errors), shape)
        if wider != shape:
            raise _Wider(wider)
        return np.broadcast_to(values, shape), np.broadcast_to(errors, shape)

    return shaped


def _halved(body: Body, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    middle = low + FIRST * (high - low)
    lefts, rights = np.stack([low, middle]), np.stack([middle, high])
    pairs = [_panel(body, left, right) for left, right in zip(lefts, rights, strict=True)]
    values, errors = np.stack([one for one, _ in pairs]), np.stack([one for _, one in pairs])
    for _ in range(STEPS):
        scale = np.maximum(np.abs(values).sum(axis=0), 1e-3)
        if np.all(errors.sum(axis=0) <= SETTLED * scale):
            break
        worst = np.argmax(errors, axis=0)[None]
        left, right = (np.take_along_axis(one, worst, 0)[0] for one in (lefts, rights))
        half = (left + right) / 2
        one, other = _panel(body, left, half), _panel(body, half, right)
        lefts, rights = _parted(lefts, worst, left, half), _parted(rights, worst, half, right)
        values = _parted(values, worst, one[0], other[0])
        errors = _parted(errors, worst, one[1], other[1])
    value, error = values.sum(axis=0), errors.sum(axis=0)
    unsettled = ~(error <= USABLE * np.maximum(np.abs(value), 1e-3))
    if np.any(unsettled):
        worst = np.argmax(errors, axis=0)[None]
        left, right = (np.take_along_axis(one, worst, 0)[0] for one in (lefts, rights))
        endless = unsettled & _endless(body, left, right, low, high)
        value = np.where(endless, np.nan, np.where(unsettled, 0.0, value))
        error = np.where(endless, 0.0, np.where(unsettled, np.inf, error))
    return value, error


def _parted(table: Floats, at: Any, first: Floats, second: Floats) -> Floats:
    """A table with one entry of each instance replaced by two."""
    shape = (1, *table.shape[1:])
    np.put_along_axis(table, at, np.broadcast_to(first, shape), 0)
    return np.concatenate([table, np.broadcast_to(second, shape)])


@lru_cache(maxsize=1)
def _rules() -> tuple[Any, Any, Any]:
    """Nodes and weights of two rules, and what extrapolates from the finer to both ends."""
    fine, coarse = np.polynomial.legendre.leggauss(FINE), np.polynomial.legendre.leggauss(COARSE)
    inside = np.polynomial.legendre.legvander(fine[0], FINE - 1)
    ends = np.polynomial.legendre.legvander(np.array([-1.0, 1.0]), FINE - 1)
    return fine, coarse, ends @ np.linalg.inv(inside)


def _panel(body: Body, left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The integral over one interval, and how far two rules and the values at the ends differ."""
    fine, coarse, ends = _rules()
    half, centre = (right - left) / 2, (left + right) / 2
    with np.errstate(all="ignore"):
        seen = [body(centre + half * x) for x in fine[0]]
        values = np.stack(np.broadcast_arrays(*[one[0] for one in seen]))
        noise = np.abs(half) * sum(w * e for w, (_, e) in zip(fine[1], seen, strict=True))
        value = half * np.tensordot(fine[1], values, 1)
        rough = half * sum(
            w * body(centre + half * x)[0] for x, w in zip(*coarse, strict=True)
        )  # fmt: skip
        error = np.abs(value - rough)
        for end, row in zip((left, right), ends, strict=True):
            there = body(end)[0]
            gap = np.abs(np.tensordot(row, values, 1) - there)
            error = error + np.where(np.isfinite(there), EDGE * np.abs(half) * gap, 0.0)
        sure = np.isfinite(value) & np.isfinite(rough)
        same = half == 0
        value = np.where(same, 0.0, np.where(sure, value, 0.0))
        return value, np.where(same, 0.0, np.where(sure, error + noise, np.inf))


def _endless(body: Body, left: Floats, right: Floats, low: Floats, high: Floats) -> Floats:
    """Whether parts ever closer to a point, of one sign, stay as large as they were."""
    length, found = np.abs(high - low), np.zeros(np.shape(left), dtype=bool)
    nodes, weights = np.polynomial.legendre.leggauss(COARSE)
    with np.errstate(all="ignore"):
        for side in (1, -1):
            parts, signs = [], []
            start = np.where(side > 0, left, right)
            start = np.where(start == np.where(side > 0, low, high), start, (left + right) / 2)
            for k in range(NEAR, FAR):
                near, far = length * 2.0 ** -(k + 1), length * 2.0**-k
                points = [start + side * ((far + near) / 2 + (far - near) / 2 * x) for x in nodes]
                inside = [
                    (p >= np.minimum(low, high)) & (p <= np.maximum(low, high)) for p in points
                ]
                values = [np.where(i, body(p)[0], 0.0) for i, p in zip(inside, points, strict=True)]
                total = sum(w * v for w, v in zip(weights, values, strict=True))
                parts.append(np.abs(total) * (far - near) / 2)
                signs.append(np.all([np.sign(v) == np.sign(values[0]) for v in values], axis=0))
            table = np.stack(np.broadcast_arrays(*parts))
            lasting = np.all(table[1:] >= LASTING * table[:-1], axis=0) & (table[0] > 0)
            found = found | (lasting & np.all(signs, axis=0))
    return found
