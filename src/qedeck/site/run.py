"""The figures of the last run."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import el
from qedeck.site.numbers import Numbers, count


def run(known: Catalogue, page: str) -> list[Element]:
    """What was decided, how, and what it was tried on; then the same by note."""
    found = count(known)
    if not found.engine + found.hand:
        return [el("p", "", "Nothing has been verified for this build.")]
    rows = [_decided(found), *_shares(found), _tried(found), *_versions(known)]
    listed = el("ul", "", *(el("li", "", row) for row in rows))
    return [listed, el("div", "qd-table", _table(known, page), tabindex="0", role="group",
                       aria_label="Figures by note")]  # fmt: skip


def _decided(found: Numbers) -> str:
    decided = f"The engine decided {found.engine} statements from the page alone"
    if found.hand:
        decided += f", and checks written by hand decided {found.hand}"
    return f"{decided}."


def _shares(found: Numbers) -> list[str]:
    if not found.claims:
        return []
    proved = f"{(found.proved + found.shapes) / found.claims:.0%}"
    said = (
        f"Of {found.claims} claims that stand, {proved} are proved: {found.proved} in every "
        f"dimension, {found.shapes} at the dimensions that their boxes name. "
        f"{found.tested} are tested."
    )
    return [said]


def _tried(found: Numbers) -> str:
    tried = found.mutants + found.still_true + found.invalid
    return (
        f"{found.instances:,} random instances met the hypotheses of their claims. "
        f"{tried:,} corrupted versions were made: {found.killed:,} were rejected, "
        f"{found.still_true:,} are true as well and were proved so, {found.invalid:,} are no "
        f"formulas at all, {found.undecided:,} are undecided, "
        f"{found.kept + found.allowed:,} stand on a reason that a note gives."
    )


def _versions(known: Catalogue) -> list[str]:
    found = {
        f"{name} {version}"
        for entry in known.entries.values()
        if entry.evidence is not None and entry.stands
        for name, version in entry.evidence.versions.items()
    }
    return [f"The libraries were {', '.join(sorted(found))}."] if found else []


_COLUMNS = (
    "Note", "proved", "at shapes", "tested", "refuted", "pinned", "by hand", "open", "can fail",
    "seconds",
)  # fmt: skip


def _table(known: Catalogue, page: str) -> Element:
    up = "../" * page.count("/")
    head = el("tr", "", *(el("th", "", name, scope="col") for name in _COLUMNS))
    body = el("tbody", "")
    for name, note in known.notes.items():
        found = count(known, name)
        cells = (
            found.proved, found.shapes, found.tested, found.refuted, found.pinned, found.hand,
            found.open, f"{found.killed:,} of {found.mutants:,}" if found.mutants else "",
            f"{found.seconds:.0f}",
        )  # fmt: skip
        if note.kind == "note":
            link = el("th", "", el("a", "", note.title, href=f"{up}{name}.md"), scope="row")
            body.append(el("tr", "", link, *(el("td", "", str(cell)) for cell in cells)))
    return el("table", "", el("thead", "", head), body)
