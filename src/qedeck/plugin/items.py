"""Notes as pytest files, and their statements as items."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qedeck.errors import Mistake, SourceError
from qedeck.evidence.record import Evidence

if TYPE_CHECKING:
    from qedeck.plugin.session import ProjectPlugin

RECORD = "qedeck"
"""Name of the user property that carries an item's result to the summary."""


class StatementError(Exception):
    """A statement that does not hold; its message is all that is shown."""


class NoteFile(pytest.File):
    """One note."""

    plugin: ProjectPlugin

    def collect(self) -> Iterator[pytest.Item]:
        """The note's statements; the mistakes in the note where there are any."""
        mistakes = self.plugin.mistakes_in(self.path)
        if mistakes:
            raise self.CollectError(report(mistakes))
        for statement in self.plugin.statements_in(self.path):
            item: StatementItem = StatementItem.from_parent(self, name=statement.slug)
            item.statement = statement
            item.plugin = self.plugin
            item.extra_keyword_matches.update({statement.id, statement.kind})
            yield item


class StatementItem(pytest.Item):
    """One definition, claim, misconception or cited formula."""

    plugin: ProjectPlugin
    statement: Any

    def runtest(self) -> None:
        """Establish the evidence; fail with its message."""
        evidence, taken = self.plugin.evidence(self.statement.id)
        self.user_properties.append((RECORD, summary_record(evidence, taken=taken)))
        if evidence.verdict != "holds":
            place = f"{self.statement.path}:{self.statement.line}:{self.statement.column}"
            plain = f"{place}: {evidence.kind} {evidence.id}: {evidence.verdict}"
            raise StatementError(evidence.message or plain)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """The evidence's message, without a traceback."""
        if isinstance(excinfo.value, StatementError | SourceError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the statement stands."""
        kind, name = self.statement.kind, self.statement.id
        return self.path, self.statement.line - 1, f"{kind} {name}"


def report(mistakes: list[Mistake]) -> str:
    """Mistakes as a compiler prints them."""
    return "\n".join(str(mistake) for mistake in mistakes)


def summary_record(evidence: Evidence, *, taken: bool) -> dict[str, Any]:
    """What the summary needs of evidence, in plain values that pytest-xdist can send."""
    return {
        "id": evidence.id,
        "kind": evidence.kind,
        "verdict": evidence.verdict,
        "level": evidence.level or "",
        "taken": taken,
        **evidence.tally,
    }
