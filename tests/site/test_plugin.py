from __future__ import annotations

import json
import re
from importlib.metadata import entry_points

import pytest
from mkdocs.exceptions import Abort, PluginError

from qedeck.site.plugin import QedeckPlugin


def test_mkdocs_and_markdown_find_the_package_by_name():
    (plugin,) = entry_points(group="mkdocs.plugins", name="qedeck")
    assert plugin.load() is QedeckPlugin
    (extension,) = entry_points(group="markdown.extensions", name="qedeck")
    assert extension.load().__name__ == "QedeckExtension"


def test_a_build_publishes_pages_assets_and_deck(site):
    front = (site / "index.html").read_text(encoding="utf-8")
    assert "<strong>1</strong> <span>tested</span>" in front
    assert '<a download="" href="deck.apkg">' in front or 'href="deck.apkg" download=""' in front
    assert (site / "deck.apkg").read_bytes() == b"deck"
    note = (site / "norms.html").read_text(encoding="utf-8")
    assert '<p class="qd-topic">How do we measure the size of a vector?</p>' in note
    for name in ("qedeck.js", "qedeck.css", "katex.min.css", "iframe-worker.js", "macros.js"):
        assert (site / "assets/qedeck" / name).is_file()
    assert list((site / "assets/qedeck/fonts").glob("*.woff2"))


def test_no_page_asks_another_host_for_anything(site):
    asset = re.compile(r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="(?:https?:)?//')
    for page in site.glob("*.html"):
        assert not asset.search(page.read_text(encoding="utf-8")), page.name
    for style in (site / "assets/qedeck").glob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//", style.read_text(encoding="utf-8"))


def test_search_finds_statements_and_leaves_their_evidence_out(site):
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    titles = {part["location"]: part["title"] for part in index["docs"]}
    assert titles["norms.html#sandwich"] == "Every p-norm lies between"
    assert not any(place.startswith("claims.html") for place in titles)
    text = " ".join(part["text"] for part in index["docs"])
    assert "Let \\(x \\in" in text
    for told in ("sign of a term", "True as well", "Not formulas at all", "Source of", "Took"):
        assert told not in text


def test_navigation_follows_the_reading_order(site):
    front = (site / "index.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)" class="md-nav__link', front)
    pages = [link for link in dict.fromkeys(links) if "#" not in link]
    notes = ["norms.html", "clipping.html"]
    assert pages == ["index.html", "review.html", *notes, "claims.html", "trust.html"]


def test_a_navigation_of_ones_own_is_kept(project, publish):
    settings = project / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8").replace(
        "omitted_files: warn", "omitted_files: ignore"
    )
    settings.write_text(text + "nav:\n  - trust.md\n", encoding="utf-8")
    page = (publish(project, strict=False) / "trust.html").read_text(encoding="utf-8")
    assert "norms.html" not in re.findall(r'href="([^"]+)" class="md-nav__link', page)


def test_a_build_without_evidence_and_deck_is_whole(project, publish):
    built = publish(project, strict=False)
    note = (built / "norms.html").read_text(encoding="utf-8")
    assert note.count("Not verified in this build</span>") == 8
    front = (built / "index.html").read_text(encoding="utf-8")
    assert "the deck (not in this build)" in front


def test_a_formula_outside_every_box_stops_the_build(project, publish, caplog):
    page = project / "notes/en/index.md"
    page.write_text(page.read_text() + "\n$$a = b$$\n")
    with pytest.raises(Abort):
        publish(project, strict=False)
    assert "notes/en/index.md:12:3: a display formula stands outside every claim" in caplog.text


def test_a_strict_build_wants_evidence_for_every_formula(project, publish, caplog):
    with pytest.raises(Abort):
        publish(project)
    assert (
        "notes/en/norms.md shows formulas that no evidence stands for: "
        "p-norm (not verified in this build), sandwich (not verified in this build)"
    ) in caplog.text
    assert "radon" not in caplog.text


def test_a_formula_of_a_card_that_is_stated_nowhere_stops_a_strict_build(project, publish, caplog):
    note = project / "notes/en/norms.md"
    card = "Because of\n>\n> $$\\|x\\|_\\infty"
    assert card in note.read_text()
    note.write_text(note.read_text().replace(card, "Because of\n>\n> $$2 \\|x\\|_\\infty"))
    publish(project, strict=False)
    assert "norms.md:88:5: the formula on this card is stated nowhere" in caplog.text


def test_a_figure_that_fails_stops_the_build_at_its_place(project, publish):
    note = project / "notes/en/norms.md"
    note.write_text(note.read_text().replace("figure:norms.lines", "figure:norms.wrong"))
    with pytest.raises(PluginError, match=r"snippets/norms.py:30:1: the figure wrong raised"):
        publish(project, strict=False)
