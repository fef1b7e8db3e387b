"""Callouts: hypotheses, statement, equality cases and counterexamples, read together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

from qedeck.errors import Mistake, SourceError
from qedeck.formula.reading.assignments import assignment, denied
from qedeck.formula.reading.cases import read_cases
from qedeck.formula.reading.definitions import read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.hypotheses import Hypotheses
from qedeck.formula.reading.parser import parse, trees
from qedeck.formula.reading.reviews import read_review
from qedeck.formula.reading.shapes import closed
from qedeck.formula.reading.unused import without_unused
from qedeck.formula.reading.words import (
    PUNCTUATION,
    VOCABULARIES,
    Vocabulary,
    Word,
    words_of,
)  # fmt: skip
from qedeck.formula.reading.words import Piece as Piece
from qedeck.formula.scope import (
    Bound,
    Declared,
    Defined,
    EqualityCase,
    Failure,
    Review,
    Scope,
)  # fmt: skip
from qedeck.formula.span import Span
from qedeck.formula.tree import (
    Apply,
    Derivation,
    Expr,
    Implies,
    Node,
    Optimum,
    Relation,
    Restricted,
    Statement,
    Symbol,
    walk,
)  # fmt: skip

Kind = Literal["definition", "claim", "misconception", "cited"]
Paragraph = Sequence[Piece]


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
    for paragraph in before:
        reading.before(paragraph)
    if not reading.mistakes:
        reading.statement()
    if not reading.mistakes:
        for paragraph in after:
            reading.after(paragraph)
    if not reading.mistakes:
        reading.refuse_twofold()
    if reading.mistakes:
        raise SourceError(*reading.mistakes)
    return reading.bound()


class _Reading:
    """The state of one callout while it is read."""

    def __init__(self, kind: Kind, display: Span, context: Context) -> None:
        self.kind = kind
        self.display = display
        self.context = context
        self.vocabulary: Vocabulary = VOCABULARIES[context.language]
        functions = dict(context.functions)
        self.hypotheses = Hypotheses(Scope(defined=functions), frozenset(functions))
        self.mistakes: list[Mistake] = []
        self.failed = ""
        """Text of the hypotheses that did not read: what they declare is not missing elsewhere."""
        self.broken = False
        """Whether the last hypothesis did not read."""
        self.linked: list[str] = []
        self.own: list[str] = []
        self.reviews: list[Review] = []
        self.brought = Scope()
        """What links have added."""
        self.twofold: dict[str, Piece] = {}
        """Names that two linked definitions give different meanings, with the second link."""
        self.result: Statement | None = None
        self.scope = Scope()
        self.equality: list[EqualityCase] = []
        self.failure: Failure | None = None
        self.truth: str | None = None

    def bound(self) -> Bound:
        """What was read."""
        assert self.result is not None
        found = Bound(
            self.scope, self.result, tuple(self.equality), self.failure,
            tuple(self.linked), self.truth, tuple(self.own),
            self.brought.assumed, tuple(self.reviews),
        )  # fmt: skip
        return found if self.kind == "definition" else without_unused(found, self.brought)

    # Mistakes

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

    # Words

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
            elif self.result is not None and word.text in self.vocabulary.properties:
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

    # Hypotheses

    def before(self, paragraph: Paragraph) -> None:
        """Read a paragraph before the formula."""
        if self.opening(paragraph) not in self.vocabulary.hypothesis:
            known = ", ".join(sorted(self.vocabulary.hypothesis))
            self.note(
                paragraph[0],
                "a paragraph before the formula that is no hypothesis",
                f"begin it with one of: {known}",
            )
            return
        for k, piece in enumerate(paragraph):
            match piece.kind:
                case "math":
                    self.broken = True
                    before = self.hypotheses.scope.defined
                    with self.guarded(piece.span):
                        self.hypotheses.add(piece.span)
                        self.broken = False
                    now = self.hypotheses.scope.defined
                    self.own.extend(n for n in now if now[n] is not before.get(n))
                    self.beside_entries(piece.span)
                case "link":
                    with self.guarded(piece.span):
                        self.link(piece)
                    self.beside_entries(piece.span)
                case "text":
                    self.properties(piece, last=k + 1 == len(paragraph))
        if self.hypotheses.unsaid is not None and not self.broken:
            self.mistakes.append(self.hypotheses.unsaid)

    def properties(self, piece: Piece, *, last: bool) -> None:
        """Apply the property words of a text piece: each stands after what it is said of."""
        found = self.words(piece)
        apart = [word.text in self.vocabulary.apart for word in found]
        for k, word in enumerate(found):
            said = self.vocabulary.properties.get(word.text)
            if said is None or self.broken:
                continue
            if not last and not any(apart[k:]):
                problem = f"the word {word.text!r} stands before what it is said of"
                self.note(piece, problem, f"write $x$ {word.text}, after the name", word.offset)
                continue
            with self.guarded(piece.span):
                self.hypotheses.say(piece.span, word.offset, said)
        self.hypotheses.joined = self.vocabulary.joining.issuperset(word.text for word in found)

    def beside_entries(self, span: Span) -> None:
        """Refuse a symbol that looks like an entry of another: `x_1` beside a vector `x`."""
        scope = self.hypotheses.scope
        arrays = {name for name, declared in scope.declared.items() if declared.shape}
        families = [name for name in self.own if not scope.defined[name].recursive]
        arrays.update(name for name in families if scope.defined[name].shape)
        for name in scope.declared.keys() | set(self.own):
            base, mark, label = name.rpartition("_")
            if mark and r"\text" not in label and base in arrays:
                problem = f"{name} is one symbol here, and {base} has entries"
                self.mistakes.append(span.mistake(0, problem, "rename one of them"))
                return

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
        self.clashes(piece, brought)
        self.hypotheses.scope = merged(scope, brought)
        self.brought = merged(self.brought, beyond(brought, scope))
        self.hypotheses.loose -= brought.defined.keys()

    def clashes(self, piece: Piece, brought: Scope) -> None:
        """Refuse a link that gives a name of this callout another meaning; note other clashes."""
        scope, loose = self.hypotheses.scope, self.hypotheses.loose - {*self.own}
        for name in {**brought.declared, **brought.defined}:
            here = scope.defined.get(name) if name not in loose else None
            there = brought.defined.get(name)
            declared = name in scope.declared
            if (here or there) is None or (here == there and not declared):
                continue
            if here is None and not declared:
                continue
            if name in self.own or (declared and name not in self.brought.declared):
                problem = f"the linked definition gives {name} another meaning than it has here"
                piece.span.refuse(0, problem, "rename yours")
            self.twofold[name] = piece

    # Statement

    def statement(self) -> None:
        """Read the display formula."""
        with self.guarded(self.display):
            if self.kind == "definition":
                self.definition()
            else:
                self.claim()

    def definition(self) -> None:
        """Read a display that defines."""
        before = self.hypotheses.scope.defined
        self.result, self.scope = read_definitions(self.display, self.hypotheses.scope, "display")
        for name in before.keys() - self.hypotheses.loose:
            if self.scope.defined[name] is not before[name]:
                at = max(self.display.text.find(name), 0)
                self.display.refuse(at, f"{name} is defined already", "define another name")

    def claim(self) -> None:
        """Read a display that states."""
        scope = self.hypotheses.scope
        reader = Reader(self.display, scope)
        self.result = reader.statement(trees(parse(self.display, names_of(scope), "display"))[0])
        self.scope = with_free(scope, reader)
        closed(self.display, self.result)

    def refuse_twofold(self) -> None:
        """Note names that the callout writes, and that two links define differently."""
        assert self.result is not None
        scope = self.scope
        written: list[Node] = [self.result]
        written += [scope.defined[name].body for name in self.own if name in scope.defined]
        written += [
            one.statement
            for one in scope.assumed
            if one.statement is not None and one not in self.brought.assumed
        ]
        for case in self.equality:
            written += [*case.conditions, *(value for _, value in case.values)]
        for part in (part for node in written for part in walk(node)):
            name = getattr(part, "function", getattr(part, "name", ""))
            if isinstance(part, Apply | Symbol) and name in self.twofold:
                piece = self.twofold.pop(name)
                self.note(piece, f"two linked definitions define {name}", "link one of them")

    # After the statement

    def after(self, paragraph: Paragraph) -> None:
        """Read a paragraph after the formula."""
        first = self.opening(paragraph)
        if first in self.vocabulary.equality and self.kind != "definition":
            with self.guarded(paragraph[0].span):
                self.cases(paragraph)
        elif first in self.vocabulary.keeps | self.vocabulary.allows:
            kind: Literal["keeps", "allows"]
            kind = "keeps" if first in self.vocabulary.keeps else "allows"
            with self.guarded(paragraph[0].span):
                self.reviews.append(
                    read_review(kind, paragraph, self.scope, definition=self.kind == "definition")
                )
        elif first in self.vocabulary.failure and self.kind == "misconception":
            self.counterexample(paragraph)
        elif first in self.vocabulary.truth and self.kind == "misconception":
            self.true_claim(paragraph)
        else:
            self.note(
                paragraph[0],
                f"a paragraph after the formula that nothing reads in a {self.kind}",
                "begin it with Equality or Attained in a claim, Fails at in a misconception, "
                "Keeps or Allows for what is reviewed",
            )

    def cases(self, paragraph: Paragraph) -> None:
        """Read equality cases."""
        assert self.result is not None
        marks = [(piece, self.words(piece)) for piece in paragraph]
        scope = with_optima(self.scope, self.result)
        relation = last_relation(self.result)
        self.equality.extend(read_cases(marks, scope, relation, self.vocabulary))

    def counterexample(self, paragraph: Paragraph) -> None:
        """`Fails at $p = 1/2$, $x = (1, 0)$: $4 \\not\\le 2$. True for [...](...).`"""
        values: dict[str, Expr] = {}
        refuted: list[Statement] = []
        begun = colon = False
        rest = len(paragraph)
        for k, piece in enumerate(paragraph):
            words = {word.text for word in self.words(piece)}
            colon = colon or (begun and not words.isdisjoint(":："))
            begun = begun or piece.kind == "math"
            if refuted and (piece.kind == "link" or words & self.vocabulary.truth):
                rest = k
                break
            if piece.kind == "math" and not colon:
                with self.guarded(piece.span):
                    self.set(values, piece)
            elif piece.kind == "math" and not refuted:
                with self.guarded(piece.span):
                    refuted.append(denied(piece.span))
            elif piece.kind != "text":
                self.note(piece, "one counterexample is enough", "drop this")
        if refuted:
            self.failure = Failure(tuple(values.items()), refuted[0])
        elif not self.mistakes:
            instead = r"write : $4 \not\le 2$ after the values of the symbols"
            self.note(paragraph[0], "the counterexample's two sides are missing", instead)
        self.true_claim(paragraph[rest:])

    def set(self, values: dict[str, Expr], piece: Piece) -> None:
        """Set a symbol of a counterexample."""
        name, value = assignment(piece.span, self.scope)
        if name in values:
            piece.span.refuse(0, f"{name} is set twice", "set it once")
        values[name] = value

    def true_claim(self, paragraph: Paragraph) -> None:
        """Read the link to the claim that a misconception distorts."""
        for piece in paragraph:
            self.words(piece)
            if piece.kind == "math":
                self.note(piece, "a formula beside the true claim", "link the claim only")
            elif piece.kind == "link" and self.truth is not None:
                self.note(piece, "a second true claim", "link one")
            elif piece.kind == "link":
                self.truth = piece.target


def merged(mine: Scope, brought: Scope) -> Scope:
    """A scope with another's symbols added."""
    return Scope(
        {**brought.declared, **mine.declared},
        (*mine.assumed, *(a for a in brought.assumed if a not in mine.assumed)),
        (*mine.laws, *(law for law in brought.laws if law not in mine.laws)),
        {**mine.defined, **brought.defined},
    )


def beyond(brought: Scope, mine: Scope) -> Scope:
    """What one scope declares and assumes and another does not."""
    return Scope(
        {name: d for name, d in brought.declared.items() if name not in mine.declared},
        tuple(one for one in brought.assumed if one not in mine.assumed),
        tuple(law for law in brought.laws if law not in mine.laws),
    )


def with_free(scope: Scope, reader: Reader) -> Scope:
    """The scope with the indices that a formula leaves free, each over its axis."""
    found = {}
    for name, slot in reader.free.items():
        if name in reader.labels:
            reader.refuse_label(name)
        if slot.size is None:
            problem = f"the range of {name} is not clear"
            reader.span.refuse(slot.place, problem, rf"write ${name} \in [n]$ before it")
        found[name] = Declared(name, "index", (slot.size,))
    return replace(scope, declared={**scope.declared, **found})


def with_optima(scope: Scope, statement: Statement) -> Scope:
    """The scope with the variables of optima, for the points that attain them."""
    nodes = walk(statement)
    applied = {part.function for part in nodes if isinstance(part, Apply)}
    bodies: list[Node] = [scope.defined[name].body for name in applied & scope.defined.keys()]
    variables = {
        part.variable.name: Declared(part.variable.name, "real", part.variable.shape)
        for node in [*bodies, statement]
        for part in walk(node)
        if isinstance(part, Optimum)
    }
    return replace(scope, declared={**variables, **scope.declared})


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
