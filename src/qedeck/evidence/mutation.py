"""Mutants: a callout with one deliberate error, on the typed tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from qedeck.evidence.exchange import Surroundings, mistaken
from qedeck.evidence.likeness import likeness
from qedeck.evidence.mutants import MutantId, Operator, Part, Path
from qedeck.evidence.operators import axes, errors
from qedeck.evidence.widening import weakened
from qedeck.formula.formation import fault
from qedeck.formula.printer import latex
from qedeck.formula.reading.shapes import ShapeError, fit, is_zero, shape_of
from qedeck.formula.scope import Assumed, Bound, Defined, Scope
from qedeck.formula.tree import (
    Define,
    Derivative,
    Expr,
    Gradient,
    Limit,
    Node,
    Optimum,
    Range,
    Relation,
    Statement,
    Symbol,
)


@dataclass(frozen=True)
class Corruption:
    """One deliberate error: what was done, and the callout that results."""

    id: MutantId
    bound: Bound
    assumed: Assumed | None = None
    """The hypothesis that was dropped or widened."""
    shown: Node | None = None
    """The corrupted formula: the display, an abbreviation, what is assumed instead."""

    @property
    def part(self) -> Part:
        """Where the error was made."""
        return self.id.part

    @property
    def fault(self) -> str:
        """Why the result is no formula of the language; empty where it is one."""
        if self.part == "hypothesis":
            return ""
        assert isinstance(self.shown, Statement)
        return fault(self.shown, self.bound.scope)


def corruptions(bound: Bound) -> list[Corruption]:
    """Every mutant of a callout: of its formula, its abbreviations, its hypotheses."""
    found = []
    seen = {likeness(bound.statement)}
    for operator, path, statement in corrupted(bound.statement, bound.scope):
        alike = likeness(statement)
        if isinstance(statement, Statement) and alike not in seen:
            seen.add(alike)
            fitted = sized(statement)
            mutated = replace(bound, statement=fitted)
            made = MutantId("statement", operator, path)
            found.append(Corruption(made, mutated, shown=fitted))
    for name in bound.own:
        found.extend(_abbreviations(bound, bound.scope.defined[name]))
    return [*found, *_hypotheses(bound)]


def sized(statement: Statement) -> Statement:
    """The statement with a written 0 as large as the array beside it, as it reads back."""
    match statement:
        case Relation(terms, signs):
            try:
                shape = next(filter(None, map(shape_of, terms)), ())
                return Relation(tuple(fit(t, shape) if is_zero(t) else t for t in terms), signs)
            except ShapeError:
                return statement
        case _:
            return statement


def _abbreviations(bound: Bound, defined: Defined) -> Iterator[Corruption]:
    """The callout with an error in what one of its abbreviations stands for."""
    seen = {likeness(defined.body)}
    for operator, path, body in corrupted(defined.body, bound.scope):
        alike = likeness(body)
        fits = isinstance(body, Expr) and axes(body) == axes(defined.body)
        if isinstance(body, Expr) and fits and alike not in seen:
            seen.add(alike)
            shown = Define(defined.head or Symbol(defined.name, defined.shape), body)
            mutated = redefined(bound, defined, body)
            made = MutantId("abbreviation", operator, path, defined.name)
            yield Corruption(made, mutated, shown=shown)


def redefined(bound: Bound, defined: Defined, body: Expr) -> Bound:
    """A callout with another right side of one definition, wherever it is used.

    The definitions that rest on it keep scopes of their own, in which it changes too.
    """
    done: dict[int, Defined] = {}

    def changed(scope: Scope) -> Scope:
        return replace(scope, defined={n: exchanged(d) for n, d in scope.defined.items()})

    def exchanged(one: Defined) -> Defined:
        if id(one) not in done:
            new = one
            if one.name == defined.name and one.body == defined.body:
                new = replace(one, body=body)
            if one.scope is not None and defined.name in one.scope.defined:
                new = replace(new, scope=changed(one.scope))
            done[id(one)] = new
        return done[id(one)]

    cases = tuple(replace(case, scope=changed(case.scope)) for case in bound.equality)
    return replace(bound, scope=changed(bound.scope), equality=cases)


def _hypotheses(bound: Bound) -> Iterator[Corruption]:
    times: Counter[str] = Counter()
    for one in weakened(bound):
        told = latex(one.assumed.statement) if one.assumed.statement is not None else ""
        # The same hypothesis may be written twice; its last mutant is without it.
        made = MutantId("hypothesis", one.operator, (times[told], one.place), told)
        times[told] += one.operator == "hypothesis-dropped"
        yield Corruption(made, one.bound, one.assumed, one.instead)


Slip = tuple[Operator, Path, Node]
"""What was done where, and the whole that results."""


def corrupted(node: Node, scope: Scope | None = None) -> Iterator[Slip]:
    """The node with one error in it or in anything below it."""
    yield from _corrupted(node, Surroundings.of(node, scope or Scope()))


def _corrupted(node: Node, at: Surroundings) -> Iterator[Slip]:
    yield from errors(node)
    yield from mistaken(node, at)
    inside = at.below(node)
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if isinstance(value, Node):
            if _frozen(node, field.name):
                continue
            for done, path, changed in _corrupted(value, inside):
                whole = replace(node, **{field.name: changed})  # type: ignore[type-var]
                yield done, (field.name, *path), whole
        elif isinstance(value, tuple):
            yield from _in_tuple(node, field.name, value, inside)


def _frozen(node: Node, name: str) -> bool:
    """Places where an error would only change what is talked about."""
    return (
        (isinstance(node, Derivative | Gradient | Optimum) and name == "variable")
        or (isinstance(node, Define) and name == "head")
        or (isinstance(node, Limit) and name == "target")
        or (isinstance(node, Range) and not node.written)
    )


def _in_tuple(
    node: Node, name: str, parts: tuple[Any, ...], inside: Surroundings
) -> Iterator[Slip]:
    for done, path, changed in _in_parts(parts, inside):
        yield done, (name, *path), replace(node, **{name: changed})  # type: ignore[type-var]


def _in_parts(
    parts: tuple[Any, ...], inside: Surroundings
) -> Iterator[tuple[Operator, Path, tuple[Any, ...]]]:
    """Nodes of a tuple, and of the rows of a matrix."""
    for k, part in enumerate(parts):
        inner: Iterator[tuple[Operator, Path, Any]] = iter(())
        if isinstance(part, Node):
            inner = _corrupted(part, inside)
        elif isinstance(part, tuple):
            inner = _in_parts(part, inside)
        for done, path, changed in inner:
            yield done, (k, *path), (*parts[:k], changed, *parts[k + 1 :])
