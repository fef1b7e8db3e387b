"""The verdict on a claim, a definition, a misconception, a cited formula."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from qedeck.evidence.critical import unguarded
from qedeck.evidence.domains import outside_domains
from qedeck.evidence.exact import Proof, proved
from qedeck.evidence.falsify import Trial, falsify
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.ladder import counterexample
from qedeck.evidence.least import Touch, touched
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
from qedeck.evidence.pinning import Amiss, pinned, pinning, unasked
from qedeck.evidence.precise import precisely
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Counter, Nowhere
from qedeck.evidence.record import Evidence, Level, Verdict, weakest
from qedeck.evidence.report import doubt, refutation
from qedeck.evidence.reviews import idle
from qedeck.evidence.scopes import speaks
from qedeck.evidence.trial import Judge
from qedeck.evidence.undefined import undefined
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
    Derivative,
    Gradient,
    Integral,
    Limit,
    Relation,
    walk,
)
from qedeck.proof.claims import Certified
from qedeck.proof.mutants import Known
from qedeck.proof.verdict import as_proof, checked

CLAIM_STEPS = 15 * SECOND
MOST_LISTED = 10
"""Corruptions in one message; the rest is counted."""
ENOUGH = 100
"""Fewer effective instances than this are no test."""


def claim(
    subject: Subject,
    seed: int,
    hand: HandVerdict | None,
    dependencies: Mapping[str, Evidence],
) -> Evidence:
    """Falsify, prove, try the mutants."""
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
    inquiry = Inquiry(subject, seed, hand, dependencies, todo)
    for question in QUESTIONS:
        answer = question(inquiry)
        if answer is not None:
            return answer
    return inquiry.verdict()


@dataclass
class Inquiry:
    """What is found out about a claim: one question after the other, the first answer counts.

    A question answers with the evidence of a claim that does not hold, or with None.
    """

    subject: Subject
    seed: int
    hand: HandVerdict | None
    dependencies: Mapping[str, Evidence]
    todo: tuple[Obligation, ...]

    @cached_property
    def certificates(self) -> Certified | None:
        """Its certificates, checked; None where its note has no file of proofs."""
        block = self.subject.block
        if block is None or not self.todo:
            return None
        # Oracles that found nothing before, with nothing changed since, are not asked again.
        steps = 0 if self.subject.search == "in vain" else CLAIM_STEPS
        return checked(self.todo, self.lemmas, block, Budget.of(steps), same=self.unchanged)

    @property
    def unchanged(self) -> bool:
        """Whether its block was written with all that its verdict depends on as it is now."""
        block, digest = self.subject.block, self.subject.digest
        return block is not None and bool(digest) and block.searched.get("digest") == digest

    @property
    def settled(self) -> Mapping[str, Any]:
        """What a search in vain tried, where that need not be searched again; else nothing.

        The kernel proves it, or an oracle that was just asked, and nothing of what was searched
        has changed since.
        """
        block, found = self.subject.block, self.certificates
        if block is None or found is None or found.missing:
            return {}
        return block.searched if self.unchanged else {}

    @cached_property
    def trial(self) -> Trial:
        """The search in floats, what it finds confirmed."""
        if not self.todo:
            return Trial(failure="no rule unfolds it")
        if self.settled:
            return Trial(
                effective=int(self.settled.get("instances", 0)),
                shapes=tuple(self.settled.get("shapes", ())),
                largest_error=float(self.settled.get("error", 0.0)),
            )
        return falsify(self.todo, self.seed)

    @cached_property
    def beyond_random(self) -> tuple[Counter | None, Nowhere | None]:
        """What is found where random instances of small shapes hardly lead; or no value there."""
        if self.trial.failure or self.settled:
            return None, None
        return counterexample(self.todo, self.seed)

    @cached_property
    def proof(self) -> Proof:
        """The proof, or how far it came."""
        if self.certificates is not None:
            return as_proof(self.certificates, self.todo)
        in_vain = "no proof was found before" if self.subject.search == "in vain" else ""
        missing = self.trial.failure or in_vain
        if missing:
            return Proof(missing=missing)
        return proved(self.todo, Budget.of(CLAIM_STEPS), lemmas=self.lemmas)

    @cached_property
    def touch(self) -> Touch | None:
        """Where an inequality is nearly an equation and may fail."""
        return touched(self.todo, self.seed)

    @property
    def lemmas(self) -> Mapping[str, Bound]:
        """The linked claims that hold."""
        known = self.dependencies
        return {
            name: bound for name, bound in self.subject.lemmas.items()
            if name in known and known[name].verdict == "holds"
        }  # fmt: skip

    @property
    def certified(self) -> bool:
        """Whether a hand-written check hands back a certificate."""
        return self.hand is not None and bool(self.hand.certificate)

    # Questions

    def false(self) -> Evidence | None:
        """Is there a counterexample?"""
        found = self.trial.counter
        try:
            found = found or self.beyond_random[0]
        except TooLarge as error:
            return unknown(self.subject, str(error))
        return None if found is None or not found.certain else self.refuted(found)

    def loose(self) -> Evidence | None:
        """Does it leave open where equality holds?"""
        link = unattained(self.subject.bound)
        if link is None:
            return None
        return self.fails(
            f"does not say where equality holds in {latex(link)}; write Equality at $...$, or < "
            "where there is none"
        )

    def unevaluated(self) -> Evidence | None:
        """Is there nothing that evaluates it?"""
        hand, failure = self.hand, self.trial.failure
        if not failure or self.certified:
            return None
        if hand is None:
            return unknown(self.subject, f"the engine cannot evaluate it: {failure}")
        if hand.instances >= ENOUGH:
            return None
        return unknown(
            self.subject,
            f"its checks draw {hand.instances} instances and the engine evaluates none "
            f"({failure}); draw {ENOUGH} from claim.instances(), or hand back a certificate",
        )

    def vacuous(self) -> Evidence | None:
        """Is there an obligation about which no instance says anything?"""
        if self.trial.failure or self.certified or not self.trial.vacuous:
            return None
        first, there = self.trial.vacuous[0], self.trial.without_value
        case = ", ".join(f"{name} = {latex(value)}" for name, value in first.fixed)
        case = f" {case}" if case else ""
        match first.role:
            case "statement" | "definition":
                what = "its formula"
            case "equality":
                what = f"its equality case{case}"
            case "attained" | "feasible":
                what = f"the point{case} at which it is attained"
        if there is not None:
            limit = any(isinstance(part, Limit) for part in walk(first.statement))
            return unknown(
                self.subject,
                f"no value of {what} is found at any instance that meets the hypotheses, as at "
                f"{assignments(there.values) or 'the only one'}"
                + ("; a limit that does not exist has none" if limit else ""),
            )
        if first.role == "statement":
            return unknown(self.subject, "no instance meets the hypotheses: it is vacuous")
        return unknown(self.subject, f"no instance meets what {what} asks together: it is at fault")

    def nowhere(self) -> Evidence | None:
        """Is there an instance at which it has no value?"""
        todo, seed = self.todo, self.seed
        if self.settled:
            return None
        found = self.beyond_random[1] or undefined(todo, seed) or unguarded(todo, seed)
        if found is None:
            return None
        missing = "a derivative, a limit or an integral does not exist"
        if not found.values:
            return self.fails(f"has no value: {missing}")
        calculus = any(
            isinstance(part, Derivative | Gradient | Limit | Integral)
            for part in walk(self.subject.bound.statement)
        )
        needed = f": {found.excluded}" if found.excluded else f"; {missing}" if calculus else ""
        return self.fails(
            f"has no value at {assignments(found.values)}, which meets the hypotheses; write the "
            f"hypothesis that it needs{needed}"
        )

    def outside(self) -> Evidence | None:
        """Is there an instance at which a definition does not reach?"""
        found = None if self.settled else outside_domains(self.todo, self.seed)
        return None if found is None else self.fails(beyond_reach(found))

    def unfounded(self) -> Evidence | None:
        """Does it rest on something that is not verified?"""
        broken = sorted(n for n, e in self.dependencies.items() if e.verdict != "holds")
        if not broken:
            return None
        return unknown(self.subject, f"it rests on {', '.join(broken)}, which is not verified")

    def disproved(self) -> Evidence | None:
        """Does the search for a proof find that it does not hold?"""
        if self.proof.ungranted:
            return self.fails(self.proof.missing, separator=":", formula=False)
        if self.proof.refuted is not None:
            return self.refuted(self.proof.refuted)
        return None

    def narrowly(self) -> Evidence | None:
        """Of what is not proved: is it wrong by less than floats see?"""
        if self.proof.holds or self.trial.failure:
            return None
        small = precisely(self.todo, self.seed)
        if small is None and self.touch is not None and self.touch.certain:
            small = self.touch.counter
        return None if small is None else self.refuted(small)

    def doubtful(self) -> Evidence | None:
        """Of what is not proved: do floats refute it, or its sides touch, where nothing is sure?"""
        if self.proof.holds or self.certified:
            return None
        counter = self.trial.doubtful or self.beyond_random[0]
        if counter is None and not self.trial.failure and self.touch is not None:
            counter = self.touch.counter
        if counter is None:
            return None
        return replace(blank(self.subject, "fails"), message=doubt(self.subject, counter))

    def hardly(self) -> Evidence | None:
        """Was it tried too little?"""
        if self.level() is not None:
            return None
        return unknown(
            self.subject,
            f"only {self.trial.effective} of the instances that were tried meet the hypotheses",
        )

    def untold(self) -> Evidence | None:
        """Is it about every function of a kind, and only tried with some?"""
        functions = sorted(
            n for n, d in self.subject.bound.scope.declared.items() if d.kind == "function"
        )  # fmt: skip
        if not functions or self.level() != "tested":
            return None
        return unknown(
            self.subject,
            f"it is about every function {', '.join(functions)} that meets the hypotheses, and "
            "those that were tried are no evidence; link the claims that it follows from",
        )

    # Answers

    def level(self) -> Level | None:
        """How strongly it is known."""
        return level_of(self.proof, self.trial, self.hand, self.dependencies)

    def refuted(self, counter: Counter) -> Evidence:
        """The evidence of a claim with a counterexample."""
        message = refutation(self.subject, counter, self.todo)
        evidence = blank(self.subject, "fails")
        return replace(evidence, message=message, instances=self.trial.effective)

    def fails(self, words: str, *, separator: str = "", formula: bool = True) -> Evidence:
        """The evidence of a claim that fails for another reason."""
        subject = self.subject
        message = f"{subject.place}: {subject.kind} {subject.id}{separator} {words}"
        message += f"\n    {subject.latex}" if formula else ""
        return replace(blank(subject, "fails"), message=message)

    def verdict(self) -> Evidence:
        """The evidence of a claim that holds, unless a mutant of it is not noticed."""
        level = self.level()
        assert level is not None
        block, bound = self.subject.block, self.subject.bound
        known = Known(block, bound, self.lemmas) if block is not None else None
        judge = Judge(self.seed, self.hand, self.lemmas, bound, self.todo, known)
        mutants = judge.all()
        evidence = evidence_of(self.subject, self.trial, self.proof, self.hand, level)
        return judged(self.subject, evidence, mutants)


QUESTIONS = (
    # A counterexample comes first: of a false claim nothing else is worth saying, whatever it
    # rests on and whatever its definitions leave open.
    Inquiry.false,
    # Then what its author has to mend in its own box: an equality case that is missing, numbers
    # that cannot be tried, hypotheses that exclude each other, places without a value.
    Inquiry.loose,
    Inquiry.unevaluated,
    Inquiry.nowhere,
    Inquiry.vacuous,
    Inquiry.outside,
    # Then what is wrong elsewhere, which may be wrong because of this claim: a definition is not
    # verified while a claim that pins it is not.
    Inquiry.unfounded,
    # Now the costly search for a proof, which may end in a counterexample.
    Inquiry.disproved,
    # What a proof settles is not asked: differences too small for floats, and floats that
    # nothing confirms.
    Inquiry.narrowly,
    Inquiry.doubtful,
    Inquiry.untold,
    Inquiry.hardly,
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
    for one in undecided[:MOST_LISTED]:
        lines.append(f"  {OPERATORS[one.operator]}: {one.latex}")
        lines.append(f"    {reason(one.reason)}")
    if len(undecided) > MOST_LISTED:
        lines.append(f"  and {len(undecided) - MOST_LISTED} more")
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
    with suppress(NotUnfolded):
        away = outside_domains(obligations(subject.bound), seed)
        if away is not None:
            message = f"{subject.place}: {subject.kind} {subject.id} {beyond_reach(away)}"
            return replace(blank(subject, "fails"), message=message)
    try:
        mutants = pinned(subject.bound, users, seed, hand)
    except Amiss as error:
        return unknown(subject, f"{error}; mend the one or the other")
    if any(one.outcome == "undecided" for one in mutants) and unasked(users):
        return unknown(subject, unasked(users))
    evidence = replace(
        blank(subject, "holds"),
        method="engine",
        pinned_by=pinning(users, seed),
    )
    return judged(subject, evidence, mutants)


def beyond_reach(found: Nowhere) -> str:
    """That a formula uses a definition where it says nothing."""
    at = assignments(found.values)
    return (
        f"uses a function where its definition does not reach: {found.needed} fails"
        f"{f' at {at}' if at else ''}; write the hypothesis, or define it there"
    )


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
