"""Wrong variants of formulas on moments, running statistics and shifts must never pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

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
]  # fmt: skip


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
