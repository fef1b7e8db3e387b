"""`proofs/<lang>/<note>.json`: what was found, so that it is checked and not searched again.

One statement a block: proofs by the digest of their sequents (identities need none), instances at
which mutants are false, what became of each mutant, and the digest under which counterexamples
were searched in vain. Nothing in it is believed: proofs go through the kernel, instances through
exact numbers; what does not hold up is named, and searched anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from qedeck.kernel.storage import Malformed, proof_from_json, to_json
from qedeck.place import whole_file
from qedeck.proof.claims import Entry
from qedeck.proof.witness import Instance

FORMAT = 1
MOST_CHARACTERS = 8_000_000
MOST_BLOCK = 400_000
"""Characters of one statement's block that are looked at."""


@dataclass(frozen=True)
class Block:
    """What was found about one statement."""

    proofs: Mapping[str, Entry] = field(default_factory=dict)
    instances: tuple[Instance, ...] = ()
    mutants: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """By mutant id: what became of it, and the places of an instance and an obligation."""
    vain: tuple[str, ...] = ()
    """Digests of sequents of which a proof was sought in vain."""
    courses: Mapping[str, str] = field(default_factory=dict)
    """By what an oracle was asked: the course of its search, to be followed when it is asked
    again."""
    unanswered: tuple[str, ...] = ()
    """What oracles were asked in vain."""
    searched: Mapping[str, Any] = field(default_factory=dict)
    """The digest under which nothing was found against it, with how much was tried."""

    def to_json(self) -> dict[str, Any]:
        """An object; `read_block` reads it back."""
        told: dict[str, Any] = {}
        if self.searched:
            told["searched"] = dict(self.searched)
        if self.proofs:
            told["proofs"] = {
                name: [
                    json.loads(to_json(entry.proof)),
                    *([list(entry.linked)] if entry.linked else []),
                ]
                for name, entry in sorted(self.proofs.items())
            }
        if self.courses:
            told["courses"] = dict(sorted(self.courses.items()))
        if self.unanswered:
            told["unanswered"] = list(self.unanswered)
        if self.vain:
            told["vain"] = list(self.vain)
        if self.instances:
            told["instances"] = [instance.to_json() for instance in self.instances]
        if self.mutants:
            told["mutants"] = {name: list(said) for name, said in sorted(self.mutants.items())}
        return told


@dataclass(frozen=True)
class Complaint:
    """Something in a file that is of no use."""

    path: str
    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.place}: {self.why}; it is searched anew"


@dataclass(frozen=True)
class Stored:
    """The blocks of a note, and what is wrong with its file."""

    blocks: Mapping[str, Block] = field(default_factory=dict)
    complaints: tuple[Complaint, ...] = ()


def read_stored(path: Path) -> Stored | None:
    """What a file says; None where there is none. It never fails: what is damaged is named."""
    try:
        if path.stat().st_size > MOST_CHARACTERS:
            return _spoilt(path, "file", "it is too large")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        return _spoilt(path, "file", f"it cannot be read: {error}")
    try:
        told = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        return _spoilt(path, f"line {error.lineno}, column {error.colno}", error.msg)
    except (ValueError, RecursionError) as error:
        return _spoilt(path, "file", str(error))
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        return _spoilt(path, "format", f"it is not of format {FORMAT}")
    statements = told.get("statements")
    if not isinstance(statements, dict):
        return _spoilt(path, "statements", "they are not an object")
    blocks: dict[str, Block] = {}
    complaints: list[Complaint] = []
    for name, said in statements.items():
        blocks[str(name)] = read_block(str(path), str(name), said, complaints)
    return Stored(blocks, tuple(complaints))


def _spoilt(path: Path, place: str, why: str) -> Stored:
    return Stored({}, (Complaint(str(path), place, why),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the key {name[:60]!r} stands twice")
        found[name] = value
    return found


def _integer(digits: str) -> int:
    if len(digits) > 1000:
        raise ValueError("a number has too many digits")
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def read_block(path: str, name: str, said: Any, complaints: list[Complaint]) -> Block:
    """The block of a statement, without what is damaged."""

    def complain(place: str, why: str) -> None:
        complaints.append(Complaint(path, f"{name}: {place}", why))

    if not isinstance(said, dict):
        complain("block", "it is no object")
        return Block()
    proofs: dict[str, Entry] = {}
    for key, one in _items(said, "proofs"):
        try:
            proof, *linked = one
            keys = linked[0] if linked else []
            if not all(isinstance(k, str) for k in keys):
                raise ValueError("linked claims are named by text")
            proofs[key] = Entry(proof_from_json(json.dumps(proof)), tuple(keys))
        except (Malformed, ValueError, TypeError, RecursionError) as error:
            complain(f"proofs {key}", str(error))
    instances: list[Instance] = []
    listed = said.get("instances", [])
    for k, one in enumerate(listed if isinstance(listed, list) else []):
        try:
            instances.append(Instance.from_json(one))
        except (ValueError, TypeError) as error:
            complain(f"instances {k}", str(error))
            instances.append(Instance({}, {}, (), {}, {}))
    mutants: dict[str, tuple[Any, ...]] = {}
    for key, one in _items(said, "mutants"):
        if isinstance(one, list) and one and all(isinstance(p, str | int) for p in one):
            mutants[key] = tuple(one)
        else:
            complain(f"mutants {key}", "it says nothing")
    courses: dict[str, str] = {}
    for key, one in _items(said, "courses"):
        if isinstance(one, str):
            courses[key] = one
        else:
            complain(f"courses {key}", "it is no text")
    searched = said.get("searched", {})
    return Block(
        proofs, tuple(instances), mutants, _texts(said, "vain"), courses,
        _texts(said, "unanswered"), searched if isinstance(searched, dict) else {},
    )  # fmt: skip


def _items(said: Mapping[str, Any], part: str) -> list[tuple[str, Any]]:
    found = said.get(part, {})
    return list(found.items()) if isinstance(found, dict) else []


def _texts(said: Mapping[str, Any], part: str) -> tuple[str, ...]:
    found = said.get(part, [])
    return tuple(map(str, found)) if isinstance(found, list) else ()


def write_stored(path: Path, blocks: Mapping[str, Block]) -> bool:
    """Write the blocks of a note, a line for each entry; whether the file changed."""
    text = written(blocks)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as beside:
        beside.write_text(text, encoding="utf-8")
    return True


def written(blocks: Mapping[str, Block]) -> str:
    """The text of a file: deterministic, a line for each entry, so that it merges by hand."""

    def one(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    told = []
    for name, block in sorted(blocks.items()):
        parts = []
        for part, value in block.to_json().items():
            if part == "searched":
                parts.append(f"   {one(part)}: {one(value)}")
            elif isinstance(value, dict):
                lines = ",\n".join(f"    {one(k)}: {one(v)}" for k, v in value.items())
                parts.append(f"   {one(part)}: {{\n{lines}\n   }}")
            else:
                lines = ",\n".join(f"    {one(v)}" for v in value)
                parts.append(f"   {one(part)}: [\n{lines}\n   ]")
        inside = ",\n".join(parts)
        told.append(f"  {one(name)}: {{\n{inside}\n  }}")
    body = ",\n".join(told)
    return f'{{\n "format": {FORMAT},\n "statements": {{\n{body}\n }}\n}}\n'
