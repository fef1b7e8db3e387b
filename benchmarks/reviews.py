"""Ten thousand cards and a hundred thousand answers: read, replayed, counted."""

from __future__ import annotations

import json
import random
import statistics
from pathlib import Path

from measuring import Row, aim, run

from qedeck.memory.event import Event, in_order
from qedeck.memory.history import Journal
from qedeck.memory.schedule import Model
from qedeck.memory.ulid import Ids

CARDS, EACH = 10_000, 10
MEASURE = """
import json, sys, time
from pathlib import Path
from qedeck.memory.history import read_history
from qedeck.memory.replay import replay
start = time.process_time()
events = read_history(Path(sys.argv[1])).events
read = time.process_time()
memory = replay(events.values())
print(json.dumps([read - start, time.process_time() - read, len(events), len(memory.schedules)]))
"""


def reviews(root: Path, *, quick: bool) -> list[Row]:
    """Replay of many events, in a process of its own each time."""
    folder = root / "many-reviews"
    _write(folder)
    times: list[list[float]] = []
    for _ in range(1 if quick else 5):
        told = json.loads(run(root, "-c", MEASURE, str(folder)).output.splitlines()[-1])
        assert told[2:] == [CARDS * EACH, CARDS]
        times.append(told[:2])
    read, replayed = (statistics.median(one) for one in zip(*times, strict=True))
    return [
        Row("100,000 events of 10,000 cards, read from the disk", f"{read:.2f} s of CPU"),
        Row("The same, replayed by FSRS-6", f"{replayed:.2f} s of CPU",
            aim(replayed, 1, "less than a second")),
    ]  # fmt: skip


def _write(folder: Path) -> None:
    """Ten answers to each card, given when they are due or a little later."""
    rng, ids, model = random.Random(1), Ids(), Model()
    events = []
    for card in range(CARDS):
        schedule, at = None, 1_600_000_000_000 + rng.randrange(10**10)
        for _ in range(EACH):
            (grade,) = rng.choices((1, 2, 3, 4), (1, 1, 6, 2))
            took = rng.randrange(3000, 20_000)
            events.append(Event(ids.new(at), "review", f"en/c-{card}", at, "site", grade, took))
            schedule = model.review(schedule, at, grade)
            at = schedule.due + rng.randrange(10**8)
    Journal(folder, "laptop").append(in_order(events))
