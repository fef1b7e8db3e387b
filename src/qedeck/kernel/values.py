"""What an atom needs to have a value, and what is known of it when it has one."""

from __future__ import annotations

from typing import NamedTuple

from qedeck.kernel.polynomials import Polynomial
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


def reduced(poly: Polynomial, atoms: tuple[Atom, ...]) -> Polynomial:
    """A polynomial that is 0 where the given one is, wherever all atoms have values.

    Powers are replaced by what they equal: root^m = p, |p|² = p², (max - p)(max - q) = 0,
    sign³ = sign. For an inverse q of p the whole is multiplied by the power of p, which is not 0,
    that leaves no q. An argument is over lower atoms, so one way down reaches all.
    """
    for index in range(len(atoms) - 1, -1, -1):
        if index in poly.atoms:
            poly = _without(poly, index, atoms[index])
    return poly


def _without(poly: Polynomial, index: int, atom: Atom) -> Polynomial:
    parts, a = poly.by(index), Polynomial.atom(index)
    match atom:
        case Root(degree, of):
            terms = [c * of ** (e // degree) * a ** (e % degree) for e, c in parts.items()]
        case Abs(of):
            terms = [c * of ** (e - e % 2) * a ** (e % 2) for e, c in parts.items()]
        case Inverse(of):
            terms = [c * of ** (max(parts) - e) for e, c in parts.items()]
        case Sign():
            terms = [c * a ** (e if e < 3 else 2 - e % 2) for e, c in parts.items()]
        case Max(left, right):
            while (top := max(parts)) > 1:
                c = parts.pop(top)
                parts[top - 1] = parts.get(top - 1, Polynomial()) + c * (left + right)
                parts[top - 2] = parts.get(top - 2, Polynomial()) - c * left * right
            terms = [c * a**e for e, c in parts.items()]
        case _:
            return poly
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
