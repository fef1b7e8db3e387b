"""The search at larger dimensions and whole numbers than the first search and proofs reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from qedeck.evidence.effort import effort
from qedeck.evidence.falsify import among, shapes_for
from qedeck.evidence.forms import assumed, reached
from qedeck.evidence.instances import FAILURES, Batch, dimensions_of, draw
from qedeck.evidence.judging import judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Counter
from qedeck.evidence.shapes import numbers_of, ranges_of, some_integers
from qedeck.evidence.thresholds import thresholds
from qedeck.formula.evaluate import TooLarge
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Integers, Listing, Member, Number, Power, Space, Symbol, walk

SIZES = (6, 9, 16, 64)
MOST_ENTRIES = 600
"""Numbers in one instance; more take too long."""
MOST_AT_ONCE = 25_000
"""Numbers in one instance where a statement says that it turns."""
SMALL = 5
"""Sizes that the first search reaches."""
MOST_SPOKEN = 512
"""Numbers that a statement speaks of and that are tried as sizes."""
EVERY = range(7, 64)
"""Whole numbers that are all tried where a statement has no dimension."""
FAR = tuple(10**k for k in (2, 3, 4, 5, 7, 10, 16, 33))
"""Whole numbers far out, where a bound that is too small is passed."""
COUNT = 24
FEW = 6
"""Values of indices for each shape; two at the largest, which take longest."""
STEPS = 1.5 * SECOND


def larger(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample at dimensions or whole numbers that are larger; None where none is found.

    One that nothing confirms is returned where there is no other.

    Raises:
        TooLarge: where a statement says that it turns at a number that cannot be tried.
    """
    doubtful = None
    for obligation in todo:
        found = _at_thresholds(obligation, seed)
        if found is not None and found.certain:
            return found
        doubtful = doubtful or found
        budget, thin = Budget.of(STEPS), sparse(obligation)
        for batch in _batches(thin, seed):
            try:
                _, no = judged(obligation.statement, batch.environment, FloatRing())
                broken = batch.meets & np.broadcast_to(np.asarray(no, bool), (batch.count,))
                found = among(thin, batch, broken)
                if found is not None and found.certain:
                    return found
                doubtful = doubtful or found
            except (*FAILURES, ZeroDivisionError):
                pass
            budget.took(effort(obligation.statement, batch.environment))
            if not budget.left:
                break
    return doubtful


def _at_thresholds(obligation: Obligation, seed: int) -> Counter | None:
    """A counterexample on either side of a number at which a statement says that it turns."""
    doubtful = None
    for turn in thresholds(obligation):
        for size in (turn, turn + 1):
            if size <= SMALL:
                continue
            tried, left_out = False, ""
            for batch in _turned(obligation, size, seed):
                if isinstance(batch, str):
                    left_out = batch
                    continue
                try:
                    _, no = judged(obligation.statement, batch.environment, FloatRing())
                except TooLarge as error:
                    left_out = str(error)
                    continue
                except (*FAILURES, ZeroDivisionError):
                    continue
                tried = True
                broken = batch.meets & np.broadcast_to(np.asarray(no, bool), (batch.count,))
                found = among(obligation, batch, broken)
                if found is not None and found.certain:
                    return found
                doubtful = doubtful or found
            if left_out and not tried:
                raise TooLarge(
                    f"it turns at {turn}, and cannot be tried at {size} ({left_out}); "
                    "write a smaller number, or none"
                )
    return doubtful


def _turned(obligation: Obligation, size: int, seed: int) -> Iterator[Batch | str]:
    """Instances in which whole numbers are as large as a size, or why there are none."""
    scope = obligation.scope
    fixed = {name for name, _ in obligation.fixed}
    names = dimensions_of(scope)
    open_ones = [name for name in _open_integers(scope) if name not in fixed]
    shapes = [one for one in shapes_for(obligation, (size,)) if size in one.values()]
    alone = [{**one, **dict.fromkeys(names, 2), n: size} for one in shapes[:1] for n in names]
    small = shapes_for(obligation, (2,))[:1] if open_ones else []
    # The others as `thresholds` takes them; all of one size only where they are few.
    even = [one for one in shapes[:1] if len(names) == 1 or numbers_of(scope, one) <= MOST_ENTRIES]
    for shape in (*(alone if len(names) > 1 else ()), *even, *small):
        many = numbers_of(scope, shape)
        if many > MOST_AT_ONCE or (scope.laws and shape not in small):
            yield f"{many} numbers" if many > MOST_AT_ONCE else "laws of so many variables"
            continue
        count = COUNT if many <= MOST_ENTRIES else FEW
        chosen = some_integers(scope, shape, fixed, 2)
        last = {n: max(values) for n, values in ranges_of(scope, shape).items() if n not in fixed}
        for start in (*chosen, last):
            for indices in _raised(start, open_ones, size):
                try:
                    yield draw(
                        scope, shape, count, seed + size, indices=indices, fixed=obligation.fixed
                    )
                except TooLarge as error:
                    yield str(error)
                except (*FAILURES, ZeroDivisionError):
                    continue


def sparse(obligation: Obligation) -> Obligation:
    """The obligation without the arrays that neither it nor a hypothesis mentions.

    Their sizes may be mentioned, and are then free to be as large as whole numbers are. Any
    values of such arrays complete a counterexample, so none is made up by leaving them out.
    """
    scope = obligation.scope
    needed = set().union(*(reached(e, scope) for _, e in obligation.fixed))
    needed |= reached(obligation.statement, scope) | {name for name, _ in obligation.fixed}
    for one in scope.assumed:
        match one.statement:
            case Member(Symbol(_, shape), Space()) if shape:
                continue
            case None:
                needed |= set(one.symbols)
            case statement:
                needed |= reached(statement, scope)
    idle = {name for name in _arrays(scope) if name not in needed}
    kept = [e for e in scope.assumed if e.statement is None or not e.statement.names & idle]
    declared = {name: d for name, d in scope.declared.items() if name not in idle}
    return replace(obligation, scope=replace(scope, declared=declared, assumed=tuple(kept)))


def _arrays(scope: Scope) -> list[str]:
    return [d.name for d in scope.declared.values() if d.kind == "real" and d.shape]


def _batches(obligation: Obligation, seed: int) -> Iterator[Batch]:
    scope = obligation.scope
    fixed = {name for name, _ in obligation.fixed}
    open_ones = [name for name in _open_integers(scope) if name not in fixed]
    if scope.laws or not (dimensions_of(scope) or open_ones):
        return  # Joint laws of many variables have too many atoms.
    unbounded = open_ones or not _arrays(scope)
    sizes = (*_spoken(obligation), *SIZES, *(_far(obligation) if unbounded else ()))
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
    near = [n + k for n in sorted(whole)[:4] if n < MOST_SPOKEN for k in (0, 1)]
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
    small = [one for one in found if numbers_of(scope, one) <= MOST_ENTRIES]
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
