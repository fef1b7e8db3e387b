"""`pytest checks`: cold, warm, and for one note."""

from __future__ import annotations

import json
import re
import shutil
import statistics
from pathlib import Path

from measuring import PYTEST, QEDECK, Row, Run, aim, run

COLD_AIM = 90.0
WARM_AIM = 4.0
NOTE_AIM = 15.0
NOTE = "moments"
TOLERATED = (0, 1)
CHECKS = (*PYTEST, "checks", "-q", "-p", "no:cacheprovider")


def checks(root: Path, *, quick: bool) -> list[Row]:
    """A cold run that searches for all proofs, one that knows which were in vain, warm ones."""
    shutil.rmtree(root / ".qedeck", ignore_errors=True)
    whole = run(root, *CHECKS, "--fresh", tolerated=TOLERATED)
    shutil.rmtree(root / ".qedeck", ignore_errors=True)
    cold = run(root, *CHECKS, tolerated=TOLERATED)
    warm = [run(root, *CHECKS, tolerated=TOLERATED) for _ in range(1 if quick else 3)]
    claims = json.loads(run(root, *QEDECK, "claims", "--json", tolerated=TOLERATED).output)
    shown = [one for one in claims if one.get("level")]
    mutants = sum(sum(one["mutants"].values()) for one in claims)
    seconds = statistics.median(one.seconds for one in warm)
    failed = [name for name, one in (("cold", cold), ("warm", warm[-1])) if _failed(one)]
    note = f" ({' and '.join(failed)} run with failures)" if failed else ""
    decided = sum(one["seconds"] or 0 for one in claims)
    return [
        Row("Statements, of them with a level", f"{len(claims)}, {len(shown)}{note}"),
        Row("`pytest checks`, cold, with `proofs.lock`",
            f"{cold.seconds:.1f} s ({cold.cpu:.0f} s of CPU)",
            aim(cold.seconds, COLD_AIM, "under 90 s")),
        Row("`pytest checks --fresh`, cold: all searches for proofs made again",
            f"{whole.seconds:.1f} s ({whole.cpu:.0f} s of CPU)"),
        Row("`pytest checks`, warm", f"{seconds:.2f} s ({warm[-1].cpu:.2f} s of CPU)",
            aim(seconds, WARM_AIM, "under 4 s")),
        Row("Statements decided per second, cold", f"{len(claims) / cold.seconds:.2f}"),
        Row("Mutants judged per second, cold", f"{mutants / cold.seconds:.1f} (of {mutants:,})"),
        Row("Mutants judged per second of deciding", f"{mutants / decided:.1f}" if decided else ""),
        Row("Peak memory of a process, cold", f"{cold.memory:.0f} MB"),
        Row("Peak memory of a process, warm", f"{max(one.memory for one in warm):.0f} MB"),
    ]  # fmt: skip


def note(root: Path, *, quick: bool) -> list[Row]:
    """One note, cold, with its checks."""
    del quick
    kept = root / ".qedeck"
    aside = root / ".qedeck-aside"
    if kept.is_dir():
        kept.rename(aside)
    files = (f"checks/test_{NOTE}.py", f"notes/en/{NOTE}.md")
    cold = run(root, *PYTEST, *files, "-q", "-p", "no:cacheprovider", tolerated=TOLERATED)
    shutil.rmtree(kept, ignore_errors=True)
    if aside.is_dir():
        aside.rename(kept)
    passed = re.search(r"(\d+) passed", cold.output)
    said = f"{cold.seconds:.1f} s ({cold.cpu:.0f} s of CPU, {passed[1] if passed else 0} passed"
    said += ", with failures)" if _failed(cold) else ")"
    what = f"One note with its checks, cold: `pytest {' '.join(files)}`"
    return [Row(what, said, aim(cold.seconds, NOTE_AIM, "under 15 s"))]


def _failed(one: Run) -> bool:
    return bool(re.search(r"\d+ (failed|error)", one.output))
