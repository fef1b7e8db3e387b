"""What certificates say of a claim, for its verdict: level, shapes and share of each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qedeck.evidence.exact import Proof
from qedeck.evidence.floor import enough, open_sizes
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.reasons import Step
from qedeck.evidence.record import Established, Shape
from qedeck.evidence.settings import PROVED_SIZES
from qedeck.evidence.ways import Way
from qedeck.evidence.whole import at_reals, unlisted
from qedeck.formula.printer import latex
from qedeck.formula.scope import Bound
from qedeck.proof.claims import SHARES, Certified, Shown, certified
from qedeck.proof.explanation import explained
from qedeck.proof.oracles import Oracles
from qedeck.proof.search import Budget as Steps
from qedeck.proof.search import find
from qedeck.proof.stored import Block

STEPS = 2_500
"""Of the search for the proof of a sequent that the file lacks."""
MOST_TOLD = 24
"""Steps of a certificate that are told."""
ORACLES: Mapping[str, Way] = {
    "limit": "limit oracle", "boxes": "boxes oracle", "z3": "z3 oracle",
}  # fmt: skip
"""Those who are asked where the kernel is not shown; algebra for all others."""


def checked(
    todo: Sequence[Obligation], lemmas: Mapping[str, Bound], block: Block, budget: Budget,
    *, same: bool = False,
) -> Certified:  # fmt: skip
    """The proof of a claim: stored certificates checked, what is missing searched or asked.

    Of a statement about which the file says nothing nothing is searched: `qedeck lock` does that.

    Args:
        todo: What must hold.
        lemmas: Linked claims that hold, by full id.
        block: What the file of its note says of it.
        budget: Of the oracles.
        same: Whether all is as it was when the block was written: what was asked in vain then is
            not asked again.
    """
    oracles = Oracles(budget, lemmas, block.courses, block.unanswered if same else ())
    seek = (lambda sequent: find(sequent, Steps(STEPS))) if block != Block() else None
    return certified(
        todo, lemmas, stored=block.proofs, find=seek, ask=oracles.ask, vain=block.vain
    )  # fmt: skip


def as_proof(found: Certified, todo: Sequence[Obligation]) -> Proof:
    """A proof as verdicts know it."""
    parts: list[Established] = []
    missing = found.missing
    for k, obligation in enumerate(todo):
        shown = [one for one in found.shown if one.obligation == k]
        part = _established(obligation, shown)
        if k in found.examples and part.share != "oracle":
            steps = explained(*found.examples[k])
            told = [step.words for step in steps[:MOST_TOLD]]
            if len(steps) > MOST_TOLD:
                told.append(f"… and {len(steps) - MOST_TOLD} more steps.")
            part = replace(part, explained=tuple(told))
        if part.level == "tested":
            missing = missing or f"only at {len(part.shapes)} shapes"
        parts.append(part)
    return Proof(tuple(parts), holds=not missing, missing=missing)


def _established(obligation: Obligation, shown: Sequence[Shown]) -> Established:
    """What is proved of an obligation, at enough shapes or at all."""
    fixed = {name for one in shown for name in one.shape}
    if not fixed & {*unlisted(obligation.scope)}:
        obligation = at_reals(obligation) or obligation
    names = open_sizes(obligation)
    shapes: list[Shape] = []
    for one in shown:
        shape = {name: one.shape[name] for name in names if name in one.shape}
        if shape not in shapes:
            shapes.append(shape)
    general = bool(shown) and (not names or all("span" in one.theorems for one in shown))
    met = bool(shown) and (general or enough(obligation, shapes, PROVED_SIZES))
    return Established(
        obligation.role,
        latex(obligation.statement),
        "proved" if general else "proved at shapes" if met else "tested",
        tuple(dict.fromkeys(map(_step, shown))),
        () if general else tuple(shapes),
        tuple(dict.fromkeys(name for one in shown for name in one.linked)),
        max((one.share for one in shown), key=SHARES.index, default=""),
        tuple(dict.fromkeys(one.oracle for one in shown if one.oracle)),
    )


def _step(shown: Shown) -> Step:
    if shown.oracle:
        return Step((ORACLES.get(shown.oracle, "algebra oracle"),), "", shown.spanned)
    return Step(("kernel",), "", shown.spanned)


def steps_of(found: Certified) -> tuple[Step, ...]:
    """How something was proved, each way once."""
    return tuple(dict.fromkeys(map(_step, found.shown)))
