"""Where a formula differs from one with an error in it, marked in the right one."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import zip_longest
from typing import Any

from qedeck.cards.places import at, parted
from qedeck.evidence.mutants import Path
from qedeck.formula.printer import latex
from qedeck.formula.tree import Negative, Node, Power, Product, Quotient, Statement, Sum

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
SIGNS = frozenset({"=", "<", ">", r"\le", r"\ge", r"\ne", r"\succeq", r"\succ"})
SPLIT = (Sum, Product, Quotient, Power)
"""What stays of these when a part is left out is the other part alone."""


def marked(right: Statement, wrong: Statement) -> str | None:
    """The right formula with a box around the least that is different in the wrong one.

    None where that is no one place that a box can stand at.
    """
    sign = _sign(latex(right), latex(wrong))
    if sign is not None:
        return sign
    path = differs(right, wrong)
    for end in range(len(path), 0, -1):
        here = path[:end]
        found = parted(right, here, signed=_negated(right, wrong, here))
        if found is not None and "&" not in found[1]:
            before, told, after = found
            return rf"{before}\boxed{{{told}}}{after}"
    return None


def differs(right: Any, wrong: Any) -> Path:
    """The way to the least part of the right tree that the wrong one has not so."""
    if isinstance(right, tuple) and isinstance(wrong, tuple):
        return _in_tuple(right, wrong)
    if not isinstance(right, Node):
        return ()
    if type(right) is not type(wrong):
        return _left_out(right, wrong)
    names = [one.name for one in fields(right)]  # type: ignore[arg-type]
    found = [n for n in names if getattr(right, n) != getattr(wrong, n)]
    if len(found) != 1 or not isinstance(getattr(right, found[0]), Node | tuple):
        return ()
    inner = differs(getattr(right, found[0]), getattr(wrong, found[0]))
    value = at(right, (found[0], *inner))
    return (found[0], *inner) if isinstance(value, Node) else ()


def _in_tuple(right: tuple[Any, ...], wrong: tuple[Any, ...]) -> Path:
    """The part that is another, or that is missing."""
    if len(right) == len(wrong):
        found = [k for k, (a, b) in enumerate(zip_longest(right, wrong)) if a != b]
        return (found[0], *differs(right[found[0]], wrong[found[0]])) if len(found) == 1 else ()
    missing = [k for k in range(len(right)) if (*right[:k], *right[k + 1 :]) == wrong]
    return (missing[0],) if missing else ()


def _left_out(right: Node, wrong: Node) -> Path:
    """The one part beside which the wrong tree is all of the right one."""
    if not isinstance(right, SPLIT):
        return ()
    places: list[Path] = []
    for one in fields(right):
        value = getattr(right, one.name)
        if isinstance(value, tuple):
            places += [(one.name, k) for k in range(len(value))]
        elif isinstance(value, Node):
            places.append((one.name,))
    if len(places) != 2:
        return ()
    kept = [k for k, place in enumerate(places) if at(right, place) == wrong]
    return places[1 - kept[0]] if kept else ()


def _negated(right: Statement, wrong: Statement, path: Path) -> bool:
    """Whether the error is the sign of a term."""
    if len(path) < 2 or not isinstance(path[-1], int) or path[-2] != "terms":
        return False
    try:
        here, there = at(right, path), at(wrong, path)
    except (AttributeError, IndexError):
        return False
    return bool(Negative(here) == there or here == Negative(there))


def _sign(right: str, wrong: str) -> str | None:
    """The right LaTeX with a box around its one sign that is another in the wrong one."""
    first = TOKEN.findall(right)
    second = TOKEN.findall(wrong)
    if len(first) != len(second):
        return None
    other = [k for k, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(other) != 1 or first[other[0]] not in SIGNS:
        return None
    k = other[0]
    return "".join([*first[:k], rf"\mathrel{{\boxed{{{first[k]}}}}}", *first[k + 1 :]])
