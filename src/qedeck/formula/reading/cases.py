"""Equality cases: where a non-strict inequality is attained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.parser import parse
from qedeck.formula.reading.statements import trees
from qedeck.formula.reading.words import Vocabulary
from qedeck.formula.scope import EqualityCase, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Expr, Relation

if TYPE_CHECKING:
    from qedeck.formula.reading.callout import Piece

Marks = Sequence[tuple["Piece", list[tuple[str, int]]]]


@dataclass
class _Case:
    """One case while it is read."""

    links: list[int] = field(default_factory=list)
    assigned: list[Span] = field(default_factory=list)
    conditions: list[Span] = field(default_factory=list)
    limit: Span | None = None


def read_cases(
    marks: Marks, scope: Scope, relation: Relation | None, vocabulary: Vocabulary
) -> list[EqualityCase]:
    """The equality cases of a paragraph.

    Raises:
        SourceError: where one does not read, or names a link that is not there.
    """
    span = marks[0][0].span
    return [_finished(case, scope, span) for case in _cut(marks, relation, vocabulary)]


def _cut(marks: Marks, relation: Relation | None, vocabulary: Vocabulary) -> list[_Case]:
    """Cut a paragraph into cases: each `at`, or each `on the ...` after formulas, begins one."""
    cases = [_Case()]
    conditional = limiting = False
    for piece, words in marks:
        for word, offset in words:
            fresh = bool(cases[-1].assigned or cases[-1].limit)
            link = _link(word, relation, vocabulary, piece.span, offset)
            if link is not None:
                if fresh:
                    cases.append(_Case())
                cases[-1].links.append(link)
                conditional = limiting = False
            elif word in vocabulary.case and fresh:
                cases.append(_Case(list(cases[-1].links)))
                conditional = limiting = False
            elif word in vocabulary.limit:
                limiting = True
            elif word in ("with", "for", "where", "其中"):
                conditional = True
        if piece.kind == "math":
            if limiting:
                cases[-1].limit = piece.span
                limiting = False
            elif conditional:
                cases[-1].conditions.append(piece.span)
            else:
                cases[-1].assigned.append(piece.span)
        elif piece.kind == "link":
            piece.span.refuse(0, "a link in an equality case", "link in the hypotheses")
    return cases


def _link(
    word: str, relation: Relation | None, vocabulary: Vocabulary, span: Span, offset: int
) -> int | None:
    """Which sign of the chain a word names."""
    count = len(relation.signs) if relation is not None else 1
    if word in vocabulary.left:
        return 0
    if word in vocabulary.right:
        return count - 1
    if word in vocabulary.ordinals:
        at = vocabulary.ordinals[word]
        if at >= count:
            span.refuse(offset, f"the chain has no {word} relation", f"it has {count}")
        return at
    return None


def _finished(case: _Case, scope: Scope, span: Span) -> EqualityCase:
    from qedeck.formula.reading.callout import assignment

    hypotheses = Hypotheses(scope)
    for condition in case.conditions:
        if not _sets_known(condition, hypotheses.scope):
            hypotheses.add(condition)
    inner = hypotheses.scope
    values = [assignment(assigned, inner) for assigned in case.assigned]
    values += [assignment(c, inner) for c in case.conditions if _sets_known(c, scope)]
    if not values and case.limit is None:
        span.refuse(0, "an equality case without values", "write Equality at $x = (1, 0)$")
    new = tuple(
        assumed.statement
        for assumed in inner.assumed
        if assumed not in scope.assumed and assumed.statement is not None
    )
    limit = _limit(case.limit, inner) if case.limit is not None else None
    return EqualityCase(tuple(case.links), tuple(values), new, inner, limit)


def _sets_known(span: Span, scope: Scope) -> bool:
    """Whether `with $k = ...$` sets a declared symbol rather than declaring one."""
    head = span.text.split("=")[0].strip()
    return "=" in span.text and head in scope.declared and "\\in" not in span.text


def _limit(span: Span, scope: Scope) -> tuple[str, Expr, int]:
    """Read `p \\to \\infty`."""
    tail = Span("\\lim_{" + span.text + "} 0 = 0", span.lines, span.path)
    reader = Reader(tail, scope)
    statement = reader.statement(trees(parse(tail, names_of(scope), "display"))[0])
    assert isinstance(statement, Relation)
    found = statement.terms[0]
    return found.variable, found.target, found.side  # type: ignore[attr-defined]
