"""What is derived from the kernel's lemmas is proved by them."""

from __future__ import annotations

import pytest

from qedeck.kernel.certificate import Linear, Proof, Term
from qedeck.kernel.check import check
from qedeck.kernel.lemmas import LEMMAS
from qedeck.kernel.polynomials import ONE, Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Abs, Atom, Exp, Log, Power, Root, Sign, Symbol
from qedeck.proof.search.derived import DERIVED, derived, shown
from qedeck.proof.search.state import Budget, State
from qedeck.proof.search.ways import Search

X, Y = Polynomial.atom(0), Polynomial.atom(1)
POSITIVE = (Relation(X, ">"), Relation(Y, ">"))
ABOUT: dict[type, list[Atom]] = {
    Root: [Root(2, X), Root(3, X - Y), Root(4, X * Y)],
    Abs: [Abs(X - 3 * Y)],
    Log: [Log(X), Log(X * Y + 1)],
    Exp: [Exp(X - Y)],
    Sign: [Sign(X * X - Y)],
    Power: [Power(X, Y), Power(X + Y, X - 1)],
}


def given_by(relation: Relation, place: int) -> Linear:
    """That a relation is the fact there."""
    if relation.sign == "=":
        return Linear((), ((place, ONE),))
    return Linear((Term(1, (place,)),))


def proved(name: str, atoms: tuple[Atom, ...], places: tuple[int, ...]) -> bool:
    """Whether the kernel accepts an instance, its conditions being facts."""
    one = derived(name, places, atoms)
    assert one is not None
    facts = (*POSITIVE, *one.conditions)
    values, laws = Search(Budget(5_000)).values(Sequent(atoms, facts, one.conclusion))
    assert values is not None
    state = State.of(Sequent(atoms, (*facts, *laws), one.conclusion))
    given = [given_by(condition, k) for k, condition in enumerate(one.conditions, 2)]
    end = shown(state, one, tuple(given))
    last = len(end.facts) - 1
    equation = one.conclusion.sign == "="
    leaf = (
        Linear((), ((last, Polynomial.constant(1)),)) if equation else Linear((Term(1, (last,)),))
    )
    return check(Sequent(atoms, facts, one.conclusion), Proof(end.closed(leaf), values)) == ()


@pytest.mark.parametrize("name", DERIVED)
def test_an_instance_is_accepted(name: str) -> None:
    kinds = DERIVED[name][1]
    for first in ABOUT[kinds[0]]:
        for second in ABOUT[kinds[-1]]:
            atoms: tuple[Atom, ...] = (Symbol("x"), Symbol("y"), first, second)
            assert proved(name, atoms, (2, 3)[: len(kinds)])


@pytest.mark.parametrize("name", DERIVED)
def test_it_is_not_about_other_atoms(name: str) -> None:
    assert derived(name, (0, 1)[: len(DERIVED[name][1])], (Symbol("x"), Symbol("y"))) is None


def test_nothing_is_both_derived_and_in_the_table() -> None:
    assert DERIVED.keys().isdisjoint(LEMMAS)
