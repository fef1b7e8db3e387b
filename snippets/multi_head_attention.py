"""Multi-head attention, as the note `multi-head-attention` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor
    from torch.nn import MultiheadAttention


# --8<-- [start:definition]
def multi_head(X: Tensor, Y: Tensor, A: Tensor, B: Tensor, C: Tensor, D: Tensor) -> Tensor:
    total = 0
    for a, b, c, d in zip(A, B, C, D, strict=True):
        scores = (X @ a) @ (Y @ b).transpose(-2, -1) / a.shape[-1] ** 0.5
        total = total + scores.softmax(dim=-1) @ (Y @ c) @ d
    return total


# --8<-- [end:definition]


# --8<-- [start:cut-open]
def cut_open(layer: MultiheadAttention) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The projections A, B, C, D of a layer without biases, one slice for each head."""
    d, h = layer.embed_dim, layer.num_heads
    packed = layer.in_proj_weight.reshape(3, h, d // h, d)  # a linear layer stores the transpose
    A, B, C = packed.transpose(-2, -1)
    D = layer.out_proj.weight.T.reshape(h, d // h, d)
    return A, B, C, D


# --8<-- [end:cut-open]


# --8<-- [start:grouped]
def grouped(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    """Queries [B, h, L, d], keys and values [B, h / g, S, d]."""
    import torch

    g = Q.shape[1] // K.shape[1]
    K, V = K.repeat_interleave(g, dim=1), V.repeat_interleave(g, dim=1)
    return torch.nn.functional.scaled_dot_product_attention(Q, K, V)


# --8<-- [end:grouped]


WORDS = {
    "en": {
        "first": "head 1",
        "second": "head 2",
        "average": "average",
        "keys": "keys",
        "queries": "queries",
        "heads": "number of heads",
        "spread": "spread of a score",
        "head": "by the width of the head",
        "model": "by the width of the model",
    },
    "zh": {
        "first": "头 1",
        "second": "头 2",
        "average": "平均",
        "keys": "键",
        "queries": "查询",
        "heads": "头数",
        "spread": "分数的散布",
        "head": "按头的宽度缩放",
        "model": "按模型的宽度缩放",
    },
}


def two_heads(lang: str) -> Figure:
    """Weights of two heads on eight tokens, and their average."""
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    words = WORDS[lang]
    tokens = 8
    before = np.eye(tokens, k=-1)
    before[0, 0] = 1
    first = np.zeros((tokens, tokens))
    first[:, 0] = 1
    figure = Figure(figsize=(5, 2.3), layout="constrained")
    tables = [("first", before), ("second", first), ("average", (before + first) / 2)]
    for place, (name, table) in enumerate(tables, 1):
        axes = figure.add_subplot(1, 3, place)
        for (row, column), weight in np.ndenumerate(table):
            cell = (column, row), 1, 1
            axes.add_patch(Rectangle(*cell, color="C0", alpha=weight, linewidth=0))
        axes.set(xticks=[], yticks=[], xlim=(0, tokens), ylim=(tokens, 0), aspect="equal")
        axes.spines[:].set_visible(True)
        axes.set_title(words[name], fontsize=13, color="black")
        axes.set_xlabel(words["keys"], color="black", fontsize=12)
        axes.set_ylabel(words["queries"] if place == 1 else "", color="black", fontsize=12)
    figure.patch.set_alpha(0)
    return figure


def scale(lang: str) -> Figure:
    """The spread of a score at initialisation, for the two scales."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    heads = np.array([1, 2, 4, 8, 16, 32, 64])
    random = np.random.default_rng(0)
    found = []
    for h in heads:
        q, k = random.standard_normal((2, 4000, 512 // h))
        found.append((q * k).sum(axis=1).std())
    spread = np.array(found)
    figure = Figure(figsize=(5, 3.6), layout="constrained")
    axes = figure.add_subplot()
    lines = [
        ("head", spread / np.sqrt(512 / heads), "C2"),
        ("model", spread / np.sqrt(512), "C3"),
    ]
    for name, values, colour in lines:
        axes.plot(heads, values, "o-", color=colour, linewidth=2.5, markersize=5, label=words[name])
    axes.set_xscale("log", base=2)
    axes.set_xticks(heads, [str(h) for h in heads])
    axes.set(ylim=(0, 1.25), xlabel=words["heads"], ylabel=words["spread"])
    axes.legend(frameon=False, labelcolor="black", fontsize=12, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    return figure
