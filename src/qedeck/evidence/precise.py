"""Instances of what is not proved, again in balls of many digits: what floats are blind to.

A factor `1 + 10^{-20}` is one in floats, and `e^{-x^2}` is zero from 28 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from qedeck.evidence import forms
from qedeck.evidence.effort import effort
from qedeck.evidence.falsify import batches, described
from qedeck.evidence.families import at_instance
from qedeck.evidence.far import far_batches
from qedeck.evidence.instances import FAILURES, Batch
from qedeck.evidence.links import single_links
from qedeck.evidence.obligations import Obligation
from qedeck.evidence.proof.budget import SECOND, Budget
from qedeck.evidence.proof.values import precise
from qedeck.evidence.reasons import Counter
from qedeck.formula.evaluate import Environment, Value, evaluate, holds
from qedeck.formula.rings.algebraic import Algebraic, AlgebraicRing
from qedeck.formula.rings.floats import Approx
from qedeck.formula.tree import Statement
from qedeck.formula.values import mapped

BITS = 400
COUNT = 24
FEW = 3
"""Instances of each batch."""
STEPS = 0.5 * SECOND
"""Steps for one obligation; three instances are always tried."""
UNABLE = (*FAILURES, ZeroDivisionError)


def precisely(todo: Sequence[Obligation], seed: int) -> Counter | None:
    """A counterexample that is wrong by less than floats see; None where none is found."""
    with precise(BITS), np.errstate(all="ignore"):
        for obligation in todo:
            if not obligation.scope.laws:
                found = _counter(obligation, seed)
                if found is not None:
                    return found
    return None


def _counter(obligation: Obligation, seed: int) -> Counter | None:
    import flint

    ring = AlgebraicRing(flint.arb(0))
    budget, tried = Budget.of(STEPS), 0
    for batch, k in _instances(obligation, seed):
        try:
            environment = _in_balls(obligation, batch, k, ring)
            met = all(
                holds(one, environment, ring).decided for one in forms.assumed(obligation.scope)
            )
            if met and holds(obligation.statement, environment, ring).decided is False:
                return _described(obligation, batch, k, environment, ring)
            tried += met
        except UNABLE:
            continue
        finally:
            budget.took(effort(obligation.statement, batch.environment))
        if not budget.left and tried >= FEW:
            break
    return None


def _instances(obligation: Obligation, seed: int) -> Iterator[tuple[Batch, int]]:
    """A few instances of each shape, and a few that are huge or tiny."""
    try:
        for make in (batches(obligation, seed, count=COUNT, most=2), far_batches(obligation, seed)):
            for batch in make:
                yield from ((batch, int(k)) for k in np.flatnonzero(batch.meets)[:FEW])
    except UNABLE:
        return


def _in_balls(
    obligation: Obligation, batch: Batch, k: int, ring: AlgebraicRing
) -> Environment[Algebraic]:
    """One instance of a batch, with what equations set computed anew."""

    def exact(entry: Approx) -> Algebraic:
        return ring.number(Fraction(float(np.broadcast_to(entry.value, (batch.count,))[k])))

    plain = batch.environment
    values: dict[str, Value[Algebraic]] = {n: mapped(exact, v) for n, v in plain.values.items()}
    functions = at_instance(batch.members, k, ring)
    environment: Environment[Algebraic] = Environment(
        values, plain.sizes, plain.indices, functions, plain.definitions
    )
    equations = {n: e.value for n, e in forms.equations(obligation.scope).items() if not e.index}
    for name, expr in {**equations, **dict(obligation.fixed)}.items():
        if name in values:
            value = evaluate(expr, environment, ring)
            environment = replace(environment, values={**environment.values, name: value})
    return environment


def _described(
    obligation: Obligation,
    batch: Batch,
    k: int,
    environment: Environment[Algebraic],
    ring: AlgebraicRing,
) -> Counter:
    """The counterexample, with the relation that fails."""
    found = described(obligation, batch, k, "balls")
    links: list[Statement] = [*single_links(obligation.statement)]
    failing = (
        at for at, link in enumerate(links) if holds(link, environment, ring).decided is False
    )
    return replace(found, link=next(failing, 0), left=None, right=None)
