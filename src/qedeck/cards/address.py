"""Where a card or statement stands on the published site."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Site:
    """The published site, as `mkdocs.yml` describes it."""

    url: str = ""
    """Its address, ending in a slash; empty where it is not published."""
    folders: bool = True
    """Pages are `norms/`, not `norms.html`."""
    lang: str = "en"
    """Language of the notes at its root; others are in a folder of their name."""

    def page(self, lang: str, place: str) -> str:
        """Address of `norms` or `norms#sandwich`; empty where there is no site."""
        folder = "" if lang == self.lang else f"{lang}/"
        return f"{self.url}{folder}{self.path(place)}" if self.url else ""

    def path(self, place: str) -> str:
        """Address of `norms` or `norms#sandwich`, relative to the site of its language."""
        note, hash_, slug = place.partition("#")
        page = f"{note}/" if self.folders else f"{note}.html"
        if self.folders and (note == "index" or note.endswith("/index")):
            page = note.removesuffix("index")
        return f"{page}{hash_}{slug}"


def read_site(root: Path) -> Site:
    """The site of a project's `mkdocs.yml`; unpublished where it says no `site_url`."""
    path = root / "mkdocs.yml"
    settings = _settings(path) if path.exists() else {}
    url = str(settings.get("site_url") or "")
    plugins = settings.get("plugins") or []
    offline = any("offline" in (p if isinstance(p, dict) else [p]) for p in plugins)
    theme = settings.get("theme")
    lang = theme.get("language", "en") if isinstance(theme, dict) else "en"
    folders = bool(settings.get("use_directory_urls", True)) and not offline
    return Site(url.rstrip("/") + "/" if url else "", folders, str(lang))


def _settings(path: Path) -> dict[str, Any]:
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads `!ENV`, and passes over names of Python's."""

    def environment(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
        if not isinstance(node, yaml.SequenceNode):
            return os.environ.get(str(node.value))
        *names, default = loader.construct_sequence(node)
        return next((os.environ[name] for name in names if name in os.environ), default)

    Loader.add_constructor("!ENV", environment)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506
    return loaded if isinstance(loaded, dict) else {}
