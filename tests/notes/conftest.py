"""Knowledge bases written into a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qedeck.notes.library import Library, read_library

Base = Callable[..., Library]


@pytest.fixture
def base(tmp_path: Path) -> Base:
    """Writes files (path under the root → text or bytes), and reads the library."""

    def read(files: dict[str, str | bytes]) -> Library:
        for path, content in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            file.write_bytes(data)
        return read_library(tmp_path)

    return read
