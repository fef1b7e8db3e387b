"""The cards of the notes as they stand now: judged by the evidence and rendered."""

from __future__ import annotations

from qedeck.cards.fields import render
from qedeck.cards.lock import Lock, Present, key
from qedeck.cards.media import Figures
from qedeck.cards.project import Sources
from qedeck.cards.standing import judge, matching
from qedeck.errors import Mistake, SourceError
from qedeck.notes.model import Card


def present_cards(
    sources: Sources, lock: Lock, figures: Figures
) -> tuple[list[Present], list[Mistake]]:
    """The cards in reading order, and what is wrong with those that cannot be rendered."""
    match = matching(sources.statements, sources.equal)
    presents: list[Present] = []
    mistakes: list[Mistake] = []
    for card in in_reading_order(sources):
        old = lock.entries.get(key(card.lang, card.slug))
        try:
            fields = render(card, sources.kit, old.deletions if old else ())
            media = figures.on(fields.front + fields.back, card.lang)
        except SourceError as error:
            mistakes.extend(error.mistakes)
            continue
        standing = judge(card, sources.statements, sources.evidence, match)
        presents.append(Present(standing, fields, media))
    return presents, mistakes


def in_reading_order(sources: Sources) -> list[Card]:
    """The cards by language, note and line."""
    rank = {(note.lang, note.name): k for k, note in enumerate(sources.notes)}
    last = len(rank)
    return sorted(
        sources.cards, key=lambda c: (c.lang, rank.get((c.lang, c.note), last), c.path, c.line)
    )
