"""What comes next, and what a day is."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from qedeck.memory.days import Days
from qedeck.memory.event import parse
from qedeck.memory.queue import queue
from qedeck.memory.replay import replay

from . import vectors


@pytest.mark.parametrize("one", vectors.vectors()["queues"], ids=lambda one: one["name"])
def test_queues_of_the_vectors(one):
    days = Days(one["rollover"], ZoneInfo(one["zone"]))
    cards = [vectors.Slot(*card) for card in one["cards"]]
    memory = replay(map(parse, one["events"]))
    found = queue(cards, memory, one["now"], days, one["daily"])
    assert (list(found.due), list(found.new), list(found.soon)) == (
        one["due"], one["new"], one["soon"],
    )  # fmt: skip


def test_the_vectors_ask_for_something():
    asked = vectors.vectors()["queues"]
    assert any(one["due"] for one in asked)
    assert any(one["soon"] for one in asked)
    assert {len(one["new"]) for one in asked} >= {0, 2, 3}


def test_a_day_begins_at_four_and_lasts_as_long_as_the_clock_says():
    berlin = Days(4, ZoneInfo("Europe/Berlin"))
    hours = [
        (berlin.start(day + dt.timedelta(days=1)) - berlin.start(day)) // 3_600_000
        for day in (dt.date(2026, 3, 28), dt.date(2026, 10, 24), dt.date(2026, 6, 1))
    ]
    assert hours == [23, 25, 24]
    night = vectors.time("2026-06-02T03:59", "Europe/Berlin")
    assert berlin.day(night) == dt.date(2026, 6, 1)
    assert berlin.after(night) == night + 60_000


def test_the_zone_of_the_machine_is_taken_where_none_is_given(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        days = Days()
        at = vectors.time("2026-06-01T04:00", "Asia/Kolkata")
        assert days.start(days.day(at)) == at
        assert days.day(at - 1) == dt.date(2026, 5, 31)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_only_what_is_wanted_comes_and_all_that_was_new_counts():
    cards = [vectors.Slot(name, name) for name in ("en/a", "en/b", "en/c")]
    written = vectors.Written()
    now = vectors.time("2026-06-01T09:00")
    written("review", "en/a", now, 3)
    days = Days(4, ZoneInfo("UTC"))
    found = queue(cards, replay(written.events), now + 1, days, 2, lambda card: card.id != "en/b")
    assert found.new == ("en/c",)
    found = queue(cards, replay(written.events), now + 1, days, 1)
    assert found.new == ()
    assert found.next == "en/a"
