"""Numbers of one field over the fractions, exactly; what leaves the field, as balls."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.balls import Ball, BallRing
from qedeck.formula.rings.exact import ExactRing, finite
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

MOST_COFACTORS = 5
"""Larger matrices of balls go through elimination."""
MOST_POWER = 64
"""Larger powers are balls."""


@dataclass(frozen=True, eq=False)
class Algebraic:
    """A number: a polynomial in the root that makes the field, or no more than an enclosure."""

    exact: Any
    """A `flint.fmpq_poly`, reduced; None for a number that is only enclosed."""
    ball: Ball


class AlgebraicRing(Ring[Algebraic]):
    """The field of a real root of a polynomial; or, without one, balls about a number."""

    name = "algebraic numbers"

    def __init__(self, root: Ball, minimal: Any = None) -> None:
        """Make the ring.

        Args:
            root: An enclosure of the number.
            minimal: The irreducible `flint.fmpq_poly` that it is a root of; None: not known.
        """
        import flint

        self.poly = flint.fmpq_poly
        self.fmpq = flint.fmpq
        self.fmpq_mat = flint.fmpq_mat
        self.arb_mat = flint.arb_mat
        self.balls = BallRing()
        self.fractions = ExactRing()
        self.minimal = minimal
        self.root_ball = root

    @property
    def generator(self) -> Algebraic:
        """The number itself."""
        if self.minimal is None:
            return Algebraic(None, self.root_ball)
        return self._exactly(self.poly([0, 1]) % self.minimal)

    def _exactly(self, poly: Any) -> Algebraic:
        coefficients = poly.coeffs()
        arb = self.balls.arb
        ball = arb(0)
        for one in reversed(coefficients):
            ball = ball * self.root_ball + arb(one) if len(coefficients) > 1 else arb(one)
        return Algebraic(poly, ball)

    def _fraction(self, a: Algebraic) -> Fraction | None:
        if a.exact is None or a.exact.degree() > 0:
            return None
        value = a.exact[0]
        return Fraction(int(value.p), int(value.q))

    def number(self, value: Fraction) -> Algebraic:
        return self._exactly(self.poly([self.fmpq(value.numerator, value.denominator)]))

    def constant(self, name: str) -> Algebraic:
        return Algebraic(None, self.balls.constant(name))

    def add(self, a: Algebraic, b: Algebraic) -> Algebraic:
        if a.exact is None or b.exact is None:
            return Algebraic(None, a.ball + b.ball)
        return self._exactly(a.exact + b.exact)

    def neg(self, a: Algebraic) -> Algebraic:
        return Algebraic(None if a.exact is None else -a.exact, -a.ball)

    def mul(self, a: Algebraic, b: Algebraic) -> Algebraic:
        if a.exact is None or b.exact is None:
            zero = any(one.exact is not None and one.exact == 0 for one in (a, b))
            return self.whole(0) if zero else Algebraic(None, a.ball * b.ball)
        return self._reduced(a.exact * b.exact)

    def _reduced(self, poly: Any) -> Algebraic:
        return self._exactly(poly if self.minimal is None else poly % self.minimal)

    def div(self, a: Algebraic, b: Algebraic) -> Algebraic:
        if b.exact is None:
            return Algebraic(None, self.balls.div(a.ball, b.ball))
        if b.exact == 0:
            raise Undefined("division by zero")
        if a.exact is None:
            return Algebraic(None, a.ball / b.ball)
        if b.exact.degree() <= 0:
            return self._exactly(a.exact / b.exact[0])
        _, inverse, _ = b.exact.xgcd(self.minimal)
        return self._reduced(a.exact * inverse)

    def power(self, a: Algebraic, b: Algebraic) -> Algebraic:
        base, exponent = self._fraction(a), self._fraction(b)
        if base is not None and exponent is not None:
            try:
                return self.number(finite(self.fractions.power(base, exponent)))
            except Inexact:
                return Algebraic(None, self.balls.power(a.ball, b.ball))
        whole = self.integer(b)
        if whole is None or a.exact is None or abs(whole) > MOST_POWER:
            return Algebraic(None, self.balls.power(a.ball, b.ball))
        if whole < 0:
            return self.div(self.whole(1), self.power(a, self.whole(-whole)))
        result = self.whole(1)
        for _ in range(whole):
            result = self.mul(result, a)
        return result

    def root(self, a: Algebraic, order: int) -> Algebraic:
        if order % 2 == 0 and self.compare(a, "<", self.whole(0)).decided:
            raise Undefined("the root of a negative number")
        value = self._fraction(a)
        if value is not None:
            try:
                return self.number(finite(self.fractions.root(value, order)))
            except Inexact:
                pass
        return Algebraic(None, self.balls.root(a.ball, order))

    def exp(self, a: Algebraic) -> Algebraic:
        return self._transcendental("exp", a)

    def log(self, a: Algebraic) -> Algebraic:
        if self.compare(a, "<=", self.whole(0)).decided:
            raise Undefined("the logarithm of a number that is not positive")
        return self._transcendental("log", a)

    def sin(self, a: Algebraic) -> Algebraic:
        return self._transcendental("sin", a)

    def cos(self, a: Algebraic) -> Algebraic:
        return self._transcendental("cos", a)

    def tanh(self, a: Algebraic) -> Algebraic:
        return self._transcendental("tanh", a)

    def gamma(self, a: Algebraic) -> Algebraic:
        whole = self.integer(a)
        if whole is not None and whole <= MOST_POWER:
            return super().gamma(a)
        return Algebraic(None, a.ball.gamma())

    def _transcendental(self, function: str, a: Algebraic) -> Algebraic:
        value = self._fraction(a)
        if value is not None and value in (0, 1):
            try:
                return self.number(finite(getattr(self.fractions, function)(value)))
            except Inexact:
                pass
        return Algebraic(None, getattr(a.ball, function)())

    def maximum(self, a: Algebraic, b: Algebraic) -> Algebraic:
        truth = self.compare(a, ">=", b)
        if truth.decided is None:
            return Algebraic(None, a.ball.max(b.ball))
        return a if truth.decided else b

    def minimum(self, a: Algebraic, b: Algebraic) -> Algebraic:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    def absolute(self, a: Algebraic) -> Algebraic:
        return self.maximum(a, self.neg(a))

    # Matrices: of fractions exactly, else in balls; of other numbers of the field by cofactors

    def _rational(self, rows: Grid[Algebraic]) -> Any:
        """The matrix over the fractions; None where an entry is none."""
        found = [self._fraction(entry) for row in rows for entry in row]
        if any(one is None for one in found):
            return None
        entries = [self.fmpq(one.numerator, one.denominator) for one in found if one is not None]
        return self.fmpq_mat(len(rows), len(rows[0]), entries)

    def det(self, rows: Grid[Algebraic]) -> Algebraic:
        matrix = self._rational(rows) if len(rows) > 2 else None
        if matrix is not None:
            return self._exactly(self.poly([matrix.det()]))
        if len(rows) <= MOST_COFACTORS:
            return super().det(rows)
        return Algebraic(None, self._balls(rows).det())

    def inverse(self, rows: Grid[Algebraic]) -> Grid[Algebraic]:
        matrix = self._rational(rows)
        if matrix is not None:
            if matrix.det() == 0:
                raise Undefined("the inverse of a singular matrix")
            inverse = matrix.inv()
            size = range(len(rows))
            return tuple(
                tuple(self._exactly(self.poly([inverse[i, j]])) for j in size) for i in size
            )
        if len(rows) <= MOST_COFACTORS:
            return super().inverse(rows)
        try:
            enclosed = self._balls(rows).inv()
        except ZeroDivisionError as error:
            raise Undecided("whether a matrix is singular is undecided in balls") from error
        size = range(len(rows))
        return tuple(tuple(Algebraic(None, enclosed[i, j]) for j in size) for i in size)

    def rank(self, rows: Grid[Algebraic]) -> Algebraic:
        matrix = self._rational(rows)
        return super().rank(rows) if matrix is None else self.whole(int(matrix.rank()))

    def _balls(self, rows: Grid[Algebraic]) -> Any:
        return self.arb_mat([[entry.ball for entry in row] for row in rows])

    def compare(self, a: Algebraic, sign: Sign, b: Algebraic) -> Verdict:
        if a is b or (a.exact is not None and b.exact is not None and a.exact == b.exact):
            return TRUE if sign in ("=", "<=", ">=") else FALSE
        if a.exact is not None and b.exact is not None and sign in ("=", "!="):
            return TRUE if sign == "!=" else FALSE
        return self.balls.compare(a.ball, sign, b.ball)

    def select(self, truth: Verdict, a: Algebraic, b: Algebraic) -> Algebraic:
        if truth.decided is None:
            raise Undecided("a case distinction is undecided in balls")
        return a if truth.decided else b

    def integer(self, a: Algebraic) -> int | None:
        value = self._fraction(a)
        return value.numerator if value is not None and value.denominator == 1 else None

    def is_whole(self, a: Algebraic) -> Verdict:
        if a.exact is None:
            return self.balls.is_whole(a.ball)
        # A polynomial in the root that is no constant is no fraction.
        return FALSE if self.integer(a) is None else TRUE
