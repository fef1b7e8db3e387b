"""Parts of pages that are computed from the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element

from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import el, svg
from qedeck.site.numbers import Numbers, count
from qedeck.site.references import reference
from qedeck.site.run import run
from qedeck.site.status import LEVELS, PINNED, Status, icon

CLAIMS = "claims.md"
"""The page of all statements."""


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
        parts.append(el("p", "", _let_stand(found)))
    if found.open:
        some = "statement is" if found.open == 1 else "statements are"
        parts.append(el("p", "", f"{found.open} {some} not verified in this build."))
    return parts


def _let_stand(found: Numbers) -> str:
    """What notes let stand on a reviewed reason, of which there may be one for fifty claims."""
    if not found.kept + found.allowed:
        return "None of them is let stand on an author's word, and no hypothesis is idle."
    said = []
    if found.allowed:
        some = "corrupted formula stands" if found.allowed == 1 else "corrupted formulas stand"
        said.append(f"{found.allowed} {some} unrejected for a reason that the note gives")
    if found.kept:
        some = "hypothesis is" if found.kept == 1 else "hypotheses are"
        said.append(f"{found.kept} {some} not needed and kept for a reason that the note gives")
    ratio = found.claims // (found.kept + found.allowed)
    there = "where there may be no more than one for fifty"
    return f"{'; '.join(said)}. That is one for {ratio} claims, {there}."


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
    "run": run,
    "unverified": unverified,
}
"""What `<!-- qedeck:… -->` stands for on a page."""
