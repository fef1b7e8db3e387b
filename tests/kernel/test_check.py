"""What the kernel accepts, and what it rejects by name."""

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
from qedeck.kernel.check import Rejected, check
from qedeck.kernel.lemmas import LEMMAS
from qedeck.kernel.polynomials import ONE, Polynomial
from qedeck.kernel.sequent import Relation, Sequent
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

X, Y, Z, W = (Polynomial.atom(k) for k in range(4))
REAL = (Symbol("x"), Symbol("y"))
WHOLE = (Symbol("n", whole=True),)
NOTHING = Polynomial()


def relation(poly, sign):
    return Relation(NOTHING + poly, sign)


def sequent(atoms, facts, goal):
    return Sequent(atoms, tuple(relation(*f) for f in facts), relation(*goal))


def given(*facts, weight=1):
    """A combination of one product of facts."""
    return Linear((Term(weight, facts),))


def accepted(atoms, facts, goal, certificate, *values):
    return check(sequent(atoms, facts, goal), Proof(certificate, values)) == ()


def refused(rule, atoms, facts, goal, certificate, *values):
    with pytest.raises(Rejected) as caught:
        check(sequent(atoms, facts, goal), Proof(certificate, values))
    assert caught.value.rule == rule, str(caught.value)
    assert caught.value.why
    return True


# -- combinations --------------------------------------------------------------------------

SQUARE = X * X - 2 * X * Y + Y * Y


def test_an_identity_needs_no_data():
    assert accepted(REAL, [], ((X + Y) ** 2 - X * X - 2 * X * Y - Y * Y, "="), Linear())
    assert refused("identity", REAL, [], ((X + Y) ** 2 - X * X - Y * Y, "="), Linear())


def test_a_square_is_not_negative_and_not_positive():
    shown = Linear((Term(1, (), X - Y),))
    assert accepted(REAL, [], (SQUARE, ">="), shown)
    assert refused("strict", REAL, [], (SQUARE, ">"), shown)
    assert refused("identity", REAL, [], (-SQUARE, ">="), shown)


def test_a_constant_is_strictly_positive():
    assert accepted(REAL, [], (X * X + 1, ">"), Linear((Term(1, (), X), Term(1))))
    assert refused("strict", REAL, [], (X * X, ">"), Linear((Term(1, (), X),)))


def test_products_of_facts_are_strict_where_all_are():
    facts = [(X, ">"), (Y, ">"), (Y, ">=")]
    assert accepted(REAL, facts, (X * Y, ">"), given(0, 1))
    assert refused("strict", REAL, facts, (X * Y, ">"), given(0, 2))
    assert accepted(REAL, facts, (X * Y, ">="), given(0, 2))


@pytest.mark.parametrize("weight", [0, -1, Fraction(-1, 2), 0.5, True, None])
def test_weights_are_positive_fractions(weight):
    if weight is True:
        assert accepted(REAL, [(X, ">=")], (X, ">="), given(0, weight=weight))
    else:
        assert refused("weight", REAL, [(X, ">=")], (X, ">="), given(0, weight=weight))


def test_a_negative_weight_does_not_turn_a_fact_round():
    assert refused("weight", REAL, [(X, ">=")], (-X, ">="), given(0, weight=-1))


def test_what_is_not_zero_counts_squared():
    assert accepted(REAL, [(X, "!=")], (X * X, ">"), given(0))
    assert refused("identity", REAL, [(X, "!=")], (X, ">"), given(0))
    assert refused("equation", REAL, [(X, "!=")], (X, ">="), Linear((), ((0, ONE),)))


def test_an_equation_is_no_term_and_a_fact_no_equation():
    assert refused("term", REAL, [(X, "=")], (X, ">="), given(0))
    assert refused("equation", REAL, [(X, ">=")], (-X, ">="), Linear((), ((0, -ONE),)))
    assert accepted(REAL, [(X, "=")], (-X * Y, ">="), Linear((), ((0, -Y),)))


def test_an_equation_follows_from_equations_alone():
    facts = [(X, "="), (X, ">=")]
    assert accepted(REAL, facts, (X * Y, "="), Linear((), ((0, Y),)))
    assert refused("equation", REAL, facts, (X, "="), given(1))


def test_a_factor_is_positive():
    goal, bound = (Y, ">="), (X * Y, ">=")
    assert accepted(REAL, [bound, (X, ">")], goal, Linear((Term(1, (0,)),), (), (1,)))
    for sign in (">=", "="):
        # d may be 0
        assert refused("factor", REAL, [bound, (X, sign)], goal, Linear((Term(1, (0,)),), (), (1,)))
    # d is negative: x < 0 says nothing about the sign of x y
    assert refused("identity", REAL, [bound, (-X, ">")], goal, Linear((Term(1, (0,)),), (), (1,)))
    # d is 0
    assert refused("factor", REAL, [(NOTHING, "=")], goal, Linear((), (), (0,)))
    assert refused("fact", REAL, [], goal, Linear((), (), (0,)))


def test_a_factor_that_is_not_zero_counts_squared_but_for_equations():
    facts = [(X * Y, "="), (X, "!=")]
    assert accepted(REAL, facts, (Y, "="), Linear((), ((0, ONE),), (1,)))
    assert refused("identity", REAL, facts, (Y, ">="), Linear((), ((0, ONE),), (1,)))
    assert accepted(REAL, facts, (Y, ">="), Linear((), ((0, X),), (1,)))


@pytest.mark.parametrize("index", [-1, 1, 10**9, True, "0", 0.0])
def test_a_fact_that_is_not_there(index):
    assert refused("fact", REAL, [(X, ">=")], (X, ">="), given(index))


def test_a_denial_is_shown_by_absurdity():
    assert refused("linear", REAL, [(X, ">")], (X, "!="), given(0))
    assert accepted(REAL, [(X, ">")], (X, "!="), Absurd(Linear((Term(1, (0,)),), ((1, -ONE),))))
    assert refused("identity", REAL, [(X, ">")], (X + 1, "="), Absurd(given(0)))
    assert refused(
        "strict",
        REAL,
        [(X, ">="), (-X, ">=")],
        (Y, "="),
        Absurd(Linear((Term(1, (0,)), Term(1, (1,))))),
    )


# -- cases ---------------------------------------------------------------------------------

SIZE = (*REAL[:1], Abs(X))
PARTED = [Linear((Term(1, (k,)),)) for k in (0,)]


def test_cases_leave_nothing_out():
    positive, zero, negative = given(0), Linear((), ((0, ONE),)), given(0)
    cube = X**2
    whole = Split(X, Linear((Term(1, (0, 0)),)), Linear((), ((0, X),)), Linear((Term(1, (0, 0)),)))
    assert accepted(REAL, [], (cube, ">="), whole)
    assert refused("identity", REAL, [], (X, ">="), Split(X, positive, zero, negative))


@pytest.mark.parametrize("dropped", range(3))
def test_a_dropped_case_is_missed(dropped):
    branches = [Linear((Term(1, (0, 0)),)), Linear((), ((0, X),)), Linear((Term(1, (0, 0)),))]
    branches[dropped] = Linear()
    assert refused("identity", REAL, [], (X**2, ">="), Split(X, *branches))


def test_a_case_is_no_fact_outside_of_it():
    assert refused(
        "fact",
        REAL,
        [],
        (X, ">"),
        Have(
            relation(X**2, ">="),
            Split(X, Linear((Term(1, (0, 0)),)), Linear((), ((0, X),)), Linear((Term(1, (0, 0)),))),
            given(1),
        ),
    )


def test_whole_numbers_have_neighbours():
    facts, goal = [(2 * X - 1, ">")], (X - 1, ">=")
    below = Absurd(Linear((Term(1, (0,)), Term(2, (1,)), Term(1))))
    assert accepted(WHOLE, facts, goal, Whole(X, 0, below, given(1)))
    assert refused("whole", REAL, facts, goal, Whole(X, 0, below, given(1)))
    assert refused("whole", WHOLE, facts, goal, Whole(X * Fraction(1, 2), 0, below, given(1)))


@pytest.mark.parametrize("at", [Fraction(1, 2), 0.5, Fraction(1), True])
def test_a_whole_number_is_not_split_at_a_half(at):
    assert refused("whole", WHOLE, [], (X, ">="), Whole(X, at, Linear(), Linear()))


def test_the_neighbour_of_k_is_k_plus_one():
    facts, goal = [(X, ">")], (X - 2, ">=")
    below = Absurd(Linear((Term(1, (0,)), Term(1, (1,)))))
    assert refused("identity", WHOLE, facts, goal, Whole(X, 0, below, given(1)))


# -- values --------------------------------------------------------------------------------

NOT_ZERO = Absurd(Linear((Term(1, (0,)),), ((1, -X),)))


def test_an_inverse_needs_what_is_not_zero():
    atoms, goal = (Symbol("x"), Inverse(X)), (X * Y - 1, "=")
    assert accepted(atoms, [(X, "!=")], goal, Linear(), (NOT_ZERO,))
    assert refused("linear", atoms, [], goal, Linear())
    assert refused("term", atoms, [], goal, Linear(), (NOT_ZERO,))


def test_nothing_is_known_where_an_inverse_has_no_value():
    atoms = (Symbol("x"), Inverse(X))
    # at x = 0 the fact has no value, so it cannot say that x is not 0
    circular = Absurd(Linear((Term(1, (0,)),), ((1, -Y),)))
    assert refused("term", atoms, [(X * Y - 1, "=")], (X, "!="), Linear(), (circular,))
    assert refused(
        "polynomial", atoms, [], (X, "!="), Linear(), (Absurd(Linear((Term(1),), ((0, -Y),))),)
    )
    assert refused("term", atoms, [(Y, "!=")], (X, "!="), Linear(), (NOT_ZERO,))


def test_two_atoms_do_not_hold_each_other_up():
    atoms = (Symbol("x"), Inverse(Z), Inverse(Y))
    assert refused("polynomial", atoms, [], (X - X, "="), Linear(), (Linear(),), (Linear(),))
    assert refused("polynomial", (Inverse(X),), [], (X, "="), Linear())


@pytest.mark.parametrize(
    ("atom", "fact", "fine"),
    [
        (Root(2, X), ">=", True),
        (Root(2, X), "!=", False),
        (Log(X), ">", True),
        (Log(X), ">=", False),
        (Inverse(X), ">", False),
        (Root(3, X), "!=", True),
    ],
)
def test_what_partial_atoms_need(atom, fact, fine):
    values = () if isinstance(atom, Root) and atom.degree == 3 else ((given(0),),)
    goal = (NOTHING, "=")
    if fine:
        assert accepted((Symbol("x"), atom), [(X, fact)], goal, Linear(), *values)
    else:
        rule = {"Inverse": "linear", "Root": "identity", "Log": "strict"}[type(atom).__name__]
        assert refused(rule, (Symbol("x"), atom), [(X, fact)], goal, Linear(), *values)


def test_a_power_of_zero_needs_a_positive_exponent():
    atoms = (Symbol("b"), Symbol("e"), Power(X, Y))
    goal = (NOTHING, "=")
    assert accepted(atoms, [(X, ">="), (Y, ">")], goal, Linear(), (given(0), given(1)))
    never = Absurd(Linear((Term(1, (0,)),), ((1, -ONE),)))
    assert accepted(atoms, [(X, ">")], goal, Linear(), (given(0), never))
    assert refused("strict", atoms, [(X, ">="), (Y, ">=")], goal, Linear(), (given(0), given(1)))
    assert refused("identity", atoms, [(X, "!="), (Y, ">")], goal, Linear(), (given(0), given(1)))


def test_more_values_than_atoms_that_need_them():
    assert refused("values", REAL, [], (NOTHING, "="), Linear(), (Linear(),))
    atoms = (Symbol("x"), Root(2, X))
    many = (given(0), given(0))
    assert refused("values", atoms, [(X, ">=")], (NOTHING, "="), Linear(), many)


def test_what_is_defined_needs_a_value_too():
    good = Define(Log(X), (given(0),), Use("log-tangent", (1,), (), given(2)))
    weak = Have(relation(X + 1, ">"), Linear((Term(1, (0,)), Term(1))), Linear())
    assert accepted(
        REAL[:1], [(X, ">")], (X - 1 - X + 1, "="), Define(Log(X), (given(0),), Linear())
    )
    assert refused("identity", REAL[:1], [(X, ">")], (X - 2, ">="), good)
    assert refused(
        "strict", REAL[:1], [(X, ">=")], (NOTHING, "="), Define(Log(X), (given(0),), weak)
    )
    assert refused("define", REAL[:1], [], (NOTHING, "="), Define(Symbol("y"), (), Linear()))


@pytest.mark.parametrize("degree", [0, 1, -2, True, 2.0])
def test_roots_have_degrees(degree):
    assert refused("root", (Symbol("x"), Root(degree, X)), [], (NOTHING, "="), Linear())


# -- laws of atoms -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atom", "facts", "poly"),
    [
        (Root(2, X), [(X, ">=")], lambda r: r**2 - X),
        (Root(3, X), [], lambda r: r**5 - X * r**2),
        (Abs(X), [], lambda a: a**3 - X**2 * a),
        (Sign(X), [], lambda s: s**4 - s**2),
        (Max(X, 2 * X), [], lambda m: m**2 - 3 * X * m + 2 * X**2),
        (Inverse(X + 1), [(X, ">=")], lambda q: X * q + q - 1),
        (Inverse(X + 1), [(X, ">=")], lambda q: X**2 * q**2 + 2 * X * q**2 + q**2 - 1),
    ],
)
def test_powers_of_atoms_are_worked_out(atom, facts, poly):
    atoms = (Symbol("x"), atom)
    value = ((given(0),),) if isinstance(atom, Root) and atom.degree == 2 else ()
    if isinstance(atom, Inverse):
        value = ((Absurd(Linear((Term(1, (0,)), Term(1)), ((1, -ONE),))),),)
    assert accepted(atoms, facts, (poly(Y), "="), Linear(), *value)
    assert refused("identity", atoms, facts, (poly(Y) + 1, "="), Linear(), *value)


# -- lemmas --------------------------------------------------------------------------------


def test_lemmas_need_their_conditions():
    atoms = (Symbol("x"), Abs(X))
    assert accepted(
        atoms,
        [(X, ">=")],
        (Y - X, "="),
        Use("abs-positive", (1,), (given(0),), Linear((), ((4, ONE),))),
    )
    assert refused(
        "identity", atoms, [], (Y - X, "="), Use("abs-positive", (1,), (), Linear((), ((3, ONE),)))
    )


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("log-tangent", (0,)),
        ("exp-sum", (2, 2)),
        ("no-such-lemma", ()),
        ("log-tangent", (9,)),
        ("log-tangent", (-1,)),
        ("congruence", (1, 2)),
        ("congruence", (1,)),
        ("congruence", (3, 4)),
        ("congruence", (5, 6)),
    ],
)
def test_lemmas_are_about_certain_atoms(name, places):
    atoms = (
        Symbol("x"),
        Abs(X),
        Exp(X),
        Root(3, X),
        Root(5, X),
        Opaque("f", (X,)),
        Opaque("g", (X,)),
    )
    assert refused("lemma", atoms, [], (NOTHING, "="), Use(name, places, (), Linear()))


def test_a_lemma_with_more_certificates_than_conditions():
    atoms = (Symbol("x"), Exp(X))
    many = Use("exp-tangent", (1,), (Linear(),), Linear())
    assert refused("lemma", atoms, [], (NOTHING, "="), many)


def test_equal_arguments_have_equal_values():
    atoms = (Symbol("x"), Symbol("y"), Opaque("f", (X,)), Opaque("f", (Y,)))
    equal = Use("congruence", (2, 3), (Linear((), ((0, ONE),)),), Linear((), ((1, ONE),)))
    assert accepted(atoms, [(X - Y, "=")], (Z - W, "="), equal)
    assert refused("fact", atoms, [], (Z - W, "="), equal)


def test_symbols_with_one_name_are_two():
    atoms = (Symbol("x"), Symbol("x"))
    equal = Use("congruence", (0, 1), (), Linear((), ((0, ONE),)))
    assert refused("lemma", atoms, [], (X - Y, "="), equal)


def test_functions_of_fewer_arguments_are_others():
    atoms = (Symbol("x"), Symbol("y"), Opaque("f", (X,)), Opaque("f", (X, Y)))
    equal = Use("congruence", (2, 3), (), Linear((), ((0, ONE),)))
    assert refused("lemma", atoms, [], (Z - W, "="), equal)


def test_each_lemma_says_something_about_atoms():
    assert len(LEMMAS) > 30
    for name, lemma in LEMMAS.items():
        assert name == name.lower()
        assert len(lemma.kinds) == len(lemma.names) >= 1


# -- oracles, limits -------------------------------------------------------------


def test_what_is_left_to_an_oracle_is_handed_back():
    asked = sequent(REAL, [(X, ">=")], (X + Y, ">="))
    assert check(asked, Proof(Oracle("z3"))) == (asked,)
    half = Split(
        Y,
        Linear((Term(1, (0,)), Term(1, (1,)))),
        Linear((Term(1, (0,)),), ((1, ONE),)),
        Oracle("z3"),
    )
    left = check(asked, Proof(half))
    assert [s.facts[-1] for s in left] == [relation(-Y, ">")]


def test_a_value_left_to_an_oracle_is_handed_back():
    atoms = (Symbol("x"), Inverse(X))
    left = check(sequent(atoms, [], (X * Y - 1, "=")), Proof(Linear(), ((Oracle("z3"),),)))
    assert [s.goal for s in left] == [relation(X, "!=")]


def test_certificates_are_not_too_deep():
    deep = Linear()
    for _ in range(150):
        deep = Have(relation(NOTHING, "="), Linear(), deep)
    assert refused("depth", REAL, [], (NOTHING, "="), deep)


def test_products_are_not_too_large():
    many = sum((Polynomial.atom(k) for k in range(300)), NOTHING)
    atoms = tuple(Symbol(f"x{k}") for k in range(300))
    goal = (NOTHING + 1, ">=")
    assert refused("size", atoms, [(many, ">=")], goal, given(*[0] * 40))
    assert refused("size", atoms, [], goal, Linear((Term(1, (), many**2),)))


def test_what_is_no_certificate_is_rejected():
    assert refused("certificate", REAL, [], (X, ">="), None)
    assert refused("polynomial", REAL, [], (X, ">="), Split(None, Linear(), Linear(), Linear()))
    assert refused("polynomial", REAL, [], (X, ">="), Split(Z, Linear(), Linear(), Linear()))
    assert refused("relation", REAL, [], (X, "<"), Linear())
