"""Forms of assumptions that are met by construction: bounds, equations, known matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Apply,
    Call,
    Constants,
    Expr,
    Identity,
    Interval,
    Item,
    Member,
    Node,
    Number,
    Permutations,
    Product,
    Relation,
    Space,
    Statement,
    Subdifferential,
    Symbol,
)  # fmt: skip

ZERO = Number(Fraction(0))


@dataclass(frozen=True)
class Equation:
    """`symbol = expression`, or `symbol_c = expression` for all values of the index c."""

    value: Expr
    index: str = ""


def names_in(node: Node) -> set[str]:
    """Names of the symbols and functions in a tree."""
    return set(node.names)


def reached(node: Node, scope: Scope) -> set[str]:
    """Names that a tree depends on, through definitions."""
    found: set[str] = set()
    left = [node]
    while left:
        for name in names_in(left.pop()) - found:
            found.add(name)
            if name in scope.defined:
                left.append(scope.defined[name].body)
    return found


def assumed(scope: Scope) -> Iterator[Statement]:
    """The assumptions that are statements."""
    for one in scope.assumed:
        if one.statement is not None:
            yield one.statement


def links(scope: Scope) -> Iterator[tuple[Expr, str, Expr]]:
    """All assumed inequalities as `below sign above`, with sign < or <=."""
    for statement in assumed(scope):
        match statement:
            case Relation(terms, signs):
                for (left, right), sign in zip(pairwise(terms), signs, strict=True):
                    if sign in ("<", "<="):
                        yield left, sign, right
                    elif sign in (">", ">="):
                        yield right, sign.replace(">", "<"), left
            case Member(element, Interval(low, high, closed_low, closed_high)):
                yield low, "<=" if closed_low else "<", element
                yield element, "<=" if closed_high else "<", high
            case Member(element, Space((), sign)) if sign != "any":
                yield ZERO, "<" if sign == "positive" else "<=", element


def entry_sign(name: str, scope: Scope) -> str:
    """What an assumption says of the sign of all entries: any, positive, nonnegative."""
    for statement in assumed(scope):
        match statement:
            case Member(Symbol(symbol), Space(_, sign)) if symbol == name:
                return sign
    return "any"


def orthonormal(statement: Statement) -> str | None:
    """The name of Q in `Q^T Q = I`."""
    match statement:
        case Relation((Product((Call("transpose", (Symbol(a),)), Symbol(b))), Identity()), ("=",)):
            return a if a == b else None
    return None


def signs(statement: Statement) -> str | None:
    """The name of s in `s \\odot s = 1`."""
    match statement:
        case Relation((Call("hadamard", (Symbol(a), Symbol(b))), Constants(one)), ("=",)):
            return a if a == b and one == 1 else None
    return None


def definite(statement: Statement) -> str | None:
    """The name of A in `A \\succ 0` or `A \\succeq 0`."""
    match statement:
        case Relation((Symbol(name), Number(zero) | Constants(zero)), (">>" | ">>=",)):
            return name if zero == 0 else None
    return None


def strict(statement: Statement) -> bool:
    """Whether a relation leaves out its end: `A \\succ 0`."""
    return isinstance(statement, Relation) and statement.signs[-1] in (">>", "<", ">")


def permuting(statement: Statement) -> str | None:
    """The name of P in `P \\in S_n`."""
    match statement:
        case Member(Symbol(name), Permutations()):
            return name
    return None


def subgradient(statement: Statement) -> tuple[str, Apply] | None:
    """The name of u in `u \\in \\partial f(w)`, and the application `f(w)`."""
    match statement:
        case Member(Symbol(name), Subdifferential(Apply() as at)):
            return name, at
    return None


def equations(scope: Scope) -> dict[str, Equation]:
    """Symbols that an assumption sets, alone on the left of an equation."""
    found: dict[str, Equation] = {}
    for statement in assumed(scope):
        match statement:
            case Relation((Symbol(name), right), ("=",)):
                equation = Equation(right)
            case Relation((Item(Symbol(name), (Symbol(index),)), right), ("=",)):
                if index in scope.declared and scope.declared[index].kind != "index":
                    continue
                equation = Equation(right, index)
            case _:
                continue
        declared = scope.declared.get(name)
        plain = declared is not None and declared.kind == "real" and name not in found
        if plain and name not in reached(right, scope):
            found[name] = equation
    return found
