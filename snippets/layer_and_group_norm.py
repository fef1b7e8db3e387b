"""Normalisation of single samples, as the note `layer-and-group-norm` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:standardise]
def standardise(x: Tensor, epsilon: float) -> Tensor:
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)
    return centred / (variance + epsilon) ** 0.5


# --8<-- [end:standardise]


# --8<-- [start:forward]
def layer_norm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: float) -> Tensor:
    return gamma * standardise(x, epsilon) + beta


# --8<-- [end:forward]


# --8<-- [start:group-norm]
def group_norm(x: Tensor, epsilon: float) -> Tensor:
    """Entries as [groups, channels of a group, pixels]."""
    return standardise(x.flatten(-2), epsilon).reshape(x.shape)


# --8<-- [end:group-norm]


# --8<-- [start:rms]
def rms_norm(x: Tensor, epsilon: float) -> Tensor:
    return x / ((x**2).mean(dim=-1, keepdim=True) + epsilon) ** 0.5


# --8<-- [end:rms]


# --8<-- [start:variants]
def variants() -> tuple[Tensor, Tensor]:
    import torch

    x = torch.tensor([[1.0, 2.0, 3.0, 10.0]])
    pytorch = torch.nn.functional.layer_norm(x, (4,))
    tutorial = (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + 1e-6)
    return pytorch, tutorial / pytorch  # the ratio is 0.866, the root of 3/4


# --8<-- [end:variants]


WORDS = {
    "en": {
        "batch": "batch norm",
        "layer": "layer norm",
        "instance": "instance norm",
        "group": "group norm",
        "samples": "samples",
        "channels": "channels",
        "input": "spread of the input",
        "output": "spread of the output",
    },
    "zh": {
        "batch": "批归一化",
        "layer": "层归一化",
        "instance": "实例归一化",
        "group": "组归一化",
        "samples": "样本",
        "channels": "通道",
        "input": "输入的散布",
        "output": "输出的散布",
    },
}


def axes_of_norms(lang: str) -> Figure:
    """Which cells of a table of samples by channels share a mean, in four layers."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    words = WORDS[lang]
    colours = ["C0", "C3", "C2", "C1"]
    shares = {
        "batch": lambda sample, channel: channel,
        "layer": lambda sample, channel: sample,
        "instance": lambda sample, channel: sample + channel,
        "group": lambda sample, channel: sample + 2 * (channel // 2),
    }
    widths = {"batch": (1, 3), "layer": (4, 1), "instance": (1, 1), "group": (2, 1)}
    figure = Figure(figsize=(5, 4.4), layout="constrained")
    for place, (name, colour) in enumerate(shares.items(), 1):
        axes = figure.add_subplot(2, 2, place)
        wide, high = widths[name]
        for sample in range(0, 3, high):
            for channel in range(0, 4, wide):
                style = {"facecolor": colours[colour(sample, channel) % 4], "alpha": 0.3}
                axes.add_patch(Rectangle((channel, sample), wide, high, **style))
                edge = {"fill": False, "edgecolor": "black", "linewidth": 2}
                axes.add_patch(Rectangle((channel, sample), wide, high, **edge))
        for line in range(5):
            axes.plot([line, line], [0, 3], color="black", linewidth=0.5)
        for line in range(4):
            axes.plot([0, 4], [line, line], color="black", linewidth=0.5)
        axes.set(xlim=(-0.1, 4.1), ylim=(3.1, -0.1), aspect="equal", xticks=[], yticks=[])
        axes.set_title(words[name], fontsize=13, color="black")
        axes.set_xlabel(words["channels"] if place > 2 else "", color="black", fontsize=12)
        axes.set_ylabel(words["samples"] if place % 2 else "", color="black", fontsize=12)
        axes.spines[:].set_visible(False)
    return _transparent(figure)


def floor(lang: str) -> Figure:
    """The spread that leaves layer norm, against the spread that enters."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    spread = np.logspace(-5, 1, 200)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for epsilon, name, colour in ((1e-5, "$10^{-5}$", "C3"), (1e-8, "$10^{-8}$", "C0")):
        out = spread / np.sqrt(spread**2 + epsilon)
        axes.plot(spread, out, color=colour, linewidth=2.5, label=f"ε = {name}")
    axes.set(xscale="log", yscale="log", xlim=(1e-5, 10), ylim=(2e-3, 2))
    axes.set(xlabel=words["input"], ylabel=words["output"])
    axes.legend(frameon=False, labelcolor="black", fontsize=12, loc="lower right")
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
