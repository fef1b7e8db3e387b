"""Expressions over boxes: intervals around all their values, and around all their slopes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

import sympy as sp
from sympy import Expr, Symbol

from qedeck.evidence.proof import intervals as over
from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.intervals import Interval

Box = Mapping[Expr, Interval]
"""A range for each symbol, and perhaps for other expressions, of which facts tell more."""
MOST_NODES = 400
Value = Callable[[list[Interval]], Interval]
Slopes = Callable[[list[Interval], Interval], Sequence[Interval]]

FUNCTIONS: dict[type[Expr], Callable[[Interval], Interval]] = {
    sp.exp: over.exp,
    sp.log: over.log,
    sp.Abs: over.absolute,
    sp.sign: over.sign,
    sp.sin: over.sin,
    sp.cos: over.cos,
    sp.tan: over.tan,
    sp.tanh: over.tanh,
    sp.erf: over.erf,
    sp.atan: over.atan,
    sp.gamma: over.gamma,
    sp.Heaviside: over.step,
}
JUMPING = (sp.sign, sp.Heaviside)


def _less_square(value: Interval) -> Interval:
    return over.plus(over.UNIT, over.minus(over.power(value, 2)))


def _bell(x: Interval) -> Interval:
    scale = over.enclosing(2 / over.arb.pi().sqrt())
    return over.times(scale, over.exp(over.minus(over.power(x, 2))))


SLOPES: dict[type[Expr], Callable[[Interval, Interval], Interval]] = {
    sp.exp: lambda x, value: value,
    sp.log: lambda x, value: over.inverse(x),
    sp.Abs: lambda x, value: over.sign(x),
    sp.sin: lambda x, value: over.cos(x),
    sp.cos: lambda x, value: over.minus(over.sin(x)),
    sp.tan: lambda x, value: over.plus(over.UNIT, over.power(value, 2)),
    sp.tanh: lambda x, value: _less_square(value),
    sp.erf: lambda x, value: _bell(x),
    sp.atan: lambda x, value: over.inverse(over.plus(over.UNIT, over.power(x, 2))),
    sp.gamma: lambda x, value: over.times(value, over.polygamma(0, x)),
}
"""Slopes of functions, from the argument and the value."""


class Node(NamedTuple):
    """A step: where its arguments are, its value, and its slopes by each argument."""

    expr: Expr
    arguments: tuple[int, ...]
    value: Value
    slopes: Slopes


class Enclosure:
    """An expression, ready to be enclosed over many boxes; others before it are only defined.

    Raises:
        Unsupported: for a part that has no enclosure.
    """

    def __init__(self, *expressions: Expr) -> None:
        self._nodes: list[Node] = []
        self._places: dict[Expr, int] = {}
        self._last = [self._add(e) for e in expressions][-1]
        self.steps = len(self._nodes)
        """To enclose it once."""
        self.symbols = [node.expr for node in self._nodes if node.expr.is_Symbol]

    def _add(self, e: Expr) -> int:
        if e not in self._places:
            arguments = tuple(self._add(a) for a in _arguments(e))
            if len(self._nodes) >= MOST_NODES:
                raise Unsupported("a long expression")
            self._nodes.append(Node(e, arguments, *_operation(e)))
            self._places[e] = len(self._nodes) - 1
        return self._places[e]

    def over(self, box: Box) -> Interval:
        """An interval around all values; raises `Outside` where one may be undefined."""
        return self._values(box)[self._last]

    def _values(self, box: Box) -> list[Interval]:
        values: list[Interval] = []
        for node in self._nodes:
            if node.expr.is_Symbol:
                values.append(box[node.expr])
                continue
            value = node.value([values[k] for k in node.arguments])
            known = box.get(node.expr)
            values.append(value if known is None else over.common(value, known))
        return values

    def slopes(self, box: Box) -> dict[Symbol, Interval] | None:
        """Intervals around all slopes by each symbol, with those at kinks; None where it may jump.

        Raises:
            Outside: where a value may be undefined.
        """
        values = self._values(box)
        totals: list[Interval | None] = [None] * len(values)
        totals[self._last] = over.UNIT
        for k in range(len(values) - 1, -1, -1):
            node, mine = self._nodes[k], totals[k]
            if mine is None or not node.arguments:
                continue
            inside = [values[j] for j in node.arguments]
            if isinstance(node.expr, JUMPING):
                if inside[0].positive or inside[0].negative:
                    continue
                return None
            try:
                partial = node.slopes(inside, values[k])
            except Outside:
                return None
            for j, slope in zip(node.arguments, partial, strict=True):
                term, known = over.times(mine, slope), totals[j]
                totals[j] = term if known is None else over.plus(known, term)
        found = {}
        for symbol in self.symbols:
            total = totals[self._places[symbol]]
            found[symbol] = over.NOTHING if total is None else total
        return found

    def decided(self, box: Box) -> dict[Expr, Expr]:
        """What kinks and jumps come to where the box decides them, innermost parts as they are."""
        values = self._values(box)
        found: dict[Expr, Expr] = {}
        for node, value in zip(self._nodes, values, strict=True):
            e = node.expr
            if isinstance(e, sp.Abs):
                inner = values[node.arguments[0]]
                if inner.nonnegative or inner.nonpositive:
                    found[e] = e.args[0] if inner.nonnegative else -e.args[0]
            elif isinstance(e, JUMPING) and value.low == value.high:
                found[e] = sp.Integer(int(float(value.low)))
            elif isinstance(e, sp.Max | sp.Min):
                largest = isinstance(e, sp.Max)
                inside = [values[k] for k in node.arguments]
                for a, mine in zip(_arguments(e), inside, strict=True):
                    if all(_beyond(mine, other, largest) for other in inside if other is not mine):
                        found[e] = a
        return found


def _beyond(a: Interval, b: Interval, largest: bool) -> bool:
    return bool(a.low >= b.high) if largest else bool(a.high <= b.low)


def _arguments(e: Expr) -> tuple[Expr, ...]:
    if e.is_Symbol or (e.is_number and not e.args):
        return ()
    if e.is_Pow and (e.exp.is_Rational or _constant_base(e)):
        return (e.base,) if e.exp.is_Rational else (e.exp,)
    if isinstance(e, sp.polygamma):
        return (e.args[1],)
    if isinstance(e, sp.Heaviside):
        return (e.args[0],)
    if isinstance(e, sp.Max | sp.Min):
        return tuple(sorted(e.args, key=sp.default_sort_key))
    return tuple(e.args)


def _constant_base(e: Expr) -> bool:
    return bool(e.base.is_Rational and e.base > 0)


def _operation(e: Expr) -> tuple[Value, Slopes]:
    if e.is_Symbol:
        return (lambda x: x[0]), (lambda x, v: ())
    if e.is_number and not e.args:
        fixed = _number(e)
        return (lambda x: fixed), (lambda x, v: ())
    if e.is_Add:
        return (lambda x: reduce(over.plus, x)), (lambda x, v: [over.UNIT] * len(x))
    if e.is_Mul:
        return (lambda x: reduce(over.times, x)), (lambda x, v: _others(x))
    if e.is_Pow:
        return _power(e)
    if isinstance(e, sp.Max | sp.Min):
        return _extreme(isinstance(e, sp.Max))
    if isinstance(e, sp.factorial):
        value = _shifted
        return (lambda x: over.gamma(value(x))), (
            lambda x, v: [over.times(v, over.polygamma(0, value(x)))]
        )
    if isinstance(e, sp.polygamma) and e.args[0].is_Integer and 0 <= e.args[0] <= 8:
        order = int(e.args[0])
        return (lambda x: over.polygamma(order, x[0])), (
            lambda x, v: [over.polygamma(order + 1, x[0])]
        )
    function = FUNCTIONS.get(e.func)
    if function is None or (len(e.args) != 1 and e.func is not sp.Heaviside):
        raise Unsupported(e)
    return (lambda x: function(x[0])), (lambda x, v: [_slope(e.func, x[0], v)])


def _slope(function: type[Expr], x: Interval, value: Interval) -> Interval:
    slope = SLOPES.get(function)
    return over.NOTHING if slope is None else slope(x, value)


def _shifted(x: Sequence[Interval]) -> Interval:
    return over.plus(x[0], over.UNIT)


def _number(e: Expr) -> Interval:
    if e.is_Rational:
        return over.number(Fraction(int(e.p), int(e.q)))
    if e is sp.pi:
        return over.enclosing(over.arb.pi())
    if e is sp.E:
        return over.enclosing(over.arb.const_e())
    raise Unsupported(e)


def _others(x: Sequence[Interval]) -> list[Interval]:
    """For each factor the product of the others."""
    return [
        reduce(over.times, [a for j, a in enumerate(x) if j != k], over.UNIT) for k in range(len(x))
    ]


def _power(e: Expr) -> tuple[Value, Slopes]:
    if e.exp.is_Rational:
        exponent = Fraction(int(e.exp.p), int(e.exp.q))
        scale = over.number(exponent)
        return (lambda x: _fixed_power(x[0], exponent)), (
            lambda x, v: [over.times(scale, _fixed_slope(x[0], exponent))]
        )
    if _constant_base(e):
        rate = over.log(_number(e.base))
        return (lambda x: over.exp(over.times(x[0], rate))), (lambda x, v: [over.times(v, rate)])
    return (lambda x: over.general_power(x[0], x[1])), _general_slopes


def _inside(x: Interval) -> Interval:
    """Without 0 at its lower end, where a root has no slope but is continuous."""
    return x._replace(low_open=True) if x.low.is_zero() else x


def _general_slopes(x: Sequence[Interval], value: Interval) -> list[Interval]:
    base, exponent = x
    if not base.positive and not exponent.positive:
        raise Outside("the jump of a power at 0^0")
    base = _inside(base)
    below = over.general_power(base, over.plus(exponent, over.minus(over.UNIT)))
    return [over.times(exponent, below), over.times(value, over.log(base))]


def _fixed_slope(x: Interval, exponent: Fraction) -> Interval:
    return _fixed_power(_inside(x) if exponent < 1 else x, exponent - 1)


def _fixed_power(x: Interval, exponent: Fraction) -> Interval:
    if exponent.denominator == 1:
        return over.power(x, exponent.numerator)
    return over.root_power(x, exponent)


def _extreme(largest: bool) -> tuple[Value, Slopes]:
    combine = over.larger if largest else over.smaller

    def slopes(x: Sequence[Interval], _: Interval) -> list[Interval]:
        found = []
        for k, mine in enumerate(x):
            others = reduce(combine, [a for j, a in enumerate(x) if j != k])
            gap = over.plus(mine, over.minus(others))
            found.append(over.step(gap if largest else over.minus(gap)))
        return found

    return (lambda x: reduce(combine, x)), slopes
