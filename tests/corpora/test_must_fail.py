"""False statements one step beside the notes: none is accepted, and each is told why."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.errors import SourceError

from .entries import Entry, entries, judged

FALSE = entries(Path(__file__).with_name("must_fail.md"))
SAID = {
    "false": (" is false",),
    "no value": ("has no value", "have no value"),
    "beyond its definition": ("does not reach",),
    "equality case": ("equality case", "does not attain"),
    "doubtful": ("doubtful at",),
    "not decided": ("is not decided", "could be corrupted without a check noticing"),
}
"""By what is expected, words of which the report has one."""


@pytest.mark.parametrize("entry", FALSE, ids=str)
def test_a_false_statement_is_not_accepted_and_told_why(tmp_path: Path, entry: Entry) -> None:
    found = judged(tmp_path, entry)
    if entry.now == "refused":
        assert isinstance(found, SourceError), found
        return
    assert not isinstance(found, SourceError), str(found)
    assert found.verdict != "holds"
    assert any(words in found.message for words in SAID[entry.now]), found.message


def test_half_of_them_were_accepted_once() -> None:
    accepted = [e for e in FALSE if e.before in ("proved", "proved at shapes", "tested")]
    assert 2 * len(accepted) >= len(FALSE)
