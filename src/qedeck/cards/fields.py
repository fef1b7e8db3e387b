"""A card's Markdown as Anki's HTML, links and figures still by reference.

References (`qedeck:norms#sandwich`, `figure:norms.unit_balls`) become addresses and media names
when a deck is made, so that `cards.lock` depends on neither.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qedeck.cards import cloze, maths
from qedeck.cards.markup import DELETED, MATHS, Lifted, lift
from qedeck.errors import Mistake, SourceError
from qedeck.notes.model import Card
from qedeck.notes.plain import mask

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TAG = re.compile(r"(<[^>]*>)")
WITHIN = re.compile(r"(?:(?P<note>[\w./-]+)\.md)?(?P<anchor>#[\w-]+)?")
HASHTAG = re.compile(r"(?:^|(?<=\s))#(?P<tag>[\w/-]+)", re.MULTILINE)
DEBRIS = re.compile(r"[.!?。！？](?:==)?\s*(?P<link>\[[^\[\]]*\]\([^()\s]*\))\s*$")
"""A link that stands behind the last sentence."""
INCLUDE = re.compile(r'^[ \t]*-{1,}8<-{1,} "(?P<what>[^"]+)"[ \t]*$', re.MULTILINE)


@dataclass(frozen=True)
class Kit:
    """What rendering needs beside the card."""

    macros: Mapping[str, str] = field(default_factory=dict)
    snippet: Callable[[str], str] | None = None
    """The text of a snippet section, `norms.py:p-norm`."""


@dataclass(frozen=True)
class Fields:
    """A card's two sides as HTML with references."""

    front: str
    """Question; for a cloze the text with its deletions."""
    back: str
    """Answer; for a cloze what is shown after it."""
    deletions: tuple[cloze.Deletion, ...] = ()
    tags: tuple[str, ...] = ()
    """Words after `#` in its text."""


def render(card: Card, kit: Kit, old: Sequence[cloze.Deletion] = ()) -> Fields:
    """Both sides of a card; a cloze's deletions are numbered by those it had before.

    Raises:
        SourceError: a cloze without deletions, deletions that changed in a way that can be read
            two ways, macros that do not expand.
    """
    front, asked = without_tags(card.front)
    back, told = without_tags(card.back)
    back = back if kit.snippet is None else _included(back, kit.snippet)
    front = _without_debris(front) if card.kind == "cloze" else front
    title = lift(front, deletions=card.kind == "cloze")
    try:
        ordinals = cloze.assign(old, title.deletions) if card.kind == "cloze" else ()
        return Fields(
            _html(title, card, kit, ordinals, inline=True),
            _html(lift(back), card, kit),
            cloze.merged(old, title.deletions, ordinals),
            tuple(dict.fromkeys((*asked, *told))),
        )
    except cloze.TwoReadingsError as error:
        raise SourceError(_mistake(card, error.problem, error.instead)) from error
    except ValueError as error:
        raise SourceError(_mistake(card, str(error), "write it out")) from error


def without_tags(markdown: str) -> tuple[str, tuple[str, ...]]:
    """Markdown without its `#tags`, and these: one within a sentence stays there as a word."""
    found = [m for m in HASHTAG.finditer(mask(markdown)) if _words_of(m["tag"])]
    text = markdown
    for match in reversed(found):
        last = not text[match.end() :].partition("\n")[0].strip()
        before = text[: match.start()]
        text = (
            before.rstrip(" ") + text[match.end() :] if last else before + text[match.start() + 1 :]
        )
    return text, tuple(dict.fromkeys(match["tag"].strip("/-") for match in found))


def _words_of(tag: str) -> bool:
    return any(character.isalpha() for character in tag)


def _without_debris(title: str) -> str:
    """A cloze's text without links behind its last sentence, which only say what it rests on."""
    while found := DEBRIS.search(title):
        title = title[: found.start("link")].rstrip()
    return title


def plain(heading: str) -> str:
    """A heading's words, without the marks of links, emphasis, code and formulas."""
    return re.sub(r"[*`$]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading))


def _mistake(card: Card, problem: str, instead: str) -> Mistake:
    return Mistake(
        card.path, card.line, card.column, f"{card.kind} card `{card.slug}`: {problem}", instead
    )


def _included(markdown: str, snippet: Callable[[str], str]) -> str:
    return INCLUDE.sub(lambda found: snippet(found["what"]).rstrip("\n"), markdown)


def _html(
    lifted: Lifted,
    card: Card,
    kit: Kit,
    ordinals: Sequence[int] = (),
    *,
    inline: bool = False,
) -> str:
    """HTML of lifted Markdown, with maths and deletions put back."""
    parser = _parser()
    tokens = parser.parseInline(lifted.text) if inline else parser.parse(lifted.text)
    targets = {link.span.text: link.target for link in card.links}
    for token in tokens:
        if token.children:
            token.children = list(_referred(token.children, targets, card))
    text = str(parser.renderer.render(tokens, parser.options, {})).strip()
    if text.startswith("<p>") and text.endswith("</p>") and text.count("<p>") == 1:
        text = text[3:-4]
    text = re.sub(r"\\(?=[()\[\]])", r"\\<span></span>", text)
    deleted = {
        int(found) for block in DELETED.finditer(text) for found in MATHS.findall(block.group(2))
    }
    if ordinals:
        text = re.sub(r"\{(?=\{c\d)", "{<!-- -->", text)
    restore = partial(_restored, lifted, kit.macros, ordinals, deleted)
    text = DELETED.sub(partial(_numbered, ordinals), text)
    parts = TAG.split(text)
    for k, part in enumerate(parts):
        parts[k] = MATHS.sub(partial(restore, attribute=k % 2 == 1), part)
    return "".join(parts)


def _numbered(ordinals: Sequence[int], block: re.Match[str]) -> str:
    """`{{c1::text}}`, where the text neither closes it nor looks like a hint."""
    parts = TAG.split(block.group(2))
    for k in range(0, len(parts), 2):
        parts[k] = re.sub(r"\}(?=\}|$)", "}<!-- -->", parts[k])
        parts[k] = re.sub(r":(?=:)", ":<!-- -->", parts[k])
    return f"{{{{c{ordinals[int(block.group(1))]}::{''.join(parts)}}}}}"


def _restored(
    lifted: Lifted,
    macros: Mapping[str, str],
    ordinals: Sequence[int],
    deleted: set[int],
    found: re.Match[str],
    *,
    attribute: bool,
) -> str:
    """The maths of a placeholder, in Anki's delimiters; in an attribute as plain text."""
    number = int(found.group(1))
    latex, display = lifted.maths[number]
    latex = maths.for_anki(latex, macros)
    if attribute:
        return html.escape(DELETED.sub(lambda mark: mark.group(2), latex))
    if ordinals:
        latex = re.sub(r"\{(?=\{c\d)", "{ ", latex)
    if number in deleted:
        latex = _closed(latex)
    else:
        latex = DELETED.sub(
            lambda mark: (
                f" {{{{c{ordinals[int(mark.group(1))]}::{_closed(mark.group(2)).strip()} }}}} "
            ),
            latex,
        )
    latex = html.escape(latex, quote=False).strip()
    return f"\\[{latex}\\]" if display else f"\\({latex}\\)"


def _closed(latex: str) -> str:
    """LaTeX that cannot close the deletion around it."""
    return re.sub(r":(?=:)", ": ", re.sub(r"\}(?=\})", "} ", latex))


def _referred(children: list[Token], targets: Mapping[str, str], card: Card) -> list[Token]:
    """Inline tokens whose links and images are references, external links, or plain text."""
    kept: list[Token] = []
    dropped = 0
    for token in children:
        if token.type == "link_open":
            reference = _reference(str(token.attrGet("href") or ""), targets, card.note)
            if reference is None:
                dropped += 1
                continue
            token.attrs = {"href": reference}
        elif token.type == "link_close" and dropped:
            dropped -= 1
            continue
        elif token.type == "image" and not str(token.attrGet("src")).startswith("figure:"):
            src = str(token.attrGet("src"))
            if re.match(r"[A-Za-z][\w+.-]*:|/", src):
                token.type, token.tag = "text", ""
            else:
                token.attrSet("src", f"image:{_beside(src, card)}")
        kept.append(token)
    return kept


def _beside(src: str, card: Card) -> str:
    """The path of an image below the project's root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(card.path), unquote(src)))


def _reference(href: str, targets: Mapping[str, str], note: str) -> str | None:
    href = unquote(href)
    if href in targets:
        return "qedeck:" + "#".join(targets[href].rsplit("/", 1))
    within = WITHIN.fullmatch(href)
    if within and href:
        other = within["note"]
        place = (
            posixpath.normpath(posixpath.join(posixpath.dirname(note), other)) if other else note
        )
        return None if place.startswith("..") else f"qedeck:{place}{within['anchor'] or ''}"
    return href if re.match(r"https?://|mailto:", href) else None


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "highlight": _highlighted})
    return parser.enable(["table", "strikethrough"]).disable("code")


def _highlighted(code: str, language: str, _: str) -> str:
    """Code coloured by classes that the notetype's style knows."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False)
    except ClassNotFound:
        return ""
    coloured = highlight(code, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    return f'<pre class="code"><code>{coloured}</code></pre>'
