"""What was answered is kept, or the learner is told before."""

from __future__ import annotations

import json
from typing import Any


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
