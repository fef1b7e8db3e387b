"""Whether an instance that floats call a counterexample is one: by fractions and balls.

Floats propose. An instance counts once all hypotheses hold at it and the statement fails, both
decided in exact numbers or in balls that enclose them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, Literal

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.coins import with_coins
from qedeck.evidence.families import at_instance
from qedeck.evidence.formulas import UNABLE as UNPROVED
from qedeck.evidence.formulas import Unprovable, formula_of
from qedeck.evidence.instances import FAILURES, Batch
from qedeck.evidence.laws import outside_moments
from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.values import precise
from qedeck.evidence.solving import System
from qedeck.evidence.truth import true, truth
from qedeck.formula.evaluate import Environment, FiniteLaw, Value, evaluate, holds, sides
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.floats import Approx
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Scope
from qedeck.formula.tree import Implies, Item, Relation, Restricted, Statement, Symbol
from qedeck.formula.values import entries, mapped

Confirmation = Literal["false", "true", "open"]
"""Of a statement at an instance: it fails there for sure, it does not fail there, or nothing
decides; "true" also where the sides agree to far more digits than floats have."""

BITS = 160
TIED = -80
"""Sides whose difference is below 2 to this power, relative to their size, agree."""
SHORT = 24
NEAR = Fraction(1, 10**4)
"""Numbers this near to a fraction of a small denominator are tried as that fraction."""
MOST_ENTRIES = 200
"""Larger instances are not solved for."""
UNABLE = (*FAILURES, ZeroDivisionError, ArithmeticError)


@dataclass(frozen=True, eq=False)
class Point:
    """An instance in fractions and balls."""

    environment: Environment[Algebraic]
    ring: AlgebraicRing
    granted: frozenset[Statement] = frozenset()
    """Hypotheses that some numbers within the balls meet, by construction."""
    moved: bool = False
    """It lies beside the instance that floats were asked at."""

    def meets(self, scope: Scope) -> bool:
        """Whether all hypotheses hold for sure."""
        return all(
            one in self.granted or _everywhere(one, self.environment, self.ring)
            for statement in forms.assumed(scope)
            for one in _apart(statement)
        )

    def says(self, statement: Statement) -> Confirmation:
        """Whether a statement holds here."""
        verdict = holds(statement, self.environment, self.ring).decided
        if verdict is not None:
            return "true" if verdict else "false"
        return "true" if self._tied(statement) else "open"

    def asked(self, statement: Statement) -> bool:
        """Whether a statement says something here: the conditions in front of it hold."""
        match statement:
            case Implies(given, then) | Restricted(then, given):
                met = holds(given, self.environment, self.ring).decided is True
                return met and self.asked(then)
            case _:
                return True

    def _tied(self, statement: Statement) -> bool:
        """Whether no relation is open but those that equality meets, of sides that agree."""
        for link in single_links(statement):
            if holds(link, self.environment, self.ring).decided is None:
                if link.signs[0] not in ("=", "<=", ">="):
                    return False
                (found,) = sides(link, self.environment, self.ring)
                pairs = zip(entries(found.left), entries(found.right), strict=True)
                if not all(_agree(a, b) for a, b in pairs):
                    return False
        return bool(single_links(statement))


def confirmed(obligation: Obligation, batch: Batch, k: int, *, asked: bool = False) -> Confirmation:
    """Whether an instance of a batch is a counterexample to an obligation.

    Args:
        obligation: What must hold.
        batch: Instances in floats.
        k: Which of them.
        asked: "true" only where the conditions in front of the statement hold.

    Sound for "false": every hypothesis was decided at the very numbers, or within balls in which
    numbers that meet it exist (fixed points by Krawczyk's test, or values computed from others),
    and the statement fails for all numbers in these balls.
    """
    with precise(BITS), np.errstate(all="ignore"):
        for point in points(obligation, batch, k):
            try:
                if not point.meets(obligation.scope):
                    continue
                here = point.says(obligation.statement)
                if asked and not point.asked(obligation.statement):
                    continue
            except UNABLE:
                continue
            if here == "false":
                return "false"
            if here == "true" and not point.moved:
                return "true"
    return "open"


def points(obligation: Obligation, batch: Batch, k: int) -> Iterator[Point]:
    """The instance in exact numbers: as drawn, solved for anew, and with short fractions."""
    instance = Instance(obligation, batch, k)
    plain = instance.drawn()
    makers: list[Callable[[], Point | None]] = [
        partial(instance.at, plain), partial(instance.solved, plain),
    ]  # fmt: skip
    for make in makers:
        try:
            found = make()
        except UNABLE:
            continue
        if found is not None:
            yield found
    short = {name: mapped(_shortened, value) for name, value in plain.items()}
    if any(entries(short[name]) != entries(value) for name, value in plain.items()):
        try:
            yield replace(instance.at(short), moved=True)
        except UNABLE:
            return


def symbolically(
    obligation: Obligation, batch: Batch, k: int, given: Mapping[str, Value[Any]] | None = None
) -> bool:
    """Whether an instance meets all hypotheses and breaks the statement, by proofs.

    Slower than balls, but it tells numbers that are equal from those that are nearly so.

    Args:
        obligation: What must hold.
        batch: Instances in floats.
        k: Which of them.
        given: Expressions in place of some of its numbers.
    """
    ring = SymbolicRing()
    plain = batch.environment

    def exact(entry: Approx) -> Any:
        return ring.number(Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k])))

    values: dict[str, Value[Any]] = {n: mapped(exact, v) for n, v in plain.values.items()}
    values.update(given or {})
    functions = dict(at_instance(batch.members, k, ring))
    environment = Environment[Any](values, plain.sizes, plain.indices, functions, plain.definitions)
    try:
        if given:
            for name, equation in forms.equations(obligation.scope).items():
                value = evaluate(equation.value, environment, ring)
                environment = replace(environment, values={**environment.values, name: value})
        met = all(
            true(formula_of(said, environment, ring)) for said in forms.assumed(obligation.scope)
        )
        return met and truth(formula_of(obligation.statement, environment, ring)) is False
    except (Unprovable, *UNPROVED):
        return False


class Instance:
    """One instance of a batch, and what its numbers are computed from."""

    def __init__(self, obligation: Obligation, batch: Batch, k: int) -> None:
        import flint

        self.obligation, self.batch, self.k = obligation, batch, k
        self.scope = obligation.scope
        self.ring = AlgebraicRing(flint.arb(0))
        self.functions = at_instance(batch.members, k, self.ring)
        self.laws = tuple(self._law(law) for law in batch.environment.laws)
        equations = forms.equations(self.scope)
        self.set = {**equations, **{n: forms.Equation(e) for n, e in obligation.fixed}}
        self.granted = frozenset(s for s in self._said() if self._given(s))

    def _said(self) -> Iterator[Statement]:
        """The hypotheses, chains link by link."""
        for statement in forms.assumed(self.scope):
            yield from _apart(statement)

    def drawn(self) -> dict[str, Value[Fraction]]:
        """The numbers that were drawn, as the fractions that floats are."""
        values = self.batch.environment.values
        free = {n: v for n, v in values.items() if n not in self.set and not self._enclosed(n)}
        return {name: mapped(self._fraction, value) for name, value in free.items()}

    def at(self, drawn: Mapping[str, Value[Fraction]]) -> Point:
        """The point that numbers make, with what equations set."""
        number = self.ring.number
        return self.among({name: mapped(number, value) for name, value in drawn.items()})

    def among(
        self, values: Mapping[str, Value[Algebraic]], granted: frozenset[Statement] = frozenset()
    ) -> Point:
        """The same from numbers of the ring."""
        environment = self.environment(values, self.ring)
        drawn = self.batch.environment.laws
        coined, ring = with_coins(environment, drawn, self.k, self.scope, self.ring)
        return Point(coined, ring, self.granted | granted)

    def environment(
        self,
        values: Mapping[str, Value[Any]],
        ring: Any,
        lifted: Callable[[Approx], Any] | None = None,
    ) -> Environment[Any]:
        """The instance over a ring whose numbers are given.

        Args:
            values: Of what is not set by equations, in the ring.
            ring: The ring of this instance, or one over it.
            lifted: What becomes of numbers that lie in balls about floats; by default these balls.
        """
        plain = self.batch.environment
        lifted = lifted or self.ball
        enclosed: dict[str, Value[Any]] = {
            name: mapped(lifted, value)
            for name, value in plain.values.items()
            if self._enclosed(name) and name not in values
        }
        made: Environment[Any] = Environment(
            {**enclosed, **values}, plain.sizes, plain.indices,
            self.functions, plain.definitions, self.laws,
        )  # fmt: skip
        left = {n: e for n, e in self.set.items() if n in plain.values}
        while left:
            ready = [
                n for n, e in left.items()
                if not forms.reached(e.value, self.scope) & (left.keys() - {n})
            ]  # fmt: skip
            if not ready:
                raise ValueError("set in a circle")
            for name in ready:
                value = self._computed(name, left.pop(name), made, ring)
                made = replace(made, values={**made.values, name: value})
        return made

    def solved(self, drawn: Mapping[str, Value[Fraction]]) -> Point | None:
        """The point moved onto the equations among the hypotheses; None where there are none."""
        open_ = [s for s in self._said() if s not in self.granted and _equation(s)]
        known = {n for s in open_ for n in forms.reached(s, self.scope)}
        if any(self.scope.declared[n].kind != "real" for n in known & self.batch.members.keys()):
            return None
        names = [n for n in drawn if n in known]
        if not open_ or not names or sum(len(entries(drawn[n])) for n in names) > MOST_ENTRIES:
            return None
        return System(self, open_, names, drawn).solution()

    # Parts

    def _computed(self, name: str, equation: Any, made: Environment[Any], ring: Any) -> Any:
        if not equation.index:
            return evaluate(equation.value, made, ring)
        old = self.batch.environment.values[name]
        found = [
            evaluate(
                equation.value, replace(made, indices={**made.indices, equation.index: at}), ring
            )
            for at in range(1, len(entries(old)) + 1)
        ]
        return replace(old, entries=tuple(found))  # type: ignore[arg-type]

    def _given(self, statement: Statement) -> bool:
        """Whether a hypothesis is met by what it sets, or by the numbers constructed for it."""
        match statement:
            case Relation((Symbol(name), right), ("=",)):
                index = ""
            case Relation((Item(Symbol(name), (Symbol(index),)), right), ("=",)):
                pass
            case _:
                return self._constructed(statement) is not None
        return self.set.get(name) == forms.Equation(right, index)

    def _constructed(self, statement: Statement) -> str | None:
        """The name of a matrix or a subgradient that a statement was met for by construction."""
        found = forms.subgradient(statement)
        return forms.orthonormal(statement) or (found[0] if found else None)

    def _enclosed(self, name: str) -> bool:
        """Whether a symbol is known to lie in balls about floats, not to be these floats."""
        declared = self.scope.declared.get(name)
        random = declared is not None and declared.kind == "random"
        return random or name in {self._constructed(s) for s in forms.assumed(self.scope)}

    def _float(self, part: Any) -> float:
        return float(np.broadcast_to(part, (self.batch.count,))[self.k])

    def _fraction(self, entry: Approx) -> Fraction:
        return Fraction(self._float(entry.value))

    def ball(self, entry: Approx) -> Algebraic:
        """A number of a batch as the ball in which it lies."""
        middle, radius = self._float(entry.value), self._float(entry.error)
        if radius == 0:
            return self.ring.number(Fraction(middle))
        return Algebraic(None, self.ring.balls.arb(middle, radius))

    def _law(self, law: FiniteLaw[Approx]) -> FiniteLaw[Algebraic]:
        """A law in balls: moments that are given hold for numbers within them."""
        outcomes = [
            (self.ball(weight), {n: mapped(self.ball, v) for n, v in values.items()})
            for weight, values in law.outcomes
        ]
        return FiniteLaw(tuple(outcomes))


def _everywhere(
    statement: Statement, environment: Environment[Algebraic], ring: AlgebraicRing
) -> bool:
    """Whether a hypothesis holds, at every outcome of what is random in it."""
    mentioned = outside_moments(statement)
    laws = [law for law in environment.laws if law.symbols & mentioned]
    for outcome in product(*(law.outcomes for law in laws)):
        values = {name: value for _, given in outcome for name, value in given.items()}
        inside = replace(environment, values={**environment.values, **values})
        if holds(statement, inside, ring).decided is not True:
            return False
    return True


def _apart(statement: Statement) -> Sequence[Statement]:
    """The links of a chain; any other statement by itself."""
    return single_links(statement) if isinstance(statement, Relation) else (statement,)


def _equation(statement: Statement) -> bool:
    return isinstance(statement, Relation) and statement.signs == ("=",)


def _shortened(number: Fraction) -> Fraction:
    short = number.limit_denominator(SHORT)
    return short if abs(short - number) <= NEAR else number


def _agree(a: Algebraic, b: Algebraic) -> bool:
    size = max(1.0, float(abs(a.ball).upper()), float(abs(b.ball).upper()))
    return bool(abs(a.ball - b.ball) < a.ball.__class__(2) ** TIED * size)
