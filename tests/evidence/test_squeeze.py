"""Limits squeezed between the sides of a linked chain, where its hypotheses are met."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.exact import Proof, proved
from qedeck.evidence.obligations import obligations
from qedeck.evidence.proof.budget import SECOND, Budget
from tests.evidence import written

A = r"Let $a \in \mathbb{R}$"
WITHOUT = {
    "a condition on another symbol": (
        r"Let $a, t \in \mathbb{R}$ with $t > 0$ and $a = 0$",
        r"-\frac{1}{t} \le a [t > 5] \le \frac{1}{t}", A, r"\lim_{t \to \infty} a [t > 5] = 0",
    ),
    "a condition that ends before the target": (
        r"Let $t > 0$ with $t \le 5$", r"-\frac{1}{t} \le [t > 5] \le \frac{1}{t}",
        A, r"\lim_{t \to \infty} [t > 5] = 0",
    ),
    "a condition to one side": (
        r"Let $t > 0$", r"-t \le [t < 0] \le t", A, r"\lim_{t \to 0} [t < 0] = 0",
    ),
    "a condition that another number decides": (
        r"Let $a, t \in \mathbb{R}$ with $a + t > 5$ and $a < 0$",
        r"-\frac{1}{t} \le [a > 0] [t > 5] \le \frac{1}{t}",
        A, r"\lim_{t \to \infty} [a > 0] [t > 5] = 0",
    ),
    "whole numbers": (
        r"Let $k \in \mathbb{N}$", r"0 \le [\sin(\pi k) \ne 0] \le \frac{1}{k}",
        A, r"\lim_{k \to \infty} [\sin(\pi k) \ne 0] = 0",
    ),
    "other values of its name outside": (
        r"Let $t > 0$ with $t \le 5$", r"-\frac{1}{t} \le [t > 5] \le \frac{1}{t}",
        r"Let $t > 0$ with $t \le 5$", r"\lim_{t \to \infty} [t > 5] = 0",
    ),
}  # fmt: skip
WITH = {
    "no condition near the target": (
        r"Let $t \ge 2$", r"-\frac{1}{t} \le \frac{\sin t}{t} \le \frac{1}{t}",
        A, r"\lim_{t \to \infty} \frac{\sin t}{t} = 0",
    ),
    "a condition that is met near the target": (
        r"Let $a \in \mathbb{R}$ and $t > 0$ with $t > a^2$",
        r"-\frac{1}{t} \le \frac{\sin(a t)}{t} \le \frac{1}{t}",
        A, r"\lim_{t \to \infty} \frac{\sin(a t)}{t} = 0",
    ),
    "a condition that is met here": (
        r"Let $a > 1$ and $t > 0$", r"-\frac{1}{t} \le \frac{\sin(a t)}{t} \le \frac{1}{t}",
        r"Let $a > 2$", r"\lim_{t \to \infty} \frac{\sin(a t)}{t} = 0",
    ),
    "a condition to the side that is asked": (
        r"Let $t > 0$", r"-t \le t \sin(\frac{1}{t}) \le t",
        A, r"\lim_{t \to 0^+} t \sin(\frac{1}{t}) = 0",
    ),
}  # fmt: skip


def squeezed(tmp_path: Path, given: str, chain: str, hypotheses: str, goal: str) -> Proof:
    lemma = written.claim(tmp_path / "lemma", given, chain)
    todo = obligations(written.claim(tmp_path / "goal", hypotheses, goal))
    return proved(todo, Budget.of(10 * SECOND), lemmas={"chain": lemma})


@pytest.mark.parametrize("name", WITHOUT)
def test_a_chain_that_does_not_reach_squeezes_nothing(tmp_path: Path, name: str) -> None:
    assert not squeezed(tmp_path, *WITHOUT[name]).holds


@pytest.mark.parametrize("name", WITH)
def test_a_chain_that_reaches_squeezes(tmp_path: Path, name: str) -> None:
    proof = squeezed(tmp_path, *WITH[name])
    assert proof.holds, proof.missing
    assert any("squeeze" in step.ways for step in proof.steps)
