"""Ways to a goal before any cases: equivalent or sufficient goals, and lemmas about norms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import sympy as sp
from sympy import Expr, Integer

from qedeck.evidence.proof.algebra import cancelled, expanded
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.certificate import MIRROR, Certificate, Fact, Goal, Unsupported
from qedeck.evidence.proof.course import attempt
from qedeck.evidence.proof.relaxation import relaxed
from qedeck.evidence.proof.solver import refuted

ZERO = Integer(0)
Prover = Callable[[Goal, Budget], Certificate | None]


def upward(goal: Goal) -> Goal:
    """The goal with `<` or `<=` where it is an inequality."""
    if goal.sign in (">", ">="):
        return Goal(goal.right, MIRROR[goal.sign], goal.left, goal.facts)
    return goal


@attempt
def directly(goal: Goal, budget: Budget) -> Certificate | None:
    """The denial handed to the decision procedure as it stands."""
    if refuted([*goal.facts, goal.denial], budget) is not True:
        return None
    return certified(goal, budget)


def certified(goal: Goal, budget: Budget) -> Certificate | None:
    """The certificate of a goal whose denial is refuted, unless its facts are by themselves."""
    if refuted(goal.facts, budget) is True:
        return None
    detail = "z3: the denial is unsatisfiable over the reals"
    return Certificate(("z3",), detail)


def nonnegative(e: Expr, facts: tuple[Fact, ...]) -> bool:
    """Whether an expression is at least 0 by its shape, wherever it is defined."""
    if e.is_Rational:
        return bool(e >= 0)
    if e.is_Symbol:
        return e.is_nonnegative is True or _by_facts(e, facts)
    if isinstance(e, sp.Abs | sp.exp):
        return True
    if e.is_Add or e.is_Mul:
        return all(nonnegative(a, facts) for a in e.args) or _by_facts(e, facts)
    if e.is_Pow:
        if e.exp.is_Integer:
            return e.exp % 2 == 0 or nonnegative(e.base, facts)
        return e.exp.is_Rational or nonnegative(e.base, facts)
    if isinstance(e, sp.Max):
        return any(nonnegative(a, facts) for a in e.args)
    if isinstance(e, sp.Min):
        return all(nonnegative(a, facts) for a in e.args)
    return False


def _by_facts(e: Expr, facts: tuple[Fact, ...]) -> bool:
    for fact in facts:
        gap = fact.left - fact.right if fact.sign in (">", ">=") else fact.right - fact.left
        if fact.sign not in ("=", "!=") and nonnegative(expanded(e - gap), ()):
            return True
    return False


def squared(goal: Goal) -> Goal | None:
    """A ≤ B as A² ≤ B² for A, B ≥ 0, or, where radicals remain, P ≤ Q by P² ≤ Q² for Q ≥ 0.

    The second form is sufficient, not equivalent. None also where there would be too many terms.
    """
    with suppress(Unsupported):
        return _squared(upward(goal))
    return None


def _squared(goal: Goal) -> Goal | None:
    if goal.sign == "!=" or not _roots(goal.left) | _roots(goal.right):
        return None
    if not (nonnegative(goal.left, goal.facts) and nonnegative(goal.right, goal.facts)):
        return None
    gap = expanded(goal.right**2 - goal.left**2)
    terms = sp.Add.make_args(gap)
    radical = sp.Add(*[t for t in terms if _roots(t)])
    if radical == 0:
        return Goal(ZERO, goal.sign, gap, goal.facts)
    plain = expanded(radical - gap)
    if goal.sign == "=" or not nonnegative(radical, goal.facts):
        return None
    rest = expanded(radical**2 - plain**2)
    return None if _roots(rest) else Goal(ZERO, goal.sign, rest, goal.facts)


def _roots(e: Expr) -> set[Expr]:
    found: set[Expr] = {r for r in e.atoms(sp.Pow) if r.exp.is_Rational and not r.exp.is_Integer}
    found = {r for r in found if not r.base.is_Rational}
    return found | set(e.atoms(sp.Abs))


def parts(goal: Goal) -> list[Goal] | None:
    """One goal for each item of a maximum below, or a minimum above."""
    goal = upward(goal)
    if goal.sign in ("<", "<="):
        if goal.left.has(sp.Max) and goal.left.is_Add:
            goal = _rearranged(goal)
        if isinstance(goal.left, sp.Max):
            return [Goal(a, goal.sign, goal.right, goal.facts) for a in goal.left.args]
        if isinstance(goal.right, sp.Min):
            return [Goal(goal.left, goal.sign, a, goal.facts) for a in goal.right.args]
    return None


def turns(goal: Goal) -> list[Goal] | None:
    """Two goals ±t ≤ b for |t| ≤ b."""
    goal = upward(goal)
    if goal.sign not in ("<", "<=") or not isinstance(goal.left, sp.Abs):
        return None
    inner = goal.left.args[0]
    if not (inner.is_Add or inner.is_Symbol):
        return None
    return [Goal(a, goal.sign, goal.right, goal.facts) for a in (inner, -inner)]


# -- Minkowski -----------------------------------------------------------------------------


@attempt
def minkowski(goal: Goal, budget: Budget, prover: Prover) -> Certificate | None:
    """‖c‖_p ≤ Σ wₖ ‖aₖ‖_p where p ≥ 1, wₖ ≥ 0 and 0 ≤ cᵢ ≤ Σ wₖ aₖᵢ for every i.

    With W the right side and λₖ = wₖ‖aₖ‖/W, convexity of t^p gives
    (cᵢ/W)^p ≤ Σ λₖ (aₖᵢ/‖aₖ‖)^p, and the sum over i is at most Σ λₖ = 1.
    """
    goal = _rearranged(upward(goal))
    if goal.sign != "<=":
        return None
    below = norm(goal.left)
    above = [_weighted(t) for t in sp.Add.make_args(goal.right)]
    if below is None or any(a is None for a in above):
        return None
    order, entries = below
    summands = [(w, a) for w, n in [a for a in above if a is not None] for a in [n]]
    if any(n[0] != order or len(n[1]) != len(entries) for _, n in summands):
        return None
    if not all(nonnegative(w, goal.facts) for w, _ in summands):
        return None
    if prover(Goal(order, ">=", Integer(1), goal.facts), budget.within(SECOND)) is None:
        return None
    rows = _matched(entries, [n[1] for _, n in summands])
    if rows is None:
        return None
    for i, entry in enumerate(entries):
        bound = sp.Add(*[w * row[i] for (w, _), row in zip(summands, rows, strict=True)])
        termwise = Goal(entry, "<=", bound, goal.facts)
        if not (relaxed(termwise, budget) or directly(termwise, budget.within(2 * SECOND))):
            return None
    detail = (
        "convexity of t^p, p \\ge 1, with weights proportional to the norms on the right; "
        f"termwise bounds of {len(entries)} coordinates"
    )
    return Certificate(("minkowski",), detail)


def _rearranged(goal: Goal) -> Goal:
    """The goal with what is subtracted moved to the other side."""
    gap = [*sp.Add.make_args(goal.right), *[-t for t in sp.Add.make_args(goal.left)]]
    below = [-t for t in gap if t.could_extract_minus_sign()]
    above = [t for t in gap if not t.could_extract_minus_sign()]
    return Goal(sp.Add(*below), goal.sign, sp.Add(*above), goal.facts)


def norm(e: Expr) -> tuple[Expr, list[Expr]] | None:
    """Order and non-negative entries of (Σ tᵢ^p)^(1/p)."""
    if isinstance(e, sp.Abs):
        return None
    if not e.is_Pow or not e.base.is_Add:
        return None
    order = cancelled(1 / e.exp)
    entries = []
    for term in e.base.args:
        entry = _entry(term, order)
        if entry is None:
            return None
        entries.append(entry)
    return order, entries


def _entry(term: Expr, order: Expr) -> Expr | None:
    """The t with term = t^order and t ≥ 0, whatever its symbols are."""
    entry: Expr = Integer(1)
    for factor in sp.Mul.make_args(term):
        base, exponent = factor.as_base_exp()
        if exponent != order:
            return None
        if order.is_Integer and order % 2 == 0:
            entry *= sp.Abs(base)
        elif isinstance(base, sp.Abs) or base.is_nonnegative:
            entry *= base
        else:
            return None
    return entry


def _weighted(e: Expr) -> tuple[Expr, tuple[Expr, list[Expr]]] | None:
    for factor in sp.Mul.make_args(e):
        found = norm(factor)
        if found is not None:
            return sp.Mul(*[f for f in sp.Mul.make_args(e) if f is not factor]), found
    return None


def _matched(
    entries: list[Expr], rows: list[tuple[Expr, ...] | list[Expr]]
) -> list[list[Expr]] | None:
    """The rows, each in the order of the entries, matched by the symbols they share."""
    if len(entries) > 6:
        return None
    shared = set.intersection(*[e.free_symbols for e in entries]) if len(entries) > 1 else set()
    mine = [e.free_symbols - shared for e in entries]
    found: dict[int, list[Expr]] = {}
    while len(found) < len(rows):
        before = len(found)
        for k, row in enumerate(rows):
            if k not in found and (order := _order(mine, row, shared)) is not None:
                found[k] = order
                mine = [m | (o.free_symbols - shared) for m, o in zip(mine, order, strict=True)]
        if len(found) == before:
            return None
    return [found[k] for k in range(len(rows))]


def _order(mine: list[set[Expr]], row: Iterable[Expr], shared: set[Expr]) -> list[Expr] | None:
    """The items of a row, each beside the symbols that it has and no other has."""
    left = list(row)
    found = []
    for symbols in mine:
        fits = [o for o in left if not symbols.isdisjoint(o.free_symbols - shared)]
        if len(fits) != 1 and not (len(left) == 1 and len(mine) == 1):
            return None
        found.append(fits[0] if fits else left[0])
        left.remove(found[-1])
    return found
