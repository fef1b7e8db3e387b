"""Shapes and whole numbers to try: dimensions, free indices, integer symbols."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from math import prod

import numpy as np

from qedeck.evidence.every import whole
from qedeck.evidence.forms import assumed, names_in, orthonormal
from qedeck.formula.evaluate import (
    Environment,
    Inexact,
    TooLarge,
    Undecided,
    Undefined,
    Unsupported,
    holds,
)  # fmt: skip
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Integers, Listing, Member, Number, Relation, Symbol

FAILURES = (Inexact, Undecided, Undefined, Unsupported, TooLarge, ValueError, OverflowError)

SIZES = (1, 2, 3, 4, 5)
MIXED = ((2, 3), (3, 2), (1, 3), (4, 2))
"""Sizes of two or more dimensions, cycled through; equal ones come from SIZES."""


MOST_VALUES = 1000
"""Of an integer with a written bound."""


def dimensions_of(scope: Scope) -> tuple[str, ...]:
    """Names of the dimensions in a scope, in order of declaration."""
    return tuple(d.name for d in scope.declared.values() if d.kind == "dimension")


def size_of(axis: str | int, sizes: Mapping[str, int]) -> int:
    """The length of an axis."""
    return axis if isinstance(axis, int) else sizes.get(axis, 1)


def numbers_of(scope: Scope, sizes: Mapping[str, int]) -> int:
    """How many numbers one instance of a shape has."""
    return sum(prod(size_of(axis, sizes) for axis in d.shape) for d in scope.declared.values())


def shapes_of(scope: Scope, sizes: tuple[int, ...] = SIZES) -> list[dict[str, int]]:
    """The dimensions to try: equal ones first, then unequal ones; those that assumptions allow."""
    given = written(scope)
    names = [name for name in dimensions_of(scope) if name not in given]
    if not names:
        return [shape for shape in [given] if allowed(scope, shape)]
    found = [{**given, **dict.fromkeys(names, size)} for size in sizes]
    if len(names) > 1:
        for k, pair in enumerate(MIXED):
            mixed = {n: pair[(j + k * (j > 1)) % 2] for j, n in enumerate(names)}
            found.append({**given, **mixed})
    return [shape for shape in found if allowed(scope, shape)]


def written(scope: Scope) -> dict[str, int]:
    """Dimensions that an assumption sets to a number: `h = 1`."""
    names = dimensions_of(scope)
    found: dict[str, int] = {}
    for statement in assumed(scope):
        match statement:
            case Relation((Symbol(name), Number(value)) | (Number(value), Symbol(name)), ("=",)):
                if name in names and value.denominator == 1 and value >= 1:
                    found.setdefault(name, int(value))
    return found


def allowed(scope: Scope, sizes: Mapping[str, int]) -> bool:
    """Whether the assumptions about dimensions alone hold at these sizes."""
    ring = FloatRing()
    environment = Environment[Approx](sizes=dict(sizes))
    for statement in assumed(scope):
        if not names_in(statement) <= set(sizes):
            continue
        try:
            verdict = holds(statement, environment, ring)
        except FAILURES:
            continue
        if np.all(verdict.no):
            return False
    return _orthogonal_fits(scope, sizes)


def _orthogonal_fits(scope: Scope, sizes: Mapping[str, int]) -> bool:
    """More orthonormal columns than rows do not exist."""
    for statement in assumed(scope):
        name = orthonormal(statement)
        if name is not None:
            rows, columns = (size_of(axis, sizes) for axis in scope.declared[name].shape)
            if columns > rows:
                return False
    return True


def integers_of(scope: Scope, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """All assignments of free indices and integer symbols within their ranges."""
    ranges = ranges_of(scope, sizes)
    return (dict(zip(ranges, values, strict=True)) for values in product(*ranges.values()))


def some_integers(
    scope: Scope, sizes: Mapping[str, int], fixed: set[str], most: int
) -> list[dict[str, int]]:
    """Assignments of what is not fixed: all where they are few, else spread over the ranges."""
    ranges = {n: r for n, r in ranges_of(scope, sizes).items() if n not in fixed}
    if prod(len(values) for values in ranges.values()) <= most:
        chosen = list(product(*ranges.values()))
    else:
        # Each column reaches all values of its range, in an order of its own.
        random = np.random.default_rng(0)
        columns = [random.permutation(np.resize(values, most)) for values in ranges.values()]
        least = tuple(values[0] for values in ranges.values())
        rows = [tuple(map(int, row)) for row in zip(*columns, strict=True)]
        chosen = list(dict.fromkeys([least, *rows]))[:most]
    return [dict(zip(ranges, values, strict=True)) for values in chosen]


def ranges_of(scope: Scope, sizes: Mapping[str, int]) -> dict[str, list[int]]:
    """The values to try of each free index and integer symbol."""
    ranges: dict[str, list[int]] = {}
    for declared in scope.declared.values():
        if declared.kind == "index":
            axis = declared.shape[0] if declared.shape else 1
            ranges[declared.name] = list(range(1, size_of(axis, sizes) + 1))
        elif declared.kind == "integer":
            ranges[declared.name] = _integer_range(declared.name, scope, sizes)
    return ranges


def _integer_range(name: str, scope: Scope, sizes: Mapping[str, int]) -> list[int]:
    """The values to try of an integer, within what is assumed of it alone."""
    found = list(range(1, 6))
    for statement in assumed(scope):
        match statement:
            case Member(Symbol(symbol), Integers("upto", high)) if symbol == name:
                if isinstance(high, Number):
                    return _upto(int(high.value))
                if high is not None and names_in(high) <= set(sizes):
                    try:
                        return list(range(1, whole(high, sizes) + 1))
                    except FAILURES:
                        continue
            case Member(Symbol(symbol), Listing(elements)) if symbol == name:
                return [int(e.value) for e in elements if isinstance(e, Number)]
            case Member(Symbol(symbol), Integers("Z")) if symbol == name:
                found = list(range(-2, 4))
    return _allowed_values(name, found, scope, sizes)


def _upto(high: int) -> list[int]:
    """All whole numbers to a bound, or the ends where they are very many."""
    if high <= MOST_VALUES:
        return list(range(1, high + 1))
    return [*range(1, MOST_VALUES // 2), high // 2, high - 1, high]


def _allowed_values(
    name: str, values: list[int], scope: Scope, sizes: Mapping[str, int]
) -> list[int]:
    """As many values that meet the relations that bound this integer, by sizes alone."""
    bounding = [
        statement
        for statement in assumed(scope)
        if isinstance(statement, Relation)
        and name in names_in(statement)
        and names_in(statement) <= {name, *sizes}
    ]

    def fits(value: int) -> bool:
        environment = Environment[Approx](sizes=dict(sizes), indices={name: value})
        ring = FloatRing()
        return not any(bool(np.all(holds(s, environment, ring).no)) for s in bounding)

    if not bounding:
        return values
    lower = range(min(values) - 1, min(values) - 20, -1) if min(values) < 1 else ()
    wider = [*values, *range(max(values) + 1, max(values) + 20), *lower]
    return list(islice(filter(fits, wider), len(values)))
