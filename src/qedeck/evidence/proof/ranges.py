"""Ranges of symbols, read off facts; what else the facts say thins the boxes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import sympy as sp
from sympy import Expr, Integer, Symbol

from qedeck.evidence.proof import intervals as over
from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.branch import Branch, folded, refined
from qedeck.evidence.proof.certificate import MIRROR, Fact, Unsupported
from qedeck.evidence.proof.enclosures import Enclosure
from qedeck.evidence.proof.intervals import Interval

ZERO = Integer(0)
MOST_TERMS = 4
MOST_STEPS = 40
TOTAL = (sp.exp, sp.Abs, sp.sign, sp.sin, sp.cos, sp.tanh, sp.erf, sp.atan, sp.Max, sp.Min)
"""Functions that have a value everywhere."""
MOST_RANGES = 8
"""Ways in which holes and maxima divide the values."""


@dataclass(frozen=True)
class Range:
    """The values of one symbol: between two ends, each infinite where it is None."""

    low: Expr | None = None
    high: Expr | None = None
    low_open: bool = True
    high_open: bool = True

    @property
    def interval(self) -> Interval:
        """The interval, rounded outwards."""
        low = over.DOWN if self.low is None else _value(self.low).low
        high = over.UP if self.high is None else _value(self.high).high
        return Interval(low, high, self.low_open, self.high_open)

    @property
    def free(self) -> bool:
        """Whether every number is in it."""
        return self.low is None and self.high is None

    def narrowed(self, sign: str, bound: Expr) -> Range:
        """The range with one bound more."""
        open_ = sign in ("<", ">")
        if sign in (">", ">="):
            if self.low is None or _less(self.low, bound):
                return replace(self, low=bound, low_open=open_)
            return replace(self, low_open=self.low_open or (open_ and self.low == bound))
        if self.high is None or _less(bound, self.high):
            return replace(self, high=bound, high_open=open_)
        return replace(self, high_open=self.high_open or (open_ and self.high == bound))

    def without(self, place: Expr) -> Range | None:
        """The range without a number; None where the number divides it."""
        if place == self.low:
            return replace(self, low_open=True)
        if place == self.high:
            return replace(self, high_open=True)
        value, mine = _value(place), self.interval
        return self if value.high < mine.low or value.low > mine.high else None


@dataclass(frozen=True)
class Region:
    """A goal `gap ≥ 0`, or `gap > 0`, over ranges."""

    gap: Expr
    strict: bool
    ranges: dict[Symbol, Range]
    facts: tuple[Fact, ...] = ()
    """What else is known; a box where one of them fails needs no proof."""
    parts: tuple[Expr, ...] = ()
    """What must be defined."""
    stated: Mapping[Symbol, Range] = field(default_factory=dict)
    """The ranges before facts about several symbols narrowed them."""

    @cached_property
    def box(self) -> dict[Expr, Interval]:
        """All values of the symbols."""
        return {s: r.interval for s, r in self.ranges.items()}

    @cached_property
    def known(self) -> dict[Expr, Interval]:
        """The box, and what facts say of expressions, for values that meet them."""
        found: dict[Expr, Interval] = {**self.box}
        for fact in self.facts:
            if fact.sign in ("=", "!="):
                continue
            for part, open_ in self._beyond(_gap(fact), fact.sign in (">", "<")):
                positive = Interval(over.ZERO, over.UP, open_, True)
                found |= {part: positive, -part: over.minus(positive)}
        return found

    def _beyond(self, gap: Expr, strict: bool) -> Iterator[tuple[Expr, bool]]:
        """A positive sum, and the sums without some of its negative terms."""
        box, terms = self.box, sp.Add.make_args(gap)
        less = [t for t in terms if t.could_extract_minus_sign() and len(t.free_symbols) == 1]
        signs = {t: Enclosure(t).over(box) for t in less[:MOST_TERMS]}
        less = [t for t, value in signs.items() if value.nonpositive]
        for count in range(len(less) + 1):
            for gone in combinations(less, count):
                sure = strict or any(signs[t].negative for t in gone)
                yield gap - sp.Add(*gone), sure

    @property
    def bound(self) -> set[Symbol]:
        """The symbols that facts beyond ranges are about."""
        return {s for f in self.facts for s in symbols_in(f)}

    def straight(self, symbol: Symbol) -> bool:
        """Whether the values that facts leave to a symbol, the others fixed, are an interval."""
        binding = [f for f in self.facts if symbol in symbols_in(f)]
        return all(
            f.sign not in ("=", "!=")
            and (f.left - f.right).is_polynomial(symbol)
            and sp.degree(f.left - f.right, symbol) <= 1
            for f in binding
        )

    @property
    def empty(self) -> bool:
        """Whether a range surely has no numbers."""
        return any(
            b.low > b.high or (b.low == b.high and (b.low_open or b.high_open))
            for b in self.box.values()
        )

    def at(self, values: Mapping[Symbol, Expr]) -> Region:
        """The region with symbols at numbers or other expressions, whatever facts say of them."""
        ranges = {s: r for s, r in self.ranges.items() if s not in values}
        facts = tuple(f for f in self.facts if not symbols_in(f) & set(values))
        return Region(replaced(self.gap, values), self.strict, ranges, facts, (), self.stated)


def replaced(e: Expr, values: Mapping[Symbol, Expr]) -> Expr:
    """An expression with symbols replaced.

    Raises:
        Unsupported: where SymPy finds no value, as for max(0, log 0).
    """
    try:
        return e.xreplace(values)
    except (ValueError, TypeError) as error:
        raise Unsupported(e) from error


def _gap(fact: Fact) -> Expr:
    """What an inequality says to be at least 0."""
    gap = expanded(fact.left - fact.right)
    return gap if fact.sign in (">", ">=") else -gap


def symbols_in(fact: Fact) -> set[Symbol]:
    """The symbols of both sides."""
    return set(fact.left.free_symbols | fact.right.free_symbols)


def _value(e: Expr) -> Interval:
    return Enclosure(e).over({})


def _less(a: Expr, b: Expr) -> bool:
    return bool(_value(a).high < _value(b).low)


def regions(goal: Fact, facts: tuple[Fact, ...]) -> Iterator[Region]:
    """Regions that together hold all values which meet the facts.

    Raises:
        Unsupported: where there are too many, or a bound is beyond enclosures.
    """
    plain = [f for f in facts if not (f.left.has(sp.Function) or f.right.has(sp.Function))]
    telling = [f for f in facts if f in plain or len(symbols_in(f)) == 1]
    open_, count = [folded(refined(Branch(goal, (*telling, *values(goal)))))], 0
    steps = 0
    while open_:
        steps += 1
        if count + len(open_) > MOST_RANGES or steps > MOST_STEPS:
            raise Unsupported("too many ranges")
        branch = _independent(open_.pop())
        parts = _by_largest(branch) or _ordered(branch)
        if parts is not None:
            open_ += parts
            continue
        found, holes = _read(branch)
        hole = next(iter(holes), None)
        if hole is not None:
            symbol, place = hole
            rest = tuple(f for f in branch.facts if not _is_hole(f, symbol, place))
            open_ += [
                replace(branch, facts=(*rest, Fact(symbol, sign, place))) for sign in ("<", ">")
            ]
            continue
        if not found.empty:
            count += 1
            yield found


def _is_hole(fact: Fact, symbol: Symbol, place: Expr) -> bool:
    bound = _bound(fact) if fact.sign == "!=" else None
    return bound is not None and bound[0] == symbol and bound[2] == place


def _read(branch: Branch) -> tuple[Region, list[tuple[Symbol, Expr]]]:
    ranges = {s: _assumed(s) for s in sorted(branch.symbols, key=lambda s: s.name)}
    rest: list[Fact] = []
    holes: list[tuple[Symbol, Expr]] = []
    for fact in branch.facts:
        bounds = _bounds(fact)
        if not bounds:
            rest.append(fact)
        for symbol, sign, place in bounds:
            if sign == "!=":
                holes.append((symbol, place))
            else:
                ranges[symbol] = ranges[symbol].narrowed(sign, place)
    for symbol, place in list(holes):
        found = ranges[symbol].without(place)
        if found is not None:
            ranges[symbol] = found
            holes.remove((symbol, place))
    stated = dict(ranges)
    for fact in rest:
        _tighten(ranges, fact)
    left, right = branch.goal.left, branch.goal.right
    gap = left - right if branch.goal.sign in (">", ">=") else right - left
    parts = tuple(f.left for f in rest if _is_value(f))
    facts = tuple(f for f in rest if not _is_value(f))
    return Region(gap, branch.goal.sign in (">", "<"), ranges, facts, parts, stated), holes


def _tighten(ranges: dict[Symbol, Range], fact: Fact) -> None:
    """Narrow ranges by a linear fact and the ends of the other ranges."""
    if fact.sign in ("=", "!="):
        return
    gap = _gap(fact)
    slopes = {s: gap.coeff(s, 1) for s in gap.free_symbols}
    rest = expanded(gap - sp.Add(*[s * c for s, c in slopes.items()]))
    if rest.free_symbols or not all(c.is_Rational for c in slopes.values()):
        return
    for symbol, slope in slopes.items():
        room, strict = rest, fact.sign in (">", "<")
        for other, c in slopes.items():
            if other == symbol or room is None:
                continue
            limits = ranges[other]
            end, open_ = (limits.high, limits.high_open) if c > 0 else (limits.low, limits.low_open)
            room = None if end is None else room + c * end
            strict = strict or open_
        if room is not None:
            sign = (">" if strict else ">=") if slope > 0 else ("<" if strict else "<=")
            ranges[symbol] = ranges[symbol].narrowed(sign, expanded(-room / slope))


def values(goal: Fact) -> Iterator[Fact]:
    """An equation of every part with itself that may have no value: it holds where it has one."""
    seen = set()
    for side in (goal.left, goal.right):
        for e in sp.preorder_traversal(side):
            whole = e.is_Pow and e.exp.is_Integer and e.exp > 0
            if (e.is_Pow and not whole) or (e.is_Function and not isinstance(e, TOTAL)):
                seen.add(e)
    yield from (Fact(e, "=", e) for e in sorted(seen, key=sp.default_sort_key))


def _is_value(fact: Fact) -> bool:
    return fact.sign == "=" and fact.left == fact.right


def _assumed(symbol: Symbol) -> Range:
    if symbol.is_nonnegative:
        return Range(low=ZERO, low_open=symbol.is_positive is True)
    if symbol.is_nonpositive:
        return Range(high=ZERO, high_open=symbol.is_negative is True)
    return Range()


def _bounds(fact: Fact) -> list[tuple[Symbol, str, Expr]]:
    """What a fact about one symbol says of it: `symbol sign number`, perhaps on both sides."""
    found = _bound(fact)
    if found is not None:
        return [found]
    for side, sign, other in (
        (fact.left, fact.sign, fact.right),
        (fact.right, MIRROR[fact.sign], fact.left),
    ):
        inner = side.args[0] if isinstance(side, sp.Abs) else None
        if inner is not None and inner.is_Symbol and sign in ("<", "<=") and other.is_number:
            return [(inner, sign, other), (inner, MIRROR[sign], -other)]
    return []


def _bound(fact: Fact) -> tuple[Symbol, str, Expr] | None:
    if fact.sign == "=":
        return None
    gap = expanded(fact.left - fact.right)
    if len(gap.free_symbols) != 1:
        return None
    (symbol,) = gap.free_symbols
    slope = gap.coeff(symbol, 1)
    shift = expanded(gap - slope * symbol)
    if not slope.is_Rational or slope == 0 or shift.free_symbols:
        return None
    return symbol, fact.sign if slope > 0 else MIRROR[fact.sign], -shift / slope


# -- fewer symbols -------------------------------------------------------------------------


def _independent(branch: Branch) -> Branch:
    """The branch without symbols that equations determine."""
    for fact in branch.facts:
        if fact.sign != "=":
            continue
        gap = expanded(fact.left - fact.right)
        for symbol in sorted(gap.free_symbols, key=lambda s: s.name, reverse=True):
            slope = gap.coeff(symbol, 1)
            rest = expanded(gap - slope * symbol)
            if slope.is_Rational and slope != 0 and symbol not in rest.free_symbols:
                others = [f for f in branch.facts if f is not fact]
                kept = replace(branch, facts=(*others, *_spelt(symbol)))
                return _independent(kept.replaced({symbol: -rest / slope}, ""))
    return branch


def _spelt(symbol: Symbol) -> list[Fact]:
    """The assumptions of a symbol as facts."""
    assumed = _assumed(symbol)
    found = []
    if assumed.low is not None:
        found.append(Fact(symbol, ">" if assumed.low_open else ">=", ZERO))
    if assumed.high is not None:
        found.append(Fact(symbol, "<" if assumed.high_open else "<=", ZERO))
    return found


def _ordered(branch: Branch) -> list[Branch] | None:
    """The branch with b = a + d for a fact a ≤ b that is all that bounds b from below."""
    for fact in branch.facts:
        if fact.sign in ("=", "!="):
            continue
        gap = expanded(fact.left - fact.right)
        gap = gap if fact.sign in (">", ">=") else -gap
        if len(gap.free_symbols) < 2 or gap.is_nonnegative:
            continue
        others = tuple(f for f in branch.facts if f is not fact)
        known = [f for f in others if not _is_value(f)]
        for symbol in sorted(gap.free_symbols, key=lambda s: s.name, reverse=True):
            slope = gap.coeff(symbol, 1)
            rest = expanded(gap - slope * symbol)
            if not slope.is_Rational or slope == 0 or symbol in rest.free_symbols:
                continue
            if any(symbol in symbols_in(f) for f in known):
                continue
            assumed = _assumed(symbol)
            beside = assumed.high if slope > 0 else assumed.low
            if beside is not None or symbol.is_integer:
                continue
            kind = {"positive": True} if fact.sign in ("<", ">") else {"nonnegative": True}
            room = sp.Dummy(f"d_{symbol.name}", **kind)
            kept = replace(branch, facts=(*others, *_spelt(symbol)))
            return [kept.replaced({symbol: expanded((room - rest) / slope)}, "")]
    return None


def _by_largest(branch: Branch) -> list[Branch] | None:
    """A branch for each argument of a maximum or minimum of plain symbols and numbers."""
    for side in (branch.goal.left, branch.goal.right):
        for e in sorted(side.atoms(sp.Max, sp.Min), key=sp.default_sort_key):
            if not all(a.is_Symbol or a.is_Rational for a in e.args):
                continue
            sign = ">=" if isinstance(e, sp.Max) else "<="
            parts = []
            for a in sorted(e.args, key=sp.default_sort_key):
                part = branch.replaced({e: a}, "")
                beyond = [Fact(a, sign, b) for b in e.args if b != a]
                parts.append(replace(part, facts=(*part.facts, *beyond)))
            return parts
    return None
