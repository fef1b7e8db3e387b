"""Pages of earlier builds are given back only where everything that they show is the same."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import read_project


@pytest.fixture
def verified(project, records):
    """The project, with evidence in its ledger."""
    digests = read_project(project).digests
    ledger = open_ledger(project)
    for evidence, stale in records.values():
        if evidence is not None:
            digest = "of another day" if stale else digests[evidence.id]
            ledger.store(replace(evidence, digest=digest))
    return project


def pages(site):
    """All that a site consists of, but for the time of the build."""
    files = (file for file in site.rglob("*") if file.is_file() and "sitemap" not in file.name)
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in files}


def test_what_has_not_changed_is_neither_read_nor_rendered_again(verified, publish, monkeypatch):
    first = pages(publish(verified, strict=False))
    monkeypatch.setattr("qedeck.evidence.library.read_shown", None)
    monkeypatch.setattr("markdown.Markdown.convert", None)
    assert pages(publish(verified, strict=False)) == first


def in_file(path, old, new):
    def edit(root):
        file = root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def other_evidence(root):
    ledger = open_ledger(root)
    ledger.store(replace(ledger.latest("norms/wide"), instances=77))


def failing_evidence(root):
    ledger = open_ledger(root)
    ledger.store(replace(ledger.latest("norms/sandwich"), verdict="fails", level=None))


def written(path, text):
    def edit(root):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")

    return edit


PAGE = "---\nkind: page\ntitle: More\n---\n\nMore.\n"
EDITS = {
    "prose": in_file("notes/en/norms.md", "Long, with", "Short, with"),
    "a formula, which makes evidence stale": in_file(
        "notes/en/norms.md", r"n^{1/p} \|x\|_\infty$$", r"2 n^{1/p} \|x\|_\infty$$"
    ),
    "a title that another note links": in_file("notes/en/norms.md", "lies between", "lies where"),
    "the title of a note": in_file("notes/en/norms.md", "title: Norms", "title: Lengths"),
    "a topic": in_file("notes/en/clipping.md", "How long may", "How short may"),
    "a snippet": in_file("snippets/norms.py", "** (1 / p)", "** (1.0 / p)"),
    "a figure": in_file("snippets/norms.py", "axes.plot([0, 1], [0, 1])", "axes.plot([0, 1])"),
    "a check": in_file("checks/test_norms.py", "the whole of it", "all of it"),
    "evidence": other_evidence,
    "evidence that fails": failing_evidence,
    "evidence that goes": lambda root: shutil.rmtree(root / ".qedeck/evidence"),
    "a module that a check imports": written("checks/conftest.py", "import helping\n"),
    "a page": written("notes/en/more.md", PAGE),
    "a deck": written(".qedeck/deck.apkg", "deck"),
    "settings of Markdown": in_file("mkdocs.yml", "permalink: true", "permalink: §"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_after_an_edit_a_site_is_what_it_would_be_without_what_was_kept(
    verified, publish, tmp_path, edit
):
    before = pages(publish(verified, strict=False))
    edit(verified)
    edited = pages(publish(verified, tmp_path / "edited", strict=False))
    shutil.rmtree(verified / ".qedeck/pages")
    assert edited == pages(publish(verified, tmp_path / "fresh", strict=False))
    assert edited != before


def test_what_a_build_warned_of_is_said_by_the_next_one(verified, publish, caplog):
    note = verified / "notes/en/index.md"
    note.write_text(note.read_text() + "\nSee [it](nowhere.txt).\n")
    publish(verified, strict=False)
    first = [record.getMessage() for record in caplog.records]
    assert any("nowhere.txt" in message for message in first)
    assert any("changed (stale)" in message for message in first)
    caplog.clear()
    publish(verified, strict=False)
    assert [record.getMessage() for record in caplog.records] == first


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", None])
def test_a_damaged_file_counts_as_absent(verified, publish, damage):
    first = pages(publish(verified, strict=False))
    for file in (verified / ".qedeck/pages").iterdir():
        file.write_bytes(file.read_bytes()[:-9] if damage is None else damage)
    assert pages(publish(verified, strict=False)) == first


def test_a_folder_that_cannot_be_written_is_done_without(verified, publish):
    (verified / ".qedeck/pages").write_text("no folder")
    assert "norms.html" in pages(publish(verified, strict=False))
