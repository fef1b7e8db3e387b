"""Decks as a learner's Anki takes them."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace

import pytest
from anki import import_export_pb2

from qedeck.cards import identity, template
from qedeck.cards.address import Site
from qedeck.errors import SourceError
from qedeck.notes.model import Note


def test_every_card_arrives_in_the_deck_of_its_language_tagged_by_note(project):
    log = project.bring_in()
    assert (len(log.new), log.found_notes) == (4, 4)
    assert len(project.col.find_cards('deck:"qedeck::en"')) == 5
    assert len(project.col.find_cards('deck:"qedeck::en::01 norms"')) == 5
    assert len(project.col.find_notes('tag:"qedeck::norms"')) == 4
    assert project.note("who").tags == ["qedeck::fact", "qedeck::norms"]


def test_each_note_has_a_deck_of_its_own(project):
    project.add("dual", "What is dual?", "The ball.", "norms/limit", note="ml/duality")
    project.bring_in()
    (card,) = project.note("dual").cards()
    assert project.col.decks.name(card.did) == "qedeck::en::ml::01 duality"
    assert len(project.col.find_cards('deck:"qedeck::en"')) == 6


def test_a_second_language_has_a_deck_of_its_own(project):
    project.add("flat", "什么是平的？", "球。", "norms/limit", lang="zh")
    project.bring_in()
    assert len(project.col.find_cards('deck:"qedeck::zh"')) == 1
    assert len(project.col.find_cards('deck:"qedeck::en"')) == 5
    (chinese,) = project.col.find_notes('deck:"qedeck::zh"')
    assert "✓ 机器已验证: limit (已证明)" in project.col.get_note(chinese)["Verified"]


def test_question_and_answer_are_rendered(project):
    project.bring_in()
    question, answer = project.shown("why-diamond")
    assert question == (
        '<p class="context">norms</p>\n<div class="front">'
        "Why is the ball of \\(\\|x\\|_1\\) a <em>diamond</em>?</div>"
    )
    assert "<p>By sandwich: \\(\\lvert x \\rvert &lt; 1\\)</p>" in answer
    assert "✓ Verified by machine: sandwich (proved)" in answer
    assert "{{" not in answer
    assert "Not verified by machine" in project.shown("who")[1]


def test_each_deletion_is_a_card(project):
    project.bring_in()
    question, answer = project.shown("two-modes", 1)
    assert "Trained with" in question
    assert "batch" in question
    assert ">[...]</span> statistics" in question
    assert ">running</span> statistics" in answer


def test_figures_come_as_media_named_by_content(project):
    project.bring_in()
    name = f"qedeck-{hashlib.sha256(project.svg).hexdigest()[:16]}.svg"
    assert f'<img src="{name}" alt="Balls">' in project.shown("why-diamond")[1]
    report = project.col.media.check()
    assert (list(report.missing), list(report.unused)) == ([], [])
    project.svg = project.svg.replace(b'"1"', b'"0.5"')
    assert len(project.bring_in().updated) == 1
    assert name not in project.shown("why-diamond")[1]
    assert list(project.col.media.check().missing) == []


def test_two_exports_of_the_same_notes_are_the_same_bytes(project, monkeypatch):
    project.lock()
    project.export("first.apkg")
    project.table()
    table = (project.root / "cards.csv").read_bytes()
    project.cards = project.cards[::-1]
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.5)
    project.export("second.apkg")
    project.table()
    first, second = (project.root / f"{name}.apkg" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    assert (project.root / "cards.csv").read_bytes() == table


def test_an_edit_updates_that_note_alone_and_keeps_its_interval(project):
    project.bring_in()
    project.learn("flat", 40)
    project.learn("who", 9)
    project.edit("flat", front="Which ball has flat sides?")
    log = project.bring_in()
    assert [entry.fields[0] for entry in log.updated] == ["flat"]
    assert (len(log.duplicate), len(log.new), len(log.conflicting)) == (3, 0, 0)
    assert "Which ball has flat sides?" in project.shown("flat")[0]
    assert (project.interval("flat"), project.interval("who")) == (40, 9)


def test_the_same_deck_again_updates_nothing(project):
    project.bring_in()
    log = project.bring_in()
    assert (len(log.updated), len(log.new), len(log.duplicate)) == (0, 0, 4)


def test_a_note_that_the_learner_edited_is_theirs_unless_they_say_always(project):
    project.bring_in()
    note = project.note("who")
    note["Back"] = "Hermann Minkowski, 1896"
    project.col.update_note(note)
    project.edit("who", back="H. Minkowski.")
    project.now = 1_700_000_000
    project.bring_in()
    always = import_export_pb2.IMPORT_ANKI_PACKAGE_UPDATE_CONDITION_ALWAYS
    project.import_deck(update_notes=always)
    assert project.note("who")["Back"] == "H. Minkowski."


def test_a_deletion_before_another_leaves_its_interval(project):
    project.bring_in()
    project.learn("two-modes", 30, ordinal=1)
    text = "Trained ==in steps== with ==batch== and tested with ==running== statistics."
    project.edit("two-modes", front=text)
    project.bring_in()
    assert project.interval("two-modes", 1) == 30
    assert ">[...]</span> statistics" in project.shown("two-modes", 1)[0]
    assert ">[...]</span> with" in project.shown("two-modes", 2)[0]


def test_a_deletion_that_goes_leaves_an_empty_card_and_no_other(project):
    project.bring_in()
    project.learn("two-modes", 30, ordinal=1)
    project.edit("two-modes", front="Tested with ==running== statistics.")
    project.bring_in()
    (empty,) = project.col.get_empty_cards().notes
    assert len(empty.card_ids) == 1
    assert project.interval("two-modes", 1) == 30


@pytest.mark.parametrize("part", ["fields", "templates"])
def test_a_renamed_field_or_template_still_updates(project, monkeypatch, part):
    project.bring_in()
    project.learn("flat", 12)
    renamed = {
        "fields": tuple(replace(f, name=f"{f.name}, renamed") for f in identity.BASIC.fields[1:]),
        "templates": (replace(identity.BASIC.templates[0], name="Card, renamed"),),
    }
    renamed["fields"] = (identity.BASIC.fields[0], *renamed["fields"])
    for name in ("BASIC_FRONT", "BASIC_BACK") if part == "fields" else ():
        text = getattr(template, name)
        for field in identity.BASIC.fields[1:]:
            text = text.replace(f"{field.name}}}}}", f"{field.name}, renamed}}}}")
        monkeypatch.setattr(template, name, text)
    changed = replace(identity.BASIC, **{part: renamed[part]})
    monkeypatch.setattr(identity, "NOTETYPES", {**identity.NOTETYPES, "basic": changed})
    monkeypatch.setattr(template, "CHANGED", template.CHANGED + 1)
    project.edit("flat", back="The ball of the max norm.")
    log = project.bring_in()
    assert (len(log.updated), len(log.conflicting)) == (1, 0)
    assert "The ball of the max norm." in project.shown("flat")[1]
    assert project.interval("flat") == 12
    names = [notetype.name for notetype in project.col.models.all_names_and_ids()]
    assert [name for name in names if name.startswith("qedeck")] == ["qedeck basic", "qedeck cloze"]
    notetype = project.col.models.by_name("qedeck basic")
    assert "renamed" in (notetype["flds"][1] if part == "fields" else notetype["tmpls"][0])["name"]


def test_templates_that_change_are_dated_anew():
    texts = [getattr(template, name) for name in ("BASIC_FRONT", "BASIC_BACK", "CLOZE_FRONT")]
    texts += [template.CLOZE_BACK, template.STYLE, *template.statement("state")]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
    assert (template.CHANGED, digest) == (1_796_086_000, "ac8985b23476"), (
        "raise CHANGED, then note the digest"
    )


def test_a_retired_card_comes_back_tagged_with_its_old_text(project):
    project.bring_in()
    project.learn("why-diamond", 21)
    project.drop("why-diamond")
    assert project.lock().retired == ("en/why-diamond",)
    project.export()
    assert len(project.import_deck().updated) == 1
    assert project.note("why-diamond").tags == ["qedeck::norms", "qedeck::retired"]
    question, answer = project.shown("why-diamond")
    assert "a <em>diamond</em>?" in question
    assert "Retired: this card was taken out of the notes." in answer
    assert "Verified by machine" not in answer
    assert project.interval("why-diamond") == 21
    assert len(project.col.find_cards('deck:"qedeck::en"')) == 5
    assert list(project.col.media.check().missing) == []


def test_a_retired_card_whose_figure_is_gone_says_it_in_words(project):
    project.bring_in()
    project.drop("why-diamond")
    project.lock()

    class Gone(type(project)):
        @property
        def sources(self):
            def draw(*_):
                raise SourceError

            return replace(super().sources, draw=draw)

    project.__class__ = Gone
    project.export()
    project.import_deck()
    assert "<em>Balls</em>" in project.shown("why-diamond")[1]


def test_a_refuted_card_is_withdrawn_and_restored(project):
    project.bring_in()
    project.judge("norms/p-norm", "fails")
    with pytest.raises(
        SourceError, match=r"why-diamond is withdrawn: norms/p-norm fails; run qedeck lock"
    ):
        project.export()
    project.edit("why-diamond", back="Edited while it fails.")
    assert len(project.bring_in().updated) == 1
    assert project.note("why-diamond").tags == ["qedeck::norms", "qedeck::withdrawn"]
    assert "Withdrawn: what this card rests on fails" in project.shown("why-diamond")[1]
    assert "By sandwich" in project.shown("why-diamond")[1]
    project.judge("norms/p-norm", "holds")
    assert project.lock().restored == ("en/why-diamond",)
    project.export()
    project.import_deck()
    assert project.note("why-diamond").tags == ["qedeck::norms"]
    assert "Edited while it fails." in project.shown("why-diamond")[1]


@pytest.mark.parametrize("with_scheduling", [False, True])
def test_a_new_learner_gets_cards_of_the_past_in_a_deck_apart(project, with_scheduling):
    project.lock()
    project.drop("flat")
    project.lock()
    project.export()
    project.import_deck(with_scheduling=with_scheduling)
    (card,) = project.note("flat").cards()
    assert project.col.decks.name(card.did) == "qedeck::past"
    assert (card.queue == -1) == with_scheduling


def test_a_card_that_moves_to_another_note_keeps_its_interval(project):
    project.bring_in()
    project.learn("flat", 15)
    project.edit("flat", note="ml/duality", path="notes/en/ml/duality.md")
    assert project.lock().moved == ("en/flat",)
    project.export()
    project.import_deck()
    assert project.note("flat").tags == ["qedeck::ml::duality"]
    assert project.interval("flat") == 15


def test_cards_link_back_to_their_place_when_the_site_is_published(project):
    project.site = Site("https://notes.example/", folders=False)
    project.bring_in()
    _, answer = project.shown("why-diamond")
    assert '<a href="https://notes.example/norms.html#why-diamond">norms</a>' in answer
    assert 'By <a href="https://notes.example/norms.html#sandwich">sandwich</a>' in answer
    project.site = Site("https://elsewhere.example/")
    assert project.export().notices
    project.bring_in()
    assert "https://elsewhere.example/norms/#sandwich" in project.shown("why-diamond")[1]


def test_a_level_that_changes_reaches_the_learner_with_the_next_lock(project):
    project.bring_in()
    project.judge("norms/limit", "holds", "tested")
    (notice,) = project.export().notices
    assert notice.startswith("levels, titles, figures or addresses changed for 2 cards; qedeck")
    assert len(project.import_deck().updated) == 0
    assert len(project.bring_in().updated) == 2
    assert "limit (tested)" in project.shown("flat")[1]


def test_a_table_updates_cards_by_guid(project):
    from anki.collection import ImportCsvRequest

    project.bring_in()
    project.learn("flat", 33)
    project.edit("flat", back='Not, "round";\nsee $a < b$.')
    project.lock()
    report = project.table()
    assert report.cards == 5
    path = str(report.output)
    metadata = project.col.get_csv_metadata(path, None)
    log = project.col.import_csv(ImportCsvRequest(path=path, metadata=metadata)).log
    assert (len(log.new), log.found_notes) == (0, 4)
    assert 'Not, "round";' in project.shown("flat")[1].replace("&quot;", '"')
    assert "\\(a &lt; b\\)" in project.shown("flat")[1]
    assert project.interval("flat") == 33
    (folder,) = project.root.glob("cards.media")
    assert [path.read_bytes() for path in folder.iterdir()] == [project.svg]
    assert str(folder) in report.notices[-1]


def test_an_image_beside_the_note_is_in_the_package(project):
    folder = project.root / "notes/en/pictures"
    folder.mkdir(parents=True)
    content = b"\x89PNG one"
    (folder / "ball one.PNG").write_bytes(content)
    project.edit("flat", back="![A ball](pictures/ball%20one.PNG)")
    project.bring_in()
    name = f"qedeck-{hashlib.sha256(content).hexdigest()[:16]}.png"
    assert f'<img src="{name}" alt="A ball">' in project.shown("flat")[1]
    assert list(project.col.media.check().missing) == []
    (folder / "ball one.PNG").write_bytes(b"\x89PNG two")
    assert project.lock().refreshed == ("en/flat",)


def test_tags_of_the_note_and_of_the_card_arrive(project):
    note = Note("norms", "en", "notes/en/norms.md", "note", "Norms", "", (), tags=("geometry",))
    project.notes = (note,)
    project.edit("flat", front="What is flat? #balls")
    project.bring_in()
    assert project.note("flat").tags == ["balls", "geometry", "qedeck::norms"]
    assert project.shown("flat")[0].endswith('<div class="front">What is flat?</div>')


def test_decks_are_numbered_in_reading_order_and_old_names_are_told(project):
    notes = [Note(n, "en", f"notes/en/{n}.md", "note", n, "", ()) for n in ("norms", "duality")]
    project.notes = tuple(notes)
    project.add("dual", "What is dual?", "The ball.", "norms/limit", note="duality")
    project.bring_in()
    names = {deck.name for deck in project.col.decks.all_names_and_ids()}
    assert {"qedeck::en::01 norms", "qedeck::en::02 duality"} <= names
    between = Note("sums", "en", "notes/en/sums.md", "note", "sums", "", ())
    project.notes = (notes[0], between, notes[1])
    project.add("sum", "What is a sum?", "A sum.", "norms/limit", note="sums")
    log = project.bring_in()
    assert len(log.updated) == 0
    names = {deck.name for deck in project.col.decks.all_names_and_ids()}
    assert "qedeck::en::01a sums" in names
    project.notes = (notes[1], between, notes[0])
    project.lock()
    assert project.export().notices == (
        "Anki moves no cards: whoever has decks of an earlier import renames them first",
        "  qedeck::en::02 duality → qedeck::en::01 duality",
        "  qedeck::en::01a sums → qedeck::en::02 sums",
        "  qedeck::en::01 norms → qedeck::en::03 norms",
    )


def test_a_lock_of_the_earlier_format_is_read_and_its_decks_are_told(project):
    project.lock()
    path = project.root / "cards.lock"
    record = json.loads(path.read_text("utf-8"))
    old = {}
    for name, card in record["cards"].items():
        (front, back), kind = card["sides"][card["kind"]], card["kind"]
        told = json.dumps([card["note"], kind, front, back])
        old[name] = {
            "note": card["note"], "kind": kind, "changed": card["changed"], "front": front,
            "back": back, "deletions": card.get("deletions", []), "state": "active",
            "rests": {}, "media": {}, "content": hashlib.sha256(told.encode()).hexdigest(),
        }  # fmt: skip
    path.write_text(json.dumps({"cards": old, "format": 1, "site": ""}), "utf-8")
    changes = project.lock()
    assert set(changes.refreshed) == set(old)
    assert not (changes.new or changes.changed or changes.retired)
    assert project.export().notices[1] == "  qedeck::en::norms → qedeck::en::01 norms"
