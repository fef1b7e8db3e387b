"""Wrong variants of formulas on softmax and attention, written on the page, must never pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

ALL = ("misconception", "claim")
SOFTMAX = [
    ("lse-gradient", r"= \operatorname{softmax}(z)", r"= \operatorname{softmax}(-z)"),
    ("two-score-slope", r"(1 + e^{-d})^2", r"1 + e^{-d}"),
    ("trace", r"1 - \sum_{i=1}^{n} p_i^2", r"1"),
    ("average-below-max", r"\le \max_i", r"\le \min_i"),
    ("gibbs-inequality", r"-D(q, p) &=", r"D(q, p) &="),
    ("jacobian-kills-constants", "= 0", "= p_i"),
    ("shift-invariance", r"z + c \mathbf{1}", r"c z"),
    ("weights-positive", "> 0", "> e^{-4}"),
    ("weights-sum", "= 1", "= n"),
    ("keeps-order", r"z_i < z_j \iff", r"z_i > z_j \iff"),
    ("odds", r"e^{z_i - z_j}", r"e^{z_j - z_i}"),
    ("sigmoid", r"1 + e^{-t}", r"1 + e^{t}"),
    ("log-softmax", r"z_i - \operatorname{LSE}(z)", r"z_i + \operatorname{LSE}(z)"),
    ("shift-invariance", r"z + c \mathbf{1}", r"z + c z"),
    ("scale-invariant", *ALL),
    ("safe-sum", r"\le n", r"\le n - 1"),
    ("gap-bound", r"e^{z_i - z_j}", r"e^{z_j - z_i}"),
    ("hot-limit", r"\frac{1}{n}", r"1"),
    ("cold-limit", r"\beta \to \infty", r"\beta \to 0^+"),
    ("cold-is-one-hot", *ALL),
    ("entropy-falls", r"= -\beta \sum", r"= -\sum"),
    ("entropy-falls", r"= -\beta \sum", r"= \beta \sum"),
    ("safe-lse", r"= m +", r"= -m +"),
    ("lse-bounds", r"\log n", r"\log(n - \frac{1}{2})"),
    ("lse-below-max", *ALL),
    ("lse-to-max", r"\max_i", r"\min_i"),
    ("norm-link", r"= \frac{1}{p} \operatorname{LSE}", r"= p \operatorname{LSE}"),
    ("lse-gradient", r"= \operatorname{softmax}(z)", r"= \operatorname{softmax}(2 z)"),
    ("jacobian", r"[i = j] - p_j", r"[i = j] + p_j"),
    ("jacobian-is-diagonal", *ALL),
    ("jacobian-temperature", r"\frac{1}{\tau} p_i", r"p_i"),
    (
        "jacobian-is-variance",
        r"\operatorname{diag}(p) - p p^\top",
        r"\operatorname{diag}(p) + p p^\top",
    ),
    ("lse-convex", r"\ge \operatorname{LSE}(x) +", r"\le \operatorname{LSE}(x) +"),
    ("quarter", *ALL),
    ("spectral-half", r"\frac{1}{2} \|v\|_2^2", r"\frac{1}{n} \|v\|_2^2"),
    ("spectral-half", r"$z = (0, 0)$, $v = (1, -1)$", r"$z = (0, 0, 0)$, $v = (1, -1, 0)$"),
    ("saturation", r"e^{z_j - z_k}", r"e^{2 (z_j - z_k)}"),
    ("slope-rate", r"\lim_{d \to \infty} e^d", r"\lim_{d \to \infty} d"),
    ("sure-is-steep", *ALL),
    ("trace-at-most", r"1 - \frac{1}{n}$$", r"1 - \frac{2}{n}$$"),
    ("gibbs-gap", r"- H(q) =", r"+ H(q) ="),
    ("gibbs-variational", r" + H(q)", ""),
    ("gibbs-variational", r" + H(q)", r" - H(q)"),
    ("gibbs-variational", r"$q = \operatorname{softmax}(z)$", r"$q = \frac{1}{n} \mathbf{1}$"),
    ("argmax-is-best", *ALL),
    (
        "cross-entropy-gradient",
        r"\operatorname{softmax}(z)_j - y_j",
        r"y_j - \operatorname{softmax}(z)_j",
    ),
    ("softmax-twice", *ALL),
    (
        "softmax-twice",
        r"\ne \left( \frac{1}{4}, \frac{3}{4}",
        r"\ne \left( \frac{3}{4}, \frac{1}{4}",
    ),
]
ATTENTION = [
    ("rows-sum-to-one", "= 1", "= n"),
    ("columns-sum-to-one", *ALL),
    (
        "projection-shape",
        r"\mathbb{R}^{B \times L \times d_k}$$",
        r"\mathbb{R}^{B \times L \times d}$$",
    ),
    ("shape-law", r"\mathbb{R}^{B \times L \times S}$$", r"\mathbb{R}^{B \times S \times L}$$"),
    ("shape-law", r"\mathbb{R}^{B \times L \times S}$$", r"\mathbb{R}^{L \times B \times S}$$"),
    (
        "output-shape",
        r"\mathbb{R}^{B \times L \times d_v}$$",
        r"\mathbb{R}^{B \times S \times d_v}$$",
    ),
    ("dot-product-mean", "= 0", "= d_k"),
    ("dot-product-variance", "= d_k", "= d_k^2"),
    ("scaled-variance", r"{\sqrt{d_k}}", r"{d_k}"),
    ("divide-by-width", *ALL),
    ("divide-by-width", r"$\frac{1}{4} \ne 1$", r"$\frac{1}{2} \ne 1$"),
    ("hot-entropy", r"= \log n", r"= 0"),
    ("scaling-entropy", r"\frac{1}{2 n}", r"\frac{1}{n}"),
    ("scaling-entropy", r"{\beta^2}", r"{\beta}"),
    ("general-variance", r"\nu^2 \sigma^2)", r"\nu^2 \tau^2)"),
    ("mean-is-harmless", *ALL),
    ("own-score", "= d_k", "= 0"),
    ("independence-is-harmless", *ALL),
    ("mean-in-range", r"\sum_{j=1}^{n} p_j = 1", r"\sum_{j=1}^{n} p_j \le 1"),
    ("convex-hull", r"\le \max_j", r"\le \min_j"),
    ("weights-can-subtract", *ALL),
    ("kernel-smoother", r"+ \frac{\|k\|", r"- \frac{\|k\|"),
    ("kernel-smoother", r" + \frac{\|k\|_2^2 - \|l\|_2^2}{2 \sqrt{d_k}}", ""),
    ("kernel-smoother", r"\|_2^2}{2 \sqrt{d_k}} +", r"\|_2^2}{2 d_k} +"),
    ("key-order", r"P K, P V", r"P K, V"),
    ("permutation-invariant", *ALL),
    ("qk-gauge", r"= W_Q W_K^\top", r"= W_K W_Q^\top"),
    ("gauge-without-transpose", *ALL),
    ("qk-rank", r"$d_k < d$", r"$d_k \le d$"),
    ("gradient-of-values", r"\operatorname{weights}(Q, K)_{ij} G_{ia}", r"G_{ia}"),
    ("backward-identity", r"P_{ij} D_{ij}", r"D_{ij}"),
    ("gradient-of-scores", r"g_i - \sum_{j=1}^{n} p_j g_j", r"g_i"),
    ("literal-copy", *ALL),
    ("mask-before-softmax", r"{\sum_{j=1}^{n} m_j \operatorname{softmax}(z)_j}", "{1}"),
    ("mask-by-zero", *ALL),
    ("causal-no-future", r"(j > i)", r"(j \ge i)"),
    ("causal-no-future", r"(j > i)", r"(j < i)"),
    ("score-covariance", r" + \|c\|_2^2 + \|r\|_2^2$$", "$$"),
    ("score-covariance", r"\|M\|_F^2", r"\operatorname{tr}(M M)"),
    ("score-variance-law", r"A A^\top B B^\top)", r"A B^\top)"),
    ("score-difference", "= 2", "= 1"),
    ("mixed-score", r" + (B^\top a)^\top v$$", "$$"),
    ("gradient-of-queries", r"\frac{1}{\sqrt{d_k}} \sum", r"\sum"),
    ("gradient-of-keys", r"\frac{1}{\sqrt{d_k}} \sum", r"\sum"),
    ("gradient-of-keys", r"E_{ij} Q_{ia}", r"E_{ij} K_{ja}"),
]
VARIANTS: list[Variant] = [
    *(("softmax", *one) for one in SOFTMAX),
    *(("attention", *one) for one in ATTENTION),
]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
