"""The ring of polynomials over atoms, with derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qedeck.formula.rings.ring import (
    Unsupported,
)
from qedeck.kernel.polynomials import ONE, Polynomial
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
from qedeck.proof.terms.conditions import (
    Term,
)
from qedeck.proof.terms.factors import (
    finite,
)
from qedeck.proof.terms.powers import Powers

MOST_POWER = 64
ZERO = Polynomial()


class TermRing(Powers):
    """Polynomials over atoms."""

    # Derivatives

    def jacobian(
        self, at: Sequence[Term], body: Callable[[Sequence[Term]], Sequence[Term]]
    ) -> list[list[Term]]:
        """For each component of the body, its derivatives by each place."""
        dummies: list[int] = []
        for point in at:
            poly = finite(point)
            name = f"d{len(self.table.atoms)}"
            k = self.table.place(Symbol(name))
            self.table.signs[k] = self.sign(poly)
            dummies.append(k)
        back = {k: finite(point) for k, point in zip(dummies, at, strict=True)}
        outer = self.needs
        self.needs = {}
        try:
            parts = list(body([Polynomial.atom(k) for k in dummies]))
            table = [[self._slope(finite(part), k) for k in dummies] for part in parts]
            inside = self.needs
        finally:
            self.needs = outer
        for need in inside:
            self._need(self.rebuilt(need.poly, back), need.sign)
        return [[self.rebuilt(entry, back) for entry in row] for row in table]

    def _slope(self, poly: Polynomial, by: int) -> Polynomial:
        """The derivative of a polynomial by a symbol, by the rules; its kinks become needs."""
        result = ZERO
        for k in sorted(poly.atoms):
            inner = self._slope_of_atom(k, by)
            if not inner:
                continue
            outer = Polynomial.of(
                {
                    tuple((j, e - (j == k)) for j, e in monomial if e - (j == k)): number
                    * dict(monomial)[k]
                    for monomial, number in poly.terms
                    if k in dict(monomial)
                }
            )
            result = result + self._product(outer, inner)
        return result

    def _slope_of_atom(self, k: int, by: int) -> Polynomial:
        atom, one = self.table.atoms[k], Polynomial.atom(k)
        if isinstance(atom, Symbol):
            return ONE if k == by else ZERO
        slopes = [self._slope(argument, by) for argument in arguments(atom)]
        if not any(slopes):
            return ZERO
        match atom:
            case Root(degree, of):
                self._need(of, "!=")
                below = self._product(Polynomial.constant(degree), one ** (degree - 1))
                return self._product(slopes[0], self._inverse_of(below))
            case Inverse():
                return self._product(-slopes[0], self._product(one, one))
            case Abs(of):
                self._need(of, "!=")
                side = self._product(one, self._inverse_of(of))
                return self._product(slopes[0], side)
            case Exp():
                return self._product(slopes[0], one)
            case Log(of):
                return self._product(slopes[0], self._inverse_of(of))
            case Max(left, right):
                self._need(left - right, "!=")
                return slopes[0 if self.positive_here(left - right) else 1]
            case Power(base, exponent):
                self._need(base, ">")
                rate = self._product(exponent, self._product(one, self._inverse_of(base)))
                result = self._product(rate, slopes[0])
                if slopes[1]:
                    growth = self._product(one, finite(self.log(base)))
                    result = result + self._product(growth, slopes[1])
                return result
            case Sign(of):
                self._need(of, "!=")
                return ZERO
        raise Unsupported(f"the derivative of {type(atom).__name__}")

    def rebuilt(self, poly: Polynomial, values: Mapping[int, Polynomial]) -> Polynomial:
        """A polynomial with symbols replaced, its atoms made anew."""
        done: dict[int, Polynomial] = dict(values)

        def atom(k: int) -> Polynomial:
            if k not in done:
                done[k] = self._again(k, value)
            return done[k]

        def value(part: Polynomial) -> Polynomial:
            if not any(self._reaches(k, values) for k in part.atoms):
                return part
            result = ZERO
            for monomial, number in part.terms:
                term = Polynomial.constant(number)
                for k, e in monomial:
                    for _ in range(e):
                        term = self._product(term, atom(k))
                result = result + term
            return result

        return value(poly)

    def _reaches(self, k: int, names: Mapping[int, Any]) -> bool:
        if k in names:
            return True
        below = {j for part in arguments(self.table.atoms[k]) for j in part.atoms}
        return any(self._reaches(j, names) for j in below)

    def _again(self, k: int, value: Callable[[Polynomial], Polynomial]) -> Polynomial:
        atom = self.table.atoms[k]
        parts = [value(part) for part in arguments(atom)]
        match atom:
            case Symbol():
                return Polynomial.atom(k)
            case Root(degree, _):
                return finite(self.root(parts[0], degree))
            case Inverse():
                return finite(self.div(ONE, parts[0]))
            case Abs():
                return finite(self.absolute(parts[0]))
            case Max():
                return finite(self.maximum(parts[0], parts[1]))
            case Exp():
                return self.exp_of(parts[0])
            case Log():
                return finite(self.log(parts[0]))
            case Power():
                return finite(self.power(parts[0], parts[1]))
            case Sign():
                return finite(self.sgn(parts[0]))
            case Opaque(name, _):
                return self._atom(Opaque(name, tuple(parts)))
        raise Unsupported(type(atom).__name__)
