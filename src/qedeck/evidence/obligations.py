"""What must hold for a statement to hold, in forms that rings evaluate.

An optimum is unfolded into what it means: no feasible point does better, and the point that the
page names attains it. A derivation is the chains it consists of. A limit stays a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from qedeck.evidence.reasons import Role
from qedeck.evidence.subgradients import both_ways, touching
from qedeck.evidence.unfolding import scope_written_out, written_out
from qedeck.formula.scope import (
    Assumed,
    Bound,
    Declared,
    Defined,
    EqualityCase,
    Scope,
    in_force,
    random_names,
)
from qedeck.formula.substitution import Unsubstitutable, expanded, substituted
from qedeck.formula.tree import (
    Apply,
    Both,
    Call,
    Define,
    Defines,
    Derivation,
    Expr,
    Iff,
    Implies,
    Member,
    Negative,
    Number,
    Optima,
    Optimum,
    Product,
    Quotient,
    Relation,
    RelationSign,
    Restricted,
    Statement,
    Subdifferential,
    Sum,
    Symbol,
    walk,
)  # fmt: skip

ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
N = TypeVar("N", Expr, Statement)


@dataclass(frozen=True)
class Obligation:
    """A statement that must hold for all values that meet a scope's assumptions."""

    statement: Statement
    scope: Scope
    role: Role = "statement"
    fixed: tuple[tuple[str, Expr], ...] = ()
    """Symbols that an equality case sets."""
    lemmas: tuple[Statement, ...] = ()
    near: tuple[tuple[str, Expr], ...] = ()
    """Competitors, and the points that they are compared with: some are drawn close by."""


class NotUnfolded(Exception):
    """An optimum or a set that stands where no rule unfolds it; the message says what to write."""


def obligations(bound: Bound) -> tuple[Obligation, ...]:
    """Everything that must hold for a callout to hold.

    Raises:
        NotUnfolded: where an optimum stands in a place without a rule.
    """
    found: list[Obligation] = []
    try:
        for part in parts(_optima_written_out(bound.statement, bound.scope)):
            found.extend(_unfolded(part, bound.scope, bound.equality))
        if not any(obligation.role == "attained" for obligation in found):
            found.extend(equalities(bound))
        return tuple(_plain(obligation) for obligation in found)
    except Unsubstitutable as error:
        raise NotUnfolded(str(error)) from error


def _plain(obligation: Obligation) -> Obligation:
    """The obligation with functions of random variables written out."""
    scope = obligation.scope
    statement = written_out(obligation.statement, scope)
    fixed = tuple((name, written_out(value, scope)) for name, value in obligation.fixed)
    return replace(obligation, statement=statement, fixed=fixed, scope=scope_written_out(scope))


def parts(statement: Statement) -> tuple[Statement, ...]:
    """The statements that a display consists of."""
    match statement:
        case Derivation(chains):
            return tuple(part for chain in chains for part in parts(chain))
        case Both(several):
            return tuple(part for one in several for part in parts(one))
        case Defines(defines):
            return tuple(part for define in defines for part in parts(define))
        case Define(head, body):
            return (Relation((head, body), ("=",)),)
        case Restricted(inner, condition):
            return tuple(Implies(condition, part) for part in parts(inner))
        case _:
            return (statement,)


def equalities(bound: Bound) -> list[Obligation]:
    """That each equality case attains the links it names."""
    relation = next((p for p in reversed(parts(bound.statement)) if _chain(p)), None)
    chain = _chain(relation) if relation is not None else None
    if chain is None:
        return []
    found = []
    for case in bound.equality:
        links = case.links or tuple(
            k for k, sign in enumerate(chain.signs) if sign in ("<=", ">=", ">>=")
        )
        for k in links:
            tight = Relation((chain.terms[k], chain.terms[k + 1]), ("=",))
            found.append(Obligation(tight, case.scope, "equality", case.values))
        found.extend(_promised(case, bound.scope))
    return found


def _promised(case: EqualityCase, scope: Scope) -> list[Obligation]:
    """That functions which a case sets have the properties that are said of them."""
    found = []
    for assumed in scope.assumed:
        for name in assumed.symbols:
            set_ = case.scope.defined.get(name)
            if assumed.property is None or set_ is None or name in case.scope.declared:
                continue
            if assumed.property != "convex" or not _smooth(set_.body):
                raise NotUnfolded(f"that {name} is {assumed.property} where a case sets it")
            found.append(_convex(set_, case))
    return found


def _smooth(body: Expr) -> bool:
    """Whether an expression is a polynomial, so that it has all derivatives."""
    calls = [part for part in walk(body) if isinstance(part, Call | Apply | Quotient)]
    return all(isinstance(part, Call) and part.function == "inner" for part in calls)


def _convex(function: Defined, case: EqualityCase) -> Obligation:
    """That a function given by a formula lies below its chords."""
    assert isinstance(function.head, Apply)
    (old,) = function.head.arguments
    assert isinstance(old, Symbol)
    u, v = (Symbol(f"\\text{{{end} of the chord}}", old.shape) for end in ("one", "other"))
    share = Symbol("\\text{share}")
    other = Sum((ONE, Negative(share)))
    middle = Sum((Product((share, u)), Product((other, v))))
    at = {p: replace(function.head, arguments=(p,)) for p in (u, v, middle)}
    chord = Sum((Product((share, at[u])), Product((other, at[v]))))
    declared = {s.name: Declared(s.name, "real", s.shape) for s in (u, v, share)}
    within = Assumed(Relation((ZERO, share, ONE), ("<=", "<=")))
    inner = replace(
        case.scope,
        declared={**case.scope.declared, **declared},
        assumed=(*case.scope.assumed, within),
    )
    return Obligation(Relation((at[middle], chord), ("<=",)), inner, "equality")


def _chain(statement: Statement) -> Relation | None:
    match statement:
        case Relation():
            return statement
        case Implies(_, then):
            return _chain(then)
        case _:
            return None


def _unfolded(
    statement: Statement, scope: Scope, cases: tuple[EqualityCase, ...]
) -> list[Obligation]:
    match statement:
        case Iff(Member(_, Subdifferential()) as slope, Member(point, Optima(optimum))):
            return [_at_each_point(slope, optimum, point, scope)]
        case Iff(Member(point, Optima(optimum)), Member(_, Subdifferential()) as slope):
            return [_at_each_point(slope, optimum, point, scope)]
    slopes = both_ways(statement, scope)
    if slopes is not None:
        return [Obligation(part, inner) for part, inner in slopes]
    match statement:
        case Relation((Optimum() as optimum, value), ("=",)) if not _optima(value):
            return _optimal(optimum, value, scope, cases)
        case Relation((value, Optimum() as optimum), ("=",)) if not _optima(value):
            return _optimal(optimum, value, scope, cases)
        case Member(point, Optima(optimum)):
            return [_no_better(optimum, point, scope, strictly=False)]
        case Implies(given, then) if not _optima(given):
            return [
                replace(o, statement=Implies(given, o.statement), scope=o.scope)
                for o in _unfolded(then, scope, cases)
            ]
    if _optima(statement):
        raise NotUnfolded("an optimum stands alone on one side of =, or on the right of \\in")
    return [Obligation(statement, scope)]


def _optima_written_out(statement: Statement, scope: Scope) -> Statement:
    """The statement with optima in place of what is defined as one."""
    known = in_force(scope)
    wanted = {
        name
        for name, one in known.items()
        if not one.recursive and not one.indices and _optima(one.body)
    }
    return expanded(statement, known, wanted, random=random_names(scope))


def _optima(node: Statement | Expr) -> bool:
    return any(isinstance(part, Optimum | Optima) for part in walk(node))


def _optimal(
    optimum: Optimum, value: Expr, scope: Scope, cases: tuple[EqualityCase, ...]
) -> list[Obligation]:
    if optimum.operator.startswith("arg"):
        return [
            *_feasible(optimum, value, scope),
            _no_better(optimum, value, scope, strictly=True),
        ]
    variable, body, constraint, inner = _quantified(optimum, scope)
    sign: RelationSign = "<=" if optimum.operator == "max" else ">="
    bounded: Statement = Relation((body, value), (sign,))
    reached_at = [dict(case.values).get(optimum.variable.name) for case in cases]
    near = tuple((variable.name, point) for point in reached_at if point is not None)
    found = [Obligation(_given(constraint, bounded), inner, near=near)]
    if not cases:
        raise NotUnfolded(f"say where it is attained: write Attained at ${variable.name} = ...$")
    for case in cases:
        points = dict(case.values)
        at = points.get(optimum.variable.name)
        if at is None:
            raise NotUnfolded(
                f"say where it is attained: write Attained at ${optimum.variable.name} = ...$"
            )
        names = {optimum.variable.name: at}
        rest = tuple((n, e) for n, e in case.values if n != optimum.variable.name)
        reached = Relation((_put(optimum.body, names, scope), value), ("=",))
        found.append(Obligation(reached, _without(case.scope, optimum), "attained", rest))
        if optimum.constraint is not None:
            inside = _put(optimum.constraint, names, scope)
            found.append(Obligation(inside, _without(case.scope, optimum), "feasible", rest))
    return found


def _feasible(optimum: Optimum, point: Expr, scope: Scope) -> list[Obligation]:
    if optimum.constraint is None:
        return []
    inside = _put(optimum.constraint, {optimum.variable.name: point}, scope)
    return [Obligation(inside, scope)]


def _no_better(optimum: Optimum, point: Expr, scope: Scope, *, strictly: bool) -> Obligation:
    """No feasible point does better; strictly, any other one does worse."""
    variable, body, constraint, inner = _quantified(optimum, scope)
    best = _put(optimum.body, {optimum.variable.name: point}, scope)
    signs: dict[tuple[bool, bool], RelationSign] = {
        (True, True): ">", (True, False): ">=", (False, True): "<", (False, False): "<=",
    }  # fmt: skip
    sign = signs["min" in optimum.operator, strictly]
    worse: Statement = Relation((body, best), (sign,))
    if strictly:
        worse = Implies(Relation((variable, point), ("!=",)), worse)
    return Obligation(_given(constraint, worse), inner, near=((variable.name, point),))


def _at_each_point(slope: Member, optimum: Optimum, point: Expr, scope: Scope) -> Obligation:
    """That a subgradient and an optimum ask the same of every point, which is more than needed."""
    if optimum.constraint is not None:
        raise NotUnfolded("the subgradient of a function beside an optimum under a constraint")
    below, inner = touching(slope, scope)
    (name,) = inner.declared.keys() - scope.declared.keys()
    there = Symbol(name, inner.declared[name].shape)
    sign: RelationSign = ">=" if "min" in optimum.operator else "<="
    here = {optimum.variable.name: point}
    moved = _put(optimum.body, {optimum.variable.name: there}, scope)
    best = Relation((moved, _put(optimum.body, here, scope)), (sign,))
    return Obligation(Iff(below, best), inner)


def _given(constraint: Statement | None, then: Statement) -> Statement:
    return then if constraint is None else Implies(constraint, then)


def _quantified(optimum: Optimum, scope: Scope) -> tuple[Symbol, Expr, Statement | None, Scope]:
    """The optimum's variable as a declared symbol, renamed where its name is taken."""
    name = optimum.variable.name
    while name in scope.declared or name in scope.defined:
        name = f"\\tilde{{{name}}}"
    variable = Symbol(name, optimum.variable.shape)
    names: dict[str, Expr] = {optimum.variable.name: variable}
    constraint = optimum.constraint
    constraint = None if constraint is None else _put(constraint, names, scope)
    declared = {**scope.declared, name: Declared(name, "real", variable.shape)}
    body = _put(optimum.body, names, scope)
    return variable, body, constraint, replace(scope, declared=declared)


def _put(node: N, values: Mapping[str, Expr], scope: Scope) -> N:
    return substituted(node, values, definitions=in_force(scope), random=random_names(scope))


def _without(scope: Scope, optimum: Optimum) -> Scope:
    """A case's scope without the optimum's variable, which the case sets."""
    name = optimum.variable.name
    return replace(scope, declared={k: d for k, d in scope.declared.items() if k != name})
