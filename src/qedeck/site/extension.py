"""Python-Markdown extension: statements, cards and figures of notes as the site shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.inlinepatterns import SimpleTagInlineProcessor
from markdown.treeprocessors import Treeprocessor

from qedeck.errors import Mistake, SourceError
from qedeck.notes.callouts import CARDS
from qedeck.notes.figures import Figures, PackageMissing
from qedeck.site import assertions, listing, pages
from qedeck.site.apart import Apart
from qedeck.site.catalogue import Catalogue
from qedeck.site.elements import add, el, svg
from qedeck.site.known import Known
from qedeck.site.measurements import measurements
from qedeck.site.references import around
from qedeck.site.status import STATEMENTS, kind_icon

_COMMENT = re.compile(r"<!-- qedeck:(\w+)(?: ([\w/-]+))? -->")

REVIEWS = ("Keeps ", "Allows ")
"""How a line begins that gives an author's reason for what the machine could not reject."""

MARK = "data-alert"
"""Attribute that pymdownx.quotes leaves on a callout: its kind and slug."""


class QedeckExtension(Extension):
    """Renders a note. `page` is the note's name, set before each conversion."""

    def __init__(self, catalogue: Catalogue | None = None, **options: Any) -> None:
        self.config = {
            "root": [".", "Folder of the project"],
            "page": ["", "Name of the note: norms"],
            "lang": ["en", "Language of the notes"],
            "deck": ["deck.apkg", "Name of the deck, as pages link it"],
            "has_deck": [True, "Whether the deck is in this site"],
        }
        super().__init__(**options)
        self.catalogue = catalogue or Catalogue()
        self.page = str(self.getConfig("page"))
        root = Path(str(self.getConfig("root")))
        self.root = root
        self.figures = Figures(root / "snippets", root / ".qedeck/figures")
        self.apart: Apart | None = None
        """Takes drawings and what is known, if they do not go into the page at once."""
        self.computed = False
        """Whether the page shows parts that are made from everything that is known."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the parts, and the extensions that the format of notes needs."""
        configs: dict[str, Any] = {
            "pymdownx.quotes": {"callouts": True},
            "pymdownx.arithmatex": {"generic": True},
            "pymdownx.snippets": {
                "base_path": [str(self.root / "snippets")],
                "check_paths": True,
                "dedent_subsections": True,
            },
            "pymdownx.highlight": {"pygments_lang_class": True},
        }
        names = [*configs, "pymdownx.superfences", "pymdownx.mark", "attr_list", "tables"]
        md.registerExtensions(names, configs)
        # After inline maths and links are read, before pymdownx.quotes makes its own boxes.
        md.treeprocessors.register(Boxes(md, self), "qedeck-boxes", 19.995)
        md.treeprocessors.register(Drawings(md, self), "qedeck-figures", 19.994)
        md.treeprocessors.register(DeckLinks(md, self), "qedeck-deck", 19.993)
        fact = SimpleTagInlineProcessor(r"()\[(fact)\](?![\[(])", "small")
        md.inlinePatterns.register(fact, "qedeck-fact", 171)
        md.treeprocessors.register(Placeholders(md, self), "qedeck-placeholders", 19.992)
        md.treeprocessors.register(Around(md, self), "qedeck-around", 19.991)


class Boxes(Treeprocessor):
    """Turns callouts of our kinds into boxes."""

    def __init__(self, md: Markdown, extension: QedeckExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Replace the callouts in place."""
        for quote in list(root.iter("blockquote")):
            kind, _, slug = quote.get(MARK, "").partition(" ")
            if kind in STATEMENTS:
                self._statement(quote, kind, slug)
            elif kind == "assertion":
                self._assertion(quote, slug)
            elif kind == "card":
                _card(quote, slug)
            elif kind == "cloze":
                _cloze(quote, slug)

    @property
    def _linked(self) -> bool:
        """Whether headings get permanent links anyway."""
        parts = self.md.treeprocessors
        return "toc" in parts and bool(getattr(parts["toc"], "use_permalinks", False))

    def _statement(self, quote: Element, kind: str, slug: str) -> None:
        page, known = self.extension.page, self.extension.catalogue
        entry = known.entry(f"{page}/{slug}", kind)
        title, body = _parts(quote)
        # A heading of its own, so that the search finds it; below those of the table of contents.
        title.tag = "h4"
        title.set("id", slug)
        chip = pages.chip(entry.status)
        head = el("div", "qd-head", el("span", "qd-kind", _kind_icon(kind), STATEMENTS[kind]), chip)
        head.set("data-search-exclude", "")
        _become(quote, "div", f"qd-box qd-{kind} qd-is-{entry.status.key}", "")
        if not self._linked:
            title.append(el("a", "headerlink", "¶", href=f"#{slug}", title="Permanent link"))
        body = [part for part in body if not (part.text or "").startswith(CARDS)]
        for part in body:
            if (part.text or "").startswith(REVIEWS):
                part.set("class", "qd-review")
        quote.extend([title, head, el("div", "qd-body", *body)])
        if kind != "cited" or entry.used_by:
            part = Known(page, known, self.extension.root).part(entry)
            # The search tells elements by their tags alone: a fold within a fold would end this.
            section = el("section", "", part, data_search_exclude="")
            apart = self.extension.apart
            quote.append(section if apart is None else apart.put(section, self.md))

    def _assertion(self, quote: Element, slug: str) -> None:
        page, known = self.extension.page, self.extension.catalogue
        assertion = known.assertions.get(f"{page}/{slug}")
        if assertion is None:
            return
        self.extension.computed = True
        title, body = _parts(quote)
        title.tag = "h4"
        title.set("id", slug)
        item = assertions.judged(assertion, known)
        _become(quote, "div", f"qd-box qd-assertion qd-is-{item.status.key}", "")
        quote.append(title)
        assertions.finish(quote, body, item, page, known)


def _kind_icon(kind: str) -> Element | None:
    drawn = kind_icon(kind)
    return None if drawn is None else svg(drawn)


def _parts(quote: Element) -> tuple[Element, list[Element]]:
    """Title and contents of a callout."""
    title, body = quote[0], list(quote)[1:]
    title.tag = "p"
    title.set("class", "qd-title")
    title.tail = None
    return title, body


def _become(quote: Element, tag: str, classes: str, slug: str) -> None:
    """Empty an element and give it another tag."""
    tail = quote.tail
    quote.clear()
    quote.tag, quote.tail = tag, tail
    quote.set("class", classes)
    if slug:
        quote.set("id", slug)


def _card(quote: Element, slug: str) -> None:
    title, body = _parts(quote)
    title.tag = "span"
    _become(quote, "details", "qd-card", slug)
    quote.append(el("summary", "", el("span", "qd-kind", "Card"), title))
    quote.append(el("div", "qd-body", *body))


def _cloze(quote: Element, slug: str) -> None:
    title, body = _parts(quote)
    title.set("class", "qd-sentence")
    _become(quote, "div", "qd-box qd-cloze", slug)
    head = el("div", "qd-head", el("span", "qd-kind", "Card"))
    quote.extend([head, el("div", "qd-body", title, *body)])


class Drawings(Treeprocessor):
    """Replaces images that point at `figure:module.function` by drawings."""

    def __init__(self, md: Markdown, extension: QedeckExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Replace the images in place; all mistakes are reported together."""
        mistakes: list[Mistake] = []
        drawn: set[str] = set()
        for parent in list(root.iter()):
            for image in [child for child in parent if child.tag == "img"]:
                name = image.get("src", "").removeprefix("figure:")
                if name != image.get("src", ""):
                    try:
                        self._draw(parent, image, name, again=name in drawn)
                    except SourceError as error:
                        mistakes.extend(error.mistakes)
                    drawn.add(name)
        if mistakes:
            raise SourceError(*mistakes)

    def _draw(self, parent: Element, image: Element, name: str, *, again: bool) -> None:
        module, _, function = name.partition(".")
        alt, caption = image.get("alt", ""), image.get("title")
        lang = str(self.extension.getConfig("lang"))
        try:
            drawing = self.extension.figures.svg(module, function, lang)
        except PackageMissing as missing:
            said = f"{alt} (not drawn in this build: {missing.package} is not installed)"
            picture = el("p", "qd-undrawn", said)
        else:
            drawing = _by_reference(drawing) if again else drawing
            apart = self.extension.apart
            drawing = drawing if apart is None else apart.put_text(drawing)
            picture = el("div", "qd-drawing", role="img", aria_label=alt)
            picture.text = self.md.htmlStash.store(drawing)
        _become_figure(parent, image, picture, caption)


def _by_reference(drawing: str) -> str:
    """A drawing that the page has already: it does not grow, and ids stay the only ones."""
    start, group = re.search(r"<svg[^>]*>", drawing), re.search(r'<g id="([^"]+)"', drawing)
    return f'{start[0]}<use href="#{group[1]}"/></svg>' if start and group else drawing


def _become_figure(parent: Element, image: Element, picture: Element, caption: str | None) -> None:
    figure = el("figure", "qd-figure", picture, data_search_exclude="")
    if caption:
        figure.append(el("figcaption", "", caption))
    if parent.tag == "p" and len(parent) == 1 and not (parent.text or "").strip():
        tail = parent.tail
        parent.clear()
        parent.tag, parent.tail = "div", tail
        parent.append(figure)
    else:
        figure.tail = image.tail
        parent[list(parent).index(image)] = figure


class DeckLinks(Treeprocessor):
    """Takes links to the deck away where the site has none."""

    def __init__(self, md: Markdown, extension: QedeckExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Mark links to a deck that is there as downloads, and the others as missing."""
        for link in root.iter("a"):
            if link.get("href") != self.extension.getConfig("deck"):
                continue
            if self.extension.getConfig("has_deck"):
                link.set("download", "")
            else:
                link.tag = "span"
                link.attrib.clear()
                add(link, " (not in this build)")


class Placeholders(Treeprocessor):
    """Replaces `<!-- qedeck:… -->` by generated parts."""

    def __init__(self, md: Markdown, extension: QedeckExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Fill in what the page asks for."""
        for block in list(root):
            comment = _COMMENT.fullmatch(self._raw(block))
            if comment:
                parts = self._made(comment[1], comment[2] or "")
                if parts is not None:
                    self.extension.computed = True
                    _replace(root, block, parts)

    def _raw(self, block: Element) -> str:
        """The stashed HTML that a block stands for."""
        stash = self.md.htmlStash
        text = (block.text or "").strip()
        names = {stash.get_placeholder(k): str(raw) for k, raw in enumerate(stash.rawHtmlBlocks)}
        return names.get(text, "").strip() if len(block) == 0 else ""

    def _made(self, name: str, argument: str) -> list[Element] | None:
        known, page = self.extension.catalogue, self.extension.page
        if name == "claims":
            return listing.rows(known, page, argument)
        if name == "verdicts":
            return assertions.verdicts(known, page)
        if name == "measurements":
            return measurements(self.extension.root)
        if name == "filters":
            return listing.filters(known)
        return pages.PARTS[name](known, page) if name in pages.PARTS else None


def _replace(root: Element, block: Element, parts: list[Element]) -> None:
    place = list(root).index(block)
    root.remove(block)
    for k, part in enumerate(parts):
        root.insert(place + k, part)


class Around(Treeprocessor):
    """Adds, at the foot of a note, the notes before and after it."""

    def __init__(self, md: Markdown, extension: QedeckExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, root: Element) -> None:
        """Append the foot, if there is anything to say."""
        foot = around(self.extension.page, self.extension.catalogue)
        if foot is not None:
            root.append(foot)
