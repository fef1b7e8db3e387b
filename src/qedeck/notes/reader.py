"""Reading one note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qedeck.errors import Mistake, SourceError
from qedeck.formula.span import Span
from qedeck.notes.assertions import read_assertion
from qedeck.notes.blocks import Block, read_blocks
from qedeck.notes.cache import Cache
from qedeck.notes.callouts import STATEMENTS, add_nested, read_statement, read_title
from qedeck.notes.cards import read_card
from qedeck.notes.code import INCLUDE, Snippets
from qedeck.notes.draft import Draft
from qedeck.notes.frontmatter import FrontMatter, read_front_matter
from qedeck.notes.languages import LANGUAGES
from qedeck.notes.links import LinkUse, Place
from qedeck.notes.markup import INVISIBLE, alone, is_comment, is_language
from qedeck.notes.model import Heading, Note, SnippetUse
from qedeck.notes.plain import split_inline
from qedeck.notes.source import Source
from qedeck.notes.template import check_template, heading_anchors, heading_ids, heading_text

MAX_MISTAKES = 100

_INCLUDED = re.compile(r"[ \t]+(?P<quote>[\"'])(?P<path>[^\"']*)(?P=quote)$")
_SECTION = re.compile(r"[A-Za-z][-_0-9A-Za-z]*")
_INCLUDE_FORM = 'write `--8<-- "module.py:section"`'


@dataclass(frozen=True)
class Reading:
    """A note, and what only the whole knowledge base can judge."""

    note: Note
    anchors: Mapping[str, str]
    """Kind of each callout, by slug."""
    marks: Mapping[str, Span]
    """Title line of each callout, by slug."""
    sections: frozenset[str]
    """Anchors of its headings."""
    links: tuple[LinkUse, ...]
    after: tuple[Span, ...]
    mistakes: tuple[Mistake, ...]


def read_note(
    file: Path, path: str, lang: str, name: str, code: Snippets, cache: Cache | None = None
) -> Reading:
    """Read a note; a file that cannot be read at all is a note of nothing but a mistake."""
    try:
        source = Source.load(file, path)
    except SourceError as error:
        note = Note(name, lang, path, "note", name, "", ())
        return Reading(note, {}, {}, frozenset(), (), (), error.mistakes)
    if cache is None:
        return read_source(source, lang, name, file, code)
    return cache.made(
        ("note", path), (source.raw, code.content),
        lambda: read_source(source, lang, name, file, code),
        lambda reading: not reading.mistakes,  # an image may be missing no longer
    )  # fmt: skip


def read_source(source: Source, lang: str, name: str, file: Path, code: Snippets) -> Reading:
    """Read the text of a note."""
    draft = Draft(source, lang, name, file, code)
    front = read_front_matter(source, draft.mistakes)
    blocks = read_blocks(source, front.end)
    if front.kind == "note" and lang in LANGUAGES:
        check_template(draft, blocks, LANGUAGES[lang].sections)
    _Walk(draft).blocks(blocks)
    _read_includes(draft, blocks, front.end)
    _check_unread(draft, blocks, front.end)
    _check_visible(draft)
    headings = [block for block in _every(blocks) if block.kind == "heading"]
    return Reading(
        _note(draft, front, headings),
        {slug: kind for slug, (kind, _) in draft.anchors.items()},
        draft.marks,
        heading_ids(block.span.text for block in headings),
        tuple(draft.links),
        front.after,
        tuple(_first(draft.mistakes)),
    )


def _note(draft: Draft, front: FrontMatter, headings: list[Block]) -> Note:
    anchors = heading_anchors((block.span.text for block in headings), draft.anchors)
    return Note(
        draft.name,
        draft.lang,
        draft.source.path,
        front.kind,
        front.title or draft.name,
        front.topic,
        tuple(span.text for span in front.after),
        tuple(draft.statements),
        tuple(draft.cards),
        tuple(draft.figures),
        tuple(draft.snippets),
        tuple(draft.assertions),
        tuple(
            Heading(block.first + 1, block.level, anchor, heading_text(block.span.text))
            for block, anchor in zip(headings, anchors, strict=True)
        ),
        front.tags,
    )


def _first(mistakes: list[Mistake]) -> list[Mistake]:
    """The first mistakes of a note, and how many more there are."""
    found = sorted(set(mistakes))
    if len(found) <= MAX_MISTAKES:
        return found
    last = found[MAX_MISTAKES]
    problem = f"{len(found) - MAX_MISTAKES:,} more mistakes follow in this note"
    more = Mistake(last.path, last.line, last.column, problem, "mend the first ones", last.source)
    return [*found[:MAX_MISTAKES], more]


class _Walk:
    """Goes through blocks outside statements; with `displays`, through a card's answer."""

    def __init__(self, draft: Draft, owner: str = "", displays: list[Span] | None = None) -> None:
        self.draft = draft
        self.owner = owner
        self.displays = displays

    def blocks(self, blocks: tuple[Block, ...]) -> None:
        """Read every block."""
        for block in blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        """Read one block."""
        if block.kind in {"paragraph", "heading"}:
            place: Place = "prose" if self.displays is None else "card"
            heading = block.kind == "heading"
            self.draft.read_text(block.span, place, self.owner, heading=heading)
            if place == "prose" and alone(split_inline(block.span.text)):
                problem = "a formula stands alone, as if it were displayed"
                instead = "put it into a claim, or into a sentence"
                self.draft.add(block.span, problem, instead)
        elif block.kind == "display":
            self.display(block)
        elif block.kind == "title":
            self.stray(block)
        elif block.kind == "fence" and not block.closed:
            instead = "end it with a line of the same marks"
            self.draft.add(block.span, "the code fence is not closed", instead)
        elif block.kind == "fence":
            info = block.span.text.partition("\n")[0].partition(block.mark)[2].lstrip(block.mark[0])
            if not is_language(info):
                instead = "write its language, and nothing else: ``` python"
                self.draft.add(block.span, "the code fence has attributes", instead)
        elif block.kind in {"code", "html"}:
            self.hidden(block)
        elif block.kind == "quote" and block.children and block.children[0].opens:
            self.callout(block)
        else:
            self.blocks(block.children)

    def display(self, block: Block) -> None:
        """A display formula outside a statement."""
        good = self.draft.display_is_good(block)
        if self.displays is not None:
            if good:
                self.displays.append(block.span)
        else:
            instead = "put it into a claim, definition, misconception or cited callout"
            problem = "a display formula stands outside a callout"
            self.draft.add(block.span, problem, instead, -2)

    def callout(self, quote: Block) -> None:
        """A quote that opens with `[!`."""
        if self.displays is not None:
            add_nested(self.draft, quote)
            return
        title = read_title(self.draft, quote.children[0])
        if title is None:
            return
        if title.kind in STATEMENTS:
            read_statement(self.draft, title, quote)
        elif title.kind == "assertion":
            first = len(self.draft.links)
            _Walk(self.draft, title.slug).blocks(quote.children[1:])
            read_assertion(self.draft, title, quote, self.draft.links[first:])
        else:
            read_card(self.draft, title, quote, _walk_answer)

    def stray(self, block: Block) -> None:
        """A line that opens with `[!` but is not a quote's first."""
        if ">" in block.span.lines[0].source[: block.span.lines[0].column - 1]:
            add_nested(self.draft, block)
        else:
            problem = "a callout's title stands outside a quote"
            self.draft.add(block.span, problem, "begin every line of the callout with `> `")

    def hidden(self, block: Block) -> None:
        """A block that the page would show as it stands, but nothing reads."""
        text = block.span.text
        if block.kind == "html":
            if not is_comment(text):
                instead = "write Markdown; a comment stands alone between <!-- and -->"
                self.draft.add(block.span, "HTML in a note", instead)
            return
        if any(piece.kind in {"math", "display"} for piece in split_inline(text)):
            problem = "nothing reads a formula in an indented block"
            self.draft.add(block.span, problem, "remove the indentation")


def _walk_answer(draft: Draft, blocks: tuple[Block, ...], owner: str, displays: list[Span]) -> None:
    _Walk(draft, owner, displays).blocks(blocks)


def _every(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """All blocks, outer before inner."""
    for block in blocks:
        yield block
        yield from _every(block.children)


def _read_includes(draft: Draft, blocks: tuple[Block, ...], first: int) -> None:
    """Note the snippets that fences embed."""
    fenced: set[int] = set()
    for block in _every(blocks):
        if block.kind == "fence":
            fenced.update(range(block.first + 1, block.last))
    for number in range(first, len(draft.source.lines)):
        match = INCLUDE.match(draft.source.lines[number])
        if match is None or match["escape"]:
            continue
        _read_include(draft, match, number, fenced=number in fenced)


def _read_include(draft: Draft, match: re.Match[str], number: int, *, fenced: bool) -> None:
    def add(column: int, problem: str, instead: str) -> None:
        draft.mistakes.append(draft.source.mistake(number, column, problem, instead))

    mark = match.start("mark")
    named = _INCLUDED.match(match["rest"])
    if ">" in match["before"]:
        add(mark, "a snippet stands in a quote, where it is not included", "put it below the quote")
    elif not fenced:
        add(mark, "a snippet stands outside a code fence", "put a line ``` before and after it")
    elif named is None:
        add(mark, "the snippet names no file and section", _INCLUDE_FORM)
    else:
        start = match.start("rest") + named.start("path")
        file, colon, section = named["path"].rpartition(":")
        if not colon:
            add(start, "the snippet names no section", _INCLUDE_FORM)
            return
        if not _SECTION.fullmatch(section) or not file:
            add(start, f"`{named['path']}` names no file and section", _INCLUDE_FORM)
            return
        problem = draft.code.section_problem(file, section)
        if problem is not None:
            add(start, *problem)
        use = SnippetUse(file, section, draft.source.path, number + 1, start + 1)
        draft.snippets.append(use)


def _check_visible(draft: Draft) -> None:
    """Note characters that nobody sees."""
    for number, line in enumerate(draft.source.lines):
        match = INVISIBLE.search(line)
        if match:
            problem = f"the invisible character U+{ord(match.group()):04X}"
            draft.mistakes.append(draft.source.mistake(number, match.start(), problem, "delete it"))


def _check_unread(draft: Draft, blocks: tuple[Block, ...], first: int) -> None:
    """Note dollars in lines that belong to no block that was read."""
    covered: set[int] = set()
    for block in _every(blocks):
        if not block.children and block.kind not in {"quote", "list", "item"}:
            covered.update(range(block.first, block.last))
    for number in range(first, len(draft.source.lines)):
        line = draft.source.lines[number]
        if number not in covered and "$" in line:
            problem = "nothing reads this line, which has a dollar in it"
            instead = "write it as a paragraph, less deeply nested"
            draft.mistakes.append(draft.source.mistake(number, line.index("$"), problem, instead))
