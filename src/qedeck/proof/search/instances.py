"""Facts that follow by lemmas from what is known, proposed by the terms that occur."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import Any, Protocol

from qedeck.kernel.certificate import Absurd, Certificate, Linear, Term
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import Monomial, Number, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import (
    Abs,
    Atom,
    Exp,
    Inverse,
    Log,
    Max,
    Power,
    Root,
    Sign,
    Symbol,
    arguments,
)
from qedeck.proof.canonical import with_arguments
from qedeck.proof.search.derived import Derived, derived, shown
from qedeck.proof.search.linear import Signs
from qedeck.proof.search.state import FALSE, ZERO, Budget, State

CONDITION = 1_500
"""Steps for a condition of a lemma."""
MOST_PAIRS = 60


class Prover(Protocol):
    """What lemmas ask for their conditions."""

    budget: Budget

    def quick(self, state: State, goal: Relation, level: int = -1) -> Certificate | None: ...

    def prove(self, state: State, depth: int = 0) -> Certificate | None: ...

    def cases(self, state: State, depth: int, turns: list[Polynomial]) -> Certificate | None: ...

    def limited(self, state: State, depth: int, steps: int) -> Certificate | None: ...

    def valued(self, state: State, atom: Atom) -> tuple[Certificate, ...] | None: ...


def used(prover: Prover, state: State, lemma: str, *places: int, depth: int = 9) -> State | None:
    """The state with an instance of a lemma whose conditions hold; None where that is not seen.

    What is not seen at once is asked of the prover, from a depth on: 9 is not at all.
    """
    mark = (lemma, places)
    if mark in state.tried:
        return None
    made = derived(lemma, places, state.atoms) or instance(lemma, places, state.atoms)
    if made is None:
        return None
    proofs: list[Certificate] = []
    for condition in made[0]:
        proof = prover.quick(state, condition)
        if proof is None and depth < 9 and not _hopeless(state, condition):
            proof = prover.limited(state.aimed(condition), depth, CONDITION)
        if proof is None:
            return None
        proofs.append(proof)
    if isinstance(made, Derived):
        return shown(state, made, tuple(proofs)).marked(mark)
    return state.used(lemma, places, tuple(proofs)).marked(mark)


def _hopeless(state: State, condition: Relation) -> bool:
    value = state.normal(condition.poly).value
    if value is None:
        return False
    holds = {"=": value == 0, "!=": value != 0, ">": value > 0, ">=": value >= 0}
    return not holds[condition.sign]


def tried(prover: Prover, state: State, lemma: str, *places: int, depth: int = 9) -> State:
    """The same, or the state as it was."""
    return used(prover, state, lemma, *places, depth=depth) or state


def defined(prover: Prover, state: State, atom: Atom) -> tuple[State, int] | None:
    """The state with an atom, which may be there already; None where it may have no value."""
    if atom in state.atoms:
        return state, state.atoms.index(atom)
    proofs = prover.valued(state, atom)
    return None if proofs is None else state.defined(atom, proofs)


CASES: dict[type, tuple[str, ...]] = {
    Abs: ("abs-positive", "abs-negative"),
    Sign: ("sign-positive", "sign-zero", "sign-negative"),
    Max: ("max-left", "max-right"),
    Power: ("power-of-zero", "power-one", "power-zero", "power-of-one"),
    Log: ("log-one",),
    Exp: ("exp-zero",),
}


def settled(prover: Prover, state: State) -> State:
    """With atoms replaced that are decided: |p| where the sign of p is known, and the like."""
    for _ in range(3):
        before = len(state.facts)
        state = _settled(prover, state)
        if len(state.facts) == before:
            break
    return state


def _settled(prover: Prover, state: State) -> State:
    state = _inverses(prover, _nulled(_sharpened(state)))
    same: dict[object, int] = {}
    signs = {
        state.normal(atom.of): k for k, atom in enumerate(state.atoms) if isinstance(atom, Sign)
    }
    for index in relevant(state):
        atom = state.atoms[index]
        if isinstance(atom, Power | Abs | Root) and not state.normal(Polynomial.atom(index)):
            lemma = f"{type(atom).__name__.lower()}-vanishes"
            state = _nulled(tried(prover, state, lemma, index))
        if isinstance(atom, Symbol) or any(rule.atom == index for rule in state.rules):
            continue
        for lemma in CASES.get(type(atom), ()):
            grown = used(prover, state, lemma, index)
            if grown is not None:
                state = grown
                break
        else:
            key: Any = with_arguments(atom, state.normal)
            if isinstance(atom, Power):
                state = tried(prover, state, "power-positive", index)
            inside = single(key.base) if isinstance(atom, Power) else None
            if inside is not None and isinstance(state.atoms[inside], Power):
                state = tried(prover, state, "power-undone", index, inside)
            if isinstance(atom, Abs) and (sign := signs.get(key.of)) is not None:
                state = tried(prover, state, "sign-abs", sign, index)
            if key in same:
                state = tried(prover, state, "congruence", index, same[key])
            same.setdefault(key, index)
    return state


def _nulled(state: State) -> State:
    """With each term 0 of a sum that is 0 and has no negative term."""
    for k, fact in enumerate(state.facts):
        if fact.sign != "=" or len(fact.poly) < 2 or ("nulled", k) in state.tried:
            continue
        for poly in (fact.poly, -fact.poly):
            signs = Signs(state)
            terms = [(m, Fraction(c), signs.column(m, 1 if c > 0 else -1)) for m, c in poly]
            if any(column is None for _, _, column in terms) or len(terms) > 8:
                continue
            state = state.marked(("nulled", k))
            turned = 1 if poly == fact.poly else -1
            for m, c, _ in terms:
                state = _null(state, k, m, c, [t for t in poly if t[0] != m], turned)
            break
    return state


def _null(
    state: State,
    k: int,
    m: Monomial,
    c: Fraction,
    others: list[tuple[Monomial, Number]],
    turned: int,
) -> State:
    """M = 0 where c m + the others are 0 and none is negative: m² c + m · others would be 0."""
    one = Polynomial.of({m: 1})
    goal = Relation(one, "=")
    there = state.aimed(goal).known(goal.denial)
    signs = Signs(state)
    terms = [Term(1, (len(state.facts),))]
    for other, d in others:
        part = Polynomial.of({other: Fraction(d) / c}) * one
        ((monomial, number),) = part.terms
        column = signs.column(monomial, 1 if number > 0 else -1)
        if column is None:
            return state
        terms.append(Term(abs(Fraction(number)), column.facts, column.square))
    leaf = there.aimed(FALSE).linear(tuple(terms), ((k, one * (-turned / c)),))
    return state.had(goal, Absurd(leaf))


def _inverses(prover: Prover, state: State) -> State:
    """With the sign of an inverse where that of its argument is known."""
    for index, atom in enumerate(state.atoms):
        if not isinstance(atom, Inverse) or ("inverse", index) in state.tried:
            continue
        one = Polynomial.atom(index)
        value = state.normal(atom.of).value
        if value and state.normal(one).value is None:
            state = _inverted(state, index, atom.of, Fraction(value))
            continue
        for sign in (1, -1):
            proof = prover.quick(state, Relation(atom.of * sign, ">"))
            if proof is not None:
                # q <= 0 < p would make 1 = p q at most 0
                state = state.had(Relation(atom.of * sign, ">"), proof)
                last = len(state.facts)
                shown = Absurd(Linear((Term(1, (last - 1, last)), Term(1))))
                state = state.had(Relation(one * sign, ">"), shown).marked(("inverse", index))
                break
    return state


def _inverted(state: State, index: int, of: Polynomial, value: Fraction) -> State:
    """With q = 1/c where q is the inverse of what equals c: q - 1/c = -(q/c) (of - c)."""
    one = Polynomial.atom(index)
    _, cofactors = state.traced(of - value)
    equations = tuple((k, c * one * (-1 / value)) for k, c in cofactors)
    shown = Linear((), tuple((k, c) for k, c in equations if c))
    return state.had(Relation(one - 1 / value, "="), shown).marked(("inverse", index))


def _sharpened(state: State) -> State:
    """With p > 0 where both p >= 0 and p != 0 are known."""
    for k, fact in enumerate(state.facts):
        if fact.sign != "!=" or ("sharp", k) in state.tried:
            continue
        for poly in (fact.poly, -fact.poly):
            weak = next((j for j, f in enumerate(state.facts) if f == Relation(poly, ">=")), None)
            if weak is not None:
                last = len(state.facts)
                terms = (Term(1, (k,)), Term(1, (weak, last)))
                state = state.had(Relation(poly, ">"), Absurd(Linear(terms)))
                state = state.marked(("sharp", k))
                break
    return state


def relevant(state: State) -> list[int]:
    """The atoms of the goal and of facts, and those inside them."""
    left = list(state.goal.poly.atoms.union(*[f.poly.atoms for f in state.facts]))
    found = set(left)
    while left:
        for part in arguments(state.atoms[left.pop()]):
            left += [k for k in part.atoms if k not in found]
            found |= part.atoms
    return sorted(found)


def expanded(prover: Prover, state: State, depth: int) -> State:
    """With instances of lemmas about the functions that occur."""
    kinds: dict[type, list[int]] = {}
    for index in relevant(state):
        kinds.setdefault(type(state.atoms[index]), []).append(index)
    for index in kinds.get(Log, []):
        state = tried(prover, state, "log-tangent", index)
        state = tried(prover, state, "log-tangent-below", index)
    for index in kinds.get(Exp, []):
        state = tried(prover, state, "exp-tangent", index)
    state = _equal_shares(prover, state, kinds.get(Log, []))
    for lemma in ("log-tangent-at", "log-monotone"):
        for a, b in _pairs(kinds.get(Log, [])):
            state = tried(prover, state, lemma, a, b)
    for a, b in _pairs(kinds.get(Exp, [])):
        state = tried(prover, state, "exp-tangent-at", a, b)
    for index in kinds.get(Power, []):
        for other in kinds.get(Log, []):
            state = tried(prover, state, "power-log", index, other)
    state = _powers(prover, state, kinds.get(Power, []), depth)
    return _numbers(prover, state, kinds)


def _equal_shares(prover: Prover, state: State, logs: list[int]) -> State:
    """The tangents of log at the number where the logarithms in a goal cancel.

    Beside t log w stand k t log c for numbers c: they cancel at w = the product of the c^(-k).
    """
    open_logs = [k for k in logs if _of(state, k).value is None]
    shares: dict[tuple[tuple[int, int], ...], None] = {}
    for goal in (state.goal.poly, state.normal(state.goal.poly)):
        for index in open_logs:
            found = _share(goal, index, [k for k in logs if k not in open_logs])
            if found:
                shares[found] = None
    for share in list(shares)[:2]:
        if ("shares", share) in state.tried:
            continue
        state = state.marked(("shares", share))
        factors = [other for other, times in share for _ in range(times)]
        point = Fraction(1)
        for other in factors:
            point /= Fraction(_of(state, other).value or 1)
        made = defined(prover, state, Log(Polynomial.constant(point)))
        if made is None:
            continue
        (state, first), last = made, made[1]
        for other in factors:
            point *= Fraction(_of(state, other).value or 1)
            made = defined(prover, state, Log(Polynomial.constant(point)))
            if made is None:
                return state
            state = tried(prover, made[0], "log-product", made[1], last, other)
            last = made[1]
        state = tried(prover, state, "log-one", last)
        for index in open_logs:
            state = tried(prover, state, "log-tangent-at", first, index)
    return state


def _of(state: State, index: int) -> Polynomial:
    atom = state.atoms[index]
    assert isinstance(atom, Log)
    return atom.of


def _share(goal: Polynomial, index: int, numbers: list[int]) -> tuple[tuple[int, int], ...]:
    """The logarithms of numbers beside one that is open, and how many times each."""
    beside = goal.by(index).get(1)
    if not beside:
        return ()
    for monomial, number in beside:
        times = [
            (k, Fraction(dict(goal.by(k).get(1, ZERO).terms).get(monomial, 0)) / number)
            for k in numbers
        ]
        if all(t.denominator == 1 and 0 <= t <= 8 for _, t in times) and any(t for _, t in times):
            return tuple((k, int(t)) for k, t in times if t)
    return ()


def _pairs(places: list[int]) -> list[tuple[int, int]]:
    return list(permutations(places, 2))[:MOST_PAIRS]


def _powers(prover: Prover, state: State, places: list[int], depth: int) -> State:
    deep = 7 if depth < 3 else 9
    goal = state.normal(state.goal.poly)
    hints: dict[int, set[int]] = {}
    for monomial, number in goal:
        for k, _ in monomial:
            hints.setdefault(k, set()).add(1 if number > 0 else -1)
    for index in places:
        for lemma in (
            "power-positive",
            "power-tangent-one",
            "power-tangent-one-concave",
            "power-above-one",
            "power-below-one",
            "power-back-below-one",
            "power-back-above-one",
        ):
            state = tried(prover, state, lemma, index)
    for a, b in _pairs(places):
        first, second = state.atoms[a], state.atoms[b]
        assert isinstance(first, Power)
        assert isinstance(second, Power)
        if state.normal(first.exponent) == state.normal(second.exponent):
            fits = -1 in hints.get(a, {-1}) and 1 in hints.get(b, {1})
            state = tried(prover, state, "power-base", a, b, depth=deep if fits else 9)
            for lemma in ("power-tangent", "power-tangent-concave"):
                state = tried(prover, state, lemma, a, b)
        elif state.normal(first.base) == state.normal(second.base):
            for lemma in ("power-exponent", "power-exponent-falling"):
                state = tried(prover, state, lemma, a, b)
        if single(state.normal(first.base)) == b:
            for lemma in ("power-undone", "power-undone-below", "power-undone-above"):
                state = tried(prover, state, lemma, a, b)
    return state


def _numbers(prover: Prover, state: State, kinds: dict[type, list[int]]) -> State:
    """Powers of numbers compared with those whose exponents are numbers that facts speak of."""
    points: dict[tuple[int, Fraction], None] = {}
    for fact in state.facts:
        # p compared with a number
        lead = [m for m, _ in fact.poly if m]
        if len(fact.poly) == 2 and len(lead) == 1 and len(lead[0]) == 1 and lead[0][0][1] == 1:
            terms = dict(fact.poly.terms)
            if () in terms:
                points[lead[0][0][0], -Fraction(terms[()]) / Fraction(terms[lead[0]])] = None
    for index in kinds.get(Power, []):
        atom = state.atoms[index]
        assert isinstance(atom, Power)
        if state.normal(atom.base).value is None:
            continue
        state = _rooted(prover, state, index)
        below = single(atom.exponent)
        if below is None:
            continue
        inner = state.atoms[below]
        known = single(inner.of) if isinstance(inner, Inverse) else below
        for k, point in points:
            if k != known or not point:
                continue
            exponent = 1 / point if isinstance(inner, Inverse) else point
            made = defined(prover, state, Power(atom.base, Polynomial.constant(exponent)))
            if made is not None:
                state = _rooted(prover, made[0], made[1])
                for a, b in ((index, made[1]), (made[1], index)):
                    for lemma in ("power-exponent-strict", "power-exponent"):
                        state = tried(prover, state, lemma, a, b, depth=7)
    return state


def _rooted(prover: Prover, state: State, index: int) -> State:
    """With w^k = b where w is the power 1/k of b, for small k."""
    atom = state.atoms[index]
    assert isinstance(atom, Power)
    for other, root in enumerate(state.atoms):
        if isinstance(root, Root):
            state = tried(prover, state, "power-root", index, other)
    exponent = state.normal(atom.exponent).value
    if exponent is None or ("rooted", index) in state.tried:
        return state
    whole = Fraction(exponent)
    if whole == 1:
        return tried(prover, state, "power-one", index)
    if whole.numerator != 1 or not 2 <= whole.denominator <= 4:
        return state
    last = index
    for j in range(2, whole.denominator + 1):
        made = defined(prover, state, Power(atom.base, Polynomial.constant(whole * j)))
        if made is None:
            return state
        state = tried(prover, made[0], "power-sum", made[1], last, index)
        last = made[1]
    return tried(prover, state, "power-one", last).marked(("rooted", index))


def single(poly: Polynomial) -> int | None:
    """The atom that a polynomial is."""
    if len(poly) != 1:
        return None
    ((monomial, number),) = poly.terms
    alone = number == 1 and len(monomial) == 1 and monomial[0][1] == 1
    return monomial[0][0] if alone else None
