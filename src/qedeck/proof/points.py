"""Points at which an encoding is compared with the page: generic ones, zeros, ties, ends, kinks.

Points are made to lie on hypotheses that are equations: columns are made orthonormal, and an
equation is solved for a symbol in which it is linear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from random import Random
from typing import TypeAlias

from qedeck.evidence import forms
from qedeck.evidence.shapes import size_of
from qedeck.formula.rings.exact import ExactRing
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.terms import Atom, Symbol
from qedeck.proof.encoding import Encoding
from qedeck.proof.terms import ANY, Signs

Point: TypeAlias = Mapping[str, Fraction]
"""The value of each entry of each symbol, by its name."""
CANDIDATES = 240
GENERIC = tuple(Fraction(*pair) for pair in (
    (3, 2), (5, 8), (5, 4), (3, 8), (7, 4), (9, 16), (2, 1), (11, 16), (9, 8), (7, 16), (11, 4),
    (13, 16), (1, 2), (15, 8), (21, 16), (3, 16), (13, 8), (27, 16), (7, 8), (19, 8),
))  # fmt: skip
"""Sums of them are exact in balls, so that differences vanish where they should."""
POOL = tuple(Fraction(n, d) for n, d in (
    (0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (3, 1), (1, 2), (-1, 2), (-3, 2), (5, 2), (1, 8),
    (-1, 8),
))  # fmt: skip


def points(encoding: Encoding) -> Iterator[Point]:
    """Points for an encoding, the same ones each time."""
    symbols = _symbols(encoding)
    ends = _ends(encoding)
    random = Random(len(symbols))  # noqa: S311
    frames = _frames(encoding)
    framed = {name for frame in frames for name in frame.names}
    equations = _equations(encoding, framed)
    for k in range(CANDIDATES):
        values = {
            name: _value(k, place, able, ends.get(name, ()), random)
            for place, (name, able) in enumerate(symbols.items())
        }
        if k % 8 == 6:
            _unit(k // 8, values, symbols)
        if k % 6 == 1:
            # Off the equations, where a wrong one has another value.
            yield values
            continue
        for frame in frames:
            values.update(frame.at(k, random))
        _tied(k, values, symbols, framed)
        yield _solved(values, equations, encoding)


def _symbols(encoding: Encoding) -> dict[str, Signs]:
    atoms = enumerate(encoding.table.atoms)
    return {a.name: encoding.table.signs.get(k, ANY) for k, a in atoms if isinstance(a, Symbol)}


def _value(k: int, place: int, able: Signs, ends: Sequence[Fraction], random: Random) -> Fraction:
    """The value of a symbol at the k-th point."""
    if k < 2:
        value = GENERIC[(place + 7 * k) % len(GENERIC)] + place // len(GENERIC)
        sign = 1 if (place + k) % 2 == 0 else -1
        return value * (sign if {1, -1} <= able else -1 if able <= {-1, 0} else 1)
    if k in (2, 3):
        wanted = Fraction(3 - k)
        fine = ((wanted > 0) - (wanted < 0)) in able
        return wanted if fine else Fraction(1 if 1 in able else -1)
    if k in (4, 5):
        # Sizes that rise or fall along an axis.
        size = Fraction(place + 1 if k == 4 else 64 - place, 2)
        return size if 1 in able else -size
    options = [v for v in (*POOL, *ends) if ((v > 0) - (v < 0)) in able]
    if k % 4 == 1:
        # Small ones meet bounds on sizes.
        return random.choice(options) / 8
    if ends and k % 3 == 0:
        return random.choice([v for v in ends if ((v > 0) - (v < 0)) in able] or options)
    return random.choice(options)


def _unit(k: int, values: dict[str, Fraction], symbols: Mapping[str, Signs]) -> None:
    """Make all vectors the same unit vector, which has norm 1 for every order."""
    seen: dict[str, int] = {}
    for name in values:
        base, entry, _ = name.rpartition("_")
        if not entry or not base:
            continue
        place = seen[base] = seen.get(base, -1) + 1
        wanted = Fraction(place == k % 4)
        if int(wanted) in symbols[name]:
            values[name] = wanted


def _ends(encoding: Encoding) -> dict[str, tuple[Fraction, ...]]:
    """Where a fact about one symbol turns, and its neighbours."""
    found: dict[str, list[Fraction]] = {}
    for fact in encoding.facts:
        atoms = sorted(fact.value.atoms)
        if len(atoms) != 1:
            continue
        atom = encoding.table.atoms[atoms[0]]
        parts = fact.value.by(atoms[0])
        if not isinstance(atom, Symbol) or set(parts) - {0, 1}:
            continue
        low = parts[0].value if 0 in parts else 0
        end = -Fraction(low or 0) / Fraction(parts[1].value or 1)
        found.setdefault(atom.name, []).extend((end, end + Fraction(1, 2), end - Fraction(1, 2)))
    return {name: tuple(dict.fromkeys(ends)) for name, ends in found.items()}


def _tied(
    k: int, values: dict[str, Fraction], symbols: Mapping[str, Signs], framed: set[str]
) -> None:
    """Make some neighbours equal or opposite, where choices turn."""
    if k % 5 != 4:
        return
    names = [name for name in values if name not in framed]
    for one, other in zip(names[k % 2 :: 2], names[k % 2 + 1 :: 2], strict=False):
        if symbols.get(one) == symbols.get(other):
            opposite = k % 10 == 9 and symbols.get(one) == ANY
            values[other] = -values[one] if opposite else values[one]


def _equations(encoding: Encoding, framed: set[str]) -> list[Polynomial]:
    """Facts that are equations between symbols which nothing else makes true."""
    found = []
    for fact in encoding.facts:
        parts = [encoding.table.atoms[k] for k in fact.value.atoms]
        names = {part.name for part in parts if isinstance(part, Symbol)}
        if fact.sign == "=" and len(names) == len(parts) and not names <= framed:
            found.append(fact.value)
    return found


def _solved(
    values: dict[str, Fraction], equations: Sequence[Polynomial], encoding: Encoding
) -> Point:
    """The point moved onto equations that are linear in a symbol."""
    atoms = encoding.table.atoms
    for poly in equations:
        for k in sorted(poly.atoms, reverse=True):
            parts = poly.by(k)
            if set(parts) - {0, 1}:
                continue
            slope = _at(parts[1].terms, atoms, values)
            if slope:
                atom = atoms[k]
                assert isinstance(atom, Symbol)
                rest = _at(parts[0].terms, atoms, values) if 0 in parts else Fraction(0)
                values[atom.name] = -rest / slope
                break
    return values


def _at(terms: Sequence[tuple[tuple[tuple[int, int], ...], Fraction | int]], atoms: Sequence[Atom],
        values: Point) -> Fraction:  # fmt: skip
    total = Fraction(0)
    for monomial, number in terms:
        part = Fraction(number)
        for k, e in monomial:
            atom = atoms[k]
            assert isinstance(atom, Symbol)
            part *= values[atom.name] ** e
        total += part
    return total


@dataclass(frozen=True)
class Frame:
    """A matrix with orthonormal columns."""

    name: str
    rows: int
    columns: int

    @property
    def names(self) -> list[str]:
        """The names of its entries."""
        return [
            f"{self.name}_{i + 1},{j + 1}" for i in range(self.rows) for j in range(self.columns)
        ]

    def at(self, k: int, random: Random) -> Point:
        """Entries of some such matrix: of a Cayley transform, or a permutation with signs."""
        if k % 3 == 2:
            orders = list(permutations(range(self.rows)))
            order = orders[k % len(orders)]
            rows = [[Fraction((-1) ** (i * k) * (order[j] == i)) for j in range(self.columns)]
                    for i in range(self.rows)]  # fmt: skip
        else:
            rows = _cayley(self.rows, random)
        return {
            f"{self.name}_{i + 1},{j + 1}": rows[i][j]
            for i in range(self.rows)
            for j in range(self.columns)
        }


def _cayley(size: int, random: Random) -> list[list[Fraction]]:
    """(1 - S) (1 + S)^-1 of a skew matrix, which is orthogonal."""
    ring = ExactRing()
    skew = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = random.choice((Fraction(1, 2), Fraction(-1, 2), Fraction(1), Fraction(2)))
            skew[j][i] = -skew[i][j]
    plus = tuple(tuple(skew[i][j] + (i == j) for j in range(size)) for i in range(size))
    minus = tuple(tuple((i == j) - skew[i][j] for j in range(size)) for i in range(size))
    made = ring.matmul(minus, ring.inverse(plus))
    return [[Fraction(entry) for entry in row] for row in made]


def _frames(encoding: Encoding) -> list[Frame]:
    scope, sizes = encoding.obligation.scope, encoding.case.sizes
    found = []
    for statement in forms.assumed(scope):
        name = forms.orthonormal(statement)
        if name is not None and name not in encoding.case.chosen:
            rows, columns = (size_of(axis, sizes) for axis in scope.declared[name].shape)
            found.append(Frame(name, rows, columns))
    return found


__all__ = ["Point", "points"]
