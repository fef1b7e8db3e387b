"""Wrong variants of formulas on norms, written on the page, must never pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qedeck.evidence.verify import Subject

from .variants import Variant, fails, written

ALL = ("misconception", "claim")
NORMS = [
    (
        "cauchy-schwarz",
        r"\sum_{1 \le i < j \le n} (x_i y_j",
        r"\sum_{i=1}^{n} \sum_{j=1}^{n} (x_i y_j",
    ),
    ("cauchy-schwarz", r"\langle x, y \rangle^2 =", r"\langle x, y \rangle ="),
    ("cauchy-schwarz", r"x_i y_j - x_j y_i", r"x_i y_j + x_j y_i"),
    ("cauchy-schwarz-bound", r"|\langle x, y \rangle| \le", r"\langle x, y \rangle^2 \le"),
    ("triangle-inequality", r"1 \le p \le \infty", r"\frac{1}{2} \le p \le \infty"),
    ("homogeneity", r"|\alpha| \, \|x\|_p", r"\alpha \, \|x\|_p"),
    ("definiteness", r"\iff x = 0", r"\iff x \ne 0"),
    ("p-below-one-witness", r"0 < p < 1", r"0 < p \le 1"),
    ("p-below-one-witness", r"0 < p < 1", r"0 < p < 3"),
    ("ball-convex", r"1 \le p < \infty", r"\frac{1}{2} \le p < \infty"),
    ("sandwich", r"n^{1/p} \, \|x\|_\infty", r"(n - 1)^{1/p} \, \|x\|_\infty"),
    ("sandwich", r"n^{1/p} \, \|x\|_\infty", r"n^{2/p} \, \|x\|_\infty"),
    ("p-limit-infinity", r"\lim_{p \to \infty}", r"\lim_{p \to 0^+}"),
    ("p-limit-infinity", r"= \|x\|_\infty", r"= \|x\|_1"),
    ("log-norm-derivative", r"-\frac{H(w)}{p^2}", r"-\frac{H(w)}{p}"),
    ("log-norm-derivative", r"-\frac{H(w)}{p^2}", r"\frac{H(w)}{p^2}"),
    ("log-norm-derivative", r"\frac{x_i^p}{\|x\|_p^p}", r"x_i^p"),
    ("equivalence-l1-l2", r"\sqrt{n} \, \|x\|_2", r"n^{1/4} \, \|x\|_2"),
    ("equivalence-l1-l2", r"\|x\|_2 \le \|x\|_1", r"\|x\|_2 \le n^{-1/2} \, \|x\|_1"),
    ("equivalence-l1-l2", r"\sqrt{n} \, \|x\|_2", r"2 \|x\|_2"),
    ("unit-ball-polytopes", r"\|c\|_\infty", r"\|c\|_1"),
    ("cube-support", r"\|c\|_1", r"\|c\|_\infty"),
    ("unit-ball-area", r"\frac{4", r"\frac{2"),
    ("parallelogram-law", r"= 2 \|x\|_2^2", r"= \|x\|_2^2"),
    ("parallelogram-law", r"\|x + y\|_2^2", r"\|x + y\|_1^2"),
    ("isometries", r"\|Q x\|_2", r"\|Q x\|_1"),
    ("gradients", r"\frac{x}{\|x\|_2}", r"x"),
    ("gradient-of-square", r"\frac{1}{2} \|x\|_2^2", r"\|x\|_2^2"),
    ("matrix-vs-vector", r"\max_{j} \sum_{i=1}^{m} |A_{ij}|", r"\max_{i} \sum_{j=1}^{n} |A_{ij}|"),
    ("frobenius-trace", r"\|A\|_F^2", r"\|A\|_F"),
    ("spectral-norm", r"= \|s\|_\infty", r"= \|s\|_2"),
    ("clip-bound", r"\le c", r"\le \frac{c}{2}"),
    ("attack-max", r"\epsilon \|w\|_1", r"\epsilon \|w\|_2"),
    ("p-below-one-not-a-norm", r"$4 \not\le 2$", r"$4 \not\le 3$"),
    ("grows-with-p", r"\|x\|_p \le \|x\|_q", r"\|x\|_q \le \|x\|_p"),
    ("matrix-one-norm-sums-all", r"$6 \ne 10$", r"$7 \ne 10$"),
    ("count-is-homogeneous", *ALL),
    ("p-below-one-not-a-norm", *ALL),
    ("p-to-zero-counts", *ALL),
    ("grows-with-p", *ALL),
    ("constant-without-dimension", *ALL),
    ("every-norm-has-angles", *ALL),
    ("one-norm-rotates", *ALL),
    ("gradient-loses-two", *ALL),
    (
        "matrix-vs-vector",
        r"= \max_{j} \sum_{i=1}^{m} |A_{ij}|",
        r"= \sum_{j=1}^{n} \sum_{i=1}^{m} |A_{ij}|",
    ),
    ("clip-by-value-keeps-direction", *ALL),
    ("equivalence-l1-l2", r"\|x\|_2 \le \|x\|_1", r"\|x\|_1 \le \|x\|_2"),
    ("monotone-in-p", r"\|x\|_q \le \|x\|_p", r"\|x\|_p \le \|x\|_q"),
    ("cross-polytope-hull", r"&= \|x\|_1", r"&= \|x\|_\infty"),
    ("unit-ball-area", r"\Gamma(1 + \frac{2}{p})", r"\Gamma(1 + \frac{1}{p})"),
    ("area-of-square", "= 4", r"= \pi"),
    ("parallelogram-only-p2", r"\iff p = 2", r"\iff p = 1"),
    ("parallelogram-law", r"\|x + y\|_2^2", r"\|x + y\|_\infty^2"),
    ("isometries", r"= \|x\|_2^2$$", r"= \|x\|_\infty^2$$"),
    ("signed-permutations", r" with $s \odot s = \mathbf{1}$", ""),
    ("turn-only-p2", r"\iff p = 2", r"\iff p \ge 1"),
    ("gradient-of-p-norm", r"^{p-1}$$", r"^{p}$$"),
    ("subgradients-at-zero", r"\|s\|_2 \le 1", r"\|s\|_2 = 0"),
    ("subgradients-of-one-norm", r"\|s\|_\infty \le 1", r"\|s\|_1 \le 1"),
    ("matrix-max-norm", r"\max_{i} \sum_{j=1}^{n} |A_{ij}|$$", r"\max_{i} \max_{j} |A_{ij}|$$"),
]
VARIANTS: list[Variant] = [("norms", *one) for one in NORMS]


@pytest.fixture(scope="module")
def variants(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Subject]:
    """All variants, read once."""
    return written(tmp_path_factory.mktemp("variants") / "project", VARIANTS)


@pytest.mark.parametrize("k", range(len(VARIANTS)))
def test_a_wrong_variant_on_the_page_fails(variants: Mapping[str, Subject], k: int) -> None:
    fails(variants[f"{VARIANTS[k][0]}/variant-{k}"])
