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
    missing = [s for s in sections if s not in found and s not in guessed]
    draft.mistakes += _missing(draft, found, sections, missing)


def _missing(
    draft: Draft, found: dict[str, Block], sections: tuple[str, ...], missing: list[str]
) -> list[Mistake]:
    """One mistake for each place where sections are missing."""
    places: dict[int, list[str]] = {}
    end = draft.source.text.rstrip().count("\n")
    for section in missing:
        later = [found[s].first for s in sections[sections.index(section) :] if s in found]
        places.setdefault(min(later, default=end + 1), []).append(section)
    mistakes: list[Mistake] = []
    for line, names in places.items():
        headings = " and ".join(f"`## {name}`" for name in names)
        problem = f"{headings} {'is' if len(names) == 1 else 'are'} missing"
        where = "below" if line > end else "before"
        instead = f"add {'it' if len(names) == 1 else 'them'} {where} this line"
        mistakes.append(draft.source.mistake(min(line, end), 0, problem, instead))
    return mistakes


def heading_text(text: str) -> str:
    """A heading's words, without attributes."""
    return _ATTRIBUTES.sub("", text).strip()


def heading_anchors(headings: Iterable[str], taken: Iterable[str]) -> list[str]:
    """The anchor of each heading as the site makes it, of which no two are the same.

    Args:
        headings: Their Markdown, in order.
        taken: Anchors of other parts of the page.
    """
    used, found = set(taken), []
    latest: dict[str, str] = {}
    for text in headings:
        match = _ATTRIBUTES.search(text)
        words = unicodedata.normalize("NFKD", _words(heading_text(text)))
        slug = re.sub(r"[^\w\s-]", "", words.encode("ascii", "ignore").decode()).strip().lower()
        first = (match and match["id"]) or re.sub(r"[-\s]+", "-", slug)
        # All anchors from the first to the latest are used.
        anchor = latest.get(first, first)
        while not anchor or anchor in used:
            numbered = re.fullmatch(r"(.*)_(\d+)", anchor)
            anchor = f"{numbered[1]}_{int(numbered[2]) + 1}" if numbered else f"{anchor}_1"
        latest[first] = anchor
        used.add(anchor)
        found.append(anchor)
    return found


def _words(text: str) -> str:
    """A heading without the marks of links, emphasis and code."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"[*`$]", "", text)


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
