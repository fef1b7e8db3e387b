"""Exact verdicts: obligations at given dimensions, over SymPy symbols, handed to the prover."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qedeck.evidence.forms import links
from qedeck.evidence.instances import dimensions_of, integers_of
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof import (
    And, Certificate, Counterexample, Fact, Formula, Goal, Iff, Implies, Or, Rel, limit_is, prove,
    prove_statement,
)  # fmt: skip
from qedeck.formula import tree
from qedeck.formula.evaluate import (
    Array, Environment, Inexact, TooLarge, Undecided, Undefined, Unsupported, Value, evaluate, sides,
)  # fmt: skip
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.tree import (
    Constant, Integers, Interval, Limit, Listing, Member, Number, Relation, Space,
    Statement, Symbol, walk,
)  # fmt: skip

PROVED_SIZES = (1, 2, 3, 4)
UNABLE = (Inexact, Undecided, Undefined, Unsupported, TooLarge, ValueError, NotImplementedError)
MAX_CASES = 40


@dataclass(frozen=True)
class Proof:
    """A proof of obligations, or how far it came."""

    certificate: str = ""
    """In words; empty where something is not proved."""
    shapes: tuple[str, ...] = ()
    general: bool = False
    """Nothing was instantiated: holds for all values of all symbols."""
    missing: str = ""
    """What is not proved, in words."""
    refuted: str = ""
    """An exact counterexample, in words."""
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """Symbols and facts at one shape."""

    environment: Environment[Any]
    facts: tuple[Fact, ...]
    shape: str


class Unprovable(Exception):
    """No rule turns an obligation into goals."""


def proved(
    todo: Sequence[Obligation], seconds: float, *, lemmas: Sequence[Bound] = ()
) -> Proof:
    """Try to prove all obligations at all shapes within a time.

    Args:
        todo: What must hold.
        seconds: For everything together.
        lemmas: Linked statements that hold; used where their hypotheses are met here.
    """
    deadline = time.monotonic() + seconds
    methods: dict[str, None] = {}
    shapes: dict[str, None] = {}
    conditions: dict[str, None] = {}
    general = True
    for obligation in todo:
        general = general and not _instantiated(obligation)
        for setting in settings(obligation):
            left = deadline - time.monotonic()
            if left <= 0:
                return Proof(missing=f"out of time at {setting.shape or 'the first case'}")
            try:
                verdict = decide(obligation, setting, left, lemmas)
            except UNABLE as error:
                return Proof(missing=f"{type(error).__name__}: {error}")
            except Unprovable as error:
                return Proof(missing=str(error))
            if isinstance(verdict, Counterexample):
                values = ", ".join(f"{name} = {value}" for name, value in verdict.values.items())
                return Proof(missing="refuted", refuted=values or "for all values")
            if verdict is None:
                return Proof(missing=f"undecided at {setting.shape or 'symbols'}")
            methods[f"{verdict.method}: {verdict.detail}" if verdict.detail else verdict.method] = None
            shapes[setting.shape] = None
            for fact in verdict.conditions:
                conditions[f"{fact.left} {fact.sign} {fact.right}"] = None
    if conditions:
        return Proof(missing=f"only where {', '.join(conditions)}", conditions=tuple(conditions))
    kinds = dict.fromkeys(method.split(":")[0] for method in methods)
    first = next(iter(methods), "nothing to prove")
    words = ", ".join(kinds)
    detail = first.partition(": ")[2][:300]
    return Proof(f"{words} ({detail})" if detail else words, tuple(s for s in shapes if s), general)


def _instantiated(obligation: Obligation) -> bool:
    """Whether a proof fixes something that the statement leaves open."""
    names = set(dimensions_of(obligation.scope))
    used = {p.name for p in walk(obligation.statement) if isinstance(p, Symbol)}
    axes = {
        axis
        for name in used
        if name in obligation.scope.declared
        for axis in obligation.scope.declared[name].shape
    }
    open_integer = any(
        isinstance(a.statement, Member)
        and isinstance(a.statement.region, Integers)
        and a.statement.region.high is None
        for a in obligation.scope.assumed
    )
    return bool(names & (axes | used)) or open_integer or any(
        isinstance(p, tree.Pattern | tree.Identity | tree.Constants) for p in walk(obligation.statement)
    )


def settings(obligation: Obligation) -> Iterator[Setting]:
    """Symbols and facts at every shape, for every value of indices, finite and infinite orders."""
    from qedeck.evidence.falsify import shapes_for

    scope = obligation.scope
    fixed = {name for name, _ in obligation.fixed}
    for sizes in shapes_for(obligation, PROVED_SIZES):
        combinations = [
            {n: v for n, v in indices.items() if n not in fixed}
            for indices in integers_of(scope, sizes)
        ]
        unique = [dict(items) for items in dict.fromkeys(tuple(c.items()) for c in combinations)]
        for indices in unique[:MAX_CASES]:
            for infinite in infinities(scope):
                made = setting(obligation, sizes, indices, infinite)
                if made is not None:
                    yield made


def infinities(scope: Scope) -> list[frozenset[str]]:
    """Which orders to set to infinity: none, and each symbol that may be infinite."""
    able = []
    for assumed in scope.assumed:
        match assumed.statement:
            case Relation(terms, signs) if Constant("infinity") in terms:
                at = terms.index(Constant("infinity"))
                if at and signs[at - 1] == "<=" and isinstance(terms[at - 1], Symbol):
                    able.append(terms[at - 1].name)  # type: ignore[attr-defined]
            case Member(Symbol(name), Interval(_, Constant("infinity"), _, True)):
                able.append(name)
    return [frozenset(), *(frozenset({name}) for name in able)]


def setting(
    obligation: Obligation,
    sizes: Mapping[str, int],
    indices: Mapping[str, int],
    infinite: frozenset[str],
) -> Setting | None:
    """Symbols for everything declared, and what is assumed of them; None if nothing can meet it."""
    ring = SymbolicRing()
    scope = obligation.scope
    values: dict[str, Value[Any]] = {}
    fixed = dict(obligation.fixed)
    integers = dict(indices)
    for declared in scope.declared.values():
        if declared.kind not in ("real", "random", "permutation") or declared.name in fixed:
            continue
        if declared.kind != "real":
            raise Unsupported(f"{declared.kind} symbols are not proved about")
        if declared.name in infinite:
            values[declared.name] = ring.constant("infinity")
            continue
        sign = sign_of(declared.name, scope)
        shape = tuple(a if isinstance(a, int) else sizes.get(a, 1) for a in declared.shape)
        values[declared.name] = symbols(ring, declared.name, shape, sign)
    environment = Environment[Any](values, dict(sizes), integers, {}, scope.defined)
    for name, expr in fixed.items():
        value = evaluate(expr, environment, ring)
        if scope.declared.get(name) is not None and scope.declared[name].kind == "integer":
            if not getattr(value, "is_Integer", False):
                raise Unsupported("an index that depends on the values")
            environment = replace(environment, indices={**environment.indices, name: int(value)})
        else:
            environment = replace(environment, values={**environment.values, name: value})
    facts: list[Fact] = []
    for assumed in scope.assumed:
        if assumed.statement is not None:
            facts.extend(facts_of(assumed.statement, environment, ring))
    words = [f"{n} = {v}" for n, v in {**sizes, **indices}.items()]
    words += [f"{name} = \\infty" for name in sorted(infinite)]
    kept = tuple(fact for fact in facts if not _trivial(fact))
    return None if any(_absurd(fact) for fact in kept) else Setting(environment, kept, ", ".join(words))


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
    for assumed in scope.assumed:
        match assumed.statement:
            case Member(Symbol(symbol), Space(_, sign)) if symbol == name and sign != "any":
                return sign
    for below, sign, above in links(scope):
        if isinstance(above, Symbol) and above.name == name and isinstance(below, Number):
            if below.value > 0 or (below.value == 0 and sign == "<"):
                return "positive"
            if below.value == 0:
                found = "nonnegative"
    return found


def facts_of(statement: Statement, environment: Environment[Any], ring: SymbolicRing) -> list[Fact]:
    """What an assumption says, as relations of scalars; nothing where it cannot be said so."""
    try:
        formula = formula_of(statement, environment, ring)
    except (Unprovable, *UNABLE):
        return []
    if isinstance(formula, Or) and all(isinstance(p, Rel) and p.sign == "!=" for p in formula.parts):
        # Two vectors differ where the squared distance is positive.
        gaps = [(p.left - p.right) ** 2 for p in formula.parts if isinstance(p, Rel)]
        return [Fact(ring.total(gaps), ">", ring.number(Fraction(0)))]
    parts = formula.parts if isinstance(formula, And) else (formula,)
    return [Fact(p.left, p.sign, p.right) for p in parts if isinstance(p, Rel)]


def _trivial(fact: Fact) -> bool:
    """Facts that say nothing: `p < oo`, and what symbols already say."""
    import sympy

    if sympy.oo in (fact.left, fact.right) or -sympy.oo in (fact.left, fact.right):
        return not _absurd(fact)
    return not fact.left.free_symbols and not fact.right.free_symbols and not _absurd(fact)


def _absurd(fact: Fact) -> bool:
    """A fact between numbers that is false."""
    import sympy

    if fact.left.free_symbols or fact.right.free_symbols:
        return False
    relations: dict[str, Any] = {
        "=": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge,
    }  # fmt: skip
    return bool(relations[fact.sign](fact.left, fact.right) == False)  # noqa: E712


# Statements as formulas of the prover


def decide(
    obligation: Obligation, where: Setting, seconds: float, lemmas: Sequence[Bound] = ()
) -> Certificate | Counterexample | None:
    """The prover's verdict on an obligation in one setting; without lemmas first."""
    statement = obligation.statement
    ring = SymbolicRing()
    if any(isinstance(part, Limit) for part in walk(statement)):
        return limit(obligation, where, ring, lemmas)
    formula = formula_of(statement, where.environment, ring)
    share = seconds / 2 if lemmas else seconds
    verdict = _decided(formula, where.facts, min(share, 12.0))
    if verdict is not None or not lemmas:
        return verdict
    from qedeck.evidence.lemmas import usable

    more = [fact for lemma in lemmas for fact in usable(lemma, obligation.scope, where)]
    if not more:
        return None
    found = _decided(formula, (*where.facts, *more), min(share, 12.0))
    if isinstance(found, Certificate):
        return replace(found, method=f"{found.method}, with a linked claim")
    return None


def _decided(
    formula: Formula, facts: tuple[Fact, ...], seconds: float
) -> Certificate | Counterexample | None:
    if isinstance(formula, Rel):
        return prove(Goal(formula.left, formula.sign, formula.right, facts), seconds=seconds)
    if isinstance(formula, And) and all(isinstance(part, Rel) for part in formula.parts):
        found = None
        share = seconds / max(1, len(formula.parts))
        for part in formula.parts:
            verdict = _decided(part, facts, max(share, 1.0))
            if not isinstance(verdict, Certificate):
                return verdict
            found = found or verdict
        return found or Certificate("nothing to prove", "")
    if isinstance(formula, Implies) and isinstance(formula.antecedent, Rel | And):
        given = formula.antecedent.parts if isinstance(formula.antecedent, And) else (formula.antecedent,)
        if all(isinstance(part, Rel) for part in given):
            new = tuple(Fact(p.left, p.sign, p.right) for p in given if isinstance(p, Rel))
            return _decided(formula.consequent, (*facts, *new), seconds)
    if isinstance(formula, Implies) and isinstance(formula.antecedent, Or):
        cases = [Implies(part, formula.consequent) for part in formula.antecedent.parts]
        return _decided(And(tuple(cases)), facts, seconds) if len(cases) == 1 else _cases(
            cases, facts, seconds
        )
    return prove_statement(formula, facts, seconds=seconds)


def _cases(
    cases: list[Implies], facts: tuple[Fact, ...], seconds: float
) -> Certificate | Counterexample | None:
    found = None
    for case in cases:
        verdict = _decided(case, facts, seconds / len(cases))
        if not isinstance(verdict, Certificate):
            return verdict
        found = verdict
    return found


def formula_of(statement: Statement, environment: Environment[Any], ring: SymbolicRing) -> Formula:
    """A statement over scalars.

    Raises:
        Unprovable: for statements that no rule turns into relations.
    """
    match statement:
        case Relation(_, signs):
            if any(sign in (">>", ">>=") for sign in signs):
                raise Unprovable("a matrix order")
            relations = [
                _related(link.left, str(link.sign), link.right)
                for link in sides(statement, environment, ring)
            ]
            return relations[0] if len(relations) == 1 else And(tuple(relations))
        case tree.Implies(given, then):
            return Implies(
                formula_of(given, environment, ring), formula_of(then, environment, ring)
            )
        case tree.Iff(left, right):
            return Iff(formula_of(left, environment, ring), formula_of(right, environment, ring))
        case tree.Both(parts):
            return And(tuple(formula_of(part, environment, ring) for part in parts))
        case tree.Restricted(inner, condition):
            return Implies(
                formula_of(condition, environment, ring), formula_of(inner, environment, ring)
            )
        case Member():
            return _membership(statement, environment, ring)
        case _:
            raise Unprovable(f"{type(statement).__name__} statements are not proved about")


def _related(left: Value[Any], sign: str, right: Value[Any]) -> Formula:
    """A relation between scalars, or between arrays entry by entry."""
    if isinstance(left, Array) != isinstance(right, Array):
        raise Unprovable("a scalar beside an array")
    if not isinstance(left, Array) or not isinstance(right, Array):
        return Rel(left, sign, right)
    entries = tuple(
        Rel(a, sign, b) for a, b in zip(left.entries, right.entries, strict=True)
    )
    if len(entries) == 1:
        return entries[0]
    return Or(entries) if sign == "!=" else And(entries)


def _membership(statement: Member, environment: Environment[Any], ring: SymbolicRing) -> Formula:
    value = evaluate(statement.element, environment, ring)
    parts: tuple[Formula, ...] = value.entries if isinstance(value, Array) else (value,)
    match statement.region:
        case Interval(low, high, closed_low, closed_high):
            ends = [evaluate(end, environment, ring) for end in (low, high)]
            return And((
                Rel(ends[0], "<=" if closed_low else "<", value),
                Rel(value, "<=" if closed_high else "<", ends[1]),
            ))  # fmt: skip
        case Space(_, "any") | Integers():
            return And(())
        case Space(_, sign):
            zero = ring.number(Fraction(0))
            return And(tuple(Rel(part, ">" if sign == "positive" else ">=", zero) for part in parts))
        case Listing(elements):
            options = tuple(Rel(value, "=", evaluate(e, environment, ring)) for e in elements)
            return options[0] if len(options) == 1 else Or(options)
        case _:
            raise Unprovable(f"{type(statement.region).__name__} as a set")


# Limits


def limit(
    obligation: Obligation, where: Setting, ring: SymbolicRing, lemmas: Sequence[Bound]
) -> Certificate | None:
    """A limit by rule, or squeezed between the sides of a linked chain."""
    match obligation.statement:
        case Relation((Limit() as taken, value), ("=",)):
            pass
        case _:
            raise Unprovable("a limit that is not one side of an equation")
    variable = ring.symbol(taken.variable, **_positive(taken, obligation.scope))
    values = {**where.environment.values, taken.variable: variable}
    inside = replace(where.environment, values=values)
    target = evaluate(taken.target, inside, ring)
    wanted = evaluate(value, where.environment, ring)
    facts = where.facts
    squeezed = _squeezed(taken, inside, ring, lemmas, obligation.scope)
    for lower, upper in squeezed:
        low = limit_is(lower, variable, target, wanted, facts)
        high = limit_is(upper, variable, target, wanted, facts)
        if low is not None and high is not None:
            return Certificate("squeeze between a linked chain", high.detail)
    body = evaluate(taken.body, inside, ring)
    if isinstance(body, Array) or isinstance(wanted, Array):
        raise Unprovable("a limit of arrays")
    return limit_is(body, variable, target, wanted, facts)


def _positive(taken: Limit, scope: Scope) -> dict[str, bool]:
    """Near its limit point a variable is positive at infinity and to the right of zero."""
    declared = sign_of(taken.variable, scope) == "positive"
    far = taken.target == Constant("infinity")
    return {"positive": True} if declared or far or taken.side == 1 else {}


def _squeezed(
    taken: Limit,
    inside: Environment[Any],
    ring: SymbolicRing,
    lemmas: Sequence[Bound],
    scope: Scope,
) -> Iterator[tuple[Any, Any]]:
    """Bounds of the body that linked chains state: lower and upper expressions."""
    for lemma in lemmas:
        match lemma.statement:
            case Relation((lower, middle, upper), ("<=", "<=")) if middle == taken.body:
                if set(scope.declared) >= set(lemma.scope.declared) - {taken.variable}:
                    yield evaluate(lower, inside, ring), evaluate(upper, inside, ring)


