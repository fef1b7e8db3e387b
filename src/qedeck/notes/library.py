"""The whole knowledge base: all notes, read and joined by their links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from qedeck.errors import Mistake, SourceError
from qedeck.notes import graph
from qedeck.notes.cache import Cache
from qedeck.notes.callouts import STATEMENTS, is_slug, slug_of
from qedeck.notes.code import Snippets
from qedeck.notes.frontmatter import nearest
from qedeck.notes.languages import LANGUAGES
from qedeck.notes.links import LinkUse, Target
from qedeck.notes.model import Assertion, Card, Link, Note, Statement
from qedeck.notes.reader import Reading, read_note

Key = tuple[str, str]
"""Language, and full id of a statement or slug of a card: `("en", "norms/sandwich")`."""

GENERATED_PAGES = frozenset({"cards", "claims", "graph", "review", "trust"})
"""Pages that the site makes, which prose may link to as if they were notes."""


@dataclass(frozen=True)
class Library:
    """All notes, whatever is wrong with some of them."""

    root: Path
    notes: tuple[Note, ...]
    """By language and name."""
    statements: Mapping[Key, Statement]
    cards: Mapping[Key, Card]
    mistakes: tuple[Mistake, ...]
    edges: Mapping[Key, tuple[str, ...]]
    """For each statement the full ids that its hypotheses link, in order."""

    def check(self) -> None:
        """Raise one error with all mistakes, if there are any.

        Raises:
            SourceError: with every mistake of every note.
        """
        if self.mistakes:
            raise SourceError(*self.mistakes)

    def note(self, name: str, lang: str = "en") -> Note:
        """The note of a name.

        Raises:
            KeyError: if there is none.
        """
        return self._notes[lang, name]

    def statement(self, full_id: str, lang: str = "en") -> Statement:
        """The statement of a full id.

        Raises:
            KeyError: if there is none.
        """
        return self.statements[lang, full_id]

    def dependencies(self, full_id: str, lang: str = "en") -> tuple[str, ...]:
        """Full ids of all that a statement rests on through links, dependencies first."""
        return self._sorted(graph.reachable((lang, full_id), self._links))

    def dependents(self, full_id: str, lang: str = "en") -> tuple[str, ...]:
        """Full ids of all that rests on a statement through links, dependencies first."""
        return self._sorted(graph.reachable((lang, full_id), self._back))

    @cached_property
    def order(self) -> tuple[Statement, ...]:
        """Every statement after those it links; definitions of a note before its claims."""
        keys = graph.ordered(self._links, self._rank)
        return tuple(self.statements[key] for key in keys)

    def reading_order(self, lang: str = "en") -> tuple[Note, ...]:
        """Notes of a language, each after those that its `after` names."""
        names = {note.name: note for note in self.notes if note.lang == lang}
        edges = {name: note.after for name, note in names.items()}
        return tuple(names[name] for name in graph.ordered(edges, lambda name: name))

    def _rank(self, key: Key) -> tuple[str, str, bool, int]:
        statement = self.statements[key]
        return key[0], statement.path, statement.kind != "definition", statement.line

    def _sorted(self, keys: Iterable[Key]) -> tuple[str, ...]:
        return tuple(full_id for _, full_id in sorted(keys, key=self._positions.__getitem__))

    @cached_property
    def _notes(self) -> dict[Key, Note]:
        return {(note.lang, note.name): note for note in self.notes}

    @cached_property
    def _links(self) -> dict[Key, list[Key]]:
        return {key: [(key[0], other) for other in to] for key, to in self.edges.items()}

    @cached_property
    def _back(self) -> dict[Key, list[Key]]:
        return graph.reversed_edges(self._links)

    @cached_property
    def _positions(self) -> dict[Key, int]:
        return {(s.lang, s.id): position for position, s in enumerate(self.order)}


def read_library(root: Path, cache: Cache | None = None) -> Library:
    """Read every `notes/<lang>/**/*.md` under the project's root, what has changed at least."""
    code = Snippets(root / "snippets")
    readings: list[Reading] = []
    strangers: list[Mistake] = []
    for file in _files(root / "notes"):
        parts = file.relative_to(root / "notes").parts
        path = file.relative_to(root).as_posix()
        name = "/".join(parts[1:]).removesuffix(".md")
        strangers += _name_mistakes(path, parts[0], name)
        readings.append(read_note(file, path, parts[0], name, code, cache))
    return _Joiner(root, readings).join(strangers)


def _files(folder: Path) -> list[Path]:
    """All notes, in order of path."""
    found = folder.glob("*/**/*.md") if folder.is_dir() else ()
    return sorted(file for file in found if file.is_file())


def _name_mistakes(path: str, lang: str, name: str) -> Iterator[Mistake]:
    if lang not in LANGUAGES:
        problem = f"there is no language `{lang}`"
        yield Mistake(
            path, 1, 1, problem, f"put the note under notes/{' or notes/'.join(LANGUAGES)}"
        )
    if not all(is_slug(part) for part in name.split("/")):
        better = "/".join(slug_of(part) or "note" for part in name.split("/"))
        problem = f"`{name}` cannot begin the ids of a note's claims"
        yield Mistake(path, 1, 1, problem, f"rename the file to `{better}.md`")


class _Joiner:
    """Resolves what notes say of each other."""

    def __init__(self, root: Path, readings: list[Reading]) -> None:
        self.root = root
        self.readings = readings
        self.by_name = {(r.note.lang, r.note.name): r for r in readings}
        self.mistakes: list[Mistake] = []
        self.guesses = 0
        self.statements: dict[Key, Statement] = {
            (r.note.lang, s.id): s for r in readings for s in r.note.statements
        }

    def join(self, mistakes: list[Mistake]) -> Library:
        """The library; `mistakes` are added to what the notes and their links hold."""
        self.mistakes += mistakes
        for reading in self.readings:
            self.mistakes += reading.mistakes
            for use in reading.links:
                self.resolve(use)
            self.check_after(reading)
        notes = tuple(self.finished(reading) for reading in self.readings)
        edges = self.edges()
        return Library(
            self.root,
            notes,
            MappingProxyType(self.statements),
            MappingProxyType(self.cards(notes)),
            tuple(sorted(set(self.mistakes))),
            MappingProxyType(edges),
        )

    def add(self, use: LinkUse, problem: str, instead: str, *, at_id: bool = False) -> None:
        """Note a mistake at a link's destination, or at the id in it."""
        offset = use.span.text.find("#") if at_id else 0
        self.mistakes.append(use.span.mistake(max(0, offset), problem, instead))

    def guess(self, word: str, options: Iterable[str]) -> str | None:
        """The nearest option, for the first mistakes only: it takes time."""
        self.guesses += 1
        return nearest(word, options) if self.guesses <= 500 else None

    def resolve(self, use: LinkUse) -> None:
        """Say what is wrong with where a link leads."""
        target = use.target
        reading = self.by_name.get((target.lang, target.note))
        if reading is None:
            self.missing_note(use)
            return
        kind = reading.anchors.get(target.fragment)
        stated = use.place in {"before", "after"}
        if kind is None:
            if target.fragment and (stated or target.fragment not in reading.sections):
                self.missing_id(use, reading)
        elif stated and kind in {"card", "cloze"}:
            problem = f"`{target.fragment}` is a card, and nothing rests on a card"
            self.add(use, problem, "link the claim that the card asks about", at_id=True)
        elif stated and kind == "misconception":
            problem = f"`{target.fragment}` is a misconception, which is false"
            self.add(use, problem, "link the true claim", at_id=True)

    def missing_note(self, use: LinkUse) -> None:
        target = use.target
        if use.place == "prose" and target.note in GENERATED_PAGES:
            return
        names = [name for lang, name in self.by_name if lang == target.lang]
        close = self.guess(target.note, names)
        shown = target.note if target.lang in LANGUAGES else f"{target.lang}/{target.note}"
        instead = f"did you mean `{close}.md`?" if close else "link a note that there is"
        self.add(use, f"there is no note `{shown}`", instead)

    def missing_id(self, use: LinkUse, reading: Reading) -> None:
        target = use.target
        stated = use.place in {"before", "after"}
        if stated and target.fragment in reading.sections:
            problem = f"`{target.fragment}` is a section, not a definition or claim"
            self.add(use, problem, "link the definition or claim itself", at_id=True)
            return
        options = [s for s, k in reading.anchors.items() if not stated or k in STATEMENTS]
        elsewhere = [
            name
            for (lang, name), other in self.by_name.items()
            if lang == target.lang and target.fragment in other.anchors
        ]
        close = None if elsewhere else self.guess(target.fragment, options)
        if elsewhere:
            instead = f"did you mean `{elsewhere[0]}.md#{target.fragment}`?"
        elif close:
            instead = f"did you mean `#{close}`?"
        else:
            instead = "write the id of a callout that there is"
        problem = f"the note `{target.note}` has no callout `{target.fragment}`"
        self.add(use, problem, instead, at_id=True)

    def check_after(self, reading: Reading) -> None:
        """Say which of the notes to read before this one do not exist."""
        lang = reading.note.lang
        names = [name for language, name in self.by_name if language == lang]
        for span in reading.after:
            if span.text == reading.note.name:
                self.mistakes.append(span.mistake(0, "the note comes after itself", "leave it out"))
            elif (lang, span.text) not in self.by_name:
                close = self.guess(span.text, names)
                instead = f"did you mean `{close}`?" if close else "leave it out"
                self.mistakes.append(span.mistake(0, f"there is no note `{span.text}`", instead))

    def finished(self, reading: Reading) -> Note:
        """The note, its cards linked to statements alone."""
        cards: list[Card] = []
        for card in reading.note.cards:
            links = tuple(link for link in card.links if self.is_statement(card.lang, link.target))
            cards.append(replace(card, links=links))
            known = [use for use in reading.links if use.owner == card.slug]
            if not links and not card.fact and all(self.exists(use.target) for use in known):
                problem = "the card rests on nothing"
                instead = "link the claim that it rests on, or write `[fact]`"
                self.mistakes.append(reading.marks[card.slug].mistake(0, problem, instead))
        assertions = tuple(self.decided(reading, item) for item in reading.note.assertions)
        return replace(reading.note, cards=tuple(cards), assertions=assertions)

    def decided(self, reading: Reading, assertion: Assertion) -> Assertion:
        """An assertion, linked to statements alone; its verdict must fit their kinds."""
        lang = assertion.lang
        links = tuple(link for link in assertion.links if self.is_statement(lang, link.target))
        kinds = {self.statements[lang, n].kind for n in self.known(lang, links)}
        mark = reading.marks[assertion.slug]
        if assertion.verdict == "false" and kinds and "misconception" not in kinds:
            problem = "no misconception makes this assertion false"
            self.mistakes.append(mark.mistake(0, problem, "link the misconception that it is"))
        if assertion.verdict in {"true", "true if"} and kinds == {"misconception"}:
            problem = "nothing true decides this assertion"
            self.mistakes.append(mark.mistake(0, problem, "link the claim that it is"))
        return replace(assertion, links=links)

    def known(self, lang: str, links: Iterable[Link]) -> list[str]:
        """Ids of the linked statements that could be read."""
        return [link.target for link in links if (lang, link.target) in self.statements]

    def is_statement(self, lang: str, full_id: str) -> bool:
        """Whether a full id is a statement's, even one that could not be read."""
        note, _, slug = full_id.rpartition("/")
        reading = self.by_name.get((lang, note))
        return reading is not None and reading.anchors.get(slug) in STATEMENTS

    def exists(self, target: Target) -> bool:
        """Whether a link leads anywhere."""
        reading = self.by_name.get((target.lang, target.note))
        known = {"", *reading.sections, *reading.anchors} if reading else set()
        return target.fragment in known

    def cards(self, notes: Iterable[Note]) -> dict[Key, Card]:
        """Cards by language and slug, which no two share."""
        found: dict[Key, Card] = {}
        for card in (card for note in notes for card in note.cards):
            first = found.setdefault((card.lang, card.slug), card)
            if first is not card:
                problem = f"the card id `{card.slug}` is taken in {first.path}:{first.line}"
                mark = self.by_name[card.lang, card.note].marks[card.slug]
                id_place = mark.text.find("|") + 1
                self.mistakes.append(mark.mistake(id_place, problem, "choose another id"))
        return found

    def edges(self) -> dict[Key, tuple[str, ...]]:
        """What each statement's hypotheses link; circles are noted as mistakes."""
        uses: dict[Key, dict[str, LinkUse]] = {key: {} for key in self.statements}
        for reading in self.readings:
            for use in reading.links:
                owner = (reading.note.lang, f"{reading.note.name}/{use.owner}")
                known = (reading.note.lang, use.target.id) in self.statements
                if use.place == "before" and owner in uses and known:
                    uses[owner].setdefault(use.target.id, use)
        edges = {key: tuple(found) for key, found in uses.items()}
        linked = {key: [(key[0], other) for other in to] for key, to in edges.items()}

        def rank(key: Key) -> tuple[str, int]:
            return self.statements[key].path, self.statements[key].line

        for circle in graph.circles(linked, rank):
            names = " → ".join(key[1] for key in (*circle, circle[0]))
            following = circle[1] if len(circle) > 1 else circle[0]
            use = uses[circle[0]][following[1]]
            self.add(use, f"claims rest on each other in a circle: {names}", "remove one link")
        return edges
