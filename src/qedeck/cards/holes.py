"""Places of a formula that can be left open: whatever else was put there was refuted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from qedeck.cards.places import at, on_first_side, parted
from qedeck.evidence.mutants import Mutant, Path
from qedeck.evidence.record import Evidence
from qedeck.formula.printer import latex
from qedeck.formula.tree import (
    Define,
    Defines,
    Expr,
    Item,
    Negative,
    Node,
    Number,
    Statement,
    Symbol,
    walk,
)

OPEN = r"\boxed{\;?\;}"
SHARE = 0.6
"""More of a formula than this is not a place in it."""


@dataclass(frozen=True)
class Hole:
    """A formula with a place left open, and with the place filled and marked."""

    key: str
    front: str
    back: str


def best(statement: Statement, evidence: Evidence, kept: str = "") -> Hole | None:
    """The place that most errors were tried at; the one that learners know until an error that is
    none was found there.
    """
    tried = [m for m in evidence.mutants if m.part == "statement" and m.outcome != "invalid"]
    whole = latex(statement)
    found: list[tuple[tuple[Any, ...], Hole]] = []
    for path, node in _places(statement):
        inside = [m for m in tried if m.id.path[: len(path)] == path]
        known = ".".join(map(str, path)) == kept and not any(m.survives for m in inside)
        if not known and not (inside and all(_refuted(m, evidence.kind) for m in inside)):
            continue
        hole = _hole(statement, whole, path, node)
        if hole is not None and known:
            return hole
        if hole is not None:
            order = (
                on_first_side(statement, path),
                _small(path, node),
                -len(inside),
                -len(path),
                hole.key,
            )
            found.append((order, hole))
    return min(found, key=lambda one: one[0])[1] if found else None


def _refuted(mutant: Mutant, kind: str) -> bool:
    """Whether a mutant is false; of a definition, whether it breaks what is verified."""
    return mutant.outcome == "killed" if kind == "definition" else mutant.false


def _small(path: Path, node: Node) -> bool:
    """Whether it is one letter or number among others."""
    return isinstance(node, Symbol | Number) and path[-2:-1] != ("terms",)


def _hole(statement: Statement, whole: str, path: Path, node: Node) -> Hole | None:
    told = latex(node)
    if path in (("body",), ("terms", 0)) or len(told) > SHARE * len(whole):
        return None
    if isinstance(node, Symbol | Number) and len(path) < 2:
        return None
    if path[-1] == "of" and isinstance(at(statement, path[:-1]), Item):
        return None
    if isinstance(node, Negative) and path[-1] not in ("of", 0):  # the sign stands before a box
        return None
    if walk(statement).count(node) > 1:  # whoever reads on has read the answer
        return None
    found = parted(statement, path)
    if found is None:
        return None
    before, told, after = found
    return Hole(
        ".".join(map(str, path)), f"{before}{OPEN}{after}", rf"{before}\boxed{{{told}}}{after}"
    )


def _places(statement: Statement) -> Iterator[tuple[Path, Node]]:
    """Expressions within the statement, with the way to them; what a definition introduces is no
    place to ask for.
    """
    yield from _within(statement, (), within=False)


def _within(value: Any, path: Path, *, within: bool) -> Iterator[tuple[Path, Node]]:
    if isinstance(value, Expr) and within:
        yield path, value
    if isinstance(value, tuple):
        for k, part in enumerate(value):
            yield from _within(part, (*path, k), within=within)
    elif is_dataclass(value) and isinstance(value, Node):
        for one in fields(value):
            if isinstance(value, Define) and one.name == "head":
                continue
            inner = within or not isinstance(value, Defines)
            yield from _within(getattr(value, one.name), (*path, one.name), within=inner)
