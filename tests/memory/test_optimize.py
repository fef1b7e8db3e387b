"""Fitting to one's own answers, judged by answers that the fit has not seen."""

from __future__ import annotations

import json
import random

import pytest

from qedeck.errors import SourceError
from qedeck.memory.event import Event
from qedeck.memory.history import History, Journal, read_history
from qedeck.memory.learner import Learner
from qedeck.memory.optimize import NEEDED, by_fsrs, fit
from qedeck.memory.parameters import BOUNDS, DEFAULTS, Parameters, read_parameters
from qedeck.memory.schedule import DAY, Model
from qedeck.memory.ulid import Ids

FORGETFUL = (*(weight / 4 for weight in DEFAULTS[:4]), *DEFAULTS[4:8], 0.3, *DEFAULTS[9:])
"""A learner who forgets what is new four times as fast, and gains little by knowing it."""


def simulated(cards, weights=FORGETFUL, seed=1):
    """Answers of a learner whose memory has these parameters, scheduled by the defaults."""
    rng, ids = random.Random(seed), Ids()
    truth, shown = Model(Parameters(tuple(weights))), Model()
    events = []
    for number in range(cards):
        at = 1_700_000_000_000 + rng.randrange(20 * DAY)
        real = planned = None
        for _ in range(6):
            known = real is None or rng.random() < truth.recall_at(real, at)
            grade = 3 if known else 1
            events.append(Event(ids.new(at), "review", f"en/{number}", at, "site", grade, 5000))
            real, planned = truth.review(real, at, grade), shown.review(planned, at, grade)
            at = max(planned.due, at + DAY) + rng.randrange(DAY)
    return events


def learner(folder, events=()):
    if events:
        Journal(folder, "laptop").append(events)
    history = read_history(folder) if folder.exists() else History()
    return Learner(folder, history, Parameters())


def test_too_few_answers_are_told_and_nothing_is_written(tmp_path):
    folder = tmp_path / "reviews"
    with pytest.raises(SourceError, match=f"a fit needs {NEEDED} answers .* and there are 15"):
        fit(learner(folder, simulated(3)), by=lambda _: DEFAULTS)
    assert not (folder / "fsrs.json").exists()


def test_what_predicts_better_is_written_and_used(tmp_path):
    folder = tmp_path / "reviews"
    seen = []

    def by(events):
        seen.extend(events)
        return FORGETFUL

    fitted = fit(learner(folder, simulated(200)), by=by)
    assert fitted.better
    assert fitted.loss < fitted.default_loss - 0.01
    # A fifth of the answers, the latest, were not shown to what fits.
    assert (fitted.tests, fitted.held_out) == (1000, 200)
    latest = sorted(read_history(folder).events.values(), key=lambda event: event.order)
    assert seen == latest[: len(seen)]
    assert "written; page and terminal use it" in str(fitted)
    assert read_parameters(folder).weights == pytest.approx(FORGETFUL, abs=1e-6)
    record = json.loads((folder / "fsrs.json").read_text())
    assert record["loss"]["fitted"] < record["loss"]["defaults"]
    assert record["retention"] == 0.9


def test_what_predicts_worse_is_not_written(tmp_path):
    folder = tmp_path / "reviews"
    events = simulated(200, DEFAULTS)
    fitted = fit(learner(folder, events), by=lambda _: FORGETFUL)
    assert not fitted.better
    assert "the defaults predict you better, so they stay" in str(fitted)
    assert not (folder / "fsrs.json").exists()


def test_the_retention_that_is_wanted_is_written(tmp_path):
    folder = tmp_path / "reviews"
    fit(learner(folder, simulated(200)), 0.85, by=lambda _: FORGETFUL)
    assert read_parameters(folder).retention == 0.85


def test_parameters_outside_of_their_bounds_are_moved_into_them(tmp_path):
    folder = tmp_path / "reviews"
    wild = (*FORGETFUL[:20], 7.0)
    fitted = fit(learner(folder, simulated(200)), by=lambda _: wild)
    assert fitted.parameters.weights[20] == BOUNDS[20][1]


def test_the_optimizer_of_fsrs_finds_who_forgets_faster(tmp_path):
    folder = tmp_path / "reviews"
    fitted = fit(learner(folder, simulated(130)))
    assert fitted.better
    assert fitted.parameters.weights != DEFAULTS


def test_without_the_optimizer_it_is_said_what_to_install(monkeypatch):
    import fsrs

    def missing(_):
        raise ImportError('Optimizer is not installed.\nInstall it with: pip install "fsrs"')

    monkeypatch.setattr(fsrs, "Optimizer", missing, raising=False)
    with pytest.raises(SourceError, match=r"pip install 'qedeck\[optimize\]'"):
        by_fsrs([])
