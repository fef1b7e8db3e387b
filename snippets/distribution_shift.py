"""Batch norm under a shift, as the note `distribution-shift` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure
    from torch import Tensor
    from torch.nn import Module


# --8<-- [start:re-estimate]
def re_estimate(model: Module, batches: Iterable[Tensor]) -> None:
    """Fill the buffers of all batch norm layers with plain averages over the batches."""
    import torch

    torch.optim.swa_utils.update_bn(batches, model)


# --8<-- [end:re-estimate]


WORDS = {
    "en": {
        "shift": "shift of the data, in training deviations",
        "output": "output",
        "training": "training mode",
        "inference": "inference",
        "size": "batch size",
        "distance": "distance of the means / σ",
        "formula": "formula",
        "simulated": "simulated",
    },
    "zh": {
        "shift": "数据的偏移（以训练时的标准差计）",
        "output": "输出",
        "training": "训练模式",
        "inference": "推理",
        "size": "批大小",
        "distance": "均值之差 / σ",
        "formula": "公式",
        "simulated": "模拟",
    },
}


def drift(lang: str) -> Figure:
    """Mean and spread of the output of both modes as the data move and widen."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    shift = np.linspace(0, 4, 50)
    spread = 1 + shift / 4
    figure = Figure(figsize=(5, 3.8), layout="constrained")
    axes = figure.add_subplot()
    for mean, deviation, colour in (
        (shift, spread, "C3"),
        (0 * shift, 1 + 0 * shift, "C0"),
    ):
        band = (mean - deviation, mean + deviation)
        axes.fill_between(shift, *band, color=colour, alpha=0.2, linewidth=0)
        axes.plot(shift, mean, color=colour, linewidth=2.5)
    axes.text(2.1, 3.0, words["inference"], color="black", fontsize=13, ha="right")
    axes.text(3.9, 0.15, words["training"], color="black", fontsize=13, ha="right")
    axes.set(xlim=(0, 4), ylim=(-1.6, 6.2), xlabel=words["shift"], ylabel=words["output"])
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def mean_gap(size: int, m: float = 0.1, channels: int = 2000, steps: int = 60) -> float:
    """Root mean square distance of a fresh batch mean from a running mean, simulated."""
    import numpy as np

    random = np.random.default_rng(size)
    means = random.standard_normal((steps + 1, channels)) / size**0.5
    running = np.zeros(channels)
    for mean in means[:-1]:
        running = (1 - m) * running + m * mean
    return float(np.sqrt(((means[-1] - running) ** 2).mean()))


def gap_by_batch_size(lang: str) -> Figure:
    """Distance of batch mean and running mean against the batch size."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    sizes = [2**power for power in range(1, 11)]
    line = np.linspace(2, 1024, 2000)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    expected = np.sqrt(2 / 1.9 / line)
    axes.plot(line, expected, color="C0", linewidth=2, label=words["formula"])
    found = [mean_gap(size) for size in sizes]
    axes.plot(sizes, found, "o", color="C3", markersize=6, label=words["simulated"])
    axes.set_xscale("log", base=2)
    axes.set_xticks([2, 8, 32, 128, 512], ["2", "8", "32", "128", "512"])
    axes.set(ylim=(0, 0.8), xlabel=words["size"], ylabel=words["distance"])
    axes.legend(frameon=False, labelcolor="black", fontsize=12)
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
