"""Symbols that links bring in and that a callout does not speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qedeck.formula.scope import Assumed, Bound, Defined, Law, Scope, dimensions
from qedeck.formula.tree import Apply, Node, Symbol, walk


def without_unused(bound: Bound, brought: Scope) -> Bound:
    """The callout without linked symbols that it does not reach, and what is assumed of them.

    The arguments of a linked function are such symbols: its definition keeps what it asks of them.
    """
    kept = _reached(bound, brought)
    gone = {name for name in brought.declared if name not in kept}
    if not gone:
        return bound

    def pruned(scope: Scope) -> Scope:
        return replace(
            scope,
            declared={name: d for name, d in scope.declared.items() if name not in gone},
            assumed=tuple(one for one in scope.assumed if not _symbols(one, scope) & gone),
            laws=tuple(law for law in scope.laws if not gone.intersection(law.symbols)),
        )

    cases = tuple(replace(case, scope=pruned(case.scope)) for case in bound.equality)
    return replace(bound, scope=pruned(bound.scope), equality=cases)


def _reached(bound: Bound, brought: Scope) -> set[str]:
    """Names that the callout speaks of, and what is assumed of these together with others."""
    scope = bound.scope
    kept: set[str] = set()
    for node in _written(bound, brought):
        kept |= _names(node, scope)
    for one in scope.assumed:
        if one not in brought.assumed:
            kept |= _symbols(one, scope)
    for name, declared in scope.declared.items():
        if name not in brought.declared:
            kept |= {name, *(axis for axis in declared.shape if isinstance(axis, str))}
    sizes = {d.name for d in scope.declared.values() if d.kind == "dimension"}
    formal = {name for one in scope.defined.values() for name in one.arguments}
    formal &= brought.declared.keys()
    while True:
        grown = set(kept)
        for group in (_symbols(one, scope) for one in brought.assumed):
            # What a definition asks of its arguments is not asked of anything else.
            if group & kept - sizes and not group & formal - kept:
                grown |= group
        for law in brought.laws:
            if kept.intersection(law.symbols):
                grown |= {*law.symbols, *(n for p in _parameters(law) for n in _names(p, scope))}
        for name in kept & scope.declared.keys():
            grown |= {axis for axis in scope.declared[name].shape if isinstance(axis, str)}
        if grown == kept:
            return kept
        kept = grown


def _written(bound: Bound, brought: Scope) -> Iterator[Node]:
    """The formulas of the callout itself."""
    yield bound.statement
    for case in bound.equality:
        yield from (value for _, value in case.values)
        yield from case.conditions
    if bound.failure is not None:
        yield from (value for _, value in bound.failure.values)
    for one in bound.scope.assumed:
        if one.statement is not None and one not in brought.assumed:
            yield one.statement
    for law in bound.scope.laws:
        if law not in brought.laws:
            yield from _parameters(law)


def _parameters(law: Law) -> Iterator[Node]:
    yield from (part for part in (law.mean, law.variance) if part is not None)


def _names(node: Node, scope: Scope, entered: set[str] | None = None) -> set[str]:
    """Names in a tree, and free names in the definitions that it rests on."""
    parts = walk(node)
    here = {part.name for part in parts if isinstance(part, Symbol)} | dimensions(node)
    here |= {part.function for part in parts if isinstance(part, Apply)}
    if entered is None:
        entered = set()
    for name in sorted(here & scope.defined.keys() - entered):
        entered.add(name)
        defined = scope.defined[name]
        local = defined.scope if defined.arguments and defined.scope is not None else scope
        here |= _names(defined.body, local, entered) - _bound_by(defined)
        if defined.recursive:
            here |= {one for one in scope.declared if _starts(one, name)}
    return here


def _starts(name: str, family: str) -> bool:
    """Whether a symbol is the member of a family from which a recursion begins."""
    return name.startswith(f"{family}_") and name.removeprefix(f"{family}_").isdigit()


def _bound_by(defined: Defined) -> set[str]:
    """Arguments, parameters and indices of a definition, and the sizes of its arguments."""
    own = {*defined.arguments, *defined.parameters, *defined.indices}
    declared = defined.scope.declared if defined.scope is not None else {}
    axes = [axis for name in own & declared.keys() for axis in declared[name].shape]
    return {*own, *(axis for axis in axes if isinstance(axis, str))}


def _symbols(one: Assumed, scope: Scope) -> set[str]:
    """The symbols that an assumption is about, through what it abbreviates."""
    if one.statement is None:
        return set(one.symbols)
    found: set[str] = set()
    left: list[Node] = [one.statement]
    while left:
        parts = walk(left.pop())
        new = {part.name for part in parts if isinstance(part, Symbol)} - found
        found |= new
        families = [scope.defined[name] for name in new & scope.defined.keys()]
        left += [defined.body for defined in families if not defined.arguments]
    return found
