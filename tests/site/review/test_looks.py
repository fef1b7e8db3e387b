"""Reviews by key, by thumb, by ear, in the dark, without motion, and of a card that attacks."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.site.review.learner import AXE, DESK, PHONE, card, deal


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
