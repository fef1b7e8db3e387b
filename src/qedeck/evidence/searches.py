"""`proofs.lock`: how the search for a proof of each claim ended.

A search in vain takes longer than a proof. So its end is committed, under the digest of all that it
depended on, engine and all: where nothing of that has changed, the claim is tested as ever and not
searched again; searches count steps, so that on another machine it would end the same way. What was
not decided, as a worker was ended, is not in it. The file decides nothing: a proof is always found
again, and without one a claim is tested.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qedeck.evidence.digest import ENGINE_LIBRARIES, library_versions, same_versions
from qedeck.evidence.library import read_shown
from qedeck.evidence.record import Evidence
from qedeck.evidence.verify import Search
from qedeck.place import whole_file

NAME = "proofs.lock"
FORMAT = 1
ENDS: tuple[Search, ...] = ("found", "in vain")


@dataclass(frozen=True)
class Searches:
    """How searches ended, by the digest of their claim; nothing of digests not among them."""

    ends: Mapping[str, Search]

    def of(self, digest: str) -> Search:
        """How the search for a claim of that digest ended."""
        return self.ends.get(digest, "open")


def read_searches(root: Path) -> Searches:
    """What the file says, where these libraries searched.

    Nothing without a file, nor with one that cannot be read: `qedeck lock` writes it anew.
    """
    try:
        told = json.loads((root / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or not same_versions(told["versions"]):
            return Searches({})
        ends: dict[str, Search] = {}
        for end in ENDS:
            ends.update(dict.fromkeys(map(str, told[end].values()), end))
        return Searches(ends)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Searches({})


def lock_searches(root: Path) -> Mapping[Search, int]:
    """Bring `proofs.lock` up to the ledger; how many claims of each kind it names.

    What it says of a statement that has not changed since stays, also without evidence.
    """
    project, shown = read_shown(root)
    before = read_searches(root)
    ends: dict[Search, dict[str, str]] = {end: {} for end in ENDS}
    for name, digest in sorted(project.digests.items()):
        evidence, stale = shown[name]
        end = before.of(digest) if evidence is None or stale else _end(evidence)
        if end != "open":
            ends[end][name] = digest
    versions = library_versions(ENGINE_LIBRARIES)
    told = {"format": FORMAT, **{str(end): ends[end] for end in ENDS}, "versions": versions}
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    path = root / NAME
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with whole_file(path) as beside:
            beside.write_text(text, encoding="utf-8")
    return {end: len(known) for end, known in ends.items()}


def _end(evidence: Evidence) -> Search:
    """How the engine's search for a proof ended."""
    if (evidence.kind, evidence.verdict, evidence.method) != ("claim", "holds", "engine"):
        return "open"
    if evidence.proved:
        return "found"
    return "in vain" if evidence.level == "tested" and not evidence.proof else "open"
