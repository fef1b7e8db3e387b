"""Somebody who reviews, and the cards of a site for it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).parents[3]
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

MONDAY = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
MINUTE, HOUR, DAY = 60, 3600, 86400
NAMED = "qedeck qedeck"
"""The name of the storage of a site called qedeck."""


def card(key: str, note: str = "norms", **changes: Any) -> dict[str, Any]:
    """A card as the data of the site have it."""
    plain = {
        "id": f"en/{key}",
        "group": f"en/{key.partition('/')[0]}",
        "note": note,
        "section": "mechanism",
        "place": f"{note}.html#{key.partition('/')[0]}",
        "kind": "basic",
        "front": rf"What is \(\|x\|\) of {key}?",
        "back": rf"It is \[\|x\|_2 = \sqrt{{x^\top x}}\] for {key}.",
        "foot": "Verified by machine",
        "rests": [f"{note}/sandwich"],
        "tags": [],
    }
    return plain | changes


def deal(site: Path, cards: list[dict[str, Any]]) -> None:
    """Put cards into a built site, as the plugin does."""
    folder = site / "assets/qedeck/cards"
    folder.mkdir(parents=True, exist_ok=True)
    notes = []
    for name in dict.fromkeys(one["note"] for one in cards):
        own = [one for one in cards if one["note"] == name]
        script = f"assets/qedeck/cards/{name}.js"
        (site / script).write_text(f"qedeckNote({json.dumps(name)}, {json.dumps(own)});")
        sections = {one["section"]: one["section"].title() for one in own}
        listed = [[one["id"], one["group"], one["section"]] for one in own]
        title = name.title()
        notes.append({"name": name, "title": title, "url": f"{name}.html", "script": script})
        notes[-1] |= {"sections": sections, "cards": listed}
    index = json.dumps({"lang": "en", "notes": notes})
    (folder / "index.js").write_text(f"qedeckDeck({index});")


CARDS = [
    card("one"),
    card("two/state"),
    card("two/complete"),
    card("three", section="application"),
    card("four", "clipping"),
]


class Learner:
    """Somebody at the page, with a clock that can be set."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.complaints: list[str] = []
        self.page = self.visit()

    def visit(self, hash_: str = "") -> Page:
        """Open the page in a new tab."""
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.address + hash_)
        page.wait_for_selector("#qd-review[data-ready]")
        self.page = page
        return page

    def told(self, name: str) -> str:
        """A hook of the page."""
        return self.page.get_attribute("#qd-review", f"data-{name}") or ""

    def counts(self) -> tuple[int, int, int]:
        """Due, new, done."""
        return (int(self.told("due")), int(self.told("new")), int(self.told("done")))

    def press(self, key: str) -> None:
        """Press a key and wait until the page has done what it means."""
        self.page.keyboard.press(key)
        self.page.wait_for_selector("#qd-review:not([aria-busy])")

    def answer(self, grade: int) -> None:
        """Show the answer and grade it."""
        self.press("Space")
        self.page.wait_for_selector("#qd-review [data-side=back]")
        self.press(str(grade))
        self.page.wait_for_selector("#qd-review:not(:has([data-side=back]))")

    def events(self) -> list[dict[str, Any]]:
        """What lies in the storage, in the order in which it came."""
        found: list[dict[str, Any]] = self.page.evaluate(
            """name => new Promise((done, failed) => {
              const opening = indexedDB.open(name);
              opening.onerror = failed;
              opening.onsuccess = () => {
                const base = opening.result;
                const asked = base.transaction("events").objectStore("events").getAll();
                asked.onsuccess = () => { base.close(); done(asked.result); };
              };
            })""",
            NAMED,
        )
        return found

    def later(self, seconds: float) -> None:
        """Let time pass, and come back to the page."""
        self.page.clock.fast_forward(int(seconds * 1000))
        self.page.reload()
        self.page.wait_for_selector("#qd-review[data-ready]")
