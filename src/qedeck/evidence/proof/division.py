"""Boxes divided until each is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from sympy import Expr, Symbol

from qedeck.evidence.proof import intervals as over
from qedeck.evidence.proof.certificate import Fact, Outside, Unsupported
from qedeck.evidence.proof.enclosures import Box, Enclosure
from qedeck.evidence.proof.intervals import Interval
from qedeck.evidence.proof.ranges import Region
from qedeck.evidence.proof.tally import Tally

MOST_BOXES = 1500
NARROWEST = 2.0**-20
FARTHEST = 2.0**30


class Filter:
    """Facts that exclude boxes."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._gaps: list[tuple[Enclosure, str]] = []
        for fact in facts:
            try:
                self._gaps.append((Enclosure(fact.left - fact.right), fact.sign))
            except Unsupported:
                continue

    def excludes(self, box: Box) -> bool:
        """Whether a fact surely fails in all of a box."""
        return any(self._fails(gap, sign, box) for gap, sign in self._gaps)

    def _fails(self, gap: Enclosure, sign: str, box: Box) -> bool:
        try:
            value = gap.over(box)
        except Outside:
            return False
        failing: dict[str, bool] = {
            "<": value.nonnegative,
            "<=": value.positive,
            ">": value.nonpositive,
            ">=": value.negative,
            "=": value.positive or value.negative,
            "!=": bool(value.low.is_zero() and value.high.is_zero()),
        }
        return failing[sign]


def defined(region: Region, tally: Tally) -> bool:
    """Whether every part of a goal has a value in all of a region where its facts hold."""
    if not region.parts:
        return True
    parts, facts, known = Enclosure(*region.parts), Filter(region.facts), region.known
    waiting: list[Box] = [region.box]
    for _ in range(MOST_BOXES):
        if not waiting:
            return True
        box = waiting.pop()
        tally.budget.spend(2 * parts.steps)
        try:
            parts.over({**known, **box})
        except Outside:
            if facts.excludes(box):
                continue
            halves = divided(box, parts.symbols)
            if halves is None:
                return False
            waiting += halves
    return False


def divided(box: Box, symbols: Sequence[Expr], slopes: Box | None = None) -> list[Box] | None:
    """A box in two, across where it matters most; None where it is too small or too far out."""
    best: tuple[float, Expr] | None = None
    for symbol in symbols:
        mine = box[symbol]
        at = mine.middle
        if not mine.bounded:
            weight = float("inf") if abs(at) < FARTHEST else 0.0
        else:
            width = float(mine.high - mine.low)
            weight = width if width > NARROWEST * (1 + abs(float(mine.low))) else 0.0
            slope = None if slopes is None else slopes[symbol]
            if slope is not None and slope.bounded:
                weight *= 1e-9 + max(abs(float(slope.low)), abs(float(slope.high)))
        if weight > 0 and (best is None or weight > best[0]):
            best = weight, symbol
    if best is None:
        return None
    chosen = best[1]
    return [{**box, chosen: half} for half in box[chosen].halves(box[chosen].middle)]


class Division:
    """A gap over a region, box by box."""

    def __init__(self, region: Region, tally: Tally, touching: Touching | None = None) -> None:
        self.region = region
        self.tally = tally
        self.touching = touching
        self.gap = Enclosure(region.gap)
        self.facts = Filter(region.facts)
        self.known = region.known

    def done(self) -> bool:
        """Whether every box is."""
        waiting: list[Box] = [self.region.box]
        for _ in range(MOST_BOXES):
            if not waiting:
                return True
            box = waiting.pop()
            self.tally.budget.spend(4 * self.gap.steps)
            slopes = self._slopes(box)
            if self._finished(box, slopes):
                continue
            halves = divided(box, self.gap.symbols, slopes)
            if halves is None:
                return False
            waiting += halves
        return False

    def _slopes(self, box: Box) -> Box | None:
        try:
            return self.gap.slopes({s: i.closed for s, i in box.items()})
        except Outside:
            return None

    def _finished(self, box: Box, slopes: Box | None) -> bool:
        if self.facts.excludes(box):
            return True
        if self._right({**self.known, **box}):
            self.tally.boxes += 1
            return True
        if slopes is not None and (self._on_face(box, slopes) or self._leans(box, slopes)):
            self.tally.boxes += 1
            self.tally.by_slope += 1
            return True
        if self.touching is not None and self.touching.covers(box):
            self.tally.boxes += 1
            self.tally.by_touching += 1
            return True
        return False

    def _right(self, box: Box) -> bool:
        try:
            value = self.gap.over(box)
        except Outside:
            return False
        return value.positive if self.region.strict else value.nonnegative

    def _on_face(self, box: Box, slopes: Box) -> bool:
        """Whether the sign is right on the face that slopes of one sign lead from."""
        for _ in range(len(box)):
            face = {s: _end(i, slopes.get(s)) for s, i in box.items()}
            if face == box:
                return False
            if self._right(face):
                return True
            found = self._slopes(face)
            if found is None:
                return False
            box, slopes = face, found
        return False

    def _leans(self, box: Box, slopes: Box) -> bool:
        if not all(i.bounded for i in box.values()):
            return False
        middle = {s: Interval(i.middle, i.middle) for s, i in box.items()}
        try:
            total = self.gap.over(middle)
        except Outside:
            return False
        for s, slope in slopes.items():
            total = over.plus(total, over.times(slope, over.plus(box[s], over.minus(middle[s]))))
        return total.positive if self.region.strict else total.nonnegative


def _end(mine: Interval, slope: Interval | None) -> Interval:
    if slope is not None and slope.nonnegative and mine.low.is_finite():
        return Interval(mine.low, mine.low)
    if slope is not None and slope.nonpositive and mine.high.is_finite():
        return Interval(mine.high, mine.high)
    return mine


class Touching:
    """A place where a gap is 0, no slope leads down, and the gap is convex around.

    Raises:
        Unsupported: where a second derivative has no enclosure.
    """

    def __init__(
        self, gap: Expr, place: dict[Symbol, Expr], rows: Sequence[Sequence[Expr]]
    ) -> None:
        self.place = {s: Enclosure(e).over({}) for s, e in place.items()}
        self.gap = Enclosure(gap)
        self.rows = [[Enclosure(e) for e in row] for row in rows]

    def covers(self, box: Box) -> bool:
        """Whether the gap is convex on a box and on the way from the place to it."""
        around = {s: over.hull(i, place) for s, place in self.place.items() for i in (box[s],)}
        try:
            self.gap.over(around)
            matrix = [[e.over(around) for e in row] for row in self.rows]
        except Outside:
            return False
        return semidefinite(matrix)


def semidefinite(matrix: Sequence[Sequence[Interval]]) -> bool:
    """Whether all symmetric matrices with such entries have no negative principal minor.

    The entries of row k are those from the diagonal on.
    """
    size = len(matrix)

    def entry(i: int, j: int) -> Interval:
        return matrix[i][j - i] if i <= j else matrix[j][i - j]

    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> Interval:
        if not rows:
            return over.UNIT
        total = over.NOTHING
        for k, column in enumerate(columns):
            rest = columns[:k] + columns[k + 1 :]
            term = over.times(entry(rows[0], column), minor(rows[1:], rest))
            total = over.plus(total, over.minus(term) if k % 2 else term)
        return total

    chosen = [c for k in range(1, size + 1) for c in combinations(range(size), k)]
    return all(minor(c, c).nonnegative for c in chosen)
