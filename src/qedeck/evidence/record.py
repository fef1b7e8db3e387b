"""Evidence about a statement: what is stored in the ledger and shown to readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Method = Literal["engine", "hand", "source"]
Level = Literal["proved", "proved at shapes", "tested", "refuted", "cited"]
Verdict = Literal["holds", "fails", "unknown"]
Part = Literal["statement", "abbreviation", "hypothesis", "equality"]
Outcome = Literal["killed", "invalid", "still true", "reviewed", "unexplained"]
OUTCOMES = tuple(outcome.replace(" ", "_") for outcome in get_args(Outcome))
"""Keys of a tally."""


@dataclass(frozen=True)
class Mutant:
    """The statement with one deliberate error, and what became of it."""

    operator: str
    """What was done, in words: `sign of the second term`."""
    latex: str
    """The corrupted display formula (or hypothesis), in the formula language."""
    outcome: Outcome
    witness: str = ""
    """For killed: the counterexample in LaTeX. For still true: the certificate. For
    reviewed: the author's reason. Else the machine's."""
    part: Part = "statement"


@dataclass(frozen=True)
class Evidence:
    """What one verification established about one statement."""

    id: str
    """Full id: `norms/sandwich`."""
    kind: str
    """definition, claim, misconception or cited."""
    digest: str
    """Digest of all that the verdict depends on."""
    verdict: Verdict
    """`holds`: a definition is pinned, a claim holds, a misconception is refuted."""
    method: Method
    level: Level | None
    """None unless the verdict is `holds`."""
    scope: str
    """In words a reader understands: "for all real x and y, at n = 1, 2, 3, 4"."""
    certificate: str = ""
    """Ring and normal form, certificate or decision procedure, in words."""
    counterexample: str = ""
    """LaTeX assignments and both values: of a misconception, or of a failed claim."""
    message: str = ""
    """For `fails` and `unknown`: the report that a user reads."""
    instances: int = 0
    """Effective random instances."""
    shapes: tuple[str, ...] = ()
    """Dimensions that were tried: `n = 3`, `m = 2, n = 3`."""
    largest_error: float = 0.0
    """Largest error of the tested instances, relative to the size of the terms."""
    reading: str = ""
    """How the formula was read: fully parenthesised LaTeX."""
    latex: str = ""
    """The display formula as it stands on the page."""
    uses: tuple[str, ...] = ()
    """Full ids of the statements it rests on."""
    checks: tuple[str, ...] = ()
    """Node ids of hand-written checks: `checks/test_norms.py::test_gradient`."""
    mutants: tuple[Mutant, ...] = ()
    seconds: float = 0.0
    versions: dict[str, str] = field(default_factory=dict)
    """Versions of the libraries that decided: `{"sympy": "1.14.0"}`."""

    @property
    def tally(self) -> dict[str, int]:
        """Number of mutants by outcome: keys killed, invalid, still_true, reviewed, unexplained."""
        counts = dict.fromkeys(OUTCOMES, 0)
        for mutant in self.mutants:
            counts[mutant.outcome.replace(" ", "_")] += 1
        return counts

    @property
    def score(self) -> str:
        """How many mutants were killed of those that had to be: `33 of 33`; empty for none."""
        tally = self.tally
        able = tally["killed"] + tally["unexplained"] + tally["reviewed"]
        return f"{tally['killed']} of {able}" if able else ""

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        record = {name: getattr(self, name) for name in self.__dataclass_fields__}
        record["mutants"] = [vars(mutant) for mutant in self.mutants]
        for name in ("shapes", "uses", "checks"):
            record[name] = list(record[name])
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Evidence:
        """The evidence of a JSON object.

        Raises:
            KeyError, TypeError: where the object was not written by `to_json`.
        """
        values = dict(record)
        values["mutants"] = tuple(Mutant(**mutant) for mutant in record["mutants"])
        for name in ("shapes", "uses", "checks"):
            values[name] = tuple(record[name])
        return cls(**values)
