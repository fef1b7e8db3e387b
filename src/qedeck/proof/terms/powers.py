"""Powers and roots as atoms."""

from __future__ import annotations

from fractions import Fraction

from qedeck.formula.rings.ring import (
    TooLarge,
    Undefined,
)
from qedeck.kernel.polynomials import ONE, Monomial, Polynomial
from qedeck.kernel.terms import (
    Abs,
    Exp,
    Inverse,
    Power,
    Root,
)
from qedeck.proof.terms.conditions import (
    NONNEGATIVE,
    POSITIVE,
    Term,
)
from qedeck.proof.terms.factors import (
    finite,
    lone,
    root_of_fraction,
    square_part,
    square_root,
)
from qedeck.proof.terms.functions import Functions

MOST_POWER = 64
ZERO = Polynomial()


class Powers(Functions):
    """Powers and roots of polynomials over atoms."""

    # Powers

    def power(self, a: Term, b: Term) -> Term:
        base, exponent = finite(a), finite(b)
        value = exponent.value
        if value is None:
            return self._real_power(base, exponent)
        if value.denominator == 1:
            if abs(value.numerator) > MOST_POWER:
                raise TooLarge(f"a power with the exponent {value}")
            result = ONE
            for _ in range(abs(value.numerator)):
                result = self._product(result, base)
            return self.div(ONE, result) if value < 0 else result
        self._need(base, ">=")
        rooted = self.root(base, value.denominator)
        return self.power(rooted, Polynomial.constant(value.numerator))

    def _real_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """base^exponent for an open exponent."""
        if not base:
            return ZERO if self.positive_here(exponent) else self._at_zero(exponent)
        if base == ONE:
            return ONE
        number, monomial, rest = self.parted(base)
        factors = [Polynomial.atom(k) for k, _ in monomial]
        able = all(self.sign(one) <= NONNEGATIVE for one in [*factors, rest]) and number > 0
        if not able:
            return self._single_power(base, exponent)
        result = ONE if number == 1 else self._single_power(Polynomial.constant(number), exponent)
        for k, e in monomial:
            result = self._product(result, self._power_of(k, exponent * e))
        if rest.value is None:
            own = lone(rest)
            if own is not None:
                part = self._power_of(own, exponent)
            else:
                part = self._single_power(rest, exponent)
            result = self._product(result, part)
        return result

    def _at_zero(self, exponent: Polynomial) -> Polynomial:
        """0 to a power that is not positive: 1 to the power 0, else nothing."""
        if self.holds(self.compare(exponent, "=", ZERO).yes):
            return ONE
        raise Undefined("0 to a negative power")

    def _power_of(self, k: int, exponent: Polynomial) -> Polynomial:
        """An atom that is not negative to a power."""
        match self.table.atoms[k]:
            case Power(base, inner):
                return self._pure_power(base, self._product(inner, exponent))
            case Exp(of):
                return self.exp_of(self._product(of, exponent))
            case Root(degree, of) if degree % 2 == 0:
                share = Polynomial.constant(Fraction(1, degree))
                return self._real_or_plain(of, self._product(exponent, share))
            case Inverse(of):
                self._need(of, ">")
                return self._real_or_plain(of, -exponent)
        return self._single_power(Polynomial.atom(k), exponent)

    def _real_or_plain(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        return finite(self.power(base, exponent))

    def _pure_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        return finite(self.power(base, exponent))

    def _single_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """A power of what is not taken apart; its exponent is, where that loses nothing at 0."""
        if base == ONE or not exponent:
            return ONE
        positive = self.sign(base) == POSITIVE
        signs = [self.sign(Polynomial.of({m: c})) for m, c in exponent.terms]
        if not positive and not all(s == POSITIVE for s in signs):
            if len(exponent.terms) == 1:
                return self._atom(Power(base, exponent))
            k = lone(base)
            inside = self.table.atoms[k] if k is not None else None
            asked = inside.of if isinstance(inside, Abs) else base
            if self.holds(self.compare(asked, "=", ZERO).yes):
                return self._real_power(ZERO, exponent)
        result = ONE
        for monomial, number in exponent.terms:
            result = self._product(result, self._one_power(base, monomial, Fraction(number)))
        return result

    def _one_power(self, base: Polynomial, monomial: Monomial, number: Fraction) -> Polynomial:
        """base^(number · monomial)."""
        if not monomial:
            return finite(self.power(base, Polynomial.constant(number)))
        unit = Polynomial.of({monomial: Fraction(1, number.denominator)})
        times = abs(number.numerator)
        if times > MOST_POWER:
            raise TooLarge(f"a power with the exponent {number}")
        one = self._atom(Power(base, unit))
        result = ONE
        for _ in range(times):
            result = self._product(result, one)
        return self._inverse_of(result) if number < 0 else result

    def root(self, a: Term, order: int) -> Term:
        base = finite(a)
        value = base.value
        if order == 1 or not base:
            return base
        if order % 2 == 0:
            self._need(base, ">=")
        if order != 2:
            if value is not None:
                found = root_of_fraction(Fraction(value), order)
                if found is not None:
                    return Polynomial.constant(found)
            return self._atom(Root(order, base))
        number, monomial, rest = self.parted(base)
        if number < 0:
            number, rest = -number, -rest
        outer, inner = square_part(number)
        result = Polynomial.constant(outer)
        left: dict[int, int] = {}
        for k, e in monomial:
            for _ in range(e // 2):
                result = self._product(result, self._abs_atom(k))
            if e % 2:
                left[k] = 1
        square = square_root(rest) if rest.value is None else None
        if rest.value is None and square is None:
            inside = rest
        else:
            inside = ONE if rest.value is None or rest.value > 0 else -ONE
            if square is not None:
                result = self._product(result, finite(self.absolute(square)))
        inside = inside * Polynomial.of({tuple(sorted(left.items())): 1}) * inner
        inside = self._tidy(inside)
        if inside == ONE:
            return result
        return self._product(result, self._atom(Root(2, inside)))
