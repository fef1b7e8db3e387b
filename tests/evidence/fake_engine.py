"""A stand-in for the deciding engine: formulas are Python-like text that says its own verdict."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

from qedeck.errors import Mistake, SourceError
from qedeck.evidence.record import Evidence, Mutant


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


CALLOUT = re.compile(r"^> \[!(\w+)\|([\w-]+)\] (.*)$")


def read_library(root):
    notes = []
    mistakes = []
    for file in sorted((root / "notes").rglob("*.md")):
        path = file.relative_to(root).as_posix()
        lines = file.read_text().splitlines()
        statements = []
        for row, line in enumerate(lines, 1):
            if "MISTAKE" in line:
                column = line.index("MISTAKE") + 1
                mistakes.append(Mistake(path, row, column, "a mistake", "write it right", line))
            if found := CALLOUT.match(line):
                kind, slug, title = found.groups()
                formula = lines[row].lstrip("> ")
                statements.append(
                    SimpleNamespace(
                        kind=kind,
                        id=f"{file.stem}/{slug}",
                        slug=slug,
                        title=title,
                        path=path,
                        line=row,
                        column=3,
                        formula=formula,
                    )
                )
        notes.append(SimpleNamespace(name=file.stem, path=path, statements=statements, snippets=()))
    return SimpleNamespace(notes=notes, mistakes=mistakes, root=root)


def subjects(library):
    found = {}
    mistakes = []
    for note in library.notes:
        for one in note.statements:
            uses = tuple(re.findall(r"uses ([\w/-]+)", one.formula))
            if "UNBOUND" in one.formula:
                mistakes.append(
                    Mistake(one.path, one.line, 3, "an undeclared symbol", "declare it", "")
                )
                continue
            found[one.id] = FakeSubject(
                one.id,
                one.kind,
                one.path,
                one.line,
                3,
                one.formula,
                one.title,
                one.formula,
                uses,
                library.root,
            )
    if mistakes:
        raise SourceError(*mistakes)
    return found


def mutants(subject):
    return {
        "minus": FakeSubject(**{**vars(subject), "latex": subject.latex.replace("+", "-")}),
    }


def verify(subject, *, seed, hand, dependencies):
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
    killed = (hand.killed if hand else {}).items()
    return Evidence(
        subject.id,
        subject.kind,
        "",
        verdict,
        "hand" if hand else "engine",
        "tested" if verdict == "holds" else None,
        f"seed {seed}",
        message=message,
        latex=subject.latex,
        uses=subject.uses,
        mutants=tuple(Mutant(key, key, "killed", words) for key, words in killed),
    )


def install():
    """Put the stand-in where the plugin looks for the engine."""
    import qedeck.evidence
    import qedeck.notes
    from qedeck.evidence import digest

    engine = sys.modules[__name__]
    reader = ModuleType("qedeck.notes.library")
    reader.read_library = read_library
    sys.modules["qedeck.evidence.verify"] = engine
    qedeck.evidence.verify = engine
    digest.engine_hash = lambda: "stand-in"
    sys.modules["qedeck.notes.library"] = reader
