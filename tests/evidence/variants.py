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

from .wrong import (
    attention,
    batch_norm,
    convexity,
    distribution_shift,
    lagrangian_duality,
    layer_and_group_norm,
    moments,
    multi_head_attention,
    norms,
    regularization,
    running_statistics,
    softmax,
)

ROOT = Path(__file__).parents[2]
TABLES = {
    module.__name__.rpartition(".")[2].replace("_", "-"): module
    for module in (
        attention, batch_norm, convexity, distribution_shift, lagrangian_duality,
        layer_and_group_norm, moments, multi_head_attention, norms, regularization,
        running_statistics, softmax,
    )
}  # fmt: skip
"""By note, its errors: a statement's slug, what stands there, and what is written instead. A
misconception with nothing written instead is passed off as a claim."""


@dataclass(frozen=True)
class Variant:
    """A statement with one error in it."""

    note: str
    slug: str
    number: int
    """Which of the errors in the statement it is."""
    old: str = "misconception"
    new: str = "claim"

    @property
    def id(self) -> str:
        return f"{self.note}/{self.slug}-wrong-{self.number}"

    def corrupted(self, right: str) -> str:
        """The statement with the error."""
        assert self.old in right, f"{self.old} does not stand in {self.slug}: {right}"
        return right.replace(self.old, self.new, 1)


def variants(table: str) -> list[Variant]:
    """All variants of one table of all notes."""
    found: list[Variant] = []
    for note, module in TABLES.items():
        for slug, *change in getattr(module, table, ()):
            number = sum(one.note == note and one.slug == slug for one in found) + 1
            found.append(Variant(note, slug, number, *change))
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
