"""Cards as data in files: for other programs, and for pages that load scripts."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qedeck.cards.review import MEDIA, ReviewDeck, ReviewNote
from qedeck.place import whole_file

FORMAT = 1
FOLDER = "assets/qedeck/cards"
"""Where the site has the scripts, relative to its root."""


def to_json(deck: ReviewDeck) -> dict[str, Any]:
    """The whole deck as one object."""
    notes = [{**_head(note), "cards": [c.to_json() for c in note.cards]} for note in deck.notes]
    return {"format": FORMAT, "lang": deck.lang, "notes": notes}


def write_json(deck: ReviewDeck, output: Path) -> None:
    """Write the whole deck as one file of JSON."""
    text = json.dumps(to_json(deck), ensure_ascii=False, indent=1) + "\n"
    with whole_file(output) as target:
        target.write_text(text, encoding="utf-8", newline="\n")


def data_address(_: str, picture: bytes) -> str:
    """A picture as an address that holds it."""
    kind = "svg+xml" if picture.lstrip().startswith(b"<") else _kind(picture)
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def site_files(deck: ReviewDeck) -> dict[str, bytes]:
    """Content of each file of the site that holds cards, by its path below the site's root.

    `index.js` calls `qedeckDeck` with the ids of all cards, `<note>.js` calls `qedeckNote` with
    the cards of one note; both work in pages that are opened from the file system.
    """
    files = {f"{FOLDER}/index.js": _script("qedeckDeck", index(deck))}
    for note in deck.notes:
        cards = [card.to_json() for card in note.cards]
        files[script(note)] = _script("qedeckNote", note.name, cards)
    files |= {f"{MEDIA}/{name}": content for name, content in deck.media.items()}
    return files


def index(deck: ReviewDeck) -> dict[str, Any]:
    """What a page has to know before it shows a card: ids, groups and sections."""
    notes = [
        {
            **_head(note),
            "script": script(note),
            "cards": [[card.id, card.group, card.section] for card in note.cards],
        }
        for note in deck.notes
    ]
    return {"lang": deck.lang, "notes": notes}


def script(note: ReviewNote) -> str:
    """Path of a note's script below the site's root."""
    return f"{FOLDER}/{'_index' if note.name == 'index' else note.name}.js"


def _head(note: ReviewNote) -> dict[str, Any]:
    return {
        "name": note.name,
        "title": note.title,
        "url": note.url,
        "sections": dict(note.sections),
    }


def _script(function: str, *values: object) -> bytes:
    """A call with JSON that cannot end the script it stands in."""
    told = ",".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values
    )
    for mark, escaped in _ESCAPED.items():
        told = told.replace(mark, escaped)
    return f"{function}({told});\n".encode()


_ESCAPED: Mapping[str, str] = {
    "</": r"<\/", "<!--": r"\u003c!--", "\u2028": r"\u2028", "\u2029": r"\u2029",
}  # fmt: skip


def _kind(picture: bytes) -> str:
    marks = {b"\x89PNG": "png", b"\xff\xd8": "jpeg", b"GIF8": "gif", b"RIFF": "webp"}
    return next((kind for mark, kind in marks.items() if picture.startswith(mark)), "png")
