"""Derivatives: a ring's own, or forward mode with slopes, and germs where something turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any, Generic

from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.rings.branches import BranchRing, Quantity
from qedeck.formula.rings.dual import Dual, DualRing
from qedeck.formula.rings.germs import SCALE, Germ, GermRing
from qedeck.formula.rings.ring import (
    TRUE,
    UNDECIDED,
    Inexact,
    Ring,
    Undecided,
    Undefined,
    Unsupported,
    Verdict,
    certain,
)
from qedeck.formula.scope import Defined
from qedeck.formula.tree import Derivative, Expr, Gradient, Item, Symbol
from qedeck.formula.values import (
    Environment,
    FiniteLaw,
    OutsideAxis,
    S,
    T,
    Value,
    array,
    entries,
    like,
    mapped,
    scalar,
    shape,
)

MOST_BRANCHES = 81
"""Branches of a function about a point; of more it is not decided whether they meet."""
MOST_PAIRS = 6
"""Pairs of axes between which lines are followed."""


def derivative(run: Evaluation[T], node: Derivative, frame: Frame[T]) -> Value[T]:
    """The derivative by a scalar symbol or by one entry of an array."""
    variable = node.variable
    if isinstance(variable, Symbol):
        symbol, place = variable, 0
        if shape(run.value(symbol, frame)):
            raise Unsupported("a derivative by a whole array; write its entries or a gradient")
    elif isinstance(variable, Item) and isinstance(variable.of, Symbol):
        symbol = variable.of
        place = position(run, variable, frame)
    else:
        raise Unsupported(f"a derivative by {type(variable).__name__}")
    if node.order > 1:
        inner = replace(node, order=node.order - 1)
        return _slopes(run, inner, symbol, [place], frame)[0]
    return _slopes(run, node.body, symbol, [place], frame)[0]


def gradient(run: Evaluation[T], node: Gradient, frame: Frame[T]) -> Value[T]:
    """The derivatives of a scalar by all entries of a symbol, in its shape."""
    at = run.value(node.variable, frame)
    places = list(range(len(entries(at))))
    found = _slopes(run, node.body, node.variable, places, frame, total=True)
    return like(at, [scalar(slope) for slope in found])


def primed(
    run: Evaluation[T],
    defined: Defined,
    arguments: Sequence[Value[T]],
    parameters: Sequence[Value[T]],
    order: int,
    frame: Frame[T],
) -> Value[T]:
    """The derivative of a defined function of one scalar."""
    from qedeck.formula.definitions import entered

    (name,) = defined.arguments
    inside = entered(defined, arguments, parameters, frame)
    return derivative(run, Derivative(defined.body, Symbol(name), False, order), inside)


def position(run: Evaluation[T], item: Item, frame: Frame[T]) -> int:
    """Where an entry stands among all, counted from 0."""
    axes = array(run.value(item.of, frame)).shape
    indices = [run.bound(index, frame) for index in item.indices]
    if len(indices) != len(axes):
        raise Unsupported("a derivative by a row; write its entries")
    position = 0
    for index, axis in zip(indices, axes, strict=True):
        if not 1 <= index <= axis:
            raise OutsideAxis(f"index {index} outside an axis of {axis}")
        position = position * axis + index - 1
    return position


def _slopes(
    run: Evaluation[T], body: Expr, symbol: Symbol, places: list[int], frame: Frame[T],
    *, total: bool = False,
) -> list[Value[T]]:  # fmt: skip
    """Derivatives of a body by entries of a symbol; all else stays as it is.

    Total: no value where the function has slopes along the axes but no gradient.
    """
    at = run.value(symbol, frame)
    if not hasattr(run.ring, "jacobian"):
        return _forward(run, body, symbol.name, at, places, frame, total)
    shapes: list[Value[T]] = []

    def moved(points: Sequence[T]) -> Sequence[T]:
        filled = list(entries(at))
        for place, point in zip(places, points, strict=True):
            filled[place] = point
        value = run.value(body, frame.assign({symbol.name: like(at, filled)}))
        shapes.append(value)
        return entries(value)

    table: list[list[T]] = run.ring.jacobian([entries(at)[place] for place in places], moved)
    columns = zip(*table, strict=True)
    return [like(shapes[-1], list(column)) for column in columns]


def _forward(
    run: Evaluation[T], body: Expr, name: str, at: Value[T], places: list[int], frame: Frame[T],
    total: bool,
) -> list[Value[T]]:  # fmt: skip
    """Slopes by duals; where something turns, by what the function does beside the point."""
    ring: DualRing[T] = DualRing(run.ring)
    one, zero = run.ring.whole(1), run.ring.whole(0)
    directions = {place: k for k, place in enumerate(places)}
    moved = [
        Dual(entry, {directions[place]: one} if place in directions else {})
        for place, entry in enumerate(entries(at))
    ]
    lifted = _lifted(frame, Dual, _opaque)
    value = _inside(run, ring, body, lifted.assign({name: like(at, moved)}))

    def slope(k: int) -> Value[T]:
        return mapped(lambda entry: entry.slopes.get(k, zero), value)

    slopes = [slope(k) for k in range(len(places))]
    if ring.turning.decided is False:
        return slopes
    here = mapped(lambda entry: entry.value, value)
    exists = [~run.ring.missing(entry) for entry in entries(here)]
    if all((ring.turning & one).decided is False for one in exists):
        # Without a value there is no derivative, whatever lies beside the point.
        found = [
            like(
                value,
                [_guarded(run.ring, *pair) for pair in zip(exists, entries(one), strict=True)],
            )
            for one in slopes
        ]
    else:
        beside = Beside(run, body, name, at, frame, here)
        found = beside.partials(places)
        if total and len(places) > 1:
            found = beside.totally(places, found)
    return [
        like(value, [
            run.ring.select(ring.turning, other, plain)
            for other, plain in zip(entries(by_sides), entries(by_duals), strict=True)
        ])
        for by_sides, by_duals in zip(found, slopes, strict=True)
    ]  # fmt: skip


def _inside(run: Evaluation[T], ring: Ring[S], body: Expr, frame: Frame[S]) -> Value[S]:
    """A body in another ring; its steps count."""
    inner = Evaluation(ring)
    inner.steps = run.steps
    value = inner.value(body, frame)
    run.steps = inner.steps
    return value


@dataclass(frozen=True)
class Beside(Generic[T]):
    """A function about a point at which it may jump or bend.

    The derivative is decided on the function: it exists where it is continuous with one slope on
    both sides, whatever its parts do. What is not decided is not known, and no side's slope.
    """

    run: Evaluation[T]
    body: Expr
    name: str
    at: Value[T]
    frame: Frame[T]
    here: Value[T]
    """The value at the point."""

    def partials(self, places: list[int]) -> list[Value[T]]:
        """The slopes along the axes; no value where there is none."""
        one = self.run.ring.whole(1)
        return [self._told(*self._slope({place: one})) for place in places]

    def _told(self, slope: Value[T], exists: list[Verdict]) -> Value[T]:
        """The slope where it exists, no value where it does not, else not known."""
        ring = self.run.ring
        return like(slope, [
            _guarded(ring, there, one)
            for there, one in zip(exists, entries(slope), strict=True)
        ])  # fmt: skip

    def _slope(self, direction: Mapping[int, T]) -> tuple[Value[T], list[Verdict]]:
        """The slope along a line, and whether both sides have it."""
        ring = self.run.ring
        turned = {place: ring.neg(slope) for place, slope in direction.items()}
        germs, above = self._germs(direction)
        _, below = self._germs(turned)
        slopes, exists = [], []
        for here, up, down in zip(entries(self.here), above, below, strict=True):
            there, slope = self._one_sided(germs, up, here)
            back, other = self._one_sided(germs, down, here)
            slopes.append(slope)
            exists.append(there & back & ring.compare(slope, "=", ring.neg(other)))
        return like(self.here, slopes), exists

    def _one_sided(self, germs: GermRing[T], germ: Germ[T], here: T) -> tuple[Verdict, T]:
        ring = self.run.ring
        first = [germs.coefficient(germ, place) for place in range(SCALE + 1)]
        exists = ~ring.missing(here) & ring.compare(first[0], "=", here)
        for one in first[1:SCALE]:
            exists = exists & ring.compare(one, "=", ring.whole(0))
        for one in first:
            exists = exists & ~ring.missing(one)
        return exists, first[SCALE]

    def _germs(self, direction: Mapping[int, T]) -> tuple[GermRing[T], tuple[Germ[T], ...]]:
        """The function to one side of the point, along a line."""
        ring, frame = moved(self.run.ring, self.frame, self.name, self.at, direction)
        return ring, entries(_inside(self.run, ring, self.body, frame))

    def totally(self, places: list[int], partials: list[Value[T]]) -> list[Value[T]]:
        """The partial slopes where they make a gradient.

        No value where a slope along another line is not theirs; not known where not all branches
        that meet at the point have them.
        """
        ring = self.run.ring
        slopes = [scalar(one) for one in partials]
        exists = TRUE
        for weights in _lines(len(places)):
            direction = {
                p: ring.whole(w) for p, w in zip(places, weights, strict=True) if w
            }  # fmt: skip
            try:
                slope, there = self._slope(direction)
            except (Inexact, Undecided):
                exists = exists & UNDECIDED
                continue
            flat = ring.total([
                ring.mul(ring.whole(w), one) for w, one in zip(weights, slopes, strict=True) if w
            ])  # fmt: skip
            exists = exists & there[0] & ring.compare(scalar(slope), "=", flat)
            if exists.decided is False:
                break
        # Lines that agree do not suffice, but exclude.
        exists = exists & (self._by_branches(places, slopes) | UNDECIDED)
        return [_guarded(ring, exists, one) for one in slopes]

    def _by_branches(self, places: list[int], slopes: list[T]) -> Verdict:
        """Whether each branch that meets at the point has these slopes and this value.

        There are finitely many, the function is one of them at each point nearby, and each is
        smooth: what they share to first order, the function has.
        """
        base = self.run.ring
        ring: BranchRing[T] = BranchRing(base)
        moved = [
            ring.named(Dual(entry, {places.index(k): base.whole(1)} if k in places else {}))
            for k, entry in enumerate(entries(self.at))
        ]
        lifted = _lifted(self.frame, lambda value: ring.named(Dual(value)), _opaque)
        frame = lifted.assign({self.name: like(self.at, moved)})
        same, seen = TRUE, 0
        left: list[dict[Quantity, int]] = [{}]
        zero = base.whole(0)
        while left:
            ring.sides = dict(left.pop())
            before = set(ring.sides)
            inside = Frame(frame.environment)
            branch = scalar(_inside(self.run, ring, self.body, inside))
            seen += 1
            if ring.lost or seen > MOST_BRANCHES:
                return UNDECIDED
            # What was met for the first time took one side: the others are still to be tried.
            new = [one for one in ring.sides if one not in before]
            for k, quantity in enumerate(new):
                known = {q: ring.sides[q] for q in (*before, *new[:k])}
                left.extend({**known, quantity: side} for side in (-1, 0))
            same = same & base.compare(branch.value, "=", scalar(self.here))
            for k, slope in enumerate(slopes):
                same = same & base.compare(branch.slopes.get(k, zero), "=", slope)
        return same & ~ring.turning


def moved(
    base: Ring[T], frame: Frame[T], name: str, at: Value[T], direction: Mapping[int, T]
) -> tuple[GermRing[T], Frame[Germ[T]]]:
    """The frame just beside a point, in a direction by places of entries of a symbol."""
    ring: GermRing[T] = GermRing(base)

    def still(value: T) -> Germ[T]:
        return Germ({0: value})

    along = [
        ring.moving(entry, direction[place]) if place in direction else still(entry)
        for place, entry in enumerate(entries(at))
    ]
    return ring, _lifted(frame, still, _still).assign({name: like(at, along)})


def _guarded(ring: Ring[T], exists: Verdict, value: T) -> T:
    """A value where it exists; none where it does not; else not known."""
    if exists.decided:
        return value
    if exists.decided is False:
        if isinstance(exists.no, bool):
            raise Undefined("there is no derivative")
        return ring.log(ring.whole(-1))
    told = ring.chosen(exists | certain(exists.no), value, value)
    return told if certain(exists.no).decided is False else ring.select(
        certain(exists.no), ring.log(ring.whole(-1)), told
    )  # fmt: skip


def _lines(count: int) -> Iterator[tuple[int, ...]]:
    """Directions off the axes."""
    yield tuple(range(1, count + 1))
    yield tuple((-1) ** k * (count - k) for k in range(count))
    for i, j in islice(combinations(range(count), 2), MOST_PAIRS):
        for sign in (1, -1):
            yield tuple(1 if k == i else sign if k == j else 0 for k in range(count))


def _lifted(
    frame: Frame[T], lift: Callable[[T], S], function: Callable[[str, Callable[..., Any]], Any]
) -> Frame[S]:
    """The frame with values that do not move."""

    def values(given: Mapping[str, Value[T]]) -> dict[str, Value[S]]:
        return {name: mapped(lift, value) for name, value in given.items()}

    outer = frame.environment
    laws = tuple(
        FiniteLaw(tuple((lift(weight), values(outcome)) for weight, outcome in law.outcomes))
        for law in outer.laws
    )
    functions = {name: function(name, one) for name, one in outer.functions.items()}
    environment: Environment[S] = Environment(
        values(outer.values), outer.sizes, outer.indices, functions, outer.definitions, laws
    )
    return Frame(environment, frame.bound)


def _opaque(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ring values among duals: its slope is unknown unless it has none."""

    def applied(*arguments: Value[Dual[Any]]) -> Value[Dual[Any]]:
        parts = [entry for argument in arguments for entry in entries(argument)]
        if any(part.slopes for part in parts):
            raise _not_given(name)
        plain = [mapped(lambda entry: entry.value, argument) for argument in arguments]
        return mapped(Dual, function(*plain))

    return applied


def _still(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ring values among germs, of what does not move."""

    def applied(*arguments: Value[Germ[Any]]) -> Value[Germ[Any]]:
        if not all(entry.constant for argument in arguments for entry in entries(argument)):
            raise _not_given(name)
        plain = [mapped(lambda entry: entry.terms[0], argument) for argument in arguments]
        return mapped(lambda entry: Germ({0: entry}), function(*plain))

    return applied


def _not_given(name: str) -> Unsupported:
    return Unsupported(f"the derivative of {name}, which is not given by a formula")
