"""The order in which ways to a proof are tried."""

from __future__ import annotations

from dataclasses import replace

from qedeck.kernel.certificate import Absurd, Certificate, Linear, Proof, Term
from qedeck.kernel.check import Rejected, check
from qedeck.kernel.polynomials import ONE, Polynomial, TooLarge
from qedeck.kernel.sequent import Relation, Sequent
from qedeck.kernel.terms import Atom, Inverse, Power, Root
from qedeck.kernel.values import laws, needs
from qedeck.proof.search import parts, powers
from qedeck.proof.search.instances import expanded, settled
from qedeck.proof.search.linear import collapsed, contradiction, directly, inequality, multiple
from qedeck.proof.search.pruning import pruned
from qedeck.proof.search.state import FALSE, Budget, Spent, State

MOST_DEPTH = 6
STEPS = 30_000
SPLIT = 300


def find(sequent: Sequent, budget: Budget | None = None) -> Proof | None:
    """A proof that the kernel accepts, or None where none was found within the budget."""
    search = Search(budget or Budget(STEPS))
    try:
        values, known = search.values(sequent)
        if values is None:
            return None
        state = State.of(Sequent(sequent.atoms, (*sequent.facts, *known), sequent.goal))
        goal = search.prove(state)
    except (Spent, TooLarge, RecursionError):
        return None
    if goal is None:
        return None
    proof = pruned(sequent, Proof(goal, values))
    try:
        return proof if check(sequent, proof) == () else None
    except Rejected:
        return None


class Search:
    """A search with its budget."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def values(
        self, sequent: Sequent
    ) -> tuple[tuple[tuple[Certificate, ...], ...] | None, tuple[Relation, ...]]:
        """That all atoms have values, and their laws."""
        found: list[tuple[Certificate, ...]] = []
        known: tuple[Relation, ...] = ()
        for index, atom in enumerate(sequent.atoms):
            if needs(atom):
                early = tuple(f for f in sequent.facts if max(f.poly.atoms, default=-1) < index)
                state = State.of(Sequent(sequent.atoms[:index], (*early, *known), FALSE))
                proofs = self.valued(state, atom)
                if proofs is None:
                    return None, known
                while proofs and proofs[-1] == Linear():
                    proofs = proofs[:-1]
                found.append(proofs)
            known += laws(index, atom)
        while found and found[-1] == ():
            found.pop()
        return tuple(found), known

    def valued(self, state: State, atom: Atom) -> tuple[Certificate, ...] | None:
        """Certificates for what an atom needs."""
        found = []
        for goal, *where in needs(atom):
            there = state
            for fact in where:
                there = there.known(fact)
            proof = self.prove(there.aimed(goal), MOST_DEPTH - 1)
            if proof is None:
                return None
            found.append(proof)
        return tuple(found)

    def quick(self, state: State, goal: Relation, level: int = -1) -> Certificate | None:
        """A certificate by one combination, where one is at hand."""
        self.budget.spend(3)
        there = state.aimed(goal)
        value = there.normal(goal.poly).value
        if value is not None:
            holds = {"=": value == 0, "!=": value != 0, ">": value > 0, ">=": value >= 0}
            if not holds[goal.sign]:
                return None
        if goal.sign == "!=":
            return self.nonzero(there)
        if goal.sign == "=" and value is None and level < 0:
            return multiple(there)
        return directly(there, self.budget, level)

    def nonzero(self, state: State) -> Certificate | None:
        """A goal with ≠: by its sign, or by the denial of a fact."""
        for poly in (state.goal.poly, -state.goal.poly):
            proof = directly(state.aimed(Relation(poly, ">")), self.budget, -1)
            if proof is not None:
                grown = state.had(Relation(poly, ">"), proof)
                last = len(grown.facts)
                denied = grown.known(state.goal.denial)
                sign = 1 if poly == state.goal.poly else -1
                leaf = Linear((Term(1, (last - 1,)),), ((last, (-sign) * ONE),))
                del denied
                return grown.closed(Absurd(leaf))
        denied = state.known(state.goal.denial).aimed(FALSE)
        for k, fact in enumerate(state.facts):
            if fact.sign in ("!=", ">") and denied.normal(fact.poly).value == 0:
                return state.closed(Absurd(replace(denied, steps=()).linear((Term(1, (k,)),))))
        return contradiction(state, self.budget, 0)

    def prove(self, state: State, depth: int = 0) -> Certificate | None:
        """A certificate for a goal, by all ways that are known."""
        self.budget.spend(50)
        found = self._prove(replace(state, steps=()), depth)
        return None if found is None else state.closed(found)

    def limited(self, state: State, depth: int, steps: int) -> Certificate | None:
        """A certificate within fewer steps than are left."""
        outer, self.budget = self.budget, Budget(min(steps, self.budget.steps))
        given = self.budget.steps
        try:
            return self.prove(state, depth)
        except Spent:
            return None
        finally:
            left, self.budget = max(self.budget.steps, 0), outer
            self.budget.spend(given - left)

    def _prove(self, state: State, depth: int) -> Certificate | None:
        found = None if state.goal.sign == "!=" else directly(state, self.budget, -1)
        if found is not None:
            return found
        state = settled(self, state)
        if state.goal.sign == "!=":
            return self.nonzero(state) or self.cases(state, depth, parts.turning(state))
        found = collapsed(state)
        if found is not None:
            return found
        found = (
            directly(state, self.budget, 0)
            or parts.alike(self, state, depth)
            or parts.apart(self, state, depth)
            or parts.divided(self, state, depth)
            or self.squared(state, depth)
            or parts.peeled(self, state, depth)
            or contradiction(state, self.budget, 0)
            or directly(state, self.budget, 1)
        )
        if found is not None:
            return found
        if depth > MOST_DEPTH:
            return contradiction(state, self.budget, 1)
        found = (
            powers.undone(self, state, depth)
            or powers.mean(self, state, depth)
            or powers.ratio(self, state, depth)
            or contradiction(state, self.budget, 1)
        )
        if found is not None:
            return found
        grown = state if depth > 4 else settled(self, expanded(self, state, depth))
        if len(grown.facts) > len(state.facts):
            found = collapsed(grown)
            for level in (0, 1):
                found = (
                    found
                    or directly(grown, self.budget, level)
                    or contradiction(grown, self.budget, level)
                )
        found = found or self.multiplied(grown)
        if found is None and state.goal.sign == "=":
            found = self.cases(grown, depth, [state.normal(state.goal.poly)])
        goal = state.normal(state.goal.poly)
        powers_in = any(isinstance(state.atoms[k], Power) for k in goal.atoms)
        if found is None and depth < 1 and not powers_in:
            found = directly(grown, self.budget, 2) or contradiction(grown, self.budget, 2)
        return found or self.cases(grown, depth, parts.turning(state))

    def multiplied(self, state: State) -> Certificate | None:
        """A goal times what is positive and stands under a power or an inverse."""
        if state.goal.sign not in (">=", ">"):
            return None
        under = set()
        for atom in state.atoms:
            if isinstance(atom, Power | Inverse):
                under.add(state.normal(atom.base if isinstance(atom, Power) else atom.of))
        tried = 0
        for k, fact in enumerate(state.facts):
            if fact.sign == ">" and state.normal(fact.poly) in under and tried < 4:
                tried += 1
                under.discard(state.normal(fact.poly))
                for level in (0, 1):
                    found = inequality(state, self.budget, level, (k,))
                    if found is not None:
                        return found
        return None

    def squared(self, state: State, depth: int) -> Certificate | None:
        """A goal with roots from the squares of its sides."""
        goal = state.normal(state.goal.poly)
        if depth > 2 or not any(isinstance(state.atoms[k], Root) for k in goal.atoms):
            return None
        return contradiction(state, self.budget, 1) or contradiction(state, self.budget, 2)

    def clashing(self, state: State, fact: Relation) -> Certificate | None:
        """A case that cannot be: p > 0, the last fact, where -p >= 0 is seen at once."""
        if fact.sign != ">":
            return None
        against = Relation(-fact.poly, ">=")
        proof = self.quick(state, against)
        if proof is None:
            return None
        last = len(state.facts)
        return state.had(against, proof).closed(
            Absurd(Linear((Term(1, (last - 1,)), Term(1, (last,)))))
        )

    def cases(self, state: State, depth: int, turns: list[Polynomial]) -> Certificate | None:
        """By the sign of what something turns on: the first that was not split on yet."""
        if depth > MOST_DEPTH:
            return None
        self.budget.spend(SPLIT)
        for poly in turns:
            mark = ("split", poly)
            if mark in state.tried:
                continue
            here = state.marked(mark)
            found = []
            for fact in (Relation(poly, ">"), Relation(poly, "="), Relation(-poly, ">")):
                there = here.assumed(fact)
                one = self.clashing(there, fact) or self.prove(there, depth + 1)
                if one is None:
                    break
                found.append(one)
            if len(found) == 3:
                return state.split(poly, *found)
            return None
        return None
