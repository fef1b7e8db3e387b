"""Wrong variants of statements, written on the pages of a copy of the notes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qedeck.evidence.library import Project, read_project
from qedeck.evidence.verify import Subject, subjects
from qedeck.notes.library import read_library

ROOT = Path(__file__).parents[2]
TABLES = {path.stem: path for path in sorted(Path(__file__).with_name("must_fail").glob("*.md"))}
"""By note, its errors: under the slug of a statement (after the word `definition`, where a check
must reject it), what stands there → what is written instead."""
CHANGE = re.compile("`([^`]+)` → `([^`]*)`")


@dataclass(frozen=True)
class Variant:
    """A statement with one error in it."""

    note: str
    slug: str
    number: int
    """Which of the errors in the statement it is."""
    changes: tuple[tuple[str, str], ...]
    """What stands there, and what is written instead."""

    @property
    def id(self) -> str:
        return f"{self.note}/{self.slug}-wrong-{self.number}"

    def corrupted(self, right: str) -> str:
        """The statement with the error."""
        for old, new in self.changes:
            assert old in right, f"{old} does not stand in {self.slug}: {right}"
            right = right.replace(old, new, 1)
        return right


def variants(*, definitions: bool = False) -> list[Variant]:
    """All variants of claims and misconceptions, or of definitions, of all notes."""
    found: list[Variant] = []
    for note, path in TABLES.items():
        for part in re.split("^## ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            heading, *rows = part.strip().splitlines()
            kind, _, slug = heading.rpartition(" ")
            changes = [tuple(CHANGE.findall(row)) for row in rows if row.startswith("- ")]
            assert changes, f"{path.name}: nothing is changed under {heading}"
            assert all(changes), f"{path.name}: a row without → under {heading}"
            if (kind == "definition") == definitions:
                found.extend(Variant(note, slug, k, one) for k, one in enumerate(changes, 1))
    return found


def callout(text: str, slug: str) -> str:
    """A statement as it stands on the page."""
    start = text.index("> [!", text.rindex("\n", 0, text.index(f"|{slug}]")))
    return re.split(r"\n(?!>)", text[start:], maxsplit=1)[0]


def beside(root: Path, wrong: Sequence[Variant]) -> Mapping[str, Subject]:
    """Variants beside the true statements; a claim takes no counterexample along."""
    _copied(root, "notes", "snippets")
    for one in wrong:
        page = root / "notes" / "en" / f"{one.note}.md"
        text = page.read_text("utf-8")
        box = one.corrupted(callout(text, one.slug))
        box = box.replace(f"|{one.slug}]", f"|{one.id.partition('/')[2]}]")
        if box.startswith("> [!claim"):
            box = box.partition("\n> Fails at")[0].rstrip("\n> ")
        page.write_text(f"{text.rstrip()}\n\n{box}\n", "utf-8")
    library = read_library(root)
    library.check()
    return subjects(library)


def instead(root: Path, wrong: Sequence[Variant]) -> Project:
    """A project in which variants stand in the place of the true statements."""
    _copied(root, "notes", "snippets", "checks")
    shutil.copy(ROOT / "mkdocs.yml", root)
    for one in wrong:
        page = root / "notes" / "en" / f"{one.note}.md"
        text = page.read_text("utf-8")
        right = callout(text, one.slug)
        page.write_text(text.replace(right, one.corrupted(right), 1), "utf-8")
    return read_project(root)


def _copied(root: Path, *folders: str) -> None:
    for folder in folders:
        shutil.copytree(ROOT / folder, root / folder)
