"""Typed trees: what a formula of the language means.

Every node is an immutable value; two formulas mean the same text exactly when their trees
are equal. A dimension is the name of a declared symbol or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

Dimension = str | int
"""An axis length: the canonical name of an integer symbol, or a number."""
Shape = tuple[Dimension, ...]
"""Axis lengths; `()` is a scalar, one axis a vector, two a matrix, more an array."""

RelationSign = Literal["=", "!=", "<", "<=", ">", ">=", ">>=", ">>"]
"""`>>=` is positive semidefinite order (\\succeq), `>>` positive definite (\\succ)."""


class Node:
    """Any part of a tree: it never changes, so that what is known of it is kept with it."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__hash__ = Node._hash_once  # type: ignore[assignment, method-assign]
        cls.__repr__ = Node._repr_once  # type: ignore[assignment, method-assign]

    def _hash_once(self) -> int:
        known: int | None = self.__dict__.get("_hash")
        if known is None:
            known = hash(tuple(getattr(self, name) for name in _field_names(type(self))))
            self.__dict__["_hash"] = known
        return known

    def _repr_once(self) -> str:
        known: str | None = self.__dict__.get("_repr")
        if known is None:
            told = [f"{name}={getattr(self, name)!r}" for name in _field_names(type(self))]
            known = self.__dict__["_repr"] = f"{type(self).__qualname__}({', '.join(told)})"
        return known

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: hashes differ between processes."""
        return {name: getattr(self, name) for name in _field_names(type(self))}

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the symbols and functions in the tree."""
        own = {self.name} if isinstance(self, Symbol) else set()
        own |= {self.function} if isinstance(self, Apply) else set()
        return frozenset(own.union(*(child.names for child in self.directly)))

    @cached_property
    def directly(self) -> tuple[Node, ...]:
        """The nodes directly below, in reading order."""
        return tuple(_nodes([getattr(self, name) for name in _field_names(type(self))]))


def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(kind.__dataclass_fields__)


class Expr(Node):
    """A number, vector, matrix or array."""


# Leaves


@dataclass(frozen=True)
class Number(Expr):
    """A written number, exactly."""

    value: Fraction


@dataclass(frozen=True)
class Constant(Expr):
    """A named constant."""

    name: Literal["pi", "e", "infinity", "i"]


@dataclass(frozen=True)
class Symbol(Expr):
    """A declared symbol, an abbreviation, a dimension or a bound index."""

    name: str
    """Canonical LaTeX name: `x`, `\\mu_B`, `d_k`, `\\hat{x}`, `\\sigma^2`."""
    shape: Shape = ()


@dataclass(frozen=True)
class Identity(Expr):
    """The identity matrix of the size that fits."""

    size: Dimension


@dataclass(frozen=True)
class Constants(Expr):
    """An array of one repeated number: `0` or `\\mathbf{1}` at the size that fits."""

    value: Fraction
    shape: Shape


@dataclass(frozen=True)
class Basis(Expr):
    """The k-th standard basis vector `e_k` of the size that fits."""

    index: Expr
    size: Dimension


# Arithmetic


@dataclass(frozen=True)
class Sum(Expr):
    """Terms added; a subtracted term is a `Negative`. All terms have one shape."""

    terms: tuple[Expr, ...]


@dataclass(frozen=True)
class Negative(Expr):
    """Minus an expression."""

    of: Expr


@dataclass(frozen=True)
class Product(Expr):
    """Factors in reading order: scalars scale, arrays multiply as matrices.

    A vector is a column unless transposed; `x^T y` is a scalar, `x y^T` a matrix. Arrays of
    three axes multiply batch by batch over their last two.
    """

    factors: tuple[Expr, ...]


@dataclass(frozen=True)
class Quotient(Expr):
    """Numerator over a scalar denominator; `slash` tells a / b from \\frac{a}{b}."""

    above: Expr
    below: Expr
    slash: bool = False


@dataclass(frozen=True)
class Power(Expr):
    """A scalar, or a square matrix with a whole exponent, to a power."""

    base: Expr
    exponent: Expr


@dataclass(frozen=True)
class Call(Expr):
    """A built-in function applied to its arguments.

    `function` is one of: sqrt (radicand, order), abs, exp, log, sin, cos, tan, tanh, sgn, max, min,
    positive ((a)_+), factorial, binomial, gamma, norm (x, order), frobenius, inner,
    hadamard, transpose, inverse, pseudoinverse, trace, det, diag, rank.
    """

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True)
class Truth(Expr):
    """`[P]`: 1 where P holds, else 0."""

    statement: Statement


@dataclass(frozen=True)
class Apply(Expr):
    """A declared or defined function applied to arguments: `J(w)`, `S_\\lambda(a)`.

    `parameters` are its label arguments (subscript or superscript): lambda in `S_\\lambda(a)`.
    """

    function: str
    arguments: tuple[Expr, ...]
    parameters: tuple[Expr, ...] = ()
    shape: Shape = ()
    order: int = 0
    """Number of primes: `J'(w)` has 1."""


@dataclass(frozen=True)
class Item(Expr):
    """An entry, or a row: `x_i`, `x_{ic}`, `(A x)_i`. Indices count from 1."""

    of: Expr
    indices: tuple[Expr, ...]


@dataclass(frozen=True)
class Vector(Expr):
    """Entries written out: `(1, 0)`."""

    entries: tuple[Expr, ...]


@dataclass(frozen=True)
class Pattern(Expr):
    """A vector with dots: `(1, 0, \\dots, 0)`, `(s_1, \\dots, s_r)`.

    `head` entries come first; then `first` to `last`, which are equal or run over an index;
    `tail` entries close it.
    """

    head: tuple[Expr, ...]
    first: Expr
    last: Expr
    tail: tuple[Expr, ...]
    size: Dimension


@dataclass(frozen=True)
class Matrix(Expr):
    """Rows written out in a `pmatrix`."""

    rows: tuple[tuple[Expr, ...], ...]


# Operators that bind


@dataclass(frozen=True)
class Range(Node):
    """One bound index of a big operator: `low` to `high`; None where the axis says it."""

    index: str
    low: Expr
    high: Expr
    written: bool = True
    """False where the bounds were left to the axis: `\\sum_i`."""


@dataclass(frozen=True)
class Big(Expr):
    """`\\sum`, `\\prod`, `\\max`, `\\min` over integer indices.

    `condition` restricts the indices: `i < j` in `\\sum_{i<j}`; the `ranges` are full axes then.
    """

    operator: Literal["sum", "prod", "max", "min", "argmax", "argmin"]
    ranges: tuple[Range, ...]
    body: Expr
    condition: Statement | None = None


@dataclass(frozen=True)
class Optimum(Expr):
    """`\\min_w`, `\\max_{x : g(x) \\le t}`, `\\arg\\min_w` over a real variable."""

    operator: Literal["min", "max", "argmin", "argmax"]
    variable: Symbol
    body: Expr
    constraint: Statement | None = None


@dataclass(frozen=True)
class Integral(Expr):
    """`\\int_a^b f(t) \\, dt` over a real variable."""

    variable: str
    low: Expr
    high: Expr
    body: Expr


@dataclass(frozen=True)
class Moment(Expr):
    """`\\mathbb{E}[X]`, and so for Var(X), Cov(X, Y) and the probability of an event.

    `over` names the random symbols averaged over; empty means all.
    """

    operator: Literal["E", "Var", "Cov", "P"]
    arguments: tuple[Node, ...]
    over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivative(Expr):
    """`\\frac{\\partial f}{\\partial x_j}`, `\\frac{d}{dp}(f)`; `order` times."""

    body: Expr
    variable: Expr
    """A `Symbol` or an `Item` of one."""
    partial: bool = True
    order: int = 1


@dataclass(frozen=True)
class Gradient(Expr):
    """`\\nabla_x (f)`: shaped like the variable."""

    body: Expr
    variable: Symbol


@dataclass(frozen=True)
class Limit(Expr):
    """`\\lim_{p \\to \\infty} f`; `side` is +1 for 0^+, -1 for 0^-, 0 for two-sided."""

    variable: str
    target: Expr
    body: Expr
    side: int = 0


@dataclass(frozen=True)
class At(Expr):
    """`f |_{t = a}`: the value of f where t is what a is outside.

    Nobody writes it: a derivative at a point other than its variable is one, and what an average
    is not taken over.
    """

    body: Expr
    variable: Symbol
    point: Expr


# Sets


class Region(Node):
    """A set that a statement may name."""


@dataclass(frozen=True)
class Space(Region):
    """`\\mathbb{R}^{n \\times d}`; with `positive`, entries greater (or not less) than 0."""

    shape: Shape
    sign: Literal["any", "positive", "nonnegative"] = "any"


@dataclass(frozen=True)
class Integers(Region):
    """`\\mathbb{N}`: 1, 2, 3, …; `[n]`: 1 to n; `\\mathbb{Z}`."""

    kind: Literal["N", "Z", "upto"]
    high: Expr | None = None


@dataclass(frozen=True)
class Interval(Region):
    """`[a, b]`, `[a, \\infty)`, `(a, b)`."""

    low: Expr
    high: Expr
    closed_low: bool
    closed_high: bool


@dataclass(frozen=True)
class Listing(Region):
    """`\\{2, 3, 4\\}`."""

    elements: tuple[Expr, ...]


@dataclass(frozen=True)
class Permutations(Region):
    """`S_n`."""

    size: Dimension


@dataclass(frozen=True)
class Subdifferential(Region):
    """`\\partial f(w)`."""

    body: Expr
    """The application `f(w)`."""


@dataclass(frozen=True)
class Hull(Region):
    """`\\operatorname{conv}\\{...\\}`: convex hull of listed points."""

    points: tuple[Expr, ...]


@dataclass(frozen=True)
class Optima(Region):
    """`\\arg\\min_w J(w)` as a set, on the right of `\\in`."""

    of: Optimum


# Statements


class Statement(Node):
    """Something that holds or does not."""


@dataclass(frozen=True)
class Relation(Statement):
    """A chain `a = b \\le c`: `signs[k]` stands between `terms[k]` and `terms[k + 1]`."""

    terms: tuple[Expr, ...]
    signs: tuple[RelationSign, ...]


@dataclass(frozen=True)
class Member(Statement):
    """`x \\in M`."""

    element: Expr
    region: Region


@dataclass(frozen=True)
class Implies(Statement):
    """`A \\implies B`."""

    given: Statement
    then: Statement


@dataclass(frozen=True)
class Iff(Statement):
    """`A \\iff B`."""

    left: Statement
    right: Statement


@dataclass(frozen=True)
class Both(Statement):
    """`A \\text{ and } B`, or several side conditions."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True)
class Derivation(Statement):
    """An `aligned` display: chains over rows; a row with a left side starts the next chain."""

    chains: tuple[Statement, ...]


@dataclass(frozen=True)
class Restricted(Statement):
    """A statement with a side condition: `... \\quad (i \\ne j)`."""

    statement: Statement
    condition: Statement


@dataclass(frozen=True)
class Every(Statement):
    """`z_{t+1} = A z_t` for `t \\in [T - 1]`: a statement at every whole number of a range."""

    over: Range
    statement: Statement


@dataclass(frozen=True)
class Define(Statement):
    """`head := body`. The head is a `Symbol`, `Item`, `Apply` or a built-in `Call`."""

    head: Expr
    body: Expr


@dataclass(frozen=True)
class Defines(Statement):
    """Several definitions in an `aligned` display."""

    parts: tuple[Define, ...]


def _nodes(values: Iterable[Any]) -> Iterator[Node]:
    """The nodes among values and in tuples of them."""
    for value in values:
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from _nodes(value)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node, in reading order."""
    return node.directly


def walk(node: Node) -> list[Node]:
    """The node and all below it, in reading order."""
    found = [node]
    for child in node.directly:
        found.extend(walk(child))
    return found


def transformed(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree rebuilt from its leaves upward, each node passed through `change`."""

    def rebuilt(value: Any) -> Any:
        if isinstance(value, Node):
            return transformed(value, change)
        if isinstance(value, tuple):
            return tuple(rebuilt(part) for part in value)
        return value

    values = {name: rebuilt(getattr(node, name)) for name in _field_names(type(node))}
    return change(type(node)(**values))
