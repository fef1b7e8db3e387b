"""Limits over expressions: by rule, or squeezed between the sides of a linked chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from qedeck.evidence.formulas import Unprovable
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof import Certificate, limit_is
from qedeck.evidence.settings import Setting, sign_of
from qedeck.formula.evaluate import Array, Environment, evaluate
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import Constant, Limit, Relation


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
    squeezed = _squeezed(taken, inside, ring, lemmas, obligation.scope)
    for name, lower, upper in squeezed:
        low = limit_is(lower, variable, target, wanted, facts)
        high = limit_is(upper, variable, target, wanted, facts)
        if low is not None and high is not None:
            return Certificate("squeeze between a linked chain", high.detail, lemmas=(name,))
    body = evaluate(taken.body, inside, ring)
    if isinstance(body, Array) or isinstance(wanted, Array):
        raise Unprovable("a limit of arrays")
    return limit_is(body, variable, target, wanted, facts)


def _positive(taken: Limit, scope: Scope) -> dict[str, bool]:
    """Near its limit point a variable is positive at infinity and to the right of zero."""
    declared = sign_of(taken.variable, scope) == "positive"
    far = taken.target == Constant("infinity")
    return {"positive": True} if declared or far or taken.side == 1 else {}


def _squeezed(
    taken: Limit,
    inside: Environment[Any],
    ring: SymbolicRing,
    lemmas: Mapping[str, Bound],
    scope: Scope,
) -> Iterator[tuple[str, Any, Any]]:
    """Bounds of the body that linked chains state: their id, lower and upper expressions."""
    for name, lemma in lemmas.items():
        match lemma.statement:
            case Relation((lower, middle, upper), ("<=", "<=")) if middle == taken.body:
                if set(scope.declared) >= set(lemma.scope.declared) - {taken.variable}:
                    yield name, evaluate(lower, inside, ring), evaluate(upper, inside, ring)
