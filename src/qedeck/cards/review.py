"""Cards as review pages and other programs show them: data, one card at a time."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qedeck.cards.deck import LINK, LeftOut, left_out
from qedeck.cards.fields import plain
from qedeck.cards.foot import foot
from qedeck.cards.lock import Lock
from qedeck.cards.media import PICTURE, Media
from qedeck.cards.present import Present, present_cards
from qedeck.cards.project import Sources
from qedeck.errors import Mistake

DELETION = re.compile(
    r"(?P<open>\\[(\[])|(?P<close>\\[)\]])|\{\{c(?P<number>\d+)::(?P<text>.*?)\}\}", re.DOTALL
)
HIDDEN, SHOWN = "qd-hidden", "qd-shown"
"""Classes of what a cloze asks for, in its question and in its answer."""
MEDIA = "assets/qedeck/cards/media"
"""Folder of the pictures of cards, relative to the site's root."""

Picture = Callable[[str, bytes], str]
"""The address of a picture, from its name and content."""


@dataclass(frozen=True)
class ReviewCard:
    """A card: what is asked, what is answered, and where it comes from."""

    id: str
    """For ever: `en/abs-at-zero`, `en/two-modes/c2`, `en/norms/sandwich/state`."""
    group: str
    """Of cards that belong together at most one new one is shown a day."""
    note: str
    section: str
    """Anchor of the heading that it stands under; empty where there is none."""
    place: str
    """Its address, relative to the site's root."""
    kind: str
    """basic, cloze, state, complete, error, truth, hypothesis or compute."""
    front: str
    """HTML, with mathematics between `\\(` and `\\)`, `\\[` and `\\]`."""
    back: str
    foot: str
    """What is verified, with links."""
    rests: tuple[str, ...]
    """Full ids of the statements that it rests on."""
    tags: tuple[str, ...]
    variants: tuple[tuple[str, str], ...] = ()
    """Question and answer with other numbers, of which a page picks one."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `variants` only where there are any."""
        record: dict[str, Any] = {**vars(self), "rests": list(self.rests), "tags": list(self.tags)}
        record["variants"] = [list(pair) for pair in self.variants]
        if not self.variants:
            del record["variants"]
        return record


@dataclass(frozen=True)
class ReviewNote:
    """The cards of one note, in its order."""

    name: str
    title: str
    url: str
    """Relative to the site's root."""
    sections: Mapping[str, str]
    """Title of each section, by anchor."""
    cards: tuple[ReviewCard, ...]


@dataclass(frozen=True)
class ReviewDeck:
    """All cards that may be shown in one language, in reading order."""

    lang: str
    notes: tuple[ReviewNote, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures, by name."""
    left_out: tuple[LeftOut, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    """What is wrong with cards that could not be read."""

    @property
    def cards(self) -> tuple[ReviewCard, ...]:
        """The cards of all notes."""
        return tuple(card for note in self.notes for card in note.cards)


def review_deck(
    sources: Sources, lock: Lock, lang: str = "en", picture: Picture | None = None
) -> ReviewDeck:
    """The verified cards of a language; a card that is not verified is left out.

    Args:
        sources: What the project holds.
        lock: Numbers of the deletions of clozes, as learners have them.
        lang: The language.
        picture: Address of a picture; a file below the site's `MEDIA` where it is not given.
    """
    media = Media(sources.draw, sources.read)
    presents, mistakes = present_cards(sources, lock, media)
    maker = _Maker(sources, lang, media, picture or (lambda name, _: f"{MEDIA}/{name}"))
    out: list[LeftOut] = []
    made: dict[str, list[ReviewCard]] = {}
    for present in presents:
        if present.lang != lang:
            continue
        if present.state == "verified":
            made.setdefault(present.note, []).extend(maker.cards(present))
        elif told := left_out(present):
            out.append(told)
    notes = tuple(maker.note(name, tuple(cards)) for name, cards in made.items())
    return ReviewDeck(lang, notes, maker.media, tuple(out), tuple(mistakes))


class _Maker:
    """Turns cards with references into cards with addresses, and gathers their pictures."""

    def __init__(self, sources: Sources, lang: str, pictures: Media, picture: Picture) -> None:
        self.sources = sources
        self.lang = lang
        self.pictures = pictures
        self.picture = picture
        self.notes = {note.name: note for note in sources.notes if note.lang == lang}
        self.media: dict[str, bytes] = {}

    def note(self, name: str, cards: tuple[ReviewCard, ...]) -> ReviewNote:
        """A note with its cards and those of its sections that have any."""
        note = self.notes.get(name)
        titles = {h.anchor: plain(h.text) for h in note.headings} if note else {}
        sections = {c.section: titles[c.section] for c in cards if c.section in titles}
        return ReviewNote(
            name, note.title if note else name, self.sources.site.path(name), sections, cards
        )

    def cards(self, present: Present) -> Iterator[ReviewCard]:
        """A basic card, one card for each deletion of a cloze, the cards of a statement."""
        if present.kind == "cloze":
            yield from self.clozes(present)
            return
        for kind, (front, back) in present.sides.items():
            suffix = f"/{kind}" if present.kind == "statement" else ""
            variants = tuple(
                (self.finished(one), self.finished(two))
                for one, two in present.variants.get(kind, ())
            )
            asked, told = self.finished(front), self.finished(back)
            yield self.made(present, suffix, kind, asked, told, variants)

    def clozes(self, present: Present) -> Iterator[ReviewCard]:
        """A card for each deletion."""
        text, extra = map(self.finished, present.sides["cloze"])
        more = f"\n<div>{extra}</div>" if extra else ""
        for number in sorted(d.ordinal for d in present.deletions if not d.retired):
            answer = uncovered(text, number, answered=True)
            back = f"<div>{answer}</div>{more}"
            yield self.made(present, f"/c{number}", "cloze", uncovered(text, number), back)

    def made(
        self,
        present: Present,
        suffix: str,
        kind: str,
        front: str,
        back: str,
        variants: tuple[tuple[str, str], ...] = (),
    ) -> ReviewCard:
        """A card with all that is said around it."""
        section = present.section.anchor if present.section else ""
        path = self.sources.site.path
        return ReviewCard(
            f"{present.key}{suffix}", present.key, present.note, section, path(present.place),
            kind, front, back, foot(present, self.sources.statements, path),
            tuple(present.rests), present.tags, variants,
        )  # fmt: skip

    def finished(self, side: str) -> str:
        """A side whose links and figures are addresses."""

        def address(link: re.Match[str]) -> str:
            url = html.escape(self.sources.site.path(link.group(1)))
            return f'<a href="{url}">{link.group(2)}</a>'

        def picture(found: re.Match[str]) -> str:
            name, content = self.pictures.of(found, self.lang)
            self.media[name] = content
            url = html.escape(self.picture(name, content))
            return f'<img src="{url}" alt="{found["alt"]}">'

        return PICTURE.sub(picture, LINK.sub(address, side))


def uncovered(text: str, asked: int, *, answered: bool = False) -> str:
    """A cloze's text with one deletion asked for, or answered, and the others as they read."""
    maths = False

    def shown(found: re.Match[str]) -> str:
        nonlocal maths
        if found["number"] is None:
            maths = found["open"] is not None
            return found.group()
        inside = found["text"].replace("<!-- -->", "")
        if int(found["number"]) != asked:
            return inside
        if maths:
            return f"{{{inside}}}" if answered else rf"\boxed{{\phantom{{{inside}}}}}"
        told = inside if answered else "[…]"
        return f'<span class="{SHOWN if answered else HIDDEN}">{told}</span>'

    return DELETION.sub(shown, text).replace("{<!-- -->", "{")
