"""A project as evidence sees it; nothing here imports torch or a check module."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from qedeck.errors import Mistake, SourceError
from qedeck.evidence.digest import code_hash, digests, hash_of, library_versions
from qedeck.evidence.ledger import FOLDER, open_ledger
from qedeck.evidence.record import Evidence
from qedeck.evidence.sources import Check, find_checks, module_source
from qedeck.formula.macros import MACROS
from qedeck.notes.cache import Cache
from qedeck.notes.library import Library, read_library
from qedeck.proof.files import file_of

KEPT = "read"
"""File of the ledger's folder with what was read, so that it need not be read again."""
READING = ("qedeck.formula", "qedeck.notes")
"""The packages whose code reads."""


@dataclass(frozen=True)
class Project:
    """Notes, bound statements and checks of one project, with all mistakes found on the way."""

    root: Path
    library: Library
    subjects: Mapping[str, Any]
    """Bound statements by full id."""
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...]
    lang: str = "en"
    """Language of the notes whose statements these are."""

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of each bound statement."""
        sources: dict[str, list[str]] = {}
        for check in self.checks:
            for name in check.claims:
                sources.setdefault(name, []).append(f"{check.node} {check.source}")
        modules = {file: module_source(file, self.root) for file in set(self.snippets.values())}
        for name, file in self.snippets.items():
            sources.setdefault(name, []).extend(modules[file])
        for name in self.subjects:
            # Who proves a statement depends on whether its note has such a file, not on what it
            # holds: that is checked, and searched where it does not hold up.
            if file_of(self.root, self.lang, name.rpartition("/")[0]).is_file():
                sources.setdefault(name, []).append("its note has a file of proofs")
        return digests(self.subjects, sources, MACROS)

    @cached_property
    def snippets(self) -> dict[str, Path]:
        """For each statement that a snippet section implements, the section's file."""
        found: dict[str, Path] = {}
        for note in self.library.notes:
            for use in note.snippets if note.lang == self.lang else ():
                name = f"{note.name}/{use.section}"
                file = self.root / "snippets" / use.file
                if name in self.subjects and file.is_file():
                    found[name] = file
        return found

    def checks_of(self, name: str) -> tuple[Check, ...]:
        """The hand-written checks of a statement."""
        return tuple(check for check in self.checks if name in check.claims)

    def related(self, note: str) -> frozenset[str]:
        """Statements of a note, all that they rest on, and all that rest on them."""
        own = {name for name in self.subjects if name.partition("/")[0] == note}
        used = {name: set(subject.uses) for name, subject in self.subjects.items()}
        users: dict[str, set[str]] = {name: set() for name in self.subjects}
        for name, others in used.items():
            for other in others & users.keys():
                users[other].add(name)
        above = _reach(own, users)
        return frozenset(_reach(above, used) & self.subjects.keys())


def find_project(start: Path) -> Path | None:
    """The root of the project that a path lies in: it has notes, and qedeck in its settings."""
    for folder in (start, *start.parents):
        if (folder / "notes").is_dir() and _configured(folder):
            return folder
    return None


def read_project(root: Path, lang: str = "en", cache: Cache | None = None) -> Project:
    """Read a whole project and bind one language; mistakes are collected, never raised.

    Args:
        root: The project's folder.
        lang: The language.
        cache: What was read before; what the last process kept where it is not given.
    """
    if cache is not None:
        return _read(root, lang, cache)
    cache = kept(root)
    project = _read(root, lang, cache)
    if cache.changed and (root / FOLDER).is_dir():
        cache.store(root / FOLDER / KEPT, _stamp())
    return project


def kept(root: Path) -> Cache:
    """What the last process that read the project kept of it."""
    return Cache.load(root / FOLDER / KEPT, _stamp())


def _stamp() -> str:
    """What makes all that was read before worthless when it changes."""
    libraries = library_versions(("lark", "markdown-it-py", "mdit-py-plugins", "pyyaml"))
    return hash_of([code_hash(READING), sys.version, sorted(libraries.items())])


def _read(root: Path, lang: str, cache: Cache) -> Project:
    from qedeck.evidence import verify

    library = read_library(root, cache)
    mistakes = [*library.mistakes, *_foreign(library, lang)]
    subjects: Mapping[str, Any] = {}
    try:
        subjects = verify.subjects(library, lang, cache)
    except SourceError as error:
        mistakes.extend(error.mistakes)
        subjects = getattr(error, "subjects", {})
    checks: tuple[Check, ...] = ()
    try:
        checks = tuple(find_checks(root))
    except SourceError as error:
        mistakes.extend(error.mistakes)
    if not mistakes:
        mistakes.extend(_astray(checks, subjects, root))
    return Project(root, library, subjects, checks, tuple(sorted(set(mistakes))), lang)


def shown_evidence(root: Path, lang: str = "en") -> dict[str, tuple[Evidence | None, bool]]:
    """For each statement of a language, its latest evidence and whether it is stale."""
    return read_shown(root, lang)[1]


def read_shown(
    root: Path, lang: str = "en", cache: Cache | None = None
) -> tuple[Project, dict[str, tuple[Evidence | None, bool]]]:
    """The project, and for each statement of a language its latest evidence, or a stale one."""
    project = read_project(root, lang, cache)
    ledger = open_ledger(root, lang)
    shown: dict[str, tuple[Evidence | None, bool]] = {}
    for note in project.library.notes:
        for statement in note.statements if note.lang == lang else ():
            latest = ledger.latest(statement.id)
            digest = project.digests.get(statement.id)
            shown[statement.id] = (latest, latest is not None and latest.digest != digest)
    return project, shown


def _foreign(library: Library, lang: str) -> list[Mistake]:
    """Statements in another language, which would look verified and are not."""
    return [
        Mistake(
            statement.path,
            statement.line,
            statement.column,
            f"statements in `{statement.lang}` are not verified yet",
            f"keep the note out of notes/ until they are, or write it in notes/{lang}",
        )
        for statement in library.statements.values()
        if statement.lang != lang
    ]


def _astray(checks: tuple[Check, ...], subjects: Mapping[str, Any], root: Path) -> list[Mistake]:
    found: list[Mistake] = []
    for check in checks:
        for name in check.claims:
            if name not in subjects:
                line = (root / check.path).read_text(encoding="utf-8").splitlines()[check.line - 1]
                problem = f"the check is about {name}, which no note states"
                instead = "name a statement by its full id, such as norms/sandwich"
                found.append(Mistake(check.path, check.line, 1, problem, instead, line))
    return found


def _reach(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    found = set(start)
    left = list(start)
    while left:
        for other in edges.get(left.pop(), ()):
            if other not in found:
                found.add(other)
                left.append(other)
    return found


def _configured(folder: Path) -> bool:
    settings = folder / "pyproject.toml"
    if settings.is_file():
        try:
            if "qedeck" in tomllib.loads(settings.read_text(encoding="utf-8")).get("tool", {}):
                return True
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            return False
    site = folder / "mkdocs.yml"
    return site.is_file() and "qedeck" in site.read_text(encoding="utf-8", errors="replace")
