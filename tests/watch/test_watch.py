"""`qedeck watch` in a process of its own, with files saved beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import read_project

SUMS = "notes/en/sums.md"
TRUE, FALSE = "(x + y)^2 = x^2 + 2 x y + y^2", "(x + y)^2 = x^2 + 3 x y + y^2"
FINISHED = r"^\d+ changed, .* s$"
CHECK = """\
import pytest

@pytest.mark.claim("others/double")
def test_double(claim):
    for instance in claim.instances():
        x = instance["x"]
        assert abs(claim.right(x=x) - (x + x)) <= 1e-9 * abs(x)
"""
MEANS = r"""---
kind: page
title: Means
---

> [!definition|mean] The mean
>
> Let $x \in \mathbb{R}^n$.
>
> $$\operatorname{mean}(x) := \frac{1}{n} \sum_{i=1}^{n} x_i$$

> [!claim|scaled] The mean of a multiple
>
> With the [mean](#mean), let $x \in \mathbb{R}^n$ and $c \in \mathbb{R}$. Then
>
> $$\operatorname{mean}(c x) = \frac{c}{n} \sum_{i=1}^{n} x_i$$

``` python
--8<-- "means.py:mean"
```
"""
SNIPPET = """\
# --8<-- [start:mean]
def mean(x):
    return x.sum() / len(x)
# --8<-- [end:mean]
"""
ENDLESS = """\
import os, time
from pathlib import Path

Path(__file__).with_name("running").write_text(str(os.getpid()))
time.sleep(3600)
"""


def stored(root, name):
    """The evidence of a statement that a run of pytest would take."""
    return open_ledger(root).current(name, read_project(root).digests[name])


def write_check(root, text):
    file = root / "checks" / "test_others.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def gone(process):
    """Wait until a process has ended."""
    while True:
        try:
            stat = Path(f"/proc/{process}/stat").read_text()
        except OSError:
            return True
        if stat.rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)


def test_a_broken_formula_is_reported_with_its_place_and_a_counterexample(watched):
    watched.edit(SUMS, TRUE, FALSE)
    lines = watched.until(FINISHED)
    assert lines[0] == f"{SUMS}: 1 changed, 1 more to decide again"
    start = lines.index(f"{SUMS}:6:3: claim sums/square is false")
    assert lines[start + 1] == f"    {FALSE}"
    assert any(line.startswith("  counterexample: x = ") for line in lines[start:])
    assert "1 changed, 0 verified, 1 failed, 1 not decided, " in lines[-1]


def test_what_does_not_depend_on_an_edit_is_not_decided(watched):
    watched.edit(SUMS, TRUE, FALSE)
    watched.edit(SUMS, FALSE, "(x + y)^2 = y^2 + 2 x y + x^2")
    while "2 verified" not in watched.until(FINISHED)[-1]:
        pass
    assert stored(watched.root, "sums/square").verdict == "holds"
    assert stored(watched.root, "others/double") is None


def test_mending_is_reported_and_kept_as_by_pytest(watched):
    watched.edit(SUMS, TRUE, FALSE)
    watched.until(FINISHED)
    watched.edit(SUMS, FALSE, TRUE)
    lines = watched.until(FINISHED)
    mended = [line for line in lines if "mended" in line]
    assert mended[0].startswith(f"{SUMS}:6:3: claim sums/square: mended, proved; ")
    assert mended[1].startswith(f"{SUMS}:12:3: claim sums/difference: mended, proved; ")
    assert lines.index(mended[0]) > next(k for k, line in enumerate(lines) if "proving" in line)
    assert "1 changed, 2 verified, 0 failed, " in lines[-1]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", SUMS],
        cwd=watched.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "2 taken from the ledger" in done.stdout


def test_a_note_that_is_half_written_is_a_mistake_with_its_place(watched):
    file = watched.root / SUMS
    text = file.read_text()
    file.write_text(text[: text.index("+ y^2$$")])
    lines = watched.until("nothing is decided until this is mended")
    assert lines[0] == SUMS
    assert lines[1].startswith(f"{SUMS}:10:3: the display formula is not closed; ")
    assert lines[3].strip() == "^"
    file.write_text(text)
    watched.until("all verdicts stand as they were")
    watched.edit(SUMS, TRUE, FALSE)
    watched.until("claim sums/square is false")


def test_prose_changes_no_verdict(watched):
    watched.edit(SUMS, "title: Sums\n---\n", "title: Sums\n---\n\nSquares are sums.\n")
    assert watched.until("stand as they were") == [f"{SUMS}: all verdicts stand as they were"]


def test_a_statement_with_a_check_is_decided_with_it(watched):
    write_check(watched.root, CHECK)
    lines = watched.until(FINISHED)
    assert "running the checks of others/double …" in lines
    assert "1 changed, 1 verified, 0 failed, " in lines[-1]
    assert stored(watched.root, "others/double").checks == ("checks/test_others.py::test_double",)
    watched.edit("checks/test_others.py", "(x + x)", "(x - x)")
    lines = watched.until(FINISHED)
    assert any(line.startswith("checks/test_others.py::test_double: ") for line in lines)
    assert "1 changed, 0 verified, 1 failed, " in lines[-1]


def test_a_statement_with_a_snippet_is_compared_with_it(watched):
    snippet = watched.root / "snippets" / "means.py"
    snippet.parent.mkdir()
    snippet.write_text(SNIPPET)
    (watched.root / "notes/en/means.md").write_text(MEANS)
    while "2 verified, 0 failed, " not in watched.until(FINISHED)[-1]:
        pass
    watched.edit("snippets/means.py", "/ len(x)", "/ (len(x) + 1)")
    lines = watched.until(FINISHED)
    assert lines[0] == "snippets/means.py: 1 changed, 1 more to decide again"
    assert any(line.startswith("snippets/means.py:mean: at x = ") for line in lines)
    watched.edit("snippets/means.py", "/ (len(x) + 1)", "/ len(x)")
    lines = watched.until(FINISHED)
    assert any("definition means/mean: mended, pinned; " in line for line in lines)


def test_a_mistake_in_a_check_has_its_place(watched):
    write_check(watched.root, CHECK.replace("(x + x)", "(x +* x)"))
    lines = watched.until("nothing is decided")
    assert any(line.startswith("checks/test_others.py:7:") for line in lines)


def test_a_save_ends_the_work_on_the_one_before(watched):
    write_check(watched.root, CHECK + ENDLESS)
    watched.until("running the checks of others/double")
    while not (running := watched.root / "checks" / "running").is_file():
        time.sleep(0.05)
    write_check(watched.root, CHECK)
    assert "1 changed, 1 verified, 0 failed, " in watched.until(FINISHED)[-1]
    assert gone(int(running.read_text()))


def test_ctrl_c_leaves_no_process(watched):
    write_check(watched.root, CHECK + ENDLESS)
    watched.until("running the checks of others/double")
    while not (running := watched.root / "checks" / "running").is_file():
        time.sleep(0.05)
    assert watched.interrupt() == 0
    assert gone(int(running.read_text()))
    while watched.processes():
        time.sleep(0.05)
    assert not any("Traceback" in line or "Error" in line for line in watched.rest())


def test_outside_a_project_it_says_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "from qedeck.cli import main; main()", "watch"],
        cwd=tmp_path, capture_output=True, text=True, check=False, env={**os.environ},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("Error: no qedeck project here")
