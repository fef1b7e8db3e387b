"""Proofs and sequents as text, and texts that are neither."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.kernel.certificate import (
    Absurd,
    Define,
    Have,
    Linear,
    Oracle,
    Proof,
    Split,
    Term,
    Use,
    Whole,
)
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.storage import Malformed, proof_from_json, sequent_from_json, to_json
from qedeck.kernel.terms import (
    Abs,
    Exp,
    Inverse,
    Log,
    Max,
    Opaque,
    Power,
    Root,
    Sign,
    Symbol,
)

X, Y = Polynomial.atom(0), Polynomial.atom(1)
SQUARE = X * X - Fraction(1, 2) * X * Y
LEAF = Linear(
    (Term(Fraction(1, 3), (0, 2), X - Y), Term(Fraction(2)), Term(3, (1,))), ((3, X),), (1,)
)
EVERY = Proof(
    Split(
        SQUARE,
        Whole(X, -3, Absurd(LEAF), Oracle("z3")),
        Have(Relation(X, "!="), Linear(), Linear()),
        Use("exp-sum", (2, 3, 4), (Linear(), LEAF), Define(Exp(X), (), LEAF)),
    ),
    ((Linear(),), ()),
)
ATOMS = (
    Symbol("x"),
    Symbol("n", whole=True),
    *[kind(X) for kind in (Inverse, Abs, Exp, Log, Sign)],
    Root(3, SQUARE),
    Max(X, Y),
    Power(X, Y),
    Opaque("f", (X, SQUARE)),
)


def test_a_proof_is_read_as_it_was_written():
    assert proof_from_json(to_json(EVERY)) == EVERY


def test_a_sequent_is_read_as_it_was_written():
    sequent = Sequent(ATOMS, (Relation(X, ">"), Relation(SQUARE, "!=")), Relation(Y, "="))
    assert sequent_from_json(to_json(sequent)) == sequent


def test_what_is_empty_takes_no_room():
    assert to_json(Proof(Linear())) == '[["Linear"]]'


WHOLE = to_json(EVERY)


@pytest.mark.parametrize("cut", range(0, len(WHOLE), 7))
def test_a_truncated_file_is_no_proof(cut):
    with pytest.raises(Malformed, match="1:"):
        proof_from_json(WHOLE[:cut])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"goal":["Linear"],"goal":["Linear"]}', "proof"),
        ('[["Linear"],[],[]]', "proof"),
        ('[["Believe"]]', "goal"),
        ('[["Linear",[[1.5]]]]', r"goal\[1\]\[0\]\[0\]"),
        ('[["Linear",[["1/0"]]]]', r"goal\[1\]\[0\]\[0\]"),
        ('[["Linear",[[true]]]]', r"goal\[1\]\[0\]\[0\]"),
        ('[["Linear",[[NaN]]]]', r"goal\[1\]\[0\]\[0\]"),
        ('[["Linear",[[1,[-1]]]]]', r"goal\[1\]\[0\]\[1\]\[0\]"),
        ('[["Linear",[[1,[],[[1,0,1],[2,0,1]]]]]]', r"goal\[1\]\[0\]\[2\]\[1\]"),
        ('[["Linear",[[1,[],[[1,1,1,0,1]]]]]]', r"goal\[1\]\[0\]\[2\]\[0\]"),
        ('[["Linear",[[1,[],[[1,0,0]]]]]]', r"goal\[1\]\[0\]\[2\]\[0\]"),
        ('[["Linear",[[1,[],[[1,0,1000000000]]]]]]', r"goal\[1\]\[0\]\[2\]\[0\]"),
        ('[["Linear",[[1,[],[[1,0]]]]]]', r"goal\[1\]\[0\]\[2\]\[0\]"),
        ('[["Whole",[],1.5,["Linear"],["Linear"]]]', r"goal\[2\]"),
        ('[["Split",[],["Linear"],["Linear"]]]', "goal"),
        ('[["Have",["<",[]],["Linear"],["Linear"]]]', r"goal\[1\]"),
        ('[["Linear",[[1' + "0" * 2000 + "]]]]", "1:14"),
        ("[" * 100_000, "1:121"),
        ('[["Absurd",' * 1000 + "1" + "]" * 2000, "1:"),
        ("[1," * 3_000_000, "1:1"),
        ("", "1:1"),
    ],
)
def test_a_hostile_file_is_an_error_with_its_place(text, place):
    with pytest.raises(Malformed, match=f"^{place}"):
        proof_from_json(text)
