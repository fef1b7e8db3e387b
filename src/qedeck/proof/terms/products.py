"""Sums, products and quotients of polynomials over atoms, and their signs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    Ring,
    TooLarge,
    Undefined,
    Unsupported,
    Verdict,
)
from qedeck.formula.rings.ring import (
    Sign as Comparison,
)
from qedeck.kernel.polynomials import ONE, Monomial, Polynomial
from qedeck.kernel.polynomials import TooLarge as KernelTooLarge
from qedeck.kernel.sequent import Relation
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
)
from qedeck.proof.terms.conditions import (
    ALLOWED,
    ANY,
    NONNEGATIVE,
    POSITIVE,
    Branch,
    Condition,
    Infinity,
    Path,
    Signs,
    Table,
    Term,
)
from qedeck.proof.terms.factors import (
    added,
    evident,
    finite,
    lone,
    parted,
    upright,
)

MOST_POWER = 64
ZERO = Polynomial()


class Products(Ring[Term]):
    """Polynomials over atoms: signs, sums, products, quotients."""

    name = "terms"

    def __init__(self, table: Table, path: Path = ()) -> None:
        self.table = table
        self.path = dict(path)
        self.needs: dict[Relation, None] = {}
        """What must hold for all that was evaluated to have a value."""
        self.inverses: dict[int, int] = {
            atom.of.terms[0][0][0][0]: k
            for k, atom in enumerate(table.atoms)
            if isinstance(atom, Inverse) and lone(atom.of) is not None
        }

    # Signs

    def sign_of_atom(self, k: int) -> Signs:
        """The signs that an atom may have."""
        known = self.path.get(Polynomial.atom(k), ANY)
        return known & self._sign_of_atom(k)

    def _sign_of_atom(self, k: int) -> Signs:
        match self.table.atoms[k]:
            case Symbol():
                return self.table.signs.get(k, ANY)
            case Root(degree, of) if degree % 2 == 0:
                return NONNEGATIVE & (self.sign(of) | {1}) if 0 in self.sign(of) else POSITIVE
            case Inverse(of):
                return self.sign(of) - {0}
            case Abs(of):
                return frozenset(abs(s) for s in self.sign(of))
            case Exp():
                return POSITIVE
            case Power(base, _):
                return POSITIVE if self.sign(base) == POSITIVE else NONNEGATIVE
            case Max(left, right):
                one, other = self.sign(left), self.sign(right)
                return frozenset(max(a, b) for a in one for b in other)
            case Sign(of):
                return self.sign(of)
            case Log():
                return ANY
        return ANY

    def sign(self, poly: Polynomial) -> Signs:
        """The signs that a polynomial may have, as far as its form tells."""
        if not poly:
            return frozenset((0,))
        canonical, turned = upright(poly)
        signs = self.path.get(canonical, ANY)
        if turned:
            signs = frozenset(-one for one in signs)
        if len(signs) == 1:
            return signs
        total: set[int] | None = None
        for monomial, number in poly.terms:
            part = {1 if number > 0 else -1}
            for k, e in monomial:
                own = self.sign_of_atom(k)
                own = frozenset(s * s for s in own) if e % 2 == 0 else own
                part = {a * b for a in part for b in own}
            total = part if total is None else {s for a in total for b in part for s in added(a, b)}
            if len(total) == 3:
                break
        return signs & frozenset(total or ())

    def compare(self, a: Term, sign: Comparison, b: Term) -> Verdict:
        if isinstance(a, Infinity) or isinstance(b, Infinity):
            left = a.sign if isinstance(a, Infinity) else 0
            right = b.sign if isinstance(b, Infinity) else 0
            order = (left > right) - (left < right)
            return TRUE if order in ALLOWED[sign] else FALSE
        gap = a - b
        poly, turned = upright(gap)
        allowed = frozenset(-s for s in ALLOWED[sign]) if turned else ALLOWED[sign]
        able = self.sign(poly)
        if able <= allowed:
            return TRUE
        if not able & allowed:
            return FALSE
        yes = Condition("sign", (poly, allowed & able))
        return Verdict(yes, Condition("sign", (poly, able - allowed)))

    def assume(self, relation: Relation) -> None:
        """Let a hypothesis say what the sign of a polynomial is."""
        if relation.poly.value is not None:
            return
        poly, turned = upright(relation.poly)
        signs = ALLOWED[relation.sign]
        signs = frozenset(-s for s in signs) if turned else signs
        both = self.path.get(poly, ANY) & signs
        if both:
            self.path[poly] = both

    def holds(self, condition: Any) -> bool:
        """Whether a condition holds on this path.

        Raises:
            Branch: where that is open.
        """
        if isinstance(condition, bool):
            return condition
        if condition.kind == "sign":
            poly, allowed = condition.parts
            able = self.sign(poly)
            if able <= allowed:
                return True
            if not able & allowed:
                return False
            raise Branch(poly, allowed & able)
        one, other = condition.parts
        if condition.kind == "and":
            return self.holds(one) and self.holds(other)
        return self.holds(one) or self.holds(other)

    def select(self, truth: Verdict, a: Term, b: Term) -> Term:
        return a if self.holds(truth.yes) else b

    def positive_here(self, poly: Polynomial) -> bool:
        """Whether a polynomial is positive on this path; asked where it is open."""
        return self.holds(self.compare(poly, ">", ZERO).yes)

    # Arithmetic

    def symbol(self, name: str, signs: Signs = ANY, *, whole: bool = False) -> Polynomial:
        """A symbol with what hypotheses say of its sign; 0 where it is 0 on this path."""
        k = self.table.place(Symbol(name, whole))
        self.table.signs[k] = signs
        return ZERO if self.sign_of_atom(k) == {0} else Polynomial.atom(k)

    def number(self, value: Fraction) -> Term:
        return Polynomial.constant(value)

    def constant(self, name: str) -> Term:
        if name == "infinity":
            return Infinity(1)
        if name == "e":
            return self.exp(ONE)
        if name == "pi":
            return self._atom(Opaque("pi", ()))
        return super().constant(name)

    def integer(self, a: Term) -> int | None:
        value = finite(a).value if isinstance(a, Polynomial) else None
        return value.numerator if value is not None and value.denominator == 1 else None

    def add(self, a: Term, b: Term) -> Term:
        return finite(a) + finite(b)

    def neg(self, a: Term) -> Term:
        return Infinity(-a.sign) if isinstance(a, Infinity) else -a

    def total(self, terms: Sequence[Term]) -> Term:
        result: dict[Monomial, Any] = {}
        for term in terms:
            for monomial, number in finite(term).terms:
                result[monomial] = result.get(monomial, 0) + number
        return Polynomial.of(result)

    def mul(self, a: Term, b: Term) -> Term:
        return self._product(finite(a), finite(b))

    def _product(self, a: Polynomial, b: Polynomial) -> Polynomial:
        try:
            return self._tidy(a * b)
        except KernelTooLarge as error:
            raise TooLarge("a product of too many terms") from error

    def _tidy(self, poly: Polynomial) -> Polynomial:
        """Factors and their inverses cancelled; squares of roots and absolute values worked out."""
        plain: dict[Monomial, Any] = {}
        rest: list[Polynomial] = []
        for monomial, number in poly.terms:
            changed = self._reduced(monomial)
            if changed is None:
                plain[monomial] = plain.get(monomial, 0) + number
            else:
                rest.append(changed * Polynomial.constant(number))
        if not rest:
            return poly
        return sum(rest, Polynomial.of(plain))

    def _reduced(self, monomial: Monomial) -> Polynomial | None:
        """A monomial in normal form; None where it is in normal form."""
        exponents = dict(monomial)
        out: list[Polynomial] = []
        changed = False
        for k, _ in monomial:
            inverse = self.inverses.get(k)
            if inverse is not None and inverse in exponents and k in exponents:
                least = min(exponents[k], exponents[inverse])
                for one in (k, inverse):
                    exponents[one] -= least
                    if not exponents[one]:
                        del exponents[one]
                changed = True
        for k, e in list(exponents.items()):
            atom = self.table.atoms[k]
            degree, of = 0, ZERO
            if isinstance(atom, Root):
                degree, of = atom.degree, atom.of
            elif isinstance(atom, Abs):
                degree, of = 2, atom.of**2
            if degree and e >= degree:
                exponents[k] = e % degree
                if not exponents[k]:
                    del exponents[k]
                out.append(of ** (e // degree))
                changed = True
        if not changed:
            return None
        result = Polynomial.of({tuple(sorted(exponents.items())): 1})
        for factor in out:
            result = self._product(result, factor)
        return result

    def _atom(self, atom: Atom) -> Polynomial:
        """An atom as a polynomial, 0 where it is 0 on this path."""
        k = self.table.place(atom)
        if isinstance(atom, Inverse):
            single = lone(atom.of)
            if single is not None:
                self.inverses[single] = k
        return ZERO if self.sign_of_atom(k) == {0} else Polynomial.atom(k)

    def _need(self, poly: Polynomial, sign: Any) -> None:
        relation = Relation(poly, sign)
        if poly.value is None:
            self.needs[relation] = None
        elif not evident(relation):
            raise Undefined(f"a number that is not {sign} 0")

    def parted(self, poly: Polynomial) -> tuple[Fraction, Monomial, Polynomial]:
        """A number, a monomial and a primitive polynomial of which a polynomial is the product."""
        known: tuple[Fraction, Monomial, Polynomial] | None = self.table.known.get(poly)
        if known is None:
            known = self.table.known[poly] = parted(poly)
        return known

    def div(self, a: Term, b: Term) -> Term:
        below = finite(b)
        if not below:
            raise Undefined("division by zero")
        if isinstance(a, Infinity):
            raise Unsupported("infinity in a quotient")
        if below.value is not None:
            return a * Polynomial.constant(1 / Fraction(below.value))
        self._need(below, "!=")
        number, monomial, rest = self.parted(below)
        result = self._product(a, Polynomial.constant(1 / number))
        for k, e in monomial:
            for _ in range(e):
                result = self._product(result, self._inverse(k))
        if rest.value is None:
            result = self._product(result, self._inverse_of(rest))
        return result

    def _inverse(self, k: int) -> Polynomial:
        """1 over an atom."""
        atom = self.table.atoms[k]
        one = Polynomial.atom(k)
        match atom:
            case Inverse(of):
                return of
            case Root(2, of):
                return self._product(one, self._inverse_of(of))
            case Abs(of):
                inner = self._inverse_of(of)
                return self._product(one, self._product(inner, inner))
            case Sign():
                return one
        return self._atom(Inverse(one))

    def _inverse_of(self, poly: Polynomial) -> Polynomial:
        value = poly.value
        if value is not None:
            return Polynomial.constant(1 / Fraction(value))
        number, monomial, rest = self.parted(poly)
        result = Polynomial.constant(1 / number)
        for k, e in monomial:
            for _ in range(e):
                result = self._product(result, self._inverse(k))
        if rest.value is not None:
            return result
        own = lone(rest)
        last = self._inverse(own) if own is not None else self._atom(Inverse(rest))
        return self._product(result, last)
