"""What a statement speaks of: the symbols for all of whose values it holds."""

from __future__ import annotations

from qedeck.evidence.record import Speaks
from qedeck.formula.scope import Bound


def speaks(bound: Bound) -> Speaks:
    """The real, functional and random symbols that a statement declares."""
    declared = bound.scope.declared.values()
    reals, functions, randoms = (
        tuple(one.name for one in declared if one.kind == kind)
        for kind in ("real", "function", "random")
    )
    return Speaks(reals, functions, randoms, _moment(bound))


def _moment(bound: Bound) -> int:
    """The moment that has to be finite, if the statement itself says so for all it speaks of."""
    randoms = {one.name for one in bound.scope.declared.values() if one.kind == "random"}
    orders = [law.order for law in bound.scope.laws if law.mean is None]
    whole = all(randoms <= set(law.symbols) for law in bound.scope.laws)
    highest = max((law.order for law in bound.scope.laws), default=0)
    # What a linked definition asks for comes first and may be more than the claim needs.
    return highest if whole and orders and orders[-1] == highest else 0
