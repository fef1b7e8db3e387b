"""The normal form: real expressions as rational functions of named atoms.

Powers of positive bases, radicals, exponentials and logarithms become atoms with an algebra:
a^(p−1) = a^p / a, (ba)^p = b^p a^p, (r)² = s, log(ab) = log a + log b.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm

import sympy as sp
from sympy import Dummy, Expr, Integer, Rational, Symbol

from qedeck.evidence.proof.algebra import ALGEBRA, cancelled, expanded, together
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Outside, Unsupported
from qedeck.evidence.proof.exponents import Exponents
from qedeck.evidence.proof.nodes import size
from qedeck.evidence.proof.signs import Sign, Signs, factors, primes


class Split(Exception):
    """The sign of an expression must be known before going on."""

    def __init__(self, expr: Expr) -> None:
        super().__init__(expr)
        self.expr = expr


class Order(Exception):
    """Which of several expressions is largest (or smallest) must be known before going on."""

    def __init__(self, items: tuple[Expr, ...], largest: bool) -> None:
        super().__init__(items)
        self.items = items
        self.largest = largest


class Refined(Exception):
    """An atom had to be replaced by a finer one: start again."""


@dataclass(frozen=True)
class Atom:
    """A named part of an expression."""

    symbol: Symbol
    kind: str
    """`root`, `power`, `log` or `other`."""
    base: Expr
    """In atoms."""
    exponent: Expr
    """Of a root: 1/m; of a power: the exponent."""
    meaning: Expr
    """In the symbols of the goal."""


class Grain:
    """How fine the atoms are: survives a fresh start."""

    def __init__(self) -> None:
        self.exponents = Exponents()
        self.roots: dict[Expr, int] = {}


class Normal:
    """Turns expressions into rational functions of atoms, under known signs."""

    def __init__(self, signs: Signs, grain: Grain, budget: Budget) -> None:
        self.signs = signs
        self.grain = grain
        self.budget = budget
        self.atoms: dict[tuple[str, Expr, Expr], Atom] = {}
        self.by_symbol: dict[Symbol, Atom] = {}
        self._seen: dict[Expr, Expr] = {}

    # -- reading ---------------------------------------------------------------------------

    def of(self, e: Expr) -> Expr:
        """The rational function of atoms that equals e wherever e is defined."""
        if e not in self._seen:
            self.budget.spend(size(e))
            self._seen[e] = self._of(e)
        return self._seen[e]

    def _of(self, e: Expr) -> Expr:
        if e.is_Rational or (isinstance(e, Symbol) and e.is_extended_real is not False):
            return e
        if e in (sp.zoo, sp.nan, sp.oo, -sp.oo):
            raise Outside
        if e is sp.pi or e is sp.E:
            return self.atom("other", e, Integer(1), e, "+").symbol
        if e.is_Add:
            return sp.Add(*[self.of(a) for a in e.args])
        if e.is_Mul:
            return sp.Mul(*[self.of(a) for a in e.args])
        if e.is_Pow:
            return self._power(e.base, e.exp)
        if isinstance(e, sp.exp):
            return self.exponential(self.of(e.args[0]))
        if isinstance(e, sp.Max | sp.Min):
            return self._extreme(e)
        if isinstance(e, sp.Abs | sp.sign):
            return self._abs_or_sign(e)
        if isinstance(e, sp.log) and len(e.args) == 1:
            return self._log(e.args[0])
        if isinstance(e, sp.gamma):
            return self._gamma(e.args[0])
        if e.is_Function and isinstance(e, sp.sin | sp.cos | sp.tanh | sp.erf | sp.atan):
            shorter = e.func(expanded(e.args[0]))  # SymPy takes whole periods away
            if shorter != e:
                return self.of(shorter)
            argument = self.canonical(e.args[0])
            return self.atom("other", e.func(argument), Integer(1), e, None).symbol
        raise Unsupported(e)

    def _abs_or_sign(self, e: Expr) -> Expr:
        inner = e.args[0]
        value = self.of(inner)
        sign = self.signs.of(value)
        strict = isinstance(e, sp.sign)
        if sign == "0":
            return Integer(0)
        if sign == "+" or (sign == "0+" and not strict):
            return Integer(1) if strict else value
        if sign == "-" or (sign == "0-" and not strict):
            return Integer(-1) if strict else -value
        raise self.undecided(value, strict)

    def undecided(self, value: Expr, strict: bool) -> Split:
        """The first irreducible factor whose sign must be known for that of the value."""
        enough = ("+", "-") if strict else ("+", "-", "0+", "0-")
        for f, _ in self.factored(value):
            if self.signs.of(f) not in enough:
                return Split(self.meaning(f))
        raise Unsupported(value)

    def _extreme(self, e: Expr) -> Expr:
        largest = isinstance(e, sp.Max)
        values = [self.of(a) for a in e.args]
        for value in values:
            gaps = (value - other if largest else other - value for other in values)
            if all(self.signs.of(gap) in ("+", "0+", "0") for gap in gaps):
                return value
        raise Order(e.args, largest)

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if exponent.is_Integer:
            value = self.of(base)
            if exponent < 0 and (value == 0 or self.vanishes(value)):
                raise Outside
            return value ** int(exponent)
        value, power = self.of(base), self.of(exponent)
        sign = self.signs.of(value)
        if sign == "-":
            # a symbolic exponent may take whole values, where the power is defined
            raise Outside if power.is_Rational else Unsupported(base)
        if sign == "0":
            return self._power_of_zero(power)
        if power.is_Rational:
            return self.root(value, power)
        if sign != "+":
            raise self.undecided(value, True)
        return self.positive_power(value, power)

    def _power_of_zero(self, power: Expr) -> Expr:
        sign = self.signs.of(power)
        if sign == "+":
            return Integer(0)
        if sign == "0":
            return Integer(1)
        if sign == "-":
            raise Outside
        raise self.undecided(power, True)

    def _log(self, argument: Expr) -> Expr:
        value = self.of(argument)
        sign = self.signs.of(value)
        if sign in ("-", "0-", "0"):
            raise Outside
        if sign != "+":
            raise self.undecided(value, True)
        return self.log(value)

    def _gamma(self, argument: Expr) -> Expr:
        value = expanded(self.of(argument))
        shift = sp.floor(value.as_coeff_Add()[0])
        rest = value - shift
        if rest.is_Rational or shift == 0 or abs(shift) > 20 or self.signs.of(rest) != "+":
            shift, rest = Integer(0), value
        sign: Sign | None = "+" if self.signs.of(rest) == "+" else None
        rest = self.canonical_value(rest)
        if rest.is_Rational and not isinstance(sp.gamma(rest), sp.gamma):
            return self.of(sp.gamma(rest))
        key = sp.gamma(rest, evaluate=False)
        base = self.atom("other", key, Integer(1), sp.gamma(self.meaning(rest)), sign).symbol
        steps = range(int(shift)) if shift >= 0 else range(int(shift), 0)
        factor = sp.Mul(*[rest + k for k in steps])
        return base * factor if shift >= 0 else base / factor

    # -- powers ----------------------------------------------------------------------------

    def exponential(self, value: Expr) -> Expr:
        """The exponential of a value; logarithms in it are undone."""
        result: Expr = Integer(1)
        rest: Expr = Integer(0)
        for term in sp.Add.make_args(expanded(together(value))):
            logs = [f for f in sp.Mul.make_args(term) if self._kind(f) == "log"]
            if len(logs) == 1:
                result *= self.power_of(self.by_symbol[logs[0]].base, cancelled(term / logs[0]))
            else:
                rest += term
        if rest == 0:
            return result
        e = self.atom("other", sp.E, Integer(1), sp.E, "+").symbol
        return result * self.power_of(e, rest)

    def root(self, value: Expr, q: Expr) -> Expr:
        """A value that is at least 0, to a rational power."""
        result: Expr = Integer(1)
        inside: list[tuple[Expr, int]] = []
        turned = False
        for f, k in self.factored(value):
            sign = self.signs.of(f)
            if sign in ("+", "0+"):
                result *= self.power_of(f, k * q)
            elif sign in ("-", "0-"):
                result *= self.power_of(-f, k * q)
                turned ^= k % 2 == 1
            elif sign == "0":
                return self._power_of_zero(k * q)
            else:
                inside.append((f, k))
        poly: Expr = Integer(-1) if turned else Integer(1)
        for f, k in inside:
            whole = k * q if k % 2 == 0 else (k - 1) * q
            if k < 0 or not (whole.is_Integer and whole % 2 == 0):
                raise Split(self.meaning(f))
            result *= f ** int(whole)
            poly *= f if k % 2 else 1
        poly = expanded(poly)
        if poly == 1:
            return result
        if poly.is_Rational:
            raise Outside
        return result * self.power_of(poly, q)

    def positive_power(self, value: Expr, exponent: Expr) -> Expr:
        """A positive value to any power."""
        result: Expr = Integer(1)
        for f, k in self.factored(value):
            sign = self.signs.of(f)
            if sign not in ("+", "-"):
                raise Split(self.meaning(f))
            result *= self.power_of(f if sign == "+" else -f, k * exponent)
        return result

    def power_of(self, base: Expr, exponent: Expr) -> Expr:
        """A prime, atom or irreducible polynomial to any power."""
        exponent = cancelled(exponent)
        if exponent.is_Integer:
            return base ** int(exponent)
        atom = self.by_symbol.get(base)
        if atom is not None and atom.kind in ("power", "root"):
            return self.power_of(atom.base, atom.exponent * exponent)
        if base == 1:
            return Integer(1)
        whole, parts = self.grain.exponents.split(exponent)
        result = self._root_atom(base, whole)
        for basis, n in parts:
            result *= self.atom("power", base, basis, None, "+").symbol ** n
        return result

    def _root_atom(self, base: Expr, q: Rational) -> Expr:
        if q.is_Integer:
            return base ** int(q)
        m = self.grain.roots.get(base, 1)
        if m % int(q.q):
            self.grain.roots[base] = lcm(m, int(q.q))
            if m > 1:
                raise Refined
            m = int(q.q)
        whole = sp.floor(q)
        sign = "+" if self.signs.of(base) == "+" else "0+"
        atom = self.atom("root", base, Rational(1, m), None, sign)
        return base ** int(whole) * atom.symbol ** int((q - whole) * m)

    def factored(self, value: Expr) -> list[tuple[Expr, int]]:
        """Primes and irreducible polynomials whose product is the value; −1 may be among them."""
        self.budget.spend(ALGEBRA * size(value))
        top, bottom = sp.fraction(together(value))
        found: list[tuple[Expr, int]] = []
        for part, way in ((top, 1), (bottom, -1)):
            for f, k in factors(self.reduced(part)):
                if f.is_Rational:
                    found += [(p, n * k * way) for p, n in primes(f)]
                else:
                    found.append((f, k * way))
        return found

    # -- logarithms ------------------------------------------------------------------------

    def log(self, value: Expr) -> Expr:
        """The logarithm of a positive value."""
        result: Expr = Integer(0)
        for f, k in self.factored(value):
            sign = self.signs.of(f)
            if sign not in ("+", "-"):
                raise Split(self.meaning(f))
            if f != -1:
                result += k * self.log_of(f if sign == "+" else -f)
        return result

    def log_of(self, base: Expr) -> Expr:
        """The logarithm of a prime, positive atom or positive irreducible polynomial."""
        atom = self.by_symbol.get(base)
        if atom is not None and atom.kind in ("power", "root"):
            return atom.exponent * self.log_of(atom.base)
        if atom is not None and atom.base is sp.E:
            return Integer(1)
        above = self.signs.of(base - 1)
        return self.atom("log", base, Integer(1), None, above).symbol

    def exponents_of(self, value: Expr) -> dict[Expr, Expr] | None:
        """A positive value as positive bases with their exponents; None if a base has no sign."""
        found: dict[Expr, Expr] = {}
        for f, k in self.factored(value):
            sign = self.signs.of(f)
            if sign not in ("+", "-"):
                return None
            if f == -1:
                continue
            base = f if sign == "+" else -f
            exponent: Expr = Integer(k)
            while (atom := self.by_symbol.get(base)) and atom.kind in ("power", "root"):
                exponent *= atom.exponent
                base = atom.base
            found[base] = cancelled(found.get(base, Integer(0)) + exponent)
        return {b: e for b, e in found.items() if e != 0}

    # -- atoms -----------------------------------------------------------------------------

    def atom(
        self, kind: str, base: Expr, exponent: Expr, meaning: Expr | None, sign: Sign | None
    ) -> Atom:
        """The atom of that kind, made on first use."""
        key = (kind, base, exponent)
        if key not in self.atoms:
            if meaning is None:
                inner = self.meaning(base)
                meaning = sp.log(inner) if kind == "log" else inner ** self.meaning(exponent)
            symbol = Dummy(f"{kind}{len(self.atoms)}", real=True)
            self.atoms[key] = self.by_symbol[symbol] = Atom(symbol, kind, base, exponent, meaning)
            self.signs.name(symbol, sign)
        return self.atoms[key]

    def _kind(self, e: Expr) -> str | None:
        atom = self.by_symbol.get(e)
        return atom.kind if atom else None

    def meaning(self, e: Expr) -> Expr:
        """An expression in atoms, back in the symbols of the goal."""
        return e.xreplace({a.symbol: a.meaning for a in self.by_symbol.values()})

    def canonical(self, e: Expr) -> Expr:
        """An expression with equal ones made the same, back in the symbols of the goal."""
        return self.canonical_value(self.of(e))

    def canonical_value(self, value: Expr) -> Expr:
        """The cancelled quotient of two reduced polynomials."""
        self.budget.spend(ALGEBRA * size(value))
        top, bottom = sp.fraction(together(value))
        return cancelled(self.reduced(top) / self.reduced(bottom))

    # -- zero ------------------------------------------------------------------------------

    @property
    def relations(self) -> list[tuple[Symbol, int, Expr]]:
        """Radicals (r, m, s) with r^m = s, oldest first."""
        return [
            (a.symbol, int(a.exponent.q), a.base) for a in self.atoms.values() if a.kind == "root"
        ]

    def reduced(self, polynomial: Expr) -> Expr:
        """The expanded polynomial with every radical below its degree."""
        result = expanded(polynomial)
        for r, m, s in reversed(self.relations):
            if not result.has(r):
                continue
            terms = sp.Poly(result, r).as_dict()
            result = expanded(sum(c * s ** (k // m) * r ** (k % m) for (k,), c in terms.items()))
        return result

    def fraction(self, value: Expr) -> tuple[Expr, Expr]:
        """Reduced numerator and denominator.

        Raises:
            Outside: where the denominator is zero.
        """
        self.budget.spend(ALGEBRA * size(value))
        top, bottom = sp.fraction(together(value))
        bottom = self.reduced(bottom)
        if bottom == 0:
            raise Outside
        return self.reduced(top), bottom

    def vanishes(self, value: Expr) -> bool:
        """Whether the numerator reduces to zero."""
        return bool(self.fraction(value)[0] == 0)
