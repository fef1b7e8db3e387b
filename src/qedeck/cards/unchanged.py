"""Exports that would write again what is there."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from qedeck.place import whole_file

FOLDERS = ("notes", "snippets", "checks", "proofs", ".qedeck/evidence", ".qedeck/hand")
FILES = ("mkdocs.yml", "pyproject.toml", "cards.lock", "proofs.lock")
RECORD = ".qedeck/exports.json"


def unless_unchanged(root: Path, output: Path, kind: str, act: Callable[[], str]) -> str:
    """What an export says: of an earlier run, where neither its sources nor its output changed.

    Args:
        root: The project.
        output: The file that is written.
        kind: Of the export.
        act: Exports, and says what it did.
    """
    before = _fingerprint(root, kind)
    name = str(output.absolute())
    known = _known(root)
    if known.get(name, [])[:2] == [before, _stamp(output)]:
        return str(known[name][2])
    said = act()
    # Somebody may have saved a note meanwhile.
    if (root / ".qedeck").is_dir() and before == _fingerprint(root, kind):
        known[name] = [before, _stamp(output), said]
        with whole_file(root / RECORD) as target:
            target.write_text(json.dumps(known), encoding="utf-8")
    return said


def _known(root: Path) -> dict[str, list[str]]:
    with suppress(OSError, ValueError):
        return dict(json.loads((root / RECORD).read_text(encoding="utf-8")))
    return {}


def _stamp(path: Path) -> str:
    with suppress(OSError):
        stat = path.stat()
        return f"{stat.st_size} {stat.st_mtime_ns}"
    return ""


def _fingerprint(root: Path, kind: str) -> str:
    """A digest of names, sizes and times of all that an export reads."""
    package = Path(__file__).parents[1]
    told = [kind, metadata.version("qedeck"), os.environ.get("SITE_URL", "")]
    told += [f"{name} {_stamp(root / name)}" for name in FILES]
    for folder in (*(root / name for name in FOLDERS), package):
        told += [f"{path} {_stamp(Path(path))}" for path in _files(str(folder))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _files(folder: str) -> Iterator[str]:
    """Files below a folder, in order; not what Python compiles."""
    with suppress(OSError):
        for entry in sorted(os.scandir(folder), key=lambda one: one.name):
            if entry.is_dir():
                if entry.name not in {"__pycache__", "vendor"}:
                    yield from _files(entry.path)
            else:
                yield entry.path
