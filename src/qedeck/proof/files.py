"""Where the proofs of a note are kept."""

from __future__ import annotations

from pathlib import Path

FOLDER = "proofs"


def file_of(root: Path, lang: str, note: str) -> Path:
    """The file of a note."""
    return root / FOLDER / lang / f"{note}.json"


def notes_with_proofs(root: Path, lang: str) -> list[str]:
    """The notes that have a file."""
    folder = root / FOLDER / lang
    return sorted(path.stem for path in folder.glob("*.json")) if folder.is_dir() else []
