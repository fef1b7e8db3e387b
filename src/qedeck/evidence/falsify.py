"""The search for counterexamples: random instances of many shapes, in floats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from math import prod
from typing import Any

import numpy as np

from qedeck.evidence.approach import with_limits
from qedeck.evidence.confirmation import confirmed, symbolically
from qedeck.evidence.instances import FAILURES, Batch, Drawn, Truths, dimensions_of, draw, shapes_of
from qedeck.evidence.judging import asked, judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Confirmation, Counter
from qedeck.evidence.relabelling import alike, some_patterns
from qedeck.evidence.report import without_value
from qedeck.evidence.shapes import numbers_of, some_integers
from qedeck.formula.evaluate import Array, Environment, TooLarge, Undefined, Value, sides
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.tree import Implies, Matrix, Statement, Vector
from qedeck.formula.values import Misshapen

COUNT = 256
MAX_COMBINATIONS = 12
ENOUGH = 1000
"""Effective instances of a statement; with fewer, more are drawn."""
ROUNDS = 8
MOST_JOINT = 100
"""Joint outcomes over which a mutant is confirmed exactly: each of them is gone through."""
TRIES = 3
"""Instances of one batch that are decided exactly."""
MOST_TRIED = 24
"""Instances of one search that are; then one of each batch."""
FEW_PROOFS = 2
LARGE = (*range(6, 21), 25, 26, 36, 37, 50, 64, 65, 100)
"""Dimensions that are tried where no small one has instances that say something."""
LARGE_COUNT = 96
MOST_NUMBERS = 600
"""In one such instance."""
FEW = 6
"""Instances and values of indices of each shape, where floats decide nothing."""


@dataclass(frozen=True)
class Trial:
    """What the search over all obligations found."""

    effective: int = 0
    attempted: int = 0
    shapes: tuple[Mapping[str, int], ...] = ()
    """Dimensions and whole numbers of the instances."""
    largest_error: float = 0.0
    counter: Counter | None = None
    """A counterexample that exact numbers or balls confirm."""
    doubtful: Counter | None = None
    """What floats call a counterexample, and nothing confirms or explains away."""
    vacuous: tuple[Obligation, ...] = ()
    """Obligations for which no instance met the assumptions and was defined."""
    without_value: Counter | None = None
    """Of these, an instance that meets the assumptions."""
    failure: str = ""
    """Why an obligation could not be evaluated at all."""
    outside_axis: bool = False
    """It uses an index that an axis does not have, or does not type at a shape."""

    @property
    def against(self) -> Counter | None:
        """What keeps a statement from passing: a mutant with this is noticed."""
        return self.counter or self.doubtful


def batches(
    obligation: Obligation,
    seed: int,
    *,
    count: int = COUNT,
    sizes: Sequence[int] | None = None,
    drawn: Drawn | None = None,
    most: int = MAX_COMBINATIONS,
) -> Iterator[Batch]:
    """Batches of instances over shapes and values of indices, at most so many for each shape."""
    for make in _makers(obligation, seed, count, sizes, drawn, most):
        yield make()


def _makers(
    obligation: Obligation,
    seed: int,
    count: int,
    sizes: Sequence[int] | None = None,
    drawn: Drawn | None = None,
    most: int = MAX_COMBINATIONS,
) -> Iterator[Callable[[], Batch]]:
    """What draws each batch."""
    drawer = drawn.draw if drawn is not None else draw
    fixed = {name for name, _ in obligation.fixed}
    even = alike(obligation)
    for shape in shapes_for(obligation, sizes):
        chosen = some_patterns if even else some_integers
        combinations = chosen(obligation.scope, shape, fixed, most)
        for k, indices in enumerate(combinations):
            many = max(24, count // len(combinations))
            yield partial(
                drawer, obligation.scope, shape, many, seed + 7919 * k + sum(shape.values()),
                indices=indices, fixed=obligation.fixed, near=obligation.near,
            )  # fmt: skip


def sizes_written(obligation: Obligation) -> dict[str, int]:
    """The dimensions that a vector or matrix sets which an equality case writes out."""
    found: dict[str, int] = {}
    for name, expr in obligation.fixed:
        declared = obligation.scope.declared.get(name)
        if declared is None or not isinstance(expr, Vector | Matrix):
            continue
        lengths = [len(expr.entries)] if isinstance(expr, Vector) else _lengths(expr)
        pairs = zip(declared.shape, lengths, strict=False)
        found.update((axis, length) for axis, length in pairs if isinstance(axis, str))
    return found


def shapes_for(obligation: Obligation, sizes: Sequence[int] | None) -> list[dict[str, int]]:
    """The shapes of an obligation; a vector written out in an equality case sets its size."""
    given = sizes_written(obligation)
    chosen = shapes_of(obligation.scope, tuple(sizes)) if sizes else shapes_of(obligation.scope)
    if not given:
        return chosen
    merged = [{**shape, **given} for shape in chosen]
    return [dict(items) for items in dict.fromkeys(tuple(shape.items()) for shape in merged)]


def _lengths(matrix: Matrix) -> list[int]:
    return [len(matrix.rows), len(matrix.rows[0])]


def falsify(
    todo: Sequence[Obligation],
    seed: int,
    *,
    count: int = COUNT,
    first_only: bool = False,
    drawn: Drawn | None = None,
    most: int = MAX_COMBINATIONS,
) -> Trial:
    """Search all obligations for a counterexample.

    Args:
        todo: What must hold.
        seed: Of the instances.
        count: Instances for each shape.
        first_only: Stop at the first counterexample without counting on.
        drawn: Batches to share with other searches.
        most: Values of indices for each shape.
    """
    state = _State(first_only)
    for obligation in todo:
        state.here, before = 0, state.attempted
        try:
            for batch in _rounds(obligation, seed, count, state, drawn, most):
                try:
                    state.take(obligation, batch)
                except Undefined as error:
                    state.large = state.large or without_value(error)
                except TooLarge as error:
                    state.large = state.large or f"TooLarge: {error}"
                if state.counter is not None and first_only:
                    return state.trial()
            if state.attempted == before:
                state.failure = state.failure or state.large
            if not state.here and state.counter is None and not state.failure:
                state.larger(obligation, seed)
        except (*FAILURES, ZeroDivisionError) as error:
            state.failure = state.failure or without_value(error)
            state.outside_axis = state.outside_axis or isinstance(error, Misshapen)
        if not state.here and state.counter is None and not state.failure:
            state.exactly(obligation, seed)
        if state.counter is not None:
            break
    return state.trial()


def _rounds(
    obligation: Obligation, seed: int, count: int, state: _State, drawn: Drawn | None, most: int
) -> Iterator[Batch]:
    """Batches until enough instances are effective, or some rounds did not do."""
    for number in range(ROUNDS if obligation.role == "statement" and count >= COUNT else 1):
        for make in _makers(obligation, seed + 104729 * number, count, drawn=drawn, most=most):
            try:
                yield make()
            except TooLarge as error:
                state.large = f"TooLarge: {error}"
        if state.here >= ENOUGH or not state.here or state.counter is not None:
            break


@dataclass
class _State:
    """Counts while a search runs."""

    first_only: bool = False
    """The search ends with a counterexample, and nobody asks how large errors were."""
    effective: int = 0
    attempted: int = 0
    shapes: list[Mapping[str, int]] = field(default_factory=list)
    largest_error: float = 0.0
    counter: Counter | None = None
    doubtful: Counter | None = None
    vacuous: list[Obligation] = field(default_factory=list)
    without_value: Counter | None = None
    failure: str = ""
    outside_axis: bool = False
    large: str = ""
    """Why a shape was left out."""
    here: int = 0
    """Effective instances of the obligation at hand."""
    proofs: int = 0
    """Instances at which a proof was sought that the statement fails."""
    tried: int = 0
    """Instances that were decided exactly."""

    def trial(self) -> Trial:
        return Trial(
            self.effective, self.attempted, tuple(self.shapes), self.largest_error,
            self.counter, self.doubtful, tuple(self.vacuous), self.without_value,
            self.failure, self.outside_axis,
        )  # fmt: skip

    def take(self, obligation: Obligation, batch: Batch) -> None:
        """Judge one batch."""
        ring = FloatRing()
        said = asked(obligation.statement, batch.environment, ring)
        if not (batch.meets & said).any():
            # What is said under conditions that no instance meets is neither kept nor broken.
            self.attempted += batch.count
            return
        verdict = judged(obligation.statement, batch.environment, ring)
        yes, no = (np.broadcast_to(np.asarray(v, bool), (batch.count,)) for v in verdict)
        broken = batch.meets & no
        if broken.any() and self.counter is None:
            self.confirm(obligation, batch, broken)
            if self.counter is not None and self.first_only:
                return
        good = int((batch.meets & (yes | no) & said).sum())
        self.effective += good
        self.here += good
        self.attempted += batch.count
        if good and obligation.role == "statement":
            shape = batch.shape
            if shape not in self.shapes:
                self.shapes.append(shape)
            if self.first_only:
                return
            counted = np.broadcast_to(batch.meets & yes & said, (batch.count,))
            error = equality_error(obligation.statement, batch, counted, ring)
            self.largest_error = max(self.largest_error, error)

    def larger(self, obligation: Obligation, seed: int) -> None:
        """Judge larger shapes, where no small one has instances that say something."""
        names = dimensions_of(obligation.scope)
        if not names or obligation.scope.laws:
            return
        sizes = [
            size for size in LARGE
            if numbers_of(obligation.scope, dict.fromkeys(names, size)) <= MOST_NUMBERS
        ]  # fmt: skip
        for make in _makers(obligation, seed, LARGE_COUNT, sizes, most=FEW) if sizes else ():
            try:
                self.take(obligation, make())
            except (*FAILURES, ZeroDivisionError):
                continue
            if self.counter is not None or self.here >= ENOUGH:
                return

    def confirm(self, obligation: Obligation, batch: Batch, broken: Truths) -> None:
        """Keep what is a counterexample by exact numbers, and remember what may be one."""
        if (
            self.first_only
            and prod(len(law.outcomes) for law in batch.environment.laws) > MOST_JOINT
        ):
            self.doubtful = self.doubtful or described(obligation, batch, simplest(batch, broken))
            return
        for at in by_length(batch, broken)[: TRIES if self.tried < MOST_TRIED else 1]:
            self.tried += 1
            said = confirmed(obligation, batch, at)
            if said == "open" and not self.first_only and self.proofs < FEW_PROOFS:
                self.proofs += 1
                said = "false" if symbolically(obligation, batch, at) else "open"
            if said == "false":
                self.counter = described(obligation, batch, at, "balls")
                return
            if said == "open" and self.doubtful is None:
                self.doubtful = described(obligation, batch, at)

    def exactly(self, obligation: Obligation, seed: int) -> None:
        """Ask exact numbers at a few instances, where floats find none that says something."""
        found = False
        try:
            for batch in batches(obligation, seed, count=FEW, most=FEW):
                for at in range(min(FEW, batch.count)):
                    said = confirmed(obligation, batch, at, asked=True)
                    if said == "false":
                        self.counter = described(obligation, batch, at, "balls")
                        return
                    if said == "true":
                        found = True
                        self.effective += 1
                meant = batch.meets & asked(obligation.statement, batch.environment, FloatRing())
                if meant.any() and self.without_value is None:
                    at = simplest(batch, meant)
                    self.without_value = described(obligation, batch, at)
        except (*FAILURES, ZeroDivisionError):
            pass
        if not found:
            self.vacuous.append(obligation)


def among(obligation: Obligation, batch: Batch, broken: Truths) -> Counter | None:
    """A counterexample among instances that floats call one; a doubtful one where there is none."""
    doubtful = None
    for at in by_length(batch, broken)[:TRIES] if broken.any() else ():
        said = confirmed(obligation, batch, at)
        if said == "false":
            return described(obligation, batch, at, "balls")
        if said == "open" and doubtful is None:
            doubtful = described(obligation, batch, at)
    return doubtful


def equality_error(statement: Statement, batch: Batch, counted: Truths, ring: FloatRing) -> float:
    """Largest difference of sides that must be equal at counted instances, relative to terms."""
    largest = 0.0
    try:
        links = sides(statement, batch.environment, ring)
    except FAILURES:
        return 0.0
    for link in links:
        if link.sign != "=" or isinstance(statement, Implies):
            continue
        for a, b in zip(_parts(link.left), _parts(link.right), strict=True):
            with np.errstate(all="ignore"):
                gap = np.abs(a.value - b.value) / np.maximum(np.abs(a.value), 1.0)
            gap = np.broadcast_to(gap, (batch.count,))[counted]
            gap = gap[np.isfinite(gap)]
            largest = max(largest, float(gap.max(initial=0.0)))
    return largest


def _parts(value: Value[Approx]) -> tuple[Approx, ...]:
    return value.entries if isinstance(value, Array) else (value,)


def simplest(batch: Batch, broken: Truths) -> int:
    """The broken instance with the shortest numbers."""
    return by_length(batch, broken)[0]


def by_length(batch: Batch, broken: Truths) -> list[int]:
    """The broken instances, those with the shortest numbers first."""
    places = np.flatnonzero(broken)[:64]
    sizes = [0] * len(places)
    for value in batch.environment.values.values():
        for part in _parts(value):
            numbers = np.broadcast_to(part.value, (batch.count,))[places].tolist()
            sizes = [size + _length(number) for size, number in zip(sizes, numbers, strict=True)]
    return [int(places[k]) for k in sorted(range(len(places)), key=sizes.__getitem__)]


@lru_cache(maxsize=10_000)
def _length(number: float) -> int:
    """How long a number is to a reader."""
    return len(f"{number:.12g}") + (abs(number) > 10)


def picked(value: Value[Approx], at: int, count: int) -> Any:
    """The numbers of one instance, as nested lists for arrays."""

    def number(part: Approx) -> float:
        return float(np.broadcast_to(part.value, (count,))[at])

    if not isinstance(value, Array):
        return number(value)
    data = np.array([number(part) for part in value.entries]).reshape(value.shape)
    return data.tolist()


def described(
    obligation: Obligation, batch: Batch, at: int, by: Confirmation = "floats"
) -> Counter:
    """The counterexample at one instance of a batch."""
    ring = FloatRing()
    environment = batch.environment
    names = {**{n: batch.sizes[n] for n in dimensions_of(obligation.scope)}, **environment.indices}
    values: dict[str, Any] = {**names}
    for name, value in environment.values.items():
        values[name] = picked(value, at, batch.count)
    statement, environment = with_limits(obligation.statement, environment, ring)
    for k, (relation, link) in enumerate(_links(statement, environment, ring)):
        _, no = judged(relation, environment, ring)
        if np.broadcast_to(no, (batch.count,))[at]:
            return Counter(
                values, picked(link.left, at, batch.count), str(link.sign),
                picked(link.right, at, batch.count), k, obligation.role, by,
            )  # fmt: skip
    return Counter(values, role=obligation.role, by=by)


def _links(statement: Statement, environment: Environment[Approx], ring: FloatRing) -> list[Any]:
    """Each link of the chains in a statement, as a relation of its own and evaluated."""
    from qedeck.evidence.links import single_links

    found = []
    for relation in single_links(statement):
        (link,) = sides(relation, environment, ring)
        found.append((relation, link))
    return found
