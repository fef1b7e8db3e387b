"""The built site in Debian's Chromium."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
PAGES = ("index.html", "norms.html", "clipping.html", "claims.html", "trust.html")
PHONE, DESK = (390, 844), (1280, 900)
OPEN_ALL = "document.querySelectorAll('details').forEach(box => { box.open = true; })"
OPEN_BOXES = "document.querySelectorAll('details:not(.qd-more)').forEach(box => box.open = true)"
UNSEEN = "document.querySelector('article').style.display = 'none'"
WIDE = ".qd-box:has(> #wide) > .qd-body > .arithmatex"
SANDWICH = ".qd-box:has(> #sandwich)"
RENDERED = """!document.querySelector(".arithmatex:not(.qd-rendered)")
  && !document.querySelector("details[open] > script")"""
"""Whether the page has made all its formulas and lists."""


@pytest.fixture(scope="module")
def served(site: Path, serve: Callable[[Path], str]) -> str:
    return serve(site)


@contextmanager
def opened(
    browser: Browser,
    address: str,
    size: tuple[int, int] = DESK,
    scheme: str = "light",
    unfold: str = OPEN_ALL,
) -> Iterator[Page]:
    """A page that is loaded and unfolded, and that nobody complained about."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    page.evaluate(unfold)
    page.wait_for_function(RENDERED)
    yield page
    context.close()
    strangers = [
        url
        for url in requests
        if urlsplit(url).scheme not in {"file", "data", "blob"}
        and urlsplit(url).netloc != urlsplit(address).netloc
    ]
    assert strangers == []
    assert complaints == []


def pages(site: Path) -> list[Path]:
    """All pages but 404.html, whose addresses make sense on a server alone."""
    found = sorted(path for path in site.rglob("*.html") if path.name != "404.html")
    assert found
    return found


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds serious or critical, with the elements."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {preload: false})")["violations"]
    return {
        rule["id"]: [node["html"][:200] for node in rule["nodes"]]
        for rule in found
        if rule["impact"] in {"serious", "critical"}
    }


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("way", ["file", "served"])
def test_every_formula_is_rendered_without_error(browser, site, served, name, way):
    address = site.joinpath(name).as_uri() if way == "file" else f"{served}/{name}"
    with opened(browser, address) as page:
        assert page.locator(".katex-error").count() == 0
        formulas = page.locator(".arithmatex").count()
        assert page.locator(".arithmatex .katex").count() == formulas
        assert formulas > 50 or name != "norms.html"


def test_our_own_pages_render_and_fit_a_phone(browser, real_site):
    for path in pages(real_site):
        with opened(browser, path.as_uri(), PHONE, unfold=OPEN_BOXES) as page:
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0], path.name
            # A whole note has nine thousand formulas: they are made, but not laid out.
            page.evaluate(f"{UNSEEN}; {OPEN_ALL}")
            page.wait_for_function(RENDERED, timeout=300_000)
            assert page.locator(".katex-error").count() == 0, path.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_own_pages_have_no_serious_violation_of_accessibility(browser, real_site, scheme):
    for path in pages(real_site):
        with opened(browser, path.as_uri(), DESK, scheme, OPEN_BOXES) as page:
            # Axe takes minutes over the parts of a thousand formulas; the small page has some.
            page.evaluate("document.querySelectorAll('.katex').forEach(part => part.remove())")
            assert violations(page) == {}, path.name


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(browser, site, name):
    with opened(browser, site.joinpath(name).as_uri(), PHONE) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_a_formula_wider_than_a_phone_scrolls_by_keyboard(browser, site):
    with opened(browser, site.joinpath("norms.html").as_uri(), PHONE) as page:
        formula = page.locator(WIDE)
        page.wait_for_selector(f"{WIDE}[tabindex='0']")
        formula.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("part => part.scrollLeft > 0", arg=formula.element_handle())


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_violation_of_accessibility(browser, site, name, scheme, size):
    with opened(browser, site.joinpath(name).as_uri(), size, scheme) as page:
        assert (
            page.get_attribute("body", "data-md-color-scheme")
            == {
                "light": "default",
                "dark": "slate",
            }[scheme]
        )
        assert violations(page) == {}


def test_formulas_in_folded_parts_are_rendered_when_opened(browser, site):
    page = browser.new_page()
    page.goto(site.joinpath("norms.html").as_uri())
    page.wait_for_selector(f"{SANDWICH} > .qd-body .katex")
    assert page.locator(f"{SANDWICH} .qd-known .katex").count() == 0
    page.locator(f"{SANDWICH} .qd-known > summary").click()
    page.wait_for_selector(f"{SANDWICH} .qd-facts .katex")
    page.close()


def test_corrupted_formulas_become_a_list_when_they_are_asked_for(browser, site):
    page = browser.new_page()
    page.goto(site.joinpath("clipping.html").as_uri())
    box = page.locator(".qd-box:has(> #leaning)")
    assert box.locator(".qd-mutants").count() == 0
    box.locator(".qd-known > summary").click()
    box.get_by_text("Rejected: 1").click()
    row = box.locator(".qd-mutants li")
    row.locator(".qd-operator", has_text="factor dropped").wait_for()
    assert row.locator(".qd-rendered .katex").count() == 3
    row.locator("a", has_text="Every p-norm lies between").click()
    page.wait_for_url("**/norms.html#sandwich")
    page.close()


def test_no_line_begins_with_the_comma_after_a_formula(browser, project, publish):
    words = "".join(f"{'w' * k} $a = bc$, and " for k in range(1, 60))
    for k in range(200, 340, 3):
        room = f'<br><b style="display: inline-block; width: {k}px"></b>'
        words += f"{room} [*$bc$*](norms.md), and "
    words += r"in [a link, $x$](norms.md), wide: "
    wide = r"$\begin{pmatrix}" + " & ".join("1234" for _ in range(40)) + r"\end{pmatrix}$"
    (project / "notes/en/lines.md").write_text(f"---\nkind: page\ntitle: L\n---\n\n{words}{wide}\n")
    built = publish(project, strict=False)
    with opened(browser, built.joinpath("lines.html").as_uri(), PHONE) as page:
        begun = page.evaluate(LINE_STARTS)
        assert len(begun) > 40
        assert "," not in begun
        assert page.locator("article .qd-wide").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]


def test_fractions_on_lines_below_one_another_do_not_touch(browser, project, publish):
    words = r"a $\frac{a^2}{b_c}$ and " * 40
    (project / "notes/en/lines.md").write_text(f"---\nkind: page\ntitle: L\n---\n\n{words}\n")
    built = publish(project, strict=False)
    with opened(browser, built.joinpath("lines.html").as_uri(), PHONE) as page:
        boxes = page.evaluate(
            "[...document.querySelectorAll('article .katex-base')].map(base => {"
            " const box = base.getBoundingClientRect(); return [box.top, box.bottom]; })"
        )
    tops = {round(top): bottom for top, bottom in boxes}
    lines = sorted(tops)
    assert len(lines) > 5
    assert all(below - tops[above] >= 4 for above, below in itertools.pairwise(lines))


LINE_STARTS = """() => {
  const walk = document.createTreeWalker(document.querySelector("article p"), NodeFilter.SHOW_TEXT);
  const starts = [];
  let line = -1;
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest(".katex-mathml")) continue;
    for (let k = 0; k < node.length; k++) {
      const range = document.createRange();
      range.setStart(node, k);
      range.setEnd(node, k + 1);
      const box = range.getBoundingClientRect();
      if (!box.width || !node.data[k].trim()) continue;
      if (box.top > line + 12) starts.push(node.data[k]);
      if (box.top > line + 12) line = box.top;
    }
  }
  return starts;
}"""


def test_an_address_with_a_card_unfolds_it(browser, site):
    page = browser.new_page()
    page.goto(site.joinpath("norms.html").as_uri() + "#why-diamond")
    page.wait_for_selector("#why-diamond[open] .katex")
    page.close()


def test_search_finds_a_claim_by_its_title_from_the_file_system(browser, site):
    with opened(browser, site.joinpath("trust.html").as_uri()) as page:
        page.locator("input.md-search__input").click()
        page.keyboard.type("lies between")
        found = page.locator(".md-search-result__item a[href*='norms.html'][href$='#sandwich']")
        found.wait_for(state="attached")
        assert "Every p-norm lies between" in found.inner_text()


def listed(page: Page) -> list[str]:
    """Titles of the statements that the page of claims shows."""
    return page.locator(".qd-row[data-kind]:visible > a").all_inner_texts()


def test_claims_are_filtered_from_the_keyboard_and_the_address_keeps_it(browser, site):
    address = site.joinpath("claims.html").as_uri()
    with opened(browser, address) as page:
        whole = len(listed(page))
        assert page.locator(".qd-shown").inner_text() == f"{whole} of {whole} statements"
        page.locator("select[name=level]").focus()
        page.keyboard.type("Tested")
        assert listed(page) == ["Only a check can tell"]
        assert page.evaluate("location.hash") == "#level=tested"
        assert page.locator("h2:visible").all_inner_texts() == ["Norms¶"]
        page.locator("select[name=level]").select_option("")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("WIDER phone")
        assert listed(page) == ["A formula wider than a phone"]
        assert page.evaluate("location.hash") == "#words=WIDER+phone"
        page.keyboard.press("Enter")
        assert page.locator(".qd-shown").inner_text() == f"1 of {whole} statements"
    for hash_, titles in {
        "#note=clipping&level=proved": ["What leans on the other note"],
        "#method=hand": ["Only a check can tell"],
        "#kind=misconception": ["The p-norm is a norm for every positive p"],
        "#level=nonsense": None,
        "#clipping": None,
    }.items():
        with opened(browser, address + hash_) as page:
            assert listed(page) == titles or (titles is None and len(listed(page)) == whole)


def test_a_figure_of_the_front_page_leads_to_the_claims_it_counts(browser, site):
    with opened(browser, site.joinpath("index.html").as_uri()) as page:
        page.locator(".qd-numbers .qd-tested a").click()
        page.wait_for_selector(".qd-filters:visible")
        assert listed(page) == ["Only a check can tell"]


def test_without_scripts_the_claims_are_a_plain_list(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.joinpath("claims.html").as_uri() + "#level=tested")
    assert page.locator(".qd-row:visible").count() > 5
    assert not page.locator(".qd-filters").is_visible()
    context.close()


def test_a_long_certificate_wraps(browser, site):
    with opened(browser, site.joinpath("clipping.html").as_uri(), PHONE) as page:
        part = page.locator(".qd-facts dd", has_text="decision procedure")
        assert part.evaluate("part => part.scrollWidth <= part.clientWidth")


def test_links_between_notes_arrive_at_their_statement(browser, site):
    with opened(browser, site.joinpath("norms.html").as_uri()) as page:
        page.locator(f"{SANDWICH} .qd-links a", has_text="Clipping").click()
        page.wait_for_selector("#leaning:target")
        page.locator(".qd-around a").click()
        page.wait_for_url("**/norms.html")


def test_code_has_a_copy_button(browser, site):
    with opened(browser, site.joinpath("norms.html").as_uri()) as page:
        assert page.locator(".highlight [data-clipboard-target], .highlight .md-clipboard").count()


HOSTILE = r"""---
kind: page
title: Hostile
---

A link $\href{javascript:window.hacked=1}{linked}$, an address $\url{javascript:window.hacked=2}$.

An image $\includegraphics{https://example.org/x.png}$, a class $\htmlClass{evil}{x}$.

A style $\htmlStyle{position: fixed}{y}$, an id $\htmlId{evil-id}{z}$, data $\htmlData{evil=1}{w}$.

A tag $\text{<img src=x onerror=window.hacked=3>}$, a script $\text{<script>hacked=4</script>}$.

A wall $\rule{9999em}{9999em}$, a macro $\def\R{\R\R}\R$.

A word $\gdef\norm#1{evil}$ and $\norm{x}$.
"""
SPY = """
window.written = [];
for (const name of ["innerHTML", "outerHTML"]) {
  const known = Object.getOwnPropertyDescriptor(Element.prototype, name);
  Object.defineProperty(Element.prototype, name, {
    ...known,
    set(value) { window.written.push(String(value)); known.set.call(this, value); },
  });
}
for (const name of ["insertAdjacentHTML"]) {
  const known = Element.prototype[name];
  Element.prototype[name] = function (place, value) {
    window.written.push(String(value));
    return known.call(this, place, value);
  };
}
"""


def test_a_formula_makes_no_link_and_runs_no_script(browser, project, publish):
    (project / "notes/en/hostile.md").write_text(HOSTILE, encoding="utf-8")
    built = publish(project, strict=False)
    page = browser.new_page()
    page.add_init_script(SPY)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(built.joinpath("hostile.html").as_uri())
    page.wait_for_function(RENDERED)
    article = page.locator("article")
    assert article.locator(".arithmatex").count() == 13
    assert article.locator(".arithmatex").locator("a, img, script, .evil, #evil-id").count() == 0
    assert page.locator("[style*=fixed], [data-evil]").count() == 0
    assert page.evaluate("window.hacked") is None
    assert not any("example.org" in url for url in asked)
    assert not any("hacked" in text or "onerror" in text for text in page.evaluate("written"))
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.katex-html *')]"
        ".map(part => part.getBoundingClientRect().width))"
    )
    assert widest <= 400
    assert "evil" not in article.locator(".arithmatex").last.locator(".katex-html").inner_text()
    page.close()
