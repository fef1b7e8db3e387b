"""The part of a claim's box that says how it is known."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

from qedeck.evidence import words
from qedeck.evidence.record import Evidence, Shape
from qedeck.site.catalogue import Catalogue, Entry
from qedeck.site.corrupted import fold
from qedeck.site.elements import Child, add, display, el, listed, maths
from qedeck.site.hypotheses import hypotheses
from qedeck.site.references import references, told

METHODS = {
    "engine": "The engine decided it, from the formula above alone.",
    "both": "The engine decided it, from the formula above; checks written by hand agree.",
    "hand": "A check written by hand decided it, working on the formula above.",
    "source": "A source.",
}
OUTCOMES = {
    "undecided": "Not rejected",
    "reviewed": "Not rejected, and kept for the reason given",
    "killed": "Rejected",
    "still true": "True as well, and proved so",
    "invalid": "Not formulas at all",
}
"""By outcome, in the order of what a reader should see first."""

FEW = 6
"""More shapes than these are gathered by dimension."""

PLAIN = ("", "n", "p", "w")
"""Classes of names, marks and spaces, which have no colour of their own."""


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
        box = el("details", "qd-known", summary)
        box.append(el("p", "qd-meaning", el("strong", "", status.label), ". ", status.meaning))
        if evidence is not None and evidence.score:
            summary.append(el("span", "qd-score", f"can fail: {evidence.score}"))
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
        for name, text in (
            ("Scope", words.scope(evidence)),
            ("Counterexample", words.refuting(evidence)),
            ("Search found", "" if evidence.found is None else words.witness(evidence.found)),
            ("Proof", words.certificate(evidence)),
        ):
            if text:
                facts.append((name, told(text, self.page, self.known)))
        facts += self._certificates(evidence)
        if evidence.instances:
            facts.append(("Instances", _instances(evidence)))
        needed = hypotheses(evidence, self.page, self.known)
        if needed is not None:
            facts.append(("Hypotheses", [needed]))
        if evidence.reading:
            facts.append(("Read as", [display(evidence.reading)]))
        return facts

    def _certificates(self, evidence: Evidence) -> list[tuple[str, list[Child]]]:
        """Who showed the parts of a claim, and a certificate of each that the kernel checked."""
        shares = dict.fromkeys(part.share for part in evidence.parts if part.share)
        if not shares:
            return []
        asked = dict.fromkeys(name for part in evidence.parts for name in part.oracles)
        rests = ", ".join(shares) + (f": {', '.join(asked)}" if asked else "")
        facts: list[tuple[str, list[Child]]] = [("Proved by", [rests])]
        for part in evidence.parts:
            if part.explained:
                steps = [
                    el("li", "", *told(line, self.page, self.known)) for line in part.explained
                ]
                fold_ = el(
                    "details", "qd-certificate", el("summary", "", "One of its certificates")
                )
                fold_.append(el("ol", "", *steps))
                facts.append(("Shown", [fold_]))
        return facts

    def _mutants(self, evidence: Evidence) -> list[Element]:
        """What became of the corrupted versions, folded by outcome."""
        tried = [mutant for mutant in evidence.mutants if mutant.part != "hypothesis"]
        groups: list[Element] = []
        for outcome, said in OUTCOMES.items():
            mutants = [mutant for mutant in tried if mutant.outcome == outcome]
            if mutants:
                title, name = f"{said}: {len(mutants)}", f"qd-{outcome.replace(' ', '-')}"
                groups.append(fold(title, name, mutants, self.page, self.known))
        if not groups:
            return []
        intro = "What became of the formula with one deliberate error, and why:"
        return [el("p", "qd-intro", intro), *groups]

    def _sources(self, evidence: Evidence) -> list[Element]:
        found = []
        for node in evidence.checks:
            source = _source(self.root, node)
            if source is not None:
                name = el("summary", "", "Source of ", el("code", "", node))
                found.append(el("details", "qd-more", name, source))
        return found


def _instances(evidence: Evidence) -> list[Child]:
    found: list[Child] = [f"{evidence.instances:,} random instances met the hypotheses"]
    shapes = [shape for shape in evidence.shapes if shape]
    if shapes:
        found.append(f", over {len(shapes)} shapes: " if len(shapes) > 1 else ", at ")
        found += _sizes(shapes)
    if evidence.largest_error:
        digits, power = f"{evidence.largest_error:.1e}".split("e")
        error = maths(rf"{digits} \cdot 10^{{{int(power)}}}")
        found += ["; largest error ", error, ", relative to the terms"]
    return [*found, "."]


def _sizes(shapes: list[Shape]) -> list[Child]:
    """The shapes, gathered by dimension where there are many, or only one dimension."""
    if len(shapes) > FEW or all(len(shape) == 1 for shape in shapes):
        told = words.gathered(shapes)
    else:
        told = [", ".join(f"{n} = {size}" for n, size in shape.items()) for shape in shapes]
    parts: list[Child] = [part for shape in told for part in ("; ", maths(shape))]
    return parts[1:]


def _duration(evidence: Evidence) -> str:
    with_ = ", ".join(f"{name} {version}" for name, version in sorted(evidence.versions.items()))
    return f"{evidence.seconds:.2f} s" + (f" with {with_}" if with_ else "")


def _source(root: Path, node: str) -> Element | None:
    """The code of a check, highlighted, given its node id."""
    file, _, function = node.partition("::")
    path = root / file
    if not path.is_file():
        return None
    code = _functions(path.read_text(encoding="utf-8")).get(function.split("::")[-1].split("[")[0])
    return None if code is None else _highlighted(code)


@cache
def _functions(text: str) -> dict[str, str]:
    """The code of each function of a module, with its decorators."""
    found: dict[str, str] = {}
    rows = text.splitlines()
    for part in ast.walk(ast.parse(text)):
        if isinstance(part, ast.FunctionDef):
            first = min([part.lineno, *(mark.lineno for mark in part.decorator_list)])
            found.setdefault(part.name, "\n".join(rows[first - 1 : part.end_lineno]))
    return found


@cache
def _tokens(code: str) -> tuple[tuple[str, str], ...]:
    """Pieces of Python, each with the class that the theme knows its kind by."""
    from pygments.lexers.python import PythonLexer
    from pygments.token import STANDARD_TYPES

    return tuple((STANDARD_TYPES.get(k, ""), text) for k, text in PythonLexer().get_tokens(code))


def _highlighted(code: str) -> Element:
    """Python in the markup of the theme's code blocks."""
    block = el("code", "")
    for name, text in _tokens(code):
        add(block, el("span", name, text) if name not in PLAIN else text)
    return el("div", "language-python highlight", el("pre", "", block))
