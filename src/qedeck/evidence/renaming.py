"""Certificates remembered up to the names of symbols: channel 1 and channel 2 are one case.

Symbols are numbered by what they do in a formula, so that cases which differ by an exchange of
symbols mostly get the same numbers. Where they do not, nothing is lost but time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from qedeck.evidence.proof.budget import Budget
from qedeck.evidence.proof.certificate import Certificate, Counterexample, Fact, Formula

Verdict = Certificate | Counterexample | None
Decide = Callable[[tuple[Fact, ...], Budget], Verdict]


@dataclass
class Memory:
    """What was proved so far, with symbols numbered in the order of their names."""

    known: dict[Any, Certificate | None] = field(default_factory=dict)
    narrow: bool = True
    """Whether to try a formula first from the facts about its own symbols."""
    needed: bool = False
    """Whether the facts of this memory were needed for a proof."""

    def forget(self) -> None:
        """Forget what no proof was found of, so that it is sought again."""
        self.known = {key: found for key, found in self.known.items() if found is not None}

    def verdict(
        self, formula: Formula, facts: tuple[Fact, ...], budget: Budget, decide: Decide
    ) -> Verdict:
        """The verdict on a formula; what follows from some of the facts is proved once."""
        own = about(formula, facts) if self.narrow else facts
        key = numbered(formula, own)
        known = self.known.get(key)
        if known is not None:
            return known
        if len(own) < len(facts) and key not in self.known:
            found = decide(own, budget.within(budget.left / 3))
            self.known[key] = _solid(found)
            if self.known[key] is not None:
                return found
        verdict = decide(facts, budget)
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

    roles = _roles((formula, facts))
    symbols = sorted(_symbols(formula), key=lambda symbol: (roles[symbol], str(symbol)))
    new = {
        symbol: sympy.Symbol(f"s{k:04}", **symbol.assumptions0) for k, symbol in enumerate(symbols)
    }
    return _put(formula, new), frozenset(_put(fact, new) for fact in facts)


def _roles(node: Any) -> dict[Any, int]:
    """A number for each symbol that tells where it stands, and in a second round beside what."""
    places: dict[Any, list[tuple[int, Any]]] = {}
    below: dict[Any, frozenset[Any]] = {}
    _visit(node, 0, None, places, below)
    roles = {symbol: hash(tuple(sorted(path for path, _ in at))) for symbol, at in places.items()}
    for _ in range(2):
        roles = {
            symbol: hash((
                symbol.is_nonnegative, symbol.is_positive,
                *sorted((path, *sorted(roles[o] for o in _within(up, below))) for path, up in at),
            ))
            for symbol, at in places.items()
        }  # fmt: skip
    return roles


def _visit(
    node: Any, path: int, above: Any, places: dict[Any, list[tuple[int, Any]]],
    below: dict[Any, frozenset[Any]],
) -> None:  # fmt: skip
    """Note the way to each symbol from the root, and the node above it."""
    if isinstance(node, str):
        return
    if isinstance(node, tuple):
        for part in node:
            _visit(part, path, None, places, below)
    elif not hasattr(node, "free_symbols"):
        for field_ in fields(node):
            here = hash((path, type(node).__name__, field_.name))
            _visit(getattr(node, field_.name), here, None, places, below)
    elif node.is_Symbol:
        places.setdefault(node, []).append((path, above))
    elif node.args:
        commutes = node.is_Add or node.is_Mul
        numbers = tuple(sorted(str(part) for part in node.args if part.is_Number))
        for k, part in enumerate(node.args):
            here = hash((path, node.func.__name__, 0 if commutes else k, numbers))
            _visit(part, here, node, places, below)


def _within(node: Any, below: dict[Any, frozenset[Any]]) -> frozenset[Any]:
    """The symbols of a node."""
    if node is None:
        return frozenset()
    if node not in below:
        below[node] = frozenset(node.free_symbols)
    return below[node]


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
