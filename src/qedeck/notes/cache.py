"""What was made before, each thing with all that it was made from."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """Keeps the last thing made under each key; for a process that reads again and again."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[object, Any]] = {}

    def made(
        self,
        key: Hashable,
        source: object,
        make: Callable[[], T],
        keep: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """What is made from a source, made again where the source is another than before."""
        known = self._kept.get(key)
        if known is not None and known[0] == source:
            found: T = known[1]
            return found
        new = make()
        if keep(new):
            self._kept[key] = (source, new)
        return new


class Same:
    """A source that only the very same value equals: equal ones may be written differently."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._value is self._value

    __hash__ = None  # type: ignore[assignment]
