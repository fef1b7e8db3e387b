"""Slopes of one branch: what stands at a place where it jumps or bends takes a side that is set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.dual import Dual, DualRing
from qedeck.formula.rings.ring import FALSE, TRUE, Ring, Sign, T, Verdict, certain

Form = Mapping[int, Fraction]
"""A sum of multiples of numbers that are known by how they are computed."""
Quantity = tuple[tuple[int, Fraction], ...]
"""What is compared with 0, up to a factor."""


class BranchRing(DualRing[T]):
    """Duals in which a comparison of two numbers that are equal comes out as `sides` says.

    Beside a point a function is one of its branches, whichever that is. Numbers that are computed
    in the same way are the same function, and get the same side; where that is not known of them,
    `lost` says so. Roots of 0 are no branches: `turning` says where they are.
    """

    def __init__(self, base: Ring[T]) -> None:
        super().__init__(base)
        self.sides: dict[Quantity, int] = {}
        self.lost = False
        self._made: dict[Any, int] = {}
        self._forms: dict[Dual[T], Form] = {}

    def named(self, a: Dual[T], made: Any = None) -> Dual[T]:
        """The number, known by how it was computed."""
        key = self._made.setdefault(made or ("given", len(self._made)), len(self._made))
        self._forms[a] = {key: Fraction(1)}
        return a

    def _known(self, result: Dual[T], operation: str, *parts: Any) -> Dual[T]:
        forms = [self._forms.get(p) if isinstance(p, Dual) else p for p in parts]
        if None not in forms and result not in self._forms:
            keys = [tuple(sorted(f.items())) if isinstance(f, dict) else f for f in forms]
            self.named(result, (operation, *keys))
        return result

    def _sum(self, a: Dual[T], b: Dual[T], weight: int = 1) -> Form | None:
        left, right = self._forms.get(a), self._forms.get(b)
        if left is None or right is None:
            return None
        found = dict(left)
        for key, factor in right.items():
            found[key] = found.get(key, Fraction(0)) + weight * factor
        return {key: factor for key, factor in found.items() if factor}

    def number(self, value: Fraction) -> Dual[T]:
        result = self.named(super().number(Fraction(value)), "one")
        self._forms[result] = {key: value for key in self._forms[result] if value}
        return result

    def constant(self, name: str) -> Dual[T]:
        return self._known(super().constant(name), "constant", name)

    def add(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        result, form = super().add(a, b), self._sum(a, b)
        if form is not None:
            self._forms[result] = form
        return result

    def neg(self, a: Dual[T]) -> Dual[T]:
        result, form = super().neg(a), self._forms.get(a)
        if form is not None:
            self._forms[result] = {key: -factor for key, factor in form.items()}
        return result

    def mul(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._known(super().mul(a, b), "mul", a, b)

    def div(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._known(super().div(a, b), "div", a, b)

    def power(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._known(super().power(a, b), "power", a, b)

    def root(self, a: Dual[T], order: int) -> Dual[T]:
        return self._known(super().root(a, order), "root", a, order)

    def exp(self, a: Dual[T]) -> Dual[T]:
        return self._known(super().exp(a), "exp", a)

    def log(self, a: Dual[T]) -> Dual[T]:
        return self._known(super().log(a), "log", a)

    def absolute(self, a: Dual[T]) -> Dual[T]:
        above = self._above(a, self.whole(0))
        return self._known(self.select(above, a, self.neg(a)), "absolute", a)

    def sgn(self, a: Dual[T]) -> Dual[T]:
        return self._known(Ring.sgn(self, a), "sgn", a)

    def maximum(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._known(self.select(self._above(a, b), a, b), "maximum", a, b)

    def minimum(self, a: Dual[T], b: Dual[T]) -> Dual[T]:
        return self._known(self.select(self._above(a, b), b, a), "minimum", a, b)

    def compare(self, a: Dual[T], sign: Sign, b: Dual[T]) -> Verdict:
        holds = {"=": (0,), "!=": (-1, 1), ">": (1,), ">=": (0, 1), "<": (-1,), "<=": (-1, 0)}
        return self._sided(a, sign, b, lambda side, _: side in holds[sign])

    def _above(self, a: Dual[T], b: Dual[T]) -> Verdict:
        """Which of two numbers counts as the larger one: where they are equal either may."""
        return self._sided(a, ">=", b, lambda side, facing: (side or facing) > 0)

    def _sided(
        self, a: Dual[T], sign: Sign, b: Dual[T], holds: Callable[[int, int], bool]
    ) -> Verdict:
        plain = self.base.compare(a.value, sign, b.value)
        if a is b or not (a.slopes or b.slopes):
            return plain
        apart = certain(self.base.compare(a.value, "=", b.value).no)
        if apart.decided:
            return plain
        forced = TRUE if holds(*self._side(self._sum(a, b, -1))) else FALSE
        return (plain & apart) | (forced & ~apart)

    def _side(self, gap: Form | None) -> tuple[int, int]:
        """The sign of a difference on this branch, and how it faces the quantity that is set."""
        if gap is None:
            self.lost = True
            return 1, 1
        if not gap:
            return 0, 1
        factor = gap[min(gap)]
        facing = 1 if factor > 0 else -1
        quantity = tuple((key, gap[key] / factor) for key in sorted(gap))
        return facing * self.sides.setdefault(quantity, 1), facing
