"""Least values: fewer symbols, places of equality, and what is left to a division into boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice, product

import sympy as sp
from sympy import Expr, Integer, Symbol

from qedeck.evidence.proof import intervals as over
from qedeck.evidence.proof.algebra import ALGEBRA, expanded, factored, together
from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.division import Division, Touching, defined
from qedeck.evidence.proof.enclosures import Box, Enclosure
from qedeck.evidence.proof.factors import core, resolved, separated, sign_over, without_logarithm
from qedeck.evidence.proof.intervals import Interval
from qedeck.evidence.proof.line import on_line
from qedeck.evidence.proof.nodes import size
from qedeck.evidence.proof.ranges import Range, Region, replaced, symbols_in
from qedeck.evidence.proof.tally import Tally
from qedeck.evidence.proof.touching import falls_below, vanishes, vanishes_at

ZERO, ONE = Integer(0), Integer(1)
MOST_DIVIDED = 3
"""Symbols of a box that is divided."""
MOST_PLACES = 27
ROUGH = (sp.Abs, sp.sign, sp.Max, sp.Min)
SAMPLES = 150
DEEPEST = 6


def shown(region: Region, tally: Tally, depth: int = 0) -> bool:
    """Whether a gap is shown to have no wrong sign in a region, where it has a value."""
    given = region.gap
    tally.budget.spend(10 * ALGEBRA * size(given))
    if _evident(region):
        tally.boxes += 1
        return True
    if len(given.free_symbols) > 1 and _nested(given):
        return False
    left = core(without_logarithm(region.gap), region.known)
    if left.positive or not region.strict:
        region = replace(region, gap=left.rest)
    gap = region.gap
    if gap.has(sp.nan, sp.zoo, sp.oo):
        return False
    symbols = sorted(gap.free_symbols, key=lambda s: s.name)
    if _evident(region):
        tally.boxes += 1
        return True
    if not symbols or depth > DEEPEST:
        return not symbols and not region.strict and vanishes(gap)
    if len(symbols) == 1 and not region.facts:
        limits = region.ranges[symbols[0]]
        return on_line(gap, symbols[0], limits, region.strict, tally) or (
            depth == 0
            and gap != given
            and given.free_symbols == gap.free_symbols
            and on_line(given, symbols[0], limits, region.strict, tally, as_given=True)
        )
    if not region.strict and vanishes(gap):
        return True
    fewer = _shifted(region) or _edge(region)
    if fewer is not None:
        return shown(fewer, tally, depth + 1)
    if len(symbols) > MOST_DIVIDED and any(not e.exp.is_Rational for e in gap.atoms(sp.Pow)):
        return False
    if not region.facts and falls_below(gap, region.ranges, SAMPLES):
        return False
    if _minimised(region, tally, depth):
        return True
    if len(symbols) > MOST_DIVIDED:
        return False
    touching = None if region.strict else next(_touching(region), None)
    if touching is not None and touching.covers(region.box):
        tally.boxes += 1
        tally.by_touching += 1
        return True
    return Division(region, tally, touching).done()


def _nested(gap: Expr) -> bool:
    """Whether there are exponentials of exponentials."""
    return any(e.args[0].has(sp.exp) for e in gap.atoms(sp.exp))


def _evident(region: Region) -> bool:
    value = sign_over(region.gap, region.known)
    if value is None:
        return False
    return value.positive if region.strict else value.nonnegative


# -- fewer symbols -------------------------------------------------------------------------


def _shifted(region: Region) -> Region | None:
    """The region with one of several symbols at 0, where one number may be added to all."""
    groups: dict[str, list[Symbol]] = {}
    for symbol in sorted(region.gap.free_symbols - region.bound, key=lambda s: s.name):
        if region.ranges[symbol].free:
            groups.setdefault(symbol.name.partition("_")[0], []).append(symbol)
            groups.setdefault("", []).append(symbol)
            groups.setdefault(symbol.name + ".", []).append(symbol)
    if not groups or region.gap.has(*ROUGH):
        return None
    for group in {tuple(g): None for g in groups.values()}:
        if vanishes(sp.Add(*[sp.diff(region.gap, s) for s in group])):
            return region.at({group[-1]: ZERO})
    return None


def _edge(region: Region) -> Region | None:
    """The region with a symbol at an end of its range, where slopes of one sign lead from it."""
    gap = Enclosure(region.gap)
    for symbol in gap.symbols:
        limits = region.ranges[symbol]
        # Where facts bind the symbol, they may fail on the way to the end.
        box = {
            **(region.box if symbol in region.bound else region.known),
            symbol: limits.interval.closed,
        }
        try:
            slopes = gap.slopes(box)
        except Outside:
            continue
        if slopes is None:
            continue
        slope = slopes[symbol]
        if not (slope.nonnegative or slope.nonpositive):
            slope = _written_slope(region.gap, symbol, box) or slope
        for leads, sure, end, open_ in (
            (slope.nonnegative, slope.positive, limits.low, limits.low_open),
            (slope.nonpositive, slope.negative, limits.high, limits.high_open),
        ):
            if leads and end is not None:
                found = region.at({symbol: end})
                return replace(found, strict=region.strict and not (open_ and sure))
    return None


def _written_slope(gap: Expr, symbol: Symbol, box: Box) -> Interval | None:
    """Around the slopes by a symbol, up to their size, by the factors of the derivative."""
    if gap.has(*ROUGH):
        return None
    left = core(sp.diff(gap, symbol), box)
    value = sign_over(left.rest, box)
    if value is None:
        return None
    return value if left.positive else over.hull(value, over.NOTHING)


# -- least values --------------------------------------------------------------------------


def _minimised(region: Region, tally: Tally, depth: int) -> bool:
    """Whether the gap is convex in a symbol and has no wrong sign where its slope is 0."""
    smooth = resolved(region.gap, region.box)
    if smooth is None:
        return False
    for symbol in sorted(region.gap.free_symbols, key=lambda s: s.name):
        tally.budget.spend(5 * ALGEBRA * size(smooth))
        if not region.straight(symbol):
            continue
        slope = sp.diff(smooth, symbol)
        place = _where_zero(slope, symbol)
        if place is None or not _inside(place, symbol, region, tally, depth):
            continue
        second = sp.diff(slope, symbol)
        bend = replace(_opened(region, symbol), gap=second, strict=False, parts=(slope, second))
        if not shown(bend, tally, depth + 2) or not defined(bend, tally):
            continue
        lowest = region.at({symbol: place})
        lowest = replace(lowest, gap=separated(lowest.gap, lowest.known))
        tally.minimised += 1
        return shown(lowest, tally, depth + 1)
    return False


def _opened(region: Region, symbol: Symbol) -> Region:
    """The region without the ends of a symbol's range, where a continuous gap follows on."""
    if any(symbol in power.exp.free_symbols for power in region.gap.atoms(sp.Pow)):
        return region
    limits = replace(region.ranges[symbol], low_open=True, high_open=True)
    return replace(region, ranges={**region.ranges, symbol: limits})


def _where_zero(slope: Expr, symbol: Symbol) -> Expr | None:
    """The place where a slope is 0, where it is linear in the symbol, an exp or log of it."""
    top = expanded(sp.fraction(together(expanded(slope)))[0])
    name = sp.Dummy("u", positive=True)
    for part, back in _named(top, symbol, name):
        named = expanded(sp.fraction(together(part))[0])
        if symbol in named.free_symbols or not named.is_polynomial(name):
            continue
        written = sp.Poly(named, name)
        least = min(m for (m,) in written.monoms())
        if written.degree() != least + 1:
            continue
        factor = written.coeff_monomial(name ** (least + 1))
        rest = written.coeff_monomial(name**least)
        place = back(factored(-rest / factor))
        if vanishes(expanded(top.xreplace({symbol: place}))) or vanishes(
            together(slope.xreplace({symbol: place}))
        ):
            return place
    for place in (ZERO, ONE, -ONE):
        if vanishes_at(slope, {symbol: place}):
            return place
    return None


def _named(e: Expr, symbol: Symbol, name: Symbol) -> Iterator[tuple[Expr, Callable[[Expr], Expr]]]:
    """The expression with a name for the symbol, its logarithm or an exponential of it."""
    rates = [x.args[0].coeff(symbol, 1) for x in e.atoms(sp.exp) if x.has(symbol)]
    if rates and all(r.is_Rational and r != 0 for r in rates):
        step = Integer(1) / sp.ilcm(*[r.q for r in rates], 1)
        powers = {sp.exp(r * symbol): name ** (r / step) for r in rates}
        yield e.xreplace(powers), lambda found: sp.log(found) / step
    yield e.xreplace({sp.log(symbol): name}), sp.exp
    yield e.xreplace({symbol: name}), lambda found: found


def _inside(place: Expr, symbol: Symbol, region: Region, tally: Tally, depth: int) -> bool:
    """Whether a place has a value and is in the range of its symbol."""
    ranges = {s: r for s, r in region.ranges.items() if s != symbol}
    limits = region.stated.get(symbol, region.ranges[symbol])
    logs = list(place.atoms(sp.log))
    inner = logs[0].args[0] if len(logs) == 1 else place
    binding = [f for f in region.facts if symbol in symbols_in(f)]
    others = tuple(f for f in region.facts if f not in binding)
    known = Region(ZERO, False, ranges, others, (inner,), region.stated)
    if not defined(known, tally):
        return False
    positive = replace(known, gap=inner, strict=True)
    if len(logs) == 1 and not shown(positive, tally, depth + 2):
        return False
    wanted = []
    if limits.low is not None:
        wanted.append((place - limits.low, limits.low_open))
    if limits.high is not None:
        wanted.append((limits.high - place, limits.high_open))
    for fact in binding:
        gap = fact.left - fact.right if fact.sign in (">", ">=") else fact.right - fact.left
        wanted.append((replaced(gap, {symbol: place}), fact.sign in (">", "<")))
    return all(
        shown(replace(known, gap=gap, strict=open_), tally, depth + 2) for gap, open_ in wanted
    )


# -- places of equality --------------------------------------------------------------------


def _touching(region: Region) -> Iterator[Touching]:
    """Places where the gap is 0 and no slope leads down into the region."""
    gap = region.gap
    symbols = sorted(gap.free_symbols, key=lambda s: s.name)
    slopes = [sp.diff(gap, s) for s in symbols]
    if gap.has(sp.Max, sp.Min) or any(
        e.has(sp.Derivative, sp.DiracDelta, sp.Heaviside, sp.sign) for e in slopes
    ):
        return
    pools = [_places(region.ranges[s]) for s in symbols]
    for values in islice(product(*pools), MOST_PLACES):
        place = dict(zip(symbols, values, strict=True))
        if not vanishes_at(gap, place):
            continue
        if all(
            _level(e.xreplace(place), region.ranges[s], place[s])
            for e, s in zip(slopes, symbols, strict=True)
        ):
            rows = [
                [sp.diff(slopes[i], symbols[j]) for j in range(i, len(symbols))]
                for i in range(len(symbols))
            ]
            yield Touching(gap, place, rows)


def _places(limits: Range) -> list[Expr]:
    found: dict[Expr, None] = {}
    for place in (limits.low, limits.high, ZERO, ONE, -ONE):
        if place is None:
            continue
        if place in (limits.low, limits.high):
            found[place] = None
            continue
        value, mine = Enclosure(place).over({}), limits.interval
        if value.low > mine.low and value.high < mine.high:
            found[place] = None
    return list(found)


def _level(slope: Expr, limits: Range, place: Expr) -> bool:
    """Whether a slope at a place is 0, or leads up from an end of the range."""
    if vanishes(slope):
        return True
    try:
        value = Enclosure(slope).over({})
    except (Outside, Unsupported):
        return False
    return (place == limits.low and value.nonnegative) or (
        place == limits.high and value.nonpositive
    )
