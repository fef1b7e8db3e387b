"""The truth of statements, and the sides of their relations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Generic

from qedeck.formula import arrays
from qedeck.formula.interpreter import Evaluation, Frame, opened
from qedeck.formula.rings.ring import (
    FALSE,
    TRUE,
    UNDECIDED,
    Ring,
    Sign,
    Undefined,
    Unsupported,
    Verdict,
)
from qedeck.formula.tree import (
    Both,
    Define,
    Defines,
    Derivation,
    Every,
    Iff,
    Implies,
    Integers,
    Interval,
    Listing,
    Member,
    Permutations,
    Region,
    Relation,
    RelationSign,
    Restricted,
    Space,
    Statement,
)
from qedeck.formula.values import (
    Array,
    Environment,
    Misshapen,
    T,
    Value,
    entries,
    mapped,
    scalar,
    shape,
)


@dataclass(frozen=True, eq=False)
class Link(Generic[T]):
    """One link of a chain, evaluated."""

    left: Value[T]
    sign: RelationSign
    right: Value[T]


def sides(statement: Statement, environment: Environment[T], ring: Ring[T]) -> list[Link[T]]:
    """The links of all chains in a statement, in reading order, whatever governs them.

    A definition `a := b` counts as a link `a = b`.
    """
    run, frame = Evaluation(ring), opened(environment, ring)
    return [link for chain in _chains(statement) for link in _links(run, chain, frame)]


def holds(statement: Statement, environment: Environment[T], ring: Ring[T]) -> Verdict:
    """Whether a statement holds; a restriction that is not met makes it hold."""
    return Evaluation(ring).truth(statement, opened(environment, ring))


def related(ring: Ring[T], link: Link[T]) -> Verdict:
    """Whether one link holds."""
    left, sign, right = link.left, link.sign, link.right
    if sign in (">>", ">>="):
        return _definite(ring, left, right, sign == ">>")
    plain: Sign = sign  # type: ignore[assignment]
    if shape(left) != shape(right) and _extent(left) != _extent(right):
        raise Misshapen(f"shapes {shape(left)} and {shape(right)} are compared")
    pairs = list(zip(entries(left), entries(right), strict=True))
    if plain == "!=":
        return ~_all([ring.compare(a, "=", b) for a, b in pairs])
    return _all([ring.compare(a, plain, b) for a, b in pairs])


def _extent(value: Value[T]) -> tuple[int, ...]:
    """The shape, with the one row that a row vector has."""
    row = isinstance(value, Array) and value.row
    return (1, *shape(value)) if row else shape(value)


def _all(truths: list[Verdict]) -> Verdict:
    return reduce(Verdict.__and__, truths, TRUE)


def _definite(ring: Ring[T], left: Value[T], right: Value[T], strict: bool) -> Verdict:
    gap = arrays.added(ring, [left, mapped(ring.neg, right)])
    if not isinstance(gap, Array):
        return ring.compare(gap, ">" if strict else ">=", ring.whole(0))
    rows = gap.rows()
    symmetric = _all(
        [ring.compare(rows[i][j], "=", rows[j][i]) for i in range(len(rows)) for j in range(i)]
    )
    return symmetric & ring.definite(rows, strict)


def _chains(statement: Statement) -> list[Relation]:
    if isinstance(statement, Relation):
        return [statement]
    if isinstance(statement, Define):
        return [Relation((statement.head, statement.body), ("=",))]
    parts: tuple[Statement, ...]
    if isinstance(statement, (Both, Defines)):
        parts = statement.parts
    elif isinstance(statement, Derivation):
        parts = statement.chains
    elif isinstance(statement, Restricted):
        parts = (statement.statement,)
    elif isinstance(statement, Implies):
        parts = (statement.given, statement.then)
    elif isinstance(statement, Iff):
        parts = (statement.left, statement.right)
    else:
        parts = ()
    return [chain for part in parts for chain in _chains(part)]


def _links(run: Evaluation[T], chain: Relation, frame: Frame[T]) -> list[Link[T]]:
    known = {term: run.value(term, frame) for term in chain.terms}
    values = [known[term] for term in chain.terms]
    triples = zip(values, chain.signs, values[1:], strict=False)
    return [Link(left, sign, right) for left, sign, right in triples]


def truth(run: Evaluation[T], statement: Statement, frame: Frame[T]) -> Verdict:
    """Whether a statement holds in a frame."""
    if isinstance(statement, (Relation, Define)):
        (chain,) = _chains(statement)
        return _all([related(run.ring, link) for link in _links(run, chain, frame)])
    if isinstance(statement, Member):
        return _member(run, run.value(statement.element, frame), statement.region, frame)
    if isinstance(statement, Implies):
        return _implied(run, statement.given, statement.then, frame)
    if isinstance(statement, Restricted):
        return _implied(run, statement.condition, statement.statement, frame)
    if isinstance(statement, Iff):
        left, right = run.truth(statement.left, frame), run.truth(statement.right, frame)
        return (left & right) | (~left & ~right)
    if isinstance(statement, (Both, Defines)):
        return _all([run.truth(part, frame) for part in statement.parts])
    if isinstance(statement, Derivation):
        return _all([run.truth(chain, frame) for chain in statement.chains])
    if isinstance(statement, Every):
        over = statement.over
        places = range(run.bound(over.low, frame), run.bound(over.high, frame) + 1)
        inside = [frame.bind({over.index: place}) for place in places]
        return _all([run.truth(statement.statement, one) for one in inside])
    raise Unsupported(f"{type(statement).__name__} in the ring of {run.ring.name}")


def _implied(run: Evaluation[T], given: Statement, then: Statement, frame: Frame[T]) -> Verdict:
    """Given implies then; then need not even have a value where given fails."""
    condition = run.truth(given, frame)
    if condition.decided is False:
        return TRUE
    try:
        return ~condition | run.truth(then, frame)
    except Undefined:
        return ~condition | UNDECIDED


def _member(run: Evaluation[T], value: Value[T], region: Region, frame: Frame[T]) -> Verdict:
    ring = run.ring
    if isinstance(region, Interval):
        return _inside(run, scalar(value), region, frame)
    if isinstance(region, Listing):
        found = [
            related(ring, Link(value, "=", run.value(element, frame)))
            for element in region.elements
        ]
        return reduce(Verdict.__or__, found, FALSE)
    if isinstance(region, Space):
        return _in_space(run, value, region, frame)
    if isinstance(region, Integers):
        return _whole(run, scalar(value), region, frame)
    if isinstance(region, Permutations):
        return _permutation(run, value, run.size(region.size, frame))
    raise Unsupported(f"{type(region).__name__} in the ring of {ring.name}")


def _inside(run: Evaluation[T], value: T, region: Interval, frame: Frame[T]) -> Verdict:
    low, high = run.scalar(region.low, frame), run.scalar(region.high, frame)
    above = run.ring.compare(low, "<=" if region.closed_low else "<", value)
    below = run.ring.compare(value, "<=" if region.closed_high else "<", high)
    return above & below


def _in_space(run: Evaluation[T], value: Value[T], region: Space, frame: Frame[T]) -> Verdict:
    axes = tuple(run.size(axis, frame) for axis in region.shape)
    if shape(value) != axes:
        return FALSE
    if region.sign == "any":
        return TRUE
    sign: Sign = ">" if region.sign == "positive" else ">="
    zero = run.ring.whole(0)
    return _all([run.ring.compare(entry, sign, zero) for entry in entries(value)])


def _whole(run: Evaluation[T], value: T, region: Integers, frame: Frame[T]) -> Verdict:
    """Whether a scalar is such an integer."""
    whole = run.ring.is_whole(value)
    if region.kind == "Z":
        return whole
    found = run.ring.integer(value)
    if found is not None and region.high is None:
        return TRUE if found >= 1 else FALSE
    above = run.ring.compare(value, ">=", run.ring.whole(1))
    if region.high is None:
        return whole & above
    return whole & above & run.ring.compare(value, "<=", run.scalar(region.high, frame))


def _permutation(run: Evaluation[T], value: Value[T], size: int) -> Verdict:
    """Whether a matrix has one 1 in each row and column, and zeros elsewhere."""
    ring, zero, one = run.ring, run.ring.whole(0), run.ring.whole(1)
    if shape(value) != (size, size) or not isinstance(value, Array):
        return FALSE
    rows = value.rows()
    units = [
        ring.compare(entry, "=", zero) | ring.compare(entry, "=", one) for entry in value.entries
    ]
    lines = [*rows, *zip(*rows, strict=True)]
    sums = [ring.compare(ring.total(line), "=", one) for line in lines]
    return _all(units) & _all(sums)
