"""`qedeck review` killed at any moment, in the terminal and serving its page.

Used by the tests a few times and by `benchmarks/kill_review.py` a thousand times.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from qedeck.memory.event import Event, parse
from qedeck.memory.history import Journal, read_history
from qedeck.memory.ulid import Ids

NOTE = """\
---
title: Numbers
topic: Which number?
after: []
---

## Axioms & definitions

{cards}
## History

## Mechanism

## Application
"""
CARD = "> [!card|number-{k}]- What is number {k}?\n>\n> It is {k}. [fact]\n\n"
NURSERY = """\
import os, signal, sys
import qedeck.cards.review, qedeck.evidence.library, qedeck.evidence.verify, rich.console
import qedeck.memory.server, qedeck.memory.terminal, qedeck.notes.binding
from qedeck.cli import main
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    keys, out, *arguments = line.split()
    child = os.fork()
    if child:
        print(child, flush=True)
        continue
    for number, path, how in ((0, keys, os.O_RDONLY), (1, out, os.O_WRONLY | os.O_CREAT)):
        os.dup2(os.open(path, how), number)
    os.dup2(1, 2)
    sys.stdin, sys.stdout = open(0), open(1, "w")
    main(["review", *arguments])
"""
"""Starts the command in processes of their own that have loaded everything already."""
ASKED = re.compile(r"numbers · \d+ due")


def project(root: Path, cards: int = 20) -> Path:
    """A project of facts; who always answers *again* is never done with it."""
    notes = root / "notes" / "en"
    notes.mkdir(parents=True)
    text = "".join(CARD.format(k=k) for k in range(cards))
    (notes / "numbers.md").write_text(NOTE.format(cards=text))
    (root / "pyproject.toml").write_text("[tool.qedeck]\n")
    (root / ".qedeck").mkdir()
    (root / "site").mkdir()
    (root / "site" / "review.html").write_text("")
    (root / "keys").write_text(" 1" * 10_000)
    return root


@dataclass
class Child:
    """A process that runs the command."""

    pid: int
    out: Path

    def said(self, whole_line: bool = True) -> str:
        """What it printed; waits for a line."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            text = self.out.read_text() if self.out.exists() else ""
            if "\n" in text or not whole_line:
                return text
            time.sleep(0.001)
        raise TimeoutError(self.out.read_text())

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Until there is no such process."""
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.001)


@dataclass
class Killer:
    """Kills what runs in a project, and counts what is wrong afterwards."""

    root: Path
    rng: random.Random
    kills: int = 0
    answered: int = 0
    torn: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.root / "reviews"

    def __enter__(self) -> Self:
        self.nursery = subprocess.Popen(
            [sys.executable, "-c", NURSERY],
            cwd=self.root, env={**os.environ, "QEDECK_DEVICE": "laptop", "COLUMNS": "80"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_) -> None:
        self.nursery.stdin.close()
        self.nursery.wait()
        self.nursery.stdout.close()

    def start(self, *arguments: str) -> Child:
        """The command, in a process that can be killed."""
        out = self.root / "out"
        out.unlink(missing_ok=True)
        self.nursery.stdin.write(f"{self.root / 'keys'} {out} {' '.join(arguments)}\n")
        self.nursery.stdin.flush()
        return Child(int(self.nursery.stdout.readline()), out)

    def events(self) -> dict[str, Event]:
        """What can be read; a torn last line is counted, anything else is wrong."""
        history = read_history(self.folder)
        self.torn += len(history.torn)
        return history.events

    @property
    def waits(self) -> int:
        """Answers before the clock of the next kill runs: every second one may come at once."""
        return self.kills % 2

    def terminal(self) -> None:
        """Answer in the terminal until the process is killed."""
        before = self.events()
        child = self.start("--terminal", "--new", "9999")
        while len(ASKED.findall(child.said())) <= self.waits:
            time.sleep(0.001)
        time.sleep(self.rng.uniform(0, 0.15))
        child.kill()
        child.wait()
        said = child.said()
        after = self.events()
        asked = len(ASKED.findall(said))
        fresh = len(after) - len(before)
        # A card is asked when the answer to the one before is on the disk.
        if not asked - 1 <= fresh <= asked:
            self.wrong.append(f"{asked} cards were asked, {fresh} answers are there: {said[-300:]}")
        if any(after.get(name) != event for name, event in before.items()):
            self.wrong.append("an answer of before is gone, or another")
        self.kills += 1
        self.answered += fresh

    def page(self) -> None:
        """Send events as the page does until the process is killed; then what was not answered."""
        child = self.start("--no-browser")
        found = re.match(r"http://(127\.0\.0\.1):(\d+)/review\.html\?token=(.+)", child.said())
        if found is None:
            child.kill()
            self.wrong.append(f"no address: {child.said()}")
            return
        ids = Ids()
        safe: list[Event] = []
        open_: list[Event] = []
        connection = http.client.HTTPConnection(found[1], int(found[2]), timeout=20)
        killer = threading.Timer(self.rng.uniform(0, 0.15), child.kill)
        if not self.waits:
            killer.start()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while True:
                at = time.time_ns() // 1_000_000
                batch = [
                    Event(ids.new(at), "review", f"en/number-{k}", at, "site", 3, 5)
                    for k in range(self.rng.randrange(1, 4))
                ]
                open_ = batch
                body = "".join(f"{event}\n" for event in batch)
                connection.request("POST", f"/api/events?token={found[3]}", body)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    break
                safe += batch
                open_ = []
                if killer.ident is None:
                    killer.start()
        connection.close()
        killer.join()
        child.wait()
        after = self.events()
        lost = [event for event in safe if after.get(event.id) != event]
        if lost:
            self.wrong.append(f"{len(lost)} events were said to be kept, and are not")
        # The page sends again what was not answered.
        torn = Journal(self.folder, "laptop").append(e for e in open_ if e.id not in after)
        self.torn += torn is not None
        self.kills += 1
        self.answered += len(safe)

    def check(self) -> None:
        """No line is torn or doubled in the end, and each can be read."""
        path = self.folder / "laptop.jsonl"
        Journal(self.folder, "laptop").append([])
        lines = path.read_text().splitlines()
        if not path.read_text().endswith("\n"):
            self.wrong.append("the last line has no end")
        if len(lines) != len({parse(line).id for line in lines}):
            self.wrong.append("an event stands twice")
