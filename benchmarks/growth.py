"""What ten times the claims cost: notes made of one another, with other letters."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

from measuring import PYTEST, Row, Run, aim, run

CHECKS = (*PYTEST, "notes", "-q", "-p", "no:cacheprovider")
TIMES = 10
LINEAR = 1.2
"""Of ten times the cost: more than this is not linear."""
LETTERS = "abcuvwxyzr"
SETTINGS = '[tool.qedeck]\n\n[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'
NOTE = r"""---
kind: page
title: Part NUMBER
---

> [!definition|middle] The middle of two vectors
>
> Let $X, Y \in \mathbb{R}^n$.
>
> $$\operatorname{middle}(X, Y) := \frac{X + Y}{2}$$

> [!claim|middle-moves] The middle is as far from one end as from the other
>
> Let $X, Y \in \mathbb{R}^n$. Then
>
> $$\operatorname{middle}(X, Y) - X = Y - \operatorname{middle}(X, Y)$$

> [!claim|square] The square of a sum
>
> Let $X, Y \in \mathbb{R}$. Then
>
> $$(X + Y)^2 = X^2 + 2 X Y + Y^2$$

> [!claim|cube] The cube of a difference
>
> Let $X, Y \in \mathbb{R}$. Then
>
> $$(X - Y)^3 = X^3 - 3 X^2 Y + 3 X Y^2 - Y^3$$

> [!claim|product] A product is at most the mean of the squares
>
> Let $X, Y \in \mathbb{R}$. Then
>
> $$X Y \le \frac{X^2 + Y^2}{2}$$
>
> Equality at $X = Y$.

> [!claim|parallelogram] The parallelogram law
>
> Let $X, Y \in \mathbb{R}^n$. Then
>
> $$\|X + Y\|_2^2 + \|X - Y\|_2^2 = 2 \|X\|_2^2 + 2 \|Y\|_2^2$$

> [!misconception|root] A root of a sum is the sum of the roots
>
> Let $X, Y \ge 0$. Then
>
> $$\sqrt{X + Y} = \sqrt{X} + \sqrt{Y}$$
>
> Fails at $X = 1$, $Y = 1$: $\sqrt{2} \ne 2$. True for [the square](#square).
"""


def growth(root: Path, *, quick: bool) -> list[Row]:
    """Cold and warm, for some notes and for ten times as many."""
    notes = 1 if quick else 5
    small, large = (_written(root / f"x{n}", n) for n in (notes, TIMES * notes))
    single = _written(root / "x0", 1, NOTE[: NOTE.index("> [!claim|cube]")])
    cold, more_cold, least = (run(one, *CHECKS) for one in (small, large, single))
    warm, more_warm = (run(one, *CHECKS) for one in (small, large))
    # Starting workers costs the same for one note as for many.
    factor = (more_cold.cpu - least.cpu) / (cold.cpu - least.cpu)
    count = notes * NOTE.count("> [!")
    return [
        Row(f"{count} synthetic statements, cold", _seconds(cold)),
        Row(f"{TIMES * count} synthetic statements, cold", _seconds(more_cold)),
        Row(f"CPU for {TIMES} times the claims, without the start", f"{factor:.1f} times",
            aim(factor, LINEAR * TIMES, "linear")),
        Row(f"{count} and {TIMES * count} synthetic statements, warm",
            f"{_seconds(warm)}, {_seconds(more_warm)}"),
    ]  # fmt: skip


def _seconds(one: Run) -> str:
    return f"{one.seconds:.1f} s ({one.cpu:.1f} s of CPU)"


def _written(root: Path, notes: int, written: str = NOTE) -> Path:
    """A project of so many notes."""
    folder = root / "notes" / "en"
    folder.mkdir(parents=True)
    (root / "pyproject.toml").write_text(SETTINGS, "utf-8")
    for k, letters in zip(range(notes), permutations(LETTERS, 2), strict=False):
        text = written.replace("NUMBER", str(k + 1))
        for old, new in zip("XY", letters, strict=True):
            text = text.replace(old, new)
        (folder / f"part-{k + 1}.md").write_text(text, "utf-8")
    return root
