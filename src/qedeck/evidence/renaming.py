"""Certificates remembered up to the names of symbols: channel 1 and channel 2 are one case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from qedeck.evidence.proof import Certificate, Counterexample, Fact, Formula

Verdict = Certificate | Counterexample | None
Decide = Callable[[tuple[Fact, ...], float], Verdict]


@dataclass
class Memory:
    """What was proved so far, with symbols numbered in the order of their names."""

    known: dict[Any, Certificate | None] = field(default_factory=dict)

    def verdict(
        self, formula: Formula, facts: tuple[Fact, ...], seconds: float, decide: Decide
    ) -> Verdict:
        """The verdict on a formula; what follows from some of the facts is proved once."""
        own = about(formula, facts)
        key = numbered(formula, own)
        known = self.known.get(key)
        if known is not None:
            return known
        if len(own) < len(facts) and key not in self.known:
            found = decide(own, seconds / 3)
            self.known[key] = _solid(found)
            if self.known[key] is not None:
                return found
        verdict = decide(facts, seconds)
        if len(own) == len(facts):
            self.known[key] = _solid(verdict)
        return verdict


def _solid(verdict: Verdict) -> Certificate | None:
    """A certificate without conditions, which are in the names of one case."""
    return verdict if isinstance(verdict, Certificate) and not verdict.conditions else None


def about(formula: Formula, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts about symbols of a formula alone."""
    names = _symbols(formula)
    return tuple(fact for fact in facts if _symbols(fact) <= names)


def numbered(formula: Formula, facts: tuple[Fact, ...]) -> tuple[Any, Any]:
    """The formula and the facts with numbered symbols; their assumptions stay."""
    import sympy

    symbols = sorted(_symbols(formula), key=str)
    new = {
        symbol: sympy.Symbol(f"s{k:04}", **symbol.assumptions0) for k, symbol in enumerate(symbols)
    }
    return _put(formula, new), frozenset(_put(fact, new) for fact in facts)


def _symbols(node: Any) -> set[Any]:
    """Symbols of a formula or fact."""
    if hasattr(node, "free_symbols"):
        return set(node.free_symbols)
    if isinstance(node, tuple):
        return set().union(*map(_symbols, node))
    if isinstance(node, str):
        return set()
    return set().union(*(_symbols(getattr(node, f.name)) for f in fields(node)))


def _put(node: Any, new: dict[Any, Any]) -> Any:
    """A formula or fact with other symbols."""
    if hasattr(node, "xreplace"):
        return node.xreplace(new)
    if isinstance(node, tuple):
        return tuple(_put(part, new) for part in node)
    if isinstance(node, str):
        return node
    return type(node)(*(_put(getattr(node, f.name), new) for f in fields(node)))
