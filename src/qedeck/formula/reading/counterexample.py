"""Where a misconception fails, and the claim that it distorts."""

from __future__ import annotations

from qedeck.formula.reading.assignments import assignment, denied
from qedeck.formula.reading.faults import Faults, Paragraph
from qedeck.formula.reading.words import Piece
from qedeck.formula.scope import Failure, Scope
from qedeck.formula.tree import Expr, Statement


class Counterexample:
    """The paragraphs after a misconception."""

    def __init__(self, scope: Scope, faults: Faults) -> None:
        self.scope = scope
        self.faults = faults
        self.failure: Failure | None = None
        self.truth: str | None = None

    def read(self, paragraph: Paragraph) -> None:
        """`Fails at $p = 1/2$, $x = (1, 0)$: $4 \\not\\le 2$. True for [...](...).`"""
        values: dict[str, Expr] = {}
        refuted: list[Statement] = []
        begun = colon = False
        rest = len(paragraph)
        for k, piece in enumerate(paragraph):
            words = {word.text for word in self.faults.words(piece)}
            colon = colon or (begun and not words.isdisjoint(":："))
            begun = begun or piece.kind == "math"
            if refuted and (piece.kind == "link" or words & self.faults.vocabulary.truth):
                rest = k
                break
            if piece.kind == "math" and not colon:
                with self.faults.guarded(piece.span):
                    self.set(values, piece)
            elif piece.kind == "math" and not refuted:
                with self.faults.guarded(piece.span):
                    refuted.append(denied(piece.span))
            elif piece.kind != "text":
                self.faults.note(piece, "one counterexample is enough", "drop this")
        if refuted:
            self.failure = Failure(tuple(values.items()), refuted[0])
        elif not self.faults.mistakes:
            instead = r"write : $4 \not\le 2$ after the values of the symbols"
            self.faults.note(paragraph[0], "the counterexample's two sides are missing", instead)
        self.read_truth(paragraph[rest:])

    def set(self, values: dict[str, Expr], piece: Piece) -> None:
        """Set a symbol of a counterexample."""
        name, value = assignment(piece.span, self.scope)
        if name in values:
            piece.span.refuse(0, f"{name} is set twice", "set it once")
        values[name] = value

    def read_truth(self, paragraph: Paragraph) -> None:
        """Read the link to the claim that a misconception distorts."""
        for piece in paragraph:
            self.faults.words(piece)
            if piece.kind == "math":
                self.faults.note(piece, "a formula beside the true claim", "link the claim only")
            elif piece.kind == "link" and self.truth is not None:
                self.faults.note(piece, "a second true claim", "link one")
            elif piece.kind == "link":
                self.truth = piece.target
