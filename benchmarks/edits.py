"""`qedeck watch`: the time from saving a file to the verdict."""

from __future__ import annotations

import queue
import signal
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from measuring import QEDECK, Failed, Row, aim, environment

EDIT_AIM = 1.0
PATIENCE = 300.0
EDITS = (
    ("norms", "sandwich", r"n^{1/p} \, \|x\|_\infty$$", r"n^{2/p} \, \|x\|_\infty$$"),
    ("norms", "parallelogram-law", r"= 2 \|x\|_2^2", r"= \|x\|_2^2"),
    ("norms", "frobenius-trace", r"\|A\|_F^2", r"\|A\|_F"),
)
"""Note, claim, a place in it, and what makes it false."""


class Watch:
    """`qedeck watch`, and the lines that it prints."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, *QEDECK, "watch"],
            cwd=root,
            env={**environment(), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self._lines: queue.Queue[tuple[float, str]] = queue.Queue()
        threading.Thread(target=self._pump, daemon=True).start()

    def _pump(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put((time.perf_counter(), line))

    def until(self, *parts: str) -> float:
        """When the first line came that has one of some parts."""
        said = []
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                at, line = self._lines.get(timeout=1)
            except queue.Empty:
                continue
            said.append(line)
            if any(part in line for part in parts):
                return at
        raise Failed(f"no line with {parts} in:\n{''.join(said)[-4000:]}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


def edits(root: Path, *, quick: bool) -> list[Row]:
    """Break claims and mend them again, several times."""
    false: list[float] = []
    first: list[float] = []
    whole: list[float] = []
    with Watch(root) as watch:
        watch.until("waiting for files")
        # The first save waits for the workers to start; it is not counted.
        for k, (note, claim, old, new) in enumerate([EDITS[0], *EDITS * (1 if quick else 3)]):
            file = root / "notes" / "en" / f"{note}.md"
            text = file.read_text("utf-8")
            at = text.find(old, text.index(f"|{claim}]"))
            if at < 0:
                raise Failed(f"{note}/{claim} has no {old}")
            saved = _save(file, text[:at] + new + text[at + len(old) :])
            broken = watch.until(f"{note}/{claim} is false") - saved
            watch.until(" failed, ")
            saved = _save(file, text)
            survived = watch.until(f"{note}/{claim}: no counterexample") - saved
            mended = watch.until(f"{note}/{claim}: mended") - saved
            watch.until(" failed, ")
            if k:
                false.append(broken)
                first.append(survived)
                whole.append(mended)
    return [
        Row("From a save that breaks a claim to its counterexample", _times(false),
            aim(max(false), EDIT_AIM, "under 1 s")),
        Row("From a save that mends it to “no counterexample”", _times(first),
            aim(max(first), EDIT_AIM, "under 1 s")),
        Row("From a save that mends it to its whole evidence, mutants and all", _times(whole)),
    ]  # fmt: skip


def _save(file: Path, text: str) -> float:
    start = time.perf_counter()
    file.write_text(text, "utf-8")
    return start


def _times(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s (at most {max(seconds):.2f} s)"
