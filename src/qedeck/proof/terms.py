"""Formulas as polynomials over the kernel's atoms: a ring for the evaluation of trees.

Atoms are kept in a normal form: powers and products of what is known to be not negative are taken
apart, squares of roots and absolute values are worked out, factors and their inverses cancel. Each
of these laws holds wherever all parts have a value; what must hold for that is kept as a need.
A choice that rests on an open condition raises `Branch`, and the whole is evaluated once for each
answer. Nothing here is trusted: `bridge` compares the result with the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, isqrt
from typing import Any, TypeAlias

from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    Inexact,
    Ring,
    TooLarge,
    Undefined,
    Unsupported,
    Verdict,
)
from qedeck.formula.rings.ring import (
    Sign as Comparison,
)
from qedeck.kernel.polynomials import Monomial, Polynomial
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
    arguments,
)

Signs: TypeAlias = frozenset[int]
"""The signs that a number may have: some of -1, 0, 1."""
ANY: Signs = frozenset((-1, 0, 1))
POSITIVE: Signs = frozenset((1,))
NONNEGATIVE: Signs = frozenset((0, 1))
ALLOWED: Mapping[str, Signs] = {
    "=": frozenset((0,)), "!=": frozenset((-1, 1)), ">": POSITIVE, ">=": NONNEGATIVE,
    "<": frozenset((-1,)), "<=": frozenset((-1, 0)),
}  # fmt: skip
MOST_POWER = 64
MOST_FACTOR = 1000
"""The largest prime that is looked for in a number."""
MOST_ROOT = 12
"""Terms of a square root of a polynomial."""
ZERO = Polynomial.constant(0)
ONE = Polynomial.constant(1)


@dataclass(frozen=True)
class Infinity:
    """Plus or minus infinity: an order of a norm, or the end of a range."""

    sign: int


Term: TypeAlias = Polynomial | Infinity


class Branch(Exception):
    """A choice that rests on the sign of a polynomial."""

    def __init__(self, poly: Polynomial, signs: Signs) -> None:
        super().__init__()
        self.poly = poly
        self.signs = signs


@dataclass(frozen=True)
class Condition:
    """That the sign of a polynomial is one of some, or what joins such conditions."""

    kind: str
    """`sign`, `and`, `or`."""
    parts: tuple[Any, ...]

    def __and__(self, other: Any) -> Any:
        return self._joined("and", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._joined("or", other)

    __ror__ = __or__

    def __invert__(self) -> Condition:
        if self.kind == "sign":
            poly, allowed = self.parts
            return Condition("sign", (poly, ANY - allowed))
        one, other = self.parts
        return Condition("or" if self.kind == "and" else "and", (~one, ~other))

    def _joined(self, kind: str, other: Any) -> Any:
        if isinstance(other, bool):
            return self if other == (kind == "and") else other
        return Condition(kind, (self, other))


@dataclass
class Table:
    """The atoms of an obligation in the order in which they came."""

    atoms: list[Atom] = field(default_factory=list)
    places: dict[Atom, int] = field(default_factory=dict)
    signs: dict[int, Signs] = field(default_factory=dict)
    """What hypotheses say of the signs of symbols."""
    known: dict[Any, Any] = field(default_factory=dict)
    """Polynomials taken apart."""

    def place(self, atom: Atom) -> int:
        """The index of an atom, which is new or not."""
        found = self.places.get(atom)
        if found is None:
            found = self.places[atom] = len(self.atoms)
            self.atoms.append(atom)
        return found


Path: TypeAlias = tuple[tuple[Polynomial, Signs], ...]
"""Signs of polynomials that are assumed, in the order in which they were asked for."""


class TermRing(Ring[Term]):
    """Polynomials over atoms."""

    name = "terms"

    def __init__(self, table: Table, path: Path = ()) -> None:
        self.table = table
        self.path = dict(path)
        self.needs: dict[Relation, None] = {}
        """What must hold for all that was evaluated to have a value."""
        self.inverses: dict[int, int] = {
            atom.of.terms[0][0][0][0]: k
            for k, atom in enumerate(table.atoms)
            if isinstance(atom, Inverse) and _single(atom.of) is not None
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
        canonical, turned = _turned(poly)
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
            if total is None:
                total = part
            else:
                total = {s for a in total for b in part for s in _added(a, b)}
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
        poly, turned = _turned(gap)
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
        poly, turned = _turned(relation.poly)
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
        value = _plain(a).value if isinstance(a, Polynomial) else None
        return value.numerator if value is not None and value.denominator == 1 else None

    def add(self, a: Term, b: Term) -> Term:
        return _plain(a) + _plain(b)

    def neg(self, a: Term) -> Term:
        return Infinity(-a.sign) if isinstance(a, Infinity) else -a

    def total(self, terms: Sequence[Term]) -> Term:
        result: dict[Monomial, Any] = {}
        for term in terms:
            for monomial, number in _plain(term).terms:
                result[monomial] = result.get(monomial, 0) + number
        return Polynomial.of(result)

    def mul(self, a: Term, b: Term) -> Term:
        return self._product(_plain(a), _plain(b))

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
            single = _single(atom.of)
            if single is not None:
                self.inverses[single] = k
        return ZERO if self.sign_of_atom(k) == {0} else Polynomial.atom(k)

    def _need(self, poly: Polynomial, sign: Any) -> None:
        relation = Relation(poly, sign)
        if poly.value is None:
            self.needs[relation] = None
        elif not _true(relation):
            raise Undefined(f"a number that is not {sign} 0")

    def parted(self, poly: Polynomial) -> tuple[Fraction, Monomial, Polynomial]:
        """A number, a monomial and a primitive polynomial of which a polynomial is the product."""
        known: tuple[Fraction, Monomial, Polynomial] | None = self.table.known.get(poly)
        if known is None:
            known = self.table.known[poly] = _parted(poly)
        return known

    def div(self, a: Term, b: Term) -> Term:
        below = _plain(b)
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
        own = _single(rest)
        last = self._inverse(own) if own is not None else self._atom(Inverse(rest))
        return self._product(result, last)

    # Powers

    def power(self, a: Term, b: Term) -> Term:
        base, exponent = _plain(a), _plain(b)
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
            own = _single(rest)
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
        return _plain(self.power(base, exponent))

    def _pure_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        return _plain(self.power(base, exponent))

    def _single_power(self, base: Polynomial, exponent: Polynomial) -> Polynomial:
        """A power of what is not taken apart; its exponent is, where that loses nothing at 0."""
        if base == ONE or not exponent:
            return ONE
        positive = self.sign(base) == POSITIVE
        signs = [self.sign(Polynomial.of({m: c})) for m, c in exponent.terms]
        if not positive and not all(s == POSITIVE for s in signs):
            if len(exponent.terms) == 1:
                return self._atom(Power(base, exponent))
            k = _single(base)
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
            return _plain(self.power(base, Polynomial.constant(number)))
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
        base = _plain(a)
        value = base.value
        if order == 1 or not base:
            return base
        if order % 2 == 0:
            self._need(base, ">=")
        if order != 2:
            if value is not None:
                found = _root_of_fraction(Fraction(value), order)
                if found is not None:
                    return Polynomial.constant(found)
            return self._atom(Root(order, base))
        number, monomial, rest = self.parted(base)
        if number < 0:
            number, rest = -number, -rest
        outer, inner = _square_part(number)
        result = Polynomial.constant(outer)
        left: dict[int, int] = {}
        for k, e in monomial:
            for _ in range(e // 2):
                result = self._product(result, self._abs_atom(k))
            if e % 2:
                left[k] = 1
        square = _square_root(rest) if rest.value is None else None
        if rest.value is None and square is None:
            inside = rest
        else:
            inside = ONE if rest.value is None or rest.value > 0 else -ONE
            if square is not None:
                result = self._product(result, _plain(self.absolute(square)))
        inside = inside * Polynomial.of({tuple(sorted(left.items())): 1}) * inner
        inside = self._tidy(inside)
        if inside == ONE:
            return result
        return self._product(result, self._atom(Root(2, inside)))

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
        own = _single(rest)
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
                return self._inverse_of(_plain(self.absolute(of)))
        return self._atom(Abs(one))

    def absolute_power(self, a: Term, b: Term) -> Term:
        whole = self.integer(b)
        if whole is not None and whole % 2 == 0:
            return self.power(a, b)
        return self.power(self.absolute(a), b)

    def sgn(self, a: Term) -> Term:
        poly = _plain(a)
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
            return self._product(_plain(self.absolute(poly)), self._inverse_of(poly))
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
        k = _single(rest)
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
        return self.exp_of(_plain(a))

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
                return _plain(self.power(atom.of, Polynomial.constant(number)))
        if abs(number.numerator) > MOST_POWER:
            raise TooLarge(f"e to the power {number}")
        one = self._atom(Exp(Polynomial.of({monomial: Fraction(1, number.denominator)})))
        result = ONE
        for _ in range(abs(number.numerator)):
            result = self._product(result, one)
        return self._inverse_of(result) if number < 0 else result

    def log(self, a: Term) -> Term:
        poly = _plain(a)
        self._need(poly, ">")
        number, monomial, rest = self.parted(poly)
        parts = [Polynomial.atom(k) for k, _ in monomial] + [rest]
        if number < 0 or not all(self.sign(part) == POSITIVE for part in parts):
            return self._atom(Log(poly))
        result = self._log_of_number(number)
        for k, e in monomial:
            result = result + self._log_of_atom(k) * e
        if rest.value is None:
            own = _single(rest)
            last = self._log_of_atom(own) if own is not None else self._atom(Log(rest))
            result = result + last
        return result

    def _log_of_atom(self, k: int) -> Polynomial:
        match self.table.atoms[k]:
            case Exp(of):
                return of
            case Power(base, exponent) if self.sign(base) == POSITIVE:
                return self._product(exponent, _plain(self.log(base)))
            case Inverse(of) if self.sign(of) == POSITIVE:
                return -_plain(self.log(of))
            case Root(degree, of) if self.sign(of) == POSITIVE:
                return _plain(self.log(of)) * Polynomial.constant(Fraction(1, degree))
        return self._atom(Log(Polynomial.atom(k)))

    def _log_of_number(self, number: Fraction) -> Polynomial:
        result = ZERO
        for value, sign in ((number.numerator, 1), (number.denominator, -1)):
            for prime, times in _factors(value):
                result = result + self._atom(Log(Polynomial.constant(prime))) * (sign * times)
        return result

    def sin(self, a: Term) -> Term:
        return self._opaque("sin", _plain(a), 0)

    def cos(self, a: Term) -> Term:
        return self._opaque("cos", _plain(a), 1)

    def tanh(self, a: Term) -> Term:
        return self._opaque("tanh", _plain(a), 0)

    def _opaque(self, name: str, of: Polynomial, at_zero: int) -> Polynomial:
        return self._atom(Opaque(name, (of,))) if of else Polynomial.constant(at_zero)

    # Derivatives

    def jacobian(
        self, at: Sequence[Term], body: Callable[[Sequence[Term]], Sequence[Term]]
    ) -> list[list[Term]]:
        """For each component of the body, its derivatives by each place."""
        dummies: list[int] = []
        for point in at:
            poly = _plain(point)
            name = f"d{len(self.table.atoms)}"
            k = self.table.place(Symbol(name))
            self.table.signs[k] = self.sign(poly)
            dummies.append(k)
        back = {k: _plain(point) for k, point in zip(dummies, at, strict=True)}
        outer = self.needs
        self.needs = {}
        try:
            parts = list(body([Polynomial.atom(k) for k in dummies]))
            table = [[self._slope(_plain(part), k) for k in dummies] for part in parts]
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
                    growth = self._product(one, _plain(self.log(base)))
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
                return _plain(self.root(parts[0], degree))
            case Inverse():
                return _plain(self.div(ONE, parts[0]))
            case Abs():
                return _plain(self.absolute(parts[0]))
            case Max():
                return _plain(self.maximum(parts[0], parts[1]))
            case Exp():
                return self.exp_of(parts[0])
            case Log():
                return _plain(self.log(parts[0]))
            case Power():
                return _plain(self.power(parts[0], parts[1]))
            case Sign():
                return _plain(self.sgn(parts[0]))
            case Opaque(name, _):
                return self._atom(Opaque(name, tuple(parts)))
        raise Unsupported(type(atom).__name__)


def _plain(a: Term) -> Polynomial:
    """The polynomial that a term is."""
    if isinstance(a, Infinity):
        raise Inexact("infinity is no number")
    return a


def _single(poly: Polynomial) -> int | None:
    """The atom that a polynomial is."""
    if len(poly.terms) == 1:
        monomial, number = poly.terms[0]
        if number == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
    return None


def _true(relation: Relation) -> bool:
    value = relation.poly.value
    assert value is not None
    return ((value > 0) - (value < 0)) in ALLOWED[relation.sign]


def _added(a: int, b: int) -> tuple[int, ...]:
    """The signs of a sum of two numbers with these signs."""
    if not a or not b or a == b:
        return (a or b,)
    return (-1, 0, 1)


def _turned(poly: Polynomial) -> tuple[Polynomial, bool]:
    """A polynomial or its opposite up to a positive number, whichever begins with 1."""
    if not poly:
        return poly, False
    first = poly.terms[-1][1]
    return poly * Polynomial.constant(1 / Fraction(first)), first < 0


def _parted(poly: Polynomial) -> tuple[Fraction, Monomial, Polynomial]:
    if not poly:
        return Fraction(1), (), poly
    shared: dict[int, int] | None = None
    above, below = 0, 1
    for monomial, number in poly.terms:
        exponents = dict(monomial)
        if shared is None:
            shared = exponents
        else:
            shared = {k: min(e, exponents[k]) for k, e in shared.items() if k in exponents}
        fraction = Fraction(number)
        above = gcd(above, fraction.numerator)
        below = below * fraction.denominator // gcd(below, fraction.denominator)
    assert shared is not None
    number = Fraction(above, below)
    if poly.terms[-1][1] < 0:
        number = -number
    rest = Polynomial.of(
        {
            tuple((k, e - shared.get(k, 0)) for k, e in m if e > shared.get(k, 0)): Fraction(c)
            / number
            for m, c in poly.terms
        }
    )
    return number, tuple(sorted(shared.items())), rest


def _square_root(poly: Polynomial) -> Polynomial | None:
    """The polynomial of which one is the square; None for others."""
    order = sorted(poly.atoms)

    def lead(one: Polynomial) -> tuple[Monomial, Any]:
        def key(term: tuple[Monomial, Any]) -> tuple[int, ...]:
            exponents = dict(term[0])
            return tuple(exponents.get(k, 0) for k in order)

        return max(one.terms, key=key)

    if len(poly.terms) == 2:
        return None
    monomial, number = lead(poly)
    root = _root_of_fraction(Fraction(number), 2)
    if root is None or any(e % 2 for _, e in monomial):
        return None
    first = found = Polynomial.of({tuple((k, e // 2) for k, e in monomial): root})
    for _ in range(MOST_ROOT):
        left = poly - found * found
        if not left:
            return found
        term = _divided(lead(left), first.terms[0])
        if term is None:
            return None
        found = found + term * Polynomial.constant(Fraction(1, 2))
    return None


def _divided(a: tuple[Monomial, Any], b: tuple[Monomial, Any]) -> Polynomial | None:
    exponents = dict(a[0])
    for k, e in b[0]:
        exponents[k] = exponents.get(k, 0) - e
        if exponents[k] < 0:
            return None
    monomial = tuple(sorted((k, e) for k, e in exponents.items() if e))
    return Polynomial.of({monomial: Fraction(a[1]) / Fraction(b[1])})


def _root_of_fraction(value: Fraction, order: int) -> Fraction | None:
    from qedeck.formula.rings.exact import whole_root

    sign = 1
    if value < 0:
        if order % 2 == 0:
            return None
        value, sign = -value, -1
    above, below = whole_root(value.numerator, order), whole_root(value.denominator, order)
    return None if above is None or below is None else Fraction(sign * above, below)


def _square_part(value: Fraction) -> tuple[Fraction, Polynomial]:
    """Numbers a and b with value = a² b, and b whole without square factors that are small."""
    whole = value.numerator * value.denominator
    outer, inner = 1, 1
    for prime, times in _factors(whole):
        outer *= prime ** (times // 2)
        inner *= prime if times % 2 else 1
    return Fraction(outer, value.denominator), Polynomial.constant(inner)


def _factors(value: int) -> list[tuple[int, int]]:
    """Prime factors; what is left beyond the small primes is one of them."""
    found = []
    prime = 2
    while prime <= MOST_FACTOR and prime * prime <= value:
        times = 0
        while value % prime == 0:
            value //= prime
            times += 1
        if times:
            found.append((prime, times))
        prime += 1
    if value > 1:
        root = isqrt(value)
        found.append((root, 2) if root * root == value else (value, 1))
    return found
