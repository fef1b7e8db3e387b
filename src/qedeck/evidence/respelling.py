"""A statement written in another way: a check of what it says cannot tell the difference."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from qedeck.formula.tree import (
    Define,
    Defines,
    Derivation,
    Expr,
    Implies,
    Number,
    Optimum,
    Product,
    Relation,
    Restricted,
    Statement,
)

ONE = Number(Fraction(1))


def respelled(statement: Statement) -> Statement:
    """The statement with the last side of each relation, and each body, multiplied by 1."""
    match statement:
        case Relation(terms):
            return replace(statement, terms=(*terms[:-1], _times_one(terms[-1])))
        case Restricted():
            return replace(statement, statement=respelled(statement.statement))
        case Implies():
            return replace(statement, then=respelled(statement.then))
        case Derivation(chains):
            return replace(statement, chains=tuple(map(respelled, chains)))
        case Define():
            return replace(statement, body=_times_one(statement.body))
        case Defines(parts):
            return replace(statement, parts=tuple(map(_part, parts)))
        case _:
            return statement


def _part(part: Define) -> Define:
    return replace(part, body=_times_one(part.body))


def _times_one(term: Expr) -> Expr:
    """The product with 1; points where an optimum is attained are a set, and stay."""
    return term if isinstance(term, Optimum) else Product((ONE, term))
