"""Statements that have checks, decided by pytest in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path

from qedeck.evidence.library import Project


class Apart:
    """A run of pytest over some statements and their checks; it writes to the ledger itself."""

    def __init__(self, project: Project, names: Iterable[str], run: str) -> None:
        self.names = tuple(names)
        self._nodes = {name: _node(project, name) for name in self.names}
        from qedeck.plugin.session import RUN

        checks = [check.node for name in self.names for check in project.checks_of(name)]
        self._folder = tempfile.TemporaryDirectory(prefix="qedeck-")
        self._report = Path(self._folder.name) / "report.xml"
        self._output = Path(self._folder.name) / "output"
        installed = entry_points(group="pytest11", name="qedeck")
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            *([] if installed else ["-p", "qedeck.plugin.plugin"]),
            "-o", "junit_family=xunit1", f"--junitxml={self._report}",
            *dict.fromkeys(checks), *self._nodes.values(),
        ]  # fmt: skip
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                cwd=project.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, RUN: run},
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._process.poll() is None

    def messages(self) -> Mapping[str, str]:
        """What was said of each statement that does not hold, once it has ended."""
        self._process.wait()
        found = _failures(self._report)
        lines = self._output.read_text("utf-8", "replace").split("\n")
        last = next((line for line in reversed(lines) if line.strip()), "")
        silent = f"pytest ended with {self._process.returncode}: {last}"
        said = {name: found.get(node, silent) for name, node in self._nodes.items()}
        self._folder.cleanup()
        return said

    def stop(self) -> None:
        """End it, with all processes that it began."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()


def _node(project: Project, name: str) -> str:
    statement = project.library.statement(name, project.lang)
    return f"{statement.path}::{statement.slug}"


def _failures(report: Path) -> dict[str, str]:
    """The text of each failure by node id."""
    try:
        cases = ET.parse(report).iter("testcase")  # noqa: S314 - pytest has just written it
    except (OSError, ET.ParseError):
        return {}
    return {
        f"{case.get('file')}::{case.get('name')}": (failure.text or "").strip()
        for case in cases
        for failure in case
        if failure.tag in {"failure", "error"}
    }
