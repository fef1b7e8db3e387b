"""Equality cases: where a non-strict inequality is attained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lark import Token

from qedeck.errors import SourceError
from qedeck.formula.reading.assignments import assignment, function_set
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.parser import parse, plain, trees
from qedeck.formula.reading.words import Piece, Vocabulary, Word
from qedeck.formula.scope import Defined, EqualityCase, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Derivation, Expr, Implies, Relation, Restricted, Statement

Marks = Sequence[tuple[Piece, Sequence[Word]]]
"""The pieces of a paragraph, each with its words."""


@dataclass
class _Case:
    """One case while it is read."""

    links: list[int] = field(default_factory=list)
    assigned: list[Span] = field(default_factory=list)
    conditions: list[Span] = field(default_factory=list)
    limit: Span | None = None

    @property
    def begun(self) -> bool:
        """Whether a place has been named."""
        return bool(self.assigned) or self.limit is not None


def read_cases(
    marks: Marks, scope: Scope, relation: Relation | None, vocabulary: Vocabulary
) -> list[EqualityCase]:
    """The equality cases of a paragraph.

    Raises:
        SourceError: where one does not read, or names a link that is not there.
    """
    cutter = _Cutter(relation, vocabulary)
    for piece, words in marks:
        for word in words:
            cutter.word(word, piece.span)
        if piece.kind == "math":
            cutter.formula(piece.span)
        elif piece.kind == "link":
            piece.span.refuse(0, "a link in an equality case", "link in the hypotheses")
    signs = relation.signs if relation is not None else ()
    if {"<", ">"} & set(signs) and not {"<=", ">=", ">>="} & set(signs):
        marks[0][0].span.refuse(
            0, "no relation here can be an equation", r"write \le, or drop this"
        )
    return [_finished(case, scope, marks[0][0].span) for case in cutter.cases]


class _Cutter:
    """Cuts a paragraph into cases: each `at` or `on the ...` after a place begins one."""

    def __init__(self, relation: Relation | None, vocabulary: Vocabulary) -> None:
        self.relation = relation
        self.vocabulary = vocabulary
        self.cases = [_Case()]
        self.expects: str = "place"
        """What the next formula is: a place, another place, a condition or a limit."""

    def word(self, word: Word, span: Span) -> None:
        """Take a word."""
        case, link = self.cases[-1], self.link(word, span)
        if link is not None:
            if case.begun:
                case = _Case()
                self.cases.append(case)
            case.links.append(link)
            self.expects = "place"
        elif word.text in self.vocabulary.case:
            self.expects = "another" if case.begun else "place"
        elif word.text in self.vocabulary.limit:
            self.expects = "limit"
        elif word.text in self.vocabulary.condition:
            self.expects = "condition"

    def formula(self, span: Span) -> None:
        """Take a formula."""
        if self.expects == "another":
            self.cases.append(_Case(list(self.cases[-1].links)))
            self.expects = "place"
        case = self.cases[-1]
        if self.expects == "condition":
            case.conditions.append(span)
        elif self.expects == "limit":
            case.limit = span
            self.expects = "place"
        else:
            case.assigned.append(span)

    def link(self, word: Word, span: Span) -> int | None:
        """Which sign of the chain a word names."""
        signs = self.relation.signs if self.relation is not None else ("<=",)
        if word.text in self.vocabulary.left:
            at = 0
        elif word.text in self.vocabulary.right:
            at = len(signs) - 1
        elif word.text in self.vocabulary.ordinals:
            at = self.vocabulary.ordinals[word.text]
        else:
            return None
        if at >= len(signs):
            span.refuse(
                word.offset, f"the chain has no {word.text} relation", f"it has {len(signs)}"
            )
        if signs[at] not in ("<=", ">=", ">>="):
            span.refuse(
                word.offset, "the relation named is no \\le", "name one in which equality can hold"
            )
        return at


def _finished(case: _Case, scope: Scope, span: Span) -> EqualityCase:
    hypotheses = Hypotheses(scope)
    settled = [condition for condition in case.conditions if _sets_known(condition, scope)]
    for condition in case.conditions:
        if condition not in settled:
            hypotheses.add(condition)
            if hypotheses.unsaid is not None:
                raise SourceError(hypotheses.unsaid)
    inner = hypotheses.scope
    places = [*case.assigned, *settled]
    set_ = {place: function_set(place, inner) for place in places}
    functions = {found.name: found for found in set_.values() if found is not None}
    values = tuple(assignment(place, inner) for place in places if set_[place] is None)
    twice = next((n for k, (n, _) in enumerate(values) if n in dict(values[:k])), "")
    if twice:
        span.refuse(0, f"an equality case that sets {twice} twice", "set it once")
    inner = _with_functions(inner, functions)
    if not places and case.limit is None:
        span.refuse(0, "an equality case without values", "write Equality at $x = (1, 0)$")
    new = tuple(
        assumed.statement
        for assumed in inner.assumed
        if assumed not in scope.assumed and assumed.statement is not None
    )
    limit = _limit(case.limit, inner) if case.limit is not None else None
    return EqualityCase(tuple(case.links), values, new, inner, limit)


def _with_functions(scope: Scope, functions: Mapping[str, Defined]) -> Scope:
    """The scope with declared functions given by formulas."""
    declared = {name: d for name, d in scope.declared.items() if name not in functions}
    return replace(scope, declared=declared, defined={**scope.defined, **functions})


def _sets_known(span: Span, scope: Scope) -> bool:
    """Whether `with $k = ...$` sets a declared symbol rather than declaring one."""
    head, equals, _ = span.text.partition("=")
    return bool(equals) and head.strip() in scope.declared


def _limit(span: Span, scope: Scope) -> tuple[str, Expr, int]:
    """Read `p \\to \\infty`."""
    body = trees(parse(span, names_of(scope), "hypothesis"))[0]
    reader = Reader(span, scope)
    if body.data != "approach":
        reader.refuse(body, "no limit", r"write $p \to \infty$")
    variable, target = trees(body)
    name = plain(variable)
    if not reader.symbol_known(name):
        reader.refuse(variable, "a limit in what is no symbol", "name a declared symbol")
    sides = [str(c) for c in body.children if isinstance(c, Token) and c.type == "SIDE"]
    return (
        name,
        reader.scalar(target, "a limit point that is"),
        {"+": 1, "-": -1}[sides[0]] if sides else 0,
    )


def last_relation(statement: Statement) -> Relation | None:
    """The chain that equality cases are about: the last one of a derivation."""
    match statement:
        case Relation():
            return statement
        case Derivation():
            return last_relation(statement.chains[-1])
        case Restricted():
            return last_relation(statement.statement)
        case Implies():
            return last_relation(statement.then)
        case _:
            return None
