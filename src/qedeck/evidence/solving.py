"""Equations among numbers, solved exactly where they are linear, else enclosed in balls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from qedeck.formula.evaluate import Value, sides
from qedeck.formula.rings.algebraic import Algebraic
from qedeck.formula.rings.dual import Dual, DualRing
from qedeck.formula.tree import Statement
from qedeck.formula.values import entries, like

if TYPE_CHECKING:
    from qedeck.evidence.confirmation import Instance, Point

STEPS = 8
GRAIN = 140
"""Middles of balls are multiples of 2 to the minus this."""


class System:
    """Equations in the entries of some symbols, at an instance that nearly meets them."""

    def __init__(
        self,
        instance: Instance,
        statements: Sequence[Statement],
        names: Sequence[str],
        drawn: Mapping[str, Value[Fraction]],
    ) -> None:
        self.instance, self.statements, self.names = instance, statements, names
        self.drawn = drawn
        self.ring = DualRing(instance.ring)
        self.start = [number for name in names for number in entries(drawn[name])]

    def solution(self) -> Point | None:
        """A point on the equations; None where none is found."""
        gaps, slopes = self._linear([self._number(x) for x in self.start])
        rows, columns = _pivots(slopes)
        if not columns:
            return None
        exact = self._exactly(gaps, rows, columns)
        return exact if exact is not None else self._enclosed(rows, columns, slopes)

    def _number(self, value: Fraction) -> Algebraic:
        return self.instance.ring.number(value)

    def _values(self, numbers: Sequence[Any]) -> dict[str, Value[Any]]:
        found, left = {}, list(numbers)
        for name in self.names:
            count = len(entries(self.drawn[name]))
            found[name] = like(self.drawn[name], left[:count])
            left = left[count:]
        return found

    def _linear(
        self, numbers: Sequence[Algebraic]
    ) -> tuple[list[Dual[Algebraic]], np.ndarray[Any, Any]]:
        """The differences of sides with their slopes, and these slopes in floats."""
        one = self.instance.ring.whole(1)
        moving = [Dual(x, {k: one}) for k, x in enumerate(numbers)]
        others = {
            name: like(value, [Dual(self._number(x)) for x in entries(value)])
            for name, value in self.drawn.items()
            if name not in self.names
        }
        values = {**others, **self._values(moving)}
        environment = self.instance.environment(
            values, self.ring, lambda entry: Dual(self.instance.ball(entry))
        )
        gaps = [
            self.ring.sub(a, b)
            for statement in self.statements
            for link in sides(statement, environment, self.ring)
            if link.sign == "="
            for a, b in zip(entries(link.left), entries(link.right), strict=True)
        ]
        table = [
            [
                float(gap.slopes[k].ball.mid()) if k in gap.slopes else 0.0
                for k in range(len(moving))
            ]
            for gap in gaps
        ]
        return gaps, np.array(table, dtype=float)

    def _exactly(
        self, gaps: Sequence[Dual[Algebraic]], rows: Sequence[int], columns: Sequence[int]
    ) -> Point | None:
        """One step of Newton in fractions, which solves linear equations."""
        import flint

        ring = self.instance.ring
        chosen = [gaps[row] for row in rows]
        slopes = [[gap.slopes.get(k, ring.whole(0)) for k in columns] for gap in chosen]
        flat = [*(gap.value for gap in chosen), *(one for row in slopes for one in row)]
        if any(one.exact is None or one.exact.degree() > 0 for one in flat):
            return None
        left = flint.fmpq_mat(len(rows), len(columns), [one.exact[0] for r in slopes for one in r])
        right = flint.fmpq_mat(len(rows), 1, [gap.value.exact[0] for gap in chosen])
        step = left.solve(right)
        numbers = list(self.start)
        for place, k in enumerate(columns):
            moved = step[place, 0]
            numbers[k] -= Fraction(int(moved.p), int(moved.q))
        point = self.instance.at({**self.drawn, **self._values(numbers)})
        met = [
            all(gap.value.exact is not None and gap.value.exact == 0 for gap in gaps_now)
            for gaps_now, _ in [self._linear([self._number(x) for x in numbers])]
        ]
        return point if all(met) else None

    def _enclosed(
        self, rows: Sequence[int], columns: Sequence[int], slopes: np.ndarray[Any, Any]
    ) -> Point | None:
        """A ball about a zero, by Krawczyk's test.

        With Y near the inverse of the slopes, K(X) = x - Y f(x) + (1 - Y f'(X)) (X - x) within
        the inside of X has a zero of f in X, and it lies in K(X).
        """
        import flint

        if len(rows) < slopes.shape[0]:
            return None  # equations that depend on others are met by no ball for sure
        ring, arb = self.instance.ring, flint.arb
        near = np.linalg.inv(slopes[np.ix_(rows, columns)])
        turn = [[arb(float(one)) for one in row] for row in near]
        size = range(len(columns))
        numbers = list(self.start)
        steps: list[Any] = []
        for _ in range(STEPS):
            gaps, _now = self._linear([self._number(x) for x in numbers])
            steps = [
                sum((turn[i][j] * gaps[rows[j]].value.ball for j in size), arb(0)) for i in size
            ]
            for place, k in enumerate(columns):
                numbers[k] = _rounded(numbers[k], steps[place])
            if all(abs(step) < arb(2) ** (8 - GRAIN) for step in steps):
                break
        here, _now = self._linear([self._number(x) for x in numbers])
        steps = [sum((turn[i][j] * here[rows[j]].value.ball for j in size), arb(0)) for i in size]
        radius = max([2.0 ** (16 - GRAIN), *(4 * float(abs(step).upper()) for step in steps)])
        around = arb(0, radius)
        box = [self._number(x) for x in numbers]
        for k in columns:
            box[k] = Algebraic(None, box[k].ball + around)
        wide, _now = self._linear(box)
        found = list(box)
        for i in size:
            spread = arb(0)
            for j in size:
                product = sum(
                    (
                        turn[i][r] * _slope(wide[rows[r]], columns[j], ring)
                        for r in size
                    ),
                    arb(0),
                )  # fmt: skip
                spread += ((arb(1) if i == j else arb(0)) - product) * around
            moved = spread - steps[i]
            if not abs(moved) < radius:
                return None
            found[columns[i]] = Algebraic(None, self._number(numbers[columns[i]]).ball + moved)
        others = {n: v for n, v in self.drawn.items() if n not in self.names}
        values = {n: like(v, [self._number(x) for x in entries(v)]) for n, v in others.items()}
        return self.instance.among({**values, **self._values(found)}, frozenset(self.statements))


def _slope(gap: Dual[Algebraic], k: int, ring: Any) -> Any:
    return gap.slopes[k].ball if k in gap.slopes else ring.whole(0).ball


def _rounded(number: Fraction, step: Any) -> Fraction:
    """The number less the middle of a step, on a grid that keeps it short."""
    man, exp = step.mid().man_exp()
    moved = number - Fraction(int(man)) * Fraction(2) ** int(exp)
    return Fraction(round(moved * 2**GRAIN), 2**GRAIN)


def _pivots(slopes: np.ndarray[Any, Any]) -> tuple[list[int], list[int]]:
    """Rows and columns of a square part that is far from singular: elimination, full pivoting."""
    left = np.where(np.isfinite(slopes), slopes, 0.0)
    scale = max(1e-300, float(np.abs(left).max(initial=0.0)))
    rows: list[int] = []
    columns: list[int] = []
    for _ in range(min(left.shape)):
        i, j = np.unravel_index(int(np.abs(left).argmax()), left.shape)
        if abs(left[i, j]) <= 1e-9 * scale:
            break
        rows.append(int(i))
        columns.append(int(j))
        left = left - np.outer(left[:, j], left[i]) / left[i, j]
    return rows, columns
