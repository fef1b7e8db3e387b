"""The canonical text of what was read: its `repr`, made once for what many callouts share."""

from __future__ import annotations

from typing import Any

from qedeck.formula.scope import Bound, Defined


class Texts:
    """Writes callouts down; a definition that many of them use is written once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Defined, str]] = {}

    def of(self, bound: Bound) -> str:
        """What `repr` says of a callout."""
        return self._fields(bound)

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
