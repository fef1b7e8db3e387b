"""Cards, clocks and folders of the tests of memory."""

from __future__ import annotations

import pytest

from qedeck.cards.review import ReviewCard


def card(name, group=None, note="norms", section="mechanism", rests=(), **more):
    """A card that asks for its own name."""
    given = {"kind": "basic", "front": f"What is {name}?", "back": f"It is {name}.", **more}
    return ReviewCard(
        id=f"en/{name}", group=group or f"en/{name}", note=note, section=section,
        place=f"{note}.html#{name}", foot="", rests=tuple(rests), tags=(), **given,
    )  # fmt: skip


@pytest.fixture
def cards():
    """Six cards of two notes, two of them siblings."""
    return [
        card("ball", rests=["norms/sandwich"]),
        card("dual/c1", group="en/dual", rests=["norms/dual"]),
        card("dual/c2", group="en/dual", rests=["norms/dual"]),
        card("length", rests=["norms/p-norm"], section="axioms"),
        card("mean", note="batch-norm", rests=["batch-norm/mean"]),
        card("shift", note="batch-norm", rests=["batch-norm/shift"], section=""),
    ]
