"""Goals that follow from their facts whatever their roots and powers are."""

from __future__ import annotations

import sympy as sp

from qedeck.evidence.proof.atoms import positive
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal
from qedeck.evidence.proof.prove import prove_by_atoms

A, B, X, Y = sp.symbols("a b x y", real=True)
P, Q = sp.Symbol("p", positive=True), sp.Symbol("q", real=True)


def norm(*entries: sp.Expr, order: sp.Expr = P) -> sp.Expr:
    return sum(sp.Abs(entry) ** order for entry in entries) ** (1 / order)


def proved(left: sp.Expr, sign: str, right: sp.Expr, *facts: Fact) -> bool:
    found = prove_by_atoms(Goal(left, sign, right, facts), Budget.of(2 * SECOND))
    assert found is None or isinstance(found, Certificate)
    return found is not None


def triangles() -> tuple[Fact, Fact]:
    gap = norm(A - X, B - Y)
    return (
        Fact(norm(A, B), "<=", gap + norm(X, Y)),
        Fact(norm(X, Y), "<=", gap + norm(A, B)),
    )


def test_two_triangles_bound_the_difference_of_norms() -> None:
    assert proved(sp.Abs(norm(A, B) - norm(X, Y)), "<=", norm(A - X, B - Y), *triangles())


def test_one_triangle_does_not() -> None:
    first, _ = triangles()
    assert not proved(sp.Abs(norm(A, B) - norm(X, Y)), "<=", norm(A - X, B - Y), first)


def test_the_norm_of_another_vector_is_another_number() -> None:
    assert not proved(sp.Abs(norm(A, B) - norm(X, Y)), "<=", norm(A + X, B - Y), *triangles())


def test_contradictory_facts_prove_nothing() -> None:
    facts = (Fact(norm(A, B), "<", norm(X, Y)), Fact(norm(X, Y), "<", norm(A, B)))
    assert not proved(norm(A, B), "<=", norm(A - X, B - Y), *facts)


def test_a_side_is_raised_to_the_power_that_a_linked_claim_speaks_of() -> None:
    step = Fact(norm(A, B, order=Q) ** Q, "<=", norm(A, B) ** Q)
    larger = Fact(Q, ">=", P)
    assert proved(norm(A, B, order=Q), "<=", norm(A, B), step, larger)


def test_a_power_is_not_undone_where_its_exponent_may_be_negative() -> None:
    step = Fact(norm(A, B, order=Q) ** Q, "<=", norm(A, B) ** Q)
    assert not proved(norm(A, B, order=Q), "<=", norm(A, B), step)


def test_a_symbol_above_a_positive_one_is_positive() -> None:
    assert positive(Q, (Fact(Q, ">=", P),))
    assert not positive(Q, (Fact(Q, "<=", P),))
    assert not positive(Q, (Fact(Q, ">=", A),))
