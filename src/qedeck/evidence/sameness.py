"""Mutants that say the same as the formula: where they have a value, or by one changed side."""

from __future__ import annotations

from qedeck.evidence.naturally import requirements
from qedeck.evidence.obligations import Obligation
from qedeck.formula.scope import Bound
from qedeck.formula.tree import (
    Call,
    Derivation,
    Expr,
    Item,
    Member,
    Node,
    Number,
    Relation,
    Space,
    Statement,
    Symbol,
    transformed,
)  # fmt: skip


def same_where_defined(original: Bound, mutated: Bound, asked: tuple[Obligation, ...]) -> bool:
    """Whether the two differ only in absolute values of what must not be negative anyway."""
    known: set[Expr] = set()
    arrays: set[str] = set()
    for obligation in asked:
        for assumed in requirements(obligation):
            match assumed.statement:
                case Member(Symbol(name), Space()):
                    arrays.add(name)
                case Relation((expr, Number(zero)), (">" | ">=",)) if zero == 0:
                    known.add(expr)
    if not known and not arrays:
        return False

    def bare(node: Node) -> Node:
        match node:
            case Call("abs", (inner,)) if inner in known:
                return inner
            case Call("abs", (Item(Symbol(name)) as inner,)) if name in arrays:
                return inner
            case _:
                return node

    return transformed(original.statement, bare) == transformed(mutated.statement, bare)


def changed_side(original: Statement, mutated: Statement) -> Relation | None:
    """The equation between the side on the page and the corrupted one, where one side changed."""
    pairs = _aligned(original, mutated)
    if pairs is None:
        return None
    different = [(a, b) for a, b in pairs if a != b]
    return Relation(different[0], ("=",)) if len(different) == 1 else None


def _aligned(original: Statement, mutated: Statement) -> list[tuple[Expr, Expr]] | None:
    match original, mutated:
        case Relation(ours, signs), Relation(theirs, others) if signs == others:
            return list(zip(ours, theirs, strict=True))
        case Derivation(ours), Derivation(theirs) if len(ours) == len(theirs):
            found = [_aligned(a, b) for a, b in zip(ours, theirs, strict=True)]
            return None if None in found else [pair for part in found for pair in part or ()]
        case _:
            return None
