"""Names of decks: numbered in reading order, so that a learner starts at the beginning.

Anki never moves cards when it imports, and sorts decks by name. So a number that learners have
stays while it is in order, and decks of earlier imports are named for whoever has them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

Label = tuple[int, str]
_LABEL = re.compile(r"(\d+)([a-z]?) ")
LAST = "z"


def named(
    known: Mapping[str, tuple[str, ...]], order: Sequence[str], renamed: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Names of the deck of each note: the one of now, then earlier ones.

    Args:
        known: What they were when the lock was written, by `<lang>/<note>`.
        order: The notes that have cards, in reading order.
        renamed: What each note that was renamed was called before.
    """
    before = {note: known.get(note) or known.get(renamed.get(note, ""), ()) for note in order}
    labels = numbered(order, {note: label for note in order if (label := _label(before[note]))})
    found: dict[str, tuple[str, ...]] = {}
    for note in order:
        name = _name(note, labels[note])
        found[note] = (name, *(other for other in before[note] if other != name))
    return found


def numbered(order: Sequence[str], known: Mapping[str, Label]) -> dict[str, Label]:
    """A number for each note, rising; those that are in order already keep theirs, unless most
    must change.
    """
    before = [(note, known[note]) for note in order if note in known]
    kept = _rising(before)
    if 2 * len(kept) < len(before):
        kept = {}
    found: dict[str, Label] = {}
    previous: Label = (0, "")
    for k, note in enumerate(order):
        if note in kept:
            previous = kept[note]
        else:
            run = next((j for j in range(k, len(order)) if order[j] in kept), len(order)) - k
            following = kept[order[k + run]] if k + run < len(order) else None
            made = _between(previous, following, run)
            if made is None:
                return {other: (j, "") for j, other in enumerate(order, 1)}
            previous = made
        found[note] = previous
    return found


def _between(low: Label, high: Label | None, count: int) -> Label | None:
    """The next of `count` labels between two; None where there is no room."""
    if high is None or high[0] - low[0] > count:
        return low[0] + 1, ""
    letter = chr(ord(low[1]) + 1) if low[1] else "a"
    made = low[0], letter
    return made if letter <= LAST and made < high else None


def _rising(known: Sequence[tuple[str, Label]]) -> dict[str, Label]:
    """The most notes whose numbers rise."""
    ends: list[Label] = []
    best: list[list[str]] = []
    for note, label in known:
        at = bisect_left(ends, label)
        chain = [*(best[at - 1] if at else []), note]
        if at == len(ends):
            ends.append(label)
            best.append(chain)
        else:
            ends[at], best[at] = label, chain
    labels = dict(known)
    return {note: labels[note] for note in (best[-1] if best else [])}


def _label(names: tuple[str, ...]) -> Label | None:
    found = _LABEL.match(names[0].rpartition("::")[2]) if names else None
    return (int(found[1]), found[2]) if found else None


def _name(note: str, label: Label) -> str:
    *folders, last = note.split("/")
    return "::".join(("qedeck", *folders, f"{label[0]:02d}{label[1]} {last}"))


def to_rename(decks: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What to rename in Anki, before an import, where decks of earlier imports are there."""
    lines = [
        f"  {old} → {names[0]}" for names in decks.values() for old in names[1:] if old != names[0]
    ]
    head = "Anki moves no cards: whoever has decks of an earlier import renames them first"
    return (head, *lines) if lines else ()
