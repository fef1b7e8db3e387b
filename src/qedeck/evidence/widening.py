"""Hypotheses made weaker by as little as can be, or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from qedeck.evidence.mutants import Operator
from qedeck.evidence.operators import axes
from qedeck.formula.scope import Assumed, Bound, Scope
from qedeck.formula.tree import (
    Constant,
    Expr,
    Integers,
    Interval,
    Listing,
    Member,
    Negative,
    Number,
    Permutations,
    Power,
    Relation,
    RelationSign,
    Space,
    Statement,
    Sum,
    Symbol,
)

ONE = Number(Fraction(1))
CLOSED: dict[str, RelationSign] = {"<": "<=", ">": ">=", ">>": ">>="}

Weaker = tuple[Operator, Statement | None]
DROPPED: Weaker = ("hypothesis-dropped", None)


@dataclass(frozen=True)
class Weakened:
    """A callout with one hypothesis that says less."""

    operator: Operator
    bound: Bound
    assumed: Assumed
    """The hypothesis, or the link of it, as it stands on the page."""
    instead: Statement | None
    """What is assumed in its place; None where nothing is."""
    place: int = 0
    """Which of several wider hypotheses."""


def weakened(bound: Bound) -> Iterator[Weakened]:
    """The callout with each hypothesis widened, then dropped; link by link where it is a chain."""
    for assumed in bound.scope.assumed:
        if assumed in bound.inherited or _implied(assumed, bound.scope):
            continue
        links = _links(assumed)
        for k, link in enumerate(links):
            if not _says_something(link):
                continue
            others = tuple(Assumed(one) for j, one in enumerate(links) if j != k)
            for place, (operator, instead) in enumerate([*_wider(link), DROPPED]):
                new = (*others, Assumed(instead)) if instead is not None else others
                made = _put(bound, assumed, new)
                yield Weakened(operator, made, Assumed(link), instead, place)


def _implied(assumed: Assumed, scope: Scope) -> bool:
    """Whether it only says that the root of a law's variance is not negative."""
    match assumed.statement:
        case Relation((Symbol() as root, Number(zero)), (">=",)) if zero == 0:
            return any(law.variance == Power(root, Number(Fraction(2))) for law in scope.laws)
        case _:
            return False


def _links(assumed: Assumed) -> list[Statement]:
    statement = assumed.statement
    if isinstance(statement, Relation):
        return [
            Relation(statement.terms[k : k + 2], (sign,)) for k, sign in enumerate(statement.signs)
        ]
    return [statement] if isinstance(statement, Member) else []


def _says_something(link: Statement) -> bool:
    """`p \\le \\infty` only says that p may be infinite; `k \\in [n]` what kind of thing k is."""
    if isinstance(link, Member):
        return not isinstance(link.region, Integers | Listing | Permutations)
    assert isinstance(link, Relation)
    return Constant("infinity") not in link.terms or link.signs[0] not in ("<", "<=", ">", ">=")


def _put(bound: Bound, old: Assumed, new: tuple[Assumed, ...]) -> Bound:
    def changed(scope: Scope) -> Scope:
        found: list[Assumed] = []
        for one in scope.assumed:
            found.extend(new if one == old else (one,))
        return replace(scope, assumed=tuple(found))

    cases = tuple(replace(case, scope=changed(case.scope)) for case in bound.equality)
    return replace(bound, scope=changed(bound.scope), equality=cases)


def _wider(link: Statement) -> list[Weaker]:
    """The next weaker hypotheses: the end of a range added, or the range longer by one."""
    match link:
        case Relation((left, right), (sign,)) if sign in CLOSED:
            return [("hypothesis-widened", Relation((left, right), (CLOSED[sign],)))]
        case Relation((left, right), ("<=" | ">=" as sign,)) if axes(left) == ():
            by = 1 if sign == "<=" else -1
            if isinstance(left, Number) or (by < 0 and not isinstance(right, Number)):
                wider = Relation((_moved(left, -by), right), (sign,))
            else:
                wider = Relation((left, _moved(right, by)), (sign,))
            return [("hypothesis-widened-by-one", wider)]
        case Member(element, Space(shape, "positive")):
            return [("hypothesis-widened", Member(element, Space(shape, "nonnegative")))]
        case Member(element, Interval() as region):
            return [("hypothesis-widened", Member(element, longer)) for longer in _longer(region)]
        case _:
            return []


def _longer(region: Interval) -> Iterator[Interval]:
    if region.low != Negative(Constant("infinity")):
        longer = replace(region, low=_moved(region.low, -1))
        yield longer if region.closed_low else replace(region, closed_low=True)
    if region.high != Constant("infinity"):
        longer = replace(region, high=_moved(region.high, 1))
        yield longer if region.closed_high else replace(region, closed_high=True)


def _moved(expr: Expr, by: int) -> Expr:
    if isinstance(expr, Number):
        return Number(expr.value + by)
    if isinstance(expr, Negative) and isinstance(expr.of, Number):
        return Number(by - expr.of.value)
    return Sum((expr, ONE if by > 0 else Negative(ONE)))
