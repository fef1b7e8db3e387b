"""The page of reviews and what it needs beside the cards."""

from __future__ import annotations

import hashlib
import html
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
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

<div id="qd-review" data-root="{root}" data-card="" data-due="0" data-new="0" data-done="0">
<p class="qd-wait">Cards are reviewed by a script, which your browser does not run.</p>
</div>
<script defer src="{root}assets/qedeck/server.js"></script>
<script defer src="{root}assets/qedeck/review.js"></script>
"""

SERVER = "// `qedeck review` answers with its token here.\n"
"""The script by which a server tells the page that it keeps the events."""


def review_page(*, folders: bool) -> str:
    """The page of reviews, as Markdown; `folders` where pages are `review/`, not `review.html`."""
    return PAGE.format(root="../" if folders else "")


def site_script(name: str) -> str:
    """What scripts know of the site: its name, by which storages of one origin keep apart."""
    return f"window.qedeckSite = {json.dumps(name)};\n"


@dataclass(frozen=True)
class CardFiles:
    """Files of the site that hold cards."""

    files: Mapping[str, bytes]
    """By path below the site's root."""
    heads: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """By name of a note, what its page has to know of its cards."""
    warnings: tuple[str, ...] = ()
    """What is wrong with cards that could not be read."""

    def to_json(self) -> dict[str, Any]:
        """A JSON object, each byte a character."""
        files = {path: content.decode("latin-1") for path, content in self.files.items()}
        return {"files": files, "heads": dict(self.heads), "warnings": list(self.warnings)}

    def head(self, note: str, root: str, review: str) -> str:
        """What the page of a note says of its cards to scripts, as HTML; nothing without cards.

        Args:
            note: The note's name.
            root: The site's root, as the page links it.
            review: The page of reviews, from the root.
        """
        found = self.heads.get(note)
        if found is None:
            return ""
        told = {"note": note, "root": root, "review": review, "script": found["script"]}
        told["sections"] = json.dumps(found["sections"])
        data = " ".join(f'data-{name}="{html.escape(text)}"' for name, text in told.items())
        return f'<div id="qd-cards" hidden {data}></div>'


def card_files_of(kept: dict[str, Any]) -> CardFiles:
    """What `CardFiles.to_json` made an object of."""
    files = {path: content.encode("latin-1") for path, content in kept["files"].items()}
    return CardFiles(files, kept["heads"], tuple(kept["warnings"]))


def card_files(root: Path, project: Project, shown: Shown, lang: str) -> CardFiles:
    """The cards of a project that are verified.

    Raises:
        SourceError: a lock of cards that cannot be read.
    """
    from qedeck.cards.lock import read_lock
    from qedeck.cards.project import sources
    from qedeck.cards.review import review_deck
    from qedeck.cards.scripts import script, site_files

    deck = review_deck(sources(project, shown), read_lock(root), lang)
    heads = {
        note.name: {"script": script(note), "sections": Counter(c.section for c in note.cards)}
        for note in deck.notes
    }
    return CardFiles(site_files(deck), heads, tuple(map(str, deck.mistakes)))


def manifest(name: str, review: str) -> str:
    """What a phone has to know to install the review, whose page is at an address."""
    icons = [
        {"src": f"assets/qedeck/{file}", "sizes": size, "type": kind, "purpose": purpose}
        for file, size, kind, purpose in (
            ("icon.svg", "any", "image/svg+xml", "any"),
            ("icon-192.png", "192x192", "image/png", "any"),
            ("icon-512.png", "512x512", "image/png", "any maskable"),
        )
    ]
    told = {
        "name": name, "short_name": name, "start_url": review, "scope": "./",
        "display": "standalone", "theme_color": "#22304d", "background_color": "#ffffff",
        "icons": icons,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def worker(site: Path, script: str) -> str:
    """The script that keeps the review for when there is no network.

    Args:
        site: The built site.
        script: What it does with the files; their names are put before it, and a hash of what is
            in them, so that browsers see when something has changed.
    """
    files = [site / "manifest.webmanifest"]
    files += [path for path in (site / "review.html", site / "review/index.html") if path.is_file()]
    files += sorted(path for path in (site / "assets").rglob("*") if _needed(path))
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    names = [path.relative_to(site).as_posix().removesuffix("index.html") for path in files]
    return f"self.qedeckFiles = {json.dumps(names)};\n// {total.hexdigest()}\n{script}"


def _needed(path: Path) -> bool:
    """Whether the review needs a file of the site's assets: all but the search and what is big."""
    unneeded = path.suffix in {".map", ".txt"} or "workers" in path.parts or "lunr" in path.parts
    return path.is_file() and not unneeded
