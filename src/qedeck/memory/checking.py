"""What can be said of a learner's files beyond that every line can be read."""

from __future__ import annotations

from collections.abc import Iterator

from qedeck.memory.history import History
from qedeck.memory.replay import live


def look_through(history: History) -> Iterator[str]:
    """A line on each file, then on what is odd."""
    for path, count in history.counts.items():
        yield f"{path}: {count} event{'' if count == 1 else 's'}"
    for torn in history.torn:
        yield f"{torn}; the next answer on that device takes it away"
    events = history.events
    twice = sum(history.counts.values()) - len(events)
    if twice:
        yield f"{twice} events stand more than once, and count once"
    back = [event for event in events.values() if event.kind == "retract"]
    lost = [event for event in back if event.of not in events]
    if lost:
        yield (
            f"{len(lost)} events take back what is not here (another device may have it): "
            f"{', '.join(event.id for event in lost[:5])}"
        )
    idle = [event for event in back if event.of in events and events[event.of].kind == "retract"]
    if idle:
        yield f"{len(idle)} events take back a taking back, which changes nothing"
    count = len(live(events.values()))
    yield f"{len(events)} events, {count} of which count" if events else "no events yet"
