"""Parts of pages that are computed from the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from qedeck.site.status import LEVELS, PINNED, Shown, icon


@dataclass(frozen=True)
class Numbers:
    """How much stands, by level, and how much of what can fail was made to."""

    proved: int = 0
    shapes: int = 0
    tested: int = 0
    refuted: int = 0
    pinned: int = 0
    cited: int = 0
    open: int = 0
    """Statements with no current evidence that they hold."""
    killed: int = 0
    mutants: int = 0
    """Mutants that had to be rejected: killed and unexplained."""


def count(shown: Shown) -> Numbers:
    """The numbers of a knowledge base."""
    tally = dict.fromkeys(Numbers.__dataclass_fields__, 0)
    for evidence, stale in shown.values():
        if evidence is None or stale or evidence.verdict != "holds":
            tally["open"] += 1
            continue
        if evidence.kind == "definition":
            tally["pinned"] += 1
        elif evidence.level is not None:
            tally[{"proved at shapes": "shapes"}.get(evidence.level, evidence.level)] += 1
        outcomes = evidence.tally
        tally["killed"] += outcomes["killed"]
        tally["mutants"] += outcomes["killed"] + outcomes["unexplained"]
    return Numbers(**tally)


def numbers(shown: Shown) -> str:
    """The front page's figures, as HTML."""
    found = count(shown)
    cells = [
        ("proved", found.proved, "proved", LEVELS["proved"].meaning),
        ("shapes", found.shapes, "proved at shapes", LEVELS["proved at shapes"].meaning),
        ("tested", found.tested, "tested", LEVELS["tested"].meaning),
        ("refuted", found.refuted, "misconceptions refuted", LEVELS["refuted"].meaning),
        ("pinned", found.pinned, "definitions pinned", PINNED.meaning),
    ]
    if found.cited:
        cells.append(("cited", found.cited, "cited", LEVELS["cited"].meaning))
    items = "".join(
        f'<li class="qd-{key}" title="{escape(meaning)}">{icon(key)}'
        f"<strong>{number}</strong> <span>{label}</span></li>"
        for key, number, label, meaning in cells
        if number
    )
    parts = [f'<ul class="qd-numbers">{items}</ul>'] if items else []
    if found.mutants:
        parts.append(
            f"<p>{found.killed} of {found.mutants} deliberately corrupted formulas were rejected: "
            "a claim that could not fail would say nothing.</p>"
        )
    if found.open:
        some = "statement is" if found.open == 1 else "statements are"
        parts.append(f"<p>{found.open} {some} not verified in this build.</p>")
    return "\n".join(parts)
