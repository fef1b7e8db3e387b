"""`proofs.lock`: a search for a proof that was in vain is not made twice."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import read_project
from qedeck.evidence.searches import NAME, lock_searches, read_searches

from .conftest import PLUGIN

NOTE = r"""---
title: Small
kind: page
---

> [!claim|square] A square of a sum
>
> Let $a, b \in \mathbb{R}$. Then
>
> $$(a + b)^2 = a^2 + 2 a b + b^2$$

> [!claim|double] The gamma function at the double
>
> Let $x > 0$. Then
>
> $$\Gamma(x) \, \Gamma(x + \frac{1}{2}) = 2^{1 - 2 x} \sqrt{\pi} \, \Gamma(2 x)$$
"""


@pytest.fixture
def small(tmp_path):
    """A project in which nothing proves one claim."""
    (tmp_path / "pyproject.toml").write_text("[tool.qedeck]\n[tool.pytest.ini_options]\n")
    note = tmp_path / "notes" / "en" / "small.md"
    note.parent.mkdir(parents=True)
    note.write_text(NOTE)
    (tmp_path / "checks").mkdir()
    return tmp_path


def verify(root, *options):
    """The level of each claim after a run without a ledger."""
    shutil.rmtree(root / ".qedeck", ignore_errors=True)
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-q", "checks", *options]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    ledger = open_ledger(root)
    return {name: ledger.latest(f"small/{name}").level for name in ("square", "double")}


def test_what_was_sought_in_vain_is_written_down_and_stays_tested(small):
    assert verify(small) == {"square": "proved", "double": "tested"}
    assert lock_searches(small) == {"found": 1, "in vain": 1}
    told = json.loads((small / NAME).read_text())
    assert list(told["in vain"]) == ["small/double"]
    assert list(told["found"]) == ["small/square"]
    assert verify(small) == {"square": "proved", "double": "tested"}


def test_a_claim_in_the_lock_is_not_proved_until_a_fresh_run(small):
    verify(small)
    lock_searches(small)
    project = read_project(small)
    told = json.loads((small / NAME).read_text())
    told["in vain"] = {"small/square": project.digests["small/square"]}
    (small / NAME).write_text(json.dumps(told))
    assert verify(small)["square"] == "tested"
    assert verify(small, "--fresh")["square"] == "proved"


def test_an_edited_claim_is_searched_again(small):
    verify(small)
    lock_searches(small)
    before = read_searches(small)
    note = small / "notes" / "en" / "small.md"
    note.write_text(note.read_text().replace("x > 0", "x > 1"))
    project = read_project(small)
    assert len(before.ends) == 2
    assert before.of(project.digests["small/double"]) == "open"
    assert lock_searches(small)["in vain"] == 0


def test_what_has_not_changed_stays_in_the_lock_without_evidence(small):
    verify(small)
    lock_searches(small)
    before = (small / NAME).read_text()
    shutil.rmtree(small / ".qedeck")
    assert lock_searches(small) == {"found": 1, "in vain": 1}
    assert (small / NAME).read_text() == before


@pytest.mark.parametrize("text", ["", "<<<<<<< ours\n", "[]", '{"format": 1}', '{"format": 9}'])
def test_a_lock_that_cannot_be_read_says_nothing(small, text):
    (small / NAME).write_text(text)
    assert not read_searches(small).ends
    verify(small)
    assert lock_searches(small) == {"found": 1, "in vain": 1}


def test_other_libraries_may_find_a_proof(small):
    verify(small)
    lock_searches(small)
    told = json.loads((small / NAME).read_text())
    told["versions"]["z3-solver"] = "0"
    (small / NAME).write_text(json.dumps(told))
    assert not read_searches(small).ends
