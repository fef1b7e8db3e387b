"""The corpus of callouts reads, and as what."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from qedeck.formula.printer import explicit, latex
from qedeck.formula.reading.definitions import defined_in, read_definitions
from qedeck.formula.reading.expressions import Reader, names_of
from qedeck.formula.reading.parser import parse, trees
from qedeck.formula.scope import Bound
from qedeck.formula.span import Span
from qedeck.notes.binding import bind
from qedeck.notes.library import Library, read_library

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("corpus")
    shutil.copytree(CORPUS, root / "notes" / "en")
    found = read_library(root)
    found.check()
    return found


@pytest.fixture(scope="module")
def bound(library: Library) -> dict[str, Bound]:
    bindings = bind(library)
    assert bindings.mistakes == ()
    return dict(bindings.bound)


def test_every_callout_reads(library: Library, bound: dict[str, Bound]) -> None:
    assert set(bound) == {name for _, name in library.statements}
    assert len(bound) > 80


def test_every_misconception_has_its_counterexample(
    library: Library, bound: dict[str, Bound]
) -> None:
    for (_, name), statement in library.statements.items():
        assert (bound[name].failure is not None) == (statement.kind == "misconception"), name


READ_AS = {
    "norms/sandwich": r"\|x\|_\infty \le \|x\|_p \le n^{1 / p} \cdot \|x\|_\infty",
    "norms/cauchy-schwarz": (
        r"(\|x\|_2^2 \cdot \|y\|_2^2) - \langle x, y \rangle^2 = "
        r"\sum_{i \in [n], j \in [n] : 1 \le i < j \le n} (((x_i \cdot y_j) - (x_j \cdot y_i))^2)"
    ),
    "norms/gradient-of-p-norm": (
        r"\frac{\partial \|x\|_p}{\partial x_i} = "
        r"\operatorname{sgn}(x_i) \cdot (\frac{|x_i|}{\|x\|_p})^{p - 1}"
    ),
    "norms/unit-ball-polytopes": (
        r"\max_{x \in \mathbb{R}^n : \|x\|_1 \le 1} (\langle c, x \rangle) = \|c\|_\infty"
    ),
    "convexity/soft-threshold": (
        r"\arg\min_{w \in \mathbb{R}} ((\frac{1}{2} \cdot (w - a)^2) + (\lambda \cdot |w|)) = "
        r"S_{\lambda}(a)"
    ),
    "convexity/subdifferential-of-abs": r"s \in \partial f(0) \iff (|s| \le 1)",
    "regularization/ridge-closed-form": (
        r"\arg\min_{w \in \mathbb{R}^d} ((\frac{1}{2} \cdot \|(X \cdot w) - y\|_2^2) + "
        r"(\frac{\lambda}{2} \cdot \|w\|_2^2)) = "
        r"((X^\top \cdot X) + (\lambda \cdot I_d))^{-1} \cdot X^\top \cdot y"
    ),
    "regularization/ridge-to-pseudo-inverse": (
        r"\lim_{\lambda \to 0^+} (((X^\top \cdot X) + (\lambda \cdot I_d))^{-1} \cdot X^\top "
        r"\cdot y) = X^+ \cdot y"
    ),
    "moments/central-from-raw": (
        r"\begin{aligned} \mu_2(X) &= m_2(X) - m_1(X)^2 \\ "
        r"\mu_3(X) &= m_3(X) - (3 \cdot m_1(X) \cdot m_2(X)) + (2 \cdot m_1(X)^3) \\ "
        r"\mu_4(X) &= m_4(X) - (4 \cdot m_1(X) \cdot m_3(X)) + (6 \cdot m_1(X)^2 \cdot m_2(X)) "
        r"- (3 \cdot m_1(X)^4) \end{aligned}"
    ),
    "moments/total-variance": (
        r"\sigma_{\text{all}}^2 = (\frac{1}{K} \cdot (\sum_{k=1}^K (\sigma^2_k))) + "
        r"(\frac{1}{K} \cdot (\sum_{k=1}^K ((\mu_k - \mu_{\text{all}})^2)))"
    ),
    "lagrangian-duality/multiplier-is-sensitivity": (
        r"\begin{aligned} -v'(t) &= \lambda \\ \arg\min_{w \in \mathbb{R}^d} "
        r"((\frac{1}{2} \cdot \|w - a\|_2^2) + (\lambda \cdot \|w\|_2)) &= "
        r"\frac{t}{\|a\|_2} \cdot a \end{aligned}"
    ),
    "examples/bessel": (
        r"\mathbb{E}[\frac{1}{n} \cdot (\sum_{i=1}^n ((x_i - \bar{x})^2))] = "
        r"\frac{n - 1}{n} \cdot \sigma^2"
    ),
    "examples/ema": r"r_t := ((1 - m) \cdot r_{t - 1}) + (m \cdot v_t)",
    "examples/sample-coupling": (
        r"\frac{\partial y_{i, c}}{\partial x_{j, c}} = -(\frac{\gamma_c}{n \cdot s_c} \cdot "
        r"(1 + (\hat{x}_{i, c} \cdot \hat{x}_{j, c}))) \quad (i \ne j)"
    ),
    "examples/scores-shape": r"Q \cdot K^\top \in \mathbb{R}^{B \times L \times S}",
}


@pytest.mark.parametrize("name", READ_AS)
def test_how_callouts_were_read(bound: dict[str, Bound], name: str) -> None:
    assert explicit(bound[name].statement) == READ_AS[name]


def test_what_is_printed_reads_back(bound: dict[str, Bound]) -> None:
    for name, one in bound.items():
        text = Span.of(latex(one.statement))
        heads = [define.head for define in defined_in(one.statement)]
        if heads:
            outside = {k: d for k, d in one.scope.defined.items() if d.head not in heads}
            again, _ = read_definitions(text, replace(one.scope, defined=outside), "display")
        else:
            syntax = parse(text, names_of(one.scope), "display")
            again = Reader(text, one.scope).statement(trees(syntax)[0])
        assert again == one.statement, name
