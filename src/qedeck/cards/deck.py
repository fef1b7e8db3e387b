"""The exported cards: one model for every exporter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qedeck.cards import identity
from qedeck.cards.address import Site
from qedeck.cards.foot import foot
from qedeck.cards.identity import Notetype
from qedeck.cards.lock import Entry, Lock
from qedeck.cards.media import PICTURE, Media
from qedeck.cards.present import Present
from qedeck.errors import SourceError
from qedeck.notes.model import DERIVED, Statement

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "retired": "Retired: this card was taken out of the notes. This is its last text.",
        "withdrawn": "Withdrawn: what this card rests on fails its check now. Do not rely on it.",
    },
    "zh": {
        "retired": "已停用：此卡片已从笔记中移除，这里是它最后的内容。",
        "withdrawn": "已撤回：此卡片所依据的论断现在未通过检验，请勿采信。",
    },
}
LINK = re.compile(r'<a href="qedeck:([^"]*)">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class DeckCard:
    """A card as it is exported: a note of Anki's."""

    guid: str
    notetype: Notetype
    deck: str
    fields: tuple[str, ...]
    """As many as the notetype has."""
    tags: tuple[str, ...]
    changed: int
    ordinals: tuple[int, ...]
    """Numbers of Anki's cards, counted from 0."""
    past: bool = False
    """Retired or withdrawn."""


@dataclass(frozen=True)
class LeftOut:
    """A card that is not exported, and why."""

    slug: str
    path: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: card {self.slug} left out: {self.reason}"


@dataclass(frozen=True)
class Deck:
    """All that is exported."""

    cards: tuple[DeckCard, ...]
    media: dict[str, bytes] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def live(self) -> int:
        """How many cards are verified, or facts; a note of Anki's may have several."""
        return sum(len(card.ordinals) for card in self.cards if not card.past)


@dataclass(frozen=True)
class Assembly:
    """What a deck is put together from, beside its cards."""

    lock: Lock
    statements: Mapping[str, Statement]
    site: Site
    media: Media


def left_out(present: Present) -> LeftOut | None:
    """What is said of a card that is not verified; nothing of those that statements give."""
    if present.kind == "statement":
        return None
    return LeftOut(present.slug, present.path, present.line, present.reason)


def assemble(presents: Iterable[Present], made_from: Assembly) -> Deck:
    """The deck: verified cards in reading order, then those withdrawn and retired."""
    maker = _Maker(made_from)
    entries = made_from.lock.entries
    shown: list[DeckCard] = []
    out: list[LeftOut] = []
    for present in presents:
        entry = entries.get(present.key)
        if entry is not None and entry.state != "active":
            continue
        if entry is None or present.state != "verified":
            told = left_out(present)
            out += [told] if told else []
            continue
        shown.append(maker.live(present, entry))
    past = [maker.past(k, e) for k, e in sorted(entries.items()) if e.state != "active"]
    return Deck((*shown, *past), dict(sorted(maker.found.items())), tuple(out))


class _Maker:
    """Turns cards with references into fields, and gathers their pictures."""

    def __init__(self, made_from: Assembly) -> None:
        self.made_from = made_from
        self.site = made_from.site
        self.found: dict[str, bytes] = {}

    def live(self, present: Present, entry: Entry) -> DeckCard:
        """A card as it stands."""
        lang = present.lang
        place = self.site.page(lang, present.place)
        title = html.escape(present.title or present.note, quote=False)
        source = f'<a href="{html.escape(place)}">{title}</a>' if place else title
        told = foot(
            present,
            self.made_from.statements,
            lambda name: self.site.page(lang, name),
        )
        tags = ["::".join(("qedeck", *present.note.split("/"))), *present.tags]
        tags += ["qedeck::fact"] if present.fact else []
        deck = self.made_from.lock.decks[f"{lang}/{present.note}"][0]
        sides = self._sides(entry, lang, live=True)
        return self._card(
            present.key, entry, deck, sides, ["", told, source, present.context, ""], tags
        )

    def past(self, key: str, entry: Entry) -> DeckCard:
        """A card of the past as it stood last, with a warning."""
        lang = key.partition("/")[0]
        words = WORDS.get(lang, WORDS["en"])
        place = self.site.page(lang, entry.note)
        note = html.escape(entry.note)
        source = f'<a href="{html.escape(place)}">{note}</a>' if place else note
        tags = ["::".join(("qedeck", *entry.note.split("/"))), f"qedeck::{entry.state}"]
        sides = self._sides(entry, lang, live=False)
        tail = [words[entry.state], "", source, "", ""]
        return self._card(key, entry, identity.PAST, sides, tail, tags)

    def _card(
        self,
        key: str,
        entry: Entry,
        deck: str,
        sides: Mapping[str, tuple[str, str]],
        tail: list[str],
        tags: list[str],
    ) -> DeckCard:
        lang, slug = key.split("/", 1)
        kinds = DERIVED if entry.kind == "statement" else (entry.kind,)
        fields = [side for kind in kinds for side in sides.get(kind, ("", ""))]
        if entry.kind == "cloze":
            numbers = sorted({d.ordinal - 1 for d in entry.deletions if not d.retired})
        else:
            numbers = [k for k, kind in enumerate(kinds) if kind in sides]
        return DeckCard(
            identity.guid(lang, slug), identity.NOTETYPES[entry.kind], deck, (slug, *fields, *tail),
            tuple(dict.fromkeys(tags)), entry.changed, tuple(numbers), entry.state != "active",
        )  # fmt: skip

    def _sides(self, entry: Entry, lang: str, *, live: bool) -> dict[str, tuple[str, str]]:
        words = WORDS.get(lang, WORDS["en"])
        found: dict[str, tuple[str, str]] = {}
        for kind, (front, back) in entry.sides.items():
            gone = kind in entry.gone and live
            warned = f'<p class="notice">⚠ {words["retired"]}</p>{back}' if gone else back
            drawn = live and not gone
            found[kind] = (
                self._finished(front, lang, live=drawn), self._finished(warned, lang, live=drawn)
            )  # fmt: skip
        return found

    def _finished(self, side: str, lang: str, *, live: bool) -> str:
        """Links as addresses, or their text where there is no site; pictures as media.

        A picture that a card of the past had and nobody has now becomes its text.
        """

        def address(link: re.Match[str]) -> str:
            url = self.site.page(lang, link.group(1))
            return f'<a href="{html.escape(url)}">{link.group(2)}</a>' if url else link.group(2)

        def picture(found: re.Match[str]) -> str:
            try:
                name, content = self.made_from.media.of(found, lang)
            except SourceError:
                if live:
                    raise
                return f"<em>{found['alt']}</em>"
            self.found[name] = content
            return f'<img src="{name}" alt="{found["alt"]}">'

        return PICTURE.sub(picture, LINK.sub(address, side))
