"""Where a continuous difference changes its sign it is zero, exactly, whatever floats say."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.critical import critical
from qedeck.evidence.obligations import obligations
from tests.evidence import written

from .test_verdicts import claim, verdict

R = r"Let $x \in \mathbb{R}$"
F = """\
> [!definition|f] F
>
> Let $x \\in \\mathbb{R}$.
>
> $$f(x) := \\cos x - x$$
"""

REFUTED = {
    "a cosine": (R, r"\cos x \ne x"),
    "a product": (R, r"x e^x \ne 1"),
    "a logarithm": ("Let $x > 0$", r"\log x \ne \frac{1}{x}"),
    "a tangent": ("Let $x > 0$", r"2 \tanh x \ne x"),
    "a factor": (R, r"(\cos x - x) (x^2 + 1) \ne 0"),
    "an entry": (r"Let $x \in \mathbb{R}^2$", r"\cos x_1 \ne x_1 e^{x_2}"),
    "an abbreviation": (rf"{R} and $y := \cos x$", r"y \ne x"),
    "a definition": (R, r"f(x) \ne 0"),
    "what is given": (R, r"\cos x = x \Rightarrow x > 1"),
    "a bracket": (R, r"[\cos x = x] = 0"),
    "two brackets": (R, r"[\cos x = x] [x < 1] = 0"),
    "either way": (R, r"\cos x = x \Leftrightarrow x^2 = -1"),
    "either way, the other side": (R, r"x^2 = -1 \Leftrightarrow \cos x = x"),
}  # fmt: skip
KEPT = {
    "no zero": (R, r"e^x \ne x"),
    "no zero within the hypotheses": (r"Let $x > 1$", r"\cos x \ne x"),
    "a jump past zero": (R, r"[x > \frac{1}{3}] \ne \frac{1}{2}"),
    "a jump past zero, smooth beside": (R, r"[e^x > 2] e^x \ne 1"),
    "a pole": (r"Let $x \ne 0$", r"\frac{1}{x^3} \ne 0"),
    "a pole of no fraction": (rf"{R} with $e^x \ne 2$", r"\frac{1}{e^x - 2} \ne 0"),
    "a sign": (R, r"2 \operatorname{sgn}(e^x - 2) \ne 1"),
    "a bracket that is met": (R, r"[\cos x = x] [x > 1] = 0"),
    "what follows": (R, r"\cos x = x \Rightarrow x < 1"),
}  # fmt: skip


def found(tmp_path: Path, hypotheses: str, formula: str):
    before = F if "f(" in formula else ""
    return critical(obligations(written.claim(tmp_path, hypotheses, formula, before=before)), 1)


@pytest.mark.parametrize("name", REFUTED)
def test_what_is_zero_where_the_sign_changes_refutes(tmp_path: Path, name: str) -> None:
    counter, nowhere = found(tmp_path, *REFUTED[name])
    assert nowhere is None
    assert counter is not None
    assert counter.by == "sign change"


@pytest.mark.parametrize("name", KEPT)
def test_no_change_of_sign_is_made_up(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, *KEPT[name]) == (None, None)


def test_the_report_says_what_confirms_it(tmp_path: Path) -> None:
    said = verdict(tmp_path, claim(r"Let $x \in \mathbb{R}$.", r"\cos x \ne x"))
    assert said.verdict == "fails"
    assert r"counterexample: x = 0.7390851332\ldots" in said.message
    assert "by the intermediate value theorem" in said.message


def test_a_denominator_without_closed_zeros_asks_for_a_hypothesis(tmp_path: Path) -> None:
    formula = r"\frac{\cos x - x}{\cos x - x} = 1"
    said = verdict(tmp_path, claim(r"Let $x \in \mathbb{R}$.", formula))
    assert r"has no value at x = 0.7390851332\ldots" in said.message
    assert r"needs: \cos(x) \ne x" in said.message


BENDS = {
    "a parameter": (r"Let $x, a \in \mathbb{R}$", r"\frac{d}{dx} [x > a] = 0", r"x \ne a"),
    "a size": (
        r"Let $x, a \in \mathbb{R}$",
        r"\frac{d}{dx} |x - a| = \operatorname{sgn}(x - a)", r"x \ne a",
    ),
    "a function of a parameter": (
        r"Let $x, a \in \mathbb{R}$", r"\frac{d}{dx} [e^x > a] = 0", r"\exp(x) \ne a",
    ),
    "an abbreviation": (
        r"Let $x, a \in \mathbb{R}$ and $b := a^2 + 1$", r"\frac{d}{dx} [x > b] = 0", r"x \ne b",
    ),
    "under a sum": (
        r"Let $x \in \mathbb{R}^n$ and $a \in \mathbb{R}$",
        r"\frac{d}{da} \sum_{i=1}^n [x_i > a] = 0", "",
    ),
    "a vector": (
        r"Let $w, x \in \mathbb{R}^n$ and $b \in \mathbb{R}$",
        r"\nabla_w [\langle w, x \rangle > b] = 0", r"\langle w, x \rangle \ne b",
    ),
    "a gradient": (
        r"Let $w, x \in \mathbb{R}^n$ and $b \in \mathbb{R}$",
        r"\nabla_w \max(b, \langle w, x \rangle) = [\langle w, x \rangle > b] x",
        r"b \ne \langle w, x \rangle",
    ),
    "no fraction": (R, r"\frac{d}{dx} [e^x > 2] = 0", r"\exp(x) \ne 2"),
    "a bend at no fraction": (
        R, r"\frac{d}{dx} \max(\cos x, x) = [x > \cos x] - [x < \cos x] \sin x", r"\cos(x) \ne x",
    ),
    "a primed function": (r"Let $x, a \in \mathbb{R}$", "g'(x) = 0", r"x \ne a"),
    "a primed function elsewhere": (r"Let $x, a \in \mathbb{R}$", "g'(2 x) = 0", r"2 x \ne a"),
}  # fmt: skip
SMOOTH = {
    "apart": (r"Let $x, a \in \mathbb{R}$ with $x \ne a$", r"\frac{d}{dx} [x > a] = 0"),
    "a squared part": (
        r"Let $x, a \in \mathbb{R}$",
        r"\frac{d}{dx} (\max(x - a, 0))^2 = 2 \max(x - a, 0)",
    ),
    "a fourth power of a root": (R, r"\frac{d}{dx} (\sqrt{|x|})^4 = 2 x"),
    "under a sum": (
        r"Let $x \in \mathbb{R}^n$ and $a \in \mathbb{R}$",
        r"\frac{d}{da} \sum_{i=1}^n (\max(x_i - a, 0))^2 = - 2 \sum_{i=1}^n \max(x_i - a, 0)",
    ),
    "a gradient": (
        r"Let $w, x \in \mathbb{R}^n$ and $b \in \mathbb{R}$ with $\langle w, x \rangle > b$",
        r"\nabla_w \max(b, \langle w, x \rangle) = x",
    ),
    "at no fraction": (R, r"\frac{d}{dx} (\max(e^x - 2, 0))^2 = 2 \max(e^x - 2, 0) e^x"),
}
G = """\
> [!definition|g] G
>
> Let $t, a \\in \\mathbb{R}$.
>
> $$g(t) := [t > a]$$
"""


@pytest.mark.parametrize("name", BENDS)
def test_a_bend_whose_place_depends_on_others_is_met(tmp_path: Path, name: str) -> None:
    hypotheses, formula, excluded = BENDS[name]
    before = G if "g'" in formula else ""
    todo = obligations(written.claim(tmp_path, hypotheses, formula, before=before))
    counter, nowhere = critical(todo, 1)
    assert counter is None
    assert nowhere is not None
    assert nowhere.excluded == excluded


@pytest.mark.parametrize("name", SMOOTH)
def test_what_is_smooth_where_its_parts_bend_has_a_value(tmp_path: Path, name: str) -> None:
    assert found(tmp_path, *SMOOTH[name]) == (None, None)
