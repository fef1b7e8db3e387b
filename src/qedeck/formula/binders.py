"""Big operators over integer indices, and integrals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from math import prod

from qedeck.formula import arrays
from qedeck.formula.interpreter import MOST_STEPS, Evaluation, Frame
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.rings.ring import TooLarge, Undefined, Unsupported, Verdict
from qedeck.formula.tree import Big, Call, Integral, Node, Range, Truth, walk
from qedeck.formula.values import Array, T, Value, mapped, scalar

MOST_PARTS = 20_000
"""Parts of one sum or product; more take too much memory."""


def big(run: Evaluation[T], node: Big, frame: Frame[T]) -> Value[T]:
    """The value of a big operator; empty sums are 0 and empty products 1."""
    if node.operator in ("argmax", "argmin"):
        return _place(run, node, frame)
    parts = []
    for inside, verdict in _steps(run, node, frame):
        value = run.value(node.body, inside)
        parts.append(value if verdict is None else _guarded(run, node, verdict, value))
        if len(parts) > MOST_PARTS:
            raise TooLarge(f"a {node.operator} of more than {MOST_PARTS} parts")
    if node.operator == "sum":
        return arrays.added(run.ring, parts) if parts else _nothing(run, node, frame)
    if node.operator == "prod":
        return arrays.multiplied(run.ring, parts) if parts else run.ring.whole(1)
    if not parts:
        raise Undefined("an extremum over nothing")
    operation = run.ring.maximum if node.operator == "max" else run.ring.minimum
    return reduce(operation, [scalar(part) for part in parts])


def _nothing(run: Evaluation[T], node: Big, frame: Frame[T]) -> Value[T]:
    """The sum over nothing: 0 in the shape of the body."""
    axes = tuple(run.size(axis, frame) for axis in shape_of(node.body))
    zero = run.ring.whole(0)
    count = 1
    for axis in axes:
        count *= axis
    return Array(axes, (zero,) * count) if axes else zero


def _steps(
    run: Evaluation[T], node: Big, frame: Frame[T]
) -> Iterator[tuple[Frame[T], Verdict | None]]:
    """The steps of a loop; with a verdict where instances differ in the condition."""
    around = prod(run.lengths.get(name, 1) for name in node.names & frame.bound)
    for inside in _loop(run, node.ranges, frame, around):
        if node.condition is None:
            yield inside, None
            continue
        verdict = run.truth(node.condition, inside)
        if verdict.decided is None:
            yield inside, verdict
        elif verdict.decided:
            yield inside, None


def _loop(
    run: Evaluation[T], ranges: tuple[Range, ...], frame: Frame[T], around: int
) -> Iterator[Frame[T]]:
    """The frames of a loop, which is entered so many times."""
    if not ranges:
        run.step()
        yield frame
        return
    first, rest = ranges[0], ranges[1:]
    low, high = run.bound(first.low, frame), run.bound(first.high, frame)
    many = around * max(high + 1 - low, 0)
    if many > MOST_STEPS:
        raise TooLarge(f"loops of {many:,} steps, more than {MOST_STEPS:,}")
    run.lengths[first.index] = high + 1 - low
    for index in range(low, high + 1):
        inside = frame.bind({first.index: index})
        if rest:
            yield from _loop(run, rest, inside, many)
        else:
            run.step()
            yield inside


def _guarded(run: Evaluation[T], node: Big, verdict: Verdict, value: Value[T]) -> Value[T]:
    """The value where a condition holds, else what leaves the total as it is."""
    ring = run.ring
    if node.operator in ("sum", "prod"):
        idle = ring.whole(0 if node.operator == "sum" else 1)
    else:
        idle = ring.constant("infinity")
        idle = ring.neg(idle) if node.operator == "max" else idle
    if isinstance(value, Array) and node.operator == "prod":
        raise Unsupported("a product of matrices under a condition on values")
    return mapped(lambda entry: ring.chosen(verdict, entry, idle), value)


def _place(run: Evaluation[T], node: Big, frame: Frame[T]) -> Value[T]:
    """The first index at which the body is largest or smallest."""
    ring = run.ring
    if len(node.ranges) != 1:
        raise Unsupported("an arg max over several indices")
    best: T | None = None
    place = ring.whole(0)
    largest = node.operator == "argmax"
    for inside, verdict in _steps(run, node, frame):
        if verdict is not None:
            raise Unsupported("an arg max under a condition on values")
        value = run.scalar(node.body, inside)
        here = ring.whole(inside.environment.indices[node.ranges[0].index])
        if best is None:
            best, place = value, here
            continue
        better = ring.compare(value, ">" if largest else "<", best)
        place = ring.select(better, here, place)
        best = ring.maximum(best, value) if largest else ring.minimum(best, value)
    if best is None:
        raise Undefined("an extremum over nothing")
    return place


def integral(run: Evaluation[T], node: Integral, frame: Frame[T]) -> Value[T]:
    """The integral, in rings that have one."""
    made = getattr(run.ring, "integral", None)
    if made is None:
        raise Unsupported(f"Integral in the ring of {run.ring.name}")
    low, high = run.scalar(node.low, frame), run.scalar(node.high, frame)

    def body(point: T) -> T:
        run.step()
        return run.scalar(node.body, frame.assign({node.variable: point}))

    result: T = made(low, high, body, smooth=not _bends(node.body, frame, set()))
    return result


def _bends(node: Node, frame: Frame[T], entered: set[str]) -> bool:
    """Whether a tree, or a definition that it uses, may bend or jump."""
    for part in walk(node):
        match part:
            case Truth():
                return True
            case Call("abs" | "sgn" | "max" | "min" | "positive" | "norm" | "frobenius"):
                return True
            case Big("max" | "min" | "argmax" | "argmin"):
                return True
            case Big(condition=condition) if condition is not None:
                return True
    for name in node.names - entered:
        entered.add(name)
        defined = frame.environment.definitions.get(name)
        if defined is not None and _bends(defined.body, frame, entered):
            return True
    return False
