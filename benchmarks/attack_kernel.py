"""Attacks on the kernel: certificates, known and corrupted, for sequents that a point refutes.

`python benchmarks/attack_kernel.py --attacks 10000` reads known proofs, corrupts their sequents
until exact evaluation refutes them, and offers every such sequent the proofs and corruptions of
them. One that the kernel accepts, with nothing left to an oracle, is a hole: it is printed, and the
exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

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
from qedeck.kernel.storage import proof_from_json, sequent_from_json
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
    arguments,
)
from qedeck.proof.canonical import with_arguments

KNOWN = Path(__file__).parent.parent / "tests" / "kernel" / "proofs.json"
NUMBERS = [Fraction(n, d) for n in (0, 1, -1, 2, -2, 3, 4, 9, -3) for d in (1, 2, 4)]
CERTIFICATES = (Linear, Split, Whole, Absurd, Have, Use, Define, Oracle)
Known = tuple[Sequent, Proof]


class NoValue(Exception):
    """An atom has no value at a point."""


class Inexact(Exception):
    """An atom has a value that is not known exactly."""


# -- evaluation, written apart from the kernel -----------------------------------------------


def known_proofs(path: Path = KNOWN) -> list[Known]:
    """Sequents with proofs that the kernel accepts."""
    pairs = json.loads(path.read_text(encoding="utf-8"))
    return [(sequent_from_json(json.dumps(s)), proof_from_json(json.dumps(p))) for s, p in pairs]


def value_of(poly: Polynomial, values: list[Fraction]) -> Fraction:
    """A polynomial at values of its atoms."""
    total = Fraction(0)
    for monomial, number in poly:
        part = Fraction(number)
        for k, e in monomial:
            part *= values[k] ** e
        total += part
    return total


def root_of(value: Fraction, degree: int) -> Fraction:
    """The real root, where it is rational."""
    if value < 0:
        if degree % 2 == 0:
            raise NoValue
        return -root_of(-value, degree)
    parts = []
    for whole in (value.numerator, value.denominator):
        guess = round(whole ** (1 / degree))
        near = [g for g in (guess - 1, guess, guess + 1) if g >= 0 and g**degree == whole]
        if not near:
            raise Inexact
        parts.append(near[0])
    return Fraction(parts[0], parts[1])


def power_of(base: Fraction, exponent: Fraction) -> Fraction:
    """A real power, where it is rational."""
    if base < 0 or (base == 0 and exponent <= 0):
        raise NoValue
    if base in (0, 1):
        return base
    if abs(exponent.numerator) > 12 or exponent.denominator > 6:
        raise Inexact
    root = root_of(base, exponent.denominator) if exponent.denominator > 1 else base
    return root**exponent.numerator


def atom_value(atom: Any, at: list[Fraction]) -> Fraction:
    """The value of an atom, given those of its arguments."""
    match atom:
        case Root(degree):
            return root_of(at[0], degree)
        case Inverse():
            if at[0] == 0:
                raise NoValue
            return 1 / at[0]
        case Abs():
            return abs(at[0])
        case Max():
            return max(at)
        case Sign():
            return Fraction((at[0] > 0) - (at[0] < 0))
        case Exp():
            if at[0] != 0:
                raise Inexact
            return Fraction(1)
        case Log():
            if at[0] <= 0:
                raise NoValue
            if at[0] != 1:
                raise Inexact
            return Fraction(0)
        case Power():
            return power_of(at[0], at[1])
        case Opaque(name, _):
            weight = sum(map(ord, name)) % 7
            return sum((k + 2) * a * a for k, a in enumerate(at)) + weight
    raise TypeError(atom)


HOLDS: dict[str, Callable[[Fraction], bool]] = {
    "=": lambda v: v == 0,
    "!=": lambda v: v != 0,
    ">": lambda v: v > 0,
    ">=": lambda v: v >= 0,
}


def values_or_none(sequent: Sequent, symbols: list[Fraction]) -> list[Fraction | None]:
    """The values of all atoms at a point, None for one that has none."""
    values: list[Fraction | None] = []
    given = iter(symbols)
    for atom in sequent.atoms:
        if isinstance(atom, Symbol):
            values.append(next(given))
            continue
        try:
            if any(values[k] is None for part in arguments(atom) for k in part.atoms):
                raise NoValue
            filled = [v or Fraction(0) for v in values]
            values.append(atom_value(atom, [value_of(p, filled) for p in arguments(atom)]))
        except NoValue:
            values.append(None)
    return values


def values_at(sequent: Sequent, symbols: list[Fraction]) -> list[Fraction] | None:
    """The values of all atoms at a point; None where one has none, or is not known exactly."""
    try:
        values = values_or_none(sequent, symbols)
    except (Inexact, OverflowError):
        return None
    found = [v for v in values if v is not None]
    return found if len(found) == len(values) else None


def refuted_at(sequent: Sequent, symbols: list[Fraction]) -> bool:
    """Whether the facts hold at a point, and the goal does not, or an atom has no value.

    Raises:
        Inexact: where that is not known.
    """
    values = values_or_none(sequent, symbols)
    filled = [v or Fraction(0) for v in values]
    for fact in sequent.facts:
        if any(values[k] is None for k in fact.poly.atoms):
            continue  # a fact without a value says nothing
        if not HOLDS[fact.sign](value_of(fact.poly, filled)):
            return False
    if any(v is None for v in values):
        return True
    return not HOLDS[sequent.goal.sign](value_of(sequent.goal.poly, filled))


def refutation(sequent: Sequent, chance: random.Random, tries: int = 60) -> list[Fraction] | None:
    """A point that refutes a sequent; None where none was found."""
    kinds = [a for a in sequent.atoms if isinstance(a, Symbol)]
    for _ in range(tries):
        point = [
            Fraction(chance.randint(-3, 4)) if a.whole else chance.choice(NUMBERS) for a in kinds
        ]
        try:
            if refuted_at(sequent, point):
                return point
        except (Inexact, OverflowError, ZeroDivisionError):
            continue
    return None


# -- corruptions ---------------------------------------------------------------------------


def corrupt_polynomial(poly: Polynomial, chance: random.Random, atoms: int) -> Polynomial:
    """A polynomial with a coefficient, an exponent or a term changed."""
    terms = list(poly.terms)
    what = chance.randrange(5)
    if not terms or what == 0:
        extra = chance.choice([1, -1, Fraction(1, 2)])
        more = Polynomial.atom(chance.randrange(atoms)) if atoms else ONE
        return poly + (more if chance.random() < 0.5 else ONE) * extra
    k = chance.randrange(len(terms))
    monomial, number = terms[k]
    if what == 1:
        terms[k] = (monomial, -number)
    elif what == 2:
        terms[k] = (monomial, number * chance.choice([2, 3, Fraction(1, 2)]))
    elif what == 3 and len(terms) > 1:
        del terms[k]
    elif monomial:
        (atom, exponent), *rest = monomial
        terms[k] = (((atom, exponent + 1), *rest), number)
    return Polynomial.of(dict(terms))


def corrupt_sequent(sequent: Sequent, chance: random.Random) -> Sequent:
    """A sequent with a fact dropped, a sign made strict, a polynomial changed."""
    facts, goal, atoms = list(sequent.facts), sequent.goal, list(sequent.atoms)
    what = chance.randrange(6)
    if what == 0 and facts:
        del facts[chance.randrange(len(facts))]
    elif what == 1:
        sharper: Any = {">=": ">", "=": "!=", ">": "!=", "!=": ">"}[goal.sign]
        goal = Relation(goal.poly, sharper)
    elif what == 2:
        goal = Relation(-goal.poly, goal.sign)
    elif what == 3 and facts:
        k = chance.randrange(len(facts))
        weaker: Any = {">": ">=", ">=": "!=", "=": ">=", "!=": ">="}[facts[k].sign]
        facts[k] = Relation(facts[k].poly, weaker)
    elif what == 4:
        partial = [k for k, a in enumerate(atoms) if not isinstance(a, Symbol)]
        if partial:
            k = chance.choice(partial)
            atoms[k] = with_arguments(atoms[k], lambda p: corrupt_polynomial(p, chance, k))
    else:
        goal = Relation(corrupt_polynomial(goal.poly, chance, len(atoms)), goal.sign)
    return Sequent(tuple(atoms), tuple(facts), goal)


def places(item: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """All parts of a proof, with the way to each."""
    yield path, item
    if isinstance(item, Polynomial):
        return
    if is_dataclass(item):
        for f in fields(item):
            yield from places(getattr(item, f.name), (*path, f.name))
    elif isinstance(item, tuple):
        for k, part in enumerate(item):
            yield from places(part, (*path, k))


def put(item: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A proof with one part replaced."""
    if not path:
        return new
    first, *rest = path
    if isinstance(item, tuple):
        return (*item[:first], put(item[first], tuple(rest), new), *item[first + 1 :])
    return replace(item, **{first: put(getattr(item, first), tuple(rest), new)})


def corrupt_part(part: Any, chance: random.Random, others: list[Any], atoms: int) -> Any:
    """Something else of the same kind."""
    if isinstance(part, Polynomial):
        return corrupt_polynomial(part, chance, atoms)
    if isinstance(part, Relation):
        sign: Any = chance.choice(["=", ">=", ">", "!="])
        return Relation(part.poly, sign)
    if isinstance(part, Term):
        return replace(part, weight=part.weight * chance.choice([-1, 2, Fraction(1, 2), 0]))
    if isinstance(part, CERTIFICATES):
        what = chance.randrange(4)
        if what == 0:
            return Oracle("z3")
        if what == 1:
            return Linear()
        if what == 2:
            return chance.choice(others)
        return Absurd(part)
    if isinstance(part, str):
        return chance.choice([*LEMMAS, "congruence"])
    if isinstance(part, int | Fraction):
        return part + chance.choice([-1, 1, 2, Fraction(1, 2)])
    if isinstance(part, tuple) and part:
        k = chance.randrange(len(part))
        return chance.choice(
            [part[:k] + part[k + 1 :], (*part, part[k]), part[::-1], part[1:] + part[:1]]
        )
    return part


def corrupt_proof(proof: Proof, chance: random.Random, atoms: int) -> Proof:
    """A proof with one or two of its parts replaced."""
    for _ in range(chance.choice([1, 1, 2])):
        every = list(places(proof))[1:]
        others = [part for _, part in every if isinstance(part, CERTIFICATES)]
        path, part = chance.choice(every)
        proof = put(proof, path, corrupt_part(part, chance, others, atoms))
    return proof


# -- the attack ----------------------------------------------------------------------------


def accepted(sequent: Sequent, proof: Proof) -> str:
    """What the kernel says: `accepted`, `left to oracles`, or the rule that was broken."""
    try:
        return "left to oracles" if check(sequent, proof) else "accepted"
    except Rejected as rejected:
        return rejected.rule


def attack(
    known: list[Known], attacks: int, seed: int = 0
) -> tuple[Counter[str], list[tuple[Sequent, Proof, list[Fraction]]]]:
    """Counts of what the kernel said, and what it must not have accepted."""
    chance = random.Random(seed)
    said: Counter[str] = Counter()
    holes = []
    while sum(said.values()) < attacks:
        sequent, proof = chance.choice(known)
        false = sequent
        for _ in range(chance.choice([1, 1, 2, 3])):
            false = corrupt_sequent(false, chance)
        point = refutation(false, chance)
        if point is None:
            continue
        offered = [proof]
        offered += [corrupt_proof(proof, chance, len(false.atoms)) for _ in range(12)]
        offered += [p for _, p in chance.sample(known, min(4, len(known)))]
        offered.append(Proof(Oracle("z3"), proof.values))
        for one in offered:
            verdict = accepted(false, one)
            said[verdict] += 1
            if verdict == "accepted":
                holes.append((false, one, point))
    return said, holes


def main() -> int:
    """Attack, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attacks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    said, holes = attack(known_proofs(), chosen.attacks, chosen.seed)
    for verdict, count in said.most_common():
        print(f"{count:7}  {verdict}")
    for sequent, proof, point in holes:
        print("HOLE", sequent, proof, [str(v) for v in point], sep="\n  ")
    print(f"{sum(said.values())} attacks, {len(holes)} accepted")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
