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
    model = model or Model()
    schedules: dict[str, Schedule] = {}
    firsts: dict[str, int] = {}
    suspended: set[str] = set()
    buried: dict[str, int] = {}
    for event in live(events):
        card = event.card
        if event.grade is not None:
            old = schedules.get(card)
            if old is None:
                firsts[card] = event.at
            elif told is not None:
                days = elapsed_days(old.last, event.at)
                if days:
                    told(Recall(event, model.recall(old.stability, days), old))
            schedules[card] = model.review(old, event.at, event.grade)
        elif event.kind == "suspend":
            suspended.add(card)
        elif event.kind == "resume":
            suspended.discard(card)
        else:
            buried[card] = event.at
    return Memory(model, schedules, firsts, frozenset(suspended), buried)
