"""`qedeck lock`: what is found about a note's statements, written to its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qedeck.evidence.library import Project
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.obligations import NotUnfolded, obligations
from qedeck.evidence.trial import invalid
from qedeck.formula.scope import Bound
from qedeck.proof.claims import Entry, Find, certified
from qedeck.proof.mutants import Searched
from qedeck.proof.stored import FOLDER, Block, file_of, read_stored, write_stored

Told = Callable[[str], None]


def locked_notes(root: Path, lang: str) -> list[str]:
    """The notes that have a file."""
    folder = root / FOLDER / lang
    return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []


def lock_proofs(project: Project, notes: Sequence[str], find: Find, told: Told) -> None:
    """Write the files of notes anew; what was found before is kept where it still holds up.

    Args:
        project: The project.
        notes: Names of notes.
        find: Looks for the proof of a sequent.
        told: Is told of each statement that is done.
    """
    for note in notes:
        path = file_of(project.root, project.lang, note)
        before = read_stored(path)
        blocks: dict[str, Block] = {}
        for name, subject in project.subjects.items():
            if name.rpartition("/")[0] != note or subject.kind not in ("claim", "definition"):
                continue
            old = before.blocks.get(name, Block()) if before is not None else Block()
            blocks[name] = found_about(subject.bound, subject.lemmas, old, find)
            told(name)
        write_stored(path, blocks)


def found_about(bound: Bound, lemmas: Mapping[str, Bound], before: Block, find: Find) -> Block:
    """What is found about a statement and its mutants."""
    proofs: dict[str, Entry] = {}
    vain: dict[str, None] = {}
    try:
        todo = obligations(bound)
    except NotUnfolded:
        return Block()
    for one in todo:
        # One by one: what an oracle has to say of one is no reason to forget the others.
        found = certified([one], lemmas, stored=before.proofs, find=find, ask=_anyone)
        proofs.update(found.entries)
        vain.update(dict.fromkeys(found.vain))
    searched = Searched(bound, lemmas, find, invalid, before)
    for corruption in corruptions(bound):
        searched.take(corruption)
    proofs.update(searched.proofs)
    left = tuple(sorted(vain.keys() - proofs.keys()))
    instances = tuple(searched.pool.instances)
    return Block(proofs, instances, searched.mutants, left, before.searched)


def _anyone(*_: Any) -> str:
    """Whoever is asked in a run: here nobody is, so that the search goes on with the next case."""
    return "asked in every run"
