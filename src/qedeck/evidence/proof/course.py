"""The course of a search: which of its attempts led to a certificate, so that it can be repeated.

Searches count steps, so that attempts come in the same order each time. Whoever follows a course
leaves out what led nowhere; what led somewhere is made again, so that a course proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any, TypeVar

Search = TypeVar("Search", bound=Callable[..., Any])
MOST = 100_000
"""Attempts in one course."""


class Course:
    """Attempts in their order, each with whether it led somewhere; of those that did not, nothing
    is told of what was tried within them.

    Args:
        known: A course to follow; None to search as ever.
    """

    def __init__(self, known: str | None = None) -> None:
        self._known = None if known is None else _written_out(known)
        self._told: list[bool] = []

    @property
    def told(self) -> str:
        """The course in short: lengths of runs, of attempts in vain first."""
        runs = [(led, len(list(run))) for led, run in groupby(self._told)]
        while runs and not runs[-1][0]:
            runs.pop()
        if runs and runs[0][0]:
            runs.insert(0, (False, 0))
        return ".".join(str(length) for _, length in runs)

    def made(self, attempt: Callable[[], Any]) -> Any:
        """What an attempt finds; None where it is known to lead nowhere."""
        place = len(self._told)
        self._told.append(False)
        if self._known is not None and not (place < len(self._known) and self._known[place]):
            return None
        found = None
        try:
            found = attempt()
        finally:
            if found is None:
                del self._told[place + 1 :]
            else:
                self._told[place] = True
        return found


def _written_out(told: str) -> list[bool]:
    """Whether each attempt led somewhere; of what is no course, that none did."""
    if not re.fullmatch(r"(\d{1,6}(\.\d{1,6})*)?", told):
        return []
    lengths = [int(length) for length in told.split(".") if length]
    if sum(lengths) > MOST:
        return []
    return [k % 2 == 1 for k, length in enumerate(lengths) for _ in range(length)]


def attempt(search: Search) -> Search:
    """A search for a certificate, of a goal within a budget, as an attempt of the course there."""

    @wraps(search)
    def tried(goal: Any, budget: Any = None, *others: Any, **named: Any) -> Any:
        if budget is None:
            return search(goal, budget, *others, **named)
        return budget.meter.course.made(lambda: search(goal, budget, *others, **named))

    return tried  # type: ignore[return-value]
