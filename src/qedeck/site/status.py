"""What a reader is told about a statement: a word, an icon and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qedeck.evidence.record import Evidence

Shown = Mapping[str, tuple[Evidence | None, bool]]
"""By full id: the evidence, if there is any, and whether it is stale."""

STATEMENTS = {
    "definition": "Definition",
    "theorem": "Theorem",
    "claim": "Claim",
    "lemma": "Lemma",
    "misconception": "Misconception",
    "cited": "Cited",
}


@dataclass(frozen=True)
class Status:
    """How a statement stands."""

    key: str
    """Name for style sheets."""
    label: str
    meaning: str
    """A sentence in plain words."""


PINNED = Status(
    "pinned",
    "Pinned",
    "Every corrupted version of this definition breaks a verified claim or a check.",
)
UNPINNED = Status(
    "fails",
    "Not pinned",
    "Some corrupted version of this definition breaks nothing: what is verified does not fix it.",
)
LEVELS = {
    "proved": Status(
        "proved", "Proved", "It holds for all values of all symbols, in every dimension."
    ),
    "proved at shapes": Status(
        "shapes",
        "Proved at shapes",
        "It holds for all values of all symbols; only the dimensions were fixed.",
    ),
    "tested": Status(
        "tested", "Tested", "It has no proof here; the search for a counterexample found none."
    ),
    "refuted": Status(
        "refuted", "Refuted", "The formula is wrong: the counterexample on the page holds exactly."
    ),
    "cited": Status(
        "cited", "Cited, not verified", "It stands on its source alone; nothing was checked."
    ),
}
FAILS = Status("fails", "Fails", "The formula on this page does not hold as it stands.")
LOOSE = Status(
    "loose",
    "Not pinned down",
    "No error was found in the formula, but some corrupted version of it was neither rejected nor "
    "proved.",
)
UNREFUTED = Status("fails", "Not refuted", "It was meant to be wrong, and was not shown so.")
UNKNOWN = Status("unknown", "Undecided", "Neither a proof nor a counterexample was found.")
STALE = Status(
    "stale",
    "Stale",
    "The statement, or something it rests on, has changed since it was verified.",
)
NONE = Status("none", "Not verified in this build", "There is no evidence; run pytest checks.")


def status(kind: str, evidence: Evidence | None, stale: bool = False) -> Status:
    """How a statement of a kind stands, given what is known of it."""
    if kind == "cited":
        return LEVELS["cited"]
    if evidence is None:
        return NONE
    if stale:
        return STALE
    if evidence.verdict == "unknown":
        return UNKNOWN
    if evidence.verdict == "fails":
        loose = evidence.tally["undecided"] and not evidence.counterexample
        if loose and kind == "claim":
            return LOOSE
        return {"definition": UNPINNED, "misconception": UNREFUTED}.get(kind, FAILS)
    if kind == "definition":
        return PINNED
    return LEVELS[evidence.level] if evidence.level else UNKNOWN


_ROUND = '<circle cx="12" cy="12" r="9"/>'
_CHECK = '<path d="M8 12.5l3 3 5-6.5"/>'
_ICONS = {
    "proved": _ROUND + _CHECK,
    "shapes": '<rect x="3.5" y="3.5" width="17" height="17" rx="3"/>' + _CHECK,
    "tested": '<path d="M9.5 3h5M10.5 3v6.5L5.4 18a2 2 0 0 0 1.7 3h9.8a2 2 0 0 0 1.7-3'
    'L13.5 9.5V3M8 15h8"/>',
    "refuted": _ROUND + '<path d="M9 9l6 6M15 9l-6 6"/>',
    "cited": '<path d="M5 4.5h11a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11"/>',
    "pinned": '<path d="M8.5 3.5h7L14.5 10l3 3.5h-11l3-3.5zM12 13.5V21"/>',
    "fails": '<path d="M12 4l9 16H3zM12 10v4.5M12 17v.5"/>',
    "loose": '<path d="M12 4l9 16H3zM9.5 14.5h5"/>',
    "unknown": _ROUND + '<path d="M9.6 9.6a2.5 2.5 0 1 1 3.4 2.3c-.7.3-1 .8-1 1.7M12 16.5v.4"/>',
    "stale": _ROUND + '<path d="M12 7v5l3.5 2"/>',
    "none": '<circle cx="12" cy="12" r="9" stroke-dasharray="3.5 3"/>',
    "conditional": '<circle cx="12" cy="12" r="9" stroke-dasharray="3.5 3"/>' + _CHECK,
    "imprecise": '<path d="M5 9.5c2.3-2.2 4.7-2.2 7 0s4.7 2.2 7 0M5 15.5c2.3-2.2 4.7-2.2 7 0'
    's4.7 2.2 7 0"/>',
}


_KINDS = {
    "theorem": '<path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9L3.5 9.7'
    'l5.9-.8z"/>',
    "lemma": '<path d="M4 19h5v-5h5V9h5V4"/>',
}


def kind_icon(kind: str) -> str | None:
    """The icon of a kind of statement, as SVG; None where its word is enough."""
    return _drawn(_KINDS[kind]) if kind in _KINDS else None


def icon(key: str) -> str:
    """The icon of a status, as SVG."""
    return _drawn(_ICONS[key])


def _drawn(paths: str) -> str:
    return (
        '<svg class="qd-icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f"{paths}</svg>"
    )
