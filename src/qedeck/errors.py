"""What a user did wrong, and where."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import combining, east_asian_width


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a file of the user's."""

    path: str
    """File, relative to the project's root where it lies inside it."""
    line: int
    """Line, counted from 1."""
    column: int
    """Column, counted from 1."""
    problem: str
    """What is wrong, without a full stop."""
    instead: str
    """What to write instead, without a full stop."""
    source: str = ""
    """The whole line of the file, for the caret."""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.problem}; {self.instead}"
        if self.source:
            text += f"\n    {self.source}\n    {self._padding()}^"
        return text

    def _padding(self) -> str:
        """Blanks as wide as what stands before the column: tabs stay, wide characters are two."""
        before = self.source[: self.column - 1].ljust(self.column - 1)
        return "".join("\t" if char == "\t" else " " * _width(char) for char in before)


def _width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


class SourceError(Exception):
    """The one exception for everything that a user wrote wrongly: one or more mistakes."""

    def __init__(self, *mistakes: Mistake) -> None:
        super().__init__(*mistakes)
        self.mistakes = tuple(sorted(set(mistakes)))

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)
