"""A page as Markdown made it, to be kept and given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink


@dataclass(frozen=True)
class Rendering:
    """All that rendering a page yields."""

    content: str
    """Its HTML, without what was kept apart."""
    parts: list[str]
    """What was kept apart, in order."""
    unread: list[str]
    """Slugs of boxes whose formulas nothing has read."""
    toc: list[dict[str, Any]]
    title: str | None
    anchors: list[str]
    links: dict[str, dict[str, str]]
    """By path of a file: from an anchor in it to the link, as written."""
    everything: str = ""
    """A hash of all that is known, if the page shows parts that are made from it."""


def taken(page: Page, parts: list[str], unread: Iterable[str], everything: str) -> Rendering:
    """What a page that was rendered holds."""
    links = {file.src_uri: found for file, found in (page.links_to_anchors or {}).items()}
    return Rendering(
        page.content or "", parts, list(unread), [_token(item) for item in page.toc],
        page._title_from_render,  # noqa: SLF001 - MkDocs has no other way
        sorted(page.present_anchor_ids or ()), links, everything,
    )  # fmt: skip


def give(kept: Rendering, page: Page, files: Files) -> None:
    """Make a page what it was when it was rendered."""
    from mkdocs.structure.toc import get_toc

    page.content = kept.content
    page.toc = get_toc(kept.toc)  # type: ignore[arg-type]
    page._title_from_render = kept.title  # noqa: SLF001
    page.present_anchor_ids = set(kept.anchors)
    found = ((files.get_file_from_path(path), links) for path, links in kept.links.items())
    page.links_to_anchors = {file: links for file, links in found if file is not None}


def _token(item: AnchorLink) -> dict[str, Any]:
    children = [_token(child) for child in item.children]
    return {"level": item.level, "id": item.id, "name": item.title, "children": children}
