"""Instances at the zeros of what a statement divides by, takes logarithms of or decides by.

Random numbers hardly ever meet them: `x = 7` for `\\frac{x^2 - 49}{x - 7}` or `[x \\ne 7]`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Any

import numpy as np

from qedeck.evidence.falsify import Counter, batches, described, simplest
from qedeck.evidence.forms import assumed, equations
from qedeck.evidence.instances import FAILURES, Batch
from qedeck.evidence.judging import judged
from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.undefined import moderate, named
from qedeck.formula.evaluate import Environment, Value, evaluate, holds
from qedeck.formula.rings.exact import Exact, ExactRing
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.tree import (
    Call,
    Expr,
    Moment,
    Negative,
    Relation,
    Statement,
    Sum,
    Symbol,
    Truth,
    walk,
)
from qedeck.formula.values import entries, mapped

COUNT = 24
FEW = 3
"""Instances of the other symbols at each shape."""
SECONDS = 0.3
"""CPU time for one obligation."""
BESIDE = Fraction(1, 1024)
UNABLE = (*FAILURES, ZeroDivisionError)


def unguarded(todo: Sequence[Obligation], seed: int) -> str:
    """An instance of random symbols at which a denominator is zero; empty where none is found."""
    for obligation in todo:
        if not any(isinstance(part, Moment) for part in walk(obligation.statement)):
            continue
        for needed in _denominators(obligation):
            with suppress(*UNABLE):
                for batch in batches(obligation, seed, count=4 * COUNT):
                    _, no = judged(needed, batch.environment, FloatRing())
                    bad = batch.meets & moderate(batch) & np.broadcast_to(no, (batch.count,))
                    if bad.any():
                        return named(batch, simplest(batch, bad))
    return ""


def critical(todo: Sequence[Obligation], seed: int) -> tuple[Counter | None, str]:
    """A counterexample at a zero or beside it, or an instance at which there is no value."""
    for obligation in todo:
        if obligation.role != "statement" or obligation.scope.laws:
            continue
        needed = _denominators(obligation)
        deadline = time.process_time() + SECONDS
        for exact, batch in _points(obligation, seed):
            if any(_holds(one, exact) is False for one in needed):
                return None, named(batch, 0)
            if _fails(obligation.statement, batch):
                return described(obligation, batch, 0), ""
            if time.process_time() > deadline:
                break
    return None, ""


def _denominators(obligation: Obligation) -> list[Statement]:
    found = [one.statement for one in requirements(obligation, at_indices=True)]
    return [one for one in found if isinstance(one, Relation) and one.signs == ("!=",)]


def _fails(statement: Statement, batch: Batch) -> bool:
    try:
        _, no = judged(statement, batch.environment, FloatRing())
    except UNABLE:
        return False
    return bool(np.all(no))


def _holds(statement: Statement, exact: Environment[Exact]) -> bool | None:
    """Whether a statement holds in fractions; None where they do not tell."""
    try:
        return holds(statement, exact, ExactRing()).decided
    except UNABLE:
        return None


def _points(obligation: Obligation, seed: int) -> Iterator[tuple[Environment[Exact], Batch]]:
    """Single instances that meet the hypotheses, at the zeros in one number and about them."""
    scope = obligation.scope
    kept = {name for name, _ in obligation.fixed} | equations(scope).keys()
    free = [n for n, d in scope.declared.items() if d.kind == "real" and not d.shape]
    turning = [one for one in dict.fromkeys(_turning(obligation)) if not isinstance(one, Symbol)]
    used = {n: [one for one in turning if n in one.names] for n in free if n not in kept}
    if not any(used.values()):
        return
    for batch, k in _few(obligation, seed):
        exact = _exactly(batch, k)
        for name, exprs in used.items():
            zeros = {zero for expr in exprs for zero in _zeros(expr, name, exact)}
            for value in _about(sorted(zeros)):
                inside = replace(exact, values={**exact.values, name: value})
                if all(_holds(one, inside) for one in assumed(scope)):
                    yield inside, _single(batch, inside)


def _turning(obligation: Obligation) -> Iterator[Expr]:
    """What a statement divides by, takes logarithms of or decides by: numbers that may be zero."""
    for needed in requirements(obligation):
        if isinstance(needed.statement, Relation) and needed.statement.signs[0] in ("!=", ">"):
            yield needed.statement.terms[0]
    for part in walk(obligation.statement):
        match part:
            case Truth(Relation((left, right), _)) | Call("max" | "min", (left, right)):
                yield Sum((left, Negative(right)))
            case Call("positive" | "abs" | "sgn", (inner,)):
                yield inner


def _zeros(expr: Expr, name: str, exact: Environment[Exact]) -> Iterator[Fraction]:
    """The rational zeros of what is linear or quadratic in one number."""
    found = []
    for at in range(4):
        try:
            value = evaluate(
                expr, replace(exact, values={**exact.values, name: Fraction(at)}), ExactRing()
            )
        except UNABLE:
            return
        if not isinstance(value, Fraction):
            return
        found.append(value)
    a, b, c, d = found
    if d - 3 * c + 3 * b - a:
        return
    square, constant = (c - 2 * b + a) / 2, a
    linear = b - a - square
    if not square:
        yield from [-constant / linear] if linear else []
        return
    root = _root(linear**2 - 4 * square * constant)
    if root is not None:
        yield from ((sign * root - linear) / (2 * square) for sign in (1, -1))


def _root(value: Fraction) -> Fraction | None:
    if value < 0:
        return None
    found = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return found if found**2 == value else None


def _about(zeros: Sequence[Fraction]) -> Iterator[Fraction]:
    """The zeros, the middle between two of them, and what lies just beside them."""
    yield from zeros
    yield from ((one + other) / 2 for one, other in pairwise(zeros))
    yield from (zero + step for zero in zeros for step in (-BESIDE, BESIDE))


def _few(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, int]]:
    """A few instances of each shape, of moderate numbers; none where functions are declared."""
    for batch in batches(obligation, seed, count=COUNT):
        if batch.members:
            return
        fine = batch.meets & moderate(batch)
        for value in batch.environment.values.values():
            for entry in entries(value):
                fine = fine & np.isfinite(entry.value)
        good = np.flatnonzero(fine)[:FEW]
        yield from ((batch, int(k)) for k in good)


def _exactly(batch: Batch, k: int) -> Environment[Exact]:
    """One instance of a batch in fractions."""
    plain = batch.environment

    def exact(entry: Approx) -> Exact:
        return Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k]))

    values = {name: mapped(exact, value) for name, value in plain.values.items()}
    return Environment(values, plain.sizes, plain.indices, {}, plain.definitions)


def _single(batch: Batch, exact: Environment[Exact]) -> Batch:
    """One instance as a batch."""
    ring = FloatRing()

    def rounded(entry: Any) -> Approx:
        number = ring.number(Fraction(entry))
        return Approx(np.reshape(number.value, 1), np.reshape(number.error, 1))

    values: dict[str, Value[Approx]] = {
        name: mapped(rounded, value) for name, value in exact.values.items()
    }
    plain = batch.environment
    environment = Environment[Approx](values, plain.sizes, plain.indices, {}, plain.definitions)
    return replace(batch, environment=environment, meets=np.ones(1, dtype=bool), count=1)
