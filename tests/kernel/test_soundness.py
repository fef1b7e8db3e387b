"""No certificate is accepted for what a point refutes."""

from __future__ import annotations

import importlib.util
import random
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qedeck.kernel.certificate import Absurd, Linear, Oracle, Proof, Split, Term, Use
from qedeck.kernel.check import Rejected, check
from qedeck.kernel.lemmas import LEMMAS, instance
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import (
    Abs,
    Inverse,
    Max,
    Power,
    Root,
    Sign,
    Symbol,
)

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "attack_kernel.py"


def script():
    spec = importlib.util.spec_from_file_location("attack_kernel", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["attack_kernel"] = module
    spec.loader.exec_module(module)
    return module


attacks = script()
KNOWN = attacks.known_proofs()
X, Y = Polynomial.atom(0), Polynomial.atom(1)
SMALL = st.sampled_from([Fraction(n, d) for n in range(-4, 5) for d in (1, 2)])
WEIGHTS = st.sampled_from([Fraction(1, 2), 1, 2, -1, 0])
INDICES = st.integers(0, 4)
MONOMIALS = st.dictionaries(st.integers(0, 4), st.integers(1, 2), max_size=2).map(
    lambda exponents: tuple(sorted(exponents.items()))
)
POLYNOMIALS = st.dictionaries(MONOMIALS, SMALL.filter(bool), max_size=3).map(Polynomial.of)
SIGNS = st.sampled_from(["=", ">=", ">", "!="])
RELATIONS = st.builds(Relation, POLYNOMIALS, SIGNS)
ATOMS = (Symbol("x"), Symbol("y"), Abs(X - Y), Max(X, Y), Sign(X))
TERMS = st.builds(Term, WEIGHTS, st.lists(INDICES, max_size=2).map(tuple), POLYNOMIALS)


def holds_at(sequent, point):
    try:
        return not attacks.refuted_at(sequent, point)
    except attacks.Inexact:
        return True


@settings(max_examples=300, deadline=None)
@given(
    st.lists(RELATIONS, max_size=3),
    st.lists(TERMS, max_size=3),
    st.lists(st.tuples(INDICES, POLYNOMIALS), max_size=2),
    st.lists(INDICES, max_size=1),
    SIGNS,
    POLYNOMIALS,
    st.booleans(),
    st.tuples(SMALL, SMALL),
)
def test_a_combination_that_is_accepted_is_true(
    facts, terms, equations, factor, sign, noise, noisy, point
):
    known = [*facts]
    known += [r for k, a in enumerate(ATOMS) for r in attacks_laws(k, a)]
    poly = noise if noisy else Polynomial()
    for term in terms:
        part = term.square**2 * term.weight
        for k in term.facts:
            part *= known[k].poly ** (1 + (known[k].sign == "!="))
        poly += part
    for k, cofactor in equations:
        poly += known[k].poly * cofactor
    sequent = Sequent(ATOMS, tuple(facts), Relation(poly, sign))
    certificate = Linear(tuple(terms), tuple(equations), tuple(factor))
    try:
        left = check(sequent, Proof(certificate))
    except Rejected:
        return
    assert left == ()
    assert holds_at(sequent, list(point))


def attacks_laws(index, atom):
    from qedeck.kernel.values import laws

    return laws(index, atom)


def atom_of(kind, chance):
    """An atom of a kind about symbols of which exact powers, roots and logarithms are known."""
    argument = chance.choice([X, Y, X * Y, X + Y, X - Y, Polynomial.constant(1), Polynomial()])
    if kind is Root:
        return Root(chance.choice([2, 3]), argument)
    if kind is Power:
        exponent = chance.choice(
            [X, Y, X + Y, X - 1, *[Polynomial.constant(c) for c in (0, 1, 2, Fraction(1, 2))]]
        )
        return Power(argument, exponent)
    if kind is Max:
        return Max(argument, chance.choice([X, Y]))
    return kind(argument)


@pytest.mark.parametrize("name", LEMMAS)
def test_a_lemma_holds_at_exact_points(name):
    chance = random.Random(name)
    seen = 0
    for _ in range(1500):
        chosen = [atom_of(kind, chance) for kind in LEMMAS[name].kinds]
        if chance.random() < 0.6 and len(chosen) > 1:
            chosen = (
                [type(chosen[0])(**vars(chosen[0])) for _ in chosen] if same(chosen) else chosen
            )
        atoms = (Symbol("x"), Symbol("y"), *chosen)
        made = instance(name, tuple(range(2, len(atoms))), atoms)
        assert made is not None
        point = [chance.choice(attacks.NUMBERS) for _ in range(2)]
        sequent = Sequent(atoms, made[0], made[1])
        values = attacks.values_at(sequent, point)
        if values is None:
            continue
        if all(attacks.HOLDS[c.sign](attacks.value_of(c.poly, values)) for c in made[0]):
            seen += 1
            assert attacks.HOLDS[made[1].sign](attacks.value_of(made[1].poly, values)), (
                chosen,
                point,
            )
    assert seen or name in {
        "exp-sum",
        "power-exp",
    }, name


def same(atoms):
    return len({type(a) for a in atoms}) == 1


def test_known_proofs_are_accepted():
    assert len(KNOWN) > 30
    for sequent, proof in KNOWN:
        assert check(sequent, proof) == ()


def test_known_proofs_use_every_rule():
    used = {
        type(part).__name__
        for _, proof in KNOWN
        for _, part in attacks.places(proof)
        if isinstance(part, attacks.CERTIFICATES)
    }
    assert used >= {"Linear", "Split", "Absurd", "Have", "Use", "Define"}


def test_no_attack_is_accepted():
    said, holes = attacks.attack(KNOWN, 1200, seed=1)
    assert holes == []
    assert sum(said.values()) >= 1200
    assert said["left to oracles"]


@pytest.mark.parametrize("seed", range(3))
def test_a_proof_with_any_part_left_to_an_oracle_is_not_complete(seed):
    chance = random.Random(seed)
    sequent, proof = chance.choice(KNOWN)
    for path, part in attacks.places(proof):
        if path and isinstance(part, attacks.CERTIFICATES):
            assert check(sequent, attacks.put(proof, path, Oracle("z3"))) != ()


def test_the_point_of_a_refutation_is_one():
    false = Sequent(ATOMS[:2], (Relation(X, ">"),), Relation(X - 1, ">="))
    point = attacks.refutation(false, random.Random(0))
    assert point is not None
    assert 0 < point[0] < 1
    true = Sequent(ATOMS[:2], (Relation(X, ">"),), Relation(X, ">="))
    assert attacks.refutation(true, random.Random(0)) is None


def test_a_missing_value_refutes():
    partial = Sequent((Symbol("x"), Inverse(X)), (), Relation(Polynomial(), "="))
    assert attacks.refutation(partial, random.Random(0)) == [0]
    unused = Use("exp-tangent", (1,), (), Linear())
    with pytest.raises(Rejected):
        check(partial, Proof(unused))
    with pytest.raises(Rejected):
        check(partial, Proof(Split(X, Linear(), Linear(), Absurd(Linear()))))
