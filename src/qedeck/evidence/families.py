"""Instances of declared functions, and of subgradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.mixture import Floats, Random, array_of, data_of
from qedeck.evidence.shapes import size_of
from qedeck.formula.evaluate import Array, Unsupported, Value, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.scope import Declared, Property, Scope
from qedeck.formula.tree import Apply, Call, Gradient, Number, Statement, Symbol
from qedeck.formula.values import entries

if TYPE_CHECKING:
    from qedeck.evidence.drawing import Drawing

Function = Callable[..., Value[Approx]]
RING = FloatRing()


@dataclass(frozen=True, eq=False)
class Member:
    """A function of real numbers, and its slopes, for each instance its own coefficients."""

    value: Callable[[list[Approx]], Approx]
    slopes: Callable[[list[Approx]], list[Approx]] | None


def functions_of(
    scope: Scope, sizes: Mapping[str, int], count: int, random: Random
) -> dict[str, Function]:
    """A function for each that is declared, with its derivative where it has one."""
    found: dict[str, Function] = {}
    for declared in scope.declared.values():
        if declared.kind != "function":
            continue
        if declared.shape:
            raise Unsupported(f"{declared.name}: instances of functions whose values are arrays")
        said = {a.property for a in scope.assumed if a.property and declared.name in a.symbols}
        chosen = member(declared, said, sizes, count, random)
        found[declared.name] = _called(chosen.value)
        if chosen.slopes is not None:
            found[f"{declared.name}'"] = _sloped(chosen.slopes, bool(declared.domain))
    return found


def _called(value: Callable[[list[Approx]], Approx]) -> Function:
    return lambda point: value(list(entries(point)))


def _sloped(slopes: Callable[[list[Approx]], list[Approx]], vector: bool) -> Function:
    def applied(point: Value[Approx]) -> Value[Approx]:
        found = slopes(list(entries(point)))
        return Array((len(found),), tuple(found)) if vector else found[0]

    return applied


def member(
    declared: Declared, said: set[Property], sizes: Mapping[str, int], count: int, random: Random
) -> Member:
    """A function with the properties that are said of it: a mixture of pieces that have them."""
    size = int(np.prod([size_of(axis, sizes) for axis in declared.domain or ()], dtype=int))
    pieces = [
        _quadratic(size, count, random, convex="convex" in said),
        _softplus(size, count, random),
    ]
    if "differentiable" not in said:
        pieces.append(_kinked(size, count, random))
    if "convex" not in said:
        pieces.append(_wave(size, count, random))
        if "differentiable" not in said:
            pieces.append(_step(size, count, random))
    kept = random.random((len(pieces), count)) < 0.6
    weights = kept * random.choice([0.5, 1.0, 2.0], size=(len(pieces), count))
    return _combined(pieces, weights)


def _combined(pieces: list[Member], weights: Floats) -> Member:
    """The weighted sum of pieces."""

    def value(point: list[Approx]) -> Approx:
        return RING.dot([exactly(w) for w in weights], [piece.value(point) for piece in pieces])

    if any(piece.slopes is None for piece in pieces):
        return Member(value, None)

    def slopes(point: list[Approx]) -> list[Approx]:
        found = [piece.slopes(point) for piece in pieces if piece.slopes is not None]
        rows = zip(*found, strict=True)
        return [RING.dot([exactly(w) for w in weights], list(row)) for row in rows]

    return Member(value, slopes)


def _quadratic(size: int, count: int, random: Random, *, convex: bool) -> Member:
    """`sum a_i (x_i - c_i)^2`, with positive a where it must be convex."""
    bend = random.integers(0 if convex else -2, 4, size=(size, count)) / 2
    centre = random.integers(-4, 5, size=(size, count)) / 2

    def gaps(point: list[Approx]) -> list[Approx]:
        return [RING.sub(x, exactly(c)) for x, c in zip(point, centre, strict=True)]

    def value(point: list[Approx]) -> Approx:
        squares = [RING.mul(gap, gap) for gap in gaps(point)]
        return RING.dot([exactly(a) for a in bend], squares)

    def slopes(point: list[Approx]) -> list[Approx]:
        return [RING.mul(exactly(2 * a), gap) for a, gap in zip(bend, gaps(point), strict=True)]

    return Member(value, slopes)


def _line(size: int, count: int, random: Random) -> tuple[Floats, Floats]:
    return random.integers(-3, 4, size=(size, count)) / 2, random.integers(-2, 3, size=count) / 2


def _along(point: list[Approx], slope: Floats, offset: Floats) -> Approx:
    terms = [RING.mul(exactly(a), x) for a, x in zip(slope, point, strict=True)]
    return RING.total([*terms, exactly(offset)])


def _softplus(size: int, count: int, random: Random) -> Member:
    """`log(1 + e^t)` of a linear t: log-sum-exp of two."""
    slope, offset = _line(size, count, random)

    def value(point: list[Approx]) -> Approx:
        t = _along(point, slope, offset)
        rest = RING.log(RING.add(exactly(1.0), RING.exp(RING.neg(RING.absolute(t)))))
        return RING.add(RING.maximum(t, exactly(0.0)), rest)

    def slopes(point: list[Approx]) -> list[Approx]:
        t = _along(point, slope, offset)
        half = RING.mul(exactly(0.5), RING.add(exactly(1.0), RING.tanh(RING.mul(exactly(0.5), t))))
        return [RING.mul(exactly(a), half) for a in slope]

    return Member(value, slopes)


def _kinked(size: int, count: int, random: Random) -> Member:
    """The 1-norm about a point."""
    centre = random.integers(-4, 5, size=(size, count)) / 2

    def value(point: list[Approx]) -> Approx:
        gaps = [RING.sub(x, exactly(c)) for x, c in zip(point, centre, strict=True)]
        return RING.total([RING.absolute(gap) for gap in gaps])

    return Member(value, None)


def _wave(size: int, count: int, random: Random) -> Member:
    """The sine of a linear function: neither convex nor concave."""
    slope, offset = _line(size, count, random)

    def value(point: list[Approx]) -> Approx:
        return RING.sin(_along(point, slope, offset))

    def slopes(point: list[Approx]) -> list[Approx]:
        turn = RING.cos(_along(point, slope, offset))
        return [RING.mul(exactly(a), turn) for a in slope]

    return Member(value, slopes)


def _step(size: int, count: int, random: Random) -> Member:
    """The sign of a linear function: not even continuous."""
    slope, offset = _line(size, count, random)
    return Member(lambda point: RING.sgn(_along(point, slope, offset)), None)


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
