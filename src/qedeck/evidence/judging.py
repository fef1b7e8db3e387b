"""Whether statements hold at instances in floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qedeck.evidence.approach import with_limits
from qedeck.formula.evaluate import Environment, holds, sides
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.tree import Implies, Restricted, Statement
from qedeck.formula.values import entries

Truths = NDArray[np.bool_]
BLURRED = 1e-6
"""Sides with a larger error, relative to their size, test nothing."""


def judged(
    statement: Statement, environment: Environment[Approx], ring: FloatRing
) -> tuple[Truths, Truths]:
    """Whether a statement holds, for each instance: true up to rounding, and certainly false.

    An undecided comparison of defined sides is true up to rounding; undefined sides are neither.
    """
    statement, environment = with_limits(statement, environment, ring)
    verdict = holds(statement, environment, ring)
    no = np.asarray(verdict.no, dtype=bool)
    yes = np.asarray(verdict.yes, dtype=bool)
    close = ~no & ~yes & defined(statement, environment, ring)
    return yes | close, no


def defined(statement: Statement, environment: Environment[Approx], ring: FloatRing) -> Truths:
    """Instances at which all sides are numbers, known well enough to tell them apart."""
    fine: Any = np.asarray(True)
    for link in sides(statement, environment, ring):
        for left, right in zip(entries(link.left), entries(link.right), strict=True):
            size = np.maximum(np.maximum(np.abs(left.value), np.abs(right.value)), 1.0)
            with np.errstate(all="ignore"):
                sharp = np.maximum(left.error, right.error) <= BLURRED * size
            fine = fine & ~np.isnan(left.value) & ~np.isnan(right.value) & sharp
    return np.asarray(fine, dtype=bool)


def asked(statement: Statement, environment: Environment[Approx], ring: FloatRing) -> Truths:
    """Instances at which a statement says something: the conditions in front of it hold."""
    match statement:
        case Implies(given, then) | Restricted(then, given):
            yes, _ = judged(given, environment, ring)
            return yes & asked(then, environment, ring) if yes.any() else yes
        case _:
            return np.asarray(True)
