"""Moments of data, as the note `moments` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:data-moments]
def central_moment(x: Tensor, k: int) -> Tensor:
    return ((x - x.mean()) ** k).mean()


def skew(x: Tensor) -> Tensor:
    return central_moment(x, 3) / central_moment(x, 2) ** 1.5


def kurt(x: Tensor) -> Tensor:
    return central_moment(x, 4) / central_moment(x, 2) ** 2


# --8<-- [end:data-moments]


# --8<-- [start:two-variances]
def two_variances() -> tuple[Tensor, Tensor]:
    import torch

    x = torch.tensor([1.0, 3.0])
    return x.var(), x.var(correction=0)  # tensor(2.), tensor(1.)


# --8<-- [end:two-variances]


WORDS = {
    "en": {
        "normal": "normal, kurtosis 3",
        "uniform": "uniform, kurtosis 1.8",
        "skewed": "exponential, skewness 2",
        "outliers": "flat top, kurtosis 163",
    },
    "zh": {
        "normal": "正态，峰度 3",
        "uniform": "均匀，峰度 1.8",
        "skewed": "指数，偏度 2",
        "outliers": "平顶，峰度 163",
    },
}


def same_two_moments(lang: str) -> Figure:
    """Four densities with mean 0 and variance 1."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    x = np.linspace(-3.2, 3.2, 1601)
    normal = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    uniform = np.where(np.abs(x) <= np.sqrt(3), 1 / (2 * np.sqrt(3)), 0)
    skewed = np.where(x >= -1, np.exp(-(x + 1)), 0)
    deviation = np.sqrt(0.999 / 3 + 0.001 * 15**2)
    outliers = np.where(np.abs(x) <= 1 / deviation, 0.999 * deviation / 2, 0)
    curves = [
        ("normal", normal, "C0"),
        ("uniform", uniform, "C2"),
        ("skewed", skewed, "C4"),
        ("outliers", outliers, "C3"),
    ]
    figure = Figure(figsize=(5, 4), layout="constrained")
    # All four at one scale: a row is as high as the highest density in it.
    heights = (0.5, 1.05)
    grid = figure.add_gridspec(2, 2, height_ratios=heights)
    for place, (name, y, colour) in enumerate(curves):
        axes = figure.add_subplot(grid[place])
        axes.fill_between(x, y, color=colour, alpha=0.25, linewidth=0)
        axes.plot(x, y, color=colour, linewidth=2)
        axes.set(xlim=(-3.2, 3.2), ylim=(0, heights[place // 2]), yticks=[])
        axes.set_xlabel(words[name], fontsize=12, color="black")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    return figure
