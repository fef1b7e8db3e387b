"""Small exact numbers that meet the hypotheses of a statement."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qedeck.cards.logarithms import Log, Logarithm, LogarithmRing
from qedeck.evidence import forms
from qedeck.evidence.confirmation import BITS, UNABLE, Point
from qedeck.evidence.links import single_links
from qedeck.evidence.proof.values import precise
from qedeck.evidence.reasons import Counter, Near
from qedeck.formula.evaluate import Environment, evaluate, holds, sides
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import Call, Statement, walk
from qedeck.formula.values import Array, Value

LOGARITHMS = (1, 2, 3, 4, 5, Fraction(1, 2))
"""Of which arrays are logarithms, where the formula takes exponentials."""
WHOLE = (1, 2, 3, 4, -1, -2, 0, 1, 2, 5)
POSITIVE = (1, 2, 3, 4, 1, 2, 5)
PARTS = (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4), Fraction(1, 5))
SIZES = (2, 2, 2, 3)
HALF = 0.5
IN_VAIN = 40
"""After so many instances in a row that meet no hypotheses none are drawn."""
MOST = 12
"""Larger arrays nobody reads."""

KINDS = ("real", "dimension", "index")

UNFIT = (*UNABLE, TypeError, KeyError, IndexError, AttributeError)


@dataclass(frozen=True)
class Small:
    """An instance: sizes, and numbers as fractions, logarithms or nested lists of them."""

    sizes: Mapping[str, int]
    values: Mapping[str, Any]
    point: Point
    free: frozenset[str] = frozenset()
    """Which of them no equation sets."""


def points(bound: Bound, seed: str, tries: int, *, logarithms: bool = False) -> Iterator[Small]:
    """Instances that meet the hypotheses, decided exactly; the same for the same seed.

    Nothing where a statement speaks of functions or of random variables: numbers alone do not
    say what these are.

    Args:
        bound: The statement.
        seed: What the numbers are drawn by.
        tries: How many instances are drawn at most.
        logarithms: Whether numbers may be logarithms, where the formula takes exponentials.
    """
    import flint

    scope = bound.scope
    if scope.laws or any(one.kind not in KINDS for one in scope.declared.values()):
        return
    dice = random.Random(seed)  # noqa: S311 - no secret, and the same numbers in every build
    met = 0
    ring = LogarithmRing if logarithms else AlgebraicRing
    drawn = logarithms and _exponential(bound)
    for k in range(tries):
        if k - met > IN_VAIN:
            return
        try:
            with precise(BITS):
                found = _drawn(bound, dice, ring(flint.arb(0)), drawn)
                if found is not None and found.point.meets(scope):
                    met = k
                    yield found
        except UNFIT:
            continue


def fails(statement: Statement, small: Small) -> Counter | None:
    """Where a statement fails at an instance, decided exactly; None where it is not known to."""
    point = small.point
    try:
        with precise(BITS):
            if point.says(statement) != "false":
                return None
            for k, link in enumerate(single_links(statement)):
                if holds(link, point.environment, point.ring).decided is False:
                    (found,) = sides(link, point.environment, point.ring)
                    values = {**small.sizes, **small.values}
                    left, right = shown(found.left), shown(found.right)
                    return Counter(values, left, str(found.sign), right, k, by="exact")
    except UNFIT:
        return None
    return None


def dull(values: Iterable[Any]) -> int:
    """How little numbers show: how many are zero, and how many arrays have one number alone."""
    found = 0
    for value in values:
        entries = list(_flat(value))
        logs = any(isinstance(entry, Log) for entry in entries)  # 0 is one, too
        found += 0 if logs else sum(entry == 0 for entry in entries)
        found += len(entries) > 1 and len(set(entries)) == 1
    return found


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def shown(value: Value[Algebraic]) -> Any:
    """A value as fractions, or as digits where it is none."""
    if isinstance(value, Array):
        width = value.shape[-1]
        entries = [_number(one) for one in value.entries]
        if len(value.shape) == 1:
            return entries
        return [entries[k : k + width] for k in range(0, len(entries), width)]
    return _number(value)


def _number(value: Algebraic) -> Fraction | Near | Log:
    if isinstance(value, Logarithm):
        return Log(value.of)
    found = rational(value)
    return found if found is not None else Near(f"{float(value.ball.mid()):#.6g}")


def rational(value: Algebraic) -> Fraction | None:
    """A number as a fraction, where it is one for sure."""
    if value.exact is None or value.exact.degree() > 0:
        return None
    part = value.exact[0]
    return Fraction(int(part.p), int(part.q))


def _drawn(
    bound: Bound, dice: random.Random, ring: AlgebraicRing, logarithms: bool
) -> Small | None:
    scope = bound.scope
    sizes = {name: dice.choice(SIZES) for name in sorted(_dimensions(bound))}
    equations = {n: e for n, e in forms.equations(scope).items() if not e.index}
    values: dict[str, Any] = {}
    for name, declared in scope.declared.items():
        if declared.kind != "real" or name in scope.defined or name in equations:
            continue
        shape = tuple(sizes[a] if isinstance(a, str) else int(a) for a in declared.shape)
        values[name] = _array(name, shape, scope, dice, logarithms)
        if values[name] is None:
            return None
    indices = {n: 1 for n, one in scope.declared.items() if one.kind == "index"}
    environment: Environment[Algebraic] = Environment(
        {name: _value(value, ring) for name, value in values.items()}, sizes, indices,
        definitions=scope.defined,
    )  # fmt: skip
    free = frozenset(values)
    for name, equation in equations.items():
        if name in scope.declared and name not in scope.defined:
            value = evaluate(equation.value, environment, ring)
            environment = replace(environment, values={**environment.values, name: value})
            values[name] = shown(value)
    return Small(sizes, values, Point(environment, ring), free)


def _dimensions(bound: Bound) -> set[str]:
    declared = bound.scope.declared.values()
    found = {axis for one in declared for axis in one.shape if isinstance(axis, str)}
    found |= {one.name for one in declared if one.kind == "dimension"}
    return found - bound.scope.defined.keys()


def _array(
    name: str, shape: tuple[int, ...], scope: Scope, dice: random.Random, logarithms: bool
) -> Any:
    count = 1
    for axis in shape:
        count *= axis
    if count > MOST or len(shape) > 2:
        return None
    sign = forms.entry_sign(name, scope)
    entries: list[Any]
    if logarithms and shape and sign == "any" and dice.random() < HALF:
        chosen = [Fraction(dice.choice(LOGARITHMS)) for _ in range(count)]
        entries = [Fraction(0) if one == 1 else Log(one) for one in chosen]
    else:
        among = POSITIVE if sign == "positive" else WHOLE
        entries = [Fraction(dice.choice(among)) for _ in range(count)]
    if not shape and dice.random() < 0.3:
        return dice.choice(PARTS)
    if not shape:
        return entries[0]
    if len(shape) == 1:
        return entries
    return [entries[k : k + shape[1]] for k in range(0, count, shape[1])]


def _value(value: Any, ring: AlgebraicRing) -> Value[Algebraic]:
    if not isinstance(value, list):
        return _scalar(value, ring)
    rows = value if isinstance(value[0], list) else [value]
    flat = tuple(_scalar(entry, ring) for row in rows for entry in row)
    shape = (len(rows), len(rows[0])) if isinstance(value[0], list) else (len(value),)
    return Array(shape, flat)


def _scalar(value: Any, ring: AlgebraicRing) -> Algebraic:
    if isinstance(value, Log) and isinstance(ring, LogarithmRing):
        return ring.logarithm(value.of)
    return ring.number(value)


def _exponential(bound: Bound) -> bool:
    """Whether a statement takes exponentials, or speaks of what does."""
    scope = bound.scope
    bodies = [
        scope.defined[n].body for n in forms.reached(bound.statement, scope) if n in scope.defined
    ]
    nodes = (node for tree in (bound.statement, *bodies) for node in walk(tree))
    return any(isinstance(node, Call) and node.function == "exp" for node in nodes)
