"""Wrong variants on convexity, duality and regularization, on the page, must never pass.

They stand beside the true ones in a copy of the notes, which is read once.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

Wrong = tuple[str, str, str]
ALL = ("misconception", "claim")

CONVEXITY: list[Wrong] = [
    ("norm-is-convex", r"1 \le p \le \infty", r"\frac{1}{2} \le p \le \infty"),
    ("norm-is-convex", r"\theta \in [0, 1]", r"\theta \in \mathbb{R}"),
    ("norm-strictly-convex", "misconception", "claim"),
    ("count-is-convex", "misconception", "claim"),
    ("square-of-convex", "misconception", "claim"),
    ("subdifferential-of-abs", r"|s| \le 1", r"|s| \le \frac{6}{5}"),
    ("subdifferential-of-abs", r"|s| \le 1", r"|s| = 1"),
    ("subgradient-away-from-zero", r"s = \operatorname{sgn}(w)", r"|s| \le 1"),
    ("zero-subgradient", r"\arg\min", r"\arg\max"),
    ("jensen-square", r"= \theta (1 - \theta) \|x", r"= \theta \|x"),
    ("jensen-square", r"= \theta (1 - \theta) \|x - y\|_2^2", r"\le 0"),
    ("jensen-square", r"\|x - y\|_2^2", r"\|x + y\|_2^2"),
    ("square-strictly-convex", r"$x \ne y$ and $0 < \theta < 1$", r"$0 \le \theta \le 1$"),
    ("least-squares-convex", r"\frac{\theta (1 - \theta)}{2}", r"\theta (1 - \theta)"),
    ("sum-of-convex", r"$\lambda \ge 0$", r"$\lambda \in \mathbb{R}$"),
    ("max-of-convex", r"\max(f(w), g(w))", r"\min(f(w), g(w))"),
    ("local-is-global", " convex", ""),
    ("chord-slopes", r"$t \ge s$", r"$t \le s$"),
    ("tangent-below", r"\ge f(w) +", r"\le f(w) +"),
    ("tangent-below", " convex,", ""),
    ("gradient-bounds-loss", r"\|w - v\|_2", r"\|w - v\|_\infty"),
    ("stationary-is-best", "misconception", "claim"),
    ("square-adds-curvature", r"- \frac{\lambda}{2} \theta", r"- \lambda \theta"),
    ("soft-threshold", "= S_\\lambda(a)$$", r"= [|a| > \lambda] \, a$$"),
    ("soft-threshold", r"\frac{1}{2} (w - a)^2", r"(w - a)^2"),
    ("soft-threshold", "= S_\\lambda(a)$$", r"= \frac{a}{1 + \lambda}$$"),
    ("soft-threshold", r"\lambda |w|", r"\frac{\lambda}{2} w^2"),
    ("soft-threshold-clamp", r"S_\lambda(a) + C", r"S_\lambda(a) - C"),
    ("clamp-pays", r"\lambda |S_\lambda(a)|", r"\lambda S_\lambda(a)"),
    ("clamp-bounded", r"\le \lambda |w|", r"\le \lambda w"),
    ("prox-gap", r"&\ge \frac{1}{2} (w - s)^2", r"&\ge (w - s)^2"),
    ("threshold-without-half", r"h := \frac{\lambda}{2}", r"h := \lambda"),
    ("threshold-forgets-half", "misconception", "claim"),
    ("zero-on-an-interval", r"|a| \le \lambda", "a = 0"),
    ("soft-threshold-nonexpansive", r"\le |a - b|", r"\le \frac{1}{2} |a - b|"),
    ("hard-threshold", r"\frac{1}{2} \min(a^2, \lambda^2)", r"\min(a^2, \lambda^2)"),
    ("square-shrinks", r"\frac{a}{1 + \lambda}", r"\frac{a}{1 + 2 \lambda}"),
    ("soft-threshold-vector", r"\|w\|_1", r"\|w\|_2"),
    ("block-soft-threshold", r"\lambda \|w\|_2", r"\lambda \|w\|_1"),
    ("block-soft-threshold", r"= B_\lambda(a)", r"= \frac{1}{1 + \lambda} a"),
    (
        "block-soft-threshold",
        r"= B_\lambda(a)",
        r"= \left( 1 - \frac{\lambda}{\|a\|_2^2} \right)_+ a",
    ),
    ("block-zero", r"\|a\|_2 \le \lambda", r"\|a\|_2^2 \le \lambda"),
    ("variance-is-jensen-gap", r" with $\sum_{i=1}^{n} w_i = 1$", ""),
    ("ensemble", r"- \sum_{i=1}^{n} w_i (x_i - \bar{x})^2", ""),
    ("ensemble-beats-best", "misconception", "claim"),
    ("subgradient-step-zeros", "misconception", "claim"),
    ("subgradient-step-bounces", "= -w", "= 0"),
    ("relu-difference", "= w$$", "= |w|$$"),
    ("autograd-is-subgradient", "misconception", "claim"),
    ("norm-strictly-convex", r"$2 \not< 2$", r"$2 \not< 3$"),
    ("count-is-convex", r"$2 \not\le 1$", r"$1 \not\le 2$"),
]
DUALITY: list[Wrong] = [
    ("penalty-implies-constraint", r"J(v) + \lambda (\Omega(v)", r"J(v) - \lambda (\Omega(v)"),
    ("penalty-implies-constraint", r"\lambda \ge 0", r"\lambda \in \mathbb{R}"),
    ("same-minimisers", r"(J(v) + \lambda \Omega(v))", "J(v)"),
    ("path-monotone", r"\ge 0$$", r"\le 0$$"),
    ("path-monotone", "\\ge 0$$\n>\n> Equality at $w = v$.", "> 0$$"),
    ("path-monotone", r"(\Omega(v) - \Omega(w)) \ge", r"(J(v) - J(w)) \ge"),
    ("weak-duality", r"&\le J(v)", r"&\ge J(v)"),
    ("weak-duality", r"\lambda \ge 0", r"\lambda \in \mathbb{R}"),
    (
        "weak-duality",
        "&\\le J(v)\n> \\end{aligned}$$\n>\n> Equality on the left at $v = w$, on the right",
        "&= J(v)\n> \\end{aligned}$$\n>\n> Equality on the left at $v = w$, on the left",
    ),
    ("kkt-is-enough", r"$\lambda (\Omega(w) - t) = 0$, ", ""),
    ("mixture-is-feasible", " convex", ""),
    ("two-prices", " convex", ""),
    ("two-prices", r"\frac{J(u) - J(\hat{w})}{t - \Omega(u)}", r"0"),
    ("price-supports", r"$\lambda \ge 0$", r"$\lambda \in \mathbb{R}$"),
    (
        "constraint-implies-penalty-convex",
        r"&\ge \frac{\mu}{2} \left(",
        r"&\ge \mu \left(",
    ),
    (
        "constraint-implies-penalty-convex",
        r"&\ge \frac{\mu}{2} \left(",
        r"&\ge -\frac{\mu}{2} \left(",
    ),
    ("constraint-implies-penalty-convex", r"(X^\top X + \mu I)", r"(X^\top X)"),
    ("value-function-closed-form", "= v(t)", "= v(2 t)"),
    ("multiplier-is-sensitivity", "-v'(t)", "v'(t)"),
    ("multiplier-is-sensitivity", "-v'(t)", "v(t)"),
    ("multiplier-of-square", r"\frac{\|a\|_2 - t}{t}", r"\|a\|_2 - t"),
    ("same-multiplier", "misconception", "claim"),
    ("lambda-t-not-bijective", "misconception", "claim"),
    ("complementary-slackness", r"= 0$$", "> 0$$"),
    ("complementary-slackness", r"\lambda \ge 0", r"\lambda \in \mathbb{R}"),
    ("double-well-constrained", "(1 - t^2)^2", "0"),
    ("nonconvex-gap", "misconception", "claim"),
    ("nonconvex-gap", r"$\frac{21}{16} \not\le 1$", r"$\frac{21}{16} \not\le 2$"),
    ("nonconvex-gap", r"J(t) + \lambda t \le J(w) + \lambda |w|", r"J(t) \le J(t) + w^2"),
    ("nonconvex-gap-size", r"(2 - 3 t^2)", r"(1 - 3 t^2)"),
    ("no-price", r"\frac{9}{8} - \lambda", r"\frac{7}{8} - \lambda"),
    ("touching-line", r"\sqrt{\frac{2}{3}}", r"\sqrt{\frac{1}{3}}"),
    ("duality-gap-value", r"= t (t - s)^2 (t + 2 s)", "= 0"),
    ("duality-gap-value", r"= t (t - s)^2 (t + 2 s)", "= -t (t - s)^2 (t + 2 s)"),
    ("duality-gap-value", r"\lambda := \frac{4}{3} s", r"\lambda := -J'(t)"),
    ("no-better-bound", r"\le 1 - \lambda t", r"\le 1 - 2 \lambda t"),
    ("square-closes-gap", r"\lambda w^2", r"\lambda |w|"),
    ("convex-is-enough", "misconception", "claim"),
    ("slater-failure", r"\frac{a}{1 + 2 \lambda}", "0"),
    ("slater-failure", r"\frac{a}{1 + 2 \lambda}", r"\frac{a}{2}"),
    ("projection", r"\min\left( 1,", r"\max\left( 1,"),
    ("projection", r"\|w - a\|_2 =", r"\|w - a\|_1 ="),
    ("budget-from-price", *ALL),
    ("square-closes-gap", r"= (w^2 - t^2)^2", r"= -(w^2 - t^2)^2"),
    ("dual-function", r"- \frac{\lambda^2}{2}", r"- \lambda^2"),
    ("strong-duality", r"= v(t)", r"= 2 v(t)"),
]
REGULARIZATION: list[Wrong] = [
    ("ridge-closed-form", r"(X^\top X + \lambda I)^{-1}", r"(X^\top X + 2 \lambda I)^{-1}"),
    ("ridge-closed-form", r"\frac{\lambda}{2}", r"\lambda"),
    ("ridge-closed-form", r"\lambda I)^{-1}", r"\lambda X^\top X)^{-1}"),
    ("ridge-unique", r":= (X^\top X + ", r":= (X^\top X + 2 "),
    ("ridge-unique", r"+ \frac{\lambda}{2} \|w - \hat{w}\|_2^2", r"+ \lambda \|w - \hat{w}\|_2^2"),
    ("ridge-in-ball", r"\frac{1}{4}", r"\frac{1}{2}"),
    (
        "ridge-svd-shrinkage",
        r"\frac{s_1}{s_1^2 + \lambda}, \dots, \frac{s_r}{s_r^2 + \lambda}",
        r"\frac{1}{s_1 + \lambda}, \dots, \frac{1}{s_r + \lambda}",
    ),
    (
        "ridge-svd-shrinkage",
        r"\frac{s_1}{s_1^2 + \lambda}, \dots, \frac{s_r}{s_r^2 + \lambda}",
        r"\frac{s_1}{s_1^2 + \lambda^2}, \dots, \frac{s_r}{s_r^2 + \lambda^2}",
    ),
    ("ridge-degrees-of-freedom", r"\frac{s_i^2}{s_i^2 + \lambda}", r"\frac{s_i}{s_i + \lambda}"),
    ("ridge-to-pseudo-inverse", "= X^+ y", "= 0"),
    ("vanishing-penalty", "misconception", "claim"),
    ("some-lambda-beats-ols", "= -2", "= 2"),
    ("some-lambda-beats-ols", r"\sigma^2 \sum", r"\sum"),
    ("risk-is-expected", r"\sigma^2)", r"\sigma)"),
    ("every-penalty-helps", "misconception", "claim"),
    ("best-penalty", r"\ge", r"\le"),
    ("squared-vs-unsquared", r"\lambda := \mu \|\hat{w}\|_2", r"\lambda := \mu"),
    ("squared-vs-unsquared", r"\lambda := \mu \|\hat{w}\|_2", r"\lambda := \mu \|a\|_2"),
    ("unsquared-reaches-zero", r"\ge \|a\|_2$", r"\ge \frac{99}{100} \|a\|_2$"),
    ("same-strength", "misconception", "claim"),
    ("noise-injection-is-ridge", r"m \sigma^2", r"\sigma^2"),
    ("noise-injection-is-ridge", r"m \sigma^2", r"m \sigma"),
    ("lasso-lambda-max", r"$\lambda \ge \|X", r"$\lambda \ge \frac{9}{10} \|X"),
    ("lasso-below-max", r"2 \|x\|_2^2}$$", r"\|x\|_2^2}$$"),
    ("lasso-gap", r"- u_i w_i", r"- 2 u_i w_i"),
    ("lasso-kkt", r"+ \lambda X", r"+ 2 \lambda X"),
    ("sgd-equivalence", r"(1 - \eta \lambda)", r"(1 - \lambda)"),
    ("momentum-difference", r"= -\eta \mu \lambda w", "= 0"),
    ("adam-decays", "misconception", "claim"),
    ("ridge-not-scale-invariant", "misconception", "claim"),
    ("least-squares-units", "(c x)^2}", "x^2}"),
    ("ridge-rotation", r"= X (X^\top X", r"\ne X (X^\top X"),
    ("early-stopping-filter", "s^2", "s"),
    ("early-stopping-filter", r"(1 - \eta_t s^2)", r"e^{-\eta_t s^2}"),
    ("early-stopping-filter", r"\left( w_0 - \frac{b}{s} \right) \prod", r"0 \cdot \prod"),
    ("least-squares-is-unique", *ALL),
    ("ridge-closed-form", r"= (X^\top X + \lambda I)^{-1}", r"= (X^\top X)^{-1}"),
    (
        "ridge-stable",
        r"&\le \frac{1}{4 \lambda} \|y - z\|_2^2",
        r"&\le \frac{1}{8 \lambda} \|y - z\|_2^2",
    ),
    ("ridge-eigenvalues", r"(s_i^2 + \lambda)", r"(s_i^2 + \lambda^2)"),
    ("ridge-conditioning", r"\le \frac{a}{b}", r"\le \frac{a + \lambda}{b}"),
    ("ridge-conditioning", r"$\lambda \ge 0$", r"$\lambda \in \mathbb{R}$ with $b + \lambda > 0$"),
    ("ridge-forces", r"= \lambda \hat{w}", "= 0"),
    ("squared-vs-unsquared", r"\frac{1}{1 + \mu} a", r"(1 - \mu)_+ a"),
    ("noise-injection-is-ridge", r"\|w\|_2^2$$", r"\|w\|_2^2 + 2 \sigma \|X w - y\|_2 \|w\|_2$$"),
    ("lasso-slope", r"\lambda |v_i| [w_i = 0]", r"\lambda v_i [w_i = 0]"),
    ("lasso-slope", r"- u_i v_i", r"+ u_i v_i"),
    ("least-squares-units", r"= x \frac", r"\ne x \frac"),
    ("adamw-decays", r"(1 - \eta \lambda) w", r"(1 - \lambda) w"),
    ("adam-first-step-size", r"< \eta", r"< \frac{\eta}{2}"),
]
VARIANTS: list[Variant] = [
    *(("regularization", *variant) for variant in REGULARIZATION),
    *(("convexity", *variant) for variant in CONVEXITY),
    *(("lagrangian-duality", *variant) for variant in DUALITY),
]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
