"""How long a formula is once all that it speaks of is written out."""

from __future__ import annotations

from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import Apply, Node, Symbol, walk

MOST_PARTS = 5_000
"""Formulas of more parts are refused: a chain of abbreviations can double at each link."""


def too_long(bound: Bound) -> str:
    """Why a callout is too long to be decided; empty where it is not."""
    if _extent(bound.statement, bound.scope, {}, frozenset()) <= MOST_PARTS:
        return ""
    return (
        f"written out, its definitions make it longer than {MOST_PARTS:,} parts; "
        "state it in several claims"
    )


def _extent(
    node: Node, scope: Scope, known: dict[tuple[int, str], int], entered: frozenset[str]
) -> int:
    """The number of parts; those of a definition count wherever it is used."""
    total = 0
    for part in walk(node):
        total += 1
        name = getattr(part, "function", getattr(part, "name", ""))
        defined = scope.defined.get(name) if isinstance(part, Apply | Symbol) else None
        if defined is None or name in entered:
            continue
        key = (id(defined), name)
        if key not in known:
            inner = defined.scope or scope
            known[key] = _extent(defined.body, inner, known, entered | {name})
        total += known[key]
    return total
