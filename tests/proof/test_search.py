"""What the search proves, and that it proves nothing false."""

from __future__ import annotations

import pytest

from qedeck.kernel.check import check
from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.storage import to_json
from qedeck.kernel.terms import (
    Abs,
    Exp,
    Inverse,
    Log,
    Max,
    Power,
    Root,
    Sign,
    Symbol,
)
from qedeck.proof.search import Budget, find

STEPS = 6_000
A, B, C, D, E, F, G, H = (Polynomial.atom(k) for k in range(8))
TWO = (Symbol("x"), Symbol("y"))
FOUR = (*TWO, Symbol("u"), Symbol("v"))
DOT = A * C + B * D
BOTH = (A**2 + B**2) * (C**2 + D**2)
LENGTHS = (*FOUR, Root(2, A**2 + B**2), Root(2, C**2 + D**2))
SIZES = (*TWO, Abs(A), Abs(B))
ORDER = (*TWO[:1], Symbol("p"), Abs(A), Power(C, B))
SHARES = (Symbol("v"), Symbol("w"), Log(A), Log(B), Log(Polynomial.constant(2)))

TRUE = {
    "lagrange": (FOUR, [], (BOTH - DOT**2 - (A * D - B * C) ** 2, "=")),
    "cauchy-schwarz": (FOUR, [], (BOTH - DOT**2, ">=")),
    "cauchy-schwarz with roots": (LENGTHS, [], (E * F - DOT, ">=")),
    "triangle": ((*SIZES, Abs(A + B)), [], (C + D - E, ">=")),
    "reverse triangle": ((*SIZES, Abs(A - B), Abs(C - D)), [], (E - F, ">=")),
    "largest below sum": ((*SIZES, Max(C, D)), [], (C + D - E, ">=")),
    "length below sum": ((*SIZES, Root(2, A**2 + B**2)), [], (C + D - E, ">=")),
    "sum below length": (
        (*SIZES, Root(2, A**2 + B**2), Root(2, Polynomial.constant(2))), [], (E * F - C - D, ">="),
    ),
    "an inverse": ((*TWO, Inverse(A**2 + 1)), [], (C * A**2 + C - 1, "=")),
    "quotients": (
        (*TWO, Inverse(A), Inverse(B)), [(A, ">"), (B - A, ">=")], (C - D, ">="),
    ),
    "means": (TWO, [(A, ">="), (B, ">=")], ((A + B) ** 2 - 4 * A * B, ">=")),
    "squares rise": (TWO, [(A, ">="), (B - A, ">=")], (B**2 - A**2, ">=")),
    "cubes": (TWO, [(A, ">"), (B, ">")], (A**3 + B**3 - A**2 * B - A * B**2, ">=")),
    "a sign": ((*TWO, Sign(A), Abs(A)), [], (A * C - D, "=")),
    "modulo equations": (TWO, [(A**2 + B**2 - 1, "=")], (A**4 + 2 * A**2 * B**2 + B**4 - 1, "=")),
    "strict": (TWO, [(A - 1, ">")], (A**2 - A, ">")),
    "not zero": (TWO, [(A, ">="), (A, "!=")], (A, ">")),
    "entropy": (
        SHARES, [(A, ">"), (B, ">"), (A + B - 1, "=")], (E + A * C + B * D, ">="),
    ),
    "log below tangent": ((Symbol("t"), Log(A)), [(A, ">")], (A - 1 - B, ">=")),
    "exp above tangent": ((Symbol("t"), Exp(A)), [], (B - 1 - A, ">=")),
    "bernoulli": ((*TWO, Power(A, B)), [(A, ">"), (B - 1, ">=")], (C - 1 - B * A + B, ">=")),
    "a power of a size": (ORDER, [(B, ">")], (D, ">=")),
}  # fmt: skip

FALSE = {
    "cauchy-schwarz strict": (FOUR, [], (BOTH - DOT**2, ">")),
    "cauchy-schwarz turned": (FOUR, [], (DOT**2 - BOTH, ">=")),
    "lagrange doubled": (FOUR, [], (BOTH - DOT**2 - 2 * (A * D - B * C) ** 2, "=")),
    "triangle strict": ((*SIZES, Abs(A + B)), [], (C + D - E, ">")),
    "triangle turned": ((*SIZES, Abs(A + B)), [], (E - C - D, ">=")),
    "length above sum": ((*SIZES, Root(2, A**2 + B**2)), [], (E - C - D, ">=")),
    "no value": ((*TWO, Inverse(A)), [], (C * A - 1, "=")),
    "no root": ((*TWO, Root(2, A)), [], (C**2 - A, "=")),
    "no logarithm": ((Symbol("t"), Log(A)), [(A, ">=")], (A - 1 - B, ">=")),
    "weak for strict": (TWO, [(A - 1, ">=")], (A**2 - A, ">")),
    "squares do not rise": (TWO, [(B - A, ">=")], (B**2 - A**2, ">=")),
    "entropy halved": (
        SHARES, [(A, ">"), (B, ">"), (A + B - 1, "=")], (E + 2 * A * C + 2 * B * D, ">="),
    ),
    "bernoulli below 1": ((*TWO, Power(A, B)), [(A, ">"), (B, ">=")], (C - 1 - B * A + B, ">=")),
    "log strict": ((Symbol("t"), Log(A)), [(A, ">")], (A - 1 - B, ">")),
    "zero to no power": ((*TWO, Power(A, B)), [(A, ">="), (B, ">=")], (C, ">=")),
}  # fmt: skip


def sequent(atoms, facts, goal):
    zero = Polynomial()
    return Sequent(
        tuple(atoms),
        tuple(Relation(zero + p, s) for p, s in facts),
        Relation(zero + goal[0], goal[1]),
    )


@pytest.mark.parametrize("name", TRUE)
def test_a_true_sequent_is_proved(name):
    asked = sequent(*TRUE[name])
    found = find(asked, Budget(STEPS))
    assert found is not None
    assert check(asked, found) == ()
    assert len(to_json(found)) < 2_000


@pytest.mark.parametrize("name", FALSE)
def test_a_false_sequent_is_not(name):
    assert find(sequent(*FALSE[name]), Budget(STEPS)) is None


def test_a_budget_is_steps_and_the_same_proof_comes_twice():
    asked = sequent(*TRUE["cauchy-schwarz with roots"])
    first, second = Budget(STEPS), Budget(STEPS)
    assert find(asked, first) == find(asked, second)
    assert first.steps == second.steps < STEPS
    assert find(asked, Budget(10)) is None
