"""A small project on disk, and `qedeck watch` running in it."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

PATIENCE = 900
"""Seconds after which a line that should come is missing, on however slow a machine."""

SUMS = r"""---
kind: page
title: Sums
---

> [!claim|square] The square of a sum
>
> Let $x, y \in \mathbb{R}$. Then
>
> $$(x + y)^2 = x^2 + 2 x y + y^2$$

> [!claim|difference] The square of a difference
>
> With the [square of a sum](#square), let $x, y \in \mathbb{R}$. Then
>
> $$(x - y)^2 = x^2 - 2 x y + y^2$$
"""
OTHERS = r"""---
kind: page
title: Others
---

> [!claim|double] Twice a number
>
> Let $x \in \mathbb{R}$. Then
>
> $$x + x = 2 x$$
"""


class Watched:
    """A project's files, and the process that watches them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()

    def start(self) -> None:
        """Start the process, and wait until it waits for saves."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from qedeck.cli import main; main()", "watch"],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        threading.Thread(target=self._pump).start()
        self.until("waiting for files")

    def _pump(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout:
            for line in self.process.stdout:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def until(self, pattern: str) -> list[str]:
        """The lines that come, up to the first that matches."""
        found: list[str] = []
        while True:
            line = self._lines.get(timeout=PATIENCE)
            assert line is not None, f"it ended without {pattern!r}: {self.said}"
            self.said.append(line)
            found.append(line)
            if re.search(pattern, line):
                return found

    def rest(self) -> list[str]:
        """The lines that come until it ends."""
        return list(iter(lambda: self._lines.get(timeout=PATIENCE), None))

    def edit(self, path: str, old: str, new: str) -> None:
        """Save a file with one place changed, as many editors do: under another name first."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        fresh = file.with_name(f".{file.name}.new")
        fresh.write_text(text.replace(old, new), "utf-8")
        fresh.replace(file)

    def interrupt(self) -> int:
        """Press Ctrl-C: every process of the terminal hears of it. The exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def processes(self) -> list[str]:
        """Commands that still run in the process's group."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.process.pid and state != "Z":
                    found.append((folder / "cmdline").read_text())
        return found


@pytest.fixture
def project(tmp_path):
    for path, text in {
        "pyproject.toml": "[tool.qedeck]\n[tool.pytest.ini_options]\n",
        "notes/en/sums.md": SUMS,
        "notes/en/others.md": OTHERS,
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def watched(project):
    found = Watched(project)
    try:
        found.start()
        yield found
    finally:
        found.interrupt()
