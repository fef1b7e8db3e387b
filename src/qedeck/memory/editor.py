"""Opening a note where a card stands."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COLON: Final = frozenset({"hx", "helix", "subl", "zed"})
"""Editors that take the line behind a colon; others take `+LINE` before the file."""
GOTO: Final = frozenset({"code", "code-insiders", "codium", "cursor", "windsurf"})


@dataclass(frozen=True)
class Place:
    """A line of a note."""

    path: str
    """Relative to the project."""
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def editor(environment: Mapping[str, str]) -> str:
    """The learner's editor; empty where none is set."""
    return environment.get("VISUAL", "").strip() or environment.get("EDITOR", "").strip()


def command(chosen: str, root: Path, place: Place) -> list[str]:
    """The command that opens a note at a line.

    Raises:
        ValueError: quotes in the editor's name that are not closed.
    """
    words = shlex.split(chosen)
    file, name = str(root / place.path), Path(words[0]).stem
    if name in GOTO:
        return [*words, "--goto", f"{file}:{place.line}"]
    return [*words, f"{file}:{place.line}"] if name in COLON else [*words, f"+{place.line}", file]


def edit(root: Path, place: Place) -> str:
    """Open a note in the learner's editor and wait; what went wrong, if anything did."""
    chosen = editor(os.environ)
    if not chosen:
        return ""
    try:
        subprocess.run(command(chosen, root, place), check=False)  # noqa: S603 - the learner's own
    except (OSError, ValueError) as error:
        return f"{chosen} cannot be started: {error}"
    return ""
