"""What was made of statements before, under all that it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from qedeck.place import whole_file

MOST = 50_000
"""More is forgotten, but for what the last run asked for."""


class Made:
    """Keeps what takes long to make; what a run did not ask for is forgotten."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._kept: dict[str, Any] = {}
        self._asked: dict[str, Any] = {}
        self._new = False
        if path is not None:
            with suppress(OSError, ValueError):
                self._kept = dict(json.loads(path.read_text(encoding="utf-8")))

    def made(self, sources: object, make: Callable[[], Any]) -> Any:
        """What is made from JSON data, as JSON data."""
        key = hashlib.sha256(json.dumps(sources).encode()).hexdigest()[:32]
        if key not in self._asked:
            self._new |= key not in self._kept
            self._asked[key] = self._kept[key] if key in self._kept else make()
        return self._asked[key]

    def store(self) -> None:
        """Write it down, if anything is new."""
        if self.path is None or not self._new:
            return
        # A run that asks for less than another must not undo it, but neither may it grow for ever.
        kept = {**self._kept, **self._asked} if len(self._kept) < MOST else self._asked
        with whole_file(self.path) as target:
            target.write_text(json.dumps(kept), encoding="utf-8")
