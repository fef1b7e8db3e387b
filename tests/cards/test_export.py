"""What is exported, what is left out, and what the lock remembers."""

from __future__ import annotations

import json

import pytest

from qedeck.cards.address import Site, read_site
from qedeck.cards.identity import BASIC, CLOZE, deck_id, guid
from qedeck.cards.lock import Lock, read_lock
from qedeck.errors import SourceError
from qedeck.formula.span import Line, Span


def test_identities_are_fixed_for_ever():
    assert guid("en", "why-diamond") == "u7lzzufsq5evnunx"
    assert guid("zh", "why-diamond") != guid("en", "why-diamond")
    assert (BASIC.id, CLOZE.id) == (1760510001, 1760510002)
    assert [(f.name, f.id % 100) for f in BASIC.fields] == [
        ("Id", 1), ("Front", 2), ("Back", 3), ("Notice", 4), ("Verified", 5), ("Source", 6),
        ("Context", 7), ("Spare2", 8),
    ]  # fmt: skip
    assert deck_id("qedeck::en") == 1501141933229


def test_without_evidence_nothing_is_exported(project):
    project.lock()
    project.export()
    before = (project.root / "deck.apkg").read_bytes()
    project.evidence = dict.fromkeys(project.statements)
    with pytest.raises(SourceError, match=r"^nothing is verified yet; run pytest checks$"):
        project.export()
    assert (project.root / "deck.apkg").read_bytes() == before
    assert sorted(path.name for path in project.root.iterdir()) == ["cards.lock", "deck.apkg"]


def test_a_deck_is_never_empty(project):
    project.drop("who")
    project.evidence = {"norms/sandwich": project.evidence["norms/sandwich"]}
    project.lock()
    with pytest.raises(SourceError) as caught:
        project.export()
    assert "no card can be exported" in str(caught.value)
    assert "norms/limit has no evidence that fits it now; run pytest checks" in str(caught.value)
    assert not (project.root / "deck.apkg").exists()


def reasons(project):
    project.lock()
    return {card.slug: card.reason for card in project.export().left_out}


def test_cards_left_out_are_named_with_the_reason(project):
    project.evidence["norms/p-norm"] = None
    project.judge("norms/limit", "unknown")
    project.state("norms/no-free-lunch", kind="cited")
    project.judge("norms/no-free-lunch", "holds", "cited")
    project.add("cited", "Says who?", "They.", "norms/no-free-lunch")
    project.add("loose", "Why?", "So.", fact=False)
    project.add("astray", "Why?", "So.", "norms/gone")
    assert reasons(project) == {
        "why-diamond": "norms/p-norm has no evidence that fits it now; run pytest checks",
        "flat": "norms/limit could not be decided",
        "two-modes": "norms/limit could not be decided",
        "cited": "norms/no-free-lunch is cited, not verified",
        "loose": "it links no statement; link what it rests on, or say [fact]",
        "astray": "there is no statement norms/gone",
    }
    report = str(project.export())
    assert "notes/en/norms.md:20: card flat left out: norms/limit could not be decided" in report
    assert report.endswith("deck.apkg: 1 cards")


def test_a_new_card_that_rests_on_what_fails_is_left_out_and_not_locked(project):
    project.state("norms/wrong")
    project.judge("norms/wrong", "fails")
    project.add("believer", "Is it?", "It is.", "norms/wrong")
    assert reasons(project) == {"believer": "norms/wrong fails"}
    assert "en/believer" not in read_lock(project.root).entries


def test_a_displayed_formula_must_be_a_verified_one(project):
    def display(latex):
        return (Span(latex, (Line(22, 5, f"> $${latex}$$"),), "notes/en/norms.md"),)

    project.state("norms/myth", "y \\le z", kind="misconception")
    project.edit("flat", displays=display("\\|x\\|_p  := 1"))
    project.edit("who", displays=display("a = b"))
    project.edit("why-diamond", displays=display("y \\le z"))
    said = (
        "the display formula at line 22 is no formula of the note or of a statement that it links"
    )
    assert reasons(project) == {"who": said, "why-diamond": said}
    project.equal = lambda _, name, span: (name, span.text) == ("norms/limit", "a = b")
    assert reasons(project) == {"why-diamond": said}
    project.evidence["norms/p-norm"] = None
    assert reasons(project)["flat"].startswith("norms/p-norm has no evidence")


def test_what_is_refuted_is_no_answer_even_where_a_card_links_it(project):
    latex = "y \\le z"
    display = Span(latex, (Line(22, 5, f"> $${latex}$$"),), "notes/en/norms.md")
    project.state("norms/myth", latex, kind="misconception")
    project.judge("norms/myth", "holds")
    project.add("believer", "Is it?", "So.", "norms/myth")
    assert "believer" not in reasons(project)
    project.edit("believer", displays=(display,))
    assert "is no formula of the note" in reasons(project)["believer"]


def test_export_needs_a_lock_that_fits_and_never_writes_it(project):
    with pytest.raises(SourceError) as caught:
        project.export()
    assert str(caught.value.mistakes[0]) == (
        "notes/en/norms.md:10:1: card why-diamond is not in cards.lock; run qedeck lock"
    )
    assert not (project.root / "cards.lock").exists()
    project.lock()
    before = (project.root / "cards.lock").read_bytes()
    project.export()
    project.table()
    assert (project.root / "cards.lock").read_bytes() == before
    project.edit("who", back="Hermann Minkowski.")
    project.drop("flat")
    with pytest.raises(SourceError) as caught:
        project.export()
    assert [mistake.problem for mistake in caught.value.mistakes] == [
        "card flat is in cards.lock and no longer in the notes",
        "card who changed since cards.lock was written",
    ]
    assert (project.root / "cards.lock").read_bytes() == before


def test_the_lock_dates_only_what_changed(project):
    changes = project.lock()
    assert changes.new == ("en/flat", "en/two-modes", "en/who", "en/why-diamond")
    before = (project.root / "cards.lock").read_bytes()
    assert not project.lock()
    assert (project.root / "cards.lock").read_bytes() == before
    old = read_lock(project.root).entries
    project.edit("who", back="Hermann Minkowski.")
    project.now = 5
    assert str(project.lock()) == "changed: who"
    new = read_lock(project.root).entries
    assert {name for name in new if new[name].changed != old[name].changed} == {"en/who"}
    assert new["en/who"].changed == old["en/who"].changed + 1


def test_the_lock_is_sorted_text_with_a_block_for_each_card(project):
    project.lock()
    text = (project.root / "cards.lock").read_text("utf-8")
    record = json.loads(text)
    assert text == json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert record["cards"]["en/two-modes"]["deletions"] == ["c1::batch", "c2::running"]
    assert read_lock(project.root) == read_lock(project.root) != Lock()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"en/who"', "<<<<<<< ours", "it is not JSON"),
        ("Minkowski.", "Euclid.", "the card en/who does not fit its digest"),
        ('"format": 2', '"format": 3', "its format is 3, not 2"),
        ('"changed"', '"altered"', "altered"),
    ],
)
def test_a_lock_that_somebody_edited_is_refused(project, old, new, said):
    project.lock()
    path = project.root / "cards.lock"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(SourceError, match="only `qedeck lock` writes this file") as caught:
        project.export()
    assert said in str(caught.value)


def test_a_retired_id_is_never_used_again(project):
    project.lock()
    cards = project.cards
    project.drop("who")
    project.lock()
    project.cards = cards
    for act in (project.lock, project.export):
        with pytest.raises(SourceError, match="the id `who` belonged to a card that is retired"):
            act()


def test_a_card_cannot_change_its_kind_or_share_its_id(project):
    project.lock()
    project.drop("who")
    project.add_cloze("who", "==Minkowski==", "norms/limit")
    project.add("flat", "Twice?", "Twice.", "norms/limit", line=90)
    with pytest.raises(SourceError) as caught:
        project.lock()
    assert [mistake.problem for mistake in caught.value.mistakes] == [
        "card `who` was basic and is cloze now, which Anki refuses",
        "another card has the id `flat`",
    ]


def test_a_deletion_two_ways_read_stops_the_lock(project):
    project.lock()
    before = (project.root / "cards.lock").read_bytes()
    project.edit("two-modes", front="==Mini-batch== or ==moving== statistics.")
    with pytest.raises(SourceError, match="can be read two ways"):
        project.lock()
    assert (project.root / "cards.lock").read_bytes() == before
    project.edit("two-modes", front="==c1::Mini-batch== or ==c2::moving== statistics.")
    assert project.lock().changed == ("en/two-modes",)


def test_locking_before_verifying_is_fine(project):
    evidence, project.evidence = project.evidence, {}
    assert len(project.lock().new) == 4
    assert not project.lock()
    project.evidence = evidence
    assert project.lock().refreshed == ("en/flat", "en/two-modes", "en/why-diamond")
    project.evidence = {}
    assert not project.lock()


def test_the_site_is_read_from_its_settings(tmp_path, monkeypatch):
    assert read_site(tmp_path) == Site()
    assert Site().page("en", "norms#x") == ""
    (tmp_path / "mkdocs.yml").write_text(
        "site_url: !ENV [NOWHERE, HERE, 'https://a.example/b']\n"
        "plugins: [search, offline]\nx: !!python/name:os.system\n"
    )
    site = read_site(tmp_path)
    assert site == Site("https://a.example/b/", folders=False)
    assert site.page("zh", "norms") == "https://a.example/b/zh/norms.html"
    monkeypatch.setenv("HERE", "https://here.example/")
    assert read_site(tmp_path).url == "https://here.example/"
    assert Site("https://a/").page("en", "index#x") == "https://a/#x"
