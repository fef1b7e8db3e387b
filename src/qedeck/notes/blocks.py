"""The blocks of a Markdown file, with the place of every character they hold.

markdown-it-py finds the blocks; two rules of ours come before its own, for display formulas
(which it would read as lists, quotes and headings) and for the titles of callouts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt, rules_block
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from qedeck.formula.span import Span
from qedeck.notes.plain import find_close
from qedeck.notes.source import Source

BlockKind = Literal[
    "paragraph", "heading", "display", "title", "fence", "code", "html", "rule", "list", "item",
    "quote",
]  # fmt: skip
Rows = list[tuple[int, int]]
Rule = Callable[[StateBlock, int, int, bool], bool]

MAX_NESTING = 12
"""Quotes and lists inside each other; a list counts twice."""

_LEAVES: dict[str, BlockKind] = {
    "display": "display",
    "title": "title",
    "fence": "fence",
    "code_block": "code",
    "html_block": "html",
    "hr": "rule",
}
_CONTAINERS: dict[str, BlockKind] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "blockquote_open": "quote",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
}
_GLUING = {
    "fence", "html_block", "code_block", "blockquote_close", "bullet_list_close",
    "ordered_list_close", "paragraph_close", "display",
}  # fmt: skip
"""After these a display formula wants an empty line."""


@dataclass(frozen=True)
class Block:
    """A block; lines are counted from 0, `last` is the line after it."""

    kind: BlockKind
    first: int
    last: int
    span: Span
    """What a leaf holds: text, or LaTeX between the dollars; a container's is its first line."""
    children: tuple[Block, ...] = ()
    level: int = 0
    """Of a heading, 1 to 6."""
    closed: bool = True
    """Whether a display ends with `$$`, or a fence with its mark."""
    tail: Span | None = None
    """What stands in a display's paragraph after its closing dollars, though nothing may."""
    indented: bool = False
    """Whether a display is indented inside its paragraph's container."""
    glued: bool = False
    """Whether a display follows other text with no empty line between."""
    opens: bool = False
    """Whether a title stands first in its quote."""
    body: Span | None = None
    """For a title that opens: the lines below it, without the quote's prefixes."""
    mark: str = ""
    """The backticks or tildes that open a fence."""


def read_blocks(source: Source, first: int = 0) -> tuple[Block, ...]:
    """The blocks of a file from a line on."""
    skipped = source.starts[first] if first < len(source.starts) else len(source.text)
    blanked = "".join(c if c == "\n" else " " for c in source.text[:skipped])
    tokens: list[Token] = []
    md = _parser()
    md.block.parse(blanked + source.text[skipped:], md, {}, tokens)
    return _Builder(source).build(tokens)


class _Builder:
    """Turns markdown-it's flat tokens into a tree."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def build(self, tokens: list[Token]) -> tuple[Block, ...]:
        found: list[list[Block]] = [[]]
        opened: list[Token] = []
        for token in tokens:
            if token.nesting == 1:
                opened.append(token)
                found.append([])
            elif token.nesting == -1:
                children = tuple(found.pop())
                found[-1].append(self.container(opened.pop(), children))
            elif token.type == "inline":
                found[-1].append(self.leaf("paragraph", token))
            elif token.type in _LEAVES:
                found[-1].append(self.leaf(_LEAVES[token.type], token))
        return tuple(found[0])

    def container(self, token: Token, children: tuple[Block, ...]) -> Block:
        kind = _CONTAINERS[token.type]
        first, last = token.map or (0, 1)
        if kind in {"paragraph", "heading"}:
            span = children[0].span
            level = int(token.tag[1]) if kind == "heading" else 0
            return Block(kind, first, last, span, (), level)
        rows: Rows = token.meta.get("rows") or [self.row(first)]
        return Block(kind, first, last, self.source.span(rows), children)

    def leaf(self, kind: BlockKind, token: Token) -> Block:
        first, last = token.map or (0, 1)
        meta = token.meta
        rows: Rows = meta.get("rows") or [self.row(line) for line in range(first, last)]
        tail, body = meta.get("tail"), meta.get("body")
        closed = meta.get("closed", True)
        if kind == "fence":
            ending = self.source.text[slice(*rows[-1])]
            closed = len(rows) > 1 and set(ending) == set(token.markup[:1])
        return Block(
            kind,
            first,
            last,
            self.source.span(rows),
            closed=closed,
            tail=self.source.span([tail]) if tail else None,
            indented=meta.get("indented", False),
            glued=meta.get("glued", False),
            opens=meta.get("opens", False),
            body=self.source.span(body) if body else None,
            mark=token.markup if kind == "fence" else "",
        )

    def row(self, line: int) -> tuple[int, int]:
        start = self.source.starts[min(line, len(self.source.starts) - 1)]
        text = self.source.lines[min(line, len(self.source.lines) - 1)]
        indent = len(text) - len(text.lstrip())
        return start + indent, start + len(text)


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    md.block.ruler.before("table", "display", _display)
    md.block.ruler.before("table", "title", _title, {"alt": ["paragraph"]})
    for name, (rule, interrupts) in _RULES.items():
        md.block.ruler.at(name, _placed(rule), {"alt": interrupts})
    return md


def _text_row(state: StateBlock, line: int) -> tuple[int, int]:
    start = min(state.bMarks[line] + state.tShift[line], state.eMarks[line])
    text = state.src[start : state.eMarks[line]]
    return start, start + len(text.rstrip())


def _placed(rule: Rule) -> Rule:
    """A rule whose first token notes where its lines begin and end."""

    def placed(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        before = len(state.tokens)
        first = _text_row(state, start)
        if not rule(state, start, end, silent):
            return False
        for token in state.tokens[before : before + 2]:
            if token.type == "inline" or not token.nesting:
                lines = range(*(token.map or (start, start)))
                token.meta.setdefault("rows", [_text_row(state, line) for line in lines])
        if not silent and len(state.tokens) > before:
            state.tokens[before].meta.setdefault("rows", [first])
        return True

    return placed


def _heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    before = len(state.tokens)
    if not rules_block.heading(state, start, end, silent):
        return False
    for token in state.tokens[before:]:
        if token.type == "inline":
            marks = state.bMarks[start] + state.tShift[start]
            marks += len(state.tokens[before].markup)
            inside = state.src.find(token.content, marks)
            token.meta["rows"] = [(inside, inside + len(token.content))]
    return True


def _display(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`$$…$$` that opens a paragraph, over lines up to the next empty one."""
    position = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("$$", position):
        return False
    if silent:
        return True
    last = state.tokens[-1].type if state.tokens else ""
    indented = last != "list_item_open" and state.tShift[start] % (4 if state.blkIndent else 99) > 0
    glued = last in _GLUING and start > 0 and not state.isEmpty(start - 1)
    rows: Rows = []
    tail: tuple[int, int] | None = None
    closed = False
    line = start
    while line < end and (line == start or _continues(state, line)):
        begin, stop = _text_row(state, line)
        begin += 2 if line == start else 0
        close = find_close(state.src, begin, stop)
        rows.append((begin, stop if close is None else close))
        line += 1
        if close is not None:
            closed = True
            tail = _tail(state, (close + 2, stop), line, end)
            break
    token = state.push("display", "", 0)
    token.map = [start, line]
    token.meta = {
        "rows": rows,
        "closed": closed,
        "tail": tail,
        "indented": indented,
        "glued": glued,
    }
    state.line = line
    return True


def _continues(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] >= state.blkIndent


def _tail(state: StateBlock, rest: tuple[int, int], line: int, end: int) -> tuple[int, int] | None:
    """What stands in the paragraph after the closing dollars."""
    text = state.src[slice(*rest)]
    if text.strip():
        return rest[0] + len(text) - len(text.lstrip()), rest[1]
    if line < end and _continues(state, line):
        return _text_row(state, line)
    return None


def _title(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A line that opens with `[!`, as a callout's title does."""
    position = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("[!", position):
        return False
    if state.src.startswith("[![", position):
        return False
    if silent:
        return True
    opens = bool(state.tokens) and state.tokens[-1].type == "blockquote_open"
    token = state.push("title", "", 0)
    token.map = [start, start + 1]
    token.meta = {"rows": [_text_row(state, start)], "opens": opens}
    if opens:
        marks = [(state.bMarks[line], state.eMarks[line]) for line in range(start + 1, end)]
        token.meta["body"] = [(min(a, b), b) for a, b in marks]
    state.line = start + 1
    return True


_EVERYWHERE = ["paragraph", "reference", "blockquote", "list"]
_RULES: dict[str, tuple[Rule, list[str]]] = {
    "code": (rules_block.code, []),
    "fence": (rules_block.fence, _EVERYWHERE),
    "blockquote": (rules_block.blockquote, _EVERYWHERE),
    "hr": (rules_block.hr, _EVERYWHERE),
    "list": (rules_block.list_block, _EVERYWHERE[:3]),
    "html_block": (rules_block.html_block, _EVERYWHERE[:3]),
    "heading": (_heading, _EVERYWHERE[:3]),
    "lheading": (rules_block.lheading, []),
    "paragraph": (rules_block.paragraph, []),
}
"""Rules of markdown-it, and what each interrupts."""
