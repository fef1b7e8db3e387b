"""What decks are made from, read from a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qedeck.cards.address import Site, read_site
from qedeck.cards.fields import Kit
from qedeck.cards.media import Draw, Read
from qedeck.cards.standing import Equal
from qedeck.errors import Mistake, SourceError
from qedeck.evidence.record import Evidence
from qedeck.formula.macros import MACROS
from qedeck.formula.span import Span
from qedeck.notes.model import Card, Note, Statement

if TYPE_CHECKING:
    from qedeck.evidence.library import Project
    from qedeck.formula.scope import Bound
    from qedeck.notes.binding import Bindings
    from qedeck.notes.library import Library


Shown = Mapping[str, tuple[Evidence | None, bool]]
"""By full id: the evidence, if there is any, and whether it is stale."""


@dataclass(frozen=True)
class Sources:
    """All that decks are made from."""

    cards: tuple[Card, ...]
    statements: Mapping[str, Statement]
    evidence: Mapping[str, Evidence | None]
    """Evidence that fits the statements as they are now."""
    draw: Draw
    site: Site = field(default_factory=Site)
    kit: Kit = field(default_factory=Kit)
    equal: Equal | None = None
    """Compares formulas as trees; None compares their LaTeX alone."""
    bound: Mapping[str, Bound] = field(default_factory=dict)
    """Statements as trees, of which cards leave places open."""
    read: Read = field(default=lambda path: Path(path).read_bytes())
    """Content of an image beside a note."""
    notes: tuple[Note, ...] = ()
    """The notes in reading order; where there are none, cards are in order of their paths."""
    keep: Path | None = None
    """Where cards made of statements are kept between runs."""


def gather(root: Path) -> Sources:
    """Cards, statements and evidence of a project; stale evidence counts as none.

    Raises:
        SourceError: where a note is broken, as its cards would look retired.
    """
    from qedeck.evidence.library import read_shown

    project, shown = read_shown(root)
    project.library.check()
    return sources(project, shown)


def sources(project: Project, shown: Shown) -> Sources:
    """What decks are made from, of a project that was read."""
    library = project.library
    notes = library.reading_order(project.lang)
    return Sources(
        cards=tuple(card for note in notes for card in note.cards),
        statements={s.id: s for note in notes for s in note.statements},
        evidence={name: None if stale else record for name, (record, stale) in shown.items()},
        draw=drawing(library.root),
        site=read_site(library.root),
        kit=Kit(MACROS, lambda what: section(library.root, what)),
        equal=same_tree(library),
        bound={name: subject.bound for name, subject in project.subjects.items()},
        read=reading(library.root),
        keep=library.root / ".qedeck" / "cards.json",
        notes=notes,
    )


def same_tree(library: Library) -> Equal:
    """Compares displays of cards with statements; binds the library when first asked."""

    @cache
    def bindings(lang: str) -> Bindings:
        from qedeck.notes.binding import bind

        return bind(library, lang)

    def equal(card: Card, name: str, display: Span) -> bool:
        from qedeck.notes.binding import Bindings, supports

        bound = bindings(card.lang).bound
        alone = Bindings({name: bound[name]} if name in bound else {}, ())
        return supports(alone, library, card, display) == name

    return equal


def reading(root: Path) -> Read:
    """Reads images that lie in the project."""

    def read(path: str) -> bytes:
        file = (root / path).resolve()
        if not file.is_relative_to((root / "notes").resolve()) or not file.is_file():
            problem = f"there is no image `{path}` among the notes"
            raise SourceError(Mistake(path, 1, 1, problem, "name a file beside the note"))
        return file.read_bytes()

    return read


def drawing(root: Path) -> Draw:
    """Draws figures in the colours of a light page, which cards put under them."""
    from qedeck.notes.figures import Figures, PackageMissing

    figures = Figures(root / "snippets", root / ".qedeck" / "figures")

    def draw(module: str, function: str, lang: str) -> bytes:
        try:
            return figures.svg(module, function, lang, "light").encode()
        except PackageMissing as error:
            problem = f"the figure {function} needs {error.package}, which is not installed"
            raise SourceError(
                Mistake(f"snippets/{module}.py", 1, 1, problem, f"pip install {error.package}")
            ) from error

    return draw


def section(root: Path, what: str) -> str:
    """The code of a snippet section, `norms.py:p-norm`, or of a whole file."""
    file, _, name = what.partition(":")
    path = f"snippets/{file}"
    try:
        lines = (root / path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SourceError(Mistake(path, 1, 1, "cannot be read", "write it")) from error
    marks = {
        mark: k
        for k, line in enumerate(lines)
        for mark in ("start", "end")
        if f"[{mark}:{name}]" in line and "--8<--" in line
    }
    if name and len(marks) < 2:
        raise SourceError(Mistake(path, 1, 1, f"has no section `{name}`", "mark its start and end"))
    part = lines[marks["start"] + 1 : marks["end"]] if name else lines
    return "\n".join(line for line in part if "--8<-- [" not in line)
