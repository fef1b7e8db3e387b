"""What an atom needs to have a value, and what is known of it when it has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from qedeck.kernel.lemmas import Statement, read, relation
from qedeck.kernel.polynomials import ONE, Polynomial
from qedeck.kernel.sequent import Relation
from qedeck.kernel.terms import Abs, Atom, Max, Root, Sign, Symbol, arguments

Times: TypeAlias = Callable[..., Polynomial]
Parts: TypeAlias = dict[int, Polynomial]
"""By the powers of an atom."""
ZERO = Polynomial()
TABLE = """
even Root | a.of >= 0 | a >= 0, a.of >= 0 | a ** a.degree == a.of
odd Root | | | a ** a.degree == a.of
Inverse | a.of != 0 | a.of != 0 | a * a.of == 1
Abs | | a >= 0, a >= a.of, a >= 0 - a.of | a ** 2 == a.of ** 2
Max | | a >= a.left, a >= a.right | (a - a.left) * (a - a.right) == 0
Exp | | a > 0 |
Log | a.of > 0 | a.of > 0 |
Power | a.b >= 0, a.e > 0 where a.b == 0 | a >= 0, a.b >= 0 |
Sign | | a ** 2 * a.of == a.of, a * a.of >= 0, a <= 1, a + 1 >= 0 | a ** 3 == a
"""
"""Kind | what it needs to have a value | its laws | the equation for its powers. What is not here
always has a value, and nothing is known of it."""


class _Row(NamedTuple):
    needs: tuple[tuple[Statement, ...], ...] = ()
    laws: tuple[Statement, ...] = ()
    equation: tuple[Statement, ...] = ()


def _read(text: str) -> tuple[str, _Row]:
    kind, wanted, laws, equation = (part.strip() for part in text.split("|"))
    needs = tuple(read(need.replace(" where ", ", ")) for need in wanted.split(", ") if need)
    return kind, _Row(needs, read(laws), read(equation))


ROWS = dict(map(_read, TABLE.strip().splitlines()))


def _row(atom: Atom) -> _Row:
    parity = ("odd " if atom.degree % 2 else "even ") if isinstance(atom, Root) else ""
    return ROWS.get(parity + type(atom).__name__, _Row())


def needs(atom: Atom) -> tuple[tuple[Relation, tuple[Relation, ...]], ...]:
    """What must be shown for an atom to have a value, each with facts under which it must.

    Its arguments have values: they are over atoms that came before.
    """
    wanted = [[relation(part, {"a": (0, atom)}) for part in need] for need in _row(atom).needs]
    return tuple((goal, tuple(where)) for goal, *where in wanted)


def laws(index: int, atom: Atom) -> tuple[Relation, ...]:
    """What holds of an atom that has a value, beside the equations that `reduced` knows."""
    return tuple(relation(law, {"a": (index, atom)}) for law in _row(atom).laws)


def reduced(poly: Polynomial, atoms: tuple[Atom, ...], times: Times) -> Polynomial:
    """A polynomial that is 0 where the given one is, and only there, wherever atoms have values.

    The remainder of division by the equation of each atom. The leading coefficient of that is 1,
    or the argument of an inverse, which is not 0: by it the whole is multiplied at each step. An
    argument is over lower atoms, so one way down reaches all.
    """
    for index in range(len(atoms) - 1, -1, -1):
        if index in poly.atoms:
            for equation in _row(atoms[index]).equation:
                rule = relation(equation, {"a": (index, atoms[index])}).poly.by(index)
                poly = _remainder(poly.by(index), rule, Polynomial.atom(index), times)
    return poly


def _remainder(parts: Parts, rule: Parts, a: Polynomial, times: Times) -> Polynomial:
    degree = max(rule)
    leading = rule.pop(degree)
    for e in range(max(parts), degree - 1, -1):
        top = parts.pop(e, ZERO)
        if leading != ONE:
            parts = {k: times(part, leading) for k, part in parts.items()}
        for k, part in rule.items():
            parts[e - degree + k] = parts.get(e - degree + k, ZERO) - times(top, part)
    return sum((times(part, a**e) for e, part in parts.items()), ZERO)


def whole(poly: Polynomial, atoms: tuple[Atom, ...]) -> bool:
    """Whether all values of a polynomial are whole numbers, by its shape."""
    return all(isinstance(c, int) for _, c in poly) and all(
        _whole(atoms[k], atoms) for k in poly.atoms
    )


def _whole(atom: Atom, atoms: tuple[Atom, ...]) -> bool:
    if isinstance(atom, Abs | Max):
        return all(whole(p, atoms) for p in arguments(atom))
    return isinstance(atom, Sign) or (isinstance(atom, Symbol) and atom.whole)
