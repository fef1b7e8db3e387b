"""Scopes in words."""

from __future__ import annotations

from fractions import Fraction

import pytest

from qedeck.evidence.scopes import in_words
from qedeck.formula.scope import Bound, Declared, Law, Scope
from qedeck.formula.tree import Number, Relation


@pytest.mark.parametrize(
    ("tried", "words"), [(("",), "one shape"), (("n = 1", "n = 2"), "two shapes")]
)
def test_a_test_says_over_how_many_shapes_it_went(tried, words):
    told = in_words(None, "tested", (), 1280, tried)
    assert told == f"no counterexample in 1,280 random instances over {words}"


ONE = Number(Fraction(1))
HOLDS = Relation((ONE, ONE), ("=",))
RANDOM = Declared("X", "random")


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), "for all values"),
        (
            Scope({name: Declared(name, "real") for name in ("x", "y", "p")}),
            "for all real $x$, $y$ and $p$ that meet the hypotheses",
        ),
        (
            Scope({"X": RANDOM}, laws=(Law(("X",), order=4),)),
            "for every distribution of $X$ with a finite fourth moment that meets the hypotheses",
        ),
        # A linked definition asks for more than the claim does, which only the page can tell.
        (
            Scope({"X": RANDOM}, laws=(Law(("X",), order=8), Law(("X",), order=3))),
            "for every distribution of $X$ that meets the hypotheses",
        ),
        (
            Scope({"J": Declared("J", "function"), "X": RANDOM}),
            "for all functions $J$, and every distribution of $X$ that meet the hypotheses",
        ),
    ],
)
def test_a_proof_says_of_what_it_holds(scope, words):
    assert in_words(Bound(scope, HOLDS), "proved", (), 0, ()) == words


def test_a_proof_at_shapes_names_them_in_order():
    shapes = ("n = 2, i = 1", "n = 1, i = 1", r"n = 10, p = \infty", "n = 3")
    told = in_words(Bound(Scope(), HOLDS), "proved at shapes", shapes, 0, ())
    assert told == r"for all values, at $n = 1, 2, 3, 10$; $i = 1$; $p = \infty$"
