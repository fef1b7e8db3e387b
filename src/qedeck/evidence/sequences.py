"""Whole numbers by the thousand: a statement at all of them at once, in floats.

`|\\sin n|` is smaller than ever before at 355, and harmonic sums pass ten at 12,367. A sum to `n`
is added up once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.evidence import forms
from qedeck.evidence.confirmation import confirmed
from qedeck.evidence.falsify import described, shapes_for
from qedeck.evidence.instances import FAILURES, Batch, Truths, draw
from qedeck.evidence.judging import judged
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Counter
from qedeck.evidence.shapes import some_integers
from qedeck.evidence.whole import unlisted
from qedeck.formula.evaluate import Environment, Value, evaluate
from qedeck.formula.rings.floats import EPS, Approx, FloatRing, exactly
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Big,
    Integers,
    Limit,
    Member,
    Node,
    Number,
    Statement,
    Symbol,
    transformed,
    walk,
)  # fmt: skip
from qedeck.formula.values import mapped, scalar

UNABLE = (*FAILURES, ZeroDivisionError, MemoryError)
Whole = NDArray[np.int64]
FIRST = 2**12
"""Whole numbers, or pairs and triples of them, that are tried first."""
MOST = 2**20
COUNT = 24
FEW = 3
"""Instances of the other symbols."""
TRIES = 3
"""Whole numbers that are decided exactly."""


def along(todo: Sequence[Obligation], seed: int, most: int = MOST) -> Counter | None:
    """A counterexample among thousands of whole numbers; a doubtful one where there is no other.

    Args:
        todo: What must hold.
        seed: Of the instances of other symbols.
        most: Whole numbers to try.
    """
    doubtful = None
    with np.errstate(all="ignore"):
        for obligation in todo:
            fixed = {name for name, _ in obligation.fixed} | forms.equations(
                obligation.scope
            ).keys()
            names = [name for name in unlisted(obligation.scope) if name not in fixed]
            if not names or len(names) > 3 or obligation.scope.laws:
                continue
            for found in _counters(obligation, names, seed, most):
                if found.certain:
                    return found
                doubtful = doubtful or found
    return doubtful


def _counters(
    obligation: Obligation, names: Sequence[str], seed: int, most: int
) -> Iterator[Counter]:
    for plain, k in _others(obligation, seed):
        many = _Many(obligation, names, plain, k)
        for count in (FIRST, most):
            found = many.counter(_grid(names, obligation.scope, count))
            if found is not None:
                yield found
                break


def _others(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, int]]:
    """A few instances of the other symbols."""
    scope = obligation.scope
    fixed = {name for name, _ in obligation.fixed}
    for shape in shapes_for(obligation, (2,))[:1]:
        for indices in some_integers(scope, shape, fixed, 1):
            try:
                batch = draw(scope, shape, COUNT, seed, indices=indices, fixed=obligation.fixed)
            except UNABLE:
                return
            if batch.members:
                return
            good = np.flatnonzero(batch.meets)[:FEW]
            few = good if batch.environment.values else good[:1]
            yield from ((batch, int(k)) for k in few)


def _grid(names: Sequence[str], scope: Scope, most: int) -> Mapping[str, Whole]:
    """All whole numbers to a bound; all pairs and triples, and each far out beside small ones."""
    side = round(most ** (1 / len(names)))
    axes = np.meshgrid(*[np.arange(1, side + 1)] * len(names), indexing="ij")
    found = [np.stack([axis.ravel() for axis in axes])]
    for k in range(len(names) if len(names) > 1 else 0):
        for other in (1, 2, 3):
            far = np.full((len(names), most // 8), other)
            far[k] = np.arange(1, most // 8 + 1)
            found.append(far)
    columns = np.concatenate(found, axis=1)
    signed = [k for k, name in enumerate(names) if _signed(name, scope)]
    if signed:
        mirrored = columns.copy()
        mirrored[signed] = 1 - mirrored[signed]
        columns = np.concatenate([columns, mirrored], axis=1)
    order = np.argsort(np.abs(columns).max(axis=0), kind="stable")
    return {name: columns[k][order] for k, name in enumerate(names)}


def _signed(name: str, scope: Scope) -> bool:
    return any(
        isinstance(one, Member) and one.element == Symbol(name) and one.region == Integers("Z")
        for one in forms.assumed(scope)
    )


@dataclass(frozen=True, eq=False)
class _Many:
    """One instance of the other symbols, with many whole numbers."""

    obligation: Obligation
    names: Sequence[str]
    batch: Batch
    k: int

    def counter(self, numbers: Mapping[str, Whole]) -> Counter | None:
        """The first whole numbers at which the statement fails; doubtful where nothing confirms."""
        count = len(numbers[self.names[0]])
        try:
            environment = self.environment(numbers)
            meets = np.ones(count, dtype=bool)
            for said in forms.assumed(self.obligation.scope):
                if not _belongs(said, self.names):
                    yes, _ = judged(*_added_up(said, environment, numbers), FloatRing())
                    meets &= np.broadcast_to(yes, (count,))
            _, no = judged(*_added_up(self.obligation.statement, environment, numbers), FloatRing())
        except UNABLE:
            return None
        broken: Truths = meets & np.broadcast_to(no, (count,))
        doubtful = None
        for at in np.flatnonzero(broken)[:TRIES]:
            single = self.single({name: int(column[at]) for name, column in numbers.items()})
            said_ = confirmed(self.obligation, single, 0)
            if said_ == "false":
                return self.described(single, "balls")
            if said_ == "open" and doubtful is None:
                doubtful = self.described(single, "floats")
        return doubtful

    def environment(self, numbers: Mapping[str, Whole]) -> Environment[Approx]:
        """The instance with these whole numbers, and what equations set by them."""
        plain = self.batch.environment
        values: dict[str, Value[Approx]] = {
            name: mapped(self._alone, value) for name, value in plain.values.items()
        }
        values.update((name, exactly(column.astype(float))) for name, column in numbers.items())
        indices = {name: at for name, at in plain.indices.items() if name not in numbers}
        made = Environment[Approx](values, plain.sizes, indices, {}, plain.definitions)
        known, scope = {*numbers}, self.obligation.scope
        left = {
            **forms.equations(scope),
            **{n: forms.Equation(value) for n, value in self.obligation.fixed},
        }
        while more := [n for n, e in left.items() if forms.reached(e.value, scope) & known]:
            for name in more:
                equation = left.pop(name)
                if equation.index or name in indices:
                    raise ValueError(f"{name} is set at each index")
                value = evaluate(equation.value, made, FloatRing())
                made = replace(made, values={**made.values, name: value})
            known |= {*more}
        return made

    def single(self, numbers: Mapping[str, int]) -> Batch:
        """The instance at one choice of whole numbers, as a batch."""
        plain = self.batch.environment
        made = self.environment({name: np.array([at]) for name, at in numbers.items()})
        values = {name: value for name, value in made.values.items() if name not in numbers}
        environment = Environment[Approx](
            values, plain.sizes, {**plain.indices, **numbers}, {}, plain.definitions
        )
        shape = {**self.batch.shape, **numbers}
        return replace(
            self.batch, environment=environment, meets=np.ones(1, dtype=bool), shape=shape, count=1
        )

    def described(self, single: Batch, by: Any) -> Counter:
        try:
            return described(self.obligation, single, 0, by)
        except UNABLE:
            return Counter(dict(single.environment.indices), role=self.obligation.role, by=by)

    def _alone(self, entry: Approx) -> Approx:
        parts = (
            np.broadcast_to(x, (self.batch.count,))[[self.k]] for x in (entry.value, entry.error)
        )
        return Approx(*parts)


def _belongs(said: Statement, names: Sequence[str]) -> bool:
    return (
        isinstance(said, Member)
        and isinstance(said.element, Symbol)
        and said.element.name in names
        and isinstance(said.region, Integers)
    )


def _added_up(
    statement: Statement, environment: Environment[Approx], numbers: Mapping[str, Whole]
) -> tuple[Statement, Environment[Approx]]:
    """The statement with a symbol for each sum or product to one of the numbers, and its values."""
    values: dict[str, Value[Approx]] = dict(environment.values)
    names: dict[Node, str] = {}
    for part in walk(statement):
        if isinstance(part, Big) and part not in names:
            found = _partial(part, environment, numbers)
            if found is not None:
                names[part] = f"\\sum_{len(names)}"
                values[names[part]] = found
    if not names:
        return statement, environment

    def change(node: Node) -> Node:
        return Symbol(names[node]) if node in names else node

    result = transformed(statement, change)
    assert isinstance(result, Statement)
    return result, replace(environment, values=values)


def _partial(
    node: Big, environment: Environment[Approx], numbers: Mapping[str, Whole]
) -> Approx | None:
    """The partial sums or products of a body that depends on no bound; None for other loops."""
    match node:
        case Big("sum" | "prod", (one,), body, None):
            high, low = one.high, one.low
        case _:
            return None
    if not (isinstance(high, Symbol) and high.name in numbers and isinstance(low, Number)):
        return None
    if body.names & (numbers.keys() - {one.index}) or low.value.denominator != 1:
        return None
    if any(isinstance(part, Limit) for part in walk(body)):
        return None
    first, last = int(low.value), int(numbers[high.name].max())
    terms = max(last - first + 1, 0)
    indices = {name: at for name, at in environment.indices.items() if name != one.index}
    run = exactly(np.arange(first, first + terms, dtype=float))
    inside = replace(environment, values={**environment.values, one.index: run}, indices=indices)
    entry = scalar(evaluate(body, inside, FloatRing()))
    value, error = (np.broadcast_to(x, (terms,)) for x in (entry.value, entry.error))
    steps = np.arange(1, terms + 1)
    if node.operator == "sum":
        whole = np.cumsum(value)
        # Each addition rounds a partial sum of no more than the sizes of its terms.
        off = np.cumsum(error) + EPS * steps * np.cumsum(np.abs(value))
    else:
        whole = np.cumprod(value)
        ratio = np.where(value == 0, 0.0, error / np.abs(value))
        off = np.abs(whole) * (np.cumsum(ratio) + EPS * steps)
        off = np.where(np.cumsum((value == 0) & (error > 0)) > 0, np.inf, off)
    start = 0.0 if node.operator == "sum" else 1.0
    place = np.clip(numbers[high.name] - first + 1, 0, terms)
    return Approx(np.concatenate([[start], whole])[place], np.concatenate([[0.0], off])[place])
