"""A definition is used only where its domain reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from qedeck.evidence.domains import outside_domains
from qedeck.evidence.obligations import obligations
from qedeck.evidence.trial import Judge

from .written import claim

BOX = """\
> [!definition|{name}] {name}
>
> {hypotheses}.
>
> $${body}$$
"""
POSITIVE = BOX.format(name="f", hypotheses="Let $x > 0$", body="f(x) := 2 x")
WHOLE = BOX.format(
    name="o", hypotheses=r"Let $n, p, k \in \mathbb{N}$", body="o(n, p, k) := n + 2 p - k + 1"
)
UPTO = BOX.format(
    name="u", hypotheses=r"Let $n \in \mathbb{N}$ and $i \in [n]$", body="u(i, n) := 2 i + n"
)
ANY = BOX.format(name="z", hypotheses=r"Let $k \in \mathbb{Z}$", body="z(k) := k^2")
UNIT = BOX.format(name="c", hypotheses=r"Let $x \in [0, 1]$", body="c(x) := 2 x")
OPEN = BOX.format(name="c", hypotheses=r"Let $x \in (0, 1)$", body="c(x) := 2 x")
APART = BOX.format(
    name="d", hypotheses=r"Let $x, y \in \mathbb{R}$ with $x \ne y$", body="d(x, y) := x - y"
)
LENGTH = BOX.format(
    name="l", hypotheses=r"Let $x \in \mathbb{R}^n$ with $\|x\|_2 \le 1$", body="l(x) := x_1"
)
THROUGH = (
    POSITIVE
    + "\n"
    + BOX.format(name="g", hypotheses=r"Let $x \in \mathbb{R}$", body="g(x) := f(x - 1)")
)
FAMILY = POSITIVE

BEYOND = {
    "a half for a whole number": (
        WHOLE, r"Let $n, k \in \mathbb{N}$", r"o(n, \frac{k - 1}{2}, k) = n",
        r"\frac{k - 1}{2} \in \mathbb{N}",
    ),
    "zero for a positive whole number": (
        WHOLE, r"Let $n, k \in \mathbb{N}$", r"o(n, k - 1, k) = n + k - 1", r"k - 1 \in \mathbb{N}",
    ),
    "a real for a whole number": (
        ANY, r"Let $x \in \mathbb{R}$", r"z(x) = x^2", r"x \in \mathbb{Z}",
    ),
    "an index beyond the last": (
        UPTO, r"Let $n \in \mathbb{N}$", r"\sum_{i=1}^n u(i + 1, n) = 2 n^2 + 3 n",
        r"i + 1 \in [n]",
    ),
    "an index before the first": (
        UPTO, r"Let $n \in \mathbb{N}$", r"\sum_{i=1}^n u(i - 1, n) = 2 n^2 - n",
        r"i - 1 \in [n]",
    ),
    "the first step of a sum": (
        POSITIVE, r"Let $n \in \mathbb{N}$", r"\sum_{i=1}^n f(i - 1) = n (n - 1)", "i - 1 > 0",
    ),
    "an entry of a vector": (
        POSITIVE, r"Let $x \in \mathbb{R}_{\ge 0}^n$",
        r"\sum_{i=1}^n f(x_i) = 2 \sum_{i=1}^n x_i", "x_i > 0",
    ),
    "a condition that lets too much through": (
        POSITIVE, r"Let $x \in \mathbb{R}$", r"x \ge 0 \implies f(x) = 2 x", "x > 0",
    ),
    "the end of an interval": (
        OPEN, r"Let $x \in [0, 1)$", "c(x) = 2 x", "x \\in (0, 1)",
    ),
    "beside an interval": (
        UNIT, r"Let $x \in [-1, 1]$", "c(x) = 2 x", "x \\in [0, 1]",
    ),
    "equal numbers that must differ": (
        APART, r"Let $x, y \in \mathbb{R}$", "d(x, y) = x - y", r"x \ne y",
    ),
    "a vector that is too long": (
        LENGTH, r"Let $n \ge 2$ and $x \in \mathbb{R}^n$", "l(2 x) = 2 x_1",
        r"\|2 x\|_2 \le 1",
    ),
    "through another definition": (
        THROUGH, r"Let $x > 0$", "g(x) = 2 x - 2", "x - 1 > 0",
    ),
    "under an integral": (
        POSITIVE, r"Let $a \ge 1$", r"\int_{-1}^a f(t) \, dt = a^2 - 1", "t > 0",
    ),
    "towards a limit": (
        POSITIVE, r"Let $a \in \mathbb{R}$", r"\lim_{t \to 0} (f(t) + a) = a", "t > 0",
    ),
    "in a hypothesis": (
        POSITIVE, r"Let $x \in \mathbb{R}$ with $f(x) > 2$", "x > 1", "x > 0",
    ),
    "in an abbreviation": (
        POSITIVE, r"Let $x \in \mathbb{R}$ and $y := f(x)$", "y = 2 x", "x > 0",
    ),
    "in a family": (
        FAMILY, r"Let $x \in \mathbb{R}^n$ and $y_i := f(x_i)$",
        r"\sum_{i=1}^n y_i = 2 \sum_{i=1}^n x_i", "x_i > 0",
    ),
}  # fmt: skip

WITHIN = {
    "halves that are whole": (
        WHOLE, r"Let $n, k, m \in \mathbb{N}$ with $k = 2 m + 1$", r"o(n, \frac{k - 1}{2}, k) = n",
    ),
    "whole by a condition": (
        WHOLE, r"Let $n, k \in \mathbb{N}$",
        r"\frac{k - 1}{2} \in \mathbb{N} \implies o(n, \frac{k - 1}{2}, k) = n",
    ),
    "indices within the range": (
        UPTO, r"Let $n \in \mathbb{N}$", r"\sum_{i=1}^n u(i, n) = 2 n^2 + n",
    ),
    "a condition before": (
        POSITIVE, r"Let $x \in \mathbb{R}$", r"x > 0 \implies f(x) = 2 x",
    ),
    "a condition of a sum": (
        POSITIVE, r"Let $x \in \mathbb{R}^n$",
        r"\sum_{i \in [n] : x_i > 0} f(x_i) = \sum_{i \in [n] : x_i > 0} 2 x_i",
    ),
    "a bracket beside it": (
        POSITIVE, r"Let $x \in \mathbb{R}$", "[x > 0] f(x) = 2 [x > 0] x",
    ),
    "by the form": (UNIT, r"Let $x \in [-1, 1]$", "c(x^2) = 2 x^2"),
    "by a hypothesis": (
        APART, r"Let $x, y \in \mathbb{R}$ with $y = x + 1$", "d(x, y) = -1",
    ),
    "rounded to the edge": (
        LENGTH, r"Let $x \in \mathbb{R}^n$ with $\|x\|_2 = 1$", "l(x) = x_1",
    ),
    "through another definition": (THROUGH, r"Let $x > 1$", "g(x) = 2 x - 2"),
    "an open interval of an integral": (
        POSITIVE, r"Let $a > 0$", r"\int_0^a f(t) \, dt = a^2",
    ),
    "towards a limit from one side": (
        POSITIVE, r"Let $a \in \mathbb{R}$", r"\lim_{t \to 0^+} (f(t) + a) = a",
    ),
    "a hypothesis under another": (
        POSITIVE, r"Let $x > 0$ with $f(x) > 2$", "x > 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEYOND)
def test_a_use_beyond_the_definition_is_told_with_what_it_needs(tmp_path: Path, case: str) -> None:
    boxes, hypotheses, statement, needed = BEYOND[case]
    bound = claim(tmp_path, hypotheses, statement, before=boxes)
    found = outside_domains(obligations(bound), 1)
    assert found is not None
    assert found.needed == needed
    assert found.values


@pytest.mark.parametrize("case", WITHIN)
def test_a_use_within_the_definition_is_left_alone(tmp_path: Path, case: str) -> None:
    boxes, hypotheses, statement = WITHIN[case]
    bound = claim(tmp_path, hypotheses, statement, before=boxes)
    assert outside_domains(obligations(bound), 1) is None


def test_an_equality_case_beyond_a_definition_is_told(tmp_path: Path) -> None:
    bound = claim(
        tmp_path, r"Let $x, y \in \mathbb{R}$", r"2 x y \le x^2 + y^2",
        before=POSITIVE, after=r"Equality at $y = \frac{1}{2} f(x)$.",
    )  # fmt: skip
    found = outside_domains(obligations(bound), 1)
    assert found is not None
    assert found.needed == "x > 0"


def test_a_mutant_that_leaves_the_domain_is_killed(tmp_path: Path) -> None:
    bound = claim(tmp_path, r"Let $n \in \mathbb{N}$", r"u(n, n) = 3 n", before=UPTO)
    verified = obligations(bound)
    mutants = Judge(1, None, (), bound, verified).all()
    assert mutants
    assert {one.outcome for one in mutants} <= {"killed", "invalid"}
