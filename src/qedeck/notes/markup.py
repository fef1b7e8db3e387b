"""Markup that could make a page show something else than what is read here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qedeck.notes.plain import Piece

_HTML = re.compile(r"\\.|<(?:https?://|mailto:)[^<>\s]*>|(?P<html><[A-Za-z/!?])", re.DOTALL)
_BRACE = re.compile(r"\\(?:[A-Za-z]+\{?|.)|(?P<brace>\{)", re.DOTALL)
_SCHEME = re.compile(
    r"\](?:\(|:)[ \t\n]*<?"
    r"(?:(?!https?:|mailto:|figure:)[A-Za-z][A-Za-z0-9+.-]*:|[^()\s]{0,99}&(?:#|\w+;))",
    re.IGNORECASE,
)
"""The start of a link to something other than a page: a script, or one spelled by entities."""
_OBSIDIAN = re.compile(
    r"\\.|(?P<embed>!\[\[[^\[\]\n]+\]\])|(?P<wiki>\[\[[^\[\]\n]+\]\](?!\())|(?P<comment>%%)"
    r"|(?P<block>(?<=\s)\^[A-Za-z0-9-]+[ \t]*$)",
    re.MULTILINE | re.DOTALL,
)
_OBSIDIANS = {
    "embed": ("an embed of Obsidian's, which pages show as it stands", "write ![words](file.png)"),
    "wiki": ("a link of Obsidian's, which pages show as it stands", "write [words](note.md#id)"),
    "comment": ("a comment of Obsidian's, which pages show", "write it between <!-- and -->"),
    "block": ("a block id of Obsidian's, which pages show", "leave it out"),
}
_OWN_ID = re.compile(r"[ \t]*\{:?[ \t]*#[\w-]+[ \t]*\}\s*$")
_COMMENT = re.compile(r"\s*<!--(?!-?>)(?:(?!--!?>|<!--).)*-->\s*", re.DOTALL)
_UNSAID = re.compile(r"&#?\w{1,20};|\]\([^()\s]{0,2000}\)")
"""What has letters but is no word: an entity, the end of a link."""
INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Characters that show nothing, or change the direction of what follows."""
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BAR = re.compile(r"\\?\|")
_LANGUAGE = re.compile(r"[ \t]*[A-Za-z0-9+-]*[ \t]*")
_FORBIDDEN = re.compile(
    r"\\(?:[egx]?def|let|futurelet|global|long|(?:re)?newcommand|providecommand|href|url|html\w*"
    r"|includegraphics|class|cssId|style|require|unicode|(?:text)?color|colorbox|fcolorbox"
    r"|[hv]?phantom|smash|[mcl]lap|math[rlc]lap|rlap|llap|tag|char|raisebox|rule|m?kern"
    r"|[hm]skip|[hm]space\*?|displaystyle|DeclareMathOperator|(?:re)?newenvironment|mmlToken|bbox"
    r"|raise|lower|move(?:left|right)|Rule|Space|skew|csname"
    r"|begin\s*\{(?:align|equation|gather|multline))(?![A-Za-z])"
)


class Refused(NamedTuple):
    """What may not stand in a note, and where."""

    offset: int
    problem: str
    instead: str


def refused(pieces: Sequence[Piece], *, heading: bool = False) -> Iterator[Refused]:
    """HTML, attribute lists and commands that hide, define or display, in a paragraph."""
    for piece in pieces:
        if piece.kind == "math":
            yield from _commands(piece)
        if piece.kind != "text":
            continue
        text = _OWN_ID.sub("", piece.source) if heading else piece.source
        for match in _HTML.finditer(text):
            if match["html"]:
                yield Refused(piece.start + match.start(), "HTML in a note", "write Markdown")
                break
        yield from _obsidian(piece)
        if scheme := _SCHEME.search(text):
            problem = "a link that is neither to a page nor to an address of mail"
            yield Refused(piece.start + scheme.start(), problem, "link to https://… or to a note")
        for match in _BRACE.finditer(text):
            if match["brace"]:
                problem = "a brace outside a formula, which may begin a list of attributes"
                yield Refused(piece.start + match.start(), problem, r"write \{ for a brace")
                break


def _obsidian(piece: Piece) -> Iterator[Refused]:
    """The first of what Obsidian alone understands."""
    for match in _OBSIDIAN.finditer(piece.source):
        if match.lastgroup is not None:
            yield Refused(piece.start + match.start(), *_OBSIDIANS[match.lastgroup])
            return


def split_rows(text: str, pieces: Sequence[Piece]) -> Iterator[Refused]:
    """Formulas that hold a bar in a row of a table, which the bar would split."""
    rows = text.split("\n")
    ruled = [k for k, row in enumerate(rows) if k and "|" in row and _RULE.fullmatch(row)]
    if not ruled:
        return
    first = sum(len(row) + 1 for row in rows[: ruled[0] - 1])
    for piece in pieces:
        bar = _BAR.search(piece.source) if piece.kind == "math" and piece.start >= first else None
        if bar is not None:
            problem = "a bar in a formula splits this row of the table"
            instead = r"write \lvert x \rvert, \lVert x \rVert or \mid"
            yield Refused(piece.start + bar.start(), problem, instead)


def _commands(piece: Piece) -> Iterator[Refused]:
    """The first command that prose has no need of: it could change what other formulas show."""
    match = _FORBIDDEN.search(piece.source)
    if match:
        problem = f"{match.group()} in a formula of prose"
        yield Refused(piece.start + match.start(), problem, "write what it stands for, in sight")


def alone(pieces: Sequence[Piece]) -> bool:
    """Whether a paragraph is a formula and nothing else: displayed in all but name."""
    words = "".join(piece.source for piece in pieces if piece.kind != "math")
    words = _UNSAID.sub("", words)
    return any(p.kind == "math" for p in pieces) and not any(map(str.isalpha, words))


def is_comment(html: str) -> bool:
    """Whether a block of HTML is one comment, for every reader of HTML."""
    return _COMMENT.fullmatch(html) is not None


def is_language(info: str) -> bool:
    """Whether a fence says its language and nothing else."""
    return _LANGUAGE.fullmatch(info) is not None
