"""One spelling for hypotheses that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Assumed
from qedeck.formula.tree import (
    Big,
    Call,
    Constants,
    Expr,
    Item,
    Member,
    Negative,
    Number,
    Power,
    Product,
    Range,
    Relation,
    RelationSign,
    Space,
    Sum,
    Symbol,
)

UNIT = ""
"""The name under which a linear form keeps its constant."""


def canonical(assumed: Assumed) -> Assumed:
    """A relation with the greater side on the left; a linear one with nothing on the right."""
    match assumed.statement:
        case Relation((left, right), (sign,)) if sign in ("<", "<="):
            turned: RelationSign = ">" if sign == "<" else ">="
            return canonical(Assumed(Relation((right, left), (turned,))))
        case Relation((Power(inner, Number(exponent)), Number(zero)), ("!=",)) if (
            zero == 0 and exponent > 0
        ):
            return canonical(Assumed(Relation((inner, Number(zero)), ("!=",))))
        case Relation((Call("abs", (inner,)), Number(zero)), ("!=",)) if zero == 0:
            return canonical(Assumed(Relation((inner, Number(zero)), ("!=",))))
        case Relation((Call("norm", (inner, _)), Number(zero)), ("!=",)) if zero == 0:
            origin = Constants(Fraction(0), shape_of(inner))
            return Assumed(Relation((inner, origin), ("!=",)))
        case Relation(
            (Big("min", (Range(i),), Item(Symbol(x, shape), (Symbol(j),)), None), _), (">",)
        ):
            positive = Member(Symbol(x, shape), Space(shape, "positive"))
            return Assumed(positive) if i == j else assumed
        case Relation((left, right), (sign,)):
            found = linear(Sum((left, Negative(right))))
            return assumed if found is None else _spelled(found, sign)
        case _:
            return assumed


def _spelled(form: Mapping[str, Fraction], sign: RelationSign) -> Assumed:
    """The relation of a linear form to zero, its first coefficient 1 or -1."""
    size = next((abs(form[name]) for name in sorted(form) if name != UNIT), Fraction(1))
    flip = -1 if sign in ("=", "!=") and _leading(form) < 0 else 1
    terms = tuple(
        Product((Number(flip * form[name] / size), Symbol(name))) for name in sorted(form)
    )
    return Assumed(Relation((Sum(terms), Number(Fraction(0))), (sign,)))


def _leading(form: Mapping[str, Fraction]) -> Fraction:
    return next((form[name] for name in sorted(form) if name != UNIT), Fraction(1))


def linear(expr: Expr) -> dict[str, Fraction] | None:
    """Coefficients of scalar symbols and of 1; None where it is not linear in them."""
    found: dict[str, Fraction] = {}
    match expr:
        case Number(value):
            found = {UNIT: value}
        case Symbol(name, ()):
            found = {name: Fraction(1)}
        case Negative(inner):
            part = linear(inner)
            if part is None:
                return None
            found = {name: -value for name, value in part.items()}
        case Product((Number(factor), inner)):
            part = linear(inner)
            if part is None:
                return None
            found = {name: factor * value for name, value in part.items()}
        case Sum(terms):
            for term in terms:
                part = linear(term)
                if part is None:
                    return None
                for name, value in part.items():
                    found[name] = found.get(name, Fraction(0)) + value
        case _:
            return None
    return {name: value for name, value in found.items() if value}
