"""Linked claims as facts: each an instance of a claim that holds, at expressions of the page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from qedeck.evidence import forms
from qedeck.evidence.formulas import UNABLE, Unprovable, formula_of
from qedeck.evidence.lemmas import _relations, readings
from qedeck.evidence.matching import combined, inlined, matched
from qedeck.evidence.unfolding import scope_written_out, written_out
from qedeck.formula.evaluate import Environment
from qedeck.formula.rings.ring import Ring
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.substitution import Unsubstitutable
from qedeck.formula.tree import Statement
from qedeck.proof.encoding import Encoding, Origin, Piece, Said, alternatives, said_of
from qedeck.proof.terms import Branch

T = TypeVar("T")
MOST = 40


@dataclass(frozen=True)
class Instance:
    """A linked claim with its symbols at expressions: it holds where its hypotheses do."""

    claim: str
    """Its full id."""
    bound: Bound

    @property
    def key(self) -> str:
        """What it says, in short."""
        said = [self.bound.statement, *(a.statement for a in self.bound.scope.assumed)]
        return hashlib.sha256(repr((self.claim, said)).encode()).hexdigest()[:12]


def instances(lemmas: Mapping[str, Bound], scope: Scope, statement: Statement) -> list[Instance]:
    """The instances of linked claims that may be of use for a statement."""
    found: dict[str, Instance] = {}
    for claim, lemma in lemmas.items():
        for bound in _instances(lemma, scope, statement):
            if _fits(bound, scope):
                one = Instance(claim, bound)
                found.setdefault(one.key, one)
    return list(found.values())[:MOST]


def _instances(lemma: Bound, scope: Scope, statement: Statement) -> Iterator[Bound]:
    try:
        plain = written_out(lemma.statement, lemma.scope)
        lemma = replace(lemma, statement=plain, scope=scope_written_out(lemma.scope))
        lemma = inlined(lemma, scope)
    except Unsubstitutable:
        return
    exact = list(matched(lemma, scope, statement))
    yield from exact
    yield from readings(lemma, scope, renamed=not exact)
    yield from combined(lemma, scope, statement)


def _fits(lemma: Bound, scope: Scope) -> bool:
    """Whether all that an instance speaks of means the same here."""
    declared = all(
        name in scope.declared
        and (scope.declared[name].kind, scope.declared[name].shape) == (d.kind, d.shape)
        for name, d in lemma.scope.declared.items()
    )
    defined = all(scope.defined.get(name) == d for name, d in lemma.scope.defined.items())
    said = [assumed for assumed in lemma.scope.assumed if assumed.property]
    words = not lemma.scope.laws and all(assumed in scope.assumed for assumed in said)
    return declared and defined and words


@dataclass(frozen=True)
class Granted:
    """What an instance says in an encoding, and what must be shown for it to hold there."""

    instance: Instance
    facts: tuple[Said, ...]  # type: ignore[type-arg]
    asked: tuple[Piece, ...]  # type: ignore[type-arg]


def granted(instance: Instance, encoding: Encoding) -> Granted | None:
    """An instance in terms; None where it is not said in terms, or asks for a branch."""
    ring = encoding.ring
    ring.needs.clear()
    try:
        facts = tuple(said_by(instance, encoding.place, ring))
        ring.needs.clear()
        asked: list[Piece] = []  # type: ignore[type-arg]
        for statement in required(instance, encoding):
            asked.extend(said_of(statement, encoding.place, ring))
    except (Unprovable, Branch, *UNABLE):
        return None
    finally:
        ring.needs.clear()
    kept = tuple(fact for fact in facts if fact.value.value is None)
    return Granted(instance, kept, tuple(asked)) if kept else None


def said_by(instance: Instance, here: Environment[T], ring: Ring[T]) -> Iterator[Said[T]]:
    """The relations of an instance."""
    for k, relation in enumerate(_relations(instance.bound.statement)):
        options = alternatives(formula_of(relation, here, ring), ring, (k,))
        if len(options) == 1:
            for value, sign, place in options[0]:
                yield Said(value, sign, Origin("linked", (instance.claim, instance.key, *place)))


def required(instance: Instance, encoding: Encoding) -> list[Statement]:
    """The hypotheses of an instance that are not hypotheses here word for word."""
    known = set(forms.assumed(encoding.obligation.scope))
    return [s for s in forms.assumed(instance.bound.scope) if s not in known]
