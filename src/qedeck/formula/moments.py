"""Expectations under finite laws: exact sums over outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod

from qedeck.formula import arrays
from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.rings.ring import Ring, TooLarge, Unsupported
from qedeck.formula.tree import Expr, Moment, Node, Statement, Truth
from qedeck.formula.values import Array, FiniteLaw, T, Value, entries, like, mapped

AVERAGES = "averages"
"""What a frame inside an average remembers of averages in it, by node and indices."""

MOST_OUTCOMES = 10_000
"""More joint outcomes than this are not gone through."""


def moment(run: Evaluation[T], node: Moment, frame: Frame[T]) -> Value[T]:
    """E, Var, Cov or P by the laws of the environment."""
    if frame.environment.expectation is not None:
        return _by_rule(run, node, frame)
    if node.over or AVERAGES not in frame.memory:
        return (_at_once if run.ring.shares else _by_laws)(run, node, frame)
    # Inside another average, what averages over all is the same for every outcome.
    names = sorted(node.names & frame.bound)
    key = (node, tuple(frame.environment.indices[name] for name in names))
    known = frame.memory[AVERAGES]
    if key not in known:
        known[key] = _by_laws(run, node, frame)
    found: Value[T] = known[key]
    return found


def _at_once(run: Evaluation[T], node: Moment, frame: Frame[T]) -> Value[T]:
    """The moment by the laws of the environment: outcomes are instances along axes of their own."""
    first, last = _parts(node)
    laws = laws_of(run, node, frame)
    weight, inside = spread(run.ring, laws, frame)

    def mean(value: Value[T]) -> Value[T]:
        weighed = arrays.scaled(run.ring, weight, value)
        return mapped(lambda entry: run.ring.gathered(entry, len(laws)), weighed)

    values = [run.value(part, inside) for part in dict.fromkeys((first, last))]
    if node.operator in ("E", "P"):
        return mean(values[0])
    gaps = [arrays.added(run.ring, [one, mapped(run.ring.neg, mean(one))]) for one in values]
    return mean(_product(run, gaps[0], gaps[-1]))


def spread(ring: Ring[T], laws: Sequence[FiniteLaw[T]], frame: Frame[T]) -> tuple[T, Frame[T]]:
    """The joint outcomes of independent laws, each along an axis of its own: weights, and a frame.

    Raises:
        TooLarge: where they are too many.
    """
    if prod(len(law.outcomes) for law in laws) > MOST_OUTCOMES:
        raise TooLarge(f"more than {MOST_OUTCOMES} joint outcomes")
    weight = ring.whole(1)
    values: dict[str, Value[T]] = {}
    for k, law in enumerate(laws):
        after = frame.environment.depth + len(laws) - 1 - k
        own = ring.spread([factor for factor, _ in law.outcomes], after)
        weight = ring.mul(weight, own) if k else own
        for name in law.symbols:
            columns = [entries(outcome[name]) for _, outcome in law.outcomes]
            joined = [ring.spread(row, after) for row in zip(*columns, strict=True)]
            values[name] = like(law.outcomes[0][1][name], joined)
    inside = frame.assign(values)
    deeper = replace(inside.environment, depth=frame.environment.depth + len(laws))
    return weight, replace(inside, environment=deeper)


def _parts(node: Moment) -> tuple[Expr, Expr]:
    """What the moment is of; of a single expression or event, that twice."""
    first, last = node.arguments[0], node.arguments[-1]
    if node.operator == "P":
        assert isinstance(first, Statement)
        first = last = Truth(first)
    assert isinstance(first, Expr)
    assert isinstance(last, Expr)
    return first, last


def _by_laws(run: Evaluation[T], node: Moment, frame: Frame[T]) -> Value[T]:
    """The moment by the laws of the environment, outcome by outcome."""
    first, last = _parts(node)
    laws = laws_of(run, node, frame)
    if node.operator in ("E", "P"):
        return _mean(run, [(w, run.value(first, f)) for w, f in _outcomes(run, laws, frame)])
    rows = [(w, run.value(first, f), run.value(last, f)) for w, f in _outcomes(run, laws, frame)]
    left = _centred(run, [(weight, one) for weight, one, _ in rows])
    right = _centred(run, [(weight, other) for weight, _, other in rows])
    products = [
        (weight, _product(run, one, other))
        for (weight, _, _), one, other in zip(rows, left, right, strict=True)
    ]
    return _mean(run, products)


def _by_rule(run: Evaluation[T], node: Moment, frame: Frame[T]) -> Value[T]:
    """The moment of expressions in random symbols, by the rule of the environment."""
    rule = frame.environment.expectation
    assert rule is not None
    if node.operator == "P":
        raise Unsupported(f"a probability in the ring of {run.ring.name}")

    def mean(value: Value[T]) -> Value[T]:
        return mapped(lambda entry: rule(entry, node.over), value)

    parts = [run.value(part, frame) for part in node.arguments if isinstance(part, Expr)]
    if node.operator == "E":
        return mean(parts[0])
    gaps = [arrays.added(run.ring, [part, mapped(run.ring.neg, mean(part))]) for part in parts]
    return mean(_product(run, gaps[0], gaps[-1]))


def _mean(run: Evaluation[T], rows: list[tuple[T, Value[T]]]) -> Value[T]:
    return arrays.added(run.ring, [arrays.scaled(run.ring, w, value) for w, value in rows])


def _centred(run: Evaluation[T], rows: list[tuple[T, Value[T]]]) -> list[Value[T]]:
    """The values less their mean."""
    minus = mapped(run.ring.neg, _mean(run, rows))
    return [arrays.added(run.ring, [value, minus]) for _, value in rows]


def _product(run: Evaluation[T], one: Value[T], other: Value[T]) -> Value[T]:
    """The product of scalars; of vectors, the matrix of the products of entries."""
    if isinstance(other, Array):
        other = arrays.transposed(other)
    return arrays.multiplied(run.ring, [one, other])


def laws_of(run: Evaluation[T], node: Moment, frame: Frame[T]) -> list[FiniteLaw[T]]:
    """The laws to average over: those that a moment depends on, or that it names."""
    environment = frame.environment
    reached: set[str] = set()
    for part in node.arguments:
        _reach(run, part, frame, reached)
    if not environment.laws:
        if reached <= environment.indices.keys() | environment.sizes.keys():
            return []
        raise Unsupported(f"Moment without a finite law in the ring of {run.ring.name}")
    wanted = reached & set(node.over) if node.over else reached
    return [law for law in environment.laws if law.symbols & wanted]


def _reach(run: Evaluation[T], node: Node, frame: Frame[T], reached: set[str]) -> None:
    """Add all names that a tree depends on, through definitions."""
    for name in node.names - reached:
        reached.add(name)
        defined = frame.environment.definitions.get(name)
        if defined is not None:
            _reach(run, defined.body, frame, reached)
            for inner in defined.scope.defined.values() if defined.scope else ():
                _reach(run, inner.body, frame, reached)


def _outcomes(
    run: Evaluation[T], laws: list[FiniteLaw[T]], frame: Frame[T]
) -> Iterator[tuple[T, Frame[T]]]:
    """The joint outcomes of independent laws: weights, and frames with the symbols set."""
    if prod(len(law.outcomes) for law in laws) > MOST_OUTCOMES:
        raise TooLarge(f"more than {MOST_OUTCOMES} joint outcomes")
    averages: dict[object, object] = {}

    def joint(
        rest: list[FiniteLaw[T]], weight: T, values: Mapping[str, Value[T]]
    ) -> Iterator[tuple[T, Frame[T]]]:
        if not rest:
            run.step()
            inside = frame.assign(values)
            inside.memory[AVERAGES] = averages
            yield weight, inside
            return
        for factor, outcome in rest[0].outcomes:
            both = run.ring.mul(weight, factor) if values else factor
            yield from joint(rest[1:], both, {**values, **outcome})

    yield from joint(laws, run.ring.whole(1), {})
