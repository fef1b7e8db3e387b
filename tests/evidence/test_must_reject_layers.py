"""Wrong variants on batch norm, layer norm and multi-head attention must never pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

ALL = ("misconception", "claim")
BATCH: list[tuple[str, str, str]] = [
    ("output-mean", "= \\beta_c", "= 0"),
    ("output-variance", r"\frac{\sigma^2_c}{\sigma^2_c + \epsilon}$$", "$$"),
    ("shape-passes", r"\frac{\gamma_c^3}{(\sigma^2_c + \epsilon)^{3/2}} \cdot ", ""),
    ("shape-passes", "(y_{ic} - \\beta_c)^3 =", "y_{ic}^3 ="),
    ("not-gaussian", *ALL),
    ("covariance-passes", r"\gamma_c \gamma_d", r"\gamma_c^2"),
    ("does-not-decorrelate", *ALL),
    ("bias-cancels", "z_{ic} := x_{ic} + b_c", "z_{ic} := b_c x_{ic}"),
    ("constants-and-biases", "= \\beta_c", "= 0"),
    ("constants-and-biases", r", let $\sigma^2_c = 0$. Then", ". Then"),
    ("samuelson-bound", r"(n - 1) \sigma^2$$", r"(n - 2) \sigma^2$$"),
    ("samuelson-bound", r"(n - 1) \sigma^2$$", r"\sqrt{n - 1} \, \sigma^2$$"),
    ("two-samples", r"\frac{(a - b)^2}{4}", r"\frac{(a - b)^2}{2}"),
    ("two-sample-sign", r"= \frac{t}{|t|}", r"= t"),
    ("affine-can-undo", r"\gamma_c = \sqrt{\sigma^2_c + \epsilon}", r"\gamma_c = \sigma^2_c"),
    ("affine-can-undo", r"\beta_c = \mu_c", r"\beta_c = 0"),
    ("undo-transfers", *ALL),
    ("jacobian", r"[i = j] - \frac{1}{n} - ", "[i = j] - "),
    ("jacobian", r" - \frac{\hat{x}_{ic} \hat{x}_{jc}}{n}", ""),
    ("coupled-by-mean-alone", *ALL),
    ("backward-formula", r"- \bar{g}_c - ", "- "),
    ("backward-formula", r"\hat{x}_{jc} h_c \right)", r"h_c \right)"),
    ("gradient-of-gamma", r"\sqrt{\sigma^2_c + \epsilon}}$$", r"\sigma^2_c + \epsilon}$$"),
    ("gradient-sums-to-zero", r"- \bar{g} -", "-"),
    ("eval-gradient", "g_{jc}$$", "(g_{jc} - 1)$$"),
    ("weight-scale-invariance", r"\alpha > 0", r"\alpha \ne 0"),
    ("weights-grow", r"+ \eta^2", r"- \eta^2"),
    ("gradient-of-scaled", r"\frac{1}{\alpha} \frac", r"\alpha \frac"),
    ("l2-simplifies", *ALL),
    ("folding", "(b_c - m_c)", "(b_c + m_c)"),
    ("folding", "a_c (b_c - m_c)", "a_c b_c"),
    ("kurtosis-passes", r"(x_{ic} - \mu_c)^4}{\left( \sigma^2_c \right)^2}", r"3}{1}"),
    ("output-variance-below", "< \\gamma_c^2$$", r"= \gamma_c^2$$"),
    ("covariance-passes", r"= \frac{\gamma_c \gamma_d}", r"= -\frac{\gamma_c \gamma_d}"),
    ("bias-stays-at-inference", r"= \frac{\gamma_c b_c}{\sqrt{v_c + \epsilon}}", "= 0"),
    ("eval-can-undo", r"\beta_c = m_c", r"\beta_c = 0"),
    (
        "jacobian",
        r"\frac{\hat{x}_{ic} \hat{x}_{jc}}{n}",
        r"\frac{\hat{x}_{ic} \hat{x}_{jc}}{n - 1}",
    ),
    ("sample-coupling", r"= -\frac{\gamma_c}{n s_c} (1 + \hat{x}_{ic} \hat{x}_{jc})", "= 0"),
    ("sample-coupling", r"-\frac{\gamma_c}{n s_c} (1 + ", r"-\frac{\gamma_c}{n s_c} (1 - "),
    ("eval-is-local", r"(i \ne j)", r"(i = j)"),
    ("backward-formula", r"\left( g_{jc} - \bar{g}_c - \hat{x}_{jc} h_c \right)", "g_{jc}"),
    (
        "gradient-along-output",
        r"= \frac{\epsilon}{\sigma^2 + \epsilon} \sum_{j=1}^{n} g_j \hat{x}_j",
        "= 0",
    ),
    ("gradient-exactly-orthogonal", *ALL),
    (
        "gradient-orthogonal",
        r"\langle w, \nabla L(w) \rangle = 0",
        r"\langle w, \nabla L(w) \rangle = L(w)",
    ),
    ("gradient-of-scaled", r"\frac{1}{\alpha} \frac", r"\frac"),
]
LAYER: list[tuple[str, str, str]] = [
    ("gn-specialisations", "let $K = 1$. Then", "let $K = 2$. Then"),
    ("ln-is-rms-after-centering", r"x - \mu \mathbf{1}", "x"),
    ("rms-is-ln", *ALL),
    ("mode-and-batch-independence", r"(i \ne j)", "(i = j)"),
    ("removes-every-difference", *ALL),
    ("per-sample-invariance", r"\operatorname{sgn}(a) ", ""),
    ("per-sample-invariance", r"\frac{\epsilon}{a^2}", r"\epsilon"),
    ("any-factor", *ALL),
    ("scale-free-with-epsilon", *ALL),
    ("domain-shift-survives", *ALL),
    ("sphere-geometry", r" \, \frac{\sigma^2}{\sigma^2 + \epsilon}$$", "$$"),
    ("sphere-geometry", r"= d \, \frac", r"= \frac"),
    ("unit-length", *ALL),
    ("largest-feature", r"\le d - 1", r"\le d - 2"),
    ("jacobian", r" - \frac{1}{d} - \frac{y_k y_l}{d}", ""),
    ("jacobian", r"\frac{1}{d} -", r"\frac{1}{d - 1} -"),
    ("jacobian-kills-scale", r"\frac{\epsilon}{s^3} y_k", "0"),
    ("unbiased-variant", r"\sqrt{\frac{d - 1}{d}}", r"\sqrt{\frac{d}{d - 1}}"),
    ("gn-one-group", "let $G = 1$, ", "let $G = 2$, "),
    ("groups-alone", r"(g \ne h)", "(g = h)"),
    ("ln-is-rms-after-centering", r"\mathbf{1}, \epsilon)", r"\mathbf{1}, 2 \epsilon)"),
    ("outputs-sum-to-zero", "= 0", r"= \mu"),
    ("jacobian-kills-shift", "= 0", "= 1"),
    ("jacobian-of-direction", r" - \frac{y_k}{d} \sum_{l=1}^{d} y_l v_l", ""),
    ("jacobian-of-direction", r" - \frac{1}{d} \sum_{l=1}^{d} v_l", ""),
    ("layernorm-bounds-logits", r"\le \sqrt{d}$$", r"\le 1$$"),
    ("layernorm-bounds-logits", r"\le \sqrt{d}$$", r"\le \frac{1}{2} \sqrt{d}$$"),
    ("layernorm-bounds-logits", r" with $\|y\|_2^2 \le d$", ""),
]
HEADS: list[tuple[str, str, str]] = [
    ("concat-is-sum", "H_{ria} D_{raj}", "H_{ria} D_{1aj}"),
    ("average-is-enough", *ALL),
    ("value-gauge", "(M^{-1} D)", "(M D)"),
    ("narrow-head", "S_{il} S_{kj}", "S_{ik} S_{lj}"),
    ("permutation-equivariance", "= P \\operatorname", "= \\operatorname"),
    ("wrong-scale", r"= \frac{1}{h}", "= 1"),
    ("model-scale", *ALL),
    ("parameters-and-sum-form", "= 4 d^2", "= 3 d^2"),
    ("heads-cost-parameters", *ALL),
    (
        "concat-is-sum",
        r"\sum_{r=1}^{h} \sum_{a=1}^{d_v} H",
        r"\frac{1}{h} \sum_{r=1}^{h} \sum_{a=1}^{d_v} H",
    ),
    ("one-head", "let $h = 1$. Then", "let $h = 2$. Then"),
    ("score-cost", "= L^2 d", "= h L^2 d"),
]
VARIANTS: list[Variant] = [
    *(("batch-norm", *one) for one in BATCH),
    *(("layer-and-group-norm", *one) for one in LAYER),
    *(("multi-head-attention", *one) for one in HEADS),
]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
