"""Values of indices that stand for all others: what treats the entries of an axis alike.

Where a statement speaks of entries only through free indices and over whole axes, another order
of the entries of all axes of one length makes of it the same statement in other symbols. So it is
enough to prove it for one of the assignments that differ by such an order: for `i = j` and for
`i \\ne j`, say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations, product

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.shapes import size_of, some_integers
from qedeck.formula.reading.shapes import ShapeError, shape_of
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Basis,
    Big,
    Dimension,
    Every,
    Item,
    Listing,
    Matrix,
    Node,
    Number,
    Pattern,
    Permutations,
    Range,
    Relation,
    Symbol,
    Vector,
    children,
)
from qedeck.formula.values import Array, T

PLACED = (Pattern, Vector, Matrix, Listing, Permutations)
"""What tells entries of an axis apart by their places."""
Axes = Mapping[str, Dimension]
"""The axis of each index."""


def representatives(
    scope: Scope, sizes: Mapping[str, int], assignments: Sequence[dict[str, int]]
) -> list[dict[str, int]]:
    """One of the assignments of free indices from each set of those that differ by an order.

    They stand for the others where an obligation treats the entries of each axis alike.
    """
    lengths = {
        name: size_of(declared.shape[0], sizes)
        for name, declared in scope.declared.items()
        if declared.kind == "index" and declared.shape
    }
    found: dict[tuple[tuple[str, int], ...], dict[str, int]] = {}
    for assignment in assignments:
        found.setdefault(_relabelled(assignment, lengths), assignment)
    return list(found.values())


def some_patterns(
    scope: Scope, sizes: Mapping[str, int], fixed: set[str], most: int
) -> list[dict[str, int]]:
    """As `some_integers`, of representatives alone: indices that are one, and that differ."""
    lengths = {name: size_of(axis, sizes) for name, axis in _declared(scope).items()}
    kinds: dict[int, list[str]] = {}
    for name, length in lengths.items():
        if name not in fixed:
            kinds.setdefault(length, []).append(name)
    rest = some_integers(scope, sizes, fixed | lengths.keys(), most)
    orders = [_partitions(len(names), length) for length, names in kinds.items()]
    names = [name for group in kinds.values() for name in group]
    found = [
        {**dict(zip(names, (n for part in parts for n in part), strict=True)), **other}
        for parts in product(*orders)
        for other in rest
    ]
    if len(found) <= most:
        return found
    # The first has all indices equal, the last as many different ones as there can be.
    inner = np.random.default_rng(0).permutation(range(1, len(found) - 1))[: most - 2]
    return [found[k] for k in (0, *sorted(inner), len(found) - 1)]


def _partitions(count: int, most: int) -> list[tuple[int, ...]]:
    """Numbers for some indices, each new one the next: what of them is one, and what differs."""
    found: list[tuple[int, ...]] = [()]
    for _ in range(count):
        found = [(*f, n) for f in found for n in range(1, min(max(f, default=0) + 1, most) + 1)]
    return found


def _relabelled(
    assignment: Mapping[str, int], lengths: Mapping[str, int]
) -> tuple[tuple[str, int], ...]:
    """The assignment with the values on axes of each length numbered as they come."""
    numbers: dict[tuple[int, int], int] = {}
    counts: dict[int, int] = {}
    told = []
    for name, value in assignment.items():
        length = lengths.get(name)
        if length is None:
            told.append((name, value))
            continue
        if (length, value) not in numbers:
            counts[length] = counts.get(length, 0) + 1
            numbers[length, value] = counts[length]
        told.append((name, numbers[length, value]))
    return tuple(told)


def alike(obligation: Obligation) -> bool:
    """Whether an obligation treats the entries of each axis alike, as far as its form tells."""
    scope = obligation.scope
    if not _declared(scope):
        return False
    signed = any(forms.signs(s) or forms.permuting(s) for s in forms.assumed(scope))
    if scope.laws or signed:
        return False
    trees = [obligation.statement, *forms.assumed(scope), *(v for _, v in obligation.fixed)]
    axes = _declared(scope)
    return all(_even(tree, axes) for tree in trees) and all(
        _even(body, inside) for body, inside in _bodies(trees, scope, axes)
    )


def turnable(obligation: Obligation) -> bool:
    """Whether permutations and vectors of signs stand for all that differ by an order.

    Another order of the entries takes P to S P S^T and s to S s, and all other arrays to arrays of
    the same symbols in another order. So where a statement tells no entries apart, it says the
    same of both.
    """
    scope = obligation.scope
    if scope.laws or _declared(scope) or any(d.kind == "integer" for d in scope.declared.values()):
        return False
    # All permutations are as many, in another order.
    given = [one for one in forms.assumed(scope) if not forms.permuting(one)]
    trees = [obligation.statement, *given, *(value for _, value in obligation.fixed)]
    return all(_even(tree, {}) for tree in trees) and all(
        _even(body, inside) for body, inside in _bodies(trees, scope, {})
    )


def turned(chosen: Sequence[Mapping[str, Array[T]]]) -> list[Mapping[str, Array[T]]]:
    """One of the choices of vectors and square matrices from each set that differs by an order."""
    lengths = {length for one in chosen for array in one.values() for length in array.shape}
    if len(lengths) != 1:
        return list(chosen)
    orders = list(permutations(range(lengths.pop())))
    found: dict[tuple[tuple[str, tuple[T, ...]], ...], Mapping[str, Array[T]]] = {}
    for one in chosen:
        images = (_in_order(one, order) for order in orders)
        found.setdefault(min(images, key=str), one)
    return list(found.values())


def _in_order(
    chosen: Mapping[str, Array[T]], order: Sequence[int]
) -> tuple[tuple[str, tuple[T, ...]], ...]:
    """The entries of arrays with all axes in another order."""
    size = len(order)
    return tuple(
        (
            name,
            tuple(
                array.entries[sum(k * size**p for p, k in enumerate(reversed(place)))]
                for place in product(order, repeat=len(array.shape))
            ),
        )
        for name, array in chosen.items()
    )


def _declared(scope: Scope) -> dict[str, Dimension]:
    return {n: d.shape[0] for n, d in scope.declared.items() if d.kind == "index" and d.shape}


def _bodies(trees: Sequence[Node], scope: Scope, axes: Axes) -> Iterator[tuple[Node, Axes]]:
    """The right sides of all definitions that trees depend on, with the axes of their indices."""
    left = [(tree, scope, axes) for tree in trees]
    seen: set[tuple[str, int]] = set()
    while left:
        tree, known, outer = left.pop()
        for name in forms.names_in(tree) & known.defined.keys():
            defined = known.defined[name]
            if (name, id(defined)) in seen:
                continue
            seen.add((name, id(defined)))
            inner = defined.scope or known
            inside = {**outer, **_declared(inner)}
            inside.update(zip(defined.indices, defined.shape, strict=False))
            # A recursion counts its index; anything unknown is told by an axis that fits nothing.
            if defined.recursive:
                inside.update(dict.fromkeys(defined.indices, -1))
            yield defined.body, inside
            left.append((defined.body, _around(inner, known), inside))


def _around(inner: Scope, outer: Scope) -> Scope:
    """The scope of a definition, with the definitions around it."""
    return Scope(inner.declared, inner.assumed, inner.laws, {**outer.defined, **inner.defined})


def _even(node: Node, axes: Axes) -> bool:
    """Whether indices of a tree only pick entries of their own axes and are compared for being one.

    Args:
        node: The tree.
        axes: The axis of each index that may occur.
    """
    match node:
        case Symbol(name):
            return name not in axes
        case Item(of, indices):
            try:
                along = shape_of(of)
            except ShapeError:
                return False
            if len(indices) > len(along):
                return False
            fits = all(
                isinstance(index, Symbol) and axes.get(index.name, -2) == axis
                for index, axis in zip(indices, along, strict=False)
            )
            return fits and _even(of, axes)
        case Basis(Symbol(name), size):
            return axes.get(name, -2) == size
        case Relation(terms, signs) if any(_index(term, axes) for term in terms):
            compared = {axes[t.name] for t in terms if isinstance(t, Symbol) and t.name in axes}
            return (
                all(_index(term, axes) for term in terms)
                and all(sign in ("=", "!=") for sign in signs)
                and len(compared) == 1
            )
        case Big(_, ranges):
            inside = dict(axes)
            for run in ranges:
                if not _whole(run):
                    return False
                inside[run.index] = _length(run)
            return all(
                _even(part, inside) for part in children(node) if not isinstance(part, Range)
            )
        case Basis() | Every():
            return False
        case _:
            return not isinstance(node, PLACED) and all(_even(c, axes) for c in children(node))


def _index(term: Node, axes: Axes) -> bool:
    return isinstance(term, Symbol) and term.name in axes


def _whole(run: Range) -> bool:
    """Whether an index runs over a whole axis."""
    first = isinstance(run.low, Number) and run.low.value == 1
    return first and isinstance(run.high, Symbol | Number)


def _length(run: Range) -> Dimension:
    match run.high:
        case Symbol(name):
            return name
        case Number(value):
            return int(value)
        case _:
            return -1
