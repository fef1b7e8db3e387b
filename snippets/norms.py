"""Norms of vectors and matrices, as the note `norms` shows them."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:p-norm]
def p_norm(x: Tensor, p: float) -> Tensor:
    return sum(abs(entry) ** p for entry in x) ** (1 / p)


# --8<-- [end:p-norm]


# --8<-- [start:max-norm]
def max_norm(x: Tensor) -> Tensor:
    return max(abs(entry) for entry in x)


# --8<-- [end:max-norm]


# --8<-- [start:frobenius]
def frobenius(A: Tensor) -> Tensor:
    return sum(entry**2 for row in A for entry in row) ** 0.5


# --8<-- [end:frobenius]


# --8<-- [start:map-norms]
def map_norm(A: Tensor, p: float) -> Tensor:
    """What torch.linalg.matrix_norm(A, p) computes."""
    import torch

    if p == 1:
        return A.abs().sum(dim=0).max()  # the largest column
    if p == inf:
        return A.abs().sum(dim=1).max()  # the largest row
    if p == 2:
        return torch.linalg.svdvals(A).max()
    raise ValueError("p is 1, 2 or inf")


# --8<-- [end:map-norms]


# --8<-- [start:clip]
def clip(g: Tensor, c: float, epsilon: float = 1e-6) -> Tensor:
    length = (g * g).sum().sqrt()
    return min(1.0, c / (length + epsilon)) * g


# --8<-- [end:clip]


# --8<-- [start:attack]
def attack(w: Tensor, epsilon: float, p: float) -> Tensor:
    """The perturbation within a budget that raises a linear score most."""
    if p == inf:
        return epsilon * w.sign()
    if p == 2:
        return epsilon * w / (w * w).sum().sqrt()
    if p == 1:
        spent = 0 * w
        k = w.abs().argmax()
        spent[k] = epsilon * w[k].sign()
        return spent
    raise ValueError("p is 1, 2 or inf")


# --8<-- [end:attack]


# --8<-- [start:gradient-at-zero]
def gradients_at_zero() -> tuple[Tensor, Tensor]:
    import torch

    x = torch.zeros(3, requires_grad=True)
    (library,) = torch.autograd.grad(torch.linalg.vector_norm(x), x)
    (by_hand,) = torch.autograd.grad((x * x).sum().sqrt(), x)
    return library, by_hand  # tensor([0., 0., 0.]), tensor([nan, nan, nan])


# --8<-- [end:gradient-at-zero]


# --8<-- [start:scaled-norm]
def scaled_norm(x: Tensor) -> Tensor:
    largest = x.abs().max()
    if largest == 0:
        return largest
    return largest * ((x / largest) ** 2).sum().sqrt()


# --8<-- [end:scaled-norm]


WORDS = {
    "en": {
        "order": "order p",
        "size": "size of the vector",
        "gradient": "gradient",
        "by norm": "by norm",
        "by value": "by value",
    },
    "zh": {
        "order": "阶 p",
        "size": "向量的大小",
        "gradient": "梯度",
        "by norm": "按范数裁剪",
        "by value": "按值裁剪",
    },
}


def unit_balls(lang: str) -> Figure:
    """Unit balls in the plane from p = 1/2 to infinity."""
    import numpy as np
    from matplotlib.figure import Figure

    del lang
    figure = Figure(figsize=(5, 5))
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    angle = np.linspace(0, np.pi / 2, 400)
    balls = [(0.5, "½"), (0.75, "¾"), (1, "p = 1"), (2, "2"), (4, "4")]
    colours = ["C4", "C6", "C0", "C2", "C1", "C3"]
    for (p, name), colour in zip(balls, colours, strict=False):
        x, y = np.cos(angle) ** (2 / p), np.sin(angle) ** (2 / p)
        around_x = np.concatenate([x, -x[::-1], -x, x[::-1]])
        around_y = np.concatenate([y, y[::-1], -y, -y[::-1]])
        axes.plot(around_x, around_y, color=colour, linewidth=2)
        corner = 0.5 ** (1 / p)
        _name(axes, corner, corner, name, colour)
    axes.plot([1, -1, -1, 1, 1], [1, 1, -1, -1, 1], color=colours[-1], linewidth=2)
    _name(axes, 1, 1, "p = ∞", colours[-1])
    for line in (axes.axhline, axes.axvline):
        line(0, color="black", linewidth=0.6, zorder=0)
    axes.set(xlim=(-1.12, 1.28), ylim=(-1.12, 1.28), aspect="equal")
    axes.set_axis_off()
    return _transparent(figure)


def squeeze(lang: str) -> Figure:
    """The p-norm of one vector, between the max norm and its multiple."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    x = np.array([1.0, 0.8, 0.5, 0.3])
    p = np.linspace(1, 12, 300)
    norm = (x[:, None] ** p).sum(axis=0) ** (1 / p)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    axes.fill_between(p, np.ones_like(p), 4 ** (1 / p), color="C0", alpha=0.12, linewidth=0)
    axes.plot(p, 4 ** (1 / p), color="C0", linewidth=1.5, linestyle="--")
    axes.plot(p, norm, color="C3", linewidth=2.5)
    axes.plot(p, np.ones_like(p), color="C0", linewidth=1.5, linestyle="--")
    axes.text(2.4, 2.05, r"$n^{1/p}\,\Vert x\Vert_\infty$", color="black", fontsize=13)
    axes.text(3.3, 1.24, r"$\Vert x\Vert_p$", color="black", fontsize=13)
    axes.text(9.5, 0.82, r"$\Vert x\Vert_\infty$", color="black", fontsize=13)
    axes.set(xlim=(1, 12), ylim=(0.6, 4.1), xlabel=words["order"], ylabel=words["size"])
    axes.set_title("x = (1, 0.8, 0.5, 0.3)", fontsize=12)
    axes.spines[["top", "right"]].set_visible(False)
    return _transparent(figure)


def clipping(lang: str) -> Figure:
    """A gradient, clipped by norm and by value."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    figure = Figure(figsize=(5, 4.4))
    axes = figure.add_axes((0.02, 0.02, 0.96, 0.96))
    g = np.array([1.1, 2.6])
    by_norm, by_value = g / np.hypot(*g), np.clip(g, -1, 1)
    angle = np.linspace(0, 2 * np.pi, 200)
    axes.plot(np.cos(angle), np.sin(angle), color="C0", linewidth=1.5)
    axes.plot([1, -1, -1, 1, 1], [1, 1, -1, -1, 1], color="C3", linewidth=1.5)
    arrows = [
        (g, "black", words["gradient"]),
        (by_value, "C3", words["by value"]),
        (by_norm, "C0", words["by norm"]),
    ]
    for end, colour, name in arrows:
        axes.annotate(
            "", end, (0, 0), arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 2}
        )
        inside = name == words["by norm"]
        x, y = end + (np.array([-0.2, -0.36]) if inside else np.array([0.1, 0.08]))
        axes.text(x, y, name, color="black", fontsize=13, ha="right" if inside else "left")
    axes.set(xlim=(-1.5, 2.4), ylim=(-1.15, 2.95), aspect="equal")
    axes.set_axis_off()
    return _transparent(figure)


def _name(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.plot([x], [y], "o", color=colour, markersize=4)
    inside = x < 0.45
    align, step = ("right", -0.02) if inside else ("left", 0.03)
    upright = "top" if inside else "bottom"
    axes.text(x + step, y + step, text, color="black", fontsize=12, ha=align, va=upright)


def _transparent(figure: Figure) -> Figure:
    figure.patch.set_alpha(0)
    for axes in figure.axes:
        axes.patch.set_alpha(0)
    return figure
