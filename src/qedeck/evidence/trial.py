"""Trying the mutants of a statement: each is killed, invalid, still true, or undecided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from qedeck.evidence.boundary import on_boundary
from qedeck.evidence.canonical import canonical
from qedeck.evidence.consequence import (
    remaining,
)
from qedeck.evidence.critical import critical
from qedeck.evidence.domains import outside_domains
from qedeck.evidence.exact import GOAL_STEPS, Proof, proved
from qedeck.evidence.falsify import falsify
from qedeck.evidence.hand import HandVerdict
from qedeck.evidence.instances import Drawn
from qedeck.evidence.ladder import counterexample
from qedeck.evidence.least import touched
from qedeck.evidence.likeness import inlined, likeness, orthogonal, unturned
from qedeck.evidence.links import (
    single_links,
)
from qedeck.evidence.mutants import Mutant, Outcome
from qedeck.evidence.mutation import Corruption, corruptions
from qedeck.evidence.naturally import (
    naturally,
    requirements,
)
from qedeck.evidence.obligations import (
    NotUnfolded,
    Obligation,
    obligations,
)
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.reasons import Derived, Evident, Nowhere, Plain, Reason, Told
from qedeck.evidence.reviews import noted, reviewed
from qedeck.evidence.sameness import (
    changed_parts,
    same_limit,
    same_where_defined,
)
from qedeck.evidence.sequences import along
from qedeck.evidence.undefined import outside, undefined
from qedeck.formula.evaluate import TooLarge
from qedeck.formula.printer import latex
from qedeck.formula.scope import (
    Assumed,
    Bound,
    Scope,
    in_force,
    random_names,
)
from qedeck.formula.substitution import Unsubstitutable, substituted
from qedeck.formula.tree import (
    Constant,
    Expr,
    Number,
    Relation,
    Statement,
    Sum,
    Symbol,
)

if TYPE_CHECKING:
    from qedeck.proof.mutants import Known

FIRST = 96
"""Instances for each shape in the first search; most mutants die there."""
FEW = 4
"""Values of indices for each shape in it."""
LATER = 600
PROOF_STEPS = 8 * SECOND
LENGTHS = (1, 2, 3)
"""Of axes at which a mutant that survives all instances is proved; they had up to five."""
AGAIN = 4.0
"""As many times what a proof may take, once nothing else explains a mutant."""
MOST_WHOLE = 2**14
"""Whole numbers, or pairs of them, at which a mutant is tried."""
AT_ONCE = 1.5 * SECOND
"""Steps for a proof before more instances are tried; all for what the author lets stand."""

Judged = tuple[Outcome, Reason]


@dataclass(frozen=True)
class Judge:
    """What mutants of one statement are judged by."""

    seed: int
    hand: HandVerdict | None
    lemmas: Mapping[str, Bound]
    """Linked claims by full id."""
    bound: Bound
    verified: tuple[Obligation, ...]
    """Obligations of the statement itself, which hold; empty where it was not verified."""
    known: Known | None = None
    """What was found before about the mutants; checked, never believed."""
    drawn: Drawn = field(default_factory=Drawn)
    """Instances that mutants share."""

    def all(self) -> tuple[Mutant, ...]:
        """Judge every mutant; a hypothesis that cannot be widened need not be dropped."""
        found = []
        loose: set[Assumed | None] = set()
        tight: set[Assumed | None] = set()
        for corruption in corruptions(self.bound):
            told = corruption.assumed
            if told is not None and corruption.shown is None and told in tight - loose:
                continue
            outcome, reason = reviewed(self.bound, corruption, *self.outcome(corruption))
            (loose if outcome in ("undecided", "reviewed") else tight).add(told)
            found.append(mutant(corruption, outcome, reason))
        return tuple(found)

    def outcome(self, corruption: Corruption) -> Judged:
        """The outcome and its reason."""
        checked = self.known.outcome(corruption) if self.known is not None else None
        if checked is not None:
            # What is proved holds wherever it has a value, and the page promises one everywhere.
            nowhere = self.nowhere(corruption) if checked[0] == "still true" else None
            return checked if nowhere is None else ("killed", nowhere)
        problem = corruption.fault
        if problem:
            return "invalid", Told("not read", problem)
        killed = self.hand.killed.get(corruption.id.key) if self.hand is not None else None
        try:
            asked = obligations(corruption.bound)
        except NotUnfolded as error:
            if denied(corruption) and self.verified:
                return "killed", Plain("the formula's denial")
            if killed is not None:
                return "killed", killed
            return ("invalid" if self.verified else "undecided"), Told("not unfolded", str(error))
        if corruption.part == "hypothesis" and self.only_domain(asked, corruption):
            return "still true", Plain("a domain")
        todo = tuple(naturally(obligation) for obligation in asked)
        first = falsify(
            todo, self.seed + 1, count=FIRST, first_only=True, drawn=self.drawn, most=FEW
        )
        if first.against is not None:
            return "killed", first.against
        if killed is not None:
            return "killed", killed
        if first.outside_axis:
            return "invalid", Told("not evaluated", first.failure)
        reason = None if corruption.part == "hypothesis" else self.evident(corruption, asked)
        if reason is not None:
            return "still true", Plain(reason)
        nowhere = self.undefined(corruption, asked)
        if nowhere is not None:
            return "killed", nowhere
        if first.failure:
            return "undecided", Told("not evaluated", first.failure)
        if corruption.part == "statement" and self.attained(corruption.bound):
            return "killed", Plain("equality is attained")
        tight = on_boundary(todo, self.seed + 3)
        if tight is not None:
            return "killed", tight
        if corruption.part == "hypothesis":
            later = falsify(todo, self.seed + 2, count=LATER, first_only=True, drawn=self.drawn)
            if later.against is not None:
                return "killed", later.against
            found = self.at_zeros(asked, ("undecided", Plain("not needed")))
            return found if found[0] == "killed" else self.far(todo, found)
        return self.survivor(corruption, asked, todo, bool(first.vacuous))

    def nowhere(self, corruption: Corruption) -> Nowhere | None:
        """Where a mutant has no value though the hypotheses hold, and its form does not tell that
        it says no more than the formula; None where none is found.
        """
        try:
            asked = obligations(corruption.bound)
        except NotUnfolded:
            return None
        found = self.undefined(corruption, asked)
        if found is None or corruption.part == "hypothesis":
            return found
        return None if self.evident(corruption, asked) is not None else found

    def undefined(self, corruption: Corruption, asked: tuple[Obligation, ...]) -> Nowhere | None:
        """The same, of a mutant whose obligations are known."""
        if corruption.part == "hypothesis":
            # Two edges may have to meet: equal numbers and a zero, say.
            found = undefined(asked, self.seed + 3, LATER, self.drawn)
            found = found or outside(asked, self.seed + 3, LATER, self.drawn)
        else:
            # At the instances of the first search, where the sides are known by now.
            found = undefined(asked, self.seed + 1, FIRST, self.drawn, FEW)
        return outside_domains(asked, self.seed + 3) if found is None else found

    def at_zeros(self, asked: tuple[Obligation, ...], otherwise: Judged) -> Judged:
        """The outcome at points that are solved for, which random numbers hardly meet."""
        counter, nowhere = critical(asked, self.seed)
        if counter is not None:
            return "killed", counter
        if nowhere is not None:
            return "killed", nowhere
        return otherwise

    def far(self, todo: tuple[Obligation, ...], otherwise: Judged) -> Judged:
        """The outcome by the searches that a claim itself is tried by."""
        with suppress(TooLarge):
            counter, _ = counterexample(todo, self.seed)
            if counter is not None:
                return "killed", counter
        touch = touched(todo, self.seed)
        return otherwise if touch is None else ("killed", touch.counter)

    def attained(self, mutated: Bound) -> bool:
        """Whether the mutant denies an equality that the page names and that was verified."""
        verified = [one.statement for one in self.verified if one.role == "equality"]
        return any(
            link.signs[0] in ("<", ">") and Relation(link.terms, ("=",)) in verified
            for link in single_links(mutated.statement)
        )

    def evident(self, corruption: Corruption, asked: tuple[Obligation, ...]) -> Evident | None:
        """Why a mutant says no more than the formula, where its form alone tells."""
        if corruption.part == "abbreviation":
            ours, theirs = inlined(self.bound), inlined(corruption.bound)
            if ours is None or theirs is None:
                return None
            same = likeness(ours) == likeness(theirs)
            return "the same written out" if same else None
        if not remaining(asked, self.verified):
            return "a consequence"
        square = orthogonal(self.bound.scope)
        if square:
            ours, theirs = self.bound.statement, corruption.bound.statement
            if likeness(unturned(ours, square)) == likeness(unturned(theirs, square)):
                return "orthonormal rows"
        return None

    def survivor(
        self,
        corruption: Corruption,
        asked: tuple[Obligation, ...],
        todo: tuple[Obligation, ...],
        vacuous: bool,
    ) -> Judged:
        """What a mutant without a counterexample is: the same, a consequence, or provable.

        Nearly all can be proved at once; for the others more instances come first.
        """
        left: Sequence[Obligation] = todo
        if corruption.part != "abbreviation":
            if self.instance(corruption.bound):
                return "still true", Plain("an instance")
            if self.same(corruption.bound, asked):
                return "still true", Plain("the same where defined")
            left = remaining(asked, self.verified)
        numbers = along(todo, self.seed, most=MOST_WHOLE)
        if numbers is not None:
            return "killed", numbers
        at_once = self.proved(left, corruption, vacuous, AT_ONCE)
        if at_once[0] in ("still true", "killed"):
            return at_once
        later = falsify(todo, self.seed + 2, count=LATER, first_only=True, drawn=self.drawn)
        if later.against is not None:
            return "killed", later.against
        at_once = self.at_zeros(asked, at_once)
        if at_once[0] == "killed" or noted(self.bound, corruption):
            return at_once
        touch = touched(todo, self.seed)
        if touch is not None:
            return "killed", touch.counter
        found = self.proved(left, corruption, vacuous, PROOF_STEPS)
        if found[0] != "undecided":
            return found
        return self.proved(left, corruption, vacuous, AGAIN * PROOF_STEPS, AGAIN * GOAL_STEPS)

    def same(self, mutated: Bound, asked: tuple[Obligation, ...]) -> bool:
        """Whether the mutant says the same, on its domain or by an equation of one side."""
        if same_where_defined(self.bound, mutated, asked):
            return True
        if same_limit(self.bound, mutated):
            return True
        changed = changed_parts(self.bound.statement, mutated.statement)
        equations = ([_equation(equation, mutated.scope)] for equation in changed)
        return any(proved(one, Budget.of(3 * SECOND), lengths=LENGTHS).holds for one in equations)

    def proved(
        self,
        left: Sequence[Obligation],
        corruption: Corruption,
        vacuous: bool,
        steps: float,
        goal_steps: float = GOAL_STEPS,
    ) -> Judged:
        """Prove or refute what is left, each obligation by itself; the formula is a lemma."""
        lemmas = self.lemmas
        if corruption.part == "statement" and self.verified:
            lemmas = {**lemmas, "": self.bound}
        proofs = []
        for obligation in sorted(left, key=lambda one: one.role == "statement"):
            proof = proved(
                [naturally(obligation)], Budget.of(steps), lemmas=lemmas, lengths=LENGTHS,
                goal_steps=goal_steps, whole=True,
            )  # fmt: skip
            if proof.refuted is not None:
                return "killed", proof.refuted
            proofs.append(proof)
        open_ones = [proof for proof in proofs if not proof.holds]
        return settled(open_ones[0] if open_ones else proofs[-1], vacuous)

    def instance(self, mutated: Bound) -> bool:
        """Whether the mutant is the formula at a larger value of one symbol, which may be so."""
        scope = self.bound.scope
        for declared in scope.declared.values():
            if declared.kind != "real" or declared.shape:
                continue
            larger = {declared.name: Sum((Symbol(declared.name), Number(Fraction(1))))}
            if self.moved(self.bound.statement, larger) != mutated.statement:
                continue
            links = [
                link
                for assumed in scope.assumed
                if isinstance(assumed.statement, Relation)
                for link in single_links(assumed.statement)
                if Constant("infinity") not in link.terms
            ]
            asked = [(link, self.moved(link, larger)) for link in links]
            if mutated.scope.defined != scope.defined or any(new is None for _, new in asked):
                return False
            finite = tuple(Assumed(link) for link in links)
            inside = replace(scope, assumed=finite)
            moved = [
                Obligation(new, inside) for old, new in asked if new is not None and new != old
            ]
            return not self.bound.equality and all(
                proved([one], Budget.of(3 * SECOND)).holds for one in moved
            )
        return False

    def moved(self, statement: Statement, values: Mapping[str, Expr]) -> Statement | None:
        """A statement at other values of symbols, where one can be written."""
        scope = self.bound.scope
        try:
            return substituted(
                statement, values, definitions=in_force(scope), random=random_names(scope)
            )
        except Unsubstitutable:
            return None

    @staticmethod
    def only_domain(asked: tuple[Obligation, ...], corruption: Corruption) -> bool:
        """Whether the dropped hypothesis is one that the parts of the formula need anyway."""
        dropped = corruption.assumed
        if dropped is None or dropped.statement is None:
            return False
        links: list[Statement] = [*single_links(dropped.statement)] or [dropped.statement]
        wanted = [Assumed(link) for link in links]
        given = [one for one in wanted if one not in asked[0].scope.assumed]

        def needs(obligation: Obligation) -> bool:
            known = [canonical(one) for one in requirements(obligation)]
            return all(canonical(one) in known for one in given)

        by_role = {
            role: [needs(one) for one in asked if one.role == role]
            for role in ("statement", "attained", "feasible")
        }
        # Where an optimum is attained is as much of the claim as its value.
        reached = any((*by_role["attained"], *by_role["feasible"]))
        return bool(given) and (all(by_role["statement"]) or reached)


def _equation(statement: Statement, scope: Scope) -> Obligation:
    """That an equation holds where its parts have a value."""
    return naturally(Obligation(statement, scope))


def settled(proof: Proof, vacuous: bool) -> Judged:
    """The outcome of a mutant that random instances do not kill."""
    if proof.holds:
        return "still true", Derived(proof.steps)
    if vacuous:
        return "invalid", Plain("no value anywhere")
    if proof.misshapen:
        # No instance came so far: at the size that lacks an entry none meets the hypotheses.
        return "invalid", Told("not evaluated", proof.missing)
    return "undecided", Told("not proved", proof.missing)


def denied(corruption: Corruption) -> bool:
    """Whether the mutant is the denial of the formula: = made \\ne."""
    return (
        corruption.id.operator == "relation-turned"
        and isinstance(corruption.bound.statement, Relation)
        and "!=" in corruption.bound.statement.signs
    )


def mutant(corruption: Corruption, outcome: Outcome, reason: Reason) -> Mutant:
    """The record of a mutant."""
    told = corruption.assumed.statement if corruption.assumed is not None else None
    widens = latex(told) if told is not None else ""
    text = latex(corruption.shown) if corruption.shown is not None else widens
    return Mutant(corruption.id, text, outcome, reason, widens)
