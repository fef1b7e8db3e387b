"""A stretch of a user's file that remembers where its lines stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from qedeck.errors import Mistake, SourceError


@dataclass(frozen=True)
class Line:
    """Where one line of a span begins."""

    number: int
    """Line of the file, counted from 1."""
    column: int
    """Column of the line's first character that belongs to the span, counted from 1."""
    source: str
    """The whole line of the file."""


@dataclass(frozen=True)
class Span:
    """Text cut out of a file; `text` has one line for each entry of `lines`."""

    text: str
    lines: tuple[Line, ...]
    path: str = "<formula>"
    written: Span | None = None
    """What stands in the file, where macros were replaced in the text."""
    origins: tuple[int, ...] = ()
    """Where each character of the text, and its end, was written."""

    @classmethod
    def of(cls, text: str, path: str = "<formula>") -> Span:
        """A span that is a whole text of its own."""
        parts = text.split("\n")
        return cls(text, tuple(Line(k, 1, part) for k, part in enumerate(parts, 1)), path)

    def mistake(self, offset: int, problem: str, instead: str) -> Mistake:
        """The mistake at a character of this span."""
        if self.written is not None:
            place = self.origins[max(0, min(offset, len(self.text)))]
            return self.written.mistake(place, problem, instead)
        before = self.text[: max(0, min(offset, len(self.text)))]
        row = before.count("\n")
        inside = len(before) - (before.rfind("\n") + 1)
        line = self.lines[row]
        return Mistake(self.path, line.number, line.column + inside, problem, instead, line.source)

    def refuse(self, offset: int, problem: str, instead: str) -> NoReturn:
        """Raise `SourceError` for the mistake at a character of this span."""
        raise SourceError(self.mistake(offset, problem, instead))
