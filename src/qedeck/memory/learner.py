"""A learner in a project: the cards there are, and what was done with them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qedeck.errors import Mistake, SourceError
from qedeck.memory.days import Days
from qedeck.memory.editor import Place
from qedeck.memory.history import FOLDER, History, read_history
from qedeck.memory.parameters import Parameters, read_parameters
from qedeck.memory.replay import Memory, Recall, replay
from qedeck.memory.schedule import Model

if TYPE_CHECKING:
    from qedeck.cards.project import Sources
    from qedeck.cards.review import ReviewCard, ReviewDeck


@dataclass(frozen=True)
class Learner:
    """What lies in a project's `reviews/`."""

    folder: Path
    history: History
    parameters: Parameters
    days: Days = field(default_factory=Days)

    def memory(self, told: Callable[[Recall], None] | None = None) -> Memory:
        """Where the learner stands; see `replay`."""
        return replay(self.history.events.values(), Model(self.parameters), told)


@dataclass(frozen=True)
class Cards:
    """Cards that may be asked, and what their statements rest on."""

    deck: ReviewDeck
    uses: Mapping[str, tuple[str, ...]]
    """For each statement, those that it links."""
    titles: Mapping[str, str]
    """For each statement, its title."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """For each card, where it stands in the notes."""

    @property
    def listed(self) -> tuple[ReviewCard, ...]:
        """Cards in reading order."""
        return self.deck.cards

    def of_note(self, name: str) -> None:
        """Make sure that a note is there.

        Raises:
            SourceError: with the notes that have cards.
        """
        names = [note.name for note in self.deck.notes]
        if name not in names:
            problem = f"no note with cards is called {name}"
            instead = f"choose one of {', '.join(names)}" if names else "run pytest checks"
            raise SourceError(Mistake("notes", 1, 1, problem, instead))


def read_learner(root: Path) -> Learner:
    """What a learner did in a project.

    Raises:
        SourceError: events that are damaged, parameters that cannot be used.
    """
    folder = root / FOLDER
    return Learner(folder, read_history(folder), read_parameters(folder))


def read_cards(root: Path) -> Cards:
    """The cards of a project that may be asked.

    Raises:
        SourceError: nothing is verified, or cards that cannot be read.
    """
    from qedeck.cards.export import NothingVerifiedError
    from qedeck.cards.lock import read_lock
    from qedeck.cards.project import gather
    from qedeck.cards.review import review_deck

    # Pictures are not looked at here, so none is drawn.
    sources = replace(gather(root), draw=lambda *_: b"")
    if sources.statements and not any(sources.evidence.values()):
        raise NothingVerifiedError
    deck = review_deck(sources, read_lock(root))
    if deck.mistakes:
        raise SourceError(*deck.mistakes)
    uses = {
        name: tuple(dict.fromkeys(link.target for link in statement.links))
        for name, statement in sources.statements.items()
    }
    titles = {name: statement.title for name, statement in sources.statements.items()}
    return Cards(deck, uses, titles, _places(sources, deck))


def _places(sources: Sources, deck: ReviewDeck) -> dict[str, Place]:
    """Where each card stands in the notes: where it is written, or its statement is."""
    written = {f"{card.lang}/{card.slug}": card for card in sources.cards}
    found: dict[str, Place] = {}
    for card in deck.cards:
        here = written.get(card.group) or sources.statements.get(next(iter(card.rests), ""))
        if here is not None:
            found[card.id] = Place(here.path, here.line)
    return found


def built_site(root: Path) -> Path:
    """The folder of the built site, with its review page.

    Raises:
        SourceError: where it is not built.
    """
    settings = root / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8") if settings.is_file() else ""
    named = re.search(r"^site_dir:[ \t]*['\"]?([^'\"#\n]+)", text, re.MULTILINE)
    folder = root / (named.group(1).strip() if named else "site")
    if not (folder / "review.html").is_file() and not (folder / "review" / "index.html").is_file():
        problem = "there is no built site with a review page in it"
        instead = "run mkdocs build, or review without a browser: qedeck review --terminal"
        raise SourceError(Mistake(folder.name, 1, 1, problem, instead))
    return folder


def now() -> int:
    """The time, in milliseconds of UTC."""
    return time.time_ns() // 1_000_000
