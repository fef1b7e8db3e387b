"""What a build has to know of the project before any page is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qedeck.evidence.digest import hash_of
from qedeck.site import inputs
from qedeck.site.accounting import unstated
from qedeck.site.assertions import undecided
from qedeck.site.catalogue import Catalogue, Entry, catalogue
from qedeck.site.listing import claims_page
from qedeck.site.pages import CLAIMS
from qedeck.site.references import named
from qedeck.site.review import REVIEW, CardFiles, card_files, card_files_of

if TYPE_CHECKING:
    from qedeck.cards.project import Shown
    from qedeck.evidence.library import Project
    from qedeck.notes.cache import Cache
    from qedeck.site.shelf import Shelf


@dataclass(frozen=True)
class Outlook:
    """What the rest of the project is to one page."""

    own: str = ""
    """A hash of all that is known of its statements and cards, and of the titles it links."""
    checks: tuple[str, ...] = ()
    """The checks whose code it shows, as paths."""
    open: tuple[str, ...] = ()
    """The statements that no evidence stands for, each with how it stands."""


@dataclass(frozen=True)
class Overview:
    """A project, in what its pages have in common."""

    warnings: tuple[str, ...]
    """What is wrong with the notes, and which assertions nothing decides."""
    claims: str
    """The page of all statements, as Markdown."""
    order: tuple[str, ...]
    """The pages in the order of navigation, the page of all statements among them."""
    everything: str
    """A hash of all that is known."""
    pages: dict[str, Outlook]

    def outlook(self, page: str) -> Outlook:
        """What the project is to a page, which may be no note."""
        return self.pages.get(page, Outlook())


class Book:
    """A project as a build needs it: an overview at once, all the rest when a page is rendered."""

    def __init__(self, root: Path, lang: str, shelf: Shelf, cache: Cache | None = None) -> None:
        self.root = root
        self._lang = lang
        self._cache = cache
        self._shelf = shelf
        self._shown: tuple[Project, Shown] | None = None
        self._known: tuple[Catalogue, tuple[str, ...]] | None = None
        self.overview = self._kept(shelf)

    @property
    def catalogue(self) -> Catalogue:
        """All that is known of all statements."""
        return self._read()[0]

    def path(self, file: Path) -> str:
        """A path as reports name it: relative to the project's root, if it lies in it."""
        inside = file.is_relative_to(self.root)
        return file.relative_to(self.root).as_posix() if inside else str(file)

    def _read(self) -> tuple[Catalogue, tuple[str, ...]]:
        """The catalogue; what is wrong with notes becomes warnings of the build."""
        if self._known is None:
            project, shown = self._project()
            known = catalogue(project, shown, self._lang)
            wrong = [str(mistake) for mistake in (*project.mistakes, *unstated(project))]
            self._known = known, (*wrong, *undecided(known))
        return self._known

    def _project(self) -> tuple[Project, Shown]:
        """The project and its evidence."""
        if self._shown is None:
            from qedeck.evidence.library import read_shown

            self._shown = read_shown(self.root, self._lang, self._cache)
        return self._shown

    def cards(self) -> CardFiles:
        """The cards that are verified now, as files of the site.

        Raises:
            SourceError: a lock of cards that cannot be read.
        """
        key = self._cards_key()
        kept = self._shelf.get("cards", key)
        if kept is not None:
            return card_files_of(kept)
        made = card_files(self.root, *self._project(), self._lang)
        if key == self._cards_key():
            self._shelf.put("cards", key, made.to_json())
        return made

    def _cards_key(self) -> str:
        return hash_of([self._key(), inputs.named(self.root, "cards.lock", "mkdocs.yml")])

    def _kept(self, shelf: Shelf) -> Overview:
        """The overview of an earlier build that was made from the same, or a new one."""
        key = self._key()
        kept = shelf.get("overview", key)
        if kept is not None:
            return _overview(kept)
        made = overview(*self._read())
        # Somebody may have saved a note meanwhile.
        if key == self._key():
            shelf.put("overview", key, asdict(made))
        return made

    def _key(self) -> str:
        return hash_of([inputs.machine(), inputs.fingerprint(self.root, self._lang)])


def overview(known: Catalogue, warnings: tuple[str, ...] = ()) -> Overview:
    """A catalogue in short."""
    entries = {name: _entry(entry) for name, entry in known.entries.items()}
    pages = {page: _outlook(known, page, entries) for page in known.notes}
    notes = [astuple(note) for note in known.notes.values()]
    assertions = [(name, repr(item)) for name, item in known.assertions.items()]
    everything = hash_of([notes, list(entries.items()), assertions])
    return Overview(warnings, claims_page(known), _order(known), everything, pages)


def _outlook(known: Catalogue, page: str, entries: Mapping[str, str]) -> Outlook:
    own = [entry for entry in known.entries.values() if entry.note == page]
    read = [sorted(part.get(page, {}).items()) for part in (known.displays, known.bodies)]
    note = known.notes[page]
    names = {name for entry in own for name in named(entry)}
    notes = {name.rpartition("/")[0] for name in names}.union(note.prerequisites, note.used_by)
    titles = [
        [(name, known.entries[name].title) for name in sorted(names & known.entries.keys())],
        [(name, known.notes[name].title) for name in sorted(notes & known.notes.keys())],
    ]
    checks = {node.partition("::")[0] for e in own if e.evidence for node in e.evidence.checks}
    return Outlook(
        hash_of([astuple(note), read, titles, [entries[entry.id] for entry in own]]),
        tuple(sorted(checks)),
        tuple(f"{e.slug} ({e.status.label.lower()})" for e in own if e.open),
    )


def _entry(entry: Entry) -> str:
    evidence = None if entry.evidence is None else entry.evidence.to_json()
    shown = [entry.id, entry.kind, entry.title, astuple(entry.status), entry.stale, entry.uses]
    return hash_of([*shown, entry.used_by, evidence])


def _order(known: Catalogue) -> tuple[str, ...]:
    """The front page, the review, the notes in reading order, the claims, and the other pages."""
    names = list(known.pages)
    pages = [name for name in names if name != "index" and known.notes[name].kind == "page"]
    first = len(names) - len(pages)
    notes = [f"{name}.md" for name in names[:first]]
    start = ["index.md"] if notes[:1] == ["index.md"] else []
    others = (f"{name}.md" for name in pages)
    return (*start, REVIEW, *notes[len(start) :], CLAIMS, *others)


def _overview(kept: dict[str, Any]) -> Overview:
    """The overview that was kept."""
    pages = {
        name: Outlook(page["own"], tuple(page["checks"]), tuple(page["open"]))
        for name, page in kept["pages"].items()
    }
    told = {"warnings": tuple(kept["warnings"]), "order": tuple(kept["order"]), "pages": pages}
    return Overview(**{**kept, **told})
