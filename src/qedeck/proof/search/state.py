"""What is known in the middle of a search: a sequent, the steps to it, and normal forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TypeAlias

from qedeck.kernel.certificate import (
    Certificate,
    Define,
    Have,
    Linear,
    Split,
    Term,
    Use,
)
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import ONE, Monomial, Number, Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import (
    Abs,
    Atom,
    Inverse,
    Max,
    Root,
    Sign,
    Symbol,
    arguments,
)
from qedeck.kernel.values import laws

ZERO = Polynomial()
FALSE = Relation(ZERO, ">")
Step: TypeAlias = Callable[[Certificate], Certificate]


class Spent(Exception):
    """The budget is used up."""


@dataclass
class Budget:
    """Steps that are left: columns of linear programmes and attempts, never seconds."""

    steps: int

    def spend(self, steps: int) -> None:
        """Use up steps.

        Raises:
            Spent: where none are left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise Spent


@dataclass(frozen=True)
class Rule:
    """An atom that equals a polynomial without it, by an equation among the facts."""

    atom: int
    value: Polynomial
    fact: int
    scale: Fraction
    """scale · (atom - value) is the fact, up to what earlier rules make of it."""
    before: tuple[tuple[int, Polynomial], ...]
    """Cofactors by which the fact differs from that."""


@dataclass(frozen=True)
class State:
    """A sequent with the steps that led to it."""

    atoms: tuple[Atom, ...]
    facts: tuple[Relation, ...]
    goal: Relation
    steps: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()
    tried: frozenset[object] = frozenset()
    """What was added or decided on the way here."""
    cache: dict[Polynomial, Polynomial] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, sequent: Sequent) -> State:
        """The state at the beginning of a proof of a sequent, facts and laws at hand."""
        state = cls(sequent.atoms, (), sequent.goal)
        for fact in sequent.facts:
            state = state.known(fact)
        return state

    # -- growing -----------------------------------------------------------------------------

    def known(self, fact: Relation) -> State:
        """With one fact more; an equation that is solved for an atom becomes a rule."""
        grown = replace(self, facts=(*self.facts, fact))
        if fact.sign != "=":
            return grown
        normal, used = self.traced(fact.poly)
        solved = _solved(normal, grown.atoms)
        if solved is None:
            return grown
        atom, value, scale = solved
        rule = Rule(atom, value, len(self.facts), scale, used)
        return replace(grown, rules=(*self.rules, rule), cache={})

    def assumed(self, fact: Relation) -> State:
        """The beginning of a proof under one fact more."""
        return replace(self.known(fact), steps=())

    def aimed(self, goal: Relation) -> State:
        """The beginning of a proof of something else."""
        return replace(self, goal=goal, steps=())

    def had(self, relation: Relation, proof: Certificate) -> State:
        """With a relation that was shown."""
        grown = self.known(relation)
        return replace(grown, steps=(*self.steps, lambda then: Have(relation, proof, then)))

    def used(
        self, lemma: str, places: tuple[int, ...], conditions: tuple[Certificate, ...]
    ) -> State:
        """With the conclusion of a lemma."""
        made = instance(lemma, places, self.atoms)
        assert made is not None
        while conditions and conditions[-1] == Linear():
            conditions = conditions[:-1]
        step = lambda then: Use(lemma, places, conditions, then)  # noqa: E731
        return replace(self.known(made[1]), steps=(*self.steps, step))

    def defined(self, atom: Atom, values: tuple[Certificate, ...]) -> tuple[State, int]:
        """With a further atom, and its index."""
        index = len(self.atoms)
        while values and values[-1] == Linear():
            values = values[:-1]
        grown = replace(self, atoms=(*self.atoms, atom), cache={})
        for law in laws(index, atom):
            grown = grown.known(law)
        step = lambda then: Define(atom, values, then)  # noqa: E731
        return replace(grown, steps=(*self.steps, step)), index

    def marked(self, mark: object) -> State:
        """With a note of what was tried."""
        return replace(self, tried=self.tried | {mark})

    def closed(self, leaf: Certificate) -> Certificate:
        """The certificate with the steps that led here around its end."""
        for step in reversed(self.steps):
            leaf = step(leaf)
        return leaf

    def split(
        self, poly: Polynomial, positive: Certificate, zero: Certificate, negative: Certificate
    ) -> Certificate:
        """The certificate by cases, with the steps that led here."""
        return self.closed(Split(poly, positive, zero, negative))

    # -- normal forms ------------------------------------------------------------------------

    def normal(self, poly: Polynomial) -> Polynomial:
        """What a polynomial equals, by the laws of atoms and the rules."""
        found = self.cache.get(poly)
        if found is None:
            found = self.cache[poly] = self.traced(poly)[0]
        return found

    def traced(self, poly: Polynomial) -> tuple[Polynomial, tuple[tuple[int, Polynomial], ...]]:
        """The normal form, and cofactors of facts whose sum it differs by."""
        used: dict[int, Polynomial] = {}
        for _ in range(20):
            before = poly
            # rules first: they are a homomorphism, so that products agree with their factors
            for rule in self.rules:
                if rule.atom in poly.atoms:
                    poly, cofactor = _replaced(poly, rule)
                    _add(used, rule.fact, cofactor * (1 / rule.scale))
                    for fact, other in rule.before:
                        _add(used, fact, cofactor * other * (-1 / rule.scale))
            poly = worked_out(poly, self.atoms)
            if poly == before:
                break
        return poly, tuple((k, c) for k, c in used.items() if c)

    def linear(
        self,
        terms: tuple[Term, ...] = (),
        equations: tuple[tuple[int, Polynomial], ...] = (),
        factor: tuple[int, ...] = (),
    ) -> Certificate:
        """The certificate with these terms, and the equations that the rules used."""
        rest = self.goal.poly
        for k in factor:
            rest *= self.facts[k].poly ** self.times(k, goal=True)
        for term in terms:
            rest -= self.value(term)
        for k, cofactor in equations:
            rest -= cofactor * self.facts[k].poly
        _, used = self.traced(rest)
        total: dict[int, Polynomial] = {}
        for k, cofactor in (*equations, *used):
            _add(total, k, cofactor)
        return Linear(terms, tuple((k, c) for k, c in sorted(total.items()) if c), factor)

    def value(self, term: Term) -> Polynomial:
        """The polynomial that a term is."""
        value = Polynomial.constant(term.weight) * term.square**2
        for k in term.facts:
            value *= self.facts[k].poly ** self.times(k)
        return value

    def times(self, k: int, *, goal: bool = False) -> int:
        """The exponent with which a fact enters: 2 for one that says ≠."""
        plain = self.facts[k].sign != "!=" or (goal and self.goal.sign == "=")
        return 1 if plain else 2


def _add(total: dict[int, Polynomial], k: int, cofactor: Polynomial) -> None:
    total[k] = total.get(k, ZERO) + cofactor


def _replaced(poly: Polynomial, rule: Rule) -> tuple[Polynomial, Polynomial]:
    """The polynomial with an atom replaced, and (old - new) / (atom - value)."""
    parts = poly.by(rule.atom)
    atom, value = Polynomial.atom(rule.atom), rule.value
    new, cofactor = ZERO, ZERO
    powers = [ONE]
    for _ in range(max(parts)):
        powers.append(powers[-1] * value)
    for e, c in parts.items():
        new += c * powers[e]
        for i in range(e):
            cofactor += c * atom**i * powers[e - 1 - i]
    return new, cofactor


def worked_out(poly: Polynomial, atoms: tuple[Atom, ...]) -> Polynomial:
    """The polynomial with powers of atoms reduced and inverses of products cancelled."""
    done = len(atoms)
    while True:
        index = max((k for k in poly.atoms if k < done and _works(atoms[k])), default=None)
        if index is None:
            return poly
        done = index
        atom, a = atoms[index], Polynomial.atom(index)
        match atom:
            case Inverse(of) if len(of) == 1:
                poly = _cancelled(poly, index, of)
                continue
            case Inverse():
                continue
        parts = poly.by(index)
        top = max(parts)
        match atom:
            case Root(degree, of) if top >= degree:
                terms = [c * of ** (e // degree) * a ** (e % degree) for e, c in parts.items()]
            case Abs(of) if top > 1:
                terms = [c * of ** (e - e % 2) * a ** (e % 2) for e, c in parts.items()]
            case Sign() if top > 2:
                terms = [c * a ** (e if e < 3 else 2 - e % 2) for e, c in parts.items()]
            case Max(left, right) if top > 1:
                while (top := max(parts)) > 1:
                    c = parts.pop(top)
                    parts[top - 1] = parts.get(top - 1, ZERO) + c * (left + right)
                    parts[top - 2] = parts.get(top - 2, ZERO) - c * left * right
                terms = [c * a**e for e, c in parts.items()]
            case _:
                continue
        poly = sum(terms, ZERO)


def _works(atom: Atom) -> bool:
    return isinstance(atom, Root | Abs | Sign | Max | Inverse)


def _cancelled(poly: Polynomial, index: int, of: Polynomial) -> Polynomial:
    """Products of q and c·m, where q is the inverse of that, as far as they occur."""
    ((inside, number),) = of.terms
    wanted = dict(inside)
    result: dict[Monomial, Number] = {}
    for monomial, c in poly:
        exponents = dict(monomial)
        times = exponents.get(index, 0)
        for k, e in wanted.items():
            times = min(times, exponents.get(k, 0) // e)
        if times:
            exponents[index] -= times
            for k, e in wanted.items():
                exponents[k] -= e * times
            monomial = tuple((k, e) for k, e in sorted(exponents.items()) if e)  # noqa: PLW2901
            c = Fraction(c) / Fraction(number) ** times  # noqa: PLW2901
        result[monomial] = result.get(monomial, 0) + c
    return Polynomial.of(result)


def _solved(poly: Polynomial, atoms: tuple[Atom, ...]) -> tuple[int, Polynomial, Fraction] | None:
    """An atom that an equation can be solved for: the last that occurs once, alone and linearly."""
    best: int | None = None
    for monomial, _ in poly:
        if len(monomial) == 1 and monomial[0][1] == 1:
            k = monomial[0][0]
            alone = sum(any(j == k for j, _ in m) for m, _ in poly) == 1
            if alone and not _inside(k, poly, atoms) and (best is None or k > best):
                best = k
    if best is None:
        return None
    scale = Fraction(dict(poly.terms)[((best, 1),)])
    return best, Polynomial.atom(best) - poly * (1 / scale), scale


def _inside(k: int, poly: Polynomial, atoms: tuple[Atom, ...]) -> bool:
    """Whether an atom is an argument of another atom of a polynomial."""
    left = [j for j in poly.atoms if j != k]
    seen: set[int] = set()
    while left:
        j = left.pop()
        for part in arguments(atoms[j]):
            if k in part.atoms:
                return True
            left += [i for i in part.atoms if i not in seen]
            seen |= part.atoms
    return False


def symbols(state: State, poly: Polynomial) -> frozenset[int]:
    """The symbols in a polynomial, also inside its atoms."""
    found: set[int] = set()
    left, seen = list(poly.atoms), set(poly.atoms)
    while left:
        k = left.pop()
        if isinstance(state.atoms[k], Symbol):
            found.add(k)
        for part in arguments(state.atoms[k]):
            left += [j for j in part.atoms if j not in seen]
            seen |= part.atoms
    return frozenset(found)
