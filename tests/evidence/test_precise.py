"""What is only tested is tested again with many digits, beyond what floats can tell apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_verdicts import claim, verdict

X = r"Let $x \in \mathbb{R}$. Then"
V = r"Let $x \in \mathbb{R}^n$. Then"

FALSE = {
    "by one part in very many": (
        X, r"\operatorname{tanh}(x) (1 + 10^{-20}) = \frac{e^{2 x} - 1}{e^{2 x} + 1}",
    ),
    "by a sum that is too small to see": (
        r"Let $x > 0$. Then", r"\log(x) + 10^{-40} = 2 \log(\sqrt{x})",
    ),
    "where floats are zero": (X, r"e^{-x^2} > 10^{-300}"),
    "where floats are one": (X, r"\tanh(x^2) < 1 - 10^{-100}"),
    "by a factor on a length": (
        V, r"\log(1 + \|x\|_2) (1 + 10^{-30}) \le \log(1 + \|x\|_1)", "Equality at $x = 0$.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_what_is_wrong_by_less_than_floats_see_is_refused(tmp_path: Path, name: str) -> None:
    found = verdict(tmp_path, claim(*FALSE[name]))
    assert found.verdict == "fails"
    assert " is false" in found.message
