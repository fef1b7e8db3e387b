"""Certificates: why a sequent holds, as data. Nothing here is believed before it is checked."""

from __future__ import annotations

from typing import TypeAlias

from qedeck.kernel.polynomials import ONE, Number, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Atom, Frozen


class Term(Frozen):
    """weight · (product of facts) · square², with a positive weight; facts with ≠ count squared."""

    weight: Number
    facts: tuple[int, ...] = ()
    square: Polynomial = ONE


class Linear(Frozen):
    """goal · factor = sum of terms + Σ cofactor · equation.

    Factors are facts that say > (or ≠: squared, but for the goal of an equation). An equation has
    no terms. With nothing in it, it is an identity, which the kernel expands.
    """

    terms: tuple[Term, ...] = ()
    equations: tuple[tuple[int, Polynomial], ...] = ()
    factor: tuple[int, ...] = ()


class Split(Frozen):
    """A certificate for each of poly > 0, poly = 0, poly < 0, which is added to the facts."""

    poly: Polynomial
    positive: Certificate
    zero: Certificate
    negative: Certificate


class Whole(Frozen):
    """A polynomial with whole values is at most a whole number, or at least the next one."""

    poly: Polynomial
    at: int
    below: Certificate
    above: Certificate


class Absurd(Frozen):
    """0 > 0 from the facts and from the denial of the goal, which becomes the last fact."""

    proof: Certificate


class Have(Frozen):
    """A relation is shown, and becomes the last fact."""

    relation: Relation
    proof: Certificate
    then: Certificate


class Use(Frozen):
    """A lemma of the table about atoms (by index); its conclusion becomes the last fact.

    A condition without a certificate is an identity.
    """

    lemma: str
    atoms: tuple[int, ...]
    conditions: tuple[Certificate, ...]
    then: Certificate


class Define(Frozen):
    """A further atom, with a certificate for each thing that it needs to have a value."""

    atom: Atom
    values: tuple[Certificate, ...]
    then: Certificate


class Oracle(Frozen):
    """Nothing: the sequent is left to somebody who is asked anew each time."""

    name: str


Certificate: TypeAlias = Linear | Split | Whole | Absurd | Have | Use | Define | Oracle


class Proof(Frozen):
    """A certificate for the goal, and those for the values of partial atoms.

    `values[k]` belongs to the k-th atom that needs something (`values.needs`); a missing
    certificate is an identity.
    """

    goal: Certificate
    values: tuple[tuple[Certificate, ...], ...] = ()
