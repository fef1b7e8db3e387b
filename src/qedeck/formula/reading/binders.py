"""Operators that bind an index or a real variable: sums, products, maxima, optima."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lark import Token

from qedeck.errors import SourceError
from qedeck.formula.printer import latex
from qedeck.formula.reading.dependence import reached
from qedeck.formula.reading.parser import Syntax, plain, trees
from qedeck.formula.reading.statements import read_region
from qedeck.formula.tree import (
    Big,
    Both,
    Dimension,
    Expr,
    Integers,
    Number,
    Optimum,
    Product,
    Range,
    Shape,
    Space,
    Statement,
    Symbol,
)  # fmt: skip

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader

_OPERATORS = {r"\sum": "sum", r"\prod": "prod", r"\max": "max", r"\min": "min"}

ONE = Number(Fraction(1))


@dataclass
class Slot:
    """A bound or free index, or a bound real variable, while a formula is read."""

    shape: Shape = ()
    size: Dimension | None = None
    """Axis that an index runs over; None until it is used."""
    index: bool = True
    """False for real variables."""
    head: bool = False
    """Whether it stands on the left of `:=`, where a recursion may step from it."""
    place: int = 0
    """Where a free index is first written."""


@dataclass(frozen=True)
class Binder:
    """The parts of a big operator, as syntax."""

    operator: Any
    subscript: Syntax
    upper: Syntax | None
    body: Syntax
    start: int = 0
    """Where the operator is written."""

    @property
    def loops(self) -> bool:
        """Whether only integer indices can be bound."""
        return self.operator in ("sum", "prod")


def read_big(reader: Reader, syntax: Syntax) -> Expr:
    """Read a big operator or an optimum, told apart by what they bind."""
    word = str(syntax.children[0])
    label, *upper, body = trees(syntax)
    subscript = trees(label)[0]
    binder = Binder(_OPERATORS.get(word, word), subscript, upper[0] if upper else None, body,
                    reader.place(syntax))  # fmt: skip
    if subscript.data in ("member", "constrained") and not upper:
        return _over_region(reader, binder)
    if subscript.data == "chain":
        return _over_bounds(reader, binder)
    if upper:
        reader.refuse(upper[0], "a last value without a first", r"write \sum_{i=1}^{n}")
    return _over_names(reader, binder)


def _body(reader: Reader, binder: Binder, *names: str) -> Expr:
    if binder.operator == "sum":
        return reader.expr(binder.body)
    inner = reader.scalar(binder.body, binder.operator)
    _refuse_behind(reader, binder.body, binder.start, inner, names)
    return inner


def _refuse_behind(
    reader: Reader, syntax: Syntax, start: int, body: Expr, names: tuple[str, ...]
) -> None:
    """Refuse a last factor that may stand behind its operator: it has nothing of what is bound.

    `\\max_i x_i a` is a greatest product, or a product with a maximum; only for a sum are the two
    one number, and a limit of products has its value wherever the other reading has one.
    """
    if syntax.data not in ("times", "product_tail") or not isinstance(body, Product):
        return
    bound = [not reached(reader.scope, part).isdisjoint(names) for part in body.factors]
    if bound[-1]:
        return
    last = max([k for k, inside in enumerate(bound) if inside], default=0) + 1
    operator = reader.span.text[start : reader.place(syntax)].strip()
    inside, behind = (_joined(body.factors[part]) for part in (slice(last), slice(last, None)))
    reader.refuse(
        syntax,
        f"{behind} behind {operator} has two readings",
        f"write {operator} ({inside} {behind}) or ({operator} {inside}) {behind}",
    )


def _joined(factors: tuple[Expr, ...]) -> str:
    return latex(Product(factors) if len(factors) > 1 else factors[0])


def _over_names(reader: Reader, binder: Binder) -> Expr:
    """`\\sum_i`, `\\max_{i,j}` over axes; `\\min_w`, `\\arg\\max_w` over a real variable."""
    names = [_name(reader, child) for child in _items(binder.subscript)]
    if len(set(names)) < len(names):
        reader.refuse(binder.subscript, "an index is bound twice", "use two names")
    if binder.loops or len(names) > 1 or _indexes(binder.body, names[0]):
        return _over_axes(reader, binder, names, None)
    return _over_real(reader, binder, names[0], None, None)


def _indexes(syntax: Syntax, name: str) -> bool:
    """Whether a name stands in a subscript."""
    return any(
        token.type == "NAME" and str(token) == name
        for item in syntax.find_data("item")
        for token in trees(item)[1].scan_values(lambda value: isinstance(value, Token))
    )


def _over_axes(reader: Reader, binder: Binder, names: list[str], condition: Syntax | None) -> Expr:
    """Indices whose ranges are the axes that they index in the body."""
    with ExitStack() as stack:
        slots = [stack.enter_context(reader.binding(name, Slot())) for name in names]
        inner = _body(reader, binder, *names)
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
    names = [name for name in map(plain, pieces) if name and reader.may_be_new(name)]
    if not names:
        reader.refuse(binder.subscript, "no new index is bound", r"write \sum_{i=1}^{n}")
    if plain(pieces[0]) in names or plain(pieces[-1]) in names or len(pieces) == 2:
        return _over_axes(reader, binder, names, binder.subscript)
    return _between(reader, binder, pieces, signs, names)


def _between(
    reader: Reader, binder: Binder, pieces: list[Syntax], signs: list[str], names: list[str]
) -> Expr:
    """`1 \\le i < j \\le n`: all indices from the first to the last, and what orders them."""
    if not all(sign in ("<=", "<") for sign in signs) or len(pieces) != len(names) + 2:
        reader.refuse(binder.subscript, "bounds in another order", r"write 1 \le i < j \le n")
    low = reader.scalar(pieces[0], "a bound that is")
    high = reader.scalar(pieces[-1], "a bound that is")
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(reader.binding(name, Slot()))
        inner = _body(reader, binder, *names)
        where = reader.chain(binder.subscript)
    ranges = tuple(Range(name, low, high, written=False) for name in names)
    return Big(binder.operator, ranges, inner, where)


def _from_to(reader: Reader, binder: Binder, pieces: list[Syntax], signs: list[str]) -> Expr:
    if len(pieces) != 2 or signs != ["="] or binder.upper is None:
        reader.refuse(binder.subscript, "bounds that are not i = a", r"write \sum_{i=1}^{n}")
    name = _name(reader, pieces[0])
    low = reader.scalar(pieces[1], "a bound that is")
    high = reader.scalar(reader.only(binder.upper), "a bound that is")
    axis = high.name if low == ONE and isinstance(high, Symbol) else None
    with reader.binding(name, Slot(size=axis if axis in reader.scope.declared else None)):
        inner = _body(reader, binder, name)
    return Big(binder.operator, (Range(name, low, high),), inner)


def _over_region(reader: Reader, binder: Binder) -> Expr:
    """`\\max_{x \\in \\mathbb{R}^n : g(x) \\le 1}` or `\\sum_{k \\in [n]}`."""
    first, conditions = binder.subscript, None
    if first.data == "constrained":
        first, conditions = trees(first)
    if first.data != "member":
        return _over_real(reader, binder, _name(reader, _items(first)[0]), None, conditions)
    element, region_syntax = trees(first)
    name = _name(reader, _items(element)[0])
    region = read_region(reader, region_syntax)
    if isinstance(region, Space):
        return _over_real(reader, binder, name, region.shape, conditions)
    if not isinstance(region, Integers) or region.high is None:
        reader.refuse(region_syntax, "a range that is not finite", r"write i \in [n]")
    with reader.binding(name, Slot()):
        inner = _body(reader, binder, name)
        where = conditions_of(reader, conditions)
    return Big(binder.operator, (Range(name, Number(Fraction(1)), region.high),), inner, where)


def _over_real(
    reader: Reader, binder: Binder, name: str, shape: Shape | None, conditions: Syntax | None
) -> Expr:
    """An optimum over a real variable; without its space, the one shape that types is taken."""
    if binder.loops:
        reader.refuse(binder.subscript, f"a {binder.operator} over reals", "bind an integer index")
    spaces = _spaces(reader, name, shape)
    if len(spaces) == 1:
        return _optimum(reader, binder, Symbol(name, spaces[0]), conditions)
    space = rf"write {name} \in \mathbb{{R}}^n in the subscript"
    if reader.guessing:
        reader.refuse(binder.subscript, f"the space of {name} is not clear", space)
    readings: list[Expr] = []
    errors = []
    reader.guessing = True
    for candidate in spaces:
        free, was_bound = dict(reader.free), set(reader.was_bound)
        try:
            readings.append(_optimum(reader, binder, Symbol(name, candidate), conditions))
        except SourceError as error:
            reader.free, reader.was_bound = free, was_bound
            errors.append(error)
    reader.guessing = False
    if not readings:
        raise errors[0]
    if len(readings) > 1:
        reader.refuse(binder.subscript, f"the space of {name} is not clear", space)
    return readings[0]


def _optimum(reader: Reader, binder: Binder, variable: Symbol, conditions: Syntax | None) -> Expr:
    with reader.binding(variable.name, Slot(variable.shape, index=False)):
        inner = _body(reader, binder, variable.name)
        where = conditions_of(reader, conditions)
    return Optimum(binder.operator, variable, inner, where)


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
    parts = tuple(reader.statement(part) for part in trees(syntax))
    return parts[0] if len(parts) == 1 else Both(parts)


def as_expr(size: Dimension) -> Expr:
    """A dimension as an expression."""
    return Number(Fraction(size)) if isinstance(size, int) else Symbol(size)


def chain_parts(syntax: Syntax) -> tuple[list[Syntax], list[str]]:
    """Expressions and signs of a chain."""
    pieces = [piece for child in trees(syntax) for piece in _items(child)]
    return pieces, [str(c) for c in syntax.children if isinstance(c, Token) and c.type == "SIGN"]


def _items(syntax: Syntax) -> list[Syntax]:
    return trees(syntax) if syntax.data == "expressions" else [syntax]


def _name(reader: Reader, syntax: Syntax) -> str:
    if syntax.data != "name":
        reader.refuse(syntax, "a bound index must be a plain name", r"write \sum_{i=1}^{n}")
    return str(syntax.children[0])


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {"big": read_big}
