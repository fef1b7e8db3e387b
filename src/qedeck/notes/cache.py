"""What was made before, each thing with all that it was made from."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[str, ...]
SHORT_LIVED = "text"
"""First part of the keys of what is sooner made again than read from a file."""
READABLE = ("qedeck.formula.", "qedeck.notes.")
"""Packages whose types a file may hold."""


class Cache:
    """Keeps the last thing made under each key; for a process that reads again and again."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[object, Any]] = {}
        self._asked: set[Key] = set()
        self.changed = False
        """Whether anything was made since it was loaded."""

    def made(
        self,
        key: Key,
        source: object,
        make: Callable[[], T],
        keep: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """What is made from a source, made again where the source is another than before."""
        self._asked.add(key)
        known = self._kept.get(key)
        if known is not None and known[0] == source:
            found: T = known[1]
            return found
        new = make()
        if keep(new):
            self._kept[key] = (source, new)
            self.changed |= key[0] != SHORT_LIVED
        return new

    @classmethod
    def load(cls, file: Path, stamp: str) -> Cache:
        """The cache that a process stored under the same stamp; else an empty one."""
        found = cls()
        # Whatever is wrong with the file, at worst everything is made again.
        with suppress(Exception):
            head, _, body = file.read_bytes().partition(b"\n")
            if head.decode() == _head(stamp, body):
                found._kept = _Reader(io.BytesIO(body)).load()
        return found

    def store(self, file: Path, stamp: str) -> None:
        """Keep what was asked for; a file that cannot be written is done without."""
        kept = {
            key: self._kept[key]
            for key in self._asked & self._kept.keys()
            if key[0] != SHORT_LIVED
        }  # fmt: skip
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(OSError, RecursionError, pickle.PicklingError):
            body = pickle.dumps(kept, protocol=5)
            fresh.write_bytes(_head(stamp, body).encode() + b"\n" + body)
            fresh.replace(file)


class Same:
    """A source that only the very same value equals: equal ones may be written differently."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._value is self._value

    __hash__ = None  # type: ignore[assignment]


class _Reader(pickle.Unpickler):
    """Makes the values that notes are read into, and nothing that runs."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith(READABLE) or (module, name) == ("fractions", "Fraction"):
            found = super().find_class(module, name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a note")


def _head(stamp: str, body: bytes) -> str:
    return f"{stamp} {hashlib.sha256(body).hexdigest()}"
