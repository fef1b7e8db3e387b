"""Cards as data: what review pages show."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from qedeck.cards.export import export_json
from qedeck.cards.lock import Lock, read_lock
from qedeck.cards.review import review_deck
from qedeck.cards.scripts import site_files
from qedeck.errors import SourceError
from qedeck.notes.model import Heading, Note


@pytest.fixture
def read(project):
    """The project's deck as a review page has it."""

    def made(**changes):
        note = Note(
            "norms", "en", "notes/en/norms.md", "note", "Norms", "", (),
            headings=(Heading(5, 2, "mechanism", "Mechanism"), Heading(15, 3, "flat", "*Flat* x")),
            tags=("geometry",), **changes,
        )  # fmt: skip
        sources = replace(project.sources, notes=(note,))
        return review_deck(sources, read_lock(project.root))

    return made


def cards(deck):
    return {card.id: card for card in deck.cards}


def test_every_card_and_every_deletion_is_a_card_that_stands_alone(read):
    deck = read()
    (note,) = deck.notes
    assert (note.name, note.title, note.url) == ("norms", "Norms", "norms/")
    assert note.sections == {"mechanism": "Mechanism", "flat": "Flat x"}
    assert list(cards(deck)) == [
        "en/why-diamond", "en/flat", "en/who", "en/two-modes/c1", "en/two-modes/c2",
    ]  # fmt: skip
    first = cards(deck)["en/why-diamond"]
    assert (first.group, first.section, first.place) == (
        "en/why-diamond", "mechanism", "norms/#why-diamond",
    )  # fmt: skip
    assert first.front == "Why is the ball of \\(\\|x\\|_1\\) a <em>diamond</em>?"
    assert '<a href="norms/#sandwich">sandwich</a>: \\(\\lvert x \\rvert &lt; 1\\)' in first.back
    assert first.foot == '✓ Verified by machine: <a href="norms/#sandwich">sandwich</a> (proved)'
    assert (first.rests, first.tags, first.kind) == (("norms/sandwich",), ("geometry",), "basic")
    assert {cards(deck)[f"en/two-modes/c{k}"].group for k in (1, 2)} == {"en/two-modes"}


def test_a_deletion_is_hidden_in_the_question_and_marked_in_the_answer(read):
    second = cards(read())["en/two-modes/c2"]
    hidden = '<span class="qd-hidden">[…]</span>'
    assert second.front == f"Trained with batch and tested with {hidden} statistics."
    assert '<span class="qd-shown">running</span> statistics.' in second.back


def test_a_deletion_in_a_formula_leaves_a_box(project, read):
    project.add_cloze("maths", r"$x^{a^{==b^{2}==}} < ==y::z==$ and ==$\{1\}$==", "norms/limit")
    found = cards(read())
    assert found["en/maths/c1"].front.startswith(r"\(x^{a^{ \boxed{\phantom{b^{2} }} }} &lt;")
    assert r"\(x^{a^{ b^{2}  }} &lt; " in found["en/maths/c2"].front
    assert found["en/maths/c3"].front.endswith(' and <span class="qd-hidden">[…]</span>')
    assert r'<span class="qd-shown">\(\{1\}\)</span>' in found["en/maths/c3"].back
    told = [side for card in found.values() for side in (card.front, card.back)]
    assert not [side for side in told if "{{c" in side or "<!--" in side]


def test_numbers_of_deletions_are_those_that_learners_have(project, read):
    project.lock()
    project.edit("two-modes", front="Tested with ==running== statistics.")
    assert [card for card in cards(read()) if "two" in card] == ["en/two-modes/c2"]


def test_a_card_that_is_not_verified_is_not_shown(project, read):
    project.judge("norms/limit", "fails")
    deck = read()
    assert list(cards(deck)) == ["en/why-diamond", "en/who"]
    assert {card.slug for card in deck.left_out} == {"flat", "two-modes"}


def test_verified_stands_only_under_what_a_statement_says(project, read):
    project.add("defined", "What is it?", "So.", "norms/p-norm")
    project.evidence["norms/p-norm"] = replace(project.evidence["norms/p-norm"], level=None)
    project.add("beyond", "Why?", "So.", "norms/limit", fact=True)
    found = cards(read())
    assert found["en/defined"].foot == 'By definition: <a href="norms/#p-norm">p-norm</a>'
    assert found["en/beyond"].foot == (
        'Not verified by machine · see <a href="norms/#limit">limit</a>'
    )
    assert found["en/who"].foot == "Not verified by machine"


def test_the_site_has_a_short_index_and_a_script_for_each_note(project, read):
    project.edit("who", back="</script><script>\u2028<!-- x")
    files = site_files(read())
    assert set(files) == {
        "assets/qedeck/cards/index.js",
        "assets/qedeck/cards/norms.js",
        *(name for name in files if name.endswith(".svg")),
    }
    index = files["assets/qedeck/cards/index.js"].decode()
    told = json.loads(index.removeprefix("qedeckDeck(").removesuffix(");\n"))
    assert told["notes"][0]["cards"][0] == ["en/why-diamond", "en/why-diamond", "mechanism"]
    assert told["notes"][0]["script"] == "assets/qedeck/cards/norms.js"
    script = files["assets/qedeck/cards/norms.js"].decode()
    assert not any(mark in script for mark in ("</", "\u2028", "<!--"))
    name, told = json.loads(f"[{script.removeprefix('qedeckNote(').removesuffix(');' + chr(10))}]")
    assert (name, told[2]["id"]) == ("norms", "en/who")
    assert "variants" not in told[0]
    image = '<img src="assets/qedeck/cards/media/'
    assert image in told[0]["back"]


def test_a_script_in_a_card_is_text(project, read):
    project.edit("who", front="<script>alert(1)</script>", back="<img src=x onerror=alert(1)>")
    card = cards(read())["en/who"]
    assert "<script" not in card.front + card.back
    assert "<img" not in card.back


def test_the_json_holds_every_card_and_its_pictures(project):
    report = export_json(project.root, project.root / "cards.json", project.sources)
    assert report.cards == 5
    told = json.loads((project.root / "cards.json").read_text("utf-8"))
    assert (told["format"], told["lang"]) == (1, "en")
    first = told["notes"][0]["cards"][0]
    assert '<img src="data:image/svg+xml;base64,' in first["back"]
    project.evidence = dict.fromkeys(project.statements)
    with pytest.raises(SourceError, match="nothing is verified yet"):
        export_json(project.root, project.root / "cards.json", project.sources)


def test_a_deck_without_a_lock_numbers_deletions_afresh(project):
    deck = review_deck(project.sources, Lock())
    assert "en/two-modes/c2" in cards(deck)
