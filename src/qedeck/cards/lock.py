"""`cards.lock`: what was last exported of every card, and when it changed.

Anki updates a note only when its time is newer, and moves a cloze's history with its number. Both
must be remembered between exports, on every machine alike; so they are committed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from qedeck.cards.cloze import Deletion
from qedeck.cards.fields import Fields
from qedeck.cards.standing import Standing
from qedeck.errors import Mistake, SourceError
from qedeck.notes.model import CardKind
from qedeck.place import whole_file

NAME = "cards.lock"
FORMAT = 1
State = Literal["active", "withdrawn", "retired"]


@dataclass(frozen=True)
class Entry:
    """What is remembered of one card."""

    note: str
    kind: CardKind
    changed: int
    """Time of the last change, in seconds of UTC; Anki's modification time."""
    front: str
    back: str
    deletions: tuple[Deletion, ...] = ()
    state: State = "active"
    rests: dict[str, str] = field(default_factory=dict)
    """Level of each statement that it links, when it was last verified."""
    media: dict[str, str] = field(default_factory=dict)
    """Media name of each figure on it."""

    @property
    def content(self) -> str:
        """Digest of what the author wrote."""
        told = json.dumps([self.note, self.kind, self.front, self.back])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Lock:
    """All cards that ever were, by `<lang>/<slug>`."""

    entries: dict[str, Entry] = field(default_factory=dict)
    site: str = ""
    """Address of the site that the exported cards link to."""


@dataclass(frozen=True)
class Present:
    """A card as it stands in the notes now."""

    standing: Standing
    fields: Fields
    media: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Its key in the lock."""
        return key(self.standing.card.lang, self.standing.card.slug)


@dataclass(frozen=True)
class Changes:
    """Keys of cards that differ from the lock, by what happened to them."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    """To another note."""
    retired: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    """What they rest on fails."""
    restored: tuple[str, ...] = ()
    """Withdrawn once, verified again."""
    refreshed: tuple[str, ...] = ()
    """The text is the same; a level, a figure or the site's address changed."""

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __str__(self) -> str:
        lines = [
            f"{kind}: {', '.join(name.removeprefix('en/') for name in keys)}"
            for kind, keys in vars(self).items()
            if keys
        ]
        return "\n".join(lines) or "no card changed"


def key(lang: str, slug: str) -> str:
    """Key of a card in the lock."""
    return f"{lang}/{slug}"


def read_lock(root: Path) -> Lock:
    """The lock of a project; empty where there is none yet.

    Raises:
        SourceError: where `qedeck lock` did not write it.
    """
    path = root / NAME
    if not path.exists():
        return Lock()
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return _lock(record)
    except json.JSONDecodeError as error:
        raise _unreadable(error.lineno, error.colno, "it is not JSON") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _unreadable(1, 1, str(error)) from error


def write_lock(root: Path, lock: Lock) -> None:
    """Write the lock: one block of lines for each card, in order of keys."""
    record = {
        "cards": {name: _record(entry) for name, entry in lock.entries.items()},
        "format": FORMAT,
        "site": lock.site,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with whole_file(root / NAME) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def update(lock: Lock, presents: Iterable[Present], site: str, now: int) -> tuple[Lock, Changes]:
    """The lock that fits the notes now, and what differs from the old one.

    Raises:
        SourceError: a retired id that is used again, or a card that changed its kind.
    """
    entries = dict(lock.entries)
    kinds: dict[str, list[str]] = {}
    mistakes: list[Mistake] = []
    here: set[str] = set()
    for present in presents:
        name, old = present.key, lock.entries.get(present.key)
        mistake = _misuse(present, old, again=name in here)
        here.add(name)
        if mistake:
            mistakes.append(mistake)
            continue
        kind, entry = _advanced(present, old)
        if old and not kind and entry == old and lock.site != site and entry.state == "active":
            kind = "refreshed"
        if kind:
            kinds.setdefault(kind, []).append(name)
            entries[name] = replace(entry, changed=_later(old, now))
    if mistakes:
        raise SourceError(*mistakes)
    for name, old in lock.entries.items():
        if name not in here and old.state != "retired":
            kinds.setdefault("retired", []).append(name)
            entries[name] = replace(old, state="retired", changed=_later(old, now))
    changes = Changes(**{kind: tuple(sorted(names)) for kind, names in kinds.items()})
    return Lock(entries, site), changes


def _later(old: Entry | None, now: int) -> int:
    return max(now, old.changed + 1) if old else now


def _misuse(present: Present, old: Entry | None, *, again: bool) -> Mistake | None:
    card = present.standing.card
    if again:
        problem, instead = f"another card has the id `{card.slug}`", "give one of them another id"
    elif old and old.state == "retired":
        problem = f"the id `{card.slug}` belonged to a card that is retired"
        instead = "choose one that was never used, as learners still have the old card"
    elif old and old.kind != card.kind:
        problem = f"card `{card.slug}` was {old.kind} and is {card.kind} now, which Anki refuses"
        instead = "give it another id"
    else:
        return None
    return Mistake(card.path, card.line, card.column, problem, instead)


def _advanced(present: Present, old: Entry | None) -> tuple[str, Entry]:
    """What happened to a card, if anything, and its entry now."""
    standing, fields = present.standing, present.fields
    card = standing.card
    known = old.rests if old else {}
    rests = {name: level or known.get(name, "") for name, level in standing.rests.items()}
    entry = Entry(
        card.note, card.kind, 0, fields.front, fields.back, fields.deletions, "active", rests,
        present.media,
    )  # fmt: skip
    if old is None:
        return ("" if standing.state == "failing" else "new"), entry
    entry = replace(entry, changed=old.changed)
    if standing.state == "failing":
        return ("withdrawn" if old.state == "active" else ""), replace(old, state="withdrawn")
    if old.state == "withdrawn" and standing.state == "unverified":
        return "", old
    if old.state == "withdrawn":
        return "restored", entry
    if entry == old:
        return "", old
    if (entry.front, entry.back, entry.deletions) != (old.front, old.back, old.deletions):
        return "changed", entry
    return ("moved" if entry.note != old.note else "refreshed"), entry


def _lock(record: Mapping[str, Any]) -> Lock:
    if record["format"] != FORMAT:
        raise ValueError(f"its format is {record['format']}, not {FORMAT}")
    return Lock({name: _entry(name, e) for name, e in record["cards"].items()}, record["site"])


def _record(entry: Entry) -> dict[str, Any]:
    record = {**vars(entry), "content": entry.content}
    record["deletions"] = [
        f"{'retired ' if deletion.retired else ''}c{deletion.ordinal}::{deletion.text}"
        for deletion in entry.deletions
    ]
    return record


def _entry(name: str, record: Mapping[str, Any]) -> Entry:
    values = dict(record)
    content = values.pop("content")
    deletions = []
    for written in values["deletions"]:
        number, text = written.removeprefix("retired ").split("::", 1)
        deletions.append(Deletion(int(number[1:]), text, written.startswith("retired ")))
    entry = Entry(**{**values, "deletions": tuple(deletions)})
    if entry.content != content:
        raise ValueError(f"the card {name} does not fit its digest")
    return entry


def _unreadable(line: int, column: int, problem: str) -> SourceError:
    return SourceError(
        Mistake(
            NAME, line, column, f"only `qedeck lock` writes this file, and {problem}",
            "restore it with git, and run qedeck lock",
        )
    )  # fmt: skip
