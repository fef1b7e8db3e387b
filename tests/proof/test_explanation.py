"""Proofs in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qedeck.kernel.certificate import Linear, Oracle, Proof, Split, Term
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.storage import proof_from_json, sequent_from_json
from qedeck.kernel.terms import Abs, Inverse, Log, Power, Root, Symbol
from qedeck.proof.explanation import Step, explained, latex, relation

X, Y, Z = (Polynomial.atom(k) for k in range(3))
REAL = (Symbol("x_1"), Symbol("y"), Symbol("z"))
KNOWN = json.loads(
    (Path(__file__).parents[1] / "kernel" / "proofs.json").read_text(encoding="utf-8")
)


def test_a_sum_of_squares_is_shown():
    poly = 3 * (X - Y) ** 2 + 2 * Z**2
    proof = Proof(Linear((Term(3, (), X - Y), Term(2, (), Z))))
    goal, step = explained(Sequent(REAL, (), Relation(poly, ">=")), proof)
    assert goal.kind == "goal"
    assert step == Step(
        0,
        "sum",
        (
            r"3 x_{1}^{2} - 6 x_{1} y + 3 y^{2} + 2 z^{2}",
            r"3 \left( x_{1} - y \right)^2 + 2 z^2",
        ),
    )
    assert step.words.endswith("$, and no term is negative.")


def test_a_sum_that_is_positive_says_so_and_names_what_is_zero():
    facts = (Relation(X, "!="), Relation(Y, "="))
    contradiction = Proof(Linear((Term(1, (0, 0), Polynomial.of({(): 1})),), ((1, X),)))
    sequent = Sequent(REAL, facts, Relation(X**2 + X * Y, ">"))
    step = explained(sequent, contradiction)[-1]
    assert step.kind == "positive mixed sum"
    assert step.words.endswith("no other term is negative, and one is positive.")


def test_formulas_keep_their_braces_in_words():
    words = Step(0, "lemma", ("x_{1} > 0", "log tangent")).words
    assert words == "$x_{1} > 0$, by log tangent."


def test_an_identity_is_called_one():
    steps = explained(Sequent(REAL, (), Relation(X - X, "=")), Proof(Linear()))
    assert [s.kind for s in steps] == ["goal", "identity"]
    assert steps[0].parts == ("0 = 0",)


def test_cases_lie_deeper():
    proof = Proof(Split(X, Oracle("z3"), Oracle("z3"), Oracle("z3")))
    steps = explained(Sequent(REAL, (), Relation(X**2, ">=")), proof)
    assert [(s.kind, s.depth) for s in steps[1:3]] == [("case", 0), ("oracle", 1)]
    assert [s.parts[0] for s in steps if s.kind == "case"] == [
        "x_{1} > 0",
        "x_{1} = 0",
        "0 > x_{1}",
    ]


@pytest.mark.parametrize(
    ("atom", "text"),
    [
        (Abs(X - 1), r"\left\lvert x_{1} - 1 \right\rvert"),
        (Root(3, X), r"\sqrt[3]{x_{1}}"),
        (Power(X + 1, Y), r"\left( x_{1} + 1 \right)^{y}"),
        (Log(X * Y), r"\log \left( x_{1} y \right)"),
        (Inverse(X + Y), r"\frac{1}{x_{1} + y}"),
    ],
)
def test_atoms_are_written_as_on_a_page(atom, text):
    atoms = (*REAL, atom)
    assert latex(Polynomial.atom(3), atoms) == text
    squared = latex(Polynomial.atom(3) ** 2, atoms)
    assert squared != text
    assert "{2}" in squared


def test_negative_terms_stand_on_the_right():
    assert relation(Relation(X - Y, ">"), REAL) == "x_{1} > y"


@pytest.mark.parametrize("place", range(0, len(KNOWN), 3))
def test_every_known_proof_can_be_explained(place):
    said, why = KNOWN[place]
    sequent, proof = sequent_from_json(json.dumps(said)), proof_from_json(json.dumps(why))
    steps = explained(sequent, proof)
    assert "goal" in {s.kind for s in steps}
    for step in steps:
        assert step.words.count("$") % 2 == 0
        assert step.words.count("{") == step.words.count("}")
