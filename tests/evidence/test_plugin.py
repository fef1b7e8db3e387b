"""`pytest checks` as a user runs it, in processes of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

ALL = ["limits/limit", "limits/wrong", "norms/by-hand", "norms/norm", "norms/sandwich"]


def test_checks_bring_the_notes_with_them(project):
    result = project.run("checks", "-v")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(
        [
            "*checks/test_norms.py::test_by_hand PASSED*",
            "*notes/en/norms.md::sandwich PASSED*",
            "qedeck: 4 tested, 1 definition pinned; mutants: 1 of 1 killed; 0 taken *",
        ]
    )
    assert project.verified() == ALL


def test_a_second_run_takes_everything_from_the_ledger(project):
    project.run("checks")
    project.verified()
    result = project.run("checks")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["*5 taken from the ledger"])
    assert project.verified() == []


def test_a_check_taken_from_the_ledger_runs_no_fixture(project):
    (project.root / "checks" / "conftest.py").write_text(
        "import pytest\n@pytest.fixture\ndef loud():\n    print('FIXTURE RAN')\n"
    )
    project.edit("checks/test_norms.py", "(claim)", "(claim, loud)")
    project.run("checks", "-s").stdout.fnmatch_lines(["*FIXTURE RAN*"])
    again = project.run("checks", "-s")
    again.assert_outcomes(passed=6)
    again.stdout.no_fnmatch_line("*FIXTURE RAN*")


def test_fresh_ignores_the_ledger(project):
    project.run("checks")
    project.verified()
    result = project.run("checks", "--fresh")
    result.stdout.fnmatch_lines(["* 0 taken from the ledger"])
    assert project.verified() == ALL


def test_workers_decide_statements_while_checks_run(project):
    waiting = (
        "import time\n    from pathlib import Path\n"
        "    for _ in range(9000):\n"
        "        if 'limits/wrong' in Path('verified.log').read_text(): break\n"
        "        time.sleep(0.1)\n"
        "    else: raise AssertionError('no statement was decided')\n"
        "    assert"
    )
    (project.root / "verified.log").touch()
    project.edit("checks/test_norms.py", "assert", waiting)
    project.run("checks").assert_outcomes(passed=6)


def test_the_instances_of_a_statement_are_the_same_until_they_are_redrawn(project):
    def seed():
        (record,) = (project.root / ".qedeck" / "evidence" / "en").glob("*sandwich.json")
        return re.search(r"seed \d+", record.read_text())[0]

    project.run("checks")
    first = seed()
    # Other words alone: the digest changes, and what is checked does not.
    project.edit("checks/test_norms.py", "def test", "# the same\n\n\ndef test")
    project.run("checks", "--fresh")
    assert seed() == first
    project.verified()
    project.run("checks", "--redraw", "once more").assert_outcomes(passed=6)
    assert seed() != first
    assert project.verified() == ALL


def test_an_edit_verifies_the_claim_and_what_rests_on_it_and_what_it_pins(project):
    project.run("checks")
    project.verified()
    project.edit("notes/en/norms.md", "$$a + b$$", "$$a + b + 0$$")
    project.run("checks").assert_outcomes(passed=6)
    assert project.verified() == ["limits/limit", "norms/norm", "norms/sandwich"]


def test_an_edited_check_runs_again(project):
    project.run("checks")
    project.verified()
    project.edit("checks/test_norms.py", 'assert "+"', 'assert "d" in claim.latex and "+"')
    project.run("checks").assert_outcomes(passed=6)
    assert project.verified() == ["norms/by-hand", "norms/norm"]


def test_a_comment_in_a_check_changes_nothing(project):
    project.run("checks")
    project.verified()
    project.edit("checks/test_norms.py", "import pytest", "# why\nimport pytest")
    project.run("checks").assert_outcomes(passed=6)
    assert project.verified() == []


def test_an_edited_helper_of_a_check_counts(project):
    (project.root / "checks" / "helper.py").write_text("SIGN = '+'\n")
    project.edit("checks/test_norms.py", "import pytest", "import pytest\nimport helper")
    project.run("checks").assert_outcomes(passed=6)
    project.verified()
    project.edit("checks/helper.py", "'+'", "' + '")
    project.run("checks").assert_outcomes(passed=6)
    assert "norms/by-hand" in project.verified()


def test_node_ids_select_one_statement(project):
    project.run("notes/en/norms.md::sandwich").assert_outcomes(passed=1)
    assert project.verified() == ["norms/norm", "norms/sandwich"]


def test_a_statement_alone_runs_its_check(project):
    result = project.run("notes/en/norms.md::by-hand")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*mutants: 1 of 1 killed*"])


def test_keywords_select(project):
    project.run("checks", "-k", "sandwich").assert_outcomes(passed=1, deselected=5)


def test_any_folder(project):
    os.chdir(project.root / "notes")
    project.run("../checks").assert_outcomes(passed=6)


def test_all_of_a_project(project):
    project.run().assert_outcomes(passed=6)


def test_the_note_folder_alone(project):
    project.run("notes").assert_outcomes(passed=5)


def test_note_brings_what_it_rests_on_and_its_dependents(project):
    result = project.run("checks", "--note", "limits", "-v")
    result.assert_outcomes(passed=4, deselected=2)
    result.stdout.fnmatch_lines(["*limits.md::wrong*", "*norms.md::norm *", "*norms.md::sandwich*"])
    result.stdout.no_fnmatch_line("*by-hand PASSED*")


def test_an_unknown_note_is_named(project):
    result = project.run("checks", "--note", "limit")
    result.stderr.fnmatch_lines(["*no note is called limit; there are limits, norms*"])
    assert result.ret != 0


def test_a_failure_reads_like_a_compiler_message(project):
    project.edit("notes/en/norms.md", "$$a + b$$", "$$a + b FALSE$$")
    result = project.run("checks")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(
        [
            "notes/en/norms.md:12:3: claim norms/sandwich fails",
            "  x = 3: 4 is not 5",
            "*not verified: norms/sandwich (fails)",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*items.py*")


def test_a_failure_is_verified_again(project):
    project.edit("notes/en/norms.md", "$$a + b$$", "$$a + b FALSE$$")
    project.run_apart("checks")
    project.verified()
    project.run_apart("checks", "--lf").assert_outcomes(failed=1)
    assert project.verified() == ["norms/sandwich"]


def test_last_failed_reruns_a_mended_statement_with_its_check(project):
    project.edit("notes/en/norms.md", "$$c + d$$", "$$c d$$")
    project.run_apart("checks").assert_outcomes(passed=4, failed=2)
    project.edit("notes/en/norms.md", "$$c d$$", "$$c + d$$")
    project.run_apart("notes", "--lf").assert_outcomes(passed=1)
    project.run_apart("checks", "--lf").assert_outcomes(passed=1)


def test_a_crash_and_an_exception_are_unknown_and_tried_twice(project):
    project.edit("notes/en/norms.md", "$$a + b$$", "$$a + b KILL$$")
    project.edit("notes/en/limits.md", "$$f$$", "$$f RAISE$$")
    result = project.run("checks")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*limits/wrong is not decided: ended by ZeroDivisionError: unrelated",
            "*norms/sandwich is not decided: the worker process died (exit code -9)",
        ]
    )
    verified = project.verified()
    assert verified.count("norms/sandwich") == 2
    assert not list((project.root / ".qedeck/evidence/en").glob("*sandwich*"))


def test_all_mistakes_of_all_notes_come_together(project):
    project.edit("notes/en/norms.md", "Commentary.", "$$MISTAKE$$")
    project.edit("notes/en/limits.md", "$$f$$", "$$f UNBOUND$$")
    (project.root / "checks" / "test_astray.py").write_text("def test_it(: pass\n")
    result = project.run("checks")
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines_random(
        [
            "notes/en/norms.md:6:1: a display formula stands outside a callout;*",
            "    $$MISTAKE$$",
            "notes/en/limits.md:14:7: an undeclared symbol; declare it",
            "    > $$f UNBOUND$$",
            "          ^",
            "checks/test_astray.py:1:*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_check_about_nothing_is_a_mistake(project):
    project.edit("checks/test_norms.py", "norms/by-hand", "norms/by-foot")
    result = project.run("checks")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["checks/test_norms.py:4:1: the check is about norms/by-foot, which no note states;*"]
    )


def test_a_check_that_passes_for_mutants_kills_none(project):
    project.edit("checks/test_norms.py", 'assert "+"', 'assert "c"')
    result = project.run("checks")
    result.stdout.fnmatch_lines(["*mutants: 0 of 0 killed*"])


def test_an_exception_kills_no_mutant(project):
    project.edit("checks/test_norms.py", 'assert "+" in claim.latex', 'claim.latex.index("+")')
    project.run("checks").stdout.fnmatch_lines(["*mutants: 0 of 0 killed*"])


def test_a_check_that_fails_under_another_seed_fails(project):
    project.edit(
        "checks/test_norms.py",
        'assert "+" in claim.latex',
        "seeds.append(claim.seed); assert len(set(seeds)) == 1",
    )
    project.edit("checks/test_norms.py", "import pytest", "import pytest\nseeds = []")
    result = project.run("checks")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["*fails for the formula on the page under another seed*"])


def test_one_check_about_several_statements(project):
    project.edit("checks/test_norms.py", '"norms/by-hand"', '"norms/by-hand", "norms/sandwich"')
    result = project.run("checks", "-v")
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines(["*test_by_hand?norms/sandwich? PASSED*"])


def test_a_check_with_parameters_counts_as_a_whole(project):
    project.edit(
        "checks/test_norms.py",
        "@pytest.mark.claim",
        "@pytest.mark.parametrize('n', [1, 2])\n@pytest.mark.claim",
    )
    project.edit("checks/test_norms.py", "(claim)", "(claim, n)")
    project.edit("checks/test_norms.py", 'assert "+"', 'assert n == 1 and "+"')
    project.run("checks").assert_outcomes(passed=5, failed=2)
    project.run("notes/en/norms.md::by-hand").assert_outcomes(failed=1)


def test_without_torch_a_check_says_so_in_one_line(project):
    project.edit(
        "checks/test_norms.py",
        "    assert",
        "    raise ModuleNotFoundError(name='torch')\n    assert",
    )
    result = project.run("checks")
    result.stdout.fnmatch_lines(["*test_by_hand: needs torch, which is not installed: pip*"])


def test_two_processes_share_the_work(project):
    result = project.run_apart("checks", "-n", "2")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["qedeck: 4 tested, 1 definition pinned; mutants: 1 of 1 killed*"])
    assert project.verified() == ALL
    again = project.run_apart("checks", "-n", "2")
    again.stdout.fnmatch_lines(["*5 taken from the ledger"])
    assert project.verified() == []


def test_two_processes_report_mistakes_once(project):
    project.edit("notes/en/norms.md", "Commentary.", "$$MISTAKE$$")
    result = project.run_apart("checks", "-n", "2")
    assert result.stdout.str().count("ERROR collecting notes/en/norms.md") == 1


def test_what_was_not_run_is_named(project):
    project.edit("notes/en/limits.md", "$$e$$", "$$e FALSE$$")
    result = project.run("checks", "-x")
    result.stdout.fnmatch_lines(["not verified: limits/limit (fails), *norms/by-hand (not run)*"])


def test_a_changed_library_verifies_again(project):
    project.run_apart("checks")
    project.verified()
    project.edit("conftest.py", "import fake_engine", PRETEND + "import fake_engine")
    project.run_apart("checks")
    assert project.verified() == ALL


PRETEND = """\
from importlib import metadata
real = metadata.version
metadata.version = lambda name: "0.1" if name == "sympy" else real(name)
"""


def start(project, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *project.plugin, "-q", *arguments],
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def test_an_interrupted_run_ends_with_a_line(project):
    project.edit("notes/en/norms.md", "$$c + d$$", "$$c + d SLOW 60$$")
    run = start(project, "checks")
    shelf = project.root / ".qedeck/evidence/en"
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and not list(shelf.glob("*sandwich*")):
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGINT)
    said = run.communicate()[0].decode()
    assert run.returncode == 2
    assert "KeyboardInterrupt" in said
    assert "Traceback" not in said


def test_a_killed_run_leaves_a_ledger_that_the_next_one_completes(project):
    project.edit("notes/en/norms.md", "$$c + d$$", "$$c + d SLOW 2$$")
    run = start(project, "checks")
    deadline = time.monotonic() + 300
    shelf = project.root / ".qedeck/evidence/en"
    while time.monotonic() < deadline and not list(shelf.glob("*sandwich*")):
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    project.verified()
    result = project.run("checks")
    result.assert_outcomes(passed=6)
    assert "norms/by-hand" in project.verified()
    project.run("checks").stdout.fnmatch_lines(["*5 taken from the ledger"])


def test_two_runs_at_once_both_end_well(project):
    runs = [start(project, "checks"), start(project, "checks")]
    outputs = [run.communicate()[0].decode() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    project.verified()
    project.run("checks").stdout.fnmatch_lines(["*5 taken from the ledger"])
    assert project.verified() == []


def test_a_truncated_ledger_is_work_done_again(project):
    project.run("checks")
    project.verified()
    for file in (project.root / ".qedeck/evidence/en").iterdir():
        file.write_text(file.read_text()[:-40])
    project.run("checks").assert_outcomes(passed=6)
    assert project.verified() == ALL


def test_other_tests_of_a_project_do_not_read_its_notes(project):
    project.edit("notes/en/norms.md", "Commentary.", "$$x$$")
    (project.root / "tests").mkdir()
    (project.root / "tests" / "test_it.py").write_text("def test_it(): pass\n")
    project.run("tests").assert_outcomes(passed=1)


def test_a_check_without_the_fixture_is_an_error(project):
    project.edit("checks/test_norms.py", "(claim):", "():")
    result = project.run("checks")
    result.stderr.fnmatch_lines(["*takes the fixture `claim`*"])


def test_outside_a_project_the_plugin_is_inert(pytester, plugin):
    pytester.makepyfile(
        "def test_it(pytestconfig):\n    assert not pytestconfig.getoption('fresh')"
    )
    pytester.makefile(".md", note="> [!claim|a] b")
    result = pytester.runpytest_subprocess(*plugin)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*qedeck:*")
    assert not (pytester.path / ".qedeck").exists()


def test_a_claim_that_becomes_a_theorem_is_not_verified_again(project):
    project.run("checks").assert_outcomes(passed=6)
    project.verified()
    project.edit("notes/en/norms.md", "[!claim|sandwich]", "[!theorem|sandwich]")
    project.edit("notes/en/limits.md", "[!claim|limit]", "[!lemma|limit]")
    project.run("checks")
    assert project.verified() == []
