"""Rational numbers, exactly."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    Grid,
    Inexact,
    Ring,
    Sign,
    Undecided,
    Undefined,
    Verdict,
)

Exact = Fraction | float
"""A fraction; the only floats are plus and minus infinity."""

S = TypeVar("S")

MOST_BITS = 200_000
"""Powers with more bits are refused."""

RELATIONS: dict[str, Callable[[Exact, Exact], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class ExactRing(Ring[Exact]):
    """Fractions; infinity exists to be compared with and as the order of a norm."""

    name = "fractions"

    def number(self, value: Fraction) -> Exact:
        return value

    def constant(self, name: str) -> Exact:
        if name == "infinity":
            return math.inf
        return super().constant(name)

    def add(self, a: Exact, b: Exact) -> Exact:
        return finite(a) + finite(b)

    def neg(self, a: Exact) -> Exact:
        return -a

    def mul(self, a: Exact, b: Exact) -> Exact:
        return finite(a) * finite(b)

    def div(self, a: Exact, b: Exact) -> Exact:
        if b == 0:
            raise Undefined("division by zero")
        return finite(a) / finite(b)

    def power(self, a: Exact, b: Exact) -> Exact:
        base, exponent = finite(a), finite(b)
        if exponent.denominator != 1:
            if base < 0:
                raise Undefined(f"({base})^({exponent}) is not real")
            root = finite(self.root(base, exponent.denominator))
            return self.power(root, Fraction(exponent.numerator))
        if base == 0 and exponent < 0:
            raise Undefined("division by zero")
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits > 1 and bits * abs(exponent) > MOST_BITS:
            raise Inexact(f"({base})^({exponent}) is too long")
        return Fraction(base**exponent.numerator)

    def root(self, a: Exact, order: int) -> Exact:
        value = finite(a)
        if value < 0:
            if order % 2 == 0:
                raise Undefined(f"the root of {value} is not real")
            return -self.root(-value, order)
        above, below = whole_root(value.numerator, order), whole_root(value.denominator, order)
        if above is None or below is None:
            raise Inexact(f"a root of {value} is not rational")
        return Fraction(above, below)

    def exp(self, a: Exact) -> Exact:
        return Fraction(1) if a == 0 else super().exp(a)

    def log(self, a: Exact) -> Exact:
        if a <= 0:
            raise Undefined(f"the logarithm of {a} is not real")
        return Fraction(0) if a == 1 else super().log(a)

    def sin(self, a: Exact) -> Exact:
        return Fraction(0) if a == 0 else super().sin(a)

    def cos(self, a: Exact) -> Exact:
        return Fraction(1) if a == 0 else super().cos(a)

    def tanh(self, a: Exact) -> Exact:
        return Fraction(0) if a == 0 else super().tanh(a)

    def compare(self, a: Exact, sign: Sign, b: Exact) -> Verdict:
        return TRUE if RELATIONS[sign](a, b) else FALSE

    def select(self, truth: Verdict, a: Exact, b: Exact) -> Exact:
        if truth.decided is None:
            raise Undecided("a case distinction is undecided")
        return a if truth.decided else b

    def integer(self, a: Exact) -> int | None:
        return a.numerator if isinstance(a, Fraction) and a.denominator == 1 else None

    def is_whole(self, a: Exact) -> Verdict:
        return FALSE if self.integer(a) is None else TRUE

    def inverse(self, rows: Grid[Exact]) -> Grid[Exact]:
        return gauss_inverse(self, rows)

    def rank(self, rows: Grid[Exact]) -> Exact:
        return Fraction(len(echelon(self, rows)[1]))


def finite(a: Exact) -> Fraction:
    """The fraction that a scalar is."""
    if isinstance(a, float):
        raise Inexact("infinity is not a fraction")
    return a


def whole_root(value: int, order: int) -> int | None:
    """The root of a natural number, if it is a natural number."""
    if order == 2:
        root = math.isqrt(value)
        return root if root * root == value else None
    if order >= value.bit_length():
        return value if value <= 1 else None
    low, high = 0, 1 << (value.bit_length() // order + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**order <= value else (low, middle - 1)
    return low if low**order == value else None


def echelon(ring: Ring[S], rows: Grid[S]) -> tuple[Grid[S], tuple[int, ...]]:
    """The reduced echelon form and its pivot columns, in a ring that decides equality."""
    zero = ring.whole(0)
    table = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(len(table[0]) if table else 0):
        start = len(pivots)
        nonzero = (
            r
            for r in range(start, len(table))
            if ring.compare(table[r][column], "!=", zero).decided
        )
        chosen = next(nonzero, None)
        if chosen is None:
            continue
        table[start], table[chosen] = table[chosen], table[start]
        pivot = table[start][column]
        table[start] = [ring.div(entry, pivot) for entry in table[start]]
        for r, row in enumerate(table):
            if r != start:
                factor = row[column]
                table[r] = [
                    ring.sub(entry, ring.mul(factor, top))
                    for entry, top in zip(row, table[start], strict=True)
                ]
        pivots.append(column)
    return tuple(tuple(row) for row in table), tuple(pivots)


def gauss_inverse(ring: Ring[S], rows: Grid[S]) -> Grid[S]:
    """The inverse by elimination, in a ring that decides equality."""
    size = len(rows)
    unit = [[ring.whole(int(i == j)) for j in range(size)] for i in range(size)]
    wide = tuple((*row, *extra) for row, extra in zip(rows, unit, strict=True))
    table, pivots = echelon(ring, wide)
    if pivots[:size] != tuple(range(size)):
        raise Undefined("the matrix is singular")
    return tuple(row[size:] for row in table)
