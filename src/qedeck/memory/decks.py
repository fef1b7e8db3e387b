"""Which of Anki's cards are ours: by the guid of the note and the number of the card in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class AnkiNote:
    """A note of Anki's that this project made."""

    key: str
    """Its key in `cards.lock`, `en/two-modes`."""
    card: Callable[[int], str]
    """The id of a card of it, from its number; empty where it has none of that number."""


def anki_cards(root: Path) -> dict[str, AnkiNote]:
    """The notes that learners may have in Anki, by guid: all that ever were in the lock."""
    from qedeck.cards.identity import guid
    from qedeck.cards.lock import read_lock

    found: dict[str, AnkiNote] = {}
    for key, entry in read_lock(root).entries.items():
        lang, _, slug = key.partition("/")
        card = {"cloze": _numbered, "statement": _derived}.get(entry.kind, _one)
        found[guid(lang, slug)] = AnkiNote(key, card(key))
    return found


def _derived(key: str) -> Callable[[int], str]:
    from qedeck.notes.model import DERIVED

    return lambda number: f"{key}/{DERIVED[number]}" if number < len(DERIVED) else ""


def _one(key: str) -> Callable[[int], str]:
    return lambda _: key


def _numbered(key: str) -> Callable[[int], str]:
    return lambda number: f"{key}/c{number + 1}"
