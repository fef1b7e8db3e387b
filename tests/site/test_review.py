"""Reviewing cards on the built site, in Debian's Chromium and with a clock of our own."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

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


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    made.clock.install(time=MONDAY)
    yield made
    made.close()


@pytest.fixture
def learner(context: BrowserContext, address: str) -> Iterator[Learner]:
    somebody = Learner(context, address)
    yield somebody
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
