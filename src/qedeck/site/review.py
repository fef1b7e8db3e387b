"""The page of reviews and what it needs beside the cards."""

from __future__ import annotations

import json

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


def card_files() -> dict[str, str]:
    """Scripts with the cards, by path in the site's asset folder."""
    return {"cards/index.js": f"qedeckDeck({json.dumps({'lang': 'en', 'notes': []})});\n"}
