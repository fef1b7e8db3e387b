"""Symbols and facts at one shape, over SymPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

from qedeck.evidence import forms
from qedeck.evidence.entry_equations import EntryEquation, entry_equations, part_of, put
from qedeck.evidence.every import written_out
from qedeck.evidence.expectation import Expectation
from qedeck.evidence.forms import links
from qedeck.evidence.formulas import UNABLE, Unprovable, facts_of, formula_of
from qedeck.evidence.inverses import OpaqueInverses, inverts
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.certificate import Fact, Rel
from qedeck.evidence.record import Shape
from qedeck.evidence.relabelling import alike, representatives, turnable, turned
from qedeck.evidence.shapes import integers_of, size_of
from qedeck.evidence.spans import Span, span
from qedeck.evidence.subgradients import below
from qedeck.formula.evaluate import Array, Environment, Unsupported, Value, evaluate
from qedeck.formula.rings.ring import Ring
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import (
    Constant,
    Constants,
    Implies,
    Interval,
    Member,
    Number,
    Relation,
    Statement,
    Symbol,
)
from qedeck.formula.values import entries as entries_of
from qedeck.formula.values import mapped

PROVED_SIZES = (1, 2, 3, 4)
MAX_CASES = 400


@dataclass(frozen=True)
class Setting:
    """Symbols and facts at one shape."""

    environment: Environment[Any]
    facts: tuple[Fact, ...]
    shape: Mapping[str, int]
    """Dimensions, and values of indices and whole numbers."""
    applied: Mapping[Any, tuple[str, tuple[Any, ...]]] = field(default_factory=dict)
    """Symbols that stand for values of declared functions: of which, and where. It grows."""
    abstract: bool = False
    """Some symbols stand for moments or values of functions, or a hypothesis could not be said in
    facts: counterexamples mean nothing then."""
    ring: SymbolicRing = field(default_factory=SymbolicRing)
    """Of the values in the environment."""
    spanned: int = 0
    """Number of vectors of which the space is the span, where this proves all dimensions."""


@dataclass(frozen=True)
class Case:
    """What is fixed for a proof: sizes, whole numbers, infinite orders, permutations and signs."""

    sizes: Mapping[str, int]
    indices: Mapping[str, int]
    infinite: frozenset[str]
    chosen: Mapping[str, Array[int]]
    flat: Span | None = None
    """The span of its vectors, where that is the shape."""
    relabelled: bool = False
    """Whether it stands for cases in which indices have other values."""

    @property
    def fixed(self) -> dict[str, int]:
        """The numbers that are fixed; of the dimension of a span nothing is."""
        return {**({} if self.flat is not None else self.sizes), **self.indices}


def settings(obligation: Obligation, lengths: Sequence[int] = PROVED_SIZES) -> Iterator[Setting]:
    """Symbols and facts at every shape and case, as `cases` lists them."""
    for case in cases(obligation, lengths):
        made = setting(obligation, case)
        if made is not None:
            yield made


def cases(
    obligation: Obligation, lengths: Sequence[int] = PROVED_SIZES, void: Sequence[Shape] = ()
) -> Iterator[Case]:
    """Every shape and case; shapes with too many cases, or that are void, are left out.

    Cases are the values of indices, finite and infinite orders, permutations and signs. A
    statement about lengths and inner products has one shape: that of the span of its vectors.
    """
    from qedeck.evidence.floor import shapes_to_prove

    shapes = shapes_to_prove(obligation, lengths, void)
    flat = span(obligation)
    if flat is not None:
        wide = [s for s in shapes if s.get(flat.dimension) == len(flat.vectors)]
        shapes, flat = (wide[:1], flat) if wide else (shapes, None)
    for sizes in shapes:
        yield from cases_at(obligation, sizes, flat)


def cases_at(
    obligation: Obligation, sizes: Mapping[str, int], flat: Span | None = None
) -> list[Case]:
    """The cases at one shape; none where there are too many."""
    fixed = {name for name, _ in obligation.fixed}
    scope = written_out(obligation.scope, sizes)
    whole = [
        {n: v for n, v in indices.items() if n not in fixed}
        for indices in integers_of(scope, sizes)
    ]
    whole = [dict(items) for items in dict.fromkeys(tuple(c.items()) for c in whole)]
    every = len(whole)
    if alike(obligation):
        whole = representatives(scope, sizes, whole)
    picked = choices(scope, sizes, fixed)
    if any(picked) and turnable(obligation):
        picked = turned(picked)
    found = list(product(whole, infinities(scope), picked))
    if len(found) > MAX_CASES:
        return []
    return [
        Case(sizes, indices, infinite, chosen, flat, len(whole) < every)
        for indices, infinite, chosen in found
    ]


def void(obligation: Obligation, sizes: Mapping[str, int]) -> bool:
    """Whether the hypotheses exclude all cases at a shape, by what is written alone."""
    found = cases_at(obligation, sizes)
    try:
        return bool(found) and all(
            where is None or excluded(obligation, where)
            for where in (setting(obligation, case) for case in found)
        )
    except (Unprovable, *UNABLE):
        return False


def excluded(obligation: Obligation, where: Setting) -> bool:
    """Whether a side condition is false here for all values: `i \\ne j` at 1, 1."""
    match obligation.statement:
        case Implies(Relation((left, right)) as given, _):
            if not (isinstance(left, Symbol) and isinstance(right, Symbol | Number)):
                return False
            try:
                said = formula_of(given, where.environment, SymbolicRing())
            except (Unprovable, *UNABLE):
                return False
            return isinstance(said, Rel) and absurd(Fact(said.left, said.sign, said.right))
        case _:
            return False


def _within(ring: SymbolicRing, name: str, size: int, last: int) -> Value[Any]:
    """A vector with zeros after its last entry, which is not negative."""
    entries = [ring.symbol(f"{name}_{k + 1}") for k in range(last)]
    end = ring.symbol(f"{name}_{last + 1}", nonnegative=True)
    return Array((size,), (*entries, end, *[ring.whole(0)] * (size - last - 1)))


def infinities(scope: Scope) -> list[frozenset[str]]:
    """Which orders to set to infinity: any of the symbols that may be infinite."""
    able: dict[str, None] = {}
    for statement in forms.assumed(scope):
        match statement:
            case Relation(terms, signs) if Constant("infinity") in terms:
                at = terms.index(Constant("infinity"))
                if at and signs[at - 1] == "<=" and isinstance(terms[at - 1], Symbol):
                    below = [t.name for t in terms[:at] if isinstance(t, Symbol)]
                    able.update(dict.fromkeys(below))
            case Member(Symbol(name), Interval(_, Constant("infinity"), _, True)):
                able[name] = None
    return [
        frozenset(name for name, is_in in zip(able, inside, strict=True) if is_in)
        for inside in product((False, True), repeat=len(able))
    ]


def choices(
    scope: Scope, sizes: Mapping[str, int], fixed: set[str]
) -> list[Mapping[str, Array[int]]]:
    """All values of permutations, and of vectors of signs."""
    names: list[str] = []
    options: list[list[Array[int]]] = []
    for statement in forms.assumed(scope):
        permuted, signed = forms.permuting(statement), forms.signs(statement)
        name = permuted or signed
        if name is None or name in fixed or name in names or name not in scope.declared:
            continue
        size = size_of(scope.declared[name].shape[0], sizes)
        names.append(name)
        if permuted:
            options.append([_permutation(order) for order in permutations(range(size))])
        else:
            options.append([Array((size,), places) for places in product((1, -1), repeat=size)])
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*options)]


def _permutation(order: tuple[int, ...]) -> Array[int]:
    size = len(order)
    entries = tuple(int(order[row] == k) for row in range(size) for k in range(size))
    return Array((size, size), entries)


def setting(obligation: Obligation, case: Case) -> Setting | None:
    """Symbols for everything declared, and what is assumed of them; None if nothing can meet it."""
    sizes, indices, infinite, flat = case.sizes, case.indices, case.infinite, case.flat
    scope = written_out(obligation.scope, sizes)
    ring = OpaqueInverses() if inverts(obligation.statement, scope) else SymbolicRing()
    chosen = {name: mapped(ring.whole, value) for name, value in case.chosen.items()}
    values: dict[str, Value[Any]] = dict(chosen)
    fixed = dict(obligation.fixed)
    set_ = {name: e for name, e in forms.equations(scope).items() if name not in infinite}
    set_ |= {name: forms.Equation(value) for name, value in fixed.items()}
    for declared in scope.declared.values():
        if declared.kind != "real" or declared.name in set_ or declared.name in chosen:
            continue
        if declared.name in infinite:
            values[declared.name] = ring.constant("infinity")
            continue
        shape = tuple(size_of(axis, sizes) for axis in declared.shape)
        sign = sign_of(declared.name, scope)
        values[declared.name] = symbols(ring, declared.name, shape, sign)
        if flat is not None and declared.name in flat.vectors:
            last = flat.vectors.index(declared.name)
            values[declared.name] = _within(ring, declared.name, len(flat.vectors), last)
    applied: dict[Any, tuple[str, tuple[Any, ...]]] = {}
    functions = opaque(ring, scope, sizes, applied)
    environment = Environment[Any](values, dict(sizes), dict(indices), functions, scope.defined)
    if flat is None:
        environment = _with_entries(scope, environment, ring)
    random = {d.name for d in scope.declared.values() if d.kind == "random"}
    late = {name for name, e in set_.items() if forms.reached(e.value, scope) & random}
    environment = settled(
        {n: e for n, e in set_.items() if n not in late}, scope, environment, ring
    )
    if random:
        rule = Expectation(scope, sizes, environment)
        known = {**environment.values, **rule.values}
        environment = replace(environment, values=known, expectation=rule)
    environment = settled({n: e for n, e in set_.items() if n in late}, scope, environment, ring)
    facts: list[Fact] = []
    lost = False
    for statement in forms.assumed(scope):
        for said in _said(statement, scope):
            new = facts_of(said, environment, ring)
            lost = lost or (isinstance(said, Relation) and not new)
            facts.extend(new)
    spanned = len(flat.vectors) if flat is not None else 0
    kept = tuple(fact for fact in facts if not _trivial(fact))
    if any(absurd(fact) for fact in kept):
        return None
    abstract = bool(random or functions or lost or isinstance(ring, OpaqueInverses))
    return Setting(environment, kept, case.fixed, applied, abstract, ring, spanned)


def _with_entries(
    scope: Scope, environment: Environment[Any], ring: SymbolicRing
) -> Environment[Any]:
    """The environment with entries as equations give them.

    An entry is replaced by what it equals, which has neither it nor an entry that another equation
    is still to give: what is left are all instances of these equations, and no others. Equations
    that this does not reach stay facts.
    """
    left = [e for e in entry_equations(scope) if not sign_of(e.name, scope)]
    while left:
        for equation in left:
            try:
                part = part_of(equation, environment, ring)
                right = evaluate(equation.right, environment, ring)
                targets = {
                    symbol
                    for other in left
                    for entry in _entries_at(other, environment, ring)
                    for symbol in entry.free_symbols
                }
                own = _entries_at(equation, environment, ring)
                rests = {symbol for entry in entries_of(right) for symbol in entry.free_symbols}
                if rests & targets or not all(entry.is_Symbol for entry in own):
                    continue
                environment = put(equation, part, right, environment)
            except UNABLE:
                continue
            left.remove(equation)
            break
        else:
            return environment
    return environment


def _entries_at(
    equation: EntryEquation, environment: Environment[Any], ring: SymbolicRing
) -> tuple[Any, ...]:
    value = environment.values[equation.name]
    assert isinstance(value, Array)
    return value.entries[part_of(equation, environment, ring)]


def _said(statement: Statement, scope: Scope) -> list[Statement]:
    """An assumption; of a subgradient, its inequality at all vectors that have a name."""
    found = forms.subgradient(statement)
    if found is None or not isinstance(statement, Member):
        return [statement]
    shape = scope.declared[found[0]].shape
    named = [Symbol(d.name, shape) for d in scope.declared.values() if d.shape == shape]
    origin = Constants(Fraction(0), shape) if shape else forms.ZERO
    return [below(statement, point) for point in (*named, origin)]


def settled(
    wanted: Mapping[str, forms.Equation],
    scope: Scope,
    environment: Environment[Any],
    ring: Ring[Any],
) -> Environment[Any]:
    """The environment with what equations set, each after what it rests on."""
    left = dict(wanted)
    while left:
        ready = [n for n, e in left.items() if not forms.reached(e.value, scope) & left.keys()]
        if not ready:
            raise ValueError(f"{', '.join(left)} are set in a circle")
        for name in ready:
            equation, declared = left.pop(name), scope.declared.get(name)
            if declared is not None and equation.index:
                value = _entries(equation, declared, environment, ring)
            else:
                value = evaluate(equation.value, environment, ring)
            if declared is not None and declared.kind == "integer":
                whole_value = None if isinstance(value, Array) else ring.integer(value)
                if whole_value is None:
                    raise Unsupported("an index that depends on the values")
                whole = {**environment.indices, name: whole_value}
                environment = replace(environment, indices=whole)
            else:
                environment = replace(environment, values={**environment.values, name: value})
    return environment


def _entries(
    equation: forms.Equation, declared: Declared, environment: Environment[Any], ring: Ring[Any]
) -> Value[Any]:
    """An array whose entries an equation over an index sets."""
    found = []
    for place in range(1, size_of(declared.shape[0], environment.sizes) + 1):
        inside = replace(environment, indices={**environment.indices, equation.index: place})
        found.append(evaluate(equation.value, inside, ring))
    return Array((len(found),), tuple(found))


def opaque(
    ring: SymbolicRing,
    scope: Scope,
    sizes: Mapping[str, int],
    applied: dict[Any, tuple[str, tuple[Any, ...]]],
) -> dict[str, Callable[..., Value[Any]]]:
    """Declared functions: a symbol for each argument, as nothing is known of their values."""
    from sympy import Dummy, expand

    def function(name: str, axes: tuple[str | int, ...]) -> Callable[..., Value[Any]]:
        def at(*arguments: Value[Any]) -> Value[Any]:
            arguments = tuple(mapped(expand, argument) for argument in arguments)
            parts = [part for argument in arguments for part in entries_of(argument)]
            if any(part.atoms(Dummy) for part in parts):
                raise Unsupported(f"the derivative of {name}, which is not given by a formula")
            flat = [
                f"({', '.join(map(str, a.entries))})" if isinstance(a, Array) else str(a)
                for a in arguments
            ]
            shape = tuple(size_of(axis, sizes) for axis in axes)
            value = symbols(ring, f"{name}({', '.join(flat)})", shape, "")
            for entry in entries_of(value):
                applied[entry] = (name, tuple(parts))
            return value

        return at

    found = {}
    for declared in scope.declared.values():
        if declared.kind == "function":
            found[declared.name] = function(declared.name, declared.shape)
            found[f"{declared.name}'"] = function(f"{declared.name}'", declared.domain or ())
    return found


def symbols(ring: SymbolicRing, name: str, shape: tuple[int, ...], sign: str) -> Value[Any]:
    """A symbol, or one for each entry of an array."""
    assumptions: dict[str, bool] = {}
    if sign in ("positive", "nonnegative"):
        assumptions[sign] = True
    if not shape:
        return ring.symbol(name, **assumptions)
    places: list[tuple[int, ...]] = [()]
    for axis in shape:
        places = [(*place, k) for place in places for k in range(1, axis + 1)]
    entries = tuple(
        ring.symbol(f"{name}_{','.join(map(str, place))}", **assumptions) for place in places
    )
    return Array(shape, entries)


def sign_of(name: str, scope: Scope) -> str:
    """What the assumptions say of a symbol's sign, in SymPy's words."""
    found = ""
    entry = forms.entry_sign(name, scope)
    if entry != "any":
        return entry
    for low, sign, above in links(scope):
        if isinstance(above, Symbol) and above.name == name and isinstance(low, Number):
            if low.value > 0 or (low.value == 0 and sign == "<"):
                return "positive"
            if low.value == 0:
                found = "nonnegative"
    return found


def _trivial(fact: Fact) -> bool:
    """Facts that say nothing: `p < oo`, and what symbols already say."""
    import sympy

    if fact.left == fact.right and fact.sign in ("=", "<=", ">="):
        return True
    if sympy.oo in (fact.left, fact.right) or -sympy.oo in (fact.left, fact.right):
        return not absurd(fact)
    return not fact.left.free_symbols and not fact.right.free_symbols and not absurd(fact)


def absurd(fact: Fact) -> bool:
    """A fact between numbers that is false."""
    import sympy

    if fact.left.free_symbols or fact.right.free_symbols:
        # Symbols are finite.
        above = fact.left == sympy.oo and fact.sign in ("=", "<", "<=")
        return above or (fact.right == sympy.oo and fact.sign in ("=", ">", ">="))
    relations: dict[str, Any] = {
        "=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge,
    }  # fmt: skip
    return bool(relations[fact.sign](fact.left, fact.right) == False)  # noqa: E712
