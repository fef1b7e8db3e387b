"""What a formula is evaluated to, and from: arrays of ring scalars and environments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Generic, TypeAlias, TypeVar

from qedeck.formula.scope import Defined

T = TypeVar("T")
S = TypeVar("S")


class Misshapen(ValueError):
    """Something that arrays of these shapes do not have: what needs it does not type."""


class OutsideAxis(Misshapen):
    """An index that an axis does not have."""


@dataclass(frozen=True, eq=False)
class Array(Generic[T]):
    """A vector, matrix or array with its entries in row-major order."""

    shape: tuple[int, ...]
    entries: tuple[T, ...]
    row: bool = False
    """A transposed vector."""

    def __post_init__(self) -> None:
        count = 1
        for axis in self.shape:
            count *= axis
        if count != len(self.entries) or not self.shape:
            raise Misshapen(f"{len(self.entries)} entries do not fill shape {self.shape}")

    def at(self, *indices: int) -> T | Array[T]:
        """The entry, or the part under leading indices, counted from 1."""
        if len(indices) > len(self.shape):
            raise Misshapen(f"{len(indices)} indices for shape {self.shape}")
        start, count = 0, len(self.entries)
        for index, axis in zip(indices, self.shape, strict=False):
            if not 1 <= index <= axis:
                raise OutsideAxis(f"index {index} outside an axis of {axis}")
            count //= axis
            start += (index - 1) * count
        rest = self.shape[len(indices) :]
        return Array(rest, self.entries[start : start + count]) if rest else self.entries[start]

    def rows(self) -> tuple[tuple[T, ...], ...]:
        """The rows of a matrix."""
        if len(self.shape) != 2:
            raise Misshapen(f"shape {self.shape} is not a matrix")
        count, width = self.shape
        return tuple(self.entries[k * width : (k + 1) * width] for k in range(count))

    def positions(self) -> Iterator[tuple[int, ...]]:
        """Indices of all entries, counted from 1, in row-major order."""
        return product(*(range(1, axis + 1) for axis in self.shape))


Value: TypeAlias = T | Array[T]
"""A scalar of a ring, or an array of them."""


@dataclass(frozen=True, eq=False)
class FiniteLaw(Generic[T]):
    """A joint distribution of some random symbols: outcomes with their weights."""

    outcomes: tuple[tuple[T, Mapping[str, Value[T]]], ...]

    @property
    def symbols(self) -> frozenset[str]:
        """Names of the random symbols."""
        return frozenset(self.outcomes[0][1]) if self.outcomes else frozenset()


@dataclass(frozen=True, eq=False)
class Environment(Generic[T]):
    """Everything that the names of a formula stand for.

    A bound index comes before a value, a value before a size, a size before a definition: a
    value given to a defined name replaces its definition.
    """

    values: Mapping[str, Value[T]] = field(default_factory=dict)
    """By symbol."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """By dimension."""
    indices: Mapping[str, int] = field(default_factory=dict)
    """By free index."""
    functions: Mapping[str, Callable[..., Value[T]]] = field(default_factory=dict)
    """By name (with its primes, `J'`): callables on arguments, then parameters."""
    definitions: Mapping[str, Defined] = field(default_factory=dict)
    """By name: defined symbols and functions, abbreviations among them."""
    laws: tuple[FiniteLaw[T], ...] = ()
    """Laws independent of each other, of different symbols."""
    expectation: Callable[[T, tuple[str, ...]], T] | None = None
    """Expectation by rule of a scalar, over named random symbols (none: all); before laws."""
    depth: int = 0
    """How many axes of outcomes lie before the axis of instances in values."""
    memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    """What was computed in it, by rings that let evaluations share that."""


def scalar(value: Value[T]) -> T:
    """The value, which must be a scalar."""
    if isinstance(value, Array):
        raise Misshapen(f"an array of shape {value.shape} where a scalar is needed")
    return value


def array(value: Value[T]) -> Array[T]:
    """The value, which must be an array."""
    if not isinstance(value, Array):
        raise Misshapen("a scalar where an array is needed")
    return value


def entries(value: Value[T]) -> tuple[T, ...]:
    """The entries of an array; a scalar by itself."""
    return value.entries if isinstance(value, Array) else (value,)


def shape(value: Value[Any]) -> tuple[int, ...]:
    """The shape of an array; () for a scalar."""
    return value.shape if isinstance(value, Array) else ()


def like(value: Value[Any], filled: tuple[S, ...] | list[S]) -> Value[S]:
    """Entries in the shape of a value."""
    if isinstance(value, Array):
        return Array(value.shape, tuple(filled), value.row)
    (only,) = filled
    return only


def mapped(change: Callable[[T], S], value: Value[T]) -> Value[S]:
    """The value with each entry changed."""
    return like(value, [change(entry) for entry in entries(value)])


def stacked(parts: list[Value[T]], axes: tuple[int, ...]) -> Value[T]:
    """Values of one shape along new leading axes; the value itself for none."""
    if not axes:
        (only,) = parts
        return only
    inner = shape(parts[0])
    if any(shape(part) != inner for part in parts):
        raise Misshapen("parts of different shapes")
    return Array((*axes, *inner), tuple(entry for part in parts for entry in entries(part)))
