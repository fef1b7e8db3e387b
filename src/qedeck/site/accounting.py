"""Every display formula of a page belongs to a statement or a card."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from qedeck.errors import Mistake, SourceError

BOXES = frozenset({"qd-box", "qd-card"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "source", "wbr"}
)


class _Finder(HTMLParser):
    """Collects display formulas that stand outside every box."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.stray: list[str] = []
        self.reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        classes = set((dict(attrs).get("class") or "").split())
        boxed = bool(classes & BOXES) or bool(self.open and self.open[-1][1])
        self.open.append((tag, boxed))
        self.reading = "arithmatex" in classes and not boxed

    def handle_endtag(self, tag: str) -> None:
        self.reading = False
        tags = [name for name, _ in self.open]
        if tag in tags:
            del self.open[len(tags) - 1 - tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if self.reading and text.startswith("\\["):
            self.stray.append(text[2:].removesuffix("\\]").strip())


def account(html: str, path: str, source: str) -> None:
    """Check a rendered page.

    Raises:
        SourceError: for each display formula that stands outside statements and cards.
    """
    finder = _Finder()
    finder.feed(html)
    finder.close()
    if finder.stray:
        raise SourceError(*(_mistake(latex, path, source) for latex in finder.stray))


def _mistake(latex: str, path: str, source: str) -> Mistake:
    line, column, text = 1, 1, ""
    first = re.split(r"\n", latex)[0].strip()
    for number, row in enumerate(source.splitlines(), 1):
        if first in row:
            line, column, text = number, row.index(first) + 1, row
            break
    return Mistake(
        path,
        line,
        column,
        "a display formula stands outside every claim and card",
        "put it into a callout, such as > [!claim|id] Title, or write it inline",
        text,
    )
