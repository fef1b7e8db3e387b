"""What stands on the left of := and what it then means."""

from __future__ import annotations

import pytest

from qedeck.formula.printer import explicit
from qedeck.formula.reading.callout import Context
from qedeck.formula.scope import Bound, Defined

from .reading import callout, refused

LET = r"Let $x \in \mathbb{R}^{n \times C}$, $z, v \in \mathbb{R}^n$, $a, r_0 \in \mathbb{R}$ and "
LET += r"$0 < m < 1$."


def defined(display: str, hypotheses: str = LET) -> Defined:
    scope = callout(display, hypotheses, kind="definition").scope
    return list(scope.defined.values())[-1]


DEFINED = [
    # head, name, arguments, label arguments, indices, shape
    (r"\operatorname{f}(z) := a z", r"\operatorname{f}", ("z",), (), (), ("n",)),
    (r"\operatorname{LN}(z)_i := a z_i", r"\operatorname{LN}", ("z",), (), ("i",), ("n",)),
    (r"S_m(a) := m a", "S", ("a",), ("m",), (), ()),
    (r"f_B(a) := a", "f_B", ("a",), (), (), ()),
    (r"\ell_{\text{CE}}(z) := z_1", r"\ell_{\text{CE}}", ("z",), (), (), ()),
    (r"\mu_c := \frac{1}{n} \sum_{i=1}^n x_{ic}", r"\mu", (), (), ("c",), ("C",)),
    (r"\mu_B := a^2", r"\mu_B", (), (), (), ()),
    (r"\mu_{\text{all}} := a", r"\mu_{\text{all}}", (), (), (), ()),
    (r"\mu_{run} := a", r"\mu_{run}", (), (), (), ()),
    (r"\sigma^2 := a", r"\sigma^2", (), (), (), ()),
    (r"\sigma^2_c := \sum_{i=1}^n x_{ic}^2", r"\sigma^2", (), (), ("c",), ("C",)),
    (r"\sigma_c^2 := \sum_{i=1}^n x_{ic}^2", r"\sigma^2", (), (), ("c",), ("C",)),
    (r"\sigma^2_{\text{all}} := a", r"\sigma_{\text{all}}^2", (), (), (), ()),
    (r"\hat{x}_{ic} := x_{ic} - a", r"\hat{x}", (), (), ("i", "c"), ("n", "C")),
    (r"r_t := (1 - m) r_{t-1} + m v_t", "r", (), (), ("t",), ("n",)),
    (r"w^* := a z", "w^*", (), (), (), ("n",)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("display", "name", "arguments", "parameters", "indices", "shape"),
    DEFINED,
    ids=[d[0] for d in DEFINED],
)
def test_the_left_side_says_name_arguments_and_indices(
    display: str, name: str, arguments: object, parameters: object, indices: object, shape: object
) -> None:
    found = defined(display)
    assert (found.name, found.arguments, found.parameters, found.indices, found.shape) == (
        name, arguments, parameters, indices, shape,
    )  # fmt: skip
    assert found.recursive == ("r_{t" in display)


def test_a_built_in_head_keeps_its_meaning() -> None:
    bound = callout(
        r"\|x\|_p := \left( \sum_{i=1}^n |x_i|^p \right)^{1/p}",
        r"Let $x \in \mathbb{R}^n$ and $p > 0$.",
        kind="definition",
    )
    assert explicit(bound.statement) == r"\|x\|_p := (\sum_{i=1}^n (|x_i|^p))^{1 / p}"
    assert bound.scope.defined == {}


ROWS = r"""\begin{aligned}
\mu_B &:= \frac{1}{n} \sum_{i=1}^n z_i \\
\sigma^2 &:= \frac{1}{n} \sum_{i=1}^n (z_i - \mu_B)^2 \\
\tau_{\text{all}} &:= \sigma^2 + \sigma + \mu_B
\end{aligned}"""


def test_rows_know_the_names_of_the_rows_before() -> None:
    bound = callout(ROWS, LET, kind="definition")
    assert list(bound.scope.defined) == [r"\mu_B", r"\sigma^2", r"\tau_{\text{all}}"]
    last = bound.scope.defined[r"\tau_{\text{all}}"]
    assert explicit(last.body) == r"\sigma^2 + \sqrt{\sigma^2} + \mu_B"


def linked(first: str, hypotheses: str, display: str, before: str = LET) -> Bound:
    """A claim that links a definition."""
    brought = callout(first, before, kind="definition")
    return callout(display, hypotheses, context=Context(exports={"#d": brought.scope}))


SOFTMAX = (
    r"\operatorname{softmax}(z)_i := \frac{e^{z_i}}{\sum_{j=1}^n e^{z_j}}",
    r"Let $z \in \mathbb{R}^n$.",
)


def claim(display: str, hypotheses: str) -> str:
    return explicit(linked(SOFTMAX[0], hypotheses, display, SOFTMAX[1]).statement)


def test_a_link_brings_function_and_symbols() -> None:
    text = "With [softmax](#d). Then"
    assert claim(r"\operatorname{softmax}(z)_i = 1", text) == r"\operatorname{softmax}(z)_i = 1"
    assert claim(r"\operatorname{softmax}(2 z) = z", text) == (
        r"\operatorname{softmax}(2 \cdot z) = z"
    )


def test_functions_of_vectors_act_on_the_last_axis_of_arrays() -> None:
    text = r"With [softmax](#d), let $X \in \mathbb{R}^{B \times L}$. Then"
    display = r"\operatorname{softmax}(X) = X"
    assert claim(display, text) == r"\operatorname{softmax}(X) = X"
    assert claim(r"\operatorname{softmax}(X)_{bl} = X_{bl}", text) == (
        r"\operatorname{softmax}(X)_{b, l} = X_{b, l}"
    )


def test_several_arguments_share_their_leading_axes() -> None:
    before = r"Let $q \in \mathbb{R}^d$ and $K \in \mathbb{R}^{n \times d}$."
    attend = r"\operatorname{att}(q, K)_i := \langle q, K_i \rangle"
    let = r"With [it](#d), let $Q \in \mathbb{R}^{B \times d}$, "
    let += r"$L \in \mathbb{R}^{B \times n \times d}$"
    bound = linked(attend, f"{let}. Then", r"\operatorname{att}(Q, L)_{bi} = 1", before)
    assert bound.scope.declared["b"].shape == ("B",)
    context = Context(exports={"#d": callout(attend, before, kind="definition").scope})
    found = refused(r"\operatorname{att}(Q, K) = 1", f"{let}. Then", context=context)
    assert found.problem == r"arguments of \operatorname{att} with different leading axes"


def test_abbreviations_may_name_what_the_definition_left_open() -> None:
    text = r"With [softmax](#d), let $y \in \mathbb{R}^n$, $z := 2 y$ and "
    text += r"$p := \operatorname{softmax}(z)$. Then"
    bound = linked(SOFTMAX[0], text, r"\sum_i p_i = 1", SOFTMAX[1])
    assert "z" not in bound.scope.declared
    assert explicit(bound.scope.defined["z"].body) == r"2 \cdot y"


def test_a_declaration_hides_a_function_of_the_note() -> None:
    functions = callout("f(a) := a^2", LET, kind="definition").scope.defined
    context = Context(functions=functions)
    text = r"Let $f : \mathbb{R}^n \to \mathbb{R}$ be convex and $x \in \mathbb{R}^n$. Then"
    bound = callout(r"f(x) \ge 0", text, context=context)
    assert bound.scope.declared["f"].domain == ("n",)
    assert "f" not in bound.scope.defined
    assert "f" in callout(r"f(2) = 4", "", context=context).scope.defined


@pytest.mark.parametrize(
    ("definition", "form"),
    [
        ("f(a, b) := a + b", "f(a, b)"),
        ("f_k(a) := k a", "f_{k}(a)"),
    ],
)
def test_a_function_of_several_arguments_is_not_declared_as_one_of_one(
    definition: str, form: str
) -> None:
    let = r"Let $a, b, k \in \mathbb{R}$."
    functions = callout(definition, let, kind="definition").scope.defined
    text = r"Let $x \in \mathbb{R}^n$ and $f : \mathbb{R}^n \to \mathbb{R}$. Then"
    found = refused(r"f(x) \ge 0", text, context=Context(functions=functions))
    assert found.problem == f"f is declared as a function, and this note defines {form}"
    assert found.instead == f"write {form} as it is defined, or choose another name here"


def test_a_linked_name_is_not_taken_again() -> None:
    brought = {"#d": callout("m_k(a) := a^k", "Let $a, k > 0$.", kind="definition").scope}
    context = Context(exports=brought)
    found = refused("m_k = 1", "With [m](#d), let $m_k := m_k(a)$. Then", context=context)
    assert (found.column, found.problem) == (1, "m is a function here")
    again = refused("m(a) := a", "With [m](#d), let $a > 0$.", context=context, kind="definition")
    assert (again.column, again.problem) == (1, "m is defined already")
    other = refused("a = 1", r"Let $a \in \mathbb{R}^n$ with [m](#d). Then", context=context)
    assert other.problem == "a is declared differently in the linked definition"
    late = refused("a = 1", r"With [m](#d), let $a \in \mathbb{R}^n$. Then", context=context)
    assert late.problem == "this was declared with another shape"


REFUSED = [
    (r"e := 2", 1, "e means the same everywhere"),
    (r"\pi := 3", 1, r"\pi means the same everywhere"),
    (r"\operatorname{ln}(x) := x", 1, r"\operatorname{ln} means the same everywhere"),
    (r"\operatorname{sqrt}(x) := x", 1, r"\operatorname{sqrt} means the same everywhere"),
    ("a = 1", 1, "no := in a definition"),
    ("a := 1", 1, "a is declared already"),
    ("a + m := 1", 1, "this cannot stand on the left of :="),
    (r"\exp(a) := 1", 1, "this cannot be defined"),
    (r"\|2 z\|_2 := 1", 1, "a built-in function is defined at symbols"),
    ("f(q) := 1", 3, "an argument on the left of := must be declared"),
    (r"\mu := x_{ic}", 8, "the index i stands on the right of := alone"),
    (r"y_{i+1} := z_i", 4, "an index on the left of := must be a plain name"),
    (r"f(a) := q", 9, "q is not declared"),
    (r"y := \mathbf{1}", 6, "the size of this is not clear"),
    (r"r_t := r_t + v_t", 8, "r rests on another member of itself than the one before"),
    (r"r_t := v_t - r_{t+1}", 8, "r rests on another member of itself than the one before"),
    (r"r_t := r_{t-1} r_{t-2}", 8, "r rests on another member of itself than the one before"),
    (r"f(a) := f(a) + 1 = 2", 18, "a relation sign where an expression is due"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "column", "problem"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_defines_nothing(display: str, column: int, problem: str) -> None:
    found = refused(display, LET, kind="definition")
    assert (found.column, found.problem) == (column, problem)
