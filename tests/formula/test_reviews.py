"""What authors say of hypotheses that are not needed, and of mutants that nothing rejects."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.errors import SourceError
from qedeck.evidence.reasons import Told
from qedeck.evidence.record import Evidence
from qedeck.evidence.verify import subjects, verify
from qedeck.notes.library import read_library

NOTE = """---
kind: page
title: T
---

> [!claim|c] Title
>
> Let $a \\in \\mathbb{R}$ and $b > 0$. Then
>
> $$(a + b)^2 = a^2 + 2 a b + b^2$$
>
"""
KEPT = "> Keeps $b > 0$: a length is meant."


def verified(root: Path, text: str) -> Evidence:
    (root / "notes/en").mkdir(parents=True)
    (root / "notes/en/t.md").write_text(text, "utf-8")
    library = read_library(root)
    library.check()
    return verify(subjects(library)["t/c"], seed=1, hand=None, dependencies={})


def test_a_hypothesis_that_is_not_needed_fails(tmp_path: Path) -> None:
    assert verified(tmp_path, NOTE).verdict == "fails"


def test_a_hypothesis_that_is_not_needed_is_kept_for_a_reason(tmp_path: Path) -> None:
    found = verified(tmp_path, NOTE + KEPT)
    assert found.verdict == "holds"
    kept = [mutant for mutant in found.mutants if mutant.outcome == "reviewed"]
    assert {mutant.reason for mutant in kept} == {Told("reviewed", "a length is meant")}
    assert found.tally["reviewed"] == len(kept) == 2


def test_a_review_of_what_needs_none_fails(tmp_path: Path) -> None:
    text = NOTE.replace("(a + b)^2 = a^2 + 2 a b + b^2", r"a + \log(b^2) = a + 2 \log(b)")
    found = verified(tmp_path, text + KEPT)
    assert found.verdict == "fails"
    assert "needs no such line" in found.message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("> Keeps $b > 0$.", "the reason is missing"),
        ("> Keeps $c > 0$: a length is meant.", "no hypothesis of the callout"),
        ("> Keeps $b > 0$ and $a > 0$: a length is meant.", "of one formula"),
        ("> Keeps it, since a length is meant.", "of one formula"),
    ],
)
def test_a_review_says_what_and_why(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        verified(tmp_path, NOTE + line)


def test_few_corrupted_formulas_may_stand(tmp_path: Path) -> None:
    allowed = "> Allows $(a + b)^2 = a^2 + b^2$: it cannot be told apart.\n>\n"
    text = NOTE.replace("b > 0", "b \\ge 0") + allowed
    twice = text + allowed.replace("a^2 + b^2", "a^2 + 2 a b")
    with pytest.raises(SourceError, match="2 corrupted formulas are let stand among 1 claims"):
        verified(tmp_path, twice)
