"""Assertions as the site shows them: verdicts that follow from the evidence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qedeck.notes.model import Assertion
from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.elements import el, svg
from qedeck.site.references import reference
from qedeck.site.status import Status, icon

VERDICTS = {
    "true": Status("proved", "True", "It holds as it stands."),
    "true if": Status("conditional", "True if", "It holds under conditions that it does not name."),
    "imprecise": Status("imprecise", "Imprecise", "It leaves out or blurs something that matters."),
    "false": Status("refuted", "False", "It is refuted."),
}
UNDECIDED = Status("unknown", "Undecided", "What would decide it is not verified in this build.")


@dataclass(frozen=True)
class Judged:
    """An assertion and what the evidence makes of it."""

    assertion: Assertion
    deciding: tuple[Entry, ...]

    @property
    def missing(self) -> tuple[Entry, ...]:
        """Statements that should decide it and do not stand."""
        return tuple(entry for entry in self.deciding if not entry.stands)

    @property
    def status(self) -> Status:
        """What the machine says; the author's verdict where nothing decides."""
        return UNDECIDED if self.missing else VERDICTS[self.assertion.verdict]


def judged(assertion: Assertion, known: Catalogue) -> Judged:
    """An assertion in the light of the evidence."""
    names = dict.fromkeys(link.target for link in assertion.links)
    return Judged(assertion, tuple(known.entry(name, "claim") for name in names))


def finish(box: Element, body: list[Element], item: Judged, page: str, known: Catalogue) -> None:
    """Give a box the verdict's chip, and its answer what it rests on."""
    head = el("div", "qd-head", el("span", "qd-kind", item.assertion.slug), _chip(item))
    head.set("data-search-exclude", "")
    box.append(head)
    if body:
        _without_lead(body[0], item)
    box.append(el("div", "qd-body", *body, _foot(item, page, known)))


def _without_lead(paragraph: Element, item: Judged) -> None:
    """Take the author's verdict away: the chip has it, if it stands."""
    if (paragraph.text or "").strip() or not len(paragraph) or paragraph[0].tag != "strong":
        return
    rest = (paragraph[0].tail or "").lstrip(" .:。：")
    paragraph.remove(paragraph[0])
    paragraph.text = ("If " if item.assertion.verdict == "true if" else "") + rest


def _foot(item: Judged, page: str, known: Catalogue) -> Element:
    if not item.deciding:
        return el("p", "qd-decides", "No claim decides this: the verdict is the author's word.")
    foot = el("p", "qd-decides", el("span", "", "Decided by"))
    foot.extend(_link(entry, page, known) for entry in item.deciding)
    if item.missing:
        verdict = VERDICTS[item.assertion.verdict].label.lower()
        names = ", ".join(f"{e.title or e.slug} ({e.status.label.lower()})" for e in item.missing)
        said = f"The author says \u201c{verdict}\u201d, but this is not established: {names}."
        foot.append(el("span", "", said))
    return foot


def _link(entry: Entry, page: str, known: Catalogue) -> Element:
    mark = el(
        "span", f"qd-{entry.status.key}", svg(icon(entry.status.key)), title=entry.status.label
    )
    return el("span", "qd-decider", mark, " ", reference(entry.id, page, known))


def _chip(item: Judged) -> Element:
    status = item.status
    classes = f"qd-chip qd-{status.key}" + ("" if item.deciding else " qd-word")
    return el("span", classes, svg(icon(status.key)), status.label, title=status.meaning)


def verdicts(known: Catalogue, page: str) -> list[Element]:
    """How many assertions of a page got which verdict."""
    items = [
        judged(a, known) for name, a in known.assertions.items() if name.startswith(f"{page}/")
    ]
    counted = Counter(item.status.label for item in items)
    rows = [
        el("li", "", _chip_of(status), f" {counted[status.label]}")
        for status in (*VERDICTS.values(), UNDECIDED)
        if counted[status.label]
    ]
    own = sum(not item.deciding for item in items)
    said = (
        f"{len(items)} assertions. For {len(items) - own} of them the verdict follows from "
        f"statements in the notes; for {own} no claim decides, and the verdict is the author's "
        "word."
    )
    return [el("ul", "qd-verdicts", *rows), el("p", "", said)]


def _chip_of(status: Status) -> Element:
    return el("span", f"qd-chip qd-{status.key}", svg(icon(status.key)), status.label)


def undecided(known: Catalogue) -> list[str]:
    """What the build should warn of: for each page the assertions that evidence does not decide."""
    slugs: dict[str, list[str]] = {}
    names: dict[str, dict[str, None]] = {}
    for assertion in known.assertions.values():
        missing = judged(assertion, known).missing
        if missing:
            slugs.setdefault(assertion.path, []).append(assertion.slug)
            names.setdefault(assertion.path, {}).update(dict.fromkeys(e.id for e in missing))
    return [
        f"{path}: nothing decides the assertions {', '.join(slugs[path])}: there is no evidence "
        f"that stands for {', '.join(names[path])}"
        for path in slugs
    ]
