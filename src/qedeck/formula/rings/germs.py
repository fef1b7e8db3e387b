"""Germs: how numbers go on to one side of a point, as series in a small positive step.

A germ stands for `c_0 + c_1 s + c_2 s^2 + ...` for all small `s > 0`. Comparisons look at the first
coefficient that is not zero, so that absolute values, extrema and brackets take the side that a
function takes beside a point, whatever they do at the point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    UNDECIDED,
    Inexact,
    Ring,
    Sign,
    T,
    Verdict,
)

LENGTH = 9
"""Coefficients that are followed."""
SCALE = 2
"""Arguments move by the square of the step, so that square roots have series, too."""
MOST_POWER = 24
"""Larger exponents go through the logarithm."""


@dataclass(frozen=True, eq=False)
class Germ(Generic[T]):
    """Coefficients by exponent, those left out being 0."""

    terms: Mapping[int, T]
    known: int | None = None
    """How many coefficients are known; None where all are, those left out being 0."""

    @property
    def constant(self) -> bool:
        """Whether it does not depend on the step."""
        return self.known is None and not (self.terms.keys() - {0})


class GermRing(Ring[Germ[T]]):
    """Germs with coefficients in a ring; what is not known of a series is never made up."""

    def __init__(self, base: Ring[T]) -> None:
        self.base = base
        self.name = f"{base.name} beside a point"
        self.zero = base.whole(0)

    def moving(self, start: T, slope: T) -> Germ[T]:
        """The number `start + slope s^2`."""
        return Germ({0: start, SCALE: slope})

    def coefficient(self, a: Germ[T], place: int) -> T:
        """The coefficient of a power of the step."""
        if a.known is not None and place >= a.known:
            return self.base.unknown()
        return a.terms.get(place, self.zero)

    def unknown(self) -> Germ[T]:
        return Germ({0: self.base.unknown()}, 1)

    def missing(self, a: Germ[T]) -> Verdict:
        return self.base.missing(self.coefficient(a, 0))

    def number(self, value: Fraction) -> Germ[T]:
        return Germ({0: self.base.number(value)} if value else {})

    def constant(self, name: str) -> Germ[T]:
        return Germ({0: self.base.constant(name)})

    # Sums and products

    def add(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        known = _least(a.known, b.known)
        terms = dict(a.terms)
        for place, one in b.terms.items():
            terms[place] = self.base.add(terms[place], one) if place in terms else one
        return _cut(terms, known)

    def neg(self, a: Germ[T]) -> Germ[T]:
        return Germ({place: self.base.neg(one) for place, one in a.terms.items()}, a.known)

    def mul(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        # Unknown terms begin after the first term of the other factor that is known not to be 0.
        known = _least(
            None if a.known is None else a.known + min(b.terms, default=b.known or 0),
            None if b.known is None else b.known + min(a.terms, default=a.known or 0),
        )
        if (not a.terms and a.known is None) or (not b.terms and b.known is None):
            return Germ({})
        terms: dict[int, T] = {}
        for i, one in a.terms.items():
            for j, other in b.terms.items():
                if i + j < LENGTH:
                    term = self.base.mul(one, other)
                    terms[i + j] = self.base.add(terms[i + j], term) if i + j in terms else term
                else:
                    known = _least(known, LENGTH)
        return _cut(terms, known)

    def div(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        return self.mul(a, self._reciprocal(b))

    def _reciprocal(self, b: Germ[T]) -> Germ[T]:
        if 0 not in b.terms and b.known != 0:
            return Germ({0: self.base.div(self.base.whole(1), self.zero)}, 1)
        first = self.base.div(self.base.whole(1), self.coefficient(b, 0))
        if b.constant:
            return Germ({0: first})
        terms = {0: first}
        rest = {place: one for place, one in b.terms.items() if place}
        for n in range(1, b.known or LENGTH):
            parts = [self.base.mul(one, terms[n - k]) for k, one in rest.items() if n - k in terms]
            if parts:
                terms[n] = self.base.neg(self.base.mul(first, self.base.total(parts)))
        return Germ(terms, b.known or LENGTH)

    # Functions

    def exp(self, a: Germ[T]) -> Germ[T]:
        return self._solved(a, self.base.exp, lambda f, k: f.get(k))

    def _solved(
        self, a: Germ[T], function: Callable[[T], T], rate: Callable[[dict[int, T], int], T | None]
    ) -> Germ[T]:
        """The f with f' = r(f) a', where r(f) has the coefficients that `rate` tells."""
        base = self.base
        terms = {0: function(self.coefficient(a, 0))}
        if a.constant:
            return Germ(terms)
        rest = {place: one for place, one in a.terms.items() if place}
        for n in range(1, a.known or LENGTH):
            parts = []
            for k, one in rest.items():
                factor = rate(terms, n - k) if k <= n else None
                if factor is not None:
                    share = base.mul(base.number(Fraction(k, n)), one)
                    parts.append(base.mul(share, factor))
            if parts:
                terms[n] = base.total(parts)
        return Germ(terms, a.known or LENGTH)

    def log(self, a: Germ[T]) -> Germ[T]:
        inverse: Mapping[int, T] = {}
        if not a.constant:
            inverse = self._reciprocal(a).terms
        return self._solved(a, self.base.log, lambda _, k: inverse.get(k))

    def sin(self, a: Germ[T]) -> Germ[T]:
        return self._turned(a)[0]

    def cos(self, a: Germ[T]) -> Germ[T]:
        return self._turned(a)[1]

    def _turned(self, a: Germ[T]) -> tuple[Germ[T], Germ[T]]:
        base, start = self.base, self.coefficient(a, 0)
        sine, cosine = {0: base.sin(start)}, {0: base.cos(start)}
        if a.constant:
            return Germ(sine), Germ(cosine)
        for n in range(1, a.known or LENGTH):
            up, down = [], []
            for k, one in a.terms.items():
                if 0 < k <= n:
                    share = base.mul(base.number(Fraction(k, n)), one)
                    if n - k in cosine:
                        up.append(base.mul(share, cosine[n - k]))
                    if n - k in sine:
                        down.append(base.mul(share, sine[n - k]))
            if up:
                sine[n] = base.total(up)
            if down:
                cosine[n] = base.neg(base.total(down))
        known = a.known or LENGTH
        return Germ(sine, known), Germ(cosine, known)

    def tanh(self, a: Germ[T]) -> Germ[T]:
        base = self.base

        def rate(f: dict[int, T], k: int) -> T | None:
            parts = [base.mul(f[i], f[k - i]) for i in f if k - i in f]
            square = base.total(parts)
            return base.sub(base.whole(1), square) if k == 0 else base.neg(square)

        return self._solved(a, base.tanh, rate)

    def gamma(self, a: Germ[T]) -> Germ[T]:
        if not a.constant:
            raise Inexact("the gamma function beside a point")
        return Germ({0: self.base.gamma(self.coefficient(a, 0))})

    # Powers

    def power(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        if a.constant and b.constant:
            return Germ({0: self.base.power(self.coefficient(a, 0), self.coefficient(b, 0))})
        whole = self.integer(b)
        if whole is not None and abs(whole) <= MOST_POWER:
            result = self.product([a] * abs(whole))
            return self._reciprocal(result) if whole < 0 else result
        if not b.constant:
            return self.exp(self.mul(b, self.log(a)))
        exponent, twice = self.coefficient(b, 0), self.integer(self.mul(b, self.whole(2)))
        ratio = None if twice is None else Fraction(twice, 2)
        return self._raised(a, exponent, ratio, lambda c: self.base.power(c, exponent))

    def root(self, a: Germ[T], order: int) -> Germ[T]:
        ratio = Fraction(1, order)
        exponent = self.base.number(ratio)
        return self._raised(a, exponent, ratio, lambda c: self.base.root(c, order))

    def _raised(
        self, a: Germ[T], exponent: T, ratio: Fraction | None, function: Callable[[T], T]
    ) -> Germ[T]:
        """A power: `(c s^k (1 + u))^r` is `c^r s^(k r) (1 + u)^r` for the first c that is not 0."""
        base = self.base
        if a.constant:
            return Germ({0: function(self.coefficient(a, 0))})
        empty = TRUE
        """That all coefficients so far are 0."""
        cases: list[tuple[Verdict, Germ[T]]] = []
        for k in sorted(a.terms):
            at_zero = base.compare(a.terms[k], "=", self.zero)
            here = empty & ~at_zero
            if here.decided is not False:
                cases.append((here, self._from(a, k, exponent, ratio, function)))
            empty = empty & at_zero
            if empty.decided is False:
                break
        else:
            nothing = function(self.zero)
            cases.append((empty, Germ({0: nothing}, None if a.known is None else 1)))
        found = self.unknown() if len(cases) > 1 else cases[0][1]
        for here, one in reversed(cases):
            found = self.select(here, one, found)
        return found

    def _from(
        self, a: Germ[T], k: int, exponent: T, ratio: Fraction | None, function: Callable[[T], T]
    ) -> Germ[T]:
        """The power where the first term is the one at k."""
        base = self.base
        shift = ratio * k if ratio is not None else Fraction(1 if k else 0, 2)
        if not k:
            shift = Fraction(0)
        if shift.denominator > 1 or shift < 0:
            return self._sloped(a.terms[k], k, exponent, function)
        start = shift.numerator
        known = LENGTH if a.known is None else a.known
        first, inverse = function(a.terms[k]), base.div(base.whole(1), a.terms[k])
        u = {i - k: base.mul(one, inverse) for i, one in a.terms.items() if i > k}
        terms = {0: base.whole(1)}
        # n f_n = sum (r j - (n - j)) u_j f_{n-j}, from (1 + u) f' = r u' f.
        for n in range(1, known - k):
            parts = []
            for j, one in u.items():
                if j <= n and n - j in terms:
                    rate = base.sub(
                        base.mul(exponent, base.number(Fraction(j, n))),
                        base.number(Fraction(n - j, n)),
                    )
                    parts.append(base.mul(base.mul(rate, one), terms[n - j]))
            if parts:
                terms[n] = base.total(parts)
        moved = {n + start: base.mul(first, one) for n, one in terms.items()}
        return _cut(moved, None if a.known is None and not u else known - k + start)

    def _sloped(self, first: T, k: int, exponent: T, function: Callable[[T], T]) -> Germ[T]:
        """The value and slope of `(c s^k + ...)^r` at 0, where it may have no series.

        It goes as c^r s^(k r): flat for k r > 2 and for r = 0, with slope c^r for k r = 2, and
        steeper than any line for 0 < k r < 2.
        """
        base = self.base
        size, line = base.mul(base.whole(k), exponent), base.whole(SCALE)
        flat = base.compare(size, ">", line) | base.compare(size, "=", self.zero)
        steep = base.div(base.whole(1), self.zero)
        slope = base.select(base.compare(size, "=", line), function(first), steep)
        terms = {0: function(self.zero), SCALE: base.select(flat, self.zero, slope)}
        return Germ(terms, SCALE + 1)

    # Choices

    def absolute(self, a: Germ[T]) -> Germ[T]:
        if a.constant:
            return Germ({0: self.base.absolute(self.coefficient(a, 0))})
        return self._chosen(self._positive(a), a, self.neg(a))

    def absolute_power(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        whole = self.integer(b)
        even = whole is not None and whole % 2 == 0
        return self.power(a if even else self.absolute(a), b)

    def maximum(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        return self._chosen(self._positive(self.sub(a, b)), a, b)

    def minimum(self, a: Germ[T], b: Germ[T]) -> Germ[T]:
        return self._chosen(self._positive(self.sub(a, b)), b, a)

    def _chosen(self, truth: Verdict, a: Germ[T], b: Germ[T]) -> Germ[T]:
        """One of two that agree, as far as they are known, where it is not known which."""
        if truth.decided is not None:
            return a if truth.decided else b
        same = self._vanishes(self.sub(a, b), far=False)
        if same.decided:
            return Germ(a.terms, _least(a.known, b.known))
        return self.select(truth | same, a, b)

    def _positive(self, a: Germ[T]) -> Verdict:
        """Whether it is positive for all small steps, or not positive for all."""
        result = FALSE if a.known is None else UNDECIDED
        for place in sorted(a.terms, reverse=True):
            one = a.terms[place]
            at_zero = self.base.compare(one, "=", self.zero)
            above = self.base.compare(one, ">", self.zero) & ~at_zero
            result = above | (at_zero & result)
        return result

    def _vanishes(self, a: Germ[T], *, far: bool = True) -> Verdict:
        """Whether it is 0 for all small steps; not far: as far as it is known."""
        result = TRUE if a.known is None or not far else UNDECIDED
        for one in a.terms.values():
            result = result & self.base.compare(one, "=", self.zero)
        return result

    def compare(self, a: Germ[T], sign: Sign, b: Germ[T]) -> Verdict:
        if a.constant and b.constant:
            return self.base.compare(self.coefficient(a, 0), sign, self.coefficient(b, 0))
        if sign in ("=", "!="):
            same = TRUE if a is b else self._vanishes(self.sub(a, b))
            return same if sign == "=" else ~same
        gap = self.sub(a, b) if sign in (">", "<=") else self.sub(b, a)
        above = FALSE if a is b else self._positive(gap)
        return above if sign in (">", "<") else ~above

    def select(self, truth: Verdict, a: Germ[T], b: Germ[T]) -> Germ[T]:
        if truth.decided is not None:
            return a if truth.decided else b
        sure, known = _least(a.known, b.known), None
        places = {0, *a.terms, *b.terms}
        if sure is not None:
            known = max(one.known or LENGTH for one in (a, b))
            places.update(range(sure, known))
        terms = {
            place: self.base.chosen(truth, self.coefficient(a, place), self.coefficient(b, place))
            for place in places
        }
        return _cut(terms, known)

    def integer(self, a: Germ[T]) -> int | None:
        return self.base.integer(self.coefficient(a, 0)) if a.constant else None


def _least(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)


def _cut(terms: Mapping[int, T], known: int | None) -> Germ[T]:
    """A germ without the coefficients that are not known."""
    if known is None:
        return Germ(terms)
    known = min(known, LENGTH)
    return Germ({place: one for place, one in terms.items() if place < known}, known)
