"""One batch of instances while it is drawn: symbol by symbol, then what assumptions set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.evidence import forms
from qedeck.evidence.entry_equations import entry_equations, part_of, put
from qedeck.evidence.forms import Equation
from qedeck.evidence.mixture import Floats, array_of, between, data_of, mixture
from qedeck.evidence.shapes import FAILURES, size_of
from qedeck.formula.evaluate import Array, Environment, FiniteLaw, Value, evaluate
from qedeck.formula.rings.floats import Approx, FloatRing, exactly
from qedeck.formula.scope import Declared, Scope
from qedeck.formula.tree import (
    Big,
    Call,
    Expr,
    Item,
    Listing,
    Member,
    Number,
    Relation,
    Statement,
    Symbol,
)  # fmt: skip

Truths = NDArray[np.bool_]


class Drawing:
    """Values of all symbols for a number of instances of one shape."""

    def __init__(
        self,
        scope: Scope,
        sizes: Mapping[str, int],
        count: int,
        seed: int,
        indices: Mapping[str, int],
        fixed: tuple[tuple[str, Expr], ...],
        scale: int = 0,
    ) -> None:
        self.scope = scope
        self.scale = scale
        """Power of ten by which some numbers grow, and some shrink."""
        self.sizes = dict(sizes)
        self.count = count
        self.random = np.random.default_rng(seed)
        self.indices = dict(indices)
        self.fixed = {name: Equation(value) for name, value in fixed}
        self.ring = FloatRing()
        self.values: dict[str, Value[Approx]] = {}
        self.members: Mapping[str, Any] = {}
        """Instances of declared functions, by name."""
        self.functions: dict[str, Any] = {}
        self.laws: tuple[FiniteLaw[Approx], ...] = ()
        self.trusted: set[Statement] = set()
        """Assumptions that were met by construction and that floats cannot decide."""

    def environment(self) -> Environment[Approx]:
        """The environment so far."""
        return Environment(
            self.values, self.sizes, self.indices, self.functions, self.scope.defined, self.laws
        )

    def fill(self) -> None:
        """Give every symbol a value."""
        from qedeck.evidence.families import FLOATS, called, functions_of
        from qedeck.evidence.laws import drawn_laws
        from qedeck.evidence.projection import project

        equations = {**forms.equations(self.scope), **self.fixed}
        real = [
            d
            for d in self.scope.declared.values()
            if d.kind in ("real", "permutation") and d.name not in equations
        ]
        self.members = functions_of(self.scope, self.sizes, self.count, self.random)
        self.functions = called(self.members, FLOATS)
        for declared in sorted(real, key=self.rank):
            self.values[declared.name] = self.drawn(declared)
        random = {d.name for d in self.scope.declared.values() if d.kind == "random"}
        late = {
            name for name, e in equations.items() if forms.reached(e.value, self.scope) & random
        }
        late = self.after(late, equations)
        early = {name: e for name, e in equations.items() if name not in late}
        self.settle(early)
        project(self, {d.name for d in real if d.kind == "real"}, equations)
        self.settle(early)
        self.settle_entries()
        if random:
            self.laws, outcome = drawn_laws(self)
            self.values.update(outcome)
        self.settle({name: e for name, e in equations.items() if name in late})

    def after(self, late: set[str], equations: Mapping[str, Equation]) -> set[str]:
        """The names with all those that are set by them."""
        found = set(late)
        while True:
            more = {
                name for name, e in equations.items() if forms.reached(e.value, self.scope) & found
            }
            if more <= found:
                return found
            found |= more

    def rank(self, declared: Declared) -> int:
        """Scalars come first, those bounded by arrays after these, subgradients last."""
        if any(self.subgradient(s, declared.name) for s in forms.assumed(self.scope)):
            return 3
        if declared.shape:
            return 1
        arrays = {d.name for d in self.scope.declared.values() if d.shape and d.kind != "index"}
        for below, _, above in forms.links(self.scope):
            for own, other in ((below, above), (above, below)):
                bounded = isinstance(own, Symbol) and own.name == declared.name
                if bounded and arrays & forms.names_in(other):
                    return 2
        return 0

    def approach(self, name: str, point: Expr) -> None:
        """Move some values of a symbol close to those of an expression."""
        if name not in self.values or name in forms.reached(point, self.scope):
            return
        try:
            place = evaluate(point, self.environment(), self.ring)
        except FAILURES:
            return
        old, new = data_of(self.values[name], self.count), data_of(place, self.count)
        if old.shape != new.shape:
            return
        step = 4.0 ** -self.random.integers(1, 6, size=(self.count, 1))
        new = new + step * self.random.normal(size=new.shape)
        moved = (self.random.random(self.count) < 0.4)[:, None] & np.isfinite(new)
        shape = place.shape if isinstance(place, Array) else ()
        self.values[name] = array_of(shape, np.where(moved, new, old))

    # Drawing one symbol

    def drawn(self, declared: Declared) -> Value[Approx]:
        shape = tuple(size_of(axis, self.sizes) for axis in declared.shape)
        if declared.kind == "permutation":
            orders = [self.random.permutation(shape[0]) for _ in range(self.count)]
            return array_of(shape, np.stack([np.eye(shape[0])[order] for order in orders]))
        found = self.constructed(declared.name, shape)
        if found is not None:
            return found
        if not shape:
            return exactly(self.scalar(declared.name) * self.stretched(()))
        value = array_of(shape, self.entries(declared, shape) * self.stretched(shape))
        assert isinstance(value, Array)
        return self.within_ball(declared.name, value)

    def stretched(self, shape: tuple[int, ...]) -> Floats:
        """Factors for numbers of a shape: powers of ten, for all entries or for some."""
        if not self.scale:
            return np.ones((self.count, *shape))
        power = self.random.choice([-1, 0, 1], size=(self.count, *[1] * len(shape)))
        some = self.random.random((self.count, *shape)) < self.random.choice([0.5, 1.0])
        return np.asarray(10.0 ** (self.scale * power * some))

    def constructed(self, name: str, shape: tuple[int, ...]) -> Value[Approx] | None:
        """Values whose assumption has a known form."""
        for statement in forms.assumed(self.scope):
            if forms.orthonormal(statement) == name:
                return array_of(shape, self.orthonormal(shape), error=4e-15)
            if forms.signs(statement) == name:
                return array_of(shape, self.random.choice([-1.0, 1.0], (self.count, *shape)))
            if forms.definite(statement) == name:
                data = mixture(self.random, (self.count, *shape))
                shift = np.full((self.count, 1, 1), 0.125)
                if not forms.strict(statement):
                    singular = self.random.random(self.count) < 0.5
                    data[singular, -1] = 0.0
                    shift[singular] = 0.0
                return array_of(shape, data @ data.transpose(0, 2, 1) + shift * np.eye(shape[0]))
            if self.subgradient(statement, name):
                from qedeck.evidence.families import subgradient

                self.trusted.add(statement)
                return subgradient(self, statement)
        return None

    @staticmethod
    def subgradient(statement: Statement, name: str) -> bool:
        """Whether a statement says that a symbol is a subgradient."""
        found = forms.subgradient(statement)
        return found is not None and found[0] == name

    def orthonormal(self, shape: tuple[int, ...]) -> Floats:
        data = self.random.normal(size=(self.count, shape[0], shape[0]))
        q = np.linalg.qr(data)[0][:, :, : shape[1]]
        q[self.random.random(self.count) < 0.25] = np.eye(shape[0])[:, : shape[1]]
        return np.asarray(q)

    def entries(self, declared: Declared, shape: tuple[int, ...]) -> Floats:
        """Entries of an array from the mixture; some are multiples of an earlier array."""
        size = (self.count, *shape)
        data = mixture(self.random, size)
        others = [v for v in self.values.values() if isinstance(v, Array) and v.shape == shape]
        if others:
            other = others[int(self.random.integers(len(others)))]
            scale = self.random.choice([1.0, -1.0, 2.0, 0.5, -3.0], size=(self.count, 1))
            scaled = (data_of(other, self.count) * scale).reshape(size)
            alike = self.random.random(self.count) < 0.15
            data[alike] = scaled[alike]
        sign = forms.entry_sign(declared.name, self.scope)
        if sign == "positive":
            data = np.abs(data) + np.where(data == 0, self.random.choice([0.5, 1.0, 3.0]), 0.0)
        elif sign == "nonnegative":
            data = np.abs(data)
        return data

    def within_ball(self, name: str, value: Array[Approx]) -> Array[Approx]:
        """Scale a vector into `\\|x\\|_p <= r`, or onto `\\sum w_i = 1`, where that is assumed."""
        for statement in forms.assumed(self.scope):
            match statement:
                case Relation((Call("norm", (Symbol(symbol), _)) as norm, bound), (sign,)):
                    if symbol == name and sign in ("<=", "<", "="):
                        value = self.scaled(name, value, norm, bound, onto=sign == "=")
                case Relation((Big("sum", (_,), Item(Symbol(symbol))) as total, bound), ("=",)):
                    if symbol == name and forms.entry_sign(name, self.scope) != "any":
                        value = self.scaled(name, value, total, bound, onto=True)
        return value

    def scaled(
        self, name: str, value: Array[Approx], norm: Expr, bound: Expr, *, onto: bool
    ) -> Array[Approx]:
        length, radius = self.known(norm, {name: value}), self.known(bound)
        if length is None or radius is None:
            return value
        share = np.where(self.random.random(self.count) < 0.4, 1.0, self.random.random(self.count))
        with np.errstate(all="ignore"):
            ratio = np.where(length > 0, (1.0 if onto else share) * radius / length, 0.0)
        keep = (length <= radius) & (self.random.random(self.count) < 0.3)
        ratio = np.where(keep & (not onto), 1.0, ratio)
        entries = tuple(
            Approx(e.value * ratio, np.abs(e.value * ratio) * 4e-16) for e in value.entries
        )
        return Array(value.shape, entries)

    def scalar(self, name: str) -> Floats:
        """A scalar within the bounds that assumptions give and that can be evaluated by now."""
        for statement in forms.assumed(self.scope):
            match statement:
                case Member(Symbol(symbol), Listing(elements)) if symbol == name:
                    listed = [float(e.value) for e in elements if isinstance(e, Number)]
                    return self.random.choice(listed, size=self.count)
        low, low_closed, high, high_closed = self.bounds(name)
        return between(self.random, self.count, low, high, (low_closed, high_closed))

    def bounds(self, name: str) -> tuple[Floats | None, bool, Floats | None, bool]:
        """Largest lower and smallest upper bound by now known, and whether they are attained."""
        low: Floats | None = None
        high: Floats | None = None
        low_closed = high_closed = True
        for below, sign, above in forms.links(self.scope):
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

    def known(self, expr: Expr, more: Mapping[str, Value[Approx]] | None = None) -> Floats | None:
        """The value of a scalar, if all its symbols have values by now."""
        from dataclasses import replace

        values = {**self.values, **(more or {})}
        try:
            value = evaluate(expr, replace(self.environment(), values=values), self.ring)
        except FAILURES:
            return None
        assert isinstance(value, Approx)
        return np.broadcast_to(value.value, (self.count,))

    # Equations and filters

    def settle(self, wanted: Mapping[str, Equation]) -> None:
        """Evaluate what is set rather than drawn, each after what it rests on."""
        left = dict(wanted)
        while left:
            done = []
            for name, equation in left.items():
                rests = forms.reached(equation.value, self.scope) & left.keys()
                if not rests - {name}:
                    self.set_to(name, equation)
                    done.append(name)
            if not done:
                raise ValueError(f"{', '.join(left)} are set in a circle")
            for name in done:
                del left[name]

    def settle_entries(self) -> None:
        """Set entries that equations give, as often as one may rest on another."""
        found = list(entry_equations(self.scope))
        for _ in found:
            for equation in found:
                try:
                    part = part_of(equation, self.environment(), self.ring)
                    right = evaluate(equation.right, self.environment(), self.ring)
                    self.values = dict(put(equation, part, right, self.environment()).values)
                except FAILURES:
                    continue

    def set_to(self, name: str, equation: Equation) -> None:
        from dataclasses import replace

        environment = self.environment()
        declared = self.scope.declared.get(name)
        if declared is not None and equation.index:
            (axis,) = declared.shape
            found = []
            for place in range(1, size_of(axis, self.sizes) + 1):
                indices = {**self.indices, equation.index: place}
                inside = replace(environment, indices=indices)
                found.append(evaluate(equation.value, inside, self.ring))
            entries = tuple(entry for entry in found if isinstance(entry, Approx))
            self.values[name] = Array((len(entries),), entries)
            return
        value = evaluate(equation.value, environment, self.ring)
        if declared is not None and declared.kind == "integer":
            assert isinstance(value, Approx)
            self.indices[name] = int(np.ravel(value.value)[0])
        else:
            self.values[name] = value

    def filtered(self) -> Truths:
        """Which instances meet every assumption, up to rounding."""
        from qedeck.evidence.laws import everywhere

        meets = np.ones(self.count, dtype=bool)
        environment = self.environment()
        equations = forms.equations(self.scope)
        for statement in forms.assumed(self.scope):
            if statement in self.trusted or _set_for_all(statement, equations):
                continue
            try:
                inside, axes = everywhere(statement, self.scope, environment, self.ring)
                met = self.met(statement, inside)
                meets &= met.reshape(-1, met.shape[-1]).all(axis=0) if axes and met.ndim else met
            except FAILURES:
                return np.zeros(self.count, dtype=bool)
        return meets

    def met(self, statement: Statement, inside: Environment[Approx]) -> Truths:
        """Where an assumption holds: an equation up to rounding, an inequality proper for sure."""
        from qedeck.evidence.judging import judged
        from qedeck.evidence.links import single_links
        from qedeck.formula.evaluate import holds

        yes, no = judged(statement, inside, self.ring)
        found = yes & ~no
        for link in single_links(statement) if isinstance(statement, Relation) else ():
            if link.signs[0] in ("<", ">"):
                found = found & np.asarray(holds(link, inside, self.ring).yes, dtype=bool)
        return np.asarray(found, dtype=bool)


def _set_for_all(statement: Statement, equations: Mapping[str, Equation]) -> bool:
    """Whether a statement is an equation over an index, which sets all its entries."""
    match statement:
        case Relation((Item(Symbol(name), (Symbol(index),)), _), ("=",)):
            return name in equations and equations[name].index == index
    return False
