"""Identities that outlive every edit: of notes, decks, notetypes, fields and templates."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from qedeck.notes.model import DERIVED


@dataclass(frozen=True)
class Named:
    """A field or template: Anki matches it by `id`, so its name may change."""

    name: str
    id: int


@dataclass(frozen=True)
class Notetype:
    """A notetype of Anki's. Ids, number and order of fields are fixed for ever."""

    id: int
    name: str
    fields: tuple[Named, ...]
    templates: tuple[Named, ...]
    """In the order of the numbers of cards, which is fixed for ever, too."""


TAIL = (
    Named("Notice", 20260104),
    Named("Verified", 20260105),
    Named("Source", 20260106),
    Named("Context", 20260107),
    Named("Spare2", 20260108),
)

BASIC = Notetype(
    1760510001,
    "qedeck basic",
    (Named("Id", 20260101), Named("Front", 20260102), Named("Back", 20260103), *TAIL),
    (Named("Card", 20260201),),
)

CLOZE = Notetype(
    1760510002,
    "qedeck cloze",
    (Named("Id", 20260111), Named("Text", 20260112), Named("Extra", 20260113), *TAIL),
    (Named("Cloze", 20260211),),
)

STATEMENT = Notetype(
    1760510003,
    "qedeck statement",
    (
        Named("Id", 20260121),
        *(
            Named(f"{kind.capitalize()} {side}", 20260130 + 2 * k + j)
            for k, kind in enumerate(DERIVED)
            for j, side in enumerate(("front", "back"))
        ),
        *TAIL,
    ),
    tuple(Named(kind.capitalize(), 20260221 + k) for k, kind in enumerate(DERIVED)),
)
"""One note for the cards of a statement, so that Anki buries siblings."""

NOTETYPES: Mapping[str, Notetype] = {"basic": BASIC, "cloze": CLOZE, "statement": STATEMENT}


def guid(lang: str, slug: str) -> str:
    """Anki's guid of a card: a function of language and id alone, never of text."""
    digest = hashlib.sha256(f"qedeck card {lang}/{slug}".encode()).digest()
    return base64.b32encode(digest[:10]).decode().lower()


PAST = "qedeck::past"
"""Deck in which cards of the past come to learners who never had them; Anki moves no others."""


def deck_id(name: str) -> int:
    """Id of a deck, in the range that Anki gives to decks."""
    digest = hashlib.sha256(f"deck {name}".encode()).digest()
    return 1_500_000_000_000 + int.from_bytes(digest[:4], "big")
