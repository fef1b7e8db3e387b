"""Scaled dot-product attention, as the note `attention` shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from torch import Tensor


# --8<-- [start:weights]
def weights(Q: Tensor, K: Tensor) -> Tensor:
    scores = Q @ K.transpose(-2, -1) / Q.shape[-1] ** 0.5
    return scores.softmax(dim=-1)


# --8<-- [end:weights]


# --8<-- [start:definition]
def attention(Q: Tensor, K: Tensor, V: Tensor) -> Tensor:
    return weights(Q, K) @ V


# --8<-- [end:definition]


# --8<-- [start:self-attention]
def self_attention(X: Tensor, W_Q: Tensor, W_K: Tensor, W_V: Tensor) -> Tensor:
    return attention(X @ W_Q, X @ W_K, X @ W_V)


# --8<-- [end:self-attention]


# --8<-- [start:masks]
def masks() -> tuple[Tensor, Tensor]:
    import torch

    torch.manual_seed(0)
    X = torch.randn(1, 3, 4)
    visible = torch.tensor([[True, True, False]])  # the third token is padding
    by_function = torch.nn.functional.scaled_dot_product_attention(
        X, X, X, attn_mask=visible[:, None, :]
    )
    layer = torch.nn.MultiheadAttention(4, 1, bias=False, batch_first=True)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.eye(4).repeat(3, 1))
        layer.out_proj.weight.copy_(torch.eye(4))
    by_layer, _ = layer(X, X, X, key_padding_mask=~visible)
    return by_function, by_layer  # the same


# --8<-- [end:masks]


WORDS = {
    "en": {
        "width": "width of a key",
        "entropy": "entropy / log 64",
        "keys": "keys",
        "none": "no scaling",
        "root": "divided by the root",
        "width itself": "divided by the width",
    },
    "zh": {
        "width": "键的宽度",
        "entropy": "熵 / log 64",
        "keys": "键",
        "none": "不缩放",
        "root": "除以根号",
        "width itself": "除以宽度",
    },
}


def entropies(width: int, keys: int = 64, queries: int = 400) -> list[float]:
    """Mean entropy of random weights, without scaling, by the root, by the width."""
    import numpy as np

    random = np.random.default_rng(width)
    q = random.standard_normal((queries, width))
    k = random.standard_normal((queries, keys, width))
    scores = np.einsum("qd,qkd->qk", q, k)
    found = []
    for scale in (1, width**0.5, width):
        shifted = scores / scale - (scores / scale).max(axis=1, keepdims=True)
        total = np.exp(shifted).sum(axis=1, keepdims=True)
        share = np.exp(shifted) / total
        entropy = (share * (np.log(total) - shifted)).sum(axis=1)
        found.append(float(entropy.mean() / np.log(keys)))
    return found


def three_scalings(lang: str) -> Figure:
    """The weights of one query on sixteen keys of width 64, for three scalings."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    random = np.random.default_rng(3)
    q, k = random.standard_normal(64), random.standard_normal((16, 64))
    scores = np.sort(k @ q)[::-1]
    figure = Figure(figsize=(5, 2.4), layout="constrained")
    rows = [
        (r"$q^\top k$", 1, "C3"),
        (r"$q^\top k\,/\sqrt{d_k}$", 8, "C2"),
        (r"$q^\top k\,/\,d_k$", 64, "C0"),
    ]
    for place, (name, scale, colour) in enumerate(rows, 1):
        powers = np.exp((scores - scores.max()) / scale)
        axes = figure.add_subplot(1, 3, place)
        axes.bar(range(16), powers / powers.sum(), color=colour)
        axes.set(ylim=(0, 1.02), xticks=[], xlabel=words["keys"])
        axes.set_yticks([0, 0.5, 1] if place == 1 else [])
        axes.set_title(name, fontsize=12, color="black")
        axes.spines[["top", "right"]].set_visible(False)
        axes.patch.set_alpha(0)
    figure.patch.set_alpha(0)
    return figure


def entropy(lang: str) -> Figure:
    """Entropy of attention weights against the width of a key, for three scalings."""
    import numpy as np
    from matplotlib.figure import Figure

    words = WORDS[lang]
    widths = [2**power for power in range(11)]
    found = np.array([entropies(width, queries=max(24, 600 // width)) for width in widths])
    figure = Figure(figsize=(5, 3.8), layout="constrained")
    axes = figure.add_subplot()
    lines = [("none", "C3"), ("root", "C2"), ("width itself", "C0")]
    for values, (name, colour) in zip(found.T, lines, strict=True):
        axes.plot(widths, values, "o-", color=colour, linewidth=2.5, markersize=4)
        place = {"none": (11, 0.46), "root": (40, 0.78), "width itself": (26, 1.02)}[name]
        axes.text(*place, words[name], color="black", fontsize=12)
    axes.set_xscale("log", base=2)
    axes.set(ylim=(0, 1.1), xlabel=words["width"], ylabel=words["entropy"])
    axes.set_xticks([1, 4, 16, 64, 256, 1024], ["1", "4", "16", "64", "256", "1024"])
    axes.spines[["top", "right"]].set_visible(False)
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    return figure
