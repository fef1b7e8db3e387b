"""SymPy expressions in real symbols. SymPy is imported when the ring is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.kinks import Meeting, Needed, slopes
from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    UNDECIDED,
    Ring,
    Sign,
    TooLarge,
    Undecided,
    Undefined,
    Verdict,
)

Expression = Any
"""A `sympy.Expr`."""


MOST_BITS = 200_000
"""Of a power of numbers; longer ones take too long."""
MOST_EXPONENT = 10_000
MOST_FACTORS = 5_000


def shortly(a: Expression) -> str:
    """A number as it may stand in a message."""
    return str(a) if int(a.p).bit_length() + int(a.q).bit_length() < 100 else "a number too long"


def _countable(a: Expression) -> None:
    """Refuse the factorial of an enormous number."""
    if a.is_Rational and abs(a) > MOST_FACTORS:
        raise TooLarge(f"a factorial or binomial of more than {MOST_FACTORS} factors")


class SymbolicRing(Ring[Expression]):
    """Expressions; nothing is simplified beyond what SymPy does by itself."""

    name = "expressions"

    def __init__(self) -> None:
        import sympy

        self.sympy = sympy
        self.needed: list[Needed] | None = None
        """What must hold for derivatives to exist; None: nobody asks for it."""
        self._constants = {
            "pi": sympy.pi,
            "e": sympy.E,
            "infinity": sympy.oo,
            "i": sympy.I,
        }

    def symbol(self, name: str, **assumptions: bool) -> Expression:
        """A real symbol."""
        return self.sympy.Symbol(name, real=True, **assumptions)

    def number(self, value: Fraction) -> Expression:
        return self.sympy.Rational(value.numerator, value.denominator)

    def constant(self, name: str) -> Expression:
        return self._constants[name]

    def add(self, a: Expression, b: Expression) -> Expression:
        return a + b

    def neg(self, a: Expression) -> Expression:
        return -a

    def mul(self, a: Expression, b: Expression) -> Expression:
        return a * b

    def div(self, a: Expression, b: Expression) -> Expression:
        if _known(b) and b.is_zero:
            raise Undefined("division by zero")
        return a / b

    def power(self, a: Expression, b: Expression) -> Expression:
        if _known(a) and a.is_zero and b.is_negative:
            raise Undefined("division by zero")
        if _known(a) and a.is_negative and b.is_integer is False:
            raise Undefined(f"({a})^({b}) is not real")
        if a.is_Rational and b.is_Rational:
            bits = max(int(a.p).bit_length(), int(a.q).bit_length())
            if bits > 1 and bits * abs(b.p) > MOST_BITS:
                raise TooLarge(f"the power of a number to the {shortly(b)} has too many digits")
        elif b.is_Rational and max(abs(b.p), b.q) > MOST_EXPONENT:
            raise TooLarge(f"a power with the exponent {shortly(b)}")
        return self.sympy.Pow(a, b)

    def root(self, a: Expression, order: int) -> Expression:
        if order % 2:
            return self.sympy.real_root(a, order)
        if _known(a) and a.is_negative:
            raise Undefined(f"the root of {a} is not real")
        return self.sympy.root(a, order)

    def total(self, terms: Sequence[Expression]) -> Expression:
        return self.sympy.Add(*terms)

    def product(self, factors: Sequence[Expression]) -> Expression:
        return self.sympy.Mul(*factors)

    def exp(self, a: Expression) -> Expression:
        return self.sympy.exp(a)

    def log(self, a: Expression) -> Expression:
        if _known(a) and a.is_nonpositive:
            raise Undefined(f"the logarithm of {a} is not real")
        return self.sympy.log(a)

    def sin(self, a: Expression) -> Expression:
        return self.sympy.sin(a)

    def cos(self, a: Expression) -> Expression:
        return self.sympy.cos(a)

    def tan(self, a: Expression) -> Expression:
        return self.sympy.tan(a)

    def tanh(self, a: Expression) -> Expression:
        return self.sympy.tanh(a)

    def sgn(self, a: Expression) -> Expression:
        return self.sympy.sign(a)

    def absolute(self, a: Expression) -> Expression:
        return self.sympy.Abs(a)

    def absolute_power(self, a: Expression, b: Expression) -> Expression:
        if b.is_Integer and b.is_even and a.is_real:
            return self.power(a, b)
        return self.power(self.absolute(a), b)

    def maximum(self, a: Expression, b: Expression) -> Expression:
        return self.sympy.Max(a, b)

    def minimum(self, a: Expression, b: Expression) -> Expression:
        return self.sympy.Min(a, b)

    def gamma(self, a: Expression) -> Expression:
        _countable(a)
        return self.sympy.gamma(a)

    def factorial(self, a: Expression) -> Expression:
        _countable(a)
        return self.sympy.factorial(a)

    def binomial(self, a: Expression, b: Expression) -> Expression:
        _countable(b)
        return self.sympy.binomial(a, b)

    def compare(self, a: Expression, sign: Sign, b: Expression) -> Verdict:
        sympy = self.sympy
        if a == b:
            same = sign in ("=", "<=", ">=")
            return Verdict(same, not same)
        if sign in ("=", "!="):
            equal = sympy.Eq(a, b)
            if equal not in (True, False) and (a - b).expand() == 0:
                equal = sympy.true
            yes, no = (equal, sympy.Not(equal)) if sign == "=" else (sympy.Not(equal), equal)
        else:
            kinds = {"<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}
            try:
                yes = kinds[sign](a, b)
            except TypeError as error:
                raise Undefined(str(error)) from error
            no = sympy.Not(yes)
        return Verdict(_plain(yes), _plain(no))

    def select(self, truth: Verdict, a: Expression, b: Expression) -> Expression:
        if truth.decided is not None:
            return a if truth.decided else b
        return self.sympy.Piecewise((a, truth.yes), (b, True))

    def chosen(self, truth: Verdict, a: Expression, b: Expression) -> Expression:
        return self.select(truth, a, b)

    def guarded(self, truth: Verdict, a: Expression) -> Expression:
        return self.mul(a, self.select(truth, self.whole(1), self.whole(0)))

    def integer(self, a: Expression) -> int | None:
        return int(a) if a.is_Integer else None

    def is_whole(self, a: Expression) -> Verdict:
        if a.is_Rational:
            return TRUE if a.is_Integer else FALSE
        return UNDECIDED

    def jacobian(
        self,
        at: Sequence[Expression],
        body: Callable[[Sequence[Expression]], Sequence[Expression]],
    ) -> list[list[Expression]]:
        """For each component of the body, its derivatives by each place."""
        dummies = [self._dummy(point) for point in at]
        back = dict(zip(dummies, at, strict=True))
        found = []
        for part in body(dummies):
            row, needed = slopes(part, dummies)
            found.append([entry.xreplace(back) for entry in row])
            self._need(
                [one.at(back) if isinstance(one, Meeting) else one.xreplace(back) for one in needed]
            )
        return found

    def _need(self, wanted: Sequence[Needed]) -> None:
        """Keep what must hold, or refuse where nobody keeps it."""
        open_ = [one for one in wanted if isinstance(one, Meeting) or not one.is_nonzero]
        if self.needed is None and open_:
            seam = open_[0].given[0][0] if isinstance(open_[0], Meeting) else open_[0]
            raise Undecided(f"whether there is a derivative where {seam} is 0")
        if self.needed is not None:
            self.needed.extend(open_)

    def _dummy(self, point: Expression) -> Expression:
        """A variable in place of an expression, with what is known of its sign."""
        known = point.assumptions0 if point.is_Symbol else {"real": True}
        if not point.is_Symbol and point.is_positive:
            known["positive"] = True
        return self.sympy.Dummy("t", **known)

    def integral(
        self,
        low: Expression,
        high: Expression,
        body: Callable[[Expression], Expression],
        *,
        smooth: bool = True,
    ) -> Expression:
        """The integral of a body, not yet evaluated."""
        del smooth
        dummy = self.sympy.Dummy("t", real=True)
        return self.sympy.Integral(body(dummy), (dummy, low, high))


def _known(a: Expression) -> bool:
    """Whether the sign of an expression is asked for: of numbers and symbols, not of long sums."""
    return bool(a.is_Atom or a.is_number)


def _plain(condition: Any) -> Any:
    """A Python bool where the condition is decided."""
    return bool(condition) if condition in (True, False) else condition
