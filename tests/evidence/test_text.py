"""The text of a callout says all that was read, and no more than that."""

from __future__ import annotations

from pathlib import Path

from qedeck.evidence.text import LONGEST, Texts
from qedeck.formula.scope import Bound

from .written import claim


def chain(root: Path, length: int, first: str = "a") -> Bound:
    """A claim about an abbreviation that rests on many others."""
    steps = "".join(
        rf", $b_{{\text{{{k + 1}}}}} := b_{{\text{{{k}}}}} + b_{{\text{{{k}}}}}$"
        for k in range(length)
    )
    hypotheses = rf"Let $a \in \mathbb{{R}}$, $b_{{\text{{0}}}} := {first}${steps}"
    return claim(root, hypotheses, rf"b_{{\text{{{length}}}}} = a")


def test_a_text_is_what_python_says_of_a_callout(tmp_path: Path) -> None:
    bound = chain(tmp_path, 4)
    assert Texts().of(bound) == repr(bound)


def test_abbreviations_that_rest_on_each_other_do_not_double_the_text(tmp_path: Path) -> None:
    text = Texts().of(chain(tmp_path, 60))
    assert len(text) < LONGEST / 100
    assert text == Texts().of(chain(tmp_path, 60))
    assert text != Texts().of(chain(tmp_path, 60, "2 a"))
