"""True statements one step beside the notes: none is called false, nearly all are verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.errors import SourceError

from .entries import Entry, entries, judged

TRUE = entries(Path(__file__).with_name("must_hold.md"))
VERIFIED = ("proved", "proved at shapes", "tested")
CALLED_FALSE = (" is false", "doubtful at", "vacuous", "has no value")


@pytest.mark.parametrize("entry", TRUE, ids=str)
def test_a_true_statement_is_verified_or_at_least_not_called_false(
    tmp_path: Path, entry: Entry
) -> None:
    found = judged(tmp_path, entry)
    if entry.now == "not read":
        assert isinstance(found, SourceError)
        return
    assert not isinstance(found, SourceError), str(found)
    if entry.now == "not decided":
        assert found.verdict != "holds"
        assert not any(words in found.message for words in CALLED_FALSE), found.message
        return
    assert entry.now in VERIFIED
    assert found.verdict == "holds", found.message
    assert str(found.level) == entry.now
