"""Budgets: how many steps a search may take, the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qedeck.evidence.proof.course import Course

SECOND = 50_000
"""About as many steps take a second of CPU on a machine of the year 2026; nothing measures it."""


class OutOfSteps(Exception):
    """The budget is spent."""


@dataclass
class Meter:
    """Steps that were taken; the shares of a budget have one meter."""

    spent: int = 0
    shared: dict[str, Any] = field(default_factory=dict, repr=False)
    """What is made once for a goal: the context of its decision procedure."""
    course: Course = field(default_factory=Course, repr=False)
    """Attempts of the search that is made with these steps."""


@dataclass(frozen=True)
class Budget:
    """Steps that may be taken, from now on and by all who have a share in them.

    A prover spends at the places where it may stop: for each case, column, box, point or product
    as many as that is large. So a search ends where it ends on every machine, however slow.
    """

    end: int
    meter: Meter = field(default_factory=Meter)

    @classmethod
    def of(cls, steps: float) -> Budget:
        """A budget of its own."""
        return cls(int(steps))

    @property
    def left(self) -> int:
        """Steps that are left, never negative."""
        return max(0, self.end - self.meter.spent)

    def spend(self, steps: float) -> None:
        """Take steps for what is done next.

        Raises:
            OutOfSteps: where fewer are left; then none is taken, and it must not be done.
        """
        if steps > self.left:
            raise OutOfSteps
        self.meter.spent += int(steps) + 1

    def took(self, steps: float) -> None:
        """Take steps for what was done, of which none could know how many it would take."""
        self.meter.spent += int(steps)

    def within(self, steps: float) -> Budget:
        """A share: at most that many of the steps that are left."""
        return Budget(min(self.end, self.meter.spent + int(steps)), self.meter)
