"""Definitions and abbreviations: `head := body`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from lark import Token

from qedeck.formula.reading.arithmetic import factors_of
from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.parser import Syntax, parse
from qedeck.formula.reading.shapes import OPEN, shape_of
from qedeck.formula.reading.statements import trees
from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    Call,
    Constant,
    Define,
    Defines,
    Dimension,
    Expr,
    Item,
    Member,
    Node,
    Number,
    Statement,
    Symbol,
    transformed,
    walk,
)  # fmt: skip
from qedeck.formula.tree import Integers as IntegerSet

_APPLIED_HEAD = re.compile(
    r"(?:^|\\\\|&)\s*&?\s*(\\operatorname\{[^{}]*\}|\\hat\{.\}|\\[A-Za-z]+|[A-Za-z])"
    r"(?:_(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9]))?\s*(?:\\left\s*)?\("
)
_RESERVED = {"norm", "inner", "frobenius", "trace", "abs", "sgn", "positive", "hadamard", "max"}


@dataclass(frozen=True)
class Head:
    """The left side of `:=`, as syntax."""

    name: str
    token: Token
    arguments: tuple[Syntax, ...] = ()
    parameters: tuple[Syntax, ...] = ()
    indices: tuple[Syntax, ...] = ()


def read_definitions(
    span: Span, scope: Scope, start: Literal["display", "hypothesis"]
) -> tuple[Statement, Scope]:
    """Read a definition, or an `aligned` list of them; the scope then knows the new names.

    Raises:
        SourceError: where it is no definition, or its right side does not read.
    """
    names = names_of(scope)
    applied = {match.group(1) for match in _APPLIED_HEAD.finditer(_heads(span.text))}
    names = replace(names, functions=names.functions | applied, known=names.known - applied)
    tree = parse(span, names, start)
    body = trees(tree)[0]
    rows = trees(body) if body.data == "aligned" else [body]
    parts: list[Define] = []
    for row in rows:
        if row.data != "definition":
            Reader(span, scope).refuse(row, "no := in a definition", "write name := formula")
        define, scope = read_one(span, scope, row, fresh=start == "hypothesis")
        parts.append(define)
    return (parts[0] if len(parts) == 1 else Defines(tuple(parts))), scope


def _heads(text: str) -> str:
    """The text with everything after each `:=` of a row blanked out."""
    bare = text.replace(r"\begin{aligned}", "").strip()
    return re.sub(r"(:=|\\coloneqq)(?:(?!\\\\).)*", "", bare, flags=re.DOTALL)


def read_one(span: Span, scope: Scope, row: Syntax, *, fresh: bool = False) -> tuple[Define, Scope]:
    """Read one `head := body`."""
    head_syntax, body_syntax = trees(row)
    reader = Reader(span, scope)
    special = _built_in(reader, head_syntax)
    if special is not None:
        return _define_built_in(reader, special, body_syntax)
    head = _head(reader, head_syntax)
    return _define(reader, head, body_syntax, fresh)


def _head(reader: Reader, syntax: Syntax) -> Head:
    """Take the left side apart."""
    if syntax.data == "power":
        inner = _head(reader, trees(syntax)[0])
        two = reader.only(trees(syntax)[1])
        if two.data == "number" and str(two.children[0]) == "2" and not inner.arguments:
            return replace(inner, name=inner.name + "^2")
    if syntax.data == "item":
        base, group = trees(syntax)
        inner = _head(reader, base)
        items = reader.list_of(group)
        items = factors_of(items[0]) if len(items) == 1 else items
        return replace(inner, indices=(*inner.indices, *items))
    if syntax.data == "name":
        token = syntax.children[0]
        assert isinstance(token, Token)
        return Head(str(token), token)
    if syntax.data == "application":
        token = syntax.children[0]
        assert isinstance(token, Token)
        parts = trees(syntax)
        parameters = tuple(reader.list_of(parts[0])) if len(parts) == 2 else ()
        return Head(str(token), token, tuple(reader.list_of(parts[-1])), parameters)
    reader.refuse(
        syntax, "this cannot stand on the left of :=", "write a name, f(x), x_i or \\|x\\|_p"
    )


def _define(
    reader: Reader, head: Head, body_syntax: Syntax, fresh: bool = False
) -> tuple[Define, Scope]:
    outer = scope = reader.scope
    arguments = tuple(_argument(reader, item, fresh) for item in head.arguments)
    scope = reader.scope
    parameters = tuple(_argument(reader, item) for item in head.parameters)
    indices = tuple(_index_name(reader, item) for item in head.indices)
    for name in indices:
        if not reader.symbol_known(name):
            reader.free[name] = Slot(head=True)
    recursive = _uses(body_syntax, head.name) and bool(indices)
    if recursive:
        own = Declared(head.name, "real", (OPEN,) * len(indices))
        reader.scope = replace(scope, declared={**scope.declared, head.name: own})
    body = reader.expr(body_syntax)
    reader.scope = scope
    unused = [name for name in indices if name in reader.free and reader.free[name].size is None]
    if unused and not recursive:
        return _define_labelled(reader, head, indices, body_syntax)
    _refuse_leftovers(reader, head, indices, body_syntax)
    sizes = tuple(_size(reader, name, head) for name in indices)
    if recursive:
        body = _with_axes(body, head.name, sizes)
    shape = (*sizes, *shape_of(body))
    scope_now = _with_indices(scope, reader, indices)
    tree = _head_tree(head, arguments, parameters, indices, shape, scope)
    defined = Defined(
        head.name, arguments, parameters, indices, body, shape, tree, recursive, scope_now
    )
    return Define(tree, body), replace(outer, defined={**outer.defined, head.name: defined})


def _with_axes(body: Expr, name: str, sizes: tuple[Dimension, ...]) -> Expr:
    """A recursion's body with the axes of the symbol that it defines filled in."""

    def filled(node: Node) -> Node:
        return Symbol(name, sizes) if isinstance(node, Symbol) and node.name == name else node

    result = transformed(body, filled)
    assert isinstance(result, Expr)
    return result


def _define_labelled(
    reader: Reader, head: Head, indices: tuple[str, ...], body: Syntax
) -> tuple[Define, Scope]:
    """`\\mu_B := ...`: the subscript does not index, so it belongs to the name."""
    label = ",".join(indices)
    square = head.name.endswith("^2")
    base = head.name.removesuffix("^2")
    plain = len(label) == 1 or label.startswith("\\")
    name = f"{base}_{label}" if plain else f"{base}_{{{label}}}"
    again = Reader(reader.span, reader.scope)
    return _define(again, Head(name + "^2" * square, head.token, head.arguments), body)


def _refuse_leftovers(reader: Reader, head: Head, indices: tuple[str, ...], body: Syntax) -> None:
    extra = [name for name in reader.free if name not in indices]
    if extra:
        reader.refuse(
            body,
            f"the index {extra[0]} stands on the right of := alone",
            f"write {head.name}_{extra[0]} on the left, or sum over {extra[0]}",
        )


def _size(reader: Reader, name: str, head: Head) -> Dimension:
    """The axis of a family's index: what it indexes, or what its hypothesis says."""
    slot = reader.free.get(name)
    if slot is not None and slot.size is not None:
        return slot.size
    declared = reader.scope.declared.get(name)
    if declared is not None and declared.kind == "index":
        return declared.shape[0]
    for assumed in reader.scope.assumed:
        match assumed.statement:
            case Member(Symbol(symbol), IntegerSet("upto", Number(value))) if symbol == name:
                return int(value)
            case Member(Symbol(symbol), IntegerSet("upto", Symbol(size))) if symbol == name:
                return size
    if slot is not None:
        return OPEN
    reader.refuse(head.token, f"the range of {name} is not clear", f"write ${name} \\in [n]$")


def _with_indices(scope: Scope, reader: Reader, indices: tuple[str, ...]) -> Scope:
    """The scope of a body: free indices are declared in it."""
    found = {
        name: Declared(name, "index", (slot.size or OPEN,))
        for name, slot in reader.free.items()
        if name in indices
    }
    return replace(scope, declared={**scope.declared, **found})


def _head_tree(
    head: Head,
    arguments: tuple[str, ...],
    parameters: tuple[str, ...],
    indices: tuple[str, ...],
    shape: tuple[Dimension, ...],
    scope: Scope,
) -> Expr:
    def of(name: str) -> Symbol:
        declared = scope.declared.get(name)
        return Symbol(name, declared.shape if declared is not None else ())

    whole: Expr
    if head.arguments:
        called = tuple(map(of, arguments))
        whole = Apply(head.name, called, tuple(map(of, parameters)), shape)
    else:
        whole = Symbol(head.name, shape)
    return Item(whole, tuple(map(of, indices))) if indices else whole


def _argument(reader: Reader, syntax: Syntax, fresh: bool = False) -> str:
    """An argument of a definition's head: a declared name; in an abbreviation a new scalar."""
    if syntax.data == "name":
        name = str(syntax.children[0])
        if name in reader.scope.declared:
            return name
        if fresh:
            reader.scope = replace(
                reader.scope, declared={**reader.scope.declared, name: Declared(name, "real")}
            )
            return name
    reader.refuse(
        syntax, "an argument on the left of := must be declared", "write Let $x \\in ...$ before it"
    )


def _index_name(reader: Reader, syntax: Syntax) -> str:
    if syntax.data in ("name", "number"):
        return str(syntax.children[0])
    reader.refuse(syntax, "an index on the left of := must be a plain name", "write r_t := ...")


def _uses(syntax: Syntax, name: str) -> bool:
    return any(
        isinstance(token, Token) and token.type == "NAME" and str(token) == name
        for token in syntax.scan_values(lambda value: isinstance(value, Token))
    )


def _built_in(reader: Reader, syntax: Syntax) -> Call | None:
    """The head as a built-in call, `\\|x\\|_p`; None if it is no such thing."""
    if syntax.data not in ("norm", "inner", "absolute", "call", "positive", "bare", "truth"):
        return None
    head = reader.expr(syntax)
    if not isinstance(head, Call) or head.function not in _RESERVED:
        reader.refuse(syntax, "this cannot be defined", "it is built in")
    for argument in head.arguments:
        if not isinstance(argument, Symbol | Number | Constant):
            reader.refuse(
                syntax, "a built-in function is defined at symbols", "write \\|x\\|_p := ..."
            )
    return head


def _define_built_in(reader: Reader, head: Call, body_syntax: Syntax) -> tuple[Define, Scope]:
    """The built-in meaning stays in force; the definition is checked against it."""
    return Define(head, reader.expr(body_syntax)), reader.scope


def defined_in(statement: Statement) -> tuple[Define, ...]:
    """The single definitions of a definition."""
    if isinstance(statement, Defines):
        return statement.parts
    return (statement,) if isinstance(statement, Define) else ()


def mentions(node: Node, name: str) -> bool:
    """Whether a symbol or function of that name occurs."""
    return any(
        (isinstance(part, Symbol) and part.name == name)
        or (isinstance(part, Apply) and part.function == name)
        for part in walk(node)
    )
