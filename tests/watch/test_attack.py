"""The first word on a statement: a counterexample, or how many instances there were."""

from __future__ import annotations

import pytest

from qedeck.evidence.verify import subjects
from qedeck.notes.library import read_library
from qedeck.watch.attack import attackable, attacked

NORM = r"\|x\|_1 := \sum_{i=1}^{n} |x_i|"
MEAN = r"\operatorname{mean}(x) := \frac{1}{n} \sum_{i=1}^{n} x_i"


@pytest.fixture
def subject(tmp_path):
    def read(formula, kind="claim"):
        note = tmp_path / "notes/en/t.md"
        note.parent.mkdir(parents=True, exist_ok=True)
        box = [f"[!{kind}|c] Title", "", r"Let $x \in \mathbb{R}^n$.", "", f"$${formula}$$"]
        lines = [
            "---",
            "kind: page",
            "title: T",
            "---",
            "",
            *(f"> {line}".rstrip() for line in box),
        ]
        note.write_text("\n".join(lines), "utf-8")
        return subjects(read_library(tmp_path))["t/c"]

    return read


def test_a_false_claim_has_a_counterexample_with_its_place(subject):
    attack = attacked(subject(r"\sum_{i=1}^{n} x_i^2 = 2 \sum_{i=1}^{n} x_i^2"), 1)
    assert attack.message.startswith("notes/en/t.md:6:3: claim t/c is false")
    assert "counterexample: n = 1, x = " in attack.message


def test_a_true_claim_has_none_among_many(subject):
    attack = attacked(subject(r"\sum_{i=1}^{n} x_i^2 = \|x\|_2^2"), 1)
    assert not attack.message
    assert attack.instances >= 1000


def test_only_what_may_be_false_by_itself_is_attacked(subject):
    assert attackable(subject(NORM, "definition"))
    assert not attackable(subject(MEAN, "definition"))


def test_a_definition_of_what_the_machine_knows_is_compared_with_it(subject):
    attack = attacked(subject(NORM.replace("|x_i|", "x_i"), "definition"), 1)
    assert attack.message.startswith("notes/en/t.md:6:3: definition t/c is false")
