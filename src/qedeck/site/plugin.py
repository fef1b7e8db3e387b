"""The MkDocs side of the site: configuration, assets and errors; the rest is the extension."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files

from qedeck.errors import SourceError
from qedeck.evidence.ledger import FOLDER as LEDGER
from qedeck.site.apart import filled
from qedeck.site.bundle import assets, macro_script
from qedeck.site.extension import QedeckExtension
from qedeck.site.overview import Book
from qedeck.site.pages import CLAIMS
from qedeck.site.press import Press, name_of
from qedeck.site.review import REVIEW, SERVER, manifest, review_page, site_script, worker
from qedeck.site.shelf import Shelf

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

    from qedeck.notes.cache import Cache

FOLDER = "assets/qedeck"
PAGES = "pages"
"""Folder beside the evidence with the pages of earlier builds."""

log = get_plugin_logger("qedeck")


class Options(Config):  # type: ignore[no-untyped-call]
    """What `mkdocs.yml` may say under the plugin."""

    lang = config_options.Type(str, default="en")
    deck = config_options.Type(str, default=".qedeck/deck.apkg")
    """Where the deck lies; the site has it under the same name."""


class QedeckPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Connects the Markdown extension with MkDocs."""

    kept: Cache | None = None
    """What was read of the notes, from one build of a server to the next."""

    def on_startup(self, *, command: str, dirty: bool) -> None:  # noqa: ARG002
        """Stay for all builds of a server; another command has but one."""
        self.serves = command == "serve"
        self.kept = None

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Set up the extension, its styles and scripts."""
        self.root = Path(config.config_file_path).parent if config.config_file_path else Path()
        self.deck = self.root / self.config.deck
        self.shelf = Shelf(self.root / LEDGER / PAGES)
        if self.serves and self.kept is None:
            from qedeck.evidence.library import kept

            self.kept = kept(self.root)
        self.book = Book(self.root, self.config.lang, self.shelf, self.kept)
        for warning in self.book.overview.warnings:
            log.warning("%s", warning)
        self.extension = QedeckExtension(
            root=str(self.root),
            lang=self.config.lang,
            deck=self.deck.name,
            has_deck=self.deck.is_file(),
        )
        config.markdown_extensions.append(self.extension)  # type: ignore[arg-type]
        styles = ("katex.min.css", "qedeck.css", "review.css")
        config.extra_css[:0] = [f"{FOLDER}/{name}" for name in styles]
        config.extra_javascript[:0] = [f"{FOLDER}/macros.js", f"{FOLDER}/qedeck.js"]
        # Without it, the offline plugin fetches this script from another host.
        config.extra.setdefault("polyfills", []).append(f"{FOLDER}/iframe-worker.js")
        watched = (self.root / "snippets", self.root / LEDGER / "evidence")
        config.watch.extend(str(path) for path in watched if path.exists())
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the page of claims, the package's assets, the macro table and the deck."""
        overview = self.book.overview
        reviewing = review_page(folders=config.use_directory_urls)
        files.append(File.generated(config, CLAIMS, content=overview.claims))
        files.append(File.generated(config, REVIEW, content=reviewing))
        if config.nav is None:
            there = {file.src_uri for file in files.documentation_pages()}
            rest = sorted(there - set(overview.order))
            config.nav = [uri for uri in [*overview.order, *rest] if uri in there]
        for name, path in assets().items():
            files.append(File.generated(config, f"{FOLDER}/{name}", abs_src_path=str(path)))
        scripts = {"macros.js": macro_script() + site_script(config.site_name), "server.js": SERVER}
        for name, content in scripts.items():
            files.append(File.generated(config, f"{FOLDER}/{name}", content=content))
        self.cards = self.book.cards()
        for warning in self.cards.warnings:
            log.warning("%s", warning)
        for uri, script in self.cards.files.items():
            files.append(File.generated(config, uri, content=script))
        self.review = "review/" if config.use_directory_urls else "review.html"
        manifested = manifest(config.site_name, self.review)
        files.append(File.generated(config, "manifest.webmanifest", content=manifested))
        if self.deck.is_file():
            files.append(File.generated(config, self.deck.name, abs_src_path=str(self.deck)))
        self.press = Press(self.book, self.shelf, self.extension, config, files)
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> str:
        """Put the topic first, and have the page rendered only where it is not known."""
        page.render = partial(self.press.render, page)  # type: ignore[method-assign]
        topic = page.meta.get("topic")
        return f"{topic}\n{{: .qd-topic }}\n\n{markdown}" if topic else markdown

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """Check that no formula stands on the page unaccounted for."""
        made = self.press.rendered[name_of(page)]
        # Other plugins may have changed it.
        unread = made.unread if html == made.content else self.press.unread(html, page)
        open_ = [*self.book.overview.outlook(name_of(page)).open]
        open_ += [f"{slug} (not read)" for slug in unread]
        if open_:
            log.warning(
                "%s shows formulas that no evidence stands for: %s; run pytest checks",
                self.book.path(Path(page.file.abs_src_path or "")),
                ", ".join(open_),
            )
        return html

    @event_priority(-100)
    def on_page_context(self, context: Any, *, page: Page, **_: Any) -> Any:
        """Put what is known of the statements into the page, now that the search has read it."""
        name = name_of(page)
        content = filled(page.content or "", self.press.rendered[name].parts)
        page.content = content + self.cards.head(name, "../" * page.url.count("/"), self.review)
        return context

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the script that keeps the review, now that all it keeps is there."""
        site = Path(config.site_dir)
        script = assets()["worker.js"].read_text(encoding="utf-8")
        (site / "sw.js").write_text(worker(site, script), encoding="utf-8")

    def on_build_error(self, error: Exception, **_: Any) -> None:
        """Report mistakes in sources without a traceback."""
        if isinstance(error, SourceError):
            raise PluginError(str(error)) from error
