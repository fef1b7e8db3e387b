"""Export 10,000 cards: the time of plain genanki for the same fields, and of qedeck."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import genanki

from qedeck.cards.export import export_anki, lock_cards
from qedeck.cards.fields import Kit
from qedeck.cards.project import Sources
from qedeck.evidence.record import Evidence
from qedeck.formula.span import Span
from qedeck.notes.model import Card, Link, Statement


def sources(count: int) -> Sources:
    """Cards about one statement, each with a formula, a list and a link."""
    name = "norms/sandwich"
    statement = Statement(
        "claim", name, "sandwich", "Between", "notes/en/norms.md", 1, 1, Span.of("x = x"), (), (),
        "", cards=(),
    )  # fmt: skip
    link = Link("sandwich", name, Span.of("#sandwich"))
    cards = tuple(
        Card(
            f"card-{k}", "basic", "norms", "en", "notes/en/norms.md", 10 + k, 3,
            f"What is card {k} in $\\mathbb{{R}}^{{{k}}}$?",
            f"By [sandwich](#sandwich): $\\|x\\|_2 \\le {k}$.\n\n- **one**\n- two, $x_{{{k}}}$",
            (link,), False,
        )
        for k in range(count)
    )  # fmt: skip
    evidence = Evidence(name, "claim", "0" * 64, "holds", "engine", "proved")
    return Sources(cards, {name: statement}, {name: evidence}, lambda *_: b"", kit=Kit())


def plain(made: Sources, output: Path) -> float:
    """CPU seconds of genanki, for fields that somebody has rendered already."""
    model = genanki.Model(
        1, "plain", fields=[{"name": "Front"}, {"name": "Back"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}],
    )  # fmt: skip
    start = time.process_time()
    deck = genanki.Deck(2, "plain")
    for card in made.cards:
        deck.add_note(genanki.Note(model, fields=[card.front, card.back], guid=card.slug))
    genanki.Package(deck).write_to_file(str(output))
    return time.process_time() - start


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=10_000)
    made = sources(parser.parse_args().cards)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        made = replace(made, keep=root / "kept.json")
        times = {"plain genanki": plain(made, root / "plain.apkg")}

        def timed(name: str, act: object, *arguments: object) -> None:
            start = time.process_time()
            act(*arguments)  # type: ignore[operator]
            times[name] = time.process_time() - start

        timed("qedeck lock, everything new", lock_cards, root, made)
        timed("qedeck, as locked", export_anki, root, root / "deck.apkg", made)
        (root / "kept.json").unlink(missing_ok=True)
        timed("qedeck, nothing kept of earlier runs", export_anki, root, root / "d2.apkg", made)
    for name, seconds in times.items():
        print(f"{name:40} {seconds:6.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
