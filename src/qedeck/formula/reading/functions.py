"""Delimiters, vectors written out, built-in functions and applications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from lark import Token

from qedeck.formula.reading.parser import Syntax, plain, trees
from qedeck.formula.reading.shapes import (
    OPEN,
    ShapeError,
    common,
    fit,
    is_zero,
    same,
    shape_of,
    spoken,
)  # fmt: skip
from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.tree import (  # fmt: skip
    Apply,
    Call,
    Dimension,
    Expr,
    Matrix,
    Number,
    Pattern,
    Shape,
    Symbol,
    Vector,
    transformed,
    walk,
)

if TYPE_CHECKING:
    from qedeck.formula.reading.expressions import Reader

ENTRY = "an entry that is"


# Delimiters


def _paren(reader: Reader, syntax: Syntax) -> Expr:
    items = reader.list_of(syntax)
    return reader.expr(items[0]) if len(items) == 1 else _written(reader, syntax, items)


def _written(reader: Reader, syntax: Syntax, items: list[Syntax]) -> Expr:
    """A vector written out, or with dots."""
    if any(item.data == "dots" for item in items):
        return _pattern(reader, syntax, items)
    return Vector(tuple(reader.scalar(item, ENTRY) for item in items))


def _pattern(reader: Reader, syntax: Syntax, items: list[Syntax]) -> Expr:
    at = [k for k, item in enumerate(items) if item.data == "dots"]
    if len(at) != 1 or at[0] in (0, len(items) - 1):
        reader.refuse(syntax, "dots that join nothing", r"write (1, 0, \dots, 0)")
    entries = [reader.scalar(item, ENTRY) for item in items if item.data != "dots"]
    head, first, last = entries[: at[0] - 1], entries[at[0] - 1], entries[at[0]]
    tail = entries[at[0] + 1 :]
    return pattern(tuple(head), first, last, tuple(tail))


def pattern(head: tuple[Expr, ...], first: Expr, last: Expr, tail: tuple[Expr, ...]) -> Pattern:
    """A vector with dots, whose ends are equal or run over an index.

    Raises:
        ShapeError: where it is not clear over which.
    """
    size: Dimension = OPEN
    if first != last:
        before = set(walk(first))
        ends = {node.name for node in walk(last)
                if isinstance(node, Symbol) and not node.shape and node not in before}  # fmt: skip
        start = Number(Fraction(1))
        if head or tail or len(ends) != 1 or start not in before:
            raise ShapeError("this pattern is not clear", r"write (s_1, \dots, s_n)")
        size = ends.pop()
        ends_at = Symbol(size)
        if transformed(last, lambda part: start if part == ends_at else part) != first:
            raise ShapeError(
                "the ends of this pattern differ in more than the index",
                r"write (s_1, \dots, s_n)",
            )
    return Pattern(head, first, last, tail, size)


def _matrix(reader: Reader, syntax: Syntax) -> Expr:
    rows: list[list[Expr]] = [[]]
    for child in syntax.children:
        if not isinstance(child, Token):
            rows[-1].append(reader.scalar(child, ENTRY))
        elif child.type == "NEWROW":
            rows.append([])
    if len({len(row) for row in rows}) != 1:
        reader.refuse(syntax, "rows of different lengths", "write as many entries in each")
    return Matrix(tuple(map(tuple, rows)))


def _positive(reader: Reader, syntax: Syntax) -> Expr:
    return Call("positive", (reader.scalar(reader.only(trees(syntax)[0]), "the positive part"),))


def _absolute(reader: Reader, syntax: Syntax) -> Expr:
    of = reader.expr(trees(syntax)[0])
    shape = shape_of(of)
    if shape:
        instead = r"write |x_i| for an entry, \|x\|_2 for the length"
        if len(shape) > 1:
            instead = r"write \det(A) for the determinant, \|A\|_F for the norm"
        raise ShapeError(f"the absolute value of {spoken(shape)}", instead)
    return Call("abs", (of,))


def _norm(reader: Reader, syntax: Syntax) -> Expr:
    inner, *label = trees(syntax)
    of = reader.expr(inner)
    shape = shape_of(of)
    order: Expr = Number(Fraction(2))
    if label:
        which = reader.only(label[0])
        if which.data == "name" and str(which.children[0]) == "F":
            if len(shape) != 2:
                reader.refuse(which, f"a Frobenius norm of {spoken(shape)}", r"write \|x\|_2")
            return Call("frobenius", (of,))
        order = reader.scalar(which, "an order that is")
    if len(shape) != 1:
        raise ShapeError(
            f"a p-norm of {spoken(shape)}", r"write |a| for a scalar, \|A\|_F for a matrix"
        )
    return Call("norm", (of, order))


def _inner(reader: Reader, syntax: Syntax) -> Expr:
    left, right = (reader.expr(part) for part in trees(syntax))
    left, right = common(left, right)
    if len(shape_of(left)) != 1:
        shape = spoken(shape_of(left))
        instead = r"write \operatorname{tr}(A^\top B) for matrices, a b for scalars"
        raise ShapeError(f"an inner product of {shape} with another", instead)
    return Call("inner", (left, right))


# Built-in functions


def _binomial(reader: Reader, syntax: Syntax) -> Expr:
    upper, lower = (reader.scalar(reader.only(group), "a binomial") for group in trees(syntax))
    return Call("binomial", (upper, lower))


def _root(reader: Reader, syntax: Syntax) -> Expr:
    *order, group = trees(syntax)
    of = reader.scalar(reader.only(group), "the root")
    return Call("sqrt", (of, *(reader.scalar(part, "an order that is") for part in order)))


def _bare(reader: Reader, syntax: Syntax) -> Expr:
    return _called(reader, str(syntax.children[0]), trees(syntax), syntax)


def _call(reader: Reader, syntax: Syntax) -> Expr:
    return _called(reader, str(syntax.children[0]), reader.list_of(trees(syntax)[0]), syntax)


def _called(reader: Reader, name: str, items: list[Syntax], syntax: Syntax) -> Expr:
    if name in ("max", "min"):
        if len(items) < 2:
            instead = rf"write \{name}(a, b) or \{name}_i x_i"
            reader.refuse(syntax, f"{name} of one thing", instead)
        return Call(name, tuple(reader.scalar(item, name) for item in items))
    if name == "diag" and len(items) > 1:
        return Call("diag", (_written(reader, syntax, items),))
    if len(items) != 1:
        reader.refuse(items[1], f"{name} takes one argument", "write one")
    if name in ("trace", "det", "diag", "rank"):
        return Call(name, (_matrix_argument(reader, name, items[0]),))
    return Call(name, (reader.scalar(items[0], name),))


def _matrix_argument(reader: Reader, name: str, syntax: Syntax) -> Expr:
    of = reader.expr(syntax)
    shape = shape_of(of)
    if name == "diag" and len(shape) == 1:
        return of
    if len(shape) != 2 or (name != "rank" and not same(*shape)):
        reader.refuse(syntax, f"{name} of {spoken(shape)}", "use a square matrix")
    return of


# Applications


def _application(reader: Reader, syntax: Syntax) -> Expr:
    token = syntax.children[0]
    assert isinstance(token, Token)
    name = str(token).rstrip("'")
    order = len(str(token)) - len(name)
    *labels, paren = trees(syntax)
    parameters = tuple(reader.expr(item) for part in labels for item in reader.list_of(part))
    arguments = tuple(reader.expr(item) for item in reader.list_of(paren))
    found = applied(reader.scope, name, arguments, parameters, order)
    if found is None:
        reader.undeclared(token)
    return found


def function_arguments(reader: Reader, name: str) -> int | None:
    """How many arguments the function of a name takes; None if it is no function."""
    declared = reader.scope.declared.get(name)
    if declared is not None and declared.kind == "function":
        return 1
    defined = reader.scope.defined.get(name)
    return len(defined.arguments) if defined is not None and defined.arguments else None


def at_place(reader: Reader, derivative: Syntax, place: Syntax) -> Expr:
    """`\\frac{df}{dx}(a)`: the derivative of a function's name at a place."""
    body, by = trees(derivative)
    mark = next(c for c in derivative.children if isinstance(c, Token) and c.type == "PARTIAL")
    name, items = plain(body), reader.list_of(place) if place.data == "paren" else []
    if not name or function_arguments(reader, name) != 1 or len(items) != 1:
        reader.refuse(
            place,
            "a parenthesis after a derivative has two readings",
            r"write \cdot before it for the product, or f'(a) for the derivative at a",
        )
    order = int(str(mark).rpartition("^")[2])
    variable = trees(by)[0]
    if len(trees(by)) != 1 or not plain(
        trees(variable)[0] if variable.data == "power" else variable
    ):
        reader.refuse(
            by, "the derivative at a place by more than one variable", f"write {name}'(a)"
        )
    found = applied(reader.scope, name, (reader.expr(items[0]),), (), order)
    if found is None or shape_of(reader.expr(items[0])):
        reader.refuse(place, f"{name} takes no number", rf"write \nabla {name}(a) for a gradient")
    return found


def applied(
    scope: Scope,
    name: str,
    arguments: tuple[Expr, ...],
    parameters: tuple[Expr, ...] = (),
    order: int = 0,
) -> Expr | None:
    """A function of a scope at arguments; None if the scope has no such function."""
    declared, defined = scope.declared.get(name), scope.defined.get(name)
    if declared is not None and declared.kind == "function":
        return _declared(declared, arguments, parameters, order)
    return _defined(defined, arguments, parameters, order) if defined is not None else None


def _declared(
    declared: Declared, arguments: tuple[Expr, ...], parameters: tuple[Expr, ...], order: int
) -> Expr:
    if len(arguments) != 1 or parameters:
        raise ShapeError(f"{declared.name} takes one argument", f"write {declared.name}(x)")
    _, argument = common(Symbol("", declared.domain or ()), arguments[0])
    return Apply(declared.name, (argument,), (), declared.shape, order)


def _defined(
    defined: Defined, arguments: tuple[Expr, ...], parameters: tuple[Expr, ...], order: int
) -> Expr:
    """An application; an argument with axes before those declared is taken row by row."""
    if len(arguments) != len(defined.arguments) or len(parameters) != len(defined.parameters):
        label = f"_{{{', '.join(defined.parameters)}}}" if defined.parameters else ""
        wanted = f"{defined.name}{label}({', '.join(defined.arguments)})"
        raise ShapeError(f"{defined.name} takes other arguments", f"write it like {wanted}")
    own = defined.scope.declared if defined.scope is not None else {}
    sizes: dict[Dimension, Dimension] = {}
    leading: set[Shape] = set()
    read: list[Expr] = []
    for name, given in zip(defined.arguments, arguments, strict=True):
        wanted_shape = own[name].shape if name in own else ()
        argument = fit(given, wanted_shape) if is_zero(given) else given
        read.append(argument)
        leading.add(_unified(defined.name, wanted_shape, shape_of(argument), sizes))
    if len(leading) > 1:
        raise ShapeError(
            f"arguments of {defined.name} with different leading axes",
            "give every argument the same axes before those of the definition",
        )
    shape = (*leading.pop(), *(sizes.get(axis, axis) for axis in defined.shape))
    return Apply(defined.name, tuple(read), parameters, shape, order)


def _unified(name: str, formal: Shape, actual: Shape, sizes: dict[Dimension, Dimension]) -> Shape:
    """Match an argument's axes with the declared ones; what is left in front."""
    extra = len(actual) - len(formal)
    if extra < 0 or (extra and not formal):
        raise ShapeError(
            f"{name} takes {spoken(formal)}, not {spoken(actual)}",
            "give it an argument of that shape",
        )
    for axis, size in zip(formal, actual[extra:], strict=True):
        if sizes.setdefault(axis, size) != size:
            raise ShapeError(f"{axis} of {name} is {sizes[axis]} and {size}", "use one size")
        if isinstance(axis, int) and axis != size:
            raise ShapeError(f"an axis of {size} where {name} takes {axis}", "use that size")
    return actual[:extra]


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {
    "paren": _paren, "matrix": _matrix, "positive": _positive, "absolute": _absolute,
    "norm": _norm, "inner": _inner, "binomial": _binomial, "sqrt": _root, "root": _root,
    "bare": _bare, "call": _call, "application": _application,
}  # fmt: skip
