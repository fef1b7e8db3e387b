"""The bridge from the page to sequents: both are evaluated in balls at points, and must agree.

Values are compared, not truths: a true page and the sequent 0 >= 0 agree in truth everywhere. Each
fact must be one that the page says at the place that it names, with the same value at every point;
the goal of each piece must be the difference of the sides at its place. At a point that meets all
facts the page must have a value. Points can refute an encoding and never grant a fact: facts are
granted by their origin. Where no point meets the hypotheses, nothing is granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qedeck.evidence.formulas import UNABLE, Unprovable
from qedeck.formula.rings.balls import Ball, BallRing
from qedeck.formula.rings.ring import Undefined
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.terms import (
    Abs,
    Atom,
    Exp,
    Inverse,
    Log,
    Max,
    Opaque,
    Power,
    Root,
    Sign,
    Symbol,
)  # fmt: skip
from qedeck.proof.encoding import (
    Encoding,
    Origin,
    Piece,
    Said,
    conditions,
    hypotheses,
    last_coordinates,
    said_of,
)
from qedeck.proof.linked import Granted, required, said_by
from qedeck.proof.places import environment
from qedeck.proof.points import Point, points
from qedeck.proof.terms import ALLOWED

BITS = 160
NARROW = 2.0**-60
"""Relative width above which a ball tells nothing."""
ENOUGH = 4
"""Points that meet all hypotheses, where so many can be had."""
OTHERS = 2
"""Points that do not."""
TRIED = 16
"""Candidates after which none that misses the hypotheses is looked for."""


class Mismatch(Exception):
    """An encoding that is not what the page says.

    Args:
        where: Which part of it.
        why: What is wrong with it.
    """

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where, self.why = where, why


@dataclass
class _Seen:
    """How often each part was compared."""

    met: int = 0
    other: int = 0
    facts: dict[int, int] = field(default_factory=dict)
    goals: dict[int, int] = field(default_factory=dict)
    given: dict[tuple[int, int], int] = field(default_factory=dict)


def compare(encoding: Encoding) -> None:
    """Compare an encoding with the page.

    Raises:
        Mismatch: where they differ, or where there is no point at which to compare them.
    """
    _conditions_agree(encoding)
    seen = _Seen()
    with precision(BITS):
        for tried, point in enumerate(points(encoding)):
            if seen.met >= ENOUGH and (seen.other >= OTHERS or tried >= TRIED):
                break
            _at(encoding, point, seen)
    if not seen.met:
        raise Mismatch("points", "no point meets the hypotheses")
    for k, fact in enumerate(encoding.facts):
        if (fact.origin is None or fact.origin.kind != "case") and not seen.facts.get(k):
            raise Mismatch(f"fact {k}", "the page says nothing of the kind")
    compared = {
        piece.facts[j] for k, piece in enumerate(encoding.pieces) for j in range(len(piece.facts))
        if seen.given.get((k, j))
    }  # fmt: skip
    for k, piece in enumerate(encoding.pieces):
        if not piece.need and not seen.goals.get(k):
            raise Mismatch(f"goal {k}", "no point at which to compare it")
        if not compared.issuperset(piece.facts):
            raise Mismatch(f"goal {k}", "one of its facts is not on the page")


def compare_linked(encoding: Encoding, granted: Granted) -> None:
    """Compare what an instance of a linked claim says, and what it asks, with the page.

    Raises:
        Mismatch: where they differ, or where there is no point at which to compare them.
    """
    count: dict[int, int] = {}
    asked = [piece for piece in granted.asked if not piece.need]
    with precision(BITS):
        ring = BallRing()
        for point in points(encoding):
            if count and min(count.values()) >= OTHERS and len(count) == _parts(granted):
                return
            values = Values(encoding.table.atoms, point, ring)
            if not all(_in(values.of(poly), signs) for poly, signs in encoding.path):
                continue
            try:
                here = _page(encoding, point, ring)
                said = list(said_by(granted.instance, here, ring))
                needed = [
                    piece for statement in required(granted.instance, encoding)
                    for piece in said_of(statement, here, ring)
                ]  # fmt: skip
            except (Unprovable, *UNABLE):
                continue
            theirs = {one.origin: one for one in said}
            pairs = [(fact, theirs.get(fact.origin)) for fact in granted.facts]
            pairs += [(one.goal, other.goal) for one, other in zip(asked, needed, strict=False)]
            if len(needed) != len(asked):
                raise Mismatch("linked", "it asks for something else")
            for k, (mine, other) in enumerate(pairs):
                if other is None or mine.sign != other.sign:
                    raise Mismatch("linked", "the claim says nothing of the kind")
                if _same(values.of(mine.value), other.value, "linked", point):
                    count[k] = count.get(k, 0) + 1
    if len(count) < _parts(granted):
        raise Mismatch("linked", "no point at which to compare it")


def _parts(granted: Granted) -> int:
    return len(granted.facts) + sum(not piece.need for piece in granted.asked)


def _page(encoding: Encoding, point: Point, ring: BallRing) -> Any:
    """The environment of the page at a point."""
    return environment(
        encoding.obligation, encoding.case, ring, lambda name, _: ring.number(point[name])
    )


def _conditions_agree(encoding: Encoding) -> None:
    """That the facts of the branch are its conditions."""
    mine = [s for s in encoding.facts if s.origin is not None and s.origin.kind == "case"]
    if mine != list(conditions(encoding.path)):
        raise Mismatch("branch", "its facts are not its conditions")


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """So many bits for balls."""
    import flint

    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def _at(encoding: Encoding, point: Point, seen: _Seen) -> None:
    """Compare at one point; nothing where it lies on another branch."""
    ring = BallRing()
    values = Values(encoding.table.atoms, point, ring)
    if not all(_in(values.of(poly), signs) for poly, signs in encoding.path):
        return
    known = [_decided(values.of(fact.value), fact.sign) for fact in encoding.facts]
    if None in known:
        return
    met = all(known)
    if (seen.met >= ENOUGH) if met else (seen.other >= OTHERS):
        return
    try:
        here = _page(encoding, point, ring)
        said = list(hypotheses(encoding.obligation, here, ring))
    except UNABLE:
        if met:
            raise Mismatch(
                "page", f"what the hypotheses set has no value at {_shown(point)}"
            ) from None
        return
    _facts_at(encoding, values, said, seen)
    try:
        pieces = list(said_of(encoding.obligation.statement, here, ring))
    except Undefined:
        pieces = []
    except (Unprovable, *UNABLE):
        return
    wanted = [(k, piece) for k, piece in enumerate(encoding.pieces) if not piece.need]
    if len(wanted) != len(pieces):
        if met and not pieces:
            raise Mismatch("page", f"it has no value at {_shown(point)}")
        if pieces:
            raise Mismatch("pieces", f"{len(wanted)} where the page says {len(pieces)}")
        return
    whole = [_piece_at(k, mine, theirs, values, seen, met, point)
             for (k, mine), theirs in zip(wanted, pieces, strict=True)]  # fmt: skip
    if all(whole):
        if met:
            seen.met += 1
        else:
            seen.other += 1


def _facts_at(encoding: Encoding, values: Values, said: Sequence[Said[Ball]], seen: _Seen) -> None:
    page = {one.origin: one for one in said}
    for k, fact in enumerate(encoding.facts):
        match fact.origin:
            case Origin("case", _):
                continue
            case Origin("span", (name,)):
                own = encoding.table.places.get(Symbol(str(name)))
                mine = own is not None and fact.value == Polynomial.atom(own)
                if not mine or fact.sign != ">=" or name not in last_coordinates(encoding.case):
                    raise Mismatch(f"fact {k}", "it is not that a last coordinate is not negative")
                seen.facts[k] = seen.facts.get(k, 0) + 1
            case _:
                theirs = page.get(fact.origin)
                if theirs is None:
                    continue
                if fact.sign != theirs.sign:
                    raise Mismatch(f"fact {k}", f"{fact.sign} where the page says {theirs.sign}")
                if _same(values.of(fact.value), theirs.value, f"fact {k}", values.point):
                    seen.facts[k] = seen.facts.get(k, 0) + 1


def _piece_at(
    k: int, mine: Piece[Polynomial], theirs: Piece[Ball], values: Values, seen: _Seen, met: bool,
    point: Point,
) -> bool:  # fmt: skip
    """Whether a piece could be compared at a point."""
    if mine.place != theirs.place or mine.goal.sign != theirs.goal.sign:
        raise Mismatch(f"goal {k}", "it is said elsewhere, or with another sign")
    if len(mine.facts) != len(theirs.facts):
        raise Mismatch(f"goal {k}", "it holds under other conditions")
    holds = met
    for j, (one, other) in enumerate(zip(mine.facts, theirs.facts, strict=True)):
        if (one.sign, one.origin) != (other.sign, other.origin):
            raise Mismatch(f"goal {k}", f"its fact {j} is another one")
        if _same(values.of(one.value), other.value, f"goal {k}, fact {j}", point):
            seen.given[k, j] = seen.given.get((k, j), 0) + 1
        holds = holds and _decided(other.value, other.sign) is True
    if holds and not _finite(theirs.goal.value):
        raise Mismatch("page", f"it has no value at {_shown(point)}")
    if _same(values.of(mine.goal.value), theirs.goal.value, f"goal {k}", point):
        seen.goals[k] = seen.goals.get(k, 0) + 1
        return True
    return False


def _same(mine: Ball | None, theirs: Ball, where: str, point: Point) -> bool:
    """Whether two values were compared.

    Raises:
        Mismatch: where they differ.
    """
    if mine is None or not _finite(mine) or not _finite(theirs):
        return False
    if not mine.overlaps(theirs):
        raise Mismatch(where, f"{mine} where the page has {theirs}, at {_shown(point)}")
    return _narrow(mine) and _narrow(theirs)


def _finite(ball: Ball) -> bool:
    return bool(ball.is_finite())


def _narrow(ball: Ball) -> bool:
    return float(ball.rad()) <= NARROW * max(1.0, abs(float(ball.mid())))


def _decided(ball: Ball | None, sign: str) -> bool | None:
    if ball is None or not _finite(ball):
        return None
    return _in(ball, ALLOWED[sign]) or (None if not _out(ball, ALLOWED[sign]) else False)


def _able(ball: Ball) -> set[int]:
    """The signs that a number in a ball may have."""
    return {
        *([1] if not ball <= 0 else []), *([-1] if not ball >= 0 else []),
        *([0] if ball.contains(0) else []),
    }  # fmt: skip


def _in(ball: Ball | None, signs: frozenset[int]) -> bool:
    return ball is not None and _finite(ball) and _able(ball) <= signs


def _out(ball: Ball, signs: frozenset[int]) -> bool:
    return not _able(ball) & signs


def _shown(point: Point) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())


class Values:
    """The values of atoms and of polynomials over them at a point, by what atoms mean."""

    def __init__(self, atoms: Sequence[Atom], point: Point, ring: BallRing) -> None:
        self.atoms = atoms
        self.point = point
        self.ring = ring
        self.known: dict[int, Ball | None] = {}

    def of(self, poly: Polynomial) -> Ball | None:
        """The value of a polynomial; None where one of its atoms has none."""
        total = self.ring.whole(0)
        for monomial, number in poly.terms:
            part = self.ring.number(number)  # type: ignore[arg-type]
            for k, e in monomial:
                value = self.atom(k)
                if value is None:
                    return None
                part = part * value**e
            total = total + part
        return total

    def atom(self, k: int) -> Ball | None:
        """The value of an atom."""
        if k not in self.known:
            self.known[k] = self._atom(self.atoms[k])
        return self.known[k]

    def _atom(self, atom: Atom) -> Ball | None:
        ring = self.ring
        match atom:
            case Symbol(name):
                return ring.number(self.point[name]) if name in self.point else None
            case Max(left, right):
                one, other = self.of(left), self.of(right)
                return None if one is None or other is None else one.max(other)
            case Power(base, exponent):
                one, other = self.of(base), self.of(exponent)
                if one is None or other is None:
                    return None
                if one.is_zero():
                    return one if other > 0 else None
                return ring.power(one, other) if one > 0 else None
            case Opaque(function, parts):
                return self._opaque(function, [self.of(part) for part in parts])
        inner = self.of(atom.of)
        if inner is None:
            return None
        match atom:
            case Root(degree, _):
                return None if degree % 2 == 0 and inner < 0 else ring.root(inner, degree)
            case Inverse():
                return None if inner.contains(0) else 1 / inner
            case Abs():
                return abs(inner)
            case Exp():
                return inner.exp()
            case Log():
                return inner.log() if inner > 0 else None
            case Sign():
                return inner.sgn()
        return None

    def _opaque(self, function: str, parts: Sequence[Any]) -> Ball | None:
        if function == "pi" and not parts:
            return self.ring.constant("pi")
        if function in ("sin", "cos", "tanh") and len(parts) == 1 and parts[0] is not None:
            value: Ball = getattr(self.ring, function)(parts[0])
            return value
        return None
