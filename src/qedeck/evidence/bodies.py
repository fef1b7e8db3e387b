"""A statement and the right sides of the definitions that it uses, with what is put into them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qedeck.formula.scope import Scope, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, expanded
from qedeck.formula.tree import Apply, Item, Node, Symbol, walk

MOST = 200


def bodies(node: Node, scope: Scope, *, primed: bool = False) -> list[Node]:
    """The node first, then the right side of each use of a definition in it, at most so many.

    Primed: also of functions of which it takes the derivative.
    """
    found, seen = [node], {node}
    for one in found:
        for body in _used(one, scope, primed):
            if body not in seen and len(found) < MOST:
                seen.add(body)
                found.append(body)
    return found


def _used(node: Node, scope: Scope, primed: bool) -> Iterator[Node]:
    random, known = random_names(scope), in_force(scope)
    for found in walk(node):
        part = replace(found, order=0) if primed and isinstance(found, Apply) else found
        match part:
            case Apply(name, _, _, _, 0) | Item(Symbol(name)) | Symbol(name):
                defined = known.get(name)
            case _:
                continue
        if defined is None or bool(defined.arguments) != isinstance(part, Apply):
            continue
        if bool(defined.indices) != isinstance(part, Item):
            continue
        if defined.recursive:
            if isinstance(part, Item):
                yield defined.body
            continue
        if isinstance(part, Symbol) and name in scope.declared:
            continue
        try:
            yield expanded(part, known, {name}, random=random)
        except Unsubstitutable:
            continue
