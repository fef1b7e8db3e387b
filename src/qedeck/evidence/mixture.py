"""Numbers in several styles: those that reach the places where claims break."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qedeck.formula.rings.floats import Approx
from qedeck.formula.values import Array, Value

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Random = np.random.Generator


def mixture(random: Random, size: tuple[int, ...]) -> Floats:
    """Numbers, one style for each instance: the first axis counts instances."""
    count = size[0]
    flat = (count, int(np.prod(size[1:], dtype=int)))
    normal = random.normal(size=flat)
    styles = [
        normal,
        random.integers(-3, 4, size=flat).astype(float),
        random.integers(-6, 7, size=flat) / 2,
        normal * (random.random(flat) < 0.4),
        np.repeat(random.normal(size=(count, 1)), flat[1], axis=1),
        random.choice([-1.0, 1.0], size=flat),
        normal * 10.0 ** random.integers(-3, 4, size=(count, 1)),
        (np.arange(flat[1]) == random.integers(0, flat[1], size=(count, 1))) * normal,
    ]
    weights = np.ones(len(styles))
    weights[:2] = 2.0
    style = random.choice(len(styles), size=count, p=weights / weights.sum())
    data = np.choose(style[:, None], styles)
    data[random.random(count) < 0.02] = 0.0
    return data.reshape(size)


def between(
    random: Random,
    count: int,
    low: Floats | None,
    high: Floats | None,
    closed: tuple[bool, bool],
) -> Floats:
    """Numbers within bounds, some at the ends or near them."""
    free = mixture(random, (count, 1))[:, 0]
    if low is None and high is None:
        return free
    if low is not None and high is not None and np.all(np.isfinite(high)):
        part = random.beta(0.6, 0.6, size=count)
        quarters = random.choice([0.25, 0.5, 0.75], size=count)
        part = np.where(random.random(count) < 0.2, quarters, part)
        value = low + part * (high - low)
    else:
        step = np.abs(free)
        away = np.where(random.random(count) < 0.3, np.round(step), step)
        value = low + away if low is not None else np.asarray(high) - away
    near = random.random(count)
    if low is not None:
        value = _at_low(random, value, low, closed[0], near < 0.1)
    if high is not None:
        value = _at_high(value, high, closed[1], near > 0.9)
    return np.asarray(value, dtype=float)


def _at_low(random: Random, value: Floats, low: Floats, closed: bool, near: Truths) -> Floats:
    edge = low if closed else low + 10.0 ** -random.integers(1, 4, len(value))
    value = np.where(near, edge, value)
    return value if closed else np.where(value <= low, low + 0.5, value)


def _at_high(value: Floats, high: Floats, closed: bool, near: Truths) -> Floats:
    edge = high if closed else np.where(np.isinf(high), value, high - 1e-2)
    value = np.where(near, edge, value)
    below = np.where(np.isfinite(high), high - 1e-3, value)
    return value if closed else np.where(value >= high, below, value)


def array_of(shape: tuple[int, ...], data: Floats, error: float | Floats = 0.0) -> Value[Approx]:
    """Instances along the first axis as a value: an array, or a scalar for no axes."""
    flat = data.reshape(len(data), -1)
    bound = np.asarray(error)
    entries = tuple(
        Approx(flat[:, k], bound if bound.ndim < 2 else bound[:, k]) for k in range(flat.shape[1])
    )
    return Array(shape, entries) if shape else entries[0]


def data_of(value: Value[Approx], count: int) -> Floats:
    """The numbers of a value, instances along the first axis, entries along the second."""
    entries = value.entries if isinstance(value, Array) else (value,)
    return np.stack([np.broadcast_to(entry.value, (count,)) for entry in entries], -1)
