"""Mutants: a formula with one deliberate error, on the typed tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from qedeck.formula.scope import Assumed, Bound, Scope
from qedeck.formula.tree import (  # fmt: skip
    Big,
    Call,
    Constant,
    Define,
    Derivative,
    Expr,
    Gradient,
    Implies,
    Integers,
    Item,
    Limit,
    Listing,
    Member,
    Moment,
    Negative,
    Node,
    Number,
    Permutations,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    RelationSign,
    Statement,
    Sum,
)

ONE = Number(Fraction(1))
TWO = Number(Fraction(2))


@dataclass(frozen=True)
class Corruption:
    """One deliberate error: what was done, and the callout that results."""

    operator: str
    bound: Bound
    part: str = "statement"
    """`statement` or `hypothesis`."""
    assumed: Assumed | None = None
    """The hypothesis that was dropped."""


def corruptions(bound: Bound) -> list[Corruption]:
    """Every mutant of a callout: of its formula, then of its hypotheses."""
    found = []
    seen: set[Statement] = {bound.statement}
    for operator, statement in corrupted(bound.statement):
        if isinstance(statement, Statement) and statement not in seen:
            seen.add(statement)
            found.append(Corruption(operator, replace(bound, statement=statement)))
    return [*found, *dropped_hypotheses(bound)]


# Hypotheses


def dropped_hypotheses(bound: Bound) -> Iterator[Corruption]:
    """The callout without one of its hypotheses, link by link where it is a chain."""
    for k, assumed in enumerate(bound.scope.assumed):
        for words, remaining in _weakened(assumed):
            rest = (*bound.scope.assumed[:k], *remaining, *bound.scope.assumed[k + 1 :])
            scope = replace(bound.scope, assumed=rest)
            cases = tuple(
                replace(case, scope=_without(case.scope, assumed, remaining))
                for case in bound.equality
            )
            yield Corruption(
                words, replace(bound, scope=scope, equality=cases), "hypothesis", assumed
            )


def _without(scope: Scope, assumed: Assumed, remaining: tuple[Assumed, ...]) -> Scope:
    kept = tuple(one for one in scope.assumed if one != assumed)
    return replace(scope, assumed=(*kept, *remaining))


def _weakened(assumed: Assumed) -> Iterator[tuple[str, tuple[Assumed, ...]]]:
    statement = assumed.statement
    if isinstance(statement, Relation) and len(statement.signs) > 1:
        for k, sign in enumerate(statement.signs):
            if _says_nothing(statement.terms[k], sign, statement.terms[k + 1]):
                continue
            rest = [
                Assumed(Relation(statement.terms[j : j + 2], (other,)))
                for j, other in enumerate(statement.signs)
                if j != k
            ]
            yield _dropped(k), tuple(rest)
    elif isinstance(statement, Relation) and _says_nothing(
        statement.terms[0], statement.signs[0], statement.terms[1]
    ):
        return
    elif isinstance(statement, Member) and isinstance(
        statement.region, Integers | Listing | Permutations
    ):
        return  # what kind of thing the symbol is
    elif isinstance(statement, Relation | Member):
        yield "hypothesis dropped", ()


def _says_nothing(left: Expr, sign: str, right: Expr) -> bool:
    """`p \\le \\infty` only says that p may be infinite; `n \\ge 1` what every dimension is."""
    return Constant("infinity") in (left, right) and sign in ("<", "<=", ">", ">=")


def _dropped(link: int) -> str:
    return f"{['first', 'second', 'third'][link]} bound of a hypothesis dropped"


# Formulas


def corrupted(node: Node) -> Iterator[tuple[str, Node]]:
    """The node with one error in it or in anything below it."""
    yield from _here(node)
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if isinstance(value, Node):
            if _frozen(node, field.name):
                continue
            for words, changed in corrupted(value):
                yield words, replace(node, **{field.name: changed})  # type: ignore[type-var]
        elif isinstance(value, tuple):
            yield from _in_tuple(node, field.name, value)


def _frozen(node: Node, name: str) -> bool:
    """Places where an error would only change what is talked about."""
    return (
        (isinstance(node, Derivative | Gradient) and name == "variable")
        or (isinstance(node, Define) and name == "head")
        or (isinstance(node, Limit) and name == "target")
        or (isinstance(node, Range) and not node.written)
    )


def _in_tuple(node: Node, name: str, parts: tuple[Any, ...]) -> Iterator[tuple[str, Node]]:
    for k, part in enumerate(parts):
        inner: Iterator[tuple[str, Any]] = iter(())
        if isinstance(part, Node):
            inner = corrupted(part)
        elif isinstance(part, tuple):
            inner = _in_rows(part)
        for words, changed in inner:
            rest = (*parts[:k], changed, *parts[k + 1 :])
            yield words, replace(node, **{name: rest})  # type: ignore[type-var]


def _in_rows(row: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for k, part in enumerate(row):
        if isinstance(part, Node):
            for words, changed in corrupted(part):
                yield words, (*row[:k], changed, *row[k + 1 :])


def _here(node: Node) -> Iterator[tuple[str, Node]]:
    """Errors at the node itself."""
    for kind, operator in _OPERATORS.items():
        if isinstance(node, kind):
            yield from operator(node)


def _sum(node: Sum) -> Iterator[tuple[str, Node]]:
    for k, term in enumerate(node.terms):
        flipped = term.of if isinstance(term, Negative) else Negative(term)
        if k:
            yield "sign of a term", Sum((*node.terms[:k], flipped, *node.terms[k + 1 :]))
        rest = (*node.terms[:k], *node.terms[k + 1 :])
        yield "term dropped", Sum(rest) if len(rest) > 1 else rest[0]


def _negative(node: Negative) -> Iterator[tuple[str, Node]]:
    yield "sign dropped", node.of


def _product(node: Product) -> Iterator[tuple[str, Node]]:
    for k in range(len(node.factors)):
        rest = (*node.factors[:k], *node.factors[k + 1 :])
        yield "factor dropped", Product(rest) if len(rest) > 1 else rest[0]


def _quotient(node: Quotient) -> Iterator[tuple[str, Node]]:
    yield "denominator dropped", node.above
    if node.above != ONE:
        yield "numerator dropped", replace(node, above=ONE)
    yield "quotient inverted", replace(node, above=node.below, below=node.above)


def _power(node: Power) -> Iterator[tuple[str, Node]]:
    yield "exponent dropped", node.base
    if not isinstance(node.exponent, Number):
        yield "exponent raised by one", replace(node, exponent=Sum((node.exponent, ONE)))
    if isinstance(node.exponent, Number) and node.exponent.value == 2:
        yield "exponent raised by one", replace(node, exponent=Number(Fraction(3)))


_DROPPED = {
    "sqrt": "root dropped", "abs": "absolute value dropped", "exp": "exponential dropped",
    "log": "logarithm dropped", "sgn": "sign function dropped", "positive": "positive part dropped",
    "transpose": "transpose dropped", "inverse": "inverse dropped", "tanh": "tanh dropped",
    "diag": "diag dropped", "trace": "trace dropped",
}  # fmt: skip


def _call(node: Call) -> Iterator[tuple[str, Node]]:
    if node.function in _DROPPED:
        yield _DROPPED[node.function], node.arguments[0]
    if node.function in ("max", "min"):
        other = "min" if node.function == "max" else "max"
        yield f"{node.function} made {other}", replace(node, function=other)
        for k in range(len(node.arguments)):
            yield "argument dropped", _fewer(node, k)
    if node.function == "norm":
        yield from _norm(node)
    if node.function == "frobenius":
        return


def _fewer(node: Call, k: int) -> Expr:
    rest = (*node.arguments[:k], *node.arguments[k + 1 :])
    return replace(node, arguments=rest) if len(rest) > 1 else rest[0]


def _norm(node: Call) -> Iterator[tuple[str, Node]]:
    vector, order = node.arguments
    if order == Constant("infinity"):
        yield "norm order made 1", Call("norm", (vector, ONE))
    elif isinstance(order, Number):
        other = TWO if order == ONE else ONE
        yield f"norm order made {other.value}", Call("norm", (vector, other))
    else:
        yield "norm order raised by one", Call("norm", (vector, Sum((order, ONE))))


def _number(node: Number) -> Iterator[tuple[str, Node]]:
    yield "number raised by one", Number(node.value + 1)


def _big(node: Big) -> Iterator[tuple[str, Node]]:
    other = {"sum": "prod", "prod": "sum", "max": "min", "min": "max"}.get(node.operator)
    if other:
        changed: Any = other
        yield f"{node.operator} made {other}", replace(node, operator=changed)
    for k, run in enumerate(node.ranges):
        if run.written:
            later = replace(run, low=Sum((run.low, ONE)))
            earlier = replace(run, high=Sum((run.high, Negative(ONE))))
            for words, new in (("lower bound", later), ("upper bound", earlier)):
                ranges = (*node.ranges[:k], new, *node.ranges[k + 1 :])
                yield f"{words} of a {node.operator} moved inward", replace(node, ranges=ranges)
    if isinstance(node.condition, Relation):
        for k, sign in enumerate(node.condition.signs):
            changed_sign: RelationSign | None = {"<": "<=", "!=": "="}.get(sign)  # type: ignore[assignment]
            if changed_sign:
                signs = (*node.condition.signs[:k], changed_sign, *node.condition.signs[k + 1 :])
                condition = replace(node.condition, signs=signs)
                yield "condition of an operator widened", replace(node, condition=condition)


def _relation(node: Relation) -> Iterator[tuple[str, Node]]:
    flips: dict[str, RelationSign] = {
        "<=": ">=", ">=": "<=", "<": ">", ">": "<", ">>=": ">>", "=": "!=", "!=": "=",
    }  # fmt: skip
    sharper: dict[str, RelationSign] = {"<=": "<", ">=": ">"}
    for k, sign in enumerate(node.signs):
        if sign in flips:
            yield "relation turned round", _signed(node, k, flips[sign])
        if sign in sharper:
            yield "relation made strict", _signed(node, k, sharper[sign])


def _signed(node: Relation, k: int, sign: RelationSign) -> Relation:
    return replace(node, signs=(*node.signs[:k], sign, *node.signs[k + 1 :]))


def _implies(node: Implies) -> Iterator[tuple[str, Node]]:
    yield "condition dropped", node.then


def _moment(node: Moment) -> Iterator[tuple[str, Node]]:
    if node.operator == "E" and isinstance(node.arguments[0], Expr):
        yield "expectation dropped", node.arguments[0]


def _item(node: Item) -> Iterator[tuple[str, Node]]:
    if len(node.indices) == 2 and node.indices[0] != node.indices[1]:
        yield "indices exchanged", replace(node, indices=node.indices[::-1])


def _derivative(node: Derivative) -> Iterator[tuple[str, Node]]:
    yield "derivative dropped", node.body


_OPERATORS: dict[type[Node], Callable[[Any], Iterator[tuple[str, Node]]]] = {
    Sum: _sum, Negative: _negative, Product: _product, Quotient: _quotient, Power: _power,
    Call: _call, Number: _number, Big: _big, Relation: _relation, Implies: _implies,
    Moment: _moment, Item: _item, Derivative: _derivative,
}  # fmt: skip
