"""What both languages must compute alike: `python tests/memory/vectors.py` writes vectors.json.

The numbers are this package's own; tests compare them with `fsrs` and with ts-fsrs.

schedules  reviews [at, grade] of one card, and after each of them
           [state, step, due, stability, difficulty, reviews, lapses]
previews   reviews, a time `now` (also before the last of them), due after each grade then
events     lines as they lie in a file, in any order; of each card its schedule as above (null where
           it was never reviewed), whether it is suspended, and when it was buried last (or null)
days       a time zone, the hour at which a day begins; times, the day of each (its date), and when
           the next day begins
queues     cards [id, group] in reading order, events, a time, a zone, new cards a day; what is due,
           new, and nearly due, in order
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from qedeck.memory.days import Days
from qedeck.memory.event import Event
from qedeck.memory.parameters import DEFAULTS, Parameters
from qedeck.memory.queue import queue
from qedeck.memory.replay import replay
from qedeck.memory.schedule import DAY, MINUTE, Model
from qedeck.memory.ulid import ulid

FILE = Path(__file__).with_name("vectors.json")
FITTED = (
    0.1034, 1.7811, 4.3102, 15.6021, 6.9004, 0.5012, 2.2103, 0.0193, 1.4022, 0.1201, 0.7203, 1.9004,
    0.0811, 0.3107, 1.4012, 0.4102, 2.4021, 0.7113, 0.3301, 0.1502, 0.2204,
)  # fmt: skip


def time(text: str, zone: str = "UTC") -> int:
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return round(moment.timestamp() * 1000)


@dataclass(frozen=True)
class Slot:
    id: str
    group: str


def told(schedule):
    if schedule is None:
        return None
    s = schedule
    return [s.state, s.step, s.due, s.stability, s.difficulty, s.reviews, s.lapses]


def spaced(start: int, *steps: tuple[int, int]) -> list[list[int]]:
    """Reviews, each a number of milliseconds after the one before."""
    at, reviews = start, []
    for wait, grade in steps:
        at += wait
        reviews.append([at, grade])
    return reviews


START = time("2026-03-01T09:00")
HISTORIES = {
    "learned by good": spaced(START, (0, 3), (10 * MINUTE, 3), (2 * DAY, 3), (11 * DAY, 3)),
    "every grade while learning": spaced(
        START, (0, 1), (MINUTE, 2), (6 * MINUTE, 3), (10 * MINUTE, 2), (6 * MINUTE, 1),
        (MINUTE, 3), (10 * MINUTE, 3),
    ),
    "easy at once": spaced(START, (0, 4), (8 * DAY, 4), (60 * DAY, 4), (500 * DAY, 4)),
    "hard at once": spaced(START, (0, 2), (6 * MINUTE, 2), (6 * MINUTE, 4), (3 * DAY, 2)),
    "forgotten and learned again": spaced(
        START, (0, 4), (8 * DAY, 1), (10 * MINUTE, 2), (15 * MINUTE, 1), (10 * MINUTE, 3),
        (DAY, 3), (4 * DAY, 1), (10 * MINUTE, 4), (DAY, 3),
    ),
    "a step of learning answered days later": spaced(START, (0, 1), (5 * DAY, 3), (3 * DAY, 1)),
    "twice on one day": spaced(START, (0, 4), (8 * DAY, 3), (3_600_000, 3), (60_000, 1)),
    "five minutes across midnight of UTC are no day": spaced(
        time("2026-05-04T23:57"), (0, 4), (5 * MINUTE, 3), (8 * DAY, 3)
    ),
    "a second less than a day, a day, a second more": spaced(
        START, (0, 4), (DAY - 1000, 3), (DAY, 3), (DAY + 1000, 3), (2 * DAY - 1, 3), (2 * DAY, 3)
    ),
    "across the beginning of daylight saving": spaced(
        time("2026-03-28T20:00", "Europe/Berlin"), (0, 4), (23 * 3_600_000, 3), (DAY, 3)
    ),
    "across the end of daylight saving": spaced(
        time("2026-10-24T20:00", "Europe/Berlin"), (0, 4), (25 * 3_600_000, 3), (DAY, 3)
    ),
    "a clock that ran backwards": spaced(
        START, (0, 4), (8 * DAY, 3), (-3 * DAY, 3), (-1000, 1), (10 * MINUTE, 3)
    ),
    "both at one time": spaced(START, (0, 3), (0, 3), (DAY, 3), (0, 1)),
    "years": spaced(START, (0, 4), (400 * DAY, 3), (2000 * DAY, 4), (9000 * DAY, 4), (DAY, 1)),
}  # fmt: skip


def schedules():
    for name, reviews in HISTORIES.items():
        for weights, retention in ((DEFAULTS, 0.9), (FITTED, 0.85)):
            if weights is FITTED and name not in {"learned by good", "twice on one day", "years"}:
                continue
            model, schedule, after = Model(Parameters(weights, retention)), None, []
            for at, grade in reviews:
                schedule = model.review(schedule, at, grade)
                after.append(told(schedule))
            yield {
                "name": name, "parameters": list(weights), "retention": retention,
                "reviews": reviews, "after": after,
            }  # fmt: skip


def previews():
    model = Model()
    for name, reviews in HISTORIES.items():
        schedule = None
        for at, grade in reviews:
            schedule = model.review(schedule, at, grade)
        last = max(at for at, _ in reviews)
        for now in (last, last + 3 * DAY, schedule.last - 40 * DAY):
            due = [model.review(schedule, now, grade).due for grade in (1, 2, 3, 4)]
            yield {"name": name, "reviews": reviews, "now": now, "due": due}


class Written:
    """Events of one test, with ids that say in which order they were written."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, kind, card, at, grade=None, *, of=None, number=None):
        identity = ulid(at, len(self.events) if number is None else number)
        ms = 4000 if kind == "review" else None
        self.events.append(Event(identity, kind, card, at, "test", grade, ms, of))
        return identity


def logs():
    w = Written()
    first = w("review", "en/a", START, 3)
    w("review", "en/a", START + DAY, 1)
    w("retract", "en/a", START + 2 * DAY, of=first)
    yield "an answer that was taken back never was", w.events

    w = Written()
    w("retract", "en/a", START - DAY, of=ulid(START, 1))
    w("review", "en/a", START, 4)
    w("review", "en/a", START + DAY, 3)
    yield "a clock may put the taking back before what it takes back", w.events

    w = Written()
    wrong = w("review", "en/a", START, 1)
    back = w("retract", "en/a", START + 1, of=wrong)
    w("retract", "en/a", START + 2, of=back)
    w("review", "en/b", START + 3, 3)
    yield "a taking back cannot be taken back", w.events

    w = Written()
    w("retract", "en/a", START, of=ulid(START, 99))
    w("review", "en/a", START + 5, 3)
    yield "what is taken back may be on another device", w.events

    w = Written()
    w("review", "en/a", START + DAY, 3)
    w("review", "en/a", START, 4)
    w("review", "en/a", START + 9 * DAY, 3)
    yield "events are replayed by time, however they are read", w.events

    w = Written()
    w("review", "en/a", START, 1, number=2)
    w("review", "en/a", START, 4, number=1)
    yield "at one time the smaller id goes first", w.events

    w = Written()
    w("suspend", "en/a", START)
    w("suspend", "en/b", START)
    w("resume", "en/b", START + 1)
    undone = w("suspend", "en/c", START + 2)
    w("retract", "en/c", START + 3, of=undone)
    w("bury", "en/d", START + 4)
    w("bury", "en/d", START + 5)
    w("review", "en/a", START + 6, 3)
    yield "cards are put aside and come back", w.events


def events():
    for name, written in logs():
        memory = replay(written)
        cards = {
            card: {
                "schedule": told(memory.schedules.get(card)),
                "suspended": card in memory.suspended,
                "buried": memory.buried.get(card),
            }
            for card in sorted({event.card for event in written})
        }
        yield {"name": name, "events": [str(event) for event in written], "cards": cards}


def days():
    places = {
        "UTC": ["2026-01-01T00:00", "2026-01-01T03:59:59.999", "2026-01-01T04:00"],
        "Europe/Berlin": [
            "2026-03-29T01:59", "2026-03-29T03:00", "2026-03-29T04:00", "2026-03-28T12:00",
            "2026-10-25T01:30", "2026-10-25T03:30", "2026-10-25T04:00", "2026-10-24T23:59",
        ],
        "America/New_York": ["2026-03-08T03:30", "2026-11-01T00:30", "2026-11-01T12:00"],
        "Asia/Kolkata": ["2026-06-01T03:59", "2026-06-01T04:00"],
        "Pacific/Apia": ["2011-12-29T23:00", "2011-12-31T05:00"],
    }  # fmt: skip
    for zone, texts in places.items():
        for rollover in (4, 0):
            kind = Days(rollover, ZoneInfo(zone))
            times = [time(text, zone) for text in texts]
            yield {
                "zone": zone, "rollover": rollover,
                "cases": [[at, kind.day(at).isoformat(), kind.after(at)] for at in times],
            }  # fmt: skip


def queues():
    cards = [["en/a", "en/a"], ["en/b/c1", "en/b"], ["en/b/c2", "en/b"], ["en/b/c3", "en/b"],
             ["en/c", "en/c"], ["en/d", "en/d"]]  # fmt: skip
    evening = time("2026-06-01T21:00")
    w = Written()
    w("review", "en/a", evening, 4)
    w("review", "en/d", evening, 3)
    w("review", "en/d", evening + 10 * MINUTE, 3)
    w("review", "en/c", evening + 11 * MINUTE, 3)
    w("review", "en/b/c2", evening + 12 * MINUTE, 1)
    now = evening + 12 * MINUTE + 30_000
    yield "steps come when their minutes have passed", cards, w.events, evening + 14 * MINUTE, 10
    yield "nearly due is kept for the end", cards, w.events, now, 10
    morning = time("2026-06-03T07:00")
    yield "a review is due from the morning of its day", cards, w.events, morning, 10
    yield "one new card a day of a group, and so many of all", cards, [], evening, 2
    yield "those of today count", cards, w.events[:1], evening + MINUTE, 2
    yield "before four it is still yesterday", cards, w.events, time("2026-06-02T03:00"), 5
    aside = Written()
    aside("bury", "en/a", evening)
    aside("suspend", "en/c", evening)
    yield "what was put aside is not asked", cards, aside.events, evening + MINUTE, 10
    yield "what was buried comes back", cards, aside.events, time("2026-06-02T04:00"), 10


def asked():
    for name, cards, written, now, new in queues():
        found = queue(
            [Slot(*card) for card in cards], replay(written), now, Days(4, ZoneInfo("UTC")), new
        )
        yield {
            "name": name, "cards": cards, "events": [str(event) for event in written],
            "zone": "UTC", "rollover": 4, "now": now, "daily": new,
            "due": list(found.due), "new": list(found.new), "soon": list(found.soon),
        }  # fmt: skip


def vectors():
    return {
        "schedules": list(schedules()),
        "previews": list(previews()),
        "events": list(events()),
        "days": list(days()),
        "queues": list(asked()),
    }


def text():
    """One vector a line, so that a change can be seen."""
    parts = [
        f' "{name}": [\n'
        + ",\n".join(f"  {json.dumps(one, ensure_ascii=False)}" for one in listed)
        + "\n ]"
        for name, listed in vectors().items()
    ]
    return '{\n "format": 1,\n' + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
