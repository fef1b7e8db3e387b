"""Links from one statement or note to another."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from qedeck.evidence.reasons import Breaks, Told
from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.elements import Child, el, listed, maths
from qedeck.site.wording import Formula, parted

MANY = 6
"""More links than these are folded."""

_ID = re.compile(r"([a-z0-9][a-z0-9/-]*/[a-z0-9-]+)")


def reference(full_id: str, page: str, known: Catalogue) -> Element:
    """A link to a statement, by its title; with the note's where that is another one."""
    note, _, slug = full_id.rpartition("/")
    entry = known.entries.get(full_id)
    title = entry.title if entry and entry.title else slug
    if note != page:
        title += f" ({known.notes[note].title if note in known.notes else note})"
    return el("a", "", title, href=address(full_id, page))


def references(ids: tuple[str, ...], page: str, known: Catalogue) -> list[Child]:
    """A list of links to statements."""
    rows = el("ul", "qd-links", *(el("li", "", reference(name, page, known)) for name in ids))
    if len(ids) <= MANY:
        return [rows]
    return [el("details", "qd-many", el("summary", "", f"{len(ids)} statements"), rows)]


def address(full_id: str, page: str) -> str:
    """Where a statement stands, as Markdown links it."""
    note, _, slug = full_id.rpartition("/")
    if note == page:
        return f"#{slug}"
    up = "../" * page.count("/")
    return f"{up}{note}.md#{slug}"


def told(text: str, page: str, known: Catalogue) -> list[Child]:
    """A text of the engine, with links where it names statements."""
    found: list[Child] = []
    for part in parted(text):
        if isinstance(part, Formula):
            found.append(maths(part))
            continue
        for k, piece in enumerate(_ID.split(part)):
            found.append(
                reference(piece, page, known) if k % 2 and piece in known.entries else piece
            )
    return found


def named(entry: Entry) -> set[str]:
    """Ids of statements that are linked where a statement's evidence is told, if there are such."""
    evidence = entry.evidence
    found = {*entry.uses, *entry.used_by}
    if evidence is not None:
        reasons = [mutant.reason for mutant in evidence.mutants]
        found.update(one.claim for one in reasons if isinstance(one, Breaks))
        # Authors may name statements in what they say of a mutant.
        said = [one.said for one in reasons if isinstance(one, Told) and "/" in one.said]
        found.update(name for text in said for name in _ID.findall(text))
    return found


def around(page: str, known: Catalogue) -> Element | None:
    """The notes that a note leans on and those that lean on it."""
    note = known.notes.get(page)
    if note is None or note.kind != "note":
        return None
    rows: list[Child] = []
    up = "../" * page.count("/")
    for name, others in (("Prerequisites", note.prerequisites), ("Used by", note.used_by)):
        links = [el("a", "", known.notes[n].title, href=f"{up}{n}.md") for n in others]
        if links:
            rows.append(el("p", "", el("strong", "", name), ": ", *listed(links)))
    return el("div", "qd-around", *rows, data_search_exclude="") if rows else None
