"""A statement and the right sides of the definitions that it uses, with what is put into them."""

from __future__ import annotations

from collections.abc import Iterator

from qedeck.evidence.naturally import arguments
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Apply, Item, Node, Symbol, substituted, walk

MOST = 200


def bodies(node: Node, scope: Scope) -> list[Node]:
    """The node first, then the right side of each use of a definition in it, at most so many."""
    found, seen = [node], {node}
    for one in found:
        for body in _used(one, scope):
            if body not in seen and len(found) < MOST:
                seen.add(body)
                found.append(body)
    return found


def _used(node: Node, scope: Scope) -> Iterator[Node]:
    for part in walk(node):
        match part:
            case Apply(function=name):
                defined = scope.defined.get(name)
                if defined is not None and not defined.recursive and defined.arguments:
                    yield substituted(defined.body, arguments(part, defined))
            case Item(Symbol(name), indices):
                defined = scope.defined.get(name)
                if defined is not None and len(defined.indices) == len(indices) and indices:
                    put = dict(zip(defined.indices, indices, strict=True))
                    yield defined.body if defined.recursive else substituted(defined.body, put)
            case Symbol(name) if name not in scope.declared:
                defined = scope.defined.get(name)
                if defined is not None and not defined.arguments and not defined.recursive:
                    yield defined.body
