"""Instances of declared functions, and of subgradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.mixture import Floats, Random, array_of, data_of
from qedeck.evidence.shapes import size_of
from qedeck.formula.evaluate import Array, Unsupported, Value, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.rings.ring import Ring, Verdict
from qedeck.formula.scope import Declared, Property, Scope
from qedeck.formula.tree import Apply, Call, Gradient, Number, Statement, Symbol
from qedeck.formula.values import entries

if TYPE_CHECKING:
    from qedeck.evidence.drawing import Drawing

T = TypeVar("T")
RING = FloatRing()


@dataclass(frozen=True, eq=False)
class Numbers(Generic[T]):
    """Where a function is evaluated: a ring, and what its coefficients are there."""

    ring: Ring[T]
    of: Callable[[Floats], T]

    def along(self, point: list[T], slope: Floats, offset: Floats) -> T:
        """A linear function."""
        terms = [self.ring.mul(self.of(a), x) for a, x in zip(slope, point, strict=True)]
        return self.ring.total([*terms, self.of(offset)])

    def gaps(self, point: list[T], centre: Floats) -> list[T]:
        """The differences from a point."""
        return [self.ring.sub(x, self.of(c)) for x, c in zip(point, centre, strict=True)]


FLOATS = Numbers(RING, exactly)


class Piece(ABC):
    """A function of real numbers, for each instance with its own coefficients."""

    @abstractmethod
    def value(self, at: Numbers[T], point: list[T]) -> T:
        """The value at a point."""


class Smooth(Piece):
    """One that has a gradient everywhere."""

    @abstractmethod
    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        """The gradient at a point."""


@dataclass(frozen=True, eq=False)
class Mixed:
    """A weighted sum of pieces: an instance of a declared function."""

    pieces: tuple[Piece, ...]
    weights: Floats
    vector: bool
    """Whether its argument is an array."""

    def functions(self, name: str, at: Numbers[T]) -> dict[str, Callable[..., Value[T]]]:
        """The function and, where it has one, its derivative."""
        weights = [at.of(w) for w in self.weights]
        smooth = [piece for piece in self.pieces if isinstance(piece, Smooth)]

        def called(point: Value[T]) -> Value[T]:
            numbers = list(entries(point))
            return at.ring.dot(weights, [piece.value(at, numbers) for piece in self.pieces])

        def sloped(point: Value[T]) -> Value[T]:
            numbers = list(entries(point))
            rows = zip(*(piece.slopes(at, numbers) for piece in smooth), strict=True)
            found = tuple(at.ring.dot(weights, list(row)) for row in rows)
            return Array((len(found),), found) if self.vector else found[0]

        whole = len(smooth) == len(self.pieces)
        return {name: called, f"{name}'": sloped} if whole else {name: called}


def functions_of(
    scope: Scope, sizes: Mapping[str, int], count: int, random: Random
) -> dict[str, Mixed]:
    """A function for each that is declared."""
    found: dict[str, Mixed] = {}
    for declared in scope.declared.values():
        if declared.kind != "function":
            continue
        if declared.shape:
            raise Unsupported(f"{declared.name}: instances of functions whose values are arrays")
        said = {a.property for a in scope.assumed if a.property and declared.name in a.symbols}
        found[declared.name] = mixed(declared, said, sizes, count, random)
    return found


def called(members: Mapping[str, Mixed], at: Numbers[T]) -> dict[str, Callable[..., Value[T]]]:
    """Functions and their derivatives, by name."""
    return {name: f for own, m in members.items() for name, f in m.functions(own, at).items()}


def at_instance(members: Mapping[str, Mixed], k: int, ring: Ring[T]) -> Mapping[str, Any]:
    """The functions of one instance, over a ring that has its coefficients exactly."""

    def coefficient(values: Floats) -> T:
        return ring.number(Fraction(float(np.ravel(values)[k])))

    return called(members, Numbers(ring, coefficient))


def mixed(
    declared: Declared, said: set[Property], sizes: Mapping[str, int], count: int, random: Random
) -> Mixed:
    """A function with the properties that are said of it: a mixture of pieces that have them."""
    size = int(np.prod([size_of(axis, sizes) for axis in declared.domain or ()], dtype=int))
    pieces: list[Piece] = [
        _line(size, count, random),
        _quadratic(size, count, random, convex="convex" in said),
        _softplus(size, count, random),
    ]
    if "differentiable" not in said:
        pieces.append(Kinked(_halves(random, -4, 5, (size, count))))
    if "convex" not in said:
        pieces.append(_wave(size, count, random))
        # Differentiable says no more than that: no continuous slopes, no second ones.
        pieces.append(Quiver(_halves(random, -2, 3, (size, count))))
        if size > 1:
            pieces.append(Saddle(_halves(random, -2, 3, (size, count))))
        if "differentiable" not in said:
            pieces.append(_step(size, count, random))
    kept = random.random((len(pieces), count)) < 0.6
    # Some instances have one piece alone: with a line, inequalities are tight.
    alone = random.integers(0, len(pieces), size=count) == np.arange(len(pieces))[:, None]
    kept = np.where(random.random(count) < 0.3, alone, kept)
    weights = kept * random.choice([0.5, 1.0, 2.0], size=(len(pieces), count))
    return Mixed(tuple(pieces), weights, bool(declared.domain))


def _halves(random: Random, low: int, high: int, size: tuple[int, ...]) -> Floats:
    return np.asarray(random.integers(low, high, size=size) / 2)


@dataclass(frozen=True, eq=False)
class Line(Smooth):
    """A linear function."""

    slope: Floats
    offset: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        return at.along(point, self.slope, self.offset)

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        del point
        return [at.of(a) for a in self.slope]


@dataclass(frozen=True, eq=False)
class Quadratic(Smooth):
    """`sum a_i (x_i - c_i)^2`."""

    bend: Floats
    centre: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        squares = [at.ring.mul(gap, gap) for gap in at.gaps(point, self.centre)]
        return at.ring.dot([at.of(a) for a in self.bend], squares)

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        gaps = at.gaps(point, self.centre)
        return [at.ring.mul(at.of(2 * a), gap) for a, gap in zip(self.bend, gaps, strict=True)]


@dataclass(frozen=True, eq=False)
class Softplus(Line):
    """`log(1 + e^t)` of a linear t: log-sum-exp of two."""

    def value(self, at: Numbers[T], point: list[T]) -> T:
        ring, t = at.ring, at.along(point, self.slope, self.offset)
        rest = ring.log(ring.add(ring.whole(1), ring.exp(ring.neg(ring.absolute(t)))))
        return ring.add(ring.maximum(t, ring.whole(0)), rest)

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        ring, t = at.ring, at.along(point, self.slope, self.offset)
        half = ring.number(Fraction(1, 2))
        turned = ring.mul(half, ring.add(ring.whole(1), ring.tanh(ring.mul(half, t))))
        return [ring.mul(at.of(a), turned) for a in self.slope]


@dataclass(frozen=True, eq=False)
class Kinked(Piece):
    """The 1-norm about a point."""

    centre: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        return at.ring.total([at.ring.absolute(gap) for gap in at.gaps(point, self.centre)])


@dataclass(frozen=True, eq=False)
class Wave(Line):
    """The sine of a linear function: neither convex nor concave."""

    def value(self, at: Numbers[T], point: list[T]) -> T:
        return at.ring.sin(at.along(point, self.slope, self.offset))

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        turn = at.ring.cos(at.along(point, self.slope, self.offset))
        return [at.ring.mul(at.of(a), turn) for a in self.slope]


@dataclass(frozen=True, eq=False)
class Quiver(Smooth):
    """`sum t_i^2 sin(1 / t_i)` about a point: differentiable, with slopes that jump there."""

    centre: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        ring = at.ring
        terms = []
        for gap in at.gaps(point, self.centre):
            _, inverse = _inverse(ring, gap)
            terms.append(ring.mul(ring.mul(gap, gap), ring.sin(inverse)))
        return ring.total(terms)

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        ring = at.ring
        found = []
        for gap in at.gaps(point, self.centre):
            still, inverse = _inverse(ring, gap)
            twice = ring.mul(ring.whole(2), ring.mul(gap, ring.sin(inverse)))
            slope = ring.sub(twice, ring.cos(inverse))
            found.append(ring.select(still, ring.whole(0), slope))
        return found


@dataclass(frozen=True, eq=False)
class Saddle(Smooth):
    """`x y (x^2 - y^2) / (x^2 + y^2)` about a point: mixed second slopes that differ there."""

    centre: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        ring = at.ring
        x, y = at.gaps(point, self.centre)[:2]
        _, inverse = _inverse(ring, ring.squares([x, y]))
        turn = ring.sub(ring.mul(x, x), ring.mul(y, y))
        return ring.mul(ring.mul(ring.mul(x, y), turn), inverse)

    def slopes(self, at: Numbers[T], point: list[T]) -> list[T]:
        ring = at.ring
        x, y, *others = at.gaps(point, self.centre)
        return [
            self._slope(ring, x, y),
            ring.neg(self._slope(ring, y, x)),
            *(ring.whole(0) for _ in others),
        ]

    def _slope(self, ring: Ring[T], x: T, y: T) -> T:
        """`y (x^4 + 4 x^2 y^2 - y^4) / (x^2 + y^2)^2`."""
        _, inverse = _inverse(ring, ring.squares([x, y]))
        a, b = ring.mul(x, x), ring.mul(y, y)
        mixed = ring.mul(ring.whole(4), ring.mul(a, b))
        above = ring.total([ring.mul(a, a), mixed, ring.neg(ring.mul(b, b))])
        return ring.mul(ring.mul(y, above), ring.mul(inverse, inverse))


def _inverse(ring: Ring[T], a: T) -> tuple[Verdict, T]:
    """Whether a number is 0, and one over it, with 1 in its place there."""
    still = ring.compare(a, "=", ring.whole(0))
    safe = ring.select(still, ring.whole(1), a)
    return still, ring.div(ring.whole(1), safe)


@dataclass(frozen=True, eq=False)
class Step(Piece):
    """The sign of a linear function: not even continuous."""

    slope: Floats
    offset: Floats

    def value(self, at: Numbers[T], point: list[T]) -> T:
        return at.ring.sgn(at.along(point, self.slope, self.offset))


def _coefficients(size: int, count: int, random: Random) -> tuple[Floats, Floats]:
    return _halves(random, -3, 4, (size, count)), _halves(random, -2, 3, (count,))


def _line(size: int, count: int, random: Random) -> Line:
    slope, offset = _coefficients(size, count, random)
    return Line(slope, offset + _halves(random, -6, 3, (count,)))


def _quadratic(size: int, count: int, random: Random, *, convex: bool) -> Quadratic:
    bend = _halves(random, 0 if convex else -2, 4, (size, count))
    return Quadratic(bend, _halves(random, -4, 5, (size, count)))


def _softplus(size: int, count: int, random: Random) -> Softplus:
    return Softplus(*_coefficients(size, count, random))


def _wave(size: int, count: int, random: Random) -> Wave:
    return Wave(*_coefficients(size, count, random))


def _step(size: int, count: int, random: Random) -> Step:
    return Step(*_coefficients(size, count, random))


# Subgradients


def subgradient(drawing: Drawing, statement: Statement) -> Value[Approx]:
    """A subgradient of a defined function at a point: of norms at kinks any, else the gradient."""
    found = forms.subgradient(statement)
    assert found is not None
    at = found[1]
    defined = drawing.scope.defined.get(at.function)
    if defined is None or len(defined.arguments) != 1:
        raise Unsupported(f"subgradients of {at.function}")
    point = evaluate(at.arguments[0], drawing.environment(), drawing.ring)
    (name,) = defined.arguments
    match defined.body:
        case Call("abs", (Symbol(inner),)) if inner == name:
            return _of_one_norm(drawing, point)
        case Call("norm", (Symbol(inner), Number(order))) if inner == name and order == 1:
            return _of_one_norm(drawing, point)
        case Call("norm", (Symbol(inner), Number(order))) if inner == name and order == 2:
            return _of_two_norm(drawing, point)
    return _gradient(drawing, at, point)


def _of_one_norm(drawing: Drawing, point: Value[Approx]) -> Value[Approx]:
    """Signs; anything from -1 to 1 where an entry is 0."""
    data = data_of(point, drawing.count)
    free = drawing.random.uniform(-1, 1, size=data.shape)
    free = np.where(drawing.random.random(data.shape) < 0.4, np.sign(free), free)
    slopes = np.where(data == 0, free, np.sign(data))
    return array_of(point.shape if isinstance(point, Array) else (), slopes)


def _of_two_norm(drawing: Drawing, point: Value[Approx]) -> Value[Approx]:
    """The direction; anything in the unit ball where the point is 0."""
    data = data_of(point, drawing.count)
    length = np.linalg.norm(data, axis=1, keepdims=True)
    free = drawing.random.normal(size=data.shape)
    free = free / np.linalg.norm(free, axis=1, keepdims=True)
    free = free * drawing.random.random((len(data), 1))
    slopes = np.where(length == 0, free, data / np.where(length == 0, 1.0, length))
    return array_of(point.shape if isinstance(point, Array) else (), slopes, 1e-15)


def _gradient(drawing: Drawing, at: Apply, point: Value[Approx]) -> Value[Approx]:
    """The gradient, where the function is smooth."""
    name = "\\text{point}"
    shape: tuple[int, ...] = point.shape if isinstance(point, Array) else ()
    here = Symbol(name, shape)
    body = replace(at, arguments=(here,))
    environment = drawing.environment()
    inside = replace(environment, values={**environment.values, name: point})
    return evaluate(Gradient(body, here), inside, drawing.ring)
