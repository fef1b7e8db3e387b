"""Operators that bind an index or a real variable: sums, products, maxima, optima."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lark import Token, Tree

from qedeck.errors import SourceError
from qedeck.formula.reading.parser import Syntax
from qedeck.formula.reading.statements import read_region
from qedeck.formula.tree import (
    Big,
    Both,
    Dimension,
    Expr,
    Integers,
    Number,
    Optimum,
    Range,
    Shape,
    Space,
    Statement,
    Symbol,
)  # fmt: skip

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader

_OPERATORS = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}


@dataclass
class Slot:
    """A bound or free index, or a bound real variable, while a formula is read."""

    shape: Shape = ()
    size: Dimension | None = None
    """Axis that an index runs over; None until it is used."""
    index: bool = True
    """False for real variables."""


@dataclass(frozen=True)
class Binder:
    """The parts of a big operator, as syntax."""

    operator: Any
    subscript: Syntax
    upper: Syntax | None
    body: Syntax

    @property
    def loops(self) -> bool:
        """Whether only integer indices can be bound."""
        return self.operator in ("sum", "prod")


def read_big(reader: Reader, syntax: Syntax) -> Expr:
    """Read a big operator or an optimum, told apart by what they bind."""
    word = syntax.children[0]
    trees = _trees(syntax)
    subscript = _trees(trees[0])[0]
    operator = _OPERATORS.get(str(word), str(word))
    binder = Binder(operator, subscript, trees[1] if len(trees) == 3 else None, trees[-1])
    if subscript.data in ("member", "constrained") and binder.upper is None:
        return _over_region(reader, binder)
    if subscript.data == "chain":
        return _over_bounds(reader, binder)
    return _over_names(reader, binder)


def _body(reader: Reader, binder: Binder) -> Expr:
    if binder.loops:
        return reader.expr(binder.body)
    return reader.scalar(binder.body, binder.operator)


def _over_names(reader: Reader, binder: Binder) -> Expr:
    """`\\sum_i`, `\\max_{i,j}` over axes; `\\min_w`, `\\arg\\max_w` over a real variable."""
    names = [_name(reader, child) for child in _items(binder.subscript)]
    if binder.loops or not _is_real(reader, names[0]):
        saved = dict(reader.was_bound)
        try:
            return _over_axes(reader, binder, names, None)
        except SourceError:
            if binder.loops or len(names) > 1:
                raise
            reader.was_bound = saved
    return _over_real(reader, binder, names[0], None, None)


def _is_real(reader: Reader, name: str) -> bool:
    declared = reader.scope.declared.get(name)
    return declared is not None and (declared.kind == "real" or bool(declared.shape))


def _over_axes(reader: Reader, binder: Binder, names: list[str], condition: Syntax | None) -> Expr:
    """Indices whose ranges are the axes that they index in the body."""
    with ExitStack() as stack:
        slots = [stack.enter_context(reader.binding(name, Slot())) for name in names]
        inner = _body(reader, binder)
        where = reader.chain(condition) if condition is not None else None
    ranges = []
    for name, slot in zip(names, slots, strict=True):
        if slot.size is None:
            reader.refuse(
                binder.subscript,
                f"the range of {name} is not clear",
                f"write {name}=1 below the operator and its last value above",
            )
        ranges.append(Range(name, Number(Fraction(1)), as_expr(slot.size), written=False))
    return Big(binder.operator, tuple(ranges), inner, where)


def _over_bounds(reader: Reader, binder: Binder) -> Expr:
    """`\\sum_{i=1}^{n}`, `\\sum_{1 \\le i < j \\le n}`, `\\sum_{i<j}`, `\\sum_{j \\ne i}`."""
    pieces, signs = chain_parts(binder.subscript)
    if binder.upper is not None:
        return _from_to(reader, binder, pieces, signs)
    names = [
        name
        for name in map(_plain, pieces)
        if name and not reader.symbol_known(name) and name not in reader.free
    ]
    if not names:
        reader.refuse(binder.subscript, "no new index is bound", r"write \sum_{i=1}^{n}")
    if _plain(pieces[0]) in names or _plain(pieces[-1]) in names:
        return _over_axes(reader, binder, names, binder.subscript)
    low = reader.scalar(pieces[0], "a bound that is")
    high = reader.scalar(pieces[-1], "a bound that is")
    if not all(sign in ("<=", "<") for sign in signs) or len(pieces) != len(names) + 2:
        reader.refuse(binder.subscript, "bounds in another order", r"write 1 \le i < j \le n")
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(reader.binding(name, Slot()))
        inner = _body(reader, binder)
        where = reader.chain(binder.subscript)
    ranges = tuple(Range(name, low, high, written=False) for name in names)
    return Big(binder.operator, ranges, inner, where)


def _from_to(reader: Reader, binder: Binder, pieces: list[Syntax], signs: list[str]) -> Expr:
    if len(pieces) != 2 or signs != ["="] or binder.upper is None:
        reader.refuse(binder.subscript, "bounds that are not i = a", r"write \sum_{i=1}^{n}")
    name = _name(reader, pieces[0])
    low = reader.scalar(pieces[1], "a bound that is")
    high = reader.scalar(reader.only(binder.upper), "a bound that is")
    with reader.binding(name, Slot()):
        inner = _body(reader, binder)
    return Big(binder.operator, (Range(name, low, high),), inner)


def _over_region(reader: Reader, binder: Binder) -> Expr:
    """`\\max_{x \\in \\mathbb{R}^n : g(x) \\le 1}` or `\\sum_{k \\in [n]}`."""
    first, conditions = binder.subscript, None
    if first.data == "constrained":
        first, conditions = _trees(first)
    if first.data != "member":
        return _over_real(reader, binder, _name(reader, _items(first)[0]), None, conditions)
    element, region_syntax = _trees(first)
    name = _name(reader, _items(element)[0])
    region = read_region(reader, region_syntax)
    if isinstance(region, Space):
        return _over_real(reader, binder, name, region.shape, conditions)
    if not isinstance(region, Integers) or region.high is None:
        reader.refuse(region_syntax, "a range that is not finite", r"write i \in [n]")
    with reader.binding(name, Slot()):
        inner = _body(reader, binder)
        where = conditions_of(reader, conditions)
    return Big(binder.operator, (Range(name, Number(Fraction(1)), region.high),), inner, where)


def _over_real(
    reader: Reader, binder: Binder, name: str, shape: Shape | None, conditions: Syntax | None
) -> Expr:
    """An optimum over a real variable; without its space, the one shape that types is taken."""
    if binder.loops:
        reader.refuse(binder.subscript, f"a {binder.operator} over reals", "bind an integer index")
    readings, errors = [], []
    for candidate in _spaces(reader, name, shape):
        saved = dict(reader.free)
        try:
            with reader.binding(name, Slot(candidate, index=False)):
                inner = reader.scalar(binder.body, binder.operator)
                where = conditions_of(reader, conditions)
            readings.append(Optimum(binder.operator, Symbol(name, candidate), inner, where))
        except SourceError as error:
            reader.free = saved
            errors.append(error)
    if not readings:
        raise errors[0]
    if len(readings) > 1:
        reader.refuse(
            binder.subscript,
            f"the space of {name} is not clear",
            f"write {name} \\in \\mathbb{{R}}^n in the subscript",
        )
    return readings[0]


def _spaces(reader: Reader, name: str, shape: Shape | None) -> list[Shape]:
    declared = reader.scope.declared.get(name)
    if shape is not None:
        return [shape]
    if declared is not None:
        return [declared.shape]
    sizes = [d.name for d in reader.scope.declared.values() if d.kind == "dimension"]
    return [(), *((size,) for size in sizes)]


def conditions_of(reader: Reader, syntax: Syntax | None) -> Statement | None:
    """The side conditions of a binder or a restriction."""
    if syntax is None:
        return None
    parts = tuple(reader.statement(part) for part in _trees(syntax))
    return parts[0] if len(parts) == 1 else Both(parts)


def as_expr(size: Dimension) -> Expr:
    """A dimension as an expression."""
    return Number(Fraction(size)) if isinstance(size, int) else Symbol(size)


def chain_parts(syntax: Syntax) -> tuple[list[Syntax], list[str]]:
    """Expressions and signs of a chain."""
    pieces = [piece for child in _trees(syntax) for piece in _items(child)]
    return pieces, [str(c) for c in syntax.children if isinstance(c, Token) and c.type == "SIGN"]


def _trees(syntax: Syntax) -> list[Syntax]:
    return [child for child in syntax.children if isinstance(child, Tree)]


def _items(syntax: Syntax) -> list[Syntax]:
    return _trees(syntax) if syntax.data == "expressions" else [syntax]


def _plain(syntax: Syntax) -> str:
    return str(syntax.children[0]) if syntax.data == "name" else ""


def _name(reader: Reader, syntax: Syntax) -> str:
    if syntax.data != "name":
        reader.refuse(syntax, "a bound index must be a plain name", r"write \sum_{i=1}^{n}")
    return str(syntax.children[0])
