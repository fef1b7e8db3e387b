"""Statements of the library bound to trees: each formula read in the scope of its callout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from qedeck.errors import Mistake, SourceError
from qedeck.formula.macros import without_macros
from qedeck.formula.reading.callout import Context, Piece, read_callout
from qedeck.formula.reading.definitions import defined_in
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.parser import parse
from qedeck.formula.reading.statements import trees
from qedeck.formula.scope import Bound, Defined, Scope
from qedeck.formula.span import Span
from qedeck.formula.tree import Derivation
from qedeck.notes.cache import Cache, Same
from qedeck.notes.library import Library
from qedeck.notes.model import Card, Paragraph, Statement


@dataclass(frozen=True)
class Bindings:
    """What was read, by full id, and what could not be."""

    bound: Mapping[str, Bound]
    mistakes: tuple[Mistake, ...]


REVIEWED = 50
"""Of so many claims, fewer than one corrupted formula may be let stand."""


def bind(library: Library, lang: str = "en", cache: Cache | None = None) -> Bindings:
    """Read every statement of a language, each after those that it links."""
    bound: dict[str, Bound] = {}
    exports: dict[str, Scope] = {}
    functions: dict[str, dict[str, Defined]] = {}
    mistakes: list[Mistake] = []
    for statement in library.order:
        if statement.lang != lang:
            continue
        note = statement.id.rpartition("/")[0]
        known = functions.setdefault(note, {})
        context = Context(lang, known, exports)
        read = partial(_read, statement, context)
        try:
            if cache is None:
                result = read()
            else:
                result = cache.made(
                    ("bound", lang, statement.id), _source(statement, context), read
                )
        except SourceError as error:
            mistakes.extend(error.mistakes)
            continue
        bound[statement.id] = result
        if statement.kind == "definition":
            mistakes.extend(_export(statement, result, known))
            exports[statement.id] = result.scope
    mistakes.extend(_too_many_reviews(library, lang, bound))
    return Bindings(MappingProxyType(bound), tuple(mistakes))


def _read(statement: Statement, context: Context) -> Bound:
    return read_callout(
        statement.kind,
        _paragraphs(statement.before),
        without_macros(statement.display),
        _paragraphs(statement.after),
        context,
    )


def _source(statement: Statement, context: Context) -> object:
    """All that a callout is read from, whatever its place."""

    def words(paragraphs: tuple[Paragraph, ...]) -> object:
        return [
            [(s.kind, s.span.text, s.link.target if s.link else "") for s in paragraph.segments]
            for paragraph in paragraphs
        ]

    return (
        context.language,
        statement.kind,
        words(statement.before),
        statement.display.text,
        words(statement.after),
        {name: Same(one) for name, one in context.functions.items()},
        {link.target: Same(context.exports.get(link.target)) for link in statement.links},
    )


def _too_many_reviews(library: Library, lang: str, bound: Mapping[str, Bound]) -> list[Mistake]:
    """Mistakes at the corrupted formulas that are let stand beyond the few that may be."""
    statements = [one for one in library.order if one.lang == lang and one.id in bound]
    claims = sum(one.kind == "claim" for one in statements)
    letting = [
        one for one in statements for review in bound[one.id].reviews if review.kind == "allows"
    ]
    return [
        one.display.mistake(
            0,
            f"{len(letting)} corrupted formulas are let stand among {claims} claims",
            f"there may be fewer than one for {REVIEWED} claims: sharpen the claim, or prove it",
        )
        for one in letting
        if len(letting) > max(1, claims // REVIEWED)
    ]


def _export(statement: Statement, bound: Bound, known: dict[str, Defined]) -> list[Mistake]:
    """Make the functions of a definition known in its note; a name is defined once."""
    mistakes = []
    for define in defined_in(bound.statement):
        name = getattr(define.head, "function", "")
        if name in known:
            mistakes.append(
                statement.display.mistake(0, f"{name} is defined twice", "use another name")
            )
    known.update(
        {name: defined for name, defined in bound.scope.defined.items() if defined.arguments}
    )
    return mistakes


def _paragraphs(paragraphs: tuple[Paragraph, ...]) -> list[list[Piece]]:
    return [
        [
            Piece(
                segment.kind,
                without_macros(segment.span) if segment.kind == "math" else segment.span,
                segment.link.target if segment.link else "",
            )
            for segment in paragraph.segments
        ]
        for paragraph in paragraphs
    ]


def supports(bindings: Bindings, library: Library, card: Card, display: Span) -> str | None:
    """Full id of the statement whose formula a display on a card repeats; None if there is none.

    Formulas are compared as trees; one chain of a derivation counts as a formula.
    """
    linked = [link.target for link in card.links]
    own = [s.id for s in library.note(card.note, card.lang).statements]
    for name in dict.fromkeys([*linked, *own]):
        bound = bindings.bound.get(name)
        if bound is None:
            continue
        try:
            formula = without_macros(display)
            tree = parse(formula, names_of(bound.scope), "display")
            statement = Reader(formula, bound.scope).statement(trees(tree)[0])
        except SourceError:
            continue
        parts = bound.statement.chains if isinstance(bound.statement, Derivation) else ()
        if statement == bound.statement or statement in parts:
            return name
    return None
