"""Reviewing without a browser: cards as text, one key for each answer."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from qedeck.memory.editor import Place
from qedeck.memory.event import Event, Kind
from qedeck.memory.history import Journal
from qedeck.memory.learner import Learner, now
from qedeck.memory.queue import NEW, Queue, queue
from qedeck.memory.replay import replay
from qedeck.memory.schedule import DAY, Model
from qedeck.memory.text import text_of
from qedeck.memory.ulid import Ids

if TYPE_CHECKING:
    from rich.console import Console

    from qedeck.cards.review import ReviewCard

BY: Final = "terminal"
LONGEST: Final = 10 * 60_000
"""Milliseconds that one answer may count; who takes longer has gone away."""
GRADES: Final = ("again", "hard", "good", "easy")
KEYS: Final = """\
Space, Enter   show the answer
1 2 3 4        again, hard, good, easy
u              undo, as often as you like
s              suspend: never ask this card, until you resume it
b              bury: not before tomorrow
e              the place in the note, in $VISUAL or $EDITOR where that is set
?              this list
q              stop"""


@dataclass
class Session:
    """Reviewing one card after another; each answer is on the disk before the next card comes."""

    learner: Learner
    cards: Sequence[ReviewCard]
    journal: Journal
    console: Console
    key: Callable[[], str]
    """Waits for a key; empty where no more will come."""
    note: str | None = None
    limit: int | None = None
    new: int = NEW
    clock: Callable[[], int] = now
    places: Mapping[str, Place] = field(default_factory=dict)
    """Where each card stands, by id."""
    edit: Callable[[Place], str] = lambda place: ""
    """Opens a note; what went wrong, if anything did."""
    done: list[Event] = field(default_factory=list)
    """What was answered or put aside in this session, and not taken back."""

    def __post_init__(self) -> None:
        self.events = dict(self.learner.history.events)
        self.model = Model(self.learner.parameters)
        self.by_id = {card.id: card for card in self.cards}
        self.memory = replay(self.events.values(), self.model)
        self._ids = Ids()

    def run(self) -> None:
        """Review until nothing is left, the limit is reached, or the learner stops."""
        self.console.print("Space shows the answer, ? lists the keys.", style="dim")
        wanted: str | None = None
        while not (self.limit is not None and self._answers() >= self.limit and wanted is None):
            found = self.queue()
            card = self.by_id.get(wanted or found.next or "")
            if card is None:
                self.console.print("Nothing more is due.", highlight=False)
                break
            going, wanted = self._ask(card, found)
            if not going:
                break
        count = self._answers()
        self.console.print(f"{count} answer{'' if count == 1 else 's'}, kept in {self._place()}")

    def queue(self) -> Queue:
        """What is left."""
        return queue(
            self.cards, self.memory, self.clock(), self.learner.days, self.new,
            lambda card: self.note is None or self.by_id[card.id].note == self.note,
        )  # fmt: skip

    def _ask(self, card: ReviewCard, found: Queue) -> tuple[bool, str | None]:
        """Show a card; whether to go on, and the card to show next where an answer was undone."""
        schedule = self.memory.schedules.get(card.id)
        variant = (card.front, card.back)
        if card.variants:
            variant = card.variants[(schedule.reviews if schedule else 0) % len(card.variants)]
        left = f"{len(found.due)} due · {len(found.new)} new"
        self.console.rule(f"{card.note} · {left}", align="left", style="dim")
        self._print(text_of(variant[0]))
        began, shown = time.monotonic(), False
        while True:
            pressed = self.key()
            if pressed in {"", "q", "\x03", "\x04"}:
                return False, None
            if pressed == "u":
                undone = self._undo()
                if undone:
                    return True, undone
            elif pressed == "s":
                self._add("suspend", card.id)
                return True, None
            elif pressed == "b":
                self._add("bury", card.id)
                return True, None
            elif pressed == "e":
                began += self._edit(card)
            elif pressed == "?":
                self.console.print(KEYS, highlight=False, markup=False)
            elif not shown and pressed in {" ", "\r", "\n"}:
                shown = True
                self._show(card, variant[1])
            elif shown and pressed in {"1", "2", "3", "4"}:
                taken = min(round((time.monotonic() - began) * 1000), LONGEST)
                self._add("review", card.id, int(pressed), taken)
                return True, None

    def _show(self, card: ReviewCard, back: str) -> None:
        self.console.rule(style="dim")
        self._print(text_of(back))
        told = [text_of(card.foot).replace("\n", " "), card.place]
        self.console.print("  ".join(part for part in told if part), style="dim", highlight=False,
                           markup=False)  # fmt: skip
        at, old = self.clock(), self.memory.schedules.get(card.id)
        waits = [self.model.review(old, at, grade).due - at for grade in (1, 2, 3, 4)]
        buttons = [
            f"{grade} {name} {span(wait)}"
            for grade, (name, wait) in enumerate(zip(GRADES, waits, strict=True), 1)
        ]
        self.console.print("   ".join(buttons), style="bold", highlight=False, markup=False)

    def _edit(self, card: ReviewCard) -> float:
        """Say where a card stands, and open it there; how many seconds that took."""
        began, place = time.monotonic(), self.places.get(card.id)
        self.console.print(str(place or card.place), highlight=False, markup=False, soft_wrap=True)
        wrong = self.edit(place) if place else ""
        if wrong:
            self.console.print(wrong, style="yellow", highlight=False, markup=False)
        return time.monotonic() - began

    def _print(self, text: str) -> None:
        self.console.print(text, highlight=False, markup=False, soft_wrap=False)

    def _add(
        self, kind: Kind, card: str, grade: int | None = None, ms: int | None = None,
        of: str | None = None,
    ) -> Event:  # fmt: skip
        """Write an event, and count it once it is on the disk."""
        at = self.clock()
        event = Event(self._ids.new(at), kind, card, at, BY, grade, ms, of)
        torn = self.journal.append([event])
        if torn:
            self.console.print(f"{torn}; it is taken away", style="yellow", markup=False)
        self.events[event.id] = event
        if kind != "retract":
            self.done.append(event)
        self.memory = self.memory.after(event) or replay(self.events.values(), self.model)
        return event

    def _undo(self) -> str | None:
        """Take back what was done last; the card that it was about."""
        if not self.done:
            self.console.print("Nothing of this session is left to undo.", highlight=False)
            return None
        last = self.done.pop()
        self._add("retract", last.card, of=last.id)
        what = GRADES[last.grade - 1] if last.grade else last.kind
        self.console.print(f"Taken back: {what}.", highlight=False)
        return last.card

    def _answers(self) -> int:
        return sum(event.kind == "review" for event in self.done)

    def _place(self) -> str:
        return f"{self.journal.path.parent.name}/{self.journal.path.name}"


def span(ms: int) -> str:
    """A time to wait, in one unit."""
    minutes, days = ms / 60_000, ms / DAY
    if minutes < 60:
        return f"{minutes:g} min"
    if days < 1:
        return f"{round(minutes / 60)} h"
    if days < 60:
        return f"{round(days)} d"
    return f"{days / 30.4:.1f} mo" if days < 365 else f"{days / 365.25:.1f} y"


def keys() -> Callable[[], str]:
    """Reads single keys of a terminal; letters of a pipe where there is none."""
    import click

    if sys.stdin.isatty():

        def pressed() -> str:
            try:
                return click.getchar()
            except (KeyboardInterrupt, EOFError):
                return ""

        return pressed
    return lambda: sys.stdin.read(1)
