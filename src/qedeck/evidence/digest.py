"""Digests: a hash of all that a verdict depends on, and the seeds that derive from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata, resources
from typing import Protocol

DECIDING = ("qedeck.formula", "qedeck.kernel", "qedeck.proof", "qedeck.evidence")
"""The packages whose code decides."""
ENGINE_LIBRARIES = ("sympy", "mpmath", "numpy", "scipy", "z3-solver", "python-flint")
"""The distributions that help to decide."""


class Digestible(Protocol):
    """What a digest needs of a statement."""

    @property
    def kind(self) -> str:
        """definition, claim, misconception or cited."""

    @property
    def text(self) -> str:
        """Canonical text of formula, hypotheses, equality cases and definitions used."""

    @property
    def uses(self) -> tuple[str, ...]:
        """Full ids of the statements that it uses."""


def digests(
    statements: Mapping[str, Digestible],
    sources: Mapping[str, Iterable[str]],
    macros: Mapping[str, str] | None = None,
    engine: str | None = None,
) -> dict[str, str]:
    """The digest of each statement.

    A definition is pinned by the statements that use it: its digest covers their texts and
    sources too.

    Args:
        statements: All statements of the library, by full id.
        sources: For each statement, the texts of its checks and snippets with what they import.
        macros: LaTeX macros.
        engine: Hash of the deciding code; measured where it is not given.
    """
    common = [engine or engine_hash(), sorted((macros or {}).items())]
    above = {name: _closure(name, statements) for name in statements}
    below: dict[str, set[str]] = {name: set() for name in statements}
    for name, used in above.items():
        for other in used:
            below[other].add(name)
    own = {
        name: hash_of([statement.kind, _hash(statement.text), sorted(sources.get(name, ()))])
        for name, statement in statements.items()
    }
    found: dict[str, str] = {}
    for name, statement in statements.items():
        pinned_by = below[name] if statement.kind == "definition" else set()
        rests_on = sorted((other, own[other]) for other in above[name] - {name})
        found[name] = hash_of(
            [common, name, own[name], rests_on, sorted(own[other] for other in pinned_by - {name})]
        )
    return found


def seed_of(text: str, salt: str = "") -> int:
    """The seed of a statement's random instances: the same as long as its text is the same."""
    return int.from_bytes(hashlib.sha256(f"{text}{salt}".encode()).digest()[:4], "big")


def hash_of(value: object) -> str:
    """A hash of a value made of strings, lists and tuples."""
    return _hash(json.dumps(value, ensure_ascii=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def engine_hash() -> str:
    """A hash of qedeck's own deciding code."""
    return code_hash(DECIDING)


@cache
def code_hash(packages: tuple[str, ...]) -> str:
    """A hash of the code of some packages."""
    parts: list[tuple[str, str]] = []
    for package in packages:
        folders = [(package, resources.files(package))]
        while folders:
            name, folder = folders.pop()
            for entry in folder.iterdir():
                if entry.is_dir() and entry.name != "__pycache__":
                    folders.append((f"{name}/{entry.name}", entry))
                elif entry.name.endswith((".py", ".lark")):
                    parts.append((f"{name}/{entry.name}", entry.read_text(encoding="utf-8")))
    return hash_of(sorted(parts))


def library_versions(names: Sequence[str]) -> dict[str, str]:
    """The installed version of each named distribution; empty where it is not installed."""
    return {name: _version(name) for name in names}


def same_versions(recorded: Mapping[str, str]) -> bool:
    """Whether the libraries that decided are the ones installed here."""
    return all(_version(name) == version for name, version in recorded.items())


@cache
def _version(name: str) -> str:
    try:
        return metadata.version(name).partition("+")[0]
    except metadata.PackageNotFoundError:
        return ""


def _closure(name: str, statements: Mapping[str, Digestible]) -> frozenset[str]:
    found: set[str] = set()
    left = [name]
    while left:
        for other in statements[left.pop()].uses:
            if other in statements and other not in found:
                found.add(other)
                left.append(other)
    return frozenset(found)
