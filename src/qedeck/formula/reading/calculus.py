"""Derivatives, gradients, limits, integrals and moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lark import Token

from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.parser import Syntax, plain, trees
from qedeck.formula.reading.shapes import ShapeError, shape_of, spoken
from qedeck.formula.tree import (
    Apply,
    Derivative,
    Expr,
    Gradient,
    Integral,
    Item,
    Limit,
    Moment,
    Node,
    Symbol,
)  # fmt: skip

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader


def _partial(reader: Reader, syntax: Syntax) -> Expr:
    body_syntax, by = trees(syntax)
    body, variable = reader.expr(body_syntax), reader.expr(by)
    if not isinstance(variable.of if isinstance(variable, Item) else variable, Symbol):
        reader.refuse(by, "a derivative by an expression", "differentiate by a symbol or an entry")
    return Derivative(body, variable, partial=True)


def _total(reader: Reader, syntax: Syntax) -> Expr:
    token = syntax.children[0]
    assert isinstance(token, Token)
    variable = reader.symbol(str(token))
    if variable is None and "_" in token:
        reader.refuse(
            token, f"{token} is no symbol", rf"write \frac{{\partial f}}{{\partial {token}}}"
        )
    if not isinstance(variable, Symbol):
        reader.undeclared(token)
    return Derivative(reader.expr(trees(syntax)[0]), variable, partial=False)


def _gradient(reader: Reader, syntax: Syntax) -> Expr:
    *label, body_syntax = trees(syntax)
    body = reader.expr(body_syntax)
    if shape_of(body):
        reader.refuse(body_syntax, f"the gradient of {spoken(shape_of(body))}", "use a scalar")
    variable: Expr | None = None
    if label:
        variable = reader.expr(reader.only(label[0]))
    elif isinstance(body, Apply):
        variable = body.arguments[0]
    if variable is None or (not label and not isinstance(variable, Symbol)):
        raise ShapeError("a gradient without its variable", r"write \nabla_x (...)")
    if not isinstance(variable, Symbol) or not variable.shape:
        raise ShapeError("a gradient is taken by a vector", r"write \frac{d}{dx} (...)")
    return Gradient(body, variable)


def _limit(reader: Reader, syntax: Syntax) -> Expr:
    group, body = trees(syntax)
    name_syntax, target_syntax = trees(group)
    side = next((c for c in group.children if isinstance(c, Token) and c.type == "SIDE"), None)
    name = plain(name_syntax)
    if not name:
        reader.refuse(name_syntax, "a limit in an expression", r"write \lim_{p \to \infty}")
    target = reader.scalar(target_syntax, "a limit point that is")
    declared = reader.declared_symbol(name)
    with reader.binding(name, Slot(declared.shape if declared else (), index=False)):
        inner = reader.expr(body)
    return Limit(name, target, inner, 0 if side is None else (1 if side == "+" else -1))


def _integral(reader: Reader, syntax: Syntax) -> Expr:
    low, high, body = trees(syntax)
    name = str(syntax.children[-1])
    bounds = [reader.scalar(reader.only(group), "a bound that is") for group in (low, high)]
    with reader.binding(name, Slot(index=False)):
        inner = reader.scalar(body, "the integral")
    return Integral(name, bounds[0], bounds[1], inner)


_SPELLED = {
    "E": r"\mathbb{E}[X]",
    "Var": r"\operatorname{Var}(X)",
    "Cov": r"\operatorname{Cov}(X, Y)",
    "P": r"\mathbb{P}(X \le a)",
}


def _moment(reader: Reader, syntax: Syntax) -> Expr:
    operator: Any = str(syntax.children[0])
    *label, body = trees(syntax)
    over = tuple(_random(reader, item) for part in label for item in reader.list_of(part))
    event = trees(body)[0].data == "event"
    items = trees(body) if event else reader.list_of(body)
    if event != (operator == "P") or len(items) != (2 if operator == "Cov" else 1):
        raise ShapeError(f"{operator} takes other arguments", f"write {_SPELLED[operator]}")
    arguments: tuple[Node, ...]
    if event:
        arguments = (reader.statement(items[0]),)
    else:
        arguments = tuple(reader.expr(item) for item in items)
    return Moment(operator, arguments, over)


def _random(reader: Reader, syntax: Syntax) -> str:
    symbol = reader.expr(syntax)
    if not isinstance(symbol, Symbol):
        reader.refuse(syntax, "an average over no symbol", r"write \mathbb{E}_X[...]")
    return symbol.name


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {
    "partial": _partial, "derivative": _total, "gradient": _gradient, "limit": _limit,
    "integral": _integral, "moment": _moment,
}  # fmt: skip
