"""Ways in which something is proved: names for programs, and words for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

Way: TypeAlias = Literal[
    "kernel",
    "algebra oracle",
    "limit oracle",
    "boxes oracle",
    "z3 oracle",
    "nothing",
    "values",
    "normal form",
    "residues",
    "modulo",
    "signs",
    "sign cases",
    "cases",
    "symmetry",
    "vacuous",
    "outside",
    "squares",
    "combination",
    "minkowski",
    "boxes",
    "z3",
    "limit",
    "squeeze",
    "expectation",
]

WORDS: Mapping[Way, str] = {
    "kernel": "certificates that the kernel checks",
    "algebra oracle": "the prover's algebra, asked anew",
    "limit oracle": "the prover of limits, asked anew",
    "boxes oracle": "ball arithmetic over boxes, asked anew",
    "z3 oracle": "decision procedure (z3), asked anew",
    "nothing": "nothing to prove",
    "values": "values",
    "normal form": "rational normal form",
    "residues": "polynomial identity testing",
    "modulo": "identity modulo the hypotheses",
    "signs": "signs",
    "sign cases": "sign cases",
    "cases": "cases",
    "symmetry": "symmetry",
    "vacuous": "contradictory hypotheses",
    "outside": "outside the domain",
    "squares": "sum of squares",
    "combination": "non-negative combination",
    "minkowski": "Minkowski's inequality",
    "boxes": "ball arithmetic over boxes",
    "z3": "decision procedure (z3)",
    "limit": "limit",
    "squeeze": "squeeze between a linked chain",
    "expectation": "expectation by rule",
}


def together(parts: Iterable[tuple[Way, ...]]) -> tuple[Way, ...]:
    """The ways of several parts, each once, in order of first use."""
    return tuple(dict.fromkeys(way for ways in parts for way in ways))


def told(ways: tuple[Way, ...]) -> str:
    """Ways in words."""
    return ", ".join(WORDS[way] for way in ways)
