"""Softmax and log-sum-exp, as the note `softmax` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:softmax]
def softmax(z: Tensor) -> Tensor:
    powers = (z - z.amax(dim=-1, keepdim=True)).exp()
    return powers / powers.sum(dim=-1, keepdim=True)


# --8<-- [end:softmax]


# --8<-- [start:lse]
def log_sum_exp(z: Tensor) -> Tensor:
    largest = z.amax(dim=-1, keepdim=True)
    return largest[..., 0] + (z - largest).exp().sum(dim=-1).log()


# --8<-- [end:lse]


# --8<-- [start:safe]
def large_scores() -> tuple[Tensor, Tensor]:
    import torch

    z = torch.tensor([1000.0, 0.0])
    as_typed = z.exp() / z.exp().sum()  # tensor([nan, 0.])
    return as_typed, torch.softmax(z, dim=-1)  # tensor([1., 0.])


# --8<-- [end:safe]


WORDS = {
    "en": {
        "beta": "β = 1 / temperature",
        "weight": "weight",
        "gap": "gap between the two scores",
        "slope": "slope",
    },
    "zh": {
        "beta": "β = 1 / 温度",
        "weight": "权重",
        "gap": "两个分数之差",
        "slope": "斜率",
    },
}


def temperature(lang: str) -> Figure:
    """The weights of four scores from hot to cold."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    scores = np.array([2.0, 1.5, 0.5, -1.0])
    beta = np.logspace(-2, 1.5, 300)
    powers = np.exp(beta[:, None] * (scores - scores.max()))
    weights = powers / powers.sum(axis=1, keepdims=True)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    colours = ["C3", "C1", "C2", "C0"]
    for score, line, colour in zip(scores, weights.T, colours, strict=True):
        axes.plot(beta, line, color=colour, linewidth=2.5, label=f"z = {score:g}")
    axes.set(xscale="log", xlim=(0.01, 31), ylim=(-0.02, 1.02))
    axes.set(xlabel=words["beta"], ylabel=words["weight"])
    axes.legend(frameon=False, labelcolor="black", fontsize=12, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def saturation(lang: str) -> Figure:
    """The leading weight of two and its slope, against the gap."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    gap = np.linspace(0, 12, 300)
    weight = 1 / (1 + np.exp(-gap))
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(gap, weight, color="C0", linewidth=2.5)
    axes.plot(gap, weight * (1 - weight), color="C3", linewidth=2.5)
    axes.text(6, 0.9, words["weight"], color="black", fontsize=13)
    axes.text(2.2, 0.14, words["slope"], color="black", fontsize=13)
    axes.set(xlim=(0, 12), ylim=(0, 1.05), xlabel=words["gap"])
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
