"""Proofs without the steps that nothing rests on: a search tries more than it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from qedeck.kernel.certificate import (
    Absurd,
    Certificate,
    Define,
    Have,
    Linear,
    Proof,
    Split,
    Term,
    Use,
    Whole,
)
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Sequent
from qedeck.kernel.terms import Atom, arguments
from qedeck.kernel.values import laws, needs
from qedeck.proof.canonical import renamed, with_arguments


@dataclass
class _Used:
    """The facts and atoms that a part of a proof speaks of."""

    facts: set[int] = field(default_factory=set)
    atoms: set[int] = field(default_factory=set)


def pruned(sequent: Sequent, proof: Proof) -> Proof:
    """The proof of a sequent without facts and atoms that are added and not used."""
    values = iter(proof.values)
    known = 0
    kept: list[tuple[Certificate, ...]] = []
    for index, atom in enumerate(sequent.atoms):
        if needs(atom):
            early = sum(max(f.poly.atoms, default=-1) < index for f in sequent.facts)
            here = _Here(early + known, index, _Used())
            kept.append(here.each(atom, next(values, ())))
        known += len(laws(index, atom))
    while kept and not kept[-1]:
        kept.pop()
    here = _Here(len(sequent.facts) + known, len(sequent.atoms), _Used())
    return Proof(here.pruned(proof.goal), tuple(kept))


@dataclass(frozen=True)
class _Here:
    """A place in a proof: how many facts and atoms there are, and which of them are used."""

    facts: int
    atoms: int
    used: _Used

    def under(self, certificate: Certificate, facts: int = 0) -> Certificate:
        """A part of a proof, pruned, under so many more facts."""
        inside = _Here(self.facts + facts, self.atoms, _Used())
        found = inside.pruned(certificate)
        self.uses(inside.used.facts, inside.used.atoms)
        return found

    def uses(self, facts: Iterable[int] = (), atoms: Iterable[int] = ()) -> None:
        """Take note of facts and atoms, those alone that are there."""
        self.used.facts |= {k for k in facts if k < self.facts}
        self.used.atoms |= {k for k in atoms if k < self.atoms}

    def each(self, atom: Atom, certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        """The certificates for the value of an atom, each under facts of its own."""
        wanted = needs(atom)
        return tuple(self.under(one, len(wanted[k]) - 1) for k, one in enumerate(certificates))

    def pruned(self, certificate: Certificate) -> Certificate:
        """A certificate at this place, pruned."""
        match certificate:
            case Linear(terms, equations, factor):
                facts = (k for term in terms for k in term.facts)
                self.uses((*factor, *(k for k, _ in equations), *facts))
                for poly in (*(t.square for t in terms), *(c for _, c in equations)):
                    self.uses(atoms=poly.atoms)
            case Split(poly, positive, zero, negative):
                self.uses(atoms=poly.atoms)
                return Split(poly, *(self.under(one, 1) for one in (positive, zero, negative)))
            case Whole(poly, at, below, above):
                self.uses(atoms=poly.atoms)
                return Whole(poly, at, self.under(below, 1), self.under(above, 1))
            case Absurd(proof):
                return Absurd(self.under(proof, 1))
            case Have(_, _, then) | Use(_, _, _, then):
                return self.step(certificate, then, 1, 0)
            case Define(atom, _, then):
                return self.step(certificate, then, len(laws(self.atoms, atom)), 1)
        return certificate

    def step(
        self, certificate: Have | Use | Define, then: Certificate, facts: int, atoms: int
    ) -> Certificate:
        """A step and what comes after it, or the latter alone where it does without."""
        inside = _Here(self.facts + facts, self.atoms + atoms, _Used())
        rest = inside.pruned(then)
        self.uses(inside.used.facts, inside.used.atoms)
        new = range(self.facts, self.facts + facts)
        if self.atoms not in inside.used.atoms and inside.used.facts.isdisjoint(new):
            return _Moving(self.facts, facts, self.atoms, atoms).certificate(rest)
        match certificate:
            case Have(relation, proof, _):
                self.uses(atoms=relation.poly.atoms)
                return Have(relation, self.under(proof), rest)
            case Use(lemma, places, conditions, _):
                self.uses(atoms=places)
                return Use(lemma, places, tuple(map(self.under, conditions)), rest)
            case Define(atom, values, _):
                self.uses(atoms=(k for part in arguments(atom) for k in part.atoms))
                return Define(atom, self.each(atom, values), rest)


@dataclass(frozen=True)
class _Moving:
    """Proofs where so many facts and atoms, from an index on, are not there."""

    fact: int
    facts: int
    atom: int
    atoms: int

    def index(self, k: int) -> int:
        return k - self.facts * (k >= self.fact)

    def place(self, k: int) -> int:
        return k - self.atoms * (k >= self.atom)

    def poly(self, poly: Polynomial) -> Polynomial:
        if not self.atoms:
            return poly
        places: Mapping[int, int] = {k: self.place(k) for k in poly.atoms}
        return renamed(poly, places)

    def term(self, term: Term) -> Term:
        return Term(term.weight, tuple(map(self.index, term.facts)), self.poly(term.square))

    def all(self, certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        return tuple(map(self.certificate, certificates))

    def certificate(self, certificate: Certificate) -> Certificate:
        go: Callable[[Certificate], Certificate] = self.certificate
        match certificate:
            case Linear(terms, equations, factor):
                return Linear(
                    tuple(map(self.term, terms)),
                    tuple((self.index(k), self.poly(c)) for k, c in equations),
                    tuple(map(self.index, factor)),
                )
            case Split(poly, positive, zero, negative):
                return Split(self.poly(poly), go(positive), go(zero), go(negative))
            case Whole(poly, at, below, above):
                return Whole(self.poly(poly), at, go(below), go(above))
            case Absurd(proof):
                return Absurd(go(proof))
            case Have(relation, proof, then):
                there = replace(relation, poly=self.poly(relation.poly))
                return Have(there, go(proof), go(then))
            case Use(lemma, places, conditions, then):
                return Use(lemma, tuple(map(self.place, places)), self.all(conditions), go(then))
            case Define(atom, values, then):
                return Define(with_arguments(atom, self.poly), self.all(values), go(then))
        return certificate
