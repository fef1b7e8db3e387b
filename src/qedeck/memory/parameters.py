"""What schedules are computed with: FSRS-6's parameters and the retention that is wanted."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qedeck.errors import Mistake, SourceError

NAME = "fsrs.json"
"""File beside the events, written by `qedeck optimize`."""
FORMAT = 1
RETENTION = 0.9
LEAST_RETENTION, MOST_RETENTION = 0.7, 0.97

DEFAULTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip
"""FSRS-6's parameters as its authors fitted them to many learners."""

BOUNDS = (
    (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (0.001, 100.0), (1.0, 10.0), (0.001, 4.0),
    (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8), (0.001, 3.5), (0.001, 5.0), (0.001, 0.25),
    (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0), (0.0, 2.0), (0.0, 2.0), (0.01, 0.8),
    (0.1, 0.8),
)  # fmt: skip
"""Where each may lie; ts-fsrs cuts off what lies outside without a word."""


@dataclass(frozen=True)
class Parameters:
    """Parameters of FSRS-6, and the retention that a learner wants."""

    weights: tuple[float, ...] = DEFAULTS
    retention: float = RETENTION


def within(weights: Sequence[float]) -> tuple[float, ...]:
    """Weights, each moved into its bounds."""
    pairs = zip(weights, BOUNDS, strict=True)
    return tuple(min(max(float(weight), least), most) for weight, (least, most) in pairs)


def read_parameters(folder: Path) -> Parameters:
    """The parameters beside a learner's events; the defaults where there are none.

    Raises:
        SourceError: a file that cannot be used.
    """
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Parameters()
    shown = f"{folder.name}/{NAME}"
    try:
        return _parameters(json.loads(text))
    except json.JSONDecodeError as error:
        raise _unusable(shown, "it is not JSON", error.lineno, error.colno) from error
    except (KeyError, TypeError, ValueError) as error:
        raise _unusable(shown, str(error)) from error


def to_record(parameters: Parameters) -> dict[str, Any]:
    """What the file and the site hold of parameters."""
    return {
        "format": FORMAT,
        "parameters": list(parameters.weights),
        "retention": parameters.retention,
    }


def _parameters(record: Any) -> Parameters:
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise ValueError(f"its format is not {FORMAT}")
    weights, retention = record.get("parameters"), record.get("retention", RETENTION)
    if not isinstance(weights, list) or len(weights) != len(BOUNDS):
        raise ValueError(f"it does not list {len(BOUNDS)} parameters")
    for number, (weight, (least, most)) in enumerate(zip(weights, BOUNDS, strict=True), 1):
        if not _is_number(weight) or not least <= weight <= most:
            raise ValueError(f"parameter {number} is {weight!r}, not between {least} and {most}")
    if not _is_number(retention) or not LEAST_RETENTION <= retention <= MOST_RETENTION:
        raise ValueError(
            f"the retention is {retention!r}, not between {LEAST_RETENTION} and {MOST_RETENTION}"
        )
    return Parameters(tuple(map(float, weights)), float(retention))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _unusable(path: str, problem: str, line: int = 1, column: int = 1) -> SourceError:
    instead = "write it with qedeck optimize, or remove it to use the defaults"
    return SourceError(Mistake(path, line, column, problem, instead))
