"""Vectors with dots: `(1, 0, \\dots, 0)`, `(s_1, \\dots, s_r)`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.tree import Expr, Node, Number, Pattern, Symbol
from qedeck.formula.values import T, Value, stacked


def pattern(run: Evaluation[T], node: Pattern, frame: Frame[T]) -> Value[T]:
    """The vector that a pattern with dots stands for."""
    size = run.size(node.size, frame)
    middle = size - len(node.head) - len(node.tail)
    if middle < 0:
        # (1, 0, \dots, 0) of one entry: what is written first stays.
        written = (*node.head, *node.tail)[:size]
    else:
        between = _between(run, node, middle, frame)
        written = (*node.head, *between, *node.tail)
    return stacked([run.value(entry, frame) for entry in written], (size,))


def _between(run: Evaluation[T], node: Pattern, count: int, frame: Frame[T]) -> tuple[Expr, ...]:
    """The entries from the first to the last of a pattern."""
    if node.first == node.last:
        return (node.first,) * count
    low, high = _ends(node.first, node.last)
    start, stop = run.bound(low, frame), run.bound(high, frame)
    if stop - start + 1 != count:
        raise ValueError(f"{start} to {stop} do not fill {count} entries")
    return tuple(
        _replaced(node.first, node.last, Number(Fraction(k))) for k in range(start, stop + 1)
    )


def _parts(first: Node, last: Node) -> list[tuple[str, Any, Any]] | None:
    """Fields in which two nodes of one kind differ; None where the nodes are ends."""
    if type(first) is not type(last) or isinstance(first, (Number, Symbol)):
        return None
    names = first.__dataclass_fields__  # type: ignore[attr-defined]
    fields = [(name, getattr(first, name), getattr(last, name)) for name in names]
    return [part for part in fields if part[1] != part[2]]


def _ends(first: Any, last: Any) -> tuple[Expr, Expr]:
    """The index where the first and the last entry of a pattern first differ."""
    if isinstance(first, tuple):
        one, other = next(pair for pair in zip(first, last, strict=True) if pair[0] != pair[1])
        return _ends(one, other)
    parts = _parts(first, last)
    if parts is None:
        return first, last
    _, one, other = parts[0]
    return _ends(one, other)


def _replaced(first: Any, last: Any, index: Number) -> Any:
    """The first entry of a pattern with each index that runs set to a number."""
    if first == last:
        return first
    if isinstance(first, tuple):
        pairs = zip(first, last, strict=True)
        return tuple(_replaced(one, other, index) for one, other in pairs)
    parts = _parts(first, last)
    if parts is None:
        return index
    changed = {name: _replaced(one, other, index) for name, one, other in parts}
    return replace(first, **changed)
