"""Whether definitions are used only where they say what they are: their hypotheses, at each use.

A formula is walked through as it is evaluated, through loops and the definitions that it uses,
and what each definition assumes of its arguments is asked at what they are there. What stands
under a condition is asked only where the condition holds: P in `P \\implies Q`, the condition of
a sum, the bracket beside a factor. Floats propose an instance, exact numbers or balls confirm it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain, combinations, islice, product
from typing import Any, Generic

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.confirmation import BITS, points
from qedeck.evidence.falsify import COUNT, batches, by_length
from qedeck.evidence.far import far_batches
from qedeck.evidence.instances import FAILURES, Batch
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.values import precise
from qedeck.evidence.reasons import Nowhere
from qedeck.evidence.undefined import named
from qedeck.formula.definitions import entered, leading
from qedeck.formula.derivatives import moved, position
from qedeck.formula.evaluate import Environment
from qedeck.formula.interpreter import Evaluation, Frame
from qedeck.formula.moments import laws_of, spread
from qedeck.formula.printer import latex
from qedeck.formula.rings.floats import FloatRing
from qedeck.formula.rings.ring import Ring
from qedeck.formula.scope import Defined, Scope
from qedeck.formula.substitution import (
    Unsubstitutable,
    bound_by,
    free_names,
    given_to,
    mentioned,
    reachable,
    substituted,
)
from qedeck.formula.tree import (
    Apply,
    At,
    Big,
    Constant,
    Derivation,
    Derivative,
    Every,
    Expr,
    Gradient,
    Implies,
    Integral,
    Interval,
    Item,
    Limit,
    Member,
    Moment,
    Node,
    Optimum,
    Product,
    Range,
    Region,
    Relation,
    RelationSign,
    Restricted,
    Space,
    Statement,
    Symbol,
    Truth,
    children,
)
from qedeck.formula.values import T, Value, array, entries

UNABLE = (*FAILURES, ArithmeticError)
MOST_USES = 5_000
"""Uses of definitions that are looked at for one batch."""
MOST_CONFIRMED = 4
"""Instances that are tried to be confirmed."""
MOST_TIES = 6
"""Pairs of symbols that are tried as one."""
INSIDE = (Fraction(1, 7), Fraction(1, 2), Fraction(5, 6))
"""Where an integrand is looked at, as parts of the way."""
FAR = Fraction(1024)
MOST_AXES = 6
"""Entries along which a function is followed to either side of a point."""


def outside_domains(todo: Sequence[Obligation], seed: int, most: int = 12) -> Nowhere | None:
    """An instance that meets the hypotheses and at which a definition does not reach its use."""
    for obligation in todo:
        for asked in (obligation, *_hypotheses(obligation)):
            found = _outside(asked, seed, most)
            if found is not None:
                return found
    return None


def asks(scope: Scope) -> frozenset[str]:
    """Names of definitions that hold for some arguments only, or that use one that does."""
    every = reachable(scope.defined)
    found = {one.name for one in every if _conditions(one)}
    while True:
        more = {one.name for one in every if mentioned(one.body) & found} - found
        if not more:
            return frozenset(found)
        found |= more


def _hypotheses(obligation: Obligation) -> Iterator[Obligation]:
    """The hypotheses that use a definition with a domain, each under the others."""
    scope = obligation.scope
    asking = asks(scope)
    for one in scope.assumed:
        if one.statement is not None and mentioned(one.statement) & asking:
            rest = tuple(other for other in scope.assumed if other != one)
            yield replace(obligation, statement=one.statement, scope=replace(scope, assumed=rest))


def _outside(obligation: Obligation, seed: int, most: int) -> Nowhere | None:
    asking = asks(obligation.scope)
    nodes = [obligation.statement, *(value for _, value in obligation.fixed)]
    if not any(mentioned(node) & asking for node in nodes):
        return None
    tried = 0
    near = batches(obligation, seed, count=COUNT // 4, most=most)
    tied = (batch for one in _ties(obligation) for batch in batches(one, seed, count=24, most=2))
    with np.errstate(all="ignore"):
        for batch in chain(near, tied, far_batches(obligation, seed)):
            for needed, bad in _uses(nodes, batch.environment, FloatRing(), asking).items():
                broken = batch.meets & _flat(bad, batch.count)
                for k in by_length(batch, broken)[:1] if broken.any() else ():
                    tried += 1
                    if _confirmed(obligation, nodes, needed, batch, k, asking):
                        return replace(named(batch, k), needed=latex(needed))
                    if tried >= MOST_CONFIRMED:
                        return None
    return None


def _ties(obligation: Obligation) -> list[Obligation]:
    """The obligation with one symbol set to another, which random numbers hardly are."""
    scope = obligation.scope
    conditions = [one for d in reachable(scope.defined) for one in _conditions(d)]
    if not any(isinstance(one, Relation) and "!=" in one.signs for one in conditions):
        return []
    taken = {name for name, _ in obligation.fixed} | forms.equations(scope).keys()
    free = [d for d in scope.declared.values() if d.kind == "real" and d.name not in taken]
    pairs = [(a, b) for a, b in combinations(free, 2) if a.shape == b.shape]
    return [
        replace(obligation, fixed=(*obligation.fixed, (a.name, Symbol(b.name, b.shape))))
        for a, b in pairs[:MOST_TIES]
    ]


def _flat(bad: Any, count: int) -> Any:
    """For each instance, whether something is so at any outcome."""
    made = np.asarray(bad, dtype=bool)
    outcomes = tuple(range(made.ndim - 1))
    return np.broadcast_to(made.any(axis=outcomes) if outcomes else made, (count,))


def _confirmed(
    obligation: Obligation,
    nodes: Sequence[Node],
    needed: Statement,
    batch: Batch,
    k: int,
    asking: frozenset[str],
) -> bool:
    """Whether exact numbers, or balls, meet the hypotheses and are outside, too."""
    with precise(BITS):
        for point in points(obligation, batch, k):
            with suppress(*UNABLE):
                if point.meets(obligation.scope):
                    found = _uses(nodes, point.environment, point.ring, asking)
                    return bool(np.any(found.get(needed, False)))
    return False


def _uses(
    nodes: Sequence[Node], environment: Environment[Any], ring: Ring[Any], asking: frozenset[str]
) -> dict[Statement, Any]:
    """What uses of definitions need, and where that fails for sure."""
    walk = _Walk(Evaluation(ring), asking)
    for node in nodes:
        with suppress(_Enough):
            walk.visit(node, Frame(environment), np.asarray(True))
    return walk.failed


def _conditions(defined: Defined) -> list[Statement]:
    """What a definition assumes of its arguments, and of what else it speaks of."""
    if defined.scope is None:
        return []
    given = bound_by(defined)
    known = given | free_names(defined.body)
    found: list[Statement] = []
    for one in forms.assumed(defined.scope):
        names = free_names(one)
        if names & given and names <= known:
            found.append(one)
    return found


class _Enough(Exception):
    """Enough uses were looked at."""


@dataclass
class _Walk(Generic[T]):
    """One walk through formulas at instances; `held` says where what is walked through counts."""

    run: Evaluation[T]
    asking: frozenset[str]
    failed: dict[Statement, Any] = field(default_factory=dict)
    uses: int = 0
    beside: bool = False
    """Whether symbols are germs: what is asked is asked of all points just beside the instance."""

    def visit(self, node: Node, frame: Frame[T], held: Any) -> None:
        """Look at all uses of definitions in a node."""
        if not mentioned(node) & self.asking or not np.any(held):
            return
        match node:
            case Implies(given, then) | Restricted(then, given):
                self.visit(given, frame, held)
                self.visit(then, frame, held & self.holds(given, frame))
            case Derivation(chains):
                for step in chains:
                    self.visit(step, frame, held)
            case Product(factors):
                brackets = [one.statement for one in factors if isinstance(one, Truth)]
                inner = held
                for bracket in brackets:
                    self.visit(bracket, frame, held)
                    inner = inner & self.holds(bracket, frame)
                for one in factors:
                    if not isinstance(one, Truth):
                        self.visit(one, frame, inner)
            case Big():
                self.loop(node, frame, held)
            case Every(over, said):
                for inside in self.steps((over,), frame):
                    self.visit(said, inside, held)
            case Optimum():
                # It is unfolded before; what is not is not evaluated either.
                return
            case Integral():
                self.integral(node, frame, held)
            case Limit():
                self.limit(node, frame, held)
            case At(body, variable, point):
                self.visit(point, frame, held)
                with suppress(*UNABLE):
                    there = frame.assign({variable.name: self.run.value(point, frame)})
                    self.visit(body, there, held)
            case Moment():
                self.moment(node, frame, held)
            case Apply():
                self.application(node, frame, held)
            case Derivative(body, Symbol() as variable) | Gradient(body, variable):
                self.visit(body, frame, held)
                self.around(body, variable, None, frame, held)
            case Derivative(body, Item(Symbol() as variable) as entry):
                self.visit(body, frame, held)
                with suppress(*UNABLE):
                    self.around(body, variable, position(self.run, entry, frame), frame, held)
            case Item(Symbol(name), indices) if name in frame.environment.definitions:
                self.family(frame.environment.definitions[name], indices, frame, held)
            case Symbol(name) if name in frame.environment.definitions:
                self.family(frame.environment.definitions[name], (), frame, held)
            case _:
                for child in children(node):
                    if isinstance(child, Expr | Statement | Region):
                        self.visit(child, frame, held)

    def holds(self, statement: Statement, frame: Frame[T]) -> Any:
        """Where a condition holds for sure; nowhere, if it has no value."""
        with suppress(*UNABLE):
            return np.asarray(self.run.truth(statement, frame).yes, dtype=bool)
        return np.asarray(False)

    def loop(self, node: Big, frame: Frame[T], held: Any) -> None:
        for one in node.ranges:
            self.visit(one.low, frame, held)
            self.visit(one.high, frame, held)
        for inside in self.steps(node.ranges, frame):
            where = held
            if node.condition is not None:
                self.visit(node.condition, inside, held)
                where = held & self.holds(node.condition, inside)
            self.visit(node.body, inside, where)

    def steps(self, ranges: Sequence[Range], frame: Frame[T]) -> Iterator[Frame[T]]:
        if not ranges:
            yield frame
            return
        first, *rest = ranges
        try:
            low, high = self.run.bound(first.low, frame), self.run.bound(first.high, frame)
        except UNABLE:
            return
        for index in range(low, high + 1):
            yield from self.steps(rest, frame.bind({first.index: index}))

    def integral(self, node: Integral, frame: Frame[T], held: Any) -> None:
        self.visit(node.low, frame, held)
        self.visit(node.high, frame, held)
        ring = self.run.ring
        with suppress(*UNABLE):
            low = self.run.scalar(node.low, frame)
            way = ring.sub(self.run.scalar(node.high, frame), low)
            for part in INSIDE:
                place = ring.add(low, ring.mul(ring.number(part), way))
                self.visit(node.body, frame.assign({node.variable: place}), held)

    def limit(self, node: Limit, frame: Frame[T], held: Any) -> None:
        self.visit(node.target, frame, held)
        ring = self.run.ring
        with suppress(*UNABLE):
            if node.target == Constant("infinity"):
                places = [ring.number(FAR)]
            else:
                target = self.run.scalar(node.target, frame)
                steps = [Fraction(side) / FAR for side in (1, -1) if side * node.side >= 0]
                places = [ring.add(target, ring.number(step)) for step in steps]
            for place in places:
                self.visit(node.body, frame.assign({node.variable: place}), held)

    def moment(self, node: Moment, frame: Frame[T], held: Any) -> None:
        """At all outcomes, which rings keep along axes of their own."""
        if not self.run.ring.shares:
            return
        with suppress(*UNABLE):
            _, inside = spread(self.run.ring, laws_of(self.run, node, frame), frame)
            for part in node.arguments:
                self.visit(part, inside, held)

    def application(self, node: Apply, frame: Frame[T], held: Any) -> None:
        for part in (*node.arguments, *node.parameters):
            self.visit(part, frame, held)
        defined = frame.environment.definitions.get(node.function)
        if defined is None or node.function in frame.environment.functions:
            return
        with suppress(*UNABLE):
            arguments = [self.run.value(part, frame) for part in node.arguments]
            parameters = [self.run.value(part, frame) for part in node.parameters]
            for rows in self.rows(defined, arguments):
                inside = entered(defined, rows, parameters, frame)
                self.enter(defined, node, inside, held)
                if node.order and not self.beside and len(rows) == 1:
                    self.primed(defined, node, inside, held)

    def primed(self, defined: Defined, node: Apply, inside: Frame[T], held: Any) -> None:
        """Look at a function just beside the point at which its derivative is taken."""
        (name,) = defined.arguments
        with suppress(*UNABLE):
            at = self.run.value(Symbol(name), inside)
            for side in (1, -1):
                way = {0: self.run.ring.whole(side)}
                ring, there = moved(self.run.ring, inside, name, at, way)
                beside = _Walk(Evaluation(ring), self.asking, uses=self.uses, beside=True)
                beside.enter(defined, replace(node, order=0), there, held)
                self.joined(beside)

    def around(
        self, body: Node, variable: Symbol, place: int | None, frame: Frame[T], held: Any
    ) -> None:
        """Look at uses just beside a point: a derivative exists where a function does all about it.

        Sound: a germ fails a condition only where all points near enough to that side fail it.
        """
        if self.beside:
            return
        with suppress(*UNABLE):
            at = self.run.value(variable, frame)
            places = range(len(entries(at))) if place is None else (place,)
            for one, side in product(islice(places, MOST_AXES), (1, -1)):
                way = {one: self.run.ring.whole(side)}
                ring, inside = moved(self.run.ring, frame, variable.name, at, way)
                beside = _Walk(Evaluation(ring), self.asking, uses=self.uses, beside=True)
                beside.visit(body, inside, held)
                self.joined(beside)

    def joined(self, beside: _Walk[Any]) -> None:
        """Take over what fails just beside a point: there has to be room about it."""
        self.uses = beside.uses
        for needed, bad in beside.failed.items():
            strict = _strictly(needed)
            self.failed[strict] = self.failed.get(strict, False) | bad

    def rows(self, defined: Defined, arguments: list[Value[T]]) -> Iterator[list[Value[T]]]:
        """The arguments, or each row of them where the function acts on rows."""
        before = leading(defined, arguments)
        for place in product(*(range(1, axis + 1) for axis in before)):
            yield [array(one).at(*place) for one in arguments] if place else arguments

    def family(self, defined: Defined, indices: Sequence[Expr], frame: Frame[T], held: Any) -> None:
        for index in indices:
            self.visit(index, frame, held)
        if defined.arguments or defined.recursive or defined.name in frame.environment.values:
            return
        outer = entered(defined, (), (), frame)
        count = len(defined.indices)
        places: list[tuple[int, ...]] = []
        with suppress(*UNABLE):
            if count and len(indices) >= count:
                found = [self.run.whole(index, frame) for index in indices[:count]]
                places = [tuple(one for one in found if isinstance(one, int))]
            else:
                axes = [self.run.size(axis, outer) for axis in defined.shape[:count]]
                places = list(product(*(range(1, axis + 1) for axis in axes)))
        for place in places:
            if len(place) == count:
                inside = outer.bind(dict(zip(defined.indices, place, strict=True)))
                given = Item(Symbol(defined.name), tuple(indices)) if indices else None
                self.enter(defined, given, inside, held)

    def enter(self, defined: Defined, node: Expr | None, inside: Frame[T], held: Any) -> None:
        """Ask what a definition assumes, then look at what it uses itself."""
        self.uses += 1
        if self.uses > MOST_USES:
            raise _Enough
        for condition in _conditions(defined):
            with suppress(*UNABLE):
                no = np.asarray(self.run.truth(condition, inside).no, dtype=bool)
                bad = held & no
                if np.any(bad):
                    needed = _said(condition, defined, node)
                    self.failed[needed] = self.failed.get(needed, False) | bad
        if not defined.recursive:
            self.visit(defined.body, inside, held)


def _strictly(statement: Statement) -> Statement:
    """A condition that a point meets with room about it."""
    match statement:
        case Relation(terms, signs):
            strict: dict[RelationSign, RelationSign] = {"<=": "<", ">=": ">"}
            return Relation(terms, tuple(strict.get(one, one) for one in signs))
        case Member(element, Space(axes, "nonnegative")):
            return Member(element, Space(axes, "positive"))
        case Member(element, Interval() as where):
            return Member(element, replace(where, closed_low=False, closed_high=False))
        case _:
            return statement


def _said(condition: Statement, defined: Defined, node: Expr | None) -> Statement:
    """A hypothesis of a definition, of what is put in."""
    match node:
        case Apply():
            with suppress(Unsubstitutable):
                return substituted(condition, given_to(defined, node))
        case Item(_, indices) if len(indices) >= len(defined.indices):
            with suppress(Unsubstitutable):
                given = dict(zip(defined.indices, indices, strict=False))
                return substituted(condition, given)
    return condition
