"""Wrong variants of statements, written beside the true ones in a copy of the notes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from qedeck.evidence.verify import Subject, subjects, verify
from qedeck.notes.library import read_library

ROOT = Path(__file__).parents[2]
Variant = tuple[str, str, str, str]
"""Note, statement, what stands there, what is written in its place."""


def callout(text: str, slug: str) -> str:
    """A statement as it stands on the page."""
    start = text.index("> [!", text.rindex("\n", 0, text.index(f"|{slug}]")))
    return re.split(r"\n(?!>)", text[start:], maxsplit=1)[0]


def written(root: Path, variants: Sequence[Variant]) -> Mapping[str, Subject]:
    """All variants, read from one copy of the notes; a claim takes no counterexample along."""
    shutil.copytree(ROOT / "notes", root / "notes")
    shutil.copytree(ROOT / "snippets", root / "snippets")
    for k, (note, slug, old, new) in enumerate(variants):
        page = root / "notes" / "en" / f"{note}.md"
        text = page.read_text("utf-8")
        wrong = callout(text, slug)
        assert old in wrong, f"{old} does not stand in {slug}: {wrong}"
        wrong = wrong.replace(old, new, 1).replace(f"|{slug}]", f"|variant-{k}]")
        if wrong.startswith("> [!claim"):
            wrong = wrong.partition("\n> Fails at")[0].rstrip("\n> ")
        page.write_text(f"{text.rstrip()}\n\n{wrong}\n", "utf-8")
    library = read_library(root)
    library.check()
    return subjects(library)


def fails(subject: Subject) -> None:
    """The statement is found false, by a counterexample rather than by what it lacks."""
    evidence = verify(subject, seed=1, hand=None, dependencies={})
    assert evidence.verdict == "fails", evidence
    said = (" is false", "the counterexample on the page fails", "has no value at")
    assert any(words in evidence.message for words in said), evidence.message
