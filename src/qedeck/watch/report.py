"""What a reader of the terminal is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from rich.console import Console
from rich.text import Text

from qedeck.errors import Mistake
from qedeck.evidence.record import Evidence
from qedeck.evidence.verify import Subject
from qedeck.evidence.words import scope

SHOWN = 3
"""Names of saved files in a line."""


class Report:
    """Prints verdicts as they come."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self, statements: int, verified: int) -> None:
        """What there is before anything is saved."""
        rest = statements - verified
        missing = f"; for the other {rest} run pytest checks" if rest else ""
        self._say(f"{statements} statements, {verified} verified{missing}")
        self._say("waiting for files to be saved; Ctrl-C ends", "dim")

    def mistakes(self, saved: Iterable[Path], mistakes: Collection[Mistake]) -> None:
        """What does not read."""
        if names := _names(saved):
            self._say(names, "bold")
        for mistake in mistakes:
            self._say(str(mistake), "red")
        self._say("nothing is decided until this is mended", "dim")

    def unchanged(self, saved: Iterable[Path]) -> None:
        """A save that no verdict depends on, or that undid another."""
        if names := _names(saved):
            self._say(f"{names}: all verdicts stand as they were", "dim")

    def changed(self, saved: Iterable[Path], edited: int, changed: int) -> None:
        """How much is to be decided."""
        rest = f", {changed - edited} more to decide again" if changed > edited else ""
        self._say(f"{_names(saved)}: {edited} changed{rest}", "bold")

    def counterexample(self, message: str) -> None:
        """A claim that is false."""
        self._say(message, "red")

    def survived(self, subject: Subject, instances: int) -> None:
        """A claim that is not false as far as was seen so far."""
        self._say(
            f"{_name(subject)}: no counterexample in {instances:,} instances; proving …", "yellow"
        )

    def checking(self, subjects: Iterable[Subject]) -> None:
        """Statements whose checks are run."""
        names = ", ".join(subject.id for subject in subjects)
        self._say(f"running the checks of {names} …", "yellow")

    def failure(self, subject: Subject, evidence: Evidence) -> None:
        """A statement that does not stand."""
        plain = f"{_name(subject)}: {evidence.verdict}"
        self._say(evidence.message or plain, "red" if evidence.verdict == "fails" else "yellow")

    def verified(self, subject: Subject, evidence: Evidence, *, mended: bool) -> None:
        """A statement that stands."""
        level = evidence.level or "pinned"
        words = [f"{'mended, ' if mended else ''}{level}", scope(evidence)]
        tally = evidence.tally
        able = tally["killed"] + tally["undecided"] + tally["reviewed"]
        words += [f"can fail: {tally['killed']} of {able}"] if able else []
        self._say(f"{_name(subject)}: {'; '.join(filter(None, words))}", "green")

    def summary(self, edited: int, decided: Iterable[Evidence], seconds: float) -> None:
        """The line at the end of a round."""
        verdicts = [evidence.verdict for evidence in decided]
        failed, unknown = verdicts.count("fails"), verdicts.count("unknown")
        words = [f"{edited} changed", f"{verdicts.count('holds')} verified", f"{failed} failed"]
        words += [f"{unknown} not decided"] if unknown else []
        style = "bold red" if failed or unknown else "bold green"
        self._say(f"{', '.join(words)}, {seconds:.1f} s", style)

    def _say(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style), soft_wrap=True)


def _name(subject: Subject) -> str:
    return f"{subject.place}: {subject.kind} {subject.id}"


def _names(saved: Iterable[Path]) -> str:
    """The first names of files, and how many more there are."""
    names = sorted(path.as_posix() for path in saved if path.suffix)
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
