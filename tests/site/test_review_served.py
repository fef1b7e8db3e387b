"""The review page as `qedeck review` serves it: answers go to the project's files."""

from __future__ import annotations

import json
import shutil
import threading

import pytest

from qedeck.memory.event import Event
from qedeck.memory.history import Journal, read_history
from qedeck.memory.learner import now
from qedeck.memory.replay import live
from qedeck.memory.schedule import DAY
from qedeck.memory.server import ReviewServer
from qedeck.memory.ulid import Ids

CARDS = [
    {
        "id": f"en/{name}", "group": f"en/{name}", "note": "norms", "section": "",
        "place": f"norms.html#{name}", "kind": "basic", "front": rf"What is \(x\) of {name}?",
        "back": rf"It is \(y\) of {name}.", "foot": "", "rests": [], "tags": [],
    }
    for name in ("one", "two", "three")
]  # fmt: skip


@pytest.fixture
def reviewed(site, tmp_path, browser):
    """A page of a browser at the served site, and where its answers go."""
    folder = tmp_path / "site"
    shutil.copytree(site, folder)
    script = "assets/qedeck/cards/norms.js"
    (folder / script).parent.mkdir(parents=True, exist_ok=True)
    (folder / script).write_text(f'qedeckNote("norms", {json.dumps(CARDS)});')
    listed = [[card["id"], card["group"], ""] for card in CARDS]
    note = {"name": "norms", "title": "Norms", "url": "norms.html", "script": script,
            "sections": {}, "cards": listed}  # fmt: skip
    index = json.dumps({"lang": "en", "notes": [note]})
    (folder / "assets/qedeck/cards/index.js").write_text(f"qedeckDeck({index});")
    server = ReviewServer(folder, Journal(tmp_path / "reviews", "laptop"))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page, server, tmp_path / "reviews"
    finally:
        context.close()
        server.shutdown()
        server.server_close()
        thread.join()
    assert complaints == []


def enter(page, server, fragment=""):
    page.goto(f"{server.address}/review.html?token={server.token}{fragment}")
    page.wait_for_selector("#qd-review[data-ready]")


def press(page, key):
    page.keyboard.press(key)
    page.wait_for_selector("#qd-review:not([aria-busy])")


def answer(page, grade):
    press(page, "Space")
    page.wait_for_selector("#qd-review [data-side=back]")
    press(page, str(grade))
    page.wait_for_selector("#qd-review:not(:has([data-side=back]))")


def answers(folder):
    counted = live(read_history(folder).events.values())
    return [(event.kind, event.card, event.grade) for event in counted]


def test_answers_are_in_the_file_before_the_next_card_is_shown(reviewed):
    page, server, folder = reviewed
    enter(page, server)
    assert "token" not in page.url
    answer(page, 3)
    assert answers(folder) == [("review", "en/one", 3)]
    answer(page, 4)
    press(page, "u")
    assert answers(folder) == [("review", "en/one", 3)]
    assert len(read_history(folder).events) == 3
    assert [path.name for path in folder.iterdir()] == ["laptop.jsonl"]


def test_answers_of_other_devices_count(reviewed):
    page, server, folder = reviewed
    at, ids = now() - 30 * DAY, Ids()
    Journal(folder, "phone").append([
        Event(ids.new(at), "review", f"en/{name}", at, "terminal", 4, 9) for name in ("one", "two")
    ])  # fmt: skip
    enter(page, server)
    told = page.locator("#qd-review")
    assert told.get_attribute("data-due") == "2"
    assert told.get_attribute("data-new") == "1"
    assert told.get_attribute("data-card") == "en/one"


def test_another_page_of_the_site_is_let_in_too(reviewed):
    page, server, _ = reviewed
    enter(page, server)
    page.goto(f"{server.address}/norms.html")
    page.add_script_tag(url="assets/qedeck/server.js")
    assert page.evaluate("window.qedeckServer.token") == server.token


def test_what_cannot_be_kept_is_not_counted(reviewed):
    page, server, folder = reviewed
    enter(page, server)

    def full(_):
        raise OSError(28, "No space left on device")

    journal, server.journal.append = server.journal.append, full
    press(page, "Space")
    page.wait_for_selector("#qd-review [data-side=back]")
    page.keyboard.press("3")
    page.wait_for_selector("text=No space left on device")
    assert page.locator("#qd-review").get_attribute("data-card") == "en/one"
    server.journal.append = journal
    press(page, "3")
    page.wait_for_selector("#qd-review[data-done='1']")
    assert answers(folder) == [("review", "en/one", 3)]
