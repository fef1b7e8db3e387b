"""A statement as a hand-written check sees it: the formula on the page, never a copy."""

from __future__ import annotations

from typing import Any

from qedeck.evidence.digest import library_versions, seed_of
from qedeck.evidence.library import Project


class ClaimView:
    """What the fixture `claim` serves: the true statement, or one of its mutants."""

    def __init__(self, project: Project, subject: Any, seed: int) -> None:
        self.project = project
        self.subject = subject
        self.seed = seed
        self.drawn = 0
        self.certificate_found: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """Full id of the statement."""
        return str(self.subject.id)

    @property
    def latex(self) -> str:
        """The display formula, of a mutant the corrupted one."""
        return str(self.subject.latex)

    @property
    def versions(self) -> dict[str, str]:
        """Versions of the libraries that a check may lean on."""
        import sys

        names = {"torch": "torch", "sympy": "sympy", "numpy": "numpy"}
        return library_versions([names[name] for name in names if name in sys.modules])

    def again(self) -> ClaimView:
        """The same statement under another seed."""
        return ClaimView(self.project, self.subject, self.seed + 1)

    def mutants(self) -> dict[str, ClaimView]:
        """A view of each mutant, by its key."""
        from qedeck.evidence import verify

        found = verify.mutants(self.subject)
        return {key: ClaimView(self.project, mutant, self.seed) for key, mutant in found.items()}


def view_of(project: Project, name: str) -> ClaimView:
    """The true statement as its checks see it."""
    return ClaimView(project, project.subjects[name], seed_of(project.digests[name], "hand"))
