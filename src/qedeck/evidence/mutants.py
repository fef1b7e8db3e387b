"""Mutants of a statement: what was done to it, where, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from qedeck.evidence.reasons import Counter, Reason, from_json, to_json

Operator = Literal[
    "sign-of-term", "term-dropped", "subtrahends-swapped", "sign-dropped",
    "factor-dropped", "factor-inverted", "matrices-swapped",
    "denominator-dropped", "numerator-dropped", "quotient-inverted",
    "exponent-dropped", "exponent-raised", "number-raised",
    "sqrt-dropped", "abs-dropped", "exp-dropped", "log-dropped", "sgn-dropped",
    "positive-dropped", "transpose-dropped", "inverse-dropped", "tanh-dropped", "diag-dropped",
    "trace-dropped", "derivative-dropped", "expectation-dropped", "expectation-inside",
    "sum-made-prod", "prod-made-sum", "max-made-min", "min-made-max", "argmax-made-argmin",
    "argmin-made-argmax", "argument-dropped",
    "norm-order-one", "norm-order-two", "norm-order-raised",
    "lower-bound-inward", "upper-bound-inward", "range-condition-widened",
    "relation-turned", "relation-strict", "condition-dropped", "constraint-dropped",
    "axes-exchanged", "axis-dropped", "indices-exchanged",
    "symbol-exchanged", "index-exchanged", "function-exchanged", "function-axis-exchanged",
    "operator-axis-exchanged", "whole-number-lowered",
    "hypothesis-widened", "hypothesis-widened-by-one", "hypothesis-dropped",
]  # fmt: skip
Part = Literal["statement", "abbreviation", "hypothesis", "equality"]
Outcome = Literal["killed", "invalid", "still true", "reviewed", "undecided"]
OUTCOMES = tuple(outcome.replace(" ", "_") for outcome in get_args(Outcome))
"""Keys of a tally."""
Path = tuple[str | int, ...]
"""Fields and places on the way from the root of a tree to a node."""


@dataclass(frozen=True)
class MutantId:
    """Which error was made where: the same as long as that part of the page is the same."""

    part: Part
    operator: Operator
    path: Path = ()
    of: str = ""
    """The abbreviation's symbol, or the hypothesis in LaTeX."""

    @property
    def key(self) -> str:
        """The id as a word: `statement/terms.1.of/sign-of-term`."""
        whole = [self.part, self.of, ".".join(map(str, self.path)), self.operator]
        return "/".join(one for one in whole if one)


@dataclass(frozen=True)
class Mutant:
    """The statement with one deliberate error, and what became of it."""

    id: MutantId
    latex: str
    """The corrupted display formula (or hypothesis), in the formula language."""
    outcome: Outcome
    reason: Reason
    widens: str = ""
    """For a hypothesis: what stands on the page, in LaTeX."""

    @property
    def part(self) -> Part:
        """Where the error was made."""
        return self.id.part

    @property
    def operator(self) -> Operator:
        """What was done."""
        return self.id.operator

    @property
    def false(self) -> bool:
        """Whether the formula itself was shown to be false.

        A mutant that is killed in another way can be a true formula; one without a hypothesis
        fails where the page promises nothing.
        """
        return (
            self.outcome == "killed"
            and isinstance(self.reason, Counter)
            and self.reason.by != "floats"
            and self.reason.role == "statement"
            and self.part in ("statement", "abbreviation")
        )

    @property
    def survives(self) -> bool:
        """Whether the mutant was found true, or its author keeps it: it is no error."""
        return self.outcome in ("still true", "reviewed")

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `from_json` reads it back."""
        return {
            "id": {**vars(self.id), "path": list(self.id.path)},
            "latex": self.latex,
            "outcome": self.outcome,
            "reason": to_json(self.reason),
            "widens": self.widens,
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Mutant:
        """The mutant of a JSON object.

        Raises:
            KeyError, TypeError, ValueError: where the object was not written by `to_json`.
        """
        name = {**record["id"], "path": tuple(record["id"]["path"])}
        reason = from_json(record["reason"])
        return cls(MutantId(**name), record["latex"], record["outcome"], reason, record["widens"])
