"""What each hypothesis of a claim is needed for."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from qedeck.evidence.mutants import Mutant
from qedeck.evidence.reasons import Counter
from qedeck.evidence.record import Evidence
from qedeck.evidence.words import reason
from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import Child, add, el, maths
from qedeck.site.references import told

DROPPED = {
    "killed": "Without it, ",
    "still true": "It only says where the formula has a value.",
    "reviewed": "It is kept although it is not needed: ",
    "undecided": "It is not needed, as far as the search can tell.",
    "invalid": "Without it, the formula says nothing.",
}
WIDENED = DROPPED | {
    "killed": "With {} in its place, ",
    "reviewed": "It is kept although {} would do: ",
    "undecided": "As far as the search can tell, {} would do.",
}
"""By outcome, of a hypothesis dropped and of one made wider: what is said of it. Where it ends
in a space, the witness follows."""


def hypotheses(evidence: Evidence, page: str, known: Catalogue) -> Element | None:
    """A list of the hypotheses, each with where the claim fails without it, or with less."""
    grouped: dict[str, list[Mutant]] = {}
    for mutant in evidence.mutants:
        if mutant.part == "hypothesis":
            grouped.setdefault(mutant.widens, []).append(mutant)
    rows = (_row(whole, mutants, page, known) for whole, mutants in grouped.items())
    return el("ul", "qd-hypotheses", *rows) if grouped else None


def _row(whole: str, mutants: list[Mutant], page: str, known: Catalogue) -> Element:
    outcomes = {mutant.outcome for mutant in mutants}
    row = el("li", "qd-undecided" if "undecided" in outcomes else "", maths(whole))
    add(row, " is needed." if outcomes & {"killed", "invalid"} else ".")
    for mutant in mutants:
        for child in (" ", *_said(mutant, page, known)):
            add(row, child)
    return row


def _said(mutant: Mutant, page: str, known: Catalogue) -> list[Child]:
    wider = mutant.operator != "hypothesis-dropped"
    before, _, after = (WIDENED if wider else DROPPED)[mutant.outcome].partition("{}")
    said: list[Child] = [before]
    if after:
        said += [maths(mutant.latex), after]
    if not (after or before).endswith(" "):
        return said
    if isinstance(mutant.reason, Counter):
        said.append("the claim fails at ")
    return [*said, *told(reason(mutant.reason), page, known), "."]
