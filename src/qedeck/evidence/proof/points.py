"""Rational points that meet hypotheses, and the search among them for a counterexample."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product

import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.certificate import (
    MIRROR,
    Counterexample,
    Deadline,
    Fact,
    Goal,
)
from qedeck.evidence.proof.estimates import nearly_equal, surely_fails
from qedeck.evidence.proof.values import exact, holds

SMALL = [Rational(v) for v in (1, 0, -1, 2)]
MORE = [Rational(*v) for v in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1))]
MORE += [Rational(*v) for v in ((3, 5), (4, 5), (-3, 4), (3, 2), (5, 1), (1, 4), (-4, 1), (7, 3))]
MORE += [Rational(1, 10), Rational(10)]
MOST_TIES = 8
"""Points at which sides look equal in floats that are decided exactly where equality would do."""


def counterexample(goal: Goal, deadline: Deadline, count: int = 400) -> Counterexample | None:
    """Exact values that meet the facts and break the goal."""
    denial, ties = goal.denial, 0
    for values in points(goal, count):
        if deadline.left <= 0:
            return None
        if denial.sign in ("<", ">", "!=") and nearly_equal(denial, _floats(values)):
            # An identity is one at every point: exact arithmetic at all of them tells no more.
            ties += 1
            if ties > MOST_TIES:
                continue
        if breaks(denial, goal.facts, values):
            return Counterexample(values)
    return None


def breaks(denial: Fact, facts: tuple[Fact, ...], values: dict[Symbol, Rational]) -> bool:
    """Whether values meet assumptions and facts, and the denial of the goal."""
    floats = _floats(values)
    if any(surely_fails(fact, floats) for fact in (denial, *facts)):
        return False
    return (
        all(_admits(s, v) for s, v in values.items())
        and all(holds(fact, values) is True for fact in facts)
        and holds(denial, values) is True
    )


def _floats(values: dict[Symbol, Rational]) -> dict[Symbol, float]:
    return {s: float(v) for s, v in values.items()}


def met(facts: tuple[Fact, ...], count: int = 60) -> bool:
    """Whether some tried point meets all the facts; exact."""
    goal = Goal(Integer(0), "=", Integer(0), facts)
    for values in points(goal, count):
        floats = {s: float(v) for s, v in values.items()}
        if any(surely_fails(fact, floats) for fact in facts):
            continue
        if all(_admits(s, v) for s, v in values.items()) and all(
            holds(fact, values) is True for fact in facts
        ):
            return True
    return False


def points(goal: Goal, count: int) -> Iterator[dict[Symbol, Rational]]:
    """Candidate points: small grids first, then random rationals, in the ranges of the facts."""
    symbols = symbols_of(goal)
    if not symbols:
        yield {}
        return
    rng = random.Random(f"{len(symbols)}:{goal.sign}")  # noqa: S311
    pools = [_pool(s, goal.facts) for s in symbols]
    grids = [[v for v in pool if v in SMALL] or pool[:3] for pool in pools]
    size = 1
    for grid in grids:
        size *= len(grid)
    chosen: Iterable[tuple[Rational, ...]]
    if size <= count:
        chosen = product(*grids)
    else:
        chosen = (tuple(rng.choice(g) for g in grids) for _ in range(count // 2))
    for values in chosen:
        yield _fitted(dict(zip(symbols, values, strict=True)), goal.facts)
    for k in range(count):
        yield _fitted(_drawn(symbols, pools, rng, k), goal.facts)


def symbols_of(goal: Goal) -> list[Symbol]:
    """The free symbols of goal and facts, by name."""
    sides = [goal.left, goal.right, *[s for f in goal.facts for s in (f.left, f.right)]]
    return sorted({s for side in sides for s in side.free_symbols}, key=lambda s: s.name)


def _drawn(
    symbols: list[Symbol], pools: list[list[Rational]], rng: random.Random, k: int
) -> dict[Symbol, Rational]:
    if k % 4 == 0:
        value = rng.choice(MORE)
        return {
            s: value if value in p else rng.choice(p) for s, p in zip(symbols, pools, strict=True)
        }
    if k % 4 == 1:
        sparse = Integer(0)
        return {
            s: sparse if sparse in p and rng.random() < 0.6 else rng.choice(p)
            for s, p in zip(symbols, pools, strict=True)
        }
    return {s: rng.choice(p) for s, p in zip(symbols, pools, strict=True)}


def _pool(symbol: Symbol, facts: tuple[Fact, ...]) -> list[Rational]:
    """Values that a symbol may take by its assumptions and the bounds among the facts."""
    low, high = _bounds(symbol, facts)
    pool = [*MORE]
    if low is not None and high is not None:
        pool += [low + (high - low) * Rational(k, 8) for k in range(9)]
    elif low is not None:
        pool += [low + v for v in MORE if v >= 0]
    elif high is not None:
        pool += [high - v for v in MORE if v >= 0]
    fitting = [v for v in dict.fromkeys(pool) if _admits(symbol, v)]
    within = [
        v
        for v in fitting
        if (low is None or v >= low) and (high is None or v <= high) and _meets(symbol, v, facts)
    ]
    return within or fitting or [Integer(1)]


def _meets(symbol: Symbol, value: Rational, facts: tuple[Fact, ...]) -> bool:
    """Whether facts about this symbol alone hold at a value."""
    return all(
        holds(f, {symbol: value}) is not False
        for f in facts
        if f.left.free_symbols | f.right.free_symbols == {symbol}
    )


def _bounds(symbol: Symbol, facts: tuple[Fact, ...]) -> tuple[Expr | None, Expr | None]:
    low: Expr | None = None
    high: Expr | None = None
    for fact in facts:
        for side, sign, other in (
            (fact.left, fact.sign, fact.right),
            (fact.right, MIRROR[fact.sign], fact.left),
        ):
            if side != symbol or not other.is_Rational:
                continue
            if sign in (">", ">=") and (low is None or other > low):
                low = other
            if sign in ("<", "<=") and (high is None or other < high):
                high = other
    return low, high


def _admits(symbol: Symbol, value: Rational) -> bool:
    """Whether the assumptions of a symbol allow a value."""
    return not (
        (symbol.is_positive and value <= 0)
        or (symbol.is_negative and value >= 0)
        or (symbol.is_nonnegative and value < 0)
        or (symbol.is_nonpositive and value > 0)
        or (symbol.is_nonzero and value == 0)
        or (symbol.is_integer and not value.is_Integer)
        or (symbol.is_even and value % 2 != 0)
        or (symbol.is_odd and value % 2 != 1)
    )


def _fitted(values: dict[Symbol, Rational], facts: tuple[Fact, ...]) -> dict[Symbol, Rational]:
    """Values with one symbol of each equation solved for, where that is linear."""
    fitted = dict(values)
    used: set[Symbol] = set()
    for fact in facts:
        if fact.sign != "=":
            continue
        for symbol, slope, shift in _linear(fact):
            if symbol in used:
                continue
            top, bottom = exact(shift, fitted), exact(slope, fitted)
            if top is not None and bottom:
                fitted[symbol] = Rational(-top.numerator, top.denominator) / Rational(
                    bottom.numerator, bottom.denominator
                )
                used.add(symbol)
                break
    return fitted


@lru_cache(maxsize=256)
def _linear(fact: Fact) -> tuple[tuple[Symbol, Expr, Expr], ...]:
    """The symbols that an equation determines: slope · symbol + shift = 0."""
    gap = fact.left - fact.right
    found = []
    for symbol in sorted(gap.free_symbols, key=lambda s: s.name):
        if gap.is_polynomial(symbol):
            poly = sp.Poly(gap, symbol)
            if poly.degree() == 1:
                found.append((symbol, *poly.all_coeffs()))
    return tuple(found)
