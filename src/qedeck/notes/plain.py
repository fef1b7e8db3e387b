"""Maths, code, links and deletions in Markdown text, by offset.

Dollars are recognised as `pymdownx.arithmatex` (generic, smart_dollar) does: code comes first;
`\\$` is a dollar; `$` opens a formula only before a character that is no space, and closes it
only after one; a `$$` formula is a paragraph of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["text", "code", "math", "display", "unclosed"]

_TICKS = re.compile(r"`+")
_CODE = re.compile(r"\\.|`+", re.DOTALL)
_DOLLARS = re.compile(r"\\.|\$\$?", re.DOTALL)
_INLINE = re.compile(r"\$(?!\s)((?:\\.|[^\\$\x02])+?)(?<!\s)\$", re.DOTALL)
_CLOSE = re.compile(r"\\.|\$\$", re.DOTALL)
_BRACKETS = re.compile(r"\\.|!?\[|\]", re.DOTALL)
_DESTINATION = re.compile(
    r"\([ \t]*(?:<([^<>\n]{0,2000})>"
    r"|([^\s()<>]{0,2000}(?:\([^\s()<>]{0,2000}\)[^\s()<>]{0,2000}){0,3}))"
    r"(?:[ \t\n]+(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'))?[ \t]*\)"
)
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<mark>`{3,}(?=[^`]*$)|~{3,})")
_LINE = re.compile(r"[^\n]*\n|[^\n]+$")
_FACT = re.compile(r"\[fact\](?![(\[:])")
_DELETION = re.compile(r"(?<!=)==(?!=)")


@dataclass(frozen=True)
class Piece:
    """A stretch of Markdown; the pieces of a text, joined, are the text."""

    kind: PieceKind
    """`unclosed` is a `$` or `$$` that opens no formula."""
    start: int
    end: int
    source: str
    """As written, with dollars or backticks."""
    body: str
    """Between the delimiters; for text and fenced code the source."""


@dataclass(frozen=True)
class LinkText:
    """A link or image as written, by offsets into its text."""

    image: bool
    start: int
    end: int
    label: tuple[int, int]
    destination: tuple[int, int]


@dataclass(frozen=True)
class Deletion:
    """`==words==` in a cloze; offsets include the marks."""

    start: int
    end: int
    body: str


def split_maths(markdown: str) -> list[Piece]:
    """The text, code and formulas of a Markdown text, fences and paragraphs respected.

    Maths is never found in code. A formula never reaches over an empty line.
    """
    found: list[Piece] = []
    for start, end, fenced in _chunks(markdown):
        if fenced:
            found.append(_piece("code", markdown, start, end, 0))
        else:
            found.extend(_paragraph(markdown, start, end))
    return _with_text(markdown, found)


def split_inline(text: str) -> list[Piece]:
    """The text, code and formulas of one paragraph.

    `$$` inside is a `display` piece, whether or not the paragraph has other words.
    """
    masked = _without_code(text)
    found = [_piece("code", text, a, b, _ticks(text, a)) for a, b in _code_spans(text)]
    position = 0
    while match := _DOLLARS.search(masked, position):
        mark, start = match.group(), match.start()
        position = match.end()
        if mark == "$$":
            end = find_close(masked, position)
            if end is None or "\x02" in masked[position:end]:
                found.append(_piece("unclosed", text, start, position, 0))
            else:
                found.append(_piece("display", text, start, end + 2, 2))
                position = end + 2
        elif mark == "$":
            inline = _INLINE.match(masked, start)
            if inline is None:
                found.append(_piece("unclosed", text, start, position, 0))
            else:
                position = inline.end()
                found.append(_piece("math", text, start, position, 1))
    return _with_text(text, sorted(found, key=lambda piece: piece.start))


def find_close(text: str, position: int, end: int | None = None) -> int | None:
    """Where the next `$$` stands that no backslash escapes."""
    stop = len(text) if end is None else end
    for match in _CLOSE.finditer(text, position, stop):
        if match.group() == "$$":
            return match.start()
    return None


def mask(markdown: str) -> str:
    """The text with every character of code and maths replaced by `\\x02`."""
    parts = (
        piece.source if piece.kind in {"text", "unclosed"} else "\x02" * len(piece.source)
        for piece in split_maths(markdown)
    )
    return "".join(parts)


def find_links(text: str) -> list[LinkText]:
    """Links and images of one paragraph, outer before inner, not those in code or maths."""
    masked = mask(text)
    opened: list[tuple[int, bool]] = []
    found: list[LinkText] = []
    position = 0
    while match := _BRACKETS.search(masked, position):
        mark, position = match.group(), match.end()
        if mark in {"[", "!["}:
            opened.append((match.start(), mark == "!["))
        elif mark == "]" and opened:
            start, image = opened.pop()
            destination = _DESTINATION.match(masked, position)
            if destination is not None:
                inside = destination.span(1 if destination.group(1) is not None else 2)
                label = (start + (2 if image else 1), match.start())
                position = destination.end()
                found.append(LinkText(image, start, position, label, inside))
    return sorted(found, key=lambda link: link.start)


def find_deletions(text: str) -> tuple[list[Deletion], int | None]:
    """The deletions of a cloze outside code and maths, and where an unpaired mark stands."""
    marks = [match.start() for match in _DELETION.finditer(mask(text))]
    pairs = zip(marks[::2], marks[1::2], strict=False)
    found = [Deletion(a, b + 2, text[a + 2 : b]) for a, b in pairs]
    return found, marks[-1] if len(marks) % 2 else None


def find_fact(text: str) -> tuple[int, int] | None:
    """Where the marker `[fact]` stands, outside code and maths, with a space before it."""
    match = _FACT.search(mask(text))
    if match is None:
        return None
    start = match.start()
    return (start - 1 if start and text[start - 1] == " " else start), match.end()


def _chunks(text: str) -> Iterator[tuple[int, int, bool]]:
    """Paragraphs and fenced blocks, by offsets."""
    begin: int | None = None
    fence: str | None = None
    position = 0
    for line in _LINE.findall(text):
        start, position = position, position + len(line)
        if fence is not None and begin is not None:
            closing = line.strip(" \t\n>")
            if len(closing) >= len(fence) and set(closing) == {fence[0]}:
                yield begin, position, True
                begin = fence = None
            continue
        opening = _FENCE.match(line.rstrip("\n"))
        if (opening or not line.strip()) and begin is not None:
            yield begin, start, False
            begin = None
        if opening:
            begin, fence = start, opening["mark"]
        elif begin is None and line.strip():
            begin = start
    if begin is not None:
        yield begin, len(text), fence is not None


def _paragraph(text: str, start: int, end: int) -> Iterator[Piece]:
    """Pieces of the paragraph that are no text, at offsets of the whole text."""
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    if text.startswith("$$", first) and (close := find_close(text, first + 2, end)) is not None:
        yield _piece("display", text, first, close + 2, 2)
        start = close + 2
    for piece in split_inline(text[start:end]):
        if piece.kind != "text":
            yield Piece(
                piece.kind, piece.start + start, piece.end + start, piece.source, piece.body
            )


def _code_spans(text: str) -> list[tuple[int, int]]:
    """Spans of inline code with their backticks."""
    runs: dict[int, list[int]] = {}
    for match in _TICKS.finditer(text):
        runs.setdefault(len(match.group()), []).append(match.start())
    found: list[tuple[int, int]] = []
    position = 0
    while found_mark := _CODE.search(text, position):
        start, position = found_mark.span()
        if text[start] == "\\":
            continue
        length = position - start
        same = runs.get(length, [])
        later = bisect_left(same, position)
        if later < len(same):
            position = same[later] + length
            found.append((start, position))
    return found


def _without_code(text: str) -> str:
    parts: list[str] = []
    position = 0
    for start, end in _code_spans(text):
        parts += text[position:start], "\x02" * (end - start)
        position = end
    return "".join(parts) + text[position:]


def _ticks(text: str, start: int) -> int:
    match = _TICKS.match(text, start)
    return len(match.group()) if match else 0


def _piece(kind: PieceKind, text: str, start: int, end: int, delimiter: int) -> Piece:
    source = text[start:end]
    return Piece(kind, start, end, source, source[delimiter : len(source) - delimiter])


def _with_text(text: str, found: list[Piece]) -> list[Piece]:
    """The pieces with the text between them."""
    whole: list[Piece] = []
    position = 0
    for piece in found:
        if piece.start > position:
            whole.append(_piece("text", text, position, piece.start, 0))
        whole.append(piece)
        position = piece.end
    if position < len(text):
        whole.append(_piece("text", text, position, len(text), 0))
    return whole
