"""The page of reviews and what it needs beside the cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qedeck.cards.project import Shown
    from qedeck.evidence.library import Project

REVIEW = "review.md"
"""The page on which cards are reviewed."""

PAGE = """\
---
title: Review
description: Review the cards of these notes
hide: [navigation, toc]
search:
  exclude: true
---

<div id="qd-review" data-root="" data-card="" data-due="0" data-new="0" data-done="0">
<p class="qd-wait">Cards are reviewed by a script, which your browser does not run.</p>
</div>
<script defer src="assets/qedeck/server.js"></script>
<script defer src="assets/qedeck/review.js"></script>
"""

SERVER = "// `qedeck review` answers with its token here.\n"
"""The script by which a server tells the page that it keeps the events."""


def site_script(name: str) -> str:
    """What scripts know of the site: its name, by which storages of one origin keep apart."""
    return f"window.qedeckSite = {json.dumps(name)};\n"


@dataclass(frozen=True)
class CardFiles:
    """Files of the site that hold cards."""

    files: Mapping[str, bytes]
    """By path below the site's root."""
    warnings: tuple[str, ...] = ()
    """What is wrong with cards that could not be read."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object, each byte a character."""
        files = {path: content.decode("latin-1") for path, content in self.files.items()}
        return {"files": files, "warnings": list(self.warnings)}


def card_files_of(kept: dict[str, Any]) -> CardFiles:
    """What `CardFiles.to_json` made an object of."""
    files = {path: content.encode("latin-1") for path, content in kept["files"].items()}
    return CardFiles(files, tuple(kept["warnings"]))


def card_files(root: Path, project: Project, shown: Shown, lang: str) -> CardFiles:
    """The cards of a project that are verified.

    Raises:
        SourceError: a lock of cards that cannot be read.
    """
    from qedeck.cards.lock import read_lock
    from qedeck.cards.project import sources
    from qedeck.cards.review import review_deck
    from qedeck.cards.scripts import site_files

    deck = review_deck(sources(project, shown), read_lock(root), lang)
    return CardFiles(site_files(deck), tuple(map(str, deck.mistakes)))
