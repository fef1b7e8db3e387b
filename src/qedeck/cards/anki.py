"""The deck as Anki's package: the same cards are the same bytes."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qedeck.cards import identity, template
from qedeck.cards.deck import Deck, DeckCard
from qedeck.cards.identity import CLOZE, STATEMENT, Named, Notetype
from qedeck.notes.model import DERIVED
from qedeck.place import whole_file

EPOCH = (1980, 1, 1, 0, 0, 0)
SORTED = 1
"""Field that Anki sorts by."""


def write_package(deck: Deck, output: Path) -> None:
    """Write an `.apkg` in the legacy format, which every client imports."""
    import genanki

    models = {one.id: _model(one) for one in {card.notetype for card in deck.cards}}
    decks: dict[str, _TimedDeck] = {}
    for name in sorted({card.deck for card in deck.cards}):
        decks[name] = _TimedDeck(genanki.Deck(identity.deck_id(name), name))
    for position, card in enumerate(deck.cards, 1):
        decks[card.deck].cards.append((position, card))
        decks[card.deck].empty.add_model(models[card.notetype.id])
    package = genanki.Package(list(decks.values()))
    with tempfile.TemporaryDirectory() as folder, whole_file(output) as target:
        loose = Path(folder) / "loose.apkg"
        package.write_to_file(str(loose), timestamp=max(card.changed for card in deck.cards))
        with zipfile.ZipFile(loose) as archive:
            collection = archive.read("collection.anki2")
        _zip(target, collection, deck.media)


def _zip(target: Path, collection: bytes, media: dict[str, bytes]) -> None:
    """An archive whose bytes depend on nothing but its contents."""
    names = {str(k): name for k, name in enumerate(sorted(media))}
    parts = {"collection.anki2": collection, "media": json.dumps(names).encode()}
    parts |= {k: media[name] for k, name in names.items()}
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3
            part.external_attr = 0o644 << 16
            archive.writestr(part, content)


@dataclass
class _TimedModel:
    """A model of genanki's with its own time, not that of the export."""

    model: Any

    @property
    def model_id(self) -> int:
        return int(self.model.model_id)

    def to_json(self, _: float, deck_id: int) -> dict[str, Any]:
        return dict(self.model.to_json(template.CHANGED, deck_id))


@dataclass
class _TimedDeck:
    """A deck of genanki's whose notes have their own times, not that of the export."""

    empty: Any
    cards: list[tuple[int, DeckCard]] = field(default_factory=list)
    """With their positions."""

    def write_to_db(self, cursor: Any, timestamp: float, id_gen: Iterator[int]) -> None:
        """Write the deck, its models, and all its rows at once."""
        self.empty.write_to_db(cursor, timestamp, id_gen)
        notes: list[tuple[Any, ...]] = []
        cards: list[tuple[Any, ...]] = []
        for position, card in self.cards:
            id_ = next(id_gen)
            tags, fields = f" {' '.join(card.tags)} ", "\x1f".join(card.fields)
            if len(card.fields) != len(card.notetype.fields):
                raise ValueError(f"{card.guid} has {len(card.fields)} fields")
            notes.append((id_, card.guid, card.notetype.id, card.changed, -1, tags, fields,
                          card.fields[SORTED], 0, 0, ""))  # fmt: skip
            queue = -1 if card.past else 0
            cards.extend(
                (next(id_gen), id_, self.empty.deck_id, k, card.changed, -1, 0, queue, position,
                 *[0] * 8, "")
                for k in card.ordinals
            )  # fmt: skip
        cursor.executemany(f"INSERT INTO notes VALUES({','.join('?' * 11)})", notes)
        cursor.executemany(f"INSERT INTO cards VALUES({','.join('?' * 18)})", cards)


def _model(notetype: Notetype) -> _TimedModel:
    import genanki

    return _TimedModel(
        genanki.Model(
            notetype.id,
            notetype.name,
            fields=[_named(field) for field in notetype.fields],
            templates=[
                {**_named(part), "qfmt": front, "afmt": back}
                for part, (front, back) in zip(notetype.templates, _texts(notetype), strict=True)
            ],
            css=template.STYLE,
            model_type=genanki.Model.CLOZE if notetype.id == CLOZE.id else genanki.Model.FRONT_BACK,
            sort_field_index=SORTED,
        )
    )


def _texts(notetype: Notetype) -> list[tuple[str, str]]:
    """Front and back of each template."""
    if notetype.id == STATEMENT.id:
        return [template.statement(kind) for kind in DERIVED]
    if notetype.id == CLOZE.id:
        return [(template.CLOZE_FRONT, template.CLOZE_BACK)]
    return [(template.BASIC_FRONT, template.BASIC_BACK)]


def _named(part: Named) -> dict[str, Any]:
    return {"name": part.name, "id": part.id}
