"""The single relations that a statement is made of."""

from __future__ import annotations

from itertools import pairwise

from qedeck.formula.tree import (
    Both,
    Derivation,
    Iff,
    Implies,
    Relation,
    Restricted,
    Statement,
)  # fmt: skip


def single_links(statement: Statement) -> list[Relation]:
    """Each sign of each chain as a relation of its own, in reading order."""
    match statement:
        case Relation(terms, signs):
            return [
                Relation(pair, (sign,)) for pair, sign in zip(pairwise(terms), signs, strict=True)
            ]
        case Implies(_, then):
            return single_links(then)
        case Iff(left, right):
            return [*single_links(left), *single_links(right)]
        case Both(parts) | Derivation(parts):
            return [link for part in parts for link in single_links(part)]
        case Restricted(inner, _):
            return single_links(inner)
        case _:
            return []
