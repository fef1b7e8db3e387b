"""Inequalities in one symbol: between the places of equality, by boxes, slopes and derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import sympy as sp
from sympy import Expr, Integer, Rational, Symbol

from qedeck.evidence.proof import intervals as over
from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.budget import SECOND
from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.enclosures import Enclosure
from qedeck.evidence.proof.factors import core, resolved, scaled
from qedeck.evidence.proof.intervals import Ball, Interval
from qedeck.evidence.proof.limits import by_rules
from qedeck.evidence.proof.ranges import Range
from qedeck.evidence.proof.tally import Tally
from qedeck.evidence.proof.touching import vanishes, vanishes_at, zeros

DEEPEST = 4
"""Derivatives of which the signs are asked for one after another."""
HIGHEST = 7
"""Derivatives at a point of equality."""
MOST_SPLITS = 24
"""Times that a box at an end of the line is divided before it is left to the slopes."""
SOON = 4
"""Times that it is divided before slopes are tried on it."""
MOST_BOXES = 400
LIMIT_STEPS = 0.1 * SECOND
NARROWEST = 2.0**-30


def on_line(
    gap: Expr,
    symbol: Symbol,
    limits: Range,
    strict: bool,
    tally: Tally,
    depth: int = 0,
    *,
    as_given: bool = False,
) -> bool:
    """Whether an expression is shown to be at least 0, or positive, for all values of a symbol.

    It must have a value for all of them. Factors with known signs are left out, unless it is to
    be taken as given.
    """
    if not as_given:
        left = core(gap, {symbol: limits.interval})
        if left.positive or not strict:
            gap = left.rest
    if not gap.free_symbols:
        return gap.is_number and _sign_of(gap, strict)
    places = [limits.low, *_kinks(gap, symbol, limits), limits.high]
    for low, high in pairwise(places):
        open_low = limits.low_open if low == limits.low else False
        open_high = limits.high_open if high == limits.high else False
        if not _between(gap, symbol, Range(low, high, open_low, open_high), strict, tally, depth):
            return False
    return True


def _sign_of(number: Expr, strict: bool) -> bool:
    value = Enclosure(number).over({})
    return value.positive or (not strict and (value.nonnegative or vanishes(number)))


def _kinks(gap: Expr, symbol: Symbol, limits: Range) -> list[Expr]:
    """Where arguments of absolute values, signs and maxima are 0 or change places."""
    found: dict[Expr, None] = {}
    for e in gap.atoms(sp.Abs, sp.sign, sp.Max, sp.Min):
        inside = e.args[0] if len(e.args) == 1 else e.args[0] - e.args[1]
        slope = expanded(inside).coeff(symbol, 1)
        shift = expanded(inside - slope * symbol)
        if slope != 0 and not slope.free_symbols and not shift.free_symbols:
            found[-shift / slope] = None
    mine = limits.interval
    values = {place: Enclosure(place).over({}) for place in found}
    inner = [p for p, v in values.items() if v.low > mine.low and v.high < mine.high]
    return sorted(inner, key=float)


def _between(
    gap: Expr, symbol: Symbol, limits: Range, strict: bool, tally: Tally, depth: int
) -> bool:
    places = zeros(gap, symbol, limits)
    if places is None:
        return False
    for place in places if strict else ():
        excluded = (place == limits.low and limits.low_open) or (
            place == limits.high and limits.high_open
        )
        if not excluded:
            return False
    inner = [p for p in places if p not in (limits.low, limits.high)]
    for low, high in pairwise([limits.low, *inner, limits.high]):
        limits_ = Range(
            low,
            high,
            limits.low_open if low == limits.low else False,
            limits.high_open if high == limits.high else False,
        )
        ends = (low is not None and low in places, high is not None and high in places)
        if not Piece(gap, symbol, limits_, ends, strict, tally, depth).proved():
            return False
    return True


@dataclass
class Piece:
    """An expression between two ends, at some of which it is 0."""

    gap: Expr
    symbol: Symbol
    limits: Range
    zero: tuple[bool, bool]
    """Whether it is 0 at the lower end, at the upper end."""
    strict: bool
    tally: Tally
    depth: int

    def proved(self) -> bool:
        """Whether it is shown to have no wrong sign."""
        whole = self.limits.interval
        if self._beside(whole):
            return True
        waiting, ends, tried = [(whole, 0)], [], 0
        while waiting:
            tried += 1
            if tried > MOST_BOXES:
                return False
            box, splits = waiting.pop()
            self.tally.budget.spend(4 * self.enclosure.steps)
            if self._done(box):
                self.tally.boxes += 1
                continue
            if self._at_end(box) and splits == SOON and (self._dwarfs(box) or self._climbs(box)):
                continue
            if self._at_end(box) and splits >= MOST_SPLITS:
                ends.append(box)
                continue
            if box.bounded and box.high - box.low < NARROWEST * (1 + abs(box.low)):
                return False
            at = box.middle
            if at <= box.low or at >= box.high:
                return False
            waiting += [(half, splits + 1 if self._at_end(half) else 0) for half in box.halves(at)]
        return all(self._climbs(box) for box in ends)

    @cached_property
    def enclosure(self) -> Enclosure:
        """The expression, ready to be enclosed."""
        return Enclosure(self.gap)

    def _at_end(self, box: Interval) -> bool:
        whole = self.limits.interval
        return bool(box.low == whole.low or box.high == whole.high)

    def _right(self, value: Interval) -> bool:
        return value.positive if self.strict else value.nonnegative

    def _done(self, box: Interval) -> bool:
        try:
            if self._right(self.enclosure.over({self.symbol: box})):
                return True
        except Outside:
            return False
        # An end that is left out may be a jump, unless slopes are known with it.
        for around in (box.closed, box):
            slope = self._slope(around)
            if slope is not None:
                if self._rises(around, slope) or self._leans(box, slope):
                    self.tally.by_slope += 1
                    return True
                break
        return self._beside(box)

    def _slope(self, box: Interval) -> Interval | None:
        try:
            slopes = self.enclosure.slopes({self.symbol: box})
        except Outside:
            return None
        return None if slopes is None else slopes[self.symbol]

    def _rises(self, box: Interval, slope: Interval) -> bool:
        """Whether slopes of one sign lead from an end where the sign is right."""
        whole = self.limits.interval
        ways = []
        if slope.nonnegative and not box.low_open:
            ways.append((slope.positive, box.low, self.zero[0] and box.low == whole.low))
        if slope.nonpositive and not box.high_open:
            ways.append((slope.negative, box.high, self.zero[1] and box.high == whole.high))
        for sure, end, zero in ways:
            if zero and (not self.strict or sure):
                return True
            if end.is_finite() and self._right_at(end):
                return True
        return False

    def _right_at(self, point: Ball) -> bool:
        try:
            return self._right(self.enclosure.over({self.symbol: Interval(point, point)}))
        except Outside:
            return False

    def _leans(self, box: Interval, slope: Interval) -> bool:
        """The mean value form: the value in the middle, and a slope times the way from there."""
        if not box.bounded:
            return False
        middle = Interval(box.middle, box.middle)
        way = over.plus(box, over.minus(middle))
        try:
            value = self.enclosure.over({self.symbol: middle})
        except Outside:
            return False
        return self._right(over.plus(value, over.times(slope, way)))

    # -- points of equality ----------------------------------------------------------------

    def _beside(self, box: Interval) -> bool:
        """Whether derivatives show the sign between a box's farther end and a zero at its other."""
        whole = self.limits.interval
        for zero, place, low in (
            (self.zero[0] and box.low == whole.low, self.limits.low, True),
            (self.zero[1] and box.high == whole.high, self.limits.high, False),
        ):
            if zero and self._unfolds(box, place, low):
                self.tally.boxes += 1
                self.tally.by_touching += 1
                return True
        return False

    def _unfolds(self, box: Interval, place: Expr, low: bool) -> bool:
        closed = box._replace(low_open=False) if low else box._replace(high_open=False)
        beyond = box._replace(low_open=True) if low else box._replace(high_open=True)
        smooth = resolved(self.gap, {self.symbol: closed})
        if smooth is None:
            return False
        try:
            for order in range(HIGHEST):
                tape = Enclosure(smooth)
                if order:
                    value = tape.over({self.symbol: beyond})
                    if not low and order % 2:
                        value = over.minus(value)
                    if self._right(value):
                        tape.over({self.symbol: closed})
                        return True
                    if not vanishes_at(smooth, {self.symbol: place}):
                        return False
                else:
                    tape.over({self.symbol: closed})
                smooth = sp.diff(smooth, self.symbol)
        except (Outside, Unsupported):
            return False
        return False

    # -- ends of the line ------------------------------------------------------------------

    def _dwarfs(self, box: Interval) -> bool:
        """Whether the sign shows once the expression is divided by an exponential in it."""
        for gap in scaled(self.gap) if self.gap.has(sp.exp) else ():
            try:
                if self._right(Enclosure(gap).over({self.symbol: box})):
                    self.tally.boxes += 1
                    return True
            except (Outside, Unsupported):
                continue
        return False

    def _climbs(self, box: Interval) -> bool:
        """Whether the derivative has one sign in a box at an end of the line."""
        if self.depth >= DEEPEST:
            return False
        whole = self.limits.interval
        from_low = box.low != whole.low or self.zero[0]
        end = box.low if from_low else box.high
        if not self._at_zero(end) and not (end.is_finite() and self._right_at(end)):
            return False
        closed = box._replace(low_open=False) if from_low else box._replace(high_open=False)
        limits = Range(
            self.limits.low if box.low == whole.low else _exact(box.low),
            self.limits.high if box.high == whole.high else _exact(box.high),
            box.low_open,
            box.high_open,
        )
        if self._slopes_away(closed, limits, from_low, self.strict and self._at_zero(end)):
            return True
        return self._vanishes_far(limits, not from_low) and self._slopes_away(
            closed, limits, not from_low, self.strict
        )

    def _slopes_away(self, box: Interval, limits: Range, upward: bool, strict: bool) -> bool:
        """Whether the expression rises, or falls, in a box."""
        smooth = resolved(self.gap, {self.symbol: box})
        if smooth is None:
            return False
        slope = sp.diff(smooth, self.symbol)
        slope = slope if upward else -slope
        if on_line(slope, self.symbol, limits, strict, self.tally, self.depth + 1):
            self.tally.boxes += 1
            self.tally.by_slope += 1
            return True
        return False

    def _vanishes_far(self, limits: Range, low: bool) -> bool:
        """Whether the limit at the end of the line is 0."""
        end = limits.low if low else limits.high
        if end is not None and end != 0:
            return False
        target = end if end is not None else -sp.oo if low else sp.oo
        place = sp.Symbol(self.symbol.name, positive=True) if end == 0 and low else self.symbol
        gap = self.gap.xreplace({self.symbol: place})
        budget = self.tally.budget.within(LIMIT_STEPS)
        found = by_rules(gap, place, target, (), budget)
        return found is not None and found.is_number and vanishes(found)

    def _at_zero(self, end: Ball) -> bool:
        whole = self.limits.interval
        return bool((self.zero[0] and end == whole.low) or (self.zero[1] and end == whole.high))


def _exact(x: Ball) -> Expr:
    mantissa, exponent = x.man_exp()
    return Rational(int(mantissa)) * Integer(2) ** int(exponent)
