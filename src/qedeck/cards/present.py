"""The cards of a project as they stand now: judged by the evidence and rendered."""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from qedeck.cards import derive
from qedeck.cards.cloze import Deletion
from qedeck.cards.fields import Fields, plain, render
from qedeck.cards.foot import foot
from qedeck.cards.made import Made
from qedeck.cards.media import Media
from qedeck.cards.project import Sources
from qedeck.cards.standing import State, judge, judge_statement, matching, under
from qedeck.errors import Mistake, SourceError
from qedeck.evidence.digest import code_hash, hash_of
from qedeck.evidence.record import Evidence
from qedeck.notes.model import Card, DerivedKind, Heading, Note, Statement

if TYPE_CHECKING:
    from qedeck.cards.lock import Entry, Lock


@dataclass(frozen=True)
class Present:
    """A written card, or the cards of a statement, as they stand in the notes now."""

    key: str
    """Key in the lock, for ever: `en/abs-at-zero`, `en/norms/sandwich`."""
    kind: str
    """basic, cloze or statement."""
    slug: str
    """Anchor in the note."""
    lang: str
    note: str
    path: str
    line: int
    column: int
    state: State
    sides: Mapping[str, tuple[str, str]]
    """What is asked and answered, HTML with references: under the kind, or of a statement under
    each kind of card that it gives."""
    reason: str = ""
    """Why it is not verified."""
    rests: Mapping[str, str] = field(default_factory=dict)
    """Level of each statement that it rests on, empty where there is none."""
    fact: bool = False
    deletions: tuple[Deletion, ...] = ()
    section: Heading | None = None
    title: str = ""
    """Of its note."""
    tags: tuple[str, ...] = ()
    statement: str = ""
    """Full id, for the cards of a statement."""
    basis: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    shown: str = ""
    """Digest of what learners see beside question and answer."""

    @property
    def place(self) -> str:
        """Where it stands: `norms#sandwich`."""
        return f"{self.note}#{self.slug}"

    @property
    def context(self) -> str:
        """What it speaks of, as HTML."""
        return context(self.section, self.title or self.note)


def context(section: Heading | None, title: str) -> str:
    """What a card speaks of, as HTML: its note, and the section where that says more."""
    parts = [title]
    if section is not None and section.level > 2:
        parts.append(plain(section.text))
    return " · ".join(html.escape(part, quote=False) for part in parts)


def present_cards(
    sources: Sources, lock: Lock, media: Media, *, renew: bool = False
) -> tuple[list[Present], list[Mistake]]:
    """The cards in reading order, and what is wrong with those that cannot be rendered.

    Args:
        sources: What the project holds.
        lock: What learners have.
        media: Gathers the pictures.
        renew: Whether statements may give cards that learners do not have yet though nothing
            changed on the page: for the lock.
    """
    return _Reader(sources, lock, media, renew).read()


class _Reader:
    """Goes through notes and their cards."""

    def __init__(self, sources: Sources, lock: Lock, media: Media, renew: bool) -> None:
        self.sources = sources
        self.renew = renew
        self.lock = lock
        self.media = media
        self.match = matching(sources.statements, sources.equal)
        self.notes = {(note.lang, note.name): note for note in sources.notes}
        self.store = Made(sources.keep)
        macros = sorted(sources.kit.macros.items())
        self.code = hash_of([code_hash(("qedeck.cards", "qedeck.notes")), macros])
        """Digest of what cards are rendered by."""
        self.mistakes: list[Mistake] = []

    def read(self) -> tuple[list[Present], list[Mistake]]:
        """All cards by language, note and line."""
        rank = {name: k for k, name in enumerate(self.notes)}
        found = [*self.written(), *self.derived()]
        self.store.store()
        found.sort(key=lambda p: (p.lang, rank.get((p.lang, p.note), len(rank)), p.path, p.line))
        return found, self.mistakes

    def written(self) -> Iterator[Present]:
        """The cards that notes write."""
        for card in self.sources.cards:
            key = f"{card.lang}/{card.slug}"
            old = self.lock.entries.get(key)
            try:
                yield self.card(key, card, old.deletions if old else ())
            except SourceError as error:
                self.mistakes.extend(error.mistakes)

    def card(self, key: str, card: Card, old: tuple[Deletion, ...]) -> Present:
        fields = self.rendered(card, old)
        standing = judge(card, self.sources.statements, self.sources.evidence, self.match)
        note = self.notes.get((card.lang, card.note))
        return self.finished(
            Present(
                key, card.kind, card.slug, card.lang, card.note, card.path, card.line, card.column,
                standing.state, {card.kind: (fields.front, fields.back)}, standing.reason,
                standing.rests, card.fact, fields.deletions,
                tags=tuple(dict.fromkeys((*(note.tags if note else ()), *fields.tags))),
            ),
            note,
        )  # fmt: skip

    def rendered(self, card: Card, old: tuple[Deletion, ...]) -> Fields:
        """Both sides of a card; as an earlier run made them, where nothing has changed."""
        if "--8<--" in card.back:  # what it includes is not known here
            return render(card, self.sources.kit, old)

        def make() -> list[Any]:
            made = render(card, self.sources.kit, old)
            return [made.front, made.back, [vars(one) for one in made.deletions], list(made.tags)]

        links = [(link.span.text, link.target) for link in card.links]
        told = [
            self.code, card.kind, card.note, card.path, card.slug, card.front, card.back, links,
            [vars(one) for one in old],
        ]  # fmt: skip
        front, back, deletions, tags = self.store.made(told, make)
        return Fields(front, back, tuple(Deletion(**one) for one in deletions), tuple(tags))

    def derived(self) -> Iterator[Present]:
        """The cards of statements."""
        names: dict[str, dict[str, str]] = {}
        for statement in self.sources.statements.values():
            lang = statement.lang
            known = names.setdefault(lang, _names(self.sources, self.lock, lang))
            key = known.get(statement.id, f"{lang}/{statement.id}")
            made = self.statement(key, statement, self.lock.entries.get(key))
            if made is not None:
                yield made

    def statement(self, key: str, statement: Statement, old: Entry | None) -> Present | None:
        """The cards of a statement; None where it gives none and learners have none."""
        kinds = derive.gives(statement)
        if not kinds:
            return None
        evidence = self.sources.evidence
        state, reason, rests = judge_statement(statement, self.sources.statements, evidence)
        note_name = statement.id.rpartition("/")[0]
        note = self.notes.get((statement.lang, note_name))
        sides: dict[str, tuple[str, str]] = {}
        keys: dict[str, str] = {}
        more: dict[str, tuple[tuple[str, str], ...]] = {}
        basis = old.basis if old else ""
        record = evidence.get(statement.id)
        if state == "verified" and record is not None:
            basis = basis_of(statement, self.sources)
            for kind, side in self.made(statement, record, old, basis).items():
                sides[kind] = side.front, side.back
                keys |= {kind: side.key} if side.key else {}
                more |= {kind: side.variants} if side.variants else {}
        if not sides and (state == "verified" or old is None):
            return None
        present = Present(
            key, "statement", statement.slug, statement.lang, note_name, statement.path,
            statement.line, statement.column, state, sides, reason, rests,
            tags=note.tags if note else (), statement=statement.id, basis=basis, keys=keys,
            variants=more,
        )  # fmt: skip
        return self.finished(present, note)

    def made(
        self, statement: Statement, record: Evidence, old: Entry | None, basis: str
    ) -> dict[DerivedKind, derive.Side]:
        """The cards of a verified statement; as learners have them, while nothing under them
        changed.
        """
        source = derive.Source(
            statement, record, self.sources.bound.get(statement.id), self.sources.kit.macros,
            self.sources.statements, old.keys if old else {},
        )  # fmt: skip
        same = old is not None and old.basis == basis
        keys = dict(old.keys) if old else {}
        kept = {
            kind: derive.Side(*old.sides[kind], key=old.keys.get(kind, ""))
            for kind in derive.gives(statement)
            if old is not None and same and kind in old.sides and kind not in old.gone
        }
        renew = self.renew or not same

        def make() -> dict[str, Any]:
            made = derive.derive(source, kept, renew=renew)
            return {kind: list(vars(side).values()) for kind, side in made.items()}

        told = [
            self.code, statement.id, basis, record.digest, keys, renew,
            {kind: vars(side) for kind, side in kept.items()},
        ]  # fmt: skip
        found = self.store.made(told, make)
        return {
            kind: derive.Side(front, back, tuple((a, b) for a, b in variants), key)
            for kind, (front, back, variants, key) in found.items()
        }

    def finished(self, present: Present, note: Note | None) -> Present:
        """With its place in the note, and the digest of all that is shown beside its text."""
        section = note.section(present.line) if note else None
        title = note.title if note else ""
        sides = "".join(side for pair in present.sides.values() for side in pair)
        site = self.sources.site
        told = [
            context(section, title or present.note), present.tags, present.fact,
            self.media.on(sides, present.lang),
            foot(present, self.sources.statements, lambda place: place), present.place,
            site.url, site.folders if site.url else None,
        ]  # fmt: skip
        shown = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
        return replace(present, section=section, title=title, shown=shown)


def _names(sources: Sources, lock: Lock, lang: str) -> dict[str, str]:
    """The key of each statement: under which its cards were first locked, wherever it stood then.

    A statement that is gone and one of the same slug that is new are the same, moved or its note
    renamed, where there is but one such pair.
    """
    names = lock.names(lang)
    here = {name for name, statement in sources.statements.items() if statement.lang == lang}
    lost: dict[str, list[str]] = {}
    for name in names.keys() - here:
        lost.setdefault(name.rpartition("/")[2], []).append(name)
    fresh: dict[str, list[str]] = {}
    for name in sorted(here - names.keys()):
        fresh.setdefault(name.rpartition("/")[2], []).append(name)
    for slug, new in fresh.items():
        if len(new) == len(lost.get(slug, ())) == 1:
            names[new[0]] = names[lost[slug][0]]
            continue
        for name in new:
            key = f"{lang}/{name}"
            while key in lock.entries and lock.entries[key].statement not in ("", name):
                key += "~"
            names[name] = key
    return names


def basis_of(statement: Statement, sources: Sources) -> str:
    """A digest of all that the cards of a statement say and that its page rests on, wherever it
    stands; what a proof used besides differs from machine to machine.
    """
    known = sources.statements
    texts = [
        [one.display.text, *(s.span.text for p in one.before for s in p.segments)]
        for name in under([statement.id], known, {})
        if (one := known.get(name))
    ]
    after = [s.span.text for p in statement.after for s in p.segments]
    told = [derive.VERSION, statement.called, statement.title, after, sorted(texts)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
