r"""Leibniz's quotients: read as derivatives, and refused where they may be anything else."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.formula.printer import latex
from qedeck.formula.tree import Apply, Derivative, Item, Symbol

from .reading import callout, printed, refused

SAID = (
    r"Let $x \in \mathbb{R}^n$, $t > 0$, $s, a \in \mathbb{R}$, $g : \mathbb{R} \to \mathbb{R}$, "
    r"$f : \mathbb{R}^n \to \mathbb{R}$ and $y := t^2 + \|x\|_2^2$. Then"
)
NAMED = SAID.replace("^n", "^d")
"""The same with a dimension d."""
X, Y, T, S = Symbol("x", ("n",)), Symbol("y"), Symbol("t"), Symbol("s")


def left(display, hypotheses=SAID):
    """The left side of an equation."""
    return callout(display, hypotheses).statement.terms[0]


READ = {
    r"\frac{dy}{dt} = 1": Derivative(Y, T, False),
    r"\frac{d y}{d t} = 1": Derivative(Y, T, False),
    r"\tfrac{dy}{dt} = 1": Derivative(Y, T, False),
    r"\frac{\mathrm{d}y}{\mathrm{d}t} = 1": Derivative(Y, T, False),
    r"\frac{\mathrm d y}{\mathrm d t} = 1": Derivative(Y, T, False),
    r"\frac{\partial y}{\partial t} = 1": Derivative(Y, T),
    r"dy/dt = 1": Derivative(Y, T, False),
    r"\mathrm{d}y/\mathrm{d}t = 1": Derivative(Y, T, False),
    r"\partial y / \partial t = 1": Derivative(Y, T),
    r"\frac{d^2 y}{dt^2} = 1": Derivative(Y, T, False, 2),
    r"\frac{d^{2} y}{d t^{2}} = 1": Derivative(Y, T, False, 2),
    r"\frac{d^2}{dt^2} y = 1": Derivative(Y, T, False, 2),
    r"\frac{\partial^3 y}{\partial t^3} = 1": Derivative(Y, T, True, 3),
    r"\frac{d}{dt} y = 1": Derivative(Y, T, False),
    r"d/dt y = 1": Derivative(Y, T, False),
    r"\frac{\partial}{\partial t} (y) = 1": Derivative(Y, T),
    r"\frac{df(x)}{dx_j} = 1": Derivative(Apply("f", (X,)), Item(X, (Symbol("j"),)), partial=False),
    r"\frac{df}{dx_j} = 1": Derivative(Apply("f", (X,)), Item(X, (Symbol("j"),)), partial=False),
    r"\frac{dg}{ds} = 1": Derivative(Apply("g", (S,)), S, partial=False),
    r"\frac{dg}{ds}(a) = 1": Apply("g", (Symbol("a"),), order=1),
    r"\frac{d^2 g}{ds^2}(a) = 1": Apply("g", (Symbol("a"),), order=2),
    r"\frac{\partial^2 y}{\partial t \partial s} = 1": Derivative(Derivative(Y, S), T),
}


@pytest.mark.parametrize("display", READ)
def test_quotients_of_differentials_are_derivatives(display: str) -> None:
    assert left(display) == READ[display]


@pytest.mark.parametrize("display", READ)
@pytest.mark.parametrize("hypotheses", [SAID, NAMED.replace(r"\|x\|_2^2", r"\sum_{i} x_i^2")])
def test_what_was_read_is_printed_and_read_again(display: str, hypotheses: str) -> None:
    if hypotheses != SAID:
        display = latex(callout(display, SAID).statement)
    statement = callout(display, hypotheses).statement
    assert callout(latex(statement), hypotheses).statement == statement


@pytest.mark.parametrize(
    ("display", "derivative", "quotient"),
    [
        (r"\frac{dy}{dt} = t + \frac{\|x\|_2^2}{t}",
         r"\frac{\mathrm{d}y}{\mathrm{d}t}", r"\frac{d \cdot y}{d \cdot t}"),
        (r"\frac{df(x)}{dx_j} = a",
         r"\frac{\mathrm{d}f(x)}{\mathrm{d}x_j}", r"\frac{d \cdot f(x)}{d \cdot x_j}"),
        (r"\frac{d^2 y}{dt^2} = a",
         r"\frac{\mathrm{d}^2 y}{\mathrm{d}t^2}", r"\frac{d^2 \cdot y}{d \cdot t^2}"),
        (r"dy/dt = a", r"\frac{\mathrm{d}y}{\mathrm{d}t}", r"\frac{d \cdot y}{d \cdot t}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("how", ["dimension", "number", "index"])
def test_d_that_is_a_name_makes_two_readings(
    display: str, derivative: str, quotient: str, how: str
) -> None:
    hypotheses = {
        "dimension": NAMED, "number": SAID.replace("$t > 0$", r"$t > 0$, $d \in \mathbb{R}$"),
        "index": SAID,
    }[how]  # fmt: skip
    if how == "index":
        display += r" + \sum_{d=1}^{3} d"
    found = refused(display, hypotheses)
    assert found.instead == f"write {derivative} for the derivative, {quotient} for the quotient"
    if how == "index":
        return
    assert isinstance(left(f"{derivative} = 1", hypotheses), Derivative)
    if "f(x)" not in quotient:
        assert not isinstance(left(f"{quotient} = 1", hypotheses), Derivative)
        again = printed(f"{quotient} = 1", hypotheses)
        assert printed(again, hypotheses) == again


def test_d_that_is_declared_after_the_derivative_makes_two_readings_too() -> None:
    said = r"Let $t > 0$, $y := t^2$, $v := \frac{dy}{dt}$ and $x \in \mathbb{R}^d$. Then"
    assert "two readings" in refused("v = 2 t", said).problem
    assert callout("v = 2 t", said.replace("^d", "^n")) is not None


REFUSED = [
    (r"\frac{dy}{dt}(t + 1) = a", 14,
     r"write \cdot before it for the product, or f'(a) for the derivative at a"),
    (r"\frac{d}{dt} t s = a", 16, r"write \frac{d}{dx} (a b) or (\frac{d}{dx} a) b"),
    (r"\frac{d}{dt} t + s = a", 1, r"write (\frac{d}{dx} f) + g or \frac{d}{dx} (f + g)"),
    (r"\frac{dy}{dx} = a", 12, r"write x_{i} for an entry, or \nabla_{x} for the gradient"),
    (r"\frac{dy}{dn} = a", 12,
     r"declare $n \in \mathbb{R}$, or differentiate by another symbol"),
    (r"\frac{\partial y}{dt} = a", 1, r"write d or \partial in both places"),
    (r"\frac{\partial y + 1}{\partial t} = a", 18,
     r"write \frac{\partial (f + g)}{\partial x}"),
    (r"2 dy/dt = a", 3, r"write \frac{dy}{dx} for the derivative"),
    (r"dy/dt s = a", 7, r"write \frac{dy}{dx} for the derivative"),
    (r"\frac{1}{dt} = a", 10,
     r"write \frac{dy}{dx} for a derivative, \int_a^b f(x) \, dx for an integral"),
    (r"dy = 2 t dt", 1,
     r"write \frac{dy}{dx} for a derivative, \int_a^b f(x) \, dx for an integral"),
    (r"\delta_{ij} = 1", 1, "write [i = j] for 1 where the indices agree, else 0"),
    (r"\int_0^1 t dt = a", 1, r"write \int_a^b f(t) \, dt"),
]  # fmt: skip


@pytest.mark.parametrize(("display", "column", "instead"), REFUSED, ids=[r[0] for r in REFUSED])
def test_what_is_no_derivative_is_told_what_to_write(
    display: str, column: int, instead: str
) -> None:
    found = refused(display, SAID)
    assert (found.column, found.instead) == (column, instead)
    assert "d is not declared" not in found.problem


@pytest.mark.parametrize(
    ("display", "problem"),
    [
        (r"\frac{d^2 y}{dt} = 1", "a derivative of order 2 above and 1 below"),
        (r"\frac{dy}{dt^2} = 1", "a derivative of order 1 above and 2 below"),
    ],
)
def test_orders_above_and_below_agree(display: str, problem: str) -> None:
    assert refused(display, SAID).problem == problem


def test_the_variable_enters_directly_or_through_abbreviations_not_both() -> None:
    said = r"Let $t \in \mathbb{R}$, $s := t^2$, $y := t + s$, $z := s^2$ and $L := 2 y$. Then"
    for display in (r"\frac{\partial y}{\partial t} = 1", r"\frac{\partial L}{\partial t} = 2",
                    r"\frac{\partial (t + s)}{\partial t} = 1"):  # fmt: skip
        found = refused(display, said)
        assert found.problem == "t enters directly, and through s"
        assert r"\mathrm{d}" in found.instead
    assert left(r"\frac{dy}{dt} = 1", said) == Derivative(Y, T, partial=False)
    assert left(r"\frac{\partial z}{\partial t} = 1", said) == Derivative(Symbol("z"), T)


def test_a_derivative_by_an_abbreviation_needs_that_nothing_else_moves() -> None:
    said = r"Let $t \in \mathbb{R}$, $v := 2 t$, $y := t + v$ and $z := v^2$. Then"
    assert "stands for a formula in t" in refused(r"\frac{dy}{dv} = 1", said).problem
    assert left(r"\frac{\partial z}{\partial v} = 1", said).variable == Symbol("v")


def test_a_square_that_is_a_symbol_is_differentiated_by_once() -> None:
    said = r"Let $t > 0$, $\sigma^2 := t$ and $g : \mathbb{R} \to \mathbb{R}$. Then"
    once = left(r"\frac{\partial g(\sigma^2)}{\partial \sigma^2} = 1", said)
    assert once.variable == Symbol(r"\sigma^2") and once.order == 1
    found = refused(r"\frac{\partial^2 g(\sigma^2)}{\partial \sigma^2} = 1", said)
    assert "order 2 above and 1 below" in found.problem


def test_where_d_is_a_name_one_d_ends_an_integral() -> None:
    assert callout(r"\int_0^1 s \, ds = a", NAMED)
    assert "which d ends" in refused(r"\int_0^1 t \, ds \, dt = a", NAMED).problem


@pytest.mark.parametrize("display", [r"\frac{d - 1}{d a} = 1", r"\frac{d a}{s} = 1",
                                     r"\frac{d}{d + 1} = 1", r"\frac{1}{d a} = 1"])  # fmt: skip
def test_other_quotients_with_a_named_d_stay_quotients(display: str) -> None:
    statement = callout(display, NAMED).statement
    assert not isinstance(statement.terms[0], Derivative)
    assert callout(latex(statement), NAMED).statement == statement
    assert Fraction(1) == statement.terms[1].value
