"""Exporting decks and writing the lock: what the command line calls."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path

from qedeck.cards.deck import Deck, LeftOut, assemble
from qedeck.cards.lock import NAME, Changes, Lock, Present, read_lock, update, write_lock
from qedeck.cards.media import Figures
from qedeck.cards.present import present_cards
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
    presents = _presents(sources, lock, Figures(sources.draw))
    moment = int(time.time()) if now is None else now
    updated, changes = update(lock, presents, sources.site.url, moment)
    if updated != lock or not (root / NAME).exists():
        write_lock(root, updated)
    return changes


def _report(deck: Deck, output: Path, notices: tuple[str, ...]) -> Exported:
    live = sum(not card.past for card in deck.cards)
    return Exported(output, live, len(deck.cards) - live, deck.left_out, notices)


def _deck(root: Path, sources: Sources | None) -> tuple[Deck, tuple[str, ...]]:
    """The deck, and what its reader should know."""
    sources = sources or gather(root)
    if sources.statements and not any(sources.evidence.values()):
        raise NothingVerifiedError
    lock = read_lock(root)
    figures = Figures(sources.draw)
    presents = _presents(sources, lock, figures)
    updated, changes = update(lock, presents, sources.site.url, 0)
    _require_lock(changes, presents)
    entries = {
        name: replace(entry, changed=lock.entries[name].changed)
        for name, entry in updated.entries.items()
    }
    deck = assemble(presents, Lock(entries, updated.site), sources.site, figures)
    if not any(not card.past for card in deck.cards):
        raise SourceError(
            Mistake(NAME, 1, 1, "no card can be exported", "see below"),
            *(Mistake(c.path, c.line, 1, f"card {c.slug}", c.reason) for c in deck.left_out),
        )
    notices: tuple[str, ...] = ()
    if changes.refreshed:
        count = len(changes.refreshed)
        refreshed = f"levels, figures or the site's address changed for {count} cards; "
        notices = (refreshed + "qedeck lock dates them anew, so that learners get them",)
    return deck, notices


def _presents(sources: Sources, lock: Lock, figures: Figures) -> list[Present]:
    """The cards of the notes in reading order, judged and rendered."""
    presents, mistakes = present_cards(sources, lock, figures)
    if mistakes:
        raise SourceError(*mistakes)
    return presents


def _require_lock(changes: Changes, presents: list[Present]) -> None:
    """Stop where the notes say something that the lock does not."""
    standings = {present.key: present.standing for present in presents}
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
            standing, slug = standings.get(name), name.split("/", 1)[1]
            path, line = (standing.card.path, standing.card.line) if standing else (NAME, 1)
            why = f": {standing.reason}" if standing and kind == "withdrawn" else ""
            mistakes.append(
                Mistake(path, line, 1, f"card {slug} {problem}{why}", "run qedeck lock")
            )
    if mistakes:
        raise SourceError(*mistakes)
