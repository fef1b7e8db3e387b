"""Answers given in Anki, read from its collections and packages."""

from __future__ import annotations

import sqlite3
import zipfile

import pytest
from anki.collection import DeckIdLimit, ExportAnkiPackageOptions
from anki.scheduler.v3 import CardAnswer

from qedeck.errors import SourceError
from qedeck.memory.collection import read_collection
from qedeck.memory.decks import anki_cards
from qedeck.memory.history import read_history
from qedeck.memory.incoming import bring_in

from .test_statements import base, deck  # noqa: F401 - a fixture


def answer(project, grades):
    """Answer what Anki asks; returns the answers as its log has them."""
    col = project.col
    for grade in grades:
        queued = col.sched.get_queued_cards().cards[0]
        card = col.get_card(queued.card.id)
        card.start_timer()
        rating = {1: CardAnswer.AGAIN, 2: CardAnswer.HARD, 3: CardAnswer.GOOD, 4: CardAnswer.EASY}
        col.sched.answer_card(
            col.sched.build_answer(card=card, states=queued.states, rating=rating[grade])
        )
    rows = col.db.all(
        "select substr(n.flds, 1, instr(n.flds, char(31)) - 1), c.ord, r.id, r.ease "
        "from revlog r, cards c, notes n "
        "where r.cid = c.id and c.nid = n.id order by r.id"
    )
    deletions = {"two-modes"}
    return [
        (f"en/{slug}" + (f"/c{ord_ + 1}" if slug in deletions else ""), at, ease)
        for slug, ord_, at, ease in rows
    ]


@pytest.fixture
def learned(project):
    """A project whose cards were answered in Anki."""
    project.bring_in()
    project.col.decks.select(project.col.decks.id_for_name("qedeck"))
    project.answers = answer(project, [3, 1, 4, 2, 3, 3])
    return project


def packed(project, kind):
    """The collection as Anki writes it."""
    out = project.root / {"anki2": "learner.anki2", "open": "learner.anki2"}.get(kind, kind)
    if kind.endswith("apkg"):
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=False, with_media=True,
            legacy=kind.startswith("legacy"),
        )  # fmt: skip
        limit = DeckIdLimit(project.col.decks.id_for_name("qedeck"))
        project.col.export_anki_package(out_path=str(out), options=options, limit=limit)
    elif kind.endswith("colpkg"):
        project.col.export_collection_package(
            str(out), include_media=False, legacy=kind.startswith("legacy")
        )
        project.col.reopen()
    elif kind == "anki2":
        project.col.close()
        project.col = None
    return out


@pytest.mark.parametrize(
    "kind", ["anki2", "open", "legacy.apkg", "new.apkg", "legacy.colpkg", "new.colpkg"]
)
def test_answers_come_from_every_kind_of_file(learned, kind):
    file = packed(learned, kind)
    found = read_collection(file, anki_cards(learned.root))
    assert [(e.card, e.at, e.grade) for e in found.events] == learned.answers
    assert {event.by for event in found.events} == {"anki"}
    assert len({event.id for event in found.events}) == 6


def test_importing_twice_and_from_another_file_changes_nothing(learned):
    folder = learned.root / "reviews"
    first = bring_in(learned.root, folder, packed(learned, "new.apkg"), "laptop")
    assert (first.new, first.known) == (6, 0)
    text = (folder / "laptop.jsonl").read_bytes()
    for kind in ("new.apkg", "legacy.colpkg", "anki2"):
        again = bring_in(learned.root, folder, packed(learned, kind), "laptop")
        assert (again.new, again.known) == (0, 6)
    assert (folder / "laptop.jsonl").read_bytes() == text
    assert len(read_history(folder).events) == 6


def test_cards_that_are_not_ours_and_entries_that_are_no_answers_are_told(learned):
    col = learned.col
    foreign = col.new_note(col.models.by_name("Basic"))
    foreign["Front"] = "not ours"
    col.add_note(foreign, col.decks.id_for_name("Default"))
    (card,) = foreign.cards()
    learned.learn("flat", 9)
    col.decks.select(col.decks.id_for_name("Default"))
    answer(learned, [3])
    assert card
    found = read_collection(packed(learned, "anki2"), anki_cards(learned.root))
    assert len(found.events) == 6
    assert found.remarks == (
        "1 answers are to cards that are not of this project",
        "1 entries are no answers (set by hand, rescheduled, or practice)",
    )


def test_answers_to_a_card_that_is_retired_are_kept(learned):
    learned.drop("flat")
    learned.lock()
    found = read_collection(packed(learned, "anki2"), anki_cards(learned.root))
    assert [(e.card, e.at, e.grade) for e in found.events] == learned.answers


def test_answers_to_cards_of_statements_are_theirs(base):  # noqa: F811
    base.bring_in()
    ids = {card.id for card in deck(base).cards}
    base.col.decks.select(base.col.decks.id_for_name("qedeck"))
    answer(base, [4] * 4)
    for note in base.col.find_notes(""):
        for card in base.col.get_note(note).cards():
            base.col.sched.unbury_cards([card.id])
    answer(base, [4] * (len(ids) - 4))
    found = read_collection(packed(base, "anki2"), anki_cards(base.root))
    assert {event.card for event in found.events} == ids
    assert found.remarks == ()


def test_the_collection_is_not_changed(learned):
    file = packed(learned, "anki2")
    before = file.read_bytes()
    read_collection(file, anki_cards(learned.root))
    assert file.read_bytes() == before
    assert {path.name for path in file.parent.glob("learner.anki2-*")} == set()


@pytest.mark.parametrize("what", ["text", "empty", "zip", "other database", "half"])
def test_what_is_no_collection_is_said_to_be_none(learned, what):
    file = learned.root / "bad.apkg"
    if what == "text":
        file.write_text("no collection")
    elif what == "empty":
        file.write_bytes(b"")
    elif what == "zip":
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("readme.txt", "nothing")
    elif what == "other database":
        connection = sqlite3.connect(file)
        connection.execute("create table t (x)")
        connection.close()
    else:
        whole = packed(learned, "new.apkg")
        with zipfile.ZipFile(whole) as package:
            packed_ = package.read("collection.anki21b")
        with zipfile.ZipFile(file, "w") as package:
            package.writestr("collection.anki21b", packed_[: len(packed_) // 2])
    with pytest.raises(SourceError, match=r"bad\.apkg:1:1: it cannot be read as Anki's"):
        read_collection(file, anki_cards(learned.root))
