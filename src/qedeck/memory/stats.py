"""How it goes: today, the days to come, a year's map, retention, predicted against true."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from qedeck.memory.days import Days
from qedeck.memory.event import Event
from qedeck.memory.replay import Memory, Recall, live

if TYPE_CHECKING:
    from qedeck.cards.review import ReviewCard

AHEAD: Final = 30
YEAR: Final = 366
BINS: Final = 10


@dataclass(frozen=True)
class Share:
    """How much of a part was remembered, a day or more after the review before."""

    name: str
    tested: int
    remembered: int
    predicted: float
    """What FSRS expected, on average."""

    @property
    def retention(self) -> float | None:
        """The share that was remembered."""
        return self.remembered / self.tested if self.tested else None


@dataclass(frozen=True)
class Stats:
    """All of it, as numbers."""

    cards: int
    """Cards that can be asked."""
    learned: int
    """Those of them that were ever reviewed."""
    mature: int
    """Those whose memory lasts three weeks or more."""
    suspended: int
    today: int
    """Answers of today."""
    minutes_today: float
    again_today: int
    reviews: int
    """All answers that count."""
    streak: int
    """Days in a row, up to today or yesterday."""
    forecast: tuple[tuple[dt.date, int], ...]
    """Reviews due on each of the next days; what is overdue counts today."""
    year: tuple[tuple[dt.date, int], ...]
    """Answers on each day of the last year on which there were any."""
    total: Share
    notes: tuple[Share, ...]
    sections: tuple[Share, ...]
    calibration: tuple[Share, ...]
    """By what was predicted, in tenths."""
    loss: float | None
    """Logarithmic loss of the predictions; less is better."""
    gone: int
    """Answers to cards that are not among those that can be asked."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""

        def share(one: Share) -> dict[str, Any]:
            return {**vars(one), "retention": one.retention}

        return {
            **vars(self),
            "forecast": {day.isoformat(): count for day, count in self.forecast},
            "year": {day.isoformat(): count for day, count in self.year},
            "total": share(self.total),
            "notes": [share(one) for one in self.notes],
            "sections": [share(one) for one in self.sections],
            "calibration": [share(one) for one in self.calibration],
        }


def stats(
    cards: Sequence[ReviewCard],
    memory: Memory,
    events: Iterable[Event],
    recalls: Sequence[Recall],
    now: int,
    days: Days,
) -> Stats:
    """How it goes.

    Args:
        cards: Cards that can be asked, in reading order.
        memory: Where the learner stands.
        events: All events.
        recalls: Every test of a memory of at least a day.
        now: The time, in milliseconds.
        days: What a day is.
    """
    counted = [event for event in live(events) if event.grade is not None]
    ids = {card.id for card in cards}
    today = days.day(now)
    start = days.start(today)
    of_today = [event for event in counted if event.at >= start]
    schedules = {card: s for card, s in memory.schedules.items() if card in ids}
    per_day = Counter(days.day(event.at) for event in counted)
    first = today - dt.timedelta(days=YEAR - 1)
    return Stats(
        cards=len(cards),
        learned=len(schedules),
        mature=sum(s.state == "review" and s.stability >= 21 for s in schedules.values()),
        suspended=len(memory.suspended & ids),
        today=len(of_today),
        minutes_today=round(sum(event.ms or 0 for event in of_today) / 60_000, 1),
        again_today=sum(event.grade == 1 for event in of_today),
        reviews=len(counted),
        streak=_streak(set(per_day), today),
        forecast=_forecast(schedules, memory, today, days),
        year=tuple(sorted((day, n) for day, n in per_day.items() if first <= day <= today)),
        total=_share("all", recalls),
        notes=_shares(cards, recalls, lambda card: card.note),
        sections=_shares(cards, recalls, section_of),
        calibration=_calibration(recalls),
        loss=log_loss([(recall.predicted, recall.remembered) for recall in recalls]),
        gone=sum(event.card not in ids for event in counted),
    )


def section_of(card: ReviewCard) -> str:
    """A card's section: `norms#history`, or its note where it stands under no heading."""
    return f"{card.note}#{card.section}" if card.section else card.note


def log_loss(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Logarithmic loss of predicted probabilities; None where there are none."""
    if not pairs:
        return None
    # A prediction of 0 or 1 would be infinitely wrong when it fails.
    bounded = ((min(max(p, 1e-6), 1 - 1e-6), hit) for p, hit in pairs)
    return -sum(math.log(p if hit else 1 - p) for p, hit in bounded) / len(pairs)


def _share(name: str, recalls: Sequence[Recall]) -> Share:
    predicted = sum(recall.predicted for recall in recalls) / len(recalls) if recalls else 0.0
    remembered = sum(recall.remembered for recall in recalls)
    return Share(name, len(recalls), remembered, round(predicted, 4))


def _shares(cards: Sequence[ReviewCard], recalls: Sequence[Recall], part: Any) -> tuple[Share, ...]:
    """The share of each part that was tested, in reading order."""
    parts = {card.id: part(card) for card in cards}
    found: dict[str, list[Recall]] = {name: [] for name in parts.values()}
    for recall in recalls:
        if recall.event.card in parts:
            found[parts[recall.event.card]].append(recall)
    return tuple(_share(name, listed) for name, listed in found.items() if listed)


def _calibration(recalls: Sequence[Recall]) -> tuple[Share, ...]:
    found: dict[int, list[Recall]] = {}
    for recall in recalls:
        found.setdefault(min(int(recall.predicted * BINS), BINS - 1), []).append(recall)
    names = {k: f"{k * 100 // BINS}–{(k + 1) * 100 // BINS} %" for k in range(BINS)}
    return tuple(_share(names[k], found[k]) for k in sorted(found))


def _forecast(
    schedules: dict[str, Any], memory: Memory, today: dt.date, days: Days
) -> tuple[tuple[dt.date, int], ...]:
    due = Counter(
        max(today, days.day(schedule.due))
        for card, schedule in schedules.items()
        if card not in memory.suspended
    )
    coming = (today + dt.timedelta(days=k) for k in range(AHEAD))
    return tuple((day, due[day]) for day in coming)


def _streak(days: set[dt.date], today: dt.date) -> int:
    day = today if today in days else today - dt.timedelta(days=1)
    count = 0
    while day in days:
        count, day = count + 1, day - dt.timedelta(days=1)
    return count
