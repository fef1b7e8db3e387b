"""Sequents: facts from which a goal is to follow."""

from __future__ import annotations

from typing import Literal, TypeAlias

from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.terms import Atom, Frozen

Comparison: TypeAlias = Literal["=", ">=", ">", "!="]


class Relation(Frozen):
    """A polynomial compared with 0."""

    poly: Polynomial
    sign: Comparison

    @property
    def denial(self) -> Relation:
        """What holds exactly where this does not."""
        if self.sign in ("=", "!="):
            return Relation(self.poly, "!=" if self.sign == "=" else "=")
        return Relation(-self.poly, ">" if self.sign == ">=" else ">=")


class Sequent(Frozen):
    """It holds if its atoms have values and its goal holds wherever its facts hold.

    That is: at all values of its symbols, whole where declared. A fact with an atom that has no
    value somewhere says nothing there; it does not make the sequent hold.
    """

    atoms: tuple[Atom, ...]
    facts: tuple[Relation, ...]
    goal: Relation
