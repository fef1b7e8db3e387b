"""Why a statement or one of its mutants has the outcome that it has: data, never words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Literal

from qedeck.evidence.ways import Way

Values = Mapping[str, Any]
"""Numbers and nested lists of numbers by symbol; sizes and indices among them."""
Role = Literal["statement", "equality", "attained", "feasible", "definition"]
Confirmation = Literal["exact", "balls", "sign change", "floats"]
"""How an instance was evaluated; what floats alone say is doubtful.

A sign change encloses a number at which two sides are equal, by the intermediate value theorem.
"""


@dataclass(frozen=True)
class Near:
    """A number that is no fraction: its first digits."""

    digits: str


@dataclass(frozen=True)
class Counter:
    """An instance that breaks what must hold."""

    values: Values
    left: Any = None
    sign: str = ""
    right: Any = None
    link: int = 0
    """Which sign of the chain fails."""
    role: Role = "statement"
    """Of what must hold: the formula, or an equality case."""
    by: Confirmation = "floats"

    @property
    def certain(self) -> bool:
        """Whether exact numbers or balls confirm it."""
        return self.by != "floats"


@dataclass(frozen=True)
class Nowhere:
    """An instance at which a formula has no value."""

    values: Values
    needed: str = ""
    """In LaTeX, the condition of a definition that fails there; empty where no value is."""
    excluded: str = ""
    """In LaTeX, a hypothesis that excludes it; empty where none is known."""


@dataclass(frozen=True)
class Breaks:
    """A mutant of a definition breaks a claim that uses it."""

    claim: str
    counter: Counter


@dataclass(frozen=True)
class Rejected:
    """A hand-written check rejects it."""

    check: str
    """Node id."""
    said: str = ""
    """The check's own words."""
    gap: float | None = None
    """How far two values are apart; not a number where one of them is none."""
    allowed: float | None = None


@dataclass(frozen=True)
class Misfit:
    """A misconception's mutant that the counterexample on the page does not refute."""

    why: Literal["unmet", "missing", "no value", "other sides", "link holds", "formula holds"]
    formula: str = ""
    """LaTeX of the hypothesis that is not met, of the relation printed, or that holds."""
    sides: tuple[str, ...] = ()
    """The relations that the formula has there."""
    said: str = ""
    """What is missing, or why there is no value."""


@dataclass(frozen=True)
class Step:
    """A way in which something was proved."""

    ways: tuple[Way, ...]
    detail: str = ""
    spanned: int = 0
    """Of how many vectors the space is the span, where this proves every dimension."""


@dataclass(frozen=True)
class Derived:
    """A mutant is true: it was proved."""

    steps: tuple[Step, ...]


Evident = Literal[
    "equality is attained", "the formula's denial",
    "the same written out", "the same where defined", "an instance", "a consequence",
    "orthonormal rows", "a domain", "the same numbers",
    "no value anywhere", "another shape",
    "not needed", "unnoticed",
]  # fmt: skip


@dataclass(frozen=True)
class Plain:
    """A reason that has no values."""

    why: Evident


Kind = Literal["not read", "not evaluated", "not unfolded", "not proved", "reviewed"]


@dataclass(frozen=True)
class Told:
    """What another part says: the reader, the evaluation, the prover, the author."""

    why: Kind
    said: str


Reason = Counter | Nowhere | Breaks | Rejected | Misfit | Derived | Plain | Told

_KINDS: dict[str, type] = {
    "counterexample": Counter, "no value": Nowhere, "breaks": Breaks, "check": Rejected,
    "misfit": Misfit, "derived": Derived, "plain": Plain, "told": Told, "step": Step, "near": Near,
}  # fmt: skip
_NAMES = {made: name for name, made in _KINDS.items()}


def to_json(data: Any) -> Any:
    """JSON of a reason; `from_json` reads it back."""
    if type(data) in _NAMES:
        found = {one.name: to_json(getattr(data, one.name)) for one in fields(data)}
        return {"kind": _NAMES[type(data)], **found}
    if isinstance(data, Fraction):
        return {"fraction": str(data)}
    if isinstance(data, Mapping):
        return {"values": {name: to_json(value) for name, value in data.items()}}
    return [to_json(part) for part in data] if isinstance(data, list | tuple) else data


def from_json(record: Any) -> Any:
    """What `to_json` wrote.

    Raises:
        KeyError, TypeError, ValueError: where it did not.
    """
    if isinstance(record, list):
        return [from_json(part) for part in record]
    if not isinstance(record, dict):
        return record
    if "fraction" in record:
        return Fraction(record["fraction"])
    if "values" in record and "kind" not in record:
        return {name: from_json(value) for name, value in record["values"].items()}
    made = _KINDS[record["kind"]]
    given = {name: from_json(value) for name, value in record.items() if name != "kind"}
    for name in given.keys() & {"sides", "steps", "ways"}:
        given[name] = tuple(given[name])
    return made(**given)
