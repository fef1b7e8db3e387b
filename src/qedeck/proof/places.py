"""What the names of an obligation stand for in one case, in any ring.

One function fills in symbols for the encoding and numbers for the bridge, so that both speak of the
same entries; what is computed from them is computed by different rings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from qedeck.evidence import forms
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.settings import Case, settled, sign_of
from qedeck.evidence.shapes import size_of
from qedeck.formula.evaluate import Array, Environment, Unsupported, Value
from qedeck.formula.rings.ring import Ring
from qedeck.formula.values import mapped

T = TypeVar("T")
Leaf: TypeAlias = Callable[[str, str], T]
"""The scalar of a symbol's entry, by its name and the sign that hypotheses give it."""


def environment(obligation: Obligation, case: Case, ring: Ring[T], leaf: Leaf[T]) -> Environment[T]:
    """The environment of an obligation in a case.

    Raises:
        Unsupported: for random symbols and functions that are not given by a formula.
    """
    scope = obligation.scope
    if any(d.kind in ("random", "function") for d in scope.declared.values()):
        raise Unsupported("random symbols and declared functions")
    values: dict[str, Value[T]] = {n: mapped(ring.whole, v) for n, v in case.chosen.items()}
    set_ = {n: e for n, e in forms.equations(scope).items() if n not in case.infinite}
    set_ |= {name: forms.Equation(value) for name, value in obligation.fixed}
    for declared in scope.declared.values():
        name = declared.name
        if declared.kind != "real" or name in set_ or name in case.chosen:
            continue
        if name in case.infinite:
            values[name] = ring.constant("infinity")
            continue
        shape = tuple(size_of(axis, case.sizes) for axis in declared.shape)
        if case.flat is not None and name in case.flat.vectors:
            values[name] = _within(name, case, ring, leaf)
        else:
            values[name] = _filled(name, shape, sign_of(name, scope), leaf)
    made = Environment[Any](values, dict(case.sizes), dict(case.indices), {}, scope.defined)
    return settled(set_, scope, made, ring)


def _within(name: str, case: Case, ring: Ring[T], leaf: Leaf[T]) -> Value[T]:
    """A vector of a span: zeros after its last entry, which is not negative."""
    assert case.flat is not None
    size, last = len(case.flat.vectors), case.flat.vectors.index(name)
    entries = [leaf(f"{name}_{k + 1}", "") for k in range(last)]
    end = leaf(f"{name}_{last + 1}", "nonnegative")
    return Array((size,), (*entries, end, *[ring.whole(0)] * (size - last - 1)))


def _filled(name: str, shape: tuple[int, ...], sign: str, leaf: Leaf[T]) -> Value[T]:
    if not shape:
        return leaf(name, sign)
    places: list[tuple[int, ...]] = [()]
    for axis in shape:
        places = [(*place, k) for place in places for k in range(1, axis + 1)]
    entries = tuple(leaf(f"{name}_{','.join(map(str, place))}", sign) for place in places)
    return Array(shape, entries)


def inside(environment: Environment[T], indices: dict[str, int]) -> Environment[T]:
    """The environment with other free indices."""
    return replace(environment, indices=indices)
