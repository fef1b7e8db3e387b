"""What an atom needs to have a value, and what is known of it when it has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from qedeck.kernel.lemmas import Row, Statement, relation, rows
from qedeck.kernel.polynomials import ONE, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Abs, Atom, Max, Root, Sign, Symbol, arguments

Times: TypeAlias = Callable[..., Polynomial]
Parts: TypeAlias = dict[int, Polynomial]
"""By the powers of an atom."""
TABLE = """
even | Root a | a.of >= 0 | a >= 0, a.of >= 0 | a ** a.degree == a.of
odd | Root a | | | a ** a.degree == a.of
Inverse | Inverse a | a.of != 0 | a.of != 0 | a * a.of == 1
Abs | Abs a | | a >= 0, a >= a.of, a >= 0 - a.of | a ** 2 == a.of ** 2
Max | Max a | | a >= a.left, a >= a.right | (a - a.left) * (a - a.right) == 0
Exp | Exp a | | a > 0
Log | Log a | a.of > 0 | a.of > 0
Power | Power a | a.b >= 0, (a.e > 0, a.b == 0) | a >= 0, a.b >= 0
Sign | Sign a | | a ** 2 * a.of == a.of, a * a.of >= 0, a <= 1, a + 1 >= 0 | a ** 3 == a
"""
"""Kind | its atom | what it needs to have a value, (or needs, where that holds) | what is known of
it then | the equation for its powers. What is not here always has a value, and nothing is known of
it."""
ROWS = rows(TABLE)


def _row(atom: Atom) -> Row:
    name = ("even", "odd")[atom.degree % 2] if isinstance(atom, Root) else type(atom).__name__
    return ROWS.get(name, Row((), (), (), ()))


def needs(atom: Atom) -> tuple[tuple[Relation, ...], ...]:
    """What must be shown for an atom to have a value, each with facts under which it must.

    Its arguments have values: they are over atoms that came before.
    """
    pairs: Any = [getattr(one, "elts", [one]) for one in _row(atom).needs]
    return tuple(_said(pair, 0, atom) for pair in pairs)


def laws(index: int, atom: Atom) -> tuple[Relation, ...]:
    """What holds of an atom that has a value, beside the equations that `reduced` knows."""
    return _said(_row(atom).laws, index, atom)


def _said(statements: Sequence[Statement], index: int, atom: Atom) -> tuple[Relation, ...]:
    return tuple(relation(one, {"a": (index, atom)}) for one in statements)


def reduced(poly: Polynomial, atoms: tuple[Atom, ...], times: Times) -> Polynomial:
    """A polynomial that is 0 where the given one is, and only there, wherever atoms have values.

    The remainder of division by the equation of each atom. The leading coefficient of that is 1,
    or the argument of an inverse, which is not 0: by it the whole is multiplied at each step. An
    argument is over lower atoms, so one way down reaches all.
    """
    for index in range(len(atoms) - 1, -1, -1):
        if index in poly.atoms:
            for equation in _said(_row(atoms[index]).powers, index, atoms[index]):
                rule = equation.poly.by(index)
                poly = _remainder(poly.by(index), rule, Polynomial.atom(index), times)
    return poly


def _remainder(parts: Parts, rule: Parts, a: Polynomial, times: Times) -> Polynomial:
    degree = max(rule)
    leading = rule.pop(degree)
    for e in range(max(parts), degree - 1, -1):
        top = parts.pop(e, Polynomial())
        if leading != ONE:
            parts = {k: times(part, leading) for k, part in parts.items()}
        for k, part in rule.items():
            parts[e - degree + k] = parts.get(e - degree + k, Polynomial()) - times(top, part)
    return sum((times(part, a**e) for e, part in parts.items()), Polynomial())


def whole(poly: Polynomial, atoms: tuple[Atom, ...]) -> bool:
    """Whether all values of a polynomial are whole numbers, by its shape."""
    by_whole = all(isinstance(number, int) for _, number in poly)
    return by_whole and all(_whole(atoms[k], atoms) for k in poly.atoms)


def _whole(atom: Atom, atoms: tuple[Atom, ...]) -> bool:
    inside = isinstance(atom, Abs | Max) and all(whole(part, atoms) for part in arguments(atom))
    return inside or isinstance(atom, Sign) or (isinstance(atom, Symbol) and atom.whole)
