"""What the hypotheses of a callout declare: symbols, assumptions, laws, definitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from qedeck.formula.tree import Expr, Node, Shape, Statement

SymbolKind = Literal["real", "dimension", "integer", "index", "function", "random", "permutation"]

Property = Literal[
    "convex", "differentiable", "independent", "uncorrelated", "orthogonal", "nonzero",
    "symmetric", "elementwise",
]  # fmt: skip


@dataclass(frozen=True)
class Declared:
    """A declared symbol."""

    name: str
    """Canonical LaTeX name."""
    kind: SymbolKind
    """`real`: scalar or array of reals. `random`: a random variable, or array of them."""
    shape: Shape = ()
    domain: Shape | None = None
    """For a function: shape of its argument (`shape` is that of its value)."""


@dataclass(frozen=True)
class Law:
    """What is known of random symbols: `x_1, …, x_n iid (mu, sigma^2)`, moments that exist."""

    symbols: tuple[str, ...]
    """Names of random symbols; entries of arrays among them are independent if `iid`."""
    mean: Expr | None = None
    variance: Expr | None = None
    iid: bool = False
    order: int = 0
    """Highest absolute moment that exists; 2 where mean and variance are given."""


@dataclass(frozen=True)
class Assumed:
    """A relation, or a property in words, that instances must meet."""

    statement: Statement | None
    """A relation between declared symbols; None for a property."""
    property: Property | None = None
    symbols: tuple[str, ...] = ()
    """Symbols that the property is said of."""


@dataclass(frozen=True)
class Defined:
    """A defined symbol or function, and the symbols and assumptions that it needs."""

    name: str
    """Canonical name; for a built-in head the function's name, `norm`."""
    arguments: tuple[str, ...]
    """Names of its arguments in its own scope: `x` in `\\operatorname{LN}(x)_i := ...`."""
    parameters: tuple[str, ...]
    """Names of label arguments: `\\lambda` in `S_\\lambda(a)`; for `norm` the order."""
    indices: tuple[str, ...]
    """Free indices of a family: `c` in `\\mu_c := ...`."""
    body: Expr
    shape: Shape = ()
    """Shape of the value (with the axes of `indices`)."""
    head: Expr | None = None
    """As written on the left of `:=`."""
    recursive: bool = False
    scope: Scope | None = None
    """Scope in which the body was read (dimensions there are renamed at use)."""


@dataclass(frozen=True)
class Scope:
    """All that is in force where a formula is read."""

    declared: dict[str, Declared] = field(default_factory=dict)
    assumed: tuple[Assumed, ...] = ()
    laws: tuple[Law, ...] = ()
    defined: dict[str, Defined] = field(default_factory=dict)


@dataclass(frozen=True)
class EqualityCase:
    """Where a non-strict inequality is attained."""

    links: tuple[int, ...]
    """Which signs of the chain, counted from 0; empty means all non-strict ones."""
    values: tuple[tuple[str, Expr], ...]
    """Symbols set to expressions: `y = \\alpha x`."""
    conditions: tuple[Statement, ...] = ()
    """Further conditions, and declarations already added to `scope`."""
    scope: Scope = Scope()
    """The statement's scope with the symbols that the case adds (`\\alpha \\ge 0`)."""
    limit: tuple[str, Expr, int] | None = None
    """`in the limit p \\to \\infty`: variable, target, side."""


@dataclass(frozen=True)
class Review:
    """What an author says of a hypothesis that is not needed, or of a mutant that survives."""

    kind: Literal["keeps", "allows"]
    formula: Statement
    """The hypothesis, or the corrupted formula."""
    reason: str
    """Why it may stay, in the author's words."""


@dataclass(frozen=True)
class Failure:
    """A misconception's counterexample, as printed on the page."""

    values: tuple[tuple[str, Expr], ...]
    """Symbols set to numbers."""
    refuted: Statement
    """The numeric relation that does not hold, un-negated: `4 \\le 2`."""


@dataclass(frozen=True)
class Bound:
    """A callout, read: its scope, statement, equality cases and counterexample."""

    scope: Scope
    statement: Statement
    equality: tuple[EqualityCase, ...] = ()
    failure: Failure | None = None
    linked: tuple[str, ...] = ()
    """Full ids of the statements linked in the hypotheses, in order."""
    truth: str | None = None
    """Full id of the true claim that a misconception distorts."""
    own: tuple[str, ...] = ()
    """Names of the abbreviations that the hypotheses introduce, in order."""
    inherited: tuple[Assumed, ...] = ()
    """What linked definitions assume, which this callout does not say."""
    reviews: tuple[Review, ...] = ()


def random_names(scope: Scope) -> frozenset[str]:
    """Names of the random symbols."""
    return frozenset(name for name, one in scope.declared.items() if one.kind == "random")


def in_force(scope: Scope) -> dict[str, Defined]:
    """The definitions, but of names that are declared as functions here."""
    hidden = {name for name, one in scope.declared.items() if one.kind == "function"}
    return {name: one for name, one in scope.defined.items() if name not in hidden}


def dimensions(node: Node) -> set[str]:
    """Names of dimensions that appear in the shapes of a tree's symbols."""
    from qedeck.formula.tree import walk

    found: set[str] = set()
    for part in walk(node):
        for axis in getattr(part, "shape", ()):
            if isinstance(axis, str):
                found.add(axis)
    return found
