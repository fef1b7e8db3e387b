"""Deciding exactly whether relations between expressions hold for all values of their symbols."""

from qedeck.evidence.proof.certificate import (
    And,
    Certificate,
    Counterexample,
    Fact,
    Formula,
    Goal,
    Iff,
    Implies,
    Or,
    Rel,
)
from qedeck.evidence.proof.limits import limit_is
from qedeck.evidence.proof.prove import Verdict, prove, prove_by_atoms
from qedeck.evidence.proof.statement import prove_statement

__all__ = [
    "And",
    "Certificate",
    "Counterexample",
    "Fact",
    "Formula",
    "Goal",
    "Iff",
    "Implies",
    "Or",
    "Rel",
    "Verdict",
    "limit_is",
    "prove",
    "prove_by_atoms",
    "prove_statement",
]
