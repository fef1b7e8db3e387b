"""One case of a proof: a goal under facts that fix the signs which matter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sympy as sp
from sympy import Dummy, Expr, Integer, Symbol

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.certificate import MIRROR, Fact, Unsupported
from qedeck.evidence.proof.signs import of_symbol


@dataclass(frozen=True)
class Branch:
    """A relation to be proved under facts, and how the case came about."""

    goal: Fact
    facts: tuple[Fact, ...]
    path: tuple[str, ...] = ()

    @property
    def symbols(self) -> set[Symbol]:
        """The free symbols of goal and facts."""
        return {
            s
            for fact in (self.goal, *self.facts)
            for side in (fact.left, fact.right)
            for s in side.free_symbols
        }

    def replaced(self, values: dict[Expr, Expr], note: str) -> Branch:
        """The branch with symbols replaced.

        Raises:
            Unsupported: where SymPy finds no value, as for max(0, log 0).
        """
        try:
            goal = self.goal.replaced(values)
            facts = tuple(f.replaced(values) for f in self.facts)
        except (ValueError, TypeError) as error:
            raise Unsupported(self.goal) from error
        return Branch(goal, facts, (*self.path, note))

    def assuming(self, fact: Fact, note: str) -> Branch:
        """The branch with one more fact."""
        return replace(self, facts=(*self.facts, fact), path=(*self.path, note))

    def is_even_in(self, symbol: Symbol) -> bool:
        """Whether replacing a symbol by its negative changes nothing."""
        turned = self.replaced({symbol: -symbol}, "")
        if turned.goal != self.goal:
            return False
        return {_unsigned(f) for f in turned.facts} == {_unsigned(f) for f in self.facts}


def refined(branch: Branch) -> Branch:
    """The branch with facts about the sign of one symbol turned into assumptions."""
    for fact in branch.facts:
        for symbol, sign, other in (
            (fact.left, fact.sign, fact.right),
            (fact.right, MIRROR[fact.sign], fact.left),
        ):
            if not isinstance(symbol, Symbol) or not other.is_Rational:
                continue
            finer = other if sign == "=" and _may_be(symbol, other) else _finer(symbol, sign, other)
            if finer is not None:
                finest = branch.replaced({symbol: finer}, "")
                return refined(replace(finest, path=branch.path))
    return branch


def _may_be(symbol: Symbol, value: Expr) -> bool:
    """Whether assumptions of a symbol surely allow a rational value."""
    rest = set(symbol.assumptions0) - set(Symbol("_", real=True).assumptions0)
    allowed = {"+": value > 0, "-": value < 0, "0+": value >= 0, "0-": value <= 0}
    if symbol.is_integer or (symbol.is_nonzero and value == 0):
        return False
    known = of_symbol(symbol)
    return bool(allowed[known]) if known else not rest


def _finer(symbol: Symbol, sign: str, bound: Expr) -> Expr | None:
    """A symbol with the assumption that `symbol sign bound` adds; None where it adds none."""
    known = of_symbol(symbol)
    integer = symbol.is_integer
    up = (sign == ">" and bound >= 0) or (sign == ">=" and bound > 0)
    down = (sign == "<" and bound <= 0) or (sign == "<=" and bound < 0)
    differs = sign == "!=" and bound == 0
    if known in (None, "0+") and (up or (differs and known == "0+")):
        return Dummy(symbol.name, positive=True, integer=integer)
    if known in (None, "0-") and (down or (differs and known == "0-")):
        return Dummy(symbol.name, negative=True, integer=integer)
    if known is None and symbol.is_nonzero is not True:
        if sign == ">=" and bound == 0:
            return Dummy(symbol.name, nonnegative=True, integer=integer)
        if sign == "<=" and bound == 0:
            return Dummy(symbol.name, nonpositive=True, integer=integer)
    return None


def _unsigned(fact: Fact) -> tuple[str, frozenset[Expr]]:
    """A key that an equation or its denial shares with its negative."""
    difference = fact.left - fact.right
    if fact.sign in ("=", "!="):
        return fact.sign, frozenset((difference, -difference))
    return fact.sign, frozenset((difference,))


def folded(branch: Branch) -> Branch:
    """The branch with every symbol that only matters up to its sign taken to be at least 0."""
    for symbol in sorted(branch.symbols, key=lambda s: s.name):
        if of_symbol(symbol) is None and branch.is_even_in(symbol):
            kind = {"positive": True} if symbol.is_nonzero is True else {"nonnegative": True}
            half = Dummy(symbol.name, integer=symbol.is_integer, **kind)
            branch = replace(branch.replaced({symbol: half}, ""), path=branch.path)
    return branch


def signature(branch: Branch) -> tuple[Fact, frozenset[Fact]]:
    """The branch with its symbols renamed: equal signatures are equal up to names."""
    facts = [f for f in branch.facts if f.left.free_symbols | f.right.free_symbols]
    order = sorted(branch.symbols, key=lambda s: (-sum(_has(f, s) for f in facts), s.name))
    names: dict[Expr, Expr] = {s: Symbol(f"_{k}", **s.assumptions0) for k, s in enumerate(order)}
    return branch.goal.replaced(names), frozenset(f.replaced(names) for f in branch.facts)


def _has(fact: Fact, symbol: Symbol) -> bool:
    return symbol in fact.left.free_symbols | fact.right.free_symbols


def by_sign(branch: Branch, e: Expr) -> list[Branch]:
    """The cases e > 0, e = 0, e < 0."""
    if isinstance(e, Symbol):
        return _by_sign_of_symbol(branch, e)
    zero = Integer(0)
    cases = [branch.assuming(Fact(e, ">", zero), f"{e} > 0")]
    cases.append(_at_zero(branch, e))
    cases.append(branch.assuming(Fact(e, "<", zero), f"{e} < 0"))
    return cases


def _by_sign_of_symbol(branch: Branch, e: Symbol) -> list[Branch]:
    known = of_symbol(e)
    cases = []
    positive = Dummy(e.name, positive=True, integer=e.is_integer)
    if known in (None, "0+", "+"):
        cases.append(branch.replaced({e: positive}, f"{e} > 0"))
    if known in (None, "0+", "0-") and e.is_nonzero is not True:
        cases.append(branch.replaced({e: Integer(0)}, f"{e} = 0"))
    if known in (None, "0-", "-") and not (known is None and branch.is_even_in(e)):
        cases.append(branch.replaced({e: -positive}, f"{e} < 0"))
    return cases


def _at_zero(branch: Branch, e: Expr) -> Branch:
    note = f"{e} = 0"
    for symbol in sorted(e.free_symbols, key=lambda s: s.name):
        if of_symbol(symbol) is not None or symbol.is_integer or symbol.is_nonzero:
            continue
        slope = sp.diff(e, symbol) if e.is_polynomial(symbol) else None
        if slope is not None and slope.is_Rational and slope != 0:
            root = expanded(symbol - e / slope)
            if not root.has(symbol):
                return branch.replaced({symbol: root}, note)
    return branch.assuming(Fact(e, "=", Integer(0)), note)


def by_order(branch: Branch, items: tuple[Expr, ...], largest: bool) -> list[Branch]:
    """One case for each item that may be the extreme one."""
    word = "largest" if largest else "smallest"
    cases = []
    for item in items:
        case = branch
        for other in items:
            if other != item:
                case = case.assuming(Fact(item, ">=" if largest else "<=", other), "")
        cases.append(replace(case, path=(*branch.path, f"{item} {word}")))
    return cases
