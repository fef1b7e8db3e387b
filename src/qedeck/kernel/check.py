"""Checking a proof of a sequent, in exact arithmetic.

Every rule takes a sequent whose atoms all have values wherever its facts hold, and asks for
sequents from which it follows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NoReturn

from qedeck.kernel import certificate as c
from qedeck.kernel.certificate import Certificate, Linear, Proof, Term
from qedeck.kernel.lemmas import instance
from qedeck.kernel.polynomials import Polynomial, TooLarge
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Atom, Root, Symbol, arguments, with_arguments
from qedeck.kernel.values import laws, needs, reduced, whole

MOST_DEPTH = 100
MOST_WORK = 40_000_000
IDENTITY = Linear()
FALSE = Relation(Polynomial(), ">")
"""0 > 0, which follows from a contradiction alone."""


class Rejected(Exception):
    """A certificate breaks a rule.

    Args:
        rule: the name of the rule.
        why: what is wrong.
    """

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(f"{rule}: {why}")
        self.rule, self.why = rule, why


def check(sequent: Sequent, proof: Proof) -> tuple[Sequent, ...]:
    """Check a proof.

    An atom has a value by facts and laws over the atoms before it alone: wherever the facts hold,
    those have values, by induction, so that what is known of them may be used.

    Returns:
        the sequents that were left to oracles: empty where the sequent is proved.

    Raises:
        Rejected: where the proof is none.
    """
    checker = _Checker()
    try:
        checker.begin(sequent, proof)
    except TooLarge as error:
        raise Rejected("size", f"a polynomial grows too large: {error}") from error
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Rejected("certificate", "a part is not of its kind") from error
    return tuple(checker.left)


@dataclass
class _Checker:
    left: list[Sequent] = field(default_factory=list)
    work: int = 0

    def begin(self, sequent: Sequent, proof: Proof) -> None:
        for relation in (*sequent.facts, sequent.goal):
            _related(relation, len(sequent.atoms))
        known: tuple[Relation, ...] = ()
        values = iter(proof.values)
        for index, atom in enumerate(sequent.atoms):
            _fitting(atom, index)
            if needs(atom):
                early = tuple(f for f in sequent.facts if max(f.poly.atoms, default=-1) < index)
                before = Sequent(sequent.atoms[:index], (*early, *known), sequent.goal)
                self.valued(before, atom, next(values, ()), 0)
            known += laws(index, atom)
        if next(values, None) is not None:
            _reject("values", "more certificates than partial atoms")
        self.run(replace(sequent, facts=(*sequent.facts, *known)), proof.goal, 0)

    def valued(
        self, sequent: Sequent, atom: Atom, certificates: tuple[Certificate, ...], depth: int
    ) -> None:
        """That an atom over those of a sequent has a value wherever the facts hold."""
        wanted = needs(atom)
        if len(certificates) > len(wanted):
            _reject("values", "more certificates than an atom needs")
        for k, (goal, where) in enumerate(wanted):
            certificate = certificates[k] if k < len(certificates) else IDENTITY
            self.run(Sequent(sequent.atoms, (*sequent.facts, *where), goal), certificate, depth)

    def run(self, s: Sequent, certificate: Certificate, depth: int) -> None:
        """That a sequent holds, whose atoms have values wherever its facts hold."""
        if depth > MOST_DEPTH:
            _reject("depth", f"more than {MOST_DEPTH} certificates inside each other")
        match certificate:
            case Linear():
                self.linear(s, certificate)
            case c.Split(poly, positive, zero, negative):
                # one of the three holds at any values
                _polynomial(poly, len(s.atoms))
                self.run(_with(s, Relation(poly, ">")), positive, depth + 1)
                self.run(_with(s, Relation(poly, "=")), zero, depth + 1)
                self.run(_with(s, Relation(-poly, ">")), negative, depth + 1)
            case c.Whole(poly, at, below, above):
                # no whole number lies between two neighbours
                _polynomial(poly, len(s.atoms))
                if type(at) is not int:
                    _reject("whole", f"{at} is not a whole number")
                if not whole(poly, s.atoms):
                    _reject("whole", "the values need not be whole numbers")
                self.run(_with(s, Relation(at - poly, ">=")), below, depth + 1)
                self.run(_with(s, Relation(poly - (at + 1), ">=")), above, depth + 1)
            case c.Absurd(proof):
                # where the goal fails, its denial holds, and 0 > 0 would follow
                self.run(replace(_with(s, s.goal.denial), goal=FALSE), proof, depth + 1)
            case c.Have(relation, proof, then):
                _related(relation, len(s.atoms))
                self.run(replace(s, goal=relation), proof, depth + 1)
                self.run(_with(s, relation), then, depth + 1)
            case c.Use(lemma, places, conditions, then):
                self.run(self.used(s, lemma, places, conditions, depth), then, depth + 1)
            case c.Define(atom, values, then):
                _fitting(atom, len(s.atoms))
                if isinstance(atom, Symbol):
                    _reject("define", "a symbol has no definition")
                self.valued(s, atom, values, depth + 1)
                grown = (*s.facts, *laws(len(s.atoms), atom))
                self.run(Sequent((*s.atoms, atom), grown, s.goal), then, depth + 1)
            case c.Rename(places, then):
                self.run(_renamed(s, places), then, depth + 1)
            case c.Oracle():
                self.left.append(s)
            case _:
                _reject("certificate", f"there is no such kind: {type(certificate).__name__}")

    def linear(self, s: Sequent, certificate: Linear) -> None:
        """The identity is checked, and the signs of what stands in it.

        From goal · d = sum with d > 0 and the sum at least 0 (or positive), so is the goal. For
        an equation d is not 0 and the sum is one of polynomials that vanish.
        """
        sign = s.goal.sign
        if sign == "!=":
            _reject("linear", "a goal with != is shown by Absurd")
        if sign == "=" and certificate.terms:
            _reject("equation", "an equation follows from equations alone")
        left, right, strict = s.goal.poly, Polynomial(), False
        for k in certificate.factor:
            fact = _fact(s, k)
            if fact.sign not in (">", "!="):
                _reject("factor", f"fact {k} does not say that the factor is positive")
            twice = fact.sign == "!=" and sign != "="
            left = self.times(left, *[fact.poly] * (1 + twice))
        for term in certificate.terms:
            part, positive = self.term(s, term)
            right, strict = right + part, strict or positive
        for k, cofactor in certificate.equations:
            if _fact(s, k).sign != "=":
                _reject("equation", f"fact {k} is no equation")
            _polynomial(cofactor, len(s.atoms))
            right += self.times(cofactor, s.facts[k].poly)
        if sign == ">" and not strict:
            _reject("strict", "no term of the sum is strictly positive")
        if reduced(left - right, s.atoms, self.times):
            _reject("identity", "the two sides differ")

    def term(self, s: Sequent, term: Term) -> tuple[Polynomial, bool]:
        """A term, and whether it is strictly positive rather than at least 0."""
        square = term.square
        if not isinstance(term.weight, int | Fraction) or term.weight <= 0:
            _reject("weight", f"the weight {term.weight} is no positive fraction")
        _polynomial(square, len(s.atoms))
        weight = Polynomial.constant(term.weight)
        part, positive = self.times(weight, square, square), square.value not in (None, 0)
        for k in term.facts:
            fact = _fact(s, k)
            if fact.sign == "=":
                _reject("term", f"fact {k} is an equation: it belongs to the equations")
            part = self.times(part, *[fact.poly] * (1 + (fact.sign == "!=")))
            positive = positive and fact.sign != ">="
        return part, positive

    def times(self, first: Polynomial, *factors: Polynomial) -> Polynomial:
        """A product, counting the work."""
        for factor in factors:
            self.work += len(first) * len(factor) + 1
            if self.work > MOST_WORK:
                _reject("size", "more than a kernel is to multiply")
            first *= factor
        return first

    def used(
        self,
        s: Sequent,
        name: str,
        places: tuple[int, ...],
        conditions: tuple[Certificate, ...],
        depth: int,
    ) -> Sequent:
        """The sequent with the conclusion of a lemma."""
        if not all(type(k) is int and 0 <= k < len(s.atoms) for k in places):
            _reject("lemma", "there is no such atom")
        made = instance(name, places, s.atoms)
        if made is None:
            _reject("lemma", f"there is no lemma {name} about atoms of these kinds")
        if len(conditions) > len(made[0]):
            _reject("lemma", f"{name} has fewer conditions")
        for k, condition in enumerate(made[0]):
            certificate = conditions[k] if k < len(conditions) else IDENTITY
            self.run(replace(s, goal=condition), certificate, depth + 1)
        return _with(s, made[1])


def _reject(rule: str, why: str) -> NoReturn:
    raise Rejected(rule, why)


def _with(s: Sequent, fact: Relation) -> Sequent:
    return replace(s, facts=(*s.facts, fact))


def _fact(s: Sequent, k: int) -> Relation:
    if type(k) is not int or not 0 <= k < len(s.facts):
        _reject("fact", f"there is no fact {k}")
    return s.facts[k]


def _polynomial(poly: Polynomial, atoms: int) -> None:
    """That a polynomial is one, over the first so many atoms."""
    try:
        Polynomial(poly.terms)
    except (AttributeError, TypeError, ValueError) as error:
        raise Rejected("polynomial", "it is malformed") from error
    if max(poly.atoms, default=-1) >= atoms:
        _reject("polynomial", "it is over an atom that does not come before")


def _related(relation: Relation, atoms: int) -> None:
    _polynomial(relation.poly, atoms)
    if relation.sign not in ("=", ">=", ">", "!="):
        _reject("relation", f"there is no sign {relation.sign}")


def _fitting(atom: Atom, index: int) -> None:
    for argument in arguments(atom):
        _polynomial(argument, index)
    if isinstance(atom, Root) and (type(atom.degree) is not int or atom.degree < 2):
        _reject("root", "a degree is a whole number of at least 2")


def _renamed(s: Sequent, places: tuple[int, ...]) -> Sequent:
    """The same sequent with its atoms in another order: what holds of one holds of the other."""
    if sorted(places) != list(range(len(s.atoms))):
        _reject("rename", "the map is no bijection of the atoms")
    names = dict(enumerate(places))
    atoms = sorted(zip(places, s.atoms, strict=True), key=lambda pair: pair[0])
    moved = tuple(with_arguments(a, lambda p: p.renamed(names)) for _, a in atoms)
    for index, atom in enumerate(moved):
        _fitting(atom, index)
    facts, goal = (
        tuple(Relation(f.poly.renamed(names), f.sign) for f in part)
        for part in (s.facts, (s.goal,))
    )
    return Sequent(moved, facts, goal[0])
