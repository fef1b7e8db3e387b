"""Assumptions that set one entry or row of an array: `z_{t+1} = A z_t` at an index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from qedeck.evidence import forms
from qedeck.formula.evaluate import Array, Environment, Unsupported, Value, evaluate
from qedeck.formula.rings.ring import Ring
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Expr, Item, Relation, Symbol
from qedeck.formula.values import entries


@dataclass(frozen=True)
class EntryEquation:
    """`name_indices = right`."""

    name: str
    indices: tuple[Expr, ...]
    right: Expr


def entry_equations(scope: Scope) -> Iterator[EntryEquation]:
    """The assumptions that set a part of a declared array."""
    whole = forms.equations(scope)
    for statement in forms.assumed(scope):
        match statement:
            case Relation((Item(Symbol(name), indices), right), ("=",)):
                declared = scope.declared.get(name)
                if declared is not None and declared.kind == "real" and name not in whole:
                    yield EntryEquation(name, indices, right)


def part_of(equation: EntryEquation, environment: Environment[Any], ring: Ring[Any]) -> slice:
    """Which entries of the array the equation sets.

    Raises:
        Unsupported: where the indices are no numbers, or lie outside the array.
    """
    value = environment.values.get(equation.name)
    if not isinstance(value, Array):
        raise Unsupported(f"entries of {equation.name}")
    first, count = 0, len(value.entries)
    for index, axis in zip(equation.indices, value.shape, strict=False):
        place = ring.integer(entries(evaluate(index, environment, ring))[0])
        if place is None or not 1 <= place <= axis:
            raise Unsupported("an index outside its axis")
        count //= axis
        first += (place - 1) * count
    return slice(first, first + count)


def put(
    equation: EntryEquation, part: slice, right: Value[Any], environment: Environment[Any]
) -> Environment[Any]:
    """The environment in which the part is what stands on the right."""
    old, new = environment.values[equation.name], entries(right)
    assert isinstance(old, Array)
    if len(new) != part.stop - part.start:
        raise Unsupported("sides of different sizes")
    filled = (*old.entries[: part.start], *new, *old.entries[part.stop :])
    values = {**environment.values, equation.name: Array(old.shape, filled)}
    return replace(environment, values=values)
