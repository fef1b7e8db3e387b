"""Drawings and what is known of statements, kept out of a page until it has been searched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element

from markdown import Markdown

from qedeck.site.elements import el

_MARK = "\2"
"""No note can write it: Markdown takes this sign out of what it reads."""
_PLACES = re.compile(f'<section class="{_MARK}(\\d+)"></section>')


class Apart:
    """Parts of one page as HTML, by number.

    They are nine tenths of a page. Neither the search nor the accounting of formulas looks at
    them, and both take long to read past them.
    """

    def __init__(self, address: Callable[[str], str]) -> None:
        self.parts: list[str] = []
        self._address = address
        """From a link as Markdown writes it to one as the page has it."""

    def put(self, part: Element, md: Markdown) -> Element:
        """Keep a part; what stands in its place."""
        for link in part.iter("a"):
            link.set("href", self._address(link.get("href", "")))
        md.treeprocessors["prettify"].run(part)
        part.tail = None
        self.parts.append(md.serializer(part))
        return el("section", f"{_MARK}{len(self.parts) - 1}")

    def put_text(self, part: str) -> str:
        """Keep HTML; what stands in its place."""
        self.parts.append(part)
        return f'<section class="{_MARK}{len(self.parts) - 1}"></section>'


def filled(html: str, parts: Sequence[str]) -> str:
    """A page with its parts in their places."""
    return _PLACES.sub(lambda place: parts[int(place[1])], html)
