"""Definitions and abbreviations: `head := body`."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from lark import Token

from qedeck.formula.reading.arithmetic import factors_of
from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.names import subscripted
from qedeck.formula.reading.parser import Syntax, parse, plain, trees
from qedeck.formula.reading.shapes import OPEN, closed, shape_of
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
    Negative,
    Node,
    Number,
    Statement,
    Sum,
    Symbol,
    transformed,
    walk,
)  # fmt: skip
from qedeck.formula.tree import Integers as IntegerSet

_APPLIED_HEAD = re.compile(
    r"(?:^|\\\\|&)\s*(\\[A-Za-z]+\s*\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z])"
    r"(?:\s*_\s*(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[A-Za-z0-9]))?\s*(?:\\left\s*)?\("
)
_MAX_ROWS = 40
_RESERVED = {"norm", "inner", "frobenius", "trace", "abs", "sgn", "positive", "hadamard", "max"}
_FUNCTIONS = """
ln lg ld sqrt root sin cos tan cot sec csc arcsin arccos arctan sinh cosh coth tanh artanh erf abs
sgn sign floor ceil round mod gcd lcm lim limsup liminf sup inf min max argmin argmax det tr rank
dim ker diag exp log Re Im Pr E Var Cov Corr
"""
_KNOWN = {"e", r"\pi", *(rf"\operatorname{{{name}}}" for name in _FUNCTIONS.split())}
"""Names that a definition would turn into something else unseen by the readers of its users."""


@dataclass(frozen=True)
class Head:
    """The left side of `:=`, as syntax."""

    name: str
    token: Token
    arguments: tuple[Syntax, ...] = ()
    parameters: tuple[Syntax, ...] = ()
    indices: tuple[Syntax, ...] = ()
    label: str = ""
    """The text of the subscript."""


def read_definitions(
    span: Span,
    scope: Scope,
    start: Literal["display", "hypothesis"],
    loose: frozenset[str] = frozenset(),
    later: AbstractSet[str] = frozenset(),
) -> tuple[Statement, Scope]:
    """Read a definition, or an `aligned` list of them; the scope then knows the new names.

    In a hypothesis it is an abbreviation, which may hide a function of `loose`; `later` are names
    that further hypotheses declare.

    Raises:
        SourceError: where it is no definition, or its right side does not read.
    """
    parts: list[Define] = []
    rows = _rows(span, scope, start, later)
    for k in range(len(rows)):
        if rows[k].data != "definition":
            Reader(span, scope).refuse(rows[k], "no := in a definition", "write name := formula")
        if k == _MAX_ROWS:
            Reader(span, scope).refuse(rows[k], "too many definitions", "split the display")
        reader = _Heads(span, scope, loose, fresh=start == "hypothesis")
        define, scope = read_one(reader, rows[k])
        parts.append(define)
        closed(span, define)
        if k + 1 < len(rows) and any(mark in list(scope.defined)[-1] for mark in "_^"):
            rows = _rows(span, scope, start, later)  # labels and squares are one name from here on
    return (parts[0] if len(parts) == 1 else Defines(tuple(parts))), scope


def _rows(
    span: Span, scope: Scope, start: Literal["display", "hypothesis"], later: AbstractSet[str]
) -> list[Syntax]:
    """The rows of a display, read with the functions that it defines."""
    names = names_of(scope)
    if "d" in later:  # a derivative with a plain d is refused then
        names = replace(names, known=names.known | {"d"})
    bare = span.text.replace(r"\begin{aligned}", "").strip()
    heads = re.sub(r"(:=|\\coloneqq)(?:(?!\\\\).)*", "", bare, flags=re.DOTALL)
    applied = {_applied_name(match, scope) for match in _APPLIED_HEAD.finditer(heads)}
    names = replace(names, functions=names.functions | applied, known=names.known - applied)
    body = trees(parse(span, names, start))[0]
    return trees(body) if body.data == "aligned" else [body]


def _applied_name(match: re.Match[str], scope: Scope) -> str:
    """The function that a head applies: `S` in `S_\\lambda(a)`, `f_B` where B is not declared."""
    base = re.sub(r"\s+", "", match.group(1))
    label = (match.group(2) or "").strip()
    label = label[1:-1].strip() if label.startswith("{") else label
    return base if not label or label in scope.declared else subscripted(base, label)


def hiding(scope: Scope, name: str, loose: frozenset[str]) -> Scope:
    """The scope without a function of that name that no link brought in."""
    if name not in loose or name not in scope.defined:
        return scope
    return replace(scope, defined={k: v for k, v in scope.defined.items() if k != name})


def root_clash(scope: Scope, name: str) -> bool:
    """Whether a name and its square would both be symbols: one is the root of the other."""
    other = name.removesuffix("^2") if name.endswith("^2") else f"{name}^2"
    return other in scope.declared or other in scope.defined


class _Heads(Reader):
    """A reader of definitions: what may stand on their left."""

    def __init__(self, span: Span, scope: Scope, loose: frozenset[str], fresh: bool) -> None:
        super().__init__(span, scope)
        self.loose = loose
        self.fresh = fresh
        """Whether this is an abbreviation, whose arguments are declared by it."""


def read_one(reader: _Heads, row: Syntax) -> tuple[Define, Scope]:
    """Read one `head := body`."""
    head_syntax, body_syntax = trees(row)
    special = _built_in(reader, head_syntax)
    if special is not None:
        return _define_built_in(reader, special, body_syntax)
    head = _head(reader, head_syntax)
    return _define(reader, head, body_syntax)


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
        label = _label(reader.span.text, group)
        return replace(inner, indices=(*inner.indices, *items), label=label)
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


def _label(text: str, group: Syntax) -> str:
    """The text of a subscript."""
    first, last = group.children[0], group.children[-1]
    assert isinstance(first, Token) and isinstance(last, Token)
    start, stop = first.start_pos or 0, last.start_pos or 0
    return text[start + 1 : stop].strip() if text[start] == "{" else text[start : stop + 1]


def _define(reader: _Heads, head: Head, body_syntax: Syntax) -> tuple[Define, Scope]:
    _refuse_taken(reader, head)
    outer = reader.scope
    arguments = tuple(_argument(reader, item) for item in head.arguments)
    parameters = tuple(_argument(reader, item) for item in head.parameters)
    scope = reader.scope
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
        return _define_labelled(reader, head, body_syntax)
    _refuse_leftovers(reader, head, indices, body_syntax)
    sizes = tuple(_size(reader, name, head) for name in indices)
    if recursive:
        body = with_axes(body, head.name, sizes)
        _refuse_circle(reader, head, body, indices, body_syntax)
    shape = (*sizes, *shape_of(body))
    scope_now = _with_indices(scope, reader, indices)
    tree = _head_tree(head, arguments, parameters, indices, shape, scope)
    defined = Defined(
        head.name, arguments, parameters, indices, body, shape, tree, recursive, scope_now
    )
    return Define(tree, body), replace(outer, defined={**outer.defined, head.name: defined})


def with_axes(body: Expr, name: str, sizes: tuple[Dimension, ...]) -> Expr:
    """A recursion's body with the axes of the symbol that it defines filled in."""

    def filled(node: Node) -> Node:
        return Symbol(name, sizes) if isinstance(node, Symbol) and node.name == name else node

    result = transformed(body, filled)
    assert isinstance(result, Expr)
    return result


def _refuse_circle(
    reader: Reader, head: Head, body: Expr, indices: tuple[str, ...], syntax: Syntax
) -> None:
    """Refuse a recursion that rests on anything but the member before."""
    if circular(body, head.name, indices):
        index = indices[0]
        reader.refuse(
            syntax,
            f"{head.name} rests on another member of itself than the one before",
            f"write {head.name}_{{{index} - 1}} on the right of :=",
        )


def circular(body: Expr, name: str, indices: tuple[str, ...]) -> bool:
    """Whether the body of a recursion rests on anything but the member before."""
    before = (Sum((Symbol(indices[0]), Negative(Number(Fraction(1))))),)
    inside = [n.of for n in walk(body) if isinstance(n, Item) and n.indices == before]
    everywhere = [n for n in walk(body) if isinstance(n, Symbol) and n.name == name]
    own = [n for n in inside if isinstance(n, Symbol) and n.name == name]
    return len(indices) > 1 or len(own) < len(everywhere)


def _define_labelled(reader: _Heads, head: Head, body: Syntax) -> tuple[Define, Scope]:
    """`\\mu_B := ...`: the subscript does not index, so it belongs to the name."""
    square = "^2" if head.name.endswith("^2") else ""
    name = subscripted(head.name.removesuffix("^2"), head.label) + square
    again = _Heads(reader.span, reader.scope, reader.loose, reader.fresh)
    return _define(again, Head(name, head.token, head.arguments), body)


def _refuse_taken(reader: _Heads, head: Head) -> None:
    """Refuse a name that stands for something else already, or that every reader knows."""
    if head.name in _KNOWN:
        reader.refuse(head.token, f"{head.name} means the same everywhere", "define another name")
    reader.scope = hiding(reader.scope, head.name, reader.loose)
    declared = reader.scope.declared.get(head.name)
    if declared is not None and reader.fresh and _formal_only(reader.scope, head.name):
        others = {k: v for k, v in reader.scope.declared.items() if k != head.name}
        reader.scope, declared = replace(reader.scope, declared=others), None
    if declared is not None and declared.kind != "index":
        reader.refuse(head.token, f"{head.name} is declared already", "define another name")
    defined = reader.scope.defined.get(head.name)
    if defined is not None and reader.fresh:
        what = "a function" if defined.arguments else "defined already"
        reader.refuse(head.token, f"{head.name} is {what} here", "abbreviate by another name")
    if root_clash(reader.scope, head.name):
        reader.refuse(
            head.token, f"{head.name} and its square are both names", "rename one of them"
        )


def _formal_only(scope: Scope, name: str) -> bool:
    """Whether a declared name is only an argument of functions that links brought in."""
    formal = any(name in defined.arguments for defined in scope.defined.values())
    said: list[Node] = [d.body for d in scope.defined.values() if not d.arguments]
    said += [assumed.statement for assumed in scope.assumed if assumed.statement is not None]
    named = {symbol for assumed in scope.assumed for symbol in assumed.symbols}
    named |= {symbol for law in scope.laws for symbol in law.symbols}
    named |= {part.name for node in said for part in walk(node) if isinstance(part, Symbol)}
    return formal and name not in named


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


def _argument(reader: _Heads, syntax: Syntax) -> str:
    """An argument of a definition's head: a declared name; in an abbreviation a new scalar."""
    name = plain(syntax)
    if name in reader.scope.declared:
        return name
    if not name or not reader.fresh:
        reader.refuse(
            syntax,
            "an argument on the left of := must be declared",
            rf"write Let ${name or 'x'} \in \mathbb{{R}}^n$ before it",
        )
    new = Declared(name, "real")
    reader.scope = replace(reader.scope, declared={**reader.scope.declared, name: new})
    return name


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
