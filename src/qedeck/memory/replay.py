"""Schedules of all cards, computed from events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from qedeck.memory.event import Event, in_order
from qedeck.memory.schedule import Model, Schedule, elapsed_days


class Recall(NamedTuple):
    """A review after at least a day: what was predicted, and what came."""

    event: Event
    predicted: float
    """Probability, by FSRS, that the card is remembered."""
    before: Schedule

    @property
    def remembered(self) -> bool:
        """Whether the card was remembered."""
        return self.event.grade != 1


@dataclass(frozen=True)
class Memory:
    """Where a learner stands."""

    model: Model
    schedules: dict[str, Schedule]
    """Schedule of each card that was ever reviewed."""
    firsts: dict[str, int]
    """When each of them was reviewed first."""
    suspended: frozenset[str] = frozenset()
    buried: Mapping[str, int] = field(default_factory=dict)
    """When each card was buried last."""
    latest: tuple[int, str] = (-1, "")
    """Time and id of the last event that counts."""

    def after(self, event: Event) -> Memory | None:
        """Where the learner stands after one more event; None where all must be replayed."""
        if event.kind == "retract" or event.order < self.latest:
            return None
        schedules, firsts = dict(self.schedules), dict(self.firsts)
        suspended, buried = set(self.suspended), dict(self.buried)
        state = _State(self.model, schedules, firsts, suspended, buried)
        state.take(event)
        return state.memory(event.order)


def live(events: Iterable[Event]) -> list[Event]:
    """Events that count, in order of replay: neither taken back, nor a taking back.

    An event that is taken back counts as if it had never been, whichever of the two was read
    first. To take back a taking back changes nothing.
    """
    listed = list(events)
    gone = {event.of for event in listed if event.kind == "retract"}
    kept = (e for e in listed if e.kind != "retract" and e.id not in gone)
    return in_order(kept)


def replay(
    events: Iterable[Event],
    model: Model | None = None,
    told: Callable[[Recall], None] | None = None,
) -> Memory:
    """Where a learner stands after events, in whichever order they come.

    Args:
        events: All events, each once.
        model: FSRS with the learner's parameters.
        told: Called with every review that tests a memory of at least a day.
    """
    state = _State(model or Model(), {}, {}, set(), {})
    counted = live(events)
    for event in counted:
        state.take(event, told)
    return state.memory(counted[-1].order if counted else (-1, ""))


@dataclass
class _State:
    """A memory in the making."""

    model: Model
    schedules: dict[str, Schedule]
    firsts: dict[str, int]
    suspended: set[str]
    buried: dict[str, int]

    def take(self, event: Event, told: Callable[[Recall], None] | None = None) -> None:
        """Let an event count."""
        card = event.card
        if event.grade is not None:
            old = self.schedules.get(card)
            if old is None:
                self.firsts[card] = event.at
            elif told is not None and (days := elapsed_days(old.last, event.at)):
                told(Recall(event, self.model.recall(old.stability, days), old))
            self.schedules[card] = self.model.review(old, event.at, event.grade)
        elif event.kind == "suspend":
            self.suspended.add(card)
        elif event.kind == "resume":
            self.suspended.discard(card)
        else:
            self.buried[card] = event.at

    def memory(self, latest: tuple[int, str]) -> Memory:
        """The memory that it has become."""
        return Memory(
            self.model, self.schedules, self.firsts, frozenset(self.suspended), self.buried, latest
        )
