"""Deletions of cloze cards: found in Markdown, numbered so that history stays with its text."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

NUMBERED = re.compile(r"c([1-9]\d*)::(.*)", re.DOTALL)


@dataclass(frozen=True)
class Found:
    """A deletion as it stands in a note: `==text==` or `==c2::text==`."""

    text: str
    """What is deleted, white space folded, without its number."""
    ordinal: int | None = None
    """The number that the author wrote."""


@dataclass(frozen=True)
class Deletion:
    """A deletion with the number that Anki's history hangs on."""

    ordinal: int
    text: str
    retired: bool = False


class TwoReadingsError(Exception):
    """Deletions cannot be numbered: an edit has two readings, or a number is spent."""

    def __init__(self, problem: str, instead: str) -> None:
        super().__init__(f"{problem}; {instead}")
        self.problem = problem
        self.instead = instead


def read(inner: str) -> Found:
    """The deletion between a pair of `==`."""
    numbered = NUMBERED.fullmatch(inner)
    text = numbered.group(2) if numbered else inner
    return Found(" ".join(text.split()), int(numbered.group(1)) if numbered else None)


def assign(old: Sequence[Deletion], new: Sequence[Found]) -> tuple[int, ...]:
    """The number of each new deletion: kept where its text, or its place, is the same.

    Raises:
        TwoReadingsError: with what to tell the author.
    """
    if not new:
        raise TwoReadingsError("nothing is deleted", "mark what to delete: ==text==")
    live = [deletion for deletion in old if not deletion.retired]
    spent = {deletion.ordinal for deletion in old if deletion.retired}
    numbers = _written(new, spent)
    taken = set(numbers.values())
    free = [k for k, deletion in enumerate(live) if deletion.ordinal not in taken]
    open_ = [k for k in range(len(new)) if k not in numbers]
    kept = _same_text(live, free, new, open_)
    free = [k for k in free if k not in kept.values()]
    open_ = [k for k in open_ if k not in kept]
    anchors = {**_places(live, numbers), **kept}
    kept |= _same_place(live, free, open_, anchors)
    numbers |= {k: live[position].ordinal for k, position in kept.items()}
    unused = itertools.count(max((d.ordinal for d in old), default=0) + 1)
    fresh = (ordinal for ordinal in unused if ordinal not in taken)
    return tuple(numbers[k] if k in numbers else next(fresh) for k in range(len(new)))


def merged(
    old: Sequence[Deletion], new: Sequence[Found], ordinals: Sequence[int]
) -> tuple[Deletion, ...]:
    """All deletions that ever were: those of the text in reading order, then retired ones."""
    now = tuple(Deletion(ordinal, found.text) for ordinal, found in zip(ordinals, new, strict=True))
    gone = {d.ordinal: d for d in old if d.ordinal not in ordinals}
    return now + tuple(replace(gone[k], retired=True) for k in sorted(gone))


def _written(new: Sequence[Found], spent: set[int]) -> dict[int, int]:
    numbers = {k: found.ordinal for k, found in enumerate(new) if found.ordinal is not None}
    for k, ordinal in numbers.items():
        if ordinal in spent:
            raise TwoReadingsError(
                f"the deletion `{new[k].text}` takes number {ordinal}, which one that is gone had",
                f"number it {max(spent) + 1} or higher",
            )
    return numbers


def _places(live: Sequence[Deletion], numbers: dict[int, int]) -> dict[int, int]:
    """Positions in `live` of the deletions that the author numbered."""
    position = {deletion.ordinal: k for k, deletion in enumerate(live)}
    return {k: position[ordinal] for k, ordinal in numbers.items() if ordinal in position}


def _same_text(
    live: Sequence[Deletion], free: list[int], new: Sequence[Found], open_: list[int]
) -> dict[int, int]:
    """Deletions whose text did not change: position in `new` to position in `live`."""
    before = Counter(live[k].text for k in free)
    after = Counter(new[k].text for k in open_)
    kept: dict[int, int] = {}
    for text in sorted(before.keys() & after.keys()):
        if before[text] != after[text]:
            raise _ask(live, f"`{text}` stood {before[text]}× and stands {after[text]}×")
        olds = [k for k in free if live[k].text == text]
        news = [k for k in open_ if new[k].text == text]
        kept |= dict(zip(news, olds, strict=True))
    return kept


def _same_place(
    live: Sequence[Deletion],
    free: list[int],
    open_: list[int],
    anchors: dict[int, int],
) -> dict[int, int]:
    """Deletions that were edited in place: alone between the same unchanged neighbours."""
    if not free or not open_:
        return {}
    if sorted(anchors.values()) != [anchors[k] for k in sorted(anchors)]:
        raise _ask(live, "some moved and some changed")
    gaps_before = [sum(anchor < k for anchor in anchors.values()) for k in free]
    gaps_after = [sum(anchor < k for anchor in anchors) for k in open_]
    if gaps_before != gaps_after or len(set(gaps_before)) != len(gaps_before):
        raise _ask(live, "it cannot be told which became which")
    return dict(zip(open_, free, strict=True))


def _ask(live: Sequence[Deletion], why: str) -> TwoReadingsError:
    were = " ".join(f"=={'c' + str(d.ordinal)}::{d.text}==" for d in live)
    return TwoReadingsError(
        f"its deletions changed in a way that can be read two ways ({why})",
        f"number them, those that stay as they were: {were}",
    )
