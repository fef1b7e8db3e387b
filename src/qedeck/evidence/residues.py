"""Rational identities decided by evaluation at random points modulo a large prime.

Two rational functions of degree at most d that differ agree at a random point of the field with
p elements with probability at most d / p (Schwartz 1980, Zippel 1979). With p = 2^61 - 1 and some
points, an agreement by chance does not happen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

from qedeck.evidence import forms
from qedeck.evidence.formulas import UNABLE
from qedeck.evidence.inverses import OpaqueInverses, invertible
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.prove import prove
from qedeck.evidence.settings import Setting, settled
from qedeck.formula.evaluate import Array, Environment, Value, sides
from qedeck.formula.rings.modular import PRIME, ModularRing
from qedeck.formula.rings.ring import Grid
from qedeck.formula.rings.symbolic import Expression
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Relation, Statement
from qedeck.formula.values import entries

POINTS = 2
"""For each choice of components of the orthonormal matrices."""
STEPS = 2 * SECOND

FAILURES = (*UNABLE, ZeroDivisionError)


def identical(obligation: Obligation, where: Setting) -> Certificate | None:
    """A certificate that both sides are one rational function and defined under the facts.

    Hypotheses are used in three ways: equations that set a symbol, matrices with orthonormal
    columns, and what keeps denominators from vanishing. The others are not needed.
    """
    statement, scope = obligation.statement, obligation.scope
    if not isinstance(statement, Relation) or set(statement.signs) != {"="}:
        return None
    reached = _reached(statement, obligation)
    kinds = {scope.declared[name].kind for name in reached if name in scope.declared}
    if where.environment.functions or scope.laws or kinds & {"random", "function"}:
        return None
    chosen = random.Random(statement.__repr__())  # noqa: S311
    try:
        points = 0
        for environment in _points(obligation, where, chosen):
            links = sides(statement, environment, ModularRing())
            if not all(entries(link.left) == entries(link.right) for link in links):
                return None
            points += 1
        defined = points and _defined(obligation, where)
    except FAILURES:
        return None
    if not defined:
        return None
    return Certificate(("residues",), f"equal at {points} random points mod 2^61-1")


def _reached(statement: Statement, obligation: Obligation) -> set[str]:
    names = forms.reached(statement, obligation.scope)
    for name, equation in _equations(obligation).items():
        if name in names:
            names |= forms.reached(equation.value, obligation.scope)
    return names


def _equations(obligation: Obligation) -> dict[str, forms.Equation]:
    set_ = {name: forms.Equation(value) for name, value in obligation.fixed}
    return forms.equations(obligation.scope) | set_


# Points


def _points(
    obligation: Obligation, where: Setting, chosen: random.Random
) -> Iterator[Environment[Any]]:
    """Random points at which the equations hold, on every component of what they describe."""
    scope, set_ = obligation.scope, _equations(obligation)
    special = [name for s in forms.assumed(scope) if (name := forms.orthonormal(s))]
    special = [name for name in dict.fromkeys(special) if name in where.environment.values]
    for mirrored in product((False, True), repeat=len(special)):
        mirrors = dict(zip(special, mirrored, strict=True))
        for _ in range(POINTS):
            values: dict[str, Value[int]] = {}
            for name, value in where.environment.values.items():
                if name in set_:
                    continue
                if name in mirrors and isinstance(value, Array):
                    values[name] = _orthonormal(value, chosen, mirror=mirrors[name])
                else:
                    values[name] = _residues(value, chosen)
            plain = replace(where.environment, values=values)
            yield settled(set_, scope, plain, ModularRing())


def _residues(value: Value[Any], chosen: random.Random) -> Value[int]:
    """Random residues for symbols, the residues of numbers."""
    found = tuple(_residue(entry, chosen) for entry in entries(value))
    return replace(value, entries=found) if isinstance(value, Array) else found[0]


def _residue(entry: Expression, chosen: random.Random) -> int:
    if entry.is_Symbol:
        return chosen.randrange(1, PRIME)
    if entry.is_Rational:
        return ModularRing().number(Fraction(int(entry.p), int(entry.q)))
    raise ValueError(f"{entry} is no residue")


def _orthonormal(value: Array[Any], chosen: random.Random, *, mirror: bool) -> Array[int]:
    """Columns of a Cayley transform: (1 - S) (1 + S)^-1 is orthogonal for every skew S."""
    ring = ModularRing()
    size, width = value.shape
    skew = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = chosen.randrange(PRIME)
            skew[j][i] = -skew[i][j] % PRIME
    plus = tuple(tuple((skew[i][j] + (i == j)) % PRIME for j in range(size)) for i in range(size))
    minus = tuple(tuple((-skew[i][j] + (i == j)) % PRIME for j in range(size)) for i in range(size))
    inverse = ring.inverse(plus)
    columns = tuple(
        sum(minus[i][k] * inverse[k][j] for k in range(size))
        % PRIME
        * (-1 if mirror and not j else 1)
        % PRIME
        for i in range(size)
        for j in range(width)
    )
    return Array(value.shape, columns)


# Denominators


class _Divisors(OpaqueInverses):
    """Expressions, with a list of all that was divided by."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[Expression, None] = {}

    def div(self, a: Expression, b: Expression) -> Expression:
        self.found[b] = None
        return super().div(a, b)

    def power(self, a: Expression, b: Expression) -> Expression:
        if not b.is_nonnegative:
            self.found[a] = None
        return super().power(a, b)

    def inverse(self, rows: Grid[Expression]) -> Grid[Expression]:
        if len(rows) == 1:
            self.found[rows[0][0]] = None
        return super().inverse(rows)


def _defined(obligation: Obligation, where: Setting) -> bool:
    """Whether nothing is divided by that may vanish where the facts hold."""
    scope: Scope = obligation.scope
    ring = _Divisors()
    set_: Mapping[str, forms.Equation] = _equations(obligation)
    free = {n: v for n, v in where.environment.values.items() if n not in set_}
    environment = settled(set_, scope, replace(where.environment, values=free), ring)
    sides(obligation.statement, environment, ring)
    return invertible(obligation.statement, scope, environment, where.facts) and all(
        _vanishes_never(divisor, where.facts) for divisor in ring.found
    )


def _vanishes_never(divisor: Expression, facts: Sequence[Fact]) -> bool:
    if divisor.is_nonzero:
        return True
    verdict = prove(Goal(divisor, "!=", divisor * 0, tuple(facts)), Budget.of(STEPS))
    return isinstance(verdict, Certificate) and not verdict.conditions and not verdict.partial
