"""Instances that meet the hypotheses and at which a formula has no value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from qedeck.evidence.accumulation import unreached
from qedeck.evidence.approach import with_limits
from qedeck.evidence.falsify import MAX_COMBINATIONS, batches, picked, simplest
from qedeck.evidence.instances import FAILURES, Batch, Drawn, Truths
from qedeck.evidence.judging import judged
from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.reasons import Nowhere
from qedeck.evidence.turning import needed_of, turning_points
from qedeck.formula.evaluate import Environment, Undefined, sides
from qedeck.formula.printer import latex
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.tree import (
    Both,
    Expr,
    Iff,
    Implies,
    Limit,
    Moment,
    Negative,
    Number,
    Optimum,
    Relation,
    Restricted,
    Statement,
    Sum,
    walk,
)
from qedeck.formula.values import entries

COUNT = 96
LARGEST = 3.0
"""Numbers beyond this, or below its inverse, may overflow where a formula is defined."""


def undefined(
    todo: Sequence[Obligation],
    seed: int,
    count: int = COUNT,
    drawn: Drawn | None = None,
    most: int = MAX_COMBINATIONS,
) -> Nowhere | None:
    """An instance at which a part of a formula has no value."""
    for obligation in todo:
        if obligation.role != "statement" or _beyond(obligation.statement):
            continue
        try:
            for batch in batches(obligation, seed, count=count, drawn=drawn, most=most):
                bad = batch.meets & moderate(batch) & _nowhere(obligation, batch)
                if bad.any():
                    excluded = asked_for(obligation, batch, bad)
                    return replace(named(batch, simplest(batch, bad)), excluded=excluded)
        except (*FAILURES, ZeroDivisionError):
            continue
    return None


def outside(
    todo: Sequence[Obligation], seed: int, count: int = COUNT, drawn: Drawn | None = None
) -> Nowhere | None:
    """An instance that meets the hypotheses and at which a formula has a part without a value.

    Less than `undefined`: a part that is multiplied by zero counts.
    """
    for obligation in todo:
        needed = [one.statement for one in requirements(obligation, at_indices=True)]
        if obligation.role != "statement" or not needed:
            continue
        for batch in batches(obligation, seed, count=count, drawn=drawn):
            for statement in needed:
                assert statement is not None
                try:
                    _, no = judged(statement, batch.environment, FloatRing())
                except (*FAILURES, ZeroDivisionError):
                    continue
                bad = batch.meets & np.broadcast_to(np.asarray(no, bool), (batch.count,))
                if bad.any():
                    return named(batch, simplest(batch, bad))
    return None


def _beyond(statement: Statement) -> bool:
    """Whether floats lose values on the way that exist."""
    return any(isinstance(part, Moment | Optimum) for part in walk(statement))


def moderate(batch: Batch) -> Truths:
    """Instances whose numbers are zero, or neither large nor small."""
    fine = np.ones(batch.count, dtype=bool)
    for value in batch.environment.values.values():
        for part in entries(value):
            size = np.abs(np.broadcast_to(part.value, (batch.count,)))
            fine &= (size == 0) | np.isinf(size) | ((size >= 1 / LARGEST) & (size <= LARGEST))
    return fine


def _nowhere(obligation: Obligation, batch: Batch) -> Truths:
    """Where a side is no number, which the conditions of the statement allow."""
    environment: Environment[Approx] = batch.environment
    ring = FloatRing()
    everywhere = np.ones(batch.count, dtype=bool)

    def broken(part: Statement) -> Any:
        match part:
            case Implies(given, then) | Restricted(then, given):
                yes, no = judged(given, environment, ring)
                return np.asarray(yes & ~no & broken(then))
            case Iff(left, right):
                return broken(left) | broken(right)
            case Both(parts):
                return np.logical_or.reduce([broken(one) for one in parts])
            case _:
                found = np.zeros(batch.count, dtype=bool)
                try:
                    plain, inside = with_limits(part, environment, ring)
                    links = sides(plain, inside, ring)
                except Undefined:
                    return everywhere
                for link in links:
                    for side in (*entries(link.left), *entries(link.right)):
                        found |= np.isnan(np.broadcast_to(side.value, (batch.count,)))
                for limit in (one for one in walk(part) if isinstance(one, Limit)):
                    found |= unreached(limit, obligation, batch)
                return found

    everything = np.broadcast_to(broken(obligation.statement), (batch.count,))
    return np.asarray(everything, dtype=bool)


def asked_for(obligation: Obligation, batch: Batch, bad: Truths) -> str:
    """The hypothesis that excludes the instances at which a statement has no value.

    The shortest relation by which a part of it is decided, or that a part needs, and which holds
    at none of them; empty where there is none.
    """
    turns = [_apart(expr) for expr in turning_points(obligation)]
    needs = needed_of(obligation, (">", ">=", "!="))
    declared = obligation.scope.declared.keys()
    found = []
    for relation in (one for one in dict.fromkeys((*needs, *turns)) if one.names & declared):
        try:
            _, no = judged(relation, batch.environment, FloatRing())
        except (*FAILURES, ZeroDivisionError):
            continue
        if np.all(np.broadcast_to(no, (batch.count,))[bad]):
            found.append(latex(relation))
    return min(found, key=len, default="")


def _apart(gap: Expr) -> Relation:
    """That two numbers differ, the plainer one on the right."""
    match gap:
        case Sum((left, Negative(right))):
            sides = (right, left) if isinstance(left, Number) else (left, right)
        case _:
            sides = (gap, Number(Fraction(0)))
    return Relation(sides, ("!=",))


def named(batch: Batch, at: int) -> Nowhere:
    """The values of one instance."""
    numbers: dict[str, Any] = {**batch.sizes, **batch.environment.indices}
    for name, value in batch.environment.values.items():
        numbers[name] = picked(value, at, batch.count)
    return Nowhere(numbers)
