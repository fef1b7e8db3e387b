"""Callouts: definitions, claims, misconceptions, cited formulas and cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast, get_args

from qedeck.formula.span import Span
from qedeck.notes.blocks import Block
from qedeck.notes.draft import Draft
from qedeck.notes.frontmatter import nearest
from qedeck.notes.links import LinkUse, Place, Target, find_target
from qedeck.notes.model import (
    DERIVED,
    DerivedKind,
    Link,
    Paragraph,
    Rank,
    Segment,
    Statement,
    StatementKind,
)
from qedeck.notes.plain import LinkText, Piece, find_links
from qedeck.notes.source import Cutter

RANKS: tuple[str, ...] = get_args(Rank)
STATEMENTS: tuple[str, ...] = (*get_args(StatementKind), *RANKS)
CARDS = "Cards:"
"""How the line of a box begins that says which cards are made from it."""
KINDS = (*STATEMENTS, "assertion", "card", "cloze")

_TITLE = re.compile(
    r"\[!(?P<kind>[^\]|]*)(?:\|(?P<id>[^\]]*))?\](?P<fold>[-+])?[ \t]*(?P<text>.*)", re.DOTALL
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NAMES = {
    "fence": "a code block",
    "code": "an indented code block",
    "list": "a list",
    "html": "HTML",
    "heading": "a heading",
    "rule": "a rule",
    "quote": "a quote",
}


@dataclass(frozen=True)
class Title:
    """The first line of a callout."""

    kind: str
    slug: str
    """Empty where it is missing or malformed."""
    text: str
    span: Span
    """The text, with its place."""
    mark: Span
    """The whole line from `[!` on."""


def is_slug(text: str) -> bool:
    """Whether a text is small letters and digits, with single hyphens between."""
    return len(text) <= 100 and _SLUG.fullmatch(text) is not None


def slug_of(text: str) -> str:
    """The slug most like a text; empty if it has no letters."""
    return _NOT_SLUG.sub("-", text.lower()).strip("-")[:100].strip("-")


def read_title(draft: Draft, block: Block) -> Title | None:
    """The title of a callout; None, with a mistake noted, where its kind cannot be told."""
    match = _TITLE.match(block.span.text)
    if match is None:
        instead = "write `> [!claim|its-id] Its title`"
        draft.add(block.span, "the callout's `[!` is not closed", instead)
        return None
    kind = match["kind"]
    if kind not in KINDS:
        close = nearest(kind.strip().lower(), KINDS)
        guess = f"write `{close}`; the" if close else "the"
        kinds = f"{guess} kinds are {', '.join(KINDS[:-1])} and {KINDS[-1]}"
        draft.add(block.span, f"there is no callout of the kind `{kind}`", kinds, 2)
        return None
    cutter = Cutter(block.span)
    words = cutter.cut(*match.span("text"))
    slug = _read_id(draft, block, match)
    if not words.text.strip():
        missing = {"card": "question", "cloze": "text"}.get(kind, "title")
        instead = f"write the {missing} in the same line after `]`"
        draft.add(block.span, f"the {kind} has no {missing}", instead)
    return Title(kind, slug, words.text, words, block.span)


def _read_id(draft: Draft, block: Block, match: re.Match[str]) -> str:
    """The callout's id, declared on the page; empty where it is wrong."""
    kind, slug = match["kind"], match["id"]
    if not slug:
        guess = slug_of(match["text"])[:40].strip("-") or "its-id"
        instead = f"write `[!{kind}|{guess}]`, small letters, digits and hyphens"
        draft.add(block.span, f"the {kind} has no id", instead)
        return ""
    if not is_slug(slug):
        guess = slug_of(slug)
        instead = f"write `{guess}`" if guess else "use small letters, digits and hyphens"
        draft.add(block.span, f"`{slug}` is not an id", instead, match.start("id"))
        return ""
    if slug in draft.anchors:
        other, line = draft.anchors[slug]
        problem = f"the id `{slug}` is taken by the {other} in line {line}"
        draft.add(block.span, problem, "choose another id", match.start("id"))
        return ""
    draft.anchors[slug] = kind, block.span.lines[0].number
    draft.marks[slug] = block.span
    return slug


def read_statement(draft: Draft, title: Title, quote: Block) -> None:
    """Note a definition, claim, misconception or cited formula, if nothing is wrong with it."""
    before = len(draft.mistakes)
    _check_title(draft, title)
    reader = _Body(draft, title)
    for block in quote.children[1:]:
        reader.read(block)
    if not reader.displays and not reader.misplaced:
        instead = "write one between `$$` and `$$` in a paragraph of its own"
        draft.add(title.mark, f"the {title.kind} has no display formula", instead)
    if len(draft.mistakes) > before or not title.slug or not title.text.strip():
        return
    line = title.mark.lines[0]
    rank = cast("Rank", title.kind) if title.kind in RANKS else None
    statement = Statement(
        "claim" if rank else cast("StatementKind", title.kind),
        f"{draft.name}/{title.slug}",
        title.slug,
        title.text.strip(),
        draft.source.path,
        line.number,
        line.column,
        reader.displays[0],
        tuple(reader.paragraphs["before"]),
        tuple(reader.paragraphs["after"]),
        draft.source.verbatim(quote.first, quote.last),
        draft.lang,
        rank,
        reader.cards,
    )
    draft.statements.append(statement)


def _check_title(draft: Draft, title: Title) -> None:
    """A statement's title is words alone."""
    cutter = Cutter(title.span)
    for piece in draft.check_dollars(cutter):
        if piece.kind == "math":
            problem = f"nothing reads the formula in the title of a {title.kind}"
            instead = "write the title in words"
            draft.mistakes.append(cutter.mistake(piece.start, problem, instead))
    for link in find_links(title.span.text):
        problem = f"nothing follows the link in the title of a {title.kind}"
        instead = "put it into the hypotheses"
        draft.mistakes.append(cutter.mistake(link.start, problem, instead))


class _Body:
    """Reads the blocks of a statement."""

    def __init__(self, draft: Draft, title: Title) -> None:
        self.draft = draft
        self.title = title
        self.displays: list[Span] = []
        self.paragraphs: dict[Place, list[Paragraph]] = {"before": [], "after": []}
        self.cards: tuple[DerivedKind, ...] | None = None
        self.misplaced = False
        """Whether a display formula stands where none may."""

    def read(self, block: Block) -> None:
        """Take one block, or say what is wrong with it."""
        kind = self.title.kind
        if block.kind == "display":
            self.display(block)
        elif block.kind == "paragraph":
            self.paragraph(block)
        elif block.kind == "title" or (block.children and block.children[0].kind == "title"):
            add_nested(self.draft, block)
        else:
            problem = f"nothing reads {_NAMES.get(block.kind, 'this')} in a {kind}"
            self.draft.add(block.span, problem, f"put it below the {kind}")
            self.misplaced = self.misplaced or "$$" in self.draft.source.verbatim(
                block.first, block.last
            )

    def display(self, block: Block) -> None:
        """Take the one display formula."""
        if self.displays:
            problem = f"the {self.title.kind} has two display formulas"
            instead = f"make a second {self.title.kind} of this one, with an id of its own"
            self.draft.add(block.span, problem, instead, -2)
        self.draft.display_is_good(block)
        self.displays.append(block.span)

    def paragraph(self, block: Block) -> None:
        """Cut a paragraph into its segments."""
        place: Place = "after" if self.displays else "before"
        cutter = Cutter(block.span)
        if self.displays and block.span.text.startswith(CARDS):
            self.asked_cards(block.span)
            return
        pieces = self.draft.check_dollars(cutter)
        if any(p.kind == "display" or p.source == "$$" for p in pieces):
            self.misplaced = True
        for piece in pieces:
            if piece.kind == "code":
                self.add(cutter, piece.start, "code", "write it as a formula, or in words")
        segments = tuple(self.segments(cutter, pieces, find_links(block.span.text), place))
        self.paragraphs[place].append(Paragraph(segments))

    def asked_cards(self, span: Span) -> None:
        """The line that says which cards are made from the statement: no machine reads it."""
        words = span.text[len(CARDS) :].strip().rstrip(".").replace(",", " ").split()
        wrong = [word for word in words if word not in DERIVED]
        if words != ["none"] and (wrong or not words):
            instead = f"write `{CARDS} none`, or some of {', '.join(DERIVED)}"
            problem = f"`{wrong[0]}` is no kind of card" if wrong else "the line names no cards"
            self.draft.add(span, problem, instead)
            return
        self.cards = tuple(kind for kind in DERIVED if kind in words)

    def add(self, cutter: Cutter, offset: int, what: str, instead: str) -> None:
        """Note what nothing reads."""
        problem = f"nothing reads {what} in a {self.title.kind}"
        self.draft.mistakes.append(cutter.mistake(offset, problem, instead))

    def segments(
        self, cutter: Cutter, pieces: list[Piece], links: list[LinkText], place: Place
    ) -> list[Segment]:
        """Text, formulas and links in reading order."""
        found: list[Segment] = []
        position = 0
        marks: list[LinkText | Piece] = [*links, *(p for p in pieces if p.kind == "math")]

        def text(end: int) -> None:
            if end > position:
                found.append(Segment("text", cutter.cut(position, end)))

        for mark in sorted(marks, key=lambda mark: mark.start):
            if mark.start < position:
                if isinstance(mark, Piece):
                    self.add(cutter, mark.start, "a formula in a link", "write the link in words")
                continue
            text(mark.start)
            if isinstance(mark, Piece):
                found.append(Segment("math", cutter.cut(mark.start + 1, mark.end - 1)))
            else:
                found.extend(self.link(cutter, mark, place))
            position = mark.end
        text(len(cutter.span.text))
        return found

    def link(self, cutter: Cutter, link: LinkText, place: Place) -> list[Segment]:
        """The segment of a link, if it leads to a callout."""
        if link.image:
            instead = f"put it below the {self.title.kind}"
            self.add(cutter, link.start, "an image", instead)
            return []
        destination = cutter.cut(*link.destination)
        target = self.target(destination)
        if target is None:
            return []
        self.draft.links.append(LinkUse(target, destination, place, self.title.slug))
        label = cutter.cut(*link.label)
        made = Link(" ".join(label.text.split()), target.id, destination)
        return [Segment("link", label, made)]

    def target(self, destination: Span) -> Target | None:
        """Where a link leads, which must be a callout in the same language."""
        kind = self.title.kind
        target = find_target(destination.text, self.draft.lang, self.draft.name)
        if target is None or not target.fragment:
            problem = f"a link in a {kind} leads to a definition or claim, this one does not"
            self.draft.add(destination, problem, "write `[words](#id)` or `[words](note.md#id)`")
            return None
        if target.lang != self.draft.lang:
            problem = f"a link in a {kind} leads into another language"
            self.draft.add(destination, problem, f"link to a note in notes/{self.draft.lang}")
            return None
        return target


def add_nested(draft: Draft, block: Block) -> None:
    """Note a callout inside another, or in the middle of a quote."""
    span = block.span
    if block.kind == "quote":
        span = block.children[0].span
    instead = "leave an empty line, without `>`, before it"
    draft.add(span, "a callout begins inside another quote", instead)
