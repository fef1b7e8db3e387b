"""What stands on a card of a statement before anything is asked: hypotheses and definitions."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TYPE_CHECKING

from qedeck.cards.maths import for_anki
from qedeck.notes.model import Paragraph, Statement

if TYPE_CHECKING:
    from qedeck.cards.derive import Source

SHORT = 360
"""Characters of a linked definition that a card can bear; of a longer one the formula stays."""


def maths(source: Source, formula: str) -> str:
    """LaTeX as HTML that Anki and the site render."""
    return html.escape(for_anki(formula, source.macros), quote=False)


def display(source: Source, formula: str) -> str:
    """A formula on a line of its own."""
    return f"<p>\\[{maths(source, formula)}\\]</p>"


def inline(source: Source, formula: str) -> str:
    """A formula within text."""
    return f"\\({maths(source, formula)}\\)" if formula else ""


def paragraphs(source: Source, paragraphs: Iterable[Paragraph]) -> str:
    """Hypotheses, equality cases and counterexamples as they stand in the box."""
    return "".join(f"<p>{_words(source, p)}</p>" for p in paragraphs if not _reviews(p))


def definitions(source: Source) -> str:
    """The definitions that the hypotheses link, so that every symbol on the card has a meaning."""
    found: dict[str, str] = {}
    for paragraph in source.statement.before:
        for segment in paragraph.segments:
            one = source.known.get(segment.link.target) if segment.link is not None else None
            if one is not None and one.kind == "definition":
                found.setdefault(one.id, _definition(source, one))
    return "".join(f'<p class="from">{told}</p>' for told in found.values() if told)


def _definition(source: Source, one: Statement) -> str:
    """A definition in a line; less of it where it is long."""
    formula = one.display.text
    if len(formula) > SHORT:
        return ""
    name = html.escape(one.title, quote=False)
    before = " ".join(_words(source, paragraph) for paragraph in one.before)
    told = before if len(before) + len(formula) <= SHORT else ""
    return " ".join(part for part in (f"{name}:", told, f"{inline(source, formula)}.") if part)


def _reviews(paragraph: Paragraph) -> bool:
    """Whether it speaks of what the machine could not reject, to readers of the note alone."""
    first = paragraph.segments[0].span.text if paragraph.segments else ""
    return first.startswith(("Keeps ", "Allows "))


def _words(source: Source, paragraph: Paragraph) -> str:
    parts = []
    for segment in paragraph.segments:
        text = segment.span.text
        if segment.kind == "math":
            parts.append(inline(source, text))
        elif segment.link is not None:
            place = "#".join(segment.link.target.rsplit("/", 1))
            parts.append(f'<a href="qedeck:{html.escape(place)}">{html.escape(text)}</a>')
        else:
            parts.append(html.escape(" ".join(text.split("\n")), quote=False))
    return "".join(parts)
