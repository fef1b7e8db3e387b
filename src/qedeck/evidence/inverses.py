"""Inverse matrices in proofs: symbols for their entries, and when there is an inverse at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from qedeck.evidence import forms
from qedeck.evidence.formulas import UNABLE
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.prove import prove
from qedeck.formula.evaluate import Array, Environment, evaluate
from qedeck.formula.rings.ring import Grid
from qedeck.formula.rings.symbolic import Expression, SymbolicRing
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Call,
    Expr,
    Identity,
    Node,
    Number,
    Product,
    Relation,
    Statement,
    Sum,
    Symbol,
    walk,
)

STEPS = 2 * SECOND
LARGEST_DETERMINANT = 3


class OpaqueInverses(SymbolicRing):
    """Expressions in which each entry of an inverse is a symbol of its own.

    Cofactors over a determinant grow beyond use at three rows. What is proved of all matrices in
    the place of the inverse holds of the inverse.
    """

    def __init__(self) -> None:
        super().__init__()
        self.inverted: dict[Grid[Expression], Grid[Expression]] = {}

    def inverse(self, rows: Grid[Expression]) -> Grid[Expression]:
        if len(rows) == 1 or any(entry.has(self.sympy.Dummy) for row in rows for entry in row):
            return super().inverse(rows)  # of what is differentiated, nothing is opaque
        if rows not in self.inverted:
            # The name is that of the matrix, so that it is the same wherever that is inverted.
            mark = hashlib.sha256(repr(rows).encode()).hexdigest()[:8]
            places = range(1, len(rows) + 1)
            self.inverted[rows] = tuple(
                tuple(self.symbol(f"inverse_{mark}_{i},{j}") for j in places) for i in places
            )
        return self.inverted[rows]

    def facts(self) -> Iterator[Fact]:
        """That each matrix times its inverse is the identity, entry by entry."""
        for rows, inverse in self.inverted.items():
            size = len(rows)
            for i in range(size):
                for j in range(size):
                    entry = self.total([self.mul(rows[i][k], inverse[k][j]) for k in range(size)])
                    yield Fact(entry, "=", self.whole(int(i == j)))


def inverts(statement: Statement, scope: Scope) -> bool:
    """Whether a matrix is inverted in a statement or in what it or the hypotheses rest on."""
    return any(True for _ in _inverted(statement, scope))


def invertible(
    statement: Statement, scope: Scope, environment: Environment[Any], facts: Sequence[Fact]
) -> bool:
    """Whether all matrices that are inverted are seen to have an inverse under the facts."""
    return all(
        _granted(argument, scope)
        or _definite(argument, scope, environment, facts)
        or _determined(argument, environment, facts)
        for argument in _inverted(statement, scope)
    )


def _inverted(statement: Statement, scope: Scope) -> Iterator[Expr]:
    names = forms.reached(statement, scope)
    set_ = forms.equations(scope)
    for name in tuple(names):
        if name in set_:
            names |= forms.reached(set_[name].value, scope)
    nodes: list[Node] = [statement]
    nodes += [scope.defined[name].body for name in names if name in scope.defined]
    nodes += [set_[name].value for name in names if name in set_]
    seen: dict[Expr, None] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Call) and part.function == "inverse":
                seen[part.arguments[0]] = None
    yield from seen


def _granted(matrix: Expr, scope: Scope) -> bool:
    """Whether a hypothesis says that the determinant is not zero."""
    return any(
        isinstance(s, Relation)
        and s.terms[0] == Call("det", (matrix,))
        and s.signs in (("!=",), (">",))
        and s.terms[1] == forms.ZERO
        for s in forms.assumed(scope)
    )


def _definite(
    matrix: Expr, scope: Scope, environment: Environment[Any], facts: Sequence[Fact]
) -> bool:
    """Whether a matrix is a sum of Gram matrices and of a positive definite one."""
    terms = matrix.terms if isinstance(matrix, Sum) else (matrix,)
    kinds = [_kind(term, scope, environment, facts) for term in terms]
    return "definite" in kinds and "" not in kinds


def _kind(term: Expr, scope: Scope, environment: Environment[Any], facts: Sequence[Fact]) -> str:
    """`definite`, `semidefinite`, or nothing that is seen."""
    match term:
        case Identity():
            return "definite"
        case Symbol(name):
            signs = [
                s.signs[0]
                for s in forms.assumed(scope)
                if isinstance(s, Relation) and forms.definite(s) == name
            ]
            return "definite" if ">>" in signs else "semidefinite" if signs else ""
        case Product(factors):
            scalars = [f for f in factors if _scalar(f, environment)]
            rest = tuple(f for f in factors if f not in scalars)
            if len(rest) == 1 and not _gram(rest):
                kind = _kind(rest[0], scope, environment, facts)
            else:
                kind = "semidefinite" if _gram(rest) else ""
            if not kind:
                return ""
            if all(_signed(f, ">", environment, facts) for f in scalars):
                return kind
            weak = all(_signed(f, ">=", environment, facts) for f in scalars)
            return "semidefinite" if weak else ""
    return ""


def _gram(factors: Sequence[Expr]) -> bool:
    match tuple(factors):
        case (Call("transpose", (one,)), other) | (other, Call("transpose", (one,))):
            return one == other
    return False


def _scalar(factor: Expr, environment: Environment[Any]) -> bool:
    if isinstance(factor, Identity):
        return False
    try:
        return not isinstance(evaluate(factor, environment, SymbolicRing()), Array)
    except UNABLE:
        return False


def _signed(factor: Expr, sign: str, environment: Environment[Any], facts: Sequence[Fact]) -> bool:
    if isinstance(factor, Number):
        return factor.value > 0 or (sign == ">=" and factor.value == 0)
    ring = SymbolicRing()
    value = evaluate(factor, environment, ring)
    return _holds(Goal(value, sign, ring.number(Fraction(0)), tuple(facts)))


def _determined(matrix: Expr, environment: Environment[Any], facts: Sequence[Fact]) -> bool:
    """Whether the determinant of a small matrix is seen not to vanish."""
    ring = SymbolicRing()
    try:
        value = evaluate(matrix, environment, ring)
    except UNABLE:
        return False
    if not isinstance(value, Array) or len(value.rows()) > LARGEST_DETERMINANT:
        return False
    return _holds(Goal(ring.det(value.rows()), "!=", ring.number(Fraction(0)), tuple(facts)))


def _holds(goal: Goal) -> bool:
    verdict = prove(goal, Budget.of(STEPS))
    return isinstance(verdict, Certificate) and not verdict.conditions and not verdict.partial
