"""At how many sizes something must be proved before it counts as proved at shapes.

A proof at a few sizes says nothing of others. It is worth telling where it covers each of the
four least sizes that the hypotheses allow for each dimension, and some shape in which two
dimensions differ: what holds of squares alone is no law of matrices. Where nothing meets the
hypotheses nothing is shown: a larger size stands for such a one. A whole number that is the size
of nothing has no least values that would say anything of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product

from qedeck.evidence import forms
from qedeck.evidence.every import written_out
from qedeck.evidence.falsify import shapes_for, sizes_written
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.record import Shape
from qedeck.evidence.shapes import allowed, dimensions_of, integers_of, written
from qedeck.evidence.whole import listed
from qedeck.formula.scope import Scope
from qedeck.formula.tree import (
    Constants,
    Identity,
    Limit,
    Node,
    Pattern,
    children,
    walk,
)

SIZED = Pattern | Identity | Constants
"""What has a size that no symbol in it tells."""


def open_sizes(obligation: Obligation) -> tuple[str, ...]:
    """What a proof has to set to numbers: dimensions and whole numbers that the page leaves open.

    A size that the page sets, as `x = (1, 0)` does, is none of them, nor is a whole number all of
    whose values are tried at each size.
    """
    scope = obligation.scope
    whole_numbers = {d.name for d in scope.declared.values() if d.kind == "integer"}
    # That a number is whole says nothing of a statement in which it does not occur.
    told = [one for one in forms.assumed(scope) if not {*one.names} <= whole_numbers]
    said = [obligation.statement, *told, *(value for _, value in obligation.fixed)]
    used = set().union(*(reached(node, scope) for node in said))
    axes = {axis for name in used if name in scope.declared for axis in scope.declared[name].shape}
    sized = any(isinstance(part, SIZED) for node in said for part in walk(node))
    given = written(scope).keys() | sizes_written(obligation).keys()
    dimensions = [name for name in dimensions_of(scope) if sized or name in axes or name in used]
    fixed = {name for name, _ in obligation.fixed}
    whole = [
        declared.name
        for declared in scope.declared.values()
        if declared.kind == "integer"
        and declared.name in used - fixed
        and not listed(declared.name, scope)
    ]
    return tuple(name for name in (*dimensions, *whole) if name not in given)


def numbers_only(obligation: Obligation) -> tuple[str, ...]:
    """Of these, what is the size of nothing that the statement is about: `n` in `2^n > n`."""
    scope = obligation.scope
    open_ = open_sizes(obligation)
    said = [obligation.statement, *forms.assumed(scope), *(value for _, value in obligation.fixed)]
    if any(isinstance(part, SIZED) for node in said for part in walk(node)):
        return tuple(name for name in open_ if name not in dimensions_of(scope))
    used = set().union(*(reached(node, scope) for node in said))
    axes = {axis for name in used if name in scope.declared for axis in scope.declared[name].shape}
    return tuple(name for name in open_ if name not in axes)


def reached(node: Node, scope: Scope) -> set[str]:
    """Names that a statement depends on, through definitions; not the variables of its limits."""
    if not any(isinstance(part, Limit) for part in walk(node)):
        return forms.reached(node, scope)
    found = set().union(*(reached(child, scope) for child in children(node)))
    if isinstance(node, Limit):
        # The variable is bound; where its own name stands for something else, the target says so.
        return found - {node.variable} | reached(node.target, scope)
    for name in node.names.difference(*(child.names for child in children(node))):
        found.add(name)
        if name in scope.defined:
            found |= forms.reached(scope.defined[name].body, scope)
    return found


def shapes_to_prove(
    obligation: Obligation, lengths: Sequence[int], void: Sequence[Shape] = ()
) -> list[dict[str, int]]:
    """The shapes of a proof: those of a test, and what the floor asks for beside them.

    Args:
        obligation: What must hold.
        lengths: Of axes.
        void: Shapes, as far as sizes are open, of which it was found that nothing meets the
            hypotheses there. Where that is plain, or a free index has no value, it is found here.
    """

    def inhabited(shape: Mapping[str, int]) -> bool:
        known = any(one.items() <= shape.items() for one in void)
        return not known and _inhabited(obligation, shape)

    found = [one for one in shapes_for(obligation, lengths) if inhabited(one)]
    given = sizes_written(obligation)
    names = [n for n in dimensions_of(obligation.scope) if n in open_sizes(obligation)]
    for name, size in product(names, range(1, 2 * len(lengths) + 1)):
        known = {shape[name] for shape in found}
        if size in known or len(known) >= len(lengths):
            continue
        for other in range(1, 2 * len(lengths) + 1):
            equal = dict.fromkeys(dimensions_of(obligation.scope), other)
            shape = {**equal, name: size, **written(obligation.scope), **given}
            if allowed(obligation.scope, shape) and inhabited(shape):
                found.append(shape)
                break
    return found


def _inhabited(obligation: Obligation, shape: Mapping[str, int]) -> bool:
    """Whether each free index has a value, as `t \\in [T - 1]` has none at T = 1, and more."""
    from qedeck.evidence.settings import void

    scope = written_out(obligation.scope, shape)
    return next(integers_of(scope, shape), None) is not None and not void(obligation, shape)


def enough(
    obligation: Obligation,
    shapes: Sequence[Shape],
    lengths: Sequence[int],
    *,
    whole: bool = False,
    void: Sequence[Shape] = (),
) -> bool:
    """Whether the floor is met by a proof at these shapes.

    Args:
        obligation: What must hold.
        shapes: Where it is proved.
        lengths: How many sizes are asked for, as that many lengths.
        whole: Whether as many values of a whole number do as well, where others were tried.
        void: Shapes at which nothing meets the hypotheses; they count for nothing.
    """
    names = open_sizes(obligation)
    if numbers_only(obligation) and not whole:
        return False
    dimensions = [name for name in names if name in dimensions_of(obligation.scope)]
    asked = shapes_to_prove(obligation, lengths, void)
    for name in names:
        known = {shape[name] for shape in shapes if name in shape}
        wanted = sorted({shape[name] for shape in asked if name in shape})[: len(lengths)]
        if not known >= set(wanted) or (name not in dimensions and len(known) < len(lengths)):
            return False
    return bool(asked) and all(
        _unequal(shapes, a, b) or not _unequal(asked, a, b) for a, b in combinations(dimensions, 2)
    )


def _unequal(shapes: Sequence[Shape], a: str, b: str) -> bool:
    return any(shape.get(a) != shape.get(b) for shape in shapes)
