"""A note's file as characters, lines and places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from qedeck.errors import Mistake, SourceError
from qedeck.formula.span import Line, Span

MAX_BYTES = 1_000_000
MAX_LINES = 20_000
MAX_WIDTH = 10_000

_ENDING = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class Source:
    """The text of a file, its line endings made `\\n`; lines are counted from 0 here."""

    path: str
    text: str
    raw: str
    """The text with its line endings as they stand in the file."""

    @classmethod
    def load(cls, file: Path, path: str) -> Source:
        """Read a file.

        Raises:
            SourceError: if it cannot be read, is not UTF-8, or is far too large.
        """
        try:
            data = file.read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise SourceError(
                Mistake(path, 1, 1, f"the file cannot be read: {why}", "make it a readable file")
            ) from None
        if len(data) > MAX_BYTES:
            problem = f"the note has {len(data):,} bytes, more than {MAX_BYTES:,}"
            raise SourceError(Mistake(path, 1, 1, problem, "split it into several notes"))
        return cls.of(_decode(data, path), path)

    @classmethod
    def of(cls, raw: str, path: str) -> Source:
        """The source of a text.

        Raises:
            SourceError: if it has far too many lines, or one far too long.
        """
        raw = raw.removeprefix("\ufeff")
        source = cls(path, _ENDING.sub("\n", raw), raw)
        if len(source.lines) > MAX_LINES:
            problem = f"the note has {len(source.lines):,} lines, more than {MAX_LINES:,}"
            raise SourceError(Mistake(path, 1, 1, problem, "split it into several notes"))
        for number, line in enumerate(source.lines, 1):
            if len(line) > MAX_WIDTH:
                problem = f"the line has {len(line):,} characters, more than {MAX_WIDTH:,}"
                raise SourceError(Mistake(path, number, 1, problem, "break it into several lines"))
        return source

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Lines without their endings."""
        return tuple(self.text.split("\n"))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Offset of each line's first character."""
        found = [0]
        for line in self.lines[:-1]:
            found.append(found[-1] + len(line) + 1)
        return tuple(found)

    @cached_property
    def raw_lines(self) -> tuple[str, ...]:
        """Lines with their endings as in the file."""
        return tuple(re.findall(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$", self.raw))

    def verbatim(self, first: int, last: int) -> str:
        """Lines `first` up to before `last`, byte for byte, without the final line ending."""
        return "".join(self.raw_lines[first:last]).rstrip("\r\n")

    def span(self, rows: Sequence[tuple[int, int]]) -> Span:
        """The stretches of text, one for each line, as one span."""
        lines: list[Line] = []
        for start, _ in rows:
            row = bisect_right(self.starts, start) - 1
            lines.append(Line(row + 1, start - self.starts[row] + 1, self.lines[row]))
        return Span("\n".join(self.text[a:b] for a, b in rows), tuple(lines), self.path)

    def mistake(self, line: int, column: int, problem: str, instead: str) -> Mistake:
        """The mistake at a line and column, both counted from 0."""
        line = max(0, min(line, len(self.lines) - 1))
        return Mistake(self.path, line + 1, column + 1, problem, instead, self.lines[line])


class Cutter:
    """Cuts spans out of one span, each in time that does not grow with it."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self._starts = [0]
        for part in span.text.split("\n")[:-1]:
            self._starts.append(self._starts[-1] + len(part) + 1)

    def cut(self, start: int, end: int) -> Span:
        """The part of the span between two offsets."""
        text = self.span.text[start:end]
        row = bisect_right(self._starts, start) - 1
        first = self.span.lines[row]
        begin = Line(first.number, first.column + start - self._starts[row], first.source)
        rest = self.span.lines[row + 1 : row + 1 + text.count("\n")]
        return Span(text, (begin, *rest), self.span.path)

    def mistake(self, offset: int, problem: str, instead: str) -> Mistake:
        """The mistake at an offset of the span."""
        return self.cut(offset, offset).mistake(0, problem, instead)


def _decode(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _ENDING.split(data[: error.start].decode("utf-8"))
        column = len(before[-1].removeprefix("\ufeff") if len(before) == 1 else before[-1])
        shown = _ENDING.split(data.decode("utf-8", errors="replace"))[len(before) - 1]
        problem = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        mistake = Mistake(
            path, len(before), column + 1, problem, "save the file as UTF-8", shown[:MAX_WIDTH]
        )
        raise SourceError(mistake) from None
