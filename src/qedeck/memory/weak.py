"""What is forgotten most, and what it rests on that was never learned."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from qedeck.memory.replay import Memory, Recall
from qedeck.memory.stats import section_of

if TYPE_CHECKING:
    from qedeck.cards.review import ReviewCard


@dataclass(frozen=True)
class Link:
    """A statement that a forgotten card rests on, directly or through others."""

    statement: str
    title: str
    through: tuple[str, ...]
    """The way from the card's own statement to it, both ends included."""
    cards: tuple[str, ...]
    """Cards that rest on it directly."""
    learned: bool | None
    """Whether one of them was learned and is remembered; None where it has no card."""


@dataclass(frozen=True)
class Forgotten:
    """A card that was forgotten."""

    card: str
    note: str
    section: str
    place: str
    lapses: int
    """How often it was forgotten a day or more after it had been known."""
    tested: int
    chain: tuple[Link, ...]
    """What it rests on, nearest first."""

    @property
    def missing(self) -> Link | None:
        """The nearest statement of the chain whose cards were never learned."""
        return next((link for link in self.chain if link.learned is False), None)


@dataclass(frozen=True)
class WeakSection:
    """A section and its forgotten cards, those most often forgotten first."""

    name: str
    lapses: int
    tested: int
    cards: tuple[Forgotten, ...]

    def to_json(self) -> dict[str, Any]:
        """A JSON object."""
        record = asdict(self)
        for told, card in zip(record["cards"], self.cards, strict=True):
            told["missing"] = card.missing.statement if card.missing else None
        return record


def weak(
    cards: Sequence[ReviewCard],
    memory: Memory,
    recalls: Sequence[Recall],
    uses: Mapping[str, Sequence[str]],
    titles: Mapping[str, str],
) -> list[WeakSection]:
    """Sections in which cards were forgotten, the worst first.

    Args:
        cards: Cards that can be asked, in reading order.
        memory: Where the learner stands.
        recalls: Every test of a memory of at least a day.
        uses: For each statement, those that it links.
        titles: For each statement, its title.
    """
    tested: dict[str, list[bool]] = {}
    for recall in recalls:
        tested.setdefault(recall.event.card, []).append(recall.remembered)
    own: dict[str, list[ReviewCard]] = {}
    for card in cards:
        for name in card.rests:
            own.setdefault(name, []).append(card)
    sections: dict[str, list[Forgotten]] = {}
    tests: dict[str, int] = {}
    for card in cards:
        answers = tested.get(card.id, [])
        section = section_of(card)
        tests[section] = tests.get(section, 0) + len(answers)
        lapses = answers.count(False)
        if lapses:
            chain = tuple(_chain(card, own, memory, uses, titles))
            forgotten = Forgotten(
                card.id, card.note, card.section, card.place, lapses, len(answers), chain
            )
            sections.setdefault(section, []).append(forgotten)
    found = [
        WeakSection(
            name, sum(card.lapses for card in listed), tests[name],
            tuple(sorted(listed, key=lambda card: -card.lapses)),
        )
        for name, listed in sections.items()
    ]  # fmt: skip
    return sorted(found, key=lambda section: -section.lapses)


def _chain(
    card: ReviewCard,
    own: Mapping[str, Sequence[ReviewCard]],
    memory: Memory,
    uses: Mapping[str, Sequence[str]],
    titles: Mapping[str, str],
) -> list[Link]:
    """What a card rests on, nearest first, each statement once by a shortest way."""
    came: dict[str, tuple[str, ...]] = {name: (name,) for name in card.rests}
    waiting = deque(card.rests)
    found: list[Link] = []
    while waiting:
        name = waiting.popleft()
        others = [other for other in own.get(name, ()) if other.group != card.group]
        learned = any(_known(memory, other.id) for other in others) if others else None
        if name in titles:
            ids = tuple(other.id for other in others)
            found.append(Link(name, titles[name], came[name], ids, learned))
        for other_name in uses.get(name, ()):
            if other_name not in came:
                came[other_name] = (*came[name], other_name)
                waiting.append(other_name)
    return found


def _known(memory: Memory, card: str) -> bool:
    """Whether a card was learned, and not forgotten since."""
    schedule = memory.schedules.get(card)
    return schedule is not None and schedule.state == "review"
