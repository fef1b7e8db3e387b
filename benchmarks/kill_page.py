"""Kill Chromium in the middle of reviews: what it had shown as kept must be there afterwards.

    python benchmarks/kill_page.py --kills 1000

The tests do it a few times.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright, sync_playwright
from review import CHROMIUM, site

NAME = "qedeck benchmark"
"""The name of the storage."""
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --remote-debugging-port=0"
)
SETTINGS = "localStorage.setItem('qedeck benchmark settings', JSON.stringify({fresh: 9999}))"
DRIVE = """(async () => {
  const host = document.getElementById("qd-review");
  const press = (key) => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true }));
  for (;;) {
    const card = host.dataset.card;
    if (!card) break;
    press(" ");
    press("4");
    while (host.dataset.card === card) await new Promise((done) => setTimeout(done));
    // The next card is shown: this one must be safe.
    console.log("kept " + card);
  }
})(); 0"""
EVENTS = """name => new Promise((done) => {
  const asked = indexedDB.open(name);
  asked.onsuccess = () => {
    const base = asked.result;
    const all = base.transaction("events").objectStore("events").getAll();
    all.onsuccess = () => { base.close(); done(all.result); };
  };
})"""


@dataclass
class Outcome:
    """What came of all the kills."""

    kills: int = 0
    kept: list[str] = field(default_factory=list)
    """Cards whose answers the page had shown as kept."""
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    torn: list[dict[str, Any]] = field(default_factory=list)
    """Events that are none."""
    unasked: int = 0
    """Answers that were on the disk though the page had no time to say so."""


def killed(times: int, seed: int = 1) -> Outcome:
    """Kill a browser so often, each time in the middle of answers."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        page = site(Path(name) / "site", 60 * times)
        with sync_playwright() as playwright:
            return _killed(playwright, page, Path(name) / "profile", times, random.Random(seed))


def _killed(
    playwright: Playwright, site: Path, profile: Path, times: int, chance: random.Random
) -> Outcome:
    found = Outcome()
    for _ in range(times):
        with _browser(playwright, profile) as (context, process):
            page = _open(context, site)
            page.on("console", lambda message: _note(found, message.text))
            page.evaluate(DRIVE)
            with contextlib.suppress(Error):
                page.wait_for_timeout(chance.uniform(50, 1200))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        found.kills += 1
    with _browser(playwright, profile) as (context, process):
        events = _open(context, site).evaluate(EVENTS, NAME)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    cards = [event["card"] for event in events]
    found.lost = [card for card in found.kept if card not in set(cards)]
    found.twice = [card for card in set(cards) if cards.count(card) > 1]
    whole = {"v", "id", "kind", "card", "at", "by", "grade", "ms"}
    found.torn = [event for event in events if set(event) != whole]
    found.unasked = len(set(cards) - set(found.kept))
    return found


def _note(found: Outcome, text: str) -> None:
    if text.startswith("kept "):
        found.kept.append(text.removeprefix("kept "))


def _open(context: BrowserContext, site: Path) -> Page:
    page = context.pages[0] if context.pages else context.new_page()
    page.add_init_script(SETTINGS)
    page.goto(site.joinpath("review.html").as_uri())
    page.wait_for_selector("#qd-review[data-ready]", timeout=120_000)
    return page


@contextmanager
def _browser(
    playwright: Playwright, profile: Path
) -> Iterator[tuple[BrowserContext, subprocess.Popen[bytes]]]:
    """A browser that can be killed, with its processes in a group of their own."""
    profile.mkdir(exist_ok=True)
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS.split(), f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 120
    while not (port.exists() and port.read_text().count("\n")):
        if time.monotonic() > until:
            raise TimeoutError("Chromium did not start")
        time.sleep(0.05)
    number = port.read_text().split("\n")[0]
    browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}")
    try:
        yield browser.contexts[0], process
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with contextlib.suppress(Error):
            browser.close()


def main() -> int:
    """Kill, and say what was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = killed(given.kills, given.seed)
    print(
        f"{found.kills} kills, {len(found.kept)} answers shown as kept: {len(found.lost)} lost, "
        f"{len(found.twice)} twice, {len(found.torn)} torn; {found.unasked} more were on the disk"
    )
    return 1 if found.lost or found.twice or found.torn else 0


if __name__ == "__main__":
    sys.exit(main())
