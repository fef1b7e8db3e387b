"""Whole numbers of which a statement speaks, of any value; and all reals in their place.

That something is so at 1, 2, 3 and 4 is no proof at shapes: `n` in `m^2 \\ne 61 n^2 + 1` is the
size of nothing. What holds of all reals from 1 on holds of these whole numbers, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from qedeck.evidence import forms
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.settings import sign_of
from qedeck.evidence.shapes import dimensions_of
from qedeck.formula.scope import Assumed, Scope
from qedeck.formula.tree import (
    Apply,
    Big,
    Both,
    Call,
    Constant,
    Derivation,
    Expr,
    Iff,
    Implies,
    Integers,
    Limit,
    Listing,
    Member,
    Moment,
    Negative,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Relation,
    Restricted,
    Space,
    Sum,
    Symbol,
    children,
)

ONE = Number(Fraction(1))
PLAIN = (
    Sum, Negative, Product, Quotient, Power, Call, Symbol, Number, Constant, Moment, Relation
)  # fmt: skip
"""What means the same of reals where they happen to be whole."""
JOINING = (Both, Derivation, Iff, Implies, Restricted, Limit)
COUNTED = ("factorial", "binomial")


def listed(name: str, scope: Scope) -> bool:
    """Whether all values of a whole number are tried: `k \\in [n - 1]`, `k \\in \\{1, 3\\}`.

    Of `[n]` only where n is a size: of a whole number of any value nothing is all tried.
    """
    for statement in forms.assumed(scope):
        match statement:
            case Member(Symbol(symbol), Listing()) if symbol == name:
                return True
            case Member(Symbol(symbol), Integers("upto", Expr() as high)) if symbol == name:
                return high.names <= {*dimensions_of(scope)}
    return False


def unlisted(scope: Scope) -> list[str]:
    """Whole numbers of a scope that have any value."""
    declared = scope.declared.values()
    return [d.name for d in declared if d.kind == "integer" and not listed(d.name, scope)]


def at_reals(obligation: Obligation) -> Obligation | None:
    """The obligation with any real number from 1 on in the place of each whole one.

    None where there is no whole number of any value, or where a part would mean something else of
    reals. It asks for more: a proof of it is one of the obligation, a counterexample is none.
    """
    scope = obligation.scope
    names = frozenset(unlisted(scope)) - {name for name, _ in obligation.fixed}
    told = [one for one in forms.assumed(scope) if not _belongs(one, names)]
    said = [obligation.statement, *told, *(value for _, value in obligation.fixed)]
    if not names or not all(_means_the_same(node, names, scope) for node in said):
        return None
    declared = {n: replace(d, kind="real") if n in names else d for n, d in scope.declared.items()}
    assumed = [
        new for one in scope.assumed for new in (
            _from_one(one) if one.statement is not None and _belongs(one.statement, names)
            else (one,)
        )
    ]  # fmt: skip
    return replace(obligation, scope=replace(scope, declared=declared, assumed=tuple(assumed)))


def _belongs(statement: Node, names: frozenset[str]) -> bool:
    """Whether it says that a symbol is a whole number."""
    return (
        isinstance(statement, Member)
        and isinstance(statement.region, Integers)
        and isinstance(statement.element, Symbol)
        and statement.element.name in names
    )


def _from_one(assumed: Assumed) -> Iterator[Assumed]:
    """What is left of that of a real number."""
    member = assumed.statement
    assert isinstance(member, Member)
    assert isinstance(member.region, Integers)
    if member.region.kind == "Z":
        return
    yield replace(assumed, statement=Member(member.element, Space((), "positive")))
    yield replace(assumed, statement=Relation((member.element, ONE), (">=",)))
    if member.region.high is not None:
        yield replace(assumed, statement=Relation((member.element, member.region.high), ("<=",)))


def _means_the_same(node: Node, names: frozenset[str], scope: Scope) -> bool:
    """Whether no part depends on these symbols but by arithmetic that reals have, too.

    A power with such an exponent has a positive base: of others, powers of whole and of real
    exponents differ.
    """
    if not forms.reached(node, scope) & names:
        return True
    match node:
        case Symbol(name) | Apply(name):
            defined = scope.defined.get(name)
            if defined is not None and (name not in scope.declared or isinstance(node, Apply)):
                inside = names | {*defined.arguments, *defined.parameters}
                if defined.recursive or not _means_the_same(defined.body, inside, scope):
                    return False
        case Power(base, exponent) if forms.reached(exponent, scope) & names:
            if not _positive(base, scope):
                return False
        case Call(function) if function in COUNTED:
            return False
        case _ if not isinstance(node, (*PLAIN, *JOINING)):
            return isinstance(node, Big) and _loops(node, names, scope)
    return all(_means_the_same(child, names, scope) for child in children(node))


def _loops(node: Big, names: frozenset[str], scope: Scope) -> bool:
    """The same of a loop over other indices."""
    around = (*(part for one in node.ranges for part in (one.low, one.high)), node.condition)
    open_ = any(part is not None and forms.reached(part, scope) & names for part in around)
    return not open_ and _means_the_same(node.body, names, scope)


def _positive(base: Node, scope: Scope) -> bool:
    match base:
        case Number(value):
            return value > 0
        case Constant("e" | "pi") | Call("exp"):
            return True
        case Symbol(name):
            return sign_of(name, scope) == "positive"
        case _:
            return False
