"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A path beside the target to write to; moved onto it when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".qedeck-", dir=target.parent) as folder:
        beside = Path(folder) / target.name
        yield beside
        beside.replace(target)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder beside the target to fill; takes its place when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".qedeck-", dir=target.parent) as folder:
        beside = Path(folder) / target.name
        beside.mkdir()
        yield beside
        if target.exists():
            shutil.move(target, Path(folder) / "old")
        beside.replace(target)
