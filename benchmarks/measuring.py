"""Running commands in a copy of a project, and what they took."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = (
    "notes",
    "snippets",
    "checks",
    "pyproject.toml",
    "mkdocs.yml",
    "cards.lock",
    "proofs.lock",
)
PYTEST = ("-m", "pytest")
MKDOCS = ("-m", "mkdocs")
QEDECK = ("-c", "from qedeck.cli import main; main()")
INSIDE = """\
import ctypes, json, os, resource, subprocess, sys, time

# Workers are children of a fork server, which nobody waits for: without this they are not counted.
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
took = time.perf_counter() - start
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
used = resource.getrusage(resource.RUSAGE_CHILDREN)
text = done.stdout.decode("utf-8", "replace")
print(json.dumps([done.returncode, took, used.ru_maxrss, used.ru_utime + used.ru_stime, text]))
"""


@dataclass(frozen=True)
class Run:
    """One command that was run."""

    seconds: float
    memory: float
    """Peak resident MB of the largest process among it and all that it began."""
    cpu: float
    """CPU seconds of it and of all that it began."""
    output: str


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    aim: str = ""


class Failed(Exception):
    """A command that was to be measured did not succeed."""


def run(root: Path, *command: str, tolerated: tuple[int, ...] = (0,)) -> Run:
    """Run Python in a project and measure it, in a process that counts only its children."""
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, sys.executable, *command],
        cwd=root, env=environment(), stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    returned, seconds, peak, cpu, output = json.loads(done.stdout.splitlines()[-1])
    if returned not in tolerated:
        raise Failed(f"{shlex.join(command)} ended with {returned}:\n{output[-4000:]}")
    kilo = 1024 if sys.platform != "darwin" else 1024**2
    return Run(seconds, peak / kilo, cpu, output)


def environment() -> dict[str, str]:
    """This tree's sources go before an installed qedeck; byte code is kept, as by default."""
    given = {**os.environ}
    given.pop("PYTHONDONTWRITEBYTECODE", None)
    paths = [str(ROOT / "src"), *filter(None, given.get("PYTHONPATH", "").split(os.pathsep))]
    return {**given, "PYTHONPATH": os.pathsep.join(paths)}


def copied(project: Path, folder: Path) -> Path:
    """A fresh copy of what is read: no evidence, no drawings, no built site."""
    target = folder / "project"
    target.mkdir(parents=True)
    for name in COPIED:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, target / name)
    return target


def aim(value: float, most: float, words: str) -> str:
    """Whether a value is below what it should be."""
    return f"{words}: {'met' if value < most else 'not met'}"
