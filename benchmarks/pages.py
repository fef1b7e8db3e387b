"""Building the site, and exporting the deck."""

from __future__ import annotations

import re
import shutil
import statistics
from pathlib import Path

from measuring import MKDOCS, QEDECK, Row, Run, aim, run

EXTENSION_AIM = 0.25
EDITED = "notes/en/norms.md"
OURS = (*MKDOCS, "build", "--strict", "-q", "-d", "built")
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
    _off(root, "figures")
    _off(root, "pages")
    first = run(root, *OURS)
    new: list[Run] = []
    edited: list[Run] = []
    again: list[Run] = []
    bare: list[Run] = []
    for _ in range(1 if quick else 5):
        _off(root, "pages")
        new.append(run(root, *OURS))
        with (root / EDITED).open("a", encoding="utf-8") as note:
            note.write("\nA sentence more.\n")
        edited.append(run(root, *OURS))
        again.append(run(root, *OURS))
        bare.append(run(root, *MKDOCS, "build", "-q", "-f", "plain.yml", "-d", "built-plain"))
    more = _median(again) / _median(bare) - 1
    return [
        Row("`mkdocs build --strict`, first (figures are drawn)", f"{first.seconds:.2f} s"),
        Row("`mkdocs build --strict`, new evidence for every page", _told(new)),
        Row("`mkdocs build --strict`, after an edit of one note", _told(edited)),
        Row("`mkdocs build --strict`, nothing new", _told(again)),
        Row("`mkdocs build`, plain extensions, same notes and theme", _told(bare)),
        Row("What our extension adds where nothing is new", _added(again, bare),
            aim(more, EXTENSION_AIM, "less than a quarter")),
        Row("What it adds after an edit of one note", _added(edited, bare)),
        Row("What it adds to all that is new", _added(new, bare)),
        Row("Peak memory of the build", f"{max(r.memory for r in new):.0f} MB"),
    ]  # fmt: skip


def _median(runs: list[Run]) -> float:
    return statistics.median(one.seconds for one in runs)


def _added(ours: list[Run], bare: list[Run]) -> str:
    return f"{_median(ours) / _median(bare) - 1:+.0%}"


def _told(runs: list[Run]) -> str:
    cpu = statistics.median(one.cpu for one in runs)
    return f"{_median(runs):.2f} s ({cpu:.2f} s of CPU)"


def _off(root: Path, kept: str) -> None:
    """Take away what earlier builds kept, as in a fresh copy."""
    shutil.rmtree(root / ".qedeck" / kept, ignore_errors=True)


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
