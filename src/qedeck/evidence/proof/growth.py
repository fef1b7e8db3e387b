"""Sums of exponentials by their dominating term, and the cases of which symbol is largest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import sympy as sp
from sympy import Expr, Integer, Symbol

from qedeck.evidence.proof.algebra import expanded

MOST_SYMBOLS = 4
Positive = Callable[[Expr], bool]


def dominated(e: Expr, symbol: Symbol, positive: Positive) -> Expr:
    """The expression with sums of exponentials in powers, logarithms and products rewritten:
    Σ cⱼ exp(aⱼ t) = exp(a t) · Σ cⱼ exp((aⱼ − a) t) for the largest rate a.
    """
    if symbol not in e.free_symbols or not e.args:
        return e
    e = e.func(*[dominated(a, symbol, positive) for a in e.args])
    if e.is_Pow and e.base.is_Add and symbol not in e.exp.free_symbols:
        taken = _taken_out(e.base, symbol, positive)
        if taken is not None:
            rate, rest = taken
            return sp.exp(e.exp * rate * symbol) * rest**e.exp
    if isinstance(e, sp.log):
        taken = _taken_out(e.args[0], symbol, positive)
        if taken is not None:
            return taken[0] * symbol + sp.log(taken[1])
    if e.is_Mul:
        return _distributed(sp.Mul(*[_factor(a, symbol, positive) for a in e.args]))
    return e


def _distributed(e: Expr) -> Expr:
    """A product with one exponential at most, written out where a factor is a sum."""
    factors = sp.Mul.make_args(e)
    rate = expanded(sp.Add(*[f.args[0] for f in factors if isinstance(f, sp.exp)]))
    rest = [f for f in factors if not isinstance(f, sp.exp)]
    sums = [f for f in rest if f.is_Add]
    if not sums or len(sums) > 1:
        return sp.Mul(sp.exp(rate), *rest)
    others = [sp.exp(rate), *[f for f in rest if not f.is_Add]]
    return sp.Add(*[sp.Mul(term, *others) for term in sums[0].args])


def _factor(e: Expr, symbol: Symbol, positive: Positive) -> Expr:
    taken = _taken_out(e, symbol, positive) if e.is_Add else None
    return e if taken is None else sp.exp(taken[0] * symbol) * taken[1]


def _taken_out(e: Expr, symbol: Symbol, positive: Positive) -> tuple[Expr, Expr] | None:
    """The largest rate, and the sum divided by its exponential."""
    rates: dict[Expr, Expr] = {}
    for term in sp.Add.make_args(e):
        split = _split(term, symbol)
        if split is None:
            return None
        rate, rest = split
        rates[rate] = rates.get(rate, Integer(0)) + rest
    if set(rates) == {Integer(0)}:
        return None
    for largest in rates:
        if all(a == largest or positive(expanded(largest - a)) for a in rates):
            terms = [c * sp.exp(expanded(a - largest) * symbol) for a, c in rates.items()]
            return largest, sp.Add(*terms)
    return None


def _split(term: Expr, symbol: Symbol) -> tuple[Expr, Expr] | None:
    """The rate a and the coefficient c of c·exp(a t); None for another term."""
    rate, rest = Integer(0), Integer(1)
    for factor in sp.Mul.make_args(term):
        if symbol not in factor.free_symbols:
            rest = rest * factor
            continue
        if not isinstance(factor, sp.exp):
            return None
        argument = expanded(factor.args[0])
        slope = argument.coeff(symbol, 1)
        left = expanded(argument - slope * symbol)
        if symbol in left.free_symbols:
            return None
        rate, rest = rate + slope, rest * sp.exp(left)
    return expanded(rate), rest


def largest_first(value: Expr) -> Iterator[Mapping[Expr, Expr]]:
    """Substitutions that cover every way in which some of the symbols under a maximum are largest.

    The largest become one symbol m, the others m less something positive. Nothing where the value
    has no maximum of plain symbols.
    """
    found = sorted(value.atoms(sp.Max), key=lambda one: -len(one.args))
    if not found or not all(_plain(a) for a in found[0].args) or len(found[0].args) < 2:
        return
    symbols = sorted(found[0].args, key=lambda s: s.name)
    if len(symbols) > MOST_SYMBOLS:
        return
    top = sp.Dummy("m", real=True)
    gaps = [sp.Dummy(f"g_{k + 1}", positive=True) for k in range(len(symbols))]
    for below in product((False, True), repeat=len(symbols)):
        if not all(below):
            yield {
                s: top - gap if less else top
                for s, gap, less in zip(symbols, gaps, below, strict=True)
            }


def _plain(e: Expr) -> bool:
    return e.is_Symbol and e.is_nonnegative is None and e.is_nonpositive is None
