"""A note with transcendental inequalities, verified as a user runs it."""

from __future__ import annotations

from importlib import metadata

import pytest

from qedeck.evidence.ledger import open_ledger

NOTE = r"""---
title: Bounds
kind: page
---

> [!claim|tangent] The exponential lies above its tangent
>
> Let $t \in \mathbb{R}$. Then
>
> $$e^t \ge 1 + t$$
>
> Equality at $t = 0$.

> [!claim|cubic] The sine stays above a cubic
>
> Let $x \ge 0$. Then
>
> $$\sin(x) \ge x - \frac{x^3}{6}$$
>
> Equality at $x = 0$.

> [!claim|too-high] A line that the exponential cuts
>
> Let $t \in \mathbb{R}$. Then
>
> $$e^t \ge 1 + \frac{5}{4} t$$
"""

INSTALLED = metadata.entry_points(group="pytest11", name="qedeck")
PLUGIN = () if INSTALLED else ("-p", "qedeck.plugin.plugin")


def test_bounds_are_proved_and_a_line_that_cuts_is_not(pytester: pytest.Pytester) -> None:
    pytester.makefile(".toml", pyproject="[tool.qedeck]\n[tool.pytest.ini_options]\n")
    folder = pytester.mkdir("notes") / "en"
    folder.mkdir()
    (folder / "bounds.md").write_text(NOTE, encoding="utf-8")
    pytester.mkdir("checks")
    result = pytester.runpytest_subprocess(*PLUGIN, "checks")
    result.assert_outcomes(passed=2, failed=1)
    ledger = open_ledger(pytester.path)
    for name in ("bounds/tangent", "bounds/cubic"):
        evidence = ledger.latest(name)
        assert evidence is not None
        assert evidence.level == "proved"
        assert "boxes" in {way for step in evidence.proof for way in step.ways}
