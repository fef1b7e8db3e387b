"""Reviews outside the page of reviews: in a note, without a network, on a phone."""

from __future__ import annotations

import json
import re

from tests.site.review.learner import NAMED


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


def test_a_site_with_a_folder_for_each_page_reviews_as_well(browser, site_of_folders, serve):
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("requestfailed", lambda request: complaints.append(request.url))
    page.on("response", lambda r: complaints.append(r.url) if r.status >= 400 else None)
    address = serve(site_of_folders)
    page.goto(f"{address}/norms/")
    page.get_by_role("link", name=re.compile("Review th.* card")).first.click()
    page.wait_for_selector("#qd-review[data-card] [data-side=front]")
    assert page.url.startswith(f"{address}/review/")
    page.keyboard.press("Space")
    page.keyboard.press("3")
    page.wait_for_selector("#qd-review[data-done='1']")
    page.wait_for_selector("#qd-review[data-card] [data-side=front]")
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    page.keyboard.press("e")
    page.wait_for_url(f"{address}/norms/#*")
    anchor = page.url.partition("#")[2]
    assert page.locator(f"[id='{anchor}']").count() == 1
    context.set_offline(True)
    page.goto(f"{address}/review/")
    page.wait_for_selector("#qd-review[data-done='1']")
    context.set_offline(False)
    assert complaints == []
    context.close()


def test_what_a_phone_installs_is_there_with_a_folder_for_each_page(site_of_folders):
    manifest = json.loads((site_of_folders / "manifest.webmanifest").read_text())
    assert (site_of_folders / manifest["start_url"] / "index.html").is_file()
    kept = json.loads((site_of_folders / "sw.js").read_text().split(";", 1)[0].partition("= ")[2])
    assert "review/" in kept
    for name in kept:
        file = site_of_folders / name
        assert (file / "index.html" if file.is_dir() else file).is_file()
