"""Building the site, and exporting the deck."""

from __future__ import annotations

import re
import shutil
import statistics
from pathlib import Path

from measuring import MKDOCS, QEDECK, Row, Run, aim, run

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
            aim(more, EXTENSION_AIM, "less than a quarter")),
        Row("Peak memory of the build", f"{max(r.memory for r in ours):.0f} MB"),
    ]  # fmt: skip


def _drawings_off(root: Path) -> None:
    """A fresh copy has no drawings; the first build makes them."""
    shutil.rmtree(root / ".qedeck" / "figures", ignore_errors=True)


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
