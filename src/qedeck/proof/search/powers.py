"""Goals about powers with open exponents: a power is bounded by what its base is bounded by."""

from __future__ import annotations

from fractions import Fraction

from qedeck.kernel.certificate import Certificate
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Inverse, Power
from qedeck.proof.search.instances import Prover, defined, single, tried, used
from qedeck.proof.search.linear import directly, inequality
from qedeck.proof.search.state import ZERO, State, symbols


def undone(prover: Prover, state: State, depth: int) -> Certificate | None:
    """S^(1/p) <= B, >= B or = B from S and B^p."""
    goal = state.normal(state.goal.poly)
    if state.goal.sign not in (">=", "=") or depth > 4:
        return None
    falling = {m[0][0] for m, c in goal if len(m) == 1 and c < 0}
    for k in sorted(goal.atoms, key=lambda k: (k not in falling, -k)):
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


def mean(prover: Prover, state: State, depth: int) -> Certificate | None:
    """Sums of powers below the power of a sum (c + d)^p, term by term at most those of c and d.

    For p >= 1 and c, d > 0 the power mean gives, for each term (a + b)^p,
    (a + b)^p (c + d) c^p d^p <= (c + d)^p (a^p c d^p + b^p d c^p), and the sum over all terms is
    the goal where the a^p add up to c^p and the b^p to d^p.
    """
    goal = state.normal(state.goal.poly)
    found = _sum_of_powers(state, goal) if state.goal.sign == ">=" else None
    if found is None or depth > 5:
        return None
    whole, terms = found
    top = state.atoms[whole]
    assert isinstance(top, Power)
    halves = [Polynomial.of({m: c}) for m, c in state.normal(top.base)]
    if prover.quick(state, Relation(top.exponent - 1, ">=")) is None:
        return None
    for half in halves:
        if prover.quick(state, Relation(half, ">")) is None:
            return prover.cases(state, depth, [half])
    grown, powers = state, []
    for half in halves:
        made = raised(prover, grown, half, top.exponent)
        if made is None:
            return None
        grown = made[0]
        powers.append(made[1])
    rest = Polynomial.atom(whole)
    for term in terms:
        made = _term(prover, grown, term, whole, powers)
        if made is None:
            return None
        grown = made[0]
        rest -= Polynomial.atom(made[1])
    return _by_mean(prover, grown, rest, top.base, powers)


def _sum_of_powers(state: State, goal: Polynomial) -> tuple[int, list[int]] | None:
    """A power of a sum of two, and the powers that are subtracted from it."""
    found = _power_and_others(state, goal)
    return found if found is not None and len(_base(state, found[0])) == 2 else None


def _base(state: State, k: int) -> Polynomial:
    atom = state.atoms[k]
    assert isinstance(atom, Power)
    return state.normal(atom.base)


def _power_and_others(state: State, goal: Polynomial) -> tuple[int, list[int]] | None:
    """One power and those that are subtracted from it."""
    whole: list[int] = []
    terms: list[int] = []
    for monomial, number in goal:
        if len(monomial) != 1 or monomial[0][1] != 1 or number not in (1, -1):
            return None
        k = monomial[0][0]
        if not isinstance(state.atoms[k], Power):
            return None
        (whole if number == 1 else terms).append(k)
    return (whole[0], terms) if len(whole) == 1 and terms else None


def _term(
    prover: Prover, state: State, term: int, whole: int, powers: list[int]
) -> tuple[State, int] | None:
    """The power of a + b that is at least a term, with the power mean for it."""
    small, top = state.atoms[term], state.atoms[whole]
    assert isinstance(small, Power)
    assert isinstance(top, Power)
    mine = symbols(state, small.base) - symbols(state, top.exponent)
    found: dict[int, int] = {}
    for _ in powers:
        # what one part is about says which of the other belongs to it
        for k in powers:
            fitting = [
                m[0][0]
                for m, _ in state.normal(Polynomial.atom(k))
                if k not in found and len(m) == 1 and _about(state, m[0][0], mine)
            ]
            if len(fitting) == 1:
                found[k] = fitting[0]
                inside = state.atoms[fitting[0]]
                assert isinstance(inside, Power)
                mine |= symbols(state, inside.base)
    if len(found) < len(powers):
        return None
    beside = [found[k] for k in powers]
    a, b = (state.atoms[k] for k in beside)
    assert isinstance(a, Power)
    assert isinstance(b, Power)
    made = defined(prover, state, Power(a.base + b.base, top.exponent))
    if made is None:
        return None
    grown, index = made
    if index != term:
        above = used(prover, grown, "power-base", term, index, depth=7)
        if above is None:
            return None
        grown = above
    shown = used(prover, grown, "power-mean", index, *beside, whole, *powers)
    return None if shown is None else (shown, index)


def _about(state: State, k: int, mine: frozenset[int]) -> bool:
    atom = state.atoms[k]
    return isinstance(atom, Power) and bool(symbols(state, atom.base) & mine)


def _by_mean(
    prover: Prover, state: State, rest: Polynomial, base: Polynomial, powers: list[int]
) -> Certificate | None:
    """The goal from the same for larger terms, which is a sum of power means after a factor."""
    factor = []
    for poly in (base, *map(Polynomial.atom, powers)):
        proof = prover.quick(state, Relation(poly, ">"))
        if proof is None:
            return None
        state = state.had(Relation(poly, ">"), proof)
        factor.append(len(state.facts) - 1)
    target = Relation(rest, ">=")
    shown = inequality(state.aimed(target), prover.budget, 0, tuple(factor))
    if shown is None:
        return None
    return directly(state.had(target, shown), prover.budget, 0)


def ratio(prover: Prover, state: State, depth: int) -> Certificate | None:
    """Sums of q-th powers below N^q, where the sum of p-th powers is N^p and q >= p.

    Every part is at most N, so that (a / N)^q <= (a / N)^p; the sum over all parts is the goal.
    """
    goal = state.normal(state.goal.poly)
    found = _below_power(state, goal) if state.goal.sign == ">=" else None
    if found is None or depth > 5:
        return None
    whole, terms, base = found
    if prover.quick(state, Relation(Polynomial.atom(base), ">")) is None:
        return prover.cases(state, depth, [Polynomial.atom(base)])
    norm = state.atoms[base]
    assert isinstance(norm, Power)
    order = single(norm.exponent)
    inverse = state.atoms[order] if order is not None else None
    if not isinstance(inverse, Inverse):
        return None
    made = raised(prover, state, Polynomial.atom(base), inverse.of)
    if made is None:
        return None
    grown, sums = made
    for term in terms:
        part = grown.atoms[term]
        assert isinstance(part, Power)
        beside = defined(prover, grown, Power(part.base, inverse.of))
        if beside is None:
            return None
        grown, small = beside
        grown = tried(prover, grown, "power-undone-above", base, small)
        shown = used(prover, grown, "power-ratio", small, term, sums, whole)
        if shown is None:
            return None
        grown = shown
    proof = prover.quick(grown, Relation(Polynomial.atom(sums), ">"))
    if proof is None:
        return None
    grown = grown.had(Relation(Polynomial.atom(sums), ">"), proof)
    return inequality(grown, prover.budget, 0, (len(grown.facts) - 1,))


def _below_power(state: State, goal: Polynomial) -> tuple[int, list[int], int] | None:
    """A power of a power, the powers that are subtracted from it, and the inner power."""
    found = _power_and_others(state, goal)
    base = single(_base(state, found[0])) if found is not None else None
    if found is None or base is None or not isinstance(state.atoms[base], Power):
        return None
    return *found, base
