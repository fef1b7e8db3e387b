"""The lines at the end of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from qedeck.evidence.mutants import OUTCOMES

LEVELS = ("proved", "proved at shapes", "tested", "refuted", "cited")

MOST_NAMES = 10
"""Of statements that are not verified; the rest are counted."""


class Summary:
    """What a run established, gathered from its items."""

    def __init__(self) -> None:
        self._expected: dict[str, None] = {}
        self._records: dict[str, dict[str, Any]] = {}
        self._checks: dict[str, bool] = {}

    def expect(self, names: Iterable[str]) -> None:
        """Statements that the run selected, whether or not it came to them."""
        self._expected.update(dict.fromkeys(names))

    def add(self, record: dict[str, Any]) -> None:
        """The result of one item."""
        if "check" in record:
            self._checks[record["check"]] = bool(record["taken"])
        else:
            self._records[record["id"]] = record

    def lines(self, *, detailed: bool = False) -> list[tuple[str, bool]]:
        """Lines to print, and whether each is good news; in detail, one for each statement."""
        names = list(dict.fromkeys([*self._expected, *self._records]))
        if not names:
            return []
        held = [record for record in self._records.values() if record["verdict"] == "holds"]
        open_names = self._open(names)
        found = [(f"qedeck: {self._established(held)}", not open_names)]
        if detailed:
            found.extend((line, True) for line in self._scores())
        if open_names:
            shown, more = open_names[:MOST_NAMES], len(open_names) - MOST_NAMES
            rest = f" and {more} more" if more > 0 else ""
            found.append((f"not verified: {', '.join(shown)}{rest}", False))
        return found

    def _open(self, names: list[str]) -> list[str]:
        """What is not verified: first what was tried, then what was not run."""
        tried = [name for name in names if name in self._records]
        found = [(name, self._records[name]["verdict"]) for name in tried]
        found += [(name, "not run") for name in names if name not in self._records]
        return [f"{name} ({verdict})" for name, verdict in found if verdict != "holds"]

    def _scores(self) -> list[str]:
        """Of each statement, how many mutants were killed of those that had to be."""
        found = []
        for name, record in sorted(self._records.items()):
            able = record["killed"] + record["undecided"] + record["reviewed"]
            if able:
                found.append(f"{name} can fail: {record['killed']} of {able}")
        return found

    def _established(self, held: list[dict[str, Any]]) -> str:
        pinned = sum(record["kind"] == "definition" for record in held)
        levels = Counter(record["level"] for record in held if record["kind"] != "definition")
        parts = [f"{levels[level]} {level}" for level in LEVELS if levels[level]]
        parts += [_count(pinned, "definition") + " pinned"] if pinned else []
        tally = {key: sum(r[key] for r in self._records.values()) for key in OUTCOMES}
        total = sum(tally.values()) - tally["invalid"]
        mutants = f"mutants: {tally['killed']} of {total} killed"
        if tally["still_true"]:
            mutants += f", {tally['still_true']} still true"
        if tally["reviewed"]:
            mutants += f", {tally['reviewed']} kept by their authors"
        if tally["undecided"]:
            mutants += f", {tally['undecided']} undecided"
        taken = sum(record["taken"] for record in self._records.values())
        return "; ".join(
            [", ".join(parts) or "nothing verified", mutants, f"{taken} taken from the ledger"]
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
