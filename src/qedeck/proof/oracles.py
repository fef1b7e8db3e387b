"""Those who are asked where the kernel cannot be shown: today's provers, anew in every run."""

from __future__ import annotations

from collections.abc import Mapping

from qedeck.evidence.exact import GOAL_STEPS, decide, excluded
from qedeck.evidence.formulas import UNABLE, Unprovable
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate
from qedeck.evidence.renaming import Memory
from qedeck.evidence.settings import Case, setting
from qedeck.evidence.ways import Way
from qedeck.formula.scope import Bound
from qedeck.proof.claims import VOID

NAMES: Mapping[Way, str] = {"limit": "limit", "squeeze": "limit", "boxes": "boxes", "z3": "z3"}
"""The oracle of a way; algebra is that of all others."""


class Oracles:
    """Today's provers, with a budget for a whole statement."""

    def __init__(self, budget: Budget, lemmas: Mapping[str, Bound]) -> None:
        self.budget = budget
        self.lemmas = lemmas
        self.memory = Memory()
        self.linked = Memory(narrow=False)

    def ask(self, obligation: Obligation, case: Case) -> str:
        """The name of the oracle that says that an obligation holds in a case; empty for none."""
        try:
            where = setting(obligation, case)
            if where is None or excluded(obligation, where):
                return VOID
            if not self.budget.left:
                return ""
            share = self.budget.within(GOAL_STEPS)
            verdict = decide(obligation, where, share, self.lemmas, self.memory, self.linked)
        except (Unprovable, *UNABLE):
            return ""
        if not isinstance(verdict, Certificate) or verdict.conditions or verdict.partial:
            return ""
        found = [name for way, name in NAMES.items() if way in verdict.ways]
        return found[0] if found else "algebra"
