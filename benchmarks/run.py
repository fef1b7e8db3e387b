"""Measure qedeck on this project: verification, site, export, memory.

Everything runs in a fresh copy in a temporary folder, with its own `.qedeck`. The numbers printed
are those of this run; they are also written to `benchmarks/results.md`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import resource
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("checks", "build", "export")
COPIED = ("notes", "snippets", "checks", "pyproject.toml", "mkdocs.yml", "cards.lock")
PYTEST = ("-m", "pytest")
MKDOCS = ("-m", "mkdocs")
QEDECK = ("-c", "from qedeck.cli import main; main()")
WARM_AIM = 5.0
EXTENSION_AIM = 0.25
PLAIN = """
markdown_extensions:
  - toc: {permalink: true, toc_depth: 3}
  - attr_list
  - tables
  - pymdownx.quotes: {callouts: true}
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.snippets: {base_path: [snippets], check_paths: true, dedent_subsections: true}
  - pymdownx.highlight: {pygments_lang_class: true}
  - pymdownx.superfences
  - pymdownx.mark
"""


@dataclass(frozen=True)
class Run:
    """One command that was run."""

    seconds: float
    memory: float
    """Peak resident MB of the largest process among it and its children."""
    cpu: float
    output: str


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    aim: str = ""


class Failed(Exception):
    """A command that was to be measured did not succeed."""


def run(root: Path, *command: str, tolerated: tuple[int, ...] = (0,)) -> Run:
    """Run a command in a project and measure it, in a process that counts only its children."""
    code = (
        "import json, resource, subprocess, sys, time\n"
        "start = time.perf_counter()\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)\n"
        "took = time.perf_counter() - start\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "text = done.stdout.decode('utf-8', 'replace')\n"
        "cpu = used.ru_utime + used.ru_stime\n"
        "print(json.dumps([done.returncode, took, used.ru_maxrss, cpu, text]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, _paths()))}
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, *command],
        cwd=root, env=environment, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    returned, seconds, peak, cpu, output = json.loads(done.stdout.splitlines()[-1])
    if returned not in tolerated:
        raise Failed(f"{shlex.join(command)} ended with {returned}:\n{output[-4000:]}")
    kilo = 1024 if sys.platform != "darwin" else 1024**2
    return Run(seconds, peak / kilo, cpu, output)


def _paths() -> list[Path]:
    """This tree's sources go before an installed qedeck."""
    given = [Path(one) for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one]
    return [ROOT / "src", *given]


def copied(project: Path, folder: Path) -> Path:
    """A fresh copy of what is read: no evidence, no drawings, no built site."""
    target = folder / "project"
    target.mkdir()
    for name in COPIED:
        source = project / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.is_file():
            shutil.copy(source, target / name)
    return target


# Verification


def checks(root: Path, *, quick: bool) -> list[Row]:
    """Cold and warm `pytest checks`."""
    tolerated = (0, 1)
    cold = run(root, *PYTEST, "checks", "-q", tolerated=tolerated)
    warm = [
        run(root, *PYTEST, "checks", "-q", tolerated=tolerated) for _ in range(1 if quick else 3)
    ]
    claims = json.loads(run(root, *QEDECK, "claims", "--json", tolerated=tolerated).output)
    shown = [one for one in claims if one.get("level")]
    mutants = sum(sum(one["mutants"].values()) for one in claims)
    seconds = statistics.median(one.seconds for one in warm)
    failed = [name for name, one in (("cold", cold), ("warm", warm[-1])) if _failed(one)]
    note = f" ({' and '.join(failed)} run with failures)" if failed else ""
    return [
        Row("Statements, of them with a verdict", f"{len(claims)}, {len(shown)}{note}"),
        Row("`pytest checks`, cold", f"{cold.seconds:.1f} s ({cold.cpu:.0f} s of CPU)"),
        Row(
            "`pytest checks`, warm",
            f"{seconds:.2f} s ({warm[-1].cpu:.2f} s of CPU)",
            _aim(seconds, WARM_AIM, "under 5 s"),
        ),
        Row("Statements decided per second, cold", f"{len(claims) / cold.seconds:.2f}"),
        Row("Mutants judged per second, cold", f"{mutants / cold.seconds:.1f} (of {mutants})"),
        Row("Peak memory of a process, cold", f"{cold.memory:.0f} MB"),
        Row("Peak memory of a process, warm", f"{max(one.memory for one in warm):.0f} MB"),
    ]


def _failed(one: Run) -> bool:
    return bool(re.search(r"\d+ (failed|error)", one.output))


def _aim(value: float, most: float, words: str) -> str:
    return f"{words}: {'met' if value < most else 'not met'}"


# Site


def build(root: Path, *, quick: bool) -> list[Row]:
    """`mkdocs build --strict` with our extension and with the plain ones, in turns."""
    given = (root / "mkdocs.yml").read_text("utf-8")
    plain = re.sub(r"^  - qedeck.*\n(?:    .*\n)*", "", given, flags=re.MULTILINE)
    plain = re.sub(
        r"^markdown_extensions:\n(?:[ #-].*\n|\n)*?(?=^\S|\Z)", "", plain, flags=re.MULTILINE
    )
    (root / "plain.yml").write_text(plain + PLAIN, "utf-8")
    _drawings_off(root)
    first = run(root, *MKDOCS, "build", "--strict", "-q", "-d", "built")
    ours: list[Run] = []
    bare: list[Run] = []
    for _ in range(1 if quick else 5):
        ours.append(run(root, *MKDOCS, "build", "--strict", "-q", "-d", "built"))
        bare.append(run(root, *MKDOCS, "build", "-q", "-f", "plain.yml", "-d", "built-plain"))
    with_it, without = (statistics.median(r.seconds for r in rs) for rs in (ours, bare))
    cpu, bare_cpu = (statistics.median(r.cpu for r in rs) for rs in (ours, bare))
    more = with_it / without - 1
    return [
        Row("`mkdocs build --strict`, first (figures are drawn)", f"{first.seconds:.2f} s"),
        Row("`mkdocs build --strict`, with our extension", f"{with_it:.2f} s ({cpu:.2f} s of CPU)"),
        Row("`mkdocs build`, plain extensions, same notes and theme",
            f"{without:.2f} s ({bare_cpu:.2f} s of CPU)"),
        Row("What our extension adds", f"{more:+.0%}",
            _aim(more, EXTENSION_AIM, "less than a quarter")),
        Row("Peak memory of the build", f"{max(r.memory for r in ours):.0f} MB"),
    ]  # fmt: skip


def _drawings_off(root: Path) -> None:
    """A fresh copy has no drawings; the first build makes them."""
    shutil.rmtree(root / ".qedeck" / "figures", ignore_errors=True)


# Export


def export(root: Path, *, quick: bool) -> list[Row]:
    """`qedeck export anki`, from evidence that is current."""
    command = (*QEDECK, "export", "anki", "-o", "deck.apkg")
    runs = [run(root, *command, tolerated=(0, 1)) for _ in range(1 if quick else 3)]
    deck = root / "deck.apkg"
    if not deck.is_file():
        reason = next((line for line in runs[-1].output.splitlines() if line.strip()), "no deck")
        return [Row("`qedeck export anki`", f"not measured: {reason.strip()}")]
    seconds = statistics.median(one.seconds for one in runs)
    return [
        Row("`qedeck export anki`", f"{seconds:.2f} s"),
        Row("Size of the deck", f"{deck.stat().st_size / 1024:.0f} kB"),
        Row("Peak memory of the export", f"{max(one.memory for one in runs):.0f} MB"),
    ]


# Report


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
    said, rows = machine(), []
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="qedeck-") as folder:
        root = copied(options.project.resolve(), Path(folder))
        if options.ledger and "checks" not in wanted:
            shutil.copytree(options.ledger, root / ".qedeck")
        for part, measure in (("checks", checks), ("build", build), ("export", export)):
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
