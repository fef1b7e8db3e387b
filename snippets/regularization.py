"""Penalties and what they do, as the note `regularization` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:ridge]
def ridge_objective(w: Tensor, X: Tensor, y: Tensor, lambda_: float) -> Tensor:
    return 0.5 * ((X @ w - y) ** 2).sum() + 0.5 * lambda_ * (w**2).sum()


# --8<-- [end:ridge]


# --8<-- [start:lasso]
def lasso_objective(w: Tensor, X: Tensor, y: Tensor, lambda_: float) -> Tensor:
    return 0.5 * ((X @ w - y) ** 2).sum() + lambda_ * w.abs().sum()


# --8<-- [end:lasso]


# --8<-- [start:ridge-path]
def ridge_path(X: Tensor, y: Tensor, lambdas: Tensor) -> Tensor:
    """The ridge solutions for many penalties, one in each row, from one decomposition."""
    import torch

    U, s, Vh = torch.linalg.svd(X, full_matrices=False)
    factors = s / (s**2 + lambdas[:, None])
    return (factors * (U.mT @ y)) @ Vh


# --8<-- [end:ridge-path]


# --8<-- [start:risk]
def risk(lambda_: Tensor, s: Tensor, alpha: Tensor, sigma: Tensor) -> Tensor:
    variance = (sigma * s / (s**2 + lambda_)) ** 2
    bias = lambda_ * alpha / (s**2 + lambda_)
    return (variance + bias**2).sum()


# --8<-- [end:risk]


# --8<-- [start:ista]
def lasso(X: Tensor, y: Tensor, lambda_: float, steps: int = 2000) -> Tensor:
    """The lasso solution by proximal gradient descent."""
    import torch
    from torch.nn.functional import softshrink

    eta = 1 / torch.linalg.matrix_norm(X, 2) ** 2
    w = torch.zeros(X.shape[1], dtype=X.dtype)
    for _ in range(steps):
        gradient = X.mT @ (X @ w - y)
        w = softshrink(w - eta * gradient, float(eta * lambda_))
    return w


# --8<-- [end:ista]


# --8<-- [start:adam-first-step]
def adam_first_step(w: Tensor, g: Tensor, eta: Tensor, lambda_: Tensor, epsilon: Tensor) -> Tensor:
    gradient = g + lambda_ * w
    return w - eta * gradient / (abs(gradient) + epsilon)


# --8<-- [end:adam-first-step]


# --8<-- [start:adamw-first-step]
def adamw_first_step(w: Tensor, g: Tensor, eta: Tensor, lambda_: Tensor, epsilon: Tensor) -> Tensor:
    w = w * (1 - eta * lambda_)
    return w - eta * g / (abs(g) + epsilon)


# --8<-- [end:adamw-first-step]


WORDS = {
    "en": {
        "singular value": "singular value s, in units of √λ",
        "factor": "filter factor",
        "ridge": "ridge",
        "early": "early stopping",
        "penalty": "penalty λ",
        "error": "expected squared error",
        "bias": "bias²",
        "variance": "variance",
        "sum": "sum",
        "none": "no penalty",
    },
    "zh": {
        "singular value": "奇异值 s（以 √λ 为单位）",
        "factor": "滤波因子",
        "ridge": "岭回归",
        "early": "提前停止",
        "penalty": "惩罚 λ",
        "error": "期望平方误差",
        "bias": "偏差²",
        "variance": "方差",
        "sum": "总和",
        "none": "无惩罚",
    },
}
BLUE, RED, GREEN = "C0", "C3", "C2"


def corner(lang: str) -> Figure:
    """Level sets of a loss touching the diamond at its corner and the disc elsewhere."""
    import numpy as np
    from matplotlib.figure import Figure

    del lang
    figure = Figure(figsize=(5, 3.1))
    best, H = np.array([0.8, 1.7]), np.array([[1.0, 0.35], [0.35, 1.6]])
    angle = np.linspace(0, 2 * np.pi, 721)
    round_ball = np.stack([np.cos(angle), np.sin(angle)])
    diamond = round_ball / np.abs(round_ball).sum(axis=0)
    for k, (ball, colour, p) in enumerate(((diamond, RED, 1), (round_ball, BLUE, 2))):
        axes = figure.add_axes((0.01 + 0.5 * k, 0.02, 0.48, 0.96))
        away = ball - best[:, None]
        loss = np.einsum("ik,ij,jk->k", away, H, away)
        touch = ball[:, loss.argmin()]
        _ellipses(axes, best, H, loss.min())
        axes.fill(*ball, color=colour, alpha=0.15, linewidth=0)
        axes.plot(*ball, color=colour, linewidth=2)
        axes.plot(*touch, "o", color="black", markersize=6)
        axes.text(0.12, -1.4, rf"$\Vert w\Vert_{p} \leq 1$", color="black", fontsize=12)
        for line in (axes.axhline, axes.axvline):
            line(0, color="black", linewidth=0.6, zorder=0)
        axes.set(xlim=(-1.2, 2.3), ylim=(-1.5, 2.9), aspect="equal")
        axes.set_axis_off()
    return _transparent(figure)


def _ellipses(axes: Axes, best: object, H: object, reached: float) -> None:
    """Level sets of a quadratic loss: the one that touches the ball, and two inside it."""
    import numpy as np

    values, vectors = np.linalg.eigh(H)
    angle = np.linspace(0, 2 * np.pi, 300)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    shape = vectors @ (circle / np.sqrt(values)[:, None])
    for part in (0.12, 0.45, 1.0):
        x, y = np.asarray(best)[:, None] + np.sqrt(part * reached) * shape
        axes.plot(x, y, color=GREEN, linewidth=1.8 if part == 1 else 1.2)
    axes.plot(*np.asarray(best), "+", color=GREEN, markersize=8)


def filters(lang: str) -> Figure:
    """Filter factors of ridge and of early stopping."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    s = np.logspace(-1.5, 1, 400)
    eta, steps = 0.01, 100  # steps times eta is one over the penalty 1
    figure = Figure(figsize=(5, 3.4), layout="constrained")
    axes = figure.add_subplot()
    axes.semilogx(s, s**2 / (s**2 + 1), color=BLUE, linewidth=2.5)
    axes.semilogx(s, 1 - (1 - eta * s**2) ** steps, color=RED, linewidth=2)
    axes.plot([0.02, 1, 1], [0.5, 0.5, 0], color="black", linewidth=0.8, linestyle=":")
    axes.text(1.65, 0.6, words["ridge"], color="black", fontsize=13)
    axes.text(1.15, 0.93, words["early"], color="black", fontsize=13, ha="right")
    axes.set(xlim=(s[0], s[-1]), ylim=(0, 1.04), xlabel=words["singular value"])
    axes.set_ylabel(words["factor"])
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def tradeoff(lang: str) -> Figure:
    """Variance, squared bias and their sum against the penalty."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    s = np.array([1.5, 1.0, 0.6])[:, None]
    alpha = np.array([1.0, 0.8, 0.5])[:, None]
    penalty = np.linspace(0, 3, 400)
    variance = (0.36 * s**2 / (s**2 + penalty) ** 2).sum(axis=0)
    bias = ((penalty * alpha / (s**2 + penalty)) ** 2).sum(axis=0)
    figure = Figure(figsize=(5, 3.4), layout="constrained")
    axes = figure.add_subplot()
    axes.axhline(variance[0], color="black", linewidth=0.8, linestyle=":")
    axes.plot(penalty, variance, color=BLUE, linewidth=2)
    axes.plot(penalty, bias, color=GREEN, linewidth=2)
    axes.plot(penalty, variance + bias, color=RED, linewidth=2.5)
    best = (variance + bias).argmin()
    axes.plot(penalty[best], (variance + bias)[best], "o", color=RED, markersize=7)
    axes.text(2.98, variance[0] + 0.03, words["none"], color="black", fontsize=12, ha="right")
    axes.text(2.2, 0.15, words["variance"], color="black", fontsize=13)
    axes.text(1.75, 0.47, words["bias"], color="black", fontsize=13, va="top")
    axes.text(1.0, 0.75, words["sum"], color="black", fontsize=13, ha="right")
    axes.set(xlim=(0, 3), ylim=(0, 1.75), xlabel=words["penalty"], ylabel=words["error"])
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
