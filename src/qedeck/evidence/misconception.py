"""Misconceptions: the counterexample on the page, confirmed exactly with the values printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy

from qedeck.evidence.exact import UNABLE, Unprovable, formula_of
from qedeck.evidence.expectation import Expectation
from qedeck.evidence.falsify import falsify
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.links import single_links
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import Corruption, corruptions
from qedeck.evidence.obligations import NotUnfolded, obligations, parts
from qedeck.evidence.optima import (
    search,
    with_optima,
)
from qedeck.evidence.proof.certificate import Formula, Rel
from qedeck.evidence.proof.limits import limit_is
from qedeck.evidence.reasons import Counter, Misfit, Plain, Told
from qedeck.evidence.record import Evidence
from qedeck.evidence.trial import mutant
from qedeck.evidence.truth import equal, related, true, truth
from qedeck.evidence.words import SIGNS, misfit
from qedeck.formula.evaluate import Array, Environment, Value, evaluate, sides
from qedeck.formula.printer import latex
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Bound, Scope
from qedeck.formula.substitution import free_names
from qedeck.formula.tree import (
    Both,
    Integers,
    Limit,
    Member,
    Node,
    Permutations,
    Relation,
    Statement,
    Symbol,
    transformed,
    walk,
)
from qedeck.formula.values import (
    entries,
    scalar,
    shape,
)

if TYPE_CHECKING:
    from qedeck.evidence.verify import Subject


@dataclass(frozen=True)
class Confirmed:
    """Whether the counterexample on the page refutes a formula with the numbers printed."""

    misfit: Misfit | None = None
    """Why it does not, or what cannot be decided."""

    @property
    def holds(self) -> bool:
        """Whether it refutes it."""
        return self.misfit is None


def refuted(subject: Subject, seed: int, hand: HandVerdict | None) -> Evidence:
    """The verdict on a misconception."""
    from qedeck.evidence.verdicts import blank, judged, unknown

    bound = subject.bound
    if bound.failure is None:
        return unknown(subject, "it has no counterexample: write Fails at $...$: $4 \\not\\le 2$")
    if bound.truth is None:
        return unknown(subject, "it names no true claim: write True for [...](#...)")
    confirmed = confirm(bound)
    if confirmed.misfit is not None:
        message = (
            f"{subject.place}: {subject.kind} {subject.id}: the counterexample on the page fails: "
            f"{misfit(confirmed.misfit)}\n    {subject.latex}"
        )
        return replace(blank(subject, "fails"), message=message)
    found = own_counterexample(bound, seed)
    if found is None and not (hand is not None and hand.verdict == "holds"):
        return unknown(subject, "the search finds no counterexample of its own")
    values = tuple((name, latex(value)) for name, value in bound.failure.values)
    mutants = tuple(_judge(c) for c in corruptions(bound) if c.part == "statement")
    evidence = replace(
        blank(subject, "holds"),
        level="refuted",
        counterexample=values,
        found=found,
    )
    return judged(subject, evidence, mutants)


def own_counterexample(bound: Bound, seed: int) -> Counter | None:
    """A counterexample that the search finds."""
    from qedeck.evidence.boundary import on_boundary

    try:
        todo = obligations(bound)
    except NotUnfolded:
        return search(bound, seed)
    for count in (256, 4000):
        trial = falsify(todo, seed, count=count, first_only=True)
        if trial.against is not None:
            return trial.against
    return on_boundary(todo, seed)


def _judge(corruption: Corruption) -> Mutant:
    """A mutant of a misconception is killed when the page's counterexample no longer fits it."""
    problem = corruption.fault
    if problem:
        return mutant(corruption, "invalid", Told("not read", problem))
    confirmed = confirm(corruption.bound)
    if confirmed.misfit is None:
        return mutant(corruption, "still true", Plain("the same numbers"))
    return mutant(corruption, "killed", confirmed.misfit)


def confirm(bound: Bound) -> Confirmed:
    """Whether the printed values meet the hypotheses, give the printed sides, and break it."""
    assert bound.failure is not None
    ring = SymbolicRing()
    try:
        environment = at_page(bound, ring)
        for assumed in bound.scope.assumed:
            if assumed.statement is not None and not true(
                _asked(assumed.statement, environment, ring)
            ):
                return Confirmed(Misfit("unmet", latex(assumed.statement)))
        return _compared(bound, environment, ring)
    except Missing as error:
        return Confirmed(Misfit("missing", said=str(error)))
    except (Unprovable, *UNABLE) as error:
        return Confirmed(Misfit("no value", said=str(error)))


def _asked(statement: Statement, environment: Environment[Any], ring: SymbolicRing) -> Formula:
    """A hypothesis at the printed values; `k \\in [4]` bounds k."""
    match statement:
        case Member(element, Integers("upto", high)) if high is not None:
            ends = [evaluate(end, environment, ring) for end in (element, high)]
            return Rel(ends[0], "<=", ends[1])
        case Member(element, Permutations()):
            matrix = evaluate(element, environment, ring)
            return Rel(ring.whole(int(_permutes(matrix))), "=", ring.whole(1))
        case _:
            return formula_of(statement, environment, ring)


def _permutes(matrix: Value[Any]) -> bool:
    """Whether a square matrix has a single 1 in each row and column, and zeros."""
    if not isinstance(matrix, Array):
        return bool(matrix == 1)
    size = matrix.shape[0]
    rows = [list(matrix.entries[k * size : (k + 1) * size]) for k in range(size)]
    unit = [0] * (size - 1) + [1]
    return all(sorted(line) == unit for line in [*rows, *map(list, zip(*rows, strict=True))])


class Missing(Exception):
    """A declared symbol that the counterexample does not set."""


def at_page(bound: Bound, ring: SymbolicRing) -> Environment[Any]:
    """The environment that the printed values make."""
    assert bound.failure is not None
    scope: Scope = bound.scope
    sizes: dict[str, int] = {}
    indices: dict[str, int] = {}
    values: dict[str, Value[Any]] = {}
    for name, expr in bound.failure.values:
        value = evaluate(expr, Environment[Any](values, sizes, indices), ring)
        declared = scope.declared[name]
        if declared.kind == "dimension":
            sizes[name] = whole(name, scalar(value), 1)
        elif declared.kind == "index":
            indices[name] = whole(name, scalar(value), 1)
        elif declared.kind == "integer":
            indices[name] = whole(name, scalar(value), _least(name, scope))
        else:
            values[name] = value
        if isinstance(value, Array):
            for axis, length in zip(declared.shape, value.shape, strict=True):
                if isinstance(axis, str) and sizes.setdefault(axis, length) != length:
                    raise ValueError(f"{axis} is {sizes[axis]} and {length}")
    needed = free_names(bound.statement)
    for declared in scope.declared.values():
        known = {**sizes, **indices, **values}
        if declared.name in known or declared.kind in ("function", "random"):
            continue
        if declared.kind not in ("index", "integer") or declared.name in needed:
            raise Missing(declared.name)
        indices[declared.name] = 1  # of a family that the formula does not ask at an index
    return _with_moments(scope, Environment(values, sizes, indices, {}, scope.defined))


def _with_moments(scope: Scope, environment: Environment[Any]) -> Environment[Any]:
    """The environment with random symbols of which only the printed moments are known.

    Raises:
        ValueError: where no law has such a variance.
    """
    if not any(declared.kind == "random" for declared in scope.declared.values()):
        return environment
    rule = Expectation(scope, environment.sizes, environment)
    for law, variance in rule.variance.items():
        if not variance.free_symbols and not true(Rel(variance, ">=", sympy.Integer(0))):
            raise ValueError(f"{law} has variance {variance}")
    values = {**environment.values, **rule.values}
    return replace(environment, values=values, expectation=rule)


def whole(name: str, value: Any, least: int | None) -> int:
    """The whole number that a dimension, an index or an integer is set to.

    Raises:
        ValueError: where it is none, or too small for what it counts.
    """
    if not value.is_Integer or (least is not None and value < least):
        wanted = "a whole number" if least is None else f"a whole number from {least}"
        raise ValueError(f"{name} is {value}, not {wanted}")
    return int(value)


def _least(name: str, scope: Scope) -> int | None:
    """The least value that the set of an integer allows."""
    for assumed in scope.assumed:
        match assumed.statement:
            case Member(Symbol(symbol), Integers(which)) if symbol == name and which != "Z":
                return 1
    return None


def _compared(bound: Bound, environment: Environment[Any], ring: SymbolicRing) -> Confirmed:
    """Whether the formula is false there, in a link whose sides are the printed numbers."""
    assert bound.failure is not None
    printed = bound.failure.refuted
    assert isinstance(printed, Relation)
    (wanted,) = sides(printed, Environment[Any](), ring)
    seen = []
    for part in parts(bound.statement):
        for relation in single_links(part):
            left, right = _sides(relation, environment, ring, printed)
            same = equal(left, wanted.left) and equal(right, wanted.right)
            if same and relation.signs[0] == wanted.sign:
                return _false(bound.statement, environment, ring, relation, printed)
            seen.append(f"{left} {relation.signs[0]} {right}")
    shown = SIGNS.get(str(wanted.sign), str(wanted.sign))
    printed_there = f"{wanted.left} {shown} {wanted.right}"
    return Confirmed(Misfit("other sides", printed_there, tuple(seen)))


def _sides(
    relation: Relation, environment: Environment[Any], ring: SymbolicRing, printed: Relation
) -> tuple[Value[Any], Value[Any]]:
    """The exact sides of a relation; optima and limits at concrete numbers are confirmed."""
    relation, environment = _plainly(relation, environment, ring, printed)
    (link,) = sides(relation, environment, ring)
    return link.left, link.right


def _false(
    statement: Statement,
    environment: Environment[Any],
    ring: SymbolicRing,
    relation: Relation,
    printed: Relation,
) -> Confirmed:
    left, right = _sides(relation, environment, ring, printed)
    if truth(related(left, str(relation.signs[0]), right)) is not False:
        return Confirmed(Misfit("link holds", latex(relation)))
    statement, environment = _plainly(statement, environment, ring, printed)
    if truth(formula_of(_plain(statement), environment, ring)) is not False:
        return Confirmed(Misfit("formula holds"))
    return Confirmed()


def _plainly(
    statement: Any, environment: Environment[Any], ring: SymbolicRing, printed: Relation
) -> tuple[Any, Environment[Any]]:
    """A statement with optima and limits replaced by their values at concrete numbers."""
    statement, environment = with_optima(statement, environment, ring)
    return with_limits(statement, environment, ring, printed)


def _plain(statement: Statement) -> Statement:
    several = parts(statement)
    return several[0] if len(several) == 1 else Both(several)


def with_limits(
    statement: Any, environment: Environment[Any], ring: SymbolicRing, printed: Relation
) -> tuple[Any, Environment[Any]]:
    """A statement with each limit replaced by the printed number that it is certified to reach.

    Raises:
        Unprovable: where no printed number is certified.
    """
    limits = list(dict.fromkeys(p for p in walk(statement) if isinstance(p, Limit)))
    values = dict(environment.values)
    names: dict[Node, str] = {}
    for k, taken in enumerate(limits):
        variable = ring.symbol(taken.variable, positive=True)
        inside = replace(environment, values={**environment.values, taken.variable: variable})
        body = evaluate(taken.body, inside, ring)
        target = evaluate(taken.target, inside, ring)
        reached = [evaluate(term, Environment[Any](), ring) for term in printed.terms]
        found = [value for value in reached if _reaches(body, variable, target, value)]
        if not found:
            raise Unprovable("a limit that is none of the numbers printed")
        names[taken] = f"\\text{{limit {k}}}"
        values[names[taken]] = found[0]
    if not limits:
        return statement, environment
    changed = transformed(statement, lambda node: Symbol(names[node]) if node in names else node)
    return changed, replace(environment, values=values)


def _reaches(body: Any, variable: Any, target: Any, value: Any) -> bool:
    if shape(body) != shape(value):
        return False
    pairs = zip(entries(body), entries(value), strict=True)
    return all(limit_is(a, variable, target, b) is not None for a, b in pairs)
