"""Callouts: words, equality cases, counterexamples and links."""

from __future__ import annotations

import pytest

from qedeck.formula.printer import latex
from qedeck.formula.reading.callout import Context
from qedeck.formula.scope import Bound

from .reading import callout, mistakes, refused

TWO = r"Let $x \in \mathbb{R}^n$ and $p > 0$. Then"
SANDWICH = r"\|x\|_\infty \le \|x\|_p \le n^{1/p} \|x\|_\infty"
Case = tuple[tuple[int, ...], dict[str, str], list[str]]


def cases(
    *paragraphs: str, display: str = SANDWICH, let: str = TWO, lang: str = "en"
) -> list[Case]:
    """Links, values and conditions of each equality case."""
    bound = callout(display, let, *paragraphs, lang=lang)
    return [
        (
            case.links,
            {name: latex(value) for name, value in case.values},
            [latex(condition) for condition in case.conditions],
        )
        for case in bound.equality
    ]


CASES = [
    ("Equality at $x = 0$.", [((), {"x": "0"}, [])]),
    ("Equality at $n = 1$, $x = (2)$.", [((), {"n": "1", "x": "(2)"}, [])]),
    ("Attained at $x = \\mathbf{1}$.", [((), {"x": r"\mathbf{1}"}, [])]),
    ("Equality at $x = 0$ and at $p = 1$.", [((), {"x": "0"}, []), ((), {"p": "1"}, [])]),
    ("Equality on the left at $x = (1, 0)$, on the right at $x = (1, 1)$.",
     [((0,), {"x": "(1, 0)"}, []), ((1,), {"x": "(1, 1)"}, [])]),
    ("Equality on the first and second at $x = 0$.", [((0, 1), {"x": "0"}, [])]),
    ("Equality on the right at $x = 0$ and at $x = \\mathbf{1}$.",
     [((1,), {"x": "0"}, []), ((1,), {"x": r"\mathbf{1}"}, [])]),
    (r"Equality at $x = \alpha \mathbf{1}$ with $\alpha \ge 0$.",
     [((), {"x": r"\alpha \mathbf{1}"}, [r"\alpha \ge 0"])]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), CASES, ids=[c[0] for c in CASES])
def test_equality_cases(text: str, found: list[Case]) -> None:
    assert cases(text) == found


def test_equality_in_the_limit() -> None:
    bound = callout(SANDWICH, TWO, r"Equality on the left in the limit $p \to \infty$.")
    (case,) = bound.equality
    assert case.links == (0,)
    assert case.limit is not None
    name, target, side = case.limit
    assert (name, latex(target), side) == ("p", r"\infty", 0)


def test_an_optimum_may_be_attained_at_its_own_variable() -> None:
    let = r"Let $c \in \mathbb{R}^n$. Then"
    display = r"\max_{x \in \mathbb{R}^n : \|x\|_1 \le 1} \langle c, x \rangle = \|c\|_\infty"
    text = r"Attained at $x = \operatorname{sgn}(c_k) \, e_k$ with $k = \arg\max_i |c_i|$."
    ((links, values, _),) = cases(text, display=display, let=let)
    assert links == ()
    assert values["x"] == r"\operatorname{sgn}(c_k) \mathbf{e}_k"


def test_an_optimum_behind_a_definition_may_be_attained() -> None:
    let = r"Let $a \in \mathbb{R}^d$ and $t \ge 0$."
    value = r"v(t) := \min_{w \in \mathbb{R}^d : \|w\|_2 \le t} \frac{1}{2} \|w - a\|_2^2"
    brought = callout(value, let, kind="definition").scope
    context = Context(exports={"#v": brought})
    text = r"Attained at $w = \frac{t}{\|a\|_2} a$."
    bound = callout(r"v(t) \ge 0", r"With [it](#v), let $t < \|a\|_2$. Then", text, context=context)
    assert bound.equality[0].values[0][0] == "w"


BAD_CASES = [
    ("Equality on the third at $x = 0$.", "the chain has no third relation"),
    ("Equality.", "an equality case without values"),
    ("Equality at $x$.", "this sets no symbol"),
    ("Equality at $x \\ge 0$.", "this sets no symbol"),
    ("Equality at $x = (1, q)$.", "q is not declared"),
    ("Equality at $x_1 = 1$.", "only a symbol can be set"),
    ("Equality at $p = (1, 0)$.", "a vector of 2 for p, which is a scalar"),
    ("Equality at $x = 0$, see [it](#there).", "a link in an equality case"),
    ("Equality sometimes at $x = 0$.", "the word 'sometimes' means nothing to the machine"),
    ("Sometimes $x = 0$.", "a paragraph after the formula that nothing reads in a claim"),
    ("Fails at $p = 1$: $1 \\ne 2$.",
     "a paragraph after the formula that nothing reads in a claim"),
    ("Equality in the limit $p = 1$.", "no limit"),
    ("Equality in the limit $q \\to 0$.", "a limit in what is no symbol"),
    ("Equality at $n = 0$.", "n is a dimension"),
    ("Equality at $x = 0$, $x = \\mathbf{1}$.", "an equality case that sets x twice"),
    ("Equality at $x = 0$ with $x = \\mathbf{1}$.", "an equality case that sets x twice"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), BAD_CASES, ids=[c[0] for c in BAD_CASES])
def test_equality_cases_that_do_not_read(text: str, problem: str) -> None:
    assert problem in [found.problem for found in mistakes(SANDWICH, TWO, text)]


def test_only_a_relation_that_may_be_strict_is_attained() -> None:
    display = r"\|x\|_\infty < \|x\|_p \le n^{1/p} \|x\|_\infty"
    found = refused(display, TWO, "Equality on the left at $x = 0$.")
    assert found.problem == r"the relation named is no \le"
    assert found.column == 17


# Counterexamples

TRIANGLE = (
    r"\|x + y\|_p \le \|x\|_p + \|y\|_p",
    r"Let $x, y \in \mathbb{R}^n$ and $p > 0$. Then",
)


def misconception(*after: str, display: str = TRIANGLE[0], let: str = TRIANGLE[1]) -> Bound:
    return callout(display, let, *after, kind="misconception")


def test_a_counterexample_sets_symbols_and_refutes_a_relation() -> None:
    bound = misconception(
        r"Fails at $p = \frac{1}{2}$, $x = (1, 0)$, $y = (0, 1)$: $4 \not\le 2$. "
        "True for [p at least 1](norms/triangle)."
    )
    assert bound.failure is not None
    assert {name: latex(value) for name, value in bound.failure.values} == {
        "p": r"\frac{1}{2}", "x": "(1, 0)", "y": "(0, 1)",
    }  # fmt: skip
    assert latex(bound.failure.refuted) == r"4 \le 2"
    assert bound.truth == "norms/triangle"


@pytest.mark.parametrize(
    ("written", "refuted"),
    [
        (r"4 \not\le 2", r"4 \le 2"), (r"1 \ne 2", "1 = 2"), (r"2 = 2", r"2 \ne 2"),
        (r"1 \not> 2", "1 > 2"), (r"1 \not= 2", "1 = 2"), (r"3 \not\ge 4", r"3 \ge 4"),
        (r"\sqrt{2} \not < 1", r"\sqrt{2} < 1"),
    ],
)  # fmt: skip
def test_the_relation_that_does_not_hold(written: str, refuted: str) -> None:
    found = misconception(f"Fails at $p = 1$: ${written}$.")
    assert found.failure is not None
    assert latex(found.failure.refuted) == refuted


def test_free_indices_dimensions_and_random_variables_take_values() -> None:
    let = r"Let $X \in \mathbb{R}^{n \times C}$, $\mu_c := \frac{1}{n} \sum_{i=1}^n X_{ic}$. Then"
    text = (
        r"Fails at $X = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$, $i = 1$, $c = 1$: $1 \ne 2$."
    )
    found = misconception(text, display=r"X_{ic} = \mu_c", let=let).failure
    assert found is not None
    assert [name for name, _ in found.values] == ["X", "i", "c"]
    let = r"Let $\mathbb{E}[|Y|] < \infty$ and $x \in \mathbb{R}^n$. Then"
    text = "Fails at $n = 2$, $x = (1, 1)$, $Y = 1$: $0 \\ne 1$."
    found = misconception(text, display=r"\mathbb{E}[Y] = n x_1", let=let).failure
    assert found is not None
    assert [name for name, _ in found.values] == ["n", "x", "Y"]


def test_one_entry_in_parentheses_is_a_vector_where_one_is_due() -> None:
    found = misconception(r"Fails at $x = (1)$, $y = (-1)$, $p = 1$: $0 \not\le -1$.").failure
    assert found is not None
    assert latex(found.values[1][1]) == "(-1)"


BAD_FAILURES = [
    ("Fails at $p = 1$.", "the counterexample's two sides are missing"),
    (r"Fails at $p = 1$: $1 \le 2$.", "this relation is not negated"),
    (r"Fails at $p = 1$: $1 \not\le 2 \le 3$.", "not one relation"),
    (r"Fails at $p = 1$: $p \not\le 2$.", "p is not declared"),
    (r"Fails at $p = 1$, $p = 2$: $1 \ne 2$.", "p is set twice"),
    (r"Fails at $p = 1$: $1 \ne 2$, $2 \ne 3$.", "one counterexample is enough"),
    (r"Fails at $p = 1$: $1 \ne 2$. True for [a](#a) and [b](#b).", "a second true claim"),
    (r"Fails at $p = 1$: $1 \ne 2$. True for $p = 2$.", "a formula beside the true claim"),
    (r"Fails miserably at $p = 1$: $1 \ne 2$.",
     "the word 'miserably' means nothing to the machine"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problem"), BAD_FAILURES, ids=[f[0] for f in BAD_FAILURES])
def test_counterexamples_that_do_not_read(text: str, problem: str) -> None:
    found = mistakes(TRIANGLE[0], TRIANGLE[1], text, kind="misconception")
    assert problem in [one.problem for one in found]


# Words


def test_the_vocabulary_is_closed() -> None:
    found = refused("x_1 = 1", r"Let $x \in \mathbb{R}^n$ be a nice vector. Then")
    assert found.problem == "the word 'nice' means nothing to the machine"
    assert found.column == 7
    opening = refused("1 = 1", r"Obviously $x \in \mathbb{R}^n$.")
    assert opening.problem == "a paragraph before the formula that is no hypothesis"


def test_a_property_needs_a_symbol() -> None:
    assert refused("1 = 1", "Let convex. Then").problem == "convex says nothing of a symbol"


def test_links_are_kept_in_order_and_bring_what_definitions_export() -> None:
    brought = callout("h(a) := a^2", r"Let $a \in \mathbb{R}$.", kind="definition").scope
    context = Context(exports={"n/h": brought})
    text = r"By the [square](n/h) and the [sandwich](n/s), let $b \in \mathbb{R}$. Then"
    bound = callout("h(b) = b^2", text, context=context)
    assert bound.linked == ("n/h", "n/s")


def test_rows_may_imply() -> None:
    display = r"\begin{aligned} p = 1 &\implies p > 0 \\ p &\ge 0 \\ &\ge -1 \end{aligned}"
    assert latex(callout(display, TWO).statement) == (
        r"\begin{aligned} p = 1 \implies p > 0 \\ p &\ge 0 \\ &\ge -1 \end{aligned}"
    )
    broken = r"\begin{aligned} p &= 1 \\ &\implies p > 0 \end{aligned}"
    assert refused(broken, TWO).column == 28


# Chinese


def test_a_chinese_claim() -> None:
    let = r"设 $x \in \mathbb{R}^n$，$p > 0$ 且 $x \ne 0$，则"
    text = r"等号在左侧 $x = (1, 0)$ 处成立，在右侧 $x = (1, 1)$ 处成立。"
    assert cases(text, let=let, lang="zh") == [
        ((0,), {"x": "(1, 0)"}, []),
        ((1,), {"x": "(1, 1)"}, []),
    ]
    more = r"等号在 $x = \alpha \mathbf{1}$ 处成立，其中 $\alpha \ge 0$。"
    assert cases(more, let=let, lang="zh") == [((), {"x": r"\alpha \mathbf{1}"}, [r"\alpha \ge 0"])]
    two = "等号在 $x = 0$ 处和在 $p = 1$ 处成立。"
    assert cases(two, let=let, lang="zh") == [((), {"x": "0"}, []), ((), {"p": "1"}, [])]
    ends = callout(SANDWICH, let, r"等号在左侧的极限 $p \to \infty$ 中取得。", lang="zh")
    assert ends.equality[0].links == (0,)
    assert ends.equality[0].limit is not None


def test_a_chinese_misconception() -> None:
    let = r"设 $x, y \in \mathbb{R}^n$ 为向量，$p > 0$。则"
    text = (
        r"反例：$p = \frac{1}{2}$，$x = (1, 0)$，$y = (0, 1)$：$4 \not\le 2$。"
        "正解：[p 至少为 1](norms/triangle)。"
    )
    bound = callout(TRIANGLE[0], let, text, kind="misconception", lang="zh")
    assert bound.failure is not None
    assert [name for name, _ in bound.failure.values] == ["p", "x", "y"]
    assert bound.truth == "norms/triangle"


def test_chinese_properties_and_unknown_words() -> None:
    let = r"设 $J : \mathbb{R}^n \to \mathbb{R}$ 为凸函数，$X, Y \sim (0, 1)$ 相互独立。则"
    said = [(a.property, a.symbols) for a in callout("1 = 1", let, lang="zh").scope.assumed]
    assert said == [("convex", ("J",)), ("independent", ("X", "Y"))]
    found = refused("1 = 1", r"设 $a \in \mathbb{R}$ 是美丽的数，则", lang="zh")
    assert found.problem == "the word '美丽' means nothing to the machine"
    assert found.column == 3


def test_arguments_of_a_linked_function_are_not_symbols_of_the_claim() -> None:
    entropy = callout(
        r"H(w) := -\sum_{i=1}^{n} w_i \log w_i", r"Let $w \in \mathbb{R}_{>0}^n$.",
        kind="definition",
    ).scope  # fmt: skip
    context = Context(exports={"#entropy": entropy})
    bound = callout(r"H(z) \le a", r"With [it](#entropy), let $z \in \mathbb{R}^m$ and $a > 0$.",
                    context=context)  # fmt: skip
    assert set(bound.scope.declared) == {"z", "m", "a"}
    assert [latex(a.statement) for a in bound.scope.assumed if a.statement] == ["a > 0"]


def test_linked_symbols_stay_with_all_that_is_assumed_of_them() -> None:
    given = r"Let $x, y \in \mathbb{R}^n$, $t > 0$ and $\langle x, y \rangle = 0$."
    brought = callout(r"f(t) := t \|x\|_2", given, kind="definition").scope
    context = Context(exports={"#f": brought})
    bound = callout(r"f(a) \ge 0", r"With [it](#f), let $a > 0$.", context=context)
    assert {"x", "y", "n", "a"} == set(bound.scope.declared)


def test_a_linked_random_symbol_brings_its_mean_and_variance() -> None:
    given = r"Let $X_1, \dots, X_n \overset{\text{iid}}{\sim} (\mu, \sigma^2)$."
    brought = callout(r"S := \sum_{i=1}^{n} X_i", given, kind="definition").scope
    context = Context(exports={"#s": brought})
    bound = callout(r"\mathbb{E}[S] \ge a", r"With [it](#s), let $a > 0$.", context=context)
    assert {"X", "n", "a", r"\mu", r"\sigma"} == set(bound.scope.declared)
