"""The least value of the difference of two sides, where an inequality is nearly an equation.

Random instances do not meet the one point at which `e^x - 3 x` is least. Floats descend to it
from several starts; there the difference is computed in balls of many digits, at fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.confirmation import UNABLE, Instance, Point, symbolically
from qedeck.evidence.effort import effort
from qedeck.evidence.falsify import batches, described
from qedeck.evidence.instances import Batch
from qedeck.evidence.links import single_links
from qedeck.evidence.mixture import Floats
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.values import precise
from qedeck.evidence.reasons import Counter
from qedeck.formula.evaluate import Environment, evaluate, sides
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.tree import Implies, Relation, Restricted, Statement, Symbol
from qedeck.formula.values import Value, entries, like

BITS = 400
STEP = Fraction(1, 2**100)
"""Of differences in place of derivatives."""
GRAIN = 200
"""Points are multiples of 2 to the minus this."""
WIDE = Fraction(1, 2**30)
"""The same for second derivatives."""
POLISHED = 12
"""Steps in balls."""
SETTLED = 1e-3
"""A last step of this part of the numbers, or less, ends near where the difference is least; where
it is only approached far out, steps are as large as the numbers."""
TINY = 1e-33
NEGLIGIBLE = -150
"""A difference below 2 to this power, where it is least, is none that is meant."""
UNSEEN = -44
"""The same where steps do not end at the very point: less than floats see."""
CLOSE = 1e-6
"""Where floats end with a larger difference, relative to the sides, it is no matter of digits."""
STARTS = 4
COUNT = 24
MOST_NUMBERS = 8
MOST_SHAPES = 3
MOST_STEPS = 60
STEPS = 4 * SECOND
"""For all obligations; a descent that has begun is ended."""


@dataclass(frozen=True)
class Touch:
    """Where two sides come as near as floats and balls can tell."""

    counter: Counter
    certain: bool
    """The statement fails there for sure."""


EDGE = Fraction(1, 2**20)
"""Sides this near to each other, relative to their size, are at the end of a strict condition."""


def touched(todo: Sequence[Obligation], seed: int) -> Touch | None:
    """Where an inequality fails by very little, or a strict one is not kept apart; else None."""
    doubt, budget = None, Budget.of(STEPS)
    with precise(BITS), np.errstate(all="ignore"):
        for obligation in todo:
            for found in _touches(obligation, seed, budget):
                if found.certain:
                    return found
                doubt = doubt or found
    return doubt


def _touches(obligation: Obligation, seed: int, budget: Budget) -> Iterator[Touch]:
    links = [link for link in single_links(obligation.statement) if _ordered(link)]
    if not links or obligation.scope.laws:
        return
    tried: list[Mapping[str, int]] = []
    try:
        for batch in batches(obligation, seed, count=COUNT, most=1):
            if len(tried) >= MOST_SHAPES or batch.members:
                return
            if batch.shape not in tried:
                tried.append(batch.shape)
            for link in links:
                for k in _starts(batch, link):
                    if not budget.left:
                        return
                    found = _Descent(obligation, batch, k, link, budget).touch()
                    if found is not None:
                        yield found
                        if found.certain:
                            return
    except UNABLE:
        return


def _ordered(link: Relation) -> bool:
    """Whether a link compares the size of two scalars."""
    return link.signs[0] in ("<", "<=", ">", ">=") and not any(map(shape_of, link.terms))


def conditions(statement: Statement) -> list[Statement]:
    """What stands in front of a statement."""
    match statement:
        case Implies(given, then) | Restricted(then, given):
            return [given, *conditions(then)]
        case _:
            return []


def _near(a: Any, b: Any) -> bool:
    """Whether two balls are the same to what a least difference tells of its place."""
    return bool(abs(a - b) < _arb(EDGE) * max(1.0, float(abs(a).upper())))


def _starts(batch: Batch, link: Relation) -> list[int]:
    """The instances at which the sides are nearest, and a few others."""
    ring = FloatRing()
    low, high = (evaluate(term, batch.environment, ring) for term in link.terms)
    if not (isinstance(low, Approx) and isinstance(high, Approx)):
        return []
    gap = np.broadcast_to(np.abs(high.value - low.value), (batch.count,))
    gap = np.where(batch.meets & np.isfinite(gap), gap, np.inf)
    order = [int(k) for k in np.argsort(gap) if np.isfinite(gap[k])]
    return list(dict.fromkeys([*order[: STARTS // 2], *order[:: max(1, len(order) // 2)]]))[:STARTS]


class _Descent:
    """One instance whose numbers move to where the difference of two sides is least."""

    def __init__(
        self, obligation: Obligation, batch: Batch, k: int, link: Relation, budget: Budget
    ) -> None:
        self.obligation, self.batch, self.k, self.link = obligation, batch, k, link
        self.budget, self.effort = budget, effort(link, batch.environment)
        self.instance = Instance(obligation, batch, k)
        self.drawn = self.instance.drawn()
        free = {n for n, d in obligation.scope.declared.items() if d.kind == "real"}
        used = {n for term in link.terms for n in forms.reached(term, obligation.scope)}
        for name, equation in forms.equations(obligation.scope).items():
            used |= forms.reached(equation.value, obligation.scope) if name in used else set()
        self.names = [n for n in self.drawn if n in free & used]
        self.start = [x for name in self.names for x in entries(self.drawn[name])]
        sign = link.signs[0]
        self.low, self.high = link.terms if sign in ("<", "<=") else link.terms[::-1]
        self.strict = sign in ("<", ">")
        self.bounds = [self._bounds(n) for n in self.names for _ in entries(self.drawn[n])]
        self.settled = False
        """Whether steps in balls came to be small: the point is near where the difference is least,
        not on the way to where it is approached far out."""
        self.reached = False
        """Whether it is the very point, to all digits that are computed."""

    def _bounds(self, name: str) -> tuple[float | None, float | None]:
        """The numbers between which all entries of a symbol lie, as far as hypotheses say so."""
        scope = self.obligation.scope
        low = 0.0 if forms.entry_sign(name, scope) != "any" else None
        high = None
        for below, _, above in forms.links(scope):
            for own, other in ((above, below), (below, above)):
                if not (isinstance(own, Symbol) and own.name == name) or forms.names_in(other):
                    continue
                bound = evaluate(other, Environment[Approx](), FloatRing())
                if isinstance(bound, Approx) and np.isfinite(bound.value):
                    if own is above:
                        low = float(bound.value) if low is None else max(low, float(bound.value))
                    else:
                        high = float(bound.value) if high is None else min(high, float(bound.value))
        return low, high

    def touch(self) -> Touch | None:
        """What is found at the least difference."""
        if not 0 < len(self.start) <= MOST_NUMBERS:
            return None
        numbers = self._descended(np.array([float(x) for x in self.start]))
        if numbers is None:
            return None
        point = self._polished([Fraction(float(x)) for x in numbers])
        return None if point is None else self._judged(point)

    def _free(self, numbers: Sequence[Fraction]) -> list[int]:
        """Which numbers are not at an end of what they may be."""
        return [
            k
            for k, (x, ends) in enumerate(zip(numbers, self.bounds, strict=True))
            if all(end is None or x != Fraction(end) for end in ends)
        ]

    # In floats

    def _descended(self, start: Floats) -> Floats | None:
        """Where floats find the difference least; None where it is clear there."""
        from scipy.optimize import minimize

        found = minimize(
            self._gap, start, method="L-BFGS-B", bounds=self.bounds,
            options={"maxiter": MOST_STEPS, "ftol": 1e-15},
        )  # fmt: skip
        numbers = np.asarray(found.x, dtype=float)
        if not np.isfinite(numbers).all() or np.abs(numbers).max() > 1e6:
            return None
        near, size = self._sides(numbers)
        return numbers if near <= CLOSE * max(1.0, size) else None

    def _sides(self, numbers: Floats) -> tuple[float, float]:
        """The difference, infinite where it has no value or a hypothesis fails; the size."""
        ring = FloatRing()
        environment = self._floats(numbers)
        self.budget.took(self.effort)
        try:
            low, high = (evaluate(term, environment, ring) for term in (self.low, self.high))
        except UNABLE:
            return np.inf, 1.0
        assert isinstance(low, Approx)
        assert isinstance(high, Approx)
        gap = float(np.ravel(high.value - low.value)[0])
        return (gap if np.isfinite(gap) else np.inf), abs(float(np.ravel(high.value)[0]))

    def _gap(self, numbers: Floats) -> float:
        gap, _ = self._sides(numbers)
        return gap if np.isfinite(gap) else 1e12

    def _floats(self, numbers: Floats) -> Environment[Approx]:
        def drawn(number: Fraction) -> Approx:
            return exactly(np.array([float(number)]))

        values: dict[str, Value[Any]] = {
            n: like(v, [drawn(x) for x in entries(v)]) for n, v in self.drawn.items()
        }
        moved = self._values([exactly(np.array([x])) for x in numbers])
        return self.instance.environment({**values, **moved}, FloatRing(), self._alone)

    def _alone(self, entry: Approx) -> Approx:
        parts = (
            np.broadcast_to(x, (self.batch.count,))[[self.k]] for x in (entry.value, entry.error)
        )
        return Approx(*parts)

    def _values(self, numbers: Sequence[Any]) -> dict[str, Value[Any]]:
        found, left = {}, list(numbers)
        for name in self.names:
            count = len(entries(self.drawn[name]))
            found[name] = like(self.drawn[name], left[:count])
            left = left[count:]
        return found

    # In balls

    def _at(self, numbers: Sequence[Fraction]) -> Point:
        return self.instance.at({**self.drawn, **self._values(numbers)})

    def _ball(self, numbers: Sequence[Fraction]) -> Any:
        """The difference at fractions."""
        point = self._at(numbers)
        self.budget.took(self.effort)
        low, high = (
            evaluate(term, point.environment, point.ring) for term in (self.low, self.high)
        )
        return high.ball - low.ball  # type: ignore[union-attr]

    def _polished(self, numbers: list[Fraction]) -> list[Fraction] | None:
        """Steps of Newton towards a zero of the derivatives, which are taken by differences."""
        free = self._free(numbers)
        try:
            best = self._ball(numbers)
            turn = self._turn(numbers, free)
            for _ in range(POLISHED):
                slope = self._slopes(numbers, free)
                step = [_dot(row, slope) for row in turn]
                moved = list(numbers)
                for place, k in enumerate(free):
                    moved[k] = _rounded(numbers[k], step[place])
                size = max((float(abs(one).upper()) for one in step), default=0.0)
                scale = max(1.0, *(abs(float(x)) for x in numbers))
                self.settled = size <= SETTLED * scale and (not free or bool(turn.any()))
                self.reached = size <= TINY
                if self.reached:
                    break
                gap = self._ball(moved)
                if not gap.is_finite() or gap > best:
                    break
                numbers, best = moved, gap
        except (*UNABLE, np.linalg.LinAlgError):
            return None
        return numbers

    def _slopes(self, numbers: Sequence[Fraction], free: Sequence[int]) -> list[Any]:
        """Derivatives in the numbers that are free."""
        found = []
        for k in free:
            ends = [self._ball(_moved(numbers, k, way * STEP)) for way in (1, -1)]
            found.append((ends[0] - ends[1]) / _arb(2 * STEP))
        return found

    def _turn(self, numbers: Sequence[Fraction], free: Sequence[int]) -> Floats:
        """The inverse of the second derivatives, in floats; flat directions are left alone."""
        columns = []
        for k in free:
            up, down = (self._slopes(_moved(numbers, k, way * WIDE), free) for way in (1, -1))
            pairs = zip(up, down, strict=True)
            columns.append([float((a - b).mid()) / float(2 * WIDE) for a, b in pairs])
        bend = np.array(columns, dtype=float).reshape(len(free), len(free))
        return np.asarray(np.linalg.pinv((bend + bend.T) / 2, rcond=1e-7))

    def _judged(self, numbers: list[Fraction]) -> Touch | None:
        """A counterexample, or a difference that nothing tells from none; else None."""
        point = self._at(numbers)
        if not point.meets(self.obligation.scope) or not point.asked(self.obligation.statement):
            return None
        if point.says(self.obligation.statement) == "false":
            return Touch(replace(self._described(numbers), by="balls"), certain=True)
        gap = self._ball(numbers)
        least = Fraction(2) ** (NEGLIGIBLE if self.reached else UNSEEN)
        if not (self.strict and self.settled and abs(gap) < _arb(least)):
            return None
        counter = self._described(numbers)
        if self._equal(numbers):
            return Touch(replace(counter, by="exact"), certain=True)
        return None if self._kept_away(point) else Touch(counter, certain=False)

    def _kept_away(self, point: Point) -> bool:
        """Whether a strict condition is nearly an equation here, which keeps the very point out.

        Sides that meet where a condition ends need not meet where it holds: `w \\ne v` says that v
        alone is best.
        """
        said = [*conditions(self.obligation.statement), *forms.assumed(self.obligation.scope)]
        for link in [link for one in said for link in single_links(one)]:
            if link.signs[0] in ("<", ">", "!="):
                (found,) = sides(link, point.environment, point.ring)
                pairs = zip(entries(found.left), entries(found.right), strict=True)
                if all(_near(a.ball, b.ball) for a, b in pairs):
                    return True
        return False

    def _equal(self, numbers: Sequence[Fraction]) -> bool:
        """Whether the sides are equal at numbers that have a short form, as a proof tells."""
        known = [closed_form(x) for x in numbers]
        if any(one is None for one in known):
            return False
        return symbolically(self.obligation, self.batch, self.k, self._values(known))

    def _described(self, numbers: Sequence[Fraction]) -> Counter:
        """The instance in floats; the relation is named, as floats do not see it fail."""
        environment = self._floats(np.array([float(x) for x in numbers]))
        single = replace(
            self.batch, environment=environment, meets=np.ones(1, dtype=bool), count=1, members={}
        )
        links = single_links(self.obligation.statement)
        found = described(self.obligation, single, 0)
        if found.left is not None:
            return found
        return replace(found, link=links.index(self.link))


def closed_form(number: Fraction) -> Any:
    """A short expression that a number is, as far as its digits tell; None where none is found.

    A guess: what rests on it is proved.
    """
    import sympy

    x = _arb(number)
    short = _fraction(x)
    if short is not None:
        return short
    for k in range(1, 5):
        power = _fraction((k * x).exp())
        if power is not None and power > 0:
            return sympy.log(power) / k
    square, turns = _fraction(x * x), _fraction(x / x.pi())
    if square is not None and square > 0:
        return sympy.sqrt(square) * (1 if number > 0 else -1)
    if turns is not None:
        return turns * sympy.pi
    power = _fraction(abs(x).log())
    return None if power is None else sympy.exp(power) * (1 if number > 0 else -1)


def _fraction(ball: Any) -> Any:
    """The fraction of a small denominator in a ball widened a little; None for none."""
    import sympy

    if not ball.is_finite() or abs(ball) > 10**6:
        return None
    man, exp = ball.mid().man_exp()
    value = Fraction(int(man)) * Fraction(2) ** int(exp)
    short = value.limit_denominator(1000)
    near = abs(short - value) < Fraction(1, 2**80)
    return sympy.Rational(short.numerator, short.denominator) if near else None


def _moved(numbers: Sequence[Fraction], k: int, step: Fraction) -> list[Fraction]:
    return [x + step * (j == k) for j, x in enumerate(numbers)]


def _dot(row: Floats, slopes: Sequence[Any]) -> Any:
    terms = [_arb(Fraction(float(a))) * b for a, b in zip(row, slopes, strict=True)]
    return sum(terms, _arb(0))


def _arb(number: Fraction | int) -> Any:
    import flint

    value = Fraction(number)
    return flint.arb(flint.fmpq(value.numerator, value.denominator))


def _rounded(number: Fraction, step: Any) -> Fraction:
    """The number less the middle of a step, on a grid that keeps it short."""
    man, exp = step.mid().man_exp()
    moved = number - Fraction(int(man)) * Fraction(2) ** int(exp)
    return Fraction(round(moved * 2**GRAIN), 2**GRAIN)
