"""Deciding one branch: normal form, signs, squares, lemmas, decision procedure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import expanded
from qedeck.evidence.proof.branch import Branch
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import NEGATION, Certificate, Fact, Outside, Unsupported
from qedeck.evidence.proof.lemmas import lemmas
from qedeck.evidence.proof.multipliers import combination
from qedeck.evidence.proof.normal import Grain, Normal, Refined, Split
from qedeck.evidence.proof.powers import consequences
from qedeck.evidence.proof.signs import Sign, Signs, factors
from qedeck.evidence.proof.solver import refuted
from qedeck.evidence.proof.squares import squares

ZERO = Integer(0)
VACUOUS = Certificate(("vacuous",), "no value meets the hypotheses of this case")
OUTSIDE = Certificate(("outside",), "a side is undefined in this case")
SIGN_OF = {"+": (">", ">=", "!="), "0+": (">=",), "0": ("=", "<=", ">="), "0-": ("<=",)}
SIGN_OF["-"] = ("<", "<=", "!=")


def decide(branch: Branch, budget: Budget) -> Certificate | None:
    """A certificate for the branch; `VACUOUS` or `OUTSIDE` where there is nothing to show.

    Raises:
        Split, Order: where the branch must be divided first.
    """
    grain = Grain()
    for _ in range(12):
        try:
            return Case(branch, grain, budget).decide()
        except Refined:
            continue
        except Unsupported:
            return None
    return None


class Case:
    """A branch in atoms."""

    def __init__(self, branch: Branch, grain: Grain, budget: Budget) -> None:
        self.branch = branch
        self.budget = budget
        self.signs = Signs(self._asked, budget)
        self.normal = Normal(self.signs, grain, budget)
        self.facts: list[Fact] = []
        """Polynomials in atoms compared with zero."""
        self.values: list[Fact] = []
        """The same hypotheses, as rational functions of atoms on both sides."""

    def decide(self) -> Certificate | None:
        """See the function of the same name."""
        try:
            if not self._learn():
                return VACUOUS
        except Outside:
            return VACUOUS
        try:
            return self._decide_goal()
        except Outside:
            return OUTSIDE

    def _decide_goal(self) -> Certificate | None:
        goal = self.branch.goal
        left, right = self.normal.of(goal.left), self.normal.of(goal.right)
        top, bottom = self.normal.fraction(left - right)
        if goal.sign in ("=", "<=", ">=") and top == 0:
            return Certificate(("normal form",), "both sides have the same normal form")
        if goal.sign in ("!=", "<", ">") and top == 0:
            return self._by_contradiction(Fact(ZERO, "=", ZERO), None)
        if goal.sign == "=":
            equations = [f.left for f in self.facts if f.sign == "="]
            found = combination(top, equations, self.normal.relations, self.budget)
            if found is not None:
                return found
        else:
            sign = self.signs.of(left - right)
            if sign is not None and goal.sign in SIGN_OF[sign]:
                return Certificate(("signs",), "every factor of the difference has a known sign")
        polynomial = self._cleared(top, bottom, goal.sign)
        if goal.sign in ("<", "<=", ">", ">="):
            gap = -polynomial if "<" in goal.sign else polynomial
            found = self._squares(gap, "=" not in goal.sign)
            if found is not None:
                return found
        denial = Fact(polynomial, NEGATION[goal.sign], ZERO)
        return self._by_contradiction(denial, Fact(left, NEGATION[goal.sign], right))

    def _squares(self, gap: Expr, strict: bool) -> Certificate | None:
        budget = self.budget.within(2 * SECOND)
        search = partial(squares, gap, strict, self.facts, self.signs, budget)
        found: Certificate | None = budget.meter.course.made(search)
        return found

    # -- hypotheses ------------------------------------------------------------------------

    def _learn(self) -> bool:
        """Read the facts; False where they contradict each other."""
        ordered = sorted(self.branch.facts, key=_difficulty)
        for fact in ordered:
            try:
                left, right = self.normal.of(fact.left), self.normal.of(fact.right)
            except Unsupported:
                continue
            top, bottom = self.normal.fraction(left - right)
            if not self._take(Fact(self._cleared(top, bottom, fact.sign), fact.sign, ZERO)):
                return False
            self.values.append(Fact(left, fact.sign, right))
        return True

    def _cleared(self, top: Expr, bottom: Expr, sign: str) -> Expr:
        """A polynomial with the sign of top/bottom."""
        if sign in ("=", "!=") or bottom == 1:
            return top
        result = top
        for f, k in factors(bottom):
            if k % 2 == 0:
                continue
            mine = self.signs.of(f)
            if mine in ("-", "0-"):
                result = -result
            elif mine not in ("+", "0+"):
                result = result * f
        return self.normal.reduced(result)

    def _take(self, fact: Fact) -> bool:
        polynomial, sign = fact.left, fact.sign
        if sign in ("<", "<="):
            polynomial, sign = expanded(-polynomial), ">" if sign == "<" else ">="
        if polynomial.is_Rational:
            return _true(polynomial, sign)
        oracle = self.signs.oracle
        if len(polynomial.free_symbols) == 1:
            self.signs.oracle = None
        known = self.signs.of(polynomial)
        self.signs.oracle = oracle
        if _contradict(known, sign):
            return False
        self.signs.learn(polynomial, sign)
        self.facts.append(Fact(polynomial, sign, ZERO))
        return True

    # -- decision procedure ----------------------------------------------------------------

    def _asked(self, e: Expr) -> Sign | None:
        """The sign of a polynomial, asked of the decision procedure."""
        found: Sign | None = self.budget.meter.course.made(lambda: self._sign_of(e))
        return found

    def _sign_of(self, e: Expr) -> Sign | None:
        if len(sp.Add.make_args(e)) > 12:
            return None
        premises = self._premises(e.free_symbols)
        possible: set[Sign] = {"+", "-", "0+", "0-"}
        for sign, denial in (("+", "<="), ("-", ">="), ("0+", "<"), ("0-", ">")):
            if sign not in possible:
                continue
            model = refuted([*premises, Fact(e, denial, ZERO)], self.budget.within(0.15 * SECOND))
            if model is True:
                return sign
            # Values that z3 found rule out other signs, too; they only save time.
            value = e.xreplace(model) if isinstance(model, dict) else None
            if value is not None and value.is_Rational:
                possible -= {"+", "0+"} if value < 0 else {"-", "0-"} if value > 0 else {"+", "-"}
        return None

    def _premises(self, symbols: Iterable[Expr]) -> list[Fact]:
        """Facts, relations and signs of atoms that bear on the symbols."""
        pool = [*self.facts, *self._atoms()]
        wanted = set(symbols)
        chosen: list[Fact] = []
        changed = True
        while changed:
            changed = False
            for fact in list(pool):
                if fact.left.free_symbols & wanted:
                    pool.remove(fact)
                    chosen.append(fact)
                    wanted |= fact.left.free_symbols
                    changed = True
        return chosen

    def _atoms(self) -> list[Fact]:
        found = [Fact(r**m - s, "=", ZERO) for r, m, s in self.normal.relations]
        comparison = {"+": ">", "0+": ">=", "0": "=", "0-": "<=", "-": "<"}
        found += [Fact(a, comparison[s], ZERO) for a, s in self.signs.atoms.items()]
        for atom in self.normal.by_symbol.values():
            bounds = {sp.pi: (3141592, 3141593), sp.E: (2718281, 2718282)}.get(atom.base)
            if bounds and atom.kind == "other":
                low, high = (sp.Rational(b, 10**6) for b in bounds)
                found += [Fact(atom.symbol - low, ">", ZERO), Fact(atom.symbol - high, "<", ZERO)]
        return found

    def _by_contradiction(self, denial: Fact, value: Fact | None) -> Certificate | None:
        """Assume the denial and derive a contradiction."""
        trivial = denial.left == 0 and denial.right == 0
        start = [] if trivial else [denial]
        symbols = {s for f in start for s in f.left.free_symbols}
        if trivial or not self.normal.by_symbol or self.facts:
            premises = self._premises(symbols) if symbols else [*self.facts, *self._atoms()]
            steps = min((1 if self.normal.by_symbol else 5) * SECOND, self.budget.left / 2)
            if refuted([*start, *premises], self.budget.within(steps)) is True:
                return _solved(trivial, "")
        if not self.normal.by_symbol and not _has_powers(self.branch):
            return None
        values = [*self.values, *([value] if value is not None else [])]
        extra: list[Fact] = []
        words: list[str] = []
        extra += [fact for fact, _ in consequences(values, self.normal, self.signs)]
        for fact, word in lemmas(self.branch, self.normal, self.signs):
            extra.append(fact)
            if word not in words:
                words.append(word)
        derived = [self._polynomial(fact) for fact in extra]
        everything = [*start, *[d for d in derived if d is not None], *self.facts, *self._atoms()]
        if refuted(everything, self.budget.within(4 * SECOND)) is True:
            return _solved(trivial, ", ".join(words))
        return None

    def _polynomial(self, fact: Fact) -> Fact | None:
        try:
            top, bottom = self.normal.fraction(fact.left - fact.right)
            return Fact(self._cleared(top, bottom, fact.sign), fact.sign, ZERO)
        except (Outside, Split, Unsupported):
            return None


def _solved(vacuous: bool, words: str) -> Certificate:
    if vacuous:
        return VACUOUS
    detail = "z3: the denial is unsatisfiable over the reals"
    return Certificate(("z3",), f"{detail}, with {words}" if words else detail)


def _difficulty(fact: Fact) -> tuple[bool, int]:
    functions = fact.left.atoms(sp.Function) | fact.right.atoms(sp.Function)
    powers = {
        e for side in (fact.left, fact.right) for e in side.atoms(sp.Pow) if not e.exp.is_Integer
    }
    return bool(functions or powers), len(functions) + len(powers)


def _has_powers(branch: Branch) -> bool:
    return any(
        not e.exp.is_Rational
        for side in (branch.goal.left, branch.goal.right)
        for e in side.atoms(sp.Pow)
    )


def _true(value: Expr, sign: str) -> bool:
    truth = {"=": value == 0, "!=": value != 0, ">": value > 0, ">=": value >= 0}
    return bool(truth[sign])


def _contradict(known: Sign | None, sign: str) -> bool:
    """Whether a polynomial of known sign cannot be `sign` 0."""
    impossible = {
        "+": ("=",),
        "-": ("=", ">", ">="),
        "0": ("!=", ">"),
        "0-": (">",),
        "0+": (),
    }
    return known is not None and sign in impossible[known]
