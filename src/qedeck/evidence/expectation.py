"""Expectation by rule: linear, multiplicative over independence, only of moments that exist.

A random symbol is its mean and a centred part. A polynomial in centred parts has an expectation
for every law with the moments that the hypotheses grant, so what follows holds for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qedeck.evidence.laws import Variable, entries_independent, groups, uncorrelated, variables
from qedeck.evidence.shapes import size_of
from qedeck.formula.evaluate import Array, Environment, Unsupported, Value, evaluate
from qedeck.formula.rings.symbolic import SymbolicRing
from qedeck.formula.scope import Scope

MOST_TERMS = 20_000


class Ungranted(Unsupported):
    """A moment that the hypotheses do not grant."""


@dataclass(frozen=True)
class Part:
    """The centred part of one entry of a random symbol."""

    name: str
    place: tuple[int, ...]
    block: tuple[Any, ...]
    """Parts of different blocks are independent."""
    law: str
    """Parts with one law have equal moments."""


class Expectation:
    """The expectation functional that the hypotheses of a scope allow."""

    def __init__(
        self, scope: Scope, sizes: Mapping[str, int], environment: Environment[Any]
    ) -> None:
        self.scope = scope
        self.ring = SymbolicRing()
        self.known = variables(scope)
        self.parts: dict[Any, Part] = {}
        self.values: dict[str, Value[Any]] = {}
        """Each random symbol as an expression in centred parts."""
        self.variance: dict[str, Any] = {}
        self.groups = [frozenset(group) for group in groups(scope)]
        self.free = uncorrelated(scope)
        for variable in self.known.values():
            self._add(variable, sizes, environment)

    def _add(
        self, variable: Variable, sizes: Mapping[str, int], environment: Environment[Any]
    ) -> None:
        name, ring = variable.name, self.ring
        shape = tuple(size_of(axis, sizes) for axis in self.scope.declared[name].shape)
        group = next(k for k, members in enumerate(self.groups) if name in members)
        apart = bool(shape) and entries_independent(name, self.scope)
        places: list[tuple[int, ...]] = [()]
        for axis in shape:
            places = [(*place, k) for place in places for k in range(1, axis + 1)]
        entries = []
        for place in places:
            label = f"{name}_{','.join(map(str, place))}" if place else name
            law = variable.alike or (name if variable.iid else label)
            centred = ring.symbol(f"{label} - \\mathbb{{E}}[{label}]")
            block = (group, name, place) if apart else (group,)
            self.parts[centred] = Part(name, place, block, law)
            if variable.mean is not None:
                mean = evaluate(variable.mean, environment, ring)
            else:
                mean = ring.symbol(f"\\mathbb{{E}}[{label}]") if variable.order else 0
            if variable.variance is not None:
                self.variance[law] = evaluate(variable.variance, environment, ring)
            elif law not in self.variance:
                self.variance[law] = ring.symbol(
                    f"\\operatorname{{Var}}({label})", nonnegative=True
                )
            entries.append(mean + centred)
        self.values[name] = Array(shape, tuple(entries)) if shape else entries[0]

    def __call__(self, value: Any, over: tuple[str, ...] = ()) -> Any:
        """The expectation of an expression, over all random symbols or those that are named.

        Raises:
            Ungranted: where it needs a moment that is not known to exist.
            Unsupported: where the expression is no polynomial in the random symbols.
        """
        import sympy

        averaged = self._averaged(over)
        if not value.free_symbols & averaged:
            return value
        expanded = sympy.expand(value)
        terms = sympy.Add.make_args(expanded)
        if len(terms) > MOST_TERMS:
            raise Unsupported(f"an expectation of {len(terms)} terms")
        return sympy.Add(*(self._term(term, averaged) for term in terms))

    def _averaged(self, over: tuple[str, ...]) -> set[Any]:
        if not over:
            return set(self.parts)
        names = {name for group in self.groups if group & set(over) for name in group}
        return {part for part, known in self.parts.items() if known.name in names}

    def _term(self, term: Any, averaged: set[Any]) -> Any:
        import sympy

        outside, blocks = [], {}  # type: ignore[var-annotated]
        for factor in sympy.Mul.make_args(term):
            if not factor.free_symbols & averaged:
                outside.append(factor)
                continue
            base, exponent = factor.as_base_exp()
            if base not in averaged or not exponent.is_Integer or exponent < 1:
                raise Unsupported("an expectation of what is no polynomial in random symbols")
            blocks.setdefault(self.parts[base].block, []).append((base, int(exponent)))
        moments = [self.moment(tuple(block)) for block in blocks.values()]
        return sympy.Mul(*outside, *moments)

    def moment(self, powers: tuple[tuple[Any, int], ...]) -> Any:
        """The expectation of a product of powers of centred parts that may depend on each other."""
        parts = [(self.parts[symbol], exponent) for symbol, exponent in powers]
        degree = sum(exponent for _, exponent in parts)
        self._granted([part for part, _ in parts], degree)
        if degree == 1:
            return self.ring.whole(0)
        if len(parts) == 1:
            ((part, _),) = parts
            if degree == 2:
                return self.variance[part.law]
            law = part.law.replace(",", ", ")
            return self.ring.symbol(
                f"\\mu_{degree}({law})", **({"nonnegative": True} if degree % 2 == 0 else {})
            )
        names = frozenset(part.name for part, _ in parts)
        if degree == 2 and names in self.free:
            return self.ring.whole(0)
        shown = " ".join(
            f"{symbol}^{exponent}" for symbol, exponent in sorted(powers, key=lambda p: str(p[0]))
        )
        return self.ring.symbol(f"\\mathbb{{E}}[{shown}]")

    def _granted(self, parts: list[Part], degree: int) -> None:
        for part in parts:
            order = self.known[part.name].order
            if degree > order:
                shown = f"{part.name}_{part.place[0]}" if part.place else part.name
                power = f"\\lvert {shown} \\rvert" + (f"^{degree}" if degree > 1 else "")
                raise Ungranted(
                    f"it uses moment {degree} of {shown}, which the hypotheses do not grant: "
                    f"assume $\\mathbb{{E}}[{power}] < \\infty$"
                )
