"""The page of reviews in a browser that is killed again and again."""

from __future__ import annotations

from pathlib import Path


def test_a_browser_that_is_killed_has_lost_nothing(monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "benchmarks")
    from kill_page import killed

    found = killed(times=25)
    assert found.kills == 25
    assert len(found.kept) > 25
    assert (found.lost, found.twice, found.torn) == ([], [], [])
