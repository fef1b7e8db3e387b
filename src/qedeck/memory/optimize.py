"""Parameters fitted to one's own answers, judged by answers that the fit has not seen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qedeck.errors import Mistake, SourceError
from qedeck.memory.event import Event
from qedeck.memory.history import FOLDER
from qedeck.memory.learner import Learner
from qedeck.memory.parameters import NAME, Parameters, to_record, within
from qedeck.memory.replay import Recall, live, replay
from qedeck.memory.schedule import Model
from qedeck.memory.stats import log_loss
from qedeck.place import whole_file

NEEDED: Final = 640
"""Answers, a day or more after the one before, of which four fifths are fitted to: `fsrs` fits to
512 or more."""

Fit = Callable[[Sequence[Event]], Sequence[float]]


@dataclass(frozen=True)
class Fitted:
    """What a fit came to."""

    parameters: Parameters
    tests: int
    held_out: int
    """The latest of them, by which both were judged."""
    default_loss: float
    """Logarithmic loss of the default parameters on those held out."""
    loss: float
    """That of the fitted ones."""

    @property
    def better(self) -> bool:
        """Whether the fit predicts better what it has not seen."""
        return self.loss < self.default_loss

    def __str__(self) -> str:
        judged = (
            f"log loss on the last {self.held_out} of {self.tests} answers: "
            f"{self.default_loss:.4f} by the defaults, {self.loss:.4f} fitted to the others"
        )
        if self.better:
            return f"{judged}\n{FOLDER}/{NAME} written; page and terminal use it"
        return f"{judged}\nthe defaults predict you better, so they stay"


def fit(learner: Learner, retention: float | None = None, by: Fit | None = None) -> Fitted:
    """Fit parameters to a learner's answers; write them where they are better than the defaults.

    Args:
        learner: What a learner did.
        retention: The share that is to be remembered from now on.
        by: What fits; the optimizer of `fsrs` where it is not given.

    Raises:
        SourceError: too few answers, or the optimizer is not installed.
    """
    events = live(learner.history.events.values())
    tests = recalls_of(events, Parameters())
    if len(tests) < NEEDED:
        problem = (
            f"a fit needs {NEEDED} answers that come a day or more after the one before, "
            f"and there are {len(tests)}"
        )
        raise SourceError(Mistake(FOLDER, 1, 1, problem, "go on reviewing with the defaults"))
    since = tests[len(tests) * 4 // 5].event.order
    seen = [event for event in events if event.order < since]
    fitted = Parameters(
        within((by or by_fsrs)(seen)),
        learner.parameters.retention if retention is None else retention,
    )
    default_loss, loss = (_loss(events, p, since) for p in (Parameters(), fitted))
    held_out = len(tests) - len(tests) * 4 // 5
    found = Fitted(fitted, len(tests), held_out, default_loss, loss)
    if found.better:
        _write(learner, found)
    return found


def _loss(events: Sequence[Event], parameters: Parameters, since: tuple[int, str]) -> float:
    late = (recall for recall in recalls_of(events, parameters) if recall.event.order >= since)
    return log_loss([(recall.predicted, recall.remembered) for recall in late]) or 0.0


def recalls_of(events: Sequence[Event], parameters: Parameters) -> list[Recall]:
    """Every test of a memory of at least a day, as parameters predict it."""
    found: list[Recall] = []
    replay(events, Model(parameters), found.append)
    return found


def by_fsrs(events: Sequence[Event]) -> Sequence[float]:
    """The parameters that the optimizer of `fsrs` finds.

    Raises:
        SourceError: where it is not installed.
    """
    try:
        import fsrs

        numbers: dict[str, int] = {}
        logs = [
            fsrs.ReviewLog(
                numbers.setdefault(event.card, len(numbers)),
                fsrs.Rating(event.grade),
                dt.datetime.fromtimestamp(event.at / 1000, dt.UTC),
                event.ms,
            )
            for event in events
            if event.grade is not None
        ]
        optimizer = fsrs.Optimizer(logs)
    except ImportError as error:
        problem = "the optimizer of fsrs is not installed"
        instead = "pip install 'qedeck[optimize]'"
        raise SourceError(Mistake("qedeck", 1, 1, problem, instead)) from error
    found: list[float] = optimizer.compute_optimal_parameters()
    return found


def _write(learner: Learner, fitted: Fitted) -> None:
    rounded = replace(
        fitted.parameters, weights=tuple(round(weight, 6) for weight in fitted.parameters.weights)
    )
    record = {
        **to_record(rounded),
        "tests": fitted.tests,
        "held_out": fitted.held_out,
        "loss": {"defaults": round(fitted.default_loss, 6), "fitted": round(fitted.loss, 6)},
    }
    with whole_file(learner.folder / NAME) as path:
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
