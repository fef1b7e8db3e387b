"""Linked statements at expressions: what their symbols must be for a part to occur here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from itertools import islice, product
from typing import Any

from qedeck.evidence.forms import names_in, reached
from qedeck.evidence.links import single_links
from qedeck.formula.reading.shapes import ShapeError, shape_of
from qedeck.formula.scope import Assumed, Bound, Declared, Defined, Scope, in_force, random_names
from qedeck.formula.substitution import Unsubstitutable, expanded, substituted
from qedeck.formula.tree import (
    Apply,
    Call,
    Expr,
    Negative,
    Power,
    Product,
    Statement,
    Sum,
    Symbol,
    walk,
)

MOST = 16
Values = dict[str, Expr]


def inlined(lemma: Bound, scope: Scope) -> Bound:
    """The lemma with its abbreviations written out, and without symbols that it then leaves.

    Raises:
        Unsubstitutable: where one has no single expression.
    """
    own = {
        name
        for name, defined in in_force(lemma.scope).items()
        if scope.defined.get(name) != defined and _abbreviates(defined, lemma.scope)
    }

    def written(statement: Statement) -> Statement:
        return expanded(statement, in_force(lemma.scope), own, random=random_names(lemma.scope))

    if own:
        lemma = _mapped(lemma, written, lemma.scope.assumed)
    spoken = reached(lemma.statement, lemma.scope)
    for assumed in lemma.scope.assumed:
        if assumed.statement is not None:
            spoken |= reached(assumed.statement, lemma.scope)
    kept = {
        name: declared
        for name, declared in lemma.scope.declared.items()
        if name in spoken or declared.kind not in ("real", "function")
    }
    rest = {n: d for n, d in lemma.scope.defined.items() if n in spoken}
    return replace(lemma, scope=replace(lemma.scope, declared=kept, defined=rest))


def _abbreviates(defined: Defined, scope: Scope) -> bool:
    """Whether a definition is of the statement's own symbols."""
    if defined.recursive or defined.indices or defined.parameters:
        return False
    inside = defined.scope.declared if defined.scope is not None else {}
    return all(
        scope.declared.get(name) == declared
        for name, declared in inside.items()
        if name not in defined.arguments
    )


def matched(lemma: Bound, scope: Scope, statement: Statement) -> Iterator[Bound]:
    """The lemma at expressions that make a part of it a part of a statement."""
    free = {
        name: declared for name, declared in lemma.scope.declared.items() if declared.kind == "real"
    }
    rest = [d for d in lemma.scope.declared.values() if d.kind in ("function", "random")]
    if any(scope.declared.get(d.name) != d for d in rest):
        return
    seen: list[Values] = []
    for pattern in _patterns(lemma.statement, free.keys()):
        for target in walk(statement):
            values: Values = {}
            if not unified(pattern, target, free, values) or values in seen:
                continue
            left = free.keys() - values.keys()
            if any(scope.declared.get(name) != free[name] for name in left):
                continue
            seen.append(values)
            if any(value != Symbol(name, free[name].shape) for name, value in values.items()):
                yield from at_values(lemma, scope, values)
            if len(seen) >= MOST:
                return


def combined(lemma: Bound, scope: Scope, statement: Statement) -> Iterator[Bound]:
    """The lemma with its vectors at vectors of a statement, where all norms of it then occur."""
    free = {n: d for n, d in lemma.scope.declared.items() if d.kind == "real" and len(d.shape) == 1}
    rest = [d for n, d in lemma.scope.declared.items() if n not in free]
    if not free or any(scope.declared.get(d.name) != d for d in rest):
        return
    sized = _measured(statement)
    shapes = {d.shape for d in free.values()}
    if len(shapes) > 1 or not sized:
        return
    vectors = [v for v in sized if _fits(next(iter(free.values())), v)]
    vectors += [turned for v in vectors if (turned := _opposite(v)) is not None]
    known = {_flat(v) for v in vectors}
    for chosen in islice(product(vectors, repeat=len(free)), MOST**2):
        values: Values = dict(zip(free, chosen, strict=True))
        for found in at_values(lemma, scope, values):
            if known.issuperset(map(_flat, _measured(found.statement))):
                yield found


def _measured(statement: Statement) -> list[Expr]:
    """The vectors under norms."""
    parts = [p for p in walk(statement) if isinstance(p, Call) and p.function == "norm"]
    return list(dict.fromkeys(part.arguments[0] for part in parts))


def _opposite(vector: Expr) -> Expr | None:
    """The negative of a difference, as a difference."""
    match vector:
        case Sum((first, Negative(second))):
            return Sum((second, Negative(first)))
        case _:
            return None


def _flat(vector: Expr) -> frozenset[tuple[Expr, int]]:
    """A vector as a sum of terms, up to order and its sign."""
    counts: dict[Expr, int] = {}

    def add(part: Expr, sign: int) -> None:
        match part:
            case Sum(terms):
                for term in terms:
                    add(term, sign)
            case Negative(inner):
                add(inner, -sign)
            case _:
                counts[part] = counts.get(part, 0) + sign

    add(vector, 1)
    terms = frozenset((part, count) for part, count in counts.items() if count)
    return max(terms, frozenset((part, -count) for part, count in terms), key=repr)


def _patterns(statement: Statement, free: AbstractSet[str]) -> list[Expr]:
    """The parts of a lemma by which it is recognised: those with the most of its symbols."""
    found: dict[Expr, int] = {}
    for link in single_links(statement):
        for part in walk(link):
            if isinstance(part, Call | Apply | Power):
                found[part] = len(names_in(part) & free)
    most = max(found.values(), default=0)
    return [part for part, count in found.items() if count == most]


def unified(pattern: Any, target: Any, free: Mapping[str, Declared], values: Values) -> bool:
    """Whether a pattern becomes a tree; the values of its free symbols are added."""
    if isinstance(pattern, Symbol) and pattern.name in free:
        if not isinstance(target, Expr) or not _fits(free[pattern.name], target):
            return False
        return values.setdefault(pattern.name, target) == target
    if type(pattern) is not type(target):
        return False
    if isinstance(pattern, tuple):
        return len(pattern) == len(target) and all(
            unified(a, b, free, values) for a, b in zip(pattern, target, strict=True)
        )
    if isinstance(pattern, Product) and len(pattern.factors) == 2 < len(target.factors):
        first, *others = target.factors
        split = (first, Product(tuple(others)))
        return unified(pattern.factors, split, free, values)
    if is_dataclass(pattern) and not isinstance(pattern, type):
        return all(
            unified(getattr(pattern, f.name), getattr(target, f.name), free, values)
            for f in fields(pattern)
        )
    return bool(pattern == target)


def _fits(declared: Declared, target: Expr) -> bool:
    try:
        return shape_of(target) == declared.shape
    except ShapeError:
        return False


def at_values(lemma: Bound, scope: Scope, values: Mapping[str, Expr]) -> Iterator[Bound]:
    """The lemma with symbols replaced, if it says something there.

    What was assumed of a symbol stays an assumption on its value; what was said of it in words can
    be said of another symbol only.
    """
    said: list[Assumed] = []
    for one in lemma.scope.assumed:
        new = [values.get(name, Symbol(name)) for name in one.symbols]
        if not all(isinstance(value, Symbol) for value in new):
            return
        said.append(replace(one, symbols=tuple(v.name for v in new if isinstance(v, Symbol))))
    random = random_names(lemma.scope) | random_names(scope)
    definitions = {**in_force(scope), **in_force(lemma.scope)}

    def put(statement: Statement) -> Statement:
        return substituted(statement, values, definitions=definitions, random=random)

    try:
        found = _mapped(lemma, put, said)
    except Unsubstitutable:
        return
    declared = {n: d for n, d in lemma.scope.declared.items() if n not in values}
    yield replace(found, scope=replace(found.scope, declared=declared))


def _mapped(
    lemma: Bound, change: Callable[[Statement], Statement], said: Iterable[Assumed]
) -> Bound:
    """The lemma with its statement and assumptions changed."""
    assumed = tuple(
        one if one.statement is None else replace(one, statement=change(one.statement))
        for one in said
    )
    scope = replace(lemma.scope, assumed=assumed)
    return replace(lemma, scope=scope, statement=change(lemma.statement))
