"""Scopes joined with others, and with what a formula adds to them."""

from __future__ import annotations

from dataclasses import replace

from qedeck.formula.reading.expressions import Reader
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import Apply, Node, Optimum, Statement, walk


def merged(mine: Scope, brought: Scope) -> Scope:
    """A scope with another's symbols added."""
    return Scope(
        {**brought.declared, **mine.declared},
        (*mine.assumed, *(a for a in brought.assumed if a not in mine.assumed)),
        (*mine.laws, *(law for law in brought.laws if law not in mine.laws)),
        {**mine.defined, **brought.defined},
    )


def beyond(brought: Scope, mine: Scope) -> Scope:
    """What one scope declares and assumes and another does not."""
    return Scope(
        {name: d for name, d in brought.declared.items() if name not in mine.declared},
        tuple(one for one in brought.assumed if one not in mine.assumed),
        tuple(law for law in brought.laws if law not in mine.laws),
    )


def with_free(scope: Scope, reader: Reader) -> Scope:
    """The scope with the indices that a formula leaves free, each over its axis."""
    found = {}
    for name, slot in reader.free.items():
        if name in reader.labels:
            reader.refuse_label(name)
        if slot.size is None:
            problem = f"the range of {name} is not clear"
            reader.span.refuse(slot.place, problem, rf"write ${name} \in [n]$ before it")
        found[name] = Declared(name, "index", (slot.size,))
    return replace(scope, declared={**scope.declared, **found})


def with_optima(scope: Scope, statement: Statement) -> Scope:
    """The scope with the variables of optima, for the points that attain them."""
    nodes = walk(statement)
    applied = {part.function for part in nodes if isinstance(part, Apply)}
    bodies: list[Node] = [scope.defined[name].body for name in applied & scope.defined.keys()]
    variables = {
        part.variable.name: Declared(part.variable.name, "real", part.variable.shape)
        for node in [*bodies, statement]
        for part in walk(node)
        if isinstance(part, Optimum)
    }
    return replace(scope, declared={**variables, **scope.declared})
