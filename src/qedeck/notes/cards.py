"""Cards as notes write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qedeck.formula.span import Span
from qedeck.notes.blocks import Block
from qedeck.notes.callouts import Title
from qedeck.notes.draft import Draft
from qedeck.notes.model import Card, Link
from qedeck.notes.plain import find_deletions, find_fact
from qedeck.notes.source import Cutter

if TYPE_CHECKING:
    from collections.abc import Callable

    WalkAnswer = Callable[[Draft, tuple[Block, ...], str, list[Span]], None]


def read_card(draft: Draft, title: Title, quote: Block, walk: WalkAnswer) -> None:
    """Note a card; `walk` reads the blocks of its answer and collects their displays."""
    first_link = len(draft.links)
    draft.read_text(title.span, "card", title.slug)
    displays: list[Span] = []
    walk(draft, quote.children[1:], title.slug, displays)
    body = quote.children[0].body
    front, fact_in_front = _without_fact(title.text)
    back, fact_in_back = _without_fact(body.text if body else "")
    back = "\n".join(line.rstrip() for line in back.split("\n")).strip("\n")
    if title.kind == "card" and not back:
        instead = "write the answer below the question, each line after `> `"
        draft.add(title.mark, "the card has no answer", instead)
    if title.kind == "cloze":
        _check_deletions(draft, title)
    if not title.slug or not front.strip():
        return
    line = title.mark.lines[0]
    card = Card(
        title.slug,
        "cloze" if title.kind == "cloze" else "basic",
        draft.name,
        draft.lang,
        draft.source.path,
        line.number,
        line.column,
        front.strip(),
        back,
        tuple(_links(draft, first_link)),
        fact_in_front or fact_in_back,
        tuple(displays),
    )
    draft.cards.append(card)


def _links(draft: Draft, first: int) -> list[Link]:
    """Links of a card to callouts of its language; which are statements is seen later."""
    return [
        Link(use.label, use.target.id, use.span)
        for use in draft.links[first:]
        if use.target.fragment and use.target.lang == draft.lang
    ]


def _without_fact(text: str) -> tuple[str, bool]:
    """The text without the marker `[fact]`, and whether it had one."""
    place = find_fact(text)
    if place is None:
        return text, False
    return text[: place[0]] + text[place[1] :], True


def _check_deletions(draft: Draft, title: Title) -> None:
    """A cloze deletes something, and every mark is paired."""
    found, unpaired = find_deletions(title.text)
    cutter = Cutter(title.span)
    if unpaired is not None:
        instead = "write `==words==`"
        problem = "this `==` opens a deletion that is not closed"
        draft.mistakes.append(cutter.mistake(unpaired, problem, instead))
    elif not found and title.text.strip():
        instead = "put `==` around what is asked for, in the line of the title"
        draft.add(title.mark, "the cloze has no deletion", instead)
    for deletion in found:
        if not deletion.body.strip() or deletion.body != deletion.body.strip():
            problem = "the deletion is empty, or has a space at its edge"
            instead = "write `==words==`"
            draft.mistakes.append(cutter.mistake(deletion.start, problem, instead))
