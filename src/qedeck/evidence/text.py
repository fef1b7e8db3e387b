"""The canonical text of what was read: its `repr`, made once for what many callouts share.

A definition holds the scope that it was read in, with all definitions before it, so that a
`repr` doubles with each of them. Where it would be very long, definitions stand for their hash.
"""

from __future__ import annotations

import hashlib
from typing import Any

from qedeck.formula.scope import Bound, Defined

LONGEST = 10_000_000
"""Characters of a `repr`."""


class Texts:
    """Writes callouts down; a definition that many of them use is written once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Defined, str]] = {}
        self._sizes: dict[int, tuple[Defined, int]] = {}
        self._hashes: dict[int, tuple[Defined, str]] = {}

    def of(self, bound: Bound) -> str:
        """What `repr` says of a callout, or as much in fewer characters."""
        return self._fields(bound) if self._size(bound) <= LONGEST else self._short(bound)

    def _size(self, value: Any) -> int:
        """Nearly the length of a `repr`, without writing it."""
        match value:
            case tuple():
                return 2 + sum(2 + self._size(part) for part in value)
            case dict():
                return 2 + sum(4 + len(name) + self._size(part) for name, part in value.items())
            case Defined():
                known = self._sizes.get(id(value))
                if known is None:
                    known = self._sizes[id(value)] = (value, self._size_of_fields(value))
                return known[1]
            case _:
                return self._size_of_fields(value)

    def _size_of_fields(self, value: Any) -> int:
        names = getattr(type(value), "__dataclass_fields__", None)
        if names is None:
            return len(repr(value))
        return sum(len(name) + 3 + self._size(getattr(value, name)) for name in names)

    def _short(self, value: Any) -> str:
        """The text with the hash of each definition in its place."""
        match value:
            case tuple():
                return f"({', '.join(self._short(part) for part in value)})"
            case dict():
                parts = [f"{name!r}: {self._short(part)}" for name, part in value.items()]
                return f"{{{', '.join(parts)}}}"
            case Defined():
                known = self._hashes.get(id(value))
                if known is None:
                    text = self._short_fields(value)
                    known = value, hashlib.sha256(text.encode()).hexdigest()
                    self._hashes[id(value)] = known
                return f"#{known[1]}"
            case _:
                return self._short_fields(value)

    def _short_fields(self, value: Any) -> str:
        names = getattr(type(value), "__dataclass_fields__", None)
        if names is None:
            return repr(value)
        parts = [f"{name}={self._short(getattr(value, name))}" for name in names]
        return f"{type(value).__qualname__}({', '.join(parts)})"

    def _written(self, value: Any) -> str:
        match value:
            case str() | int():
                return repr(value)
            case tuple():
                comma = "," * (len(value) == 1)
                return f"({', '.join([self._written(part) for part in value])}{comma})"
            case dict():
                parts = [f"{name!r}: {self._written(part)}" for name, part in value.items()]
                return f"{{{', '.join(parts)}}}"
            case Defined():
                known = self._known.get(id(value))
                if known is None:
                    known = self._known[id(value)] = (value, self._fields(value))
                return known[1]
            case _:
                return self._fields(value)

    def _fields(self, value: Any) -> str:
        names = getattr(type(value), "__dataclass_fields__", None)
        if names is None:
            return repr(value)
        parts = [f"{name}={self._written(getattr(value, name))}" for name in names]
        return f"{type(value).__qualname__}({', '.join(parts)})"
