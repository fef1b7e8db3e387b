"""The lines at the end of a run name what failed, and count what is left."""

from __future__ import annotations

from qedeck.evidence.record import OUTCOMES
from qedeck.plugin.summary import MOST_NAMES, Summary


def record(name, verdict):
    return {
        "id": name, "verdict": verdict, "kind": "claim", "level": None, "taken": False,
        **dict.fromkeys(OUTCOMES, 0),
    }  # fmt: skip


def test_one_mistake_does_not_name_all_that_was_not_run() -> None:
    summary = Summary()
    summary.expect(f"norms/c{k}" for k in range(455))
    summary.add(record("norms/c400", "fails"))
    line, good = summary.lines()[-1]
    assert not good
    assert line.startswith("not verified: norms/c400 (fails), norms/c0 (not run), ")
    assert line.endswith(" and 445 more")
    assert line.count("(") == MOST_NAMES


def test_few_names_are_all_said() -> None:
    summary = Summary()
    summary.expect(["norms/a", "norms/b"])
    summary.add(record("norms/a", "unknown"))
    assert summary.lines()[-1] == ("not verified: norms/a (unknown), norms/b (not run)", False)
