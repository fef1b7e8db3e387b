"""What follows from a verified formula without proving anything anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation
from qedeck.formula.tree import Both, Call, Expr, Implies, Number, Quotient, Relation, Statement

_JOINED = {
    ("=", "="): "=", ("=", "<="): "<=", ("<=", "="): "<=", ("<=", "<="): "<=", ("=", "<"): "<",
    ("<", "="): "<", ("<", "<="): "<", ("<=", "<"): "<", ("<", "<"): "<",
}  # fmt: skip
_WEAKER = {"=": {"=", "<=", ">="}, "<=": {"<="}, "<": {"<", "<=", "!="}}
_MIRROR = {"=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!="}

Facts = dict[tuple[Expr, Expr], str]


def remaining(todo: Sequence[Obligation], verified: Sequence[Obligation]) -> list[Obligation]:
    """The obligations that do not follow from verified ones: only what changed is left."""
    known = {(o.statement, o.fixed) for o in verified}
    facts = closure(
        link for o in verified if o.role == "statement" for link in single_links_of(o.statement)
    )
    left = []
    for obligation in todo:
        if (obligation.statement, obligation.fixed) in known:
            continue
        here = dict(facts)
        if obligation.role == "equality":
            here = closure(
                link
                for o in verified
                if o.role == "equality" and o.fixed == obligation.fixed
                for link in single_links_of(o.statement)
            )
        rest = _rest(obligation.statement, here)
        if rest is not None:
            left.append(replace(obligation, statement=rest))
    return left


def single_links_of(statement: Statement) -> list[Relation]:
    """Links that hold without a condition."""
    return single_links(statement) if isinstance(statement, Relation | Both) else []


def closure(links: Iterable[Relation]) -> Facts:
    """All relations between terms that follow by transitivity; strongest signs win."""
    facts: Facts = {}
    for link in links:
        (left, right), sign = link.terms, str(link.signs[0])
        if sign in (">", ">="):
            left, right, sign = right, left, _MIRROR[sign]
        signed = without_absolute(left)
        if signed is not None:
            facts[signed, left] = "<="
        if sign in _WEAKER:
            facts[left, right] = sign
            if sign == "=":
                facts[right, left] = "="
    grown = True
    while grown:
        grown = False
        for (a, b), first in list(facts.items()):
            for (c, d), second in list(facts.items()):
                if b == c and a != d and (a, d) not in facts:
                    facts[a, d] = _JOINED[first, second]
                    grown = True
    return facts


def without_absolute(term: Expr) -> Expr | None:
    """The number whose absolute value a term is, perhaps over a positive one."""
    match term:
        case Call("abs", (inner,)):
            return inner
        case Quotient(Call("abs", (inner,)), Call("sqrt" | "exp" | "norm") as below):
            return Quotient(inner, below)
        case Quotient(Call("abs", (inner,)), Number(value) as below) if value > 0:
            return Quotient(inner, below)
        case _:
            return None


def follows(link: Relation, facts: Facts) -> bool:
    """Whether one link is a consequence."""
    (left, right), sign = link.terms, str(link.signs[0])
    if sign in (">", ">="):
        left, right, sign = right, left, _MIRROR[sign]
    if left == right and sign in ("=", "<="):
        return True
    return sign in _WEAKER.get(facts.get((left, right), ""), ())


def _rest(statement: Statement, facts: Facts) -> Statement | None:
    """What is left of a statement to prove; None where nothing is."""
    if isinstance(statement, Implies) or not single_links_of(statement):
        return statement
    left = [link for link in single_links(statement) if not follows(link, facts)]
    if not left:
        return None
    return left[0] if len(left) == 1 else Both(tuple(left))
