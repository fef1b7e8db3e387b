"""Formulas as polynomials over the kernel's atoms: a ring for the evaluation of trees.

Atoms are kept in a normal form: powers and products of what is known to be not negative are taken
apart, squares of roots and absolute values are worked out, factors and their inverses cancel. Each
of these laws holds wherever all parts have a value; what must hold for that is kept as a need.
A choice that rests on an open condition raises `Branch`, and the whole is evaluated once for each
answer. Nothing here is trusted: `bridge` compares the result with the page.
"""

from qedeck.proof.terms.conditions import (
    ALLOWED,
    ANY,
    NONNEGATIVE,
    POSITIVE,
    Branch,
    Infinity,
    Path,
    Signs,
    Table,
    Term,
)
from qedeck.proof.terms.ring import TermRing

__all__ = [
    "ALLOWED",
    "ANY",
    "NONNEGATIVE",
    "POSITIVE",
    "Branch",
    "Infinity",
    "Path",
    "Signs",
    "Table",
    "Term",
    "TermRing",
]
