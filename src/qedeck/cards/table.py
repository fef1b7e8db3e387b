"""The deck as text that Anki imports, one line for each card, matched by guid."""

from __future__ import annotations

import csv
from pathlib import Path

from qedeck.cards.deck import Deck
from qedeck.place import whole_file, whole_folder

HEAD = """\
#separator:Comma
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:4
"""


def write_table(deck: Deck, output: Path) -> Path | None:
    """Write the cards; returns the folder beside it with their figures, where there are any."""
    with whole_file(output) as target, target.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        rows = csv.writer(file, lineterminator="\n")
        for card in deck.cards:
            rows.writerow(
                [card.guid, card.notetype.name, card.deck, " ".join(card.tags), *card.fields]
            )
    if not deck.media:
        return None
    folder = output.with_suffix(".media")
    with whole_folder(folder) as target:
        for name, content in deck.media.items():
            (target / name).write_bytes(content)
    return folder
