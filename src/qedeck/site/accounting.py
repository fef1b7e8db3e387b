"""Every display formula of a page is the formula of a statement or a card, as it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from qedeck.errors import Mistake, SourceError

if TYPE_CHECKING:
    from qedeck.evidence.library import Project
    from qedeck.notes.model import Card

BOXES = frozenset({"qd-box", "qd-card"})
KNOWN = "qd-known"
"""Class of the part of a box that the evidence itself fills."""
RENDERED = re.compile(r"katex|mathjax|mjx|math-display", re.IGNORECASE)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "source", "wbr"}
)


@dataclass
class _Open:
    """An element that is not closed yet."""

    tag: str
    box: _Box | None
    known: bool
    formula: bool = False
    text: str = ""
    body: bool = False
    """Whether it is, or lies in, the part of a box that the note wrote."""


@dataclass
class _Box:
    """A statement's or card's box."""

    slug: str = ""
    displays: list[str] = field(default_factory=list)
    body: str = ""
    """All text of the part that the note wrote."""


class _Finder(HTMLParser):
    """Collects the display formulas of each box, and those outside all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[_Open] = []
        self.boxes: list[_Box] = []
        self.stray: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        outer = self.open[-1] if self.open else _Open("", None, False)
        box = outer.box
        if classes & BOXES and "qd-assertion" not in classes:
            box = _Box(given.get("id") or "")
            self.boxes.append(box)
        elif box is not None and "qd-title" in classes and not box.slug:
            box.slug = given.get("id") or ""
        known = box is not None and (outer.known or KNOWN in classes)
        body = box is not None and (outer.body or "qd-body" in classes) and not known
        self.open.append(_Open(tag, box, known, "arithmatex" in classes, body=body))
        if tag == "math" or any(map(RENDERED.search, classes)):
            self.stray.append("")

    def handle_endtag(self, tag: str) -> None:
        tags = [element.tag for element in self.open]
        if tag in tags:
            first = len(tags) - 1 - tags[::-1].index(tag)
            for element in reversed(self.open[first:]):
                self._close(element)
            del self.open[first:]

    def handle_data(self, data: str) -> None:
        for element in self.open:
            if element.formula:
                element.text += data
        if self.open and (box := self.open[-1].box) is not None and self.open[-1].body:
            box.body += data

    def _close(self, element: _Open) -> None:
        text = element.text.strip()
        # As the page's script decides: everything but a span is displayed, unless it says inline.
        displayed = text.startswith("\\[") or (element.tag != "span" and text[:2] != "\\(")
        if not element.formula or not displayed or element.known:
            return
        latex = text.removeprefix("\\[").removesuffix("\\]").strip()
        if element.box is None:
            self.stray.append(latex)
        else:
            element.box.displays.append(latex)


def account(
    html: str,
    path: str,
    source: str,
    read: Mapping[str, Sequence[str]] | None = None,
    bodies: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Check a rendered page; the slugs of boxes whose formulas nothing has read.

    Args:
        html: The page.
        path: Where it was written, for reports.
        source: What was written.
        read: By slug, the display formulas that were read there; None if that is not known.
        bodies: By slug of a statement, all that was read there: words and formulas.

    Raises:
        SourceError: for each display formula that stands outside statements and cards, or is
            not the one that was read.
    """
    finder = _Finder()
    finder.feed(html)
    finder.close()
    mistakes = [_mistake(latex, path, source, *_STRAY) for latex in finder.stray]
    unread: list[str] = []
    for box in finder.boxes if read is not None else ():
        wanted = (read or {}).get(box.slug)
        if wanted is None:
            unread += [box.slug] if box.displays else []
        elif [*map(_plain, wanted)] != [*map(_plain, box.displays)]:
            shown = next(iter(box.displays), "")
            mistakes.append(_mistake(shown, path, source, *_OTHER))
        elif box.slug in (bodies or {}) and _letters((bodies or {})[box.slug]) != _letters(
            box.body
        ):
            shown = next(iter(box.displays), "")
            mistakes.append(_mistake(shown, path, source, *_WORDS))
    shown_boxes = {box.slug for box in finder.boxes}
    absent = (bodies or {}).keys() - shown_boxes
    mistakes += [_mistake(f"|{slug}]", path, source, *_ABSENT) for slug in sorted(absent)]
    if mistakes:
        raise SourceError(*mistakes)
    return tuple(unread)


def unstated(project: Project) -> list[Mistake]:
    """Display formulas on cards that repeat no statement of their note or of what they link."""
    from qedeck.notes.binding import Bindings, supports

    bindings = Bindings({name: subject.bound for name, subject in project.subjects.items()}, ())
    problem = "the formula on this card is stated nowhere"
    instead = "repeat one of a statement of the note, or of one that the card links"
    return [
        display.mistake(0, problem, instead)
        for note in project.library.notes
        for card in note.cards
        for display in card.displays
        # Most cards repeat a formula to the letter, so that nothing has to be read.
        if _plain(display.text) not in _stated(project, card)
        and supports(bindings, project.library, card, display) is None
    ]


def _stated(project: Project, card: Card) -> set[str]:
    """The formulas of the statements that a card may repeat, as they are written."""
    own = project.library.note(card.note, card.lang).statements
    linked = (project.library.statements.get((card.lang, link.target)) for link in card.links)
    return {
        _plain(statement.display.text)
        for statement in (*own, *linked)
        if statement is not None and statement.id in project.subjects
    }


_STRAY = (
    "a display formula stands outside every claim and card",
    "put it into a callout, such as > [!claim|id] Title, or write it inline",
)
_OTHER = (
    "the page shows another formula than was read here",
    "write the formula plainly between `$$` and `$$`",
)


_WORDS = (
    "the page shows other words or hypotheses around this formula than were read here",
    "write hypotheses as plain paragraphs",
)
_ABSENT = (
    "the page does not show this statement",
    "write it as a quote, outside comments",
)
_MARKS = re.compile(r"[\s*_`]+")


def _letters(text: str) -> str:
    """A text without spaces and without what Markdown takes away."""
    return _MARKS.sub("", text)


def _plain(latex: str) -> str:
    return " ".join(latex.split())


def _mistake(latex: str, path: str, source: str, problem: str, instead: str) -> Mistake:
    line, column, text = 1, 1, ""
    first = re.split(r"\n", latex)[0].strip()
    for number, row in enumerate(source.splitlines(), 1):
        if first and first in row:
            line, column, text = number, row.index(first) + 1, row
            break
    return Mistake(path, line, column, problem, instead, text)
