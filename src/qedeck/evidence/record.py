"""Evidence about a statement: what is stored in the ledger and shown to readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from qedeck.evidence.mutants import OUTCOMES, Mutant
from qedeck.evidence.reasons import Counter, Role, Step, from_json, to_json

Method = Literal["engine", "hand", "source"]
Level = Literal["proved", "proved at shapes", "tested", "refuted", "cited"]
Verdict = Literal["holds", "fails", "unknown"]

Shape = Mapping[str, int]
"""Sizes of dimensions, and values of whole numbers that the page leaves open."""
RANKS: tuple[Level, ...] = ("tested", "proved at shapes", "proved")
"""From weak to strong: a claim is known as its weakest part is."""


@dataclass(frozen=True)
class Established:
    """One thing that must hold for a statement to hold, and how it is known."""

    role: Role
    formula: str
    """In LaTeX: the formula, or the link that an equality case attains."""
    level: Level
    steps: tuple[Step, ...] = ()
    shapes: tuple[Shape, ...] = ()
    """Where it was proved, if only there; none where it was proved at every size."""
    lemmas: tuple[str, ...] = ()
    """Full ids of the linked claims that the proof uses."""
    share: str = ""
    """Who showed it: `kernel`, `kernel and theorem`, `oracle`; empty where the kernel was not
    asked."""
    oracles: tuple[str, ...] = ()
    """Those who were asked."""
    explained: tuple[str, ...] = ()
    """The certificate of one of its sequents, in lines of text with LaTeX between dollars."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {**vars(self), "steps": [vars(step) for step in self.steps]}

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Established:
        """The part of a JSON object.

        Raises:
            KeyError, TypeError: where the object was not written by `to_json`.
        """
        tuples = {
            name: tuple(record[name]) for name in ("shapes", "lemmas", "oracles", "explained")
        }
        steps = tuple(Step(**{**step, "ways": tuple(step["ways"])}) for step in record["steps"])
        return cls(**{**record, **tuples, "steps": steps})


@dataclass(frozen=True)
class Speaks:
    """What a statement speaks of."""

    reals: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    randoms: tuple[str, ...] = ()
    moment: int = 0
    """Of the random symbols, the highest moment that must be finite, if the page says so of all."""


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
    speaks: Speaks = Speaks()
    """The symbols for all of whose values it holds."""
    parts: tuple[Established, ...] = ()
    """What was proved, or tested, of a claim: the formula, then where equality is attained."""
    counterexample: tuple[tuple[str, str], ...] = ()
    """Of a misconception: the symbols that the page sets, and their values in LaTeX."""
    found: Counter | None = None
    """Of a misconception: the counterexample that the search found."""
    pinned_by: tuple[str, ...] = ()
    """Of a definition: full ids of the claims that use it."""
    message: str = ""
    """For `fails` and `unknown`: the report that a user reads."""
    instances: int = 0
    """Effective random instances."""
    shapes: tuple[Shape, ...] = ()
    """Of the random instances."""
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
        """Number of mutants by outcome: keys killed, invalid, still_true, reviewed, undecided."""
        counts = dict.fromkeys(OUTCOMES, 0)
        for mutant in self.mutants:
            counts[mutant.outcome.replace(" ", "_")] += 1
        return counts

    @property
    def score(self) -> str:
        """How many mutants were killed of those that had to be: `33 of 33`; empty for none."""
        tally = self.tally
        able = tally["killed"] + tally["undecided"] + tally["reviewed"]
        return f"{tally['killed']} of {able}" if able else ""

    @property
    def proof(self) -> tuple[Step, ...]:
        """The steps of all that was proved."""
        return tuple(dict.fromkeys(step for part in self.parts for step in part.steps))

    @property
    def proved(self) -> bool:
        """Whether all parts of it were proved, be it with claims that are only tested."""
        return bool(self.parts) and all(part.level != "tested" for part in self.parts)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        record = {name: getattr(self, name) for name in self.__dataclass_fields__}
        record["speaks"] = vars(self.speaks)
        record["parts"] = [part.to_json() for part in self.parts]
        record["found"] = to_json(self.found)
        record["mutants"] = [mutant.to_json() for mutant in self.mutants]
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Evidence:
        """The evidence of a JSON object.

        Raises:
            KeyError, TypeError, ValueError: where the object was not written by `to_json`.
        """
        values = dict(record)
        speaks = record["speaks"]
        tuples = {name: tuple(speaks[name]) for name in ("reals", "functions", "randoms")}
        values["speaks"] = Speaks(**{**speaks, **tuples})
        values["parts"] = tuple(map(Established.from_json, record["parts"]))
        values["found"] = from_json(record["found"])
        values["counterexample"] = tuple((name, value) for name, value in record["counterexample"])
        values["mutants"] = tuple(Mutant.from_json(mutant) for mutant in record["mutants"])
        for name in ("pinned_by", "shapes", "uses", "checks"):
            values[name] = tuple(record[name])
        return cls(**values)


def weakest(levels: Iterable[Level]) -> Level | None:
    """The level of what is as well known as its weakest part; None for nothing."""
    known = [level for level in levels if level in RANKS]
    return min(known, key=RANKS.index) if known else None
