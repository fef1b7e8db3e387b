"""Scopes: what a statement speaks of, and at which sizes its parts are known."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from qedeck.evidence import words
from qedeck.evidence.reasons import Step
from qedeck.evidence.record import Established, Evidence
from qedeck.evidence.scopes import speaks
from qedeck.formula.scope import Bound, Declared, Law, Scope
from qedeck.formula.tree import Number, Relation

ONE = Number(Fraction(1))
HOLDS = Relation((ONE, ONE), ("=",))
RANDOM = Declared("X", "random")
TESTED = Evidence("n/c", "claim", "", "holds", "engine", "tested", instances=1280)
PROVED = replace(TESTED, level="proved")
STEP = (Step(("signs",)),)


@pytest.mark.parametrize(
    ("tried", "told"), [(({},), "one shape"), (({"n": 1}, {"n": 2}), "two shapes")]
)
def test_a_test_says_over_how_many_shapes_it_went(tried, told):
    scope = words.scope(replace(TESTED, shapes=tried))
    assert scope == f"no counterexample in 1,280 random instances over {told}"


@pytest.mark.parametrize(
    ("scope", "told"),
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
def test_a_proof_says_of_what_it_holds(scope, told):
    assert words.scope(replace(PROVED, speaks=speaks(Bound(scope, HOLDS)))) == told


def part(role, *sizes, level="proved at shapes"):
    return Established(role, "x = x", level if sizes else "proved", STEP, sizes)


def at(*sizes):
    return tuple({"n": size} for size in sizes)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ((part("statement", *at(2, 1, 10, 3)),), ", at $n = 1, 2, 3, 10$"),
        ((part("statement", *at(1, 2)), part("equality", *at(1, 2))), ", at $n = 1, 2$"),
        # Equality at a size that the page writes down is proved whole.
        ((part("statement", *at(1, 2)), part("equality")), ", at $n = 1, 2$"),
        ((part("statement"), part("equality")), ""),
        (
            (part("statement"), part("equality", *at(1, 2))),
            "; where equality is said, at $n = 1, 2$",
        ),
        (
            (part("statement", *at(1, 2)), part("equality", *at(2, 3))),
            ", at $n = 1, 2$; where equality is said, at $n = 2, 3$",
        ),
        ((part("statement", *at(1, 2)), part("statement", *at(2, 3))), ", at $n = 2$"),
    ],
)
def test_a_proof_names_the_sizes_of_each_part(parts, told):
    evidence = replace(PROVED, level="proved at shapes", parts=parts)
    assert words.scope(evidence) == f"for all values{told}"


def test_a_test_says_what_is_proved_of_it():
    parts = (part("statement", *at(1, 2), level="tested"),)
    scope = words.scope(replace(TESTED, shapes=({},), parts=parts))
    assert scope.endswith("over one shape; the formula is proved at $n = 1, 2$")
