"""The exported cards: one model for every exporter."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qedeck.cards import identity
from qedeck.cards.address import Site
from qedeck.cards.identity import Notetype
from qedeck.cards.lock import Entry, Lock, Present
from qedeck.cards.media import FIGURE, Figures
from qedeck.errors import SourceError

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "verified": "Verified by machine",
        "fact": "A fact, not verified by machine",
        "retired": "Retired: this card was taken out of the notes. This is its last text.",
        "withdrawn": "Withdrawn: what this card rests on fails its check now. Do not rely on it.",
        "proved": "proved",
        "proved at shapes": "proved at shapes",
        "tested": "tested",
        "refuted": "refuted",
    },
    "zh": {
        "verified": "机器已验证",
        "fact": "事实，未经机器验证",
        "retired": "已停用：此卡片已从笔记中移除，这里是它最后的内容。",
        "withdrawn": "已撤回：此卡片所依据的论断现在未通过检验，请勿采信。",
        "proved": "已证明",
        "proved at shapes": "在给定维度下已证明",
        "tested": "已测试",
        "refuted": "已反驳",
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


def assemble(presents: Iterable[Present], lock: Lock, site: Site, figures: Figures) -> Deck:
    """The deck: verified cards in reading order, then those withdrawn and retired."""
    shown: list[DeckCard] = []
    warned: list[DeckCard] = []
    left_out: list[LeftOut] = []
    media: dict[str, bytes] = {}
    for present in presents:
        card, entry = present.standing.card, lock.entries.get(present.key)
        if entry is not None and entry.state == "withdrawn":
            continue
        if entry is None or present.standing.state != "verified":
            reason = present.standing.reason
            left_out.append(LeftOut(card.slug, card.path, card.line, reason))
            continue
        shown.append(_exported(present.key, entry, site, figures, media))
    for key, entry in sorted(lock.entries.items()):
        if entry.state != "active":
            warned.append(_exported(key, entry, site, figures, media))
    return Deck((*shown, *warned), dict(sorted(media.items())), tuple(left_out))


def _exported(
    key: str, entry: Entry, site: Site, figures: Figures, media: dict[str, bytes]
) -> DeckCard:
    lang, slug = key.split("/", 1)
    words = WORDS.get(lang, WORDS["en"])
    live = entry.state == "active"
    notetype = identity.BASIC if entry.kind == "basic" else identity.CLOZE
    sides = [
        _figured(_addressed(side, lang, site), lang, figures, media, live=live)
        for side in (entry.front, entry.back)
    ]
    place = site.page(lang, f"{entry.note}#{slug}") if live else site.page(lang, entry.note)
    source = html.escape(entry.note)
    tags = ["::".join(("qedeck", *entry.note.split("/")))]
    if not live:
        tags.append(f"qedeck::{entry.state}")
    elif not entry.rests:
        tags.append("qedeck::fact")
    numbers = sorted({d.ordinal - 1 for d in entry.deletions if not d.retired})
    return DeckCard(
        identity.guid(lang, slug),
        notetype,
        identity.deck_name(lang, entry.note) if live else identity.PAST,
        (
            slug,
            *sides,
            "" if live else words[entry.state],
            _verified(entry, lang, site, words) if live else "",
            f'<a href="{html.escape(place)}">{source}</a>' if place else source,
            "",
            "",
        ),
        tuple(tags),
        entry.changed,
        tuple(numbers) if entry.kind == "cloze" else (0,),
        past=not live,
    )


def _addressed(side: str, lang: str, site: Site) -> str:
    """Links into the notes as addresses, or as their text where there is no site."""

    def address(link: re.Match[str]) -> str:
        url = site.page(lang, link.group(1))
        return f'<a href="{html.escape(url)}">{link.group(2)}</a>' if url else link.group(2)

    return LINK.sub(address, side)


def _figured(side: str, lang: str, figures: Figures, media: dict[str, bytes], *, live: bool) -> str:
    """Figures as media; one that a card of the past had and nobody draws now, as its text."""

    def figure(image: re.Match[str]) -> str:
        module, function, alt = image.groups()
        try:
            name, svg = figures.drawn(module, function, lang)
        except SourceError:
            if live:
                raise
            return f"<em>{alt}</em>"
        media[name] = svg
        return f'<img src="{name}" alt="{alt}">'

    return FIGURE.sub(figure, side)


def _verified(entry: Entry, lang: str, site: Site, words: Mapping[str, str]) -> str:
    if not entry.rests:
        return words["fact"]
    parts = []
    for name, level in entry.rests.items():
        note, slug = name.rsplit("/", 1)
        url = site.page(lang, f"{note}#{slug}")
        label = f'<a href="{html.escape(url)}">{slug}</a>' if url else slug
        parts.append(f"{label}: {words.get(level, level)}")
    return f"✓ {words['verified']} · {' · '.join(parts)}"
