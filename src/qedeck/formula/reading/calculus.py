"""Derivatives, gradients, limits, integrals and moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lark import Token

from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.dependence import hidden
from qedeck.formula.reading.functions import applied, function_arguments
from qedeck.formula.reading.parser import Syntax, plain, trees
from qedeck.formula.reading.shapes import ShapeError, shape_of, spoken
from qedeck.formula.scope import Scope
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


def _derivative(reader: Reader, syntax: Syntax) -> Expr:
    """`\\frac{dy}{dx}`, `\\frac{\\partial f}{\\partial x_j}`, `dy/dx`."""
    body_syntax, by = trees(syntax)
    sign = next(c for c in syntax.children if isinstance(c, Token) and c.type == "PARTIAL")
    name = plain(body_syntax)
    if name and function_arguments(reader, name) is not None:
        variables = _variables(reader, by)
        return _by_each(reader, sign, by, _at_variable(reader, body_syntax, variables), variables)
    return _by_each(reader, sign, by, reader.expr(body_syntax), _variables(reader, by))


def _operated(reader: Reader, syntax: Syntax) -> Expr:
    """`\\frac{d}{dx} (...)`, of one factor."""
    by, body_syntax = trees(syntax)
    sign = syntax.children[0]
    assert isinstance(sign, Token)
    return _by_each(reader, sign, by, reader.expr(body_syntax), _variables(reader, by))


def _at_variable(reader: Reader, syntax: Syntax, variables: list[tuple[Expr, int]]) -> Expr:
    """A function's name above: the function at the variable below."""
    name = plain(syntax)
    roots = {of.of if isinstance(of, Item) else of for of, _ in variables}
    if function_arguments(reader, name) != 1 or len(roots) != 1:
        instead = f"write its arguments above: {name}(x, y)"
        reader.refuse(syntax, f"{name} takes more than the variable below", instead)
    found = applied(reader.scope, name, (roots.pop(),))
    assert found is not None
    return found


def _variables(reader: Reader, by: Syntax) -> list[tuple[Expr, int]]:
    """What stands below: each variable, and how often it is differentiated by."""
    found = []
    for piece in trees(by):
        place, order = piece, 1
        if piece.data == "power":
            place, group = trees(piece)
            times = reader.only(group)
            if times.data != "number":
                reader.refuse(times, "an order that is no number", "write the number")
            order = int(str(times.children[0]))
        variable = reader.expr(place)
        _refuse_variable(reader, place, variable)
        found.append((variable, order))
    return found


def _refuse_variable(reader: Reader, syntax: Syntax, variable: Expr) -> None:
    """Refuse a derivative by what is no real number that can move."""
    symbol = variable.of if isinstance(variable, Item) else variable
    name = symbol.name if isinstance(symbol, Symbol) else ""
    wrong = immovable(reader.scope, variable, reader.bound.get(name) or reader.free.get(name))
    if wrong is not None:
        reader.refuse(syntax, *wrong)


def immovable(scope: Scope, variable: Expr, slot: Slot | None) -> tuple[str, str] | None:
    """Why no derivative is taken by something, and what to write; None if one is.

    `slot` is what binds its symbol, if anything does.
    """
    symbol = variable.of if isinstance(variable, Item) else variable
    if not isinstance(symbol, Symbol):
        return "a derivative by an expression", "differentiate by a symbol or an entry"
    name, declared = symbol.name, scope.declared.get(symbol.name)
    whole = declared is not None and declared.kind in ("dimension", "integer", "index")
    if slot.index if slot is not None else whole:
        instead = rf"declare ${name} \in \mathbb{{R}}$, or differentiate by another symbol"
        return f"{name} is a whole number: no derivative is taken by it", instead
    if shape_of(variable):
        entry = "i" if len(shape_of(variable)) == 1 else "ij"
        instead = rf"write {name}_{{{entry}}} for an entry, or \nabla_{{{name}}} for the gradient"
        return f"a derivative by {spoken(shape_of(variable))}", instead
    return None


def _by_each(
    reader: Reader, sign: Token, by: Syntax, body: Expr, variables: list[tuple[Expr, int]]
) -> Expr:
    """The derivative, by the last variable below first."""
    mark, _, order = str(sign).rpartition("^")
    above, below = int(order), sum(times for _, times in variables)
    if above != below:
        problem = f"a derivative of order {above} above and {below} below"
        reader.refuse(by, problem, f"write \\frac{{{mark}^{below} f}} above, or {above} below")
    squares = [v for v, _ in variables if isinstance(v, Symbol) and v.name.endswith("^2")]
    if above > 1 and squares:
        name = squares[0].name
        problem = rf"{mark} {name} is once by the symbol {name} and twice by its root"
        reader.refuse(by, problem, rf"differentiate once, and once more: {mark} (...)")
    for variable, times in reversed(variables):
        wrong = hidden(reader.scope, body, variable, partial=mark == r"\partial")
        if wrong is not None:
            reader.refuse(by, *wrong)
        body = Derivative(body, variable, mark == r"\partial", times)
    return body


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
    "derivative": _derivative, "operated": _operated, "gradient": _gradient, "limit": _limit,
    "integral": _integral, "moment": _moment,
}  # fmt: skip
