"""Random instances that meet a statement's hypotheses, many at once.

Values are drawn from a mixture that reaches the places where claims break: zeros, equal
entries, sparse vectors, signs, ends of ranges, parallel vectors, tiny and huge scales.
Assumptions of a known form are met by construction; the others filter, and are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.formula.evaluate import (
    Array, Environment, Inexact, TooLarge, Undecided, Undefined, Unsupported, Value, evaluate,
)  # fmt: skip
from qedeck.formula.evaluate import holds as holds_in
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import (
    Big, Call, Constants, Expr, Identity, Integers, Interval, Item, Listing, Member, Number,
    Product, Relation, Space, Statement, Symbol, walk,
)  # fmt: skip

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
FAILURES = (Inexact, Undecided, Undefined, Unsupported, TooLarge, ValueError, OverflowError)

SIZES = (1, 2, 3, 4, 5)
MIXED = ((2, 3), (3, 2), (1, 3), (4, 2))
"""Sizes of two or more dimensions, cycled through; equal ones come from SIZES."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Instances of one shape."""

    environment: Environment[Approx]
    meets: Truths
    """Which instances meet all assumptions."""
    shape: str
    """In words: `m = 2, n = 3`."""
    count: int
    sizes: Mapping[str, int] = field(default_factory=dict)


def dimensions_of(scope: Scope) -> tuple[str, ...]:
    """Names of the dimensions in a scope, in order of declaration."""
    return tuple(d.name for d in scope.declared.values() if d.kind == "dimension")


def shapes_of(scope: Scope, sizes: tuple[int, ...] = SIZES) -> list[dict[str, int]]:
    """The dimensions to try: equal ones first, then unequal ones; those that assumptions allow."""
    names = dimensions_of(scope)
    if not names:
        return [{}]
    found = [dict.fromkeys(names, size) for size in sizes]
    if len(names) > 1:
        for k, pair in enumerate(MIXED):
            found.append({n: pair[(j + k * (j > 1)) % 2] for j, n in enumerate(names)})
    return [shape for shape in found if allowed(scope, shape)]


def allowed(scope: Scope, sizes: Mapping[str, int]) -> bool:
    """Whether the assumptions about dimensions alone hold at these sizes."""
    ring = FloatRing()
    environment = Environment[Approx](sizes=dict(sizes))
    for assumed in scope.assumed:
        statement = assumed.statement
        if statement is None or not set(_names(statement)) <= set(sizes):
            continue
        try:
            verdict = holds_in(statement, environment, ring)
        except FAILURES:
            continue
        if np.all(verdict.no):
            return False
    return _orthogonal_fits(scope, sizes)


def _orthogonal_fits(scope: Scope, sizes: Mapping[str, int]) -> bool:
    """More orthonormal columns than rows do not exist."""
    for assumed in scope.assumed:
        name = _orthonormal(assumed.statement)
        if name is not None:
            rows, columns = (
                axis if isinstance(axis, int) else sizes.get(axis, 1)
                for axis in scope.declared[name].shape
            )
            if columns > rows:
                return False
    return True


def integers_of(scope: Scope, sizes: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """All assignments of free indices and integer symbols within their ranges, up to a number."""
    ranges: dict[str, list[int]] = {}
    for declared in scope.declared.values():
        if declared.kind == "index":
            axis = declared.shape[0] if declared.shape else 1
            ranges[declared.name] = list(range(1, _size(axis, sizes) + 1))
        elif declared.kind == "integer":
            ranges[declared.name] = _integer_range(declared.name, scope, sizes)
    return (dict(zip(ranges, values, strict=True)) for values in product(*ranges.values()))


def _integer_range(name: str, scope: Scope, sizes: Mapping[str, int]) -> list[int]:
    found = list(range(1, 6))
    for assumed in scope.assumed:
        match assumed.statement:
            case Member(Symbol(symbol), Integers("upto", high)) if symbol == name:
                if isinstance(high, Number):
                    found = list(range(1, int(high.value) + 1))
                elif isinstance(high, Symbol) and high.name in sizes:
                    found = list(range(1, sizes[high.name] + 1))
            case Member(Symbol(symbol), Listing(elements)) if symbol == name:
                found = [int(e.value) for e in elements if isinstance(e, Number)]
            case Member(Symbol(symbol), Integers("Z")) if symbol == name:
                found = list(range(-2, 4))
    return found


def _size(axis: str | int, sizes: Mapping[str, int]) -> int:
    return axis if isinstance(axis, int) else sizes.get(axis, 1)


def _names(statement: Statement) -> list[str]:
    return [part.name for part in walk(statement) if isinstance(part, Symbol)]


def draw(
    scope: Scope,
    sizes: Mapping[str, int],
    count: int,
    seed: int,
    *,
    indices: Mapping[str, int] | None = None,
    fixed: tuple[tuple[str, Expr], ...] = (),
) -> Batch:
    """Draw instances of one shape.

    Args:
        scope: What is declared and assumed.
        sizes: Dimensions.
        count: Instances to draw; fewer may meet the assumptions.
        seed: Of the random generator.
        indices: Values of free indices and integer symbols.
        fixed: Symbols that are set to expressions rather than drawn.
    """
    return Drawing(scope, sizes, count, seed, indices or {}, fixed).batch()


class Drawing:
    """One batch while it is drawn."""

    def __init__(
        self,
        scope: Scope,
        sizes: Mapping[str, int],
        count: int,
        seed: int,
        indices: Mapping[str, int],
        fixed: tuple[tuple[str, Expr], ...],
    ) -> None:
        self.scope = scope
        self.sizes = dict(sizes)
        self.count = count
        self.random = np.random.default_rng(seed)
        self.indices = dict(indices)
        self.fixed = dict(fixed)
        self.ring = FloatRing()
        self.values: dict[str, Value[Approx]] = {}

    def environment(self) -> Environment[Approx]:
        return Environment(self.values, self.sizes, self.indices, {}, self.scope.defined)

    def batch(self) -> Batch:
        set_by_equation = self.equations()
        names = [d for d in self.scope.declared.values() if d.kind in ("real", "permutation")]
        for declared in sorted(names, key=self.rank):
            if declared.name not in self.fixed and declared.name not in set_by_equation:
                self.values[declared.name] = self.drawn(declared)
        self.settle({**set_by_equation, **self.fixed})
        meets = self.filtered()
        words = ", ".join(
            f"{name} = {size}" for name, size in {**self.sizes, **self.indices}.items()
        )
        return Batch(self.environment(), meets, words, self.count, self.sizes)

    def rank(self, declared: Declared) -> int:
        """Scalars come first, except those that are bounded by arrays."""
        if declared.shape:
            return 1
        arrays = {d.name for d in self.scope.declared.values() if d.shape and d.kind != "index"}
        for below, _, above in _links(self.scope):
            for own, other in ((below, above), (above, below)):
                bounded = isinstance(own, Symbol) and own.name == declared.name
                if bounded and arrays & {p.name for p in walk(other) if isinstance(p, Symbol)}:
                    return 2
        return 0

    # Drawing one symbol

    def drawn(self, declared: Declared) -> Value[Approx]:
        shape = tuple(_size(axis, self.sizes) for axis in declared.shape)
        if declared.kind == "permutation":
            return self.permutation(shape[0])
        form = self.constructed(declared, shape)
        if form is not None:
            return form
        if not shape:
            return exactly(self.scalar(declared.name))
        data = self.entries(declared, shape)
        value = _array(shape, data)
        return self.within_ball(declared.name, value)

    def permutation(self, size: int) -> Value[Approx]:
        data = np.zeros((self.count, size, size))
        for k in range(self.count):
            data[k, np.arange(size), self.random.permutation(size)] = 1.0
        return _array((size, size), data)

    def constructed(self, declared: Declared, shape: tuple[int, ...]) -> Value[Approx] | None:
        """Arrays whose assumption has a known form: orthonormal columns, positive definite."""
        for assumed in self.scope.assumed:
            if _orthonormal(assumed.statement) == declared.name:
                data = self.random.normal(size=(self.count, shape[0], shape[0]))
                q = np.linalg.qr(data)[0][:, :, : shape[1]]
                signs = self.random.integers(0, 4, size=self.count) == 0
                q[signs] = np.round(np.eye(shape[0]))[:, : shape[1]]
                return _array(shape, q, error=4e-15)
            match assumed.statement:
                case Relation((Symbol(name), Number(zero) | Constants(zero)), (">>" | ">>=",)):
                    if name == declared.name and zero == 0:
                        data = self.random.normal(size=(self.count, *shape))
                        gram = data @ data.transpose(0, 2, 1) + 0.1 * np.eye(shape[0])
                        return _array(shape, gram)
        return None

    def entries(self, declared: Declared, shape: tuple[int, ...]) -> Floats:
        """Entries of an array from the mixture; some are multiples of an earlier array."""
        size = (self.count, *shape)
        data = self.mixture(size)
        others = [
            other
            for name, other in self.values.items()
            if isinstance(other, Array) and other.shape == shape
        ]
        if others:
            other = others[int(self.random.integers(len(others)))]
            copied = np.stack([np.broadcast_to(e.value, (self.count,)) for e in other.entries], -1)
            scale = self.random.choice([1.0, -1.0, 2.0, 0.5, -3.0], size=self.count)
            scaled = copied.reshape(size) * scale.reshape((-1,) + (1,) * len(shape))
            alike = self.random.random(self.count) < 0.15
            data[alike] = scaled[alike]
        sign = self.sign(declared.name)
        if sign == "positive":
            data = np.abs(data) + np.where(data == 0, self.random.choice([0.5, 1.0, 3.0]), 0.0)
        elif sign == "nonnegative":
            data = np.abs(data)
        return data

    def mixture(self, size: tuple[int, ...]) -> Floats:
        """Numbers in several styles, one style for each instance."""
        count = size[0]
        flat = (count, int(np.prod(size[1:], dtype=int)))
        normal = self.random.normal(size=flat)
        styles = [
            normal,
            self.random.integers(-3, 4, size=flat).astype(float),
            self.random.integers(-6, 7, size=flat) / 2,
            normal * (self.random.random(flat) < 0.4),
            np.repeat(self.random.normal(size=(count, 1)), flat[1], axis=1),
            self.random.choice([-1.0, 1.0], size=flat),
            normal * 10.0 ** self.random.integers(-3, 4, size=(count, 1)),
            (np.arange(flat[1]) == self.random.integers(0, flat[1], size=(count, 1))) * normal,
        ]
        style = self.random.choice(len(styles), size=count, p=_weights(len(styles)))
        data = np.choose(style[:, None], styles)
        data[self.random.random(count) < 0.02] = 0.0
        return data.reshape(size)

    def sign(self, name: str) -> str:
        """What an assumption says of the sign of all entries."""
        for assumed in self.scope.assumed:
            match assumed.statement:
                case Member(Symbol(symbol), Space(_, sign)) if symbol == name:
                    return sign
        return "any"

    def within_ball(self, name: str, value: Array[Approx]) -> Value[Approx]:
        """Scale a vector into `\\|x\\|_p <= r`, or onto `\\sum w_i = 1`, where that is assumed."""
        for assumed in self.scope.assumed:
            match assumed.statement:
                case Relation((Call("norm", (Symbol(symbol), _)) as norm, bound), (sign,)):
                    if symbol == name and sign in ("<=", "<", "="):
                        value = self.scaled(name, value, norm, bound, onto=sign == "=")
                case Relation((Big("sum", (_,), Item(Symbol(symbol))) as total, bound), ("=",)):
                    if symbol == name and self.sign(name) != "any":
                        value = self.scaled(name, value, total, bound, onto=True)
        return value

    def scaled(
        self, name: str, value: Array[Approx], norm: Expr, bound: Expr, *, onto: bool
    ) -> Array[Approx]:
        values = {**self.values, name: value}
        environment = Environment(values, self.sizes, self.indices, {}, self.scope.defined)
        try:
            length = evaluate(norm, environment, self.ring)
            radius = evaluate(bound, environment, self.ring)
        except FAILURES:
            return value
        assert isinstance(length, Approx)
        assert isinstance(radius, Approx)
        part = np.where(self.random.random(self.count) < 0.4, 1.0, self.random.random(self.count))
        factor = (1.0 if onto else part) * radius.value
        with np.errstate(all="ignore"):
            ratio = np.where(length.value > 0, factor / length.value, 0.0)
        keep = (length.value <= radius.value) & (self.random.random(self.count) < 0.3)
        ratio = np.where(keep & (not onto), 1.0, ratio)
        scaled = tuple(
            Approx(e.value * ratio, np.abs(e.value * ratio) * 4e-16) for e in value.entries
        )
        return Array(value.shape, scaled)

    def scalar(self, name: str) -> Floats:
        """A scalar within the bounds that assumptions give and that can be evaluated by now."""
        listed = self.listed(name)
        if listed is not None:
            return self.random.choice(listed, size=self.count)
        low, low_closed, high, high_closed = self.bounds(name)
        free = self.mixture((self.count, 1))[:, 0]
        if low is None and high is None:
            return free
        if low is not None and high is not None and np.all(np.isfinite(high)):
            part = self.random.beta(0.6, 0.6, size=self.count)
            value = low + part * (high - low)
            halves = low + (high - low) * self.random.choice([0.25, 0.5, 0.75], size=self.count)
            value = np.where(self.random.random(self.count) < 0.2, halves, value)
        else:
            step = np.abs(free)
            away = np.where(self.random.random(self.count) < 0.3, np.round(step), step)
            value = low + away if low is not None else high - away  # type: ignore[operator]
        near = self.random.random(self.count)
        if low is not None:
            edge = low if low_closed else low + 10.0 ** -self.random.integers(1, 4, self.count)
            value = np.where(near < 0.1, edge, value)
            if not low_closed:
                value = np.where(value <= low, low + 0.5, value)
        if high is not None:
            edge = high if high_closed else high - 1e-2
            edge = np.where(np.isinf(high) & (not high_closed), value, edge)
            value = np.where(near > 0.9, edge, value)
            if not high_closed:
                value = np.where(
                    value >= high, np.where(np.isfinite(high), high - 1e-3, value), value
                )
        return np.asarray(value, dtype=float)

    def listed(self, name: str) -> list[float] | None:
        for assumed in self.scope.assumed:
            match assumed.statement:
                case Member(Symbol(symbol), Listing(elements)) if symbol == name:
                    return [float(e.value) for e in elements if isinstance(e, Number)]
        return None

    def bounds(self, name: str) -> tuple[Any, bool, Any, bool]:
        """Largest lower and smallest upper bound by now known, and whether they are attained."""
        low = high = None
        low_closed = high_closed = True
        for below, sign, above in _links(self.scope):
            closed = sign == "<="
            if isinstance(above, Symbol) and above.name == name:
                value = self.known(below)
                if value is not None and (low is None or np.any(value > low)):
                    low, low_closed = value, closed
            elif isinstance(below, Symbol) and below.name == name:
                value = self.known(above)
                if value is not None and (high is None or np.any(value < high)):
                    high, high_closed = value, closed
        return low, low_closed, high, high_closed

    def known(self, expr: Expr) -> Floats | None:
        """The value of a bound, if all its symbols have values by now."""
        names = {part.name for part in walk(expr) if isinstance(part, Symbol)}
        if not names <= {*self.values, *self.sizes, *self.indices}:
            return None
        try:
            value = evaluate(expr, self.environment(), self.ring)
        except FAILURES:
            return None
        assert isinstance(value, Approx)
        return np.broadcast_to(value.value, (self.count,))

    # Equations and filters

    def equations(self) -> dict[str, Expr]:
        """Symbols that an assumption `symbol = expression` sets."""
        found: dict[str, Expr] = {}
        for assumed in self.scope.assumed:
            match assumed.statement:
                case Relation((Symbol(name), right), ("=",)) if name not in self.sizes:
                    mentioned = {p.name for p in walk(right) if isinstance(p, Symbol)}
                    declared = self.scope.declared.get(name)
                    if declared is not None and declared.kind == "real" and name not in mentioned:
                        found[name] = right
        return found

    def settle(self, wanted: dict[str, Expr]) -> None:
        """Evaluate what is set rather than drawn, each after what it mentions."""
        left = dict(wanted)
        while left:
            done = []
            for name, expr in left.items():
                mentioned = {p.name for p in walk(expr) if isinstance(p, Symbol)} & left.keys()
                if mentioned - {name}:
                    continue
                value = evaluate(expr, self.environment(), self.ring)
                if name in self.scope.declared and self.scope.declared[name].kind == "integer":
                    self.indices[name] = int(np.ravel(value.value)[0])  # type: ignore[union-attr]
                else:
                    self.values[name] = value
                done.append(name)
            if not done:
                raise ValueError(f"{', '.join(left)} are set in a circle")
            for name in done:
                del left[name]

    def filtered(self) -> Truths:
        """Which instances meet every assumption, up to rounding."""
        meets = np.ones(self.count, dtype=bool)
        environment = self.environment()
        for assumed in self.scope.assumed:
            if assumed.statement is None:
                continue
            try:
                verdict = holds_in(assumed.statement, environment, self.ring)
            except FAILURES:
                return np.zeros(self.count, dtype=bool)
            meets &= ~np.broadcast_to(np.asarray(verdict.no, dtype=bool), (self.count,))
        return meets


def _links(scope: Scope) -> Iterator[tuple[Expr, str, Expr]]:
    """All assumed inequalities as `below sign above`, with sign < or <=."""
    for assumed in scope.assumed:
        match assumed.statement:
            case Relation(terms, signs):
                for (left, right), sign in zip(pairwise(terms), signs, strict=True):
                    if sign in ("<", "<="):
                        yield left, sign, right
                    elif sign in (">", ">="):
                        yield right, sign.replace(">", "<"), left
            case Member(element, Interval(low, high, closed_low, closed_high)):
                yield low, "<=" if closed_low else "<", element
                yield element, "<=" if closed_high else "<", high
            case Member(element, Space((), sign)) if sign != "any":
                zero = Number(_ZERO)
                yield zero, "<" if sign == "positive" else "<=", element
            case _:
                pass


def _orthonormal(statement: Statement | None) -> str | None:
    """The name of Q in `Q^T Q = I`."""
    match statement:
        case Relation((Product((Call("transpose", (Symbol(a),)), Symbol(b))), Identity()), ("=",)):
            return a if a == b else None
    return None


def _array(shape: tuple[int, ...], data: Floats, error: float = 0.0) -> Array[Approx]:
    flat = data.reshape(len(data), -1)
    bound = np.asarray(error)
    return Array(shape, tuple(Approx(flat[:, k], bound) for k in range(flat.shape[1])))


def _weights(styles: int) -> Floats:
    weights = np.ones(styles)
    weights[:2] = 2.0
    return weights / weights.sum()


_ZERO = Fraction(0)
