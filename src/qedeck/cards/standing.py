"""Whether a card may be shown: everything that it rests on must be verified now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qedeck.evidence.record import Evidence
from qedeck.formula.span import Span
from qedeck.notes.model import Card, Statement

State = Literal["verified", "unverified", "failing"]
Equal = Callable[[Card, str, Span], bool]
"""Whether a display of a card, read under a statement's hypotheses, is its formula as a tree."""
Match = Callable[[Card, Span], str | None]
"""Full id of the statement that a display formula of a card's answer equals, or None."""


@dataclass(frozen=True)
class Standing:
    """A card of the notes and what the evidence says of it."""

    card: Card
    state: State
    reason: str = ""
    """Why it is not verified."""
    rests: dict[str, str] = field(default_factory=dict)
    """Level of each statement that it links, empty where there is none; of a fact no entry."""


def judge(
    card: Card,
    statements: Mapping[str, Statement],
    evidence: Mapping[str, Evidence | None],
    match: Match,
) -> Standing:
    """The standing of a card: it fails where a statement under it fails, is verified where all
    are, and is unverified otherwise.
    """
    direct = dict.fromkeys(link.target for link in card.links)
    reasons: list[str] = []
    if not direct and not card.fact:
        reasons.append("it links no statement; link what it rests on, or say [fact]")
    shown = dict(direct)
    for display in card.displays:
        statement = match(card, display)
        if statement is None:
            line = display.lines[0].number
            reasons.append(
                f"the display formula at line {line} is no formula of the note or of a statement"
                " that it links"
            )
        else:
            shown[statement] = None
    failing, under_it = _verdicts(shown, statements, evidence)
    reasons += under_it
    levels = {name: _level(evidence.get(name)) for name in direct}
    state: State = "failing" if failing else "unverified" if reasons else "verified"
    return Standing(card, state, "; ".join(reasons), levels)


def judge_statement(
    statement: Statement,
    statements: Mapping[str, Statement],
    evidence: Mapping[str, Evidence | None],
) -> tuple[State, str, dict[str, str]]:
    """How the cards of a statement stand, why they are not verified, and what they rest on."""
    failing, reasons = _verdicts([statement.id], statements, evidence)
    state: State = "failing" if failing else "unverified" if reasons else "verified"
    return state, "; ".join(reasons), {statement.id: _level(evidence.get(statement.id))}


def matching(statements: Mapping[str, Statement], equal: Equal | None = None) -> Match:
    """Looks for a display formula among the statements that a card links, then in its note.

    The same LaTeX is the same formula; `equal` recognises it in other spellings. What is refuted
    is no answer.
    """
    true = {name: s for name, s in statements.items() if s.kind != "misconception"}
    written = {name: "".join(s.display.text.split()) for name, s in true.items()}

    def match(card: Card, display: Span) -> str | None:
        linked = [link.target for link in card.links if link.target in true]
        own = [name for name in true if name.rpartition("/")[0] == card.note]
        wanted = "".join(display.text.split())
        near = list(dict.fromkeys((*linked, *own)))
        same = next((name for name in near if written[name] == wanted), None)
        if same is None and equal is not None:
            same = next((name for name in near if equal(card, name, display)), None)
        return same

    return match


def _verdicts(
    names: Iterable[str],
    statements: Mapping[str, Statement],
    evidence: Mapping[str, Evidence | None],
) -> tuple[bool, list[str]]:
    """Whether any of these statements, or of those under them, fails; and what is wrong."""
    verdicts = [_verdict(n, statements, evidence) for n in under(names, statements, evidence)]
    failing = any(state == "failing" for state, _ in verdicts)
    return failing, [reason for _, reason in verdicts if reason]


def under(
    names: Iterable[str],
    statements: Mapping[str, Statement],
    evidence: Mapping[str, Evidence | None],
) -> Iterator[str]:
    """The statements named and all that they use, each once."""
    waiting = list(names)[::-1]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        yield name
        record = evidence.get(name)
        statement = statements.get(name)
        used = _used(statement) if statement else []
        for further in (*used, *(record.uses if record else ())):
            if further not in seen:
                seen.add(further)
                waiting.append(further)


def _used(statement: Statement) -> list[str]:
    """What the hypotheses of a statement link."""
    segments = (segment for paragraph in statement.before for segment in paragraph.segments)
    return [segment.link.target for segment in segments if segment.link is not None]


def _verdict(
    name: str, statements: Mapping[str, Statement], evidence: Mapping[str, Evidence | None]
) -> tuple[State, str]:
    record = evidence.get(name)
    if name not in statements:
        return "unverified", f"there is no statement {name}"
    if record is None:
        return "unverified", f"{name} has no evidence that fits it now; run pytest checks"
    if record.verdict == "fails":
        return "failing", f"{name} fails"
    if record.verdict == "unknown":
        return "unverified", f"{name} could not be decided"
    if record.level == "cited" or record.method == "source":
        return "unverified", f"{name} is cited, not verified"
    return "verified", ""


def _level(record: Evidence | None) -> str:
    return record.level or "" if record and record.verdict == "holds" else ""
