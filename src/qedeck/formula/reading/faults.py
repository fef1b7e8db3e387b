"""What is wrong with a callout, gathered while it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from qedeck.errors import Mistake, SourceError
from qedeck.formula.reading.words import PUNCTUATION, Piece, Vocabulary, Word, words_of
from qedeck.formula.span import Span

Paragraph = Sequence[Piece]


class Faults:
    """The mistakes of one callout, those of its words among them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.mistakes: list[Mistake] = []
        self.failed = ""
        """Text of the hypotheses that did not read: what they declare is not missing elsewhere."""
        self.stated = False
        """Whether the formula has been read."""

    def note(self, piece: Piece, problem: str, instead: str, offset: int = 0) -> None:
        """Note a mistake."""
        self.mistakes.append(piece.span.mistake(offset, problem, instead))

    @contextmanager
    def guarded(self, span: Span) -> Iterator[None]:
        """Run a step; its mistakes are kept, unless they follow from earlier ones."""
        try:
            yield
        except SourceError as error:
            self.mistakes.extend(m for m in error.mistakes if not self.follows(m))
            self.failed += span.text + " "

    def follows(self, mistake: Mistake) -> bool:
        """Whether a name is missing only because its hypothesis did not read."""
        match = re.fullmatch(
            r"(?:the function )?(\S+) is (?:not|neither) declared.*", mistake.problem
        )
        return match is not None and match.group(1) in self.failed

    def words(self, piece: Piece) -> list[Word]:
        """The words of a text piece; unknown ones are mistakes."""
        if piece.kind != "text":
            return []
        found = words_of(piece.span.text, self.vocabulary)
        for word in found:
            if word.text not in self.vocabulary.known | PUNCTUATION:
                self.note(
                    piece,
                    f"the word {word.text!r} means nothing to the machine",
                    "say it in a formula, or outside the callout",
                    word.offset,
                )
            elif self.stated and word.text in self.vocabulary.properties:
                instead = "write it among the hypotheses"
                self.note(piece, f"nothing reads {word.text!r} here", instead, word.offset)
        return found

    def opening(self, paragraph: Paragraph) -> str:
        """The first word of a paragraph; empty where a formula or link comes first."""
        for piece in paragraph:
            if piece.kind != "text":
                return ""
            found = words_of(piece.span.text, self.vocabulary)
            if found:
                return found[0].text
        return ""
