"""Batch normalization, as the note `batch-norm` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:train-forward]
def batch_norm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: float) -> Tensor:
    mean = x.mean(dim=0)
    variance = x.var(dim=0, correction=0)
    return gamma * (x - mean) / (variance + epsilon).sqrt() + beta


# --8<-- [end:train-forward]


# --8<-- [start:modes]
def modes() -> tuple[Tensor, Tensor, Tensor]:
    import torch

    layer = torch.nn.BatchNorm1d(1, momentum=0.1)
    x = torch.tensor([[4.0], [6.0]])
    in_training = layer(x)  # -1 and 1: the batch's own mean 5 and variance 1
    buffers = torch.cat([layer.running_mean, layer.running_var])  # 0.5 and 1.1
    at_inference = layer.eval()(x)  # 3.34 and 5.24: the buffers have hardly moved
    return in_training, buffers, at_inference


# --8<-- [end:modes]


# --8<-- [start:fold]
def fold(
    weight: Tensor, bias: Tensor, layer_gamma: Tensor, layer_beta: Tensor,
    mean: Tensor, variance: Tensor, epsilon: float,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    scale = layer_gamma / (variance + epsilon).sqrt()
    return scale[:, None] * weight, scale * (bias - mean) + layer_beta


# --8<-- [end:fold]


WORDS = {
    "en": {"before": "before", "after": "after batch norm"},
    "zh": {"before": "之前", "after": "批归一化之后"},
}


def shape(lang: str) -> Figure:
    """A skewed feature before and after batch norm, with the bell that does not fit."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    x = 2 + 3 * np.random.default_rng(0).exponential(size=4000)
    y = (x - x.mean()) / x.std()
    line = np.linspace(-4, 6, 300)
    figure = Figure(figsize=(5, 2.8), layout="constrained")
    for place, (name, values, colour) in enumerate((("before", x, "C0"), ("after", y, "C3")), 1):
        axes = figure.add_subplot(1, 2, place)
        axes.hist(values, bins=40, density=True, color=colour, alpha=0.4)
        mean, spread = values.mean(), values.std()
        bell = np.exp(-(line**2) / 2) / np.sqrt(2 * np.pi)
        axes.plot(mean + spread * line, bell / spread, color="black", linewidth=1.5)
        axes.set(yticks=[], xlim=(mean - 3 * spread, mean + 5 * spread))
        axes.set_title(words[name], fontsize=13, color="black")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    return figure
