"""Definitions are pinned: each of their mutants must break a claim or check that uses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from qedeck.evidence.exact import proved
from qedeck.evidence.falsify import Trial, falsify
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import Corruption, corruptions, redefined
from qedeck.evidence.obligations import NotUnfolded, Obligation, obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Breaks, Derived, Nowhere, Plain, Told
from qedeck.evidence.reviews import reviewed
from qedeck.evidence.trial import FIRST, LATER, Judged, mutant
from qedeck.evidence.undefined import undefined
from qedeck.evidence.words import witness
from qedeck.formula.reading.shapes import shape_of
from qedeck.formula.scope import Bound, Defined
from qedeck.formula.tree import (
    Apply,
    Define,
    Defines,
    Derivative,
    Gradient,
    Integral,
    Item,
    Limit,
    Relation,
    Statement,
    walk,
)

FEW_INSTANCES = 24
"""For each shape, to see whether a claim says anything."""


def pinned(
    bound: Bound, users: Mapping[str, Bound], seed: int, hand: HandVerdict | None
) -> tuple[Mutant, ...]:
    """Judge every mutant of a definition's right side by the claims that use it.

    Raises:
        Amiss: where a claim is false of the definition as it stands.
    """
    found = []
    order = sorted(users, key=lambda name: _effort(users[name]))
    asked = _Users(users, order, seed)
    for corruption in corruptions(bound):
        if corruption.part == "hypothesis":
            continue
        judged = _outcome(corruption, bound, asked, seed, hand)
        found.append(mutant(corruption, *reviewed(bound, corruption, *judged)))
    return tuple(found)


class Amiss(Exception):
    """A claim that uses a definition and does not hold of it as it stands: no mutant tells."""


def unasked(users: Mapping[str, Bound]) -> str:
    """What has to be written before any of the claims that use a definition is asked."""
    said = ""
    for name, user in users.items():
        try:
            obligations(user)
        except NotUnfolded as error:
            said = said or f"{name}, which uses it, is not decided: {error}"
        else:
            return ""
    return said


@dataclass(frozen=True)
class _Users:
    """The claims that use a definition, in the order in which they are searched."""

    bounds: Mapping[str, Bound]
    order: list[str]
    seed: int
    sound: set[str] = field(default_factory=set)
    """Those that hold of the definition as it stands, as far as the search tells."""

    def __iter__(self) -> Iterator[tuple[str, Bound]]:
        yield from [(name, self.bounds[name]) for name in self.order]

    def broke(self, name: str) -> None:
        """Remember that a claim notices errors: the next one is tried on it first.

        Raises:
            Amiss: where it fails without an error, too.
        """
        if name not in self.sound:
            plain = _tried(self.bounds[name], self.seed, FIRST)
            if plain.counter is not None:
                raise Amiss(f"{name}, which uses it, is false at {witness(plain.counter)}")
            self.sound.add(name)
        self.order.remove(name)
        self.order.insert(0, name)


def _effort(user: Bound) -> tuple[bool, int]:
    """Claims with derivatives are searched last, short ones first."""
    parts = walk(user.statement)
    return any(isinstance(part, Derivative | Gradient) for part in parts), len(parts)


def _outcome(
    corruption: Corruption,
    bound: Bound,
    users: _Users,
    seed: int,
    hand: HandVerdict | None,
) -> Judged:
    problem = corruption.fault
    if problem:
        return "invalid", Told("not read", problem)
    if not _of_one_shape(bound.statement, corruption.bound.statement):
        return "invalid", Plain("another shape")
    if hand is not None and corruption.id.key in hand.killed:
        return "killed", hand.killed[corruption.id.key]
    failure = ""
    for count in (FIRST, LATER):
        for name, user in users:
            trial = _tried(_mutated(user, bound, corruption), seed, count)
            if trial.against is not None:
                users.broke(name)
                return "killed", Breaks(name, trial.against)
            failure = failure or (trial.failure if trial.outside_axis else "")
    if failure:
        return "invalid", Told("not evaluated", failure)
    for _, user in users:
        # A derivative that is lost at a seam is noticed there and nowhere else.
        nowhere = _nowhere(_mutated(user, bound, corruption), seed)
        if nowhere is not None and _nowhere(user, seed) is None:
            return "killed", nowhere
    same = _difference(bound, corruption)
    if same is not None:
        proof = proved([same], Budget.of(6 * SECOND))
        if proof.holds:
            return "still true", Derived(proof.steps)
    return "undecided", Plain("unnoticed")


def _of_one_shape(before: Statement, after: Statement) -> bool:
    """Whether the right sides of single definitions have as many axes."""
    if not (isinstance(before, Define) and isinstance(after, Define)):
        return True
    return len(shape_of(before.body)) == len(shape_of(after.body))


def pinning(users: Mapping[str, Bound], seed: int) -> tuple[str, ...]:
    """The claims that can pin a definition: those that say something at some instance."""
    return tuple(name for name, user in users.items() if _says(user, seed))


def _says(user: Bound, seed: int) -> bool:
    try:
        found = falsify(obligations(user), seed + 1, count=FEW_INSTANCES, most=2)
    except NotUnfolded:
        return False
    return not found.failure and found.effective > 0


def _tried(user: Bound, seed: int, count: int) -> Trial:
    """The search for a counterexample to a claim under a mutated definition."""
    try:
        return falsify(obligations(user), seed + 1, count=count, first_only=True)
    except NotUnfolded:
        return Trial()


def _nowhere(user: Bound, seed: int) -> Nowhere | None:
    """An instance at which a claim with derivatives or limits has no value."""
    calculus = (Derivative, Gradient, Limit, Integral)
    if not any(
        isinstance(part, calculus) or (isinstance(part, Apply) and part.order)
        for part in walk(user.statement)
    ):
        return None
    try:
        return undefined(obligations(user), seed)
    except NotUnfolded:
        return None


def with_definition(user: Bound, before: Statement, after: Statement) -> Bound:
    """A claim read with another right side of a definition, also where others rest on it."""
    for old, new in zip(defines(before), defines(after), strict=True):
        head = old.head.of if isinstance(old.head, Item) else old.head
        name = getattr(head, "function", getattr(head, "name", ""))
        if old.body != new.body:
            user = redefined(user, Defined(name, (), (), (), old.body), new.body)
    return user


def defines(statement: Statement) -> list[Define]:
    """The definitions that a display consists of."""
    parts = statement.parts if isinstance(statement, Defines) else (statement,)
    return [part for part in parts if isinstance(part, Define)]


def _mutated(user: Bound, bound: Bound, corruption: Corruption) -> Bound:
    """A claim under a corrupted definition, or under a corrupted abbreviation of it."""
    if corruption.part == "statement":
        return with_definition(user, bound.statement, corruption.bound.statement)
    before = _abbreviation(bound, corruption)
    assert isinstance(corruption.shown, Define)
    return redefined(user, before, corruption.shown.body)


def _abbreviation(bound: Bound, corruption: Corruption) -> Defined:
    """The abbreviation that was corrupted, as it stands on the page."""
    after = corruption.bound.scope.defined
    (name,) = (n for n in bound.own if after[n].body != bound.scope.defined[n].body)
    return bound.scope.defined[name]


def _difference(bound: Bound, corruption: Corruption) -> Obligation | None:
    """That the corrupted right side equals the true one, where both are of one definition."""
    before, after = bound.statement, corruption.shown
    if corruption.part == "abbreviation" and isinstance(after, Define):
        sides = (_abbreviation(bound, corruption).body, after.body)
        return Obligation(Relation(sides, ("=",)), bound.scope)
    if isinstance(before, Define) and isinstance(after, Define):
        return Obligation(Relation((before.body, after.body), ("=",)), bound.scope)
    return None
