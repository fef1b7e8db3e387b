"""The sections that every note has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from qedeck.errors import Mistake
from qedeck.notes.blocks import Block
from qedeck.notes.draft import Draft
from qedeck.notes.frontmatter import nearest

_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*(?:#(?P<id>[^\s{}]+))?[^{}]{0,200}\}$")


def check_template(draft: Draft, blocks: tuple[Block, ...], sections: tuple[str, ...]) -> None:
    """Note sections that are missing, unknown, doubled or out of order."""
    found: dict[str, Block] = {}
    guessed: set[str] = set()
    highest = -1
    for block in blocks:
        if block.kind != "heading" or block.level != 2:
            continue
        text = heading_text(block.span.text)
        if text not in sections:
            close = nearest(text, sections)
            if close and close not in found:
                guessed.add(close)
            guess = f"write `## {close}`, or" if close else "write"
            instead = f"{guess} `### {text}` below one of its sections"
            draft.add(block.span, f"the template has no section `{text}`", instead)
        elif text in found:
            instead = "join the two sections"
            draft.add(block.span, f"the section `{text}` stands twice", instead)
        else:
            found[text] = block
            index = sections.index(text)
            if index < highest:
                instead = f"move it before `## {sections[highest]}`"
                draft.add(block.span, f"the section `{text}` comes too late", instead)
            highest = max(highest, index)
    for index, section in enumerate(sections):
        if section not in found and section not in guessed:
            draft.mistakes.append(_missing(draft, found, sections, index))


def _missing(
    draft: Draft, found: dict[str, Block], sections: tuple[str, ...], index: int
) -> Mistake:
    problem = f"the section `{sections[index]}` is missing"
    later = [found[section] for section in sections[index + 1 :] if section in found]
    if later:
        line = min(block.first for block in later)
        instead = f"add `## {sections[index]}` before this line"
    else:
        text = draft.source.text.rstrip()
        line = text.count("\n")
        instead = f"add `## {sections[index]}` below this line"
    return draft.source.mistake(line, 0, problem, instead)


def heading_text(text: str) -> str:
    """A heading's words, without attributes."""
    return _ATTRIBUTES.sub("", text).strip()


def heading_ids(headings: Iterable[str]) -> frozenset[str]:
    """The anchors that Python-Markdown gives to headings, as written and as it makes them."""
    found: set[str] = set()
    for text in headings:
        match = _ATTRIBUTES.search(text)
        if match and match["id"]:
            found.add(match["id"])
        words = unicodedata.normalize("NFKD", heading_text(text))
        for form in (words.encode("ascii", "ignore").decode(), words):
            kept = re.sub(r"[^\w\s-]", "", form).strip().lower()
            found.add(re.sub(r"[-\s]+", "-", kept))
    found.discard("")
    return frozenset(found)
