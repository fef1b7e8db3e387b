"""One run of verification: what is current is taken, the rest is decided in workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Any, Self

from qedeck.evidence.digest import ENGINE_LIBRARIES, library_versions, same_versions, seed_of
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.ledger import Ledger
from qedeck.evidence.library import Project
from qedeck.evidence.record import Evidence
from qedeck.evidence.searches import Searches
from qedeck.evidence.workers import Outcome, Pool
from qedeck.proof.files import file_of
from qedeck.proof.stored import Block, Complaint, Stored, read_stored

HandOf = Callable[[str], HandVerdict | None]


@dataclass(frozen=True, eq=False)
class _Begun:
    """Work that a worker does or will do."""

    future: Future[Outcome]
    hand: HandVerdict | None
    start: float


class Verification:
    """Evidence for the statements of a project, each established at most once in a run."""

    def __init__(
        self,
        project: Project,
        ledger: Ledger,
        run: str,
        *,
        fresh: bool = False,
        salt: str = "",
        urgent: frozenset[str] = frozenset(),
        searches: Searches | None = None,
        pool: Callable[[], Pool] = Pool,
    ) -> None:
        self.project = project
        self.ledger = ledger
        self.run = run
        self._fresh = fresh
        self._salt = salt
        self._urgent = urgent
        self._searches = Searches({}) if fresh or searches is None else searches
        self._make_pool = pool
        self._pool: Pool | None = None
        self._stored: dict[str, Stored | None] = {}
        self._done: dict[str, Evidence] = {}
        self._current: dict[str, Evidence] = {}
        self._waiting: dict[str, HandOf] = {}
        self._begun: dict[str, _Begun] = {}

    def current(self, name: str) -> Evidence | None:
        """Evidence in the ledger that this run need not establish again."""
        if name not in self._current:
            found = self._look_up(name)
            if found is None:
                return None
            self._current[name] = found
        return self._current[name]

    def _look_up(self, name: str) -> Evidence | None:
        digest = self.project.digests.get(name)
        found = self.ledger.current(name, digest) if digest else None
        if found is None or not same_versions(found.versions):
            return None
        if self._fresh or found.verdict != "holds":
            return found if self._of_this_run(name) else None
        return found

    def hand(self, check: str, name: str) -> HandVerdict | None:
        """What a check said, if that is current."""
        found = self.ledger.hand(check, name, self.project.digests[name], self.run)
        if found is None or not same_versions(found.versions):
            return None
        ours = self.ledger.hand_run(check, name) == self.run
        return found if ours or not self._fresh else None

    def evidence(self, name: str, hand_of: HandOf) -> Evidence:
        """The evidence of a statement, established now where it is not current."""
        known = self._done.get(name) or self.current(name)
        if known is None:
            for other in self._order([name])[:-1]:
                self.evidence(other, hand_of)
            self.advance()
            known = self._collected(name)
        if known is None:
            with self.ledger.locked(name):
                known = self.current(name) or self._establish(name, hand_of)
        self._done[name] = known
        return known

    def begin(self, names: Iterable[str], hand_of: HandOf) -> None:
        """Have statements decided, each as soon as all that it rests on is known."""
        for name in names:
            self._waiting[name] = hand_of
            for other in (name, *self._used(name)):
                known = self._done.get(other) or self.current(other)
                if known is not None:
                    self._done[other] = known
        self.advance()

    def advance(self) -> None:
        """Take what workers have finished and give them what rests on it; never waits."""
        for name in [name for name, work in self._begun.items() if work.future.done()]:
            self._take(name)
        for name, hand_of in list(self._waiting.items()):
            if name in self._done or name in self._begun:
                del self._waiting[name]
            elif all(other in self._done for other in self._used(name)):
                del self._waiting[name]
                self._begun[name] = self._submit(name, hand_of(name))

    def known(self, name: str) -> Evidence | None:
        """What this run established or took, so far."""
        return self._done.get(name)

    def tell(self, evidence: Evidence) -> None:
        """Take evidence that was established elsewhere, so that what rests on it can go on."""
        self._done[evidence.id] = evidence

    def close(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _establish(self, name: str, hand_of: HandOf) -> Evidence:
        self._begun[name] = self._submit(name, hand_of(name))
        return self._take(name)

    def _collected(self, name: str) -> Evidence | None:
        """The evidence of a statement that workers were given; None where they were not."""
        while name in self._begun:
            wait([work.future for work in self._begun.values()], return_when=FIRST_COMPLETED)
            self.advance()
        return self._done.get(name)

    def _take(self, name: str) -> Evidence:
        """Wait for a worker's answer and keep it."""
        work = self._begun.pop(name)
        evidence = self._judged(name, work.future.result(), work.hand, work.start)
        self.ledger.store(evidence, self.run)
        self._done[name] = evidence
        return evidence

    def _submit(self, name: str, hand: HandVerdict | None) -> _Begun:
        from qedeck.evidence import verify

        self._pool = self._pool or self._make_pool()
        known = {other: self._done.get(other) or self.current(other) for other in self._used(name)}
        dependencies = {other: found for other, found in known.items() if found is not None}
        seed = seed_of(self.project.subjects[name].text, self._salt)
        subject = self.project.subjects[name]
        search = self._searches.of(self.project.digests[name])
        subject = subject if search == "open" else replace(subject, search=search)
        stored = self._stored_of(name)
        if stored is not None:
            block = stored.blocks.get(name, Block())
            subject = replace(subject, block=block, digest=self.project.digests[name])
        start = time.monotonic()
        future = self._pool.submit(
            _decide, verify.verify, subject, seed, hand, dependencies,
            # What is not urgent goes as a run of pytest asks for it.
            turn=(name not in self._urgent, subject.path, subject.line),
        )  # fmt: skip
        return _Begun(future, hand, start)

    @property
    def complaints(self) -> list[Complaint]:
        """What is damaged in files of proofs that were read."""
        read = [one for one in self._stored.values() if one is not None]
        return [complaint for one in read for complaint in one.complaints]

    def _stored_of(self, name: str) -> Stored | None:
        """What the file of proofs of a statement's note says; None where there is none."""
        note = name.rpartition("/")[0]
        if note not in self._stored:
            path = file_of(self.project.root, self.project.lang, note)
            self._stored[note] = read_stored(path)
        return self._stored[note]

    def _judged(
        self, name: str, outcome: Outcome, hand: HandVerdict | None, start: float
    ) -> Evidence:
        subject = self.project.subjects[name]
        digest = self.project.digests[name]
        evidence = outcome.value
        if not isinstance(evidence, Evidence):
            place = f"{subject.path}:{subject.line}:{subject.column}"
            message = f"{place}: {subject.kind} {name} is not decided: {outcome.failure}"
            evidence = Evidence(
                name, subject.kind, digest, "unknown", "engine", None, message=message,
                latex=subject.latex, uses=tuple(subject.uses), seconds=time.monotonic() - start,
            )  # fmt: skip
        versions = evidence.versions or library_versions(ENGINE_LIBRARIES)
        evidence = replace(evidence, id=name, digest=digest, versions=dict(versions))
        if hand is None:
            return evidence
        versions = {**evidence.versions, **hand.versions}
        evidence = replace(evidence, checks=hand.checks, versions=versions)
        if hand.verdict == "holds" or evidence.verdict != "holds":
            return evidence
        return replace(evidence, verdict=hand.verdict, level=None, message=hand.message)

    def _used(self, name: str) -> tuple[str, ...]:
        return tuple(
            other
            for other in self.project.subjects[name].uses
            if other in self.project.subjects and other != name
        )

    def _order(self, names: Iterable[str]) -> list[str]:
        """The statements and all that they rest on, in an order in which they can be decided."""
        found: dict[str, None] = {}
        left = [(name, False) for name in reversed(list(names))]
        entered: set[str] = set()
        while left:
            name, ready = left.pop()
            if ready:
                found.setdefault(name)
            elif name not in entered:
                entered.add(name)
                left.append((name, True))
                left.extend((other, False) for other in reversed(self._used(name)))
        return list(found)

    def _of_this_run(self, name: str) -> bool:
        return bool(self.run) and self.ledger.run_of(name) == self.run


def _decide(
    verify: Callable[..., Evidence],
    subject: Any,
    seed: int,
    hand: HandVerdict | None,
    dependencies: dict[str, Evidence],
) -> Evidence:
    return verify(subject, seed=seed, hand=hand, dependencies=dependencies)
