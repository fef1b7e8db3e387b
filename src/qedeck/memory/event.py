"""What a learner does: one answer, or its taking back, or a card put aside. Never changed.

An event is a line of JSON:

    {"v":1,"id":ULID,"kind":"review","card":id,"at":ms,"grade":3,"ms":5200,"by":"terminal"}

`kind` is `review`, `retract` (with `of`, the id of the event that is to count as if it had never
been), `suspend`, `resume` or `bury`; `grade` and `ms` belong to reviews alone. The site writes the
same lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple, cast

from qedeck.memory.ulid import SHAPE

Kind = Literal["review", "retract", "suspend", "resume", "bury"]

VERSION: Final = 1
KINDS: Final = ("review", "retract", "suspend", "resume", "bury")
LATEST: Final = 1 << 48
"""Times and durations, in milliseconds, are below this."""
LONGEST: Final = 500
"""Letters that the id of a card or the name of a client may have."""


DECODER: Final = json.JSONDecoder()
WRITTEN: Final = re.compile(
    f'{{"v":1,"id":"({SHAPE.pattern})","kind":"review","card":"([^"\\\\]{{1,{LONGEST}}})",'
    '"at":(0|[1-9][0-9]{0,13}),"grade":([1-4]),"ms":(0|[1-9][0-9]{0,13}),'
    f'"by":"([^"\\\\]{{1,{LONGEST}}})"}}'
)
"""A review as programs write it: nearly all lines are such, and need no parser of JSON."""


class DamagedError(ValueError):
    """A line that is no event; says why."""


class Event(NamedTuple):
    """One thing that a learner did."""

    id: str
    kind: Kind
    card: str
    at: int
    """When, in milliseconds of UTC."""
    by: str
    """The client that wrote it: `site`, `terminal`, `anki`."""
    grade: int | None = None
    """1 again, 2 hard, 3 good, 4 easy; of a review only."""
    ms: int | None = None
    """Milliseconds that the answer took; of a review only."""
    of: str | None = None
    """The event that is taken back; of a retract only."""

    @property
    def order(self) -> tuple[int, str]:
        """Its place among all events."""
        return self.at, self.id

    def __str__(self) -> str:
        """Its line, without the line's end."""
        record: dict[str, Any] = {
            "v": VERSION, "id": self.id, "kind": self.kind, "card": self.card,
        }  # fmt: skip
        if self.kind == "retract":
            record["of"] = self.of
        record["at"] = self.at
        if self.kind == "review":
            record |= {"grade": self.grade, "ms": self.ms}
        record["by"] = self.by
        return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def parse(line: str) -> Event:
    """The event of a line.

    Raises:
        DamagedError: with what is wrong.
    """
    found = WRITTEN.fullmatch(line)
    if found and line.isprintable():
        own, card, at, grade, ms, by = found.groups()
        return Event(own, "review", card, int(at), by, int(grade), int(ms))
    try:
        record, end = DECODER.raw_decode(line)
    except (ValueError, RecursionError) as error:
        raise DamagedError("it is not JSON") from error
    if end != len(line):
        raise DamagedError("more than an event stands in it")
    return from_record(record)


def from_record(record: Any) -> Event:
    """The event of what JSON held.

    Raises:
        DamagedError: with what is wrong.
    """
    if type(record) is not dict:
        raise DamagedError("it is not an event")
    version = record.get("v")
    if version != VERSION or type(version) is not int:
        raise DamagedError(
            f"its version is {_shown(version)}, and this program reads version {VERSION}"
        )
    kind = record.get("kind")
    wanted = FIELDS.get(kind) if type(kind) is str else None
    if wanted is None:
        raise DamagedError(f"its kind is {_shown(kind)}, not one of {', '.join(KINDS)}")
    if record.keys() != wanted:
        raise DamagedError(_difference(set(record), wanted))
    at, card, by = record["at"], record["card"], record["by"]
    if type(at) is not int or not 0 <= at < LATEST:
        raise DamagedError(f"its time is {_shown(at)}, not milliseconds since 1970")
    for name, text in (("card", card), ("by", by)):
        if type(text) is not str or not 0 < len(text) <= LONGEST or not text.isprintable():
            raise DamagedError(f"its {name} is {_shown(text)}, not a name")
    own, grade, ms, of = record["id"], None, None, None
    if type(own) is not str or not SHAPE.fullmatch(own):
        raise DamagedError(f"its id is {_shown(own)}, not a ULID")
    if kind == "review":
        grade, ms = record["grade"], record["ms"]
        if type(grade) is not int or not 1 <= grade <= 4:
            raise DamagedError(f"its grade is {_shown(grade)}, not 1, 2, 3 or 4")
        if type(ms) is not int or not 0 <= ms < LATEST:
            raise DamagedError(f"the time that it took is {_shown(ms)}, not milliseconds")
    elif kind == "retract":
        of = record["of"]
        if type(of) is not str or not SHAPE.fullmatch(of):
            raise DamagedError(f"what it takes back is {_shown(of)}, not the id of an event")
    return Event(own, cast("Kind", kind), card, at, by, grade, ms, of)


FIELDS: Final = {
    kind: frozenset({"v", "id", "kind", "card", "at", "by", *more})
    for kind, more in {
        "review": ("grade", "ms"), "retract": ("of",), "suspend": (), "resume": (), "bury": (),
    }.items()
}  # fmt: skip


def in_order(events: Iterable[Event]) -> list[Event]:
    """Events in the order in which they are replayed."""
    return sorted(events, key=lambda event: (event.at, event.id))


def _difference(found: set[str], wanted: frozenset[str]) -> str:
    missing = ", ".join(sorted(wanted - found))
    more = ", ".join(sorted(map(_shown, found - wanted)))
    return f"it lacks {missing}" if missing else f"it has {more}, which is not known"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:60]}…"
