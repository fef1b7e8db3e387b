"""Linked statements as facts: what the reader follows is what the machine uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

import numpy as np

from qedeck.evidence.formulas import UNABLE, Unprovable, facts_of, formula_of
from qedeck.evidence.instances import FAILURES, Batch, draw
from qedeck.evidence.judging import judged
from qedeck.evidence.links import single_links
from qedeck.evidence.matching import at_values, combined, inlined, matched
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import And, Certificate, Fact, Goal, Rel
from qedeck.evidence.proof.prove import prove
from qedeck.evidence.settings import Setting
from qedeck.evidence.unfolding import scope_written_out, written_out
from qedeck.formula.evaluate import Environment
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.substitution import Unsubstitutable
from qedeck.formula.tree import Derivation, Relation, Statement, Symbol

MOST_READINGS = 12
TRIED = 48
"""Points at which a linked statement is tried."""
POINTS = "points at which linked statements are tried"


def usable(lemma: Bound, scope: Scope, where: Setting, statement: Statement) -> list[Fact]:
    """The relations of a linked statement at the symbols of the same names, and at expressions.

    At expressions at which a part of it is a part of the statement to be proved; where there are
    none, at other symbols. Nothing where a hypothesis of it is not met.
    """
    plain = _plain(lemma, scope)
    if plain is None:
        return []
    exact = list(matched(plain, scope, statement))
    return _facts((*readings(plain, scope, renamed=not exact), *exact), scope, where)


def around(lemma: Bound, scope: Scope, where: Setting, statement: Statement) -> list[Fact]:
    """The relations of a linked statement with all its symbols at vectors that occur here.

    The vectors under norms, their opposites, and the symbols themselves.
    """
    plain = _plain(lemma, scope)
    return [] if plain is None else _facts(combined(plain, scope, statement), scope, where)


def _plain(lemma: Bound, scope: Scope) -> Bound | None:
    """The lemma without what it abbreviates, where that can be written."""
    try:
        plain = written_out(lemma.statement, lemma.scope)
        lemma = replace(lemma, statement=plain, scope=scope_written_out(lemma.scope))
        return inlined(lemma, scope)
    except Unsubstitutable:
        return None


def _facts(found: Iterable[Bound], scope: Scope, where: Setting) -> list[Fact]:
    """The relations of linked statements, but of one that fails at a point: it is no fact here."""
    facts: dict[Fact, None] = {}
    for one in found:
        new = [fact for fact in _at(one, scope, where) if fact not in facts]
        if new and not _fails(one.statement, _points(scope, where)):
            facts.update(dict.fromkeys(new))
    return list(facts)


def _points(scope: Scope, where: Setting) -> Batch | None:
    """Random instances that meet the hypotheses in a setting, drawn once for all that is tried."""
    environment, memory = where.environment, where.environment.memory
    if POINTS not in memory:
        try:
            memory[POINTS] = draw(
                scope, environment.sizes, TRIED, seed=1, indices=environment.indices
            )
        except (*FAILURES, ArithmeticError):
            memory[POINTS] = None
    found: Batch | None = memory[POINTS]
    return found


def _fails(statement: Statement, points: Batch | None) -> bool:
    """Whether a statement is certainly false at one of the points; nothing is granted by them."""
    if points is None:
        return False
    try:
        _, no = judged(statement, points.environment, FloatRing())
    except (*FAILURES, ArithmeticError):
        return False
    return bool(np.any(points.meets & no))


def readings(lemma: Bound, scope: Scope, *, renamed: bool = True) -> Iterator[Bound]:
    """The lemma as it is, and with its symbols renamed to others of the same kind and shape."""
    if _fits(lemma, scope):
        yield lemma
    if not renamed:
        return
    own = [d for d in lemma.scope.declared.values() if d.kind == "real"]
    rest = [d for d in lemma.scope.declared.values() if d.kind != "real"]
    if not own or any(scope.declared.get(d.name) != d for d in rest):
        return
    options = [
        [d.name for d in scope.declared.values() if (d.kind, d.shape) == (o.kind, o.shape)]
        for o in own
    ]
    plain = tuple(d.name for d in own)
    choices = (c for c in product(*options) if c != plain and len(set(c)) == len(c))
    for chosen in islice(choices, MOST_READINGS):
        names = {d.name: Symbol(new, d.shape) for d, new in zip(own, chosen, strict=True)}
        yield from at_values(lemma, scope, names)


def _fits(lemma: Bound, scope: Scope) -> bool:
    return all(
        name in scope.declared
        and (scope.declared[name].kind, scope.declared[name].shape) == (d.kind, d.shape)
        for name, d in lemma.scope.declared.items()
    )


def _at(lemma: Bound, scope: Scope, where: Setting) -> list[Fact]:
    """The relations of a linked statement at the symbols of the same names here."""
    for name, declared in lemma.scope.declared.items():
        here = scope.declared.get(name)
        if here is None or (here.kind, here.shape) != (declared.kind, declared.shape):
            return []
    for name, defined in lemma.scope.defined.items():
        if scope.defined.get(name) != defined:
            return []
    ring = SymbolicRing()
    if not all(
        met(assumed.statement, scope, where, ring)
        for assumed in lemma.scope.assumed
        if assumed.statement is not None
    ):
        return []
    if not granted(lemma, scope):
        return []
    found: list[Fact] = []
    for relation in _relations(lemma.statement):
        found.extend(facts_of(relation, where.environment, ring))
    return found


def granted(lemma: Bound, scope: Scope) -> bool:
    """Whether words said of what a lemma is about are said here; laws are not compared."""
    said = [assumed for assumed in lemma.scope.assumed if assumed.property]
    return not lemma.scope.laws and all(assumed in scope.assumed for assumed in said)


def _relations(statement: Statement) -> list[Relation]:
    """The links of plain chains."""
    if isinstance(statement, Relation):
        return single_links(statement)
    if isinstance(statement, Derivation):
        return [link for chain in statement.chains for link in _relations(chain)]
    return []


def met(statement: Statement, scope: Scope, where: Setting, ring: SymbolicRing) -> bool:
    """Whether a hypothesis of the lemma is one here, or follows from those here."""
    if any(assumed.statement == statement for assumed in scope.assumed):
        return True
    environment: Environment[Any] = where.environment
    try:
        formula = formula_of(statement, environment, ring)
    except (Unprovable, *UNABLE):
        return False
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return all(isinstance(part, Rel) and follows(part, where) for part in parts)


def follows(part: Rel, where: Setting) -> bool:
    """Whether a relation follows from the facts; symbols are finite."""
    import sympy

    if part.right == sympy.oo and part.sign == "<=":
        return True
    if part.right == sympy.oo and part.sign == "<" and not part.left.has(sympy.oo):
        return True
    if part.left.is_number and part.right == sympy.oo:
        return False
    goal = Goal(part.left, part.sign, part.right, where.facts)
    return isinstance(prove(goal, Budget.of(SECOND)), Certificate)
