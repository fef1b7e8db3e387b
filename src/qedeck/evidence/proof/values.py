"""Values of expressions at rational points: exact where rational, else a rigorous ball."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol

from qedeck.evidence.proof.certificate import Fact, Outside, Unsupported

PRECISIONS = (80, 320, 1280)


class Undecided(Exception):
    """A ball is too wide to tell."""


def holds(fact: Fact, values: Mapping[Symbol, Rational]) -> bool | None:
    """Whether a relation holds at a point; None where a side is undefined or undecided."""
    exact = {name: Fraction(int(v.p), int(v.q)) for name, v in values.items()}
    for precision in PRECISIONS:
        try:
            return _Valuation(exact, precision).relation(fact)
        except Undecided:
            continue
        except (Outside, Unsupported, ZeroDivisionError, OverflowError):
            return None
    return None


def exact(e: Expr, values: Mapping[Symbol, Rational]) -> Fraction | None:
    """The value of an expression where it is rational; None where it is not known to be."""
    fractions = {name: Fraction(int(v.p), int(v.q)) for name, v in values.items()}
    try:
        with precise(PRECISIONS[0]):
            value = _Valuation(fractions, PRECISIONS[0]).value(e)
    except (Undecided, Outside, Unsupported, ZeroDivisionError, OverflowError):
        return None
    return value if isinstance(value, Fraction) else None


class _Valuation:
    """Evaluates trees at one point with one precision; balls are python-flint's."""

    def __init__(self, values: Mapping[Symbol, Fraction], precision: int) -> None:
        self.values = values
        self.precision = precision

    def relation(self, fact: Fact) -> bool:
        with precise(self.precision):
            order = self.order(self.value(fact.left), self.value(fact.right))
        return {
            "=": order == 0,
            "!=": order != 0,
            "<": order < 0,
            "<=": order <= 0,
            ">": order > 0,
            ">=": order >= 0,
        }[fact.sign]

    def order(self, a: Any, b: Any) -> int:
        """The sign of a − b."""
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return (a > b) - (a < b)
        difference = ball(a) - ball(b)
        if not difference.is_finite():
            raise Undecided
        if difference > 0:
            return 1
        if difference < 0:
            return -1
        if difference.is_zero():
            return 0
        raise Undecided

    def value(self, e: Expr) -> Any:
        if e.is_Rational:
            return Fraction(int(e.p), int(e.q))
        if isinstance(e, Symbol):
            if e not in self.values:
                raise Unsupported(e)
            return self.values[e]
        if e is sp.pi or e is sp.E:
            return constant(e)
        if e.is_Add:
            return self.fold(e.args, lambda a, b: a + b)
        if e.is_Mul:
            return self.product(e)
        if e.is_Pow:
            return self.power(self.value(e.base), self.value(e.exp))
        if isinstance(e, sp.Max | sp.Min):
            return self.extreme([self.value(a) for a in e.args], isinstance(e, sp.Max))
        if e.is_Function and len(e.args) == 1:
            return self.function(e.func, self.value(e.args[0]))
        raise Unsupported(e)

    def product(self, e: Expr) -> Any:
        # every factor is evaluated, so that 0 · undefined stays undefined
        return self.fold(e.args, lambda a, b: a * b)

    def fold(self, args: Any, operation: Any) -> Any:
        result = self.value(args[0])
        for arg in args[1:]:
            result = mixed(operation, result, self.value(arg))
        return result

    def extreme(self, items: list[Any], largest: bool) -> Any:
        best = items[0]
        for item in items[1:]:
            order = self.order(item, best)
            if order > 0 if largest else order < 0:
                best = item
        return best

    def power(self, base: Any, exponent: Any) -> Any:
        if isinstance(exponent, Fraction) and exponent.denominator == 1:
            n = exponent.numerator
            if abs(n) > 4096:
                raise Unsupported
            # 0^0 = 1, as in every ring that evaluates
            if n < 0 and self.order(base, Fraction(0)) == 0:
                raise Outside
            return base**n if n >= 0 else mixed(lambda a, b: a / b, Fraction(1), base**-n)
        sign = self.order(base, Fraction(0))
        if sign < 0:
            raise Outside
        if sign == 0:
            way = self.order(exponent, Fraction(0))
            if way < 0:
                raise Outside
            return Fraction(0 if way else 1)
        if isinstance(base, Fraction) and isinstance(exponent, Fraction):
            root = exact_root(base, exponent.denominator)
            if root is not None and abs(exponent.numerator) <= 64:
                return root**exponent.numerator
        return (ball(exponent) * ball(base).log()).exp()

    def function(self, func: Any, x: Any) -> Any:
        if func is sp.Abs:
            return -x if self.order(x, Fraction(0)) < 0 else x
        if func is sp.sign:
            return Fraction(self.order(x, Fraction(0)))
        if func is sp.exp:
            return Fraction(1) if x == 0 else ball(x).exp()
        if func is sp.log:
            if self.order(x, Fraction(0)) <= 0:
                raise Outside
            return Fraction(0) if x == 1 else ball(x).log()
        if func is sp.gamma:
            if isinstance(x, Fraction) and x.denominator == 1 and x <= 0:
                raise Outside
            return ball(x).gamma()
        names = {sp.sin: "sin", sp.cos: "cos", sp.tanh: "tanh", sp.erf: "erf", sp.atan: "atan"}
        if func in names:
            return Fraction(0) if x == 0 and func is not sp.cos else getattr(ball(x), names[func])()
        raise Unsupported(func)


@contextmanager
def precise(bits: int) -> Iterator[None]:
    """Balls of that precision; without python-flint there are none, and fractions still work."""
    try:
        import flint
    except ImportError:
        yield
        return
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def _flint() -> Any:
    try:
        import flint
    except ImportError as error:
        raise Unsupported from error
    return flint


def constant(e: Expr) -> Any:
    """π or e as a ball."""
    arb = _flint().arb
    return arb.pi() if e is sp.pi else arb(1).exp()


def ball(x: Any) -> Any:
    """A fraction or ball as a ball."""
    if not isinstance(x, Fraction):
        return x
    flint = _flint()
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


def mixed(operation: Any, a: Any, b: Any) -> Any:
    """An operation on fractions or balls."""
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return operation(a, b)
    return operation(ball(a), ball(b))


def exact_root(x: Fraction, m: int) -> Fraction | None:
    """The m-th root of a positive fraction where it is rational."""
    if m > 64:
        return None
    top, exact_top = sp.integer_nthroot(x.numerator, m)
    bottom, exact_bottom = sp.integer_nthroot(x.denominator, m)
    return Fraction(int(top), int(bottom)) if exact_top and exact_bottom else None
