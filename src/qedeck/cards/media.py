"""Pictures of cards as media files, named by their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath

Draw = Callable[[str, str, str], bytes]
"""SVG of a figure: module, function, language."""
Read = Callable[[str], bytes]
"""Content of a file, by its path below the project's root."""

PICTURE = re.compile(
    r'<img src="(?:figure:(?P<module>[\w-]+)\.(?P<function>\w+)|image:(?P<path>[^"]*))"'
    r' alt="(?P<alt>[^"]*)"[^>]*>'
)


class Media:
    """Draws each figure and reads each image once."""

    def __init__(self, draw: Draw, read: Read) -> None:
        self._draw = draw
        self._read = read
        self._made: dict[tuple[str, ...], tuple[str, bytes]] = {}

    def on(self, html: str, lang: str) -> list[str]:
        """Media name of each picture on a side of a card."""
        return [self.of(found, lang)[0] for found in PICTURE.finditer(html)]

    def of(self, found: re.Match[str], lang: str) -> tuple[str, bytes]:
        """Media name and content of a picture.

        Raises:
            SourceError: where it cannot be drawn or read.
        """
        path = found["path"]
        name = (path,) if path is not None else (found["module"], found["function"], lang)
        if name not in self._made:
            content = self._read(path) if path is not None else self._draw(*name)
            ending = PurePosixPath(path).suffix.lower() if path is not None else ".svg"
            digest = hashlib.sha256(content).hexdigest()[:16]
            self._made[name] = f"qedeck-{digest}{ending}", content
        return self._made[name]
