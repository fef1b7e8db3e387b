"""Notes that are edited for a long time, and a learner in Anki who loses nothing by it."""

from __future__ import annotations

import pytest

from . import histories


@pytest.mark.parametrize("seed", range(25))
def test_no_interval_no_answer_and_no_card_is_lost_by_edits(project, seed):
    made = histories.history(project, seed)
    assert made.intervals
    assert made.log
