"""Goals about powers with open exponents: a power is bounded by what its base is bounded by."""

from __future__ import annotations

from fractions import Fraction

from qedeck.kernel.certificate import Certificate
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Inverse, Power
from qedeck.proof.search.instances import Prover, defined, single, tried, used
from qedeck.proof.search.linear import directly
from qedeck.proof.search.state import ZERO, State


def undone(prover: Prover, state: State, depth: int) -> Certificate | None:
    """S^(1/p) <= B, >= B or = B from S and B^p."""
    goal = state.normal(state.goal.poly)
    if state.goal.sign not in (">=", "=") or depth > 4:
        return None
    for k in sorted(goal.atoms, reverse=True):
        atom = state.atoms[k]
        if not isinstance(atom, Power) or ("undone", k) in state.tried:
            continue
        inverse = single(atom.exponent)
        if inverse is None or not isinstance(state.atoms[inverse], Inverse):
            continue
        by = goal.by(k)
        slope = by.get(1, ZERO).value
        if set(by) > {0, 1} or slope is None or not slope:
            continue
        here, bound = state.marked(("undone", k)), by.get(0, ZERO) * (-1 / Fraction(slope))
        found = _compared(prover, here, k, bound, depth, above=slope > 0)
        if found is not None:
            return found
    return None


def _compared(
    prover: Prover, state: State, k: int, bound: Polynomial, depth: int, *, above: bool
) -> Certificate | None:
    """The power k against a bound."""
    power = state.atoms[k]
    assert isinstance(power, Power)
    inverse = state.atoms[single(power.exponent) or 0]
    assert isinstance(inverse, Inverse)
    made = raised(prover, state, bound, inverse.of)
    if made is None:
        return None
    grown, index = made
    b = Polynomial.atom(index)
    if state.goal.sign == "=":
        target, lemma = Relation(power.base - b, "="), "power-undone"
    elif above:
        target, lemma = Relation(power.base - b, ">="), "power-undone-above"
    else:
        target, lemma = Relation(b - power.base, ">="), "power-undone-below"
    proof = prover.prove(grown.aimed(target), depth + 1)
    if proof is None:
        return None
    grown = grown.had(target, proof)
    shown = used(prover, grown, lemma, k, index, depth=7)
    if shown is None:
        return None
    return directly(shown, prover.budget, 0)


def raised(
    prover: Prover, state: State, base: Polynomial, exponent: Polynomial
) -> tuple[State, int] | None:
    """The power of a value, with what it is by the laws of powers of its factors."""
    base = state.normal(base)
    made = defined(prover, state, Power(base, exponent))
    if made is None:
        return None
    state, index = made
    for lemma in ("power-of-one", "power-of-zero", "power-one", "power-positive"):
        state = tried(prover, state, lemma, index)
    if len(base) != 1 or base.value is not None:
        return state, index
    ((monomial, number),) = base.terms
    k, e = monomial[-1]
    inner = state.atoms[k]
    if number == 1 and len(monomial) == 1 and e == 1:
        if isinstance(inner, Power):
            grown = used(prover, state, "power-undone", index, k, depth=7)
            if grown is not None:
                return grown, index
        return state, index
    # a product: one factor and the rest
    rest = Polynomial.of({(*monomial[:-1], *([(k, e - 1)] if e > 1 else [])): number})
    first = raised(prover, state, Polynomial.atom(k), exponent)
    if first is None:
        return state, index
    second = raised(prover, first[0], rest, exponent)
    if second is None:
        return state, index
    return tried(prover, second[0], "power-product", index, first[1], second[1]), index
