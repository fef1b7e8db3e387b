"""Events from elsewhere, added to this device's file; what is there already is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qedeck.errors import Mistake, SourceError
from qedeck.memory.event import Event
from qedeck.memory.history import Journal, read_history, read_lines

ANKI = frozenset({".anki2", ".anki21", ".apkg", ".colpkg"})


@dataclass(frozen=True)
class Brought:
    """What an import did."""

    file: Path
    new: int
    known: int
    """Events that were there already."""
    remarks: tuple[str, ...] = ()
    """What was not taken, and what was mended."""

    def __str__(self) -> str:
        told = f"{self.file}: {self.new} new events, {self.known} known already"
        return "\n".join([told, *(f"  {remark}" for remark in self.remarks)])


def bring_in(root: Path, folder: Path, file: Path, name: str | None = None) -> Brought:
    """Add the events of a file.

    Args:
        root: The project.
        folder: Where its events lie.
        file: JSON Lines, or an Anki collection or package.
        name: This device; found out where it is not given.

    Raises:
        SourceError: what cannot be read, with its place; then nothing is added.
    """
    if file.suffix.lower() in ANKI:
        from qedeck.memory.collection import read_collection
        from qedeck.memory.decks import anki_cards

        answers = read_collection(file, anki_cards(root))
        events: Iterable[Event] = answers.events
        remarks = answers.remarks
    else:
        events, torn = read_lines(file.name, file.read_bytes())
        remarks = (f"{torn}; it was left out",) if torn else ()
    return _add(folder, file, events, remarks, name)


def _add(
    folder: Path, file: Path, events: Iterable[Event], remarks: tuple[str, ...], name: str | None
) -> Brought:
    known = read_history(folder).events
    fresh: dict[str, Event] = {}
    count = 0
    mistakes: list[Mistake] = []
    for event in events:
        old = known.get(event.id) or fresh.get(event.id)
        if old is None:
            fresh[event.id] = event
        elif old != event:
            problem = f"the event {event.id} is another than the one that is here"
            mistakes.append(
                Mistake(file.name, 1, 1, problem, "find out which is right, and keep it")
            )
        else:
            count += 1
    if mistakes:
        raise SourceError(*mistakes)
    torn = Journal(folder, name).append(fresh.values()) if fresh else None
    told = (*remarks, f"{torn}; it was taken away") if torn else remarks
    return Brought(file, len(fresh), count, told)
