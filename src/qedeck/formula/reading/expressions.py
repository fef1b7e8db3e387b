"""Syntax trees to typed trees: every name resolved, every shape checked, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import NoReturn

from lark import Token

from qedeck.formula.reading import arithmetic, binders, calculus, functions, indices
from qedeck.formula.reading.binders import Slot
from qedeck.formula.reading.leibniz import alone
from qedeck.formula.reading.names import labels_of
from qedeck.formula.reading.parser import Syntax, trees
from qedeck.formula.reading.shapes import OPEN, ShapeError, shape_of, spoken
from qedeck.formula.reading.statements import read_chain, read_statement
from qedeck.formula.reading.tokens import Names
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Call,
    Constant,
    Constants,
    Expr,
    Identity,
    Number,
    Relation,
    Statement,
    Symbol,
    Truth,
)  # fmt: skip


class Reader:
    """Reads one formula in a scope. `free` collects the indices that it leaves free."""

    def __init__(self, span: Span, scope: Scope) -> None:
        self.span = span
        self.scope = scope
        self.bound: dict[str, Slot] = {}
        self.free: dict[str, Slot] = {}
        self.was_bound: set[str] = set()
        """Indices of operators that ended."""
        self.labels: dict[str, Token] = {}
        """Letters in the subscripts of symbols, which must be no index."""
        self.allow_negation = False
        self.guessing = False
        """Whether the space of an optimum's variable is being looked for."""
        self.new: Callable[[str], Declared | None] = lambda name: None

    # Places and errors

    def place(self, syntax: Syntax | Token) -> int:
        """Offset of the first character of a piece of syntax."""
        if isinstance(syntax, Token):
            return syntax.start_pos or 0
        return 0 if syntax.meta.empty else int(syntax.meta.start_pos or 0)

    def refuse(self, syntax: Syntax | Token, problem: str, instead: str) -> NoReturn:
        """Raise the user's error at a piece of syntax."""
        self.span.refuse(self.place(syntax), problem, instead)

    @contextmanager
    def fitting(self, syntax: Syntax | Token) -> Iterator[None]:
        """Turn shape errors inside into the user's error at this place."""
        try:
            yield
        except ShapeError as error:
            self.refuse(syntax, error.problem, error.instead)

    # Dispatch

    def expr(self, syntax: Syntax) -> Expr:
        """Read an expression."""
        read = READERS.get(str(syntax.data))
        if read is None:
            self.refuse(syntax, "an expression is due here", "write a number, name or formula")
        with self.fitting(syntax):
            result = read(self, syntax)
            shape_of(result)
        return result

    def scalar(self, syntax: Syntax, what: str) -> Expr:
        """Read an expression that must be a scalar."""
        result = self.expr(syntax)
        if shape_of(result):
            joined = " " if what.endswith((" by", " is")) else " of "
            self.refuse(
                syntax,
                f"{what}{joined}{spoken(shape_of(result))}",
                "write it for an entry, as in x_i",
            )
        return result

    def list_of(self, group: Syntax) -> list[Syntax]:
        """The items of a group, paren or expressions node."""
        node = group
        while node.data in ("group", "paren", "moment_body"):
            node = trees(node)[0]
        return trees(node)

    def only(self, group: Syntax) -> Syntax:
        """The one item of a group."""
        items = self.list_of(group)
        if len(items) != 1:
            self.refuse(items[1], "a list where one expression is due", "write one expression")
        return items[0]

    def statement(self, syntax: Syntax) -> Statement:
        """Read a statement."""
        return read_statement(self, syntax)

    def chain(self, syntax: Syntax) -> Relation:
        """Read a chain of relations over expressions."""
        return read_chain(self, syntax)

    # Names

    def symbol(self, name: str) -> Expr | None:
        """What a name stands for here; None if it is not declared."""
        for table in (self.bound, self.free):
            if name in table:
                return Symbol(name, table[name].shape)
        plain = self.declared_symbol(name)
        if plain is not None:
            return plain
        square = self.declared_symbol(name + "^2")
        if square is not None and not square.shape:
            return Call("sqrt", (square,))
        fresh = self.new(name)
        if fresh is not None:
            return Symbol(name, fresh.shape)
        return CONSTANTS.get(name)

    def declared_symbol(self, name: str) -> Symbol | None:
        """A declared or defined symbol that is no function."""
        return declared_symbol(self.scope, name)

    def symbol_known(self, name: str) -> bool:
        """Whether a name is bound, declared or defined."""
        return name in self.bound or self.declared_symbol(name) is not None

    def may_be_new(self, name: str) -> bool:
        """Whether an operator may bind a name: nothing else is called so."""
        return not (self.symbol_known(name) or name in self.free or name in CONSTANTS)

    def undeclared(self, token: Token) -> NoReturn:
        """Refuse a name that stands for nothing."""
        name = str(token)
        if name in ("E", "Var", "Cov"):
            self.refuse(token, f"{name} is not declared", r"write \mathbb{E}[X] for expectation")
        if name in self.was_bound:
            self.refuse(
                token,
                f"the index {name} is bound by an operator that ended before",
                rf"write \sum_{name} (a_{name} + b_{name}), or use another index than {name}",
            )
        if name in self.scope.defined or name in self.scope.declared:
            self.refuse(token, f"{name} is a function", f"write {name}(...)")
        meant = _SIGNS.get(name)
        if name == "d" and alone(self.span, token.start_pos or 0):
            self.refuse(token, "a differential by itself", _DIFFERENTIAL)
        if meant is not None and meant[0].match(self.span.text, token.start_pos or 0):
            self.refuse(token, f"{name} is not declared", meant[1])
        if self.span.text[(token.start_pos or 0) + len(name) :].lstrip().startswith("("):
            self.refuse(
                token,
                f"the function {name} is neither declared nor defined",
                rf"write Let ${name} : \mathbb{{R}}^n \to \mathbb{{R}}$, or link its definition",
            )
        self.refuse(token, f"{name} is not declared", rf"write Let ${name} \in ...$ before it")

    def refuse_label(self, index: str) -> NoReturn:
        """Refuse a symbol with an index as its label: the reader would take it for an entry."""
        token = self.labels[index]
        self.refuse(
            token,
            f"{token} is one symbol here, and {index} an index",
            rf"write Let $x \in \mathbb{{R}}^n$ for entries $x_{index}$, or another label",
        )

    def need_dimension(self, name: str, syntax: Syntax) -> None:
        """Require that a name is a dimension."""
        declared = self.scope.declared.get(name)
        if declared is None or declared.kind not in ("dimension", "integer"):
            self.refuse(
                syntax, f"{name} is no dimension", rf"declare it by $x \in \mathbb{{R}}^{name}$"
            )

    @contextmanager
    def binding(self, name: str, slot: Slot) -> Iterator[Slot]:
        """Bind a name while a body is read."""
        outer = self.bound.get(name)
        self.bound[name] = slot
        try:
            yield slot
        finally:
            del self.bound[name]
            if outer is not None:
                self.bound[name] = outer
            elif slot.index:
                self.was_bound.add(name)


def declared_symbol(scope: Scope, name: str) -> Symbol | None:
    """A symbol of a scope that is no function, with its shape; None if it has none."""
    declared = scope.declared.get(name)
    if declared is not None and declared.kind == "index":
        return Symbol(name)
    if declared is not None and declared.kind != "function":
        return Symbol(name, declared.shape)
    defined = scope.defined.get(name)
    if defined is not None and not defined.arguments:
        return Symbol(name, defined.shape)
    return None


_DIFFERENTIAL = r"write \frac{dy}{dx} for a derivative, \int_a^b f(x) \, dx for an integral"
_SIGNS = {
    r"\delta": (re.compile(r"\\delta\s*_"), "write [i = j] for 1 where the indices agree, else 0"),
    r"\Delta": (
        re.compile(r"\\Delta\s*(?:[A-Za-z]|\\[A-Za-z])"),
        "write x_{t + 1} - x_t for a difference, a sum of second derivatives for a Laplacian",
    ),
}
"""What undeclared letters mean in many books, and how to write it."""

CONSTANTS: Mapping[str, Expr] = {
    r"\pi": Constant("pi"), "e": Constant("e"), r"\mathrm{i}": Constant("i"), "I": Identity(OPEN),
}  # fmt: skip
"""What names stand for where they are not declared."""


def _name(reader: Reader, syntax: Syntax) -> Expr:
    token = syntax.children[0]
    assert isinstance(token, Token)
    symbol = reader.symbol(str(token))
    if symbol is None:
        reader.undeclared(token)
    for label in labels_of(str(token)):
        reader.labels[label] = token
        declared = reader.scope.declared.get(label)
        if label in reader.bound or (declared is not None and declared.kind in INDICES):
            reader.refuse_label(label)
    return symbol


def _number(reader: Reader, syntax: Syntax) -> Expr:
    del reader
    return Number(Fraction(str(syntax.children[0])))


def _ones(reader: Reader, syntax: Syntax) -> Expr:
    del reader, syntax
    return Constants(Fraction(1), (OPEN,))


def _infinity(reader: Reader, syntax: Syntax) -> Expr:
    del reader, syntax
    return Constant("infinity")


def _truth(reader: Reader, syntax: Syntax) -> Expr:
    return Truth(reader.statement(trees(syntax)[0]))


READERS: Mapping[str, Callable[[Reader, Syntax], Expr]] = {
    "name": _name, "number": _number, "ones": _ones, "infinity": _infinity, "truth": _truth,
    **arithmetic.READERS, **functions.READERS, **indices.READERS, **calculus.READERS,
    **binders.READERS,
}  # fmt: skip
"""What reads each kind of syntax."""


INDICES = ("index", "integer")
"""Kinds of symbols that no label may be called by."""


def names_of(scope: Scope, declaring: bool = False) -> Names:
    """The names that the lexer needs to know."""
    functions = {d.name for d in scope.declared.values() if d.kind == "function"}
    functions |= {d.name for d in scope.defined.values() if d.arguments}
    known_names = {d.name for d in scope.declared.values()} - functions
    known_names |= {d.name for d in scope.defined.values() if not d.arguments}
    scalars = {d.name for d in scope.declared.values() if not d.shape}
    scalars |= {d.name for d in scope.defined.values() if not d.shape}
    return Names(
        frozenset(known_names), frozenset(functions), frozenset(scalars & known_names), declaring
    )
