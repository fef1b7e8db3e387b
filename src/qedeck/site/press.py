"""Renders the pages of one build, or gives back what was rendered from the same."""

from __future__ import annotations

import logging
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from qedeck.errors import SourceError
from qedeck.evidence.digest import hash_of
from qedeck.site import inputs
from qedeck.site.accounting import account
from qedeck.site.apart import Apart
from qedeck.site.rendering import Rendering, give, taken

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from qedeck.site.extension import QedeckExtension
    from qedeck.site.overview import Book
    from qedeck.site.shelf import Shelf


class Press:
    """What stands in for MkDocs' own rendering of a page."""

    def __init__(
        self,
        book: Book,
        shelf: Shelf,
        extension: QedeckExtension,
        config: MkDocsConfig,
        files: Files,
    ) -> None:
        self._book = book
        self._shelf = shelf
        self._extension = extension
        self._config = config
        self._files = files
        self.rendered: dict[str, Rendering] = {}
        """By name, the pages of this build."""

    def render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Render a page, unless that was done before.

        Raises:
            PluginError: where a formula stands on it unaccounted for.
        """
        name, key = name_of(page), self._key(page)
        kept = self._shelf.get(f"page {name}", key)
        made = None if kept is None else Rendering(**kept)
        if made is None or made.everything not in {"", self._book.overview.everything}:
            with _heard() as said:
                made = self._made(page, config, files)
            # What was said of it has to be said again next time.
            known = not said and page.links_to_anchors is not None
            if known and key == self._key(page):
                self._shelf.put(f"page {name}", key, asdict(made))
        give(made, page, files)
        self.rendered[name] = made

    def unread(self, html: str, page: Page) -> tuple[str, ...]:
        """Slugs of boxes whose formulas nothing has read.

        Raises:
            PluginError: where a formula stands on the page unaccounted for.
        """
        from mkdocs.exceptions import PluginError

        name, known = name_of(page), self._book.catalogue
        source = Path(page.file.abs_src_path or "")
        text = source.read_text(encoding="utf-8") if source.is_file() else page.markdown or ""
        path = self._book.path(source)
        try:
            return account(html, path, text, known.displays.get(name), known.bodies.get(name))
        except SourceError as error:
            raise PluginError(str(error)) from error

    def _made(self, page: Page, config: MkDocsConfig, files: Files) -> Rendering:
        extension = self._extension
        extension.page, extension.catalogue = name_of(page), self._book.catalogue
        extension.apart = Apart(partial(_address, page, files))
        extension.computed = False
        type(page).render(page, config, files)
        unread = self.unread(page.content or "", page)
        everything = self._book.overview.everything if extension.computed else ""
        return taken(page, extension.apart.parts, unread, everything)

    def _key(self, page: Page) -> str:
        """A hash of all that a page is made from, but for what the whole project says there."""
        outlook = self._book.overview.outlook(name_of(page))
        text = page.markdown or ""
        files = inputs.shown(self._book.root, text, outlook.checks)
        return hash_of([self._settings, page.file.src_uri, text, outlook.own, files])

    @cached_property
    def _settings(self) -> str:
        """A hash of what all pages are rendered with."""
        config, extension = self._config, self._extension
        given: list[object] = [*config.markdown_extensions]
        others = [one for one in given if one is not extension]
        there = [(f.src_uri, f.url, f.inclusion.name) for f in self._files]
        own = [extension.getConfig(name) for name in ("root", "lang", "deck", "has_deck")]
        options = [*map(repr, others), repr(config.mdx_configs), repr(config.validation)]
        return hash_of([inputs.machine(), inputs.local(others), options, sorted(there), own])


def name_of(page: Page) -> str:
    """The name of the note that a page shows."""
    return page.file.src_uri.removesuffix(".md")


def _address(page: Page, files: Files, link: str) -> str:
    """A link to a page of the site, as a page has it."""
    path, _, anchor = link.partition("#")
    folder = posixpath.dirname(page.file.src_uri)
    file = files.get_file_from_path(posixpath.normpath(posixpath.join(folder, path)))
    return link if not path or file is None else f"{file.url_relative_to(page.file)}#{anchor}"


class _Listener(logging.Handler):
    """Writes down what is worth telling."""

    def __init__(self, said: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Write it down."""
        self.said.append(record)


@contextmanager
def _heard() -> Iterator[list[logging.LogRecord]]:
    """What MkDocs has to tell its user meanwhile, even one who does not want to hear it."""
    said: list[logging.LogRecord] = []
    listener = _Listener(said)
    logger = logging.getLogger("mkdocs")
    level = logger.level
    others = {handler: handler.level for handler in logger.handlers}
    for handler in others:
        handler.setLevel(max(handler.level, level))
    logger.addHandler(listener)
    logger.setLevel(min(level, logging.INFO))
    try:
        yield said
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
        for handler, own in others.items():
            handler.setLevel(own)
