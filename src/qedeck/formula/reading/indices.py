"""Entries and rows: what a subscript picks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lark import Token

from qedeck.formula.reading.arithmetic import factors_of, flat
from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.parser import Syntax, plain, trees
from qedeck.formula.reading.shapes import OPEN, shape_of, spoken
from qedeck.formula.tree import Basis, Call, Dimension, Expr, Item, Number, Symbol

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader


def _item(reader: Reader, syntax: Syntax) -> Expr:
    base_syntax, group = trees(syntax)
    name = plain(base_syntax)
    if name in ("e", r"\mathbf{e}") and not reader.symbol_known(name):
        return Basis(_index(reader, reader.only(group), OPEN), OPEN)
    root = _root_of_square(reader, name)
    base = root if root is not None else reader.expr(base_syntax)
    shape = shape_of(base)
    items = _indices(reader, group, len(shape))
    if len(items) > len(shape):
        if not shape and name:
            reader.refuse(
                base_syntax,
                f"{name} is a scalar and has no entries",
                rf"declare ${name} \in \mathbb{{R}}^n$, or the name with its subscript",
            )
        reader.refuse(
            group, f"{len(items)} indices on {spoken(shape)}", "write an index for each axis"
        )
    item = Item(base, tuple(_index(reader, i, axis) for i, axis in zip(items, shape, strict=False)))
    return Call("sqrt", (item,)) if root is not None else item


def _root_of_square(reader: Reader, name: str) -> Symbol | None:
    """The symbol `\\sigma^2` where `\\sigma` alone is written and only its square is known."""
    if not name or reader.symbol_known(name):
        return None
    square = reader.declared_symbol(name + "^2")
    return square if square is not None and square.shape else None


def _indices(reader: Reader, group: Syntax, axes: int) -> list[Syntax]:
    """The indices of a subscript: `ic` and `i,c` are two where there are two axes."""
    items = reader.list_of(group)
    if len(items) != 1 or axes < 2:
        return items
    (item,) = items
    parts = factors_of(item)
    written = all(part.data in ("name", "number") for part in parts)
    if item.data == "times" and written and len(parts) == len(flat(item)):
        return parts
    digits = str(item.children[0]) if item.data == "number" else ""
    if len(digits) > 1:
        instead = f"write x_{{{', '.join(digits[:axes])}}}"
        reader.refuse(item, f"the index {digits} has two readings", instead)
    return items


def _index(reader: Reader, syntax: Syntax, axis: Dimension) -> Expr:
    """Read one index of an axis; a new plain name becomes a free index."""
    name = plain(syntax)
    if not name:
        _refuse_free(reader, syntax)
        index = reader.scalar(syntax, "an index that is")
        if isinstance(index, Number) and isinstance(axis, int) and not 1 <= index.value <= axis:
            reader.refuse(syntax, f"an index outside an axis of {axis}", f"count from 1 to {axis}")
        return index
    slot = reader.bound.get(name) or reader.free.get(name)
    if slot is None and not reader.symbol_known(name):
        if name in reader.was_bound:
            token = syntax.children[0]
            assert isinstance(token, Token)
            reader.undeclared(token)
        slot = reader.free.setdefault(name, Slot(place=reader.place(syntax)))
    if slot is None or not slot.index:
        return reader.scalar(syntax, "an index that is")
    if slot.size is None:
        slot.size = None if axis == OPEN else axis
    elif slot.size != axis and OPEN not in (slot.size, axis):
        reader.refuse(
            syntax, f"the index {name} runs over {slot.size} and over {axis}", "use two indices"
        )
    return Symbol(name)


def _refuse_free(reader: Reader, syntax: Syntax) -> None:
    """Refuse `x_{i+1}` where i runs over the whole axis and so leaves it."""
    for token in syntax.scan_values(lambda value: isinstance(value, Token)):
        name = str(token)
        if token.type != "NAME" or reader.symbol_known(name):
            continue
        slot = reader.free.get(name)
        if slot is None or not slot.head:
            reader.refuse(
                token,
                f"the index {name} stands for the whole axis, which this leaves",
                rf"write Let ${name} \in [n - 1]$ before it",
            )


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {"item": _item}
