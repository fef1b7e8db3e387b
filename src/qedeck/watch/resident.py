"""A process that knows a project, and decides what changes in it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from qedeck.evidence.ledger import open_ledger
from qedeck.evidence.library import Project, kept, read_project
from qedeck.evidence.searches import read_searches
from qedeck.evidence.sources import module_source
from qedeck.evidence.verification import Verification
from qedeck.evidence.workers import Pool, processes
from qedeck.formula.reading.parser import grammar
from qedeck.watch.report import Report
from qedeck.watch.round import Round

ATTACK_SECONDS = 10.0
"""CPU time after which a search is given up; the evidence takes as long as it takes."""


class Resident:
    """Reads a project again and again, and has what changed decided in workers that stay."""

    def __init__(self, root: Path, report: Report) -> None:
        self.root = root
        self.report = report
        self.ledger = open_ledger(root)
        self.run = uuid.uuid4().hex
        self._cache = kept(root)
        self._pool = Pool()
        self._attackers = _attackers()
        self._project: Project | None = None
        """As it was when it was last read without a mistake."""
        self._snippets: dict[str, list[str]] = {}
        """The code of the snippets that statements are compared with, then."""
        self._settled: dict[str, str] = {}
        """The digest of each statement for which a verdict was given, or none is asked for."""
        self._edited: set[str] = set()
        """Statements not settled that were changed themselves."""
        self._verdicts: dict[str, str] = {}
        self._broken: frozenset[str] = frozenset()
        """Paths of the notes that had mistakes before anything could be decided."""
        self._round: Round | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being decided."""
        return self._round is not None

    def warm(self) -> None:
        """Start the workers and make the grammar, so that the first save need not wait for them."""
        for _ in range(processes()):
            self._pool.submit(os.getpid)
            self._attackers.submit(os.getpid)
        grammar()

    def read(self, saved: Iterable[Path] = ()) -> None:
        """Read what was saved, and begin to decide what has changed."""
        self._give_up()
        try:
            project = read_project(self.root, cache=self._cache)
        except FileNotFoundError:
            return  # a file went away meanwhile, which is a save of its own
        if project.mistakes:
            if self._project is None:
                self._broken |= {mistake.path for mistake in project.mistakes}
            self.report.mistakes(saved, project.mistakes)
            return
        if self._project is None:
            self._begin(project)
        changed = {n for n, digest in project.digests.items() if self._settled.get(n) != digest}
        snippets = {n: module_source(file, self.root) for n, file in project.snippets.items()}
        self._edited = {
            name
            for name in changed
            if name in self._edited
            or snippets.get(name) != self._snippets.get(name)
            or self._project is None
            or _written(self._project, name) != _written(project, name)
        }
        self._project, self._snippets = project, snippets
        if not changed:
            self.report.unchanged(saved)
            return
        self.report.changed(saved, len(self._edited), len(changed))
        verification = Verification(
            project, self.ledger, self.run, urgent=frozenset(self._edited),
            searches=read_searches(self.root), pool=lambda: self._pool,
        )  # fmt: skip
        names = self._open(verification, changed)
        self._round = Round(
            verification,
            names,
            frozenset(self._edited),
            self._verdicts,
            self._attackers,
            self.report,
        )

    def advance(self) -> None:
        """Report what is decided by now."""
        if self._round is None:
            return
        self._round.advance()
        self._keep(self._round)
        if not self._round.busy:
            done = self._round
            self.report.summary(len(done.edited), done.decided.values(), done.seconds)
            self._round = None

    def close(self) -> None:
        """End all work."""
        if self._round is not None:
            self._round.stop()
            self._round = None
        self._pool.close()
        self._attackers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _give_up(self) -> None:
        """End the work on what was saved before; workers that are idle are kept."""
        if self._round is None:
            return
        self._round.stop()  # it closes the pool
        self._pool = Pool()
        if self._round.attacking:
            self._attackers.close()
            self._attackers = _attackers()
        self._round = None

    def _begin(self, project: Project) -> None:
        """Take what is verified as it is; what was not mended by now is not asked for."""
        for name, digest in project.digests.items():
            known = self.ledger.current(name, digest)
            if known is not None:
                self._verdicts[name] = known.verdict
            holds = known is not None and known.verdict == "holds"
            if holds or project.subjects[name].path not in self._broken:
                self._settled[name] = digest
        verified = sum(verdict == "holds" for verdict in self._verdicts.values())
        self.report.begin(len(project.subjects), verified)

    def _open(self, verification: Verification, changed: set[str]) -> list[str]:
        """What has changed, and all that it rests on and that is not verified."""
        found = dict.fromkeys(changed)
        left = list(changed)
        subjects = verification.project.subjects
        while left:
            for other in subjects[left.pop()].uses:
                if other in subjects and other not in found and not verification.current(other):
                    found[other] = None
                    left.append(other)
        return list(found)

    def _keep(self, round_: Round) -> None:
        for name, evidence in round_.decided.items():
            self._settled[name] = round_.project.digests[name]
            self._verdicts[name] = evidence.verdict
            self._edited.discard(name)


def _attackers() -> Pool:
    return Pool(cpu_seconds=ATTACK_SECONDS)


def _written(project: Project, name: str) -> object:
    """A statement as it stands on the page, and its checks."""
    statement = project.library.statements.get((project.lang, name))
    checks = [check.source for check in project.checks_of(name)]
    return statement and statement.source, checks
