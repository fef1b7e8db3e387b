"""Sequents: facts from which a goal is to follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.terms import Atom

Comparison: TypeAlias = Literal["=", ">=", ">", "!="]


@dataclass(frozen=True)
class Relation:
    """A polynomial compared with 0."""

    poly: Polynomial
    sign: Comparison

    @property
    def denial(self) -> Relation:
        """What holds exactly where this does not."""
        match self.sign:
            case "=":
                return Relation(self.poly, "!=")
            case "!=":
                return Relation(self.poly, "=")
            case ">=":
                return Relation(-self.poly, ">")
            case _:
                return Relation(-self.poly, ">=")


@dataclass(frozen=True)
class Sequent:
    """It holds if its atoms have values and its goal holds wherever its facts hold.

    That is: at all values of its symbols, whole where declared. A fact with an atom that has no
    value somewhere says nothing there; it does not make the sequent hold.
    """

    atoms: tuple[Atom, ...]
    facts: tuple[Relation, ...]
    goal: Relation
