"""Cards that are made from statements and their evidence: no text of them is written by hand."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from qedeck.cards import holes
from qedeck.cards.difference import marked
from qedeck.cards.given import definitions, display, inline, paragraphs
from qedeck.cards.plausible import plausible, rank
from qedeck.cards.points import dull, fails, points
from qedeck.evidence.mutants import Mutant
from qedeck.evidence.mutation import corruptions
from qedeck.evidence.reasons import Counter, Near
from qedeck.evidence.record import Evidence
from qedeck.evidence.words import assignments, shown
from qedeck.formula.scope import Bound
from qedeck.notes.model import DERIVED, DerivedKind, Statement

VERSION = 2
"""Of the texts below: cards are made anew when it changes."""

GIVES: Mapping[str, tuple[DerivedKind, ...]] = {
    "theorem": DERIVED,
    "definition": ("state", "complete", "compute"),
    "misconception": ("truth",),
    "claim": ("state",),
}
"""What a statement gives where its box says nothing of cards."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "state": "State the formula.",
        "define": "Give the definition.",
        "complete": "What stands in the box?",
        "error": "There is one error in this formula. Find it.",
        "truth": "True or false?",
        "true": "True.",
        "false": "False.",
        "right": "Right is",
        "at": "The formula with the error fails at",
        "hypothesis": "Why must {0} be assumed?",
        "without": "Without it the formula fails, for example at",
        "where": ", where",
        "isfalse": " is false",
    },
    "zh": {
        "state": "写出公式。",
        "define": "写出定义。",
        "complete": "方框里是什么？",
        "error": "这个公式里有一处错误，找出来。",
        "truth": "对还是错？",
        "true": "对。",
        "false": "错。",
        "right": "正确的是",
        "at": "带错误的公式不成立，例如",
        "hypothesis": "为什么必须假设 {0}？",
        "without": "没有它，公式不成立，例如",
        "where": "，此时",
        "isfalse": " 不成立",
    },
}

SEARCHED: tuple[DerivedKind, ...] = ("complete", "error", "hypothesis")
"""Kinds that rest on what a search refuted, which differs from machine to machine."""

MOST = 8
"""Errors for which small numbers are sought."""
TRIES = 40
"""Instances that are drawn for one."""
ENOUGH = 8
LONG = 400
"""More characters of numbers than this nobody reads on a card."""


@dataclass(frozen=True)
class Side:
    """What is asked and what is answered: HTML with references, as of written cards."""

    front: str
    back: str
    variants: tuple[tuple[str, str], ...] = ()
    key: str = ""
    """Which error, hypothesis or place it is about."""


@dataclass(frozen=True)
class Source:
    """A statement with all that cards are made from."""

    statement: Statement
    evidence: Evidence
    bound: Bound | None = None
    macros: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Statement] = field(default_factory=dict)
    """The statements that it may link, by full id."""
    prefer: Mapping[str, str] = field(default_factory=dict)
    """By kind, the `key` of the card that learners have: another takes its place only where it
    must."""

    @property
    def words(self) -> Mapping[str, str]:
        """The texts of its language."""
        return WORDS.get(self.statement.lang, WORDS["en"])


def gives(statement: Statement) -> tuple[DerivedKind, ...]:
    """The kinds of cards that a statement gives: its box decides, else what it is called."""
    if statement.cards is not None:
        return statement.cards
    return GIVES.get(statement.called, ())


def derive(
    source: Source, kept: Mapping[DerivedKind, Side] | None = None, *, renew: bool = True
) -> dict[DerivedKind, Side]:
    """The cards of a statement that is verified.

    Args:
        source: The statement and what is known of it.
        kept: The cards that learners have, if nothing has changed that they say or rest on; they
            stay until something speaks against them.
        renew: Whether kinds that learners have no card of are made: how much a search refutes
            depends on the machine, and what learners have must not.
    """
    found: dict[DerivedKind, Side] = {}
    for kind in gives(source.statement):
        old = (kept or {}).get(kind)
        if kind in SEARCHED and kept is not None and old is None and not renew:
            continue
        if old is not None and kind in ("error", "hypothesis") and _stays(source, old.key):
            found[kind] = old
            continue
        side = MAKERS[kind](source)
        if side is not None:
            found[kind] = side
    return found


def _stays(source: Source, key: str) -> bool:
    """Whether nothing speaks against a card about a mutant that was refuted.

    Sound: its numbers were exact when it was made, and the page has not changed since.
    """
    found = [mutant for mutant in source.evidence.mutants if mutant.id.key == key]
    return bool(found) and not any(mutant.survives for mutant in found)


def _needed(mutant: Mutant) -> bool:
    """Whether the formula was shown to fail without a hypothesis."""
    return (
        mutant.part == "hypothesis"
        and mutant.outcome == "killed"
        and isinstance(mutant.reason, Counter)
        and mutant.reason.certain
        and mutant.reason.role == "statement"
        and bool(mutant.id.of)
    )


def state(source: Source) -> Side | None:
    """The formula from its title and hypotheses."""
    statement, words = source.statement, source.words
    ask = words["define" if statement.kind == "definition" else "state"]
    after = "" if statement.kind == "definition" else paragraphs(source, statement.after)
    front = _title(statement) + paragraphs(source, statement.before) + _asked(source, ask)
    return Side(front, display(source, statement.display.text) + after)


def complete(source: Source) -> Side | None:
    """One place of the formula left open, where every error that was tried was refuted."""
    if source.bound is None:
        return None
    found = holes.best(source.bound.statement, source.evidence, source.prefer.get("complete", ""))
    if found is None:
        return None
    front = _stated(source, found.front) + _asked(source, source.words["complete"])
    return Side(front, display(source, found.back), key=found.key)


def error(source: Source) -> Side | None:
    """A formula with one error that somebody could make and that exact numbers refute."""
    if source.bound is None or _abstract(source):
        return None
    right, wrong = source.bound.statement, corrupted(source.bound)
    able = []
    for mutant in source.evidence.mutants:
        bound = wrong.get(mutant.id.key)
        if not mutant.false or bound is None:
            continue
        if plausible(mutant, right, bound.statement) and marked(right, bound.statement):
            able.append((rank(mutant, right, bound.statement), mutant))
    able.sort(key=lambda one: one[0])
    chosen = _chosen([mutant for _, mutant in able], wrong, source.prefer.get("error"))
    if chosen is None:
        return None
    words, counter = source.words, chosen.reason
    assert isinstance(counter, Counter)
    front = _stated(source, chosen.latex) + _asked(source, words["error"])
    shown = marked(right, wrong[chosen.id.key].statement) or ""
    back = f"<p>{words['right']}</p>{display(source, shown)}"
    return Side(front, back + _fails(source, words["at"], counter), key=chosen.id.key)


def truth(source: Source) -> Side | None:
    """The formula as it stands, true or refuted."""
    statement, words = source.statement, source.words
    front = _stated(source, statement.display.text) + _asked(source, words["truth"])
    false = statement.kind == "misconception"
    back = f"<p><strong>{words['false' if false else 'true']}</strong></p>"
    return Side(
        front,
        back + (_title(statement) if not false else "") + paragraphs(source, statement.after),
    )


def hypothesis(source: Source) -> Side | None:
    """The place where the formula fails without one of its hypotheses."""
    able = [mutant for mutant in source.evidence.mutants if _needed(mutant)]
    if not able or _abstract(source):
        return None
    able.sort(key=lambda mutant: (mutant.operator != "hypothesis-dropped", mutant.id.key))
    wrong = corrupted(source.bound) if source.bound is not None else {}
    mutant = _chosen(able, wrong, source.prefer.get("hypothesis"))
    if mutant is None:
        return None
    words, counter = source.words, mutant.reason
    assert isinstance(counter, Counter)
    ask = words["hypothesis"].format(inline(source, mutant.id.of))
    front = _stated(source, source.statement.display.text) + _asked(source, ask)
    return Side(front, _fails(source, words["without"], counter), key=mutant.id.key)


def compute(source: Source) -> Side | None:
    """The formula with small numbers in it."""
    from qedeck.cards.compute import instances

    found = instances(source)
    if not found:
        return None
    front, back = found[0]
    return Side(front, back, found)


MAKERS: Mapping[DerivedKind, Callable[[Source], Side | None]] = {
    "state": state, "complete": complete, "error": error, "truth": truth,
    "hypothesis": hypothesis, "compute": compute,
}  # fmt: skip


def corrupted(bound: Bound) -> dict[str, Bound]:
    """A statement with each of its errors, by the error's key."""
    return {one.id.key: one.bound for one in corruptions(bound)}


def _abstract(source: Source) -> bool:
    """Whether it speaks of functions or distributions: numbers do not say what these are."""
    return bool(source.evidence.speaks.functions or source.evidence.speaks.randoms)


def _chosen(able: list[Mutant], wrong: Mapping[str, Bound], prefer: str | None) -> Mutant | None:
    """The error that learners know, or the first of these whose numbers can be read."""
    for mutant in sorted(able, key=lambda m: m.id.key != prefer)[:MOST]:
        counter = _smaller(mutant, wrong.get(mutant.id.key))
        if counter is not None:
            return replace(mutant, reason=counter)
    return None


def _smaller(mutant: Mutant, bound: Bound | None) -> Counter | None:
    """Exact numbers that refute a mutant, as small as they come; None where none are known.

    Sound: an instance counts only where all hypotheses hold at it and the mutant fails, both
    decided in fractions or in balls.
    """
    known = [mutant.reason] if isinstance(mutant.reason, Counter) else []
    known = [counter for counter in known if _readable(counter)]
    if bound is not None:
        for small in points(bound, mutant.id.key, TRIES):
            found = fails(bound.statement, small)
            if found is not None and _readable(found):
                known.append(found)
            if len(known) == ENOUGH:
                break
    return min(known, key=lambda one: (_dull(one), _size(one))) if known else None


def _readable(counter: Counter) -> bool:
    """Whether its numbers are exact, and few enough to look at."""
    exact = not any(_inexact([*counter.values.values(), counter.left, counter.right]))
    return exact and counter.left is not None and _size(counter) <= LONG


def _inexact(value: Any) -> Iterator[bool]:
    if isinstance(value, list | tuple):
        for part in value:
            yield from _inexact(part)
    else:
        yield isinstance(value, float)


def _dull(counter: Counter) -> int:
    """How little its numbers show: zeros, entries that are all the same, digits of a whole
    number.
    """
    sides = (counter.left, counter.right)
    whole = sum(isinstance(one, Near) and one.digits.endswith("0000") for one in sides)
    return whole + dull(v for v in counter.values.values() if not isinstance(v, int))


def _size(counter: Counter) -> int:
    sides = "" if counter.left is None else shown(counter.left) + shown(counter.right)
    return len(assignments(counter.values)) + len(sides)


def _title(statement: Statement) -> str:
    return f'<p class="title">{html.escape(statement.title, quote=False)}</p>'


def _asked(source: Source, question: str) -> str:
    """What the linked definitions say, and the question."""
    return definitions(source) + f'<p class="ask">{question}</p>'


def _stated(source: Source, formula: str) -> str:
    """The hypotheses, and a formula under them."""
    return paragraphs(source, source.statement.before) + display(source, formula)


def _fails(source: Source, opening: str, counter: Counter) -> str:
    """Where a formula fails, and what its two sides are there."""
    words = source.words
    at = inline(source, assignments(counter.values))
    if counter.left is None:
        return f"<p>{opening} {at}.</p>"
    sign = {"<=": r"\le", ">=": r"\ge", "!=": r"\ne", ">>": r"\succ", ">>=": r"\succeq"}.get(
        counter.sign, counter.sign
    )
    sides = f"{_told(counter.left)} {sign} {_told(counter.right)}"
    return f"<p>{opening} {at}{words['where']} {inline(source, sides)}{words['isfalse']}.</p>"


def _told(value: Any) -> str:
    return shown(value) if not isinstance(value, Near) else f"{value.digits}\\ldots"
