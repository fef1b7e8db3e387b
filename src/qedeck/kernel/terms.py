"""Atoms: what polynomials are over. Each has a value, or none, at values of the symbols.

Arguments are polynomials over atoms of lower index.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, dataclass_transform

from qedeck.kernel.polynomials import Polynomial


@dataclass_transform(frozen_default=True)
class Frozen:
    """Data that stays as it was made: whatever derives from it is a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True)(cls)


class Symbol(Frozen):
    """Any real number, or any whole one (negative ones too)."""

    name: str
    whole: bool = False


class Root(Frozen):
    """The real root of a degree of at least 2; neither an even one nor what it is of is below 0."""

    degree: int
    of: Polynomial


class _Function(Frozen):
    of: Polynomial


class Inverse(_Function):
    """1 / of, where that is not 0."""


class Abs(_Function):
    """The absolute value."""


class Exp(_Function):
    """e to the power of."""


class Log(_Function):
    """The natural logarithm of what is positive."""


class Sign(_Function):
    """1, 0 or -1."""


class Max(Frozen):
    """The larger of two."""

    left: Polynomial
    right: Polynomial


class Power(Frozen):
    """base^exponent for base > 0; for base = 0 it is 0 where the exponent is positive."""

    base: Polynomial
    exponent: Polynomial


class Opaque(Frozen):
    """A function of real numbers of which nothing is known but that it has a value everywhere."""

    function: str
    arguments: tuple[Polynomial, ...]


Atom: TypeAlias = Symbol | Root | Inverse | Abs | Max | Exp | Log | Power | Sign | Opaque


def arguments(atom: Atom) -> tuple[Polynomial, ...]:
    """The polynomials that an atom is a function of."""
    if isinstance(atom, Opaque):
        return atom.arguments
    return tuple(v for v in vars(atom).values() if isinstance(v, Polynomial))


def shape(atom: Atom) -> tuple[Any, ...]:
    """What an atom is but for its arguments."""
    named = (v for v in vars(atom).values() if isinstance(v, str | int))
    return type(atom), len(arguments(atom)), *named
