"""Optima at concrete numbers: a candidate point attains the value, and the prover bounds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from qedeck.evidence.exact import (
    Unprovable,
    facts_of,
    formula_of,
    symbols,
)
from qedeck.evidence.instances import dimensions_of
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import And, Certificate, Goal, Rel
from qedeck.evidence.proof.prove import prove
from qedeck.evidence.reasons import Counter
from qedeck.formula.evaluate import Array, Environment, Value, evaluate
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound
from qedeck.formula.tree import Node, Optimum, Statement, Symbol, transformed, walk
from qedeck.formula.values import scalar

MAX_ENTRIES = 4
TRIES = 6


def with_optima(
    statement: Any, environment: Environment[Any], ring: SymbolicRing
) -> tuple[Any, Environment[Any]]:
    """A statement with its optima replaced by symbols, and an environment that knows their values.

    Raises:
        Unprovable: where no candidate point attains a bound that the prover confirms.
    """
    optima = list(dict.fromkeys(p for p in walk(statement) if isinstance(p, Optimum)))
    if not optima:
        return statement, environment
    names = {optimum: f"\\text{{optimum {k}}}" for k, optimum in enumerate(optima)}
    values = {names[o]: optimum_at(o, environment, ring) for o in optima}

    def change(node: Node) -> Node:
        return Symbol(names[node]) if isinstance(node, Optimum) and node in names else node

    changed = transformed(statement, change)
    return changed, replace(environment, values={**environment.values, **values})


def optimum_at(optimum: Optimum, environment: Environment[Any], ring: SymbolicRing) -> Any:
    """The exact value of an optimum where everything but its variable is a number."""
    if optimum.operator not in ("min", "max"):
        raise Unprovable("the point of an optimum")
    shape = tuple(
        axis if isinstance(axis, int) else environment.sizes[axis]
        for axis in optimum.variable.shape
    )
    name = optimum.variable.name
    attained = []
    for point in candidates(shape, ring):
        inside = replace(environment, values={**environment.values, name: point})
        if optimum.constraint is None or _holds(optimum.constraint, inside, ring):
            attained.append(evaluate(optimum.body, inside, ring))
    if not attained:
        raise Unprovable("no candidate point is feasible")
    choose = max if optimum.operator == "max" else min
    best = choose(attained, key=lambda value: float(scalar(value)))
    free = symbols(ring, name, shape, "")
    inside = replace(environment, values={**environment.values, name: free})
    facts = () if optimum.constraint is None else tuple(facts_of(optimum.constraint, inside, ring))
    body = evaluate(optimum.body, inside, ring)
    goal = Goal(body, "<=" if optimum.operator == "max" else ">=", best, facts)
    if isinstance(prove(goal, Budget.of(8 * SECOND)), Certificate):
        return best
    raise Unprovable(f"whether {best} is the {optimum.operator}imum")


def candidates(shape: tuple[int, ...], ring: SymbolicRing) -> Iterator[Value[Any]]:
    """Points at which optima over balls are often attained: zero, axes, signs."""
    count = 1
    for axis in shape:
        count *= axis
    if count > MAX_ENTRIES:
        raise Unprovable(f"an optimum over {count} numbers")
    for entries in product((0, 1, -1), repeat=count):
        numbers = tuple(ring.whole(entry) for entry in entries)
        yield Array(shape, numbers) if shape else numbers[0]


def _holds(statement: Statement, environment: Environment[Any], ring: SymbolicRing) -> bool:
    formula = formula_of(statement, environment, ring)
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return all(
        isinstance(p, Rel)
        and isinstance(prove(Goal(p.left, p.sign, p.right), Budget.of(2 * SECOND)), Certificate)
        for p in parts
    )


def search(bound: Bound, seed: int) -> Counter | None:
    """A counterexample of the search's own to a formula with optima."""
    import random

    from qedeck.evidence.exact import UNABLE, formula_of
    from qedeck.evidence.obligations import parts
    from qedeck.evidence.truth import truth

    chosen = random.Random(seed)  # noqa: S311
    ring = SymbolicRing()
    for attempt in range(TRIES):
        sizes = dict.fromkeys(dimensions_of(bound.scope), 2)
        values: dict[str, Value[Any]] = {}
        for declared in bound.scope.declared.values():
            if declared.kind == "real":
                shape = tuple(a if isinstance(a, int) else sizes[a] for a in declared.shape)
                values[declared.name] = _small(shape, chosen, ring, diagonal=attempt < TRIES // 2)
        environment = Environment[Any](values, sizes, {}, {}, bound.scope.defined)
        try:
            for part in parts(bound.statement):
                plain, inside = with_optima(part, environment, ring)
                if truth(formula_of(plain, inside, ring)) is False:
                    numbers = {name: _numbers(value) for name, value in values.items()}
                    return Counter({**sizes, **numbers}, by="exact")
        except (Unprovable, *UNABLE):
            continue
    return None


def _small(
    shape: tuple[int, ...], chosen: Any, ring: SymbolicRing, *, diagonal: bool
) -> Value[Any]:
    """Small whole numbers; the optima over diagonal matrices are attained at axes."""
    count = 1
    for axis in shape:
        count *= axis
    outside = diagonal and len(shape) == 2
    numbers = tuple(
        ring.whole(0 if outside and k % (shape[1] + 1) else chosen.randint(1, 3))
        for k in range(count)
    )
    return Array(shape, numbers) if shape else numbers[0]


def _numbers(value: Value[Any]) -> Any:
    """Whole numbers, in nested lists for arrays."""
    if not isinstance(value, Array):
        return int(value)
    if len(value.shape) == 1:
        return [int(entry) for entry in value.entries]
    width = value.shape[-1]
    rows = range(0, len(value.entries), width)
    return [[int(entry) for entry in value.entries[k : k + width]] for k in rows]
