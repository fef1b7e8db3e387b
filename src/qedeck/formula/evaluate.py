"""Evaluation of trees in any ring: expressions, the sides of relations, truths."""

from __future__ import annotations

from qedeck.formula.functions import expression_of, function_of, to_tensor, to_value
from qedeck.formula.interpreter import Evaluation, opened
from qedeck.formula.rings.ring import (
    Inexact,
    Ring,
    TooLarge,
    Undecided,
    Undefined,
    Unsupported,
    Verdict,
)
from qedeck.formula.statements import Link, holds, related, sides
from qedeck.formula.tree import Expr
from qedeck.formula.values import Array, Environment, FiniteLaw, T, Value

__all__ = [
    "Array",
    "Environment",
    "FiniteLaw",
    "Inexact",
    "Link",
    "Ring",
    "TooLarge",
    "Undecided",
    "Undefined",
    "Unsupported",
    "Value",
    "Verdict",
    "evaluate",
    "expression_of",
    "function_of",
    "holds",
    "related",
    "sides",
    "to_tensor",
    "to_value",
]


def evaluate(node: Expr, environment: Environment[T], ring: Ring[T]) -> Value[T]:
    """The value of an expression.

    Raises:
        Inexact, Undefined, Undecided: where the ring has no such value.
        Unsupported: for kinds of nodes that a ring does not evaluate.
        TooLarge: for loops that are too long.
        ValueError: for names without a value and shapes that do not fit, which the reader
            of formulas rules out.
    """
    return Evaluation(ring).value(node, opened(environment, ring))
