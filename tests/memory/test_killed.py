"""Reviewing while the process is killed again and again: nothing is lost, nothing is torn."""

from __future__ import annotations

import random

import pytest

from . import killed

KILLS = 25


@pytest.mark.parametrize("how", ["terminal", "page"])
def test_no_answer_is_lost_when_the_process_is_killed(tmp_path, how):
    with killed.Killer(killed.project(tmp_path), random.Random(11)) as killer:
        for _ in range(KILLS):
            getattr(killer, how)()
    killer.check()
    assert killer.wrong == []
    assert killer.kills == KILLS
    assert killer.answered >= KILLS // 2
