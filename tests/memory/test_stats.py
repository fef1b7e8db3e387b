"""How it goes, what is weak, and what is odd about files."""

from __future__ import annotations

import datetime as dt
import json
import math
from zoneinfo import ZoneInfo

import pytest

from qedeck.memory.checking import look_through
from qedeck.memory.days import Days
from qedeck.memory.history import History, Journal, read_history
from qedeck.memory.replay import replay
from qedeck.memory.schedule import DAY
from qedeck.memory.stats import log_loss, stats
from qedeck.memory.weak import weak

from . import vectors

DAYS = Days(4, ZoneInfo("UTC"))
NOON = vectors.time("2026-06-10T12:00")
USES = {
    "norms/sandwich": ("norms/p-norm",),
    "norms/p-norm": ("norms/dual",),
    "norms/dual": ("norms/sandwich",),
    "batch-norm/mean": ("batch-norm/shift",),
    "batch-norm/shift": ("probability/mean",),
    "probability/mean": (),
}
TITLES = {name: name.upper() for name in USES}


def found(cards, written):
    recalls = []
    memory = replay(written.events, told=recalls.append)
    return stats(cards, memory, written.events, recalls, NOON, DAYS), memory, recalls


def test_nothing_was_done_yet(cards):
    told, *_ = found(cards, vectors.Written())
    assert (told.cards, told.learned, told.today, told.streak, told.loss) == (6, 0, 0, 0, None)
    assert len(told.forecast) == 30
    assert json.loads(json.dumps(told.to_json()))["total"]["retention"] is None


def test_today_the_days_to_come_and_the_days_gone(cards):
    w = vectors.Written()
    w("review", "en/ball", NOON - 2 * DAY, 4)
    w("review", "en/length", NOON - DAY, 4)
    w("review", "en/mean", NOON - 60_000, 1)
    taken = w("review", "en/shift", NOON - 50_000, 4)
    w("retract", "en/shift", NOON - 40_000, of=taken)
    w("review", "en/gone", NOON - 30_000, 4)
    w("suspend", "en/length", NOON - 20_000)
    told, *_ = found(cards, w)
    assert (told.today, told.again_today, told.reviews, told.gone) == (2, 1, 4, 1)
    assert (told.learned, told.suspended, told.streak) == (3, 1, 3)
    assert [count for _, count in told.year] == [1, 1, 2]
    # One step of learning today, one interval of eight days begun two days ago.
    assert [(k, count) for k, (_, count) in enumerate(told.forecast) if count] == [(0, 1), (6, 1)]
    assert told.forecast[0][0] == dt.date(2026, 6, 10)


def test_a_streak_holds_until_the_day_is_over(cards):
    w = vectors.Written()
    for day in (1, 2, 4):
        w("review", "en/ball", NOON - day * DAY, 3)
    assert found(cards, w)[0].streak == 2


def test_retention_by_note_and_section_and_what_was_predicted(cards):
    w = vectors.Written()
    for name in ("ball", "length", "mean"):
        w("review", f"en/{name}", NOON - 40 * DAY, 4)
    w("review", "en/ball", NOON - 32 * DAY, 3)
    w("review", "en/length", NOON - 32 * DAY, 1)
    w("review", "en/length", NOON - 32 * DAY + 60_000, 3)
    w("review", "en/mean", NOON - 32 * DAY, 1)
    told, _, recalls = found(cards, w)
    assert [(n.name, n.tested, n.remembered) for n in told.notes] == [
        ("norms", 2, 1), ("batch-norm", 1, 0),
    ]  # fmt: skip
    assert [(s.name, s.retention) for s in told.sections] == [
        ("norms#mechanism", 1), ("norms#axioms", 0), ("batch-norm#mechanism", 0),
    ]  # fmt: skip
    (ninety,) = told.calibration
    assert (ninety.name, ninety.tested, ninety.predicted) == ("90–100 %", 3, told.total.predicted)
    assert told.total.predicted == pytest.approx(0.9, abs=0.01)
    assert told.loss == pytest.approx(
        -(math.log(recalls[0].predicted) + 2 * math.log(1 - recalls[0].predicted)) / 3
    )


def test_a_prediction_that_was_sure_and_wrong_is_not_infinitely_wrong():
    assert log_loss([(1.0, False), (1.0, True)]) < 10
    assert log_loss([]) is None


def test_a_lapse_is_traced_to_what_was_never_learned(cards):
    w = vectors.Written()
    w("review", "en/ball", NOON - 40 * DAY, 4)
    w("review", "en/ball", NOON - 30 * DAY, 1)
    w("review", "en/mean", NOON - 40 * DAY, 4)
    w("review", "en/mean", NOON - 30 * DAY, 1)
    w("review", "en/mean", NOON - 30 * DAY + 600_000, 4)
    w("review", "en/mean", NOON - 10 * DAY, 1)
    w("review", "en/dual/c1", NOON - 5 * DAY, 4)
    memory, recalls = found(cards, w)[1:]
    worst, other = weak(cards, memory, recalls, USES, TITLES)
    assert (worst.name, worst.lapses, worst.tested) == ("batch-norm#mechanism", 2, 2)
    (mean,) = worst.cards
    assert [(link.statement, link.learned) for link in mean.chain] == [
        ("batch-norm/mean", None), ("batch-norm/shift", False), ("probability/mean", None),
    ]  # fmt: skip
    assert mean.missing.statement == "batch-norm/shift"
    assert mean.missing.through == ("batch-norm/mean", "batch-norm/shift")
    (ball,) = other.cards
    # A circle of links is walked once; the nearest of what was never learned is named.
    assert [link.statement for link in ball.chain] == [
        "norms/sandwich",
        "norms/p-norm",
        "norms/dual",
    ]
    assert [link.learned for link in ball.chain] == [None, False, True]
    assert ball.missing.statement == "norms/p-norm"
    assert worst.to_json()["cards"][0]["missing"] == "batch-norm/shift"
    json.dumps(worst.to_json())


def test_nothing_forgotten_is_nothing_weak(cards):
    w = vectors.Written()
    w("review", "en/ball", NOON - DAY, 1)
    w("review", "en/ball", NOON - DAY + 60_000, 1)
    memory, recalls = found(cards, w)[1:]
    assert weak(cards, memory, recalls, USES, TITLES) == []


def test_what_is_odd_about_files_is_said(tmp_path):
    folder = tmp_path / "reviews"
    w = vectors.Written()
    first = w("review", "en/a", NOON, 3)
    back = w("retract", "en/a", NOON + 1, of=first)
    w("retract", "en/a", NOON + 2, of=back)
    w("retract", "en/a", NOON + 3, of=vectors.ulid(1, 1))
    Journal(folder, "laptop").append(w.events)
    Journal(folder, "phone").append(w.events[:2])
    with (folder / "phone.jsonl").open("a") as file:
        file.write('{"v"')
    lines = list(look_through(read_history(folder)))
    assert lines[:2] == ["reviews/laptop.jsonl: 4 events", "reviews/phone.jsonl: 2 events"]
    assert "phone.jsonl:3: the last line is torn" in lines[2]
    assert lines[3] == "2 events stand more than once, and count once"
    assert lines[4].startswith("1 events take back what is not here")
    assert lines[5:] == [
        "1 events take back a taking back, which changes nothing", "4 events, 0 of which count",
    ]  # fmt: skip
    assert list(look_through(History())) == ["no events yet"]
