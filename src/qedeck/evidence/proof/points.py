"""Rational points that meet hypotheses, and the search among them for a counterexample."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import MIRROR, Counterexample, Fact, Goal
from qedeck.evidence.proof.estimates import (
    Columns,
    Estimates,
    Floats,
    nearly_equal,
    surely_fails,
)
from qedeck.evidence.proof.nodes import size
from qedeck.evidence.proof.values import exact, holds

SMALL = [Rational(v) for v in (1, 0, -1, 2)]
MORE = [Rational(*v) for v in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1))]
MORE += [Rational(*v) for v in ((3, 5), (4, 5), (-3, 4), (3, 2), (5, 1), (1, 4), (-4, 1), (7, 3))]
MORE += [Rational(1, 10), Rational(10)]
MOST_TIES = 8
"""Points at which sides look equal in floats that are decided exactly where equality would do."""


def counterexample(goal: Goal, budget: Budget, count: int = 400) -> Counterexample | None:
    """Exact values that meet the facts and break the goal."""
    denial = goal.denial
    length = sum(size(e) for fact in (denial, *goal.facts) for e in (fact.left, fact.right))
    if length * count / 200 > budget.left:
        return None
    budget.took(length * count / 200)
    cloud = points(goal, count)
    columns = cloud.fitted(goal.facts)
    open_ = ~surely_fails((denial, *goal.facts), columns, cloud.count)
    if denial.sign in ("<", ">", "!="):
        # An identity is one at every point: exact arithmetic at all of them tells no more.
        tied = open_ & nearly_equal(denial, columns, cloud.count)
        open_ &= ~tied | (np.cumsum(tied) <= MOST_TIES)
    for k in np.flatnonzero(open_):
        if length > budget.left:
            return None
        budget.took(length)
        values = _fitted(cloud.at(int(k)), goal.facts)
        if breaks(denial, goal.facts, values):
            return Counterexample(values)
    return None


def breaks(denial: Fact, facts: tuple[Fact, ...], values: dict[Symbol, Rational]) -> bool:
    """Whether values meet assumptions and facts, and the denial of the goal; exact."""
    return (
        all(_admits(s, v) for s, v in values.items())
        and holds(denial, values) is True
        and all(holds(fact, values) is True for fact in facts)
    )


def met(facts: tuple[Fact, ...], count: int = 60) -> bool:
    """Whether some tried point meets all the facts; exact."""
    nothing = Fact(Integer(0), "=", Integer(0))
    cloud = points(Goal(Integer(0), "=", Integer(0), facts), count)
    failed = surely_fails(facts, cloud.fitted(facts), cloud.count)
    return any(
        breaks(nothing, facts, _fitted(cloud.at(int(k)), facts)) for k in np.flatnonzero(~failed)
    )


def sample(goal: Goal, count: int, wanted: int) -> tuple[Columns, int]:
    """Points that meet the facts of a goal, as far as floats can tell, and how many they are."""
    cloud = points(goal, count)
    columns = cloud.fitted(goal.facts)
    good = np.flatnonzero(~surely_fails(goal.facts, columns, cloud.count))[:wanted]
    return {symbol: column[good] for symbol, column in columns.items()}, len(good)


@dataclass(frozen=True, eq=False)
class Cloud:
    """Candidate points: small grids first, then random rationals, in the ranges of the facts."""

    symbols: list[Symbol]
    pools: list[list[Rational]]
    chosen: npt.NDArray[np.intp]
    """For each point the place of the value of each symbol in its pool."""

    @property
    def count(self) -> int:
        """The number of points."""
        return len(self.chosen)

    def at(self, k: int) -> dict[Symbol, Rational]:
        """One point, exactly."""
        places = self.chosen[k]
        return {s: p[i] for s, p, i in zip(self.symbols, self.pools, places, strict=True)}

    def fitted(self, facts: tuple[Fact, ...]) -> Columns:
        """All points in floats, with one symbol of each equation solved for, as `_fitted` does."""
        columns = {
            symbol: np.array([float(v) for v in pool])[self.chosen[:, k]]
            for k, (symbol, pool) in enumerate(zip(self.symbols, self.pools, strict=True))
        }
        used = {symbol: np.zeros(self.count, bool) for symbol in self.symbols}
        for fact in facts:
            left = np.ones(self.count, bool)
            for symbol, slope, shift in _linear(fact) if fact.sign == "=" else ():
                ratio = _ratio(shift, slope, columns, self.count)
                good = left & ~used[symbol] & np.isfinite(ratio)
                columns[symbol] = np.where(good, ratio, columns[symbol])
                used[symbol] = used[symbol] | good
                left = left & ~good
                if not left.any():
                    break
        return columns


def _ratio(shift: Expr, slope: Expr, columns: Columns, count: int) -> Floats:
    """−shift/slope where that is a number."""
    estimates = Estimates(columns, count)
    sides = estimates.sides(Fact(shift, "=", slope))
    if sides is None:
        return np.full(count, np.nan)
    with np.errstate(all="ignore"):
        return np.where(estimates.undefined, np.nan, -sides[0] / sides[1])


def points(goal: Goal, count: int) -> Cloud:
    """Candidate points for the symbols of a goal."""
    symbols = symbols_of(goal)
    alone = _about_one(goal.facts)
    pools = [list(_pool(s, tuple(alone.get(s, ())))) for s in symbols]
    grids = [[k for k, v in enumerate(p) if v in SMALL] or range(len(p))[:3] for p in pools]
    rng = np.random.default_rng([len(symbols), *goal.sign.encode()])
    if prod(map(len, grids)) <= count:
        first = np.array(list(product(*grids)), int)
    else:
        first = np.stack([rng.choice(np.array(g), count // 2) for g in grids], axis=1)
    return Cloud(symbols, pools, np.concatenate([first, _drawn(pools, rng, count)]))


def _drawn(
    pools: list[list[Rational]], rng: np.random.Generator, count: int
) -> npt.NDArray[np.intp]:
    """Random points; in every fourth all symbols share a value, in every fourth most are 0."""
    if not pools:
        return np.zeros((0, 0), int)
    columns = []
    shared = rng.integers(len(MORE), size=count)
    turn = np.arange(count) % 4
    for pool in pools:
        column = rng.integers(len(pool), size=count)
        places = {value: k for k, value in enumerate(pool)}
        same = np.array([places.get(value, -1) for value in MORE])[shared]
        column = np.where((turn == 0) & (same >= 0), same, column)
        zero = places.get(Integer(0))
        if zero is not None:
            column = np.where((turn == 1) & (rng.random(count) < 0.6), zero, column)
        columns.append(column)
    return np.stack(columns, axis=1)


def _about_one(facts: tuple[Fact, ...]) -> dict[Symbol, list[Fact]]:
    """The facts about one symbol alone, by symbol."""
    found: dict[Symbol, list[Fact]] = {}
    for fact in facts:
        symbols = fact.left.free_symbols | fact.right.free_symbols
        if len(symbols) == 1:
            found.setdefault(symbols.pop(), []).append(fact)
    return found


def symbols_of(goal: Goal) -> list[Symbol]:
    """The free symbols of goal and facts, by name."""
    sides = [goal.left, goal.right, *[s for f in goal.facts for s in (f.left, f.right)]]
    return sorted({s for side in sides for s in side.free_symbols}, key=lambda s: s.name)


@lru_cache(maxsize=1024)
def _pool(symbol: Symbol, facts: tuple[Fact, ...]) -> tuple[Rational, ...]:
    """Values that a symbol may take by its assumptions and the facts about it alone."""
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
    return tuple(within or fitting or [Integer(1)])


def _meets(symbol: Symbol, value: Rational, facts: tuple[Fact, ...]) -> bool:
    """Whether facts about this symbol alone hold at a value."""
    return all(holds(fact, {symbol: value}) is not False for fact in facts)


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


@lru_cache(maxsize=4096)
def _linear(fact: Fact) -> tuple[tuple[Symbol, Expr, Expr], ...]:
    """The symbols that an equation determines: slope · symbol + shift = 0."""
    gap = fact.left - fact.right
    symbols = sorted(gap.free_symbols, key=lambda s: s.name)
    symbols = [symbol for symbol in symbols if gap.is_polynomial(symbol)]
    if not symbols:
        return ()
    # Expanded once for all of them.
    terms = sp.Poly(gap, *symbols).terms()
    found = []
    for k, symbol in enumerate(symbols):
        if max(powers[k] for powers, _ in terms) == 1:
            parts: tuple[list[Expr], list[Expr]] = ([], [])
            for powers, factor in terms:
                rest = (s**n for s, n in zip(symbols, powers, strict=True) if s != symbol and n)
                parts[powers[k]].append(sp.Mul(factor, *rest))
            found.append((symbol, sp.Add(*parts[1]), sp.Add(*parts[0])))
    return tuple(found)
