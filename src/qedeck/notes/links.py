"""Where links inside the knowledge base lead."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from qedeck.formula.span import Span

Place = Literal["prose", "card", "before", "after"]
"""Prose, a card, or a statement before or after its display."""

_EXTERNAL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


@dataclass(frozen=True)
class Target:
    """A note, and a callout or section on it."""

    lang: str
    note: str
    fragment: str

    @property
    def id(self) -> str:
        """The full id, if the fragment is a callout's."""
        return f"{self.note}/{self.fragment}"


@dataclass(frozen=True)
class LinkUse:
    """A link to a note as it stands in another, still to be resolved."""

    target: Target
    span: Span
    """Its destination as written."""
    place: Place
    owner: str = ""
    """Slug of the callout that it stands in."""
    label: str = ""


def is_external(destination: str) -> bool:
    """Whether a link leaves the knowledge base."""
    return _EXTERNAL.match(destination) is not None


def find_target(destination: str, lang: str, note: str) -> Target | None:
    """What a destination on a note means; None for what is no note."""
    if is_external(destination):
        return None
    file, _, fragment = destination.partition("#")
    fragment = unquote(fragment)
    if not file:
        return Target(lang, note, fragment) if fragment else None
    if not file.endswith(".md") or file.startswith("/"):
        return None
    path = posixpath.normpath(posixpath.join(lang, posixpath.dirname(note), unquote(file)))
    folder, _, name = path.removesuffix(".md").partition("/")
    return Target(folder, name, fragment)
