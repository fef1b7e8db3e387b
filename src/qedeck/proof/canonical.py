"""Sequents in an order that does not depend on names, and the digest of what they say.

Atoms are ordered by what they are and where they stand (colour refinement), facts by what they say.
Sequents that differ by an exchange of symbols mostly come out the same but for the names; where
they do not, nothing is lost but room. No rule is needed for that: any order of the atoms in which
arguments come first, and any order of facts, is an encoding as good as another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from qedeck.kernel.polynomials import Monomial, Polynomial
from qedeck.kernel.sequent import Sequent
from qedeck.kernel.storage import to_json
from qedeck.kernel.terms import Atom, Opaque, Root, Symbol, arguments

LENGTH = 16
MOST_ROUNDS = 8
MOST_PARTS = 3000
"""Terms above which ties are not broken by trying."""


def digest(sequent: Sequent) -> str:
    """What a sequent says, without the names of its symbols, in short."""
    nameless = tuple(
        replace(atom, name=str(k)) if isinstance(atom, Symbol) else atom
        for k, atom in enumerate(sequent.atoms)
    )
    text = to_json(replace(sequent, atoms=nameless))
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def renamed(poly: Polynomial, places: Mapping[int, int]) -> Polynomial:
    """The polynomial with its atoms at other indices; the map is one to one."""
    return Polynomial.of({tuple(sorted((places[k], e) for k, e in m)): c for m, c in poly})


def with_arguments(atom: Atom, change: Callable[[Polynomial], Polynomial]) -> Atom:
    """The same function of changed arguments."""
    if isinstance(atom, Opaque):
        return replace(atom, arguments=tuple(map(change, atom.arguments)))
    parts = vars(atom).items()
    changed: dict[str, Any] = {n: change(v) for n, v in parts if isinstance(v, Polynomial)}
    return replace(atom, **changed)


def ordered(sequent: Sequent) -> Sequent:
    """The sequent with atoms and facts in canonical order; names stay."""
    colours = _colours(sequent)
    levels = _levels(sequent.atoms)
    order = sorted(range(len(sequent.atoms)), key=lambda k: (levels[k], colours[k], k))
    places = {k: place for place, k in enumerate(order)}
    atoms = tuple(with_arguments(sequent.atoms[k], partial(renamed, places=places)) for k in order)
    facts = {replace(fact, poly=renamed(fact.poly, places)) for fact in sequent.facts}
    return Sequent(
        atoms,
        tuple(sorted(facts, key=lambda f: (f.sign, len(f.poly.terms), f.poly.terms))),
        replace(sequent.goal, poly=renamed(sequent.goal.poly, places)),
    )


def _levels(atoms: Sequence[Atom]) -> list[int]:
    levels: list[int] = []
    for atom in atoms:
        below = [levels[j] for part in arguments(atom) for j in part.atoms]
        levels.append(max(below, default=-1) + 1)
    return levels


def _colours(sequent: Sequent) -> list[str]:
    """A colour for each atom: what it is and where it stands; ties are broken one by one."""
    relations = [
        *((f.sign, f.poly) for f in sequent.facts),
        (f"goal{sequent.goal.sign}", sequent.goal.poly),
    ]
    colours = _refined(sequent.atoms, relations, [_kind(atom) for atom in sequent.atoms])
    size = sum(len(poly.terms) for _, poly in relations)
    while size <= MOST_PARTS:
        classes: dict[str, list[int]] = {}
        for k, colour in enumerate(colours):
            classes.setdefault(colour, []).append(k)
        tied = sorted(colour for colour, members in classes.items() if len(members) > 1)
        if not tied:
            break
        first = classes[tied[0]][0]
        colours[first] = _hash(colours[first], "first")
        colours = _refined(sequent.atoms, relations, colours)
    return colours


def _kind(atom: Atom) -> str:
    match atom:
        case Symbol(_, whole):
            return f"symbol {whole}"
        case Root(degree, _):
            return f"root {degree}"
        case Opaque(function, _):
            return f"opaque {function}"
    return type(atom).__name__


def _refined(
    atoms: Sequence[Atom], relations: Sequence[tuple[str, Polynomial]], colours: list[str]
) -> list[str]:
    count = len(set(colours))
    for _ in range(MOST_ROUNDS):
        where: list[list[str]] = [[] for _ in atoms]
        new = list(colours)
        for k, atom in enumerate(atoms):
            parts = [
                _told(part, new, f"in {_kind(atom)} {j}", where)
                for j, part in enumerate(arguments(atom))
            ]
            new[k] = _hash(colours[k], *parts)
        for sign, poly in relations:
            told = _told(poly, new, sign, None)
            _told(poly, new, _hash(sign, told), where)
        new = [_hash(colour, *sorted(told)) for colour, told in zip(new, where, strict=True)]
        if len(set(new)) == count:
            return new
        count, colours = len(set(new)), new
    return colours


def _told(
    poly: Polynomial, colours: Sequence[str], place: str, where: list[list[str]] | None
) -> str:
    """The colour of a polynomial; each atom of it learns where it stands."""
    told = []
    for monomial, number in poly.terms:
        inside = _monomial(monomial, colours)
        told.append(f"{number} {inside}")
        if where is not None:
            for k, e in monomial:
                where[k].append(f"{place} {number} {e} {inside}")
    return _hash(*sorted(told))


def _monomial(monomial: Monomial, colours: Sequence[str]) -> str:
    return " ".join(sorted(f"{colours[k]}^{e}" for k, e in monomial))


def _hash(*parts: str) -> str:
    return hashlib.blake2b("|".join(parts).encode(), digest_size=8).hexdigest()
