"""Expressions as polynomials in opaque parts: |a|, max, powers, logarithms are names of themselves.

Rewriting is valid wherever both the read expression and what stands in it are defined:
a^d·a^e = a^(d+e), (a^d)^e = a^(de) and (ab)^e = a^e·b^e for a, b ≥ 0, |a|² = a², sgn(a)·a = |a|.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import floor, gcd
from typing import Any, TypeAlias

import sympy as sp
from sympy import Expr, Rational

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import Outside, Unsupported

Exponent: TypeAlias = Any
"""A whole number, a fraction or an expression."""
Monomial = tuple[tuple[int, Exponent], ...]
"""Bases by number, in order, with their exponents."""
Poly = dict[Monomial, Fraction]
MAX_TERMS = 3000
READING_STEPS = 3 * SECOND
"""Where nobody says how many steps the products of polynomials may take."""
ONE = Fraction(1)


@dataclass(frozen=True)
class Base:
    """What stands under an exponent."""

    kind: str
    """`symbol`, `abs`, `max`, `sum`, `prime`, `log`, `sign` or `other`."""
    meaning: Expr
    """In the symbols of the goal."""
    sign: str
    """`+` positive, `0+` at least 0, both wherever defined; else empty."""
    inside: tuple[Poly, ...] = ()
    """What it is made of: the argument, the items, the sum."""
    partner: int = -1
    """The symbol whose absolute value or sign this is."""


def one() -> Poly:
    """The polynomial 1."""
    return {(): Fraction(1)}


def plus(a: Poly, b: Poly, scale: Fraction | int = 1) -> Poly:
    """A + scale · b."""
    result = dict(a)
    for m, c in b.items():
        total = result.get(m, 0) + scale * c
        if total:
            result[m] = Fraction(total)
        else:
            result.pop(m, None)
    return result


def scaled(a: Poly, scale: Fraction) -> Poly:
    """Scale · a."""
    return {m: c * scale for m, c in a.items()} if scale else {}


def key(a: Poly) -> frozenset[tuple[Monomial, Fraction]]:
    """What equal polynomials share."""
    return frozenset(a.items())


def exponent_of(e: Expr) -> Exponent:
    """An exponent in its canonical form."""
    if not e.is_Rational:
        e = expanded(e)
    if e.is_Integer:
        return int(e)
    return Fraction(int(e.p), int(e.q)) if e.is_Rational else e


def expression(e: Exponent) -> Expr:
    """An exponent as an expression."""
    return e if isinstance(e, Expr) else Rational(e.numerator, e.denominator)


def added(a: Exponent, b: Exponent) -> Exponent:
    """A + b."""
    if isinstance(a, Expr) or isinstance(b, Expr):
        return exponent_of(expression(a) + expression(b))
    return whole(a + b)


def multiplied(a: Exponent, b: Exponent) -> Exponent:
    """A · b."""
    if isinstance(a, Expr) or isinstance(b, Expr):
        return exponent_of(expanded(expression(a) * expression(b)))
    return whole(a * b)


def whole(q: int | Fraction) -> int | Fraction:
    """A fraction as an int where it is one."""
    return int(q) if q.denominator == 1 else q


def content(coefficients: Iterable[Fraction]) -> Fraction:
    """The greatest positive number by which all can be divided with whole quotients."""
    items = list(coefficients)
    top = reduce(gcd, [abs(c.numerator) for c in items])
    bottom = reduce(lambda a, b: a * b // gcd(a, b), [c.denominator for c in items])
    return Fraction(top, bottom)


class Opaque:
    """Reads expressions; bases are numbered by first use."""

    def __init__(
        self, granted: Callable[[Poly], bool] | None = None, budget: Budget | None = None
    ) -> None:
        self.budget = budget or Budget.of(READING_STEPS)
        self.granted = granted or self.nonnegative
        """Whether a value is at least 0: by shape, or by what the caller knows."""
        self.bases: list[Base] = []
        self._numbers: dict[object, int] = {}
        self._special: set[int] = set()
        """Bases whose powers have more than one form."""
        self._seen: dict[Expr, Poly] = {}
        self.triangles: list[Poly] = []
        """Instances of the triangle inequality: polynomials that are at least 0."""
        self.named: dict[Expr, int] = {}
        """Sums that are read as names; their equations are for the caller to keep."""

    # -- reading ---------------------------------------------------------------------------

    def of(self, e: Expr) -> Poly:
        """The polynomial that equals e wherever e is defined.

        Raises:
            Unsupported: for what has no rule, and where it grows too large.
            Outside: for what has no value.
        """
        if e not in self._seen:
            self._seen[e] = self._of(e)
        return self._seen[e]

    def _of(self, e: Expr) -> Poly:
        if e.is_Rational:
            return {(): Fraction(int(e.p), int(e.q))} if e != 0 else {}
        if e in (sp.zoo, sp.nan, sp.oo, -sp.oo, sp.I):
            raise Outside(e)
        if isinstance(e, sp.Symbol):
            if e.is_real is not True:
                raise Unsupported(e)
            return self.single(self.base("symbol", e, e, _sign(e)))
        if e is sp.pi or e is sp.E:
            return self.single(self.base("other", e, e, "+"))
        if e.is_Add:
            if e in self.named:
                return self.single(self.named[e])
            return reduce(plus, [self.of(a) for a in e.args])
        if e.is_Mul:
            return reduce(self.times, [self.of(a) for a in e.args])
        if e.is_Pow:
            return self.power(self.of(e.base), exponent_of(e.exp))
        return self._function(e)

    def _function(self, e: Expr) -> Poly:
        if isinstance(e, sp.exp):
            return self.power(self.of(sp.E), exponent_of(e.args[0]))
        if isinstance(e, sp.Abs):
            return self._absolute_of(e.args[0])
        if isinstance(e, sp.Max):
            return self.largest([self.of(a) for a in e.args])
        if isinstance(e, sp.Min):
            return scaled(self.largest([scaled(self.of(a), -ONE) for a in e.args]), -ONE)
        if isinstance(e, sp.sign):
            return self.sign(self.of(e.args[0]))
        if isinstance(e, sp.log) and len(e.args) == 1:
            return self.log(self.of(e.args[0]))
        if isinstance(e, sp.gamma | sp.sin | sp.cos | sp.tanh | sp.erf | sp.atan):
            inner = self.of(e.args[0])
            mark = (e.func, key(inner))
            return self.single(self.base("other", mark, e.func(self.meaning(inner)), ""))
        raise Unsupported(e)

    # -- bases -----------------------------------------------------------------------------

    def base(
        self,
        kind: str,
        mark: object,
        meaning: Expr,
        sign: str,
        inside: tuple[Poly, ...] = (),
        partner: int = -1,
    ) -> int:
        """The number of a base, made on first use."""
        mark = (kind, mark)
        if mark not in self._numbers:
            self._numbers[mark] = len(self.bases)
            if kind in ("prime", "sum", "abs", "sign"):
                self._special.add(len(self.bases))
            self.bases.append(Base(kind, meaning, sign, inside, partner))
        return self._numbers[mark]

    def single(self, number: int, exponent: Exponent = 1) -> Poly:
        """One base to a power."""
        return self.monomial(((number, exponent),))

    def name(self, e: Expr) -> int:
        """Read a sum as one name from now on."""
        self.named[e] = self.base("other", ("name", e), e, "")
        return self.named[e]

    def forget(self) -> None:
        """Read everything anew, as names have been given."""
        self._seen.clear()

    def meaning(self, a: Poly) -> Expr:
        """A polynomial in the symbols of the goal."""
        return sp.Add(
            *[
                Rational(c.numerator, c.denominator)
                * sp.Mul(*[self.bases[n].meaning ** expression(e) for n, e in m])
                for m, c in a.items()
            ]
        )

    def symbols(self, a: Poly) -> set[int]:
        """The numbers of all bases in a polynomial, also inside others."""
        found: set[int] = set()
        for m in a:
            for n, _ in m:
                if n not in found:
                    found.add(n)
                    for inner in self.bases[n].inside:
                        found |= self.symbols(inner)
        return found

    # -- arithmetic ------------------------------------------------------------------------

    def times(self, a: Poly, b: Poly) -> Poly:
        """A · b."""
        if len(a) * len(b) > MAX_TERMS:
            raise Unsupported("too many terms")
        self.budget.spend(len(a) * len(b) / 2)
        result: Poly = {}
        for m, c in a.items():
            for n, d in b.items():
                for k, f in self._joined(m, n).items():
                    total = result.get(k, 0) + c * d * f
                    if total:
                        result[k] = Fraction(total)
                    else:
                        result.pop(k, None)
        return result

    def _joined(self, a: Monomial, b: Monomial) -> Poly:
        if not a:
            return {b: Fraction(1)}
        if not b:
            return {a: Fraction(1)}
        exponents = dict(a)
        for n, e in b:
            exponents[n] = added(exponents[n], e) if n in exponents else e
        return self.monomial(tuple(exponents.items()))

    def monomial(self, factors: Iterable[tuple[int, Exponent]]) -> Poly:
        """A product of powers of bases in its canonical form."""
        exponents = {n: e for n, e in factors if e != 0}
        if self._special.isdisjoint(exponents):
            return {tuple(sorted(exponents.items(), key=_number)): ONE}
        scale, extra = Fraction(1), one()
        for n in list(exponents):
            kind, e = self.bases[n].kind, exponents[n]
            if kind == "prime":
                scale *= self._out_of_prime(n, exponents)
            elif kind == "sum" and not isinstance(e, Expr) and e >= 1:
                exponents[n] = whole(e - floor(e))
                extra = self.times(extra, self._raised(self.bases[n].inside[0], floor(e)))
            elif kind == "abs" and self.bases[n].partner < 0 and isinstance(e, int):
                exponents[n] = e % 2
                inner = self.bases[n].inside[0]
                squared = self._raised(inner, abs(e - e % 2))
                extra = self.times(extra, squared if e > 0 else self.power(squared, -1))
        for n in list(exponents):
            if self.bases[n].partner >= 0 and self.bases[n].kind == "abs":
                self._beside_symbol(n, exponents)
        for n in list(exponents):
            if self.bases[n].partner >= 0 and self.bases[n].kind == "sign":
                self._sign_beside_symbol(n, exponents)
        kept = tuple(sorted(((n, e) for n, e in exponents.items() if e != 0), key=_number))
        if extra == one():
            return {kept: scale}
        return self.times({kept: scale}, extra)

    def _out_of_prime(self, n: int, exponents: dict[int, Exponent]) -> Fraction:
        """The rational factor in a power of a prime."""
        e = exponents[n]
        constant = e.as_coeff_Add()[0] if isinstance(e, Expr) else e
        if isinstance(constant, Expr) and not constant.is_Rational:
            return Fraction(1)
        steps = floor(constant)
        exponents[n] = added(e, -steps)
        power: Fraction = Fraction(int(self.bases[n].meaning)) ** steps
        return power

    def _beside_symbol(self, n: int, exponents: dict[int, Exponent]) -> None:
        """|x|^2 = x², and x²·|x|^e = |x|^(e+2)."""
        x = self.bases[n].partner
        e, k = exponents[n], exponents.get(x, 0)
        if not isinstance(k, int):
            return
        if isinstance(e, int):
            exponents[n], exponents[x] = e % 2, k + e - e % 2
        else:
            exponents[n], exponents[x] = added(e, k - k % 2), k % 2
            if isinstance(exponents[n], int):
                self._beside_symbol(n, exponents)

    def _sign_beside_symbol(self, n: int, exponents: dict[int, Exponent]) -> None:
        """sgn(x)·x^k = |x|·x^(k−1), sgn(x)·|x| = x, sgn³ = sgn."""
        x = self.bases[n].partner
        times, k = exponents[n], exponents.get(x, 0)
        size = self.base("abs", x, sp.Abs(self.bases[x].meaning), "0+", (self.single(x),), x)
        e = exponents.get(size, 0)
        if not isinstance(times, int) or times < 1 or not isinstance(k, int):
            return
        if isinstance(e, int) and (k != 0 or e != 0):
            # with |x|^e·x^k at hand, the sign only turns |x| into x and back
            total = k + e
            odd = (times + e) % 2
            exponents[n] = 0
            exponents[size], exponents[x] = odd, total - odd
        else:
            exponents[n] = 2 - times % 2

    def _raised(self, a: Poly, n: int) -> Poly:
        result = one()
        for _ in range(n):
            result = self.times(result, a)
        return result

    # -- powers ----------------------------------------------------------------------------

    def power(self, a: Poly, e: Exponent) -> Poly:
        """a^e, where it is defined."""
        if isinstance(e, int) and e >= 0:
            if e > 12:
                raise Unsupported("a high power")
            return self._raised(a, e)
        if not a:
            if isinstance(e, int | Fraction) and e > 0:
                return {}
            raise Unsupported("a power of zero")
        if isinstance(e, int):
            return self._whole_power(a, e)
        scale = content(a.values())
        number = self._prime_powers(scale, e)
        rest = scaled(a, 1 / scale)
        if len(rest) == 1:
            ((m, c),) = rest.items()
            if c > 0 and self._separable(m):
                return self.times(number, self.monomial(self._factors(m, e)))
        elif self.nonnegative(rest):
            common, rest = self._taken_out(rest)
            number = self.times(number, self.monomial(self._factors(common, e)))
        if isinstance(e, Expr) and not self.granted(rest):
            # at a whole value of the exponent the power of a negative number is defined
            raise Unsupported(e)
        n = self.base("sum", key(rest), self.meaning(rest), self._sum_sign(rest), (rest,))
        return self.times(number, self.single(n, e))

    def _whole_power(self, a: Poly, e: int) -> Poly:
        if len(a) == 1:
            ((m, c),) = a.items()
            return scaled(self.monomial((n, multiplied(k, e)) for n, k in m), c**e)
        scale = content(a.values())
        if a[min(a, key=_order)] < 0:
            scale = -scale
        rest = scaled(a, 1 / scale)
        n = self.base("sum", key(rest), self.meaning(rest), self._sum_sign(rest), (rest,))
        return scaled(self.single(n, e), scale**e)

    def _sum_sign(self, a: Poly) -> str:
        if self.positive(a):
            return "+"
        return "0+" if self.nonnegative(a) else ""

    def _separable(self, m: Monomial) -> bool:
        """Whether every factor is at least 0."""
        return all(self._factor_nonnegative(n, e) for n, e in m)

    def _factor_nonnegative(self, n: int, e: Exponent) -> bool:
        return bool(self.bases[n].sign) or not isinstance(e, int) or e % 2 == 0

    def _factors(self, m: Monomial, e: Exponent) -> Iterable[tuple[int, Exponent]]:
        """Powers of factors that are at least 0."""
        for n, k in m:
            even = isinstance(k, int) and not self.bases[n].sign
            size = self._size(n) if even else n
            yield size, multiplied(k, e)

    def _size(self, n: int) -> int:
        """|b| as a base."""
        ((m, _),) = self.absolute(self.single(n)).items()
        return m[0][0]

    def _taken_out(self, a: Poly) -> tuple[Monomial, Poly]:
        """A common factor that is at least 0, and the rest."""
        first, *others = a
        common: dict[int, Exponent] = {}
        for n, e in first:
            found = [dict(m).get(n, 0) for m in others]
            if not self.bases[n].sign:
                lows = [k for k in (e, *found) if isinstance(k, int)]
                low = min(lows) - min(lows) % 2 if len(lows) == len(a) else 0
                if low > 0:
                    common[n] = low
            elif all(k == e for k in found):
                common[n] = e
            elif not isinstance(e, Expr) and all(not isinstance(k, Expr) for k in found):
                low = min(e, *found)
                if low > 0:
                    common[n] = low
        if not common:
            return (), a
        rest = self.divided(a, tuple(sorted(common.items(), key=_number)))
        if not self.nonnegative(rest):
            return (), a
        return tuple(common.items()), rest

    def _prime_powers(self, q: Fraction, e: Exponent) -> Poly:
        """A positive rational number to a power."""
        factors: list[tuple[int, Exponent]] = []
        for part, way in ((q.numerator, 1), (q.denominator, -1)):
            for p, k in sp.factorint(part).items():
                if p > 1:
                    n = self.base("prime", int(p), sp.Integer(int(p)), "+")
                    factors.append((n, multiplied(int(k) * way, e)))
        return self.monomial(factors)

    # -- functions -------------------------------------------------------------------------

    def absolute(self, a: Poly) -> Poly:
        """|a|."""
        if not a:
            return {}
        if len(a) == 1:
            ((m, c),) = a.items()
            result: Poly = {(): abs(c)}
            for n, e in m:
                result = self.times(result, self._absolute_factor(n, e))
            return result
        common = _shared(a)
        if common:
            outside = self.absolute({common: ONE})
            return self.times(outside, self.absolute(self.divided(a, common)))
        for turned in (a, scaled(a, -ONE)):
            if self.granted(turned):
                return turned
        scale = content(a.values())
        if a[min(a, key=_order)] < 0:
            scale = -scale
        rest = scaled(a, 1 / scale)
        n = self.base("abs", key(rest), sp.Abs(self.meaning(rest)), "0+", (rest,))
        return scaled(self.single(n), abs(scale))

    def divided(self, a: Poly, m: Monomial) -> Poly:
        """A / m for a common factor m of its terms."""
        return self.times(a, {tuple((n, multiplied(e, -1)) for n, e in m): ONE})

    def _absolute_of(self, e: Expr) -> Poly:
        """|e|, with the triangle inequality for the terms of e as they are written."""
        value = self.absolute(self.of(e))
        if e.is_Add and len(value) == 1:
            terms = [
                reduce(self.times, [self.absolute(self.of(f)) for f in sp.Mul.make_args(t)])
                for t in e.args
            ]
            self.triangles.append(plus(reduce(plus, terms), value, -1))
        return value

    def _absolute_factor(self, n: int, e: Exponent) -> Poly:
        if self._factor_nonnegative(n, e):
            return self.single(n, e)
        meaning = sp.Abs(self.bases[n].meaning)
        partner = n if self.bases[n].kind == "symbol" else -1
        mark: object = n if partner >= 0 else key(self.single(n))
        return self.single(self.base("abs", mark, meaning, "0+", (self.single(n),), partner), e)

    def sign(self, a: Poly) -> Poly:
        """sgn(a)."""
        if not a:
            return {}
        if self.positive(a):
            return one()
        if self.positive(scaled(a, -ONE)):
            return scaled(one(), -ONE)
        if len(a) == 1:
            ((m, c),) = a.items()
            if len(m) == 1 and m[0][1] == 1 and self.bases[m[0][0]].kind == "symbol":
                x = m[0][0]
                n = self.base("sign", x, sp.sign(self.bases[x].meaning), "", (self.single(x),), x)
                return scaled(self.single(n), Fraction(1 if c > 0 else -1))
        raise Unsupported("the sign of a sum")

    def largest(self, items: list[Poly]) -> Poly:
        """The maximum of several values."""
        distinct = {key(a): a for a in items}
        if len(distinct) == 1:
            return items[0]
        shared = set.intersection(*[{_shared(a)} if a else set() for a in items])
        parts = tuple(distinct.values())
        for item in parts:
            if all(other is item or self.granted(plus(item, other, -1)) for other in parts):
                return item
        if shared and (common := shared.pop()) and self._separable(common):
            inside = self.largest([self.divided(a, common) for a in parts])
            return self.times({common: ONE}, inside)
        sign = "+" if any(map(self.positive, parts)) else ""
        sign = sign or ("0+" if any(map(self.nonnegative, parts)) else "")
        meaning = sp.Max(*[self.meaning(a) for a in parts], evaluate=False)
        return self.single(self.base("max", frozenset(distinct), meaning, sign, parts))

    def log(self, a: Poly) -> Poly:
        """Log a, where a > 0."""
        if not a:
            raise Outside("log 0")
        scale = content(a.values())
        rest = scaled(a, 1 / scale)
        result: Poly = {}
        for part, way in ((scale.numerator, 1), (scale.denominator, -1)):
            for p, k in sp.factorint(part).items():
                if p > 1:
                    n = self.base("prime", int(p), sp.Integer(int(p)), "+")
                    result = plus(result, self._log_of(n), int(k) * way)
        if len(rest) == 1:
            ((m, c),) = rest.items()
            # 0^0 = 1 has a logarithm, 0 · log 0 has no value
            apart = all(self.bases[n].sign == "+" or not isinstance(e, Expr) for n, e in m)
            if c > 0 and apart and self._separable(m):
                for n, e in m:
                    sized = n if self.bases[n].sign or not isinstance(e, int) else self._size(n)
                    result = plus(result, self.times(self.of(expression(e)), self._log_of(sized)))
                return result
        n = self.base("log", key(rest), sp.log(self.meaning(rest)), "", (rest,))
        return plus(result, self.single(n))

    def _log_of(self, n: int) -> Poly:
        meaning = self.bases[n].meaning
        if meaning is sp.E:
            return one()
        inner = self.single(n) if self.bases[n].kind != "sum" else self.bases[n].inside[0]
        sign = "+" if self.bases[n].kind == "prime" else ""
        return self.single(self.base("log", key(inner), sp.log(meaning), sign, (inner,)))

    # -- signs by shape --------------------------------------------------------------------

    def nonnegative(self, a: Poly) -> bool:
        """Whether every term is at least 0 wherever it is defined."""
        return all(c > 0 and self._separable(m) for m, c in a.items())

    def positive(self, a: Poly) -> bool:
        """Whether, besides, one term is positive."""
        return self.nonnegative(a) and any(all(self.bases[n].sign == "+" for n, _ in m) for m in a)


def _shared(a: Poly) -> Monomial:
    """The factors with whole exponents that all terms have in common."""
    first, *others = [dict(m) for m in a]
    found = []
    for n, e in first.items():
        lows = [e, *[m.get(n, 0) for m in others]]
        if all(isinstance(k, int) for k in lows) and min(lows) > 0:
            found.append((n, min(lows)))
    return tuple(sorted(found))


def _number(factor: tuple[int, Exponent]) -> int:
    return factor[0]


def _order(m: Monomial) -> tuple[tuple[int, str], ...]:
    return tuple((n, str(e)) for n, e in m)


def _sign(symbol: Expr) -> str:
    if symbol.is_positive:
        return "+"
    return "0+" if symbol.is_nonnegative else ""
