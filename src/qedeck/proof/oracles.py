"""Those who are asked where the kernel cannot be shown: today's provers, anew in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from qedeck.evidence.exact import GOAL_STEPS, decide
from qedeck.evidence.formulas import UNABLE, Unprovable
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate
from qedeck.evidence.proof.course import Course
from qedeck.evidence.renaming import Memory
from qedeck.evidence.settings import Case, excluded, setting
from qedeck.evidence.ways import Way
from qedeck.formula.scope import Bound
from qedeck.proof.claims import VOID

NAMES: Mapping[Way, str] = {"limit": "limit", "squeeze": "limit", "boxes": "boxes", "z3": "z3"}
"""The oracle of a way; algebra is that of all others."""


class Oracles:
    """Today's provers, with a budget for a whole statement.

    Args:
        budget: For all that is asked.
        lemmas: Linked claims that hold, by full id.
        courses: By what was asked: the course of the search that answered before. It is followed
            first; where it leads nowhere, the search is made as ever.
        unanswered: What was asked in vain, with nothing changed since: it is not asked again.
    """

    def __init__(
        self,
        budget: Budget,
        lemmas: Mapping[str, Bound],
        courses: Mapping[str, str] | None = None,
        unanswered: Iterable[str] = (),
    ) -> None:
        self.budget = budget
        self.lemmas = lemmas
        self.courses = courses or {}
        self.told: dict[str, str] = {}
        """The courses of the searches that answered."""
        self.unanswered = dict.fromkeys(unanswered)
        """What was asked in vain, now too."""
        self.memory = Memory()
        self.linked = Memory(narrow=False)

    def ask(self, obligation: Obligation, case: Case) -> str:
        """The name of the oracle that says that an obligation holds in a case; empty for none."""
        asked = question(obligation, case)
        if asked in self.unanswered:
            return ""
        found = self.follow(obligation, case)
        if found:
            return found
        # what a course left out is still to be tried
        self.memory.forget()
        self.linked.forget()
        able = bool(self.budget.left)
        found = self._asked(obligation, case, Course())
        if able and not found:
            self.unanswered[asked] = None
        return found

    def follow(self, obligation: Obligation, case: Case) -> str:
        """The same, by the course of a search that answered before alone."""
        known = self.courses.get(question(obligation, case))
        return "" if known is None else self._asked(obligation, case, Course(known))

    def _asked(self, obligation: Obligation, case: Case, course: Course) -> str:
        try:
            where = setting(obligation, case)
            if where is None or excluded(obligation, where):
                return VOID
            if not self.budget.left:
                return ""
            share = self.budget.within(GOAL_STEPS)
            share.meter.course = course
            verdict = decide(obligation, where, share, self.lemmas, self.memory, self.linked)
        except (Unprovable, *UNABLE):
            return ""
        if not isinstance(verdict, Certificate) or verdict.conditions or verdict.partial:
            return ""
        self.told[question(obligation, case)] = course.told
        found = [name for way, name in NAMES.items() if way in verdict.ways]
        return found[0] if found else "algebra"


def question(obligation: Obligation, case: Case) -> str:
    """What is asked, in short."""
    chosen = sorted((name, array.entries) for name, array in case.chosen.items())
    told = (obligation.role, obligation.statement, sorted(case.fixed.items()),
            sorted(case.infinite), chosen)  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
