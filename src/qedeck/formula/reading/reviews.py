"""What an author says of a hypothesis that is not needed, or of a mutant that nothing rejects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from qedeck.formula.reading.definitions import read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.parser import parse, trees
from qedeck.formula.reading.words import Piece
from qedeck.formula.scope import Review, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Statement


def read_review(
    kind: Literal["keeps", "allows"], paragraph: Sequence[Piece], scope: Scope, *, definition: bool
) -> Review:
    """`Keeps $\\epsilon > 0$: a negative one has no use.` or `Allows $...$: the reason.`

    Raises:
        SourceError: where there is not one formula with words after it.
    """
    formulas = [piece for piece in paragraph if piece.kind == "math"]
    opening = paragraph[0].span
    if len(formulas) != 1:
        opening.refuse(0, "a review is of one formula", f"write {kind.title()} $...$: the reason")
    (formula,) = formulas
    after = paragraph[paragraph.index(formula) + 1 :]
    reason = " ".join(piece.span.text for piece in after).strip(" \n\t:,.;：，。；")
    if len(reason) < MEANS_SOMETHING:
        formula.span.refuse(0, "the reason is missing", "say after the formula why it may stay")
    return Review(kind, _read(kind, formula.span, scope, definition), " ".join(reason.split()))


MEANS_SOMETHING = 10
"""Characters of the shortest reason."""


def _read(kind: str, span: Span, scope: Scope, definition: bool) -> Statement:
    if kind == "keeps":
        read = Hypotheses(replace(scope, assumed=()))
        read.add(span)
        kept = read.scope.assumed[-1].statement if read.scope.assumed else None
        if read.scope.declared != scope.declared or kept is None:
            span.refuse(0, "this is no hypothesis of the callout", "repeat one as it stands above")
        return kept
    if definition or ":=" in span.text:
        return read_definitions(span, scope, "display")[0]
    reader = Reader(span, scope)
    return reader.statement(trees(parse(span, names_of(scope), "display"))[0])
