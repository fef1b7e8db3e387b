"""Places in a formula: left open, or with a box around what stands there."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from qedeck.evidence.mutants import Path
from qedeck.formula.printer import latex
from qedeck.formula.tree import Expr, Iff, Implies, Node, Relation, Statement, Symbol

MARK = "\u25a1"


def put(value: Any, path: Path, node: Node) -> Any:
    """A tree with another node at a place."""
    if not path:
        return node
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return (*value[:step], put(value[step], rest, node), *value[step + 1 :])
    return replace(value, **{step: put(getattr(value, step), rest, node)})


def at(value: Any, path: Path) -> Any:
    """What stands at a place of a tree."""
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def on_first_side(statement: Statement, path: Path) -> bool:
    """Whether a place is in what a formula speaks of, rather than in what it says of it."""
    value: Any = statement
    for step, after in zip_longest(path, path[1:]):
        if isinstance(value, Relation) and step == "terms":
            return after == 0
        if isinstance(value, Iff | Implies) and step in ("left", "given"):
            return True
        value = at(value, (step,))
    return False


def parted(
    statement: Statement, path: Path, *, signed: bool = False
) -> tuple[str, str, str] | None:
    """LaTeX before a place, at it and after it; None where it cannot stand in a box.

    Args:
        statement: The formula.
        path: The way to an expression in it.
        signed: Whether the sign before a term belongs to it.
    """
    node = at(statement, path)
    if not isinstance(node, Expr):
        return None
    try:
        open_ = latex(put(statement, path, Symbol(MARK, getattr(node, "shape", ()))))
    except (TypeError, ValueError, AttributeError, KeyError):
        return None
    before, mark, after = open_.partition(MARK)
    if not mark or MARK in after:
        return None
    whole = latex(statement)
    if signed and before.endswith(("+ ", "- ")):
        before = before[:-2]
    if not whole.startswith(before) and before.endswith("+ "):
        before = before[:-2]  # the term is subtracted
    told = latex(node)
    if whole.startswith(before) and whole.endswith(after):
        told = whole[len(before) : len(whole) - len(after)] or told
    if before[-1:] in ("_", "^"):  # a script of one letter needs no braces, a box there does
        before, after = before + "{", "}" + after
        told = re.sub(r"\A\{(.*)\}\Z", r"\1", told)
    return before, told, after
