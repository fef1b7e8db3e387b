"""Checking a proof of a sequent, in exact arithmetic.

Every rule takes a sequent whose atoms all have values wherever its facts hold, and asks for
sequents from which it follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias, get_args

from qedeck.kernel import certificate as c
from qedeck.kernel.certificate import Certificate, Linear, Proof
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import Polynomial, TooLarge
from qedeck.kernel.sequent import Comparison, Relation, Sequent
from qedeck.kernel.terms import Atom, Root, Symbol, arguments
from qedeck.kernel.values import laws, needs, reduced, whole

MOST_DEPTH = 100
MOST_WORK = 40_000_000


class Rejected(Exception):
    """A certificate breaks a rule.

    Args:
        rule: the name of the rule.
        why: what is wrong.
    """

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"{rule}: {why}")
        self.rule, self.why = rule, why


def require(holds: bool, rule: str, why: str) -> None:
    """Reject a certificate where something that a rule asks for does not hold."""
    if not holds:
        raise Rejected(rule, why)


Premises: TypeAlias = Iterator[tuple[Sequent, Certificate]]
"""Sequents from which another follows, each with the certificate for it."""


def check(sequent: Sequent, proof: Proof) -> tuple[Sequent, ...]:
    """Check a proof.

    Returns:
        the sequents that were left to oracles: empty where the sequent is proved.

    Raises:
        Rejected: where the proof is none.
    """
    checker = _Checker()
    try:
        for premise, certificate in _begun(sequent, proof):
            checker.run(premise, certificate, 0)
    except TooLarge as error:
        raise Rejected("size", f"a polynomial grows too large: {error}") from error
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Rejected("certificate", "a part is not of its kind") from error
    return tuple(checker.left)


def _begun(sequent: Sequent, proof: Proof) -> Premises:
    """That each atom has a value, and that the sequent holds with what is known of them.

    An atom has a value by facts and laws over the atoms before it alone: wherever the facts hold,
    those have values, by induction, so that what is known of them may be used.
    """
    for relation in (*sequent.facts, sequent.goal):
        _related(relation, len(sequent.atoms))
    known: tuple[Relation, ...] = ()
    values = iter(proof.values)
    for index, atom in enumerate(sequent.atoms):
        _fitting(atom, index)
        if needs(atom):
            early = tuple(f for f in sequent.facts if max(f.poly.atoms, default=-1) < index)
            before = Sequent(sequent.atoms[:index], (*early, *known), sequent.goal)
            yield from _valued(before, atom, next(values, ()))
        known += laws(index, atom)
    require(next(values, None) is None, "values", "more certificates than partial atoms")
    yield replace(sequent, facts=(*sequent.facts, *known)), proof.goal


class _Checker:
    def __init__(self) -> None:
        self.left: list[Sequent] = []
        self.work = 0

    def run(self, s: Sequent, certificate: Certificate, depth: int) -> None:
        """That a sequent holds, whose atoms have values wherever its facts hold."""
        require(depth <= MOST_DEPTH, "depth", f"more than {MOST_DEPTH} inside each other")
        if isinstance(certificate, Linear):
            self.linear(s, certificate)
        elif isinstance(certificate, c.Oracle):
            self.left.append(s)
        else:
            for premise, proof in _premises(s, certificate):
                self.run(premise, proof, depth + 1)

    def linear(self, s: Sequent, certificate: Linear) -> None:
        """The identity is checked, and the signs of what stands in it.

        From goal · d = sum with d > 0 and the sum at least 0 (or positive), so is the goal. For
        an equation d is not 0 and the sum is one of polynomials that vanish.
        """
        goal, atoms, strict, total = s.goal, len(s.atoms), False, Polynomial()
        equation = goal.sign == "="
        require(goal.sign != "!=", "linear", "a goal with != is shown by Absurd")
        require(not (equation and certificate.terms), "equation", "an equation has no terms")
        for term in certificate.terms:
            proper = isinstance(term.weight, int | Fraction) and term.weight > 0
            require(proper, "weight", f"the weight {term.weight} is no positive fraction")
            square = _over(term.square, atoms)
            weighted = self.times(square * term.weight, square)
            total += self.by_facts(weighted, s, term.facts, "term", (">=", ">", "!="))
            strict |= bool(square.value) and all(s.facts[k].sign != ">=" for k in term.facts)
        for k, cofactor in certificate.equations:
            total += self.by_facts(_over(cofactor, atoms), s, (k,), "equation", ("=",))
        require(goal.sign != ">" or strict, "strict", "no term of the sum is strictly positive")
        left = self.by_facts(goal.poly, s, certificate.factor, "factor", (">", "!="), not equation)
        rest = reduced(left - total, s.atoms, self.times)
        require(not rest, "identity", "the two sides differ")

    def by_facts(
        self, poly: Polynomial, s: Sequent, facts: tuple[int, ...], rule: str,
        signs: tuple[str, ...], squared: bool = True,
    ) -> Polynomial:  # fmt: skip
        """A polynomial times those of facts with certain signs; one with != counts squared."""
        for k in facts:
            there = type(k) is int and 0 <= k < len(s.facts)
            require(there, "fact", f"there is no fact {k}")
            fact = s.facts[k]
            require(fact.sign in signs, rule, f"fact {k} says {fact.sign}, which is of no use here")
            poly = self.times(poly, *[fact.poly] * (2 if squared and fact.sign == "!=" else 1))
        return poly

    def times(self, first: Polynomial, *factors: Polynomial) -> Polynomial:
        """A product, counting the work."""
        for factor in factors:
            self.work += len(first) * len(factor) + 1
            require(self.work <= MOST_WORK, "size", "more than a kernel is to multiply")
            first *= factor
        return first


def _premises(s: Sequent, certificate: Certificate) -> Premises:
    """What a rule asks for; it follows from these that the sequent holds."""
    match certificate:
        case c.Split(poly, positive, zero, negative):
            # one of the three holds at any values
            _over(poly, len(s.atoms))
            yield _with(s, Relation(poly, ">")), positive
            yield _with(s, Relation(poly, "=")), zero
            yield _with(s, Relation(-poly, ">")), negative
        case c.Whole(poly, at, below, above):
            # no whole number lies between two neighbours
            fits = type(at) is int and whole(_over(poly, len(s.atoms)), s.atoms)
            require(fits, "whole", "its values are not whole, or what splits them is not")
            yield _with(s, Relation(at - poly, ">=")), below
            yield _with(s, Relation(poly - at - 1, ">=")), above
        case c.Absurd(proof):
            # where the goal does not hold, its denial does, from which 0 > 0 would follow
            yield replace(_with(s, s.goal.denial), goal=Relation(Polynomial(), ">")), proof
        case c.Have(relation, proof, then):
            # what holds wherever the facts do is one more fact
            yield replace(s, goal=_related(relation, len(s.atoms))), proof
            yield _with(s, relation), then
        case c.Use(lemma, places, conditions, then):
            # a lemma's conclusion holds wherever its conditions do, and these hold where facts do
            made = instance(lemma, places, s.atoms)
            if made is None:
                raise Rejected("lemma", f"there is no lemma {lemma} about atoms of these kinds")
            yield from _each("lemma", [replace(s, goal=one) for one in made[0]], conditions)
            yield _with(s, made[1]), then
        case c.Define(atom, values, then):
            # a name for a value that is there wherever the facts hold
            function = not isinstance(_fitting(atom, len(s.atoms)), Symbol)
            require(function, "define", "a symbol has no definition")
            yield from _valued(s, atom, values)
            grown = (*s.facts, *laws(len(s.atoms), atom))
            yield Sequent((*s.atoms, atom), grown, s.goal), then
        case _:
            raise Rejected("certificate", "there is no such kind")


def _valued(s: Sequent, atom: Atom, certificates: Sequence[Certificate]) -> Premises:
    """That an atom over those of a sequent has a value wherever the facts hold."""
    wanted = [Sequent(s.atoms, (*s.facts, *where), goal) for goal, *where in needs(atom)]
    return _each("values", wanted, certificates)


def _each(rule: str, wanted: list[Sequent], certificates: Sequence[Certificate]) -> Premises:
    """A certificate for each sequent, an identity where one is missing."""
    require(len(certificates) <= len(wanted), rule, "more certificates than conditions")
    return zip(wanted, (*certificates, *[Linear()] * len(wanted)), strict=False)


def _with(s: Sequent, fact: Relation) -> Sequent:
    return replace(s, facts=(*s.facts, fact))


def _over(poly: Polynomial, atoms: int) -> Polynomial:
    """A polynomial over the first so many atoms."""
    fits = isinstance(poly, Polynomial) and max(poly.atoms, default=-1) < atoms
    require(fits, "polynomial", "it is none, or over an atom that does not come before")
    return poly


def _related(relation: Relation, atoms: int) -> Relation:
    _over(relation.poly, atoms)
    require(relation.sign in get_args(Comparison), "relation", f"there is no sign {relation.sign}")
    return relation


def _fitting(atom: Atom, index: int) -> Atom:
    """An atom that is a function of earlier ones."""
    for argument in arguments(atom):
        _over(argument, index)
    proper = not isinstance(atom, Root) or (type(atom.degree) is int and atom.degree >= 2)
    require(proper, "root", "a degree is a whole number of at least 2")
    return atom
