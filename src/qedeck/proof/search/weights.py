"""Weights of a combination: by a linear programme in floats, then exactly over the rationals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from qedeck.kernel.polynomials import Monomial, Number, Polynomial

PRIME = 2**61 - 1
DENSE_ENTRIES = 4_000_000
SMALL = 1e-9
Row = Mapping[Monomial, Number]


def combination(
    columns: Sequence[Polynomial], free: Sequence[bool], target: Polynomial
) -> dict[int, Fraction] | None:
    """Weights with Σ weight · column = target, those of columns that are not free positive."""
    places = _places(columns)
    if any(m not in places for m, _ in target):
        return None
    support = _support(columns, free, target, places, None)
    return _exact(columns, free, target, support)


def vanishing(
    columns: Sequence[Polynomial], free: Sequence[bool], strict: Sequence[bool], target: Polynomial
) -> dict[int, Fraction] | None:
    """The same, with a positive weight on some column that is strict."""
    if not any(strict):
        return None
    places = _places(columns)
    if any(m not in places for m, _ in target):
        return None
    support = _support(columns, free, target, places, strict)
    found = _exact(columns, free, target, support)
    if found is None or not any(strict[k] for k in found):
        return None
    return found


def _places(columns: Sequence[Polynomial]) -> dict[Monomial, int]:
    places: dict[Monomial, int] = {}
    for column in columns:
        for m, _ in column:
            places.setdefault(m, len(places))
    return places


def _support(
    columns: Sequence[Polynomial],
    free: Sequence[bool],
    target: Polynomial,
    places: dict[Monomial, int],
    strict: Sequence[bool] | None,
) -> list[int] | None:
    """The columns of a basic solution; None where there is none."""
    try:
        import numpy as np
        from scipy.optimize import linprog
        from scipy.sparse import csr_matrix
    except ImportError:
        return None
    rows, across, values = [], [], []
    try:
        for j, column in enumerate(columns):
            scale = max((abs(float(c)) for _, c in column), default=1.0)
            for m, c in column:
                rows.append(places[m])
                across.append(j)
                values.append(float(c) / scale)
        right = np.zeros(len(places))
        for m, c in target:
            right[places[m]] = float(c)
    except OverflowError:
        return None
    if not len(places):
        return None
    cost = [0.0 if f else 1.0 + 0.05 * len(c) for f, c in zip(free, columns, strict=True)]
    limits: list[tuple[float | None, float | None]] = [(None if f else 0.0, None) for f in free]
    if strict is not None:
        # the strict columns together get the weight 1
        for j, is_strict in enumerate(strict):
            if is_strict:
                rows.append(len(places))
                across.append(j)
                values.append(1.0)
        right = np.append(right, 1.0)
    matrix = csr_matrix((values, (rows, across)), shape=(len(right), len(columns)))
    answer = linprog(
        cost,
        A_eq=matrix,
        b_eq=right,
        bounds=limits,
        method="highs-ds",
        options={"maxiter": 20_000},
    )
    if answer.status != 0:
        return None
    return [j for j, x in enumerate(answer.x) if abs(x) > SMALL]


def _exact(
    columns: Sequence[Polynomial],
    free: Sequence[bool],
    target: Polynomial,
    support: list[int] | None,
) -> dict[int, Fraction] | None:
    if support is None:
        return None
    if not target:
        # up to a scale: the first column that is not free gets the weight 1
        lead = next((j for j in support if not free[j]), None)
        if lead is None:
            return None
        rest = [j for j in support if j != lead]
        weights = solve([dict(columns[j].terms) for j in rest], dict((-columns[lead]).terms))
        if weights is None:
            return None
        found = {rest[k]: w for k, w in weights.items()} | {lead: Fraction(1)}
    else:
        weights = solve([dict(columns[j].terms) for j in support], dict(target.terms))
        if weights is None:
            return None
        found = {support[k]: w for k, w in weights.items()}
    if any(w < 0 and not free[j] for j, w in found.items()):
        return None
    return found


def solve(columns: Sequence[Row], target: Row) -> dict[int, Fraction] | None:
    """Rational weights with Σ weight · column = target, exactly; None where none was found."""
    places = {m: k for k, m in enumerate({m for c in [*columns, target] for m in c})}
    height, width = len(places), len(columns)
    entries = [
        (places[m], j, Fraction(c))
        for j, column in enumerate([*columns, target])
        for m, c in column.items()
    ]
    try:
        return _modular(entries, height, width)
    except ImportError:
        return _eliminated(entries, height, width)


def _modular(
    entries: list[tuple[int, int, Fraction]], height: int, width: int
) -> dict[int, Fraction] | None:
    """By arithmetic modulo a prime and a guess of the fractions, which is verified."""
    from flint import nmod_mat

    if height * (width + 1) > DENSE_ENTRIES:
        return None
    dense = [0] * (height * (width + 1))
    for row, j, c in entries:
        dense[row * (width + 1) + j] = c.numerator * pow(c.denominator, -1, PRIME) % PRIME
    reduced, rank = nmod_mat(height, width + 1, dense, PRIME).rref()
    weights: dict[int, Fraction] = {}
    for row in range(rank):
        pivot = next(j for j in range(width + 1) if int(reduced[row, j]))
        if pivot == width:
            return None
        value = _fraction(int(reduced[row, width]))
        if value:
            weights[pivot] = value
    rest = [Fraction(0)] * height
    for row, j, c in entries:
        rest[row] += -c if j == width else weights.get(j, Fraction(0)) * c
    return weights if not any(rest) else None


def _fraction(residue: int) -> Fraction:
    """The fraction with small numerator and denominator that has a residue modulo the prime."""
    a, b, s, t = PRIME, residue, 0, 1
    while b * b * 2 > PRIME:
        quotient = a // b
        a, b = b, a - quotient * b
        s, t = t, s - quotient * t
    return Fraction(b, t) if t else Fraction(0)


def _eliminated(
    entries: list[tuple[int, int, Fraction]], height: int, width: int
) -> dict[int, Fraction] | None:
    """By elimination over the rationals."""
    rows: list[dict[int, Fraction]] = [{} for _ in range(height)]
    for place, j, c in entries:
        rows[place][j] = c
    pivots: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        for column, other in pivots.items():
            _less(row, column, other)
        lead = min(row, default=None)
        if lead is None:
            continue
        if lead == width:
            return None
        scaled = {j: c / row[lead] for j, c in row.items()}
        for other in pivots.values():
            _less(other, lead, scaled)
        pivots[lead] = scaled
    return {column: row[width] for column, row in pivots.items() if row.get(width)}


def _less(row: dict[int, Fraction], column: int, pivot: dict[int, Fraction]) -> None:
    """A row without a column, by the row whose first entry is that column."""
    factor = row.get(column)
    if factor:
        for j, c in pivot.items():
            row[j] = row.get(j, Fraction(0)) - factor * c
            if not row[j]:
                del row[j]
