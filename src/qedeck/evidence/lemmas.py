"""Linked statements as facts: what the reader follows is what the machine uses."""

from __future__ import annotations

from typing import Any

from qedeck.evidence.exact import UNABLE, Setting, Unprovable, facts_of, formula_of
from qedeck.evidence.links import single_links
from qedeck.evidence.proof import And, Certificate, Fact, Goal, Rel, prove
from qedeck.formula.evaluate import Environment
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import Derivation, Relation, Statement


def usable(lemma: Bound, scope: Scope, where: Setting) -> list[Fact]:
    """The relations of a linked statement at the symbols of the same names here.

    Nothing where a symbol is declared otherwise here, or a hypothesis of the lemma is not met.
    """
    for name, declared in lemma.scope.declared.items():
        here = scope.declared.get(name)
        if here is None or (here.kind, here.shape) != (declared.kind, declared.shape):
            return []
    for name, defined in lemma.scope.defined.items():
        if scope.defined.get(name) != defined:
            return []
    ring = SymbolicRing()
    if not all(
        _met(assumed.statement, scope, where, ring)
        for assumed in lemma.scope.assumed
        if assumed.statement is not None
    ):
        return []
    if lemma.scope.laws or any(assumed.property for assumed in lemma.scope.assumed):
        return []
    found: list[Fact] = []
    for relation in _relations(lemma.statement):
        found.extend(facts_of(relation, where.environment, ring))
    return found


def _relations(statement: Statement) -> list[Relation]:
    """The links of plain chains."""
    if isinstance(statement, Relation):
        return single_links(statement)
    if isinstance(statement, Derivation):
        return [link for chain in statement.chains for link in _relations(chain)]
    return []


def _met(statement: Statement, scope: Scope, where: Setting, ring: SymbolicRing) -> bool:
    """Whether a hypothesis of the lemma is one here, or follows from those here."""
    if any(assumed.statement == statement for assumed in scope.assumed):
        return True
    environment: Environment[Any] = where.environment
    try:
        formula = formula_of(statement, environment, ring)
    except (Unprovable, *UNABLE):
        return False
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return all(
        isinstance(part, Rel)
        and isinstance(
            prove(Goal(part.left, part.sign, part.right, where.facts), seconds=1.0), Certificate
        )
        for part in parts
    )
