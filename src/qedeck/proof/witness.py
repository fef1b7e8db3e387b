"""Exact instances at which a statement is false: kept once a statement, for all its mutants.

An instance counts where every hypothesis was decided to hold at it, and the statement to fail, in
fractions where they reach and in balls beyond. Only that shows a mutant to be false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import inf
from typing import Any, TypeAlias

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.falsify import described
from qedeck.evidence.formulas import UNABLE, Unprovable
from qedeck.evidence.instances import FAILURES as UNEVALUATED
from qedeck.evidence.instances import Batch
from qedeck.evidence.judging import judged
from qedeck.evidence.naturally import naturally
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter
from qedeck.evidence.settings import Case, cases
from qedeck.evidence.shapes import dimensions_of
from qedeck.formula.evaluate import Array, Environment, holds
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.floats import FloatRing
from qedeck.kernel.polynomials import TooLarge as Enormous
from qedeck.proof.bridge import BITS, precision
from qedeck.proof.encoding import encodings
from qedeck.proof.places import environment
from qedeck.proof.points import points

LENGTHS = (2, 3, 1)
Place: TypeAlias = tuple[int, ...]
EACH = 10
"""Points that are tried of each branch."""
MOST_CASES = 12
FAILURES = (Unprovable, ArithmeticError, KeyError, Enormous, *UNABLE)


@dataclass(frozen=True)
class Instance:
    """Sizes, whole numbers and the value of each entry of each symbol."""

    sizes: Mapping[str, int]
    indices: Mapping[str, int]
    infinite: tuple[str, ...]
    chosen: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]
    """Permutations and signs: shape and entries."""
    values: Mapping[str, Fraction]

    @property
    def case(self) -> Case:
        """The case that it lies in."""
        chosen = {name: Array(shape, entries) for name, (shape, entries) in self.chosen.items()}
        return Case(self.sizes, self.indices, frozenset(self.infinite), chosen)

    def to_json(self) -> list[Any]:
        """A list; what is empty at its end is left out."""
        parts: list[Any] = [
            {name: str(value) for name, value in self.values.items()},
            dict(self.sizes), dict(self.indices), list(self.infinite),
            {name: [list(shape), list(entries)] for name, (shape, entries) in self.chosen.items()},
        ]  # fmt: skip
        while parts and not parts[-1]:
            parts.pop()
        return parts

    @classmethod
    def from_json(cls, parts: Any) -> Instance:
        """The instance that a list says.

        Raises:
            ValueError: where it says none.
        """
        if not isinstance(parts, list) or len(parts) > 5:
            raise ValueError("an instance is a list of at most five parts")
        values, sizes, indices, infinite, chosen = list(parts) + [{}, {}, {}, [], {}][len(parts) :]
        for part in (values, sizes, indices, chosen):
            if not isinstance(part, dict):
                raise ValueError("names with their values are an object")
        if not all(type(n) is int and 0 < n <= 64 for n in sizes.values()):
            raise ValueError("a size is a small whole number")
        if not all(type(n) is int and abs(n) < 10**6 for n in indices.values()):
            raise ValueError("an index is a whole number")
        if not all(isinstance(v, str) and len(v) < 100 for v in values.values()):
            raise ValueError("a value is a short fraction")
        try:
            made = {name: Fraction(value) for name, value in values.items()}
            arrays = {
                name: (tuple(map(int, shape)), tuple(map(int, entries)))
                for name, (shape, entries) in chosen.items()
            }
        except (TypeError, ZeroDivisionError) as error:
            raise ValueError(str(error)) from error
        return cls(sizes, indices, tuple(map(str, infinite)), arrays, made)


def told(counter: Counter, obligation: Obligation) -> Instance | None:
    """The instance that a counterexample names; None where it names something else than numbers."""
    scope = obligation.scope
    kinds = {name: declared.kind for name, declared in scope.declared.items()}
    drawn = {forms.permuting(s) or forms.signs(s) for s in forms.assumed(scope)} - {None}
    sizes, indices, infinite = {}, {}, []
    chosen: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    values: dict[str, Fraction] = {}
    try:
        for name, value in counter.values.items():
            entries = dict(_entries(name, (), value))
            if name in drawn:
                shape = tuple(map(max, zip(*(place for place, _ in entries.values()), strict=True)))
                chosen[name] = (shape, tuple(int(number) for _, number in entries.values()))
            elif kinds.get(name) == "real" and value in (inf, -inf):
                infinite.append(name)
            elif kinds.get(name) == "real":
                values |= {label: Fraction(number) for label, (_, number) in entries.items()}
            elif name in dimensions_of(scope):
                sizes[name] = int(value)
            else:
                indices[name] = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return Instance(sizes, indices, tuple(sorted(infinite)), chosen, values)


def _entries(name: str, place: Place, value: Any) -> Iterator[tuple[str, tuple[Place, Any]]]:
    """Each number of an array, under the name of the entry."""
    if isinstance(value, list | tuple):
        for k, part in enumerate(value, 1):
            yield from _entries(name, (*place, k), part)
    else:
        yield f"{name}_{','.join(map(str, place))}" if place else name, (place, value)


def refutes(instance: Instance, obligation: Obligation) -> bool:
    """Whether an instance meets all hypotheses of an obligation and its statement fails there.

    Sound: all is decided in fractions, or in balls that enclose the numbers.
    """
    scope = obligation.scope
    if scope.laws or any(assumed.property for assumed in scope.assumed):
        return False
    ring = AlgebraicRing(None)
    with precision(BITS):
        try:
            here = _place(obligation, instance, ring)
            if holds(obligation.statement, here, ring).decided is not False:
                return False
            asked = naturally(obligation).scope
            return all(holds(s, here, ring).decided is True for s in forms.assumed(asked))
        except FAILURES:
            return False


def _place(
    obligation: Obligation, instance: Instance, ring: AlgebraicRing
) -> Environment[Algebraic]:
    values = instance.values
    return environment(obligation, instance.case, ring, lambda name, _: ring.number(values[name]))


def doubtful(instance: Instance, obligation: Obligation) -> Counter | None:
    """What floats say against an obligation at an instance, where nothing confirms it.

    A limit has no exact value: this doubts a statement, and shows none to be false.
    """
    ring = FloatRing()
    values = instance.values
    try:
        here = environment(
            obligation, instance.case, ring, lambda name, _: ring.number(values[name])
        )
        asked = forms.assumed(naturally(obligation).scope)
        if not all(np.all(judged(statement, here, ring)[0]) for statement in asked):
            return None
        if not np.all(judged(obligation.statement, here, ring)[1]):
            return None
        batch = Batch(here, np.ones(1, dtype=bool), {}, 1, dict(instance.sizes))
        return described(obligation, batch, 0)
    except (*FAILURES, *UNEVALUATED):
        return None


@dataclass
class Pool:
    """The instances of a statement, those first that refuted the most mutants."""

    instances: list[Instance] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def doubting(self, todo: Sequence[Obligation], counter: Counter) -> tuple[int, int] | None:
        """Where the instance of a counterexample stands at which floats refute an obligation."""
        for j, obligation in enumerate(todo):
            instance = told(counter, obligation)
            if instance is not None and doubtful(instance, obligation) is not None:
                if instance not in self.instances:
                    self.instances.append(instance)
                    self.counts.append(0)
                return self.instances.index(instance), j
        return None

    def refuting(
        self, todo: Sequence[Obligation], counter: Counter | None = None
    ) -> tuple[int, int] | None:
        """Which instance refutes which obligation, of those known, of one told, or of new ones."""
        order = sorted(range(len(self.instances)), key=lambda k: -self.counts[k])
        for k in order:
            for j, obligation in enumerate(todo):
                if refutes(self.instances[k], obligation):
                    self.counts[k] += 1
                    return k, j
        for j, obligation in enumerate(todo):
            known = told(counter, obligation) if counter is not None else None
            for instance in [known] if known is not None else candidates(obligation):
                if refutes(instance, obligation):
                    self.instances.append(instance)
                    self.counts.append(1)
                    return len(self.instances) - 1, j
        return None


def candidates(obligation: Obligation) -> Iterator[Instance]:
    """Instances at points that an encoding of the obligation names."""
    asked = naturally(obligation)
    for case in islice(cases(asked, LENGTHS), MOST_CASES):
        flat = Case(case.sizes, case.indices, case.infinite, case.chosen)
        try:
            made = encodings(asked, flat)
        except FAILURES:
            continue
        for one in made[:4]:
            for point in islice(points(one), EACH):
                yield Instance(
                    dict(case.sizes), dict(case.indices), tuple(sorted(case.infinite)),
                    {n: (a.shape, a.entries) for n, a in case.chosen.items()}, dict(point),
                )  # fmt: skip
