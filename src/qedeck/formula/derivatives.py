"""Derivatives: a ring's own, or forward mode with slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.rings.dual import Dual, DualRing
from qedeck.formula.rings.ring import Unsupported
from qedeck.formula.scope import Defined
from qedeck.formula.tree import Derivative, Expr, Gradient, Item, Symbol
from qedeck.formula.values import (
    Environment,
    FiniteLaw,
    OutsideAxis,
    T,
    Value,
    array,
    entries,
    like,
    mapped,
    scalar,
    shape,
)


def derivative(run: Evaluation[T], node: Derivative, frame: Frame[T]) -> Value[T]:
    """The derivative by a scalar symbol or by one entry of an array."""
    variable = node.variable
    if isinstance(variable, Symbol):
        symbol, place = variable, 0
        if shape(run.value(symbol, frame)):
            raise Unsupported("a derivative by a whole array; write its entries or a gradient")
    elif isinstance(variable, Item) and isinstance(variable.of, Symbol):
        symbol = variable.of
        place = _position(run, variable, frame)
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
    found = _slopes(run, node.body, node.variable, places, frame)
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


def _position(run: Evaluation[T], item: Item, frame: Frame[T]) -> int:
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
    run: Evaluation[T], body: Expr, symbol: Symbol, places: list[int], frame: Frame[T]
) -> list[Value[T]]:
    """Derivatives of a body by entries of a symbol; all else stays as it is."""
    at = run.value(symbol, frame)
    if not hasattr(run.ring, "jacobian"):
        return _forward(run, body, symbol.name, at, places, frame)
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
    run: Evaluation[T],
    body: Expr,
    name: str,
    at: Value[T],
    places: list[int],
    frame: Frame[T],
) -> list[Value[T]]:
    ring: DualRing[T] = DualRing(run.ring)
    one = run.ring.whole(1)
    directions = {place: k for k, place in enumerate(places)}
    moved = [
        Dual(entry, {directions[place]: one} if place in directions else {})
        for place, entry in enumerate(entries(at))
    ]
    lifted: Frame[Dual[T]] = Frame(_lifted(frame.environment), frame.bound)
    inner = Evaluation(ring)
    inner.steps = run.steps
    value = inner.value(body, lifted.assign({name: like(at, moved)}))
    run.steps = inner.steps
    zero = run.ring.whole(0)

    def slope(direction: int) -> Value[T]:
        return mapped(lambda entry: entry.slopes.get(direction, zero), value)

    return [slope(direction) for direction in range(len(places))]


def _lifted(environment: Environment[T]) -> Environment[Dual[T]]:
    """The environment with values that have no slope."""
    laws = tuple(
        FiniteLaw(tuple((Dual(w), _constant_values(v)) for w, v in law.outcomes))
        for law in environment.laws
    )
    functions: dict[str, Callable[..., Any]] = {
        name: _opaque(name, function) for name, function in environment.functions.items()
    }
    values = _constant_values(environment.values)
    return Environment(
        values, environment.sizes, environment.indices, functions, environment.definitions, laws
    )


def _constant_values(values: Any) -> dict[str, Any]:
    return {name: mapped(Dual, value) for name, value in values.items()}


def _opaque(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ring values among duals: its slope is unknown unless it has none."""

    def applied(*arguments: Value[Dual[Any]]) -> Value[Dual[Any]]:
        parts = [entry for argument in arguments for entry in entries(argument)]
        if any(part.slopes for part in parts):
            raise Unsupported(f"the derivative of {name}, which is not given by a formula")
        plain = [mapped(lambda entry: entry.value, argument) for argument in arguments]
        return mapped(Dual, function(*plain))

    return applied
