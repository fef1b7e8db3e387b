"""Limits over expressions: by rule, or squeezed between the sides of a linked chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sympy import Integer, oo

from qedeck.evidence.formulas import UNABLE, Unprovable, formula_of
from qedeck.evidence.lemmas import follows, granted, met
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget, OutOfSteps
from qedeck.evidence.proof.certificate import And, Certificate, Rel
from qedeck.evidence.proof.limits import by_rules, limit_is
from qedeck.evidence.settings import Setting, sign_of
from qedeck.formula.evaluate import Array, evaluate
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import Constant, Limit, Number, Relation, Statement


def limit(
    obligation: Obligation, where: Setting, ring: SymbolicRing, lemmas: Mapping[str, Bound]
) -> Certificate | None:
    """A limit by rule, or squeezed between the sides of a linked chain."""
    match obligation.statement:
        case Relation((Limit() as taken, value), ("=",)):
            pass
        case _:
            raise Unprovable("a limit that is not one side of an equation")
    variable = ring.symbol(taken.variable, **_positive(taken, obligation.scope))
    values = {**where.environment.values, taken.variable: variable}
    inside = replace(where.environment, values=values)
    target = evaluate(taken.target, inside, ring)
    wanted = evaluate(value, where.environment, ring)
    facts = where.facts
    there = replace(where, environment=inside)
    squeezed = _squeezed(taken, there, variable, target, ring, lemmas, obligation.scope)
    for name, lower, upper in squeezed:
        low = limit_is(lower, variable, target, wanted, facts)
        high = limit_is(upper, variable, target, wanted, facts)
        if low is not None and high is not None:
            return Certificate(("squeeze",), high.detail, lemmas=(name,))
    body = evaluate(taken.body, inside, ring)
    if isinstance(body, Array) or isinstance(wanted, Array):
        raise Unprovable("a limit of arrays")
    return limit_is(body, variable, target, wanted, facts)


def _positive(taken: Limit, scope: Scope) -> dict[str, bool]:
    """Near its limit point a variable is positive at infinity and to the right of zero."""
    declared = sign_of(taken.variable, scope) == "positive"
    far = taken.target == Constant("infinity")
    above = taken.side == 1 and taken.target == Number(Fraction(0))
    return {"positive": True} if declared or far or above else {}


def _squeezed(
    taken: Limit,
    where: Setting,
    variable: Any,
    target: Any,
    ring: SymbolicRing,
    lemmas: Mapping[str, Bound],
    scope: Scope,
) -> Iterator[tuple[str, Any, Any]]:
    """Bounds of the body that linked chains state: their id, lower and upper expressions.

    Sound: the chain holds at each value of the variable near its target, as there all hypotheses
    of the chain are met.
    """
    for name, lemma in lemmas.items():
        match lemma.statement:
            case Relation((lower, middle, upper), ("<=", "<=")) if middle == taken.body:
                pass
            case _:
                continue
        if not _about_the_same(lemma, taken, scope) or not granted(lemma, scope):
            continue
        near = _Near(variable, target, where)
        hypotheses = (a.statement for a in lemma.scope.assumed if a.statement is not None)
        if all(
            near.meets(one, ring) if taken.variable in one.names else met(one, scope, where, ring)
            for one in hypotheses
        ):
            inside = where.environment
            yield name, evaluate(lower, inside, ring), evaluate(upper, inside, ring)


def _about_the_same(lemma: Bound, taken: Limit, scope: Scope) -> bool:
    """Whether all names of a lemma mean here what they mean there; the variable is a number."""
    for name, declared in lemma.scope.declared.items():
        here = scope.declared.get(name)
        if name == taken.variable:
            same = (declared.kind, declared.shape) == ("real", ())
        else:
            same = here is not None and (here.kind, here.shape) == (declared.kind, declared.shape)
        if not same:
            return False
    return all(scope.defined.get(name) == one for name, one in lemma.scope.defined.items())


@dataclass(frozen=True)
class _Near:
    """Values of a variable near the target of a limit."""

    variable: Any
    target: Any
    where: Setting

    def meets(self, statement: Statement, ring: SymbolicRing) -> bool:
        """Whether a hypothesis holds at all of them; what is said of its name outside is left."""
        try:
            formula = formula_of(statement, self.where.environment, ring)
        except (Unprovable, *UNABLE):
            return False
        facts = tuple(
            f for f in self.where.facts
            if self.variable not in f.left.free_symbols | f.right.free_symbols
        )  # fmt: skip
        there = replace(self.where, facts=facts)
        parts = formula.parts if isinstance(formula, And) else (formula,)
        return all(isinstance(p, Rel) and self._holds(p, there) for p in parts)

    def _holds(self, part: Rel, there: Setting) -> bool:
        """Whether a relation holds at all of them: by itself, or as its sides stay apart."""
        if follows(part, there):
            return True
        left, right = part.left, part.right
        if part.sign == "!=" and {left, right} == {self.variable, self.target}:
            return True
        gaps = {">": [left - right], ">=": [left - right], "<": [right - left],
                "<=": [right - left], "!=": [left - right, right - left]}  # fmt: skip
        return any(self._positive(gap, there) for gap in gaps.get(part.sign, ()))

    def _positive(self, gap: Any, there: Setting) -> bool:
        """Whether a number tends to infinity, or to one above 0."""
        try:
            found = by_rules(gap, self.variable, self.target, there.facts, Budget.of(SECOND))
        except OutOfSteps:
            return False
        return found is not None and (found == oo or follows(Rel(found, ">", Integer(0)), there))
