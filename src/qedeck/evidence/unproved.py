"""`proofs.lock`: claims for which a whole search has found no proof.

To search in vain takes longer than all proofs together. So the end of such a search is committed,
under the digest of all that it depended on, engine and all: where nothing of that has changed the
claim is tested as ever, and not searched again. The file can only make a verdict weaker.
"""

from __future__ import annotations

import json
from pathlib import Path

from qedeck.evidence.digest import ENGINE_LIBRARIES, library_versions, same_versions
from qedeck.evidence.library import read_shown
from qedeck.evidence.record import Evidence
from qedeck.place import whole_file

NAME = "proofs.lock"
FORMAT = 1


def read_unproved(root: Path) -> frozenset[str]:
    """Digests of statements for which these libraries find no proof.

    None without a file, nor with one that cannot be read: `qedeck lock` writes it anew.
    """
    try:
        told = json.loads((root / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or not same_versions(told["versions"]):
            return frozenset()
        return frozenset(map(str, told["unproved"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return frozenset()


def lock_proofs(root: Path) -> int:
    """Bring `proofs.lock` up to the ledger; how many claims it names.

    What it says of a statement that has not changed since stays, also without evidence.
    """
    project, shown = read_shown(root)
    before = read_unproved(root)
    known = {
        name: digest
        for name, digest in sorted(project.digests.items())
        if _sought_in_vain(shown[name][0], digest)
        or (digest in before and (shown[name][0] is None or shown[name][1]))
    }
    told = {"format": FORMAT, "unproved": known, "versions": library_versions(ENGINE_LIBRARIES)}
    text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
    path = root / NAME
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        with whole_file(path) as beside:
            beside.write_text(text, encoding="utf-8")
    return len(known)


def _sought_in_vain(evidence: Evidence | None, digest: str) -> bool:
    """Whether the engine tested a claim of that digest and could not prove it."""
    return (
        evidence is not None
        and (evidence.kind, evidence.verdict) == ("claim", "holds")
        and (evidence.method, evidence.level) == ("engine", "tested")
        and evidence.digest == digest
        and not evidence.certificate
    )
