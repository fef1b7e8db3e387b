"""What the kernel accepts, and what it rejects by name."""

from __future__ import annotations

import pytest

from qedeck.kernel.certificate import Absurd, Linear, Proof, Split, Term, Use
from qedeck.kernel.check import Rejected, check
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Inverse, Log, Symbol

X, Y, Z = (Polynomial.atom(k) for k in range(3))
REAL = (Symbol("x"), Symbol("y"))


def test_a_square_is_not_negative():
    square = X * X - 2 * X * Y + Y * Y
    sequent = Sequent(REAL, (), Relation(square, ">="))
    assert check(sequent, Proof(Linear((Term(1, (), X - Y),)))) == ()
    with pytest.raises(Rejected, match="strict"):
        check(Sequent(REAL, (), Relation(square, ">")), Proof(Linear((Term(1, (), X - Y),))))


def test_an_inverse_needs_what_is_not_zero():
    atoms = (Symbol("x"), Inverse(X))
    goal = Relation(X * Y - 1, "=")
    with pytest.raises(Rejected, match="linear"):
        check(Sequent(atoms, (), goal), Proof(Linear()))
    shown = Absurd(Linear((Term(1, (0,)),), ((1, -X),)))
    assert check(Sequent(atoms, (Relation(X, "!="),), goal), Proof(Linear(), ((shown,),))) == ()


def test_a_lemma_and_a_case():
    atoms = (Symbol("x"), Log(X))
    sequent = Sequent(atoms, (Relation(X, ">"),), Relation(X - 1 - Y, ">="))
    value = Linear((Term(1, (0,)),))
    use = Use("log-tangent", (1,), (), Linear((Term(1, (2,)),)))
    assert check(sequent, Proof(use, ((value,),))) == ()
    cases = Split(X - 1, use.then, use, use)
    with pytest.raises(Rejected, match="identity"):
        check(sequent, Proof(cases, ((value,),)))
