"""Expressions without the factors whose signs over a box are known."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp
from sympy import Expr

from qedeck.evidence.proof.algebra import expanded, factored
from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.enclosures import Box, Enclosure
from qedeck.evidence.proof.intervals import Interval

MOST_OPERATIONS = 160
MOST_TERMS = 12


@dataclass(frozen=True)
class Core:
    """What is left of an expression: it is at least 0 where this is."""

    rest: Expr
    positive: bool
    """Whether what was taken out has no zeros: then the rest has those of the whole."""


def core(e: Expr, box: Box) -> Core:
    """The expression without factors that are at least 0, its sign kept."""
    if e.is_Rational or sp.count_ops(e) > MOST_OPERATIONS:
        return Core(e, positive=True)
    written = factored(e)
    left, positive, turned = [], True, False
    for factor in sp.Mul.make_args(written):
        base, exponent = factor.as_base_exp()
        value = _over(factor, box)
        if value is None:
            return Core(e, positive=True)
        if value.nonnegative or value.nonpositive:
            turned ^= not value.nonnegative
            positive = positive and (value.positive or value.negative)
        elif exponent.is_Integer:
            left.append(base)
        else:
            left.append(factor)
    rest = sp.Mul(*left)
    return Core(-rest if turned else rest, positive)


def _over(e: Expr, box: Box) -> Interval | None:
    try:
        return Enclosure(e).over(box)
    except (Outside, Unsupported):
        return None


def resolved(e: Expr, box: Box) -> Expr | None:
    """The expression without kinks and jumps, where the box decides them all."""
    kinked = (sp.Abs, sp.Max, sp.Min, sp.sign, sp.Heaviside)
    for _ in range(4):
        if not e.has(*kinked):
            return e
        try:
            decided = Enclosure(e).decided(box)
        except (Outside, Unsupported):
            return None
        if not decided:
            return None
        e = e.xreplace(decided)
    return None


def without_logarithm(e: Expr) -> Expr:
    """The gap between A and exp(−L/c) for a gap c·log A + L with L linear; else as it is."""
    logs = [t for t in sp.Add.make_args(e) if t.has(sp.log) and t.free_symbols]
    if len(logs) != 1 or not e.is_Add:
        return e
    scale, log = logs[0].as_coeff_Mul()
    rest = expanded(e - logs[0])
    if not isinstance(log, sp.log) or not _linear(rest):
        return e
    gap = expanded(log.args[0]) - expanded(sp.exp(-rest / scale))
    return gap if scale > 0 else -gap


def separated(e: Expr, box: Box) -> Expr:
    """The expression with logarithms of products as sums, where each factor has a known sign."""
    wanted = {}
    for log in e.atoms(sp.log):
        terms = []
        for factor in sp.Mul.make_args(factored(log.args[0])):
            base, exponent = factor.as_base_exp()
            if isinstance(factor, sp.exp):
                terms.append(factor.args[0])
                continue
            value = _over(base, box)
            sign = 0 if value is None else int(value.positive) - int(value.negative)
            if base == -1:
                continue
            if not sign:
                break
            terms.append(exponent * sp.log(expanded(sign * base)))
        else:
            wanted[log] = sp.Add(*terms)
    return expanded(e.xreplace(wanted)) if wanted else e


def _linear(e: Expr) -> bool:
    symbols = e.free_symbols
    return not symbols or (e.is_polynomial(*symbols) and sp.Poly(e, *symbols).total_degree() <= 1)


def scaled(e: Expr) -> list[Expr]:
    """A sum of exponentials, divided by each of them."""
    terms = sp.Add.make_args(sp.powsimp(expanded(e)))
    rates = dict.fromkeys(_rate(term) for term in terms)
    if len(rates) < 2 or len(terms) > MOST_TERMS:
        return []
    return [sp.Add(*[_divided(t, rate) for t in terms]) for rate in rates if rate != 0]


def sign_over(e: Expr, box: Box) -> Interval | None:
    """An interval around the values, or around those divided by something positive."""
    value = _over(e, box)
    if value is not None and not (value.nonnegative or value.nonpositive):
        for other in scaled(e) if e.is_Add and e.has(sp.exp) else ():
            found = _over(other, box)
            if found is not None and (found.nonnegative or found.nonpositive):
                return found
    return value


def _rate(term: Expr) -> Expr:
    return sp.Add(*[f.args[0] for f in sp.Mul.make_args(term) if isinstance(f, sp.exp)])


def _divided(term: Expr, rate: Expr) -> Expr:
    rest = sp.Mul(*[f for f in sp.Mul.make_args(term) if not isinstance(f, sp.exp)])
    left = expanded(_rate(term) - rate)
    symbols = left.free_symbols
    if len(symbols) == 1 and left.is_polynomial(*symbols):
        left = sp.horner(left)
    return rest * sp.exp(left)
