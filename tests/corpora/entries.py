"""Entries of a corpus: small notes, each under a heading, with what is expected of its last box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qedeck.errors import SourceError
from qedeck.evidence.record import Evidence
from qedeck.evidence.verify import subjects, verify
from qedeck.notes.library import read_library

FRONT = "---\nkind: page\ntitle: Beside\n---\n\n"
EXPECTED = re.compile(r"^\*Before: (?P<before>[^;]+); (?P<now>.+)\.\*$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A note of a few boxes, of which the last is judged."""

    name: str
    """What the heading says."""
    boxes: str
    before: str
    """The verdict when the entry was written, in words."""
    now: str
    """What is expected, in words that the test of the corpus knows."""

    def __str__(self) -> str:
        return self.name


def entries(path: Path) -> list[Entry]:
    """All entries of a corpus.

    Raises:
        ValueError: where an entry does not say what is expected, or two have one name.
    """
    found: dict[str, Entry] = {}
    for part in re.split(r"^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        expected = EXPECTED.search(body)
        if expected is None or name in found:
            raise ValueError(f"{path.name}: the entry {name!r} is no entry")
        boxes = body[expected.end() :].strip()
        found[name] = Entry(name, boxes, expected["before"], expected["now"])
    return list(found.values())


def judged(root: Path, entry: Entry) -> Evidence | SourceError:
    """The evidence of an entry's last box, or why the entry cannot be read.

    Boxes before it are verified first, and it rests on what they come to.
    """
    (root / "notes/en").mkdir(parents=True)
    (root / "snippets").mkdir()
    (root / "notes/en/beside.md").write_text(f"{FRONT}{entry.boxes}\n", "utf-8")
    known: dict[str, Evidence] = {}
    try:
        library = read_library(root)
        library.check()
        found = subjects(library)
    except SourceError as error:
        return error
    for name, subject in found.items():
        rests: Mapping[str, Evidence] = {u: known[u] for u in subject.uses if u in known}
        known[name] = verify(subject, seed=1, hand=None, dependencies=rests)
    return known[name]
