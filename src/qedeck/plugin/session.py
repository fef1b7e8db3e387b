"""What the plugin does in a project: collecting notes, running checks on mutants, one summary.

A check is an item of its own. What it says of a statement and of its mutants goes to the ledger,
and the statement's item, which runs after all checks, combines that with the engine's verdict. A
check that is not part of the run is run in a process of its own; one that pytest-xdist gave to
another process is waited for.
"""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Generator, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from qedeck.errors import Mistake, SourceError
from qedeck.evidence.differs import Differs
from qedeck.evidence.hand import HandVerdict, combine, first_line, judge, settle
from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import Project, read_project
from qedeck.evidence.record import Evidence
from qedeck.evidence.searches import read_searches
from qedeck.evidence.snippets import compare
from qedeck.evidence.sources import Check
from qedeck.evidence.verification import Verification
from qedeck.plugin.items import RECORD, NoteFile, StatementItem, report
from qedeck.plugin.summary import Summary

if TYPE_CHECKING:
    from qedeck.evidence.view import ClaimView

RUN = "QEDECK_RUN"
"""Environment variable that makes a process part of another one's run."""
PATIENCE = 120.0
"""Seconds without any news after which a check that runs in another process is run here."""


class ProjectPlugin:
    """The plugin of one run in one project."""

    def __init__(self, config: pytest.Config, root: Path) -> None:
        self.config = config
        self.root = root
        worker = getattr(config, "workerinput", None)
        self.parallel = worker is not None
        self.controls = bool(getattr(config.option, "numprocesses", None)) and not self.parallel
        self.run = str(worker["testrunuid"]) if worker else uuid.uuid4().hex
        self.run = os.environ.get(RUN, self.run)
        self.salt = str(config.getoption("--redraw"))
        self.fresh = bool(config.getoption("--fresh") or self.salt)
        self.ledger = open_ledger(root)
        self.summary = Summary()
        self.selected: dict[tuple[str, str], list[str]] = {}
        self.pending: list[str] = []
        self._unfed: list[str] = []
        """Statements of this run whose checks have not all spoken."""
        self._about_last = ""
        """What the check that ran last is about."""

    # Collecting

    @cached_property
    def project(self) -> Project:
        """The project, read once."""
        return read_project(self.root)

    @cached_property
    def verification(self) -> Verification:
        """The run of verification."""
        return Verification(
            self.project, self.ledger, self.run, fresh=self.fresh, salt=self.salt,
            searches=read_searches(self.root),
        )  # fmt: skip

    def mistakes_in(self, path: Path) -> list[Mistake]:
        """Mistakes in one file."""
        return [found for found in self.project.mistakes if self.root / found.path == path]

    def statements_in(self, path: Path) -> list[Any]:
        """Statements of one note, in order."""
        notes = [note for note in self.project.library.notes if self.root / note.path == path]
        return [statement for note in notes for statement in note.statements]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> NoteFile | None:
        """Collect notes."""
        notes = self.root / "notes"
        if file_path.suffix != ".md" or notes not in file_path.parents:
            return None
        file: NoteFile = NoteFile.from_parent(parent, path=file_path)
        file.plugin = self
        return file

    @pytest.hookimpl(tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Any:
        """Report mistakes in the markers of a check module like mistakes in notes."""
        if not isinstance(collector, pytest.Module) or self._checks not in collector.path.parents:
            return None
        mistakes = self.mistakes_in(collector.path)
        if not mistakes:
            return None
        return pytest.CollectReport(collector.nodeid, "failed", report(mistakes), [])

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a check about several statements once for each."""
        names = _marked(metafunc.definition)
        if len(names) > 1 and "claim" in metafunc.fixturenames:
            metafunc.parametrize("claim", names, indirect=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep what `--note` asks for; checks go before the statements that wait for them."""
        if not any(isinstance(item, StatementItem) or _marked(item) for item in items):
            return
        elsewhere = [
            mistake for mistake in self.project.mistakes if not (self.root / mistake.path).is_file()
        ]
        if elsewhere:
            raise pytest.UsageError(report(elsewhere))
        if self.project.mistakes:
            return
        for item in items:
            if _marked(item) and "claim" not in getattr(item, "fixturenames", ()):
                raise pytest.UsageError(
                    f"{item.nodeid}: a check that is marked with a claim takes the fixture `claim`"
                )
        try:
            self._note_parameters(items)
        except SourceError as error:
            raise pytest.UsageError(str(error)) from None
        wanted = config.getoption("--note")
        if wanted:
            self._keep(wanted, items)
        items.sort(key=lambda item: isinstance(item, StatementItem))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember which checks this run has, and which statements."""
        for item in session.items:
            if isinstance(item, StatementItem):
                self.pending.append(item.statement.id)
                self._unfed.append(item.statement.id)
            elif name := self._about(item):
                self.selected.setdefault((_base(item), name), []).append(item.nodeid)

    # Running

    @pytest.fixture
    def claim(self, request: pytest.FixtureRequest) -> ClaimView:
        """The statement on the page, as a check sees it."""
        return self._view(self._about(request.node))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Feed the workers; let a check that has nothing new to say pass before fixtures run."""
        name = self._about(item)
        if name or isinstance(item, StatementItem):
            self._feed(name)
        if name and self.verification.hand(item.nodeid, name) is not None:
            item.setup = item.runtest = lambda: None  # type: ignore[method-assign]
            item.user_properties.append((RECORD, {"check": item.nodeid, "taken": True}))

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, Any, Any]:
        """Run a check on the statement, then on its mutants."""
        name = self._about(pyfuncitem)
        if not name:
            return (yield)
        view = cast("ClaimView", pyfuncitem.funcargs["claim"])
        settle(view.seed)
        result = yield
        arguments = {
            argument: pyfuncitem.funcargs[argument]
            for argument in inspect.signature(pyfuncitem.obj).parameters
            if argument in pyfuncitem.funcargs
        }

        def call(other: Any) -> None:
            try:
                pyfuncitem.obj(**{**arguments, "claim": other})
            except pytest.fail.Exception as error:
                raise Differs(str(error)) from error
            except pytest.skip.Exception as error:
                raise RuntimeError(str(error)) from error  # a skip rejects no mutant

        verdict = judge(pyfuncitem.nodeid, call, view, passed=True)
        if verdict.verdict == "fails":
            pytest.fail(verdict.message, pytrace=False)
        self._store(pyfuncitem, name, verdict)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Remember a check that failed; say in a line what is not installed."""
        made = yield
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, ModuleNotFoundError) and error.name == "torch":
            made.longrepr = f"{item.nodeid}: needs torch, which is not installed: pip install torch"
        name = self._about(item)
        if name and error is not None and call.when != "teardown":
            unknown = not isinstance(error, AssertionError | pytest.fail.Exception)
            message = f"{item.nodeid}: {first_line(error)}"
            verdict = HandVerdict((item.nodeid,), "unknown" if unknown else "fails", message)
            self._store(item, name, verdict)
        return made

    def evidence(self, name: str) -> tuple[Evidence, bool]:
        """The evidence of a statement, and whether it was taken from the ledger."""
        taken = self.verification.current(name)
        if taken is not None:
            return taken, self.ledger.run_of(name) != self.run
        return self.verification.evidence(name, self._hand), False

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the workers; tell the controller what this process was to verify."""
        if "verification" in vars(self):
            self.verification.close()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["qedeck_pending"] = list(self.pending)
        else:
            self.summary.expect(self.pending)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear from a worker of pytest-xdist what it was to verify."""
        self.summary.expect(getattr(node, "workeroutput", {}).get("qedeck_pending", ()))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather results, also those of other processes."""
        for key, record in report.user_properties:
            if key == RECORD and isinstance(record, dict):
                self.summary.add(record)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was established."""
        if not self.parallel and not self.config.option.collectonly:
            for line, good in self.summary.lines(detailed=terminalreporter.verbosity > 0):
                terminalreporter.write_line(line, green=good, red=not good)
            if "verification" in vars(self):
                for complaint in self.verification.complaints:
                    terminalreporter.write_line(str(complaint), yellow=True)

    def _keep(self, notes: list[str], items: list[pytest.Item]) -> None:
        """Deselect what has nothing to do with some notes."""
        known = sorted({note.name for note in self.project.library.notes})
        for note in notes:
            if note not in known:
                raise pytest.UsageError(f"no note is called {note}; there are {', '.join(known)}")
        related = frozenset[str]().union(*map(self.project.related, notes))
        modules = {f"test_{name.partition('/')[0].replace('-', '_')}" for name in related}
        modules |= {f"test_{note.replace('-', '_')}" for note in notes}

        def wanted(item: pytest.Item) -> bool:
            if isinstance(item, StatementItem):
                return item.statement.id in related
            if name := self._about(item):
                return name in related
            return self._checks not in item.path.parents or item.path.stem in modules

        left_out = [item for item in items if not wanted(item)]
        if left_out:
            self.config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if wanted(item)]

    # Hand-written checks

    @property
    def _itself(self) -> list[str]:
        """Options that load this plugin where no entry point does."""
        known = self.config.pluginmanager.has_plugin("qedeck")
        return [] if known else ["-p", "qedeck.plugin.plugin"]

    @property
    def _checks(self) -> Path:
        return self.root / "checks"

    def _about(self, item: Any) -> str:
        """The one statement that an item checks; empty for other items."""
        names = _marked(item)
        if len(names) > 1:
            return str(item.callspec.params["claim"])
        return names[0] if names else ""

    def _view(self, name: str) -> ClaimView:
        from qedeck.evidence.view import view_of

        return view_of(self.project, name, self.salt)

    def _store(self, item: pytest.Item, name: str, verdict: HandVerdict) -> None:
        digest = self.project.digests[name]
        self.ledger.store_hand(item.nodeid, name, digest, verdict, self.run)

    def _note_parameters(self, items: Iterable[pytest.Item]) -> None:
        """Remember all node ids of each check that was collected with all its parameters."""
        whole: dict[tuple[str, str], list[str]] = {}
        cut = {argument.partition("::")[0] for argument in self.config.args if "[" in argument}
        if getattr(self.config.option, "lf", False):
            return
        for item in items:
            name = self._about(item)
            if name and not any(item.path.match(part) for part in cut):
                whole.setdefault((_base(item), name), []).append(item.nodeid)
        for (base, name), nodes in whole.items():
            known = self.verification.hand(base, name)
            verdict = HandVerdict(tuple(nodes), "holds")
            if known is None or known.checks != verdict.checks:
                digest = self.project.digests[name]
                self.ledger.store_hand(base, name, digest, verdict, self.run)

    def _said(self, check: Check, name: str) -> list[HandVerdict] | None:
        """What a check said for all its parameters; None where something is missing."""
        index = self.verification.hand(f"{check.node} *", name)
        if index is None:
            return None
        said = [self.verification.hand(node, name) for node in index.checks]
        return None if None in said else [one for one in said if one is not None]

    def _ready(self, name: str) -> bool:
        checks = self.project.checks_of(name)
        return all(self._said(check, name) is not None for check in checks)

    def _feed(self, name: str) -> None:
        """Give the workers what can be decided by now, before a check or a statement runs.

        Args:
            name: What the next item checks; empty for the item of a statement.
        """
        if self.parallel:
            return
        before, self._about_last = self._about_last, name
        asked = self._unfed if not (before and name) else [before] * (before in self._unfed)
        ready = [other for other in asked if self._ready(other)]
        self._unfed = [other for other in self._unfed if other not in ready]
        self.verification.begin(ready, self._hand)

    def _hand(self, name: str) -> HandVerdict | None:
        """What the checks of a statement said; those that have not spoken are waited for or run."""
        checks = self.project.checks_of(name)
        if any(self._said(check, name) is None for check in checks):
            self._await(name, checks)
        for check in checks:
            if self._said(check, name) is None:
                self._run_apart([check.node])
        found: list[HandVerdict] = []
        for check in checks:
            silent = f"{check.node}: the check did not finish"
            said = self._said(check, name)
            found += said or [HandVerdict((check.node,), "unknown", silent)]
        if name in self.project.snippets:
            found.append(self._snippet(name))
        return combine(found)

    def _snippet(self, name: str) -> HandVerdict:
        """What comparing a statement with the snippet that implements it says."""
        file = self.project.snippets[name].relative_to(self.root).as_posix()
        node = f"{file}:{name.rpartition('/')[2]}"
        known = self.verification.hand(node, name)
        if known is None:
            known = judge(node, compare, self._view(name))
            digest = self.project.digests[name]
            self.ledger.store_hand(node, name, digest, known, self.run)
        return known

    def _await(self, name: str, checks: Iterable[Check]) -> None:
        """Wait for checks that pytest-xdist gave to other processes, while there is news."""
        missing = [check for check in checks if (f"{check.node} *", name) in self.selected]
        deadline = time.monotonic() + PATIENCE
        shelf = self.ledger.folder / "hand"
        news = 0.0
        while self.parallel and missing and time.monotonic() < deadline:
            latest = shelf.stat().st_mtime if shelf.is_dir() else 0.0
            if latest != news:
                news, deadline = latest, time.monotonic() + PATIENCE
            missing = [check for check in missing if self._said(check, name) is None]
            time.sleep(0.05)

    def _run_apart(self, nodes: list[str]) -> None:
        """Run checks in a process of their own: they are not part of this run."""
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            *self._itself, *(["--fresh"] if self.fresh else []),
            *(["--redraw", self.salt] if self.salt else []), *nodes,
        ]  # fmt: skip
        with self.ledger.locked("checks"):
            subprocess.run(  # noqa: S603
                command,
                cwd=self.root,
                capture_output=True,
                check=False,
                env={**os.environ, RUN: self.run},
            )


def _marked(item: Any) -> tuple[str, ...]:
    return tuple(str(name) for marker in item.iter_markers("claim") for name in marker.args)


def _base(item: pytest.Item) -> str:
    """Name under which all parameters of a check are remembered."""
    return f"{item.nodeid.partition('[')[0]} *"
