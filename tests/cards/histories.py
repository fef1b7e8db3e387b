"""Random histories of edits, each exported into a real Anki in which cards are learned between.

Used by the tests a few times and by `benchmarks/histories.py` a thousand times.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass, field, replace
from typing import Any

from qedeck.cards.lock import read_lock
from qedeck.errors import SourceError

LEVELS = ("proved", "proved at shapes", "tested")
NOTES = ("norms", "means", "limits")


@dataclass
class Written:
    """A card as its author has it: what is deleted has a name that never shows."""

    slug: str
    rests: str
    note: str
    parts: list[tuple[int, str]] = field(default_factory=list)
    """Of a cloze: name and text of each deletion, in order."""
    sides: dict[str, str] = field(default_factory=dict)
    """Of a basic card: front and back."""

    @property
    def text(self) -> str:
        return " and ".join(f"=={text}==" for _, text in self.parts) + "."


class Wrong(AssertionError):
    """A learner lost something, or was bothered without need."""


class History:
    """One author, one learner."""

    def __init__(self, project: Any, rng: random.Random) -> None:
        self.project = project
        self.rng = rng
        self.numbers = itertools.count(1)
        self.cards: dict[str, Written] = {}
        self.past: set[str] = set()
        self.failing: set[str] = set()
        self.touched: set[str] = set()
        """Cards that differ from what was imported last."""
        self.ordinals: dict[tuple[str, int], int] = {}
        self.intervals: dict[tuple[str, int], int] = {}
        self.log: set[tuple[Any, ...]] = set()
        self.refused = 0
        project.cards = []
        for _ in range(4):
            self.add()

    def run(self, rounds: int) -> None:
        """Edit, export, import, learn; again and again."""
        for _ in range(rounds):
            for _ in range(self.rng.randrange(1, 4)):
                self.edit()
            self.publish()
            self.learn()
        self.publish()

    def edit(self) -> None:
        """One change of the notes."""
        change = self.rng.choice((
            self.add, self.reword, self.reword, self.renumber, self.renumber, self.move,
            self.retire, self.refute, self.revive, self.rename, self.prove_again,
        ))  # fmt: skip
        change()

    def some(self, *, cloze: bool | None = None) -> Written | None:
        """A card of the present whose statement holds."""
        fit = [
            card for card in self.cards.values()
            if (cloze is None or bool(card.parts) == cloze) and card.rests not in self.failing
        ]  # fmt: skip
        return self.rng.choice(fit) if fit else None

    def word(self) -> str:
        return f"word {next(self.numbers)}"

    def add(self) -> None:
        slug, note = f"card-{next(self.numbers)}", self.rng.choice(NOTES)
        rests = self.rng.choice(("norms/sandwich", "norms/limit"))
        card = Written(slug, rests, note)
        if self.rng.random() < 0.5:
            card.parts = [(next(self.numbers), self.word()) for _ in range(3)]
            self.project.add_cloze(slug, card.text, rests)
            self.project.edit(slug, note=note)
        else:
            card.sides = {"front": self.word(), "back": self.word()}
            self.project.add(slug, *card.sides.values(), rests, note=note)
        self.cards[slug] = card
        self.touched.add(slug)

    def reword(self) -> None:
        card = self.some()
        if card is None:
            return
        if not card.parts:
            side = self.rng.choice(("front", "back"))
            card.sides[side] = self.word()
            self.changed(card, **{side: card.sides[side]})
            return
        at = self.rng.randrange(len(card.parts))
        parts = list(card.parts)
        parts[at] = (parts[at][0], self.word())
        self.cut(card, parts)

    def renumber(self) -> None:
        """Deletions come, go, and change places."""
        card = self.some(cloze=True)
        if card is None:
            return
        parts = list(card.parts)
        how = self.rng.choice(("insert", "remove", "shuffle"))
        if how == "insert":
            parts.insert(self.rng.randrange(len(parts) + 1), (next(self.numbers), self.word()))
        elif how == "remove" and len(parts) > 1:
            parts.pop(self.rng.randrange(len(parts)))
        else:
            self.rng.shuffle(parts)
        self.cut(card, parts)

    def cut(self, card: Written, parts: list[tuple[int, str]]) -> None:
        """Give a cloze other deletions; an edit that has two readings is not made."""
        before, cards = card.parts, self.project.cards
        card.parts = parts
        self.project.edit(card.slug, front=card.text)
        try:
            self.project.lock()
        except SourceError:
            card.parts, self.project.cards = before, cards
            self.refused += 1
            return
        self.touched.add(card.slug)

    def move(self) -> None:
        card = self.some()
        if card is not None:
            card.note = self.rng.choice(NOTES)
            self.changed(card, note=card.note)

    def rename(self) -> None:
        """A note gets another name, with all its cards."""
        old, new = self.rng.choice(NOTES), f"note-{next(self.numbers)}"
        for card in self.cards.values():
            if card.note == old:
                card.note = new
                self.changed(card, note=new)

    def retire(self) -> None:
        card = self.some()
        if card is not None and len(self.cards) > 2:
            self.project.drop(card.slug)
            del self.cards[card.slug]
            self.past.add(card.slug)
            self.touched.add(card.slug)

    def refute(self) -> None:
        self.judge("refuted")

    def revive(self) -> None:
        self.judge("holds")

    def prove_again(self) -> None:
        self.judge("holds", self.rng.choice(LEVELS))

    def judge(self, verdict: str, level: str = "proved") -> None:
        name = self.rng.choice(("norms/sandwich", "norms/limit"))
        self.project.judge(name, verdict, level)
        (self.failing.discard if verdict == "holds" else self.failing.add)(name)
        self.touched |= {card.slug for card in self.cards.values() if card.rests == name}

    def changed(self, card: Written, **more: Any) -> None:
        self.project.edit(card.slug, **more)
        self.touched.add(card.slug)

    def publish(self) -> None:
        """Lock, export, import; then everything that a learner has is looked at."""
        try:
            log = self.project.bring_in()
        except SourceError as error:
            if "no card can be exported" not in str(error):
                raise
            return
        here = set(self.cards) | self.past
        updated = {entry.fields[0] for entry in log.updated}
        if updated - self.touched:
            raise Wrong(f"updated without need: {updated - self.touched}")
        if log.conflicting:
            raise Wrong(f"conflicting: {log.conflicting}")
        self.touched.clear()
        again = self.project.import_deck()
        if again.updated or again.new:
            raise Wrong("the same deck again changed something")
        names = self.project.col.db.list("select flds from notes")
        slugs = [fields.partition("\x1f")[0] for fields in names]
        if len(slugs) != len(set(slugs)) or not set(slugs) <= here:
            raise Wrong(f"notes are doubled or foreign: {slugs}")
        self.look()

    def look(self) -> None:
        """No answer is gone, no interval, and no deletion has another's."""
        rows = {tuple(row) for row in self.project.col.db.all("select * from revlog")}
        if not self.log <= rows:
            raise Wrong(f"{len(self.log - rows)} answers are gone")
        self.log = rows
        for (slug, number), days in self.intervals.items():
            if self.project.interval(slug, number) != days:
                raise Wrong(f"the interval of {slug}, card {number}, is lost")
        entries = read_lock(self.project.root).entries
        for card in self.cards.values():
            if card.rests in self.failing or f"en/{card.slug}" not in entries:
                continue
            shown = " ".join(self.project.note(card.slug).fields)
            words = [*card.sides.values(), *(text for _, text in card.parts)]
            if missing := [word for word in words if word not in shown]:
                raise Wrong(f"{missing} of {card.slug} did not arrive")
            if not card.parts:
                continue
            numbers = {
                deletion.text: deletion.ordinal
                for deletion in entries[f"en/{card.slug}"].deletions
                if not deletion.retired
            }
            for name, text in card.parts:
                was = self.ordinals.setdefault((card.slug, name), numbers[text])
                if was != numbers[text]:
                    raise Wrong(f"{text!r} of {card.slug} was c{was} and is c{numbers[text]}")

    def learn(self) -> None:
        """Some cards get an interval of their own."""
        have = self.project.col.db.all(
            "select substr(n.flds, 1, instr(n.flds, char(31)) - 1), c.ord "
            "from cards c join notes n on n.id = c.nid"
        )
        for slug, number in self.rng.sample(have, min(3, len(have))):
            days = self.rng.randrange(2, 400)
            self.project.learn(slug, days, number)
            self.intervals[slug, number] = days
        rows = self.project.col.db.all("select * from revlog")
        self.log = {tuple(row) for row in rows}


def history(project: Any, seed: int, rounds: int = 8) -> History:
    """A history that went well.

    Raises:
        Wrong: with what was lost.
    """
    project.statements = {
        name: replace(statement) for name, statement in project.statements.items()
    }
    made = History(project, random.Random(seed))
    made.run(rounds)
    return made
