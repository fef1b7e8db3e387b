"""`qedeck lock`: what is found about a note's statements, written to its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qedeck.evidence.library import Project
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.obligations import NotUnfolded, Obligation, obligations
from qedeck.evidence.proof.budget import SECOND
from qedeck.evidence.proof.budget import Budget as Given
from qedeck.evidence.record import Evidence
from qedeck.evidence.settings import Case
from qedeck.formula.scope import Bound
from qedeck.formula.tree import Call, Define, Defines, Statement
from qedeck.kernel.certificate import Proof
from qedeck.kernel.sequent import Sequent
from qedeck.proof.claims import Entry, Find, certified
from qedeck.proof.files import file_of
from qedeck.proof.mutants import Searched
from qedeck.proof.oracles import Oracles
from qedeck.proof.search import Budget, find
from qedeck.proof.stored import Block, read_stored, write_stored

Told = Callable[[str], None]
CLAIM_STEPS = 15 * SECOND
"""For the oracles that are asked about one statement."""
STEPS = 2_500
"""Of a search for the proof of one sequent."""


def search(sequent: Sequent) -> Proof | None:
    """The proof of a sequent, sought within the steps."""
    return find(sequent, Budget(STEPS))


def lock_proofs(
    project: Project,
    shown: Mapping[str, tuple[Evidence | None, bool]],
    notes: Sequence[str],
    seek: Find,
    told: Told,
    *,
    again: bool = False,
) -> None:
    """Write the files of notes anew; what was found before is kept where it still holds up.

    Args:
        project: The project.
        shown: The latest evidence of each statement, and whether it is stale.
        notes: Names of notes.
        seek: Looks for the proof of a sequent.
        again: Whether what was sought in vain is sought again.
        told: Is told of each statement that is done.
    """
    for note in notes:
        path = file_of(project.root, project.lang, note)
        before = read_stored(path)
        blocks = dict(before.blocks) if before is not None else {}
        for name in blocks.keys() - project.subjects.keys():
            del blocks[name]
        for name, subject in project.subjects.items():
            if name.rpartition("/")[0] != note or subject.kind not in ("claim", "definition"):
                continue
            old = blocks.get(name, Block())
            evidence, stale = shown.get(name, (None, True))
            if old.searched.get("digest") != project.digests.get(name):
                # Other provers may answer what these could not.
                old = replace(old, unanswered=())
            found = found_about(
                subject.bound, subject.lemmas, old, seek, again=again, evidence=evidence
            )
            blocks[name] = replace(found, searched=_searched(old, evidence, stale))
            # What is found stays, however the search for the others ends.
            write_stored(path, blocks)
            told(name)


def found_about(
    bound: Bound, lemmas: Mapping[str, Bound], before: Block, seek: Find, *, again: bool = False,
    evidence: Evidence | None = None,
) -> Block:  # fmt: skip
    """What is found about a statement and its mutants.

    Args:
        bound: The statement.
        lemmas: Linked claims, by full id.
        before: What was found before.
        seek: Looks for the proof of a sequent.
        again: Whether what was sought in vain is sought again.
        evidence: What a run found out, which may name counterexamples.
    """
    if pinned_by_users(bound.statement):
        return Block()
    unanswered = () if again else before.unanswered
    oracles = Oracles(Given.of(CLAIM_STEPS), lemmas, before.courses, unanswered)

    def ask(obligation: Obligation, case: Case) -> str:
        # Where nobody answers, the search goes on with the next case all the same.
        return oracles.ask(obligation, case) or "nobody"

    proofs: dict[str, Entry] = {}
    vain: dict[str, None] = {}
    try:
        todo = obligations(bound)
    except NotUnfolded:
        return Block()
    for one in todo:
        # One by one: what an oracle has to say of one is no reason to forget the others.
        found = certified(
            [one], lemmas, stored=before.proofs, find=seek, ask=ask,
            vain=() if again else before.vain,
        )  # fmt: skip
        proofs.update(found.entries)
        vain.update(dict.fromkeys(found.vain))
    known = {one.id.key: one for one in evidence.mutants} if evidence is not None else {}
    searched = Searched(bound, lemmas, seek, before, again, known)
    for corruption in corruptions(bound):
        searched.take(corruption)
    proofs.update(searched.proofs)
    left = tuple(sorted(vain.keys() - proofs.keys()))
    instances = tuple(searched.pool.instances)
    courses = {**oracles.told, **searched.courses}
    return Block(
        proofs, instances, searched.mutants, left, courses, tuple(sorted(oracles.unanswered)),
        before.searched,
    )  # fmt: skip


def pinned_by_users(statement: Statement) -> bool:
    """Whether a statement defines something new, which those who use it pin."""
    match statement:
        case Define(head):
            return not isinstance(head, Call)
        case _:
            return isinstance(statement, Defines)


def _searched(before: Block, evidence: Evidence | None, stale: bool) -> Mapping[str, Any]:
    """What was tried against a statement in vain, under the digest of all that was searched."""
    if evidence is None or stale or evidence.verdict != "holds":
        return before.searched
    return {
        "digest": evidence.digest, "instances": evidence.instances,
        "shapes": [dict(shape) for shape in evidence.shapes], "error": evidence.largest_error,
    }  # fmt: skip
