"""Maths and deletions lifted out of Markdown, so that Markdown never touches them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qedeck.cards import cloze
from qedeck.notes.plain import split_maths

MATHS = re.compile("\ue000(\\d+)\ue001")
DELETED = re.compile("\ue002(\\d+)\ue003(.*?)\ue004", re.DOTALL)
PRIVATE = re.compile("[\ue000-\ue004]")

MARK = re.compile(r"(?<!=)==(?!=)|\n[ \t]*\n")
MARKED = re.compile(r"==(?=\S)(.+?)(?<=\S)==", re.DOTALL)


@dataclass
class Lifted:
    """Markdown with placeholders for its maths and around its deletions."""

    text: str = ""
    maths: list[tuple[str, bool]] = field(default_factory=list)
    """LaTeX and whether it is displayed; deletions inside are marked as in `text`."""
    deletions: list[cloze.Found] = field(default_factory=list)


def lift(markdown: str, *, deletions: bool = False) -> Lifted:
    """Markdown without its maths; with `deletions`, without the marks of `==text==` too."""
    markdown = PRIVATE.sub("", markdown)
    lifted = Lifted()
    done: list[str] = []
    opened: tuple[int, int] | None = None
    for piece in split_maths(markdown):
        if piece.kind in {"math", "display"}:
            inside = deletions and opened is None
            done.append(_lift_maths(lifted, piece.body, piece.kind == "display", inside))
            continue
        start = piece.start
        marks = MARK.finditer(piece.source) if deletions and piece.kind == "text" else ()
        for mark in marks:
            begin, end = piece.start + mark.start(), piece.start + mark.end()
            done.append(markdown[start:begin])
            start = end
            if mark.group() != "==":
                opened = None
            elif opened is not None:
                position, since = opened
                found = cloze.read(markdown[since:begin])
                inner = "".join(done[position + 1 :])
                inner = inner if found.ordinal is None else inner.split("::", 1)[1]
                done[position:] = [_delete(lifted, found, inner)]
                opened = None
                continue
            else:
                opened = (len(done), end)
            done.append(mark.group())
        done.append(markdown[start : piece.end])
    lifted.text = "".join(done)
    return lifted


def _lift_maths(lifted: Lifted, latex: str, display: bool, deletions: bool) -> str:
    if deletions:

        def delete(mark: re.Match[str]) -> str:
            found = cloze.read(mark.group(1))
            return _delete(lifted, found, found.text)

        latex = MARKED.sub(delete, latex)
    lifted.maths.append((latex, display))
    return f"\ue000{len(lifted.maths) - 1}\ue001"


def _delete(lifted: Lifted, found: cloze.Found, inner: str) -> str:
    lifted.deletions.append(found)
    return f"\ue002{len(lifted.deletions) - 1}\ue003{inner}\ue004"
