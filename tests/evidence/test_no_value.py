"""A claim about a derivative, limit or integral that does not exist fails, and says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_verdicts import callout, claim, verdict

R = r"Let $x \in \mathbb{R}$."
T = r"Let $t \in \mathbb{R}$."


def function(body: str, hypotheses: str = R, head: str = "f(x)") -> str:
    """The box of a definition before a claim."""
    return callout("definition", "f", f"{hypotheses}\n\n$${head} := {body}$$")


JUMP = function("[x > 0]")
RAMP = function("[x > 0] x")
UNIT = function(
    r"[x > 0] x + [x \le 0] a (e^x - 1)", r"Let $x \in \mathbb{R}$ and $a > 0$.", "f_a(x)"
)
EVEN = function(r"[x > 0] x + [x \le 0] (e^x - 1)")
PART = function(r"\max(0, x)")
NEAR = r"\frac{1}{2} x^2 [|x| \le 3]"
LOSS = function(NEAR + r" + (3 |x| - \frac{9}{2}) [|x| > 3]")
TORN = function(NEAR + r" + (|x| - \frac{3}{2}) [|x| > 3]")
HINGE = function(r"\max(0, 1 - \langle w, x \rangle)", r"Let $w, x \in \mathbb{R}^n$.", "f(w)")

WITHOUT: dict[str, tuple[str, str, str, str]] = {
    "a jump": (JUMP, R, "f'(x) = 0",
        r"at x = 0, which meets the hypotheses; write the hypothesis that it needs: x \ne 0"),
    "a bend, at its place": (RAMP, "", "f'(0) = 0", "has no value"),
    "a bend from the other side": (function(r"[x \ge 0] x"), "", "f'(0) = 1", "has no value"),
    "pieces with a parameter": (
        UNIT, r"Let $x \in \mathbb{R}$ and $a > 0$.",
        r"\frac{d}{dx} f_a(x) = [x > 0] + [x \le 0] a e^x", r"needs: x \ne 0",
    ),
    "pieces that do not meet": (
        TORN, R, r"f'(x) = x [|x| \le 3] + \operatorname{sgn}(x) [|x| > 3]", r"|x| \ne 3",
    ),
    "a larger of two": (PART, R, "f'(x) = [x > 0]", r"needs: x \ne 0"),
    "a positive part": ("", R, r"\frac{d}{dx} (x)_+ = [x > 0]", r"needs: x \ne 0"),
    "a hinge": ("", T, r"\frac{d}{dt} \max(0, 1 - t) = -[t < 1]", r"needs: t \ne 1"),
    "a hinge of many": (
        HINGE, r"Let $w, x \in \mathbb{R}^n$.", r"\nabla f(w) = -[\langle w, x \rangle < 1] x",
        r"needs: \langle w, x \rangle \ne 1",
    ),
    "a norm": (
        "", r"Let $x \in \mathbb{R}^n$.", r"\langle \nabla_x \|x\|_2, x \rangle = \|x\|_2",
        "has no value",
    ),
    "a root of a product": (
        "", r"Let $w \in \mathbb{R}^2$ with $w_1 w_2 = 0$.",
        r"\langle \nabla_w \sqrt{|w_1 w_2|}, w \rangle = 0", "has no value",
    ),
    "a second derivative": (
        function("x |x|"), R, r"f''(x) = 2 \operatorname{sgn}(x)", r"needs: x \ne 0",
    ),
    "the end of a root": (
        "", r"Let $x \ge 0$.", r"\frac{d}{dx} (x \sqrt{x}) = \frac{3}{2} \sqrt{x}",
        "has no value at x = 0",
    ),
    "sides that differ": ("", "", r"\lim_{x \to 0} \frac{|x|}{x} = 1", "a limit"),
    "a jump approached": ("", "", r"\lim_{x \to 0} [x > 0] = 1", "a limit"),
    "sides that differ anywhere": (
        "", r"Let $a \in \mathbb{R}$.", r"\lim_{x \to a} \frac{x - a}{|x - a|} = 1",
        "has no value at a = ",
    ),
    "a swing": ("", "", r"\lim_{x \to \infty} \sin(x) = 0", "a limit"),
    "a swing that gets faster": ("", "", r"\lim_{x \to 0^+} \sin(\frac{1}{x}) = 0", "a limit"),
    "slopes that need not be continuous": (
        "", r"Let $f : \mathbb{R} \to \mathbb{R}$ differentiable.",
        r"\lim_{t \to 0} f'(t) = f'(0)", "has no value",
    ),
    "a pole inside": ("", "", r"\int_{-1}^1 \frac{1}{t} \, dt = 0", "an integral"),
    "a pole at the end": ("", "", r"\int_0^1 \frac{1}{t} \, dt = 5", "an integral"),
    "a double pole": ("", "", r"\int_{-1}^1 \frac{1}{t^2} \, dt = -2", "an integral"),
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT)
def test_what_does_not_exist_is_no_value(tmp_path: Path, name: str) -> None:
    before, hypotheses, formula, words = WITHOUT[name]
    evidence = verdict(tmp_path, claim(hypotheses, formula), before=before)
    assert evidence.verdict == "fails"
    assert words in evidence.message, evidence.message


TRUE: dict[str, tuple[str, str, str]] = {
    "a squared positive part": (function(r"(\max(0, x))^2"), R, r"f'(x) = 2 \max(0, x)"),
    "a sized number": (function("x |x|"), R, r"f'(x) = 2 |x|"),
    "sizes that cancel": (function("|x| - |-x|"), R, r"f'(x) = 0"),
    "pieces that meet": (EVEN, R, r"f'(x) = [x > 0] + [x \le 0] e^x"),
    "a smooth loss": (LOSS, R, r"f'(x) = x [|x| \le 3] + 3 \operatorname{sgn}(x) [|x| > 3]"),
    "off the bend": (PART, r"Let $x \in \mathbb{R}$ with $x \ne 0$.", r"f'(x) = [x > 0]"),
    "a root inside": ("", r"Let $x > 0$.", r"\frac{d}{dx} (x \sqrt{x}) = \frac{3}{2} \sqrt{x}"),
    "tangents of convex functions": (
        "",
        r"Let $f : \mathbb{R} \to \mathbb{R}$ convex, differentiable and $w, v \in \mathbb{R}$.",
        r"f(v) \ge f(w) + f'(w) (v - w)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_what_exists_though_its_parts_bend_is_proved(tmp_path: Path, name: str) -> None:
    before, hypotheses, formula = TRUE[name]
    after = "Equality at $v = w$." if r"\ge" in formula and "v" in formula else ""
    evidence = verdict(tmp_path, claim(hypotheses, formula, after), before=before)
    assert (evidence.verdict, evidence.level) == ("holds", "proved"), evidence.message


def test_a_limit_from_one_side_exists(tmp_path: Path) -> None:
    evidence = verdict(tmp_path, claim("", r"\lim_{x \to 0^+} \frac{|x|}{x} = 1"))
    assert evidence.verdict == "holds"


def test_an_integral_is_parted_where_it_bends(tmp_path: Path) -> None:
    hypotheses = r"Let $a \in \mathbb{R}$ with $0 \le a$ and $a \le 1$."
    right = r"\int_0^1 |t - a| \, dt = a^2 - a + \frac{1}{2}"
    assert verdict(tmp_path / "right", claim(hypotheses, right)).verdict == "holds"
    wrong = r"\int_0^1 [t > a] \, dt = 1 - a^2"
    assert "false" in verdict(tmp_path / "wrong", claim(hypotheses, wrong)).message


def test_functions_that_are_only_declared_are_not_tested(tmp_path: Path) -> None:
    hypotheses = r"Let $f : \mathbb{R} \to \mathbb{R}$ differentiable."
    evidence = verdict(tmp_path, claim(hypotheses, r"\lim_{t \to 0} f(t) = f(0)"))
    assert evidence.verdict == "unknown"
    assert "about every function f" in evidence.message
