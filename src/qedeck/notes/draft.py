"""A note while it is being read: what was found, and what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from qedeck.errors import Mistake
from qedeck.formula.span import Span
from qedeck.notes.blocks import Block
from qedeck.notes.code import FIGURE, Snippets
from qedeck.notes.links import LinkUse, Place, find_target, is_external
from qedeck.notes.markup import refused, split_rows
from qedeck.notes.model import Assertion, Card, Figure, SnippetUse, Statement
from qedeck.notes.plain import LinkText, Piece, find_links, split_inline
from qedeck.notes.source import Cutter, Source

_BACKSLASHED = re.compile(r"\\.", re.DOTALL)
_ALONE = "leave an empty line before and after it"


class Draft:
    """Collects one note's parts; what is wrong goes to `mistakes`."""

    def __init__(self, source: Source, lang: str, name: str, file: Path, code: Snippets) -> None:
        self.source = source
        self.lang = lang
        self.name = name
        self.folder = file.parent
        self.code = code
        self.mistakes: list[Mistake] = []
        self.statements: list[Statement] = []
        self.cards: list[Card] = []
        self.assertions: list[Assertion] = []
        self.figures: list[Figure] = []
        self.snippets: list[SnippetUse] = []
        self.links: list[LinkUse] = []
        self.anchors: dict[str, tuple[str, int]] = {}
        """Kind and line of each callout, by slug."""
        self.marks: dict[str, Span] = {}
        """Title line of each callout, by slug."""

    def add(self, span: Span, problem: str, instead: str, shift: int = 0) -> None:
        """Note a mistake at the beginning of a span, or `shift` characters after it."""
        line = span.lines[0]
        column = max(0, line.column - 1 + shift)
        self.mistakes.append(self.source.mistake(line.number - 1, column, problem, instead))

    def display_is_good(self, block: Block) -> bool:
        """Whether a display formula is closed, alone and not empty."""
        before = len(self.mistakes)
        if not block.closed:
            instead = "close it with `$$` before the next empty line"
            self.add(block.span, "the display formula is not closed", instead, -2)
        elif not block.span.text.strip():
            instead = "write LaTeX between the dollars"
            self.add(block.span, "the display formula is empty", instead, -2)
        if block.tail is not None and not block.tail.text.startswith("[!"):
            problem = "text stands in the paragraph of a display formula"
            self.add(block.tail, problem, "leave an empty line after the closing `$$`")
        if block.indented:
            instead = "begin `$$` where the text around it begins, in a list four spaces in"
            self.add(block.span, "the display formula is indented", instead, -2)
        elif block.glued:
            problem = "a display formula is glued to what stands above it"
            self.add(block.span, problem, "leave an empty line before `$$`", -2)
        return len(self.mistakes) == before

    def read_text(
        self, span: Span, place: Place, owner: str = "", *, heading: bool = False
    ) -> Cutter:
        """Note the links, figures and mistakes of a paragraph."""
        cutter = Cutter(span)
        self.check_dollars(cutter, heading=heading)
        for link in find_links(span.text):
            if link.image:
                self.read_image(cutter, link)
            else:
                destination = cutter.cut(*link.destination)
                target = find_target(destination.text, self.lang, self.name)
                if target is not None:
                    label = " ".join(span.text[slice(*link.label)].split())
                    self.links.append(LinkUse(target, destination, place, owner, label))
        return cutter

    def check_dollars(self, cutter: Cutter, *, heading: bool = False) -> list[Piece]:
        """Note maths that is not closed or not delimited as it must be; the pieces."""
        text = cutter.span.text
        pieces = split_inline(text)
        for found in (*refused(pieces, heading=heading), *split_rows(text, pieces)):
            self.mistakes.append(cutter.mistake(*found))
        first = next((p for p in pieces if p.kind == "unclosed"), None)
        display = next((p for p in pieces if p.kind == "display"), None)
        if display is not None:
            problem = "a display formula stands in a paragraph with words"
            self.mistakes.append(cutter.mistake(display.start, problem, _ALONE))
        elif first is not None and first.source == "$$":
            instead = "close it with `$$`, in a paragraph of its own"
            self.mistakes.append(
                cutter.mistake(first.start, "the display formula is not closed", instead)
            )
        elif first is not None:
            instead = "close it with `$`, no space before it, or write `\\$` for a dollar"
            self.mistakes.append(
                cutter.mistake(first.start, "this dollar opens no formula", instead)
            )
        self.check_brackets(cutter, pieces)
        return pieces

    def check_brackets(self, cutter: Cutter, pieces: list[Piece]) -> None:
        """Note maths between other delimiters than dollars."""
        text = cutter.span.text.strip()
        if text.startswith("\\begin{") or (text.startswith("\\[") and text.endswith("\\]")):
            problem = "a display formula stands without dollars"
            self.mistakes.append(cutter.mistake(0, problem, "write it between `$$` and `$$`"))
        opened: int | None = None
        for piece in pieces:
            if piece.kind != "text":
                continue
            for match in _BACKSLASHED.finditer(piece.source):
                if match.group() == "\\(" and opened is None:
                    opened = piece.start + match.start()
                elif match.group() == "\\)" and opened is not None:
                    problem = "a formula stands between `\\(` and `\\)`"
                    instead = "write it between `$` and `$`"
                    self.mistakes.append(cutter.mistake(opened, problem, instead))
                    return

    def read_image(self, cutter: Cutter, link: LinkText) -> None:
        """Note a figure or an image, and what is wrong with it."""
        alt = cutter.span.text[slice(*link.label)]
        span = cutter.cut(*link.destination)
        if not alt.strip():
            instead = "say between the brackets what it shows"
            problem = "the image has no alternative text"
            self.mistakes.append(cutter.mistake(link.label[0], problem, instead))
        maths = next((p for p in split_inline(alt) if p.kind == "math"), None)
        if maths is not None:
            problem = "alternative text shows a formula as bare LaTeX"
            place = link.label[0] + maths.start
            self.mistakes.append(cutter.mistake(place, problem, "say it in words"))
        if span.text.startswith("figure:"):
            self.read_figure(span, " ".join(alt.split()), cutter.cut(link.start, link.start))
        elif is_external(span.text):
            problem = "the image is not part of the knowledge base"
            self.add(span, problem, "save it beside the note and name that file")
        elif not self.has_file(span.text):
            self.add(span, f"there is no image `{span.text}`", "name a file beside the note")

    def read_figure(self, span: Span, alt: str, place: Span) -> None:
        """Note `figure:module.function`."""
        match = FIGURE.match(span.text)
        if match is None:
            problem = f"`{span.text}` names no figure"
            self.add(span, problem, "write `figure:module.function`")
            return
        problem_found = self.code.figure_problem(match["module"], match["function"])
        if problem_found is not None:
            self.add(span, *problem_found, shift=len("figure:"))
        line = place.lines[0]
        figure = Figure(
            match["module"], match["function"], alt, self.source.path, line.number, line.column
        )
        self.figures.append(figure)

    def has_file(self, destination: str) -> bool:
        """Whether a file stands where a note says."""
        name = unquote(destination.partition("#")[0])
        try:
            return bool(name) and (self.folder / name).is_file()
        except (OSError, ValueError):
            return False
