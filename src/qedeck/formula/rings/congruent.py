"""Balls about a number at which an expression is known to be zero, and what follows from that.

Balls alone never tell that two numbers are equal. At a zero of `cos x - x`, which a change of its
sign encloses, `cos x` is `x` by what the zero is: whatever is computed from the one is computed
from the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.balls import Ball


class CongruentRing(AlgebraicRing):
    """Balls in which the same operation on the same numbers is the same number.

    Sound: numbers are taken for one only where they come from one another by functions, by
    `a - a = 0` and by the equations told, which hold at the number that the ball encloses.
    """

    def __init__(self, root: Ball) -> None:
        super().__init__(root)
        self._root = Algebraic(None, root)
        self._made: dict[Any, tuple[Algebraic, Any]] = {}
        """By operation and arguments: the number, and the arguments, lest their ids be reused."""
        self._negated: dict[int, Algebraic] = {}

    @property
    def generator(self) -> Algebraic:
        return self._root

    def identify(self, a: Algebraic, b: Algebraic) -> None:
        """Take two numbers for one, which they are."""
        if a.exact is not None or all(value is not a for value, _ in self._made.values()):
            a, b = b, a
        if a is b:
            return
        for key, (value, arguments) in self._made.items():
            if value is a:
                self._made[key] = b, arguments

    def _once(
        self, name: str, make: Callable[[], Algebraic], *arguments: Algebraic, turned: bool = False
    ) -> Algebraic:
        parts = [_key(one) for one in arguments]
        key = (name, *(sorted(parts) if turned else parts))
        if key not in self._made:
            self._made[key] = make(), arguments
        return self._made[key][0]

    def constant(self, name: str) -> Algebraic:
        return self._once(f"constant {name}", lambda: super(CongruentRing, self).constant(name))

    def add(self, a: Algebraic, b: Algebraic) -> Algebraic:
        for one, other in ((a, b), (b, a)):
            if one.exact is not None and one.exact == 0:
                return other
            if self._negated.get(id(other)) is one:
                return self.whole(0)
        return self._once("add", lambda: super(CongruentRing, self).add(a, b), a, b, turned=True)

    def neg(self, a: Algebraic) -> Algebraic:
        if a.exact is not None:
            return super().neg(a)
        if id(a) in self._negated:
            return self._negated[id(a)]
        found = self._once("neg", lambda: super(CongruentRing, self).neg(a), a)
        self._negated[id(found)] = a
        return found

    def mul(self, a: Algebraic, b: Algebraic) -> Algebraic:
        for one, other in ((a, b), (b, a)):
            if one.exact is not None and one.exact == 1:
                return other
            if one.exact is not None and one.exact == -1:
                return self.neg(other)
        return self._once("mul", lambda: super(CongruentRing, self).mul(a, b), a, b, turned=True)

    def div(self, a: Algebraic, b: Algebraic) -> Algebraic:
        return self._once("div", lambda: super(CongruentRing, self).div(a, b), a, b)

    def power(self, a: Algebraic, b: Algebraic) -> Algebraic:
        return self._once("power", lambda: super(CongruentRing, self).power(a, b), a, b)

    def root(self, a: Algebraic, order: int) -> Algebraic:
        return self._once(f"root {order}", lambda: super(CongruentRing, self).root(a, order), a)

    def log(self, a: Algebraic) -> Algebraic:
        return self._once("log", lambda: super(CongruentRing, self).log(a), a)

    def gamma(self, a: Algebraic) -> Algebraic:
        return self._once("gamma", lambda: super(CongruentRing, self).gamma(a), a)

    def _transcendental(self, function: str, a: Algebraic) -> Algebraic:
        return self._once(
            function, lambda: super(CongruentRing, self)._transcendental(function, a), a
        )

    def maximum(self, a: Algebraic, b: Algebraic) -> Algebraic:
        return self._once(
            "max", lambda: super(CongruentRing, self).maximum(a, b), a, b, turned=True
        )


def _key(a: Algebraic) -> tuple[str, str]:
    """What tells a number from others: its fraction, or which object it is."""
    return ("", str(a.exact)) if a.exact is not None else ("id", str(id(a)))
