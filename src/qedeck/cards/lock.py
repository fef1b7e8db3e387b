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
from qedeck.cards.present import Present
from qedeck.errors import Mistake, SourceError
from qedeck.place import whole_file

NAME = "cards.lock"
FORMAT = 2
OLD = 1
"""An earlier format, which is still read: without decks, with front and back of each card."""
State = Literal["active", "withdrawn", "retired"]
Sides = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """What is remembered of one card, or of the cards of one statement."""

    note: str
    kind: str
    """basic, cloze or statement."""
    changed: int
    """Time of the last change, in seconds of UTC; Anki's modification time."""
    sides: Sides
    """What is asked and answered: under the kind, of a statement under each kind that it gives."""
    deletions: tuple[Deletion, ...] = ()
    state: State = "active"
    shown: str = ""
    """Digest of what else learners see: level, context, tags, figures, addresses."""
    statement: str = ""
    """Full id of the statement, which may have moved since it was first locked."""
    basis: str = ""
    """Digest of what the cards of a statement were made from."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By kind, which error, hypothesis or place a card of a statement is about."""
    gone: tuple[str, ...] = ()
    """Kinds of cards that the statement gave once and gives no longer."""

    @property
    def content(self) -> str:
        """Digest of what is asked and answered."""
        told = json.dumps([self.note, self.kind, sorted(self.sides.items())])
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Lock:
    """All cards that ever were, by `<lang>/<slug>` or, of statements, `<lang>/<full id>`."""

    entries: dict[str, Entry] = field(default_factory=dict)
    decks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of the deck of each note, `en/norms`: that of now, then earlier ones."""

    def names(self, lang: str) -> dict[str, str]:
        """The key of each statement that has cards: not its id where it has moved."""
        return {
            entry.statement: key
            for key, entry in self.entries.items()
            if entry.statement and entry.state != "retired" and key.startswith(f"{lang}/")
        }


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
    """The text is the same; a level, a figure, a title or an address changed."""

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __str__(self) -> str:
        lines = [
            f"{kind}: {', '.join(name.removeprefix('en/') for name in keys)}"
            for kind, keys in vars(self).items()
            if keys
        ]
        return "\n".join(lines) or "no card changed"


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
        "decks": {name: list(decks) for name, decks in lock.decks.items()},
        "format": FORMAT,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with whole_file(root / NAME) as path:
        path.write_text(text, encoding="utf-8", newline="\n")


def update(lock: Lock, presents: Iterable[Present], now: int) -> tuple[Lock, Changes]:
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
        if kind:
            kinds.setdefault(kind, []).append(name)
            entries[name] = replace(entry, changed=_later(old, now))
        elif entry is not old and old is not None:
            entries[name] = entry
    if mistakes:
        raise SourceError(*mistakes)
    for name, old in lock.entries.items():
        if name not in here and old.state != "retired":
            kinds.setdefault("retired", []).append(name)
            entries[name] = replace(old, state="retired", changed=_later(old, now))
    changes = Changes(**{kind: tuple(sorted(names)) for kind, names in kinds.items()})
    return replace(lock, entries=entries), changes


def _later(old: Entry | None, now: int) -> int:
    return max(now, old.changed + 1) if old else now


def _misuse(present: Present, old: Entry | None, *, again: bool) -> Mistake | None:
    place = present.path, present.line, present.column
    if again:
        problem, instead = (
            f"another card has the id `{present.slug}`",
            "give one of them another id",
        )
    elif old and old.state == "retired" and present.kind != "statement":
        problem = f"the id `{present.slug}` belonged to a card that is retired"
        instead = "choose one that was never used, as learners still have the old card"
    elif old and old.kind != present.kind:
        kinds = f"was {old.kind} and is {present.kind} now"
        problem = f"card `{present.slug}` {kinds}, which Anki refuses"
        instead = "give it another id"
    else:
        return None
    return Mistake(*place, problem, instead)


def _advanced(present: Present, old: Entry | None) -> tuple[str, Entry]:
    """What happened to a card, if anything, and its entry now."""
    if old is None:
        return ("" if present.state == "failing" else "new"), _entry_of(present, {})
    if present.state == "failing":
        kind = "withdrawn" if old.state == "active" else ""
        return kind, replace(old, state="withdrawn") if kind else old
    if old.state != "active" and present.state == "unverified":
        return "", old
    entry = _entry_of(present, old.sides, old.changed)
    if present.state == "unverified":
        # Its level is not known: what learners have stays as it is.
        entry = replace(entry, shown=old.shown)
    if present.kind == "statement" and present.state == "unverified":
        return "", old
    if old.state != "active":
        return "restored", entry
    if entry == old:
        return "", old
    if (entry.sides, entry.deletions, entry.gone) != (old.sides, old.deletions, old.gone):
        return "changed", entry
    if entry.note != old.note:
        return "moved", entry
    return ("refreshed" if entry.shown != old.shown else ""), entry


def _entry_of(present: Present, before: Sides, changed: int = 0) -> Entry:
    """The entry of a card as it stands; kinds that are gone keep their last text."""
    gone = {kind: sides for kind, sides in before.items() if kind not in present.sides}
    if present.kind != "statement":
        gone = {}
    return Entry(
        present.note, present.kind, changed, {**gone, **present.sides}, present.deletions, "active",
        present.shown, present.statement, present.basis, present.keys, tuple(sorted(gone)),
    )  # fmt: skip


def _lock(record: Mapping[str, Any]) -> Lock:
    if record["format"] == OLD:
        entries = {name: _old_entry(name, e) for name, e in record["cards"].items()}
        notes = {f"{name.split('/')[0]}/{entry.note}" for name, entry in entries.items()}
        former: dict[str, tuple[str, ...]] = {
            note: (f"qedeck::{note.replace('/', '::')}",) for note in sorted(notes)
        }
        return Lock(entries, former)
    if record["format"] != FORMAT:
        raise ValueError(f"its format is {record['format']}, not {FORMAT}")
    decks = {name: tuple(decks) for name, decks in record["decks"].items()}
    return Lock({name: _entry(name, e) for name, e in record["cards"].items()}, decks)


def _record(entry: Entry) -> dict[str, Any]:
    """A JSON object with all that is not as it usually is."""
    record: dict[str, Any] = {k: v for k, v in vars(entry).items() if v != _USUAL.get(k)}
    record["sides"] = {kind: list(sides) for kind, sides in entry.sides.items()}
    record["content"] = entry.content
    if entry.deletions:
        record["deletions"] = [
            f"{'retired ' if deletion.retired else ''}c{deletion.ordinal}::{deletion.text}"
            for deletion in entry.deletions
        ]
    return record


_USUAL: Mapping[str, Any] = {
    "deletions": (), "state": "active", "shown": "", "statement": "", "basis": "", "keys": {},
    "gone": (),
}  # fmt: skip


def _entry(name: str, record: Mapping[str, Any]) -> Entry:
    values = dict(record)
    content = values.pop("content")
    values["deletions"] = _deletions(values.get("deletions", ()))
    values["gone"] = tuple(values.get("gone", ()))
    values["sides"] = {kind: (front, back) for kind, (front, back) in values["sides"].items()}
    return _sound(name, Entry(**values), content)


def _old_entry(name: str, record: Mapping[str, Any]) -> Entry:
    """An entry of the earlier format."""
    told = json.dumps([record["note"], record["kind"], record["front"], record["back"]])
    if hashlib.sha256(told.encode()).hexdigest() != record["content"]:
        raise ValueError(f"the card {name} does not fit its digest")
    kind = record["kind"]
    return Entry(
        record["note"], kind, record["changed"], {kind: (record["front"], record["back"])},
        _deletions(record["deletions"]), record["state"],
    )  # fmt: skip


def _deletions(written: Iterable[str]) -> tuple[Deletion, ...]:
    deletions = []
    for one in written:
        number, text = one.removeprefix("retired ").split("::", 1)
        deletions.append(Deletion(int(number[1:]), text, one.startswith("retired ")))
    return tuple(deletions)


def _sound(name: str, entry: Entry, content: str) -> Entry:
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
