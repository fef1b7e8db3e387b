"""The MkDocs side of the site: configuration, assets and errors; the rest is the extension."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files

from qedeck.errors import SourceError
from qedeck.site.accounting import account, unstated
from qedeck.site.assertions import undecided
from qedeck.site.bundle import assets, macro_script
from qedeck.site.catalogue import Catalogue, catalogue
from qedeck.site.extension import QedeckExtension
from qedeck.site.listing import claims_page
from qedeck.site.pages import CLAIMS

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

FOLDER = "assets/qedeck"

log = get_plugin_logger("qedeck")


class Options(Config):  # type: ignore[no-untyped-call]
    """What `mkdocs.yml` may say under the plugin."""

    lang = config_options.Type(str, default="en")
    deck = config_options.Type(str, default=".qedeck/deck.apkg")
    """Where the deck lies; the site has it under the same name."""


class QedeckPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Connects the Markdown extension with MkDocs."""

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Set up the extension, its styles and scripts."""
        self.root = Path(config.config_file_path).parent if config.config_file_path else Path()
        self.deck = self.root / self.config.deck
        self.extension = QedeckExtension(
            _catalogue(self.root, self.config.lang),
            root=str(self.root),
            lang=self.config.lang,
            deck=self.deck.name,
            has_deck=self.deck.is_file(),
        )
        config.markdown_extensions.append(self.extension)  # type: ignore[arg-type]
        config.extra_css[:0] = [f"{FOLDER}/katex.min.css", f"{FOLDER}/qedeck.css"]
        config.extra_javascript[:0] = [f"{FOLDER}/macros.js", f"{FOLDER}/qedeck.js"]
        # Without it, the offline plugin fetches this script from another host.
        config.extra.setdefault("polyfills", []).append(f"{FOLDER}/iframe-worker.js")
        watched = (self.root / "snippets", self.root / ".qedeck/evidence")
        config.watch.extend(str(path) for path in watched if path.exists())
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the page of claims, the package's assets, the macro table and the deck."""
        known = self.extension.catalogue
        files.append(File.generated(config, CLAIMS, content=claims_page(known)))
        if config.nav is None:
            config.nav = _navigation(known, files)
        for name, path in assets().items():
            files.append(File.generated(config, f"{FOLDER}/{name}", abs_src_path=str(path)))
        files.append(File.generated(config, f"{FOLDER}/macros.js", content=macro_script()))
        if self.deck.is_file():
            files.append(File.generated(config, self.deck.name, abs_src_path=str(self.deck)))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, **_: Any) -> str:
        """Tell the extension which note this is, and put the topic first."""
        self.extension.page = page.file.src_uri.removesuffix(".md")
        topic = page.meta.get("topic")
        return f"{topic}\n{{: .qd-topic }}\n\n{markdown}" if topic else markdown

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> str:
        """Check that no formula stands on the page unaccounted for."""
        source = Path(page.file.abs_src_path or "")
        text = source.read_text(encoding="utf-8") if source.is_file() else page.markdown or ""
        known = self.extension.catalogue
        name = page.file.src_uri.removesuffix(".md")
        try:
            bodies = known.bodies.get(name)
            unread = account(html, self._name(source), text, known.displays.get(name), bodies)
        except SourceError as error:
            raise PluginError(str(error)) from error
        own = [entry for entry in known.entries.values() if entry.note == name]
        open_ = [f"{e.slug} ({e.status.label.lower()})" for e in own if e.open]
        open_ += [f"{slug} (not read)" for slug in unread]
        if open_:
            log.warning(
                "%s shows formulas that no evidence stands for: %s; run pytest checks",
                self._name(source),
                ", ".join(open_),
            )
        return html

    def _name(self, path: Path) -> str:
        """A path as reports name it: relative to the project's root, if it lies in it."""
        return (
            path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)
        )

    def on_build_error(self, error: Exception, **_: Any) -> None:
        """Report mistakes in sources without a traceback."""
        if isinstance(error, SourceError):
            raise PluginError(str(error)) from error


def _catalogue(root: Path, lang: str) -> Catalogue:
    """What the project holds; mistakes in notes become warnings of the build."""
    from qedeck.evidence.library import read_shown

    project, shown = read_shown(root, lang)
    for mistake in (*project.mistakes, *unstated(project)):
        log.warning("%s", mistake)
    known = catalogue(project, shown, lang)
    for warning in undecided(known):
        log.warning("%s", warning)
    return known


def _navigation(known: Catalogue, files: Files) -> list[str]:
    """The front page, the notes in reading order, the page of claims, and the other pages."""
    names = list(known.pages)
    pages = [name for name in names if name != "index" and known.notes[name].kind == "page"]
    first = len(names) - len(pages)
    ordered = [f"{name}.md" for name in names[:first]] + [CLAIMS]
    ordered += [f"{name}.md" for name in pages]
    there = {file.src_uri for file in files.documentation_pages()}
    rest = sorted(there - set(ordered))
    return [uri for uri in [*ordered, *rest] if uri in there]
