"""All that a site is made from, as hashes: files, code and packages."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import qedeck
from qedeck.evidence.digest import hash_of
from qedeck.evidence.ledger import FOLDER
from qedeck.site.measurements import RESULTS

Found = list[tuple[str, str]]
"""Paths, each with the hash of what is there."""

READ = frozenset({"notes", "snippets", "checks"})
_WORD = re.compile(r"\w+")
_CODE = "*.py"


def fingerprint(root: Path, lang: str) -> str:
    """A hash of everything that the notes, their checks and their evidence are read from."""
    code = [*_files(root / "snippets"), *_files(root / "checks")]
    read = [*code, *_files(root / "notes"), *_files(root / FOLDER / "evidence" / lang)]
    outside = _named(map(_text, code), [(root, _CODE)])
    return hash_of([lang, _hashed(read, root), _hashed(outside, root)])


def named(root: Path, *names: str) -> Found:
    """Files of the project's folder, as hashes."""
    return _hashed([root / name for name in names], root)


def shown(root: Path, text: str, checks: Iterable[str]) -> Found:
    """What a page may show or run of the project's files: what it names, and what that names.

    Args:
        root: The project.
        text: The page's Markdown.
        checks: Paths of the checks whose code the page shows.
    """
    named = _named([text], [(root / "snippets", "*"), (root, _CODE)])
    own = {root / path for path in (*checks, RESULTS)}
    return _hashed([*sorted(own), *named], root)


@cache
def machine() -> str:
    """A hash of qedeck's own code, and of what is installed beside it."""
    folder = Path(qedeck.__file__).parent
    own = [*_files(folder, "*.py"), *_files(folder, "*.lark")]
    packages = {file.name for place in sys.path for file in Path(place).glob("*.dist-info")}
    return hash_of([sys.version, _hashed(own, folder), sorted(packages)])


def local(extensions: Iterable[object]) -> Found:
    """The code of Markdown extensions that are no part of an installed package."""
    found: list[Path] = []
    for name in sorted({one.partition(".")[0] for one in extensions if isinstance(one, str)}):
        with suppress(ImportError, ValueError):
            spec = find_spec(name)
            origin = Path(spec.origin) if spec and spec.has_location and spec.origin else None
            if origin is not None and "site-packages" not in origin.parts:
                package = origin.name == "__init__.py"
                found += _files(origin.parent, _CODE) if package else [origin]
    return _hashed(found, Path())


def _named(texts: Iterable[str], folders: list[tuple[Path, str]]) -> list[Path]:
    """The files in folders that texts name by a word, and those that these name."""
    open_: dict[str, list[tuple[Path, str]]] = {}
    for folder, pattern in folders:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            word = _WORD.match(path.name)
            if word and path.name not in READ:
                open_.setdefault(word[0], []).append((path, pattern))
    left, found = list(texts), []
    while left and open_:
        for name in open_.keys() & set(_WORD.findall(left.pop())):
            files = [file for path, pattern in open_.pop(name) for file in _files(path, pattern)]
            found += files
            left += map(_text, files)
    return sorted(found)


def _files(path: Path, pattern: str = "*") -> list[Path]:
    """A file, or those in a folder and the folders in it, in order; without byte code."""
    found = [path] if path.is_file() else path.rglob(pattern) if path.is_dir() else ()
    return sorted(f for f in found if f.match(pattern) and f.suffix != ".pyc" and f.is_file())


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _hashed(files: Iterable[Path], root: Path) -> Found:
    """Paths below a folder and the hashes of what is in the files, nothing for one that is not."""
    found: Found = []
    for file in files:
        name = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
        text = file.read_bytes() if file.is_file() else b""
        found.append((name, hashlib.sha256(text).hexdigest()))
    return found
