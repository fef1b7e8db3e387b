"""Identities modulo equations, over opaque polynomials in which repeated sums are names."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import sympy as sp
from sympy import Expr

from qedeck.evidence.proof.branch import Branch, refined
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate, Fact, Goal, Outside, Unsupported
from qedeck.evidence.proof.course import attempt
from qedeck.evidence.proof.multipliers import solve, solving
from qedeck.evidence.proof.opaque import Monomial, Opaque, Poly, key, plus
from qedeck.evidence.proof.relaxation import cleared

MOST_COLUMNS = 1200
ROUNDS = 4


@attempt
def modulo(goal: Goal, budget: Budget) -> Certificate | None:
    """A certificate that the sides differ by a combination of equations among the facts."""
    if goal.sign != "=" or not any(f.sign == "=" for f in goal.facts):
        return None
    branch = refined(Branch(Fact(goal.left, goal.sign, goal.right), goal.facts))
    sums = repeated(branch)
    for rounds in range(1, ROUNDS + 1):
        for names in [sums, []] if sums else [[]]:
            try:
                found = _combination(branch, names, rounds, budget)
            except (Unsupported, Outside):
                found = None
            if found is not None:
                return found
    return None


def repeated(branch: Branch) -> list[Expr]:
    """Sums that occur more than once as a factor or under a power, in the goal."""
    seen: Counter[Expr] = Counter()
    for side in (branch.goal.left, branch.goal.right):
        for e in sp.preorder_traversal(side):
            if e.is_Mul:
                seen.update(a for a in e.args if a.is_Add)
            elif e.is_Pow and e.base.is_Add and e.exp.is_Integer:
                seen.update([e.base])
    found = [e for e, n in seen.items() if n > 1]
    return sorted(found, key=lambda e: (sp.count_ops(e), str(e)))


def _combination(
    branch: Branch, sums: list[Expr], rounds: int, budget: Budget
) -> Certificate | None:
    reader = Opaque(budget=budget)
    equations: list[Poly] = []
    for e in sums:
        value = reader.of(e)
        number = reader.name(e)
        equations.append(plus(value, {((number, 1),): Fraction(1)}, -1))
    reader.forget()
    for fact in branch.facts:
        if fact.sign == "=":
            try:
                gap = plus(reader.of(fact.left), reader.of(fact.right), -1)
                equations.append(cleared(reader, gap))
            except (Unsupported, Outside):
                continue
    target = cleared(reader, plus(reader.of(branch.goal.left), reader.of(branch.goal.right), -1))
    equations = list({key(e): e for e in equations if e}.values())
    used = vanishing(reader, target, equations, rounds, budget)
    if used is None:
        return None
    detail = f"the difference is a combination of {used} of {len(equations)} equations that hold"
    return Certificate(("modulo",), detail)


def vanishing(
    reader: Opaque, target: Poly, equations: list[Poly], rounds: int, budget: Budget
) -> int | None:
    """How many of the equations it takes to make the target up, or None."""
    wanted = set(target)
    columns: dict[tuple[int, Monomial], Poly] = {}
    for _ in range(rounds):
        budget.spend(len(wanted) * sum(map(len, equations)) / 10)
        fresh = _shifts(equations, wanted, columns)
        budget.spend(sum(len(equations[k]) for k, _ in fresh))
        for k, shift in fresh:
            columns[k, shift] = reader.times(equations[k], {shift: Fraction(1)})
        if not columns or len(columns) > MOST_COLUMNS:
            return None
        grown = wanted.union(*columns.values())
        if grown == wanted and not fresh:
            return None
        wanted = grown
    budget.spend(solving(len(wanted), len(columns)))
    return _made_up(target, columns)


def _made_up(target: Poly, columns: dict[tuple[int, Monomial], Poly]) -> int | None:
    places = list(columns)
    weights = solve([columns[place] for place in places], target)
    if weights is None:
        return None
    rest = target
    for k, w in weights.items():
        rest = plus(rest, columns[places[k]], -Fraction(int(w.p), int(w.q)))
    return None if rest else len({places[k][0] for k in weights})


def _shifts(
    equations: list[Poly], wanted: set[Monomial], known: dict[tuple[int, Monomial], Poly]
) -> list[tuple[int, Monomial]]:
    """Monomials by which a leading term of an equation becomes a wanted monomial."""
    found: dict[tuple[int, Monomial], None] = {}
    for k, equation in enumerate(equations):
        top = max(map(_degree, equation))
        for lead in (m for m in equation if _degree(m) == top):
            for m in wanted:
                shift = _quotient(m, lead)
                if shift is not None and (k, shift) not in known:
                    found[k, shift] = None
    return list(found)


def _degree(m: Monomial) -> int:
    return sum(e if isinstance(e, int) else 1 for _, e in m)


def _quotient(m: Monomial, lead: Monomial) -> Monomial | None:
    exponents = dict(m)
    for n, e in lead:
        mine = exponents.get(n)
        if not isinstance(mine, int) or not isinstance(e, int) or mine < e:
            if mine != e:
                return None
            exponents[n] = 0
        else:
            exponents[n] = mine - e
    return tuple((n, e) for n, e in exponents.items() if e != 0)
