"""Decks from a project's files."""

from __future__ import annotations

import zipfile
from types import SimpleNamespace

import pytest

from qedeck.cards.address import Site
from qedeck.cards.export import export_anki, export_csv, lock_cards
from qedeck.cards.project import drawing, gather
from qedeck.cards.unchanged import unless_unchanged
from qedeck.errors import SourceError
from qedeck.evidence import library
from qedeck.evidence.record import Evidence
from qedeck.notes.library import read_library

NOTE = """\
---
title: Norms
topic: How long is a vector?
after: []
---

## Axioms & definitions

> [!definition|p-norm] The p-norm
>
> Let $x \\in \\mathbb{R}^n$ and $p > 0$.
>
> $$\\|x\\|_p := \\left( \\sum_{i=1}^{n} |x_i|^p \\right)^{1/p}$$

## History

## Mechanism

> [!claim|homogeneity] Scaling a vector scales its size
>
> With the [p-norm](#p-norm), let $x \\in \\mathbb{R}^n$ and $\\alpha \\in \\mathbb{R}$. Then
>
> $$\\|\\alpha x\\|_p = |\\alpha| \\, \\|x\\|_p$$

## Application

> [!card|overflow]- Which axiom saves $\\|x\\|_2$ from *overflow*?
>
> [Homogeneity](#homogeneity):
>
> $$\\|\\alpha x\\|_p = |\\alpha| \\,
>   \\|x\\|_p$$
>
> ![A line](figure:norms.line)

> [!cloze|who] Norms are from ==Minkowski==, ==1896==. [fact]
"""
FIGURE = """\
def line(lang):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().plot([0, 1])
    return figure
"""


def proof(name):
    return Evidence(name, "claim", "0" * 64, "holds", "engine", "proved")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A project of one note, whose evidence is as `shown` says."""
    for name, text in {"notes/en/norms.md": NOTE, "snippets/norms.py": FIGURE}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_url: https://notes.example\n")
    shown = {name: (proof(name), False) for name in ("norms/p-norm", "norms/homogeneity")}
    monkeypatch.setattr(
        library,
        "read_shown",
        lambda root: (SimpleNamespace(library=read_library(root), lang="en", subjects={}), shown),
    )
    return tmp_path


def test_a_project_is_locked_and_exported(root):
    assert str(lock_cards(root)) == "new: norms/homogeneity, norms/p-norm, overflow, who"
    report = export_anki(root, root / "out/deck.apkg")
    assert (report.cards, report.left_out, report.notices) == (5, (), ())
    with zipfile.ZipFile(root / "out/deck.apkg") as package:
        assert sorted(package.namelist()) == ["0", "collection.anki2", "media"]
        assert package.read("0").startswith((b"<svg", b"<?xml"))
    report = export_csv(root, root / "out/cards.csv")
    text = report.output.read_text("utf-8")
    assert '<a href=""https://notes.example/norms/#homogeneity"">Homogeneity</a>' in text
    assert "\\[\\|\\alpha x\\|_p = |\\alpha| \\, \\|x\\|_p\\]" in text
    assert "{{c1::Minkowski}}, {{c2::1896}}." in text
    assert "[fact]" not in text


def test_stale_evidence_counts_as_none(root):
    lock_cards(root)
    _, shown = library.read_shown(root)
    shown["norms/p-norm"] = (proof("norms/p-norm"), True)
    (left,) = export_anki(root, root / "deck.apkg").left_out
    assert left.reason == "norms/p-norm has no evidence that fits it now; run pytest checks"
    assert gather(root).site == Site("https://notes.example/")


def test_a_broken_note_stops_lock_and_export_so_that_its_cards_do_not_look_retired(root):
    lock_cards(root)
    (root / "notes/en/norms.md").write_text(NOTE.replace("## Mechanism\n", ""), "utf-8")
    before = (root / "cards.lock").read_bytes()
    for act in (lock_cards, lambda root: export_anki(root, root / "deck.apkg")):
        with pytest.raises(SourceError, match=r"notes/en/norms\.md"):
            act(root)
    assert (root / "cards.lock").read_bytes() == before


def test_a_figure_that_needs_a_missing_package_says_so(root):
    (root / "snippets/norms.py").write_text("import gone_away\n" + FIGURE)
    with pytest.raises(SourceError, match="needs gone_away, which is not installed"):
        drawing(root)("norms", "line", "en")


def test_drawing_twice_gives_the_same_bytes(root):
    first = drawing(root)("norms", "line", "en")
    for kept in (root / ".qedeck/figures").iterdir():
        kept.unlink()
    assert drawing(root)("norms", "line", "en") == first


def test_a_displayed_formula_may_be_spelt_otherwise_but_must_be_the_same_tree(root):
    path = root / "notes/en/norms.md"
    written = "> $$\\|\\alpha x\\|_p = |\\alpha| \\,\n>   \\|x\\|_p$$"
    assert written in NOTE
    for formula, left in {
        "\\lVert \\alpha \\, x \\rVert_p = \\lvert \\alpha \\rvert \\|x\\|_{p}": 0,
        "\\|\\alpha x\\|_p = \\alpha \\, \\|x\\|_p": 1,
    }.items():
        path.write_text(NOTE.replace(written, f"> $${formula}$$"), "utf-8")
        lock_cards(root)
        report = export_anki(root, root / "deck.apkg")
        assert len(report.left_out) == left
    assert "is no formula of the note" in report.left_out[0].reason


def test_an_export_whose_sources_and_output_are_unchanged_is_not_made_again(tmp_path):
    for name in ("notes/en", ".qedeck"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "notes/en/norms.md").write_text("one")
    output, made = tmp_path / "deck.apkg", []

    def act() -> str:
        made.append(1)
        output.write_text(f"deck {len(made)}")
        return f"said {len(made)}"

    def run() -> str:
        return unless_unchanged(tmp_path, output, "anki", act)

    assert [run(), run()] == ["said 1", "said 1"]
    (tmp_path / "notes/en/norms.md").write_text("two!")
    assert run() == "said 2"
    output.unlink()
    assert [run(), run()] == ["said 3", "said 3"]
    (tmp_path / "cards.lock").write_text("{}")
    assert run() == "said 4"
