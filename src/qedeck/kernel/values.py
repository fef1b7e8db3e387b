"""What an atom needs to have a value, and what is known of it when it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from qedeck.kernel.polynomials import Polynomial, multiplied
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Abs, Atom, Exp, Inverse, Log, Max, Power, Root, Sign, Symbol


class Need(NamedTuple):
    """A relation that must hold, where some others do."""

    goal: Relation
    where: tuple[Relation, ...] = ()


def needs(atom: Atom) -> tuple[Need, ...]:
    """What must be shown for an atom to have a value; nothing for one that always has.

    Its arguments have values: they are over atoms that came before.
    """
    match atom:
        case Root(degree, of) if degree % 2 == 0:
            return (Need(Relation(of, ">=")),)
        case Inverse(of):
            return (Need(Relation(of, "!=")),)
        case Log(of):
            return (Need(Relation(of, ">")),)
        case Power(base, exponent):
            at_zero = (Relation(base, "="),)
            return Need(Relation(base, ">=")), Need(Relation(exponent, ">"), at_zero)
        case _:
            return ()


def laws(index: int, atom: Atom) -> tuple[Relation, ...]:
    """What holds of an atom that has a value, beside the equations that `reduced` knows."""
    a = Polynomial.atom(index)
    match atom:
        case Root(degree, of) if degree % 2 == 0:
            return Relation(a, ">="), Relation(of, ">=")
        case Inverse(of):
            return (Relation(of, "!="),)
        case Abs(of):
            return Relation(a, ">="), Relation(a - of, ">="), Relation(a + of, ">=")
        case Max(left, right):
            return Relation(a - left, ">="), Relation(a - right, ">=")
        case Exp():
            return (Relation(a, ">"),)
        case Log(of):
            return (Relation(of, ">"),)
        case Power(base):
            return Relation(a, ">="), Relation(base, ">=")
        case Sign(of):
            bounds = Relation(1 - a, ">="), Relation(1 + a, ">=")
            return Relation(a**2 * of - of, "="), Relation(a * of, ">="), *bounds
        case _:
            return ()


def reduced(
    poly: Polynomial, atoms: tuple[Atom, ...], times: Callable[..., Polynomial] = multiplied
) -> Polynomial:
    """A polynomial that is 0 where the given one is, wherever all atoms have values.

    Powers are replaced by what they equal: root^m = p, |p|² = p², (max - p)(max - q) = 0,
    sign³ = sign. For an inverse q of p the whole is multiplied by the power of p, which is not 0,
    that leaves no q. An argument is over lower atoms, so one way down reaches all.
    """
    for index in range(len(atoms) - 1, -1, -1):
        if index in poly.atoms:
            poly = _without(poly.by(index), Polynomial.atom(index), atoms[index], times)
    return poly


def _without(
    parts: dict[int, Polynomial], a: Polynomial, atom: Atom, times: Callable[..., Polynomial]
) -> Polynomial:
    top = max(parts)
    match atom:
        case Root(degree, of):
            terms = [times(c, *[of] * (e // degree), a ** (e % degree)) for e, c in parts.items()]
        case Abs(of):
            terms = [times(c, *[of] * (e - e % 2), a ** (e % 2)) for e, c in parts.items()]
        case Inverse(of):
            terms = [times(c, *[of] * (top - e)) for e, c in parts.items()]
        case Sign():
            terms = [times(c, a ** (e if e < 3 else 2 - e % 2)) for e, c in parts.items()]
        case Max(left, right):
            for e in range(top, 1, -1):
                c = parts.pop(e, Polynomial())
                parts[e - 1] = parts.get(e - 1, Polynomial()) + times(c, left + right)
                parts[e - 2] = parts.get(e - 2, Polynomial()) - times(c, left, right)
            terms = [times(c, a**e) for e, c in parts.items()]
        case _:
            terms = [times(c, a**e) for e, c in parts.items()]
    return sum(terms, Polynomial())


def whole(poly: Polynomial, atoms: tuple[Atom, ...]) -> bool:
    """Whether all values of a polynomial are whole numbers, by its shape."""
    return all(isinstance(c, int) for _, c in poly) and all(
        _whole(atoms[k], atoms) for k in poly.atoms
    )


def _whole(atom: Atom, atoms: tuple[Atom, ...]) -> bool:
    match atom:
        case Symbol(_, is_whole):
            return is_whole
        case Abs(of):
            return whole(of, atoms)
        case Max(left, right):
            return whole(left, atoms) and whole(right, atoms)
        case _:
            return isinstance(atom, Sign)
