"""A stand-in for the deciding engine: formulas are Python-like text that says its own verdict."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from qedeck.errors import SourceError
from qedeck.evidence.mutants import Mutant, MutantId
from qedeck.evidence.record import Evidence, Speaks

MINUS = MutantId("statement", "sign-of-term", ("terms", 1))
Search = str


@dataclass(frozen=True)
class FakeSubject:
    id: str
    kind: str
    path: str
    line: int
    column: int
    latex: str
    title: str
    text: str
    uses: tuple[str, ...]
    root: Path
    bound: None = None


def subjects(library, lang="en", cache=None):
    del lang, cache
    found = {}
    mistakes = []
    for one in library.order:
        formula = one.display.text
        if "UNBOUND" in formula:
            problem = "an undeclared symbol"
            mistakes.append(one.display.mistake(formula.index("UNBOUND"), problem, "declare it"))
            continue
        uses = library.edges[one.lang, one.id]
        place = one.path, one.line, one.column
        found[one.id] = FakeSubject(
            one.id, one.kind, *place, formula, one.title, formula, uses, library.root
        )
    if mistakes:
        raise SourceError(*mistakes)
    return found


def mutants(subject):
    return {
        MINUS.key: FakeSubject(**{**vars(subject), "latex": subject.latex.replace("+", "-")}),
    }


def respelled(subject):  # noqa: ARG001
    return None


def verify(subject, *, seed, hand, dependencies):  # noqa: ARG001
    log = subject.root / "verified.log"
    with log.open("a") as out:
        out.write(f"{subject.id}\n")
    if "SLOW" in subject.text:
        time.sleep(float(re.search(r"SLOW (\S+)", subject.text)[1]))
    if "KILL" in subject.text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "RAISE" in subject.text:
        raise ZeroDivisionError("unrelated")
    verdict = "fails" if "FALSE" in subject.text else "holds"
    message = ""
    if verdict == "fails":
        message = f"{subject.path}:{subject.line}:3: claim {subject.id} fails\n  x = 3: 4 is not 5"
    killed = (hand.killed if hand else {}).values()
    return Evidence(
        subject.id,
        subject.kind,
        "",
        verdict,
        "hand" if hand else "engine",
        "tested" if verdict == "holds" else None,
        speaks=Speaks((f"seed {seed}",)),
        message=message,
        latex=subject.latex,
        uses=subject.uses,
        mutants=tuple(Mutant(MINUS, "c - d", "killed", found) for found in killed),
    )


def install():
    """Put the stand-in where the plugin looks for the engine."""
    import qedeck.evidence
    from qedeck.evidence import digest

    engine = sys.modules[__name__]
    sys.modules["qedeck.evidence.verify"] = engine
    qedeck.evidence.verify = engine
    digest.engine_hash = lambda: "stand-in"
