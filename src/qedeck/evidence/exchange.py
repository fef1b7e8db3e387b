"""Errors that need to know what stands around: one symbol or index for another of its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from qedeck.evidence.forms import reached
from qedeck.evidence.operators import Error, axes
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Apply,
    Big,
    Call,
    Derivative,
    Dimension,
    Expr,
    Integers,
    Item,
    Member,
    Moment,
    Negative,
    Node,
    Number,
    Product,
    Quotient,
    Range,
    Sum,
    Symbol,
    transformed,
    walk,
)

ONE = Number(Fraction(1))
Type = tuple[str, object]


@dataclass(frozen=True)
class Surroundings:
    """What is in force at a node of a formula."""

    scope: Scope = field(default_factory=Scope)
    symbols: tuple[Symbol, ...] = ()
    """Symbols of the formula, in reading order."""
    functions: tuple[str, ...] = ()
    """Functions that the formula applies, in reading order."""
    bound: Mapping[str, Dimension] = field(default_factory=dict)
    """Indices bound further out, with the axes that they run over."""
    parent: Node | None = None

    @classmethod
    def of(cls, node: Node, scope: Scope) -> Surroundings:
        """What is in force at a whole formula."""
        nodes = walk(node)
        symbols = dict.fromkeys(part for part in nodes if isinstance(part, Symbol))
        functions = dict.fromkeys(part.function for part in nodes if isinstance(part, Apply))
        return cls(scope, tuple(symbols), tuple(functions))

    def below(self, node: Node) -> Surroundings:
        """What is in force at the children of a node."""
        if not isinstance(node, Big):
            return replace(self, parent=node)
        runs = {run.index: axis for run in node.ranges if (axis := _axis(run)) is not None}
        hidden = {run.index for run in node.ranges}
        outer = {name: axis for name, axis in self.bound.items() if name not in hidden}
        return replace(self, parent=node, bound={**outer, **runs})

    def type_of(self, symbol: Symbol) -> Type | None:
        """What a symbol may be mistaken for others of; None for none."""
        if symbol.name in self.bound:
            return "index", self.bound[symbol.name]
        declared = self.scope.declared.get(symbol.name)
        if declared is None:
            defined = self.scope.defined.get(symbol.name)
            return ("real", symbol.shape) if defined is not None else None
        if declared.kind == "index":
            return "index", declared.shape[0] if declared.shape else 1
        if declared.kind in ("dimension", "integer"):
            axis = self.axis_of(symbol)
            return ("index", axis) if axis is not None else ("whole", None)
        return declared.kind, symbol.shape

    def axis_of(self, symbol: Symbol) -> Dimension | None:
        """The axis of an integer that indexes: `n` of `i \\in [n]`."""
        for assumed in self.scope.assumed:
            match assumed.statement:
                case Member(element, Integers("upto", Symbol(name))) if element == symbol:
                    return name
        return None

    def random(self, symbol: Symbol) -> bool:
        """Whether a symbol is random, itself or through its definition."""
        law = {name for name, d in self.scope.declared.items() if d.kind == "random"}
        return bool(law) and bool(reached(symbol, self.scope) & law)


def _axis(run: Range) -> Dimension | None:
    match run.low, run.high:
        case Number(value), Symbol(name) if value == 1:
            return name
        case Number(value), Number(high) if value == 1:
            return int(high)
        case _:
            return None


def mistaken(node: Node, at: Surroundings) -> Iterator[Error]:
    """Errors at a node that depend on what is in force there."""
    match node:
        case Symbol():
            yield from _symbol(node, at)
        case Apply():
            yield from _apply(node, at)
        case Moment("E", (Expr() as body,)) if not _linear(body, at):
            yield "expectation-inside", (), _inside(node, body, at)
        case Big():
            yield from _axis_exchanged(node, at)


def _symbol(node: Symbol, at: Surroundings) -> Iterator[Error]:
    own = at.type_of(node)
    if own is None:
        return
    other = _mate(node, own, at)
    if other is not None:
        yield "index-exchanged" if own[0] == "index" else "symbol-exchanged", (), other
    beside = isinstance(at.parent, Sum) and any(_is_number(term) for term in at.parent.terms)
    if own[0] == "whole" and not beside and not isinstance(at.parent, Range | Item):
        yield "whole-number-lowered", (), Sum((node, Negative(ONE)))


def _is_number(term: Expr) -> bool:
    return isinstance(term.of if isinstance(term, Negative) else term, Number)


def _mate(node: Symbol, own: Type, at: Surroundings) -> Symbol | None:
    """The next symbol of the same type: in the formula, else among what is declared."""
    here = [one for one in at.symbols if at.type_of(one) == own]
    if own[0] == "index":
        inner = [Symbol(name) for name in at.bound if at.type_of(Symbol(name)) == own]
        here = list(dict.fromkeys([*here, *inner]))
    if node in here and len(here) > 1:
        return here[(here.index(node) + 1) % len(here)]
    if own[0] in ("index", "whole"):
        return None
    declared = [Symbol(d.name, d.shape) for d in at.scope.declared.values()]
    return next((one for one in declared if one != node and at.type_of(one) == own), None)


def _apply(node: Apply, at: Surroundings) -> Iterator[Error]:
    own = at.scope.declared.get(node.function)
    for name in at.functions:
        other = at.scope.declared.get(name)
        if own is not None and other is not None and name != node.function:
            alike = (own.kind, own.shape, own.domain) == (other.kind, other.shape, other.domain)
            if alike:
                yield "function-exchanged", (), replace(node, function=name)
                break
    defined = at.scope.defined.get(node.function)
    if defined is None or defined.scope is None or len(node.arguments) != 1:
        return
    (argument,) = node.arguments
    asked = defined.scope.declared.get(defined.arguments[0]) if defined.arguments else None
    if asked is not None and len(asked.shape) == 1 and len(axes(argument) or ()) == 2:
        turned = replace(
            node,
            arguments=(Call("transpose", (argument,)),),
            shape=node.shape[::-1],
        )
        yield "function-axis-exchanged", (), Call("transpose", (turned,))


def _axis_exchanged(node: Big, at: Surroundings) -> Iterator[Error]:
    """`\\sum_i` where `\\sum_j` is meant, both of them indices of one array."""
    if len(node.ranges) != 1 or node.condition is not None:
        return
    (run,) = node.ranges
    if at.type_of(Symbol(run.index)) is None:
        return
    for part in walk(node.body):
        if not isinstance(part, Item) or Symbol(run.index) not in part.indices:
            continue
        for index in part.indices:
            own = at.type_of(index) if isinstance(index, Symbol) else None
            if own is None or own[0] != "index" or index == Symbol(run.index):
                continue
            if isinstance(index, Symbol) and isinstance(own[1], str):
                over = Range(index.name, ONE, Symbol(own[1]))
                yield "operator-axis-exchanged", (), replace(node, ranges=(over,))
                return


def _inside(node: Moment, body: Expr, at: Surroundings) -> Expr:
    """The expectation taken of each random symbol in place of the whole."""
    found: Node = _averaged(body, node, at)
    assert isinstance(found, Expr)
    return found


def _averaged(part: Node, node: Moment, at: Surroundings) -> Node:
    marks: dict[Expr, Expr] = {}

    def change(one: Node) -> Node:
        match one:
            case Symbol() if at.random(one):
                marks[one] = one
                return replace(node, arguments=(one,))
            case Item(Moment("E", (Symbol() as of,)), indices) if of in marks:
                return replace(node, arguments=(Item(of, indices),))
            case _:
                return one

    return transformed(part, change)


def _linear(body: Expr, at: Surroundings) -> bool:
    """Whether an expectation may move inside by linearity alone."""
    if not any(isinstance(part, Symbol) and at.random(part) for part in walk(body)):
        return True
    match body:
        case Symbol() | Item():
            return True
        case Sum(terms):
            return all(_linear(term, at) for term in terms)
        case Negative(inner) | Call("transpose" | "trace", (inner,)):
            return _linear(inner, at)
        case Quotient(above, below):
            return _linear(above, at) and not _mentions(below, at)
        case Product(factors):
            mentioned = [factor for factor in factors if _mentions(factor, at)]
            return len(mentioned) == 1 and _linear(mentioned[0], at)
        case Big("sum", _, inner, condition):
            return _linear(inner, at) and (condition is None or not _mentions(condition, at))
        case Derivative():
            return True
        case _:
            return False


def _mentions(node: Node, at: Surroundings) -> bool:
    return any(isinstance(part, Symbol) and at.random(part) for part in walk(node))
