"""Runs of the real engine, killed, doubled or with a damaged ledger: never a wrong verdict."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import KEPT, read_project

from .conftest import PLUGIN

NOTE = r"""---
title: Small
kind: page
---

> [!definition|mean] The mean of two numbers
>
> Let $a, b \in \mathbb{R}$.
>
> $$m(a, b) := \frac{a + b}{2}$$

> [!claim|square] A square of a mean
>
> Let $a, b \in \mathbb{R}$. Then
>
> $$m(a, b)^2 = \frac{a^2 + 2 a b + b^2}{4}$$

> [!claim|product] The square of the mean is at least the product
>
> With the [square](#square), let $a, b \in \mathbb{R}$. Then
>
> $$a b \le m(a, b)^2$$
>
> Equality at $b = a$.

> [!claim|false] A number is its double
>
> Let $a \in \mathbb{R}$. Then
>
> $$2 a = a$$

> [!misconception|halves] The mean of squares is the square of the mean
>
> Let $a, b \in \mathbb{R}$. Then
>
> $$\frac{a^2 + b^2}{2} = m(a, b)^2$$
>
> Fails at $a = 0$, $b = 2$: $2 \ne 1$. True for [the product](#product).
"""

CHECK = """\
import pytest

@pytest.mark.claim("small/square")
def test_square(claim):
    for instance in claim.instances():
        a, b = instance["a"], instance["b"]
        left, right = claim.left(a=a, b=b), claim.right(a=a, b=b)
        assert abs(left - right) <= 1e-9 * max(1.0, abs(left))
"""

VERDICTS = {
    "small/mean": "holds", "small/square": "holds", "small/product": "holds",
    "small/false": "fails", "small/halves": "holds",
}  # fmt: skip


def make(root: Path) -> Path:
    """A project of one note and one check."""
    (root / "notes/en").mkdir(parents=True)
    (root / "checks").mkdir()
    (root / "pyproject.toml").write_text("[tool.qedeck]\n[tool.pytest.ini_options]\n")
    (root / "notes/en/small.md").write_text(NOTE)
    (root / "checks/test_small.py").write_text(CHECK)
    return root


def start(root: Path) -> subprocess.Popen[bytes]:
    """A run of its own process group."""
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", *PLUGIN, "-q", "-p", "no:cacheprovider", "checks"],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def finished(run: subprocess.Popen[bytes]) -> str:
    """What a run says to its end: one statement is false, so it must fail."""
    said = run.communicate()[0].decode()
    assert run.returncode == 1, said
    assert "1 failed, 5 passed" in said, said
    return said


def stored(root: Path) -> dict[str, dict[str, object]]:
    """All evidence that readers would take, but how long it took."""
    ledger = open_ledger(root)
    found = {name: ledger.latest(name) for name in VERDICTS}
    records = {name: one.to_json() for name, one in found.items() if one is not None}
    for record in records.values():
        del record["seconds"]
    return records


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A project whose run nothing disturbed, and how long that took."""
    root = make(tmp_path_factory.mktemp("undisturbed") / "project")
    begin = time.monotonic()
    finished(start(root))
    assert {name: record["verdict"] for name, record in stored(root).items()} == VERDICTS
    return root, time.monotonic() - begin


def test_runs_killed_at_any_moment_leave_only_what_is_true(tmp_path, undisturbed):
    reference, seconds = undisturbed
    expected = stored(reference)
    root = make(tmp_path / "project")
    dice = random.Random(1)
    for _ in range(4):
        run = start(root)
        time.sleep(dice.uniform(0.3, 1.0) * seconds)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        for name, record in stored(root).items():
            assert record == expected[name]
    finished(start(root))
    assert stored(root) == expected


def test_two_runs_at_once_agree(tmp_path, undisturbed):
    reference, _ = undisturbed
    root = make(tmp_path / "project")
    for run in [start(root), start(root)]:
        finished(run)
    assert stored(root) == stored(reference)


def test_a_damaged_ledger_changes_no_verdict(tmp_path, undisturbed):
    reference, _ = undisturbed
    root = tmp_path / "project"
    shutil.copytree(reference, root)
    shelf = root / ".qedeck/evidence/en"
    false = shelf / "small%2Ffalse.json"
    true = shelf / "small%2Fproduct.json"
    text = false.read_text()
    assert '\\"verdict\\": \\"fails\\"' in text
    edited = text.replace('\\"verdict\\": \\"fails\\"', '\\"verdict\\": \\"holds\\"')
    false.write_text(edited.replace('\\"level\\": null', '\\"level\\": \\"proved\\"'))
    true.write_bytes(true.read_bytes()[:200])
    (shelf / "small%2Fmean.json").write_bytes((shelf / "small%2Fsquare.json").read_bytes())
    assert stored(root).keys() == {"small/square", "small/halves"}
    assert not read_project(root).mistakes  # which keeps what it read
    kept = (root / ".qedeck" / KEPT).read_bytes()
    (root / ".qedeck" / KEPT).write_bytes(kept[:-2] + bytes([kept[-2] ^ 1]) + kept[-1:])
    said = finished(start(root))
    assert "small/false is false" in said
    assert stored(root) == stored(reference)


def test_a_ledger_that_cannot_be_written_is_named(tmp_path):
    root = make(tmp_path / "project")
    (root / ".qedeck").write_text("a file where a folder should be")
    run = start(root)
    said = run.communicate()[0].decode()
    assert run.returncode not in (0, 1)
    assert "the ledger cannot be written: Not a directory" in said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said
