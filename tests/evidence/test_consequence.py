"""What follows from verified links without a proof, and what does not."""

from __future__ import annotations

import pytest

from qedeck.evidence.consequence import closure, follows
from qedeck.formula.tree import Relation, Symbol

A, B, C, D = (Symbol(name) for name in "abcd")
CHAIN = (Relation((A, B), ("<=",)), Relation((B, C), ("<",)), Relation((C, D), ("=",)))


@pytest.mark.parametrize(
    ("left", "sign", "right"),
    [(A, "<", C), (A, "<", D), (A, "<=", D), (D, ">", B), (A, "!=", C), (A, "<=", A), (D, "=", C)],
)
def test_links_join(left: Symbol, sign: str, right: Symbol) -> None:
    assert follows(Relation((left, right), (sign,)), closure(CHAIN))


@pytest.mark.parametrize(
    ("left", "sign", "right"),
    [(A, "<", B), (B, "<=", A), (C, "<", A), (A, "=", B), (C, "<", D), (A, "<", A), (A, "!=", B)],
)
def test_nothing_more_is_concluded(left: Symbol, sign: str, right: Symbol) -> None:
    assert not follows(Relation((left, right), (sign,)), closure(CHAIN))


def test_unequal_terms_do_not_join() -> None:
    facts = closure((Relation((A, B), ("!=",)), Relation((B, C), ("!=",))))
    assert not follows(Relation((A, C), ("!=",)), facts)
