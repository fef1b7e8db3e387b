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


@pytest.fixture
def placed() -> Callable[[str, str, str], tuple[str, str]]:
    """Takes a text with a mark `‸`: the text without it, and the report of a mistake there."""

    def split(text: str, path: str, message: str) -> tuple[str, str]:
        before, after = text.split("‸")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        source = (before + after).split("\n")[line - 1]
        caret = " " * (column - 1) + "^"
        return before + after, f"{path}:{line}:{column}: {message}\n    {source}\n    {caret}"

    return split
