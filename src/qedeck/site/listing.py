"""The page of all statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.elements import el
from qedeck.site.pages import chip
from qedeck.site.references import reference
from qedeck.site.status import FAILS, STATEMENTS

METHODS = {"engine": "engine", "hand": "written check", "source": "source", "none": "none"}


def claims_page(known: Catalogue) -> str:
    """The page as Markdown; the extension fills in what the comments name."""
    titles = {entry.note: known.notes[entry.note].title for entry in known.entries.values()}
    parts = [
        "---\nkind: page\ntitle: All claims\nsearch:\n  exclude: true\n---",
        "Every definition, claim and misconception of the notes, and how far each was established.",
        "<!-- qedeck:filters -->",
    ]
    for name, title in titles.items():
        parts += [f"## {title}", f"<!-- qedeck:claims {name} -->"]
    return "\n\n".join(parts) + "\n"


def rows(known: Catalogue, page: str, note: str) -> list[Element]:
    """The statements of one note."""
    found = el("ul", "qd-list", data_note=note)
    found.extend(_row(e, page, known) for e in known.entries.values() if e.note == note)
    return [found]


def _row(entry: Entry, page: str, known: Catalogue) -> Element:
    method = _method(entry)
    able = "" if entry.evidence is None else entry.evidence.score
    told = [STATEMENTS[entry.kind]]
    if method != "none":
        told.append(METHODS[method])
    if able:
        told.append(f"can fail: {able}")
    link = reference(entry.id, entry.note, known)
    link.set("href", f"{'../' * page.count('/')}{entry.note}.md#{entry.slug}")
    return el(
        "li",
        "qd-row",
        chip(entry.status),
        link,
        el("span", "qd-told", " · ".join(told)),
        data_kind=entry.kind,
        data_level=entry.status.key,
        data_method=method,
        data_note=entry.note,
    )


def filters(known: Catalogue) -> list[Element]:
    """Choices by which the page's script narrows the list; hidden where no script runs."""
    entries = known.entries.values()
    labels = {e.status.key: e.status.label for e in entries if e.status.key != FAILS.key}
    labels[FAILS.key] = FAILS.label
    titles = {entry.note: known.notes[entry.note].title for entry in entries}
    form = el(
        "form",
        "qd-filters",
        _choice("level", "Level", labels, (e.status.key for e in entries)),
        _choice("kind", "Kind", STATEMENTS, (e.kind for e in entries)),
        _choice("method", "Method", METHODS, (_method(e) for e in entries)),
        _choice("note", "Note", titles, (e.note for e in entries)),
        _words(),
        hidden="",
        role="search",
        aria_label="Claims",
    )
    return [form, el("p", "qd-shown", role="status")]


def _method(entry: Entry) -> str:
    return entry.evidence.method if entry.stands and entry.evidence is not None else "none"


def _choice(name: str, label: str, options: dict[str, str], keys: Iterable[str]) -> Element:
    counted = Counter(keys)
    select = el("select", "", el("option", "", "all", value=""), name=name)
    for key, said in options.items():
        if counted[key]:
            # The id makes the choice an address: claims.html#level=proved.
            text = f"{said} ({counted[key]})"
            select.append(el("option", "", text, value=key, id=f"{name}={key}"))
    return el("label", "", el("span", "", label), select)


def _words() -> Element:
    field = el("input", "", type="search", name="words", autocomplete="off", spellcheck="false")
    return el("label", "", el("span", "", "Title"), field)
