"""The part of a claim's box that says how it is known."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.etree.ElementTree import Element

from qedeck.evidence.record import Evidence, Mutant
from qedeck.site.elements import Child, display, el, prose
from qedeck.site.status import Status

METHODS = {
    "engine": "The engine decided it from the formula above; no code was written for it.",
    "hand": "A check written by hand decided it, working on the formula above.",
    "source": "A source.",
}
OUTCOMES = {
    "killed": "rejected",
    "still true": "still true",
    "invalid": "not a formula",
    "unexplained": "not rejected",
}


def known(evidence: Evidence | None, status: Status, page: str, root: Path) -> Element:
    """A folded element that tells everything the evidence holds."""
    summary = el("summary", "", el("span", "", "How this is known"))
    box = el("details", "qd-known", summary, data_search_exclude="")
    box.append(el("p", "qd-meaning", el("strong", "", status.label), ". ", status.meaning))
    if evidence is None:
        return box
    score = _score(evidence)
    if score:
        summary.append(el("span", "qd-score", f"can fail: {score}"))
    facts = el("dl", "qd-facts")
    for name, content in _facts(evidence, page):
        facts.append(el("dt", "", name))
        facts.append(el("dd", "", *content))
    box.append(facts)
    if evidence.mutants:
        box.append(_mutants(evidence))
    for node in evidence.checks:
        source = _source(root, node)
        if source:
            box.append(el("details", "qd-more", el("summary", "", f"Source of {node}"), source))
    return box


def _facts(evidence: Evidence, page: str) -> list[tuple[str, list[Child]]]:
    """Names and contents of what there is to tell, in reading order."""
    facts: list[tuple[str, list[Child]]] = [("Method", [METHODS[evidence.method]])]
    if evidence.message and evidence.verdict != "holds":
        facts.append(("Report", [el("pre", "qd-report", evidence.message)]))
    for name, text in (
        ("Scope", evidence.scope),
        ("Certificate", evidence.certificate),
        ("Counterexample", evidence.counterexample),
    ):
        if text:
            facts.append((name, prose(text)))
    if evidence.instances:
        facts.append(("Instances", prose(_instances(evidence))))
    if evidence.reading:
        facts.append(("Read as", [display(evidence.reading)]))
    if evidence.uses:
        facts.append(("Rests on", _links(evidence.uses, page)))
    if evidence.checks:
        facts.append(("Checked by", _listed([el("code", "", node) for node in evidence.checks])))
    facts.append(("Took", [_duration(evidence)]))
    return facts


def _instances(evidence: Evidence) -> str:
    text = f"{evidence.instances:,} random instances met the hypotheses"
    if evidence.shapes:
        text += f", at {'; '.join(evidence.shapes)}"
    if evidence.largest_error:
        text += f"; largest error {evidence.largest_error:.1e}, relative to the terms"
    return text + "."


def _duration(evidence: Evidence) -> str:
    with_ = ", ".join(f"{name} {version}" for name, version in sorted(evidence.versions.items()))
    return f"{evidence.seconds:.2f} s" + (f" with {with_}" if with_ else "")


def _links(ids: tuple[str, ...], page: str) -> list[Child]:
    found: list[Child] = []
    for full in ids:
        note, _, slug = full.partition("/")
        href = f"#{slug}" if note == page else f"{note}.md#{slug}"
        found.append(el("a", "", slug if note == page else full, href=href))
    return _listed(found)


def _listed(items: list[Child]) -> list[Child]:
    """Items with commas between them."""
    return [part for item in items for part in (", ", item)][1:]


def _score(evidence: Evidence) -> str:
    tally = evidence.tally
    able = tally["killed"] + tally["unexplained"]
    return f"{tally['killed']} of {able}" if able else ""


def _mutants(evidence: Evidence) -> Element:
    tally = evidence.tally
    said = f"{_score(evidence)} corrupted versions rejected"
    if tally["still_true"]:
        said += f"; true as well, and proved so: {tally['still_true']}"
    if tally["invalid"]:
        said += f"; not formulas at all: {tally['invalid']}"
    rows = el("ul", "qd-mutants")
    order = ("unexplained", "killed", "still true", "invalid")
    for mutant in sorted(evidence.mutants, key=lambda mutant: order.index(mutant.outcome)):
        rows.append(_mutant(mutant))
    return el("details", "qd-more", el("summary", "", said), rows)


def _mutant(mutant: Mutant) -> Element:
    row = el("li", f"qd-{mutant.outcome.replace(' ', '-')}")
    row.append(
        el(
            "p",
            "",
            el("span", "qd-outcome", OUTCOMES[mutant.outcome]),
            " ",
            *prose(mutant.operator),
        )
    )
    row.append(display(mutant.latex))
    if mutant.witness:
        row.append(el("p", "qd-witness", *prose(mutant.witness)))
    return row


def _source(root: Path, node: str) -> Element | None:
    """The code of a check, highlighted, given its node id."""
    file, _, function = node.partition("::")
    function = function.split("::")[-1].split("[")[0]
    path = root / file
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    for part in ast.walk(ast.parse(text)):
        if isinstance(part, ast.FunctionDef) and part.name == function:
            first = min([part.lineno, *(mark.lineno for mark in part.decorator_list)])
            return _highlighted("\n".join(text.splitlines()[first - 1 : part.end_lineno]))
    return None


def _highlighted(code: str) -> Element:
    """Python in the markup of the theme's code blocks."""
    from pygments.lexers.python import PythonLexer
    from pygments.token import STANDARD_TYPES

    block = el("code", "")
    for kind, text in PythonLexer().get_tokens(code):
        short = STANDARD_TYPES.get(kind, "")
        block.append(el("span", short, text))
    return el("div", "language-python highlight", el("pre", "", block))
