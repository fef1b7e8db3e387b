"""Running statistics, as the note `running-statistics` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:running-average]
def ema(v: Tensor, start: float, m: float) -> Tensor:
    r = start
    for value in v:
        r = (1 - m) * r + m * value
    return r


# --8<-- [end:running-average]


# --8<-- [start:merge]
def merge(
    first: tuple[int, float, float], second: tuple[int, float, float]
) -> tuple[int, float, float]:
    """Count, mean and sum of squared distances of two parts together."""
    (p, a, squares_a), (q, b, squares_b) = first, second
    c = (p * a + q * b) / (p + q)
    return p + q, c, squares_a + squares_b + p * q / (p + q) * (a - b) ** 2


# --8<-- [end:merge]


# --8<-- [start:in-float32]
def one_pass_in_float32() -> tuple[Tensor, Tensor]:
    import torch

    x = torch.tensor([9999.5, 10000.5])  # variance 0.25
    return (x * x).mean() - x.mean() ** 2, x.var(correction=0)


# --8<-- [end:in-float32]


# --8<-- [start:sorted-batches]
def after_sorted_batches(batches: Tensor, momentum: float = 0.1) -> tuple[float, float, float]:
    """Running mean, running variance, and what inference then makes of a 1."""
    import torch

    layer = torch.nn.BatchNorm1d(1, momentum=momentum)
    for batch in batches:  # each holds one value only: +1, or -1
        layer(batch)
    out = layer.eval()(torch.ones(1, 1)).detach()
    return float(layer.running_mean), float(layer.running_var), float(out)


# --8<-- [end:sorted-batches]


WORDS = {
    "en": {"age": "batches ago", "weight": "weight"},
    "zh": {"age": "多少个批次之前", "weight": "权重"},
}


def weights(lang: str) -> Figure:
    """Weights of a running average and of the plain average that is as noisy."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    age = np.arange(0, 41)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for m, colour in ((0.3, "C3"), (0.1, "C0"), (0.05, "C2")):
        axes.plot(age, m * (1 - m) ** age, "o-", color=colour, markersize=3, label=f"m = {m}")
        window = (2 - m) / m
        axes.plot([0, window, window], [1 / window, 1 / window, 0], color=colour, linestyle="--")
    axes.set(xlim=(-0.5, 40), ylim=(0, 0.32), xlabel=words["age"], ylabel=words["weight"])
    axes.legend(frameon=False, labelcolor="black", fontsize=12)
    axes.spines[["top", "right"]].set_visible(False)
    axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    return figure
