"""The deck as Anki's package: the same cards are the same bytes."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qedeck.cards import identity, template
from qedeck.cards.deck import Deck, DeckCard
from qedeck.cards.identity import CLOZE, STATEMENT, Named, Notetype
from qedeck.notes.model import DERIVED
from qedeck.place import whole_file

EPOCH = (1980, 1, 1, 0, 0, 0)


def write_package(deck: Deck, output: Path) -> None:
    """Write an `.apkg` in the legacy format, which every client imports."""
    import genanki

    notetypes = {card.notetype.id: _model(card.notetype) for card in deck.cards}
    decks = {
        name: genanki.Deck(identity.deck_id(name), name)
        for name in sorted({card.deck for card in deck.cards})
    }
    for position, card in enumerate(deck.cards, 1):
        decks[card.deck].add_note(_TimedNote(card, notetypes[card.notetype.id], position))
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


class _TimedNote:
    """A note of genanki's with its own time, not that of the export."""

    def __init__(self, card: DeckCard, model: _TimedModel, position: int) -> None:
        import genanki

        self.model = model
        self._changed = card.changed
        self._note = genanki.Note(
            model=model.model,
            fields=list(card.fields),
            tags=list(card.tags),
            guid=card.guid,
            due=position,
        )
        self._note.cards = [genanki.Card(k, suspend=card.past) for k in card.ordinals]

    def write_to_db(self, cursor: Any, _: float, deck_id: int, id_gen: Iterator[int]) -> None:
        self._note.write_to_db(cursor, self._changed, deck_id, id_gen)


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
            sort_field_index=1,
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
