"""Absolute values, signs, maxima, exponentials and logarithms as atoms."""

from __future__ import annotations

from fractions import Fraction

from qedeck.formula.rings.ring import (
    TooLarge,
)
from qedeck.kernel.polynomials import ONE, Monomial, Polynomial
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
)
from qedeck.proof.terms.conditions import (
    NONNEGATIVE,
    POSITIVE,
    Infinity,
    Term,
)
from qedeck.proof.terms.factors import (
    factorised,
    finite,
    lone,
)
from qedeck.proof.terms.products import Products

MOST_POWER = 64
ZERO = Polynomial()


class Functions(Products):
    """Functions of polynomials over atoms."""

    def absolute(self, a: Term) -> Term:
        if isinstance(a, Infinity):
            return Infinity(1)
        signs = self.sign(a)
        if signs <= NONNEGATIVE:
            return a
        if signs <= {-1, 0}:
            return -a
        number, monomial, rest = self.parted(a)
        result = Polynomial.constant(abs(number))
        for k, e in monomial:
            part = self._abs_atom(k) if e % 2 else ONE
            result = self._product(result, part)
            result = self._product(result, Polynomial.atom(k) ** (e - e % 2))
        if rest.value is not None:
            return result
        own = lone(rest)
        if own is not None:
            return self._product(result, self._abs_atom(own))
        known = self.sign(rest)
        if known <= NONNEGATIVE or known <= {-1, 0}:
            return self._product(result, rest if known <= NONNEGATIVE else -rest)
        return self._product(result, self._atom(Abs(rest)))

    def _abs_atom(self, k: int) -> Polynomial:
        one = Polynomial.atom(k)
        signs = self.sign_of_atom(k)
        if signs <= NONNEGATIVE:
            return one
        if signs <= {-1, 0}:
            return -one
        match self.table.atoms[k]:
            case Inverse(of):
                return self._inverse_of(finite(self.absolute(of)))
        return self._atom(Abs(one))

    def absolute_power(self, a: Term, b: Term) -> Term:
        whole = self.integer(b)
        if whole is not None and whole % 2 == 0:
            return self.power(a, b)
        return self.power(self.absolute(a), b)

    def sgn(self, a: Term) -> Term:
        poly = finite(a)
        signs = self.sign(poly)
        if len(signs) == 1:
            return Polynomial.constant(*signs)
        number, monomial, rest = self.parted(poly)
        result = ONE if number > 0 else -ONE
        for k, e in monomial:
            one = self._sign(Polynomial.atom(k))
            result = self._product(result, one if e % 2 else self._product(one, one))
        return result if rest.value is not None else self._product(result, self._sign(rest))

    def _sign(self, poly: Polynomial) -> Polynomial:
        signs = self.sign(poly)
        if len(signs) == 1:
            return Polynomial.constant(*signs)
        if 0 not in signs:
            return self._product(finite(self.absolute(poly)), self._inverse_of(poly))
        return self._atom(Sign(poly))

    def maximum(self, a: Term, b: Term) -> Term:
        if isinstance(a, Infinity) or isinstance(b, Infinity):
            return a if self.holds(self.compare(a, ">=", b).yes) else b
        options: dict[Polynomial, None] = {}
        for one in (a, b):
            options.update(dict.fromkeys(self._options(one)))
        kept: list[Polynomial] = []
        for one in options:
            if any(self.sign(other - one) <= NONNEGATIVE for other in kept):
                continue
            kept = [other for other in kept if not self.sign(one - other) <= NONNEGATIVE]
            kept.append(one)
        return self._largest(kept)

    def _options(self, poly: Polynomial) -> list[Polynomial]:
        """The numbers of which a number is the largest."""
        number, monomial, rest = self.parted(poly)
        factor = Polynomial.of({monomial: number}) if poly else ONE
        k = lone(rest)
        if k is None and len(monomial) and rest.value is not None:
            # A product: of one largest number and what is not negative.
            for place, e in monomial:
                atom = self.table.atoms[place]
                others = Polynomial.of({tuple((j, f) for j, f in monomial if j != place): number})
                if isinstance(atom, Max) and e == 1 and self.sign(others) <= NONNEGATIVE:
                    inner = [*self._options(atom.left), *self._options(atom.right)]
                    return [self._product(others, one) for one in inner]
        del factor
        return [poly]

    def _largest(self, options: list[Polynomial]) -> Polynomial:
        if len(options) == 1:
            return options[0]
        common = self._common(options)
        rest = [self._without(one, common) for one in options]
        rest.sort(key=lambda one: one.terms)
        result = rest[0]
        for one in rest[1:]:
            result = self._atom(Max(result, one))
        return self._product(result, common)

    def _common(self, options: list[Polynomial]) -> Polynomial:
        """What is not negative and a factor of all."""
        shared: dict[int, int] | None = None
        for one in options:
            if not one:
                continue
            _, monomial, _ = self.parted(one)
            mine = {k: e for k, e in monomial if self.sign_of_atom(k) <= NONNEGATIVE}
            if shared is None:
                shared = mine
            else:
                shared = {k: min(e, mine[k]) for k, e in shared.items() if k in mine}
        return Polynomial.of({tuple(sorted((shared or {}).items())): 1})

    def _without(self, poly: Polynomial, factor: Polynomial) -> Polynomial:
        ((gone, _),) = factor.terms
        left = dict(gone)
        return Polynomial.of(
            {
                tuple((k, e - left.get(k, 0)) for k, e in monomial if e > left.get(k, 0)): number
                for monomial, number in poly.terms
            }
        )

    def minimum(self, a: Term, b: Term) -> Term:
        return self.neg(self.maximum(self.neg(a), self.neg(b)))

    # Functions

    def exp(self, a: Term) -> Term:
        return self.exp_of(finite(a))

    def exp_of(self, poly: Polynomial) -> Polynomial:
        """The exponential, a product of one for each term."""
        result = ONE
        for monomial, number in poly.terms:
            part = self._exp_term(monomial, Fraction(number))
            result = self._product(result, part)
        return result

    def _exp_term(self, monomial: Monomial, number: Fraction) -> Polynomial:
        if len(monomial) == 1 and monomial[0][1] == 1 and number.denominator == 1:
            atom = self.table.atoms[monomial[0][0]]
            if isinstance(atom, Log):
                self._need(atom.of, ">")
                return finite(self.power(atom.of, Polynomial.constant(number)))
        if abs(number.numerator) > MOST_POWER:
            raise TooLarge(f"e to the power {number}")
        one = self._atom(Exp(Polynomial.of({monomial: Fraction(1, number.denominator)})))
        result = ONE
        for _ in range(abs(number.numerator)):
            result = self._product(result, one)
        return self._inverse_of(result) if number < 0 else result

    def log(self, a: Term) -> Term:
        poly = finite(a)
        self._need(poly, ">")
        number, monomial, rest = self.parted(poly)
        parts = [Polynomial.atom(k) for k, _ in monomial] + [rest]
        if number < 0 or not all(self.sign(part) == POSITIVE for part in parts):
            return self._atom(Log(poly))
        result = self._log_of_number(number)
        for k, e in monomial:
            result = result + self._log_of_atom(k) * e
        if rest.value is None:
            own = lone(rest)
            last = self._log_of_atom(own) if own is not None else self._atom(Log(rest))
            result = result + last
        return result

    def _log_of_atom(self, k: int) -> Polynomial:
        match self.table.atoms[k]:
            case Exp(of):
                return of
            case Power(base, exponent) if self.sign(base) == POSITIVE:
                return self._product(exponent, finite(self.log(base)))
            case Inverse(of) if self.sign(of) == POSITIVE:
                return -finite(self.log(of))
            case Root(degree, of) if self.sign(of) == POSITIVE:
                return finite(self.log(of)) * Polynomial.constant(Fraction(1, degree))
        return self._atom(Log(Polynomial.atom(k)))

    def _log_of_number(self, number: Fraction) -> Polynomial:
        result = ZERO
        for value, sign in ((number.numerator, 1), (number.denominator, -1)):
            for prime, times in factorised(value):
                result = result + self._atom(Log(Polynomial.constant(prime))) * (sign * times)
        return result

    def sin(self, a: Term) -> Term:
        return self._opaque("sin", finite(a), 0)

    def cos(self, a: Term) -> Term:
        return self._opaque("cos", finite(a), 1)

    def tanh(self, a: Term) -> Term:
        return self._opaque("tanh", finite(a), 0)

    def _opaque(self, name: str, of: Polynomial, at_zero: int) -> Polynomial:
        return self._atom(Opaque(name, (of,))) if of else Polynomial.constant(at_zero)
