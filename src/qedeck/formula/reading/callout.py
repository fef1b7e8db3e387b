"""Callouts: hypotheses, statement, equality cases and counterexamples, read together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from lark import Token

from qedeck.errors import Mistake, SourceError
from qedeck.formula.reading.definitions import read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.parser import parse
from qedeck.formula.reading.shapes import ShapeError, fit, shape_of
from qedeck.formula.reading.statements import trees
from qedeck.formula.reading.words import VOCABULARIES, Vocabulary, words_of
from qedeck.formula.scope import (
    Assumed,
    Bound,
    Declared,
    Defined,
    EqualityCase,
    Failure,
    Scope,
)  # fmt: skip
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Constants,
    Derivation,
    Expr,
    Iff,
    Implies,
    Optimum,
    Relation,
    Restricted,
    Statement,
    Symbol,
    walk,
)  # fmt: skip

Kind = Literal["definition", "claim", "misconception", "cited"]


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: words, a formula, or a link to another callout."""

    kind: Literal["text", "math", "link"]
    span: Span
    target: str = ""
    """Full id of a link's callout."""


@dataclass(frozen=True)
class Context:
    """What a callout may use."""

    language: str = "en"
    functions: Mapping[str, Defined] = field(default_factory=dict)
    """Functions defined in the same note."""
    exports: Mapping[str, Scope] = field(default_factory=dict)
    """Scopes of definitions by full id; a link brings one in."""


def read_callout(
    kind: Kind,
    before: Sequence[Sequence[Piece]],
    display: Span,
    after: Sequence[Sequence[Piece]],
    context: Context,
) -> Bound:
    """Read a callout.

    Raises:
        SourceError: every mistake that does not follow from an earlier one.
    """
    reading = _Reading(kind, display, context)
    for paragraph in before:
        reading.hypotheses_paragraph(paragraph)
    if not reading.mistakes:
        reading.statement()
    if not reading.mistakes:
        for paragraph in after:
            reading.after(paragraph)
    if reading.mistakes:
        raise SourceError(*reading.mistakes)
    return reading.bound()


class _Reading:
    """The state of one callout while it is read."""

    def __init__(self, kind: Kind, display: Span, context: Context) -> None:
        self.kind = kind
        self.display = display
        self.context = context
        self.vocabulary: Vocabulary = VOCABULARIES.get(context.language, VOCABULARIES["en"])
        self.hypotheses = Hypotheses(Scope(defined=dict(context.functions)))
        self.mistakes: list[Mistake] = []
        self.linked: list[str] = []
        self.result: Statement | None = None
        self.scope = Scope()
        self.equality: list[EqualityCase] = []
        self.failure: Failure | None = None
        self.truth: str | None = None

    def bound(self) -> Bound:
        assert self.result is not None
        return Bound(
            self.scope, self.result, tuple(self.equality), self.failure,
            tuple(self.linked), self.truth,
        )  # fmt: skip

    # Words

    def words(self, piece: Piece) -> list[tuple[str, int]]:
        """The words of a text piece; unknown ones are mistakes."""
        found = words_of(piece.span.text, self.vocabulary)
        known = (
            self.vocabulary.filler | self.vocabulary.properties.keys() | self.vocabulary.left
            | self.vocabulary.right | self.vocabulary.ordinals.keys() | self.vocabulary.limit
        )  # fmt: skip
        for word, offset in found:
            if word not in known and word not in set(".,;:，。：；、()"):
                self.mistakes.append(
                    piece.span.mistake(
                        offset,
                        f"the word {word!r} means nothing to the machine",
                        "say it in a formula, or outside the callout",
                    )
                )
        return found

    @staticmethod
    def opening(paragraph: Sequence[Piece], vocabulary: Vocabulary) -> str:
        """The first word of a paragraph."""
        for piece in paragraph:
            if piece.kind != "text":
                return ""
            found = words_of(piece.span.text, vocabulary)
            if found:
                return found[0][0]
        return ""

    # Hypotheses

    def hypotheses_paragraph(self, paragraph: Sequence[Piece]) -> None:
        first = self.opening(paragraph, self.vocabulary)
        if first not in self.vocabulary.hypothesis | {"then", "则"}:
            span = paragraph[0].span
            self.mistakes.append(
                span.mistake(
                    0, "a paragraph before the formula that is no hypothesis", "begin it with Let"
                )
            )
            return
        for piece in paragraph:
            if piece.kind == "text":
                for word, offset in self.words(piece):
                    if word in self.vocabulary.properties:
                        said = self.vocabulary.properties[word]
                        self.guarded(
                            lambda p=piece, o=offset, s=said: self.hypotheses.say(p.span, o, s)
                        )  # type: ignore[misc]
            elif piece.kind == "math":
                self.guarded(lambda p=piece: self.hypotheses.add(p.span))  # type: ignore[misc]
            else:
                self.guarded(lambda p=piece: self.link(p))  # type: ignore[misc]

    def guarded(self, action) -> None:  # type: ignore[no-untyped-def]
        """Run a step; its mistakes are kept and later formulas still read."""
        try:
            action()
        except SourceError as error:
            self.mistakes.extend(error.mistakes)

    def link(self, piece: Piece) -> None:
        """Bring the symbols of a linked definition into scope."""
        self.linked.append(piece.target)
        brought = self.context.exports.get(piece.target)
        if brought is None:
            return
        scope = self.hypotheses.scope
        for name, declared in brought.declared.items():
            mine = scope.declared.get(name)
            if mine is not None and (mine.kind, mine.shape) != (declared.kind, declared.shape):
                piece.span.refuse(
                    0, f"{name} is declared differently in the linked definition", "rename yours"
                )
        self.hypotheses.scope = merged(scope, brought)

    # Statement

    def statement(self) -> None:
        scope = self.hypotheses.scope
        if self.kind == "definition":
            self.guarded(lambda: self.definition(scope))
            return

        def read() -> None:
            tree = parse(self.display, names_of(scope), "display")
            reader = Reader(self.display, scope)
            self.result = reader.statement(trees(tree)[0])
            self.scope = with_free(scope, reader)
            closed(self.display, self.result)

        self.guarded(read)

    def definition(self, scope: Scope) -> None:
        self.result, self.scope = read_definitions(self.display, scope, "display")
        closed(self.display, self.result)

    # After the statement

    def after(self, paragraph: Sequence[Piece]) -> None:
        first = self.opening(paragraph, self.vocabulary)
        if first in self.vocabulary.equality:
            self.equality_paragraph(paragraph)
        elif first in self.vocabulary.failure and self.kind == "misconception":
            self.failure_paragraph(paragraph)
        elif first in self.vocabulary.truth and self.kind == "misconception":
            self.truth_pieces(paragraph)
        else:
            self.mistakes.append(
                paragraph[0].span.mistake(
                    0,
                    "a paragraph after the formula that nothing reads",
                    "begin it with Equality, Attained, or in a misconception with Fails at",
                )
            )

    def equality_paragraph(self, paragraph: Sequence[Piece]) -> None:
        from qedeck.formula.reading.cases import read_cases

        marks = [(piece, self.words(piece) if piece.kind == "text" else []) for piece in paragraph]
        assert self.result is not None
        relation = first_relation(self.result)

        def read() -> None:
            scope = with_optima(self.scope, self.result)
            self.equality.extend(read_cases(marks, scope, relation, self.vocabulary))

        self.guarded(read)

    def failure_paragraph(self, paragraph: Sequence[Piece]) -> None:
        """`Fails at $p = 1/2$, $x = (1, 0)$: $4 \\not\\le 2$. True for [...](...).`"""
        values: list[tuple[str, Expr]] = []
        refuted: Statement | None = None
        colon = False
        rest = len(paragraph)
        for k, piece in enumerate(paragraph):
            if piece.kind == "text":
                found = [word for word, _ in self.words(piece)]
                colon = colon or ":" in found or "：" in found
                if set(found) & self.vocabulary.truth and refuted is not None:
                    rest = k
                    break
            elif piece.kind == "math" and not colon:
                self.guarded(lambda p=piece: values.append(assignment(p.span, self.scope)))  # type: ignore[misc]
            elif piece.kind == "math" and refuted is None:
                try:
                    refuted = negated(piece.span)
                except SourceError as error:
                    self.mistakes.extend(error.mistakes)
            else:
                self.mistakes.append(
                    piece.span.mistake(0, "one counterexample is enough", "drop this")
                )
        self.truth_pieces(paragraph[rest:])
        if refuted is None and not self.mistakes:
            self.mistakes.append(
                paragraph[0].span.mistake(
                    0, "the counterexample's values are missing", r"write : $4 \not\le 2$ after it"
                )
            )
        if refuted is not None:
            self.failure = Failure(tuple(values), refuted)

    def truth_pieces(self, paragraph: Sequence[Piece]) -> None:
        for piece in paragraph:
            if piece.kind == "text":
                self.words(piece)
            elif piece.kind == "link":
                self.truth = piece.target
            else:
                self.mistakes.append(
                    piece.span.mistake(0, "a formula beside the true claim", "link the claim only")
                )


def merged(mine: Scope, brought: Scope) -> Scope:
    """A scope with another's symbols added."""
    return Scope(
        {**brought.declared, **mine.declared},
        (*mine.assumed, *(a for a in brought.assumed if a not in mine.assumed)),
        (*mine.laws, *(law for law in brought.laws if law not in mine.laws)),
        {**mine.defined, **brought.defined},
    )


def with_free(scope: Scope, reader: Reader) -> Scope:
    """The scope with the indices that a formula leaves free, each over its axis."""
    found = {
        name: Declared(name, "index", () if slot.size is None else (slot.size,))
        for name, slot in reader.free.items()
    }
    return replace(scope, declared={**scope.declared, **found})


def with_optima(scope: Scope, statement: Statement | None) -> Scope:
    """The scope with the variables of the statement's optima, for the points that attain them."""
    variables = {
        part.variable.name: Declared(part.variable.name, "real", part.variable.shape)
        for part in (walk(statement) if statement is not None else [])
        if isinstance(part, Optimum)
    }
    return replace(scope, declared={**variables, **scope.declared})


def closed(span: Span, statement: Statement) -> None:
    """Refuse a tree in which a size was left open."""
    for part in walk(statement):
        if "?" in (*getattr(part, "shape", ()), getattr(part, "size", "")):
            word = "\\mathbf{1}" if isinstance(part, Constants) else "I"
            span.refuse(
                0, "the size of a vector or matrix is not clear", f"{word} needs a neighbour"
            )


def first_relation(statement: Statement) -> Relation | None:
    """The chain that equality cases are about: the last one of a derivation."""
    match statement:
        case Relation():
            return statement
        case Derivation():
            return first_relation(statement.chains[-1])
        case Restricted():
            return first_relation(statement.statement)
        case Implies():
            return first_relation(statement.then)
        case Iff():
            return None
        case _:
            return None


def assignment(span: Span, scope: Scope) -> tuple[str, Expr]:
    """Read `x = (1, 0)`: a symbol and its value."""
    tree = parse(span, names_of(scope), "hypothesis")
    body = trees(tree)[0]
    signs = [c for c in body.children if isinstance(c, Token)]
    reader = Reader(span, scope)
    if body.data != "chain" or [str(s) for s in signs] != ["="] or len(trees(body)) != 2:
        reader.refuse(body, "this sets no symbol", "write $x = (1, 0)$")
    left_syntax, right_syntax = trees(body)
    left = reader.expr(trees(left_syntax)[0] if left_syntax.data == "expressions" else left_syntax)
    if not isinstance(left, Symbol):
        reader.refuse(left_syntax, "only a symbol can be set", "write $x = (1, 0)$")
    right = reader.expr(right_syntax)
    with suppress(ShapeError):  # a written vector sets the dimension instead
        right = fit(right, left.shape)
    if len(shape_of(right)) != len(left.shape):
        reader.refuse(right_syntax, f"{left.name} has another shape", "give a value of its shape")
    return left.name, right


def negated(span: Span) -> Statement:
    """Read `4 \\not\\le 2`: the numeric relation that does not hold, without its negation."""
    reader = Reader(span, Scope())
    reader.allow_negation = True
    tree = parse(span, names_of(Scope()), "hypothesis")
    relation = reader.statement(trees(tree)[0])
    opposite = {"!=": "=", "=": "!="}
    if not isinstance(relation, Relation) or len(relation.signs) != 1:
        span.refuse(0, "not one relation", r"write $4 \not\le 2$")
    sign = str(relation.signs[0])
    if sign.startswith("not "):
        return replace(relation, signs=(sign[4:],))  # type: ignore[arg-type]
    if sign in opposite:
        return replace(relation, signs=(opposite[sign],))  # type: ignore[arg-type]
    span.refuse(0, "this relation is not negated", r"write \not\le, \not<, or \ne")


def assumed_symbols(assumed: Assumed) -> set[str]:
    """Names of the symbols that an assumption is about."""
    if assumed.statement is None:
        return set(assumed.symbols)
    return {part.name for part in walk(assumed.statement) if isinstance(part, Symbol)}
