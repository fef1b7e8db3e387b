"""The command line, run as a user runs it."""

from __future__ import annotations

import json
import sys

import pytest

RUN = """\
import fake_engine, sys
fake_engine.install()
from qedeck.cli import main
main(prog_name="qedeck")
"""


@pytest.fixture
def qedeck(project):
    (project.root / "run.py").write_text(RUN)

    def run(*arguments):
        return project.pytester.run(sys.executable, project.root / "run.py", *arguments)

    return run


def test_claims_lists_what_is_not_verified(qedeck):
    result = qedeck("claims")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["norms/sandwich *claim *not verified *notes/en/norms.md:*", "0 of 5 verified"]
    )


def test_claims_as_json_after_a_run(project, qedeck):
    project.run("checks")
    result = qedeck("claims", "--json")
    rows = {row["id"]: row for row in json.loads(result.stdout.str())}
    assert rows["norms/by-hand"] == {
        "id": "norms/by-hand",
        "kind": "claim",
        "title": "Decided by a check",
        "path": "notes/en/norms.md",
        "line": 18,
        "verdict": "holds",
        "method": "hand",
        "level": "tested",
        "scope": rows["norms/by-hand"]["scope"],
        "latex": "c + d",
        "mutants": {
            "killed": 1,
            "invalid": 0,
            "still_true": 0,
            "reviewed": 0,
            "undecided": 0,
        },
        "score": "1 of 1",
        "seconds": 0.0,
    }
    assert len(rows) == 5


def test_an_edit_shows_as_stale(project, qedeck):
    project.run("checks")
    project.edit("notes/en/norms.md", "$$a + b$$", "$$a + b + 0$$")
    rows = json.loads(qedeck("claims", "--json").stdout.str())
    stale = [row["id"] for row in rows if row["verdict"] == "stale"]
    assert stale == ["limits/limit", "norms/norm", "norms/sandwich"]
    assert all(row["level"] is None for row in rows if row["id"] in stale)


def test_claims_of_one_note(qedeck):
    rows = json.loads(qedeck("claims", "--json", "--note", "limits").stdout.str())
    assert [row["id"] for row in rows] == ["limits/limit", "limits/wrong"]


def test_an_unknown_note_is_an_error_in_a_line(qedeck):
    result = qedeck("claims", "--note", "x")
    assert result.ret == 1
    assert result.stderr.lines == ["Error: no note is called x; there are limits, norms"]


def test_mistakes_in_notes_are_printed_with_their_places(project, qedeck):
    project.edit("notes/en/norms.md", "Commentary.", "$$x$$")
    result = qedeck("claims")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["notes/en/norms.md:6:1: a display formula stands outside*"])
    assert "Traceback" not in result.stderr.str()


def test_outside_a_project(project, qedeck, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(project.root))
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = qedeck("claims")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["Error: no qedeck project here*"])


def test_export_without_evidence_says_what_to_run(qedeck):
    result = qedeck("export", "anki", "-o", "deck.apkg")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["*run pytest checks*"])
    assert "Traceback" not in result.stderr.str()


def test_a_statement_in_a_language_that_is_not_verified_is_a_mistake(project, qedeck):
    note = project.root / "notes/en/norms.md"
    other = project.root / "notes/zh/norms.md"
    other.parent.mkdir()
    names = {"Axioms & definitions": "公理与定义", "History": "历史", "Mechanism": "机制"}
    text = note.read_text(encoding="utf-8").replace("## Application", "## 应用")
    for english, chinese in names.items():
        text = text.replace(f"## {english}", f"## {chinese}")
    other.write_text(text, encoding="utf-8")
    result = qedeck("claims", "--note", "norms")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["notes/zh/norms.md:*: statements in `zh` are not verified yet;*"])
    assert "notes/zh" not in result.stdout.str()
