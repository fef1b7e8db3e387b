"""The table that `benchmarks/run.py` wrote, as a part of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from qedeck.site.elements import Child, el

RESULTS = "benchmarks/results.md"


def measurements(root: Path) -> list[Element]:
    """What was measured last, and on what machine."""
    file = root / RESULTS
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    if len(rows) < 3:
        return [el("p", "", "Nothing was measured for this build.")]
    head, _, *body = [[cell.strip() for cell in row] for row in rows]
    wide = len(head)
    table = el(
        "table",
        "",
        el("thead", "", el("tr", "", *(el("th", "", name, scope="col") for name in head))),
        el("tbody", "", *(_row([*row, *[""] * wide][:wide]) for row in body)),
    )
    said = [line for line in lines if line and not line.startswith(("|", "#"))]
    frame = el("div", "qd-table", table, tabindex="0", role="group", aria_label="Measurements")
    return [frame, *(el("p", "", *_coded(line)) for line in said)]


def _row(cells: list[str]) -> Element:
    first, *others = cells
    return el(
        "tr", "", el("th", "", *_coded(first), scope="row"),
        *(el("td", "", *_coded(cell)) for cell in others),
    )  # fmt: skip


def _coded(text: str) -> Iterator[Child]:
    """Text with what stands between backticks as code."""
    for k, part in enumerate(text.split("`")):
        yield el("code", "", part) if k % 2 else part
