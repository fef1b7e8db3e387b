"""What earlier builds made, kept with the key of all that it was made from."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Shelf:
    """A folder with one file for each thing; what is damaged counts as absent."""

    folder: Path

    def get(self, name: str, key: str) -> dict[str, Any] | None:
        """What was put under a name, if it was made from the same."""
        with suppress(OSError, ValueError):
            head, _, body = self._file(name).read_bytes().partition(b"\n")
            if head.decode() == _head(key, body):
                found = json.loads(body)
                return found if isinstance(found, dict) else None
        return None

    def put(self, name: str, key: str, value: dict[str, Any]) -> None:
        """Keep a thing; what cannot be written is made again next time."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        body = text.encode("utf-8", "surrogatepass")
        file = self._file(name)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(_head(key, body).encode() + b"\n" + body)
            fresh.replace(file)

    def _file(self, name: str) -> Path:
        return self.folder / f"{quote(name, safe='')}.json"


def _head(key: str, body: bytes) -> str:
    return f"{key} {hashlib.sha256(body).hexdigest()}"
