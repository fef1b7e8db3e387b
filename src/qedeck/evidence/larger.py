"""The search at larger dimensions and whole numbers than the first search and proofs reach."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from math import prod

import numpy as np

from qedeck.evidence.falsify import Counter, described, shapes_for, simplest
from qedeck.evidence.forms import assumed
from qedeck.evidence.instances import FAILURES, Batch, dimensions_of, draw
from qedeck.evidence.judging import judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.shapes import size_of, some_integers
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Integers, Listing, Member, Number, Power, Symbol, walk

SIZES = (6, 9, 16, 64)
MOST_ENTRIES = 600
"""Numbers in one instance; more take too long."""
EVERY = range(7, 64)
"""Whole numbers that are all tried where a statement has no dimension."""
FAR = tuple(10**k for k in (2, 3, 5, 7, 10, 16, 33))
"""Whole numbers far out, where a bound that is too small is passed."""
COUNT = 24
FEW = 6
"""Values of indices for each shape; two at the largest, which take longest."""
SECONDS = 1.5


def larger(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample at dimensions or whole numbers that are larger; None where none is found."""
    for obligation in todo:
        deadline = time.process_time() + SECONDS
        for batch in _batches(obligation, seed):
            try:
                _, no = judged(obligation.statement, batch.environment, FloatRing())
                broken = batch.meets & np.broadcast_to(np.asarray(no, bool), (batch.count,))
                if broken.any():
                    return described(obligation, batch, simplest(batch, broken))
            except (*FAILURES, ZeroDivisionError):
                pass
            if time.process_time() > deadline:
                break
    return None


def _batches(obligation: Obligation, seed: int) -> Iterator[Batch]:
    scope = obligation.scope
    fixed = {name for name, _ in obligation.fixed}
    open_ones = [name for name in _open_integers(scope) if name not in fixed]
    if scope.laws or not (dimensions_of(scope) or open_ones):
        return  # Joint laws of many variables have too many atoms.
    sizes = (*_spoken(obligation), *SIZES, *(_far(obligation) if open_ones else ()))
    for size in sizes:
        for shape in _shapes(obligation, size):
            for chosen in some_integers(scope, shape, fixed, FEW if size < SIZES[2] else 2):
                for indices in _raised(chosen, open_ones, size):
                    try:
                        yield draw(
                            scope, shape, COUNT, seed + size, indices=indices,
                            fixed=obligation.fixed,
                        )  # fmt: skip
                    except (*FAILURES, ZeroDivisionError):
                        continue


def _spoken(obligation: Obligation) -> tuple[int, ...]:
    """Sizes about the whole numbers that a statement speaks of, where it may turn."""
    values = [part.value for part in walk(obligation.statement) if isinstance(part, Number)]
    whole = {int(value) for value in values if value.denominator == 1 and value >= SIZES[0]}
    near = [n + k for n in sorted(whole)[:4] if n < SIZES[-1] for k in (0, 1)]
    # A length grows as the root of the dimension does: so do bounds that are too small.
    squares = [n**2 + 1 for n in sorted(whole)[:2] if n**2 < MOST_ENTRIES]
    return (*near, *squares)


def _far(obligation: Obligation) -> tuple[int, ...]:
    """Whole numbers far out and about each number of a statement: `10^{40}`, `1000`."""
    about: set[int] = set()
    for part in walk(obligation.statement):
        match part:
            case Number(value):
                about.add(int(value))
            case Power(Number(base), Number(exponent)) if abs(exponent) <= 200:
                about.add(int(base**exponent) if exponent.denominator == 1 else 0)
    near = sorted(one for one in about if SIZES[-1] <= one < 10**300)[:6]
    every = () if dimensions_of(obligation.scope) else EVERY
    return (*(one + k for one in near for k in (0, 1)), *FAR, *every)


def _shapes(obligation: Obligation, size: int) -> list[dict[str, int]]:
    """All dimensions of one size, and one of them alone; those of few numbers."""
    scope = obligation.scope
    found = [one for one in shapes_for(obligation, (size,)) if size in one.values()][:1]
    found = found or shapes_for(obligation, (2,))[:1]
    small = [
        one
        for one in found
        if sum(prod(size_of(axis, one) for axis in d.shape) for d in scope.declared.values())
        <= MOST_ENTRIES
    ]
    return small or [
        {**dict.fromkeys(one, 2), name: size}
        for one in found
        for name in one
        if size <= 2 * SIZES[1]
    ]


def _raised(
    chosen: Mapping[str, int], names: Sequence[str], size: int
) -> Iterator[Mapping[str, int]]:
    """The assignment with its open integers at a size, all of them and each alone."""
    if not names:
        yield chosen
        return
    yield {**chosen, **dict.fromkeys(names, size)}
    if len(names) > 1:
        for name in names:
            yield {**chosen, name: size}


def _open_integers(scope: Scope) -> list[str]:
    """Integers of no listed range."""
    listed = {
        statement.element.name
        for statement in assumed(scope)
        if isinstance(statement, Member)
        and isinstance(statement.element, Symbol)
        and (
            isinstance(statement.region, Listing)
            or (isinstance(statement.region, Integers) and statement.region.kind == "upto")
        )
    }
    return [d.name for d in scope.declared.values() if d.kind == "integer" and d.name not in listed]
