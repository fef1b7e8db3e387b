"""One state of a project, while its changed statements are decided."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future

from qedeck.evidence.digest import seed_of
from qedeck.evidence.record import Evidence
from qedeck.evidence.verification import Verification
from qedeck.evidence.workers import Outcome, Pool
from qedeck.watch.apart import Apart
from qedeck.watch.attack import Attack, attackable, attacked
from qedeck.watch.report import Report


class Round:
    """Decides statements in stages: a search for counterexamples, then the whole evidence."""

    def __init__(
        self,
        verification: Verification,
        names: Iterable[str],
        edited: frozenset[str],
        before: Mapping[str, str],
        attackers: Pool,
        report: Report,
    ) -> None:
        self.project = verification.project
        self.verification = verification
        self.edited = edited
        self.before = dict(before)
        self.report = report
        self.start = time.monotonic()
        self.decided: dict[str, Evidence] = {}
        self._left = dict.fromkeys(sorted(names, key=self._place))
        self._apart: Apart | None = None
        self._given: set[str] = set()
        """What workers or pytest decide, or have decided."""
        self._false: set[str] = set()
        self._attacks: dict[str, Future[Outcome]] = {}
        for k, name in enumerate(self._left):
            subject = self.project.subjects[name]
            if attackable(subject):
                seed = seed_of(subject.text)
                self._attacks[name] = attackers.submit(attacked, subject, seed, turn=(k,))

    @property
    def busy(self) -> bool:
        """Whether anything is left to decide."""
        return bool(self._left)

    @property
    def attacking(self) -> bool:
        """Whether a search for counterexamples goes on."""
        return bool(self._attacks)

    @property
    def seconds(self) -> float:
        """Since the files were saved."""
        return time.monotonic() - self.start

    def advance(self) -> None:
        """Take and report what is known by now, and begin what can be decided; never waits."""
        for name in [name for name, future in self._attacks.items() if future.done()]:
            self._hear(name, self._attacks.pop(name).result())
        if not self.edited & self._attacks.keys():
            # What was edited is attacked with all cores, before anything is proved.
            self._give()
        self.verification.advance()
        for name in [name for name in self._left if self.verification.known(name) is not None]:
            evidence = self.verification.known(name)
            assert evidence is not None
            del self._left[name]
            self.decided[name] = evidence
            if name not in self._false or evidence.verdict != "fails":
                self._report(name, evidence)

    def stop(self) -> None:
        """Give up what is not decided."""
        self.verification.close()
        if self._apart is not None:
            self._apart.stop()

    def _report(self, name: str, evidence: Evidence) -> None:
        """Report a verdict that is news."""
        subject = self.project.subjects[name]
        mended = self.before.get(name, "holds") != "holds"
        if evidence.verdict != "holds":
            self.report.failure(subject, evidence)
        elif mended or name in self.edited:
            self.report.verified(subject, evidence, mended=mended)

    def _hear(self, name: str, outcome: Outcome) -> None:
        attack = outcome.value
        if isinstance(attack, Attack) and name in self._left:
            self._false |= {name} if attack.message else set()
            subject = self.project.subjects[name]
            if attack.message:
                self.report.counterexample(attack.message)
            elif attack.instances and name in self.edited:
                self.report.survived(subject, attack.instances)

    def _give(self) -> None:
        """Have decided what can be decided by now: by workers, or with its checks by pytest."""
        new = [name for name in self._left if name not in self._given]
        alone = [name for name in new if name in self._false or not self._by_hand(name)]
        self._given.update(alone)
        self.verification.begin(alone, lambda name: None)
        if self._apart is not None and not self._apart.running:
            for name, message in self._apart.messages().items():
                known = self.verification.current(name)
                self.verification.tell(known or self._unknown(name, message))
            self._apart = None
        ready = [name for name in new if name not in self._given and self._ready(name)]
        if self._apart is None and ready:
            self._given.update(ready)
            self._apart = Apart(self.project, ready, self.verification.run)
            self.report.checking([self.project.subjects[name] for name in ready])

    def _ready(self, name: str) -> bool:
        rests_on = {*self.project.subjects[name].uses} - {name}
        return name not in self._attacks and not self._left.keys() & rests_on

    def _by_hand(self, name: str) -> bool:
        return bool(self.project.checks_of(name)) or name in self.project.snippets

    def _unknown(self, name: str, message: str) -> Evidence:
        subject = self.project.subjects[name]
        return Evidence(
            name, subject.kind, "", "unknown", "hand", None, message=message,
            latex=subject.latex, uses=tuple(subject.uses),
        )  # fmt: skip

    def _place(self, name: str) -> tuple[bool, str, int]:
        subject = self.project.subjects[name]
        return name not in self.edited, subject.path, subject.line
