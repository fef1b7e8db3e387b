"""How much of a knowledge base is established, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qedeck.site.catalogue import Catalogue


@dataclass(frozen=True)
class Numbers:
    """How much stands, by level, and how much of what can fail was made to."""

    proved: int = 0
    shapes: int = 0
    tested: int = 0
    refuted: int = 0
    pinned: int = 0
    cited: int = 0
    open: int = 0
    """Statements with no current evidence that they hold."""
    seconds: float = 0.0
    """What deciding took, of processor time."""
    engine: int = 0
    """Statements that were decided from the page alone."""
    hand: int = 0
    instances: int = 0
    killed: int = 0
    undecided: int = 0
    kept: int = 0
    """Hypotheses that are not needed and that the note keeps, with a reason."""
    allowed: int = 0
    """Corrupted formulas that nothing rejects and that the note lets stand, with a reason."""
    still_true: int = 0
    invalid: int = 0

    @property
    def claims(self) -> int:
        """Claims that stand."""
        return self.proved + self.shapes + self.tested

    @property
    def mutants(self) -> int:
        """Mutants that had to be rejected."""
        return self.killed + self.undecided + self.kept + self.allowed


def count(known: Catalogue, note: str = "") -> Numbers:
    """The numbers of a knowledge base, or of one note."""
    tally: Counter[str] = Counter()
    seconds = 0.0
    for entry in known.entries.values():
        if note not in ("", entry.note):
            continue
        if entry.evidence is not None and not entry.stale:
            tally["instances"] += entry.evidence.instances
            tally.update(entry.evidence.tally)
            seconds += entry.evidence.seconds
            for mutant in entry.evidence.mutants:
                if mutant.outcome == "reviewed":
                    tally["kept" if mutant.part == "hypothesis" else "allowed"] += 1
        if entry.kind == "cited":
            tally["cited"] += 1
        elif not entry.stands or entry.evidence is None:
            tally["open"] += 1
        else:
            tally[entry.status.key] += 1
            tally[entry.evidence.method] += 1
    counted = {name: tally[name] for name in Numbers.__dataclass_fields__ if name != "seconds"}
    return Numbers(**counted, seconds=seconds)
