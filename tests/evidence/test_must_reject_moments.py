"""Wrong variants of formulas on moments, running statistics and shifts must never pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

ALL = ("misconception", "claim")
VARIANTS: list[Variant] = [
    ("running-statistics", "ema-closed-form", r"m (1 - m)^{K - j} v_j", r"(1 - m) m^{K - j} v_j"),
    ("running-statistics", "ema-closed-form", r"m (1 - m)^{K - j} v_j", r"\frac{1}{K} v_j"),
    ("running-statistics", "window", r"\frac{\sigma^2}{\frac{2 - m}{m}}", r"\frac{m}{2} \sigma^2"),
    ("running-statistics", "bias-correction", r"1 - (1 - m)^K", r"1 - m^K"),
    ("running-statistics", "init-bias", r"= (1 - m)^K (r_0 - a)", r"= 0"),
    ("running-statistics", "torch-buffers", r"\frac{n}{n - 1} \cdot", ""),
    ("running-statistics", "chan-merge", r"+ \frac{p q}{p + q} (a - b)^2", ""),
    ("running-statistics", "chan-merge", r"\frac{p q}{p + q} (a", r"\frac{1}{p + q} (a"),
    ("running-statistics", "welford", r"(y - a) (y - c)", r"(y - a) (y - a)"),
    ("moments", "third-central-from-raw", r"+ 2 m_1(X)^3", r"+ m_1(X)^3"),
    ("moments", "fourth-central-from-raw", r"- 3 m_1(X)^4", r"- 4 m_1(X)^4"),
    ("moments", "central-from-raw", r"- m_1(X)^2", ""),
    ("moments", "first-central-is-zero", r"\mu_1(X) = 0", r"\mu_1(X) = \mathbb{E}[X]"),
    ("moments", "affine-law", r"= a^k", r"= |a|^k"),
    ("moments", "standardisation-keeps-shape", r"a > 0", r"a \ne 0"),
    ("moments", "location-scale-suffices",
     r"\sqrt{\operatorname{Var}(X)}", r"\operatorname{Var}(X)"),
    ("moments", "bessel", r"\frac{n - 1}{n} \sigma^2", r"\sigma^2"),
    ("moments", "bessel-corrected", r"\frac{1}{n - 1}", r"\frac{1}{n + 1}"),
    ("moments", "bessel-std", r"- \operatorname{Var}(s)", ""),
    ("moments", "shape-of-sum", r"\frac{\operatorname{skew}(Y_1)}{\sqrt{n}}",
     r"\frac{\operatorname{skew}(Y_1)}{n}"),
    ("moments", "pearson-inequality", r"\ge 1 +", r"\ge 3 +"),
    ("moments", "total-variance",
     r"+ \frac{1}{K} \sum_{k=1}^{K} (", r"- \frac{1}{K} \sum_{k=1}^{K} ("),
    ("moments", "zero-skew-not-symmetric", r"$180 \ne 0$", r"$0 \ne 0$"),
    ("moments", "two-moments-do-not-determine", r"$1 \ne 3$", r"$3 \ne 3$"),
    ("distribution-shift", "train-eval-gap", r"(\rho_c - 1)", r"(\frac{1}{\rho_c} - 1)"),
    ("distribution-shift", "train-eval-gap", r"+ \delta_c", r"- \delta_c"),
    ("distribution-shift", "gap-in-the-long-run", r"1 + \frac{1}{w}", r"2"),
    ("distribution-shift", "gap-in-the-long-run", r"1 + \frac{1}{w}", r"1"),
    ("distribution-shift", "same-batch-residual",
     r"= \sqrt{\frac{\sigma^2 + \epsilon}{\frac{n}{n - 1} \sigma^2 + \epsilon}} \cdot", r"="),
    ("distribution-shift", "minibatch-bias", r"\cdot \frac{N}{N - 1} \sigma^2", r"\sigma^2"),
    ("distribution-shift", "minibatch-mean-variance", r"\cdot \frac{N - n}{N - 1}", ""),
    ("distribution-shift", "eval-under-domain-shift",
     r"\gamma \frac{\mu - m}", r"\gamma \frac{\mu}"),
    ("distribution-shift", "variance-under-shift",
     r"\frac{\gamma^2 \sigma^2}{v + \epsilon}", r"\gamma^2"),
    ("distribution-shift", "importance-weighting", r"\frac{q_i}{p_i}", r"\frac{p_i}{q_i}"),
    ("distribution-shift", "dropout-variance-shift", r"\frac{p}{1 - p} (", r"p ("),
    ("distribution-shift", "iid-still-nonlinear", r"- \sum", r"+ \sum"),
    ("moments", "first-central-is-zero", r"\mu_1(X) = 0", r"\mathbb{E}[X] = 0"),
    ("moments", "first-central-is-mean", *ALL),
    ("moments", "affine-law", r"= a^k", r"= a^{k - 1}"),
    ("moments", "affine-law", r"a^k \mu_k(X)", r"a^k \mu_k(X) + b"),
    ("moments", "standardisation-keeps-shape", r"&= \operatorname{kurt}(X)",
     r"&= a^4 \operatorname{kurt}(X)"),
    ("moments", "reflection-flips-skew", r"= -\operatorname", r"= \operatorname"),
    ("moments", "two-moments-do-not-determine", *ALL),
    ("moments", "lognormal-not-determined", r"k \in \mathbb{N}", r"k \in \mathbb{R}"),
    ("moments", "pearson-inequality", r"(-2, \frac{1}{2})$, $w = (\frac{1}{5}, \frac{4}{5})$",
     r"(-2, 0, 2)$, $w = (\frac{1}{8}, \frac{3}{4}, \frac{1}{8})$"),
    ("moments", "kurtosis-at-least-one", r"\le \sum", r"\ge \sum"),
    ("moments", "zero-skew-not-symmetric", *ALL),
    ("moments", "kurtosis-is-not-peakedness", *ALL),
    ("moments", "centre-contributes-little", r" [|x_i| \le 1] \le 1", r" \le 1"),
    ("moments", "shape-of-sum", r"\frac{\operatorname{kurt}(Y_1) - 3}{n}",
     r"\frac{\operatorname{kurt}(Y_1)}{n} - 3"),
    ("moments", "shape-of-sum", r"\frac{\operatorname{kurt}(Y_1) - 3}{n}",
     r"\frac{\operatorname{kurt}(Y_1) - 3}{\sqrt{n}}"),
    ("moments", "variance-of-mean", r"= \frac{\sigma^2}{n}", r"= \sigma^2"),
    ("moments", "unbiased-std", *ALL),
    ("moments", "within-only", *ALL),
    ("moments", "total-variance", r"\sum_{k=1}^{K} \sigma_k^2 +",
     r"\sum_{k=1}^{K} \frac{n}{n - 1} \sigma_k^2 +"),
    ("running-statistics", "running-is-plain", *ALL),
    ("running-statistics", "between-batch-variance-lost", *ALL),
    ("running-statistics", "cumulative-closed-form", r"\frac{1}{K} \sum_{j=1}^{K} v_j",
     r"\frac{1}{K + 1} \left( c_0 + \sum_{j=1}^{K} v_j \right)"),
    ("running-statistics", "ema-variance", r"\frac{m}{2 - m}", r"\frac{m}{2}"),
    ("running-statistics", "root-of-average", r"\le \sqrt", r"\ge \sqrt"),
    ("distribution-shift", "mean-square-gap", r"+ \delta_c^2 \right)",
     r"+ \delta_c^2 + 2 (\rho_c - 1) \delta_c \right)"),
    ("distribution-shift", "huge-gap", *ALL),
    ("distribution-shift", "minibatch-mean", r"\frac{1}{n} \cdot \frac{n}{N}", r"\frac{1}{n}"),
    ("distribution-shift", "dropout-keeps-mean", r"\frac{D X}{1 - p}", r"D X"),
    ("moments", "mean-of-mean", r"= \mu", r"= 0"),
    ("distribution-shift", "same-batch-residual",
     r"= \sqrt{\frac{\sigma^2 + \epsilon}{\frac{n}{n - 1} \sigma^2 + \epsilon}} \cdot",
     r"= \frac{n - 1}{n} \cdot"),
    ("distribution-shift", "averages-to-inference", *ALL),
    ("distribution-shift", "batch-variance-unbiased", *ALL),
    ("distribution-shift", "eval-normalises", *ALL),
    ("distribution-shift", "adabn", r"\frac{\sigma^2}{\sigma^2 + \epsilon}$$", "$$"),
    ("distribution-shift", "adabn-aligns-everything", *ALL),
    ("distribution-shift", "shift-is-invertible", r", let $\gamma_c \ne 0$. Then", ". Then"),
    ("distribution-shift", "importance-weighting", r"\mathbb{R}_{>0}^n", r"\mathbb{R}_{\ge 0}^n"),
    ("distribution-shift", "label-shift", r"\frac{s - b}{a - b}", r"\frac{s - a}{b - a}"),
    ("distribution-shift", "dropout-keeps-variance", *ALL),
    ("distribution-shift", "dropout-variance-shift", r"(\sigma^2 + \mu^2)", r"\mu^2"),
    ("distribution-shift", "syncbn-merge", r" + \frac{p q}{(p + q)^2} (a - b)^2$$", "$$"),
    ("distribution-shift", "average-device-variances", *ALL),
    ("distribution-shift", "batch-renorm-identity", r"(\rho_c \hat{x}",
     r"(\frac{1}{\rho_c} \hat{x}"),
]  # fmt: skip


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
