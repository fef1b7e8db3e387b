"""The commands, in a small project of facts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from qedeck.cli import main
from qedeck.memory.event import Event
from qedeck.memory.history import Journal, read_history
from qedeck.memory.learner import now
from qedeck.memory.schedule import DAY
from qedeck.memory.ulid import ulid

NOTE = """\
---
title: {title}
topic: How long is it?
after: []
---

## Axioms & definitions

> [!card|{name}-who]- Who wrote of {name} first?
>
> Somebody in 1896, with $\\|x\\|_p$. [fact]

## History

> [!cloze|{name}-when] It was in ==1896==, in ==Zurich==. [fact]

## Mechanism

> [!card|{name}-why]- Why {name}?
>
> Because. [fact]

## Application

It is used.
"""


class Project:
    """A project, and its commands."""

    def __init__(self, root):
        self.root = root
        self.folder = root / "reviews"
        (root / "notes" / "en").mkdir(parents=True)
        for name in ("norms", "means"):
            text = NOTE.format(name=name, title=name.title())
            (root / "notes" / "en" / f"{name}.md").write_text(text)
        (root / "pyproject.toml").write_text("[tool.qedeck]\n")

    def run(self, *arguments, keys="", code=0):
        done = CliRunner().invoke(main, arguments, input=keys)
        assert done.exit_code == code, done.output
        return done.output

    def events(self):
        return read_history(self.folder).ordered

    def answered(self, *answers):
        """Answers: card, days ago, grade."""
        today = now()
        events = [
            Event(ulid(today - days * DAY, k), "review", card, today - days * DAY, "test", grade, 9)
            for k, (card, days, grade) in enumerate(answers)
        ]
        Journal(self.folder, "phone").append(events)


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QEDECK_DEVICE", "laptop")
    return Project(tmp_path)


def test_reviewing_in_the_terminal_keeps_answers_in_the_devices_file(project):
    said = project.run("review", "--terminal", keys=" 3 4q")
    assert "Somebody in 1896, with ‖x‖ₚ." in said
    assert "2 answers, kept in reviews/laptop.jsonl" in said
    assert [(e.grade, e.by) for e in project.events()] == [(3, "terminal"), (4, "terminal")]
    assert [path.name for path in project.folder.iterdir()] == ["laptop.jsonl"]


def test_a_note_a_limit_and_new_cards_are_chosen(project):
    said = project.run("review", "--terminal", "--note", "norms", "--limit", "1", keys=" 3 4 4")
    assert "1 answer, kept" in said
    assert [e.card for e in project.events()] == ["en/norms-who"]
    assert "Nothing more is due." in project.run("review", "--terminal", "--new", "0", keys=" 4")
    said = project.run("review", "--terminal", "--note", "none", code=1)
    assert "no note with cards is called none; choose one of " in said


def test_the_place_in_the_note_is_told_where_no_editor_is_set(project, monkeypatch):
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    said = project.run("review", "--terminal", "--note", "norms", keys="e 3eq")
    assert "notes/en/norms.md:9\n" in said
    assert "notes/en/norms.md:15\n" in said


def test_what_is_due_is_told_by_note(project):
    project.answered(("en/norms-why", 30, 4), ("en/means-why", 0, 4))
    found = json.loads(project.run("due", "--json", "--new", "3"))
    assert found["due"] == ["en/norms-why"]
    assert len(found["new"]) == 2
    said = project.run("due")
    assert said.splitlines()[-1] == "1 due, 4 new, 0 in a few minutes"
    assert "nothing is due" in project.run("due", "--note", "means", "--new", "0")


def test_siblings_come_one_a_day(project):
    found = json.loads(project.run("due", "--json"))["new"]
    assert [card for card in found if "when" in card] == ["en/means-when/c1", "en/norms-when/c1"]


def test_stats_are_numbers_and_words(project):
    project.answered(("en/norms-why", 30, 4), ("en/norms-why", 10, 1), ("en/gone", 1, 3))
    found = json.loads(project.run("stats", "--json"))
    assert (found["reviews"], found["gone"], found["total"]["tested"]) == (3, 1, 1)
    said = project.run("stats")
    assert "1 of 8 begun" in said
    assert "1 answers are to cards that cannot be asked now" in said
    assert "norms" in said


def test_what_was_answered_is_told_before_anything_is_verified(project):
    claim = "> [!claim|c] One\n>\n> Let $x \\in \\mathbb{R}$. Then\n>\n> $$x = x$$\n\n"
    path = project.root / "notes" / "en" / "norms.md"
    path.write_text(path.read_text().replace("## Application", f"{claim}## Application"))
    project.answered(("en/norms-why", 3, 4))
    assert "nothing is verified yet" in project.run("due", code=1)
    said = project.run("stats")
    assert "nothing is verified yet" in said
    assert "1 answers in all" in said


def test_what_is_weak_is_told(project):
    assert "nothing was forgotten" in project.run("weak")
    project.answered(("en/norms-why", 30, 4), ("en/norms-why", 10, 1))
    assert "norms#mechanism: forgotten 1 of 1 times" in project.run("weak")
    (section,) = json.loads(project.run("weak", "--json"))
    assert section["cards"][0]["card"] == "en/norms-why"
    assert json.loads(project.run("weak", "--json", "--note", "means")) == []


def test_events_go_out_and_come_in_and_twice_changes_nothing(project, tmp_path):
    project.answered(("en/norms-why", 3, 4), ("en/norms-why", 1, 1))
    project.run("reviews", "export", "-o", "all.jsonl")
    before = project.events()
    assert project.run("reviews", "export") == (tmp_path / "all.jsonl").read_text()
    assert "0 new events, 2 known already" in project.run("reviews", "import", "all.jsonl")
    (project.folder / "phone.jsonl").unlink()
    assert "2 new events, 0 known already" in project.run("reviews", "import", "all.jsonl")
    assert "0 new events, 2 known already" in project.run("reviews", "import", "all.jsonl")
    assert project.events() == before
    assert [path.name for path in project.folder.iterdir()] == ["laptop.jsonl"]


def test_a_damaged_import_adds_nothing_and_names_the_line(project, tmp_path):
    project.answered(("en/norms-why", 3, 4))
    text = project.run("reviews", "export")
    (tmp_path / "bad.jsonl").write_text(f"{text}nothing\n")
    said = project.run("reviews", "import", "bad.jsonl", code=1)
    assert "bad.jsonl:2:1: this line is damaged: it is not JSON" in said
    (tmp_path / "torn.jsonl").write_text(f"{text}{text[:40]}")
    said = project.run("reviews", "import", "torn.jsonl")
    assert "torn.jsonl:2: the last line is torn" in said
    other = text.replace('"grade":4', '"grade":1')
    (tmp_path / "other.jsonl").write_text(other)
    assert "is another than the one that is here" in project.run(
        "reviews", "import", "other.jsonl", code=1
    )
    assert len(project.events()) == 1


def test_files_are_checked(project):
    assert project.run("reviews", "check") == "no events yet\n"
    project.answered(("en/norms-why", 3, 4))
    assert project.run("reviews", "check").splitlines() == [
        "reviews/phone.jsonl: 1 event", "1 events, 1 of which count",
    ]  # fmt: skip
    with (project.folder / "phone.jsonl").open("a") as file:
        file.write("x\ny\n")
    said = project.run("reviews", "check", code=1)
    assert "phone.jsonl:2:1" in said
    assert "phone.jsonl:3:1" in said


def test_a_torn_line_is_told_where_it_counts_for_nothing(project):
    project.answered(("en/norms-why", 3, 4))
    with (project.folder / "phone.jsonl").open("a") as file:
        file.write('{"v"')
    assert "phone.jsonl:2: the last line is torn" in project.run("due")
    assert (project.folder / "phone.jsonl").read_text().endswith('{"v"')


def test_the_page_needs_a_built_site(project):
    said = project.run("review", "--no-browser", code=1)
    assert "there is no built site with a review page in it; run mkdocs build" in said


def test_parameters_that_cannot_be_used_are_named(project):
    project.folder.mkdir()
    path = project.folder / "fsrs.json"
    for text, said in [
        ("{", "fsrs.json:1:2: it is not JSON"),
        ("[]", "its format is not 1"),
        ('{"format": 1}', "it does not list 21 parameters"),
        (json.dumps({"format": 1, "parameters": [99] * 21}), "parameter 5 is 99, not between"),
        (json.dumps({"format": 1, "parameters": [True] * 21}), "parameter 1 is True"),
    ]:
        path.write_text(text)
        assert said in project.run("due", code=1)


def test_optimizing_says_how_many_answers_it_needs(project):
    project.answered(("en/norms-why", 3, 4), ("en/norms-why", 1, 4))
    said = project.run("optimize", code=1)
    assert "a fit needs 640 answers" in said
    assert "there are 1" in said


def test_outside_of_a_project_it_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["due"])
    assert done.exit_code == 1
    assert "no qedeck project here" in done.output
