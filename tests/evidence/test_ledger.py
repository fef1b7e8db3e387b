"""The ledger: what it keeps, what it refuses, and what damage does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction

import pytest

from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.mutants import Mutant, MutantId
from qedeck.evidence.reasons import (
    Breaks,
    Counter,
    Derived,
    Misfit,
    Near,
    Nowhere,
    Plain,
    Rejected,
    Step,
    Told,
)
from qedeck.evidence.record import Established, Evidence, Speaks

STEP = Step(("signs",), "a", 2)
REASONS = (
    Counter({"n": 2, "x": [0.5, Fraction(1, 3)]}, 2.0, "<=", 1.0, 1, "equality", "exact"),
    Nowhere({"x": Near("1.41")}, "x > 0"),
    Breaks("a/b", Counter({"x": [[1.0], [2.0]]})),
    Rejected("c::t", "", 0.5, 1e-7),
    Misfit("other sides", "1 < 2", ("3 < 2",)),
    Derived((Step(("signs",), "all"),)),
    Plain("a consequence"),
    Told("not read", "a scalar"),
)

HOLDS = Evidence(
    "norms/sandwich", "claim", "d1", "holds", "engine", "tested",
    speaks=Speaks(("x",)), latex=r"\|x\| \le 1", shapes=({"n": 3},),
    parts=(Established("statement", "x", "proved", (STEP,), ({"n": 3},), ("a/b",)),),
    mutants=tuple(
        Mutant(MutantId("statement", "sign-of-term", ("terms", 0)), "-x", "killed", reason)
        for reason in REASONS
    ),
)  # fmt: skip


@pytest.fixture
def ledger(tmp_path):
    return open_ledger(tmp_path)


def test_evidence_comes_back_as_it_was(ledger):
    ledger.store(HOLDS)
    assert ledger.current("norms/sandwich", "d1") == HOLDS


def test_another_digest_is_stale(ledger):
    ledger.store(HOLDS)
    assert ledger.current("norms/sandwich", "d2") is None
    assert ledger.latest("norms/sandwich") == HOLDS


def test_reading_creates_nothing(ledger, tmp_path):
    assert ledger.latest("norms/sandwich") is None
    assert not list(tmp_path.iterdir())


def test_unknown_is_not_kept(ledger):
    ledger.store(HOLDS)
    ledger.store(replace(HOLDS, digest="d2", verdict="unknown", level=None))
    assert ledger.latest("norms/sandwich") == HOLDS


@pytest.mark.parametrize("keep", [0, 1, 30, -1])
def test_a_truncated_file_is_absent(ledger, keep):
    ledger.store(HOLDS)
    (file,) = (ledger.folder / "evidence/en").iterdir()
    file.write_bytes(file.read_bytes()[:keep])
    assert ledger.latest("norms/sandwich") is None


@pytest.mark.parametrize("text", ["[]", "null", '{"checksum": 1}', "[" * 100_000, "\xff", '"x"'])
def test_a_foreign_file_is_absent(ledger, text):
    ledger.store(HOLDS)
    (file,) = (ledger.folder / "evidence/en").iterdir()
    file.write_text(text, encoding="latin-1")
    assert ledger.latest("norms/sandwich") is None


def test_an_edited_verdict_is_absent(ledger):
    ledger.store(replace(HOLDS, verdict="fails", level=None))
    (file,) = (ledger.folder / "evidence/en").iterdir()
    text = file.read_text()
    assert "fails" in text
    file.write_text(text.replace("fails", "holds"))
    assert ledger.latest("norms/sandwich") is None


def test_the_file_of_another_statement_is_absent(ledger):
    ledger.store(HOLDS)
    (file,) = (ledger.folder / "evidence/en").iterdir()
    file.rename(file.with_name(file.name.replace("sandwich", "other")))
    assert ledger.latest("norms/other") is None


def test_a_failed_check_is_known_to_its_run_alone(ledger):
    ledger.store_hand("c::t", "a/b", "d", HandVerdict(("c::t",), "fails", "no"), run="r1")
    assert ledger.hand("c::t", "a/b", "d", run="r2") is None
    assert ledger.hand("c::t", "a/b", "d", run="r1").message == "no"


def test_a_passed_check_is_known_for_its_digest(ledger):
    said = HandVerdict(("c::t",), "holds", killed={"m": Rejected("c::t", "x = 1")})
    ledger.store_hand("c::t", "a/b", "d", said, run="r1")
    assert ledger.hand("c::t", "a/b", "d", run="r2") == said
    assert ledger.hand("c::t", "a/b", "e", run="r1") is None


WRITER = """\
import sys
from pathlib import Path
from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.record import Evidence
ledger = open_ledger(Path(sys.argv[1]))
number = 0
while True:
    number += 1
    said = "x" * 5000
    ledger.store(Evidence("n/a", "claim", str(number), "fails", "engine", None, message=said))
"""


def test_writers_killed_at_any_moment_leave_whole_records(ledger, tmp_path):
    for _ in range(3):
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) for _ in range(2)
        ]
        end = time.monotonic() + 300
        while ledger.latest("n/a") is None and time.monotonic() < end:
            time.sleep(0.01)
        for _ in range(50):
            assert ledger.latest("n/a").message == "x" * 5000
        for writer in writers:
            os.kill(writer.pid, signal.SIGKILL)
            writer.wait()
        assert ledger.latest("n/a").message == "x" * 5000


def test_what_killed_writers_left_is_swept_away(ledger, tmp_path):
    ledger.store(HOLDS)
    left = ledger.folder / "new" / "left.1"
    left.write_text("half")
    os.utime(left, (1, 1))
    open_ledger(tmp_path)
    assert not left.exists()


def test_the_same_id_in_another_language_is_another_statement(ledger, tmp_path):
    ledger.store(HOLDS)
    ledger.store_hand("c::t", "norms/sandwich", "d", HandVerdict(("c::t",), "holds"), run="r1")
    other = open_ledger(tmp_path, "zh")
    assert other.latest(HOLDS.id) is None
    assert other.hand("c::t", "norms/sandwich", "d", run="r1") is None
    other.store(replace(HOLDS, digest="d2"))
    assert ledger.latest(HOLDS.id) == HOLDS
    assert other.latest(HOLDS.id).digest == "d2"


def test_a_file_moved_to_another_language_counts_as_absent(ledger, tmp_path):
    ledger.store(HOLDS)
    (file,) = (ledger.folder / "evidence/en").iterdir()
    target = ledger.folder / "evidence/zh" / file.name
    target.parent.mkdir()
    target.write_bytes(file.read_bytes())
    assert open_ledger(tmp_path, "zh").latest(HOLDS.id) is None
