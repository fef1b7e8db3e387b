"""A long run of slips in the project's own notes: only the one error type, in bounded time.

    python benchmarks/fuzz.py --seconds 600 --seed 1

Each round changes one note in a few places, reads it and everything that links it, and searches
one changed claim for a counterexample. What raises anything but `SourceError`, or takes longer
than it may, is written to a file and counted; the exit code says whether there was any.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from qedeck.errors import SourceError
from qedeck.evidence.falsify import falsify
from qedeck.evidence.obligations import NotUnfolded, obligations
from qedeck.evidence.verify import Subject, subjects
from qedeck.notes.cache import Cache
from qedeck.notes.library import read_library

ROOT = Path(__file__).parents[1]
READING, SEARCHING = 20.0, 60.0
"""CPU seconds that a round may take."""
MEMORY = 4 << 30
BOX = re.compile(r"> \[!(?:claim|definition|misconception)\|.*?(?=\n\n)", re.DOTALL)
HOSTILE = [
    "{" * 400, "}" * 3, "$", "$$", r"\frac{1}{" * 60, "9^{9^{9^9}}", "9" * 300, "^" * 5, "_" * 5,
    r"\sum_{i=1}^{1000000000} i", "(" * 300, r"\sqrt[" * 40, "1000000000!", r"\infty", "0", "-",
    r"\left(", "|" * 7, r"\begin{aligned}", "> ", "\n", "[a](#b)", "x^{x^{x^x}}", "\x00", r"\top",
]  # fmt: skip


def slipped(text: str, dice: random.Random) -> str:
    """The text with a piece left out, doubled, moved or replaced."""
    boxes = [match.span() for match in BOX.finditer(text)]
    at = dice.randrange(*dice.choice(boxes)) if boxes else dice.randrange(len(text))
    size = dice.choice([1, 1, 2, 5, 20])
    piece = text[at : at + size]
    other = dice.randrange(len(text))
    put = {
        "out": "",
        "twice": piece + piece,
        "hostile": dice.choice(HOSTILE),
        "moved": text[other : other + size],
        "digit": str(dice.choice([0, 1, 7, 10**9, 10**40])),
    }[dice.choice(["out", "twice", "hostile", "moved", "digit"])]
    return text[:at] + put + text[at + size :]


def read(root: Path, cache: Cache) -> dict[str, Subject]:
    """All statements that still read."""
    library = read_library(root, cache)
    try:
        return subjects(library, cache=cache)
    except SourceError as error:
        found: dict[str, Subject] = getattr(error, "subjects", {})
        return found


def searched(subject: Subject) -> str:
    """What the search says of a claim."""
    try:
        trial = falsify(obligations(subject.bound), 1, count=32, first_only=True)
    except NotUnfolded:
        return "not unfolded"
    return "counterexample" if trial.counter is not None else "none found"


def timed(step: Callable[[], object], most: float) -> object:
    """The result of a step that may take so long."""
    start = time.process_time()
    result = step()
    if time.process_time() - start > most:
        raise TimeoutError(f"{time.process_time() - start:.0f} s of CPU time")
    return result


def main() -> int:
    """Run for a while; the number of surprises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-surprises"))
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    dice = random.Random(options.seed)
    tally: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("notes", "snippets"):
            shutil.copytree(ROOT / name, root / name)
        notes = sorted((root / "notes" / "en").glob("*.md"))
        cache = Cache()
        before = {name: one.text for name, one in read(root, cache).items()}
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            note = dice.choice(notes)
            good = note.read_text(encoding="utf-8")
            text = good
            for _ in range(dice.choice([1, 1, 2, 5])):
                text = slipped(text, dice)
            note.write_text(text, encoding="utf-8")
            tally["rounds"] += 1
            try:
                found = timed(lambda: read(root, cache), READING)
                assert isinstance(found, dict)
                changed = [
                    one
                    for name, one in found.items()
                    if one.kind == "claim" and one.text != before.get(name)
                ]
                tally["changed"] += len(changed)
                for one in changed[:1]:
                    tally[str(timed(lambda one=one: searched(one), SEARCHING))] += 1
            except SourceError:
                tally["refused"] += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
                tally["surprises"] += 1
                options.keep.mkdir(exist_ok=True)
                kept = options.keep / f"{options.seed}-{tally['rounds']}.md"
                kept.write_text(text, encoding="utf-8")
                print(kept, traceback.format_exc(limit=-4), sep="\n", flush=True)
            note.write_text(good, encoding="utf-8")
    print(dict(tally))
    return tally["surprises"]


if __name__ == "__main__":
    sys.exit(min(main(), 1))
