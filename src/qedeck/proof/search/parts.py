"""Goals taken apart: sums into terms that share nothing, products, items of a maximum."""

from __future__ import annotations

from fractions import Fraction

from qedeck.kernel.certificate import Certificate, Linear, Term
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import ONE, Monomial, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Abs, Max, Power, Sign
from qedeck.proof.search.instances import Prover
from qedeck.proof.search.linear import Signs, directly
from qedeck.proof.search.state import ZERO, State, symbols

MOST_PARTS = 30
DEEP = 8


def apart(prover: Prover, state: State, depth: int) -> Certificate | None:
    """A sum of terms that share no symbol but common ones, each shown alone."""
    if state.goal.sign not in ("=", ">=") or ("apart",) in state.tried:
        return None
    goal = state.normal(state.goal.poly)
    if not 2 <= len(goal) <= 400:
        return None
    own = {m: symbols(state, Polynomial.of({m: 1})) for m, _ in goal}
    often = {k for k in symbols(state, goal) if sum(k in s for s in own.values()) * 2 >= len(own)}
    for common in ((), often):
        groups = _groups(goal, own, frozenset(common))
        if 2 <= len(groups) <= MOST_PARTS:
            found = _each(prover, state.marked(("apart",)), groups, depth)
            if found is not None:
                return found
    return None


def _groups(
    goal: Polynomial, own: dict[Monomial, frozenset[int]], common: frozenset[int]
) -> list[Polynomial]:
    groups: list[tuple[set[int], dict[Monomial, object]]] = []
    for m, c in goal:
        mine, terms = set(own[m] - common), {m: c}
        for group in [g for g in groups if g[0] & mine]:
            groups.remove(group)
            mine |= group[0]
            terms = {**group[1], **terms}  # type: ignore[dict-item]
        groups.append((mine, terms))  # type: ignore[arg-type]
    if any(not mine for mine, _ in groups):
        return []
    return [Polynomial.of(terms) for _, terms in groups]  # type: ignore[arg-type]


def _each(prover: Prover, state: State, groups: list[Polynomial], depth: int) -> Certificate | None:
    sign = state.goal.sign
    grown = state
    for poly in groups:
        # each is shown with those before it at hand, so that facts keep their places
        proof = prover.prove(grown.aimed(Relation(poly, sign)), depth + 1)
        if proof is None:
            return None
        grown = grown.had(Relation(poly, sign), proof)
    last = range(len(grown.facts) - len(groups), len(grown.facts))
    if sign == "=":
        return grown.closed(grown.linear((), tuple((k, ONE) for k in last)))
    return grown.closed(grown.linear(tuple(Term(1, (k,)) for k in last)))


def alike(prover: Prover, state: State, depth: int) -> Certificate | None:
    """Two values of one function are equal where its arguments are."""
    goal = state.normal(state.goal.poly)
    pair = [m[0][0] for m, c in goal if len(m) == 1 and m[0][1] == 1 and abs(Fraction(c)) == 1]
    if (
        state.goal.sign != "="
        or len(goal) != 2
        or len(pair) != 2
        or goal.terms[0][1] + goal.terms[1][1]
    ):
        return None
    made = instance("congruence", (pair[0], pair[1]), state.atoms)
    if made is None or not made[0]:
        return None
    proofs = []
    for condition in made[0]:
        proof = prover.prove(state.aimed(condition), max(depth, 6) + 1)
        if proof is None:
            return None
        proofs.append(proof)
    grown = state.used("congruence", (pair[0], pair[1]), tuple(proofs))
    return directly(grown, prover.budget, 0)


def divided(prover: Prover, state: State, depth: int) -> Certificate | None:
    """A product of a monomial that is not negative and a smaller goal."""
    if state.goal.sign not in ("=", ">="):
        return None
    goal = state.normal(state.goal.poly)
    if len(goal) < 2:
        return None
    shared: dict[int, int] | None = None
    for m, _ in goal:
        mine = dict(m)
        shared = (
            mine if shared is None else {k: min(e, mine[k]) for k, e in shared.items() if k in mine}
        )
    signs = Signs(state)
    factor: dict[int, int] = {}
    for k, e in (shared or {}).items():
        known = signs.known.get(k)
        if state.goal.sign == "=" or (known is not None and known[0] > 0):
            factor[k] = e
        elif e > 1:
            factor[k] = e - e % 2
    if not factor:
        return None
    common: Monomial = tuple(sorted(factor.items()))
    smaller = Polynomial.of(
        {tuple((k, e - factor.get(k, 0)) for k, e in m if e > factor.get(k, 0)): c for m, c in goal}
    )
    proof = prover.prove(state.aimed(Relation(smaller, state.goal.sign)), depth + 1)
    if proof is None:
        return None
    grown = state.had(Relation(smaller, state.goal.sign), proof)
    last = len(grown.facts) - 1
    if state.goal.sign == "=":
        cofactor = Polynomial.of({common: 1})
        return grown.closed(grown.linear((), ((last, cofactor),)))
    column = signs.column(common, 1)
    if column is None:
        return None
    return grown.closed(grown.linear((Term(1, (*column.facts, last), column.square),)))


def peeled(prover: Prover, state: State, depth: int) -> Certificate | None:
    """A goal that falls in |p| or a maximum follows from the same for each of its two values."""
    if state.goal.sign not in (">=", ">") or depth > DEEP:
        return None
    goal = state.normal(state.goal.poly)
    for k in sorted(goal.atoms, reverse=True):
        atom = state.atoms[k]
        match atom:
            case Abs(of):
                turn, values = of, (of, -of)
                lemmas = ("abs-positive", "abs-positive", "abs-negative")
            case Max(left, right):
                turn, values = left - right, (left, right)
                lemmas = ("max-left", "max-left", "max-right")
            case _:
                continue
        by = goal.by(k)
        if set(by) > {0, 1} or ("peel", k) in state.tried or state.normal(turn).value is not None:
            continue
        if prover.quick(state, Relation(-by[1], ">=")) is None:
            continue
        here = state.marked(("peel", k))
        grown = here
        for value in values:
            target = Relation(by.get(0, ZERO) + by[1] * value, state.goal.sign)
            proof = prover.prove(grown.aimed(target), depth + 1)
            if proof is None:
                break
            grown = grown.had(target, proof)
        else:
            branches = []
            facts = (Relation(turn, ">"), Relation(turn, "="), Relation(-turn, ">"))
            for fact, lemma in zip(facts, lemmas, strict=True):
                branch = grown.assumed(fact)
                last = len(branch.facts) - 1
                branch = branch.used(lemma, (k,), (_given(fact, lemma, last),))
                shown = last - 1 if lemma in ("abs-negative", "max-right") else last - 2
                leaf = replace_steps(branch).linear((Term(1, (shown,)),))
                branches.append(branch.closed(leaf))
            return grown.split(turn, *branches)
        return None
    return None


def replace_steps(state: State) -> State:
    """The state without the steps that led to it."""
    return state.aimed(state.goal)


def _given(fact: Relation, lemma: str, last: int) -> Certificate:
    """The condition of a lemma about the sign of what was split on: the last fact."""
    if fact.sign == "=":
        side = -ONE if lemma in ("abs-negative", "max-right") else ONE
        return Linear((), ((last, side),))
    return Linear((Term(1, (last,)),))


def turning(state: State) -> list[Polynomial]:
    """What atoms turn on: arguments of |.| and sign, differences under max, bases of powers."""
    goal = state.normal(state.goal.poly)
    found: dict[Polynomial, None] = {}
    bases: dict[Polynomial, None] = {}
    reached = sorted(goal.atoms)
    for fact in state.facts:
        if not symbols(state, fact.poly).isdisjoint(symbols(state, goal)):
            reached += [k for k in sorted(fact.poly.atoms) if k not in reached]
    for k in reached:
        match state.atoms[k]:
            case Abs(of) | Sign(of):
                found[state.normal(of)] = None
            case Max(left, right):
                found[state.normal(left - right)] = None
            case Power(base):
                bases[state.normal(base)] = None
    found |= dict.fromkeys(sorted(bases, key=lambda base: -len(base)))
    return [p for p in found if p.value is None and not _signed(state, p)]


def _signed(state: State, poly: Polynomial) -> bool:
    """Whether a fact says that a polynomial is positive, or negative."""
    return any(f.sign == ">" and state.normal(f.poly) in (poly, -poly) for f in state.facts)
