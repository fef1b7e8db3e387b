"""A form that formulas share when they differ only in spelling: order of terms, names of indices.

Two formulas of one likeness say the same by the rules of arithmetic alone. Mutants of the
formula's own likeness are no errors, and of several with one likeness one is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from qedeck.evidence import forms
from qedeck.formula.reading.shapes import ShapeError, shape_of
from qedeck.formula.scope import Bound, Scope, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, expanded, renamed
from qedeck.formula.tree import (
    Big,
    Call,
    Expr,
    Moment,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    RelationSign,
    Statement,
    Sum,
    Symbol,
    transformed,
    walk,
)

ONE = Number(Fraction(1))
TURNED: dict[str, RelationSign] = {">": "<", ">=": "<=", ">>": ">>", ">>=": ">>="}


def likeness(node: Node) -> Node:
    """The common form of a formula and of those that are the same but for spelling."""
    return transformed(node, _alike)


def inlined(bound: Bound) -> Statement | None:
    """The statement with the abbreviations of its callout written out, where one can be written."""
    scope = bound.scope
    try:
        return expanded(bound.statement, in_force(scope), bound.own, random=random_names(scope))
    except Unsubstitutable:
        return None


def orthogonal(scope: Scope) -> frozenset[str]:
    """Names of the square matrices with orthonormal columns."""
    names = {forms.orthonormal(statement) for statement in forms.assumed(scope)}
    return frozenset(name for name in names if name and len({*scope.declared[name].shape}) == 1)


def unturned(statement: Statement, names: frozenset[str]) -> Node:
    """The statement without the products of an orthogonal matrix and its transpose."""

    def change(node: Node) -> Node:
        if not isinstance(node, Product):
            return node
        factors = list(node.factors)
        for k in range(len(factors) - 2, -1, -1):
            if k + 1 < len(factors) and _undone(factors[k], factors[k + 1], names):
                del factors[k : k + 2]
        if len(factors) > 1:
            return Product(tuple(factors))
        return factors[0] if factors else node

    return transformed(statement, change)


def _undone(left: Expr, right: Expr, names: frozenset[str]) -> bool:
    match left, right:
        case Call("transpose", (Symbol(name) as inner,)), other:
            return name in names and inner == other
        case other, Call("transpose", (Symbol(name) as inner,)):
            return name in names and inner == other
        case _:
            return False


def _alike(node: Node) -> Node:
    match node:
        case Number(value) if value < 0:
            return Negative(Number(-value))
        case Negative(of):
            return _negated(of)
        case Sum(terms):
            return _sum(terms)
        case Product(factors):
            return _product(factors)
        case Quotient(above, below):
            return _product((above, *_inverse(below)))
        case Power(base, exponent):
            return _power(base, exponent)
        case Call():
            return _call(node)
        case Moment("Cov", arguments):
            return replace(node, arguments=tuple(sorted(arguments, key=repr)))
        case Big():
            return _big(node)
        case Relation():
            return _relation(node)
        case _:
            return node


def _negated(of: Expr) -> Expr:
    match of:
        case Negative(inner):
            return inner
        case Sum(terms):
            return _sum(tuple(map(_negated, terms)))
        case Number(value) if value == 0:
            return of
        case _:
            return Negative(of)


def _sum(terms: Iterable[Expr]) -> Expr:
    flat: list[Expr] = []
    total = Fraction(0)
    for term in terms:
        for part in term.terms if isinstance(term, Sum) else (term,):
            if isinstance(part, Number):
                total += part.value
            elif isinstance(part, Negative) and isinstance(part.of, Number):
                total -= part.of.value
            else:
                flat.append(part)
    if total:
        flat.append(Number(total) if total > 0 else Negative(Number(-total)))
    if not flat:
        return Number(Fraction(0))
    return Sum(tuple(sorted(flat, key=repr))) if len(flat) > 1 else flat[0]


def _product(factors: Iterable[Expr]) -> Expr:
    """Scalars in one order with their number in front, arrays as they stand, the sign outside."""
    scalars: list[Expr] = []
    arrays: list[Expr] = []
    number, minus = Fraction(1), False
    for factor in _flat(factors):
        bare = factor
        if isinstance(bare, Negative):
            bare, minus = bare.of, not minus
        if isinstance(bare, Number):
            number *= bare.value
        else:
            plain = _unsigned(bare)
            minus ^= plain != bare
            (arrays if _is_array(bare) else scalars).append(plain)
    rest = [*sorted(scalars, key=repr), *_inner(arrays)]
    if number == 0:
        return Number(Fraction(0))
    if number != 1 or not rest:
        rest.insert(0, Number(number))
    made: Expr = Product(tuple(rest)) if len(rest) > 1 else rest[0]
    return _negated(made) if minus else made


def _flat(factors: Iterable[Expr]) -> Iterable[Expr]:
    for factor in factors:
        inner = factor.of if isinstance(factor, Negative) else factor
        if isinstance(inner, Product):
            if inner is not factor:
                yield Negative(ONE)
            yield from inner.factors
        else:
            yield factor


def _inner(arrays: list[Expr]) -> list[Expr]:
    r"""`x^\top y` of two vectors as the inner product that it is."""
    match arrays:
        case [Call("transpose", (left,)), right] if _axes(left) == _axes(right) == 1:
            return [Call("inner", tuple(sorted((left, right), key=repr)))]
        case _:
            return arrays


def _inverse(below: Expr) -> tuple[Expr, ...]:
    match below:
        case Number(value) if value != 0:
            return (Number(1 / value),)
        case Negative(of):
            return (Negative(ONE), *_inverse(of))
        case Product(factors) if not any(map(_is_array, factors)):
            return tuple(part for factor in factors for part in _inverse(factor))
        case Power(base, exponent):
            return (_power(base, _negated(exponent)),)
        case _:
            return (Power(below, Negative(ONE)),)


def _power(base: Expr, exponent: Expr) -> Expr:
    if exponent == ONE:
        return base
    match exponent:
        case Number(value) | Negative(Number(value)) if value.denominator == 1 and value % 2 == 0:
            return Power(_unsigned(base), exponent)
        case _:
            return Power(base, exponent)


def _unsigned(expr: Expr) -> Expr:
    """Of an expression and its negative always the same one."""
    return min(expr, _negated(expr), key=repr)


def _call(node: Call) -> Expr:
    match node.function:
        case "abs" | "norm" | "frobenius":
            first, *rest = node.arguments
            return replace(node, arguments=(_unsigned(first), *rest))
        case "inner" | "hadamard" | "max" | "min":
            return replace(node, arguments=tuple(sorted(node.arguments, key=repr)))
        case _:
            return node


def _big(node: Big) -> Big:
    """Bound indices named by how deep the operators below them reach."""
    depth = sum(len(part.ranges) for part in walk(node.body) if isinstance(part, Big))
    names = {run.index: f"#{depth + k}" for k, run in enumerate(node.ranges)}
    ranges = tuple(replace(run, index=names[run.index]) for run in node.ranges)
    condition = None if node.condition is None else renamed(node.condition, names)
    return replace(node, ranges=ranges, body=renamed(node.body, names), condition=condition)


def _relation(node: Relation) -> Relation:
    if set(node.signs) <= TURNED.keys() - {">>", ">>="}:
        signs = tuple(TURNED[sign] for sign in reversed(node.signs))
        return Relation(node.terms[::-1], signs)
    if set(node.signs) == {"="} or node.signs == ("!=",):
        return Relation(tuple(sorted(node.terms, key=repr)), node.signs)
    return node


def _axes(expr: Expr) -> int:
    try:
        return len(shape_of(expr))
    except ShapeError:
        return 0


def _is_array(expr: Expr) -> bool:
    return _axes(expr) > 0
