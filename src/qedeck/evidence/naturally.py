"""The natural domain of a statement: where all of its parts have a value."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from qedeck.evidence import forms
from qedeck.evidence.obligations import Obligation
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Assumed, Defined, Scope, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, free_names, given_to, substituted
from qedeck.formula.tree import (  # fmt: skip
    Apply,
    Big,
    Call,
    Constant,
    Expr,
    Integers,
    Integral,
    Item,
    Limit,
    Listing,
    Member,
    Negative,
    Node,
    Number,
    Optimum,
    Power,
    Product,
    Quotient,
    Range,
    Relation,
    RelationSign,
    Shape,
    Space,
    Statement,
    Sum,
    Symbol,
    children,
    walk,
)

ZERO = Number(Fraction(0))
Requirement = tuple[Expr, RelationSign]


def naturally(obligation: Obligation) -> Obligation:
    """The obligation asked only where its parts are defined.

    Orders of norms and arguments of logarithms are positive, radicands not negative, denominators
    not zero, bases of powers with open exponents not negative.
    """
    new = requirements(obligation)
    fresh = tuple(one for one in new if one not in obligation.scope.assumed)
    scope = replace(obligation.scope, assumed=(*obligation.scope.assumed, *fresh))
    return replace(obligation, scope=scope)


def requirements(obligation: Obligation, *, at_indices: bool = False) -> tuple[Assumed, ...]:
    """What the parts of an obligation need in order to have a value.

    Args:
        obligation: What must hold.
        at_indices: Whether to tell also what is needed at single values of the free indices.
    """
    scope = obligation.scope
    set_here = {name for name, _ in obligation.fixed}
    free = {n for n, d in scope.declared.items() if d.kind == "index"} - scope.defined.keys()
    known = ({*scope.declared} | scope.defined.keys()) - (set() if at_indices else free)
    found = [
        _assumed(expr, sign)
        for node in _asking(obligation)
        for expr, sign in _required(node, scope, frozenset())
        if free_names(expr) and free_names(expr) <= known - set_here
    ]
    return tuple(dict.fromkeys(found))


def _asking(obligation: Obligation) -> list[Node]:
    """The statement, and the right sides of the equations that set what it speaks of."""
    scope = obligation.scope
    asking: list[Node] = [obligation.statement, *(value for _, value in obligation.fixed)]
    reached = forms.reached(obligation.statement, scope)
    set_ = forms.equations(scope)
    return [*asking, *(set_[name].value for name in sorted(reached & set_.keys()))]


def _assumed(expr: Expr, sign: RelationSign) -> Assumed:
    """A requirement as an assumption; on all entries of an array, as a set that it lies in."""
    match expr:
        case Big("min", (Range(i),), Item(Symbol(x, shape), (Symbol(j),)), None) if i == j:
            where = Space(shape, "positive" if sign == ">" else "nonnegative")
            return Assumed(Member(Symbol(x, shape), where))
        case _:
            return Assumed(Relation((expr, ZERO), (sign,)))


def _required(node: Node, scope: Scope, entered: frozenset[str]) -> list[Requirement]:
    """What a node and everything below it needs; definitions are looked into once."""
    found = _own(node, scope)
    if isinstance(node, Big):
        return [*found, *_in_loop(node, scope, entered)]
    if isinstance(node, Integral | Optimum):
        return found
    if isinstance(node, Item) and isinstance(node.of, Symbol):
        found.extend(_in_family(node, node.of, scope, entered))
    if isinstance(node, Limit):
        return _on_the_way(node, _required(node.body, scope, entered))
    for child in children(node):
        if isinstance(child, Expr | Statement):
            found.extend(_required(child, scope, entered))
    found.extend(_in_definition(node, scope, entered))
    return found


def _own(node: Node, scope: Scope) -> list[Requirement]:
    match node:
        case Call("norm", (_, order)) if not isinstance(order, Number | Constant):
            return [(order, ">")]
        case Call("log", (argument,)):
            return [(argument, ">")]
        case Call("sqrt", (argument,)) if not isinstance(argument, Number):
            return [(argument, ">=")]
        case Call("inverse", (argument,)):
            return [(Call("det", (argument,)), "!=")]
        case Quotient(_, below) if not shape_of(below) and not isinstance(below, Number):
            return [(below, "!=")]
        case Power(base, exponent) if _open(exponent, scope) and not _positive(base):
            above = base.above if isinstance(base, Quotient) and _positive(base.below) else base
            falling = any(isinstance(part, Negative) for part in walk(exponent))
            return [(above, ">" if falling else ">=")]
        case _:
            return []


def _open(exponent: Expr, scope: Scope) -> bool:
    """Whether an exponent is not known to be a whole number."""
    return any(
        isinstance(part, Quotient) or (isinstance(part, Symbol) and not _whole(part, scope))
        for part in walk(exponent)
    )


def _whole(symbol: Symbol, scope: Scope) -> bool:
    """Whether a symbol stands for whole numbers that are not negative."""
    declared = scope.declared.get(symbol.name)
    if declared is None or declared.kind != "integer":
        return declared is not None and declared.kind in ("dimension", "index")
    for assumed in scope.assumed:
        match assumed.statement:
            case Member(Symbol(name), Integers(which)) if name == symbol.name:
                return which != "Z"
            case Member(Symbol(name), Listing(elements)) if name == symbol.name:
                return all(isinstance(one, Number) and one.value >= 0 for one in elements)
    return False


def _positive(base: Expr) -> bool:
    """Whether a base is never negative by its form."""
    return (isinstance(base, Call) and base.function in ("abs", "norm", "exp", "sqrt")) or (
        isinstance(base, Number) and base.value >= 0
    )


def _on_the_way(node: Limit, inside: list[Requirement]) -> list[Requirement]:
    """What a limit needs where its body needs this near the target, of what stays.

    A product that is not zero, or is positive, has no factor that is zero.
    """
    found: list[Requirement] = []
    for expr, sign in inside:
        if node.variable not in free_names(expr):
            found.append((expr, sign))
        elif sign in ("!=", ">"):
            staying = (one for one in _divisors(expr) if node.variable not in free_names(one))
            found += [(one, "!=") for one in staying if free_names(one)]
    return found


def _divisors(expr: Expr) -> list[Expr]:
    """Factors without which an expression would be zero, or have no value, where one is."""
    match expr:
        case Product(factors) if not any(shape_of(factor) for factor in factors):
            return [one for factor in factors for one in _divisors(factor)]
        case Quotient(above, _):
            return _divisors(above)
        case Power(base, Number(exponent)) if exponent > 0:
            return _divisors(base)
        case Negative(inner) | Call("abs" | "sqrt", (inner,)):
            return _divisors(inner)
        case _:
            return [expr]


def _in_loop(node: Big, scope: Scope, entered: frozenset[str]) -> list[Requirement]:
    """A requirement for all values of an index, as one on the least of them."""
    return _looped(node, _required(node.body, scope, entered))


def _looped(node: Big, inside: list[Requirement]) -> list[Requirement]:
    """What a loop needs where its body needs this at all values of its indices."""
    found: list[Requirement] = []
    for expr, sign in inside:
        if not free_names(expr) & {r.index for r in node.ranges}:
            found.append((expr, sign))
        elif sign in (">", ">="):
            found.append((Big("min", node.ranges, expr, node.condition), sign))
        elif sign == "!=":
            found.append((Big("prod", node.ranges, expr, node.condition), sign))
    return found


def _in_family(node: Item, of: Symbol, scope: Scope, entered: frozenset[str]) -> list[Requirement]:
    """What the right side of `s_c := ...` needs at the index where it is used."""
    defined = scope.defined.get(of.name)
    if defined is None or of.name in entered or defined.recursive:
        return []
    if len(defined.indices) != len(node.indices) or not defined.indices:
        return []
    values = dict(zip(defined.indices, node.indices, strict=True))
    inner = _required(defined.body, scope, entered | {of.name})
    return _put(inner, values, defined, scope)


def _in_definition(node: Node, scope: Scope, entered: frozenset[str]) -> list[Requirement]:
    """What the right side of a definition needs where it is used."""
    name = node.function if isinstance(node, Apply) else getattr(node, "name", "")
    defined = scope.defined.get(name) if isinstance(node, Apply | Symbol) else None
    if defined is None or name in entered or defined.recursive or defined.indices:
        return []
    if name in scope.declared or bool(defined.arguments) != isinstance(node, Apply):
        # A symbol may have the name of a function.
        return []
    inner = [*_asked(defined), *_required(defined.body, scope, entered | {name})]
    return _put(inner, _arguments(node, defined), defined, scope)


def _put(
    inner: list[Requirement], values: Mapping[str, Expr] | None, defined: Defined, scope: Scope
) -> list[Requirement]:
    """What is needed inside a definition, at what is put in; nothing where no formula says it."""
    if values is None:
        return []
    own = defined.scope.defined if defined.scope is not None else {}
    known = {name: one for name, one in {**in_force(scope), **own}.items() if name != defined.name}
    random = random_names(scope)
    found: list[Requirement] = []
    for expr, sign in inner:
        with suppress(Unsubstitutable):
            found.append((substituted(expr, values, definitions=known, random=random), sign))
    return found


def _asked(defined: Defined) -> list[Requirement]:
    """What the hypotheses of a definition ask of its arguments."""
    given = {*defined.arguments, *defined.parameters}
    found: list[Requirement] = []
    for assumed in defined.scope.assumed if defined.scope is not None else ():
        match assumed.statement:
            case Relation((left, Number(zero)), (">" | ">=" | "!=" as sign,)) if zero == 0:
                if free_names(left) <= given:
                    found.append((left, sign))
            case Relation((left, right), ("!=" as sign,)) if not shape_of(left):
                if free_names(left) | free_names(right) <= given:
                    found.append((Sum((left, Negative(right))), sign))
            case Member(Symbol(name) as argument, Space(axes, "positive" | "nonnegative" as said)):
                if name in given and len(axes) < 2:
                    found.append((_least(argument, axes), ">" if said == "positive" else ">="))
    return found


def _least(argument: Symbol, axes: Shape) -> Expr:
    """The least entry of a vector; a scalar itself."""
    if not axes:
        return argument
    (axis,) = axes
    high = Symbol(axis) if isinstance(axis, str) else Number(Fraction(axis))
    entry = Item(argument, (Symbol("i"),))
    return Big("min", (Range("i", Number(Fraction(1)), high),), entry, None)


def _arguments(node: Node, defined: Defined) -> Mapping[str, Expr] | None:
    """What an application puts for the names of a definition; None for each of several rows."""
    try:
        return given_to(defined, node) if isinstance(node, Apply) else {}
    except Unsubstitutable:
        return None
