"""Measure qedeck on this project: verification, edits, growth, site, export, memory.

Everything runs in a fresh copy in a temporary folder, with its own `.qedeck`. The numbers printed
are those of this run; they are also written to `benchmarks/results.md`, which the site shows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from edits import edits
from growth import growth
from measuring import ROOT, Failed, Row, copied
from pages import build, export
from review import page
from reviews import reviews
from runs import checks, note

PARTS: dict[str, Callable[..., list[Row]]] = {
    "checks": checks,
    "note": note,
    "edit": edits,
    "growth": growth,
    "build": build,
    "export": export,
    "reviews": reviews,
    "page": page,
}


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| What | Measured | Aim |", "|---|---|---|"]
    lines += [f"| {row.what} | {row.value} | {row.aim} |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """Cores, memory and versions; no names."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    return (
        f"{cores} cores, {platform.system()} on {platform.machine()}, "
        f"Python {platform.python_version()}, load {load:.1f} at the start"
    )


def main() -> int:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one run of each instead of several")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--project", type=Path, default=ROOT, help="another project to measure")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results.md")
    parser.add_argument("--ledger", type=Path, help="a .qedeck to start from, without `checks`")
    options = parser.parse_args()
    wanted = options.only.split(",")
    unknown = [part for part in wanted if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
    said, rows = machine(), list[Row]()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="qedeck-") as folder:
        root = copied(options.project.resolve(), Path(folder))
        if options.ledger and "checks" not in wanted:
            shutil.copytree(options.ledger, root / ".qedeck")
        for part, measure in PARTS.items():
            if part in wanted:
                print(f"{part} ...", file=sys.stderr, flush=True)
                try:
                    rows += measure(root, quick=options.quick)
                except Failed as error:
                    print(error, file=sys.stderr)
                    return 1
    given = [one for one in ("--quick",) if options.quick]
    given += ["--only", options.only] if wanted != list(PARTS) else []
    command = shlex.join(["python", "benchmarks/run.py", *given])
    today = dt.datetime.now(dt.UTC).date().isoformat()
    own = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = f"{time.perf_counter() - start:.0f} s, {own.ru_utime + own.ru_stime:.0f} s of CPU"
    text = f"{table(rows)}\n\nMeasured {today} on {said}, in {took}, by `{command}`.\n"
    print(text)
    options.results.write_text(f"# Measurements\n\n{text}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
