"""Anki's collections and packages: which answers were given to our cards.

A collection is an SQLite database; a package is a zip file with one in it, in newer ones compressed
with zstandard. Only the tables `notes`, `cards` and `revlog` are read, which have been the same for
ten years. The id of an answer there is its time in milliseconds; ours is made from it, from the
note's guid and the card's number, so that importing twice gives the same events.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qedeck.errors import Mistake, SourceError
from qedeck.memory.decks import AnkiNote
from qedeck.memory.event import LATEST, Event
from qedeck.memory.ulid import ulid

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BY: Final = "anki"
INSIDE: Final = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Databases of a package, the one that counts first: older ones beside it are stand-ins."""
QUERY: Final = """
SELECT n.guid, c.ord, r.id, r.ease, r.time, r.type, r.factor
FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid
ORDER BY r.id
"""
FILTERED: Final = 3
"""Answers in a filtered deck; without a new factor they were practice that moved nothing."""


@dataclass(frozen=True)
class Answers:
    """The events that a collection's log comes to."""

    events: tuple[Event, ...]
    remarks: tuple[str, ...]
    """What in the log was not taken."""


def read_collection(file: Path, notes: Mapping[str, AnkiNote]) -> Answers:
    """The answers to our cards in an Anki collection or package.

    Args:
        file: `.anki2`, `.apkg` or `.colpkg`; not changed.
        notes: Our notes, by guid.

    Raises:
        SourceError: a file that is none of these, or is damaged.
    """
    try:
        with _database(file) as path, closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(QUERY).fetchall()
    except (sqlite3.Error, zipfile.BadZipFile, EOFError, zstd.ZstdError) as error:
        raise _unreadable(file, str(error) or "it ends too soon") from error
    events: list[Event] = []
    foreign = moved = odd = 0
    for guid, number, at, ease, took, kind, factor in rows:
        note = notes.get(guid)
        if note is None:
            foreign += 1
        elif ease not in {1, 2, 3, 4} or kind > FILTERED or (kind == FILTERED and not factor):
            moved += 1
        elif not 0 <= at < LATEST or not 0 <= took < LATEST or not note.card(number):
            odd += 1
        else:
            key = hashlib.sha256(f"{guid} {number} {at}".encode()).digest()
            own = ulid(at, int.from_bytes(key[:10], "big"))
            events.append(Event(own, "review", note.card(number), at, BY, ease, took))
    remarks = []
    if foreign:
        remarks.append(f"{foreign} answers are to cards that are not of this project")
    if moved:
        remarks.append(f"{moved} entries are no answers (set by hand, rescheduled, or practice)")
    if odd:
        remarks.append(f"{odd} answers have a time, or are to a card, that cannot be")
    return Answers(tuple(events), tuple(remarks))


@contextmanager
def _database(file: Path) -> Iterator[Path]:
    """A copy of the database, which may be read while Anki is open."""
    with tempfile.TemporaryDirectory(prefix="qedeck-") as folder:
        copy = Path(folder) / "collection.anki2"
        if zipfile.is_zipfile(file):
            _unpack(file, copy)
        else:
            shutil.copyfile(file, copy)
            beside = file.with_name(f"{file.name}-wal")
            if beside.is_file():
                shutil.copyfile(beside, copy.with_name(f"{copy.name}-wal"))
        yield copy


def _unpack(file: Path, copy: Path) -> None:
    with zipfile.ZipFile(file) as package:
        name = next((name for name in INSIDE if name in package.namelist()), None)
        if name is None:
            raise _unreadable(file, "there is no collection in it")
        with package.open(name) as packed, copy.open("wb") as target:
            if name == INSIDE[0]:
                with zstd.ZstdFile(packed) as plain:
                    shutil.copyfileobj(plain, target)
            else:
                shutil.copyfileobj(packed, target)


def _unreadable(file: Path, why: str) -> SourceError:
    problem = f"it cannot be read as Anki's: {why}"
    instead = "export it from Anki again (.apkg or .colpkg), or give JSON Lines"
    return SourceError(Mistake(file.name, 1, 1, problem, instead))
