"""Errors in the statements of the notes, written on the page, must never pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from qedeck.evidence.library import Project
from qedeck.evidence.snippets import load
from qedeck.evidence.verify import Subject, verify
from qedeck.evidence.view import view_of

from .variants import ROOT, TABLES, Variant, beside, instead, variants

WRONG = variants()
DEFINITIONS = variants(definitions=True)
WITNESS = {"running-statistics/ema": "running-statistics/ema-closed-form"}
"""The claim whose check computes with a definition, where it is not the definition itself."""
SAID = (" is false", "the counterexample on the page fails", "has no value at")
UNCONFIRMED = (r"\lim", r"\int")
"""Of these no exact evaluation tells: a counterexample that floats find is called doubtful."""


@pytest.fixture(scope="session")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All wrong statements, read once."""
    return beside(tmp_path_factory.mktemp("wrong") / "project", WRONG)


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Project]:
    """Copies of the project in which the first, the second … errors in definitions stand."""
    numbers = {one.number for one in DEFINITIONS}
    root = tmp_path_factory.mktemp("definitions")
    return {
        k: instead(root / str(k), [one for one in DEFINITIONS if one.number == k]) for k in numbers
    }


def test_there_are_errors_for_every_note() -> None:
    notes = {note.stem for note in (ROOT / "notes" / "en").glob("*.md")}
    tried = {one.note for one in WRONG}
    assert tried == set(TABLES)
    pages = {"index", "trust", "writing", "from-the-seed", "remember"}
    assert notes - tried == pages


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.id)
def test_an_error_on_the_page_is_found_at_its_place(
    subjects: Mapping[str, Subject], wrong: Variant
) -> None:
    subject = subjects[wrong.id]
    evidence = verify(subject, seed=1, hand=None, dependencies={})
    assert evidence.verdict == "fails", evidence
    # By a counterexample, rather than by what it lacks.
    floats = any(word in subject.latex for word in UNCONFIRMED)
    said = (*SAID, " is doubtful at") if floats else SAID
    assert any(words in evidence.message for words in said), evidence.message
    assert evidence.message.startswith(f"notes/en/{wrong.note}.md:"), evidence.message


@pytest.mark.parametrize("wrong", DEFINITIONS, ids=lambda wrong: wrong.id)
def test_a_check_rejects_a_wrong_definition(
    projects: Mapping[int, Project], wrong: Variant
) -> None:
    full = f"{wrong.note}/{wrong.slug}"
    name = WITNESS.get(full, full)
    rejected = 0
    for check in checks_of(name):
        try:
            check(view_of(projects[wrong.number], name))
        except AssertionError:
            rejected += 1
    assert rejected


def checks_of(name: str) -> Iterator[Callable[[Any], None]]:
    """The hand-written checks that are about a statement."""
    note = name.partition("/")[0].replace("-", "_")
    for found in vars(load(ROOT / "checks" / f"test_{note}.py")).values():
        marks = getattr(found, "pytestmark", ())
        if any(mark.name == "claim" and name in mark.args for mark in marks):
            yield found
