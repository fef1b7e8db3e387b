"""Corrupted formulas as data of a folded part, which the page's script unfolds.

There are thousands of them. As elements they would make up nine tenths of a page; as data they
cost a reader nothing until one asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from qedeck.evidence.mutants import Mutant
from qedeck.evidence.words import OPERATORS, reason
from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import el
from qedeck.site.references import told
from qedeck.site.wording import Formula, parted

DATA = "application/json"

Piece = str | list[str] | int
"""Text, a formula in a list of its own, or the number of a link."""


def fold(
    title: str, classes: str, mutants: Iterable[Mutant], page: str, known: Catalogue
) -> Element:
    """A folded list of mutants: what was done, what came of it, and why it was rejected."""
    links: list[Element] = []
    rows = [
        [
            OPERATORS[mutant.operator],
            mutant.latex,
            _pieces(reason(mutant.reason), page, known, links),
        ]
        for mutant in mutants
    ]
    folded = el("details", f"qd-more {classes}", el("summary", "", title))
    # The script copies these into its rows: only here are they links that MkDocs knows.
    if links:
        folded.append(el("p", "qd-linked", *links, hidden=""))
    # Nothing in a formula may end the element that holds it.
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    folded.append(el("script", "", data, type=DATA))
    return folded


def _pieces(text: str, page: str, known: Catalogue, links: list[Element]) -> list[Piece]:
    if "/" in text:
        children = told(text, page, known)
        return [_piece(child, links) for child in children if child is not None and child != ""]
    return [[part] if isinstance(part, Formula) else part for part in parted(text)]


def _piece(child: Element | str, links: list[Element]) -> Piece:
    if isinstance(child, str):
        return child
    return _number(child, links) if child.tag == "a" else [(child.text or "")[2:-2]]


def _number(link: Element, links: list[Element]) -> int:
    """The number of a link among those of a list; each is there once."""
    for number, other in enumerate(links):
        if other.get("href") == link.get("href"):
            return number
    links.append(link)
    return len(links) - 1
