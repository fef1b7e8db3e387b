"""Certificates: why a sequent holds, as data. Nothing here is believed before it is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from qedeck.kernel.polynomials import ONE as ONE
from qedeck.kernel.polynomials import Number, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Atom


@dataclass(frozen=True)
class Term:
    """weight · (product of facts) · square², with a positive weight; facts with ≠ count squared."""

    weight: Number
    facts: tuple[int, ...] = ()
    square: Polynomial = ONE


@dataclass(frozen=True)
class Linear:
    """goal · factor = sum of terms + Σ cofactor · equation.

    Factors are facts that say > (or ≠: squared, but for the goal of an equation). An equation has
    no terms. With nothing in it, it is an identity, which the kernel expands.
    """

    terms: tuple[Term, ...] = ()
    equations: tuple[tuple[int, Polynomial], ...] = ()
    factor: tuple[int, ...] = ()


@dataclass(frozen=True)
class Split:
    """A certificate for each of poly > 0, poly = 0, poly < 0, which is added to the facts."""

    poly: Polynomial
    positive: Certificate
    zero: Certificate
    negative: Certificate


@dataclass(frozen=True)
class Whole:
    """A polynomial with whole values is at most a whole number, or at least the next one."""

    poly: Polynomial
    at: int
    below: Certificate
    above: Certificate


@dataclass(frozen=True)
class Absurd:
    """0 > 0 from the facts and from the denial of the goal, which becomes the last fact."""

    proof: Certificate


@dataclass(frozen=True)
class Have:
    """A relation is shown, and becomes the last fact."""

    relation: Relation
    proof: Certificate
    then: Certificate


@dataclass(frozen=True)
class Use:
    """A lemma of the table about atoms (by index); its conclusion becomes the last fact.

    A condition without a certificate is an identity.
    """

    lemma: str
    atoms: tuple[int, ...]
    conditions: tuple[Certificate, ...]
    then: Certificate


@dataclass(frozen=True)
class Define:
    """A further atom, with a certificate for each thing that it needs to have a value."""

    atom: Atom
    values: tuple[Certificate, ...]
    then: Certificate


@dataclass(frozen=True)
class Rename:
    """The atom with index k goes to the index places[k]; facts keep their order."""

    places: tuple[int, ...]
    then: Certificate


@dataclass(frozen=True)
class Oracle:
    """Nothing: the sequent is left to somebody who is asked anew each time."""

    name: str


Certificate: TypeAlias = Linear | Split | Whole | Absurd | Have | Use | Define | Rename | Oracle


@dataclass(frozen=True)
class Proof:
    """A certificate for the goal, and those for the values of partial atoms.

    `values[k]` belongs to the k-th atom that needs something (`values.needs`); a missing
    certificate is an identity.
    """

    goal: Certificate
    values: tuple[tuple[Certificate, ...], ...] = ()
