"""A small project whose notes, evidence and figures a test can change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from qedeck.cards.address import Site
from qedeck.cards.export import export_anki, export_csv, lock_cards
from qedeck.cards.fields import Kit
from qedeck.cards.project import Sources
from qedeck.cards.standing import Equal
from qedeck.evidence.record import Evidence
from qedeck.formula.span import Span
from qedeck.notes.model import Card, Link, Note, Paragraph, Segment, Statement

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><circle r="1"/></svg>'


def link(target: str) -> Link:
    """A link as the notes reader makes it, within the note or to another."""
    note, slug = target.split("/")
    written = f"#{slug}" if note == "norms" else f"{note}.md#{slug}"
    return Link(slug, target, Span.of(written))


def statement(name: str, latex: str = "x = x", uses: tuple[str, ...] = (), kind="claim", cards=()):
    note, slug = name.split("/")
    links = (Segment("link", Span.of(use), link(use)) for use in uses)
    return Statement(
        kind, name, slug, slug, f"notes/en/{note}.md", 1, 1, Span.of(latex),
        (Paragraph(tuple(links)),), (), "", cards=cards,
    )  # fmt: skip


def proof(name: str, verdict: str = "holds", level: str = "proved") -> Evidence:
    shown = level if verdict == "holds" else None
    return Evidence(name, "claim", "0" * 64, verdict, "engine", shown)


def basic(slug: str, front: str, back: str, *rests: str, line: int = 10, **more) -> Card:
    values = {"note": "norms", "lang": "en", "fact": not rests, **more}
    path = f"notes/{values['lang']}/{values['note']}.md"
    links = tuple(link(name) for name in rests)
    return Card(slug, "basic", path=path, line=line, column=3, front=front, back=back,
                links=links, **values)  # fmt: skip


def cloze(slug: str, text: str, *rests: str, back: str = "", line: int = 50) -> Card:
    return replace(basic(slug, text, back, *rests, line=line), kind="cloze")


@dataclass
class Project:
    """A project in a folder, and an Anki collection that imports its decks."""

    root: Path
    cards: list[Card]
    statements: dict[str, Statement]
    evidence: dict[str, Evidence | None]
    site: Site = field(default_factory=Site)
    svg: bytes = SVG
    equal: Equal | None = None
    notes: tuple[Note, ...] = ()
    bound: dict = field(default_factory=dict)
    now: int = 1_800_000_000
    col: Collection | None = None

    @property
    def sources(self) -> Sources:
        return Sources(
            tuple(self.cards),
            self.statements,
            self.evidence,
            lambda *_: self.svg,
            self.site,
            Kit({"\\abs": "\\lvert #1 \\rvert"}),
            self.equal,
            self.bound,
            lambda path: (self.root / path).read_bytes(),
            self.notes,
        )

    def add(self, slug: str, front: str, back: str, *rests: str, **more) -> None:
        self.cards.append(basic(slug, front, back, *rests, **more))

    def add_cloze(self, slug: str, text: str, *rests: str, **more) -> None:
        self.cards.append(cloze(slug, text, *rests, **more))

    def state(self, name: str, latex: str = "x = x", uses: tuple[str, ...] = (), **more) -> None:
        self.statements[name] = statement(name, latex, uses, **more)
        self.evidence[name] = proof(name)

    def judge(self, name: str, verdict: str, level: str = "proved") -> None:
        self.evidence[name] = proof(name, verdict, level)

    def edit(self, slug: str, **changes) -> None:
        self.cards = [replace(c, **changes) if c.slug == slug else c for c in self.cards]

    def drop(self, slug: str) -> None:
        self.cards = [card for card in self.cards if card.slug != slug]

    def lock(self):
        self.now += 100
        return lock_cards(self.root, self.sources, self.now)

    def export(self, name: str = "deck.apkg"):
        return export_anki(self.root, self.root / name, self.sources)

    def table(self):
        return export_csv(self.root, self.root / "cards.csv", self.sources)

    def bring_in(self):
        """Lock, export and import; returns Anki's log."""
        self.lock()
        self.export()
        return self.import_deck()

    def import_deck(self, name: str = "deck.apkg", **options):
        if self.col is None:
            self.col = Collection(str(self.root / "learner.anki2"))
        request = ImportAnkiPackageRequest(
            package_path=str(self.root / name), options=ImportAnkiPackageOptions(**options)
        )
        log = self.col.import_anki_package(request).log
        self.col.models._clear_cache()
        return log

    def note(self, slug: str):
        (found,) = self.col.find_notes(f'Id:"{slug}"')
        return self.col.get_note(found)

    def shown(self, slug: str, ordinal: int = 0) -> tuple[str, str]:
        """Question and answer as Anki renders them."""
        card = next(card for card in self.note(slug).cards() if card.ord == ordinal)
        output = card.render_output()
        return output.question_text, output.answer_text

    def learn(self, slug: str, days: int, ordinal: int = 0) -> None:
        card = next(card for card in self.note(slug).cards() if card.ord == ordinal)
        self.col.sched.set_due_date([card.id], f"{days}!")

    def interval(self, slug: str, ordinal: int = 0) -> int:
        return next(card.ivl for card in self.note(slug).cards() if card.ord == ordinal)


@pytest.fixture
def project(tmp_path):
    """Two claims, one of which uses the other, and four cards."""
    made = Project(
        tmp_path,
        [
            basic("why-diamond", "Why is the ball of $\\|x\\|_1$ a *diamond*?",
                  "By [sandwich](#sandwich): $\\abs{x} < 1$\n\n![Balls](figure:norms.balls)",
                  "norms/sandwich"),
            basic("flat", "What is flat?", "The ball at $p = \\infty$.", "norms/limit", line=20),
            basic("who", "Who wrote it?", "Minkowski.", line=30),
            cloze("two-modes", "Trained with ==batch== and tested with ==running== statistics.",
                  "norms/limit"),
        ],
        {
            "norms/sandwich": statement("norms/sandwich", uses=("norms/p-norm",)),
            "norms/limit": statement("norms/limit"),
            "norms/p-norm": statement("norms/p-norm", "\\|x\\|_p := 1", kind="definition"),
        },
        {},
    )  # fmt: skip
    made.evidence = {name: proof(name) for name in made.statements}
    yield made
    if made.col is not None:
        made.col.close()
