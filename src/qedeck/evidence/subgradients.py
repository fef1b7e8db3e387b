"""Subdifferentials unfolded: `s \\in \\partial f(w)` says f(v) >= f(w) + <s, v - w> for all v."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from qedeck.formula.scope import Declared, Defined, Scope
from qedeck.formula.tree import (
    Apply,
    Basis,
    Both,
    Call,
    Constants,
    Expr,
    Iff,
    Implies,
    Item,
    Member,
    Negative,
    Number,
    Product,
    Relation,
    Shape,
    Statement,
    Subdifferential,
    Sum,
    Symbol,
    walk,
)  # fmt: skip

ZERO = Number(Fraction(0))


def mentions(statement: Statement) -> bool:
    """Whether a statement names a subdifferential."""
    return any(isinstance(part, Subdifferential) for part in walk(statement))


def both_ways(statement: Statement, scope: Scope) -> list[tuple[Statement, Scope]] | None:
    """An equivalence with a membership on one side, as two plain implications.

    That a condition makes s a subgradient is the inequality at every point v. That a subgradient
    meets the condition is claimed from the inequality at some points alone, which is more.
    None where the statement is nothing of the kind.
    """
    match statement:
        case Member(_, Subdifferential()):
            return [touching(statement, scope)]
        case Iff(Member(_, Subdifferential()) as member, condition) if not mentions(condition):
            pass
        case Iff(condition, Member(_, Subdifferential()) as member) if not mentions(condition):
            pass
        case Implies(Member(_, Subdifferential()) as member, condition) if not mentions(condition):
            premises, inner = at_some_points(member, scope)
            return [(Implies(premises, condition), inner)]
        case Implies(condition, Member(_, Subdifferential()) as member):
            holds, inner = touching(member, scope)
            return [(Implies(condition, holds), inner)]
        case _:
            return None
    back, everywhere = touching(member, scope)
    premises, somewhere = at_some_points(member, scope)
    return [(Implies(condition, back), everywhere), (Implies(premises, condition), somewhere)]


def touching(member: Member, scope: Scope) -> tuple[Statement, Scope]:
    """The inequality at a new point."""
    shape = _application(member).arguments[0]
    name = "v"
    while name in scope.declared or name in scope.defined:
        name = f"\\tilde{{{name}}}"
    point = Symbol(name, shape_of(shape, member))
    declared = {**scope.declared, name: Declared(name, "real", point.shape)}
    return below(member, point), replace(scope, declared=declared)


def below(member: Member, point: Expr) -> Relation:
    """`f(v) >= f(w) + <s, v - w>` at a point v."""
    at = _application(member)
    step = Sum((point, Negative(at.arguments[0])))
    line = Sum((at, _inner(member.element, step, at.arguments[0])))
    return Relation((_moved(at, point), line), (">=",))


def at_some_points(member: Member, scope: Scope) -> tuple[Statement, Scope]:
    """The inequality at points that tell: along the slope, along the axes, at zero, at twice w."""
    at = _application(member)
    here, slope = at.arguments[0], member.element
    shape = shape_of(here, member)
    origin = isinstance(here, Constants) or here == ZERO
    points: list[Expr] = [Sum((here, slope)), Sum((here, Negative(slope)))]
    if not origin:
        zero = Constants(Fraction(0), shape) if shape else ZERO
        points += [Product((Number(Fraction(2)), here)), zero]
    if not shape:
        one = Number(Fraction(1))
        points += [Sum((here, one)), Sum((here, Negative(one)))]
        return Both(tuple(below(member, point) for point in points)), scope
    index = _fresh("k", scope)
    unit = Basis(Symbol(index), shape[0])
    steps: list[Expr] = [unit, Negative(unit)]
    if not origin:
        along = Product((Item(here, (Symbol(index),)), unit))
        steps += [along, Negative(along)]
    premises: list[Statement] = [below(member, point) for point in points]
    defined = dict(scope.defined)
    for number, step in enumerate(steps):
        name = _fresh(f"\\operatorname{{gap{number}}}", scope)
        line = _inner(slope, step, here)
        gap = Sum((_moved(at, Sum((here, step))), Negative(at), Negative(line)))
        defined[name] = Defined(name, (), (), (index,), gap, (shape[0],))
        premises.append(
            Relation((Symbol(name, (shape[0],)), Constants(Fraction(0), (shape[0],))), (">=",))
        )
    return Both(tuple(premises)), replace(scope, defined=defined)


def _application(member: Member) -> Apply:
    assert isinstance(member.region, Subdifferential)
    body = member.region.body
    assert isinstance(body, Apply)
    return body


def _moved(at: Apply, point: Expr) -> Apply:
    return replace(at, arguments=(point, *at.arguments[1:]))


def _inner(slope: Expr, step: Expr, here: Expr) -> Expr:
    shape = shape_of(here, Member(slope, Subdifferential(here)))
    if shape:
        slope = Constants(slope.value, shape) if isinstance(slope, Number) else slope
        return Call("inner", (slope, step))
    return Product((slope, step))


def shape_of(point: Expr, member: Member) -> Shape:
    """The shape of the point at which slopes are taken, or of the slope."""
    for node in (point, member.element, *walk(point)):
        shape = getattr(node, "shape", None)
        if shape:
            return tuple(shape)
    return ()


def _fresh(name: str, scope: Scope) -> str:
    while name in scope.declared or name in scope.defined:
        name = f"\\tilde{{{name}}}"
    return name
