"""Places in a formula: left open, or with a box around what stands there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from qedeck.evidence.mutants import Path
from qedeck.formula.printer import latex
from qedeck.formula.tree import Expr, Node, Statement, Symbol

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
