"""The interpreter of trees, over any ring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import reduce
from typing import Any, Generic

from qedeck.formula import arrays
from qedeck.formula.calls import call
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.rings.exact import ExactRing
from qedeck.formula.rings.ring import (
    Ring,
    TooLarge,
    Unsupported,
    Verdict,
)
from qedeck.formula.tree import (
    Apply,
    At,
    Basis,
    Big,
    Call,
    Constant,
    Constants,
    Derivative,
    Dimension,
    Expr,
    Gradient,
    Identity,
    Integral,
    Item,
    Limit,
    Matrix,
    Moment,
    Negative,
    Node,
    Number,
    Optimum,
    Pattern,
    Power,
    Product,
    Quotient,
    Statement,
    Sum,
    Symbol,
    Truth,
    Vector,
)
from qedeck.formula.values import (
    Array,
    Environment,
    OutsideAxis,
    T,
    Value,
    array,
    entries,
    mapped,
    scalar,
    stacked,
)

MOST_STEPS = 30_000
"""Loops with more steps are refused, those in loops before they begin."""


def opened(environment: Environment[T], ring: Ring[T]) -> Frame[T]:
    """The frame of an evaluation; in rings that share, with what others computed there."""
    return Frame(environment, memory=environment.memory) if ring.shares else Frame(environment)


@dataclass(frozen=True, eq=False)
class Frame(Generic[T]):
    """An environment with what was computed in it; loops share the memory of their frame."""

    environment: Environment[T]
    bound: frozenset[str] = frozenset()
    """Indices bound by loops: what is remembered depends on them."""
    memory: dict[Any, Any] = field(default_factory=dict)

    def bind(self, indices: Mapping[str, int]) -> Frame[T]:
        """The frame inside a loop."""
        outer = self.environment
        # Written out: loops are entered so often that `replace` would take a tenth of the time.
        environment = Environment(
            outer.values, outer.sizes, {**outer.indices, **indices}, outer.functions,
            outer.definitions, outer.laws, outer.expectation, outer.depth,
        )  # fmt: skip
        return Frame(environment, self.bound.union(indices), self.memory)

    def assign(self, values: Mapping[str, Value[T]]) -> Frame[T]:
        """The frame with other values of symbols."""
        outer = self.environment
        # An index would come before a value of its name.
        indices = {name: k for name, k in outer.indices.items() if name not in values}
        environment = replace(outer, values={**outer.values, **values}, indices=indices)
        return Frame(environment, self.bound - values.keys())


class Evaluation(Generic[T]):
    """One evaluation in a ring; it counts its steps."""

    def __init__(self, ring: Ring[T]) -> None:
        self.ring = ring
        self.steps = 0
        self.lengths: dict[str, int] = {}
        """Of the loops that are running, by index."""

    # Nodes

    def value(self, node: Node, frame: Frame[T]) -> Value[T]:
        """The value of a node in a frame."""
        kind = type(node)
        found = EVALUATORS.get(kind)
        if found is None:
            raise Unsupported(f"{kind.__name__} in the ring of {self.ring.name}")
        if kind not in REMEMBERED:
            return found(self, node, frame)
        names = sorted(node.names & frame.bound) if frame.bound else ()
        key = (node, tuple(frame.environment.indices[name] for name in names))
        if key not in frame.memory:
            frame.memory[key] = found(self, node, frame)
        result: Value[T] = frame.memory[key]
        return result

    def scalar(self, node: Node, frame: Frame[T]) -> T:
        """The value of a node that is a scalar."""
        return scalar(self.value(node, frame))

    def truth(self, statement: Statement, frame: Frame[T]) -> Verdict:
        """The truth of a statement; of a condition on indices alone, exactly."""
        from qedeck.formula.statements import truth

        if self.countable(statement, frame):
            # Indices and sizes are whole numbers in every ring.
            plain: Frame[Fraction | float] = Frame(_counts(frame.environment))
            with suppress(ArithmeticError, Unsupported):
                return truth(Evaluation(ExactRing()), statement, plain)
        return truth(self, statement, frame)

    def step(self) -> None:
        """Count one step of a loop."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLarge(f"loops of more than {MOST_STEPS:,} steps")

    # Whole numbers

    def countable(self, node: Node, frame: Frame[T]) -> bool:
        """Whether all symbols of a tree are indices or sizes."""
        environment = frame.environment
        return all(
            name in environment.indices
            or (name in environment.sizes and name not in environment.values)
            for name in node.names
        )

    def whole(self, node: Expr, frame: Frame[T]) -> int | T:
        """The integer that an index is; a scalar where instances differ in it."""
        if isinstance(node, Symbol) and node.name in frame.environment.indices:
            return frame.environment.indices[node.name]
        if isinstance(node, Number) and node.value.denominator == 1:
            return node.value.numerator
        if self.countable(node, frame):
            with suppress(ArithmeticError):
                plain = Evaluation(ExactRing()).scalar(node, Frame(_counts(frame.environment)))
                if isinstance(plain, float) or plain.denominator != 1:
                    raise ValueError(f"{plain} is not an index")
                return plain.numerator
        value = self.scalar(node, frame)
        whole = self.ring.integer(value)
        return value if whole is None else whole

    def bound(self, node: Expr, frame: Frame[T]) -> int:
        """The integer that a bound of a loop is."""
        found = self.whole(node, frame)
        if isinstance(found, int):
            return found
        raise Unsupported("a bound that is not one whole number for all instances")

    def size(self, axis: Dimension, frame: Frame[T]) -> int:
        """The length of an axis."""
        return axis if isinstance(axis, int) else self.bound(Symbol(axis), frame)


def _counts(environment: Environment[Any]) -> Environment[Fraction | float]:
    return Environment(sizes=environment.sizes, indices=environment.indices)


# Leaves


def _number(run: Evaluation[T], node: Number, _frame: Frame[T]) -> Value[T]:
    return run.ring.number(node.value)


def _constant(run: Evaluation[T], node: Constant, _frame: Frame[T]) -> Value[T]:
    return run.ring.constant(node.name)


def _symbol(run: Evaluation[T], node: Symbol, frame: Frame[T]) -> Value[T]:
    from qedeck.formula.definitions import family

    name, environment = node.name, frame.environment
    if name in environment.indices:
        return run.ring.whole(environment.indices[name])
    if name in environment.values:
        return environment.values[name]
    if name in environment.sizes:
        return run.ring.whole(environment.sizes[name])
    if name in environment.definitions:
        return family(run, environment.definitions[name], node.shape, frame)
    raise ValueError(f"nothing is known of {name}")


def _identity(run: Evaluation[T], node: Identity, frame: Frame[T]) -> Value[T]:
    return arrays.identity(run.ring, run.size(node.size, frame))


def _constants(run: Evaluation[T], node: Constants, frame: Frame[T]) -> Value[T]:
    axes = tuple(run.size(axis, frame) for axis in node.shape)
    return arrays.constants(run.ring, node.value, axes)


def _basis(run: Evaluation[T], node: Basis, frame: Frame[T]) -> Value[T]:
    size, place = run.size(node.size, frame), run.whole(node.index, frame)
    unit = arrays.identity(run.ring, size)
    if not isinstance(place, int):
        return pick(run, unit, place)
    if not 1 <= place <= size:
        raise OutsideAxis(f"index {place} outside an axis of {size}")
    return unit.at(place)


# Arithmetic


def _sum(run: Evaluation[T], node: Sum, frame: Frame[T]) -> Value[T]:
    return arrays.added(run.ring, [run.value(term, frame) for term in node.terms])


def _negative(run: Evaluation[T], node: Negative, frame: Frame[T]) -> Value[T]:
    return mapped(run.ring.neg, run.value(node.of, frame))


def _product(run: Evaluation[T], node: Product, frame: Frame[T]) -> Value[T]:
    brackets = [part for part in node.factors if isinstance(part, Truth)]
    others = [part for part in node.factors if not isinstance(part, Truth)]
    if brackets and others:
        return _bracketed(run, brackets, others, frame)
    return arrays.multiplied(run.ring, [run.value(part, frame) for part in node.factors])


def _bracketed(
    run: Evaluation[T], brackets: list[Truth], others: list[Expr], frame: Frame[T]
) -> Value[T]:
    """A product that is 0 where a bracket is, whether or not its other factors have a value."""
    verdict = reduce(Verdict.__and__, [run.truth(bracket.statement, frame) for bracket in brackets])
    rest = others[0] if len(others) == 1 else Product(tuple(others))
    if verdict.decided is False and not shape_of(rest):
        return run.ring.whole(0)
    value = run.value(rest, frame)
    return mapped(lambda entry: run.ring.guarded(verdict, entry), value)


def _quotient(run: Evaluation[T], node: Quotient, frame: Frame[T]) -> Value[T]:
    below = run.scalar(node.below, frame)
    return mapped(lambda entry: run.ring.div(entry, below), run.value(node.above, frame))


def _power(run: Evaluation[T], node: Power, frame: Frame[T]) -> Value[T]:
    ring, base, exponent = run.ring, node.base, node.exponent
    if isinstance(base, Constant) and base.name == "e":
        return ring.exp(run.scalar(exponent, frame))
    if isinstance(base, Call):
        found = _power_of_size(run, base, exponent, frame)
        if found is not None:
            return found
    value = run.value(base, frame)
    if isinstance(value, Array):
        return arrays.whole_power(ring, value, run.bound(exponent, frame))
    return ring.power(value, run.scalar(exponent, frame))


def _power_of_size(
    run: Evaluation[T], base: Call, exponent: Expr, frame: Frame[T]
) -> Value[T] | None:
    """Powers of |a| and even powers of 2-norms, which are smoother than their base."""
    ring = run.ring
    if base.function == "abs":
        inner = run.scalar(base.arguments[0], frame)
        return ring.absolute_power(inner, run.scalar(exponent, frame))
    if base.function not in ("norm", "frobenius"):
        return None
    if not isinstance(exponent, Number) or exponent.value % 2 or exponent.value <= 0:
        return None
    if base.function == "norm" and base.arguments[1:] not in ((), (Number(Fraction(2)),)):
        return None
    squares = ring.squares(entries(run.value(base.arguments[0], frame)))
    half = exponent.value / 2
    return squares if half == 1 else ring.power(squares, ring.number(half))


def _call(run: Evaluation[T], node: Call, frame: Frame[T]) -> Value[T]:
    arguments = tuple(run.value(argument, frame) for argument in node.arguments)
    return call(run.ring, node.function, arguments)


def _truth(run: Evaluation[T], node: Truth, frame: Frame[T]) -> Value[T]:
    verdict = run.truth(node.statement, frame)
    return run.ring.chosen(verdict, run.ring.whole(1), run.ring.whole(0))


def _at(run: Evaluation[T], node: At, frame: Frame[T]) -> Value[T]:
    point = run.value(node.point, frame)
    return run.value(node.body, frame.assign({node.variable.name: point}))


# Entries


def _item(run: Evaluation[T], node: Item, frame: Frame[T]) -> Value[T]:
    from qedeck.formula.definitions import member

    indices = [run.whole(index, frame) for index in node.indices]
    if isinstance(node.of, Symbol):
        found = member(run, node.of, indices, frame)
        if found is not None:
            return found
    value = run.value(node.of, frame)
    return pick(run, array(value), *indices)


def pick(run: Evaluation[T], value: Array[T], *indices: int | T) -> Value[T]:
    """The part of an array under indices, which may differ between instances."""
    plain = [index for index in indices if isinstance(index, int)]
    if len(plain) == len(indices):
        return value.at(*plain)
    first, *rest = indices
    if isinstance(first, int):
        return pick(run, array(value.at(first)), *rest)
    parts = [value.at(place) for place in range(1, value.shape[0] + 1)]
    if rest:
        parts = [pick(run, array(part), *rest) for part in parts]
    chosen = parts[-1]
    for place, part in reversed(list(enumerate(parts[:-1], 1))):
        here = run.ring.compare(first, "=", run.ring.whole(place))
        pairs = zip(entries(part), entries(chosen), strict=True)
        picked = [run.ring.select(here, one, other) for one, other in pairs]
        chosen = Array(chosen.shape, tuple(picked)) if isinstance(chosen, Array) else picked[0]
    return chosen


def _vector(run: Evaluation[T], node: Vector, frame: Frame[T]) -> Value[T]:
    parts = [run.value(entry, frame) for entry in node.entries]
    return stacked(parts, (len(parts),))


def _matrix(run: Evaluation[T], node: Matrix, frame: Frame[T]) -> Value[T]:
    return arrays.from_rows(
        tuple(tuple(run.scalar(entry, frame) for entry in row) for row in node.rows)
    )


Evaluator = Callable[[Evaluation[Any], Any, Frame[Any]], Value[Any]]


def _late(module: str, name: str) -> Evaluator:
    """An evaluator of a module that itself needs this one."""

    def run(run: Evaluation[Any], node: Any, frame: Frame[Any]) -> Value[Any]:
        from importlib import import_module

        found: Evaluator = getattr(import_module(f"qedeck.formula.{module}"), name)
        return found(run, node, frame)

    return run


def _refused(run: Evaluation[T], node: Limit | Optimum, _frame: Frame[T]) -> Value[T]:
    raise Unsupported(f"{type(node).__name__} in the ring of {run.ring.name}")


EVALUATORS: dict[type[Node], Evaluator] = {
    Number: _number,
    Constant: _constant,
    Symbol: _symbol,
    Identity: _identity,
    Constants: _constants,
    Basis: _basis,
    Sum: _sum,
    Negative: _negative,
    Product: _product,
    Quotient: _quotient,
    Power: _power,
    Call: _call,
    Truth: _truth,
    At: _at,
    Item: _item,
    Vector: _vector,
    Matrix: _matrix,
    Pattern: _late("patterns", "pattern"),
    Limit: _refused,
    Optimum: _refused,
    Apply: _late("definitions", "applied"),
    Big: _late("binders", "big"),
    Integral: _late("binders", "integral"),
    Moment: _late("moments", "moment"),
    Derivative: _late("derivatives", "derivative"),
    Gradient: _late("derivatives", "gradient"),
}
REMEMBERED = frozenset(EVALUATORS) - {Number, Constant, Symbol, Item, Identity, Constants, Basis}
"""Kinds of nodes whose values are kept: for the next step of a loop, and for mutants."""
