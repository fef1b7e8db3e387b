"""Exhaustive cases, divided only where a sign or an order is needed."""

from __future__ import annotations

from collections import Counter

from qedeck.evidence.proof.branch import Branch, by_order, by_sign, folded, refined, signature
from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.case import OUTSIDE, VACUOUS, decide
from qedeck.evidence.proof.certificate import Certificate, Unsupported
from qedeck.evidence.proof.course import attempt
from qedeck.evidence.proof.normal import Order, Split
from qedeck.evidence.ways import told

LARGEST_DEPTH = 14
SYMMETRY = Certificate(("symmetry",), "equal to another case up to the names of symbols")


@attempt
def by_cases(branch: Branch, budget: Budget) -> Certificate | None:
    """A certificate that covers all cases; None where one case is open or none has content."""
    leaves: list[tuple[Branch, Certificate]] = []
    solved = set()
    open_branches = [refined(folded(branch))]
    while open_branches:
        budget.spend(20)
        current = open_branches.pop()
        if len(current.path) > LARGEST_DEPTH:
            return None
        mark = signature(current)
        if mark in solved:
            leaves.append((current, SYMMETRY))
            continue
        try:
            found = decide(current, budget)
        except Split as split:
            try:
                open_branches += [refined(b) for b in by_sign(current, split.expr)]
            except Unsupported:
                return None
            continue
        except Order as order:
            open_branches += [refined(b) for b in by_order(current, order.items, order.largest)]
            continue
        if found is None:
            return None
        solved.add(mark)
        leaves.append((current, found))
    return _summary(leaves)


def _summary(leaves: list[tuple[Branch, Certificate]]) -> Certificate | None:
    solid = [c for _, c in leaves if c not in (VACUOUS, OUTSIDE, SYMMETRY)]
    if not solid:
        return None
    if len(leaves) == 1:
        return solid[0]
    partial = any(c is OUTSIDE for _, c in leaves)
    ways = Counter(c.ways for _, c in leaves)
    counted = ", ".join(f"{n} by {told(way)}" for way, n in ways.most_common())
    longest = max((c.detail for c in solid), key=len)
    detail = f"{len(leaves)} exhaustive cases: {counted}; e.g. {longest}"
    return Certificate(("sign cases",), detail, partial=partial)
