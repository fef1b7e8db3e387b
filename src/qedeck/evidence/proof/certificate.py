"""Goals, the hypotheses they may use, and what deciding them yields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, Rational, Symbol

from qedeck.evidence.ways import Way

NEGATION = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRROR = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Fact:
    """A hypothesis that holds."""

    left: Expr
    sign: str
    """One of `=`, `!=`, `<`, `<=`, `>`, `>=`."""
    right: Expr

    def replaced(self, values: Mapping[Expr, Expr]) -> Fact:
        """The fact with symbols replaced."""
        return Fact(self.left.xreplace(values), self.sign, self.right.xreplace(values))


@dataclass(frozen=True)
class Goal:
    """A relation to be decided for all values of its symbols that meet the facts."""

    left: Expr
    sign: str
    right: Expr
    facts: tuple[Fact, ...] = ()

    @property
    def denial(self) -> Fact:
        """The opposite relation."""
        return Fact(self.left, NEGATION[self.sign], self.right)


@dataclass(frozen=True)
class Rel:
    """A relation as part of a statement."""

    left: Expr
    sign: str
    right: Expr


@dataclass(frozen=True)
class And:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Or:
    """At least one part holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Implies:
    """The consequent holds wherever the antecedent does."""

    antecedent: Formula
    consequent: Formula


@dataclass(frozen=True)
class Iff:
    """Both sides hold for the same values."""

    left: Formula
    right: Formula


Formula = Rel | And | Or | Implies | Iff


@dataclass(frozen=True)
class Certificate:
    """Why a goal holds for all values of its symbols."""

    ways: tuple[Way, ...]
    """In order of first use."""
    detail: str
    """What a reader may check: the squares, the number of cases, the lemma used."""
    conditions: tuple[Fact, ...] = ()
    """What the sides need in order to be defined and the facts do not imply."""
    partial: bool = False
    """Whether a case was left out because a side is undefined there."""
    lemmas: tuple[str, ...] = ()
    """Full ids of the linked claims that were used."""


@dataclass(frozen=True)
class Counterexample:
    """Exact values that meet the facts and break the goal, verified by substitution."""

    values: dict[Symbol, Rational]


class Outside(Exception):
    """An expression has no real value under the hypotheses at hand."""


class Unsupported(Exception):
    """An expression is beyond the normal form."""
