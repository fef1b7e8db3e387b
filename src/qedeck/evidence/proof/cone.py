"""Inequalities as non-negative combinations of known ones, found by linear programming.

The weights are then solved for over the rationals and the sum is compared exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations_with_replacement

from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Unsupported
from qedeck.evidence.proof.multipliers import programming, solve
from qedeck.evidence.proof.opaque import Monomial, Opaque, Poly, key, one, plus, scaled

MOST_COLUMNS = 6000
MOST_MULTIPLIERS = 90


@dataclass(frozen=True)
class Bound:
    """A polynomial that is at least 0, or 0."""

    poly: Poly
    word: str
    """Where it is from; empty for hypotheses and signs."""
    equation: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Column:
    """A product of bounds, perhaps with a square."""

    poly: Poly
    words: tuple[str, ...]
    equation: bool
    strict: bool


@dataclass
class Cone:
    """What is known, and what follows from it."""

    reader: Opaque
    budget: Budget
    bounds: list[Bound] = field(default_factory=list)
    _marks: set[object] = field(default_factory=set)
    _pairs: list[list[Column]] = field(default_factory=list)
    """The products of each plain bound with those before it."""

    def add(
        self, poly: Poly, word: str = "", *, equation: bool = False, strict: bool = False
    ) -> None:
        """Take note of a polynomial that is at least 0 (0 for an equation)."""
        mark = key(poly), equation, strict
        if poly and mark not in self._marks:
            self._marks.add(mark)
            self.bounds.append(Bound(poly, word, equation, strict))

    def shows(
        self, target: Poly, *, deep: int = 2, strict: bool = False, least: int = 0
    ) -> list[Column] | None:
        """Columns whose sum with positive weights is the target; None where none is found."""
        for level in range(least, deep + 1):
            columns = self.columns(target, level)
            entries = sum(len(c.poly) for c in columns)
            self.budget.spend(programming(len(columns), entries))
            found = combined(columns, target, strict=strict)
            if found is not None:
                return found
        return None

    def columns(self, target: Poly, level: int) -> list[Column]:
        """Candidates that share a monomial with what is wanted."""
        wanted = set(target)
        chosen: dict[object, Column] = {}
        pool = list(self._pool(target, level))
        for _ in range(3):
            fresh = [c for c in pool if not wanted.isdisjoint(c.poly)]
            before = len(chosen)
            for c in fresh:
                chosen.setdefault((key(c.poly), c.equation), c)
            wanted = wanted.union(*[c.poly for c in fresh])
            if len(chosen) == before or len(chosen) > MOST_COLUMNS:
                break
        found = list(chosen.values())
        for m in wanted:
            term = {m: Fraction(1)}
            if self.reader.nonnegative(term):
                found.append(Column(term, (), False, self.reader.positive(term)))
        return found

    def _pool(self, target: Poly, level: int) -> Iterator[Column]:
        yield Column(one(), (), False, True)
        for b in self.bounds:
            yield Column(b.poly, _words(b), b.equation, b.strict)
        if level >= 1:
            yield from self._products(target)
        if level >= 2:
            yield from self._squares(target)

    def _products(self, target: Poly) -> Iterator[Column]:
        plain = [b for b in self.bounds if not b.equation][:MOST_MULTIPLIERS]
        for k, a in enumerate(plain[len(self._pairs) :], len(self._pairs)):
            self._pairs.append(
                [
                    column
                    for b in plain[: k + 1]
                    for column in self._product(
                        a.poly, b.poly, _words(a, b), False, a.strict and b.strict
                    )
                ]
            )
        for pairs in self._pairs:
            yield from pairs
        parts: list[Poly] = [{((n, 1),): Fraction(1)} for m in target for n, e in m if e == 1]
        parts += [{((n, 2),): Fraction(1)} for m in target for n, e in m if e == 2]
        parts = [dict(p) for p in dict.fromkeys(tuple(p.items()) for p in parts)]
        for b in self.bounds:
            for part in parts[:MOST_MULTIPLIERS]:
                if b.equation or self.reader.nonnegative(part):
                    yield from self._product(b.poly, part, _words(b), b.equation, False)

    def _squares(self, target: Poly) -> Iterator[Column]:
        """Squares of differences of two monomials whose product is wanted, times bounds."""
        halves = self._halves(target)
        wanted = set(target).union(*[b.poly for b in self.bounds if not b.word])
        plain = [b for b in self.bounds if not b.equation]
        squares: list[Poly] = []
        for a, b in combinations_with_replacement(halves, 2):
            if a == b:
                squares.append(self.reader.times({a: Fraction(1)}, {a: Fraction(1)}))
                continue
            for sign in (1, -1):
                root = {a: Fraction(1), b: Fraction(sign)}
                square = self.reader.times(root, root)
                if not wanted.isdisjoint(square.keys() - self._pure(a, b)):
                    squares.append(square)
        for square in squares:
            yield Column(square, ("squares",), False, False)
        small = [s for s in squares if len(s) <= 3][:60]
        for bound in plain[:20]:
            for square in small:
                yield from self._product(
                    bound.poly, square, _words(bound, Bound({}, "squares")), False, False
                )

    def _pure(self, a: Monomial, b: Monomial) -> set[Monomial]:
        return {
            m
            for part in (a, b)
            for m in self.reader.times({part: Fraction(1)}, {part: Fraction(1)})
        }

    def _halves(self, target: Poly) -> list[Monomial]:
        """Monomials whose squares may occur in a sum of squares with this value."""
        found: set[Monomial] = {()} if () in target else set()
        for m in target:
            if all(isinstance(e, int) and e > 0 and e % 2 == 0 for _, e in m):
                found.add(tuple((n, int(e) // 2) for n, e in m))
        roots = {(f,) for m in target for f in m if f[1] == Fraction(1, 2)}
        for b in self.bounds:
            roots |= {(f,) for m in b.poly for f in m if f[1] == Fraction(1, 2)}
        return sorted(found | roots, key=str)[:80]

    def _product(
        self, a: Poly, b: Poly, words: tuple[str, ...], equation: bool, strict: bool
    ) -> Iterator[Column]:
        try:
            poly = self.reader.times(a, b)
        except Unsupported:
            return
        if poly:
            yield Column(poly, words, equation, strict)


def _words(*bounds: Bound) -> tuple[str, ...]:
    return tuple(dict.fromkeys(b.word for b in bounds if b.word))


def combined(columns: list[Column], target: Poly, *, strict: bool) -> list[Column] | None:
    """The columns used in an exact combination with positive weights, or None."""
    if not columns or len(columns) > 3 * MOST_COLUMNS:
        return None
    try:
        support = _support(columns, target, strict=strict)
    except OverflowError:  # a coefficient is too large for a float
        return None
    if support is None:
        return None
    used = [columns[k] for k in support]
    weights = solve([_row(c.poly) for c in used], _row(target))
    if weights is None:
        return None
    rest = target
    for k, w in weights.items():
        weight = Fraction(int(w.p), int(w.q))
        if weight < 0 and not used[k].equation:
            return None
        rest = plus(rest, used[k].poly, -weight)
    if rest:
        return None
    kept = [used[k] for k in weights]
    if strict and not any(c.strict and weights[k] > 0 for k, c in enumerate(used) if k in weights):
        return None
    return kept


def _row(poly: Poly) -> dict[Monomial, Fraction]:
    return poly


def _support(columns: list[Column], target: Poly, *, strict: bool) -> list[int] | None:
    try:
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix
    except ImportError:
        return None
    places: dict[Monomial, int] = {}
    for m in target:
        places[m] = len(places)
    rows, across, values = [], [], []
    for j, column in enumerate(columns):
        for m, c in column.poly.items():
            rows.append(places.setdefault(m, len(places)))
            across.append(j)
            values.append(float(c))
    matrix = csr_matrix((values, (rows, across)), shape=(len(places), len(columns)))
    right = np.zeros(len(places))
    for m, c in target.items():
        right[places[m]] = float(c)
    cost = np.array([_cost(c, strict=strict) for c in columns])
    limits = [_limits(c, strict=strict) for c in columns]
    answer = linprog(cost, A_eq=matrix, b_eq=right, bounds=limits, method="highs-ds")
    if answer.status != 0:
        return None
    return [j for j, x in enumerate(answer.x) if abs(x) > 1e-9]


def _cost(column: Column, *, strict: bool) -> float:
    if strict and column.strict:
        return -1.0
    return 0.0 if column.equation else 1e-3


def _limits(column: Column, *, strict: bool) -> tuple[float | None, float | None]:
    if column.equation:
        return None, None
    return 0, (1 if strict and column.strict else None)


def negated(poly: Poly) -> Poly:
    """The negative of a polynomial."""
    return scaled(poly, Fraction(-1))
