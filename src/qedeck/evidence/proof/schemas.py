"""Inequalities that hold for the parts of opaque polynomials, as instances of known lemmas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations, permutations

from sympy import Expr

from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.opaque import (
    Exponent,
    Monomial,
    Opaque,
    Poly,
    added,
    expression,
    key,
    one,
    plus,
    scaled,
)

Instance = tuple[Poly, str]
"""A polynomial that is at least 0, and the lemma."""
TRIANGLE = "the triangle inequality of |t|"
MOST_BASES = 80
MOST_PAIRS = 60


def instances(
    reader: Opaque, polys: list[Poly], granted: Callable[[Poly], bool]
) -> Iterator[Instance]:
    """Lemmas about the parts of the polynomials."""
    yield from _bases(reader)
    yield from ((poly, TRIANGLE) for poly in reader.triangles)
    powers = list(_powers(polys))
    roots = [p for p in powers if p[1] == Fraction(1, 2)]
    for found in (
        _cauchy_schwarz(reader, roots, polys),
        _about_powers(reader, [p for p in powers if isinstance(p[1], Expr)], granted),
        _about_logs(reader, powers),
    ):
        while True:
            try:
                yield next(found)
            except StopIteration:
                break
            except (Unsupported, Outside):
                break
    for n, e in powers:
        yield _single(reader, n, e), ""


def _single(reader: Opaque, n: int, e: Exponent = 1) -> Poly:
    return reader.single(n, e)


def _bases(reader: Opaque) -> Iterator[Instance]:
    """Signs, |t| ≥ ±t, the triangle inequality, max ≥ its items, |sgn| ≤ 1."""
    number = 0
    while number < min(len(reader.bases), MOST_BASES):
        base = reader.bases[number]
        mine = _single(reader, number)
        if base.sign:
            yield mine, ""
        if base.kind == "abs":
            inner = base.inside[0]
            yield plus(mine, inner), ""
            yield plus(mine, inner, -1), ""
            if len(inner) > 1:
                bound = _sum(reader.absolute({m: c}) for m, c in inner.items())
                yield plus(bound, mine, -1), TRIANGLE
            if len(inner) == 1 and _is_sign(reader, inner):
                yield plus(one(), mine, -1), ""
        elif base.kind == "max":
            for item in base.inside:
                yield plus(mine, item, -1), ""
                if reader.nonnegative(item) and len(item) == 1:
                    gap = plus(reader.times(mine, mine), reader.times(item, item), -1)
                    yield gap, "squares are monotone"
            if all(map(reader.nonnegative, base.inside)):
                yield plus(_sum(base.inside), mine, -1), ""
                squares = _sum(reader.times(item, item) for item in base.inside)
                yield plus(squares, reader.times(mine, mine), -1), "the largest is one of the items"
        elif base.kind == "sign":
            yield plus(one(), mine), ""
            yield plus(one(), mine, -1), ""
        number += 1


def _is_sign(reader: Opaque, poly: Poly) -> bool:
    ((m, _),) = poly.items()
    return len(m) == 1 and m[0][1] == 1 and reader.bases[m[0][0]].kind == "sign"


def _sum(items: Iterable[Poly]) -> Poly:
    result: Poly = {}
    for item in items:
        result = plus(result, item)
    return result


def _powers(polys: list[Poly]) -> Iterator[tuple[int, Exponent]]:
    """The bases under exponents that are not whole."""
    seen = {(n, e) for poly in polys for m in poly for n, e in m if not isinstance(e, int)}
    yield from sorted(seen, key=lambda p: (p[0], str(p[1])))


# -- Cauchy–Schwarz ------------------------------------------------------------------------


def _cauchy_schwarz(
    reader: Opaque, roots: list[tuple[int, Exponent]], polys: list[Poly]
) -> Iterator[Instance]:
    """|Σ u_i v_i| ≤ √Σu_i² · √Σv_i², where the products u_i v_i occur."""
    word = "the Cauchy–Schwarz inequality"
    wanted = {m for poly in polys for m in poly}
    for number in range(len(reader.bases)):
        if reader.bases[number].kind == "abs":
            wanted |= reader.bases[number].inside[0].keys()
    for (a, _), (b, _) in combinations(roots, 2):
        first, second = _entries(reader, a), _entries(reader, b)
        if first is None or second is None or len(first) != len(second):
            continue
        product = reader.times(
            _single(reader, a, Fraction(1, 2)), _single(reader, b, Fraction(1, 2))
        )
        row = _paired(reader, first, second, wanted)
        if row is not None:
            yield plus(product, row), word
            yield plus(product, row, -1), word


def _entries(reader: Opaque, n: int) -> list[Poly] | None:
    """The u_i of a sum Σ u_i² of plain squares."""
    found = []
    if not reader.bases[n].inside:
        return None
    for m, c in reader.bases[n].inside[0].items():
        if c != 1 or not all(isinstance(e, int) and e > 0 and e % 2 == 0 for _, e in m):
            return None
        found.append({tuple((k, int(e) // 2) for k, e in m): Fraction(1)})
    return found


def _paired(
    reader: Opaque, first: list[Poly], second: list[Poly], wanted: set[Monomial]
) -> Poly | None:
    """Σ u_i v_i in the pairing whose products occur."""
    if len(first) > 6:
        return None
    for row in permutations(second):
        products = [reader.times(u, v) for u, v in zip(first, row, strict=True)]
        if all(wanted >= p.keys() for p in products):
            return _sum(products)
    return None


# -- powers --------------------------------------------------------------------------------


def _about_powers(
    reader: Opaque, powers: list[tuple[int, Exponent]], granted: Callable[[Poly], bool]
) -> Iterator[Instance]:
    """Monotone in the base; above tangents for exponents of at least 1."""
    exponents = list(dict.fromkeys(e for _, e in powers))[:8]
    for e in exponents:
        rate = reader.of(expression(e))
        bases = list(dict.fromkeys(n for n, mine in powers if mine == e))
        if granted(plus(rate, one(), -1)):
            yield from _tangents(reader, bases, e, rate)
        elif granted(plus(one(), rate, -1)) and granted(rate):
            yield from _chords(reader, bases, e, rate)
        if granted(rate):
            yield from _monotone(reader, bases, e, granted)
            yield from _of_largest(reader, bases, e)


def _monotone(
    reader: Opaque, bases: list[int], e: Exponent, granted: Callable[[Poly], bool]
) -> Iterator[Instance]:
    word = "t^e is monotone for e ≥ 0"
    pairs = [(a, b) for a, b in permutations(bases, 2) if _akin(reader, a, b)]
    for a, b in pairs[:MOST_PAIRS]:
        if granted(plus(_value(reader, b), _value(reader, a), -1)):
            yield plus(_single(reader, b, e), _single(reader, a, e), -1), word
    for a in bases:
        if granted(plus(one(), _value(reader, a), -1)):
            yield plus(one(), _single(reader, a, e), -1), word
        if granted(plus(_value(reader, a), one(), -1)):
            yield plus(_single(reader, a, e), one(), -1), word


def _of_largest(reader: Opaque, bases: list[int], e: Exponent) -> Iterator[Instance]:
    """max(t)^e ≤ Σ t^e for t ≥ 0 and e ≥ 0, as it is one of them."""
    for n in bases:
        items = reader.bases[n].inside
        if reader.bases[n].kind == "max" and all(map(reader.nonnegative, items)):
            powers = _sum(reader.power(item, e) for item in items)
            yield plus(powers, _single(reader, n, e), -1), "the largest is one of the items"


def _value(reader: Opaque, n: int) -> Poly:
    return reader.bases[n].inside[0] if reader.bases[n].kind == "sum" else _single(reader, n)


def _tangents(reader: Opaque, bases: list[int], e: Exponent, rate: Poly) -> Iterator[Instance]:
    """a^e ≥ m^e + e·m^(e−1)·(a − m) for e ≥ 1 and a, m ≥ 0."""
    word = "t^e lies above its tangents for e ≥ 1"
    pairs = [(a, m) for a, m in permutations(bases, 2) if len(bases) <= 3 or _akin(reader, a, m)]
    for a, m in pairs[:MOST_PAIRS]:
        slope = reader.times(rate, _single(reader, m, added(e, -1)))
        rise = reader.times(slope, plus(_value(reader, a), _value(reader, m), -1))
        gap = plus(_single(reader, a, e), _single(reader, m, e), -1)
        yield plus(gap, rise, -1), word
    for a in bases:
        rise = reader.times(rate, plus(_value(reader, a), one(), -1))
        yield plus(plus(_single(reader, a, e), one(), -1), rise, -1), word


def _chords(reader: Opaque, bases: list[int], e: Exponent, rate: Poly) -> Iterator[Instance]:
    """a^e ≤ 1 + e·(a − 1) for 0 ≤ e ≤ 1 and a ≥ 0."""
    word = "t^e lies below its tangent at 1 for 0 ≤ e ≤ 1"
    for a in bases:
        rise = reader.times(rate, plus(_value(reader, a), one(), -1))
        yield plus(plus(rise, one()), _single(reader, a, e), -1), word


def _akin(reader: Opaque, a: int, b: int) -> bool:
    """Whether one base is made of what the other is made of."""
    first, second = (
        {n for n in reader.symbols(_value(reader, k)) if reader.bases[n].kind == "symbol"}
        for k in (a, b)
    )
    return first <= second or second <= first


# -- logarithms ----------------------------------------------------------------------------


def _about_logs(reader: Opaque, powers: list[tuple[int, Exponent]]) -> Iterator[Instance]:
    """1 − 1/t ≤ log t ≤ t − 1 for t = b, t = b^e and t = a/b, where log b occurs."""
    word = "1 - 1/t ≤ log t ≤ t - 1"
    logs = [n for n in range(len(reader.bases)) if reader.bases[n].kind == "log"][:12]
    arguments = {n: reader.bases[n].inside[0] for n in logs}
    for n, b in arguments.items():
        inverse = reader.power(b, -1)
        mine = _single(reader, n)
        yield from _between(reader, mine, b, inverse, word)
        for k, e in powers:
            if isinstance(e, Expr) and key(_value(reader, k)) == key(b):
                value = reader.times(reader.of(e), mine)
                ends = _single(reader, k, e), _single(reader, k, added(0, expression(e) * -1))
                yield from _between(reader, value, *ends, word)
    for n, m in permutations(arguments, 2):
        ratio = reader.times(arguments[n], reader.power(arguments[m], -1))
        gap = plus(_single(reader, n), _single(reader, m), -1)
        yield plus(plus(ratio, one(), -1), gap, -1), word


def _between(
    reader: Opaque, log: Poly, value: Poly, inverse: Poly, word: str
) -> Iterator[Instance]:
    upper = plus(plus(value, one(), -1), log, -1)
    yield upper, word
    yield plus(plus(log, one(), -1), inverse), word
    yield reader.times(upper, scaled(inverse, Fraction(1))), word
    yield reader.times(plus(plus(log, one(), -1), inverse), value), word
