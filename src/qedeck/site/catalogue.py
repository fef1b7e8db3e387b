"""All statements and notes as the site lists and links them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qedeck.evidence.record import Evidence
from qedeck.site.status import NONE, Shown, Status, status

if TYPE_CHECKING:
    from qedeck.evidence.library import Project
    from qedeck.notes.model import Assertion, Note, Paragraph, Statement


@dataclass(frozen=True)
class Entry:
    """A statement: how it stands, and what it is joined to."""

    id: str
    """Full id: `norms/sandwich`."""
    kind: str
    title: str
    status: Status = NONE
    evidence: Evidence | None = None
    stale: bool = False
    uses: tuple[str, ...] = ()
    """Full ids of the statements it rests on."""
    used_by: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def slug(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def stands(self) -> bool:
        """Whether there is current evidence that it holds; what is only cited does not."""
        held = self.evidence is not None and self.evidence.verdict == "holds"
        return held and not self.stale and self.kind != "cited"

    @property
    def open(self) -> bool:
        """Whether its formula should be verified and is not."""
        return self.kind != "cited" and not self.stands


@dataclass(frozen=True)
class NoteEntry:
    """A note or page, and the notes before and after it."""

    name: str
    title: str
    kind: str
    prerequisites: tuple[str, ...] = ()
    """Names of the notes that it leans on or asks to be read after."""
    used_by: tuple[str, ...] = ()
    topic: str = ""
    """The question that it answers."""


@dataclass(frozen=True)
class Catalogue:
    """A knowledge base in one language."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    """By full id, in reading order."""
    notes: Mapping[str, NoteEntry] = field(default_factory=dict)
    """By name, in reading order."""
    assertions: Mapping[str, Assertion] = field(default_factory=dict)
    """By page and slug: `from-the-seed/s4`."""
    displays: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By page, and by slug of a statement or card: its display formulas, as they were read."""
    bodies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By page, and by slug of a statement: all that it says, as it was read."""

    def entry(self, full_id: str, kind: str) -> Entry:
        """A statement; one that is not known has no evidence."""
        return self.entries.get(full_id) or Entry(full_id, kind, "", status(kind, None))

    @property
    def pages(self) -> tuple[str, ...]:
        """Names in the order of navigation: the front page, notes, then other pages."""
        rank = {"note": 1}
        return tuple(
            sorted(
                self.notes,
                key=lambda name: 0 if name == "index" else rank.get(self.notes[name].kind, 2),
            )
        )


def catalogue(project: Project, shown: Shown, lang: str = "en") -> Catalogue:
    """What a project holds in one language."""
    notes = project.library.reading_order(lang)
    uses = {
        statement.id: _uses(project, shown, statement.id, lang)
        for note in notes
        for statement in note.statements
    }
    used_by = _turned(uses)
    entries = {}
    for note in notes:
        for statement in note.statements:
            evidence, stale = shown.get(statement.id, (None, False))
            name, kind = statement.id, statement.called
            state = status(statement.kind, evidence, stale)
            joined = uses[name], used_by[name]
            entries[name] = Entry(name, kind, statement.title, state, evidence, stale, *joined)
    assertions = {f"{note.name}/{item.slug}": item for note in notes for item in note.assertions}
    displays = {note.name: _displays(note) for note in notes}
    bodies = {note.name: {s.slug: _body(s) for s in note.statements} for note in notes}
    return Catalogue(entries, _notes(notes, uses), assertions, displays, bodies)


def _displays(note: Note) -> dict[str, tuple[str, ...]]:
    stated = {statement.slug: (statement.display.text,) for statement in note.statements}
    return stated | {card.slug: tuple(d.text for d in card.displays) for card in note.cards}


def _body(statement: Statement) -> str:
    """Words and formulas of a statement as a page has them: `Let \\(x > 0\\).`"""

    def words(paragraphs: tuple[Paragraph, ...]) -> str:
        segments = [segment for paragraph in paragraphs for segment in paragraph.segments]
        return "".join(
            rf"\({one.span.text}\)" if one.kind == "math" else one.span.text for one in segments
        )

    display = rf"\[{statement.display.text}\]"
    return words(statement.before) + display + words(statement.after)


def _uses(project: Project, shown: Shown, name: str, lang: str) -> tuple[str, ...]:
    """What a statement rests on: as bound, or else as linked, and as verified."""
    subject = project.subjects.get(name)
    found = project.library.edges.get((lang, name), ()) if subject is None else subject.uses
    evidence, stale = shown.get(name, (None, False))
    if evidence is not None and not stale:
        found = (*found, *evidence.uses)
    return tuple(n for n in dict.fromkeys(found) if (lang, n) in project.library.statements)


def _turned(uses: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """For each node those that lead to it, in order."""
    found: dict[str, list[str]] = {name: [] for name in uses}
    for name, others in uses.items():
        for other in others:
            if other in found:
                found[other].append(name)
    return {name: tuple(others) for name, others in found.items()}


def _notes(notes: tuple[Note, ...], uses: Mapping[str, tuple[str, ...]]) -> dict[str, NoteEntry]:
    names = {note.name for note in notes}
    before: dict[str, dict[str, None]] = {
        note.name: dict.fromkeys(name for name in note.after if name in names) for note in notes
    }
    for full_id, others in uses.items():
        own = full_id.rpartition("/")[0]
        before[own].update(
            dict.fromkeys(n for n in (other.rpartition("/")[0] for other in others) if n != own)
        )
    after = _turned(before)
    return {
        note.name: NoteEntry(
            note.name,
            note.title,
            note.kind,
            tuple(before[note.name]),
            after[note.name],
            note.topic,
        )
        for note in notes
    }
