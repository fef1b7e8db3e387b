"""The part of a claim's box that says how it is known."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.etree.ElementTree import Element

from qedeck.evidence.record import Evidence, Mutant
from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.elements import Child, display, el, listed, maths
from qedeck.site.references import references, told
from qedeck.site.wording import worded

METHODS = {
    "engine": "The engine decided it, from the formula above alone.",
    "both": "The engine decided it, from the formula above; checks written by hand agree.",
    "hand": "A check written by hand decided it, working on the formula above.",
    "source": "A source.",
}
OUTCOMES = {
    "unexplained": "Not rejected",
    "reviewed": "Not rejected, and kept for the reason given",
    "killed": "Rejected",
    "still true": "True as well, and proved so",
    "invalid": "Not formulas at all",
}
"""By outcome, in the order of what a reader should see first."""

HYPOTHESES = {
    "killed": "Needed: without it, the claim fails at",
    "still true": "Says only where the formula has a value",
    "reviewed": "Not needed, and kept for the reason given",
    "unexplained": "Not needed, as far as the search can tell",
    "invalid": "Without it the formula says nothing",
}
WIDENED = {
    "killed": "Not even this would do: the claim fails at",
    "reviewed": "This would do, and is not assumed for the reason given",
    "unexplained": "This would do, as far as the search can tell",
}
"""By outcome, of a hypothesis dropped and of one made wider."""

_FOUND = "found by the search: "


class Known:
    """Makes the folded part of the boxes of one page."""

    def __init__(self, page: str, known: Catalogue, root: Path) -> None:
        self.page = page
        self.known = known
        self.root = root

    def part(self, entry: Entry) -> Element:
        """A folded element that tells everything there is to know about a statement."""
        evidence, status = entry.evidence, entry.status
        summary = el("summary", "", el("span", "", "How this is known"))
        box = el("details", "qd-known", summary, data_search_exclude="")
        box.append(el("p", "qd-meaning", el("strong", "", status.label), ". ", status.meaning))
        able = score(evidence)
        if able:
            summary.append(el("span", "qd-score", f"can fail: {able}"))
        facts = el("dl", "qd-facts")
        for name, content in self._facts(entry):
            facts.append(el("dt", "", name))
            facts.append(el("dd", "", *content))
        if len(facts):
            box.append(facts)
        if evidence is not None:
            box.extend(self._mutants(evidence))
            box.extend(self._sources(evidence))
        return box

    def _facts(self, entry: Entry) -> list[tuple[str, list[Child]]]:
        """Names and contents of what there is to tell, in reading order."""
        evidence = entry.evidence
        facts = [] if evidence is None else self._established(evidence)
        for name, ids in (("Rests on", entry.uses), ("Used by", entry.used_by)):
            if ids:
                facts.append((name, references(ids, self.page, self.known)))
        if evidence is None:
            return facts
        if evidence.checks:
            checks = [el("code", "", node) for node in evidence.checks]
            facts.append(("Checked by", listed(checks)))
        facts.append(("Took", [_duration(evidence)]))
        return facts

    def _established(self, evidence: Evidence) -> list[tuple[str, list[Child]]]:
        method = "both" if evidence.method == "engine" and evidence.checks else evidence.method
        if evidence.verdict == "holds":
            facts: list[tuple[str, list[Child]]] = [("Method", [METHODS[method]])]
        else:
            facts = []
        if evidence.message and evidence.verdict != "holds":
            report = el("pre", "qd-report", evidence.message, tabindex="0", role="group")
            report.set("aria-label", "Report")
            facts.append(("Report", [report]))
        searched = evidence.certificate.startswith(_FOUND)
        for name, text in (
            ("Scope", evidence.scope),
            ("Counterexample", evidence.counterexample),
            ("Search found" if searched else "Certificate", evidence.certificate),
        ):
            if text:
                facts.append((name, told(text.removeprefix(_FOUND), self.page, self.known)))
        if evidence.instances:
            facts.append(("Instances", _instances(evidence)))
        if evidence.reading:
            facts.append(("Read as", [display(evidence.reading)]))
        return facts

    def _mutants(self, evidence: Evidence) -> list[Element]:
        """What became of the corrupted versions, folded by outcome."""
        groups: list[Element] = []
        told = [mutant for mutant in evidence.mutants if mutant.part == "hypothesis"]
        for outcome, said in OUTCOMES.items():
            mutants = [m for m in evidence.mutants if m.outcome == outcome and m not in told]
            if mutants:
                rows = el("ul", "qd-mutants", *(self._mutant(mutant) for mutant in mutants))
                name = el("summary", "", f"{said}: {len(mutants)}")
                groups.append(el("details", f"qd-more qd-{outcome.replace(' ', '-')}", name, rows))
        if told:
            rows = el("ul", "qd-mutants", *(self._hypothesis(mutant) for mutant in told))
            loose = any(mutant.outcome == "unexplained" for mutant in told)
            name = el("summary", "", f"Hypotheses: {len(told)}")
            groups.append(el("details", f"qd-more{' qd-unexplained' * loose}", name, rows))
        if not groups:
            return []
        intro = "What became of the formula with one deliberate error, and why:"
        return [el("p", "qd-intro", intro), *groups]

    def _mutant(self, mutant: Mutant) -> Element:
        row = el("li", "", el("p", "qd-operator", mutant.operator), display(mutant.latex))
        if mutant.witness:
            row.append(el("p", "qd-witness", *told(mutant.witness, self.page, self.known)))
        return row

    def _hypothesis(self, mutant: Mutant) -> Element:
        """What a hypothesis is needed for: where the claim fails without it, or with less."""
        said = HYPOTHESES[mutant.outcome]
        if mutant.operator.startswith("hypothesis widened"):
            said = WIDENED.get(mutant.outcome, said)
        row = el("li", "", el("p", "qd-operator", said), display(mutant.latex))
        if mutant.outcome in ("killed", "reviewed"):
            row.append(el("p", "qd-witness", *told(mutant.witness, self.page, self.known)))
        return row

    def _sources(self, evidence: Evidence) -> list[Element]:
        found = []
        for node in evidence.checks:
            source = _source(self.root, node)
            if source is not None:
                name = el("summary", "", "Source of ", el("code", "", node))
                found.append(el("details", "qd-more", name, source))
        return found


def score(evidence: Evidence | None) -> str:
    """How many of the corrupted versions that had to be rejected were: `33 of 33`."""
    if evidence is None:
        return ""
    tally = evidence.tally
    able = tally["killed"] + tally["unexplained"] + tally["reviewed"]
    return f"{tally['killed']} of {able}" if able else ""


def _instances(evidence: Evidence) -> list[Child]:
    text = f"{evidence.instances:,} random instances met the hypotheses"
    shapes = [shape for shape in evidence.shapes if shape]
    found = [text, ", at " if shapes else "", *worded("; ".join(shapes))]
    if evidence.largest_error:
        digits, power = f"{evidence.largest_error:.1e}".split("e")
        error = maths(rf"{digits} \cdot 10^{{{int(power)}}}")
        found += ["; largest error ", error, ", relative to the terms"]
    return [*found, "."]


def _duration(evidence: Evidence) -> str:
    with_ = ", ".join(f"{name} {version}" for name, version in sorted(evidence.versions.items()))
    return f"{evidence.seconds:.2f} s" + (f" with {with_}" if with_ else "")


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
