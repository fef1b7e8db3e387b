"""Parts of pages that are computed from the evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import el, svg
from qedeck.site.references import reference
from qedeck.site.status import LEVELS, PINNED, Status, icon

CLAIMS = "claims.md"
"""The page of all statements."""


@dataclass(frozen=True)
class Numbers:
    """How much stands, by level, and how much of what can fail was made to."""

    proved: int = 0
    shapes: int = 0
    tested: int = 0
    refuted: int = 0
    pinned: int = 0
    cited: int = 0
    open: int = 0
    """Statements with no current evidence that they hold."""
    engine: int = 0
    """Statements that were decided from the page alone."""
    hand: int = 0
    instances: int = 0
    killed: int = 0
    unexplained: int = 0
    kept: int = 0
    """Hypotheses that are not needed and that the note keeps, with a reason."""
    allowed: int = 0
    """Corrupted formulas that nothing rejects and that the note lets stand, with a reason."""
    still_true: int = 0
    invalid: int = 0

    @property
    def mutants(self) -> int:
        """Mutants that had to be rejected."""
        return self.killed + self.unexplained + self.kept + self.allowed


def count(known: Catalogue) -> Numbers:
    """The numbers of a knowledge base."""
    tally: Counter[str] = Counter()
    for entry in known.entries.values():
        if entry.evidence is not None and not entry.stale:
            tally["instances"] += entry.evidence.instances
            tally.update(entry.evidence.tally)
            for mutant in entry.evidence.mutants:
                if mutant.outcome == "reviewed":
                    tally["kept" if mutant.part == "hypothesis" else "allowed"] += 1
        if entry.kind == "cited":
            tally["cited"] += 1
        elif not entry.stands or entry.evidence is None:
            tally["open"] += 1
        else:
            tally[entry.status.key] += 1
            tally[entry.evidence.method] += 1
    return Numbers(**{name: tally[name] for name in Numbers.__dataclass_fields__})


def numbers(known: Catalogue, page: str) -> list[Element]:
    """How much is proved, tested and refuted, each a link to the list of what is."""
    found = count(known)
    cells: list[tuple[int, str, Status]] = [
        (found.proved, "proved", LEVELS["proved"]),
        (found.shapes, "proved at shapes", LEVELS["proved at shapes"]),
        (found.tested, "tested", LEVELS["tested"]),
        (found.refuted, "misconceptions refuted", LEVELS["refuted"]),
        (found.pinned, "definitions pinned", PINNED),
        (found.cited, "cited", LEVELS["cited"]),
    ]
    items = [_cell(*cell, page) for cell in cells if cell[0]]
    parts = [el("ul", "qd-numbers", *items)] if items else []
    if found.mutants:
        said = f"{found.killed:,} of {found.mutants:,} deliberately corrupted formulas were "
        parts.append(el("p", "", said, "rejected: a claim that could not fail would say nothing."))
    if found.kept or found.allowed:
        parts.append(el("p", "", _let_stand(found)))
    if found.open:
        some = "statement is" if found.open == 1 else "statements are"
        parts.append(el("p", "", f"{found.open} {some} not verified in this build."))
    return parts


def _let_stand(found: Numbers) -> str:
    """What notes let stand on a reviewed reason."""
    said = []
    if found.allowed:
        some = "corrupted formula was" if found.allowed == 1 else "corrupted formulas were"
        said.append(f"{found.allowed} {some} not rejected and stands for a reason given there")
    if found.kept:
        some = "hypothesis is" if found.kept == 1 else "hypotheses are"
        said.append(f"{found.kept} {some} not needed and kept for a reason given there")
    return "; ".join(said) + "."


def _cell(number: int, label: str, status: Status, page: str) -> Element:
    to = f"{_up(page)}{CLAIMS}#level={status.key}"
    figure = el("strong", "", f"{number:,}")
    link = el("a", "", svg(icon(status.key)), figure, " ", el("span", "", label), href=to)
    link.set("title", status.meaning)
    return el("li", f"qd-{status.key}", link)


def notes(known: Catalogue, page: str) -> list[Element]:
    """The notes in reading order: what each is about, and how much of it is verified."""
    found = el("ul", "qd-notes")
    for name in known.pages:
        note = known.notes[name]
        if note.kind == "note":
            link = el("a", "", note.title, href=f"{_up(page)}{name}.md")
            told = el("span", "qd-told", _verified(known, name))
            found.append(el("li", "", link, " ", el("span", "", note.topic), " ", told))
    return [found]


def _verified(known: Catalogue, note: str) -> str:
    own = [entry for entry in known.entries.values() if entry.note == note]
    left = sum(entry.open for entry in own)
    some = "1 statement" if len(own) == 1 else f"{len(own)} statements"
    return f"{some}, {left} not verified in this build" if left else some


def levels() -> list[Element]:
    """What each level means."""
    found = el("dl", "qd-levels")
    for status in (*LEVELS.values(), PINNED):
        found.append(el("dt", "", chip(status)))
        found.append(el("dd", "", status.meaning))
    return [found]


def run(known: Catalogue) -> list[Element]:
    """The figures of the last run."""
    found = count(known)
    if not found.engine + found.hand:
        return [el("p", "", "Nothing has been verified for this build.")]
    decided = f"The engine decided {found.engine} statements from the page alone"
    if found.hand:
        decided += f", and checks written by hand decided {found.hand}"
    tried = found.mutants + found.still_true + found.invalid
    rows = [
        f"{decided}.",
        f"{found.instances:,} random instances met the hypotheses of their claims.",
        (
            f"{tried:,} corrupted versions were made: {found.killed:,} were rejected, "
            f"{found.still_true:,} are true as well and were proved so, {found.invalid:,} are no "
            f"formulas at all, {found.unexplained:,} are unexplained, "
            f"{found.kept + found.allowed:,} stand on a reason that a note gives."
        ),
    ]
    versions = _versions(known)
    if versions:
        rows.append(f"The libraries were {', '.join(versions)}.")
    return [el("ul", "", *(el("li", "", row) for row in rows))]


def _versions(known: Catalogue) -> list[str]:
    found = {
        f"{name} {version}"
        for entry in known.entries.values()
        if entry.evidence is not None and entry.stands
        for name, version in entry.evidence.versions.items()
    }
    return sorted(found)


def unverified(known: Catalogue, page: str) -> list[Element]:
    """Everything that is not verified, by name."""
    entries = [entry for entry in known.entries.values() if not entry.stands]
    if not entries:
        return [el("p", "", "Every statement of every note is verified at one of these levels.")]
    rows = [
        el("li", "qd-row", chip(entry.status), reference(entry.id, page, known))
        for entry in entries
    ]
    some = "statement is" if len(rows) == 1 else "statements are"
    listed = el("ul", "qd-list", *rows, data_search_exclude="")
    return [el("p", "", f"{len(rows)} {some} not verified:"), listed]


def chip(status: Status) -> Element:
    """A status as word and icon."""
    return el("span", f"qd-chip qd-{status.key}", svg(icon(status.key)), status.label)


def _up(page: str) -> str:
    return "../" * page.count("/")


PARTS: Mapping[str, Callable[[Catalogue, str], list[Element]]] = {
    "numbers": numbers,
    "notes": notes,
    "levels": lambda known, page: levels(),
    "run": lambda known, page: run(known),
    "unverified": unverified,
}
"""What `<!-- qedeck:… -->` stands for on a page."""
