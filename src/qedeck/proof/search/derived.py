"""What follows from lemmas of the kernel's table, and is not in it: with its proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from qedeck.kernel.certificate import Absurd, Certificate, Linear, Term
from qedeck.kernel.polynomials import ONE, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Abs, Atom, Exp, Log, Power, Root, Sign
from qedeck.kernel.values import laws
from qedeck.proof.search.state import State

Known: TypeAlias = tuple[int, ...]
"""The places of the conditions among the facts."""


class Derived(NamedTuple):
    """For atoms that meet the conditions, the conclusion holds."""

    conditions: tuple[Relation, ...]
    conclusion: Relation
    proof: Callable[[State, Known], Certificate]
    """Under the conditions as facts."""


def derived(name: str, places: tuple[int, ...], atoms: tuple[Atom, ...]) -> Derived | None:
    """An instance of what is derived; None where nothing of that name is about such atoms."""
    made, kinds = DERIVED.get(name, (None, ()))
    if made is None or tuple(type(atoms[k]) for k in places) != kinds:
        return None
    return made(places, atoms)


def shown(state: State, one: Derived, proofs: tuple[Certificate, ...]) -> State:
    """The state with the conclusion, given proofs of the conditions."""
    there = state.aimed(one.conclusion)
    for condition, proof in zip(one.conditions, proofs, strict=True):
        there = there.had(condition, proof)
    known = tuple(range(len(state.facts), len(there.facts)))
    return state.had(one.conclusion, one.proof(there, known))


def _last(state: State) -> int:
    return len(state.facts) - 1


def _is(poly: Polynomial) -> Relation:
    return Relation(poly, "=")


def _above(poly: Polynomial) -> Relation:
    return Relation(poly, ">=")


def _law(state: State, place: int, which: int) -> int:
    """Where a law of an atom stands among the facts."""
    return state.facts.index(laws(place, state.atoms[place])[which])


def _root_vanishes(places: Known, atoms: tuple[Atom, ...]) -> Derived:
    root, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(root, Root)
    cofactor = a ** (root.degree - 1)
    return Derived(
        (_is(a),), _is(root.of),
        lambda state, c: state.closed(Linear((), ((c[0], cofactor),))),
    )  # fmt: skip


def _abs_vanishes(places: Known, atoms: tuple[Atom, ...]) -> Derived:
    atom, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(atom, Abs)

    def proof(state: State, c: Known) -> Certificate:
        # p^2 > 0 would be |p|^2 = 0
        leaf = Linear((Term(1, (len(state.facts),)),), ((c[0], -a),))
        return state.closed(Absurd(leaf))

    return Derived((_is(a),), _is(atom.of), proof)


def _log_one(places: Known, atoms: tuple[Atom, ...]) -> Derived:
    atom, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(atom, Log)

    def proof(state: State, c: Known) -> Certificate:
        # log t is at most t - 1, and t log t at least that
        there = state.used("log-tangent", places, ())
        there = there.had(_above(-a), Linear((Term(1, (_last(there),)),), ((c[0], -ONE),)))
        low = _last(there)
        there = there.used("log-tangent-below", places, ())
        there = there.had(_above(a), Linear((Term(1, (_last(there),)),), ((c[0], 1 - a),)))
        both = (low, _last(there))
        return there.closed(Absurd(Linear((Term(1, (len(there.facts),)), Term(1, both)))))

    return Derived((_is(atom.of - 1),), _is(a), proof)


def _exp_zero(places: Known, atoms: tuple[Atom, ...]) -> Derived:
    atom, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(atom, Exp)

    def proof(state: State, c: Known) -> Certificate:
        # exp 0 = (exp 0)^2 > 0
        there = state.used("exp-sum", places * 3, (Linear((), ((c[0], -ONE),)),))
        return there.closed(Linear((), ((_last(there), -ONE),), (_law(state, places[0], 0),)))

    return Derived((_is(atom.of),), _is(a - 1), proof)


def _sign(places: Known, atoms: tuple[Atom, ...], turned: int) -> Derived:
    place = places[0]
    atom, s = atoms[place], Polynomial.atom(place) * turned
    assert isinstance(atom, Sign)

    def proof(state: State, c: Known) -> Certificate:
        # (s^2 - 1) p = 0 and s p >= 0 with p > 0; then s + 1 > 0, by which s^2 - 1 is divided
        square, product = _law(state, place, 0), _law(state, place, 1)
        there = state.had(_is(s * s - 1), Linear((), ((square, ONE * turned),), c))
        one = _last(there)
        there = there.had(_above(s), Linear((Term(1, (product,)),), (), c))
        there = there.had(Relation(s + 1, ">"), Linear((Term(1, (_last(there),)), Term(1))))
        return there.closed(Linear((), ((one, ONE * turned),), (_last(there),)))

    conclusion = Polynomial.atom(place) - turned
    return Derived((Relation(atom.of * turned, ">"),), _is(conclusion), proof)


def _unit(state: State, exponent: Polynomial) -> tuple[State, int, int]:
    """With 1^e: its place, and where it stands that it is 1."""
    atom = Power(ONE, exponent)
    if atom in state.atoms:
        place = state.atoms.index(atom)
    else:
        # that e > 0 is asked where 1 = 0
        nothing = Linear((Term(1),), ((len(state.facts), exponent - 1),))
        state, place = state.defined(atom, (Linear((Term(1),)), nothing))
    state = state.used("power-of-one", (place,), ())
    return state, place, _last(state)


def _compared(places: Known, atoms: tuple[Atom, ...], turned: int) -> Derived:
    """Powers of what is at least 1, or at most 1, beside those of 1."""
    atom, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(atom, Power)

    def proof(state: State, c: Known) -> Certificate:
        there, unit, one = _unit(state, atom.exponent)
        pair = (unit, places[0])[::turned]
        given = (Linear(), Linear((Term(1, (c[1],)),)), Linear((Term(1, (c[0],)),)))
        there = there.used("power-base", pair, given)
        return there.closed(Linear((Term(1, (_last(there),)),), ((one, ONE * turned),)))

    conditions = (_above((atom.base - 1) * turned), _above(atom.exponent))
    return Derived(conditions, _above((a - 1) * turned), proof)


def _tangent(places: Known, atoms: tuple[Atom, ...], turned: int) -> Derived:
    """Powers beside their tangent at 1."""
    atom, a = atoms[places[0]], Polynomial.atom(places[0])
    assert isinstance(atom, Power)
    tangent = atom.exponent * (atom.base - 1) + 1
    convex = (_above(atom.exponent - 1),)
    conditions = convex if turned > 0 else (_above(atom.exponent), _above(1 - atom.exponent))
    lemma = "power-tangent" if turned > 0 else "power-tangent-concave"

    def proof(state: State, c: Known) -> Certificate:
        there, unit, one = _unit(state, atom.exponent)
        given = (Linear(), *(Linear((Term(1, (k,)),)) for k in c))
        there = there.used(lemma, (places[0], unit), given)
        return there.closed(Linear((Term(1, (_last(there),)),), ((one, tangent * turned),)))

    return Derived(conditions, _above((a - tangent) * turned), proof)


def _log_monotone(places: Known, atoms: tuple[Atom, ...]) -> Derived:
    low, high = atoms[places[0]], atoms[places[1]]
    assert isinstance(low, Log)
    assert isinstance(high, Log)
    a, b = map(Polynomial.atom, places)

    def proof(state: State, c: Known) -> Certificate:
        # by the tangent at the larger one
        there = state.used("log-tangent-at", places, ())
        terms = (Term(1, (_last(there),)), Term(1, c))
        return there.closed(Linear(terms, (), (_law(state, places[1], 0),)))

    return Derived((_above(high.of - low.of),), _above(b - a), proof)


Maker: TypeAlias = Callable[[Known, tuple[Atom, ...]], Derived]
DERIVED: dict[str, tuple[Maker, tuple[type, ...]]] = {
    "root-vanishes": (_root_vanishes, (Root,)),
    "abs-vanishes": (_abs_vanishes, (Abs,)),
    "log-one": (_log_one, (Log,)),
    "log-monotone": (_log_monotone, (Log, Log)),
    "exp-zero": (_exp_zero, (Exp,)),
    "sign-positive": (lambda places, atoms: _sign(places, atoms, 1), (Sign,)),
    "sign-negative": (lambda places, atoms: _sign(places, atoms, -1), (Sign,)),
    "power-above-one": (lambda places, atoms: _compared(places, atoms, 1), (Power,)),
    "power-below-one": (lambda places, atoms: _compared(places, atoms, -1), (Power,)),
    "power-tangent-one": (lambda places, atoms: _tangent(places, atoms, 1), (Power,)),
    "power-tangent-one-concave": (lambda places, atoms: _tangent(places, atoms, -1), (Power,)),
}
