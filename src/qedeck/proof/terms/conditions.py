"""Signs of polynomials, what rests on them, and the atoms that came so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from qedeck.kernel.polynomials import Polynomial
from qedeck.kernel.terms import (
    Atom,
)

Signs: TypeAlias = frozenset[int]
"""The signs that a number may have: some of -1, 0, 1."""
ANY: Signs = frozenset((-1, 0, 1))
POSITIVE: Signs = frozenset((1,))
NONNEGATIVE: Signs = frozenset((0, 1))
ALLOWED: Mapping[str, Signs] = {
    "=": frozenset((0,)), "!=": frozenset((-1, 1)), ">": POSITIVE, ">=": NONNEGATIVE,
    "<": frozenset((-1,)), "<=": frozenset((-1, 0)),
}  # fmt: skip


@dataclass(frozen=True)
class Infinity:
    """Plus or minus infinity: an order of a norm, or the end of a range."""

    sign: int


Term: TypeAlias = Polynomial | Infinity


class Branch(Exception):
    """A choice that rests on the sign of a polynomial."""

    def __init__(self, poly: Polynomial, signs: Signs) -> None:
        super().__init__()
        self.poly = poly
        self.signs = signs


@dataclass(frozen=True)
class Condition:
    """That the sign of a polynomial is one of some, or what joins such conditions."""

    kind: str
    """`sign`, `and`, `or`."""
    parts: tuple[Any, ...]

    def __and__(self, other: Any) -> Any:
        return self._joined("and", other)

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return self._joined("or", other)

    __ror__ = __or__

    def __invert__(self) -> Condition:
        if self.kind == "sign":
            poly, allowed = self.parts
            return Condition("sign", (poly, ANY - allowed))
        one, other = self.parts
        return Condition("or" if self.kind == "and" else "and", (~one, ~other))

    def _joined(self, kind: str, other: Any) -> Any:
        if isinstance(other, bool):
            return self if other == (kind == "and") else other
        return Condition(kind, (self, other))


@dataclass
class Table:
    """The atoms of an obligation in the order in which they came."""

    atoms: list[Atom] = field(default_factory=list)
    places: dict[Atom, int] = field(default_factory=dict)
    signs: dict[int, Signs] = field(default_factory=dict)
    """What hypotheses say of the signs of symbols."""
    known: dict[Any, Any] = field(default_factory=dict)
    """Polynomials taken apart."""

    def place(self, atom: Atom) -> int:
        """The index of an atom, which is new or not."""
        found = self.places.get(atom)
        if found is None:
            found = self.places[atom] = len(self.atoms)
            self.atoms.append(atom)
        return found


Path: TypeAlias = tuple[tuple[Polynomial, Signs], ...]
"""Signs of polynomials that are assumed, in the order in which they were asked for."""
