"""Callouts: hypotheses, statement, equality cases and counterexamples, read together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from qedeck.errors import SourceError
from qedeck.formula.reading.cases import last_relation, read_cases
from qedeck.formula.reading.counterexample import Counterexample
from qedeck.formula.reading.definitions import read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.faults import Faults, Paragraph
from qedeck.formula.reading.joined import with_free, with_optima
from qedeck.formula.reading.parser import parse, trees
from qedeck.formula.reading.premises import Context as Context
from qedeck.formula.reading.premises import Premises
from qedeck.formula.reading.reviews import read_review
from qedeck.formula.reading.shapes import closed
from qedeck.formula.reading.unused import without_unused
from qedeck.formula.reading.words import VOCABULARIES
from qedeck.formula.reading.words import Piece as Piece
from qedeck.formula.scope import Bound, EqualityCase, Review, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Node, Statement

Kind = Literal["definition", "claim", "misconception", "cited"]


def read_callout(
    kind: Kind,
    before: Sequence[Paragraph],
    display: Span,
    after: Sequence[Paragraph],
    context: Context,
) -> Bound:
    """Read a callout.

    Raises:
        SourceError: every mistake that does not follow from an earlier one.
    """
    reading = _Reading(kind, display, context)
    faults = reading.faults
    reading.premises.foresee(before)
    for paragraph in before:
        reading.premises.read(paragraph)
    if not faults.mistakes:
        reading.premises.finish()
    if not faults.mistakes:
        reading.statement()
    if not faults.mistakes:
        for paragraph in after:
            reading.after(paragraph)
    if not faults.mistakes:
        reading.refuse_twofold()
    if faults.mistakes:
        raise SourceError(*faults.mistakes)
    return reading.bound()


class _Reading:
    """The state of one callout while it is read."""

    def __init__(self, kind: Kind, display: Span, context: Context) -> None:
        self.kind = kind
        self.display = display
        self.faults = Faults(VOCABULARIES[context.language])
        self.premises = Premises(context, self.faults)
        self.reviews: list[Review] = []
        self.result: Statement | None = None
        self.scope = Scope()
        self.equality: list[EqualityCase] = []
        self.counterexample = Counterexample(self.scope, self.faults)

    def bound(self) -> Bound:
        """What was read."""
        assert self.result is not None
        found = Bound(
            self.scope, self.result, tuple(self.equality), self.counterexample.failure,
            tuple(self.premises.linked), self.counterexample.truth, tuple(self.premises.own),
            self.premises.brought.assumed, tuple(self.reviews),
        )  # fmt: skip
        return found if self.kind == "definition" else without_unused(found, self.premises.brought)

    # Statement

    def statement(self) -> None:
        """Read the display formula."""
        with self.faults.guarded(self.display):
            if self.kind == "definition":
                self.definition()
            else:
                self.claim()
        self.faults.stated = True
        self.counterexample = Counterexample(self.scope, self.faults)

    def definition(self) -> None:
        """Read a display that defines."""
        scope, loose = self.premises.hypotheses.scope, self.premises.hypotheses.loose
        before = scope.defined
        self.result, self.scope = read_definitions(self.display, scope, "display")
        for name in before.keys() - loose:
            if self.scope.defined[name] is not before[name]:
                at = max(self.display.text.find(name), 0)
                self.display.refuse(at, f"{name} is defined already", "define another name")

    def claim(self) -> None:
        """Read a display that states."""
        scope = self.premises.hypotheses.scope
        reader = Reader(self.display, scope)
        self.result = reader.statement(trees(parse(self.display, names_of(scope), "display"))[0])
        self.scope = with_free(scope, reader)
        closed(self.display, self.result)

    def refuse_twofold(self) -> None:
        """Note names that the callout writes, and that two links define differently."""
        assert self.result is not None
        written: list[Node] = [self.result]
        for case in self.equality:
            written += [*case.conditions, *(value for _, value in case.values)]
        self.premises.refuse_twofold(written, self.scope)

    # After the statement

    def after(self, paragraph: Paragraph) -> None:
        """Read a paragraph after the formula."""
        first, known = self.faults.opening(paragraph), self.faults.vocabulary
        if first in known.equality and self.kind != "definition":
            with self.faults.guarded(paragraph[0].span):
                self.cases(paragraph)
        elif first in known.keeps | known.allows:
            kind: Literal["keeps", "allows"]
            kind = "keeps" if first in known.keeps else "allows"
            with self.faults.guarded(paragraph[0].span):
                self.reviews.append(
                    read_review(kind, paragraph, self.scope, definition=self.kind == "definition")
                )
        elif first in known.failure and self.kind == "misconception":
            self.counterexample.read(paragraph)
        elif first in known.truth and self.kind == "misconception":
            self.counterexample.read_truth(paragraph)
        else:
            self.faults.note(
                paragraph[0],
                f"a paragraph after the formula that nothing reads in a {self.kind}",
                "begin it with Equality or Attained in a claim, Fails at in a misconception, "
                "Keeps or Allows for what is reviewed",
            )

    def cases(self, paragraph: Paragraph) -> None:
        """Read equality cases."""
        assert self.result is not None
        marks = [(piece, self.faults.words(piece)) for piece in paragraph]
        scope = with_optima(self.scope, self.result)
        relation = last_relation(self.result)
        self.equality.extend(read_cases(marks, scope, relation, self.faults.vocabulary))
