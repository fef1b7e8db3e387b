from __future__ import annotations

from qedeck.kernel.certificate import Linear, Proof, Split, Term
from qedeck.kernel.check import check
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Abs, Symbol
from qedeck.proof.explain import explained
from qedeck.proof.search import find

X = Polynomial.atom(0)
SIZE = Polynomial.atom(1)


def test_a_combination_is_written_out() -> None:
    sequent = Sequent((Symbol("x_1"),), (Relation(X - 1, ">="),), Relation(X * 2 - 1, ">="))
    proof = Proof(Linear((Term(2, (0,)), Term(1))))
    assert check(sequent, proof) == ()
    told = explained(sequent, proof)
    assert told[0] == r"To show: $- 1 + 2 x_{1} \ge 0$, where $- 1 + x_{1} \ge 0$."
    assert told[1].count("=") == 1


def test_cases_are_told_one_by_one() -> None:
    sequent = Sequent((Symbol("x"),), (), Relation(X * X, ">="))
    square = Linear((Term(1, (), X),))
    told = explained(sequent, Proof(Split(X, square, square, square)))
    assert [line for line in told if line.startswith("Where")] == [
        "Where $x > 0$:", "Where $x = 0$:", "Where $x < 0$:",
    ]  # fmt: skip


def test_what_the_search_finds_can_be_told() -> None:
    atoms = (Symbol("x"), Abs(X))
    for goal in (Relation(SIZE - X, ">="), Relation(SIZE * SIZE - X * X, "=")):
        sequent = Sequent(atoms, (), goal)
        proof = find(sequent)
        assert proof is not None
        assert explained(sequent, proof)
