"""A learner's events as they lie in files: read together, only ever appended to.

Each device writes a file of its own, `reviews/<device>.jsonl`, so that copies of a project never
contend for a line. What is read is the union of all files, each event once, by its id.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qedeck.errors import Mistake, SourceError
from qedeck.memory.event import DamagedError, Event, in_order, parse

FOLDER = "reviews"
SUFFIX = ".jsonl"
DEVICE = "QEDECK_DEVICE"
"""Variable of the environment that names this device."""


@dataclass(frozen=True)
class Torn:
    """A last line that ends in the middle: it was being written when the machine stopped."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        start = f"{self.path}:{self.line}: the last line is torn"
        return f"{start} (it was being written when something stopped): {self.text[:80]!r}"


@dataclass(frozen=True)
class History:
    """All events of all files."""

    events: dict[str, Event] = field(default_factory=dict)
    """By id."""
    counts: dict[str, int] = field(default_factory=dict)
    """How many lines each file has."""
    torn: tuple[Torn, ...] = ()

    @property
    def ordered(self) -> list[Event]:
        """Events in the order of replay."""
        return in_order(self.events.values())


Stamp = tuple[tuple[str, int, int], ...]
"""Name, size and time of change of each file."""


def stamp(folder: Path) -> Stamp:
    """What tells whether files of events have changed."""
    stats = ((path.name, path.stat()) for path in sorted(folder.glob(f"*{SUFFIX}")))
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def device() -> str:
    """The name of this device, as a file may be called."""
    given = os.environ.get(DEVICE) or platform.node()
    return re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:60] or "device"


def read_history(folder: Path) -> History:
    """The union of all files of events in a folder.

    A torn last line is told in the result. Nothing is written.

    Raises:
        SourceError: lines that are damaged, each with its place.
    """
    events: dict[str, Event] = {}
    places: dict[str, tuple[str, int]] = {}
    counts: dict[str, int] = {}
    torn: list[Torn] = []
    mistakes: list[Mistake] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        shown = f"{folder.name}/{path.name}"
        lines, end = split(shown, path.read_bytes())
        torn += [end] if end else []
        counts[shown] = 0
        for number, line in lines:
            event = _event(shown, number, line, mistakes)
            if event is None:
                continue
            counts[shown] += 1
            known = events.setdefault(event.id, event)
            if known is event:
                places[event.id] = shown, number
            elif known != event:
                other = "{}:{}".format(*places[event.id])
                mistakes.append(_mistake(
                    shown, number, f"an event with its id, and not the same, stands in {other}",
                    "keep the one that is right, and remove the other line", line,
                ))  # fmt: skip
    if mistakes:
        raise SourceError(*mistakes)
    return History(events, counts, tuple(torn))


def read_lines(shown: str, content: bytes) -> tuple[list[Event], Torn | None]:
    """The events of a file that somebody gives, and its torn last line.

    Raises:
        SourceError: lines that are damaged, each with its place.
    """
    mistakes: list[Mistake] = []
    lines, torn = split(shown, content)
    read = [_event(shown, number, line, mistakes) for number, line in lines]
    if mistakes:
        raise SourceError(*mistakes)
    return [event for event in read if event is not None], torn


def split(shown: str, content: bytes) -> tuple[list[tuple[int, bytes]], Torn | None]:
    """Lines with their numbers, blank ones left out, and a last one that is torn.

    A last line that holds a whole event lacks only its end, and is no torn one.
    """
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    numbered = [(k, line) for k, line in enumerate(lines, 1) if line.strip()]
    if not lines[-1] or not numbered or numbered[-1][0] != len(lines):
        return numbered, None
    number, last = numbered[-1]
    try:
        parse(last.decode())
    except (DamagedError, UnicodeDecodeError):
        text = last.decode(errors="replace")
        return numbered[:-1], Torn(shown, number, text)
    return numbered, None


class Journal:
    """The file to which this device appends."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.path = folder / f"{name or device()}{SUFFIX}"

    def append(self, events: Iterable[Event]) -> Torn | None:
        """Write events to the end; they are on the disk when this returns.

        A last line that was torn is taken away first; it is returned, to be told.

        Raises:
            OSError: they could not be written, on a full disk for one; then none of them is there.
        """
        text = "".join(f"{event}\n" for event in events).encode()
        new = not self.path.exists()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone() as file:
            size, lead, torn = self._end(file)
            if torn:
                os.ftruncate(file, size)
            try:
                _write(file, lead + text)
                os.fsync(file)
            except OSError:
                # Half a line is no answer: whoever appends says that it is not safe.
                os.ftruncate(file, size)
                raise
        if new:
            _sync_folder(self.path.parent)
        return torn

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """The file, open, while no other process appends to it."""
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)

    def _end(self, file: int) -> tuple[int, bytes, Torn | None]:
        """How much of the file stays, what is missing at its end, and what is torn there."""
        size = os.fstat(file).st_size
        if size == 0 or os.pread(file, 1, size - 1) == b"\n":
            return size, b"", None
        content = os.pread(file, size, 0)
        _, torn = split(f"{self.path.parent.name}/{self.path.name}", content)
        if torn is None:
            return size, b"\n", None
        return content.rfind(b"\n") + 1, b"", torn


def _write(file: int, text: bytes) -> None:
    left = memoryview(text)
    while left:
        left = left[os.write(file, left) :]


def _sync_folder(folder: Path) -> None:
    """A new file's name is on the disk too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _event(shown: str, number: int, line: bytes, mistakes: list[Mistake]) -> Event | None:
    try:
        return parse(line.decode().rstrip("\r"))
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except DamagedError as error:
        problem = str(error)
    instead = "restore the line from a copy, or remove it"
    mistakes.append(_mistake(shown, number, f"this line is damaged: {problem}", instead, line))
    return None


def _mistake(shown: str, number: int, problem: str, instead: str, line: bytes) -> Mistake:
    text = line.decode(errors="replace")
    printable = "".join(
        char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text
    )
    return Mistake(shown, number, 1, problem, instead, printable[:200])
