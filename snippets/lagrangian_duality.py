"""Prices and budgets, as the note `lagrangian-duality` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:value-function]
def best_loss(t: Tensor, a: Tensor) -> Tensor:
    return 0.5 * ((a * a).sum().sqrt() - t).clamp(min=0) ** 2


# --8<-- [end:value-function]


# --8<-- [start:penalty-for-budget]
def penalty_for_budget(X: Tensor, y: Tensor, t: float) -> float:
    """The ridge penalty whose solution has length t, for t below that of least squares."""
    import torch

    U, s, _ = torch.linalg.svd(X, full_matrices=False)
    b = U.mT @ y

    def length(penalty: float) -> float:
        return float((s * b / (s**2 + penalty)).norm())

    low, high = 0.0, 1.0
    while length(high) > t:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if length(middle) > t else (low, middle)
    return high


# --8<-- [end:penalty-for-budget]


# --8<-- [start:project]
def project(a: Tensor, t: float) -> Tensor:
    """The closest point no longer than t."""
    length = (a * a).sum().sqrt()
    return a * (t / length).clamp(max=1)


# --8<-- [end:project]


WORDS = {
    "en": {
        "budget": "budget t",
        "weight": "best weight",
        "loss": "best loss",
        "constraint": "constraint",
        "penalty": "penalty",
        "skipped": "skipped",
        "gap": "gap",
    },
    "zh": {
        "budget": "预算 t",
        "weight": "最优权重",
        "loss": "最小损失",
        "constraint": "约束",
        "penalty": "惩罚",
        "skipped": "被跳过",
        "gap": "间隙",
    },
}
BLUE, RED = "C0", "C3"


def gap(lang: str) -> Figure:
    """Constraint path against penalty path, and the best loss against the best bound."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    s = np.sqrt(2 / 3)
    figure = Figure(figsize=(5, 3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.axhspan(0, s, color=RED, alpha=0.08, linewidth=0)
    left.plot([0, 1], [0, 1], color=BLUE, linewidth=1.8)
    left.plot([s, 1], [s, 1], color=RED, linewidth=5, alpha=0.7, solid_capstyle="butt")
    left.plot([0, s], [0, s], "o", color=RED, markersize=7, clip_on=False)
    left.text(0.42, 0.3, words["constraint"], color="black", fontsize=12)
    left.text(0.78, 0.95, words["penalty"], color="black", fontsize=12, ha="right")
    left.text(0.04, 0.66, words["skipped"], color="black", fontsize=12)
    left.set(ylabel=words["weight"])
    t = np.linspace(0, 1, 200)
    below = t[t <= s]
    right.fill_between(
        below, 1 - 4 / 3 * s * below, (1 - below**2) ** 2, color=RED, alpha=0.15, linewidth=0
    )
    right.plot(t, (1 - t**2) ** 2, color=BLUE, linewidth=2.2)
    right.plot([0, s], [1, 1 - 4 / 3 * s**2], "o-", color=RED, linewidth=1.8, clip_on=False)
    right.annotate(
        words["gap"], (0.4, 0.63), (0.62, 0.78), color="black", fontsize=12,
        arrowprops={"arrowstyle": "-", "color": "black", "linewidth": 0.7},
    )  # fmt: skip
    right.set(ylabel=words["loss"])
    for axes in (left, right):
        axes.set(xlim=(0, 1.02), ylim=(0, 1.04), xlabel=words["budget"])
        axes.set_xticks([0, s, 1], ["0", "0.82", "1"])
        axes.set_yticks([0, 1])
        axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def price(lang: str) -> Figure:
    """A convex curve of best losses, and the line whose slope is the price."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    figure = Figure(figsize=(5, 3.2), layout="constrained")
    axes = figure.add_subplot()
    t = np.linspace(0, 2.6, 200)
    best = np.where(t < 2, 0.5 * (2 - t) ** 2, 0)
    axes.fill_between(t, best, 2.2, color=BLUE, alpha=0.1, linewidth=0)
    axes.plot(t, best, color=BLUE, linewidth=2.5)
    axes.plot(t, 0.5 * 1.2**2 - 1.2 * (t - 0.8), color=RED, linewidth=1.8)
    axes.plot([0.8], [0.72], "o", color="black", markersize=6)
    axes.plot([0.8, 0.8], [0, 0.72], color="black", linewidth=0.8, linestyle=":")
    axes.text(1.12, 0.16, "−λ", color="black", fontsize=13, ha="right")
    axes.text(0.72, 1.45, "v(t)", color="black", fontsize=13)
    axes.set(xlim=(0, 2.6), ylim=(0, 2.2), xlabel=words["budget"], ylabel=words["loss"])
    axes.set_xticks([0, 0.8, 2], ["0", "t", "‖a‖"])
    axes.set_yticks([0])
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
