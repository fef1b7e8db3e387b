"""Claims written as an author writes them."""

from __future__ import annotations

from pathlib import Path

from qedeck.formula.scope import Bound
from qedeck.notes.binding import bind
from qedeck.notes.library import read_library

NOTE = """\
---
title: Trial
topic: Does it hold?
after: []
---

## Axioms & definitions

{before}

> [!claim|it] It
>
> {hypotheses}. Then
>
> $${statement}$$
{after}
"""


def claim(
    root: Path, hypotheses: str, statement: str, *, before: str = "", after: str = ""
) -> Bound:
    """The claim with these hypotheses and this display, read from a note."""
    folder = root / "notes" / "en"
    folder.mkdir(parents=True, exist_ok=True)
    closing = f">\n> {after}\n" if after else ""
    text = NOTE.format(before=before, hypotheses=hypotheses, statement=statement, after=closing)
    (folder / "trial.md").write_text(text, encoding="utf-8")
    library = read_library(root)
    binding = bind(library)
    missing = [str(mistake) for mistake in (*library.mistakes, *binding.mistakes)]
    assert "trial/it" in binding.bound, missing
    return binding.bound["trial/it"]
