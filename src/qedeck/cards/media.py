"""Figures of cards as media files, named by their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

Draw = Callable[[str, str, str], bytes]
"""SVG of a figure: module, function, language."""

FIGURE = re.compile(r'<img src="figure:([\w-]+)\.(\w+)" alt="([^"]*)"[^>]*>')


class Figures:
    """Draws each figure once."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._drawn: dict[tuple[str, str, str], tuple[str, bytes]] = {}

    def on(self, html: str, lang: str) -> dict[str, str]:
        """Media name of each figure on a side of a card, by `module.function`."""
        return {
            f"{module}.{function}": self.drawn(module, function, lang)[0]
            for module, function, _ in FIGURE.findall(html)
        }

    def drawn(self, module: str, function: str, lang: str) -> tuple[str, bytes]:
        """Media name and SVG of a figure."""
        figure = (module, function, lang)
        if figure not in self._drawn:
            svg = self._draw(*figure)
            self._drawn[figure] = (f"qedeck-{hashlib.sha256(svg).hexdigest()[:16]}.svg", svg)
        return self._drawn[figure]
