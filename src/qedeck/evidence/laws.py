"""Finite laws of random symbols: atoms and weights drawn to meet what is said of moments."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from qedeck.evidence.forms import names_in
from qedeck.evidence.mixture import Floats, Truths, mixture
from qedeck.evidence.shapes import size_of
from qedeck.formula.evaluate import (
    Array,
    Environment,
    FiniteLaw,
    TooLarge,
    Unsupported,
    Value,
    evaluate,
)
from qedeck.formula.interpreter import Frame
from qedeck.formula.moments import spread
from qedeck.formula.rings.floats import Approx, FloatRing
from qedeck.formula.scope import Law, Scope
from qedeck.formula.tree import Expr, Moment, Node, Statement, Symbol, children

if TYPE_CHECKING:
    from qedeck.evidence.drawing import Drawing

MOST_OUTCOMES = 64
"""Outcomes of one law, so that two together have the square of this; of more laws, fewer."""
ROUNDING = 1e-14
COIN = ((1 / 8, -1.0), (1 / 4, 1.0), (3 / 8, -1.0), (1 / 8, 1.0), (1 / 8, 1.0))
"""Weights and atoms of a fair coin, as a law of five atoms; `coins` makes it exact."""
EVERY = 12
"""Of so many instances one is a fair coin."""


@dataclass(frozen=True)
class Variable:
    """A random symbol and what all hypotheses together say of it."""

    name: str
    mean: Expr | None
    variance: Expr | None
    iid: bool
    order: int
    """Highest moment that exists."""
    alike: str = ""
    """Those that share this law have one distribution; empty for a law of its own."""


def variables(scope: Scope) -> dict[str, Variable]:
    """What is known of each random symbol."""
    found = {}
    for declared in scope.declared.values():
        if declared.kind != "random":
            continue
        laws = [law for law in scope.laws if declared.name in law.symbols]
        given = next((law for law in laws if law.mean is not None), Law(()))
        order = max((law.order for law in laws), default=0)
        alike = ",".join(given.symbols) if given.iid else ""
        found[declared.name] = Variable(
            declared.name, given.mean, given.variance, given.iid, order, alike
        )
    return found


def groups(scope: Scope) -> list[list[str]]:
    """Random symbols that may depend on each other, in order of declaration.

    Symbols are in different groups where independence is said of them, or one law makes all
    their entries independent.
    """
    known = variables(scope)
    apart: set[frozenset[str]] = set()
    for assumed in scope.assumed:
        if assumed.property == "independent":
            apart |= {frozenset((a, b)) for a in assumed.symbols for b in assumed.symbols}
    for law in scope.laws:
        if law.iid:
            apart |= {frozenset((a, b)) for a in law.symbols for b in law.symbols}
    found: list[list[str]] = []
    for name in known:
        joined = [g for g in found if any(frozenset((name, other)) not in apart for other in g)]
        found = [g for g in found if g not in joined]
        found.append([*(other for group in joined for other in group), name])
    return found


def uncorrelated(scope: Scope) -> set[frozenset[str]]:
    """Pairs of random symbols without covariance; a name alone for entries of an array."""
    return {
        frozenset((a, b))
        for assumed in scope.assumed
        if assumed.property == "uncorrelated"
        for a in assumed.symbols
        for b in assumed.symbols
        if a != b or len(assumed.symbols) == 1
    }


def entries_independent(name: str, scope: Scope) -> bool:
    """Whether the entries of one random array are independent of each other."""
    return variables(scope)[name].iid or any(
        assumed.property == "independent" and assumed.symbols == (name,)
        for assumed in scope.assumed
    )


def drawn_laws(
    drawing: Drawing,
) -> tuple[tuple[FiniteLaw[Approx], ...], dict[str, Value[Approx]]]:
    """A law for each group, and one outcome of all symbols."""
    sampler = Sampler(drawing)
    laws = tuple(sampler.law(group) for group in groups(drawing.scope))
    outcome: dict[str, Value[Approx]] = {}
    for law in laws:
        outcome.update(sampler.outcome(law))
    return laws, outcome


class Sampler:
    """Draws the laws of one batch."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.random = drawing.random
        self.count = drawing.count
        self.known = variables(drawing.scope)
        self.shared: dict[tuple[str, int], tuple[Floats, Floats]] = {}
        self.most = round(MOST_OUTCOMES ** min(1.0, 2 / max(1, len(groups(drawing.scope)))))

    def law(self, group: list[str]) -> FiniteLaw[Approx]:
        """The joint law of symbols that may depend on each other."""
        scope = self.drawing.scope
        arrays = [name for name in group if scope.declared[name].shape]
        if len(group) == 1 and (not arrays or entries_independent(group[0], scope)):
            return self.independent(group[0])
        if any(self.known[name].iid for name in arrays):
            raise Unsupported(
                f"random symbols {', '.join(group)}: say which are independent of each other"
            )
        return self.joint(group)

    def lengths(self, name: str) -> tuple[int, ...]:
        axes = self.drawing.scope.declared[name].shape
        return tuple(size_of(axis, self.drawing.sizes) for axis in axes)

    # Independent entries

    def independent(self, name: str) -> FiniteLaw[Approx]:
        """The product of the laws of all entries."""
        variable, shape = self.known[name], self.lengths(name)
        entries = int(np.prod(shape, dtype=int))
        several = 5 if not shape else next((k for k in (3, 2) if k**entries <= self.most), 0)
        if not several:
            raise TooLarge(f"{entries} independent random entries in floats")
        laws = []
        for k in range(entries):
            key = (variable.alike or f"{name} {'' if variable.iid else k}", several)
            if key not in self.shared:
                self.shared[key] = self.atoms(variable, several)
            laws.append(self.shared[key])
        scaled = [self.placed(variable, atoms) for _, atoms in laws]
        outcomes = []
        for places in product(range(several), repeat=entries):
            weight = np.ones(self.count)
            for (weights, _), place in zip(laws, places, strict=True):
                weight = weight * weights[:, place]
            parts = tuple(scaled[k][place] for k, place in enumerate(places))
            value: Value[Approx] = Array(shape, parts) if shape else parts[0]
            outcomes.append((Approx(weight, weight * ROUNDING), {name: value}))
        return FiniteLaw(tuple(outcomes))

    def atoms(self, variable: Variable, several: int) -> tuple[Floats, Floats]:
        """Weights, and atoms; standardised where mean and variance are given.

        Some instances are fair coins: of all laws with a mean and a variance they have the least
        higher moments, which random atoms come near to but never reach.
        """
        weights = self.weights(several)
        atoms = mixture(self.random, (self.count, several))
        if variable.mean is not None:
            atoms = standardised(weights, atoms[:, :, None], self.random)[:, :, 0]
        if several == len(COIN):
            coins = self.coins()[:, None]
            weights, atoms = (
                np.where(coins, np.array(row), drawn)
                for row, drawn in zip(zip(*COIN, strict=True), (weights, atoms), strict=True)
            )
        return weights, atoms

    def coins(self) -> Truths:
        """Which instances are fair coins."""
        return np.asarray(np.arange(self.count) % EVERY == EVERY - 1)

    def weights(self, several: int) -> Floats:
        """Weights that add up to 1: of halves and quarters, or anything."""
        plain = self.random.integers(1, 4, size=(self.count, several)).astype(float)
        free = self.random.gamma(0.7, size=(self.count, several)) + 1e-2
        equal = np.ones((self.count, several))
        style = self.random.choice(3, size=(self.count, 1), p=[0.4, 0.4, 0.2])
        chosen = np.choose(style, [plain, free, equal])
        return np.asarray(chosen / chosen.sum(axis=1, keepdims=True))

    def placed(self, variable: Variable, atoms: Floats) -> list[Approx]:
        """Atoms scaled and shifted to the mean and variance that are given."""
        plain = [Approx(atoms[:, k], np.abs(atoms[:, k]) * 0.0) for k in range(atoms.shape[1])]
        if variable.mean is None or variable.variance is None:
            return plain
        ring, environment = self.drawing.ring, self.drawing.environment()
        mean = evaluate(variable.mean, environment, ring)
        variance = evaluate(variable.variance, environment, ring)
        assert isinstance(mean, Approx)
        assert isinstance(variance, Approx)
        spread = ring.sqrt(variance)
        doubtful = [Approx(a.value, ROUNDING * (1.0 + np.abs(a.value))) for a in plain]
        return [ring.add(mean, ring.mul(spread, atom)) for atom in doubtful]

    # Dependent symbols

    def joint(self, group: list[str]) -> FiniteLaw[Approx]:
        """Outcomes at which symbols have any values, or any without covariance."""
        places = [(name, k) for name in group for k in range(int(np.prod(self.lengths(name))))]
        several = max(4, len(places) + 2)
        weights = self.weights(several)
        data = mixture(self.random, (self.count, several, len(places)))
        data = data + (self.random.random(data.shape) < 0.5) * self.random.normal(size=data.shape)
        free = uncorrelated(self.drawing.scope)
        pairs = [
            (i, j)
            for j, (b, _) in enumerate(places)
            for i, (a, _) in enumerate(places[:j])
            if frozenset((a, b)) in free
        ]
        given = [self.known[name].mean is not None for name, _ in places]
        if pairs or any(given):
            normal = standardised(weights, data, self.random, pairs)
            keep = np.asarray(given) | bool(pairs)
            data = np.where(keep, normal, data)
        columns = [
            self.placed(self.known[name], data[:, :, k]) for k, (name, _) in enumerate(places)
        ]
        outcomes = []
        for outcome in range(several):
            values: dict[str, Value[Approx]] = {}
            for name in group:
                own = [columns[k][outcome] for k, (other, _) in enumerate(places) if other == name]
                shape = self.lengths(name)
                values[name] = Array(shape, tuple(own)) if shape else own[0]
            weight = Approx(weights[:, outcome], weights[:, outcome] * ROUNDING)
            outcomes.append((weight, values))
        return FiniteLaw(tuple(outcomes))

    def outcome(self, law: FiniteLaw[Approx]) -> dict[str, Value[Approx]]:
        """One outcome for each instance."""
        chosen = self.random.integers(len(law.outcomes), size=self.count)

        def pick(parts: list[Approx]) -> Approx:
            values = np.stack([np.broadcast_to(p.value, (self.count,)) for p in parts])
            errors = np.stack([np.broadcast_to(p.error, (self.count,)) for p in parts])
            at = np.arange(self.count)
            return Approx(values[chosen, at], errors[chosen, at])

        found: dict[str, Value[Approx]] = {}
        for name in law.symbols:
            columns = [values[name] for _, values in law.outcomes]
            arrays = [column for column in columns if isinstance(column, Array)]
            if arrays:
                parts = zip(*(column.entries for column in arrays), strict=True)
                found[name] = Array(arrays[0].shape, tuple(pick(list(part)) for part in parts))
            else:
                found[name] = pick([c for c in columns if isinstance(c, Approx)])
        return found


def standardised(
    weights: Floats,
    data: Floats,
    random: np.random.Generator,
    pairs: list[tuple[int, int]] | None = None,
) -> Floats:
    """Columns with mean 0 and variance 1 under the weights; named pairs without covariance."""
    free = pairs or []
    found: list[Floats] = []
    for k in range(data.shape[2]):
        # Twice, as rounding leaves something of what is taken away.
        against = [found[i] for i, j in free if j == k]
        column = data[:, :, k]
        column = column + 1e-3 * random.normal(size=column.shape) * _flat(weights, column, against)
        for _ in range(2):
            column = _without(weights, column, against)
        size = np.sqrt((weights * column**2).sum(axis=1, keepdims=True))
        found.append(column / size)
    return np.stack(found, axis=2)


def _without(weights: Floats, column: Floats, against: list[Floats]) -> Floats:
    """The column less its mean and what other standard columns explain."""
    column = column - (weights * column).sum(axis=1, keepdims=True)
    if not against:
        return column
    basis = np.stack(against, axis=2)
    gram = np.einsum("ck,cki,ckj->cij", weights, basis, basis)
    along = np.einsum("ck,cki,ck->ci", weights, basis, column)
    share = np.einsum("cij,cj->ci", np.linalg.pinv(gram), along)
    return np.asarray(column - np.einsum("cki,ci->ck", basis, share))


def _flat(weights: Floats, column: Floats, against: list[Floats]) -> Floats:
    """1000 where hardly anything is left of a column, so that something is added; else 0."""
    left = _without(weights, column, against)
    size = np.sqrt((weights * left**2).sum(axis=1, keepdims=True))
    scale = np.abs(column).max(axis=1, keepdims=True)
    return np.asarray(np.where(size <= 1e-2 * scale + 1e-12, 1e3, 0.0) * np.maximum(scale, 1.0))


# Statements that hold for every outcome


def everywhere(
    statement: Statement, scope: Scope, environment: Environment[Approx], ring: FloatRing
) -> tuple[Environment[Approx], int]:
    """The environment in which an assumption must hold: with all outcomes of what it mentions.

    Returns:
        The environment, and how many axes of outcomes lie before the axis of instances.
    """
    mentioned = outside_moments(statement)
    for name in list(mentioned):
        if name in scope.defined and name not in environment.values:
            mentioned |= outside_moments(scope.defined[name].body)
    laws = [law for law in environment.laws if law.symbols & mentioned]
    if not laws:
        return environment, 0
    _, inside = spread(ring, laws, Frame(environment))
    return inside.environment, len(laws)


def outside_moments(node: Node) -> set[str]:
    """Names that stand outside of all expectations."""
    if isinstance(node, Moment):
        return set() if not node.over else names_in(node)
    found = {node.name} if isinstance(node, Symbol) else set()
    for child in children(node):
        found |= outside_moments(child)
    return found
