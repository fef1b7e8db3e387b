"""What certificates say of a claim, for its verdict: level, shapes and share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qedeck.evidence.exact import Proof, instantiated
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import Budget
from qedeck.formula.scope import Bound
from qedeck.proof.claims import Certified, Shown, certified
from qedeck.proof.oracles import Oracles
from qedeck.proof.search import find
from qedeck.proof.stored import Block

STEPS = 2_500
"""Of the search for the proof of a sequent that the file lacks."""


def checked(
    todo: Sequence[Obligation], lemmas: Mapping[str, Bound], block: Block, budget: Budget
) -> Certified:
    """The proof of a claim: stored certificates checked, what is missing searched or asked."""
    oracles = Oracles(budget, tuple(lemmas.values()))
    return certified(todo, lemmas, stored=block.proofs, find=find, ask=oracles.ask, vain=block.vain)


def as_proof(found: Certified, todo: Sequence[Obligation]) -> Proof:
    """A proof as verdicts know it."""
    if found.missing:
        return Proof(missing=found.missing)
    shapes = dict.fromkeys(shape for one in found.shown if (shape := shape_of(one)))
    general = all(one.theorems or not instantiated(todo[one.obligation]) for one in found.shown)
    return Proof(words(found), tuple(shapes), general)


def shape_of(shown: Shown) -> str:
    """The shape of a case in words: `n = 2; p = \\infty`."""
    told = [f"{name} = {value}" for name, value in shown.shape.items()]
    return ", ".join([*told, *(f"{name} = \\infty" for name in shown.infinite)])


def words(found: Certified) -> str:
    """What a proof rests on."""
    told = {
        "kernel": "certificates that the kernel checks",
        "kernel and theorem": "certificates that the kernel checks, in the span of the vectors",
        "oracle": f"on the word of {', '.join(found.oracles)}, asked anew in each run",
    }[found.share]
    linked = any(one.linked for one in found.shown)
    return f"{told}, with a linked claim" if linked else told
