"""The verdict on a claim, a definition, a misconception, a cited formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qedeck.evidence.boundary import on_boundary
from qedeck.evidence.critical import critical, unguarded
from qedeck.evidence.exact import GOAL_SECONDS, Proof, proved
from qedeck.evidence.falsify import Trial, falsify
from qedeck.evidence.far import far_out
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.larger import larger
from qedeck.evidence.links import (
    single_links,
)
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.obligations import (
    NotUnfolded,
    Obligation,
    obligations,
    parts,
)
from qedeck.evidence.pinning import pinned
from qedeck.evidence.precise import precisely
from qedeck.evidence.record import Evidence, Level, Verdict, weakest
from qedeck.evidence.report import refutation
from qedeck.evidence.reviews import idle
from qedeck.evidence.scopes import speaks
from qedeck.evidence.trial import Judge
from qedeck.evidence.undefined import beyond, undefined
from qedeck.evidence.verify import Subject
from qedeck.evidence.words import OPERATORS, assignments, reason
from qedeck.formula.evaluate import TooLarge
from qedeck.formula.printer import (
    latex,
)
from qedeck.formula.scope import Bound
from qedeck.formula.tree import (
    Call,
    Define,
    Relation,
)

CLAIM_SECONDS = 10.0
PATIENCE = 5.0
"""As many times more for a claim that is known to have a proof."""
ENOUGH = 100
"""Fewer effective instances than this are no test."""


def claim(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """Falsify, prove, try the mutants."""
    broken = [name for name, e in dependencies.items() if e.verdict != "holds"]
    if broken:
        return unknown(subject, f"it rests on {', '.join(sorted(broken))}, which is not verified")
    try:
        todo = obligations(subject.bound)
    except NotUnfolded as error:
        if hand is None:
            return unknown(subject, str(error))
        todo = ()
    return decided(subject, seed, hand, dependencies, todo)


def unattained(bound: Bound) -> Relation | None:
    """A non-strict inequality that no equality case pins: it could be weaker than the truth."""
    chains = [part for part in parts(bound.statement) if isinstance(part, Relation)]
    pinned_links: set[int] = set()
    for case in bound.equality:
        pinned_links |= set(case.links or range(20))
    for chain in chains:
        for k, link in enumerate(single_links(chain)):
            if link.signs[0] in ("<=", ">=") and not (chain is chains[-1] and k in pinned_links):
                return link
    return None


def decided(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
    todo: tuple[Obligation, ...],
) -> Evidence:
    """The verdict on obligations, joined with what hand-written checks say."""
    trial = falsify(todo, seed) if todo else Trial(failure="no rule unfolds it")
    nowhere = None
    if trial.counter is None and not trial.failure:
        try:
            found = larger(todo, seed) or on_boundary(todo, seed) or far_out(todo, seed)
        except TooLarge as error:
            return unknown(subject, str(error))
        if found is None:
            found, nowhere = critical(todo, seed)
        trial = replace(trial, counter=found)
    if trial.counter is not None:
        message = refutation(subject, trial.counter, todo)
        return replace(blank(subject, "fails"), message=message, instances=trial.effective)
    loose = unattained(subject.bound)
    if loose is not None:
        message = (
            f"{subject.place}: claim {subject.id} does not say where equality holds in "
            f"{latex(loose)}; write Equality at $...$, or < where there is none\n"
            f"    {subject.latex}"
        )
        return replace(blank(subject, "fails"), message=message)
    if trial.failure and hand is None:
        return unknown(subject, f"the engine cannot evaluate it: {trial.failure}")
    certified = hand is not None and bool(hand.certificate)
    if not trial.failure and trial.vacuous and not certified:
        return unknown(subject, "no instance meets the hypotheses: it is vacuous")
    if trial.failure and hand is not None and not certified and hand.instances < ENOUGH:
        return unknown(
            subject,
            f"its checks draw {hand.instances} instances and the engine evaluates none "
            f"({trial.failure}); draw {ENOUGH} from claim.instances(), or hand back a certificate",
        )
    nowhere = nowhere or undefined(todo, seed) or unguarded(todo, seed)
    if nowhere is not None:
        at = assignments(nowhere.values)
        message = (
            f"{subject.place}: {subject.kind} {subject.id} has no value at {at}, which meets "
            f"the hypotheses; write the hypothesis that it needs\n    {subject.latex}"
        )
        return replace(blank(subject, "fails"), message=message)
    outside = beyond(todo, seed)
    if outside is not None:
        message = (
            f"{subject.place}: {subject.kind} {subject.id} uses a function where its definition "
            f"does not reach: {outside.needed} fails at {assignments(outside.values)}; write the "
            f"hypothesis, or define it there\n    {subject.latex}"
        )
        return replace(blank(subject, "fails"), message=message)
    lemmas = {
        name: bound for name, bound in subject.lemmas.items()
        if name in dependencies and dependencies[name].verdict == "holds"
    }  # fmt: skip
    in_vain = "no proof was found before" if subject.search == "in vain" else ""
    missing = trial.failure or in_vain
    proof = Proof(missing=missing) if missing else sought(todo, lemmas, subject)
    if proof.ungranted:
        message = f"{subject.place}: {subject.kind} {subject.id}: {proof.missing}"
        return replace(blank(subject, "fails"), message=message)
    if proof.refuted is not None:
        at = assignments(proof.refuted.values) or "all values"
        message = f"{subject.place}: {subject.kind} {subject.id} is false at {at}"
        return replace(blank(subject, "fails"), message=message)
    if not (proof.holds or trial.failure):
        small = precisely(todo, seed)
        if small is not None:
            message = refutation(subject, small, todo)
            return replace(blank(subject, "fails"), message=message, instances=trial.effective)
    level = level_of(proof, trial, hand, dependencies)
    if level is None:
        return unknown(subject, f"only {trial.effective} instances meet the hypotheses")
    mutants = Judge(seed, hand, lemmas, subject.bound, todo).all()
    return judged(subject, evidence_of(subject, trial, proof, hand, level), mutants)


def sought(todo: tuple[Obligation, ...], lemmas: Mapping[str, Bound], subject: Subject) -> Proof:
    """A proof; sought again with more time where there is known to be one."""
    proof = proved(todo, CLAIM_SECONDS, lemmas=lemmas)
    if proof.holds or subject.search != "found":
        return proof
    # This machine may be slower than the one that found it.
    return proved(
        todo, PATIENCE * CLAIM_SECONDS, lemmas=lemmas, goal_seconds=PATIENCE * GOAL_SECONDS
    )


def evidence_of(
    subject: Subject, trial: Trial, proof: Proof, hand: HandVerdict | None, level: Level
) -> Evidence:
    """The record of a claim that holds."""
    certified = hand.certificate if hand is not None and not proof.holds else ()
    drawn = trial.effective + (hand.instances if hand is not None else 0)
    return replace(
        blank(subject, "holds"),
        method="hand" if trial.failure or certified else "engine",
        level=level,
        speaks=speaks(subject.bound),
        parts=certified or proof.parts,
        instances=drawn,
        shapes=trial.shapes,
        largest_error=trial.largest_error,
    )


def level_of(
    proof: Proof, trial: Trial, hand: HandVerdict | None, dependencies: Mapping[str, Evidence]
) -> Level | None:
    """How strongly a claim is known; None where it was hardly tested.

    A claim is as well known as its weakest part, and a part as what its proof uses.
    """
    if proof.holds:
        levels = [part.level for part in proof.parts]
        used = [dependencies[name].level for part in proof.parts for name in part.lemmas]
        return weakest([*levels, *(level for level in used if level is not None)])
    if hand is not None and hand.certificate:
        return weakest(part.level for part in hand.certificate)
    return "tested" if trial.effective >= ENOUGH or hand is not None else None


def judged(subject: Subject, evidence: Evidence, mutants: tuple[Mutant, ...]) -> Evidence:
    """The evidence with its mutants; one that nothing decides is a failure."""
    for review in idle(subject.bound, mutants):
        message = (
            f"{subject.place}: {subject.kind} {subject.id} {review.kind} "
            f"${latex(review.formula)}$, which needs no such line; drop it"
        )
        return replace(evidence, mutants=mutants, verdict="fails", level=None, message=message)
    undecided = [m for m in mutants if m.outcome == "undecided"]
    if not undecided:
        return replace(evidence, mutants=mutants)
    lines = [
        f"{subject.place}: {subject.kind} {subject.id} could be corrupted without a check noticing"
    ]
    for one in undecided:
        lines.append(f"  {OPERATORS[one.operator]}: {one.latex}")
        lines.append(f"    {reason(one.reason)}")
    return replace(evidence, mutants=mutants, verdict="fails", level=None, message="\n".join(lines))


def definition(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """A built-in function's definition is checked against it; any other is pinned by its users."""
    statement = subject.bound.statement
    if isinstance(statement, Define) and isinstance(statement.head, Call):
        return decided(subject, seed, hand, dependencies, obligations(subject.bound))
    users: Mapping[str, Bound] = subject.users
    mutants = pinned(subject.bound, users, seed, hand)
    evidence = replace(
        blank(subject, "holds"),
        method="engine",
        pinned_by=tuple(users),
    )
    return judged(subject, evidence, mutants)


def misconception(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """The counterexample on the page is confirmed exactly, and the search finds one too.

    The claim that it points to as the truth must hold.
    """
    from qedeck.evidence.misconception import refuted

    truth = dependencies.get(subject.bound.truth or "")
    if truth is not None and truth.verdict != "holds":
        return unknown(subject, f"the true claim {truth.id} that it names is not verified")
    if truth is not None and truth.kind == "definition":
        return unknown(subject, f"{truth.id}, which it names as true, is a definition")
    return refuted(subject, seed, hand)


def cited(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """Nothing is checked."""
    del seed, hand, dependencies
    return replace(blank(subject, "holds"), method="source", level="cited")


def blank(subject: Subject, verdict: Verdict) -> Evidence:
    """Evidence with a verdict and nothing else."""
    return Evidence(subject.id, subject.kind, "", verdict, "engine", None)


def unknown(subject: Subject, why: str) -> Evidence:
    """Evidence that says why nothing was established."""
    message = f"{subject.place}: {subject.kind} {subject.id} is not decided: {why}"
    return replace(blank(subject, "unknown"), message=message)
