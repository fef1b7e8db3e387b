"""Snippets against the formulas that they implement, on random instances."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from qedeck.evidence.library import Project

SECTION = re.compile(r"#\s*-+8<-+\s*\[(start|end):([\w-]+)\]")


def snippet_function(project: Project, note: str, section: str) -> Callable[..., Any]:
    """The function that a snippet section defines; the last one, where it defines several.

    Raises:
        LookupError: where there is no such section, or it defines no function.
    """
    for use in project.library.note(note).snippets:
        if use.section == section:
            file = project.root / "snippets" / use.file
            function: Callable[..., Any] = getattr(load(file), function_name(file, section))
            return function
    raise LookupError(f"the note {note} embeds no snippet section {section}")


def function_name(file: Path, section: str) -> str:
    """Name of the function that a section of a file defines.

    Raises:
        LookupError: where it defines none.
    """
    text = file.read_text(encoding="utf-8")
    first, last = _lines(text, section)
    names = [
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and first <= node.lineno <= last
    ]
    if not names:
        raise LookupError(f"{file.name}: the section {section} defines no function")
    return names[-1]


def load(file: Path) -> ModuleType:
    """A snippet module, run afresh under a name of its own."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location(f"qedeck_snippets_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise LookupError(f"{file.name} is not a Python module")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lines(text: str, section: str) -> tuple[int, int]:
    start = end = 0
    for number, line in enumerate(text.splitlines(), 1):
        mark = SECTION.search(line)
        if mark and mark[2] == section:
            start, end = (number, end) if mark[1] == "start" else (start, number)
    return start, end
