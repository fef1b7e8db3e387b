"""What to review now, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from qedeck.memory.days import Days
from qedeck.memory.replay import Memory
from qedeck.memory.schedule import MINUTE

NEW: Final = 8
"""New cards a day, where nothing else is set: about ten minutes of answers come of them."""
AHEAD: Final = 20 * MINUTE
"""How much too early a step of learning may come when nothing else is left."""


class Slot(Protocol):
    """What a queue needs to know of a card."""

    @property
    def id(self) -> str: ...
    @property
    def group(self) -> str:
        """Its siblings': of one group, one card a day is new."""
        ...


@dataclass(frozen=True)
class Queue:
    """Ids of cards to review."""

    due: tuple[str, ...]
    """Steps of learning whose minutes have passed, then reviews of today, longest due first."""
    new: tuple[str, ...]
    """New cards that today may still bring, in reading order."""
    soon: tuple[str, ...]
    """Steps of learning that are nearly due: for when nothing else is left."""

    @property
    def next(self) -> str | None:
        """The card to show now."""
        return next(iter((*self.due, *self.new, *self.soon)), None)


def queue(
    cards: Iterable[Slot],
    memory: Memory,
    now: int,
    days: Days,
    new: int = NEW,
    wanted: Callable[[Slot], bool] = lambda _: True,
) -> Queue:
    """What to review at a time.

    A card that waits for days is due from the beginning of the day on which its time falls; a step
    of learning when its minutes have passed.

    Args:
        cards: All cards in reading order.
        memory: Where the learner stands.
        now: The time, in milliseconds.
        days: What a day is.
        new: How many new cards a day may bring.
        wanted: Which cards may come; the others still count where they were new today.
    """
    listed = list(cards)
    today, tomorrow = days.start(days.day(now)), days.after(now)
    groups = set()
    room = new
    for card in listed:
        if memory.firsts.get(card.id, -1) >= today:
            groups.add(card.group)
            room -= 1
    steps: list[tuple[int, str]] = []
    reviews: list[tuple[int, str]] = []
    soon: list[tuple[int, str]] = []
    chosen: list[str] = []
    for card in listed:
        away = card.id in memory.suspended or memory.buried.get(card.id, -1) >= today
        if away or not wanted(card):
            continue
        schedule = memory.schedules.get(card.id)
        if schedule is None:
            if len(chosen) < room and card.group not in groups:
                groups.add(card.group)
                chosen.append(card.id)
        elif schedule.state == "review":
            if schedule.due < tomorrow:
                reviews.append((schedule.due, card.id))
        elif schedule.due <= now:
            steps.append((schedule.due, card.id))
        elif schedule.due <= now + AHEAD:
            soon.append((schedule.due, card.id))
    due = (*_by_time(steps), *_by_time(reviews))
    return Queue(due, tuple(chosen), _by_time(soon))


def _by_time(cards: list[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(card for _, card in sorted(cards, key=lambda one: one[0]))
