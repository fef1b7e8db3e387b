"""Thresholding, averaging and corners, as the note `convexity` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:soft-threshold-operator]
def soft_threshold(a: Tensor, lambda_: float) -> Tensor:
    return (a > lambda_) * (a - lambda_) + (a < -lambda_) * (a + lambda_)


# --8<-- [end:soft-threshold-operator]


# --8<-- [start:block-soft-threshold-operator]
def block_soft_threshold(a: Tensor, lambda_: float) -> Tensor:
    length = (a * a).sum().sqrt()
    return (1 - lambda_ / length).clamp(min=0) * a


# --8<-- [end:block-soft-threshold-operator]


# --8<-- [start:ensemble-error]
def ensemble_error(predictions: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of models along the first axis: squared error of their mean, mean error, disagreement."""
    mean = predictions.mean(dim=0)
    error = ((mean - y) ** 2).mean()
    mean_error = ((predictions - y) ** 2).mean()
    disagreement = ((predictions - mean) ** 2).mean()
    return error, mean_error, disagreement  # error = mean_error - disagreement


# --8<-- [end:ensemble-error]


# --8<-- [start:proximal-step]
def proximal_step(w: Tensor, gradient: Tensor, eta: float, lambda_: float) -> Tensor:
    """A step on the data term, then what the penalty takes in the same time."""
    from torch.nn.functional import softshrink

    return softshrink(w - eta * gradient, eta * lambda_)


# --8<-- [end:proximal-step]


# --8<-- [start:corners-that-cancel]
def slope_at_zero() -> Tensor:
    import torch

    w = torch.zeros(1, requires_grad=True)
    same_as_w = torch.relu(w) - torch.relu(-w)
    (slope,) = torch.autograd.grad(same_as_w, w)
    return slope  # tensor([0.]), where the slope is 1


# --8<-- [end:corners-that-cancel]


WORDS = {
    "en": {
        "convex": "convex",
        "two valleys": "not convex",
        "chord": "chord",
        "tangent": "tangent",
        "wanted": "what the data want, a",
        "result": "what they get",
        "soft": "soft",
        "hard": "hard",
        "square": "square",
    },
    "zh": {
        "convex": "凸",
        "two valleys": "非凸",
        "chord": "弦",
        "tangent": "切线",
        "wanted": "数据想要的 a",
        "result": "得到的结果",
        "soft": "软阈值",
        "hard": "硬阈值",
        "square": "平方",
    },
}
BLUE, RED, GREEN = "C0", "C3", "C2"


def chords(lang: str) -> Figure:
    """A convex curve with a chord and a tangent, and a double well with a chord."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    figure = Figure(figsize=(5, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    w = np.linspace(-1.6, 1.6, 300)
    _curve(left, w, lambda v: 0.55 * v**2 + 0.12 * v + 0.3)
    _chord(left, -1.2, 1.0, lambda v: 0.55 * v**2 + 0.12 * v + 0.3)
    touch, slope = 0.3, 1.1 * 0.3 + 0.12
    left.plot(w, 0.3 + 0.55 * touch**2 + 0.12 * touch + slope * (w - touch), color=GREEN, lw=1.8)
    left.text(-0.62, 1.06, words["chord"], color="black", fontsize=12)
    left.text(0.62, 0.02, words["tangent"], color="black", fontsize=12)
    _curve(right, w, lambda v: (v**2 - 1) ** 2)
    _chord(right, -1.0, 1.0, lambda v: (v**2 - 1) ** 2)
    right.text(0, -0.22, words["chord"], color="black", fontsize=12, ha="center")
    for axes, name in ((left, "convex"), (right, "two valleys")):
        axes.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.9), xticks=[], yticks=[])
        axes.set_title(words[name], fontsize=13)
        axes.spines[["top", "right", "left"]].set_visible(False)
    return _transparent(figure)


def shrinkage(lang: str) -> Figure:
    """What three penalties make of a number."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    figure = Figure(figsize=(5, 4.4), layout="constrained")
    axes = figure.add_subplot()
    a = np.linspace(-3, 3, 601)
    axes.plot(a, a, color="black", linewidth=0.8, linestyle=":")
    axes.plot(a, a / 2, color=GREEN, linewidth=2)
    for part in (a[a < -1], a[a > 1]):
        axes.plot(part, part, color=BLUE, linewidth=2)
    axes.plot([-1, 1], [0, 0], color=BLUE, linewidth=5, alpha=0.45, solid_capstyle="butt")
    axes.plot(a, np.sign(a) * np.maximum(np.abs(a) - 1, 0), color=RED, linewidth=2)
    axes.text(1.35, 2.1, words["hard"], color="black", fontsize=13, ha="right")
    axes.text(1.6, 0.2, words["soft"], color="black", fontsize=13)
    axes.text(-2.95, -0.95, words["square"], color="black", fontsize=13)
    axes.axhline(0, color="black", linewidth=0.6, zorder=0)
    axes.axvline(0, color="black", linewidth=0.6, zorder=0)
    axes.set(xlim=(-3, 3), ylim=(-3, 3), xlabel=words["wanted"], ylabel=words["result"])
    names = ["−2λ", "−λ", "0", "λ", "2λ"]
    axes.set_xticks(range(-2, 3), names)
    axes.set_yticks(range(-2, 3), names)
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _curve(axes: Axes, w: object, f: Callable[..., object]) -> None:
    axes.plot(w, f(w), color=BLUE, linewidth=2.5)  # type: ignore[arg-type]


def _chord(axes: Axes, x: float, y: float, f: Callable[[float], float]) -> None:
    axes.plot([x, y], [f(x), f(y)], "o-", color=RED, linewidth=1.8, markersize=5)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
