"""Exporting decks and writing the lock: what the command line calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from qedeck.cards.deck import Assembly, Deck, LeftOut, assemble
from qedeck.cards.decks import named, to_rename
from qedeck.cards.lock import NAME, Changes, Lock, read_lock, update, write_lock
from qedeck.cards.media import Media
from qedeck.cards.present import Present, present_cards
from qedeck.cards.project import Sources, gather
from qedeck.errors import Mistake, SourceError


@dataclass(frozen=True)
class Exported:
    """What an export did."""

    output: Path
    cards: int
    """Cards that are verified, or facts."""
    warned: int = 0
    """Cards of the past, exported with a warning."""
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[str, ...] = ()

    def __str__(self) -> str:
        past = f", {self.warned} retired or withdrawn" if self.warned else ""
        lines = [*self.notices, *map(str, self.left_out), f"{self.output}: {self.cards} cards"]
        return "\n".join(lines) + past


class NothingVerifiedError(SourceError):
    """There is no evidence to export cards on."""

    def __init__(self) -> None:
        super().__init__(Mistake("notes", 1, 1, "nothing is verified yet", "run pytest checks"))

    def __str__(self) -> str:
        return "nothing is verified yet; run pytest checks"


def export_anki(root: Path, output: Path, sources: Sources | None = None) -> Exported:
    """Write the deck as Anki's package.

    Raises:
        SourceError: no evidence, a lock that does not fit the notes, mistakes in cards.
    """
    from qedeck.cards.anki import write_package

    deck, notices = _deck(root, sources)
    write_package(deck, output)
    return _report(deck, output, notices)


def export_csv(root: Path, output: Path, sources: Sources | None = None) -> Exported:
    """Write the deck as text with a guid column; figures lie in a folder beside it.

    Raises:
        SourceError: as `export_anki`.
    """
    from qedeck.cards.table import write_table

    deck, notices = _deck(root, sources)
    folder = write_table(deck, output)
    if folder:
        notices = (*notices, f"copy the figures in {folder} to Anki's media folder")
    return _report(deck, output, notices)


def export_json(root: Path, output: Path, sources: Sources | None = None) -> Exported:
    """Write the cards as JSON, as review pages show them.

    Raises:
        SourceError: no evidence, mistakes in cards.
    """
    from qedeck.cards.review import review_deck
    from qedeck.cards.scripts import data_address, write_json

    sources = sources or gather(root)
    if sources.statements and not any(sources.evidence.values()):
        raise NothingVerifiedError
    deck = review_deck(sources, read_lock(root), picture=data_address)
    if deck.mistakes:
        raise SourceError(*deck.mistakes)
    write_json(deck, output)
    return Exported(output, len(deck.cards), left_out=deck.left_out)


def lock_cards(root: Path, sources: Sources | None = None, now: int | None = None) -> Changes:
    """Bring `cards.lock` up to the notes; written only where something changed.

    Raises:
        SourceError: mistakes in cards, a retired id used again, an edit with two readings.
    """
    sources = sources or gather(root)
    lock = read_lock(root)
    presents = _presents(sources, lock, Media(sources.draw, sources.read), renew=True)
    moment = int(time.time()) if now is None else now
    updated, changes = update(lock, presents, moment)
    updated = replace(updated, decks=_decks(sources, lock, updated, presents))
    if updated != lock or not (root / NAME).exists():
        write_lock(root, updated)
    return changes


def _report(deck: Deck, output: Path, notices: tuple[str, ...]) -> Exported:
    past = sum(card.past for card in deck.cards)
    return Exported(output, deck.live, past, deck.left_out, notices)


def _deck(root: Path, sources: Sources | None) -> tuple[Deck, tuple[str, ...]]:
    """The deck, and what its reader should know."""
    sources = sources or gather(root)
    if sources.statements and not any(sources.evidence.values()):
        raise NothingVerifiedError
    lock = read_lock(root)
    media = Media(sources.draw, sources.read)
    presents = _presents(sources, lock, media)
    updated, changes = update(lock, presents, 0)
    _require_lock(changes, presents)
    entries = {
        name: entry if entry is (old := lock.entries[name]) else replace(entry, changed=old.changed)
        for name, entry in updated.entries.items()
    }
    decks = _decks(sources, lock, updated, presents)
    made_from = Assembly(Lock(entries, decks), sources.statements, sources.site, media)
    deck = assemble(presents, made_from)
    if not any(not card.past for card in deck.cards):
        raise SourceError(
            Mistake(NAME, 1, 1, "no card can be exported", "see below"),
            *(Mistake(c.path, c.line, 1, f"card {c.slug}", c.reason) for c in deck.left_out),
        )
    notices: tuple[str, ...] = ()
    if changes.refreshed:
        count = len(changes.refreshed)
        refreshed = f"levels, titles, figures or addresses changed for {count} cards; "
        notices = (refreshed + "qedeck lock dates them anew, so that learners get them",)
    return deck, (*notices, *to_rename(decks))


def _decks(
    sources: Sources, lock: Lock, updated: Lock, presents: Iterable[Present]
) -> dict[str, tuple[str, ...]]:
    """Names of the decks of notes that have cards."""
    order = list(dict.fromkeys(f"{present.lang}/{present.note}" for present in presents))
    here = {f"{note.lang}/{note.name}" for note in sources.notes} or set(order)
    moves: Counter[tuple[str, str]] = Counter()
    for name, entry in lock.entries.items():
        lang = name.partition("/")[0]
        before, now = f"{lang}/{entry.note}", f"{lang}/{updated.entries[name].note}"
        if before != now and before not in here and now not in lock.decks:
            moves[now, before] += 1
    renamed: dict[str, str] = {}
    for (now, before), _ in moves.most_common():
        if before not in renamed.values():
            renamed.setdefault(now, before)
    return named(lock.decks, order, renamed)


def _presents(sources: Sources, lock: Lock, media: Media, *, renew: bool = False) -> list[Present]:
    """The cards of the notes in reading order, judged and rendered."""
    presents, mistakes = present_cards(sources, lock, media, renew=renew)
    if mistakes:
        raise SourceError(*mistakes)
    return presents


def _require_lock(changes: Changes, presents: list[Present]) -> None:
    """Stop where the notes say something that the lock does not."""
    known = {present.key: present for present in presents}
    said = {
        "new": "is not in cards.lock",
        "changed": "changed since cards.lock was written",
        "moved": "moved to another note since cards.lock was written",
        "retired": "is in cards.lock and no longer in the notes",
        "withdrawn": "is withdrawn",
        "restored": "is verified again",
    }
    mistakes = []
    for kind, problem in said.items():
        for name in getattr(changes, kind):
            present, slug = known.get(name), name.split("/", 1)[1]
            path, line = (present.path, present.line) if present else (NAME, 1)
            why = f": {present.reason}" if present and kind == "withdrawn" else ""
            mistakes.append(
                Mistake(path, line, 1, f"card {slug} {problem}{why}", "run qedeck lock")
            )
    if mistakes:
        raise SourceError(*mistakes)
